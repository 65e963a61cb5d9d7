"""Cities like mine: which cities have something in common with one, and what it is.

The measure. Two cities are compared by what both have told of themselves: traits, challenges,
mandate, languages, country and size. Each thing they share weighs ``log2((n + 1) / m)``, where
``n`` cities have told anything of this kind and ``m`` of them have this very thing: a rare trait
tells much, one that every city has tells next to nothing. The same country counts half, since
neighbours know each other anyway. Languages count as the sum of those shared. About as many people
(at most half as many again) counts like a thing that one city in four has.

The heaviest five reasons, two of a kind at most, are the ones a reader is shown, and only these
count: whoever reads the reasons has read the whole measure. It serves to choose which cities to
show; no number of it leaves this file, and no city is better than another. What a city has not told
is unknown and likens it to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log2
from typing import Any

from baithak.exchange.records import City, Library, Practice

__all__ = ["KINDS", "Likeness", "Profile", "Reason", "alike", "profiles"]

#: Codes of reasons, in the order in which they are told.
KINDS = (
    "trait", "same_languages", "shared_languages", "size", "mandate", "country", "challenge",
)  # fmt: skip
MOST_REASONS = 5
MOST_OF_A_KIND = 2
NEAR_SIZE = 1.5
_SIZE_WEIGHT = 2.0  # log2(4): one city in four
_COUNTRY_SHARE = 0.5
#: How far a practice reaches where its city is more than its seat.
_LOCAL = frozenset({"city", "district", "region"})


@dataclass(frozen=True, slots=True)
class Profile:
    """What a city tells of itself. Empty and None are unknown.

    ``key`` tells cities apart; ``country`` is ISO 3166, ``challenges`` are codes of the taxonomy,
    ``mandate`` and ``traits`` of ``library/traits.yaml``, ``languages`` two or three letters.
    """

    key: str
    name: str
    country: str = ""
    population: int | None = None
    challenges: tuple[str, ...] = ()
    mandate: str = ""
    languages: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing in common, as a code of ``KINDS`` and what it is about.

    ``trait``: trait; ``challenge``: challenge; ``mandate``: mandate; ``country``: country;
    ``same_languages`` (all of both) and ``shared_languages``: languages; ``size``: mine, theirs.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A city and what it has in common with mine; ``likeness_words.sentence`` says it."""

    profile: Profile
    reasons: tuple[Reason, ...]


def alike(mine: Profile, others: Iterable[Profile], limit: int = 5) -> tuple[Likeness, ...]:
    """The cities that have most in common with one.

    Parameters
    ----------
    mine : Profile
    others : iterable of Profile
        A city that stands here twice (by key, or by name and country) counts once, the first time;
        one's own is left out.
    limit : int
        At most so many.

    Returns
    -------
    tuple of Likeness
        Those with more in common first, equal ones by the alphabet; none with nothing in common.

    Examples
    --------
    >>> here = Profile("a", "Here", traits=("port",), population=33_000)
    >>> there = Profile("b", "There", traits=("port", "hill"), population=41_000)
    >>> [reason.code for reason in alike(here, [there])[0].reasons]
    ['trait', 'size']
    """
    pool = _each_once((mine, *others))
    rarity = _Rarity(pool)
    found = []
    for other in pool[1:]:
        chosen = _heaviest(_common(mine, other, rarity))
        if chosen:
            strength = round(sum(weight for weight, _ in chosen), 9)
            told = tuple(reason for _, reason in sorted(chosen, key=_telling))
            found.append((-strength, other.name.casefold(), other.country, other.key, told, other))
    found.sort(key=lambda row: row[:4])
    return tuple(Likeness(row[5], row[4]) for row in found[: max(limit, 0)])


