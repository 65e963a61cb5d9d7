"""The words of the library: codes that never change, with a label in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["KINDS", "Taxonomy", "Term"]

#: The parts of the taxonomy, in the order of its file.
KINDS = (
    "challenges",
    "approaches",
    "target_groups",
    "evidence_levels",
    "organisation_types",
    "admin_levels",
    "prevention_levels",
    "mechanisms",
)


@dataclass(frozen=True, slots=True)
class Term:
    """A code with its English definition and its labels by language (English is always there)."""

    code: str
    definition: str
    labels: Mapping[str, str]

    def label(self, language: str = "en") -> str:
        """The label in a language, the English one where there is none."""
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Terms by part and code; ``countries`` holds ISO 3166 codes, their definition is empty.

    ``terms["challenges"]["hate_speech"].label("bn")``
    """

    terms: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)

    def codes(self, kind: str) -> tuple[str, ...]:
        """All codes of a part, in the order of the file."""
        return tuple(self.terms.get(kind, ()))

    def label(self, kind: str, code: str, language: str = "en") -> str:
        """The label of a code; what is no code (a partner's name) is its own label."""
        term = self.terms.get(kind, {}).get(code)
        return term.label(language) if term else code
