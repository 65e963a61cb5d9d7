"""An indicator's figures as a picture, with the table beside it: both from what may be shown."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.plan.shown import Shown
from baithak.report import paper_html
from baithak.report.paper import Line, Paper, Reading, Section, Text

__all__ = ["chart", "line"]


def line(told: Shown, *, href: str = "", caption: str = "") -> Line:
    """The figures as a block of a paper; a figure that is not shown is a gap with its words."""
    indicator = told.indicator
    language = indicator.language
    unit = indicator.text("unit")
    target = ""
    if indicator.target is not None and indicator.target_on is not None:
        target = _("To reach by %(day)s: %(figure)s") % {
            "day": date_format(indicator.target_on, "j F Y"), "figure": told.target,
        }  # fmt: skip
    return Line(
        caption=Text(caption or unit, language),
        readings=tuple(
            Reading(
                when=date_format(one.day, "j F Y"),
                value=None if one.value is None else float(one.value),
                shown=one.words,
                href=href,
                at=float(one.day.toordinal()),
            )
            for one in told.all
        ),
        heads=(_("Day"), _("Figure")),
        target=None if indicator.target is None else float(indicator.target),
        target_shown=target,
    )


def chart(told: Shown) -> paper_html.Fragment | None:
    """The picture and its table for a page of the hub; nothing where there is no figure yet."""
    if not told.all:
        return None
    language = (get_language() or "en").split("-")[0]
    section = Section("", (line(told),))
    return paper_html.blocks(Paper(title="", language=language, sections=(section,)), level=3)
