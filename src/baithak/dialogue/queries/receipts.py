"""Receipts: whether answers are in, and after closing the list that everybody can check (R5)."""

from __future__ import annotations

import hashlib

from baithak.dialogue.models import Dialogue, Receipt

__all__ = ["found_receipt", "has_receipt", "receipt_list", "receipt_root"]


def has_receipt(dialogue: Dialogue, mark: bytes) -> bool:
    """Whether answers of whoever holds this mark are in."""
    return Receipt._unscoped.filter(dialogue=dialogue, mark=mark).exists()


def found_receipt(dialogue: int, signs: str) -> bool:
    """Whether a mark of the list begins with these hexadecimal signs."""
    begins = bytes.fromhex(signs)
    return Receipt._unscoped.filter(
        dialogue=dialogue, mark__gte=begins, mark__lte=begins.ljust(16, b"\xff")
    ).exists()


def receipt_list(dialogue: int) -> bytes:
    """The list as it is published, and as ``Dialogue.root`` binds it, byte for byte.

    Three lines that say what it is and how many marks follow, then the marks in hexadecimal, sorted,
    one on each line. It needs nothing but the marks: it stays when the votes are deleted.
    """
    code = Dialogue._unscoped.values_list("code", flat=True).get(pk=dialogue)
    rows = Receipt._unscoped.filter(dialogue=dialogue).values_list("mark", flat=True)
    marks = sorted(bytes(mark).hex() for mark in rows.iterator(chunk_size=20_000))
    lines = ["baithak receipts 1", f"dialogue {code}", f"receipts {len(marks)}", *marks]
    return "".join(f"{line}\n" for line in lines).encode()


def receipt_root(dialogue: int) -> str:
    """SHA-256 of the list."""
    return hashlib.sha256(receipt_list(dialogue)).hexdigest()
