"""The page of a map: its lists, its table, its picture, in the reader's language."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from baithak.dialogue import queries
from baithak.dialogue.analysis.heard import besides, untranslated, voices_shown
from baithak.dialogue.analysis.kept import published
from baithak.dialogue.analysis.routing import place
from baithak.dialogue.analysis.times import moments
from baithak.dialogue.models import Dialogue
from baithak.dialogue.queries import Answer, Card, Shown
from baithak.network.models import Channel
from baithak.report import disclosure
from baithak.report.disclosure import PublishedGroup, PublishedMap, PublishedStatement
from baithak.report.opinion_svg import Picture, draw_map, strip, uncertainty_bar
from baithak.report.opinion_time import draw_time
from baithak.report.words import Words, words

if typing.TYPE_CHECKING:
    from baithak.engine.opinion.placement import Place

__all__ = ["Participation", "common_ground", "finding", "map_page", "participation", "texts_of"]


# --- participation, for the team
@dataclass(frozen=True, slots=True)
class Participation:
    """Rounded figures of who takes part (R6): words, never exact counts."""

    people: str
    shown: bool


def participation(dialogue: Dialogue) -> Participation:
    """How many take part, to the nearest 5, or fewer than k."""
    count = queries.participants(dialogue)
    k = dialogue.smallest_cell
    told = disclosure.rounded(count, k)
    return Participation(people=_words().count(told, k), shown=told is not None)


# --- the page of a map
def _words() -> Words:
    return words(get_language() or "en")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one group says of one statement, in words and as a bar."""

    letter: str
    votes: str
    agree: str
    disagree: str


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of the map's lists and of its table."""

    number: int
    shown: Any
    agree: str
    between: str
    bar: Picture
    strip: Picture
    cells: tuple[Cell, ...]
    votes: str
    certain: bool


@dataclass(frozen=True, slots=True)
class GroupShown:
    """One group: how large, how sure, and the statements that set it apart."""

    letter: str
    size: str
    sure: str
    stability: str
    rows: tuple[Row, ...]


def _row(
    told: PublishedStatement,
    texts: Mapping[str, Card],
    groups: Sequence[PublishedGroup],
    k: int,
    *,
    no: bool = False,
) -> Row:
    say = _words()
    rtl = say.direction == "rtl"
    side = told.common_ground_no if no else told.common_ground
    card = texts.get(told.id)
    cells = [(g.letter, told.by_group[g.id]) for g in groups if g.id in told.by_group]
    if told.everybody is not None:
        cells = [("", told.everybody)]
    return Row(
        number=int(told.id) if told.id.isdecimal() else 0,
        shown=card.shown if card is not None else queries.plain(told.text),
        agree=say.share(side),
        between=say.between(side),
        bar=uncertainty_bar(side, rtl=rtl),
        strip=strip([(letter, cell.agree) for letter, cell in cells if letter], rtl=rtl),
        cells=tuple(
            Cell(letter, say.count(c.votes, k), say.share(c.agree), say.share(c.disagree))
            for letter, c in cells
        ),
        votes="" if told.votes is None else f"{told.votes:,}",
        certain=told.certain,
    )


def texts_of(dialogue: Dialogue) -> dict[str, Card]:
    return {str(card.number): card for card in queries.ballot(dialogue.pk)}


def common_ground(dialogue: Dialogue, *, most: int) -> list[Row]:
    """What all groups agree on, for the page after the last statement."""
    run = queries.released_run(dialogue.pk)
    if run is None:
        return []
    told = published(run)
    texts = texts_of(dialogue)
    return [
        _row(told.statement(name), texts, told.groups, told.k)
        for name in told.common_ground[:most]
        if name in texts
    ]


def finding(dialogue: Dialogue, number: int) -> Shown | None:
    """The words of a statement that the released map tells as a finding: common ground, what divides,
    what sets a shown group apart. Words only, no figure (R6, R7).
    """
    run = queries.released_run(dialogue.pk)
    told = None if run is None else published(run)
    card = texts_of(dialogue).get(str(number))
    if told is None or card is None:
        return None
    shown = {group.id for group in told.groups}
    apart = (s.id for s in told.statements if shown.intersection(s.representative_of))
    found = {*told.common_ground, *told.dividing, *apart}
    return card.shown if str(number) in found else None


def map_page(dialogue: Dialogue, given: Mapping[int, Answer]) -> dict[str, Any]:
    """Everything the page of the released map shows, in the reader's language.

    ``given`` are the reader's own answers: where they stand is worked out here, for this one page,
    and kept nowhere.
    """
    run = queries.released_run(dialogue.pk)
    told = None if run is None else published(run)
    words_of_state: dict[str, Any] = {"run": run, "k": dialogue.smallest_cell, "told": None}
    if run is None or told is None or told.too_few:
        return words_of_state
    say, texts = _words(), texts_of(dialogue)
    here = place(run, dialogue, given)

    def rows(names: Sequence[str], most: int, *, no: bool = False) -> list[Row]:
        kept = [name for name in names if name in texts][:most]
        return [_row(told.statement(name), texts, told.groups, told.k, no=no) for name in kept]

    apart = {
        g.id: [s.id for s in told.statements if g.id in s.representative_of] for g in told.groups
    }
    return {
        **words_of_state,
        "told": told,
        "people": say.count(told.participants, told.k),
        "votes": say.count(told.votes, told.k),
        "picture": draw_map(told, say, here=None if here is None else (here.x, here.y)),
        "here": here,
        "near": _near(told, here),
        "trust": say.trust(told) if told.groups else "",
        "groups": [
            GroupShown(
                letter=g.letter,
                size=say.count(g.size, told.k),
                sure=say.share(g.sure),
                stability=say.stability(g, told.repeats),
                rows=tuple(rows(apart[g.id], 3)),
            )
            for g in told.groups
        ],
        "common": rows(told.common_ground, 8),
        "refused": rows(told.no_ground, 5, no=True),
        "dividing": rows(told.dividing, 8),
        "table": rows([s.id for s in told.statements], len(told.statements)),
        "depth": say.depth(told.depth.value) if told.depth and told.groups else "",
        "breadth": say.breadth(told.breadth.value) if told.breadth and told.groups else "",
        "notes": [note for note in map(say.note, told.notes) if note],
        "defence": told.defence,
        "besides": besides(told, texts, say),
        "voices": voices_shown(dialogue, run, say),
        "untranslated": untranslated(dialogue),
        "effective": ""
        if told.effective is None
        else say.gettext(
            "Voices were weighted to the population. The weighted result is as sure as "
            "one from about %(n)s people asked at random."
        )
        % {"n": say.count(told.effective, told.k)},
        "times": (line := moments(dialogue, say)),
        "time_picture": draw_time(line, say),
        "ways_in": [(Channel(way).label, f"{count:,}") for way, count in run.channels.items()],
    }


def _near(told: PublishedMap, here: Place | None) -> str:
    """The letter of the shown group somebody clearly stands closest to, if there is one."""
    if here is None or not here.membership:
        return ""
    name, part = max(here.membership.items(), key=lambda item: item[1])
    return next((g.letter for g in told.groups if g.id == name and part >= 0.5), "")
