"""The report of a hub or a country: which of its cities share what, in words. No ranking, no score.

Cities stand in the order of their names, each with what it shares, never with a number beside another
city's. Numbers are sums over all of them, and the hub's own work.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baithak.exchange.models import SentBundle
from baithak.home.reports.composing import day, here, mark_of
from baithak.home.reports.figures import Scope
from baithak.home.reports.periodic import City
from baithak.network import queries as network
from baithak.network.models import Kind, Place
from baithak.report.paper import (
    Block,
    Cell,
    Fact,
    Facts,
    Lead,
    Link,
    Notice,
    Paper,
    Paragraph,
    Section,
    Table,
)

__all__ = ["report_of_several"]

#: The columns of the table of cities: the figure that is looked at, the part of the city's own report.
COLUMNS = (
    ("cities-plans", "plan"),
    ("cities-dialogues", "listening"),
    ("cities-meetings", "bodies"),
    ("cities-actions", "plan"),
    ("cities-workshops", "workshops"),
    ("cities-practices", "learning"),
)
SUMS = (
    "cities-plans", "cities-dialogues", "cities-meetings", "cities-actions", "cities-commitments",
    "cities-workshops", "cities-practices", "cities-lessons",
)  # fmt: skip


def report_of_several(scope: Scope, *, source: str, preview: bool = False) -> Paper:
    """The report of a hub or a country within this scope, in the language that is active."""
    return _Several(scope, source, preview=preview).paper()


class _Several(City):
    def __init__(self, scope: Scope, source: str, *, preview: bool) -> None:
        super().__init__(scope, source, preview=preview)
        found = (
            network.cities_of(scope.viewer, scope.place)
            if scope.place.kind == Kind.HUB
            else network.places_below(scope.viewer, scope.place)
        )
        self.cities: list[Place] = sorted(
            found.exclude(open_data=True), key=lambda city: city.local_name.casefold()
        )

    def paper(self) -> Paper:
        scope = self.scope
        marks = [mark_of(scope)]
        if scope.place.example:
            marks.insert(0, _("Example"))
        if scope.runs:
            marks.append(_("Still running"))
        is_hub = scope.place.kind == Kind.HUB
        return Paper(
            title=scope.place.local_name,
            language=here(),
            kind=_("Yearly report") if not scope.period.quarter else _("Quarterly report"),
            subtitle=scope.period.words,
            marks=tuple(marks),
            facts=tuple(
                self.fact(name)
                for name in (
                    "cities-plans",
                    "cities-dialogues",
                    "cities-actions",
                    "cities-practices",
                )
                if self.numbers[name]
            ),
            sections=(
                self.short_form(),
                self.presence(),
                self.sums(),
                self.workshops(),
                self.promises(),
                self.bodies_and_meetings(),
                self.between_levels(),
                self.practices(),
                *([self.bundles()] if is_hub else []),
                self.languages_there(),
                self.hard(),
                self.next(),
                self.how(),
            ),
            source=self.source,
            made=day(scope.today),
        )

    def short_form(self) -> Section:
        scope = self.scope
        blocks: list[Block] = [Notice(self.view())]
        if scope.runs:
            told = _("This time is not over: figures are those of %(day)s and will change.")
            blocks.append(Paragraph(told % {"day": day(scope.today)}))
        number = len(self.cities)
        if number:
            sharing = len(self.sharing())
            blocks.append(
                Lead(
                    ngettext(
                        "%(some)d of %(n)d city shares something of its work in this time.",
                        "%(some)d of %(n)d cities share something of their work in this time.",
                        number,
                    )
                    % {"some": sharing, "n": number}
                )
            )
        else:
            blocks.append(Lead(_("No city belongs to it yet.")))
        return Section(_("In short"), tuple(blocks), "short")

    def view(self) -> str:
        named = {"place": self.scope.place.local_name}
        viewer = self.scope.viewer
        if not viewer.is_member:
            return _(
                "This report counts what everybody may see of the cities of %(place)s, and of its own work."
            ) % named  # fmt: skip
        if viewer.roles_at(self.scope.place) or (self.scope.place.hub_id or self.scope.place.pk) in viewer.hubs:  # fmt: skip
            return _(
                "This report counts what cities share with the members of their hub, and what you may "
                "see of the own work of %(place)s. Not everybody may read it: look at the public view "
                "before you hand it on."
            ) % named  # fmt: skip
        return _(
            "This report counts what the cities of %(place)s share with the whole network, and of its own work."
        ) % named  # fmt: skip

    # --- the cities
    def places_with(self, figure: str) -> frozenset[int]:
        """Where there is at least one."""
        known = self.__dict__.setdefault("_places_with", {})
        if figure not in known:
            column = "plan__place" if figure == "cities-actions" else "place"
            found = self.all_of(figure)
            assert isinstance(found, QuerySet)
            ids = found.order_by().values_list(column, flat=True).distinct()
            known[figure] = frozenset(ids) if self.numbers[figure] else frozenset()
        return frozenset(known[figure])

    def sharing(self) -> frozenset[int]:
        return frozenset().union(*(self.places_with(figure) for figure, _part in COLUMNS))

    def presence(self) -> Section:
        """Yes or nothing shared, city by city in the order of names."""
        if not self.cities:
            return Section(_("The cities"), (Paragraph(_("No city belongs to it yet.")),), "cities")
        asked = "?as=public" if self.preview else ""
        rows = []
        for city in self.cities:
            address = reverse(
                "home:report", kwargs={"place": city.slug, "period": self.scope.period.slug}
            )
            row: list[Cell] = [Link(city.local_name, f"{address}{asked}")]
            row += [
                Link(_("yes"), f"{address}{asked}#{part}")
                if city.pk in self.places_with(figure)
                else "–"
                for figure, part in COLUMNS
            ]
            rows.append(tuple(row))
        heads = (
            _("City"), _("Plan"), _("Listening"), _("Meetings"), _("Actions done"), _("Workshop"),
            _("Practice"),
        )  # fmt: skip
        blocks = (
            Table(_("What each city shares"), heads, tuple(rows), widths=(3, 2, 2, 2, 2, 2, 2)),
            Paragraph(
                _(
                    "A dash means that nothing is shared for this time, not that nothing was done. Cities "
                    "stand in the order of their names; nobody compares them."
                )
            ),
        )
        return Section(_("The cities"), blocks, "cities")

    def sums(self) -> Section:
        shown = self.facts(*SUMS)
        return Section(
            _("All cities together"), self.or_missing([shown], there=shown is not None), "sums"
        )

    # --- what the hub spreads
    def practices(self) -> Section:
        number = self.numbers["cities-practices"]
        items: list[Cell] = [
            Link(f"{one.title} · {one.place.local_name}", one.get_absolute_url())
            for one in self.some("cities-practices")
        ]
        blocks = [self.short(items, "cities-practices", number)] if items else []
        return Section(
            _("Practices published"), self.or_missing(blocks, there=bool(items)), "practices"
        )

    def bundles(self) -> Section:
        """Signed files of practices for other hubs; those who can confirm it see them."""
        title = _("Practices sent to other hubs")
        if not self.scope.sees_all:
            told = _("Which files of practices were sent is seen by those who confirm them.")
            return Section(title, (Paragraph(told),), "bundles")
        found = SentBundle.objects.seen_by(self.scope.viewer).filter(
            self.scope.within("day"), place=self.scope.place
        )
        address = reverse("exchange:hubs", kwargs={"place": self.scope.place.slug})
        rows = tuple(
            (
                Link(_("Number %(n)d") % {"n": one.number}, address),
                day(one.day),
                Link(str(one.practices), address),
            )
            for one in found.order_by("number")
        )
        heads = (_("File"), _("Day"), _("Practices"))
        blocks = [Table(_("Files that were signed"), heads, rows, (2,), (2, 2, 1))]
        return Section(title, self.or_missing(blocks, there=bool(rows)), "bundles")

    def languages_there(self) -> Section:
        """The cities' languages, and those in which what they published now can be read."""
        rows: list[Fact] = []
        of_cities = self.languages(self.cities)
        if of_cities:
            rows.append(Fact(_("Languages of the cities"), of_cities))
        codes: dict[str, None] = {}
        if self.numbers["cities-practices"]:
            for one in self.all_of("cities-practices"):
                codes[one.record.language] = None
                codes |= dict.fromkeys(told.language for told in one.translations.all())
        if codes:
            names = dict(settings.CONTENT_LANGUAGES)
            told = ", ".join(str(names.get(code, code)) for code in sorted(codes))
            rows.append(
                Fact(
                    _("Languages of the practices of this time"),
                    Link(told, self.address("cities-practices")),
                )
            )
        blocks = [Facts(tuple(rows))] if rows else []
        return Section(_("Languages"), self.or_missing(blocks, there=bool(rows)), "languages")
