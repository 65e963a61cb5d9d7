"""What kind of city each city of the library is, and what it may do by law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from baithak.exchange.records.taxonomy import Term

__all__ = ["Character", "Traits"]


@dataclass(frozen=True, slots=True)
class Character:
    """One city: codes of traits, and a code of mandate; empty is unknown."""

    traits: tuple[str, ...] = ()
    mandate: str = ""


@dataclass(frozen=True, slots=True)
class Traits:
    """The two closed lists with their terms, and cities by name and country."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    mandates: Mapping[str, Term] = field(default_factory=dict)
    cities: Mapping[tuple[str, str], Character] = field(default_factory=dict)

    def of(self, name: str, country: str) -> Character:
        """The city's character; an empty one where nothing is known."""
        return self.cities.get((name, country), Character())
