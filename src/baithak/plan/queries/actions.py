"""Actions: of one plan and over all plans, and where they come from as far as a viewer may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from baithak.budget.models import Project
from baithak.exchange.findings import Finding, finding
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.queries import adoptions
from baithak.exchange.queries import practices as practice_queries
from baithak.network.models import Organisation, Place
from baithak.network.scope import Viewer
from baithak.plan.models import OPEN, Action, ActionStep, Partnership
from baithak.plan.queries.organisations import named

__all__ = [
    "Asked",
    "Sources",
    "action",
    "actions",
    "found",
    "named_sources",
    "organisations_at",
    "owners",
    "partner_ids",
    "partners",
    "payer",
    "places",
    "project_of",
    "project_words",
    "sources",
    "steps",
    "with_names",
]


def actions(viewer: Viewer) -> QuerySet[Action]:
    """What the viewer may see, with what a row shows."""
    return Action.objects.seen_by(viewer).select_related("plan__place", "owner", "objective")


def action(viewer: Viewer, *, code: str, number: int) -> Action | None:
    """One action of a plan."""
    return (
        actions(viewer)
        .select_related("plan__place__parent", "owner", "objective__challenge", "funded_by")
        .filter(plan__code=code, number=number)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """By what the list of all actions is narrowed; empty means all."""

    state: str = ""  # one of ActionState, or "overdue", or "open"
    place: str = ""  # a slug
    owner: int = 0
    level: str = ""


def found(viewer: Viewer, asked: Asked) -> QuerySet[Action]:
    """Actions of all plans that the viewer may see: first what is due first, then what has no day."""
    where = Q()
    if asked.state == "overdue":
        where &= Q(state__in=OPEN, due__lt=timezone.localdate())
    elif asked.state == "open":
        where &= Q(state__in=OPEN)
    elif asked.state:
        where &= Q(state=asked.state)
    if asked.place:
        where &= Q(plan__place__slug=asked.place)
    if asked.owner:
        where &= Q(owner__in=_seen(viewer), owner=asked.owner)
    if asked.level:
        where &= Q(prevention_level=asked.level)
    return (
        actions(viewer)
        .filter(where)
        .order_by(F("due").asc(nulls_last=True), "plan__code", "number")
    )


def _seen(viewer: Viewer) -> QuerySet[Organisation]:
    return Organisation.objects.seen_by(viewer)


def owners(viewer: Viewer) -> list[tuple[int, str]]:
    """Organisations that do something and whose names the viewer may know, for the filter (R13)."""
    doing = Action.objects.seen_by(viewer).filter(owner__isnull=False).values("owner")
    return list(_seen(viewer).filter(pk__in=doing).order_by("name", "pk").values_list("pk", "name"))


def places(viewer: Viewer) -> list[Place]:
    """Places with an action that the viewer may see."""
    ids = Action.objects.seen_by(viewer).values("plan__place")
    return list(Place.objects.seen_by(viewer).filter(pk__in=ids).order_by("name"))


def with_names(viewer: Viewer, rows: Iterable[Action]) -> list[Action]:
    """The rows, each with ``who`` does it: by name to its own place, by type to others (R13)."""
    told = list(rows)
    names = named(viewer, (one.owner for one in told))
    for one in told:
        one.who = names.get(one.owner_id or 0, "")  # type: ignore[attr-defined]
    return told


def payer(viewer: Viewer, of: Action) -> str:
    """Which organisation pays, as the viewer may know it; empty where none was chosen."""
    return named(viewer, [of.funded_by]).get(of.funded_by_id or 0, "")


def partners(viewer: Viewer, of: Action) -> list[str]:
    """Who takes part, as the viewer may know them."""
    held = [
        one.organisation
        for one in Partnership.objects.seen_by(viewer)
        .filter(action=of.pk)
        .select_related("organisation")
        .order_by("organisation__name")
    ]
    names = named(viewer, held)
    return [names[one.pk] for one in held]


def partner_ids(of: Action) -> list[int]:
    """The same for a form."""
    return list(
        Partnership._unscoped.filter(action=of.pk).values_list("organisation_id", flat=True)
    )


def steps(viewer: Viewer, of: Action) -> QuerySet[ActionStep]:
    """How it went, from the first day on."""
    return ActionStep.objects.seen_by(viewer).filter(action=of.pk).order_by("day", "pk")


def organisations_at(viewer: Viewer, place: Place) -> QuerySet[Organisation]:
    """Organisations that can do an action, take part or pay."""
    return _seen(viewer).filter(place=place).order_by("name")


# --- where it comes from
@dataclass(frozen=True, slots=True)
class Sources:
    """What led to an action, each only where the viewer may see it."""

    finding: Finding | None = None
    practice: Practice | None = None
    adoption: Adoption | None = None
    project: Project | None = None
    project_title: str = ""

    def __bool__(self) -> bool:
        return any((self.finding, self.practice, self.adoption, self.project))


def sources(viewer: Viewer, of: Action) -> Sources:
    """Where an action comes from, as far as this viewer may see it."""
    practice = (
        practice_queries.practices(viewer).filter(pk=of.practice_id).first()
        if of.practice_id
        else None
    )
    adoption = adoptions.adoption(viewer, adoption=of.adoption_id) if of.adoption_id else None
    project = project_of(viewer, of.project_id) if of.project_id else None
    return Sources(
        finding=finding(viewer, of.because) if of.because else None,
        practice=practice,
        adoption=adoption,
        project=project,
        project_title=project_words(project)[0] if project is not None else "",
    )


def named_sources(viewer: Viewer, told: Any) -> Sources:
    """What an address names: ``?practice=``, ``?adoption=``, ``?because=``, ``?project=``; else nothing."""
    practice = practice_queries.practice(viewer, code=told.get("practice", "")[:80])
    adoption = (
        adoptions.adoption(viewer, adoption=int(told["adoption"]))
        if _is_id(told.get("adoption", ""))
        else None
    )
    if adoption is not None and practice is None and adoption.practice_shown:  # type: ignore[attr-defined]
        practice = practice_queries.practices(viewer).filter(pk=adoption.practice_id).first()
    project = project_of(viewer, int(told["project"])) if _is_id(told.get("project", "")) else None
    because = told.get("because", "")
    return Sources(
        finding=finding(viewer, because) if because else None,
        practice=practice,
        adoption=adoption,
        project=project,
        project_title=project_words(project)[0] if project is not None else "",
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15


def project_of(viewer: Viewer, project: int) -> Project | None:
    """A project of a budget that the viewer may see."""
    return (
        Project.objects.seen_by(viewer)
        .select_related("budget__place")
        .prefetch_related("wordings")
        .filter(pk=project)
        .first()
    )


def project_words(project: Project, language: str = "") -> tuple[str, str, str]:
    """Title, description and language of a project: in this language where it has one, else the original."""
    wanted = language or (get_language() or "en").split("-")[0]
    told = {one.language: one for one in project.wordings.all()}
    original = next((one for one in told.values() if one.kind == "original"), None)
    chosen = told.get(wanted) or original or next(iter(told.values()), None)
    return (chosen.title, chosen.description, chosen.language) if chosen else ("", "", wanted)