def profiles(library: Library) -> tuple[Profile, ...]:
    """What a library knows of its cities, in their order.

    Challenges and languages are those of a city's practices that reach a city, a district or a
    region; of a country-wide practice the city is only the seat. Keys are ``library:LK:Colombo``.
    """
    local: dict[tuple[str, str], list[Practice]] = {}
    for practice in library.practices:
        if practice.admin_level in _LOCAL:
            local.setdefault((practice.city, practice.country), []).append(practice)
    return tuple(
        _profile(city, local.get((city.name, city.country), []), library) for city in library.cities
    )


def _profile(city: City, practices: list[Practice], library: Library) -> Profile:
    character = library.traits.of(city.name, city.country)
    return Profile(
        key=f"library:{city.country}:{city.name}",
        name=city.name,
        country=city.country,
        population=city.population,
        challenges=tuple(sorted({code for p in practices for code in p.challenges})),
        mandate=character.mandate,
        languages=tuple(sorted({code for p in practices for code in p.languages})),
        traits=character.traits,
    )


def _each_once(given: Iterable[Profile]) -> list[Profile]:
    keys: set[str] = set()
    places: set[tuple[str, str]] = set()
    found = []
    for profile in given:
        place = (profile.name.casefold(), profile.country)
        if profile.key not in keys and place not in places:
            found.append(profile)
        keys.add(profile.key)
        places.add(place)
    return found


def _told(profile: Profile) -> dict[str, set[str]]:
    """What a profile says, by kind; without what it does not say."""
    told = {
        "trait": set(profile.traits),
        "challenge": set(profile.challenges),
        "language": set(profile.languages),
        "mandate": {profile.mandate},
        "country": {profile.country},
    }
    return {kind: values - {""} for kind, values in told.items()}


class _Rarity:
    """How much a thing tells when two cities share it."""

    def __init__(self, pool: Iterable[Profile]) -> None:
        self.told: Counter[str] = Counter()
        self.held: Counter[tuple[str, str]] = Counter()
        for profile in pool:
            for kind, values in _told(profile).items():
                self.told[kind] += bool(values)
                self.held.update((kind, value) for value in values)

    def weight(self, kind: str, value: str) -> float:
        return log2((self.told[kind] + 1) / self.held[kind, value])


def _common(mine: Profile, other: Profile, rarity: _Rarity) -> Iterator[tuple[float, Reason]]:
    """Everything two cities share, with its weight."""
    ours, theirs = _told(mine), _told(other)
    for kind in ("trait", "challenge", "mandate", "country"):
        share = _COUNTRY_SHARE if kind == "country" else 1.0
        for value in sorted(ours[kind] & theirs[kind]):
            yield share * rarity.weight(kind, value), Reason(kind, {kind: value})
    spoken = sorted(ours["language"] & theirs["language"])
    if spoken:
        code = "same_languages" if ours["language"] == theirs["language"] else "shared_languages"
        weight = sum(rarity.weight("language", language) for language in spoken)
        yield weight, Reason(code, {"languages": tuple(spoken)})
    if mine.population and other.population:
        small, large = sorted((mine.population, other.population))
        if large <= NEAR_SIZE * small:
            yield (
                _SIZE_WEIGHT,
                Reason("size", {"mine": mine.population, "theirs": other.population}),
            )


def _heaviest(common: Iterable[tuple[float, Reason]]) -> list[tuple[float, Reason]]:
    """At most five, at most two of a kind; equal weights in the order of telling."""
    chosen: list[tuple[float, Reason]] = []
    kinds: Counter[str] = Counter()
    for weight, reason in sorted(common, key=lambda pair: (-round(pair[0], 9), _telling(pair))):
        if len(chosen) < MOST_REASONS and kinds[reason.code] < MOST_OF_A_KIND:
            chosen.append((weight, reason))
            kinds[reason.code] += 1
    return chosen


def _telling(pair: tuple[float, Reason]) -> tuple[int, str]:
    """The order in which reasons are told; the same from both sides."""
    reason = pair[1]
    about = "" if reason.code == "size" else str(next(iter(reason.params.values())))
    return KINDS.index(reason.code), about
