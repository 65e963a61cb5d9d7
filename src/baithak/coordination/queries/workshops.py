"""Workshops: what was planned, what was said, who came as figures that may be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from baithak.coordination.models import (
    Commitment,
    CommitmentState,
    CommitmentStep,
    Part,
    Participants,
    Raised,
    Showcase,
    Takeaway,
    Workshop,
    WorkshopState,
)
from baithak.exchange.models import Practice
from baithak.exchange.naming import names_in
from baithak.exchange.queries.names import names_to_leave_out
from baithak.exchange.records import library
from baithak.network.models import Kind, Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import SYSTEM, Viewer
from baithak.report.participants import PublishedParticipants, published_participants

__all__ = [
    "ITEMS",
    "Flag",
    "Progress",
    "born",
    "countries",
    "country_names",
    "counts",
    "figures",
    "flags",
    "hears",
    "item",
    "parts",
    "previous",
    "progress",
    "raised",
    "report",
    "showcases",
    "takeaways",
    "told",
    "with_numbers",
    "workshop",
    "workshops",
]

#: What a workshop is made of, by the name in its address.
ITEMS: dict[str, Any] = {
    "part": Part,
    "raised": Raised,
    "showcase": Showcase,
    "takeaway": Takeaway,
}


def workshops(viewer: Viewer, place: str = "") -> QuerySet[Workshop]:
    """What the viewer may see, the latest first; ``place`` is a slug."""
    return (
        Workshop.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place", "series")
        .order_by("-begins", "-pk")
    )


def with_numbers(viewer: Viewer, rows: QuerySet[Workshop]) -> QuerySet[Workshop]:
    """Rows of a list, each with how many takeaways and commitments of it the viewer may see."""
    here = Takeaway.objects.seen_by(viewer).filter(workshop=OuterRef("pk"))
    born_here = Commitment.objects.seen_by(viewer).filter(takeaway__workshop=OuterRef("pk"))

    def number(of: QuerySet[Any], name: str) -> Any:
        counted = of.order_by().values(name).annotate(number=Count("pk", distinct=True))
        return Coalesce(Subquery(counted.values("number")[:1]), 0)

    return rows.annotate(
        takeaway_number=number(here, "workshop"),
        commitment_number=number(born_here, "takeaway__workshop"),
    )


def workshop(viewer: Viewer, *, workshop: int) -> Workshop | None:
    """One workshop."""
    return workshops(viewer).filter(pk=workshop).first()


def report(viewer: Viewer, *, workshop: int, kind: str = "") -> Workshop | None:
    """The workshop whose report is read: it is out, or the viewer is of those who may look before."""
    if kind not in ("", "pdf", "docx"):
        return None
    found = workshops(viewer).filter(pk=workshop).first()
    if found is None or found.is_reported or viewer.roles_at(found.place) & CONFIRMERS:
        return found
    return None


def hears(viewer: Viewer, of: Workshop) -> bool:
    """Whether the viewer reads what came of it: of a closed room its team alone, until the report is out."""
    out = viewer.system or not of.closed_room or of.is_reported
    return out or bool(viewer.roles_at(of.place) & CONFIRMERS)


# --- what it is made of
def parts(viewer: Viewer, of: Workshop) -> QuerySet[Part]:
    """Its programme."""
    return Part.objects.seen_by(viewer).filter(workshop=of).order_by("number")


def raised(viewer: Viewer, of: Workshop) -> QuerySet[Raised]:
    """Challenges that were spoken of."""
    return Raised.objects.seen_by(viewer).filter(workshop=of).order_by("pk")


def showcases(viewer: Viewer, of: Workshop) -> QuerySet[Showcase]:
    """Practices that were shown and that the viewer may see."""
    seen = Practice.objects.seen_by(viewer).filter(current__isnull=False)
    return (
        Showcase.objects.seen_by(viewer)
        .filter(workshop=of, practice__in=seen.values("pk"))
        .select_related("practice__place", "practice__current")
        .prefetch_related("practice__translations")
        .order_by("pk")
    )


def takeaways(viewer: Viewer, of: Workshop) -> QuerySet[Takeaway]:
    """What everybody takes home, each with the commitments that were born of it."""
    seen = Commitment.objects.seen_by(viewer).select_related("owner", "place")
    return (
        Takeaway.objects.seen_by(viewer)
        .filter(workshop=of)
        .prefetch_related(Prefetch("commitments", seen.order_by("due", "pk"), to_attr="born"))
        .order_by("number")
    )


def item(viewer: Viewer, *, kind: str, item: int) -> Any:
    """One thing of a workshop: a part, a challenge, a showcase, a takeaway."""
    model = ITEMS.get(kind)
    if model is None:
        return None
    related = ["workshop__place", *(["practice__current"] if kind == "showcase" else [])]
    return model.objects.seen_by(viewer).select_related(*related).filter(pk=item).first()


# --- who came
def counts(viewer: Viewer, of: Workshop) -> QuerySet[Participants]:
    """The rows as they were typed, for those who run the place."""
    return Participants.objects.seen_by(viewer).filter(workshop=of).order_by("pk")


def figures(of: Workshop) -> PublishedParticipants:
    """What may be told about who came: once, when the report is out (R7)."""
    if not of.is_reported:
        return PublishedParticipants()
    return told(Participants._unscoped.filter(workshop=of))


def told(rows: QuerySet[Participants]) -> PublishedParticipants:
    """The figures that these rows give."""
    return published_participants(rows.values("role", "country", "organisation_type", "people"))


def countries(of: Workshop) -> tuple[str, ...]:
    """The countries that people came from, where the report names them."""
    if not (of.name_countries and figures(of).countries):
        return ()
    rows = Participants._unscoped.filter(workshop=of).order_by("country")
    return tuple(rows.values_list("country", flat=True).distinct())


def country_names(codes: Iterable[str]) -> dict[str, str]:
    """What countries are called: as the taxonomy does, else as the network's own places do."""
    wanted = list(codes)
    here, taxonomy = (get_language() or "en").split("-")[0], library().taxonomy
    known = set(taxonomy.codes("countries"))
    found = {code: taxonomy.label("countries", code, here) for code in wanted if code in known}
    others = [code for code in wanted if code not in known]
    if others:
        places = (
            Place.objects.seen_by(SYSTEM)
            .filter(kind=Kind.COUNTRY, country_code__in=others)
            .order_by("-pk")
        )
        found |= {place.country_code: place.local_name for place in places}
    return {code: found.get(code, code) for code in wanted}


