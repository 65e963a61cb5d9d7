"""The real elections to count: found through BAITHAK_DATA, never part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["UTILITY", "elections"]

#: The utility of equal shares that suits each type of ballots.
UTILITY = {"cumulative": "points", "scoring": "points", "ordinal": "borda"}


def elections() -> dict[str, Path]:
    """Every file of ``budgets/``, by name; stops with one sentence where there is none."""
    for part in os.environ.get("BAITHAK_DATA", "").split(os.pathsep):
        found = sorted((Path(part) / "budgets").glob("*.pb")) if part else []
        if found:
            return {path.stem: path.resolve() for path in found}
    raise SystemExit(
        "There are no elections to count: set BAITHAK_DATA to the folder that holds `budgets/`, or "
        "measure without them: --only city"
    )
