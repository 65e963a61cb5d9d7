"""Plans with their objectives and actions, what they still lack, and how they go."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.network.models import Place, TwoPersonAct, Worded
from baithak.network.queries import acts_waiting
from baithak.network.scope import SYSTEM, Viewer, Visibility
from baithak.plan.models import (
    Action,
    ActionState,
    Contribution,
    Objective,
    Plan,
    RiskCheck,
)
from baithak.plan.queries import indicators
from baithak.plan.queries.organisations import named
from baithak.plan.rules import WRITERS
from baithak.plan.shown import Shown, shown

__all__ = [
    "Drawn",
    "Lack",
    "Progress",
    "adoption_waiting",
    "blocks",
    "contribution",
    "contributions",
    "drafts_of",
    "drawn",
    "fingerprint",
    "lacks",
    "objective",
    "objectives",
    "open_of",
    "places_to_write_in",
    "plan",
    "plans",
    "progress",
]


def plans(viewer: Viewer, place: str = "") -> QuerySet[Plan]:
    """What the viewer may see, the newest first; ``place`` is a slug."""
    return (
        Plan.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .order_by("-begins", "-pk")
    )


def plan(viewer: Viewer, *, code: str) -> Plan | None:
    """One plan."""
    return plans(viewer).select_related("place", "review__place").filter(code=code).first()


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer could begin a plan."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(WRITERS)).order_by("name")


def drafts_of(viewer: Viewer, places: Iterable[int]) -> QuerySet[Plan]:
    """Plans of these places that can still get objectives."""
    return plans(viewer).filter(place__in=places, state="draft")


def open_of(viewer: Viewer, places: Iterable[int]) -> QuerySet[Plan]:
    """Plans of these places that can still get actions."""
    return plans(viewer).filter(place__in=places).exclude(state="reviewed")


def objectives(viewer: Viewer, of: Plan) -> QuerySet[Objective]:
    """What should be different, in the order of the plan."""
    return Objective.objects.seen_by(viewer).filter(plan=of.pk).order_by("number")


def objective(viewer: Viewer, *, code: str, number: int) -> Objective | None:
    """One objective of a plan."""
    return (
        Objective.objects.seen_by(viewer)
        .filter(plan__code=code, number=number)
        .select_related("plan__place", "challenge")
        .first()
    )


def contributions(viewer: Viewer, of: Plan) -> list[Contribution]:
    """Who helped, from the first day on; each with ``who``, by name or by kind."""
    found = list(
        Contribution.objects.seen_by(viewer)
        .filter(plan=of.pk)
        .select_related("organisation")
        .order_by("on", "pk")
    )
    names = named(viewer, (one.organisation for one in found))
    for one in found:
        one.who = names.get(one.organisation_id or 0, "")  # type: ignore[attr-defined]
    return found


def contribution(viewer: Viewer, *, code: str, contribution: int) -> Contribution | None:
    """One line of who helped."""
    return (
        Contribution.objects.seen_by(viewer)
        .filter(plan__code=code, pk=contribution)
        .select_related("plan__place", "organisation")
        .first()
    )


def adoption_waiting(viewer: Viewer, of: Plan) -> TwoPersonAct | None:
    """The request to adopt it that waits for a second person, for those who could be that person."""
    return acts_waiting(viewer, of.place).filter(verb="plan.adopt", thing=f"plan:{of.pk}").first()


# --- a plan with all its parts
def _actions(viewer: Viewer, of: Plan) -> list[Action]:
    checks = RiskCheck.objects.seen_by(viewer)
    found = list(
        Action.objects.seen_by(viewer)
        .filter(plan=of.pk)
        .select_related("owner")
        .prefetch_related(Prefetch("risk_check", queryset=checks))
        .order_by("number")
    )
    names = named(viewer, (one.owner for one in found))
    for one in found:
        one.plan = of
        one.who = names.get(one.owner_id or 0, "")  # type: ignore[attr-defined]
        one.check_made = getattr(one, "risk_check", None)  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """An objective (or none) with its actions."""

    objective: Objective | None
    actions: tuple[Action, ...]


def drawn(viewer: Viewer, of: Plan) -> list[Drawn]:
    """Every objective with its actions; last, where there are any, actions of no objective."""
    actions = _actions(viewer, of)
    told = [
        Drawn(one, tuple(action for action in actions if action.objective_id == one.pk))
        for one in objectives(viewer, of)
    ]
    rest = tuple(action for action in actions if action.objective_id is None)
    return [*told, Drawn(None, rest)] if rest else told


# --- what a plan lacks
@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a plan does not tell: the question of the checklist, what to do, and where.

    ``blocks``: without it nobody can adopt the plan; the others are for the next weeks.
    """

    question: str
    what: str
    address: str
    blocks: bool


def lacks(of: Plan) -> list[Lack]:
    """What the plan lacks by group D of the readiness checklist, in its order."""
    actions = [one for one in _actions(SYSTEM, of) if one.state != ActionState.DROPPED]
    goals = list(objectives(SYSTEM, of))
    return [*_of_words(of, goals, actions), *_of_actions(actions), *_of_care(of, goals, actions)]


