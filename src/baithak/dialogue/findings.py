"""What a dialogue found, for adoptions in the exchange: the words of a statement, never a figure."""

from __future__ import annotations

from django.urls import reverse

from baithak.dialogue import analysis, queries
from baithak.exchange.findings import Finding, source
from baithak.network.scope import Viewer

__all__ = ["name"]

#: No statement has a number of more digits.
_DIGITS = 6


def name(code: str, number: int) -> str:
    """How an adoption names the finding that led to it."""
    return f"dialogue:{code}:{number}"


@source("dialogue")
def _read(viewer: Viewer, named: str) -> Finding | None:
    code, _, number = named.partition(":")
    if not number.isdecimal() or len(number) > _DIGITS:
        return None
    dialogue = queries.dialogue(viewer, code=code)
    shown = analysis.finding(dialogue, int(number)) if dialogue is not None else None
    if dialogue is None or shown is None:
        return None
    address = reverse("dialogue:map", kwargs={"code": dialogue.code})
    return Finding(shown.text, shown.language, f"{address}#common-ground")