# --- names, before the report is out
@dataclass(frozen=True, slots=True)
class Flag:
    """A text of the report in which names stand."""

    text: str
    language: str
    names: tuple[str, ...]


def flags(viewer: Viewer, of: Workshop) -> tuple[Flag, ...]:
    """Every text of the report, in every language, in which a name of the network stands (R15)."""
    names = names_to_leave_out(viewer)
    found = ((text, code, names_in(text, names)) for text, code in _texts(viewer, of))
    return tuple(Flag(text, code, at) for text, code, at in found if at)


def _texts(viewer: Viewer, of: Workshop) -> Iterator[tuple[str, str]]:
    """What people read in the report; where it was and who paid is said openly."""
    things: Iterable[Any] = (
        *parts(viewer, of),
        *raised(viewer, of),
        *Takeaway.objects.seen_by(viewer).filter(workshop=of),
        *born(viewer, of),
    )
    for code, texts in of.texts.items():
        yield from ((texts[name], code) for name in ("title", "summary") if texts.get(name))
    for thing in things:
        for code, texts in thing.texts.items():
            yield from ((text, code) for text in texts.values())


# --- what became of it
def born(viewer: Viewer, of: Workshop) -> QuerySet[Commitment]:
    """Commitments that were born of a workshop's takeaways, with their newest step."""
    steps = CommitmentStep.objects.seen_by(viewer).order_by("day", "pk")
    return (
        Commitment.objects.seen_by(viewer)
        .filter(takeaway__workshop=of)
        .select_related("place", "owner")
        .prefetch_related(Prefetch("steps", steps, to_attr="told"))
        .order_by("takeaway__number", "due", "pk")
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of what was agreed at ``since``."""

    since: Workshop
    all: tuple[Commitment, ...]

    def _in(self, *states: str) -> tuple[Commitment, ...]:
        return tuple(one for one in self.all if one.state in states)

    @property
    def kept(self) -> tuple[Commitment, ...]:
        return self._in(CommitmentState.DONE)

    @property
    def dropped(self) -> tuple[Commitment, ...]:
        return self._in(CommitmentState.DROPPED)

    @property
    def overdue(self) -> tuple[Commitment, ...]:
        return tuple(one for one in self.all if one.is_overdue)

    @property
    def open(self) -> tuple[Commitment, ...]:
        """Still to do, and not late."""
        return tuple(one for one in self.all if one.is_open and not one.is_overdue)


def previous(viewer: Viewer, of: Workshop) -> Workshop | None:
    """The workshop of the same series that was held before this one."""
    if of.series_id is None:
        return None
    before = Q(begins__lt=of.begins) | Q(begins=of.begins, pk__lt=of.pk)
    held = (WorkshopState.HELD, WorkshopState.REPORTED)
    return workshops(viewer).filter(before, series=of.series_id, state__in=held).first()


def progress(viewer: Viewer, since: Workshop | None) -> Progress | None:
    """What became of what was agreed there; nothing where there was no workshop."""
    return None if since is None else Progress(since, tuple(born(viewer, since)))
