"""Reads of the room, each within what the viewer may see, and the few that only services need."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language

from baithak.dialogue.models import (
    Dialogue,
    Participation,
    Run,
    Statement,
    StatementState,
    Vote,
    WordingKind,
)
from baithak.dialogue.rules import MODERATORS
from baithak.network.models import Place, State, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import PUBLIC, SYSTEM, Viewer

__all__ = [
    "OPEN_VERB",
    "Answer",
    "Card",
    "all_statements",
    "answers",
    "ballot",
    "ballot_now",
    "cards",
    "channels_of",
    "decided",
    "dialogue",
    "dialogues",
    "forget",
    "is_tense",
    "latest_run",
    "latest_table",
    "of_my_places",
    "open_now",
    "opening_request",
    "participants",
    "pending",
    "places_to_begin_in",
    "plain",
    "public_dialogue",
    "released_run",
    "shown_statements",
    "statement",
    "table",
    "thing",
    "to_seal",
    "votes_of",
    "votes_per_statement",
    "waiting_statements",
    "with_a_map",
]

#: The guarded act: a dialogue and its residents' pages become public (R14, R19).
OPEN_VERB = "dialogue.open"


def thing(dialogue: Dialogue) -> str:
    """How journal and guarded acts name a dialogue."""
    return f"dialogue:{dialogue.pk}"


# --- dialogues
def dialogues(viewer: Viewer, place: str = "") -> QuerySet[Dialogue]:
    """What the viewer may see: open ones first, then drafts, then closed ones, newest first.

    ``place`` is the slug of the place whose dialogues are wanted; empty for all.
    """
    order = {State.OPEN: 0, State.DRAFT: 1, State.CLOSED: 2}
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .annotate(
            shown=Count("statements", filter=Q(statements__state=StatementState.ACCEPTED)),
            waiting=Count("statements", filter=Q(statements__state=StatementState.PENDING)),
        )
        .order_by(_rank(order), "-pk")
    )


def _rank(order: dict[State, int]) -> Any:
    return Case(
        *(When(state=state, then=Value(rank)) for state, rank in order.items()),
        default=Value(len(order)),
        output_field=IntegerField(),
    )


def dialogue(viewer: Viewer, *, code: str) -> Dialogue | None:
    """The dialogue with this code."""
    return Dialogue.objects.seen_by(viewer).select_related("place").filter(code=code).first()


def open_now(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues that take votes from everybody."""
    now = timezone.now()
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Q(opens=None) | Q(opens__lte=now), Q(closes=None) | Q(closes__gt=now))
        .filter(state=State.OPEN, open_link=True)
        .select_related("place")
        .order_by("closes", "-pk")
    )


