"""Places with practices, and the same places as a list: by country, in alphabetical order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

__all__ = ["Country", "Place", "by_country"]


@dataclass(frozen=True, slots=True)
class Place:
    """A city with a number of practices; names in the reader's language, ``href`` to its practices.

    Where nobody has told how far north and east it lies, both are None: it is then in the list only.
    """

    key: str
    label: str
    country: str
    count: int
    href: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """The places of a country, and how many practices they have together."""

    label: str
    places: tuple[Place, ...]

    @property
    def count(self) -> int:
        return sum(place.count for place in self.places)


def by_country(places: Iterable[Place]) -> tuple[Country, ...]:
    """What the map shows as a list; alphabetical, since nobody is ranked here."""
    ordered = sorted(places, key=lambda p: (p.country.casefold(), p.label.casefold(), p.key))
    return tuple(
        Country(label, tuple(found)) for label, found in groupby(ordered, lambda p: p.country)
    )
