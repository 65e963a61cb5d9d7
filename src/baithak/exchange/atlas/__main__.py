"""Make land.json anew: ``python -m baithak.exchange.atlas FILE``.

FILE is ``land-50m.json`` of the npm package ``world-atlas`` (land without borders, as TopoJSON, from
Natural Earth). ``land-110m.json`` is read as well, but knows no Maldives. For every window the coasts
are projected, cut at the window's edges and thinned to what a map 1,000 pixels wide can show.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from baithak.exchange.atlas.land import LAND, STEPS, edges
from baithak.exchange.atlas.window import SOUTH_ASIA, WINDOWS, Window

__all__ = ["coasts", "main", "thinned"]

Point = tuple[float, float]

#: Land is kept this many units beyond the edges, so that the cut is never seen.
BEYOND = 8.0
#: A corner is left out when the coast moves by less than this many units without it.
THINNER = 0.6
#: Islands smaller than this many square units are left out of the map of the world only.
SPECK = 1.5
#: Antarctica: the map ends north of it.
SOUTHMOST = -60.0


def main(path: Path) -> None:
    """Write the land of every window."""
    found = list(coasts(json.loads(path.read_text(encoding="utf-8"))))
    told = {
        window.key: {"edges": edges(window), "rings": list(_land(found, window))}
        for window in WINDOWS
    }
    LAND.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def coasts(topology: dict) -> Iterator[list[Point]]:
    """Every ring of a TopoJSON's land as longitudes and latitudes."""
    arcs = [list(_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for ring in polygon:
                yield _joined(ring, arcs)


def _arc(steps: list[list[int]], transform: dict) -> Iterator[Point]:
    (wide, high), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    for dx, dy in steps:
        x, y = x + dx, y + dy
        yield x * wide + left, y * high + low


def _joined(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Arcs one after another; a negative number is the arc ~number, walked backwards."""
    told: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        told += arc[1:] if told else arc
    return list(_unrolled(told[:-1] if told[0] == told[-1] else told))


def _unrolled(ring: list[Point]) -> Iterator[Point]:
    """Longitudes that run on past 180: the file joins Chukotka's two sides of the date line."""
    turn, last = 0, ring[0][0]
    for longitude, latitude in ring:
        turn -= 360 * round((longitude - last) / 360)
        last = longitude
        yield longitude + turn, latitude


def _land(found: list[list[Point]], window: Window) -> Iterator[list[int]]:
    for coast in found:
        if all(latitude < SOUTHMOST for _, latitude in coast):
            continue
        ring = _cut(_drawn(coast, window), window)
        if len(ring) < 3 or (window is not SOUTH_ASIA and _area(ring) < SPECK):
            continue
        steps = _steps(thinned(ring))
        if len(steps) >= 6:
            yield steps


def _drawn(coast: list[Point], window: Window) -> list[Point]:
    """On the window's plane, in one piece: the whole coast is turned, never a corner alone."""
    middle = sum(longitude for longitude, _ in coast) / len(coast) - window.meridian
    turn = window.meridian + 360 * ((middle + 180) // 360)
    return [window.unrolled(longitude - turn, latitude) for longitude, latitude in coast]


def _cut(ring: list[Point], window: Window) -> list[Point]:
    """Sutherland and Hodgman (1974): cut a ring at one edge after another."""
    limits = [(0, -BEYOND, 1), (0, window.width + BEYOND, -1)]
    limits += [(1, -BEYOND, 1), (1, window.height + BEYOND, -1)]
    for axis, limit, sign in limits:
        ring = list(_cut_once(ring, axis, limit, sign))
    return ring


def _cut_once(ring: list[Point], axis: int, limit: float, sign: int) -> Iterator[Point]:
    for last, here in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        before, now = (last[axis] - limit) * sign, (here[axis] - limit) * sign
        if before * now < 0:
            part = before / (before - now)
            yield last[0] + part * (here[0] - last[0]), last[1] + part * (here[1] - last[1])
        if now >= 0:
            yield here


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in pairs)) / 2


def thinned(ring: list[Point], tolerance: float = THINNER) -> list[Point]:
    """Douglas and Peucker (1973) on a ring, split where it is furthest from its first corner."""
    far = max(range(len(ring)), key=lambda i: _gap(ring[i], ring[0], ring[0]))
    first = _thin(ring[: far + 1], tolerance)
    second = _thin([*ring[far:], ring[0]], tolerance)
    return first[:-1] + second[:-1]


def _thin(line: list[Point], tolerance: float) -> list[Point]:
    kept = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        start, end = waiting.pop()
        gaps = [(_gap(line[i], line[start], line[end]), i) for i in range(start + 1, end)]
        gap, furthest = max(gaps, default=(0.0, start))
        if gap > tolerance:
            kept.add(furthest)
            waiting += [(start, furthest), (furthest, end)]
    return [line[i] for i in sorted(kept)]


def _gap(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the stretch between two others."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    long = (bx - ax) ** 2 + (by - ay) ** 2
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long if long else 0.0
    along = min(1.0, max(0.0, along))
    return ((x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2) ** 0.5


def _steps(ring: list[Point]) -> list[int]:
    """The first corner, then the way to each next one, in whole tenths of a unit."""
    steps: list[int] = []
    last = (0, 0)
    for x, y in ring:
        here = (round(x * STEPS), round(y * STEPS))
        if here != last or not steps:
            steps += [here[0] - last[0], here[1] - last[1]]
        last = here
    return steps


if __name__ == "__main__":
    main(Path(sys.argv[1]))
