"""The report of a workshop that writes itself: everything in it stands somewhere in the system.

It begins with a short form. People are told in aggregate, past the small-cell rule (R6); what was said in
the room without who said it (R15); commitments with who keeps them, until when and how far they are today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from baithak.coordination.models import Commitment, Workshop
from baithak.coordination.queries import workshops as queries
from baithak.coordination.queries.commitments import owner_words
from baithak.coordination.queries.workshops import country_names
from baithak.exchange.records import LANGUAGES, library
from baithak.exchange.shelf import licence_words
from baithak.network.models import OrganisationType, Worded
from baithak.network.rules import Role
from baithak.network.scope import Viewer
from baithak.report.paper import (
    Block,
    Cell,
    Fact,
    Facts,
    Heading,
    Lead,
    Link,
    Notice,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Text,
    texts,
)
from baithak.report.participants import PublishedParticipants
from baithak.report.words import words

__all__ = ["code_label", "days", "event_report", "minutes", "people_sentence"]

#: Words that somebody reads in a minute.
_PACE = 200


def event_report(viewer: Viewer, of: Workshop, *, source: str) -> Paper:
    """The report as this viewer may read it, in the language that is active.

    Parameters
    ----------
    source : str
        The whole address of the report: it stands at its foot and does not change.
    """
    return _Report(viewer, of, source).paper()


def days(begins: date, ends: date) -> str:
    """The days of a workshop: "2 August 2023", or the first and the last.

    Examples
    --------
    >>> days(date(2023, 8, 2), date(2023, 8, 2))
    '2 August 2023'
    """
    if begins == ends:
        return date_format(begins, "j F Y")
    first, last = date_format(begins, "j F Y"), date_format(ends, "j F Y")
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def minutes(words_in_it: int) -> int:
    """How long it takes to read so many words; never less than a minute.

    Examples
    --------
    >>> minutes(90), minutes(650)
    (1, 3)
    """
    return max(1, round(words_in_it / _PACE))


def people_sentence(told: PublishedParticipants) -> str:
    """How many people came, from how many countries, as far as it may be told."""
    if told.is_empty:
        return ""
    if told.total is None:
        return _("fewer than %(k)d people") % {"k": told.k}
    people = words(_here()).count(told.total, told.k)
    if told.countries is None:
        return _("about %(people)s people") % {"people": people}
    return ngettext(
        "about %(people)s people from %(n)d country",
        "about %(people)s people from %(n)d countries",
        told.countries,
    ) % {"people": people, "n": told.countries}


def _here() -> str:
    return (get_language() or "en").split("-")[0]


def _own(thing: Worded, name: str = "title") -> Text:
    """One of a thing's texts, with its language."""
    return Text(thing.text(name), thing.language)


def _linked(thing: Any) -> Link:
    return Link(_own(thing), thing.get_absolute_url())


def _count_words(paper_texts: Iterable[Text]) -> int:
    return sum(len(text.text.split()) for text in paper_texts)


