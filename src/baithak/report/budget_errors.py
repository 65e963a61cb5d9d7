"""One sentence, with its remedy, for every code of ``engine.budget``."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["budget_sentences"]


def budget_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and field in front."""
    return {}
