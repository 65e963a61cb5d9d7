"""The eight shared conversations, found like everywhere in Baithak, checksums included."""

from __future__ import annotations

from pathlib import Path

from baithak.opendata.catalogue import find, locate
from baithak.opendata.errors import DataError

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
    """Folder of each conversation; stops with one sentence where one is missing or damaged."""
    found: dict[str, Path] = {}
    for name in NAMES:
        try:
            folder = locate(find(name))
        except DataError as error:
            raise SystemExit(f"The conversation {name} cannot be used: {error}") from None
        if folder is None:
            raise SystemExit(
                f"The conversation {name} is not there: set BAITHAK_DATA to the folder that holds "
                f"`dialogues/`, run `baithak data get {name}`, or measure without it: --only scale"
            )
        found[name] = folder.resolve()  # measured processes have a current folder of their own
    return found
