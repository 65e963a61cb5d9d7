"""What a report counts: each figure is a name and the things behind it, within what the reader may see.

The number on the report and the page that lists what was counted come from the same query, so they
cannot differ. Nothing here counts people: figures about people come from the rooms that put them
under the small-cell rule, and are told as those rooms tell them, never for a period (R6, R7): the
difference of two periods would be a handful of people.

How things stood at the end of a period that is over is read from their steps: a report of last year
does not change because somebody finishes an action today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from baithak.budget.models import Budget, CountState
from baithak.coordination.models import (
    Commitment,
    CommitmentState,
    CommitmentStep,
    Decision,
    Meeting,
    MeetingState,
    Request,
    RequestState,
    WorkshopState,
)
from baithak.coordination.queries import commitments, meetings, workshops
from baithak.dialogue.models import Dialogue
from baithak.exchange.models import AdoptionState, Outcome
from baithak.exchange.queries import adoptions, lessons, practices
from baithak.home.reports.periods import Period, clock_of, today_at
from baithak.network.models import Kind as PlaceKind
from baithak.network.models import Organisation, Place, State
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import PUBLIC, SHARED, SYSTEM, Viewer
from baithak.panel import queries as panels
from baithak.plan.models import Action, ActionStep, PlanState
from baithak.plan.queries import actions as plan_actions
from baithak.plan.queries import plans

__all__ = [
    "FIGURES",
    "KINDS",
    "Book",
    "Figure",
    "Kind",
    "Picked",
    "Scope",
    "Standing",
    "Stood",
    "decisions",
]

_HELD = (WorkshopState.HELD, WorkshopState.REPORTED)


@dataclass(frozen=True)
class Scope:
    """Who reads, of which place and time. ``today`` is the day at the place."""

    viewer: Viewer
    place: Place
    period: Period
    today: date

    @classmethod
    def of(cls, viewer: Viewer, place: Place, period: Period, *, public: bool = False) -> Scope:
        """With ``public`` over what everybody may see, whoever asks."""
        return cls(PUBLIC if public else viewer, place, period, today_at(place))

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def until(self) -> date:
        """The last day that is told of."""
        return self.period.until(self.today)

    @cached_property
    def late_from(self) -> date:
        """What was due before this day and is not done is late."""
        return self.today if self.period.runs(self.today) else self.period.after.first

    @cached_property
    def moments(self) -> tuple[datetime, datetime]:
        return self.period.moments(clock_of(self.place))

    @property
    def runs(self) -> bool:
        return self.period.runs(self.today)

    @property
    def sees_all(self) -> bool:
        """Whether the reader sees everything of the place but what is nobody else's affair."""
        return bool(self.viewer.roles_at(self.place) & CONFIRMERS) or self.viewer.system

    def within(self, field: str) -> Q:
        """A day of the period that has come."""
        return Q(**{f"{field}__gte": self.first, f"{field}__lte": self.until})

    def at(self, field: str) -> Q:
        """A moment of the period, by the clock of the place."""
        begins, ends = self.moments
        return Q(**{f"{field}__gte": begins, f"{field}__lt": ends})

    def ahead(self, field: str) -> Q:
        """A day of the quarter that follows."""
        after = self.period.after
        return Q(**{f"{field}__gte": after.first, f"{field}__lte": after.last})


# --- how things stood at the end of the period
@dataclass(frozen=True, slots=True)
class Stood:
    """An action or a commitment as it stood at the end of the period.

    ``was`` is its state then. ``fell``: done or dropped in the period, late, running, paused or planned;
    ``""`` where it does not belong to the period, because it was over before.
    """

    pk: int
    was: str
    fell: str
    due: date | None
    level: str = ""
    owner: int | None = None


#: Still to do.
_OPEN = frozenset({"planned", "running", "paused", "open", "started"})
_WAS = {"open": "planned", "started": "running"}


class _Days(NamedTuple):
    """What of the scope is asked of each of many rows."""

    first: date
    until: date
    late_from: date
    runs: bool


