"""Collect what is wrong with a file: the first problem is raised, the next ones travel with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from baithak.engine.errors import EngineError

__all__ = ["Problems", "near"]

MOST_PROBLEMS = 50  # counting further ones helps nobody
MOST_NAMES = 1_000  # of these the closest are found soon


class Problems:
    """Problems of one file. ``practice`` is the id of the record that is being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.practice = ""
        self.found: list[EngineError] = []

    def add(self, code: str, **params: Any) -> None:
        """Keep a problem; after too many of them, stop."""
        if self.file:
            params = {"file": self.file, **params}
        if self.practice:
            params["practice"] = self.practice
        self.found.append(EngineError(code, **params))
        if len(self.found) > MOST_PROBLEMS:
            self.stop()

    def told(self, row: int, field: str) -> bool:
        """Whether something is already known to be wrong there."""
        return any((p.params.get("row"), p.params.get("field")) == (row, field) for p in self.found)

    def stop(self) -> None:
        """Raise if there was any problem; the first is the one furthest up in the file."""
        if self.found:
            first, *others = sorted(self.found, key=lambda problem: problem.params.get("row") or 0)
            error = EngineError(first.code, **first.params, more=len(others))
            error.others = tuple(others)
            raise error


def near(value: str, known: Iterable[str]) -> str:
    """The closest known spellings, for a sentence; the first known ones where none is close.

    Examples
    --------
    >>> near("hatespeech", ["hate_speech", "online_hate"])
    'hate_speech'
    """
    names = list(known)[:MOST_NAMES]
    close = difflib.get_close_matches(value[:100].strip().lower(), names, n=3, cutoff=0.6)
    if close:
        return ", ".join(close)
    told = ", ".join(names[:6])
    return f"{told} …" if len(names) > 6 else told
