"""A quiet picture of where projects are: one mark for each square of 500 m, no borders, no streets.

Presentation attributes only, as the pages' content policy wants it. Funded and not funded differ by
colour, shape and fill; every mark carries the numbers of its projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from baithak.budget.grid import SIDE, centre
from baithak.report.opinion_svg import INK, Picture
from baithak.report.words import Words

__all__ = ["Dot", "draw_dots"]

_WIDTH, _MARGIN, _LARGEST = 400, 34, 340
_GREEN, _QUIET, _PAPER = "#0f4c3a", "#566058", "#fffdf8"
_METRES = 111_320.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A project's square, its number, and whether it is funded."""

    row: int
    column: int
    number: int
    funded: bool


def draw_dots(dots: Sequence[Dot], words: Words) -> Picture:
    """The picture; empty where fewer than two squares have a project."""
    squares: dict[tuple[int, int], list[Dot]] = {}
    for dot in dots:
        squares.setdefault((dot.row, dot.column), []).append(dot)
    if len(squares) < 2:
        return Picture()
    _ = words.gettext
    places = {at: _metres(*at) for at in squares}
    left, low = (min(p[axis] for p in places.values()) for axis in (0, 1))
    wide, high = (max(p[axis] for p in places.values()) - o for axis, o in ((0, left), (1, low)))
    scale = min(
        (_WIDTH - 2 * _MARGIN) / max(wide, SIDE), (_LARGEST - 2 * _MARGIN) / max(high, SIDE)
    )
    height = round(high * scale + 2 * _MARGIN) + 24
    shift = (_WIDTH - wide * scale) / 2
    marks = [
        _mark(found, shift + (places[at][0] - left) * scale,
              _MARGIN + (low + high - places[at][1]) * scale)
        for at, found in sorted(squares.items())
    ]  # fmt: skip
    title = _("Where the projects are")
    told = _(
        "Filled circles with a ring are squares with a funded project, empty squares those without; "
        "the numbers are those of the projects."
    )
    return Picture(
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" direction="ltr" font-size="13"'
        f' font-family="inherit, Noto Sans, sans-serif"><title>{escape(title)}</title>'
        f"<desc>{escape(told)}</desc>{''.join(marks)}{_ruler(scale, height)}</svg>"
    )


def _metres(row: int, column: int) -> tuple[float, float]:
    """East and north of a square's middle, on the plane of its row."""
    latitude, _longitude = centre(row, column)
    return (column + 0.5) * SIDE, latitude * _METRES


def _mark(found: Sequence[Dot], x: float, y: float) -> str:
    numbers = ", ".join(str(dot.number) for dot in sorted(found, key=lambda d: d.number))
    label = (
        f'<text x="{x:.1f}" y="{y - 15:.1f}" text-anchor="middle" fill="{INK}" stroke="{_PAPER}"'
        f' stroke-width="3" paint-order="stroke">{escape(numbers)}</text>'
    )
    if any(dot.funded for dot in found):
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{_GREEN}"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="none" stroke="{_GREEN}"/>{label}'
        )
    return (
        f'<rect x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12" fill="{_PAPER}"'
        f' stroke="{_QUIET}" stroke-width="2"/>{label}'
    )


def _ruler(scale: float, height: int) -> str:
    """A kilometre, or more where the city is large."""
    kilometres = next((n for n in (1, 2, 5, 10, 20, 50) if n * 1000 * scale >= 60), 100)
    width = kilometres * 1000 * scale
    return (
        f'<path d="M{_MARGIN} {height - 18}v-5m0 5h{width:.1f}v-5" fill="none" stroke="{_QUIET}"/>'
        f'<text x="{_MARGIN + width + 8:.1f}" y="{height - 14}" fill="{_QUIET}">{kilometres} km</text>'
    )
