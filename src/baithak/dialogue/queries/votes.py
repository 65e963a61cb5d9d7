"""Votes and participation: for services, the worker and one's own answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from baithak.dialogue.models import Dialogue, Participation, Vote
from baithak.dialogue.queries.lately import Lately

__all__ = [
    "Answer",
    "answers",
    "channels_of",
    "participants",
    "votes_of",
    "votes_per_statement",
]


def participants(dialogue: Dialogue) -> int:
    """How many took part. Never shown as it is: ``report.disclosure`` rounds it (R6)."""
    return Participation._unscoped.filter(dialogue=dialogue).count()


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


def _count(dialogue: int) -> dict[int, int]:
    # Not of the primary key: then the database reads rows, and not the index alone (five times as long).
    rows = Vote._unscoped.filter(dialogue=dialogue).values_list("statement")
    return dict(rows.annotate(n=Count("*")).order_by())


#: Counts may be a minute old.
counts: Lately[dict[int, int]] = Lately(60.0, _count)


def votes_per_statement(dialogue: int) -> dict[int, int]:
    """Roughly how often each was answered, so that new ones come up more often."""
    return counts(dialogue)


_ANSWERS = (
    f"SELECT statement_id, value, turn FROM {Vote._meta.db_table}"  # noqa: S608  (our own table)
    " WHERE dialogue_id = %s AND pid = %s"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, and in which turn."""

    value: int
    turn: int


def answers(dialogue: Dialogue, pid: bytes) -> dict[int, Answer]:
    """One's own answers, by statement."""
    # Asked at every answer that is given: by hand, it takes a fifth of the time.
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [dialogue.pk, pid])
        return {statement: Answer(value, turn) for statement, value, turn in cursor.fetchall()}
