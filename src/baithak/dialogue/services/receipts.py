"""The list of receipts, fixed when a dialogue is sealed (R5)."""

from __future__ import annotations

import secrets

from baithak.dialogue.models import Dialogue, Receipt

__all__ = ["fill_up"]

#: The length of a list tells no number of people more exactly than this many (R6).
_STEP = 10


def fill_up(dialogue: Dialogue) -> None:
    """Mix in marks that are drawn by chance, up to ten, until the list ends at a full ten.

    They belong to nobody and cannot be told from the others; so the length of the list does not say
    how many took part. For inside the transaction that seals.
    """
    there = Receipt._unscoped.filter(dialogue=dialogue).count()
    Receipt._unscoped.bulk_create(
        Receipt(dialogue=dialogue, mark=secrets.token_bytes(16))
        for _ in range(_STEP - there % _STEP)
    )
