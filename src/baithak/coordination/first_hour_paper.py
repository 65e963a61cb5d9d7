"""The first-hour card as one sheet of paper, for the team's wall and pockets."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from baithak.coordination.models import ResponseCard
from baithak.coordination.queries.first_hour import Call
from baithak.report.paper import (
    Cell,
    Fact,
    Notice,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Text,
)

__all__ = ["first_hour_paper"]


def first_hour_paper(
    card: ResponseCard, calls: Iterable[Call], *, language: str, source: str, made: str
) -> Paper:
    """The card in the reader's language, with the numbers. It is for the team and nobody else.

    Parameters
    ----------
    card : ResponseCard
    calls : iterable of Call
        The contact tree, as ``queries.first_hour.tree`` gives it.
    language : str
        Of the headings; the card's texts keep their own.
    source, made : str
        The address of the living page, and the day in words.
    """

    def told(name: str) -> Text:
        return Text(card.text(name), card.language)

    def lines(name: str) -> tuple[Cell, ...]:
        return tuple(
            Text(line, card.language) for line in card.text(name).split("\n") if line.strip()
        )

    rows = tuple(
        (
            Text("\u2003" * call.depth + call.contact.office),
            Text(call.telephone),
            date_format(call.contact.until, "j M Y"),
        )
        for call in calls
    )
    sections = [
        Section(_("Who speaks"), (Paragraph(told("who_speaks")),)),
        Section(_("First steps"), (Points(lines("first_steps"), numbered=True),)),
        Section(_("What we never do"), (Points(lines("never")),), half=True),
        Section(_("Support for those affected"), (Points(lines("support")),), half=True),
        Section(_("The country’s offices"), (Paragraph(told("national_link")),)),
        Section(
            _("Whom we call"),
            (
                Table(
                    "",
                    (_("Office"), _("Telephone"), _("May be called until")),
                    rows,
                    widths=(3, 2, 2),
                    empty=_("Nobody has agreed to be called yet."),
                ),
                Notice(_("Only for the team. Destroy this sheet when a newer one is printed.")),
            ),
        ),
    ]
    needed = {2: "never", 3: "support", 4: "national_link"}
    return Paper(
        title=_("The first hour in %(place)s") % {"place": card.place.local_name},
        language=language,
        kind=_("First-hour card"),
        marks=(_("Only for the team"), *((_("Example"),) if card.place.example else ())),
        facts=(
            Fact(
                _("Last exercise"),
                date_format(card.exercised_on, "j M Y") if card.exercised_on else _("None yet"),
            ),
            Fact(
                _("Look at it again on"),
                date_format(card.review_on, "j M Y") if card.review_on else _("No day yet"),
            ),
        ),
        sections=tuple(
            section
            for at, section in enumerate(sections)
            if at not in needed or card.text(needed[at])
        ),
        source=source,
        made=made,
        compact=True,
    )
