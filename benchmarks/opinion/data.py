"""The eight shared conversations, found through ``BAITHAK_DATA`` like everywhere in Baithak."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["BIGGEST", "SMALLEST", "conversations"]

BIGGEST, SMALLEST = "american-assembly.bowling-green", "london.youth.policing"
NAMES = (
    BIGGEST,
    "vtaiwan.uberx",
    "15-per-hour-seattle",
    "brexit-consensus",
    "scoop-hivemind.taxes",
    "canadian-electoral-reform",
    SMALLEST,
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
)


def conversations() -> dict[str, Path]:
    """Folder of each conversation; stops with one sentence where one is missing."""
    told = os.environ.get("BAITHAK_DATA", "")
    places = [Path(part) for part in told.split(os.pathsep) if part]
    found: dict[str, Path] = {}
    for name in NAMES:
        for place in places:
            folder = next(
                (p for p in (place / "dialogues" / name, place / name) if p.is_dir()), None
            )
            if folder:
                found[name] = folder
                break
        else:
            raise SystemExit(
                f"The conversation {name} is not there: set BAITHAK_DATA to the folder that holds "
                "`dialogues/`, or measure without it: --only scale"
            )
    return found
