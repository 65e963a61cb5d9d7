"""Who took up what, and what came of it: each viewer sees an adoption if its practice may be seen too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from baithak.exchange.models import Adoption, AdoptionStep, Practice
from baithak.exchange.queries import practices
from baithak.network.models import Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import Viewer, Visibility

__all__ = [
    "Branch",
    "Family",
    "adoption",
    "adoptions",
    "family",
    "of_place",
    "reaches_owner",
    "steps",
    "what_became",
]


def adoptions(viewer: Viewer, place: str = "") -> QuerySet[Adoption]:
    """What the viewer may see, the newest first; ``place`` is the slug of the place that adopts.

    ``practice_shown``: whether the viewer may see the practice. Where not, only the place's own
    people see the adoption, without the practice's title: its owner may have narrowed it since.
    """
    seen = Practice.objects.seen_by(viewer).filter(pk=OuterRef("practice"))
    return (
        Adoption.objects.seen_by(viewer)
        .annotate(practice_shown=Exists(seen))
        .filter(Q(practice_shown=True) | Q(place__in=viewer.places_as(CONFIRMERS)))
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place", "practice__place", "practice__current")
        .prefetch_related("practice__translations")
        .order_by("-pk")
    )


def adoption(viewer: Viewer, *, adoption: int) -> Adoption | None:
    """One adoption."""
    return adoptions(viewer).filter(pk=adoption).first()


def of_place(viewer: Viewer, place: Place, practice: Practice) -> Adoption | None:
    """This place's adoption of this practice: there is at most one."""
    return adoptions(viewer).filter(place=place, practice=practice).first()


def steps(viewer: Viewer, of: Adoption) -> QuerySet[AdoptionStep]:
    """Its progress, from the first day on."""
    return AdoptionStep.objects.seen_by(viewer).filter(adoption=of).order_by("day", "pk")


def what_became(viewer: Viewer) -> QuerySet[Adoption]:
    """What others made of the practices of the viewer's places, failures included."""
    return (
        adoptions(viewer)
        .filter(practice__place__in=viewer.places, practice__origin="")
        .exclude(place=F("practice__place"))
    )


def reaches_owner(adoption: Adoption) -> bool:
    """Whether the city that owns the practice may see the adoption at its level."""
    owner, level = adoption.practice.place, Visibility(adoption.visibility)
    if level == Visibility.HUB:
        return (owner.hub_id or owner.pk) == (adoption.place.hub_id or adoption.place_id)
    return level.width > Visibility.HUB.width


# --- the family tree
#: So many generations are shown above and below a practice.
GENERATIONS = 4


@dataclass(slots=True)
class Branch:
    """A practice that grew out of another, what others made of it, and the adoption it came from."""

    practice: Practice
    adoption: Adoption | None = None
    adoptions: list[Adoption] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def all(self) -> Iterator[Branch]:
        """This one and everything below it."""
        yield self
        for branch in self.branches:
            yield from branch.all()


@dataclass(frozen=True, slots=True)
class Family:
    """Ancestors from the oldest on, and the practice itself with what grew out of it."""

    ancestors: tuple[Practice, ...]
    root: Branch

    @property
    def is_alone(self) -> bool:
        """Nobody has taken it up, as far as the viewer may know."""
        return not (self.ancestors or self.root.branches or self.root.adoptions)


def family(viewer: Viewer, of: Practice) -> Family:
    """Where a practice came from and what became of it; what the viewer may not see is not there.

    A practice that cannot be seen hides what lies behind it: the tree tells of no gap.
    """
    root = Branch(of)
    known = {of.pk: root}
    generation = known
    for _ in range(GENERATIONS):
        grown = practices.practices(viewer).filter(
            adapted_from__in=generation, current__isnull=False
        )
        parents, generation = generation, {}
        for practice in grown.order_by("published_on", "code"):
            if practice.pk not in known and practice.adapted_from_id is not None:
                branch = Branch(practice)
                parents[practice.adapted_from_id].branches.append(branch)
                known[practice.pk] = generation[practice.pk] = branch
        if not generation:
            break
    for adoption in adoptions(viewer).filter(practice__in=known).order_by("pk"):
        _hang(known[adoption.practice_id], adoption)
    return Family(_ancestors(viewer, of), root)


def _hang(branch: Branch, adoption: Adoption) -> None:
    """At the practice that the same place made of it, else at the practice itself."""
    for grown in branch.branches:
        if grown.practice.place_id == adoption.place_id and grown.practice.is_own:
            grown.adoption = adoption
            return
    branch.adoptions.append(adoption)


def _ancestors(viewer: Viewer, of: Practice) -> tuple[Practice, ...]:
    found: list[Practice] = []
    parent = of.adapted_from_id
    while parent is not None and len(found) < GENERATIONS:
        practice = practices.practices(viewer).filter(pk=parent, current__isnull=False).first()
        if practice is None or practice == of or practice in found:
            break
        found.append(practice)
        parent = practice.adapted_from_id
    return tuple(reversed(found))