def with_a_map(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues whose opinion map can be seen, the latest first."""
    shown = Run._unscoped.filter(dialogue=OuterRef("pk"), released=True)
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Exists(shown))
        .select_related("place")
        .order_by("-pk")
    )


def waiting_statements(viewer: Viewer) -> list[tuple[Dialogue, int]]:
    """Dialogues where statements wait for this viewer's decision, and how many."""
    waiting = Statement._unscoped.filter(
        state=StatementState.PENDING,
        dialogue__state=State.OPEN,
        dialogue__place__in=viewer.places_as(MODERATORS),
    )
    counts: dict[int, int] = dict(
        waiting.order_by().values_list("dialogue").annotate(n=Count("pk"))
    )
    found = Dialogue.objects.seen_by(viewer).select_related("place").filter(pk__in=counts)
    return sorted(((told, counts[told.pk]) for told in found), key=lambda pair: -pair[1])


def of_my_places(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues of the places where the viewer has a role."""
    return dialogues(viewer).filter(place__in=viewer.places)


def public_dialogue(viewer: Viewer, *, code: str) -> Dialogue | None:
    """The dialogue as residents find it: whoever is signed in counts as nobody here."""
    found = dialogue(PUBLIC, code=code)
    return found if found is not None and found.state != State.DRAFT else None


def places_to_begin_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may begin a dialogue."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS))


def opening_request(dialogue: Dialogue) -> TwoPersonAct | None:
    """The request to open it that waits for a second person."""
    return (
        TwoPersonAct.objects.seen_by(SYSTEM)
        .filter(
            verb=OPEN_VERB,
            thing=thing(dialogue),
            confirmed_at=None,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("asked_by")
        .first()
    )


def to_seal() -> int | None:
    """A closed dialogue whose votes are not sealed yet."""
    found = Dialogue._unscoped.filter(state=State.CLOSED, sealed=None, imported=False)
    return found.order_by("pk").values_list("pk", flat=True).first()


def is_tense(dialogue: int) -> bool:
    """Whether the stricter small-cell rule holds."""
    return Dialogue._unscoped.filter(pk=dialogue, tense=True).exists()


def participants(dialogue: Dialogue) -> int:
    """How many took part. Never shown as it is: ``report.disclosure`` rounds it (R6)."""
    return Participation._unscoped.filter(dialogue=dialogue).count()


# --- statements
@dataclass(frozen=True, slots=True)
class Shown:
    """A statement in one language, and whether that is the language it was written in."""

    text: str
    language: str
    kind: str
    original: str
    original_language: str

    @property
    def translated(self) -> bool:
        return self.kind != WordingKind.ORIGINAL

    @property
    def by_machine(self) -> bool:
        return self.kind == WordingKind.MACHINE


@dataclass(frozen=True, slots=True)
class Card:
    """A statement as residents meet it: its number and its wordings, language to text and kind."""

    id: int
    number: int
    wordings: dict[str, tuple[str, str]]
    original: str

    @property
    def shown(self) -> Shown:
        """In the reader's language where it exists, else as it was written."""
        wanted = (get_language() or "").split("-")[0]
        language = wanted if wanted in self.wordings else self.original
        text, kind = self.wordings[language]
        return Shown(text, language, kind, self.wordings[self.original][0], self.original)


def _cards(statements: Iterable[Statement]) -> tuple[Card, ...]:
    cards = []
    for statement in statements:
        wordings = {w.language: (w.text, w.kind) for w in statement.wordings.all()}
        original = next(
            (language for language, (_, kind) in wordings.items() if kind == WordingKind.ORIGINAL),
            next(iter(wordings), ""),
        )
        if original:
            cards.append(Card(statement.pk, statement.number or 0, wordings, original))
    return tuple(cards)


def shown_statements(dialogue: int) -> QuerySet[Statement]:
    """What people can vote on."""
    return (
        Statement._unscoped.filter(dialogue=dialogue, state=StatementState.ACCEPTED)
        .prefetch_related("wordings")
        .order_by("number")
    )


#: How long a worker may show a statement list that has changed meanwhile (seconds).
_KEPT = 5.0
_KEPT_COUNTS = 60.0
_ballots: dict[int, tuple[float, tuple[Card, ...]]] = {}
_counts: dict[int, tuple[float, dict[int, int]]] = {}


def ballot(dialogue: int) -> tuple[Card, ...]:
    """The statements people can vote on, kept in the process for five seconds."""
    kept = _ballots.get(dialogue)
    now = time.monotonic()
    if kept is None or now - kept[0] > _KEPT:
        kept = (now, _cards(shown_statements(dialogue)))
        _ballots[dialogue] = kept
    return kept[1]


def ballot_now(dialogue: int) -> tuple[Card, ...]:
    """The same, read now: for the team, who want to see what they have just changed."""
    return _cards(shown_statements(dialogue))


def votes_of(dialogue: int) -> tuple[list[str], list[int], list[int]]:
    """All votes: pseudonym, statement id, value, in three lists of one length."""
    people: list[str] = []
    statements: list[int] = []
    values: list[int] = []
    rows = Vote._unscoped.filter(dialogue=dialogue).values_list("pid", "statement", "value")
    for pid, statement, value in rows.iterator(chunk_size=20_000):
        people.append(bytes(pid).hex())
        statements.append(statement)
        values.append(value)
    return people, statements, values


def channels_of(dialogue: int) -> dict[str, str]:
    """How each pseudonym came to take part."""
    rows = Participation._unscoped.filter(dialogue=dialogue).values_list("pid", "channel")
    return {bytes(pid).hex(): channel for pid, channel in rows.iterator(chunk_size=20_000)}


def all_statements(dialogue: int) -> QuerySet[Statement]:
    """Every statement that ever had a number, with its wordings: shown ones and withdrawn ones."""
    return (
        Statement._unscoped.filter(dialogue=dialogue, number__isnull=False)
        .prefetch_related("wordings")
        .order_by("number")
    )


def cards(statements: Iterable[Statement]) -> tuple[Card, ...]:
    """Statements as residents meet them."""
    return _cards(statements)


def votes_per_statement(dialogue: int) -> dict[int, int]:
    """Roughly how often each was answered, so that new ones come up more often."""
    kept = _counts.get(dialogue)
    now = time.monotonic()
    if kept is None or now - kept[0] > _KEPT_COUNTS:
        rows = Vote._unscoped.filter(dialogue=dialogue).values_list("statement")
        kept = (now, dict(rows.annotate(n=Count("pk")).order_by()))
        _counts[dialogue] = kept
    return kept[1]


def forget() -> None:
    """Let go of what this process keeps for some seconds."""
    _ballots.clear()
    _counts.clear()
    _tables.clear()


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, and in which turn."""

    value: int
    turn: int


def answers(dialogue: Dialogue, pid: bytes) -> dict[int, Answer]:
    """One's own answers, by statement."""
    rows = Vote._unscoped.filter(dialogue=dialogue, pid=pid).values_list(
        "statement", "value", "turn"
    )
    return {statement: Answer(value, turn) for statement, value, turn in rows}


# --- moderation
def statement(viewer: Viewer, *, code: str, statement: int) -> Statement | None:
    """A statement of this dialogue."""
    return (
        Statement.objects.seen_by(viewer)
        .select_related("dialogue__place")
        .filter(pk=statement, dialogue__code=code)
        .first()
    )


def pending(viewer: Viewer, dialogue: Dialogue) -> QuerySet[Statement]:
    """What waits for a moderator, the oldest first."""
    return (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, state=StatementState.PENDING)
        .prefetch_related("wordings")
        .order_by("pk")
    )


def decided(viewer: Viewer, dialogue: Dialogue) -> QuerySet[Statement]:
    """What residents added and a moderator decided, the newest first."""
    return (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, seed=False)
        .exclude(state=StatementState.PENDING)
        .prefetch_related("wordings")
        .order_by("-pk")
    )


