"""Reads of the room, each within what the viewer may see, and the few that only services need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language

from baithak.budget.models import (
    Ballot,
    Batch,
    Budget,
    CountState,
    Project,
    ProjectState,
    Result,
    Slip,
    UsedSlip,
    WordingKind,
)
from baithak.budget.models.project import ON_THE_PAGE
from baithak.budget.rules import MODERATORS
from baithak.network.models import Place, State, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import PUBLIC, SYSTEM, Viewer

__all__ = [
    "OPEN_VERB",
    "VOTE_VERB",
    "Sheet",
    "Shown",
    "ballots_of",
    "batch",
    "batches",
    "budget",
    "budgets",
    "costs",
    "counted_budget",
    "has_ballot",
    "joined_with",
    "latest_result",
    "named",
    "of_my_places",
    "on_the_ballot",
    "open_now",
    "participants",
    "pending",
    "places_to_begin_in",
    "project",
    "public_budget",
    "public_project",
    "rejected",
    "request_waiting",
    "sheet",
    "sheets",
    "shown_projects",
    "slip_of",
    "slips_made",
    "slips_of",
    "thing",
    "to_seal",
    "used_slips_of",
    "waiting_proposals",
    "with_a_result",
]

#: The guarded acts: the budget and its residents' pages become public (R14, R19) …
OPEN_VERB = "budget.open"
#: … and projects and slips are frozen and ballots taken (R18).
VOTE_VERB = "budget.open_vote"


def thing(budget: Budget) -> str:
    """How journal and guarded acts name a budget."""
    return f"budget:{budget.pk}"


# --- budgets
def budgets(viewer: Viewer, place: str = "") -> QuerySet[Budget]:
    """What the viewer may see: open ones first, then drafts, then closed ones, newest first.

    ``place`` is the slug of the place whose budgets are wanted; empty for all.
    """
    order = {State.OPEN: 0, State.DRAFT: 1, State.CLOSED: 2}
    return (
        Budget.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .annotate(shown=Count("projects", filter=Q(projects__state__in=ON_THE_PAGE)))
        .order_by(_rank(order), "-pk")
    )


def _rank(order: dict[State, int]) -> Any:
    return Case(
        *(When(state=state, then=Value(rank)) for state, rank in order.items()),
        default=Value(len(order)),
        output_field=IntegerField(),
    )


def budget(viewer: Viewer, *, code: str) -> Budget | None:
    """The budget with this code."""
    return Budget.objects.seen_by(viewer).select_related("place").filter(code=code).first()


def public_budget(viewer: Viewer, *, code: str) -> Budget | None:
    """The budget as residents find it: whoever is signed in counts as nobody here."""
    found = budget(PUBLIC, code=code)
    return found if found is not None and found.state != State.DRAFT else None


def open_now(viewer: Viewer) -> QuerySet[Budget]:
    """Budgets that take proposals or ballots, or will soon."""
    now = timezone.now()
    return (
        Budget.objects.seen_by(viewer)
        .filter(Q(closes=None) | Q(closes__gt=now), state=State.OPEN)
        .select_related("place")
        .order_by("closes", "-pk")
    )


def with_a_result(viewer: Viewer) -> QuerySet[Budget]:
    """Budgets whose result can be read, the latest first."""
    return (
        Budget.objects.seen_by(viewer)
        .filter(state=State.CLOSED, count_state=CountState.COUNTED)
        .select_related("place")
        .order_by("-pk")
    )


def of_my_places(viewer: Viewer) -> QuerySet[Budget]:
    """Budgets of the places where the viewer has a role."""
    return budgets(viewer).filter(place__in=viewer.places)


def places_to_begin_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may begin a budget."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS))


def counted_budget(pk: int) -> Budget:
    """A budget with its place, for the worker that counts it."""
    return Budget._unscoped.select_related("place").get(pk=pk)


def request_waiting(budget: Budget) -> TwoPersonAct | None:
    """The request to open it, or its vote, that waits for a second person."""
    return (
        TwoPersonAct.objects.seen_by(SYSTEM)
        .filter(
            verb__in=(OPEN_VERB, VOTE_VERB),
            thing=thing(budget),
            confirmed_at=None,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("asked_by")
        .first()
    )


def to_seal() -> int | None:
    """A closed budget whose ballots are not sealed yet."""
    found = Budget._unscoped.filter(state=State.CLOSED, sealed=None, imported=False)
    return found.order_by("pk").values_list("pk", flat=True).first()


# --- projects
@dataclass(frozen=True, slots=True)
class Shown:
    """A project's words in one language, and whether that is the language it was written in."""

    title: str
    description: str
    landmark: str
    language: str
    kind: str

    @property
    def translated(self) -> bool:
        return self.kind != WordingKind.ORIGINAL

    @property
    def by_machine(self) -> bool:
        return self.kind == WordingKind.MACHINE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A project as people meet it: its row, and its words by language."""

    project: Project
    words: dict[str, Shown]
    original_language: str

    @property
    def number(self) -> int:
        return self.project.number or 0

    @property
    def cost(self) -> Decimal:
        """What it costs; of a proposal without a fixed cost, nothing yet."""
        return self.project.cost or Decimal(0)

    @property
    def original(self) -> Shown:
        return self.words[self.original_language]

    @property
    def shown(self) -> Shown:
        """In the reader's language where it exists, else as it was written."""
        wanted = (get_language() or "").split("-")[0]
        return self.words.get(wanted, self.original)

    def said(self, language: str) -> Shown:
        """In this language where it exists, else as it was written."""
        return self.words.get(language, self.original)

    @property
    def decision(self) -> tuple[str, str]:
        """The public reason of its decision, and the language it is in."""
        told: dict[str, str] = self.project.decision
        wanted = (get_language() or "").split("-")[0]
        language = wanted if wanted in told else next(iter(told), "")
        return told.get(language, ""), language


