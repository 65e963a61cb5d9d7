"""Nothing that one test's process kept for some seconds reaches the next test."""

import pytest


@pytest.fixture(autouse=True)
def _fresh_eyes():
    from baithak.dialogue import queries

    queries.forget()
    yield
    queries.forget()
