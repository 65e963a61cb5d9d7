"""Pictures of a panel as SVG: seats beside those who registered, and everybody's chance in order.

Presentation attributes only, no words inside: the same text serves pages, report and PDF in every
script. Drawn from a ``PublishedPanel``, so nothing in them is finer than the small-cell rule allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from baithak.report.opinion_svg import INK, Picture

__all__ = ["chance_curve", "seats_bar"]

LINE, QUIET, BAND, GREEN, MARIGOLD = "#ddd3c0", "#566058", "#9cc4af", "#0f4c3a", "#c97a00"
_FONT = 'font-family="inherit, Noto Sans, sans-serif"'


def seats_bar(
    low: float, high: float, pool: float | None, longest: float, *, rtl: bool = False
) -> Picture:
    """The seats of one feature (band) and its part of those who registered (ring).

    Parameters
    ----------
    low, high : float
        Parts of the seats by quota, 0 to 1.
    pool : float or None
        Part of those who registered; None where it may not be shown.
    longest : float
        What the whole line stands for: the same for all features of a category.
    rtl : bool
        From the right, where people read from there.

    Examples
    --------
    >>> seats_bar(0.5, 0.5, None, 1.0).count("<circle")
    0
    """

    def along(value: float) -> float:
        part = min(1.0, value / longest) if longest else 0.0
        return round(7 + 186 * (1 - part if rtl else part), 1)

    left, right = sorted((along(low), along(high)))
    # A quota of a single number is a line, not nothing.
    left, wide = (left, right - left) if right - left >= 3 else ((left + right) / 2 - 1.5, 3.0)
    parts = [
        f'<path d="M7 8H193" stroke="{LINE}" stroke-width="4" stroke-linecap="round"/>',
        f'<rect x="{left:g}" y="2" width="{wide:g}" height="12" rx="1.5" fill="{GREEN}"/>',
    ]
    if pool is not None:
        parts.append(
            f'<circle cx="{along(pool):g}" cy="8" r="5" fill="#fffdf8" fill-opacity=".7"'
            f' stroke="{MARIGOLD}" stroke-width="2.5"/>'
        )
    return Picture(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 200 16"'
        f' aria-hidden="true">{"".join(parts)}</svg>'
    )


def chance_curve(curve: Sequence[float], equal: float, label: str) -> Picture:
    """Everybody's chance from the smallest to the largest, beside the line of equal chances.

    Parameters
    ----------
    curve : sequence of float
        Chances in ascending order, at even places.
    equal : float
        The chance if all had the same: seats over people.
    label : str
        What the picture shows, for those who do not see it.

    Examples
    --------
    >>> "<title>" in chance_curve([0.1, 0.2, 0.3], 0.2, "Chances")
    True
    """
    top = _round_up(max([*curve, equal]))
    left, right, high, low = 44, 472, 10, 190

    def x(at: int) -> float:
        return round(left + (right - left) * at / max(1, len(curve) - 1), 1)

    def y(value: float) -> float:
        return round(low - (low - high) * value / top, 1)

    ticks = "".join(
        f'<path d="M{left} {y(top * part):g}H{right}" stroke="{LINE}"/>'
        f'<text x="{left - 6}" y="{y(top * part) + 4:g}" text-anchor="end" direction="ltr">'
        f"{100 * top * part:g}%</text>"
        for part in (0.0, 0.5, 1.0)
    )
    line = " ".join(f"{x(at):g},{y(value):g}" for at, value in enumerate(curve))
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chances" viewBox="0 0 480 200" role="img" {_FONT}>'
        f"<title>{escape(label)}</title>"
        f'<g font-size="12" fill="{QUIET}">{ticks}</g>'
        f'<polygon points="{left},{low} {line} {right},{low}" fill="{BAND}" fill-opacity=".55"/>'
        f'<polyline points="{line}" fill="none" stroke="{GREEN}" stroke-width="2.5"/>'
        f'<path d="M{left} {y(equal):g}H{right}" stroke="{MARIGOLD}" stroke-width="2"'
        ' stroke-dasharray="6 5"/>'
        f'<path d="M{left} {low}H{right}" stroke="{INK}"/></svg>'
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 10 times a power of ten: an axis that halves into short figures."""
    if value < 1e-9:
        return 1.0
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return round(min(power * step for step in (1, 2, 4, 5, 10) if power * step >= value * 0.999), 9)
