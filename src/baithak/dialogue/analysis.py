"""The one file of the room that calls the engine: votes in, maps and next statements out."""

from __future__ import annotations

import hashlib
import io
import json
import math
import time
import types
import typing
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue, Run
from baithak.dialogue.queries import Answer, Card
from baithak.engine.errors import EngineError
from baithak.network.models import Channel
from baithak.report import disclosure, errors, opinion_html, opinion_pdf
from baithak.report.disclosure import PublishedGroup, PublishedMap, PublishedStatement
from baithak.report.opinion_report import About, compose
from baithak.report.opinion_svg import Picture, draw_map, strip, uncertainty_bar
from baithak.report.tables import tables
from baithak.report.words import Words, words

# The engine's own modules are imported where they are used: a web worker that is started anew must
# answer at once, and needs half a second and 100 MB less as long as nobody asks it for a map.
if typing.TYPE_CHECKING:
    from baithak.engine.opinion.map import MapRun
    from baithak.engine.opinion.placement import Place
    from baithak.engine.opinion.readers import Conversation
    from baithak.engine.opinion.results import OpinionMap
    from baithak.engine.opinion.routing import RoutingTable
    from baithak.engine.opinion.votes import VoteMatrix

__all__ = [
    "REPORTS",
    "Drawn",
    "EngineError",
    "Made",
    "Participation",
    "common_ground",
    "draw",
    "map_page",
    "may_release",
    "next_statement",
    "notes",
    "participation",
    "plain",
    "published",
    "read_export",
    "report",
    "trouble",
]

SEED = 0
#: Nobody waits for the worker: how stable groups are is judged by whole fits to halves of the people.
REFITS = 40
#: A map of fewer people cannot be shown (R6), so it is not drawn.
FEWEST = disclosure.K


# --- drawing, in the worker
@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished map, ready to be kept: texts and bytes, no rows per person."""

    result: str
    published: str
    table: str
    channels: dict[str, int]
    participants: int
    votes: int
    method: str
    seed: int
    version: str
    seconds: float


def matrix(dialogue: int) -> VoteMatrix | None:
    """The dialogue's votes for the engine; statements are named by their numbers."""
    from baithak.engine.opinion.votes import Statement, VoteMatrix

    people, statements, values = queries.votes_of(dialogue)
    if not people:
        return None
    told = list(queries.all_statements(dialogue))
    number = {statement.pk: str(statement.number) for statement in told}
    shown = {card.id: card.wordings[card.original][0] for card in queries.cards(told)}
    return VoteMatrix.from_arrays(
        people,
        [number[statement] for statement in statements],
        values,
        statements=[
            Statement(
                id=number[statement.pk],
                text=shown.get(statement.pk, ""),
                moderated_out=statement.state != "accepted",
                meta=statement.meta,
            )
            for statement in told
        ],
        channels=_channels(dialogue),
    )


def _channels(dialogue: int) -> dict[str, str] | None:
    """How people came; ``None`` where nobody knows, as in imported conversations."""
    told = queries.channels_of(dialogue)
    return None if any(channel == "imported" for channel in told.values()) else told


def may_release(dialogue: Dialogue, *, before: int, now: int) -> bool:
    """Whether a new map may be shown (R7): at least k people came since the last one shown."""
    return now - before >= dialogue.smallest_cell


def read_export(folder: Path) -> Conversation:
    """A Polis export; raises ``EngineError`` with file, row and field."""
    from baithak.engine.opinion.readers import read_conversation

    return read_conversation(folder)


def draw(dialogue: int) -> Drawn | None:
    """Compute the map of a dialogue; ``None`` while fewer people take part than may be shown."""
    from baithak.engine.opinion.map import map_run

    votes = matrix(dialogue)
    if votes is None or votes.n < FEWEST:
        return None
    began = time.perf_counter()
    tense = queries.is_tense(dialogue)
    run = map_run(votes, seed=SEED, people=True, refits=REFITS, previous=_before(dialogue))
    told = run.map
    shown = disclosure.published(told, disclosure.K_TENSE if tense else disclosure.K, tense=tense)
    return Drawn(
        result=told.to_json(),
        published=json.dumps(plain(shown), ensure_ascii=False, sort_keys=True),
        table=_table_of(run, votes),
        channels=_ways_in(votes, shown.k),
        participants=told.participants,
        votes=told.votes,
        method=told.method,
        seed=told.seed,
        version=told.version,
        seconds=time.perf_counter() - began,
    )


