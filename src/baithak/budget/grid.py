"""Where a project is, no closer than a square of 500 metres (TRUST.md R16).

A place is kept as the number of a row and of a column, never as the coordinates somebody gave: rows
are 500 m of latitude, counted from the equator; columns are 500 m of longitude on the row's middle,
counted from Greenwich. An exact address cannot be had back from them.
"""

from __future__ import annotations

import math

__all__ = ["SIDE", "cell_of", "centre"]

#: Metres of a side.
SIDE = 500
_METRES = 111_320.0  # of one degree of latitude


def cell_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Row and column of the square that holds this point.

    Examples
    --------
    >>> cell_of(8.5874, 81.2152) == cell_of(8.5881, 81.2149)
    True
    """
    row = math.floor(latitude * _METRES / SIDE)
    return row, math.floor(longitude * _width(row) / SIDE)


def centre(row: int, column: int) -> tuple[float, float]:
    """Latitude and longitude of the middle of a square."""
    return (row + 0.5) * SIDE / _METRES, (column + 0.5) * SIDE / _width(row)


def _width(row: int) -> float:
    """Metres of one degree of longitude on the middle of a row; a metre at least, at the poles."""
    return max(1.0, _METRES * math.cos(math.radians((row + 0.5) * SIDE / _METRES)))
