"""The library as it is shipped: 153 practices, their words and their places, a shelf of links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from baithak.exchange.records.city import City
from baithak.exchange.records.link import Link
from baithak.exchange.records.practice import Practice
from baithak.exchange.records.reading import (
    read_cities,
    read_practices,
    read_shelf,
    read_taxonomy,
    read_traits,
    read_translation,
)
from baithak.exchange.records.taxonomy import Taxonomy
from baithak.exchange.records.traits import Traits
from baithak.exchange.records.translation import Translation

__all__ = ["Library", "library"]

SHELF = Path(__file__).parent.parent / "library"


@dataclass(frozen=True)
class Library:
    """Practices with what is needed to show and to find them; translations by language."""

    practices: tuple[Practice, ...]
    taxonomy: Taxonomy
    cities: tuple[City, ...]
    translations: Mapping[str, Translation]
    traits: Traits = field(default_factory=Traits)
    shelf: tuple[Link, ...] = ()

    def practice(self, name: str) -> Practice | None:
        """The practice with this id."""
        return next((p for p in self.practices if p.id == name), None)

    def city(self, name: str, country: str) -> City | None:
        """The city with this name in this country."""
        return next((c for c in self.cities if (c.name, c.country) == (name, country)), None)

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the countries with a practice, in alphabetical order."""
        return tuple(sorted({p.country for p in self.practices}))


@lru_cache(maxsize=1)
def library() -> Library:
    """The shipped library, read and checked once.

    Examples
    --------
    >>> shipped = library()
    >>> len(shipped.practices), len(shipped.cities), len(shipped.countries)
    (153, 116, 39)
    """
    translations = {
        told.language: told
        for path in sorted((SHELF / "translations").glob("*.yaml"))
        for told in (read_translation(path.read_bytes(), path.name),)
    }
    taxonomy = read_taxonomy(
        _bytes("taxonomy.yaml"), _bytes("countries.yaml"), translations.values(), "taxonomy.yaml"
    )
    cities = tuple(
        replace(
            city,
            labels=MappingProxyType(
                {
                    language: told.cities[city.name, city.country]
                    for language, told in translations.items()
                    if (city.name, city.country) in told.cities
                }
            ),
        )
        for city in read_cities(_bytes("cities.yaml"), taxonomy, "cities.yaml")
    )
    told = read_practices(_bytes("practices.yaml"), taxonomy, cities, "practices.yaml")
    traits = read_traits(_bytes("traits.yaml"), cities, "traits.yaml")
    shelf = read_shelf(_bytes("resources.yaml"), taxonomy, "resources.yaml")
    return Library(told.practices, taxonomy, cities, MappingProxyType(translations), traits, shelf)


def _bytes(name: str) -> bytes:
    return (SHELF / name).read_bytes()
