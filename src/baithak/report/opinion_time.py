"""Depth and breadth of a division from one released map to the next, as a picture and a table.

Only released maps go in, and of them only figures that were shown then, rounded to 0.05: whoever
kept the earlier pages has seen every point. Where a map had no groups there is no division between
camps to measure, and the line has a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from baithak.report.opinion_svg import INK, Picture
from baithak.report.words import Words

__all__ = ["LEAST", "Moment", "draw_time"]

#: With one map there is nothing to compare it with.
LEAST = 2
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 480, 200, 40, 466, 14, 166
_LINE, _QUIET, _PAPER = "#ddd3c0", "#566058", "#fffdf8"
_DEPTH, _BREADTH = "#0b6e4f", "#b8431f"
_FONT = 'font-family="inherit, Noto Sans, sans-serif"'


@dataclass(frozen=True, slots=True)
class Moment:
    """A released map: its day in words, how many people, and how divided, 0 to 1."""

    day: str
    people: str
    depth: float | None
    breadth: float | None


def draw_time(moments: Sequence[Moment], words: Words) -> Picture:
    """Two lines over the released maps, the oldest at the side where reading begins.

    Empty where fewer than two maps have a division to show. Depth is a line with discs, breadth a
    broken line with squares: they differ without colour too.
    """
    if sum(moment.depth is not None for moment in moments) < LEAST:
        return Picture()
    _ = words.gettext
    rtl = words.direction == "rtl"
    step = (_RIGHT - _LEFT) / max(1, len(moments) - 1)
    # The scale stands where reading begins, so the lines are mirrored as a whole.
    across = [_mirrored(_LEFT + i * step, rtl) for i in range(len(moments))]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="time" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' role="img" aria-labelledby="time-title time-words" {_FONT}>'
        f'<title id="time-title">{escape(_("Depth and breadth over time"))}</title>'
        f'<desc id="time-words">{escape(_described(moments, words))}</desc>'
    ]
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _down(mark)
        ends = sorted((_mirrored(_LEFT, rtl), _mirrored(_RIGHT, rtl)))
        parts.append(f'<path d="M{ends[0]:g} {y:g}H{ends[1]:g}" stroke="{_LINE}"/>')
        anchor = "start" if rtl else "end"
        parts.append(
            f'<text x="{_mirrored(_LEFT - 8, rtl):g}" y="{y + 4:g}" font-size="11" direction="ltr"'
            f' text-anchor="{anchor}" fill="{_QUIET}">{mark:g}</text>'
        )
    for name, colour, dashes in (("depth", _DEPTH, ""), ("breadth", _BREADTH, "6 4")):
        values = [getattr(moment, name) for moment in moments]
        points = [(x, _down(v)) for x, v in zip(across, values, strict=True) if v is not None]
        parts.append(_line(across, values, colour, dashes))
        for x, y in points:
            parts.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="4" fill="{colour}"/>'
                if name == "depth"
                else f'<path d="M{x - 4:g} {y - 4:g}h8v8h-8z" fill="{_PAPER}" stroke="{colour}"'
                ' stroke-width="2"/>'
            )
    for at, moment in ((0, moments[0]), (len(moments) - 1, moments[-1])):
        # Both ends of the line of days; the side to which a day may reach is the inner one.
        inner = "start" if (at == 0) is not rtl else "end"
        parts.append(
            f'<text x="{across[at]:g}" y="{_BOTTOM + 20:g}" font-size="11" direction="ltr"'
            f' text-anchor="{inner}" fill="{INK}">{escape(moment.day)}</text>'
        )
    parts.append("</svg>")
    return Picture("".join(parts))


def _line(across: Sequence[float], values: Sequence[float | None], colour: str, dashes: str) -> str:
    """One path with a gap where there is no figure."""
    told, pen = [], "M"
    for x, value in zip(across, values, strict=True):
        if value is None:
            pen = "M"
            continue
        told.append(f"{pen}{x:g} {_down(value):g}")
        pen = "L"
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{"".join(told)}" fill="none" stroke="{colour}" stroke-width="2"{broken}/>'


def _mirrored(x: float, rtl: bool) -> float:
    return round(_WIDTH - x if rtl else x, 1)


def _down(value: float) -> float:
    return round(_BOTTOM - value * (_BOTTOM - _TOP), 1)


def _described(moments: Sequence[Moment], words: Words) -> str:
    said = []
    for moment in moments:
        if moment.depth is None or moment.breadth is None:
            said.append(words.gettext("%(day)s: no separate groups.") % {"day": moment.day})
        else:
            said.append(
                words.gettext("%(day)s: depth %(depth).2f, breadth %(breadth).2f.")
                % {"day": moment.day, "depth": moment.depth, "breadth": moment.breadth}
            )
    return " ".join(said)
