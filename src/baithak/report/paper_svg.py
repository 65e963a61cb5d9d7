"""Pictures of a paper as SVG: a bar, and readings over time with the value to reach.

Presentation attributes only, and no words inside but the figures of the scale: the same text serves
pages, sheets and Word files in every script.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from baithak.report.opinion_svg import Picture
from baithak.report.paper import Line, Reading

__all__ = ["bar", "line", "ticked"]

LINE, QUIET, GREEN, MARIGOLD, SHEET, TRACK = (
    "#ddd3c0", "#566058", "#0f4c3a", "#c97a00", "#fffdf8", "#efe8d9",
)  # fmt: skip
_FONT = 'font-family="inherit, Noto Sans, sans-serif"'
_WIDTH, _HEIGHT, _TOP, _BOTTOM = 480, 150, 12, 134


def bar(part: float | None, *, rtl: bool = False) -> Picture:
    """How far a bar reaches, 0 to 1, from the side where reading begins; the track alone for None.

    Examples
    --------
    >>> bar(0.5).count("<rect"), bar(None).count("<rect")
    (2, 1)
    """
    parts = [f'<rect width="200" height="12" rx="3" fill="{TRACK}"/>']
    if part is not None:
        wide = round(max(200 * part, 2.0 if part > 0 else 0.0), 1)
        left = round(200 - wide if rtl else 0.0, 1)
        parts.append(f'<rect x="{left:g}" width="{wide:g}" height="12" rx="3" fill="{GREEN}"/>')
    return Picture(
        '<svg xmlns="http://www.w3.org/2000/svg" class="paper-bar" viewBox="0 0 200 12"'
        f' preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'
    )


def line(told: Line, *, rtl: bool = False) -> Picture:
    """Readings joined in order, with a gap where there is none, over a scale of round figures.

    Readings are full discs, the value to reach is a broken line: they differ without colour too.
    Empty where there is no reading.
    """
    values = [r.value for r in told.readings if r.value is not None]
    if not values:
        return Picture()
    marks = ticked([*values, *([told.target] if told.target is not None else [])])
    low, high = marks[0], marks[-1]
    labels = [_figure(mark, marks[1] - marks[0]) for mark in marks]
    left = 14 + 8 * max(map(len, labels))
    right = _WIDTH - 12

    def down(value: float) -> float:
        return round(_BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP), 1)

    def mirrored(x: float) -> float:
        return round(_WIDTH - x if rtl else x, 1)

    across = [mirrored(left + 6 + part * (right - left - 12)) for part in _along(told.readings)]
    ends = sorted((mirrored(left), mirrored(right)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="paper-curve" role="img" {_FONT}'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-label="{escape(told.alternative())}">'
    ]
    for mark, label in zip(marks, labels, strict=True):
        y = down(mark)
        parts.append(
            f'<path d="M{ends[0]:g} {y:g}H{ends[1]:g}" stroke="{LINE}"/>'
            f'<text x="{mirrored(left - 7):g}" y="{y + 5:g}" font-size="14" direction="ltr"'
            f' text-anchor="{"start" if rtl else "end"}" fill="{QUIET}">{label}</text>'
        )
    if told.target is not None:
        parts.append(
            f'<path d="M{ends[0]:g} {down(told.target):g}H{ends[1]:g}" stroke="{MARIGOLD}"'
            ' stroke-width="2.5" stroke-dasharray="7 5"/>'
        )
    pen, drawn = "M", []
    points = []
    for x, reading in zip(across, told.readings, strict=True):
        if reading.value is None:
            pen = "M"
            continue
        drawn.append(f"{pen}{x:g} {down(reading.value):g}")
        points.append((x, down(reading.value)))
        pen = "L"
    parts.append(
        f'<path d="{"".join(drawn)}" fill="none" stroke="{GREEN}" stroke-width="2.5"'
        ' stroke-linejoin="round"/>'
    )
    parts += [
        f'<circle cx="{x:g}" cy="{y:g}" r="4.5" fill="{GREEN}" stroke="{SHEET}" stroke-width="1.5"/>'
        for x, y in points
    ]
    parts.append("</svg>")
    return Picture("".join(parts))


def ticked(values: Sequence[float]) -> list[float]:
    """Three to six round figures that hold all values between them.

    Examples
    --------
    >>> ticked([3, 41])
    [0.0, 20.0, 40.0, 60.0]
    >>> ticked([7])
    [6.0, 7.0, 8.0]
    >>> ticked([0.1, 0.3])
    [0.0, 0.1, 0.2, 0.3]
    """
    low, high = min(values), max(values)
    if 0 < low < 0.5 * high:
        low = 0.0  # a scale from nothing wherever it costs little
    if high - low <= abs(high) * 1e-9:
        step = 10.0 ** math.floor(math.log10(abs(high) / 2)) if high else 1.0
        low, high = low - step, high + step
    rough = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{at * step:.12g}") for at in range(first, last + 1)]


def _figure(mark: float, step: float) -> str:
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{mark:,.{places}f}"


def _along(readings: Sequence[Reading]) -> list[float]:
    """Each reading's place, 0 to 1: by its day where all have one, else evenly."""
    days = [r.at for r in readings if r.at is not None]
    if len(days) == len(readings) and days[0] < days[-1] and days == sorted(days):
        return [(day - days[0]) / (days[-1] - days[0]) for day in days]
    if len(readings) == 1:
        return [0.5]
    return [at / (len(readings) - 1) for at in range(len(readings))]
