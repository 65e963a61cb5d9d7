"""What part of the world a map shows, and where a place lies on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from baithak.exchange.atlas.projection import equal_earth

__all__ = ["SOUTH_ASIA", "WINDOWS", "WORLD", "Window"]

#: Every map is drawn this many units wide; a unit is a pixel when it is shown that wide.
WIDTH = 1000.0


@dataclass(frozen=True)
class Window:
    """Edges in degrees, the middle meridian of the map, and the radius of a dot for one practice.

    Each window has a meridian of its own, so that a region stands upright and is not sheared as it
    would be near the rim of a map of the world. West may be less than -180, but the window is never
    wider than the globe.
    """

    key: str
    west: float
    east: float
    south: float
    north: float
    dot: float

    @property
    def meridian(self) -> float:
        """The meridian in the middle, which the map shows as a straight line."""
        return (self.west + self.east) / 2

    @cached_property
    def _box(self) -> tuple[float, float, float]:
        """Left and upper edge on the projection's plane, and drawing units for one of its units."""
        widest = min(max(self.south, 0.0), self.north)
        left, _ = equal_earth(self.west - self.meridian, widest)
        _, top = equal_earth(0, self.north)
        return left, top, WIDTH / (-2 * left)

    @cached_property
    def height(self) -> float:
        """How many units high the map is."""
        return round(self.point(self.meridian, self.south)[1], 1)

    @property
    def width(self) -> float:
        """How many units wide the map is."""
        return WIDTH

    @property
    def view_box(self) -> str:
        """What an SVG's ``viewBox`` says."""
        return f"0 0 {self.width:g} {self.height:g}"

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Units from the left and from the upper edge; for places outside too."""
        return self.unrolled((longitude - self.meridian + 180) % 360 - 180, latitude)

    def unrolled(self, turned: float, latitude: float) -> tuple[float, float]:
        """The same for degrees east of the middle meridian, without a turn around the globe.

        A coast that crosses the map's edge by a little stays in one piece.
        """
        left, top, scale = self._box
        x, y = equal_earth(turned, latitude)
        return (x - left) * scale, (top - y) * scale

    def holds(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point of the drawing lies inside, at least ``margin`` from every edge."""
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin


#: The whole world without Antarctica. It is cut in the Bering Strait, where no land is.
WORLD = Window("world", west=-169, east=191, south=-56.5, north=84, dot=3.6)
#: From the Hindu Kush to the Bay of Bengal's far shore, and south to Addu beyond the equator.
SOUTH_ASIA = Window("south-asia", west=62, east=98, south=-2, north=36.5, dot=7.5)
WINDOWS = (WORLD, SOUTH_ASIA)
