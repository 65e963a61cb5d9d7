"""Chores of the background worker."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["CHORES"]

CHORES: tuple[Callable[[], int], ...] = ()