def _ways_in(votes: VoteMatrix, k: int) -> dict[str, int]:
    """How many came in which way, rounded; all or nothing, so that no small one can be told."""
    counts = Counter(votes.channels or ())
    if any(count < k for count in counts.values()):
        return {}
    return {way: disclosure.rounded(count, k) or 0 for way, count in sorted(counts.items())}


def _table_of(run: MapRun, votes: VoteMatrix) -> str:
    """What places newcomers and chooses their next statement."""
    from baithak.engine.opinion.placement import placement
    from baithak.engine.opinion.routing import routing_table

    if run.fit is None or run.mixture is None:
        return ""
    place = placement(run.fit, run.mixture, [group.id for group in run.map.groups])
    return routing_table(place, votes).to_json()


@lru_cache(maxsize=16)
def _routing(run: int) -> RoutingTable | None:
    """The table of a map, kept in the process; ``None`` where there is none that can be read."""
    from baithak.engine.opinion.routing import RoutingTable

    told = queries.table(run)
    try:
        return RoutingTable.from_json(told) if told else None
    except EngineError:  # of an older version: the next map brings a new one
        return None


def _before(dialogue: int) -> OpinionMap | None:
    """The last map, so that groups keep their letters."""
    from baithak.engine.opinion.results import OpinionMap

    run = queries.latest_run(dialogue)
    if run is None:
        return None
    return typing.cast(OpinionMap, _rebuilt(OpinionMap, {"people": [], **json.loads(run.result)}))


# --- what is kept of a map
@lru_cache(maxsize=16)
def _published(pk: int, text: str) -> PublishedMap:
    return _rebuilt(PublishedMap, json.loads(text))


def plain(told: PublishedMap) -> dict[str, Any]:
    """The map as plain data, the way it is kept."""
    return asdict(told)


def published(run: Run) -> PublishedMap:
    """The map as it may be shown."""
    return _published(run.pk, run.published)


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _rebuilt(kind: Any, value: Any) -> Any:
    """A frozen dataclass from the plain data that ``asdict`` made of it."""
    origin = typing.get_origin(kind)
    if value is None:
        return None
    if origin in (typing.Union, types.UnionType):
        return _rebuilt(next(a for a in typing.get_args(kind) if a is not type(None)), value)
    if origin is tuple:
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_rebuilt(inner[0], part) for part in value)
        return tuple(_rebuilt(one, part) for one, part in zip(inner, value, strict=True))
    if origin is dict:
        return {name: _rebuilt(typing.get_args(kind)[1], part) for name, part in value.items()}
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        told = {f.name: _rebuilt(hints[f.name], value[f.name]) for f in fields(kind)}
        return typing.cast(Callable[..., Any], kind)(**told)
    return value


# --- what is wrong with a file
def trouble(error: EngineError) -> str:
    """A sentence with file, row, field and remedy, of this one problem."""
    params = {name: value for name, value in error.params.items() if name != "more"}
    return errors.sentence(error.code, params, language=get_language() or "en")


def notes(codes: Sequence[str]) -> list[str]:
    """Notes of a reader or of the engine, in words."""
    say = _words()
    return [said for said in map(say.note, codes) if said]


# --- the next statement
def next_statement(
    dialogue: Dialogue, ballot: Sequence[Card], given: Mapping[int, Answer], pid: bytes
) -> Card | None:
    """Which statement this person meets next; ``None`` when all are answered.

    With a map: the one whose answer tells most, new statements in their turn. Before there is one,
    each person has an order of their own, drawn from the pseudonym, in which statements that few
    people have answered come earlier.
    """
    open_ones = {str(card.number): card for card in ballot if card.id not in given}
    if not open_ones:
        return None
    counts = queries.votes_per_statement(dialogue.pk)
    run = queries.latest_table(dialogue.pk)
    routing = _routing(run) if run is not None else None
    if routing is None:
        cards = open_ones.values()
        return min(cards, key=lambda card: _turn(pid, card.id, counts.get(card.id, 0)))
    from baithak.engine.opinion.routing import next_statements

    order = next_statements(
        routing,
        _said(ballot, given),
        candidates=list(open_ones),
        new_counts={name: counts.get(card.id, 0) for name, card in open_ones.items()},
        seed=pid.hex(),
    )
    return open_ones[order[0]]