# --- maps
def released_run(dialogue: int) -> Run | None:
    """The newest map that may be shown (R7)."""
    return (
        Run._unscoped.filter(dialogue=dialogue, released=True)
        .defer("result")
        .order_by("-revision")
        .first()
    )


#: How long a worker may route by a table that has been redrawn meanwhile (seconds).
_KEPT_TABLE = 15.0
_tables: dict[int, tuple[float, int | None]] = {}


def latest_table(dialogue: int) -> int | None:
    """The id of the newest map, released or not; looked up every 15 seconds."""
    kept = _tables.get(dialogue)
    now = time.monotonic()
    if kept is None or now - kept[0] > _KEPT_TABLE:
        run = Run._unscoped.filter(dialogue=dialogue).order_by("-revision")
        kept = (now, run.values_list("pk", flat=True).first())
        _tables[dialogue] = kept
    return kept[1]


def table(run: int) -> str:
    """What a map left for placing people and choosing statements; empty where it is gone."""
    return Run._unscoped.filter(pk=run).values_list("table", flat=True).first() or ""


def latest_run(dialogue: int) -> Run | None:
    """The newest map, released or not: for routing and for the worker."""
    return Run._unscoped.filter(dialogue=dialogue).order_by("-revision").first()


def plain(text: str) -> Shown:
    """A text of which only the wording is known: no language, no translation."""
    return Shown(text, "", WordingKind.ORIGINAL, text, "")
