"""Casting a vote: acknowledged after it is on disk, the same send counted once.

Votes that come in at the same time share one transaction (``together``): the disk is asked once for
all of them, and each gets its own answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from baithak.dialogue.models import Dialogue, MapState, Participation, Statement, Vote
from baithak.dialogue.models import Receipt as Mark
from baithak.dialogue.models.statement import StatementState
from baithak.dialogue.services.together import Together
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError

__all__ = ["MOST_TURNS", "Outcome", "Receipt", "cast_vote", "mark_stale", "still_open"]

#: Changes of mind on one statement; more is a script, not a mind.
MOST_TURNS = 1000

_VOTE, _PART = Vote._meta.db_table, Participation._meta.db_table
_MARKED = Mark._meta.db_table
_STATEMENT, _DIALOGUE = Statement._meta.db_table, Dialogue._meta.db_table

_TAKE_PART = f"""
    INSERT INTO {_PART} (id, dialogue_id, pid, channel) VALUES (%s, %s, %s, %s)
    ON CONFLICT (dialogue_id, pid) DO NOTHING
"""  # noqa: S608  (table names of our own models)
_ACKNOWLEDGE = f"""
    INSERT INTO {_MARKED} (id, dialogue_id, mark) VALUES (%s, %s, %s)
    ON CONFLICT (dialogue_id, mark) DO NOTHING
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
_LOOK = f"SELECT value, turn FROM {_VOTE} WHERE dialogue_id = %s AND pid = %s AND statement_id = %s"  # noqa: S608
_STATE = f"SELECT map_dirty, state, open_link FROM {_DIALOGUE} WHERE id = %s"  # noqa: S608
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


@dataclass(frozen=True, slots=True)
class _Wish:
    """A vote that somebody wants cast."""

    dialogue: int
    pid: bytes
    statement: int
    value: int
    turn: int
    channel: str
    mark: bytes


class _TryAgainError(Exception):
    """The worker claimed the map between two looks at it."""


class _SpoiltError(Exception):
    """One of the votes must not be written: each is looked at alone."""


