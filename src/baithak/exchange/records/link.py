"""A link of the shipped shelf: a guide, a toolkit, a paper or a report that others published."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LINK_FIELDS", "LINK_KINDS", "STEPS", "Link"]

#: What a link can be.
LINK_KINDS = ("guide", "template", "workshop_report", "research", "law", "other")
#: Steps of the guide it can belong to.
STEPS = (
    "mandate", "stakeholders", "leadership", "mapping", "strategy", "implementation", "coordination",
    "response", "learning", "sustain",
)  # fmt: skip
#: What a link tells; ``step`` and ``challenges`` may be left out.
LINK_FIELDS = (
    "url", "title", "about", "publisher", "language", "kind", "licence", "step", "challenges",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """``about`` is one line in our own words; ``url`` is the key; ``step`` is empty where it helps
    with all of them.
    """

    url: str
    title: str
    about: str
    publisher: str
    language: str
    kind: str
    licence: str
    step: str = ""
    challenges: tuple[str, ...] = ()
