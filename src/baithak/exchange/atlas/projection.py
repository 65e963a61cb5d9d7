"""Equal Earth: a map of the world on which equal areas are equal."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

__all__ = ["equal_earth"]

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place lies on the flat map of a globe with radius 1.

    Parameters
    ----------
    longitude : float
        Degrees east of the map's middle meridian, from -180 to 180.
    latitude : float
        Degrees north, from -90 to 90.

    Returns
    -------
    tuple of float
        x to the east and y to the north, from the middle of the map.

    Examples
    --------
    >>> [round(value, 4) for value in equal_earth(90, 45)]
    [1.1599, 0.8602]

    References
    ----------
    Bojan Šavrič, Tom Patterson, Bernhard Jenny (2019): The Equal Earth map projection.
    International Journal of Geographical Information Science 33(3), 454-465,
    doi:10.1080/13658816.2018.1504949. The sphere's equations (8) to (10).
    """
    t = asin(_M * sin(radians(latitude)))
    t2 = t * t
    t6 = t2 * t2 * t2
    slope = _A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)
    return (
        radians(longitude) * cos(t) / (_M * slope),
        t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2)),
    )
