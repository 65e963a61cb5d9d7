"""Practices, their versions and translations."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from baithak.exchange.models import (
    Practice,
    PracticeState,
    Translation,
    Version,
    VersionState,
)
from baithak.exchange.records import LANGUAGES, City, library
from baithak.exchange.rules import REVIEWERS, WRITERS
from baithak.network.models import Kind, Place, TwoPersonAct
from baithak.network.queries import acts_waiting
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "PUBLISH_VERB",
    "cities",
    "findable",
    "in_work",
    "latest",
    "mine",
    "places_to_write_in",
    "practice",
    "practices",
    "previous",
    "publish_request",
    "published",
    "review",
    "thing",
    "to_review",
    "to_translate",
    "translated",
    "translation",
    "version",
    "versions",
    "waiting",
]

#: The guarded act: a version goes into review and, once reviewed, out to a wider level (R14, R19).
PUBLISH_VERB = "exchange.publish"


def thing(practice: Practice) -> str:
    """How journal, guarded acts and the index name a practice."""
    return f"practice:{practice.pk}"


def practices(viewer: Viewer) -> QuerySet[Practice]:
    """What the viewer may see, with what a row of a list shows."""
    return (
        Practice.objects.seen_by(viewer)
        .select_related("place", "current")
        .prefetch_related("translations")
    )


def published(viewer: Viewer) -> QuerySet[Practice]:
    """What readers see."""
    return practices(viewer).filter(state=PracticeState.PUBLISHED)


def latest(viewer: Viewer, most: int) -> QuerySet[Practice]:
    """The newest changes among what everybody who asks may see."""
    return published(viewer).order_by("-changed_on", "code")[:most]


def mine(viewer: Viewer) -> QuerySet[Practice]:
    """Practices of the viewer's places, those in work first; copies from elsewhere left out."""
    return (
        practices(viewer)
        .filter(place__in=viewer.places, origin="")
        .prefetch_related(
            Prefetch("versions", Version._unscoped.exclude(state=VersionState.PUBLISHED), "work")
        )
        .order_by("state", "code")
    )


def practice(viewer: Viewer, *, code: str) -> Practice | None:
    """The practice with this code."""
    return practices(viewer).filter(code=code).first()


def findable(pks: Iterable[int]) -> QuerySet[Practice]:
    """For the index, which serves every viewer and filters by what each may see."""
    return practices(SYSTEM).filter(pk__in=pks)


def versions(viewer: Viewer, of: Practice) -> QuerySet[Version]:
    """Versions of a practice that the viewer may read, the newest first."""
    return (
        Version.objects.seen_by(viewer)
        .filter(practice=of)
        .select_related("practice__place", "reviewer")
        .order_by("-number")
    )


def version(viewer: Viewer, *, code: str, number: int) -> Version | None:
    """One version of a practice."""
    return (
        Version.objects.seen_by(viewer)
        .filter(practice__code=code, number=number)
        .select_related("practice__place", "reviewer")
        .first()
    )


def previous(viewer: Viewer, to: Version) -> Version | None:
    """The version before this one; copies from elsewhere may leave numbers out."""
    return (
        Version.objects.seen_by(viewer)
        .filter(practice=to.practice_id, number__lt=to.number)
        .order_by("-number")
        .first()
    )


def in_work(practice: Practice) -> Version | None:
    """The version that is being written or reviewed, whoever asks: for the practice's own services."""
    return Version._unscoped.filter(
        practice=practice, state__in=[VersionState.DRAFT, VersionState.REVIEW]
    ).first()


def review(viewer: Viewer, *, code: str) -> Version | None:
    """The version of this practice that waits for a judgement."""
    return (
        Version.objects.seen_by(viewer)
        .filter(practice__code=code, state=VersionState.REVIEW)
        .select_related("practice__place__hub", "practice__current")
        .first()
    )


def to_review(viewer: Viewer) -> QuerySet[Version]:
    """What waits for somebody of another city of the viewer's hubs, the oldest first."""
    reviewing = frozenset(g.hub for g in viewer.grants if g.role in REVIEWERS)
    return (
        Version.objects.seen_by(viewer)
        .filter(state=VersionState.REVIEW)
        .filter(Q(practice__place__hub__in=reviewing) | Q(practice__place__in=reviewing))
        .exclude(practice__place__in=viewer.places)
        .select_related("practice__place")
        .order_by("pk")
    )


def translation(viewer: Viewer, of: Practice, language: str) -> Translation | None:
    """A practice's words in this language."""
    return Translation.objects.seen_by(viewer).filter(practice=of, language=language).first()


def translated(viewer: Viewer, *, code: str, language: str) -> Translation | None:
    """The translation of this practice that is there."""
    return (
        Translation.objects.seen_by(viewer)
        .filter(practice__code=code, language=language)
        .select_related("practice__place", "practice__current")
        .first()
    )


def to_translate(viewer: Viewer, *, code: str, language: str) -> Translation | None:
    """The translation that is there or an empty one; None in the language the practice is written in."""
    told = practice(viewer, code=code)
    if told is None or language not in LANGUAGES or language == told.record.language:
        return None
    return translation(viewer, told, language) or Translation(practice=told, language=language)


def waiting(of: Iterable[Practice]) -> set[str]:
    """Things among these practices about which a second person is asked now."""
    things = [thing(practice) for practice in of]
    return set(
        acts_waiting(SYSTEM)
        .filter(verb=PUBLISH_VERB, thing__in=things)
        .values_list("thing", flat=True)
    )


def publish_request(practice: Practice) -> TwoPersonAct | None:
    """The request that waits for a second person."""
    return (
        acts_waiting(SYSTEM, practice.place)
        .filter(verb=PUBLISH_VERB, thing=thing(practice))
        .first()
    )


def places_to_write_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may write practices, adopt and ask: cities first."""
    return (
        Place.objects.seen_by(viewer)
        .filter(pk__in=viewer.places_as(WRITERS))
        .exclude(kind=Kind.COUNTRY)
        .select_related("hub")
        .order_by("kind", "name")
    )


def cities(places: Iterable[Place] = ()) -> tuple[City, ...]:
    """The cities a record may name: those of the library, and these member cities."""
    known = {(city.name, city.country): city for city in library().cities}
    for place in places:
        if place.country_code and (place.name, place.country_code) not in known:
            known[place.name, place.country_code] = City(
                place.name, place.country_code, None, None, place.population
            )
    return tuple(known.values())
