"""From a finding to a practice: what fits a sentence that residents agreed on, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baithak.exchange import finding
from baithak.exchange.analysis import Hit
from baithak.exchange.cards import Card, cards
from baithak.exchange.facets import facet_label, place_label
from baithak.exchange.models import Practice
from baithak.exchange.queries.practices import published
from baithak.exchange.records import library
from baithak.network.scope import Viewer
from baithak.report.search_reasons import why

__all__ = ["Fit", "fitting"]

#: A word alone ("keep", "open") makes no fit: a meaning that both share does, unless all the rest of
#: the sentence is about something else; or nearly all the words. Scores were read for some sixty
#: statements: without a meaning in common none of the shipped practices came above 0.2.
_MEANINGS = {"why.label", "why.concept"}
_LEAST, _IN_WORDS = 0.035, 0.3
#: So many hits are looked through for each fit that is wanted.
_EACH = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """A practice that fits, as a result of the search, and why it fits, in the reader's words."""

    practice: Practice
    card: Card
    why: str


def fitting(
    viewer: Viewer, text: str, language: str, challenges: Sequence[str] = (), limit: int = 8
) -> tuple[Fit, ...]:
    """Practices that share a meaning with a sentence in any language, or face the same challenges.

    Parameters
    ----------
    text
        A statement, in whichever of the eight languages; may be empty where there are challenges.
    language
        The reader's: passages in it come first.
    challenges
        Codes of the taxonomy. With a text they weigh in like words; alone they are the condition.
    """
    taxonomy = library().taxonomy
    known = [code for code in challenges if code in taxonomy.codes("challenges")]
    if not text.strip() and not known:
        return ()
    labels = [taxonomy.label("challenges", code, language) for code in known]
    filters: dict[str, Sequence[str]] = {"kind": ("practice",)}
    if not text.strip():
        filters["challenge"] = known
    found = finding.find(
        viewer, " ".join([text, *labels]), language=language, filters=filters, limit=limit * _EACH
    )
    hits = [hit for hit in found.hits if _means_the_same(hit)][:limit]
    codes = [hit.id.partition(":")[2] for hit in hits]
    rows = {row.finding_id: row for row in published(viewer).filter(code__in=codes)}
    shown = [hit for hit in hits if hit.id in rows]
    return tuple(
        Fit(rows[hit.id], card, _why(hit, language))
        for hit, card in zip(shown, cards(shown, rows), strict=True)
    )


def _means_the_same(hit: Hit) -> bool:
    if hit.score >= _IN_WORDS:
        return True
    return hit.score >= _LEAST and any(reason.code in _MEANINGS for reason in hit.why)


def _why(hit: Hit, language: str) -> str:
    """What both are about; not where the words stand, for they are not the reader's own."""
    shared = [reason for reason in hit.why if reason.code in _MEANINGS]
    return why(shared, language, label=facet_label, place=place_label)