def blocks(of: Plan) -> list[Lack]:
    """What has to be told before the plan can be adopted."""
    return [lack for lack in lacks(of) if lack.blocks]


def _tells(thing: Worded, name: str) -> bool:
    return any(texts.get(name) for texts in thing.texts.values())


def _of_words(of: Plan, goals: list[Objective], actions: list[Action]) -> list[Lack]:
    edit = reverse("plan:edit", kwargs={"code": of.code})
    page = of.get_absolute_url()
    found = []
    if not _tells(of, "vision"):
        found.append(Lack("D1", _("Tell the vision."), edit, True))
    if not _tells(of, "need"):
        found.append(Lack("D1", _("Tell why this plan is needed."), edit, True))
    if not goals:
        new = reverse("plan:new_objective", kwargs={"code": of.code})
        found.append(Lack("D1", _("Write an objective."), new, True))
    if not actions:
        found.append(Lack("D1", _("Write an action."), f"{page}#objectives", True))
    return found


def _of_actions(actions: list[Action]) -> list[Lack]:
    found = []
    for one in actions:
        for missing, what, needed in (
            (one.owner_id is None, _("Say who does “%(action)s”."), True),
            (one.due is None, _("Say until when “%(action)s” is done."), True),
            (not one.prevention_level, _("Say the level of “%(action)s”."), True),
            (one.cost is None, _("Say what “%(action)s” costs; nothing is an answer too."), False),
        ):
            if missing:
                address = one.get_absolute_url()
                found.append(Lack("D2", what % {"action": one}, address, needed))
    return found


def _of_care(of: Plan, goals: list[Objective], actions: list[Action]) -> list[Lack]:
    found = []
    if not _tells(of, "theory_of_change") and not any(_tells(one, "because") for one in goals):
        edit = reverse("plan:edit", kwargs={"code": of.code})
        found.append(Lack("D3", _("Tell why this should work here."), edit, False))
    for one in actions:
        check = one.check_made  # type: ignore[attr-defined]
        if check is None or check.state != "signed":
            what = _("Ask design partners whether “%(action)s” could do harm.") % {"action": one}
            found.append(Lack("D4", what, one.get_absolute_url(), False))
    unspoken = [code for code in of.place.languages if code not in of.texts]
    names = dict(zip(of.place.languages, of.place.language_names, strict=True))
    for code in unspoken:
        address = reverse("plan:edit", kwargs={"code": of.code}) + f"?language={code}"
        what = _("Tell it in %(language)s.") % {"language": names[code]}
        found.append(Lack("D5", what, address, False))
    if of.visibility != Visibility.PUBLIC and not of.is_draft:
        page = f"{of.get_absolute_url()}#sharing"
        found.append(Lack("D5", _("Let everybody see it."), page, False))
    return found


def fingerprint(of: Plan) -> str:
    """Of what a second person agrees to: words, days, objectives and actions of the plan.

    Where it differs from the one that was asked for, the plan was changed meanwhile.
    """
    goals = [[one.number, one.texts, one.challenge_id] for one in objectives(SYSTEM, of)]
    actions = [
        [
            one.number, one.texts, one.objective_id, one.owner_id, str(one.due), str(one.cost),
            one.currency, one.prevention_level, one.admin_level,
        ]
        for one in _actions(SYSTEM, of)
    ]  # fmt: skip
    whole = [of.texts, str(of.begins), str(of.ends), of.review_id, goals, actions]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


# --- how it goes
@dataclass(frozen=True, slots=True)
class Progress:
    """How a plan goes today: its actions by how far they are, its indicators, what became of words."""

    today: date
    counts: list[tuple[str, int]]
    late: list[Action]
    running: list[Action]
    done: list[Action]
    planned: list[Action]
    stopped: list[Action]
    indicators: list[Shown]
    answers: list[Contribution]
    unanswered: int
    total: int


def progress(viewer: Viewer, of: Plan) -> Progress:
    """How the plan goes, as far as the viewer may see it."""
    today = timezone.localdate()
    actions = _actions(viewer, of)
    counted = Counter(action.state for action in actions)

    def among(*states: str) -> list[Action]:
        return [one for one in actions if one.state in states and not one.is_overdue]

    heard = contributions(viewer, of)
    return Progress(
        today=today,
        counts=[(str(state.label), counted[state.value]) for state in ActionState],
        late=sorted((a for a in actions if a.is_overdue), key=lambda a: (a.due or today, a.number)),
        running=among(ActionState.RUNNING),
        done=sorted(among(ActionState.DONE), key=lambda a: a.done_on or today, reverse=True),
        planned=among(ActionState.PLANNED),
        stopped=among(ActionState.PAUSED, ActionState.DROPPED),
        indicators=[shown(one) for one in indicators.of_plan(viewer, of)],
        answers=[one for one in heard if _tells(one, "became")],
        unanswered=sum(not _tells(one, "became") for one in heard),
        total=len(actions),
    )
