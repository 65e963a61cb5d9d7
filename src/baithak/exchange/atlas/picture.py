"""A map ready for a page: a window, its land and its dots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from baithak.exchange.atlas.dots import Dot, dots
from baithak.exchange.atlas.land import land_path
from baithak.exchange.atlas.places import Place
from baithak.exchange.atlas.window import WORLD, Window

__all__ = ["Picture", "picture"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What the template ``exchange/_picture.html`` draws."""

    window: Window
    land: str
    dots: tuple[Dot, ...]


def picture(places: Iterable[Place], window: Window = WORLD) -> Picture:
    """The map of a window with a dot for every place that lies in it."""
    return Picture(window, land_path(window), dots(places, window))
