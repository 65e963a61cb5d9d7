"""The spotlight of a practice of this hub, to print or to edit."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext, override

from baithak.exchange.models import Adoption, Practice
from baithak.exchange.records import Rendering, library
from baithak.exchange.spotlight import spotlight_of
from baithak.network.scope import PUBLIC
from baithak.report.spotlight import Spotlight
from baithak.report.spotlight_docx import spotlight_docx
from baithak.report.spotlight_pdf import spotlight_pdf

__all__ = ["PAPERS", "paper"]

#: Media types by the ending of the file.
PAPERS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_MADE: dict[str, Callable[[Spotlight], bytes]] = {"pdf": spotlight_pdf, "docx": spotlight_docx}


def paper(practice: Practice, kind: str, language: str, *, url: str) -> bytes:
    """The page about a practice in this language."""
    record, told = practice.record, practice.renderings.get(language)
    spotlight = spotlight_of(
        record,
        library().taxonomy,
        library().city(record.city, record.country),
        language,
        renderings={code: Rendering(t.title, t.summary) for code, t in practice.renderings.items()},
        url=url,
        adaptations=_taken_up(practice, language),
        reviewed=told is not None and told.is_reviewed,
        marks=_marks(practice, language),
    )
    return _MADE[kind](spotlight)


def _taken_up(practice: Practice, language: str) -> list[str]:
    """A line for each city: its name, and what came of it where the interface has the words.

    A paper travels, so it names only cities whose use of the practice everybody may see.
    """
    adoptions = Adoption.objects.seen_by(PUBLIC).filter(practice=practice).select_related("place")
    if language not in dict(settings.LANGUAGES):
        return [adoption.place.name for adoption in adoptions]
    with override(language):
        return [
            gettext("%(city)s: %(outcome)s")
            % {"city": adoption.place.name, "outcome": adoption.get_outcome_display()}
            for adoption in adoptions
        ]


def _marks(practice: Practice, language: str) -> list[str]:
    with override(language):
        marks = [gettext("Example")] if practice.is_own and practice.place.example else []
        return [*marks, *([] if practice.is_published else [str(practice.get_state_display())])]
