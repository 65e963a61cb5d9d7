"""Cells that spreadsheets could run, and how to see that none of a table does."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator

__all__ = ["LIVE", "hostile", "live_cells", "number"]

STARTS = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", "|", "%", "'", '"', "",
]  # fmt: skip
BEFORE = ["", "", "", " ", "\u00a0", "\u200b", "\ufeff", "  "]
BODIES = [
    "1+1", 'HYPERLINK("http://x.example")', "cmd|' /C calc'!A0", "SUM(A1:A9)", "Park", "پارک", "পার্ক",
    "1,2;3", 'say "so"', "<b>&amp;", "_x0041_", "a\r\nb", "\ufffe", "", "DDE(1)", "2026-11-24", "5%",
]  # fmt: skip
#: What spreadsheets take for the beginning of a formula, spaces and invisible signs aside.
LIVE = re.compile(r"^[\s\u00a0\u200b\ufeff]*[=+\-@＝＋－＠|%]|^[\t\r\n\0]")


def hostile(count: int, seed: int = 21) -> Iterator[str]:
    """Texts that begin, mostly, as formulas do."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(BEFORE) + chance.choice(STARTS) + chance.choice(BODIES)
        yield text + chance.choice(["", "", " ", chance.choice(STARTS)])


def live_cells(text: str) -> list[str]:
    """The cells of a CSV that would run."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [cell for row in rows for cell in row if LIVE.search(cell) and not number(cell)]


def number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) is not None
