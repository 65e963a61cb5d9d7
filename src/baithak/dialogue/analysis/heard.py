"""Who was heard: by which way in, by what people said of themselves, with and without the open link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from baithak.dialogue import queries
from baithak.dialogue.analysis.kept import rebuilt
from baithak.dialogue.models import Dialogue, Run
from baithak.dialogue.queries import Card, Shown
from baithak.report.disclosure import PublishedMap
from baithak.report.voices import PublishedVoices
from baithak.report.words import Words

__all__ = ["Beside", "VoiceRow", "VoicesShown", "besides", "untranslated", "voices_shown"]


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """One answer to a question about oneself, in words."""

    category: str
    people: str
    voices: str
    city: str
    heard: str
    unheard: bool


@dataclass(frozen=True, slots=True)
class VoicesShown:
    """The table of one question; ``unheard`` names who is missing, ``effective`` how sure it is."""

    question: str
    source: str
    rows: tuple[VoiceRow, ...]
    unheard: tuple[str, ...]
    effective: str
    has_shares: bool


def voices_shown(dialogue: Dialogue, run: Run, say: Words) -> list[VoicesShown]:
    """The tables that were released with a map, in the reader's language."""
    if not run.voices:
        return []
    asked = {str(question.number): question for question in queries.questions(dialogue.pk)}
    words_of = {
        "heard": say.gettext("heard"),
        "unheard": say.gettext("not heard yet"),
        "unclear": "–",
    }
    shown = []
    for kept in run.voices:
        question = asked.get(kept["question"])
        if question is None:
            continue
        told: PublishedVoices = rebuilt(PublishedVoices, kept["told"])
        names = {str(category.number): str(category) for category in question.categories.all()}
        shown.append(
            VoicesShown(
                question=str(question),
                source=question.source,
                rows=tuple(
                    VoiceRow(
                        names.get(row.category, ""),
                        say.count(row.count, told.k) if told.answered else say.gettext("not shown"),
                        say.share(row.voices),
                        "–" if row.city is None else say.percent(row.city),
                        words_of[row.heard],
                        row.heard == "unheard",
                    )
                    for row in told.rows
                ),
                unheard=tuple(names.get(name, "") for name in told.unheard),
                effective="" if told.effective is None else say.count(told.effective, told.k),
                has_shares=any(row.city is not None for row in told.rows),
            )
        )
    return shown


@dataclass(frozen=True, slots=True)
class Beside:
    """Two lists of common ground in one table: each statement, and in which list it stands."""

    title: str
    first: str
    second: str
    rows: tuple[tuple[Shown, bool, bool], ...]
    both: int


def besides(told: PublishedMap, texts: Mapping[str, Card], say: Words) -> list[Beside]:
    """The result beside the one without the open link (R9), and the weighted beside the unweighted.

    Statements by their number, not by rank: a place in a list is a figure that was not rounded.
    """
    shown = []
    defence = told.defence
    if defence is not None and defence.top_verified:
        shown.append(
            _beside(
                _("With and without the open link"),
                _("All"),
                _("Without the open link"),
                defence.top_with,
                defence.top_verified,
                texts,
            )
        )
    if told.top_unweighted:
        shown.append(
            _beside(
                _("Weighted and unweighted"),
                _("Weighted to the city"),
                _("Each voice alike"),
                told.common_ground[: len(told.top_unweighted)],
                told.top_unweighted,
                texts,
            )
        )
    return shown


def _beside(
    title: str,
    first: str,
    second: str,
    one: Sequence[str],
    two: Sequence[str],
    texts: Mapping[str, Card],
) -> Beside:
    here = sorted((name for name in {*one, *two} if name in texts), key=lambda name: int(name))
    rows = tuple((texts[name].shown, name in one, name in two) for name in here)
    return Beside(title, first, second, rows, sum(in_one and in_two for _s, in_one, in_two in rows))


def untranslated(dialogue: Dialogue) -> list[tuple[str, int]]:
    """Languages of the place in which statements are missing, and how many: some cannot read them."""
    ballot = queries.ballot(dialogue.pk)
    wanted = dict.fromkeys([*dialogue.languages, *dialogue.place.languages])
    names = dict(settings.CONTENT_LANGUAGES)
    gaps = ((code, sum(code not in card.wordings for card in ballot)) for code in wanted)
    return [(str(names.get(code, code)), count) for code, count in gaps if count]
