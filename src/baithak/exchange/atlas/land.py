"""The land of a window as SVG path data; ATTRIBUTION.md says where it comes from."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from baithak.exchange.atlas.window import WORLD, Window

__all__ = ["LAND", "STEPS", "edges", "land_path", "rings"]

LAND = Path(__file__).with_name("land.json")
#: Corners are kept in tenths of a drawing unit.
STEPS = 10


def edges(window: Window) -> list[float]:
    """What the land of a window was cut for; kept beside it, so that neither changes alone."""
    return [window.west, window.east, window.south, window.north]


@lru_cache
def rings(window: Window = WORLD) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Coasts and shores of lakes as closed rings of corners, in tenths of a drawing unit.

    Raises
    ------
    LookupError
        When the file was made for other edges of the window.
    """
    told = json.loads(LAND.read_text(encoding="utf-8")).get(window.key)
    if told is None or told["edges"] != edges(window):
        raise LookupError(f"land.json holds no land for these edges of {window.key}: make it anew.")
    return tuple(_corners(steps) for steps in told["rings"])


def _corners(steps: list[int]) -> tuple[tuple[int, int], ...]:
    """The file keeps the first corner and then the way from each to the next."""
    x = y = 0
    corners = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return tuple(corners)


@lru_cache
def land_path(window: Window = WORLD) -> str:
    """The ``d`` of one SVG path for all land of a window; to be filled by the even-odd rule.

    Examples
    --------
    >>> land_path()[0], land_path()[-1]
    ('M', 'z')
    """
    return "".join(_ring(corners) for corners in rings(window))


def _ring(corners: tuple[tuple[int, int], ...]) -> str:
    told = [f"M{_number(corners[0][0])} {_number(corners[0][1])}l"]
    for (x, y), (to_x, to_y) in pairwise(corners):
        told += [_number(to_x - x), " ", _number(to_y - y), " "]
    return "".join(told[:-1]).replace(" -", "-").replace("l ", "l") + "z"


def _number(tenths: int) -> str:
    """The shortest way to write it: 12.5, -.5, 3."""
    told = f"{tenths / STEPS:g}"
    return told.replace("0.", ".", 1) if abs(tenths) < STEPS else told