class _Row(NamedTuple):
    pk: int
    state: str
    done_on: date | None
    due: date | None
    begins: date | None = None
    level: str = ""
    owner: int | None = None


def _stood(scope: _Days, row: _Row, steps: list[tuple[date, str]]) -> Stood:
    due = row.due
    was = row.state if scope.runs else _state_then(scope, row, steps)
    if row.done_on is not None and scope.first <= row.done_on <= scope.until:
        fell = "done"
    elif was == "done":
        fell = ""
    elif was == "dropped":
        inside = any(told == "dropped" and scope.first <= day <= scope.until for day, told in steps)
        fell = "dropped" if inside else ""
    elif due is not None and due < scope.late_from:
        fell = "late"
    else:
        fell = _WAS.get(was, was)
    return Stood(row.pk, was, fell, due, row.level, row.owner)


def _state_then(scope: _Days, row: _Row, steps: list[tuple[date, str]]) -> str:
    """Of its last step by then. Where no step tells: what its days and its state of today allow."""
    state = row.state
    if state == "done" and row.done_on is not None and row.done_on <= scope.until:
        return state
    by_then = [told for day, told in steps if day <= scope.until]
    if by_then:
        return "running" if by_then[-1] == "done" else by_then[-1]
    if steps or state == "done":
        begun = row.begins is not None and row.begins <= scope.until
        return "running" if begun else "planned"
    return state


def _all_stood(
    scope: Scope, rows: Iterable[tuple[Any, ...]], steps: Mapping[int, list[tuple[date, str]]]
) -> list[Stood]:
    days = _Days(scope.first, scope.until, scope.late_from, scope.runs)
    return [_stood(days, _Row(*row), steps.get(row[0], [])) for row in rows]


def _actions(scope: Scope) -> QuerySet[Any]:
    """Of plans that were adopted by then and not looked back at before: a draft promises nothing."""
    return (
        Action.objects.seen_by(scope.viewer)
        .filter(
            Q(plan__reviewed_on=None) | Q(plan__reviewed_on__gte=scope.first),
            plan__place=scope.place,
            plan__decided_on__lte=scope.until,
        )
        .exclude(plan__state=PlanState.DRAFT)
    )


def _actions_stood(scope: Scope) -> list[Stood]:
    rows = (
        _actions(scope)
        .order_by(F("due").asc(nulls_last=True), "plan", "number")
        .values_list("pk", "state", "done_on", "due", "begins", "prevention_level", "owner")
    )
    # Whoever sees the action sees its steps.
    steps = ActionStep.objects.seen_by(SYSTEM).filter(
        action__plan__place=scope.place, automatic=False
    )
    told = _steps(scope, steps, "action_id")
    return _all_stood(scope, rows, told)


def _commitments_stood(scope: Scope) -> list[Stood]:
    rows = (
        Commitment.objects.seen_by(scope.viewer)
        .filter(place=scope.place)
        .order_by(F("due").asc(nulls_last=True), "pk")
        .values_list("pk", "state", "done_on", "due")
    )
    steps = CommitmentStep.objects.seen_by(SYSTEM).filter(commitment__place=scope.place)
    told = _steps(scope, steps, "commitment_id")
    return _all_stood(scope, rows, told)


def _steps(scope: Scope, found: QuerySet[Any], of: str) -> dict[int, list[tuple[date, str]]]:
    """By thing its days and states in order. Of a time that is not over only what was dropped matters."""
    if scope.runs:
        found = found.filter(state="dropped", day__gte=scope.first)
    told: dict[int, list[tuple[date, str]]] = {}
    for pk, day, state in found.order_by("day", "pk").values_list(of, "day", "state"):
        told.setdefault(pk, []).append((day, state))
    return told


def _load_actions(scope: Scope, pks: Collection[int]) -> QuerySet[Any]:
    return plan_actions.actions(scope.viewer).filter(pk__in=pks)


def _load_commitments(scope: Scope, pks: Collection[int]) -> QuerySet[Any]:
    return commitments.commitments(scope.viewer).filter(pk__in=pks)


