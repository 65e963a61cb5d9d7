"""A dot for every place: its area tells the number of practices, and none hides another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

from baithak.exchange.atlas.places import Place
from baithak.exchange.atlas.window import WORLD, Window

__all__ = ["AWAY", "Dot", "dots"]

#: Two dots' middles are at least this part of their radii's sum apart: both can be seen and counted.
APART = 0.8
#: A dot is moved by at most this many radii of a dot for one practice.
AWAY = 6.0
_TURNS = 16


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a place is drawn, in a window's units."""

    x: float
    y: float
    radius: float
    place: Place

    def clear_of(self, other: Dot) -> bool:
        """Whether both can be seen, however large each is."""
        return hypot(self.x - other.x, self.y - other.y) >= APART * (self.radius + other.radius)


def dots(places: Iterable[Place], window: Window = WORLD) -> tuple[Dot, ...]:
    """The places that lie in a window, the largest first, so that small ones are drawn on top.

    The area of a dot is proportional to its count. A dot that would cover a larger one, or one
    that came before it by its key, stands a little aside: at the nearest free point of a few
    circles around its place. Where none is free it stays at its place.
    """
    drawn: list[Dot] = []
    for place in sorted(places, key=lambda p: (-p.count, p.key)):
        if place.latitude is None or place.longitude is None or place.count < 1:
            continue
        x, y = window.point(place.longitude, place.latitude)
        if window.holds(x, y):
            drawn.append(_placed(Dot(x, y, window.dot * sqrt(place.count), place), drawn, window))
    return tuple(drawn)


def _placed(dot: Dot, drawn: list[Dot], window: Window) -> Dot:
    reach = AWAY * window.dot + dot.radius
    near = [d for d in drawn if hypot(d.x - dot.x, d.y - dot.y) < reach + d.radius]
    for x, y in _around(dot, window):
        tried = Dot(round(x, 1), round(y, 1), round(dot.radius, 2), dot.place)
        if window.holds(x, y) and all(tried.clear_of(other) for other in near):
            return tried
    return Dot(round(dot.x, 1), round(dot.y, 1), round(dot.radius, 2), dot.place)


def _around(dot: Dot, window: Window) -> Iterator[tuple[float, float]]:
    """The place itself, then points on wider and wider circles around it."""
    yield dot.x, dot.y
    step = window.dot / 4
    for ring in range(1, int(AWAY * 4) + 1):
        for turn in range(_TURNS):
            angle = 2 * pi * turn / _TURNS
            yield dot.x + ring * step * cos(angle), dot.y + ring * step * sin(angle)