class _Report:
    """One report in the making."""

    def __init__(self, viewer: Viewer, of: Workshop, source: str) -> None:
        self.viewer, self.of, self.source = viewer, of, source
        self.page = of.get_absolute_url()
        self.figures = queries.figures(of)
        self.takeaways = list(queries.takeaways(viewer, of))
        self.raised = list(queries.raised(viewer, of))
        self.practices = [one.practice for one in queries.showcases(viewer, of)]
        self.progress = queries.Progress(of, tuple(queries.born(viewer, of)))
        self.before = queries.progress(viewer, queries.previous(viewer, of))

    def paper(self) -> Paper:
        """All of it."""
        body = [
            *self.programme(),
            *self.challenges(),
            *self.shown(),
            *self.agreed(),
            *self.promised(),
            *self.since(),
            *self.people(),
            *self.thanks(),
        ]
        short = self.short()
        bare = self._made([short, *body])
        about = self.about(minutes(_count_words(texts(bare))))
        return self._made([short, about, *body])

    def _made(self, sections: Sequence[Section]) -> Paper:
        of = self.of
        marks = [_("Example")] if of.place.example else []
        marks += [] if of.is_reported else [_("Draft")]
        return Paper(
            title=_own(of),
            language=_here(),
            kind=_("Event report"),
            subtitle=" · ".join([days(of.begins, of.ends), of.place.local_name]),
            marks=tuple(marks),
            facts=self.big(),
            sections=tuple(sections),
            source=self.source,
            made=date_format(timezone.localdate(), "j F Y"),
            footer=(_("Licence: %(licence)s") % {"licence": licence_words(of.licence)},),
        )

    # --- short form first
    def big(self) -> tuple[Fact, ...]:
        told = [
            (ngettext("Takeaway", "Takeaways", len(self.takeaways)), len(self.takeaways), "takeaways"),
            (ngettext("Practice shown", "Practices shown", len(self.practices)), len(self.practices), "practices"),
            (ngettext("Commitment", "Commitments", len(self.progress.all)), len(self.progress.all), "commitments"),
        ]  # fmt: skip
        facts = [
            Fact(label, Link(str(number), f"{self.page}#{name}"))
            for label, number, name in told
            if number
        ]
        if self.figures.total is not None:
            people = words(_here()).count(self.figures.total, self.figures.k)
            facts.insert(
                0,
                Fact(_("People"), Link(people, f"{self.page}#participants"), _("rounded to five")),
            )
        return tuple(facts)

    def short(self) -> Section:
        blocks: list[Block] = []
        if self.of.text("summary"):
            blocks.append(Lead(_own(self.of, "summary")))
        points = [point for point in self.points() if point]
        if points:
            blocks.append(Points(tuple(points)))
        if not self.of.is_reported:
            blocks.insert(
                0, Notice(_("The report is not out yet: only your team and those who confirm read it."))
            )  # fmt: skip
        return Section(_("In short"), tuple(blocks), "short")

    def points(self) -> list[str]:
        names = ", ".join(self.label(one.code) for one in self.raised[:3])
        more = len(self.raised) - 3
        return [
            _("Who came: %(people)s.") % {"people": people_sentence(self.figures)}
            if not self.figures.is_empty
            else "",
            (
                _("Challenges that were raised: %(names)s and %(more)d more.")
                % {"names": names, "more": more}
                if more > 0
                else _("Challenges that were raised: %(names)s.") % {"names": names}
            )
            if self.raised
            else "",
            self.standing(self.progress),
        ]

    def standing(self, told: queries.Progress) -> str:
        """How far commitments are, in a sentence."""
        if not told.all:
            return ""
        return _(
            "Commitments: %(all)d; kept: %(kept)d, open: %(open)d, overdue: %(overdue)d, dropped: %(dropped)d."
        ) % {
            "all": len(told.all), "kept": len(told.kept), "open": len(told.open),
            "overdue": len(told.overdue), "dropped": len(told.dropped),
        }  # fmt: skip

    def about(self, read: int) -> Section:
        of = self.of
        rows = [
            Fact(_("Date"), days(of.begins, of.ends)),
            Fact(_("What it is"), _("Event report of a workshop")),
            Fact(
                _("Reading time"),
                ngettext("%(n)d minute", "%(n)d minutes", read) % {"n": read},
            ),
            Fact(_("Place"), Link(of.place.local_name, reverse("network:place", args=[of.place.slug]))),
            *[
                Fact(label, _own(of, name))
                for name, label in (
                    ("where", _("Where")), ("hosts", _("Hosts")), ("funders", _("Funders")),
                )
                if of.text(name)
            ],
        ]  # fmt: skip
        if of.series is not None and self.sees_series():
            rows.append(Fact(_("Series"), _linked(of.series)))
        rows += [
            Fact(_("Language"), LANGUAGES.get(_here(), _here())),
            Fact(_("Licence"), licence_words(of.licence)),
        ]
        blocks: list[Block] = [Facts(tuple(rows))]
        if of.closed_room:
            blocks.append(
                Paragraph(
                    _("Told under the Chatham House Rule: what was said, not who said it or for which city.")
                )
            )  # fmt: skip
        return Section(_("About this report"), tuple(blocks), "about")

    def sees_series(self) -> bool:
        """Whether the series may be named to this reader."""
        series = self.of.series
        return (
            series is not None
            and type(series).objects.seen_by(self.viewer).filter(pk=series.pk).exists()
        )

    # --- what happened
    def programme(self) -> list[Section]:
        blocks: list[Block] = []
        for part in queries.parts(self.viewer, self.of):
            blocks.append(Heading(_own(part)))
            if part.description:
                blocks.append(Paragraph(_own(part, "description")))
        return [Section(_("Programme"), tuple(blocks), "programme")] if blocks else []

    def label(self, code: str) -> str:
        return library().taxonomy.label("challenges", code, _here())

    def challenges(self) -> list[Section]:
        if not self.raised:
            return []
        blocks: list[Block] = []
        for one in self.raised:
            address = f"{reverse('exchange:list')}?challenge={one.code}"
            blocks.append(Points((Link(self.label(one.code), address),)))
            if one.description:
                blocks.append(Paragraph(_own(one, "description")))
        return [Section(_("Challenges that were raised"), tuple(blocks), "challenges")]

    def shown(self) -> list[Section]:
        if not self.practices:
            return []
        items = tuple(
            Link(Text(one.title, one.language), one.get_absolute_url()) for one in self.practices
        )
        return [Section(_("Practices that were shown"), (Points(items),), "practices")]

    def agreed(self) -> list[Section]:
        if not self.takeaways:
            return []
        items = tuple(_own(one) for one in self.takeaways)
        return [Section(_("Takeaways"), (Points(items, numbered=True),), "takeaways")]

    def promised(self) -> list[Section]:
        if not self.takeaways and not self.progress.all:
            return []
        table = self.table(
            _("What was promised, and how far it is today"),
            self.progress.all,
            _("No commitment was born of the takeaways yet."),
        )
        return [Section(_("Commitments"), (table,), "commitments")]

    def since(self) -> list[Section]:
        if self.before is None:
            return []
        told: list[Block] = [
            Paragraph(Link(_own(self.before.since), self.before.since.get_absolute_url()))
        ]
        sentence = self.standing(self.before)
        if sentence:
            told.append(Paragraph(sentence))
        told.append(
            self.table(
                _("What was promised there, and what became of it"),
                self.before.all,
                _("No commitment was born of its takeaways."),
            )
        )
        return [Section(_("Since the workshop before"), tuple(told), "since")]

    def table(self, caption: str, rows: Iterable[Commitment], empty: str) -> Table:
        """Commitments with who keeps them, until when, and how far they are."""
        told: list[tuple[Cell, ...]] = []
        for one in rows:
            state = _("Overdue") if one.is_overdue else str(one.get_state_display())
            due = date_format(one.due, "j M Y") if one.due else "—"
            told.append((_linked(one), owner_words(self.viewer, one), due, state))
        header = (_("What"), _("Who keeps it"), _("Until"), _("State"))
        return Table(caption, header, tuple(told), widths=(5, 3, 2, 2), empty=empty)

    # --- who came
    def people(self) -> list[Section]:
        figures = self.figures
        if figures.is_empty:
            return []
        sentence = people_sentence(figures)
        blocks: list[Block] = [
            Paragraph(Link(sentence[:1].upper() + sentence[1:] + ".", f"{self.page}#participants"))
        ]
        named = queries.countries(self.of)
        if named:
            countries = country_names(named)
            blocks.append(
                Paragraph(_("They came from: %(names)s.") % {"names": ", ".join(countries.values())})
            )  # fmt: skip
        blocks += self.people_tables()
        blocks.append(
            Paragraph(
                _(
                    "Figures are rounded to five, each for itself, so that they need not add up. Of fewer than ten people none is given."
                )
            )
        )  # fmt: skip
        return [Section(_("Who came"), tuple(blocks), "participants")]

    def people_tables(self) -> list[Block]:
        found: list[Block] = []
        for name, caption in (
            ("role", _("By role")),
            ("country", _("By country")),
            ("organisation_type", _("By type of organisation")),
        ):
            table = self.figures.tables.get(name)
            if table is None or not table.rows:
                continue
            rows: list[tuple[Cell, ...]] = [
                (code_label(name, code), words(_here()).count(people, self.figures.k))
                for code, people in table.rows
            ]
            found.append(Table(caption, (_("Who"), _("People")), tuple(rows), figures=(1,)))
            if table.others:
                found.append(Paragraph(_("Others came too, of whom no figure is given.")))
        return found

    def thanks(self) -> list[Section]:
        if not self.of.text("thanks"):
            return []
        return [Section(_("Thanks"), (Paragraph(_own(self.of, "thanks")),), "thanks")]


def code_label(table: str, code: str) -> str:
    """What a code of one of the three tables is called in the reader's language."""
    if table == "role":
        return str(Role(code).label)
    if table == "organisation_type":
        return str(OrganisationType(code).label)
    return country_names([code])[code]
