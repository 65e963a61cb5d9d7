"""One search over all rooms: each process keeps an index, each viewer finds what they may see.

The index holds everything at every level; the facet ``seen`` lets through what a viewer may know, and
then every row is read anew within the viewer's scope, so a stale index tells nothing that is hidden
(R14). It follows the journal: each write of each room leaves a line there, in the order of the chain,
and before each search the things of the new lines are read again. The library of practices has an index
of its own (``exchange.finding``), which is asked beside this one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from baithak.budget.models import Budget
from baithak.coordination.queries import desk as coordination
from baithak.coordination.rules import ANSWERERS
from baithak.dialogue.models import Dialogue
from baithak.exchange import finding as library_finding
from baithak.exchange.analysis import Document, Hit, Index, lexicon, note
from baithak.exchange.cards import Card, Piece, cards
from baithak.exchange.queries.found import rows as library_rows
from baithak.exchange.records import library
from baithak.home import addresses
from baithak.journal.models import Line
from baithak.network.models import Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import SYSTEM, Viewer, Visibility
from baithak.panel.models import Panel
from baithak.plan.queries import desk as plans

__all__ = ["EACH", "KINDS", "ONE_KIND", "Found", "Group", "Result", "find", "warm"]

log = logging.getLogger(__name__)

#: Results of each kind, and of the one kind that somebody asked for.
EACH, ONE_KIND = 5, 50


# --- what can be found
@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: its heading, its rows by key for a viewer, who may know of one."""

    code: str
    heading: Any
    read: Callable[..., Iterable[Any]]
    seen: Callable[[Any], tuple[str, ...]]
    #: Texts that are searched beside the title.
    beside: tuple[str, ...] = ("description",)


def _levelled(one: Any) -> tuple[str, ...]:
    """By its level, and those of the place who can confirm that more people see it."""
    place, level = one.place, one.visibility
    held = {
        Visibility.HUB: f"hub:{place.hub_id or place.pk}",
        Visibility.CITY: f"city:{place.pk}",
        Visibility.MECHANISM: f"team:{place.pk}",
    }.get(Visibility(level), str(level))
    owner = getattr(one, "owner_id", None)
    keeps = (f"keeps:{owner}",) if owner is not None else ()
    return (held, f"confirm:{place.pk}", *keeps)


def _of_plan(one: Any) -> tuple[str, ...]:
    keeps = (f"keeps:{one.owner_id}",) if one.owner_id is not None else ()
    return (*_levelled(one.plan), *keeps)


def _asked(one: Any) -> tuple[str, ...]:
    """Both sides, the other one once it is sent."""
    sides = () if one.state == "draft" else (one.to_id, one.escalated_to_id)
    return (f"confirm:{one.place_id}", *(f"answer:{pk}" for pk in sides if pk is not None))


def _room(of: Callable[..., Any], kind: str) -> Callable[..., Any]:
    return lambda keys=None, *, viewer=SYSTEM: of(kind, keys, viewer=viewer)


def _model(model: Any) -> Callable[..., Any]:
    def read(keys: Iterable[Any] | None = None, *, viewer: Viewer = SYSTEM) -> Iterable[Any]:
        found = model.objects.seen_by(viewer)
        found = found.select_related("parent" if model is Place else "place")
        return found if keys is None else found.filter(pk__in=list(keys))

    return read