def cast_vote(
    *,
    dialogue: int,
    pid: bytes,
    statement: int,
    value: int,
    turn: int = 0,
    channel: str = Channel.OPEN,
    mark: bytes = b"",
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
    mark : of the receipt of this participant, kept once; empty where nobody can keep one.

    Raises
    ------
    RefusedError
        ``closed``: no votes are taken (any more); ``paused``: not now; ``no_such_statement``: it
        is not shown to people.
    """
    if value not in (-1, 0, 1) or not 0 <= turn <= MOST_TURNS:
        raise RefusedError("not_a_vote")
    wish = _Wish(dialogue, pid, statement, value, turn, channel, mark)
    if connection.in_atomic_block:  # the caller's transaction says when it is on disk
        return _alone(wish)
    return _ballot_box.put(wish)


def _written(wishes: Sequence[_Wish]) -> list[Receipt | Exception]:
    """All of them on disk, in one transaction unless one of them must not be written."""
    if len(wishes) > 1:
        try:
            return _in_one(wishes)
        except OperationalError as trouble:
            # The database is busy or broken, for all alike. Sending again counts once.
            return [OperationalError(*trouble.args) for _ in wishes]
        except (DatabaseError, _SpoiltError):
            pass  # nothing was written: one by one
    answers: list[Receipt | Exception] = []
    for wish in wishes:
        try:
            answers.append(_alone(wish))
        except Exception as trouble:
            answers.append(trouble)
    return answers


_ballot_box: Together[_Wish, Receipt] = Together(_written, most=200)


def _in_one(wishes: Sequence[_Wish]) -> list[Receipt | Exception]:
    """Many votes of many people. Rows are written in one order everywhere, so that two processes
    never wait for each other: votes, participations, receipts, then the dialogue's own row.
    """
    order = sorted(
        range(len(wishes)),
        key=lambda n: (wishes[n].dialogue, wishes[n].pid, wishes[n].statement, wishes[n].turn),
    )
    answers: dict[int, Receipt | Exception] = {}
    recorded: list[_Wish] = []
    with transaction.atomic(), connection.cursor() as cursor:
        today = _today()
        for number in order:
            wish = wishes[number]
            if _cast(cursor, wish, today):
                recorded.append(wish)
                answers[number] = Receipt(Outcome.RECORDED, wish.value, wish.turn)
            else:
                answers[number] = _standing(cursor, wish)
        new = [wish for wish in recorded if _took_part(cursor, wish)]
        for wish in new:
            _receipt(cursor, wish)
        for dialogue in sorted({wish.dialogue for wish in recorded}):
            state, by_link = mark_stale(dialogue)
            for wish in recorded:
                if wish.dialogue == dialogue and _refusal(state, by_link, wish) is not None:
                    raise _SpoiltError
    return [answers[number] for number in range(len(wishes))]


def _alone(wish: _Wish) -> Receipt:
    with transaction.atomic(), connection.cursor() as cursor:
        if _cast(cursor, wish, _today()):
            if _took_part(cursor, wish):
                _receipt(cursor, wish)
            refusal = _refusal(*mark_stale(wish.dialogue), wish)
            if refusal is not None:
                raise refusal
            return Receipt(Outcome.RECORDED, wish.value, wish.turn)
        standing = _standing(cursor, wish)
    if isinstance(standing, Exception):
        raise standing
    return standing


def _cast(cursor: Any, wish: _Wish, today: Any) -> bool:
    cursor.execute(
        _CAST,
        [_id(), wish.pid, wish.value, wish.turn, today, wish.statement, wish.dialogue],
    )
    return bool(cursor.rowcount == 1)


def _took_part(cursor: Any, wish: _Wish) -> bool:
    """Whether this is their first vote."""
    cursor.execute(_TAKE_PART, [_id(), wish.dialogue, wish.pid, wish.channel])
    return bool(cursor.rowcount == 1)


def _receipt(cursor: Any, wish: _Wish) -> None:
    if wish.mark:
        cursor.execute(_ACKNOWLEDGE, [_id(), wish.dialogue, wish.mark])


def mark_stale(dialogue: int) -> tuple[str, bool]:
    """Say that the map no longer shows all. For inside a transaction.

    The first vote after a drawing changes the dialogue's row, all others only look at it. On SQLite
    who writes is alone. On PostgreSQL they hold the row shared until they commit, so that the worker,
    which claims the map by changing that row, begins to read when every such vote can be seen.

    Gives the dialogue's state and whether the open link takes votes: what is read after the row is
    held stays true until the vote is on disk.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [dialogue])
            dirty, state, by_link = cursor.fetchone()
            if not dirty:
                cursor.execute(_MARK, [True, dialogue, False])
            return state, bool(by_link)
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_MARK, [True, dialogue, False])
                cursor.execute(f"{_STATE} FOR SHARE", [dialogue])
                dirty, state, by_link = cursor.fetchone()
                if not dirty:
                    raise _TryAgainError  # lets go of the shared hold
                return state, by_link
        except _TryAgainError:
            continue


def still_open(dialogue: int, channel: str) -> None:
    """Looked at last, and held until what was written is on disk: nothing is written after closing.

    For inside a transaction. RefusedError ``closed``, ``paused``.
    """
    share = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state, open_link FROM {_DIALOGUE} WHERE id = %s{share}",  # noqa: S608
            [dialogue],
        )
        state, by_link = cursor.fetchone()
    if state != State.OPEN:
        raise RefusedError("closed")
    if not by_link and channel == Channel.OPEN:
        raise RefusedError("paused")


def _refusal(state: str, by_link: bool, wish: _Wish) -> RefusedError | None:
    """Why a dialogue in this state does not take this vote."""
    if state != State.OPEN:
        return RefusedError("closed")
    if not by_link and wish.channel == Channel.OPEN:
        return RefusedError("paused")
    return None


def _standing(cursor: Any, wish: _Wish) -> Receipt | RefusedError:
    """Why nothing was written: it was there already, or must not be."""
    cursor.execute(_LOOK, [wish.dialogue, wish.pid, wish.statement])
    known = cursor.fetchone()
    if known is None:
        return RefusedError("no_such_statement")
    same = tuple(known) == (wish.value, wish.turn)
    return Receipt(Outcome.REPEATED if same else Outcome.SUPERSEDED, *known)


def _today() -> Any:
    return Vote._meta.get_field("day").get_db_prep_value(timezone.localdate(), connection)


def _id() -> Any:
    """A new random id as this database keeps it."""
    return uuid.uuid4().hex if connection.vendor == "sqlite" else uuid.uuid4()
