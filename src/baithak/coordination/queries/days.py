"""The shared calendar: the days that a viewer may see, when they come, and what is to be prepared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from baithak.coordination.models import Day, Preparation, Repeats
from baithak.coordination.occurrences import Occurrence, before, coming, occurrences
from baithak.coordination.rules import WRITERS
from baithak.network.models import Organisation, Place
from baithak.network.scope import PUBLIC, Viewer

__all__ = [
    "Coming",
    "Due",
    "Step",
    "between",
    "day",
    "days",
    "due_now",
    "places",
    "places_to_write_in",
    "preparation",
    "public_days",
    "steps",
    "to_do",
    "without_date",
]


@dataclass(frozen=True, slots=True)
class Coming:
    """A day with one time that it comes."""

    day: Day
    when: Occurrence

    @property
    def is_long(self) -> bool:
        """More than a single date."""
        return self.when.ends > self.when.begins


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the preparation list for the next time: by when, and whether it is done.

    ``organisation`` prepares it, where the viewer may know which.
    """

    preparation: Preparation
    organisation: Organisation | None
    by: date | None
    done: bool
    due: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be prepared for the next time that a day comes."""

    day: Day
    when: Occurrence
    step: Step


def days(viewer: Viewer, place: str = "", kind: str = "") -> QuerySet[Day]:
    """Every day that the viewer may see, of all communities; of one place or kind."""
    found = Day.objects.seen_by(viewer).select_related("place")
    found = found.filter(place__slug=place) if place else found
    return (found.filter(kind=kind) if kind else found).order_by("begins", "pk")


def day(viewer: Viewer, *, day: int) -> Day | None:
    """One day."""
    return days(viewer).filter(pk=day).first()


def places(viewer: Viewer) -> QuerySet[Place]:
    """The places whose days the viewer may see."""
    seen = Day.objects.seen_by(viewer).order_by().values("place")
    return Place.objects.seen_by(viewer).filter(pk__in=seen).order_by("name")


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may write days down."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(WRITERS)).order_by("name")


def between(
    viewer: Viewer, first: date, last: date, *, place: str = "", kind: str = ""
) -> list[Coming]:
    """Every time that a day comes from ``first`` to ``last``, in order."""
    touching = Q(begins__lte=last) & (Q(repeats=Repeats.YEARLY) | Q(ends__gte=first))
    found = [
        Coming(one, when)
        for one in days(viewer, place, kind).filter(touching)
        for when in occurrences(one, first, last)
    ]
    return sorted(found, key=lambda one: (one.when, one.day.pk))


def public_days(place: Place) -> QuerySet[Day]:
    """What everybody may see of a place's days: for the feed."""
    return days(PUBLIC, place.slug)


def without_date(viewer: Viewer, today: date) -> QuerySet[Day]:
    """Days of the viewer's places that move, and whose next date nobody has set yet."""
    return days(viewer).filter(
        place__in=viewer.places_as(WRITERS), repeats=Repeats.MOVES, ends__lt=today
    )


def preparation(viewer: Viewer, *, preparation: int) -> Preparation | None:
    """One line of a preparation list."""
    return (
        Preparation.objects.seen_by(viewer)
        .select_related("day__place", "organisation")
        .filter(pk=preparation)
        .first()
    )


def steps(viewer: Viewer, of: Day, today: date) -> list[Step]:
    """The preparation list of a day, for the next time that it comes."""
    lines = list(Preparation.objects.seen_by(viewer).filter(day=of))
    # Which organisations work at a place only its members see.
    known = Organisation.objects.seen_by(viewer).in_bulk([line.organisation_id for line in lines])
    return _steps(of, lines, coming(of, today), today, known)


def _steps(
    of: Day,
    lines: Iterable[Preparation],
    when: Occurrence | None,
    today: date,
    known: Mapping[int, Organisation],
) -> list[Step]:
    since = before(of, when) if when else date.min
    told = []
    for line in lines:
        by = when.begins - timedelta(days=line.days_before) if when else None
        done = line.done_on is not None and (of.repeats != Repeats.YEARLY or line.done_on > since)
        due = by is not None and by <= today and not done
        told.append(Step(line, known.get(line.organisation_id or 0), by, done, due))
    return told


def to_do(lines: QuerySet[Preparation], today: date) -> list[Due]:
    """Which of these lines are not done for the next time that their day comes, the nearest day first."""
    ahead = Q(day__repeats=Repeats.YEARLY) | Q(day__ends__gte=today)
    told = []
    for line in lines.filter(ahead).select_related("day__place", "organisation"):
        when = coming(line.day, today)
        if when is not None:
            told += [
                Due(line.day, when, step) for step in _steps(line.day, [line], when, today, {})
            ]
    kept = (due for due in told if not due.step.done)
    return sorted(kept, key=lambda due: (due.when, due.step.by, due.step.preparation.number))


def due_now(viewer: Viewer, today: date) -> list[Due]:
    """What the viewer's teams should have prepared by today and have not, the nearest day first."""
    ours = viewer.places_as(WRITERS)
    if not ours:
        return []
    lines = Preparation.objects.seen_by(viewer).filter(day__place__in=ours)
    return [due for due in to_do(lines, today) if due.step.due]
