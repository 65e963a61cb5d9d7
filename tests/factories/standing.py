"""A world that stands for a whole file of tests: making it takes longer than most of what is asked of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction

__all__ = ["standing"]


@contextlib.contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """What is made inside stays for the tests that follow, each of which undoes what it did; then it is gone."""
    with blocker.unblock():
        around = transaction.atomic()
        # As the test runner's own: inside it, code may still ask for a transaction of its own.
        around._from_testcase = True
        with around:
            yield
            transaction.set_rollback(True)