_ASKED_OF_RESIDENTS = ("question", "description")
KINDS = {
    kind.code: kind
    for kind in (
        Kind("plan", _("Plans"), _room(plans.findable, "plan"), _levelled,
             ("vision", "need", "theory_of_change")),
        Kind("action", _("Actions"), _room(plans.findable, "action"), _of_plan,
             ("description", "area")),
        Kind("review", _("Reviews of challenges"), _room(plans.findable, "review"), _levelled,
             ("method", "strengths", "limits")),
        Kind("challenge", _("Challenges"), _room(plans.findable, "challenge"),
             lambda one: _levelled(one.review), ("description", "drivers")),
        Kind("commitment", _("Commitments"), _room(coordination.findable, "commitment"), _levelled),
        Kind("body", _("Bodies"), _room(coordination.findable, "body"), _levelled,
             ("purpose", "charter")),
        Kind("meeting", _("Meetings"), _room(coordination.findable, "meeting"), _levelled,
             ("purpose",)),
        Kind("workshop", _("Workshops"), _room(coordination.findable, "workshop"), _levelled,
             ("summary", "where")),
        Kind("request", _("Requests"), _room(coordination.findable, "request"), _asked),
        Kind("day", _("Days"), _room(coordination.findable, "day"), _levelled),
        Kind("statement", _("Joint statements"), _room(coordination.findable, "statement"),
             _levelled, ("text",)),
        Kind("lookback", _("Looking back"), _room(coordination.findable, "lookback"), _levelled,
             ("happened", "went_well", "change")),
        Kind("dialogue", _("Dialogues"), _model(Dialogue), _levelled, _ASKED_OF_RESIDENTS),
        Kind("budget", _("Budgets"), _model(Budget), _levelled, _ASKED_OF_RESIDENTS),
        Kind("panel", _("Panels"), _model(Panel), _levelled, _ASKED_OF_RESIDENTS),
        Kind("place", _("Places"), _model(Place), lambda one: (Visibility.PUBLIC.value,)),
    )
}  # fmt: skip
#: What hangs on a thing takes its level from it: where the thing changes, these are read again.
_BELOW = {"plan": "action", "review": "challenge"}


def seen_by(viewer: Viewer) -> tuple[str, ...]:
    """The codes of ``seen`` that this viewer holds."""
    return (
        *library_finding.seen_by(viewer),
        *(f"confirm:{place}" for place in sorted(viewer.places_as(CONFIRMERS))),
        *(f"answer:{place}" for place in sorted(viewer.places_as(ANSWERERS))),
        *(f"keeps:{held}" for held in sorted(plans.organisations_of(viewer))),
    )


def _document(kind: Kind, one: Any) -> Document | None:
    facets = {"kind": (kind.code,), "seen": kind.seen(one)}
    key = f"{kind.code}:{one.pk}"
    if isinstance(one, Place):
        names = {code: (name, "") for code, name in one.names.items() if name and code != "en"}
        return note(key, one.name, one.note, "en", facets, translations=names)
    told = {
        code: (str(texts.get("title", "")), "\n".join(_beside(kind, one, texts)))
        for code, texts in one.texts.items()
    }
    first = told.pop(one.first_language, None)
    if first is None:
        return None
    return note(key, *first, one.first_language, facets, translations=told)


def _beside(kind: Kind, one: Any, texts: dict[str, Any]) -> Iterator[str]:
    # What came of a closed room is its team's until the report is out (R15).
    hidden = kind.code == "workshop" and one.closed_room and not one.is_reported
    names = (name for name in kind.beside if not (hidden and name == "summary"))
    return (str(texts[name]) for name in names if texts.get(name))


# --- the index follows the journal
class Finder:
    """An index that follows the journal. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._last: tuple[int, str] = (0, "")

    def current(self) -> Index:
        """The index with everything that the journal tells of."""
        with self._lock:
            told = list(
                Line.objects.filter(n__gte=self._last[0])
                .order_by("n")
                .values_list("n", "hash", "verb", "thing")
            )
            known = self._index is not None and self._last[0] > 0
            if known and told and told[0][:2] == self._last:
                fresh = told[1:]
                if any("import" in verb for _n, _hash, verb, _thing in fresh):
                    self._build()  # one line tells of many things
                else:
                    self._read({_thing(name) for _n, _hash, _verb, name in fresh})
            else:
                # The first search of this process, or another journal than before: a restored backup.
                self._build()
            self._last = told[-1][:2] if told else (0, "")
            assert self._index is not None
            return self._index

    def _build(self) -> None:
        documents = (
            _document(kind, one) for kind in KINDS.values() for one in _in_parts(kind.read())
        )
        self._index = Index.build(
            (one for one in documents if one is not None), lexicon(library().taxonomy)
        )

    def _read(self, things: set[tuple[str, int]]) -> None:
        index = self._index
        if index is None:
            return
        wanted: dict[str, set[int]] = {}
        for code, key in things:
            wanted.setdefault(code, set()).add(key)
        for code in [code for code in wanted if code in _BELOW]:
            below = _BELOW[code]
            rows = plans.findable(f"{below}_of_{code}", wanted[code])
            wanted.setdefault(below, set()).update(row.pk for row in rows)
        for code, keys in wanted.items():
            living = {}
            for one in KINDS[code].read(keys):
                living[one.pk] = _document(KINDS[code], one)
            for key in keys:
                document = living.get(key)
                if document is not None:
                    index.add(document)
                elif f"{code}:{key}" in index:
                    index.remove(f"{code}:{key}")


def _thing(name: str) -> tuple[str, int]:
    """``plan.plan:4`` and ``plan:4`` are one thing; of what cannot be found, a kind that nobody has."""
    kind, _colon, key = name.rpartition(".")[2].partition(":")
    if kind in KINDS and key.isascii() and key.isdecimal() and len(key) < 18:
        return kind, int(key)
    return "place", 0


def _in_parts(rows: Any) -> Iterable[Any]:
    return rows.iterator(chunk_size=500) if hasattr(rows, "iterator") else rows


_finder = Finder()


def warm() -> None:
    """Build this process's index before anybody asks; where that fails, the first search tries again."""
    try:
        _finder.current()
    except DatabaseError:
        log.info("the index is built later: the database is not ready")
    finally:
        connection.close()


