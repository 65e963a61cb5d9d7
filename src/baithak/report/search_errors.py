"""One sentence, with its remedy, for every code of ``engine.search``."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["search_sentences"]


def search_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and field in front."""
    return {
        "search.twice": _("Two documents are called “%(value)s”. Give each an id of its own."),
        "search.unknown": _(
            "No document is called “%(value)s”. It may have been taken out already: look at the list."
        ),
        "search.limit": _("“%(value)s” results cannot be shown. Ask for at least one."),
    }
