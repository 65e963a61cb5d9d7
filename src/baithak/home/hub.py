"""What the cities of a hub, or of a country, share: by name, never ranked, without a score.

A line says what a city shares with its hub or wider, in words, and what is not shared is not counted.
No figure here is about people; those stand on the pages they lead to, past the small-cell rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from baithak.coordination.queries import desk as coordination
from baithak.dialogue import queries as dialogues
from baithak.exchange.queries import adoptions, practices, questions
from baithak.exchange.records import library
from baithak.home import addresses
from baithak.home.rules import opens_the_overview
from baithak.network import queries as network
from baithak.network.models import Kind, Place
from baithak.network.scope import SHARED, Viewer
from baithak.plan.queries import desk as plans

__all__ = ["CitySheet", "Line", "Overview", "overview", "place_of"]

#: A city is new for so long.
NEW = timedelta(days=180)
#: Lines of a list.
MOST = 12


def place_of(viewer: Viewer, *, place: str) -> Place | None:
    """The hub or country whose overview this viewer opens; to others it does not exist."""
    found = network.place_named(viewer, place=place)
    return found if opens_the_overview.test(viewer, found) else None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and where to look."""

    text: str
    address: str = ""
    language: str = ""
    note: str = ""
    day: date | None = None
    late: bool = False


@dataclass(slots=True)
class CitySheet:
    """One city: what it shares, in sentences; ``sign`` is the last day on which it told something."""

    place: Place
    lines: list[Line] = field(default_factory=list)
    sign: date | None = None
    is_new: bool = False
    has_officer: bool = True

    def heard_on(self, day: date | None) -> None:
        if day is not None and (self.sign is None or day > self.sign):
            self.sign = day


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    place: Place
    cities: list[CitySheet]
    asked: list[Line]
    answered: list[Line]
    asks_cities: list[Line]
    without_practice: list[Line]

    @property
    def without_officer(self) -> list[CitySheet]:
        return [one for one in self.cities if not one.has_officer]

    @property
    def new(self) -> list[CitySheet]:
        return [one for one in self.cities if one.is_new]


def overview(viewer: Viewer, of: Place) -> Overview:
    """Gathered within what the viewer may see, in questions that do not grow with the cities."""
    today = timezone.localdate()
    cities = sorted(
        (
            network.cities_of(viewer, of)
            if of.kind == Kind.HUB
            else network.places_below(viewer, of).select_related("parent")
        ),
        key=lambda city: city.local_name.casefold(),
    )
    sheets = {city.pk: CitySheet(city) for city in cities}
    _plans(viewer, cities, sheets)
    _promises(viewer, cities, sheets, today)
    _library(viewer, cities, sheets)
    _heard(viewer, cities, sheets)
    officers, since = network.in_charge_of(cities), network.first_days(cities)
    for sheet in sheets.values():
        sheet.has_officer = sheet.place.pk in officers
        began = since.get(sheet.place.pk)
        sheet.is_new = began is not None and began > today - NEW
    requests = coordination.requests_asked_of(viewer, of)
    waiting = requests.filter(state__in=coordination.WAITING)
    answered = requests.exclude(state__in=coordination.WAITING).order_by("-answered_on", "-pk")
    return Overview(
        place=of,
        cities=list(sheets.values()),
        asked=[_request(one) for one in waiting[:MOST]],
        answered=[_request(one) for one in answered[:MOST]],
        asks_cities=list(_questions(viewer, of, sheets)),
        without_practice=list(_gaps(viewer, cities)),
    )


def _plans(viewer: Viewer, cities: Iterable[Place], sheets: dict[int, CitySheet]) -> None:
    for plan in plans.plans_shared(viewer, cities):
        sheet = sheets[plan.place_id]
        sheet.lines.append(
            Line(plan.title, addresses.of(plan), plan.language,
                 _("Plan: %(state)s") % {"state": plan.get_state_display()})
        )  # fmt: skip
        sheet.heard_on(getattr(plan, "told", None) or plan.decided_on)


def _promises(
    viewer: Viewer, cities: Iterable[Place], sheets: dict[int, CitySheet], today: date
) -> None:
    for pk, told in coordination.promises_of_cities(viewer, cities, today).items():
        sheet = sheets[pk]
        to = addresses.page("coordination:commitments", f"place={sheet.place.slug}")
        sheet.lines.append(Line(_promised(told), to))
        sheet.heard_on(told["told"])
    for pk, told in coordination.workshops_of_cities(viewer, cities).items():
        line = ngettext("%(n)d workshop held", "%(n)d workshops held", told["held"])
        to = addresses.page("coordination:workshops", f"place={sheets[pk].place.slug}")
        sheets[pk].lines.append(Line(line % {"n": told["held"]}, to))
        sheets[pk].heard_on(told["told"])