# --- what there is of each other kind, for this place and reader
def _meetings(scope: Scope) -> QuerySet[Any]:
    return (
        Meeting.objects.seen_by(scope.viewer)
        .filter(place=scope.place)
        .select_related("place", "body")
        .order_by("on", "pk")
    )


def decisions(scope: Scope) -> QuerySet[Any]:
    """Of meetings held in the period, with what became of each as far as the reader may see it."""
    promised = (
        Commitment.objects.seen_by(scope.viewer)
        .filter(decision=OuterRef("pk"))
        .exclude(state=CommitmentState.DROPPED)
    )
    return (
        Decision.objects.seen_by(scope.viewer)
        .filter(
            scope.within("meeting__on"),
            meeting__place=scope.place,
            meeting__state=MeetingState.HELD,
        )
        .annotate(
            promised=Exists(promised), left=Exists(promised.exclude(state=CommitmentState.DONE))
        )
        .select_related("meeting")
        .order_by("meeting__on", "meeting", "number")
    )


def _workshops(scope: Scope) -> QuerySet[Any]:
    return workshops.workshops(scope.viewer, scope.place.slug)


def _held_here(found: QuerySet[Any]) -> QuerySet[Any]:
    """Conversations that others held and published are not the place's own work."""
    return found.filter(imported=False).exclude(state=State.DRAFT)


def _dialogues(scope: Scope) -> QuerySet[Any]:
    found = Dialogue.objects.seen_by(scope.viewer).filter(place=scope.place)
    return _held_here(found).select_related("place").order_by("opens", "pk")


def _budgets(scope: Scope) -> QuerySet[Any]:
    found = Budget.objects.seen_by(scope.viewer).filter(place=scope.place)
    return _held_here(found).select_related("place").order_by("opens", "pk")


def _panels(scope: Scope) -> QuerySet[Any]:
    return panels.panels(scope.viewer, scope.place.slug).exclude(state=State.DRAFT)


def _requests(scope: Scope) -> QuerySet[Any]:
    """What the place asked, and what it was asked."""
    return (
        Request.objects.seen_by(scope.viewer)
        .filter(Q(place=scope.place) | Q(to=scope.place) | Q(escalated_to=scope.place))
        .exclude(state=RequestState.DRAFT)
        .select_related("place", "to", "escalated_to")
        .order_by("sent_on", "pk")
    )


def _practices(scope: Scope) -> QuerySet[Any]:
    return (
        practices.practices(scope.viewer)
        .filter(place=scope.place, origin="", current__isnull=False)
        .order_by("published_on", "code")
    )


def _adoptions(scope: Scope) -> QuerySet[Any]:
    return adoptions.adoptions(scope.viewer, scope.place.slug)


def _lessons(scope: Scope) -> QuerySet[Any]:
    return lessons.lessons(scope.viewer, scope.place.slug)


# --- what the cities of a hub or a country share with it, whatever else the reader may see of one of them
def _of_cities(scope: Scope, to: str = "place") -> Q:
    above = "hub" if scope.place.kind == PlaceKind.HUB else "parent"
    return Q(
        **{
            f"{to}__{above}": scope.place,
            f"{to}__kind": PlaceKind.CITY,
            f"{to.removesuffix('place')}visibility__in": SHARED,
        }
    )


def _shared_plans(scope: Scope) -> QuerySet[Any]:
    return (
        plans.plans(scope.viewer)
        .filter(_of_cities(scope), decided_on__lte=scope.until, ends__gte=scope.first)
        .exclude(state=PlanState.DRAFT)
        .order_by("place__name", "pk")
    )


def _shared_actions(scope: Scope) -> QuerySet[Any]:
    return (
        plan_actions.actions(scope.viewer)
        .filter(_of_cities(scope, "plan__place"), scope.within("done_on"))
        .exclude(plan__state=PlanState.DRAFT)
        .order_by("plan__place__name", "done_on", "pk")
    )