def sheet(project: Project) -> Sheet:
    """A project with its words; they are fetched where they were not prefetched."""
    words = {
        w.language: Shown(w.title, w.description, w.landmark, w.language, w.kind)
        for w in project.wordings.all()
    }
    original = next(
        (language for language, told in words.items() if told.kind == WordingKind.ORIGINAL),
        next(iter(words)),
    )
    return Sheet(project, words, original)


def sheets(projects: Iterable[Project]) -> list[Sheet]:
    """Projects as people meet them."""
    return [sheet(project) for project in projects]


def _of(budget: int) -> QuerySet[Project]:
    return Project._unscoped.filter(budget=budget).prefetch_related("wordings").order_by("number")


def shown_projects(budget: int, *, area: str = "") -> QuerySet[Project]:
    """What everybody can read, of all areas or of one."""
    wanted = Q(area=area) if area else Q()
    return _of(budget).filter(wanted, state__in=ON_THE_PAGE).select_related("merged_into")


def on_the_ballot(budget: int) -> QuerySet[Project]:
    """What people can vote for."""
    return _of(budget).filter(state=ProjectState.ACCEPTED)


def costs(budget: int) -> dict[int, Decimal]:
    """What each project on the ballot costs, by number."""
    rows = on_the_ballot(budget).values_list("number", "cost")
    return {number: cost for number, cost in rows if number is not None and cost is not None}


def project(viewer: Viewer, *, code: str, project: int) -> Project | None:
    """A project of this budget, with what hangs on it."""
    return (
        Project.objects.seen_by(viewer)
        .select_related("budget__place", "merged_into")
        .prefetch_related("wordings")
        .filter(pk=project, budget__code=code)
        .first()
    )


def public_project(viewer: Viewer, *, code: str, number: int) -> Project | None:
    """A project that residents can read, by its number."""
    found = public_budget(viewer, code=code)
    if found is None:
        return None
    return (
        Project.objects.seen_by(PUBLIC)
        .select_related("budget__place", "merged_into")
        .prefetch_related("wordings")
        .filter(budget=found, number=number, state__in=ON_THE_PAGE)
        .first()
    )


