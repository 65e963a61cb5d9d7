"""The shipped library, once for all tests."""

from __future__ import annotations

import pytest

from baithak.exchange.records import Library, library


@pytest.fixture(scope="session")
def shipped() -> Library:
    return library()