def _shared_dialogues(scope: Scope) -> QuerySet[Any]:
    found = Dialogue.objects.seen_by(scope.viewer).filter(_of_cities(scope))
    return _held_here(found).select_related("place").order_by("place__name", "pk")


def _shared_meetings(scope: Scope) -> QuerySet[Any]:
    found = meetings.meetings(scope.viewer).filter(
        _of_cities(scope), scope.within("on"), state=MeetingState.HELD
    )
    return found.order_by("place__name", "on", "pk")


def _shared_workshops(scope: Scope) -> QuerySet[Any]:
    found = workshops.workshops(scope.viewer).filter(
        _of_cities(scope), scope.within("ends"), state__in=_HELD
    )
    return found.order_by("place__name", "begins", "pk")


def _shared_commitments(scope: Scope) -> QuerySet[Any]:
    found = commitments.commitments(scope.viewer).filter(_of_cities(scope), scope.within("done_on"))
    return found.order_by("place__name", "done_on", "pk")


def _shared_practices(scope: Scope) -> QuerySet[Any]:
    """Published in the period by the cities; copies from elsewhere are not theirs."""
    return (
        practices.practices(scope.viewer)
        .filter(_of_cities(scope), scope.within("published_on"), origin="", current__isnull=False)
        .order_by("place__name", "code")
    )


