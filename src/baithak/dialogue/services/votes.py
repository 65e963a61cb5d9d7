"""Casting a vote: one transaction, acknowledged after it is on disk, the same send counted once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from baithak.dialogue.models import Dialogue, MapState, Participation, Statement, Vote
from baithak.dialogue.models.statement import StatementState
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError

__all__ = ["MOST_TURNS", "Outcome", "Receipt", "cast_vote", "mark_stale"]

#: Changes of mind on one statement; more is a script, not a mind.
MOST_TURNS = 1000

_VOTE, _PART = Vote._meta.db_table, Participation._meta.db_table
_STATEMENT, _DIALOGUE = Statement._meta.db_table, Dialogue._meta.db_table

_TAKE_PART = f"""
    INSERT INTO {_PART} (id, dialogue_id, pid, channel) VALUES (%s, %s, %s, %s)
    ON CONFLICT (dialogue_id, pid) DO NOTHING
"""  # noqa: S608  (table names of our own models)
# The select makes sure that the statement is one of this dialogue's and is shown to people.
_CAST = f"""
    INSERT INTO {_VOTE} (id, dialogue_id, pid, statement_id, value, turn, day)
    SELECT %s, dialogue_id, %s, id, %s, %s, %s FROM {_STATEMENT}
    WHERE id = %s AND dialogue_id = %s AND state = '{StatementState.ACCEPTED.value}'
    ON CONFLICT (dialogue_id, pid, statement_id) DO UPDATE
    SET value = excluded.value, turn = excluded.turn, day = excluded.day
    WHERE excluded.turn > {_VOTE}.turn
"""  # noqa: S608  (table names of our own models)
_MARK = f"""
    UPDATE {_DIALOGUE} SET map_dirty = %s, map_state = CASE
    WHEN map_state IN ('{MapState.NONE.value}', '{MapState.CURRENT.value}')
    THEN '{MapState.STALE.value}' ELSE map_state END
    WHERE id = %s AND map_dirty = %s
"""  # noqa: S608  (table names of our own models)


class Outcome(Enum):
    """What became of a vote that was sent."""

    RECORDED = "recorded"
    #: The same send had arrived before: nothing changed, all is well.
    REPEATED = "repeated"
    #: A newer answer to this statement was given elsewhere: that one stands.
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer that stands now, and in which turn it was given."""

    outcome: Outcome
    value: int
    turn: int


class _TryAgainError(Exception):
    """The worker claimed the map between two looks at it."""


def cast_vote(
    *,
    dialogue: int,
    pid: bytes,
    statement: int,
    value: int,
    turn: int = 0,
    channel: str = Channel.OPEN,
) -> Receipt:
    """Store one answer. When this returns outside a transaction, it is on disk (R26).

    Parameters
    ----------
    dialogue, statement : ids.
    pid : the pseudonym of the token in this dialogue (``keys.pseudonym``).
    value : 1 agree, 0 skip, -1 disagree.
    turn : 0 for the first answer to this statement, one more for each change of mind.
        ``(pid, statement, turn)`` is the idempotency key.
    channel : how the person came, kept once per participation.

    Raises
    ------
    RefusedError
        ``closed``: no votes are taken (any more); ``paused``: not now; ``no_such_statement``: it
        is not shown to people.
    """
    if value not in (-1, 0, 1) or not 0 <= turn <= MOST_TURNS:
        raise RefusedError("not_a_vote")
    with transaction.atomic(), connection.cursor() as cursor:
        today = _stored(Vote, "day", timezone.localdate())
        cursor.execute(_CAST, [_id(Vote), pid, value, turn, today, statement, dialogue])
        if cursor.rowcount == 1:
            cursor.execute(_TAKE_PART, [_id(Participation), dialogue, pid, channel])
            mark_stale(dialogue)
            _still_open(cursor, dialogue)
            return Receipt(Outcome.RECORDED, value, turn)
    return _standing(dialogue, pid, statement, value, turn)


def mark_stale(dialogue: int) -> None:
    """Say that the map no longer shows all. For inside a transaction.

    The first vote after a drawing changes the dialogue's row, all others only look at it. On
    PostgreSQL they hold it shared until they commit, so that the worker, which claims the map by
    changing that row, begins to read when every such vote can be seen.
    """
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_MARK, [True, dialogue, False])
                share = " FOR SHARE" if connection.vendor == "postgresql" else ""
                cursor.execute(
                    f"SELECT map_dirty FROM {_DIALOGUE} WHERE id = %s{share}",  # noqa: S608
                    [dialogue],
                )
                if not cursor.fetchone()[0]:
                    raise _TryAgainError  # lets go of the shared hold
                return
        except _TryAgainError:
            continue


def _still_open(cursor: Any, dialogue: int) -> None:
    """After the row is held: what is read now stays true until the vote is on disk."""
    cursor.execute(f"SELECT state, open_link FROM {_DIALOGUE} WHERE id = %s", [dialogue])  # noqa: S608
    state, by_link = cursor.fetchone()
    if state != State.OPEN:
        raise RefusedError("closed")
    if not by_link:
        raise RefusedError("paused")


def _standing(dialogue: int, pid: bytes, statement: int, value: int, turn: int) -> Receipt:
    """Why nothing was written: it was there already, or must not be."""
    known = (
        Vote._unscoped.filter(dialogue=dialogue, pid=pid, statement=statement)
        .values_list("value", "turn")
        .first()
    )
    if known is None:
        raise RefusedError("no_such_statement")
    same = known == (value, turn)
    return Receipt(Outcome.REPEATED if same else Outcome.SUPERSEDED, *known)


def _id(model: type[models.Model]) -> Any:
    return _stored(model, "id", uuid.uuid4())


def _stored(model: type[models.Model], field: str, value: Any) -> Any:
    """The value as this database keeps it."""
    return model._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]