def _promised(told: dict[str, Any]) -> str:
    """Commitments in words: how many are kept, going on, late; no share, no mark."""
    parts = [
        ngettext("%(n)d commitment kept", "%(n)d commitments kept", told["kept"])
        % {"n": told["kept"]}
        if told["kept"]
        else "",
        ngettext("%(n)d still to keep", "%(n)d still to keep", told["going"]) % {"n": told["going"]}
        if told["going"]
        else "",
        ngettext("%(n)d of them late", "%(n)d of them late", told["late"]) % {"n": told["late"]}
        if told["late"]
        else "",
    ]
    return ", ".join(part for part in parts if part) or _("No open commitment")


def _library(viewer: Viewer, cities: list[Place], sheets: dict[int, CitySheet]) -> None:
    of = practices.published(viewer).filter(place__in=cities, origin="", visibility__in=SHARED)
    for pk, n, told in _counted(of, "changed_on"):
        line = ngettext("%(n)d practice in the library", "%(n)d practices in the library", n)
        to = addresses.page("exchange:list", urlencode({"city": sheets[pk].place.name}))
        sheets[pk].lines.append(Line(line % {"n": n}, to))
        sheets[pk].heard_on(told)
    taken = adoptions.adoptions(viewer).filter(place__in=cities, visibility__in=SHARED)
    for pk, n, told in _counted(taken, "told_on"):
        line = ngettext(
            "%(n)d practice of others taken up", "%(n)d practices of others taken up", n
        )
        to = addresses.page("exchange:adoptions", f"place={sheets[pk].place.slug}")
        sheets[pk].lines.append(Line(line % {"n": n}, to))
        sheets[pk].heard_on(told)


def _counted(rows: QuerySet[Any], day: str) -> Iterable[tuple[int, int, date | None]]:
    """By place: how many rows, and the last of their days. No row is read for it."""
    by_place = rows.prefetch_related(None).order_by().values("place")
    return by_place.annotate(n=Count("pk"), told=Max(day)).values_list("place", "n", "told")


def _heard(viewer: Viewer, cities: list[Place], sheets: dict[int, CitySheet]) -> None:
    """Dialogues whose map may be seen: their title and address, no figure of theirs."""
    shown = dialogues.with_a_map(viewer).filter(place__in=cities, visibility__in=SHARED)
    told: dict[int, int] = {}
    for dialogue in shown:
        told[dialogue.place_id] = told.get(dialogue.place_id, 0) + 1
        if told[dialogue.place_id] <= 2:
            sheets[dialogue.place_id].lines.append(
                Line(dialogue.title, addresses.page("dialogue:map", code=dialogue.code),
                     dialogue.language, _("What residents said"))
            )  # fmt: skip


def _request(one: Any) -> Line:
    return Line(
        one.title, addresses.of(one), one.language,
        f"{one.place.local_name} · {one.get_kind_display()} · {one.get_state_display()}",
        one.reply_by if one.is_waiting else one.answered_on, one.is_overdue,
    )  # fmt: skip


def _questions(viewer: Viewer, of: Place, sheets: dict[int, CitySheet]) -> Iterator[Line]:
    """Who asked for help: open questions to everybody who faces the same challenge.

    Under the Chatham House Rule a city's name is an affiliation, and so is its country's (R15): such a
    question is told on the hub's page alone, without its city and by the week.
    """
    asked = questions.communities(viewer).filter(closed=False, place__in=list(sheets))
    if of.kind != Kind.HUB:
        asked = asked.filter(chatham=False)
    for question in asked[:MOST]:
        text = question.text if len(question.text) <= 140 else question.text[:139] + "…"
        line = Line(text, addresses.of(question), question.language)
        if question.chatham:
            yield replace(line, note=_("week of %(day)s") % {"day": _day(question.asked)})
        else:
            who = sheets[question.place_id].place.local_name
            yield replace(line, note=who, day=question.asked)


def _day(day: date) -> str:
    return str(date_format(day, "j M Y"))


def _gaps(viewer: Viewer, cities: list[Place]) -> Iterator[Line]:
    """Challenges that cities told their hub of, and for which the library has no practice."""
    told = plans.challenges_shared(viewer, cities)
    if not told:
        return
    named = practices.published(viewer).prefetch_related(None).order_by()
    told_codes = named.values_list("current__data__challenges", flat=True)
    known = {code for codes in told_codes for code in codes or ()}
    terms = library().taxonomy.terms.get("challenges", {})
    language = (get_language() or "en").split("-")[0]
    for code, places in told.items():
        if code in known:
            continue
        term = terms.get(code)
        label = term.labels.get(language) or term.labels.get("en", code) if term else code
        where = ngettext("%(n)d city", "%(n)d cities", len(places)) % {"n": len(places)}
        yield Line(label, addresses.page("plan:challenge_across", code=code), note=where)
