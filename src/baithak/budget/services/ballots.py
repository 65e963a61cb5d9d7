"""Ballots: cast in one transaction, acknowledged on disk, the same send counted once; then sealed."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.utils import timezone

from baithak.budget import analysis, queries
from baithak.budget.models import (
    Ballot,
    Budget,
    CountState,
    Sent,
    Slip,
    UsedSlip,
    Way,
)
from baithak.budget.services.budgets import held, note
from baithak.network import keys
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM

__all__ = ["Outcome", "Taken", "cast_ballot", "checked_choices", "seal"]

_BALLOT, _SLIP = Ballot._meta.db_table, Slip._meta.db_table
_SENT, _BUDGET = Sent._meta.db_table, Budget._meta.db_table

_SEND = f"""
    INSERT INTO {_SENT} (id, budget_id) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING
"""  # noqa: S608  (table names of our own models)
# The select makes sure that the slip is one of this budget's frozen list.
_CAST = f"""
    INSERT INTO {_BALLOT} (id, budget_id, pid, channel, choices, day)
    SELECT %s, budget_id, pid, COALESCE(%s, channel), %s, %s FROM {_SLIP}
    WHERE budget_id = %s AND pid = %s
    ON CONFLICT (budget_id, pid)
"""  # noqa: S608  (table names of our own models)
_REPLACE = """ DO UPDATE SET
    choices = excluded.choices, channel = excluded.channel, day = excluded.day
"""
_KEEP = " DO NOTHING"


class Outcome(Enum):
    """What became of a ballot that was sent."""

    RECORDED = "recorded"
    #: The same send had arrived before: nothing changed, all is well.
    REPEATED = "repeated"
    #: A ballot of this slip is there already and was not to be replaced.
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it, and what its sender keeps: a receipt that tells no choice (R5)."""

    outcome: Outcome
    receipt: str


class _RepeatedError(Exception):
    """Undoes what little was written of a ballot that is not to be written."""


def checked_choices(budget: Budget, chosen: Mapping[int, int]) -> str:
    """The ballot as it is kept: ``3,7`` or ``3:5,7:2``, in order of number.

    Parameters
    ----------
    budget : Budget
    chosen : mapping
        Project number to points (1 where people only choose).

    Raises
    ------
    RefusedError
        ``empty``; ``no_such_project``: not on the ballot; ``too_many`` projects; ``too_dear``:
        together they cost more than there is; ``points``: not from 1 up; ``too_many_points``.
    """
    if not chosen:
        raise RefusedError("empty")
    costs = queries.costs(budget.pk)
    if not set(chosen) <= set(costs):
        raise RefusedError("no_such_project")
    if budget.way == Way.POINTS:
        if any(points < 1 for points in chosen.values()):
            raise RefusedError("points")
        if sum(chosen.values()) > budget.points:
            raise RefusedError("too_many_points")
        return ",".join(f"{number}:{points}" for number, points in sorted(chosen.items()))
    if budget.most_projects is not None and len(chosen) > budget.most_projects:
        raise RefusedError("too_many")
    if budget.within_envelope and sum(costs[number] for number in chosen) > budget.envelope:
        raise RefusedError("too_dear")
    return ",".join(map(str, sorted(chosen)))


def cast_ballot(
    *,
    budget: int,
    pid: bytes,
    choices: str,
    handle: uuid.UUID,
    channel: str | None = None,
    replace: bool = True,
) -> Taken:
    """Store one ballot. When this returns outside a transaction, it is on disk (R26).

    Parameters
    ----------
    budget : id.
    pid : the pseudonym of the slip in this budget (``keys.pseudonym``).
    choices : from ``checked_choices``.
    handle : the random key of the form; the same handle with the same slip and choices is taken
        once, whenever it comes again.
    channel : how it came where that is not as the slip was handed out, such as typed at a session.
    replace : whether it takes the place of an earlier ballot of this slip.

    Raises
    ------
    RefusedError
        ``no_such_slip``; ``closed``: no ballots are taken (any more); ``not_yet``.
    """
    told = analysis.receipt(pid)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            send = uuid.UUID(bytes=_print_of(handle, pid, choices))
            cursor.execute(_SEND, [_stored(Sent, "id", send), budget])
            if cursor.rowcount != 1:
                raise _RepeatedError("repeated")
            cursor.execute(
                _CAST + (_REPLACE if replace else _KEEP),
                [
                    _stored(Ballot, "id", uuid.uuid4()),
                    channel,
                    choices,
                    _stored(Ballot, "day", timezone.localdate()),
                    budget,
                    pid,
                ],
            )
            written = cursor.rowcount == 1
            _still_open(cursor, budget)
            if not written:
                raise _RepeatedError("already")
    except _RepeatedError as why:
        return _standing(budget, pid, told, repeated=str(why) == "repeated")
    return Taken(Outcome.RECORDED, told)