def _said(ballot: Sequence[Card], given: Mapping[int, Answer]) -> dict[str, int]:
    """One's answers by statement number, as the engine names statements."""
    return {str(card.number): given[card.id].value for card in ballot if card.id in given}


def _turn(pid: bytes, statement: int, votes: int) -> float:
    """An exponential waiting time, the longer the more often the statement was answered."""
    digest = hashlib.blake2b(b"%d" % statement, key=pid, digest_size=8).digest()
    part = (int.from_bytes(digest) + 1) / (2**64 + 1)
    return -math.log(part) * math.sqrt(1 + votes)


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
            Cell(letter, say.count(c.votes, 10), say.share(c.agree), say.share(c.disagree))
            for letter, c in cells
        ),
        votes="" if told.votes is None else f"{told.votes:,}",
        certain=told.certain,
    )


def _texts(dialogue: Dialogue) -> dict[str, Card]:
    return {str(card.number): card for card in queries.ballot(dialogue.pk)}


def common_ground(dialogue: Dialogue, *, most: int) -> list[Row]:
    """What all groups agree on, for the page after the last statement."""
    run = queries.released_run(dialogue.pk)
    if run is None:
        return []
    told = published(run)
    texts = _texts(dialogue)
    return [
        _row(told.statement(name), texts, told.groups)
        for name in told.common_ground[:most]
        if name in texts
    ]


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
    say, texts = _words(), _texts(dialogue)
    here = _place(run, dialogue, given)

    def rows(names: Sequence[str], most: int, *, no: bool = False) -> list[Row]:
        kept = [name for name in names if name in texts][:most]
        return [_row(told.statement(name), texts, told.groups, no=no) for name in kept]

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
        "ways_in": [(Channel(way).label, f"{count:,}") for way, count in run.channels.items()],
    }


# --- the report to keep
REPORTS = ("html", "pdf", "csv", "zip")


@dataclass(frozen=True, slots=True)
class Made:
    """A file to download."""

    body: bytes
    content_type: str
    revision: int


def report(dialogue: Dialogue, kind: str) -> Made | None:
    """The released map as a page, a paper or a table; ``None`` while there is none to show."""
    run = queries.released_run(dialogue.pk)
    told = None if run is None else published(run)
    if run is None or told is None or told.too_few:
        return None
    texts = _texts(dialogue)
    language = dialogue.language
    told = replace(
        told,
        statements=tuple(
            replace(s, text=texts[s.id].shown.text if s.id in texts else s.text)
            for s in told.statements
        ),
    )
    if kind in {"csv", "zip"}:
        return _tables(told, kind, run.revision)
    about = About(
        title=dialogue.title,
        question=dialogue.question,
        source=dialogue.source_url,
        attribution=dialogue.attribution,
        date=date_format(run.computed, "j F Y"),
        statements_language=language,
    )
    composed = compose(told, about, language=get_language() or "en")
    if kind == "pdf":
        return Made(opinion_pdf.paper(composed), "application/pdf", run.revision)
    return Made(opinion_html.page(composed).encode(), "text/html; charset=utf-8", run.revision)


def _tables(told: PublishedMap, kind: str, revision: int) -> Made:
    """One table of statements by group, or all tables in one parcel."""
    made = tables(told)
    if kind == "csv":
        name = "statements-by-group.csv" if told.groups else "statements.csv"
        return Made(made[name].encode(), "text/csv; charset=utf-8", revision)
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in sorted(made.items()):
            # A fixed date: the same map gives the same bytes.
            out.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text.encode())
    return Made(parcel.getvalue(), "application/zip", revision)


def _place(run: Run, dialogue: Dialogue, given: Mapping[int, Answer]) -> Place | None:
    """Where somebody with these answers stands on this map; ``None`` without any."""
    said = _said(queries.ballot(dialogue.pk), given)
    routing = _routing(run.pk) if said else None
    if routing is None:
        return None
    place = routing.placement.place(said)
    return place if place.votes else None


def _near(told: PublishedMap, here: Place | None) -> str:
    """The letter of the shown group somebody clearly stands closest to, if there is one."""
    if here is None or not here.membership:
        return ""
    name, part = max(here.membership.items(), key=lambda item: item[1])
    return next((g.letter for g in told.groups if g.id == name and part >= 0.5), "")
