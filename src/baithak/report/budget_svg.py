"""Pictures of a budget as SVG: where the money goes by two rules, and bars with rings for tables.

Presentation attributes only, no words inside but numbers of rank: the same text serves pages, report
and PDF in every script. Drawn from a ``PublishedBudget``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from baithak.report.budget_disclosure import PublishedBudget
from baithak.report.opinion_svg import INK, LINE, PAPER, Picture
from baithak.report.words import Words

__all__ = ["draw_money", "pair_bar"]

GREEN, MARIGOLD, GREY = "#0f4c3a", "#c97a00", "#8b948d"
_FONT = 'font-family="inherit, Noto Sans, sans-serif"'
_WIDE, _LEFT, _RIGHT = 640, 6, 634


def draw_money(told: PublishedBudget, say: Words, *, prefix: str = "money") -> Picture:
    """The budget as a line, cut into the funded projects; below it the same for the other rule.

    Green: funded by both rules; marigold: by this rule alone; grey: by the other alone; what is
    left is empty. Numbers are the order of purchase.

    Parameters
    ----------
    told : PublishedBudget
    say : Words
    prefix : str
        Start of the ids inside.

    Returns
    -------
    Picture
    """
    _ = say.gettext
    rtl = say.direction == "rtl"
    both = set(told.selected) & set(told.other_selected) if told.other_rule else set(told.selected)
    ranks = {name: str(at) for at, name in enumerate(told.selected, start=1)}
    lines = [_line(told.selected, told, both, MARIGOLD, ranks, 8, rtl)]
    height = 60
    if told.other_rule:
        lines.append(_line(told.other_selected, told, both, GREY, ranks, 68, rtl))
        height = 120
    title = escape(_("Where the money goes"))
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chances" viewBox="0 0 {_WIDE} {height}"'
        f' role="img" aria-labelledby="{prefix}-t" {_FONT}><title id="{prefix}-t">{title}</title>'
        f"{''.join(lines)}</svg>"
    )


def _line(
    names: Sequence[str],
    told: PublishedBudget,
    both: set[str],
    alone: str,
    ranks: dict[str, str],
    top: int,
    rtl: bool,
) -> str:
    span = _RIGHT - _LEFT
    parts = [
        f'<rect x="{_LEFT}" y="{top}" width="{span}" height="44" rx="3" fill="{PAPER}"'
        f' stroke="{LINE}" stroke-width="1.5"/>'
    ]
    spent = Fraction(0)
    for name in names:
        cost = told.costs[name]
        start, end = (float(span * part / told.budget) for part in (spent, spent + cost))
        spent += cost
        left = _RIGHT - end if rtl else _LEFT + start
        wide = max(0.5, end - start - 1)
        fill = GREEN if name in both else alone
        # Projects of the other rule alone are striped as well: colour is not the only sign.
        edge = "" if name in both else f' stroke="{INK}" stroke-dasharray="3 2"'
        parts.append(
            f'<rect x="{left:.1f}" y="{top + 2}" width="{wide:.1f}" height="40" rx="1.5"'
            f' fill="{fill}"{edge}/>'
        )
        label = ranks.get(name, "")
        if label and wide >= 8 * len(label) + 4:
            parts.append(
                f'<text x="{left + wide / 2:.1f}" y="{top + 27}" font-size="13" fill="#fff"'
                f' text-anchor="middle" direction="ltr">{label}</text>'
            )
    return "".join(parts)


def pair_bar(
    first: float | None, second: float | None, longest: float, *, rtl: bool = False
) -> Picture:
    """Two parts of one whole: a bar (green), and a ring (marigold) for what it is compared with.

    Examples
    --------
    >>> pair_bar(0.5, None, 1.0).count("<circle")
    0
    """

    def along(value: float) -> float:
        part = min(1.0, value / longest) if longest else 0.0
        return round(7 + 186 * (1 - part if rtl else part), 1)

    parts = [f'<path d="M7 8H193" stroke="{LINE}" stroke-width="4" stroke-linecap="round"/>']
    if first is not None:
        low, high = sorted((along(0.0), along(first)))
        parts.append(
            f'<rect x="{low:g}" y="3" width="{max(2.0, high - low):g}" height="10" rx="1.5"'
            f' fill="{GREEN}"/>'
        )
    if second is not None:
        parts.append(
            f'<circle cx="{along(second):g}" cy="8" r="5" fill="{PAPER}" fill-opacity=".7"'
            f' stroke="{MARIGOLD}" stroke-width="2.5"/>'
        )
    return Picture(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 200 16"'
        f' aria-hidden="true">{"".join(parts)}</svg>'
    )
