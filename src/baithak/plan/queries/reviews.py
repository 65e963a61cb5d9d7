"""Reviews of challenges, and what cities see under the same code: side by side, never in a ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from baithak.exchange.records import library
from baithak.network.models import Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import Viewer
from baithak.plan.models import Challenge, Review, Severity

__all__ = [
    "STEPS",
    "Named",
    "Step",
    "across",
    "challenge",
    "challenges",
    "codes",
    "groups",
    "index",
    "lacking",
    "of_place",
    "of_places",
    "review",
    "reviews",
    "seen_challenges",
    "step",
]

#: The guided review, one page for each step.
STEPS = ("how", "challenges", "felt", "limits")


def codes() -> tuple[str, ...]:
    """The challenges of the library, in its order."""
    return library().taxonomy.codes("challenges")


def groups() -> tuple[str, ...]:
    """The groups of residents of the library; none names a faith or an ethnicity."""
    return library().taxonomy.codes("target_groups")


def reviews(viewer: Viewer, place: str = "") -> QuerySet[Review]:
    """What the viewer may see, the newest first; ``place`` is a slug."""
    return (
        Review.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .order_by("-begins", "-pk")
    )


def review(viewer: Viewer, *, review: int) -> Review | None:
    """One review."""
    return reviews(viewer).filter(pk=review).first()


def of_place(
    viewer: Viewer, place: int, review: int | None = None, also: int | None = None
) -> QuerySet[Challenge]:
    """Challenges of a review, or of all reviews of a place; and one more of the place, by its id."""
    asked = Q(review=review) | Q(pk=also or 0) if review else Q()
    return (
        Challenge.objects.seen_by(viewer)
        .filter(asked, review__place=place)
        .select_related("review__place")
        .order_by("-review__begins", "-review__pk", "number")
    )


def of_places(viewer: Viewer, places: Iterable[int]) -> QuerySet[Review]:
    """Reviews that are still being written at these places."""
    return reviews(viewer).filter(place__in=places, finished=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a review."""

    review: Review
    name: str

    @property
    def place(self) -> Place:
        """So rules ask it what they ask of the review."""
        return self.review.place

    @property
    def number(self) -> int:
        return STEPS.index(self.name) + 1

    @property
    def after(self) -> str:
        """The next step; empty after the last."""
        return next(iter(STEPS[self.number :]), "")


def step(viewer: Viewer, *, review: int, step: str) -> Step | None:
    """A step of a review that the viewer may see."""
    found = reviews(viewer).filter(pk=review).first() if step in STEPS else None
    return None if found is None else Step(found, step)


def challenges(viewer: Viewer, of: Review) -> QuerySet[Challenge]:
    """The challenges of a review with how groups feel them."""
    return _told(viewer).filter(review=of.pk).order_by("number")


def challenge(viewer: Viewer, *, review: int, number: int) -> Challenge | None:
    """One challenge of a review."""
    return _told(viewer).filter(review=review, number=number).first()


def seen_challenges(viewer: Viewer, pks: Iterable[int]) -> dict[int, Challenge]:
    """Those of these challenges that the viewer may see."""
    return {one.pk: one for one in _told(viewer).filter(pk__in=list(pks))}


def _told(viewer: Viewer) -> QuerySet[Challenge]:
    felt = Severity.objects.seen_by(viewer).order_by("pk")
    return (
        Challenge.objects.seen_by(viewer)
        .select_related("review__place")
        .prefetch_related(Prefetch("severities", queryset=felt))
    )


def lacking(of: Review, told: Iterable[Challenge]) -> list[str]:
    """What a review still has to tell before it can be finished, each with what to do."""
    named = list(told)
    found = []
    if not named:
        found.append(_("Name at least one challenge."))
    for name, what in (
        ("method", _("Tell how you looked.")),
        ("who_was_heard", _("Tell who was heard.")),
        ("limits", _("Tell what this review cannot say.")),
    ):
        if not any(texts.get(name) for texts in of.texts.values()):
            found.append(what)
    found += [
        _("Tell for at least one group how “%(challenge)s” is felt, or that nobody was asked yet.")
        % {"challenge": one}
        for one in named
        if not one.severities.all()
    ]
    return found


# --- the same challenge elsewhere
@dataclass(frozen=True, slots=True)
class Named:
    """A challenge of the library, and the places that named it, by their names."""

    code: str
    places: tuple[Place, ...]


def _shown(viewer: Viewer) -> Q:
    """Finished reviews; what is still being written stays with those who write it."""
    return Q(review__finished=True) | Q(review__place__in=viewer.places_as(CONFIRMERS))


def index(viewer: Viewer) -> list[Named]:
    """Every challenge of the library, in its order, with the places that named it: no count, no order of merit."""
    found: dict[str, dict[int, Place]] = {}
    rows = Challenge.objects.seen_by(viewer).filter(_shown(viewer)).select_related("review__place")
    for row in rows.only("code", "review__place"):
        found.setdefault(row.code, {})[row.review.place_id] = row.review.place
    return [Named(code, _by_name(found.get(code, {}).values())) for code in codes()]


def across(viewer: Viewer, *, code: str) -> list[Challenge]:
    """What the places say of one challenge, in the order of their names; of each its newest review."""
    newest: dict[int, Challenge] = {}
    rows = _told(viewer).filter(_shown(viewer), code=code).order_by("review__begins", "review__pk")
    for row in rows:
        newest[row.review.place_id] = row
    ordered = _by_name(row.review.place for row in newest.values())
    return [newest[place.pk] for place in ordered]


def _by_name(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: (place.local_name.casefold(), place.pk)))