def named(budget: int, numbers: Iterable[int]) -> dict[int, Sheet]:
    """Shown projects by number."""
    found = shown_projects(budget).filter(number__in=list(numbers))
    return {told.number: told for told in sheets(found)}


def joined_with(project: Project) -> QuerySet[Project]:
    """What officers made a part of it."""
    return _of(project.budget_id).filter(merged_into=project)


def pending(viewer: Viewer, budget: Budget) -> QuerySet[Project]:
    """What waits for a moderator, the oldest first."""
    return (
        Project.objects.seen_by(viewer)
        .filter(budget=budget, state=ProjectState.PENDING)
        .prefetch_related("wordings")
        .order_by("pk")
    )


def rejected(viewer: Viewer, budget: Budget) -> QuerySet[Project]:
    """What moderators did not let in, the newest first."""
    return (
        Project.objects.seen_by(viewer)
        .filter(budget=budget, state=ProjectState.REJECTED)
        .prefetch_related("wordings")
        .order_by("-pk")
    )


def waiting_proposals(viewer: Viewer) -> list[tuple[Budget, int]]:
    """Budgets where proposals wait for this viewer's decision, and how many."""
    waiting = Project._unscoped.filter(
        state=ProjectState.PENDING,
        budget__state=State.OPEN,
        budget__voting_opened=None,
        budget__place__in=viewer.places_as(MODERATORS),
    )
    counts: dict[int, int] = dict(waiting.order_by().values_list("budget").annotate(n=Count("pk")))
    found = Budget.objects.seen_by(viewer).select_related("place").filter(pk__in=counts)
    return sorted(((told, counts[told.pk]) for told in found), key=lambda pair: -pair[1])


# --- slips
def batches(budget: Budget) -> QuerySet[Batch]:
    """The print-outs of slips, the newest first."""
    return Batch._unscoped.filter(budget=budget).order_by("-pk")


def batch(viewer: Viewer, *, code: str, batch: int) -> Batch | None:
    """A print-out of this budget."""
    told = budget(viewer, code=code)
    if told is None:
        return None
    return Batch._unscoped.select_related("budget__place").filter(budget=told, pk=batch).first()


def slips_made(budget: Budget) -> dict[str, int]:
    """How many slips there are by the way in which they are handed out. No figure about people."""
    rows = Slip._unscoped.filter(budget=budget).order_by().values_list("channel")
    return dict(rows.annotate(n=Count("pk")))


def slips_of(budget: int) -> list[bytes]:
    """The pseudonyms of all slips, sorted."""
    rows = Slip._unscoped.filter(budget=budget).values_list("pid", flat=True)
    return sorted(bytes(pid) for pid in rows.iterator(chunk_size=20_000))


def slip_of(budget: Budget, pid: bytes) -> Slip | None:
    """The slip with this pseudonym."""
    return Slip._unscoped.filter(budget=budget, pid=pid).first()


def has_ballot(budget: Budget, pid: bytes) -> bool:
    """Whether a ballot was cast with this slip."""
    return Ballot._unscoped.filter(budget=budget, pid=pid).exists()


# --- ballots and results
def participants(budget: Budget) -> int:
    """How many took part. Never shown as it is: figures are rounded (R6)."""
    return Ballot._unscoped.filter(budget=budget).count()


def ballots_of(budget: int) -> list[tuple[bytes, str, str, bytes]]:
    """All ballots: pseudonym or what stands in its place, channel, choices, salt."""
    rows = Ballot._unscoped.filter(budget=budget).values_list("pid", "channel", "choices", "salt")
    return [
        (bytes(pid), channel, choices, bytes(salt or b""))
        for pid, channel, choices, salt in rows.iterator(chunk_size=20_000)
    ]


def used_slips_of(budget: int) -> list[bytes]:
    """The pseudonyms of the slips that were used, once the ballots are sealed."""
    rows = UsedSlip._unscoped.filter(budget=budget).values_list("pid", flat=True)
    return [bytes(pid) for pid in rows.iterator(chunk_size=20_000)]


def latest_result(budget: int) -> Result | None:
    """The newest count."""
    return Result._unscoped.filter(budget=budget).order_by("-revision").first()