# --- a search
@dataclass(frozen=True, slots=True)
class Found:
    """One result."""

    title: str
    address: str
    language: str
    place: str
    example: bool
    passage: tuple[Piece, ...] = ()
    passage_language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one kind, best first."""

    code: str
    heading: Any
    found: tuple[Found, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a search has found: the groups, and cards of the library."""

    groups: tuple[Group, ...]
    cards: tuple[Card, ...] = ()
    more_cards: bool = False
    no_words: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.cards)


def find(viewer: Viewer, words: str, *, language: str, kind: str = "") -> Result:
    """Everything the viewer may see and the words ask for; of one ``kind``, more of it."""
    index = _finder.current()
    seen = seen_by(viewer)
    whole = index.search(words, language=language, filters={"seen": seen}, limit=1)
    no_words = any(told.code == "query.no_words" for told in whole.notes)
    wanted = [kind] if kind else list(KINDS)
    counted = whole.facets.get("kind", {})
    groups = []
    for code in wanted:
        if not counted.get(code):
            continue
        most = ONE_KIND if kind else EACH
        hits = index.search(
            words, language=language, filters={"seen": seen, "kind": (code,)}, limit=most + 1
        ).hits
        group = _group(viewer, KINDS[code], hits, most)
        if group.found:
            groups.append(group)
    if kind:
        return Result(tuple(groups), no_words=no_words)
    shown, more = _library(viewer, words, language)
    return Result(tuple(groups), shown, more, no_words)


def _group(viewer: Viewer, kind: Kind, hits: Sequence[Hit], most: int) -> Group:
    """The rows behind these hits, as far as this viewer may see them, whatever the index says."""
    keys = [int(hit.id.partition(":")[2]) for hit in hits]
    rows = {row.pk: row for row in kind.read(keys, viewer=viewer)}
    found = [_found(hit, rows[key]) for hit, key in zip(hits, keys, strict=True) if key in rows]
    return Group(kind.code, kind.heading, tuple(found[:most]), len(found) > most)


def _found(hit: Hit, row: Any) -> Found:
    if isinstance(row, Place):
        name = row.parent.local_name if row.parent is not None else ""
        address = addresses.page("network:place", place=row.slug)
        return Found(row.local_name, address, "", name, row.example)
    shown = hit.snippet
    passage = () if shown.field == "title" else _pieces(hit)
    place = row.place
    return Found(
        row.title or str(_("Without a title")), addresses.of(row), row.language, place.local_name,
        place.example, passage, shown.language,
    )  # fmt: skip


def _pieces(hit: Hit) -> tuple[Piece, ...]:
    """The passage, cut at its marks."""
    text, told, at = hit.snippet.text, [], 0
    for start, end in hit.snippet.marks:
        told += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    return tuple(piece for piece in (*told, Piece(text[at:], False)) if piece.text)


def _library(viewer: Viewer, words: str, language: str) -> tuple[tuple[Card, ...], bool]:
    found = library_finding.find(viewer, words, language=language, limit=EACH + 1)
    rows = library_rows(viewer, [hit.id for hit in found.hits])
    told = cards(found.hits, rows)
    return tuple(told[:EACH]), len(told) > EACH
