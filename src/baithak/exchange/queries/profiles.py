"""What cities tell of themselves, and the practices of cities that are alike."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from baithak.exchange.likeness import Profile
from baithak.exchange.models import CityProfile, Practice
from baithak.exchange.queries.practices import published
from baithak.network.models import Kind, Place
from baithak.network.queries import place_named
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import Viewer

__all__ = ["as_told", "city", "kept", "key_of", "others", "practices_of", "profile"]


def city(viewer: Viewer, *, place: str) -> Place | None:
    """A city, whoever asks: which places take part is no secret."""
    found = place_named(viewer, place=place)
    return found if found is not None and found.kind == Kind.CITY else None


def kept(viewer: Viewer, *, place: str) -> CityProfile | None:
    """A city's profile once somebody has written it."""
    return (
        CityProfile.objects.seen_by(viewer)
        .filter(place__slug=place, place__kind=Kind.CITY)
        .select_related("place__parent")
        .first()
    )


def profile(viewer: Viewer, *, place: str) -> CityProfile | None:
    """A city's profile; an empty one for its own people, as long as nobody has written it."""
    found = kept(viewer, place=place)
    if found is not None or not viewer.roles_at(place) & (CONFIRMERS | MECHANISM):
        return found
    mine = city(viewer, place=place)
    return CityProfile(place=mine) if mine is not None else None


def others(viewer: Viewer, than: Place) -> QuerySet[CityProfile]:
    """The profiles of other member cities that this viewer may see."""
    return (
        CityProfile.objects.seen_by(viewer)
        .filter(place__kind=Kind.CITY)
        .exclude(place=than)
        .select_related("place__parent")
        .order_by("place__name")
    )


def key_of(place: Place) -> str:
    """How a member city is named among all cities that are compared."""
    return f"place:{place.slug}"


def as_told(place: Place, told: CityProfile | None) -> Profile:
    """A member city for comparing: country, languages and size stand with the place."""
    return Profile(
        key=key_of(place),
        name=place.name,
        country=place.country_code,
        population=place.population,
        challenges=tuple(told.challenges) if told else (),
        mandate=told.mandate if told else "",
        languages=tuple(place.languages),
        traits=tuple(told.traits) if told else (),
    )


def practices_of(viewer: Viewer, cities: Iterable[Profile]) -> dict[str, list[Practice]]:
    """What these cities did, by the city's key, as far as the viewer may see it; two queries for all."""
    named = {(one.name, one.country): one.key for one in cities}
    keys = set(named.values())
    found: dict[str, list[Practice]] = {key: [] for key in keys}
    told = published(viewer).filter(
        Q(current__data__city__in=sorted({name for name, _country in named}))
        | Q(place__slug__in=sorted(k.removeprefix("place:") for k in keys), origin="")
    )
    for practice in told.order_by("code"):
        written = key_of(practice.place) if practice.is_own else ""
        record = practice.record
        key = written if written in keys else named.get((record.city, record.country), "")
        if key:
            found[key].append(practice)
    return found