def _standing(budget: int, pid: bytes, told: str, *, repeated: bool) -> Taken:
    """Why nothing was written: it was there already, or must not be."""
    if not Ballot._unscoped.filter(budget=budget, pid=pid).exists():
        state = Budget._unscoped.values_list("state", flat=True).get(pk=budget)
        raise RefusedError("no_such_slip" if state == State.OPEN else "closed")
    return Taken(Outcome.REPEATED if repeated else Outcome.ALREADY, told)


def _print_of(handle: uuid.UUID, pid: bytes, choices: str) -> bytes:
    return hashlib.sha256(handle.bytes + pid + choices.encode()).digest()[:16]


def _still_open(cursor: Any, budget: int) -> None:
    """What is read now stays true until the ballot is on disk: closing waits for the shared hold."""
    if connection.vendor == "postgresql":
        cursor.execute(f"SELECT 1 FROM {_BUDGET} WHERE id = %s FOR SHARE", [budget])  # noqa: S608
    state, opened, begins, closes = Budget._unscoped.values_list(
        "state", "voting_opened", "voting_from", "closes"
    ).get(pk=budget)
    now = timezone.now()
    if state != State.OPEN or (closes is not None and closes <= now):
        raise RefusedError("closed")
    if opened is None or (begins is not None and begins > now):
        raise RefusedError("not_yet")


def _stored(model: type[models.Model], field: str, value: Any) -> Any:
    """The value as this database keeps it."""
    return model._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]


# --- after closing
def seal(budget: int) -> bool:
    """Write the ballots of a closed budget anew, untied from their slips, and commit to them (R4, R18).

    Every ballot gets a fresh row id, random bytes instead of its slip's pseudonym, a fresh salt and
    the closing day; the slips that were used are written apart, without their ballots. What tells
    of repeated votes is deleted. Then the file is vacuumed, so that the old rows are not left in
    free pages. Can be repeated; runs outside a transaction, in the worker.
    """
    closed = (
        Budget._unscoped.filter(pk=budget, state=State.CLOSED, sealed=None, imported=False)
        .values_list("key", flat=True)
        .first()
    )
    if closed is None:
        return False
    keys.destroy(closed)
    if not Budget._unscoped.filter(pk=budget).exclude(ballot_root="").exists():
        _rewrite(budget)
    _vacuum()
    with transaction.atomic():
        fresh = held(budget)
        fresh.sealed = timezone.now()
        if fresh.is_frozen:
            fresh.count_state = CountState.WAITING
        fresh.save(update_fields=["sealed", "count_state"])
        note(
            fresh, "seal", SYSTEM, ballot_root=fresh.ballot_root, receipt_root=fresh.receipt_root
        )  # fmt: skip
    return True


@transaction.atomic
def _rewrite(budget: int) -> None:
    fresh = held(budget)
    day = timezone.localdate(fresh.closes or timezone.now())
    old = queries.ballots_of(budget)
    used = sorted((pid, channel) for pid, channel, _choices, _salt in old)
    ballots = sorted(
        (
            Ballot(
                budget=fresh,
                pid=secrets.token_bytes(32),
                channel=channel,
                choices=choices,
                salt=secrets.token_bytes(32),
                day=day,
            )
            for _pid, channel, choices, _old in old
        ),
        key=lambda ballot: bytes(ballot.pid),
    )
    for table in (Sent, UsedSlip, Ballot):
        table._unscoped.filter(budget=budget).delete()
    Ballot._unscoped.bulk_create(ballots, batch_size=500)
    UsedSlip._unscoped.bulk_create(
        [UsedSlip(budget=fresh, pid=pid, channel=channel) for pid, channel in used],
        batch_size=500,
    )
    fresh.ballot_root = analysis.ballot_root((bytes(b.salt or b""), b.choices) for b in ballots)
    fresh.receipt_root = analysis.receipt_root(pid for pid, _channel in used)
    fresh.save(update_fields=["ballot_root", "receipt_root"])


def _vacuum() -> None:
    """SQLite: the whole file, and the write-ahead log with it. PostgreSQL: the four tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in (Ballot, UsedSlip, Sent, Slip):
                cursor.execute(f"VACUUM FULL {table._meta.db_table}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                # Old rows still lie in the file: the worker tries again at its next look.
                raise OperationalError("Somebody still reads the file as it was before sealing.")
