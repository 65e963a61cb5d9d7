"""For which quarters and years there is something to report, and the lines behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from baithak.budget import queries as budgets
from baithak.coordination.queries import commitments, meetings, workshops
from baithak.dialogue import queries as dialogues
from baithak.exchange.queries import adoptions, lessons, practices
from baithak.home import addresses
from baithak.home.reports.composing import day, titled
from baithak.home.reports.figures import FIGURES, Scope
from baithak.home.reports.periods import EARLIEST, Period, clock_of, today_at
from baithak.network.models import Kind, Place, State
from baithak.network.scope import SHARED, Viewer
from baithak.panel import queries as panels
from baithak.plan.models import PlanState
from baithak.plan.queries import actions
from baithak.report.paper import Text

__all__ = ["Quarter", "Row", "Year", "lines", "years"]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter with the kinds of things that fall into it."""

    period: Period
    holds: tuple[str | Promise, ...]
    runs: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year and its quarters that hold something, the newest first."""

    period: Period
    quarters: tuple[Quarter, ...]
    runs: bool


def years(viewer: Viewer, place: Place) -> list[Year]:
    """The years in which there is something of the place that the viewer may see, the newest first."""
    today, clock = today_at(place), clock_of(place)
    found: dict[Period, dict[str | Promise, None]] = {}
    for label, rows, fields in _looked_at(viewer, place):
        for field in fields:
            is_moment = field in ("opens", "closes")
            bare = rows.order_by()
            months: Iterable[Any] = (
                bare.datetimes(field, "month", tzinfo=clock)
                if is_moment
                else bare.dates(field, "month")
            )
            for month in months:
                quarter = Period(month.year, (month.month + 2) // 3)
                if month.year >= EARLIEST and quarter.begun(today):
                    found.setdefault(quarter, {})[label] = None
    by_year: dict[int, list[Quarter]] = {}
    for quarter in sorted(found, key=lambda one: one.slug, reverse=True):
        told = Quarter(quarter, tuple(found[quarter]), quarter.runs(today))
        by_year.setdefault(quarter.year, []).append(told)
    return [
        Year(Period(year), tuple(quarters), Period(year).runs(today))
        for year, quarters in by_year.items()
    ]


def _looked_at(
    viewer: Viewer, place: Place
) -> list[tuple[str | Promise, QuerySet[Any], tuple[str, ...]]]:
    """What a report can tell of, with the days by which it belongs to a time."""
    told: list[tuple[str | Promise, QuerySet[Any], tuple[str, ...]]] = []

    def add(label: Any, rows: QuerySet[Any], *fields: str, to: str = "place") -> None:
        if place.kind == Kind.CITY:
            rows = rows.filter(**{to: place})
        else:
            above = "hub" if place.kind == Kind.HUB else "parent"
            shared = {f"{to.removesuffix('place')}visibility__in": SHARED}
            rows = rows.filter(**{to: place}) | rows.filter(**{f"{to}__{above}": place, **shared})
        told.append((label, rows, fields))

    add(
        _("dialogues"),
        _begun(dialogues.dialogues(viewer)).filter(imported=False),
        "opens",
        "closes",
    )
    add(_("budgets"), _begun(budgets.budgets(viewer)).filter(imported=False), "opens", "closes")
    add(_("panels"), _begun(panels.panels(viewer)), "opens", "closes")
    adopted = actions.actions(viewer).exclude(plan__state=PlanState.DRAFT)
    add(_("actions"), adopted, "due", "done_on", to="plan__place")
    add(_("meetings"), meetings.meetings(viewer), "on")
    add(_("workshops"), workshops.workshops(viewer), "ends")
    add(_("commitments"), commitments.commitments(viewer), "due", "done_on")
    own = practices.practices(viewer).filter(origin="", current__isnull=False)
    add(_("practices"), own, "published_on")
    add(_("practices taken up"), adoptions.adoptions(viewer), "begins", "ends")
    add(_("lessons"), lessons.lessons(viewer).filter(unattributed=False), "day")
    return told


def _begun(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.exclude(state=State.DRAFT)


# --- the lines behind a figure
@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted: what it is called, where it is, a few words on it."""

    told: Text
    address: str
    notes: tuple[str, ...]


def lines(scope: Scope, figure: str, found: Iterable[Any]) -> list[Row]:
    """The things of a figure as lines of a list."""
    kind = FIGURES[figure].kind
    rows = list(found)
    if kind.startswith("action"):
        rows = actions.with_names(scope.viewer, rows)
    return [_line(kind.removesuffix("-of-cities"), one, of_cities="-of-" in kind) for one in rows]


def _line(kind: str, one: Any, *, of_cities: bool) -> Row:
    notes: list[Any] = []
    told, thing = titled(one), one
    if kind == "action":
        notes = [_due(one), one.who]
    elif kind == "commitment":
        notes = [_due(one)]
    elif kind == "decision":
        thing = one.meeting
        notes = [titled(one.meeting).text, day(one.meeting.on)]
    elif kind == "meeting":
        notes = [day(one.on), one.get_state_display()]
    elif kind == "workshop":
        notes = [day(one.begins), one.get_state_display()]
    elif kind == "request":
        notes = [one.place.local_name + " → " + one.to.local_name, day(one.sent_on)]
    elif kind == "practice":
        notes = [day(one.published_on)]
    elif kind == "lesson":
        notes = [day(one.day)]
    elif kind == "adoption":
        if one.practice_shown:
            told = Text(one.practice.title, one.practice.language)
        else:
            told = Text(str(_("A practice that is not shown any more")))
        notes = [one.get_state_display(), one.get_outcome_display()]
    else:
        notes = [one.get_state_display()]
    if of_cities:
        notes.insert(0, (one.plan.place if kind == "action" else one.place).local_name)
    return Row(told, addresses.of(thing), tuple(str(note) for note in notes if note))


def _due(one: Any) -> str:
    if one.done_on:
        return str(_("done on %(day)s") % {"day": day(one.done_on)})
    due: date | None = one.due
    return str(_("until %(day)s") % {"day": day(due)}) if due else str(_("no day was set"))