def _shared_lessons(scope: Scope) -> QuerySet[Any]:
    """Those whose place may be told (R15)."""
    found = lessons.lessons(scope.viewer).filter(
        _of_cities(scope), scope.within("day"), unattributed=False
    )
    return found.order_by("place__name", "day", "pk")


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its rows within a scope. ``of_cities``: what the cities of a hub or a country
    share, for the reports of these alone.
    """

    rows: Callable[[Scope], QuerySet[Any]]
    of_cities: bool = False


@dataclass(frozen=True)
class Standing:
    """A kind of thing that goes on over many periods: how all of it stood, and how some of it is loaded."""

    stood: Callable[[Scope], list[Stood]]
    load: Callable[[Scope, Collection[int]], QuerySet[Any]]
    of_cities: bool = False


KINDS: dict[str, Kind | Standing] = {
    "action": Standing(_actions_stood, _load_actions),
    "commitment": Standing(_commitments_stood, _load_commitments),
    "meeting": Kind(_meetings),
    "decision": Kind(decisions),
    "workshop": Kind(_workshops),
    "dialogue": Kind(_dialogues),
    "budget": Kind(_budgets),
    "panel": Kind(_panels),
    "request": Kind(_requests),
    "practice": Kind(_practices),
    "adoption": Kind(_adoptions),
    "lesson": Kind(_lessons),
    "plan-of-cities": Kind(_shared_plans, of_cities=True),
    "action-of-cities": Kind(_shared_actions, of_cities=True),
    "dialogue-of-cities": Kind(_shared_dialogues, of_cities=True),
    "meeting-of-cities": Kind(_shared_meetings, of_cities=True),
    "workshop-of-cities": Kind(_shared_workshops, of_cities=True),
    "commitment-of-cities": Kind(_shared_commitments, of_cities=True),
    "practice-of-cities": Kind(_shared_practices, of_cities=True),
    "lesson-of-cities": Kind(_shared_lessons, of_cities=True),
}


# --- the figures
@dataclass(frozen=True)
class Figure:
    """What is counted: what it is called, of which kind, and which of them.

    ``where`` for kinds that the database counts, ``among`` for those whose standing is looked at.
    """

    label: str | Promise
    kind: str
    where: Callable[[Scope], Q] = lambda scope: Q()
    among: Callable[[Scope, Stood], bool] | None = None


def _fallen(label: str | Promise, kind: str, *fell: str) -> Figure:
    return Figure(label, kind, among=lambda scope, one: one.fell in fell)


def _was_due(scope: Scope, one: Stood) -> bool:
    """In the period, up to the day from which it is late, whatever became of it."""
    return (
        one.due is not None and scope.first <= one.due <= scope.until and one.due < scope.late_from
    )


def _due_next(scope: Scope, one: Stood) -> bool:
    """In the quarter that follows, and still to do at the end of the period."""
    after = scope.period.after
    return one.due is not None and after.first <= one.due <= after.last and one.was in _OPEN


def _of_the_cities(label: str | Promise, kind: str) -> Figure:
    """Of which the kind already holds those of the period alone."""
    return Figure(label, f"{kind}-of-cities", lambda scope: Q())


def _going_on(scope: Scope) -> Q:
    """Open at some moment of the period. Without a day of opening: open now, in a period that runs."""
    begins, ends = scope.moments
    known = Q(opens__lt=ends) & (Q(closes=None) | Q(closes__gte=begins))
    unknown = scope.at("closes") & Q(opens=None)
    return known | unknown | (Q(opens=None, state=State.OPEN) if scope.runs else Q(pk__in=[]))


def _closed(scope: Scope) -> Q:
    return scope.at("closes") & Q(state=State.CLOSED)


def _asked(scope: Scope) -> Q:
    return Q(place=scope.place)


def _was_asked(scope: Scope) -> Q:
    return ~Q(place=scope.place)


def _unanswered(scope: Scope) -> Q:
    """Sent by then, and not answered then. Closed without an answer: nobody waits any more."""
    then = Q(answered_on=None) & ~Q(state=RequestState.CLOSED) | Q(answered_on__gt=scope.until)
    return Q(sent_on__lte=scope.until) & then


_ENDED = (AdoptionState.FINISHED, AdoptionState.STOPPED)

FIGURES: dict[str, Figure] = {
    # --- listening
    "dialogues": Figure(_("Dialogues with residents"), "dialogue", _going_on),
    "dialogues-closed": Figure(_("Dialogues that were closed"), "dialogue", _closed),
    "budgets": Figure(_("Budgets shared out by residents"), "budget", _going_on),
    "budgets-counted": Figure(
        _("Budgets that were counted"),
        "budget",
        lambda scope: _closed(scope) & Q(count_state=CountState.COUNTED),
    ),
    "panels": Figure(_("Panels drawn by lot"), "panel", _going_on),
    "panels-seated": Figure(
        _("Panels whose seats were taken"), "panel", lambda scope: scope.at("seated")
    ),
    # --- the plan
    "actions": _fallen(
        _("Actions of the plan"),
        "action",
        "done",
        "running",
        "late",
        "planned",
        "paused",
        "dropped",
    ),
    "actions-done": _fallen(_("Actions done"), "action", "done"),
    "actions-running": _fallen(_("Actions under way, not late"), "action", "running"),
    "actions-late": _fallen(_("Actions that are late"), "action", "late"),
    "actions-planned": _fallen(_("Actions not begun, not late"), "action", "planned"),
    "actions-paused": _fallen(_("Actions that rest"), "action", "paused"),
    "actions-dropped": _fallen(_("Actions dropped"), "action", "dropped"),
    # --- bodies and meetings
    "meetings-held": Figure(
        _("Meetings held"), "meeting", lambda scope: scope.within("on") & Q(state=MeetingState.HELD)
    ),
    "meetings-cancelled": Figure(
        _("Meetings cancelled"),
        "meeting",
        lambda scope: scope.within("on") & Q(state=MeetingState.CANCELLED),
    ),
    "meetings-unmarked": Figure(
        _("Meetings that are over, and nobody has said whether they were held"),
        "meeting",
        lambda scope: scope.within("on") & Q(state=MeetingState.PLANNED, on__lt=scope.today),
    ),
    "decisions": Figure(_("Decisions of these meetings"), "decision", lambda scope: Q()),
    "decisions-done": Figure(
        _("Decisions that are done"), "decision", lambda scope: Q(promised=True, left=False)
    ),
    "decisions-without": Figure(
        _("Decisions for which nobody has promised anything yet"),
        "decision",
        lambda scope: Q(promised=False),
    ),
    "workshops": Figure(
        _("Workshops held"),
        "workshop",
        lambda scope: scope.within("ends") & Q(state__in=_HELD),
    ),
    "workshops-cancelled": Figure(
        _("Workshops cancelled"),
        "workshop",
        lambda scope: scope.within("begins") & Q(state=WorkshopState.CANCELLED),
    ),
    # --- what was promised
    "commitments": _fallen(
        _("Commitments"), "commitment", "done", "running", "late", "planned", "dropped"
    ),
    "commitments-due": Figure(
        _("Commitments that were due in this time"), "commitment", among=_was_due
    ),
    "commitments-kept": _fallen(_("Commitments kept"), "commitment", "done"),
    "commitments-open": _fallen(
        _("Commitments that are open, not late"), "commitment", "running", "planned"
    ),
    "commitments-late": _fallen(_("Commitments that are overdue"), "commitment", "late"),
    "commitments-dropped": _fallen(_("Commitments dropped"), "commitment", "dropped"),
    # --- between places
    "requests-sent": Figure(
        _("Requests that we sent"),
        "request",
        lambda scope: _asked(scope) & scope.within("sent_on"),
    ),
    "requests-answered": Figure(
        _("Requests that were answered to us"),
        "request",
        lambda scope: _asked(scope) & scope.within("answered_on"),
    ),
    "requests-waiting": Figure(
        _("Requests for whose answer we wait"),
        "request",
        lambda scope: _asked(scope) & _unanswered(scope),
    ),
    "requests-late": Figure(
        _("Requests whose agreed day is over without an answer to us"),
        "request",
        lambda scope: _asked(scope) & _unanswered(scope) & Q(reply_by__lt=scope.late_from),
    ),
    "asked-of-us": Figure(
        _("Requests that were sent to us"),
        "request",
        lambda scope: _was_asked(scope) & scope.within("sent_on"),
    ),
    "answered-by-us": Figure(
        _("Requests that we answered"),
        "request",
        lambda scope: _was_asked(scope) & scope.within("answered_on"),
    ),
    "waiting-for-us": Figure(
        _("Requests that wait for our answer"),
        "request",
        lambda scope: _was_asked(scope) & _unanswered(scope),
    ),
    "late-by-us": Figure(
        _("Requests whose agreed day is over without our answer"),
        "request",
        lambda scope: _was_asked(scope) & _unanswered(scope) & Q(reply_by__lt=scope.late_from),
    ),
    # --- learning
    "practices": Figure(
        _("Practices published"), "practice", lambda scope: scope.within("published_on")
    ),
    "adoptions": Figure(
        _("Practices of others taken up"), "adoption", lambda scope: scope.within("begins")
    ),
    "adoptions-ended": Figure(
        _("Practices of others that came to their end"),
        "adoption",
        lambda scope: scope.within("ends") & Q(state__in=_ENDED),
    ),
    "adoptions-failed": Figure(
        _("Practices of others that did not work here"),
        "adoption",
        lambda scope: scope.within("ends") & Q(state__in=_ENDED, outcome=Outcome.FAILED),
    ),
    "lessons": Figure(_("Lessons written"), "lesson", lambda scope: scope.within("day")),
    # --- what comes next
    "next-actions": Figure(_("Actions due next"), "action", among=_due_next),
    "next-commitments": Figure(_("Commitments due next"), "commitment", among=_due_next),
    "next-meetings": Figure(
        _("Meetings to come"),
        "meeting",
        lambda scope: scope.ahead("on") & ~Q(state=MeetingState.CANCELLED),
    ),
    "next-workshops": Figure(
        _("Workshops to come"),
        "workshop",
        lambda scope: scope.ahead("begins") & ~Q(state=WorkshopState.CANCELLED),
    ),
    # --- of the cities of a hub or a country
    "cities-plans": _of_the_cities(_("Plans that cities share"), "plan"),
    "cities-dialogues": Figure(
        _("Dialogues with residents that cities share"), "dialogue-of-cities", _going_on
    ),
    "cities-meetings": _of_the_cities(_("Meetings of bodies that cities share"), "meeting"),
    "cities-actions": _of_the_cities(_("Actions done that cities share"), "action"),
    "cities-commitments": _of_the_cities(_("Commitments kept that cities share"), "commitment"),
    "cities-workshops": _of_the_cities(_("Workshops of cities"), "workshop"),
    "cities-practices": _of_the_cities(_("Practices that cities published"), "practice"),
    "cities-lessons": _of_the_cities(_("Lessons that cities wrote"), "lesson"),
}


# --- counting and listing
class Picked(Sequence[Any]):
    """Things that were picked by how they stood, loaded when somebody looks at them."""

    def __init__(self, scope: Scope, kind: Standing, pks: Sequence[int]) -> None:
        self.scope, self.kind, self.pks = scope, kind, pks

    def __len__(self) -> int:
        return len(self.pks)

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return self._load(self.pks[at : at + 1])[0]
        return self._load(self.pks[at])

    def _load(self, pks: Sequence[int]) -> list[Any]:
        found = {one.pk: one for one in self.kind.load(self.scope, pks)} if pks else {}
        return [found[pk] for pk in pks if pk in found]


class Book:
    """Every figure of a report, each kind of thing looked at once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._stood: dict[str, list[Stood]] = {}
        self._picked: dict[str, list[Stood]] = {}

    def __getitem__(self, name: str) -> int:
        return self.told[name]

    def stood(self, kind: str) -> list[Stood]:
        """How all of a kind stood."""
        if kind not in self._stood:
            standing = KINDS[kind]
            assert isinstance(standing, Standing)
            self._stood[kind] = standing.stood(self.scope)
        return self._stood[kind]

    def picked(self, name: str) -> list[Stood]:
        """Those of a figure."""
        if name not in self._picked:
            figure, scope = FIGURES[name], self.scope
            assert figure.among is not None
            self._picked[name] = [
                one for one in self.stood(figure.kind) if figure.among(scope, one)
            ]
        return self._picked[name]

    def by(self, column: str, name: str) -> Counter[Any]:
        """How many there are of a figure, by ``level`` or ``owner``."""
        return Counter(map(attrgetter(column), self.picked(name)))

    @cached_property
    def told(self) -> Mapping[str, int]:
        """Every figure by its name."""
        told: dict[str, int] = {}
        for name, kind in KINDS.items():
            if kind.of_cities and self.scope.place.kind == PlaceKind.CITY:
                continue
            of_kind = {key: figure for key, figure in FIGURES.items() if figure.kind == name}
            if isinstance(kind, Standing):
                told |= {key: len(self.picked(key)) for key in of_kind}
                continue
            sums = {
                key.replace("-", "_"): Count("pk", filter=figure.where(self.scope))
                for key, figure in of_kind.items()
            }
            answer = kind.rows(self.scope).order_by().aggregate(**sums)
            told |= {key: answer[key.replace("-", "_")] for key in of_kind}
        return told

    def listed(
        self, name: str, *, level: str = "", owner: int = 0
    ) -> QuerySet[Any] | Picked | None:
        """The things behind a figure; ``None`` where there is no such figure.

        Actions can be narrowed as the report's tables do: to a prevention level, to who does it. Only
        an organisation whose name the reader may know narrows anything (R13).
        """
        figure = FIGURES.get(name)
        kind = KINDS[figure.kind] if figure is not None else None
        if (
            figure is None
            or kind is None
            or (kind.of_cities and self.scope.place.kind == PlaceKind.CITY)
        ):
            return None
        if isinstance(kind, Kind):
            return kind.rows(self.scope).filter(figure.where(self.scope))
        found = self.picked(name)
        if level:
            found = [one for one in found if one.level == level]
        if owner:
            known = Organisation.objects.seen_by(self.scope.viewer).filter(pk=owner).exists()
            found = [one for one in found if known and one.owner == owner]
        return Picked(self.scope, kind, [one.pk for one in found])
