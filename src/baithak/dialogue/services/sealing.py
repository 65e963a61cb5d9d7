"""After closing: the votes are sealed, and thirty days later deleted (R3, R4, R8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from baithak.dialogue import queries
from baithak.dialogue.models import (
    Declaration,
    Dialogue,
    MapState,
    Participation,
    Receipt,
    Run,
    Session,
    Sheet,
    Slip,
    Statement,
    Vote,
)
from baithak.dialogue.services.dialogues import held, note
from baithak.dialogue.services.receipts import fill_up
from baithak.network import keys
from baithak.network.models import State
from baithak.network.scope import SYSTEM
from baithak.report.disclosure import rounded

__all__ = ["retire", "retire_several", "seal", "seal_several"]

#: What is written anew, in which order, and which columns lose what they held.
_KEPT: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (Vote, ("pid", "statement_id"), ("turn", "day")),
    (Participation, ("pid",), ()),
    (Declaration, ("pid", "question_id"), ()),
    (Receipt, ("mark",), ()),
)
#: Where rows of before could be left in free pages.
_TOUCHED = (Vote, Participation, Declaration, Receipt, Slip, Sheet, Session, Statement, Run)


#: How many were done, and what went wrong with the others.
Done = tuple[int, list[Exception]]


def _several(
    dialogues: Iterable[int],
    begin: Callable[[int], dict[str, str] | None],
    end: Callable[[int, dict[str, str]], None],
) -> Done:
    """Both halves of an act on each dialogue, with one vacuum in between for all.

    One that goes wrong holds up no other. No statement has a limit of time: a large dialogue takes
    longer than any page may.
    """
    begun: list[tuple[int, dict[str, str]]] = []
    done, troubles = 0, []
    with _unhurried():
        for dialogue in dialogues:
            try:
                detail = begin(dialogue)
            except Exception as trouble:
                troubles.append(trouble)
            else:
                begun += [] if detail is None else [(dialogue, detail)]
        if begun:
            _vacuum()
        for dialogue, detail in begun:
            try:
                end(dialogue, detail)
                done += 1
            except Exception as trouble:
                troubles.append(trouble)
    return done, troubles


@contextmanager
def _unhurried() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


def _alone(told: Done) -> bool:
    done, troubles = told
    if troubles:
        raise troubles[0]
    return bool(done)


def seal(dialogue: int) -> bool:
    """Seal one closed dialogue; tells whether there was anything to do."""
    return _alone(seal_several([dialogue]))


def seal_several(dialogues: Iterable[int]) -> Done:
    """Take from closed dialogues whatever could tie something to somebody (R4).

    Votes, participations and what people said of themselves are written anew in the order of their
    pseudonyms, receipts in the order of their marks: fresh random row ids, no count of changes, the
    closing day for all. Slips and the numbers of paper sheets are deleted, the keys of sessions and
    the handles of residents' statements forgotten. So neither the rows nor their place in the file
    tell when somebody took part. Then the file is vacuumed, so that the old rows are not left in
    free pages. ``root`` binds the receipts.

    Can be repeated; runs outside a transaction, in the worker.
    """
    return _several(dialogues, _begin_sealing, _end_sealing)


def _begin_sealing(dialogue: int) -> dict[str, str] | None:
    closed = (
        Dialogue._unscoped.filter(pk=dialogue, state=State.CLOSED, sealed=None)
        .values_list("key", "closes")
        .first()
    )
    if closed is None:
        return None
    keys.destroy(closed[0])
    day = timezone.localdate(closed[1] or timezone.now())
    with transaction.atomic():
        fresh = held(dialogue)
        if not fresh.root:
            fill_up(fresh)
        _untie(fresh)
        for model, order, emptied in _KEPT:
            _rewrite(model, dialogue, order, emptied, day)
        fresh.root = queries.receipt_root(dialogue)
        fresh.save(update_fields=["root"])
    return {}


def _end_sealing(dialogue: int, _detail: dict[str, str]) -> None:
    with transaction.atomic():
        fresh = held(dialogue)
        fresh.sealed = timezone.now()
        fresh.save(update_fields=["sealed"])
        note(fresh, "seal", SYSTEM, root=fresh.root, **_counts(fresh))


def _untie(dialogue: Dialogue) -> None:
    Slip._unscoped.filter(dialogue=dialogue).delete()
    Sheet._unscoped.filter(session__dialogue=dialogue).delete()
    for session in Session._unscoped.filter(dialogue=dialogue).values_list("pk", flat=True):
        Session._unscoped.filter(pk=session).update(key=uuid.uuid4())
    Statement._unscoped.filter(dialogue=dialogue).update(handle=None, waits_since=None)


def _rewrite(
    model: type[models.Model],
    dialogue: int,
    order: tuple[str, ...],
    emptied: tuple[str, ...],
    day: date,
) -> None:
    table = model._meta.db_table
    names = [str(f.column) for f in model._meta.concrete_fields]
    names = [name for name in names if name not in {"id", *emptied}]
    new = {"turn": 0, "day": Vote._meta.get_field("day").get_db_prep_value(day, connection)}
    kept = ", ".join(names)
    fresh = (
        "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    )
    # Names of our own models, of which nothing comes from outside.
    steps: tuple[tuple[str, list[Any]], ...] = (
        (
            f"CREATE TEMPORARY TABLE sealing AS SELECT * FROM {table} WHERE dialogue_id = %s",  # noqa: S608
            [dialogue],
        ),
        (f"DELETE FROM {table} WHERE dialogue_id = %s", [dialogue]),  # noqa: S608
        (
            f"INSERT INTO {table} ({', '.join(['id', *names, *emptied])}) "  # noqa: S608
            f"SELECT {', '.join([fresh, kept, *['%s'] * len(emptied)])} "
            f"FROM sealing ORDER BY {', '.join(order)}",
            [new[name] for name in emptied],
        ),
        ("DROP TABLE sealing", []),
    )
    with connection.cursor() as cursor:
        for step, values in steps:
            cursor.execute(step, values)


def _counts(dialogue: Dialogue) -> dict[str, str]:
    """How many took part and answered, as it may be told."""
    k = dialogue.smallest_cell
    told = {
        "people": rounded(queries.participants(dialogue), k),
        "votes": rounded(Vote._unscoped.filter(dialogue=dialogue).count(), k),
    }
    return {name: f"about {n}" if n is not None else f"fewer than {k}" for name, n in told.items()}


def retire(dialogue: int) -> bool:
    """Delete the answers of one dialogue; tells whether there was anything to do."""
    return _alone(retire_several([dialogue]))


def retire_several(dialogues: Iterable[int]) -> Done:
    """Delete the answers of sealed dialogues whose time is over; only released maps stay (R8).

    Receipts stay too: they say that somebody took part, belong to nobody without their phone, and
    without them nobody could check any more that their answers had been in. Can be repeated; runs
    outside a transaction, in the worker.
    """
    return _several(dialogues, _begin_retiring, _end_retiring)


def _begin_retiring(dialogue: int) -> dict[str, str] | None:
    with transaction.atomic():
        fresh = held(dialogue)
        if fresh.sealed is None or fresh.retired is not None or fresh.imported:
            return None
        counts = _counts(fresh)
        for model in (Declaration, Vote, Participation):
            model._unscoped.filter(dialogue=fresh).delete()
        # And the exact figures that were worked out of them: what was released stays.
        runs = Run._unscoped.filter(dialogue=fresh)
        runs.filter(released=False).delete()
        runs.update(result="", table="")
        # Why somebody thought that their statement should be shown, where nobody decided any more.
        Statement._unscoped.filter(dialogue=fresh).exclude(appeal_text="").update(appeal_text="")
        # There is nothing left to draw from: the maps that were drawn are the last ones.
        fresh.map_dirty, fresh.map_claimed, fresh.map_trouble = False, None, ""
        if fresh.map_state != MapState.NONE:
            fresh.map_state = MapState.CURRENT
        fresh.save(update_fields=["map_dirty", "map_claimed", "map_trouble", "map_state"])
    return counts


def _end_retiring(dialogue: int, counts: dict[str, str]) -> None:
    with transaction.atomic():
        fresh = held(dialogue)
        fresh.retired = timezone.now()
        fresh.save(update_fields=["retired"])
        note(fresh, "retire", SYSTEM, **counts)


def _vacuum() -> None:
    """SQLite: the whole file, and the write-ahead log with it. PostgreSQL: every table touched."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in _TOUCHED:
                cursor.execute(f"VACUUM FULL {model._meta.db_table}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
