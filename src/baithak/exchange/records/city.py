"""A city of the library: where it lies, and what a source says of its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["City"]


@dataclass(frozen=True, slots=True)
class City:
    """Name and country together are the key: there are two Hyderabads.

    ``latitude`` and ``longitude`` in degrees, two decimals: a pin for a place, never for a person
    or a site; both or neither, for a city need not tell where it lies. ``population`` is None
    where no source says it. ``labels`` are names by language.
    """

    name: str
    country: str
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    population_note: str = ""
    population_source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str = "en") -> str:
        """The name in a language, the English one where there is none."""
        return self.labels.get(language) or self.name
