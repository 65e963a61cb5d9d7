"""Sheets of paper: typed once each, however they come in; one that differs is asked about."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from baithak.dialogue import queries
from baithak.dialogue.models import (
    MOST_SHEETS,
    Dialogue,
    Participation,
    Session,
    Sheet,
    Statement,
    StatementState,
    Vote,
)
from baithak.dialogue.queries.sessions import entered_sheets, sheet_answers, sheet_pid
from baithak.dialogue.services.sessions import held, note_session
from baithak.dialogue.services.votes import mark_stale
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = [
    "Change",
    "Difference",
    "EnteredBeforeError",
    "Taken",
    "enter_sheets",
    "look_at_sheets",
    "take_out_sheet",
]

_VOTE, _PART, _STATEMENT = (
    Vote._meta.db_table,
    Participation._meta.db_table,
    Statement._meta.db_table,
)
_TAKE_PART = f"""
    INSERT INTO {_PART} (id, dialogue_id, pid, channel) VALUES (%s, %s, %s, %s)
    ON CONFLICT (dialogue_id, pid) DO NOTHING
"""  # noqa: S608  (table names of our own models)
# The select makes sure that the statement is one of this dialogue's and is shown to people.
_WRITE = f"""
    INSERT INTO {_VOTE} (id, dialogue_id, pid, statement_id, value, turn, day)
    SELECT %s, dialogue_id, %s, id, %s, 0, %s FROM {_STATEMENT}
    WHERE id = %s AND dialogue_id = %s AND state = '{StatementState.ACCEPTED.value}'
    ON CONFLICT (dialogue_id, pid, statement_id) DO UPDATE
    SET value = excluded.value, turn = {_VOTE}.turn + 1, day = excluded.day
    WHERE excluded.value <> {_VOTE}.value
"""  # noqa: S608  (table names of our own models)

#: Sheet number to statement number to answer (1, 0, -1).
Answers = Mapping[int, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement on which a sheet that was typed before says something else; ``None``: nothing."""

    statement: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A sheet that was typed before and says something else now.

    ``standing`` names what is stored: whoever wants it replaced sends it back, so that nothing is
    replaced that they have not seen.
    """

    number: int
    changes: tuple[Change, ...]
    standing: str

    @property
    def replaces(self) -> str:
        """The sheet and what is stored of it, in one word for a form."""
        return f"{self.number}:{self.standing}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the sheets, by their numbers. ``differing`` is for a look alone."""

    new: tuple[int, ...] = ()
    same: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()
    differing: tuple[Difference, ...] = ()

    @property
    def written(self) -> bool:
        return bool(self.new or self.replaced)


class EnteredBeforeError(RefusedError):
    """Some of these sheets were typed before and say something else; nothing was written."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        super().__init__("entered_before")
        self.differences = tuple(differences)


def look_at_sheets(*, session: Session, sheets: Answers) -> Taken:
    """What ``enter_sheets`` would do with them. Changes nothing; raises what it raises."""
    return _compared(session, _by_id(session, sheets), {})


@transaction.atomic
def enter_sheets(
    *,
    session: Session,
    sheets: Answers,
    by: Viewer,
    replacing: Iterable[str] = (),
) -> Taken:
    """Count these sheets, each once, all of them or none.

    Parameters
    ----------
    session : Session
    sheets : mapping
        Sheet number to statement number to answer. A statement that is left out was left empty.
    by : Viewer
        Who types. One sheet after the other leaves no line in the journal: a line has a time.
    replacing : iterable of str
        ``Difference.replaces`` of sheets whose new answers take the place of the old ones.

    Raises
    ------
    EnteredBeforeError
        A sheet was typed before, says something else now, and is not in ``replacing``.
    RefusedError
        ``closed``; ``no_such_statement``; ``empty_sheet``: nothing is ticked on it;
        ``no_such_sheet``: its number is none.
    KeyMissingError
        The key of the dialogue is lost.
    """
    fresh = held(session)
    if not fresh.dialogue.takes_from(Channel.SESSION):
        raise RefusedError("closed")
    wanted = _by_id(fresh, sheets)
    accepted = dict(word.partition(":")[::2] for word in replacing)
    told = _compared(fresh, wanted, accepted)
    if told.differing:
        raise EnteredBeforeError(told.differing)
    if told.written:
        _write(fresh, wanted, told)
        # Whose act it was is kept, never which sheet: a number leads to a pseudonym.
        if told.replaced:
            note_session(fresh, "replace_sheets", by)
        if len(sheets) > 1:
            note_session(fresh, "enter_table", by)
    return told


@transaction.atomic
def take_out_sheet(*, session: Session, number: int, by: Viewer) -> bool:
    """A sheet was typed twice, under two numbers: forget this one. Gives whether it was there."""
    fresh = held(session)
    sheet = Sheet._unscoped.filter(session=fresh, number=number)
    if not sheet.exists():
        return False
    of_it = {"dialogue": fresh.dialogue_id, "pid": sheet_pid(fresh, number)}
    Vote._unscoped.filter(**of_it).delete()
    Participation._unscoped.filter(**of_it).delete()
    sheet.delete()
    _stale_and_open(fresh)
    note_session(fresh, "take_out_sheet", by)
    return True


def _by_id(session: Session, sheets: Answers) -> dict[int, dict[int, int]]:
    """The same with the statements' ids, checked."""
    ids = {card.number: card.id for card in queries.ballot_now(session.dialogue_id)}
    found: dict[int, dict[int, int]] = {}
    for number, answers in sheets.items():
        if not 1 <= number <= MOST_SHEETS:
            raise RefusedError("no_such_sheet")
        if not answers:
            raise RefusedError("empty_sheet")
        if not set(answers) <= ids.keys():
            raise RefusedError("no_such_statement")
        if not set(answers.values()) <= {1, 0, -1}:
            raise RefusedError("not_a_vote")
        found[number] = {ids[statement]: value for statement, value in answers.items()}
    return found


def _compared(
    session: Session, wanted: Mapping[int, Mapping[int, int]], accepted: Mapping[str, str]
) -> Taken:
    """Which sheets are new, the same, or different. Only statements shown now are compared."""
    known = set(entered_sheets(session))
    numbers = {card.id: card.number for card in queries.ballot_now(session.dialogue_id)}
    stored = sheet_answers(session, sorted(known & wanted.keys()))
    new, same, replaced, differing = [], [], [], []
    for number, answers in sorted(wanted.items()):
        if number not in known:
            new.append(number)
            continue
        before = {one: value for one, value in stored[number].items() if one in numbers}
        if before == answers:
            same.append(number)
            continue
        standing = _standing(session, number, before)
        if accepted.get(str(number)) == standing:
            replaced.append(number)
            continue
        changes = tuple(
            Change(numbers[one], before.get(one), answers.get(one))
            for one in sorted(numbers, key=numbers.__getitem__)
            if before.get(one) != answers.get(one)
        )
        differing.append(Difference(number, changes, standing))
    return Taken(tuple(new), tuple(same), tuple(replaced), tuple(differing))


def _standing(session: Session, number: int, before: Mapping[int, int]) -> str:
    told = json.dumps([str(session.key), number, sorted(before.items())])
    return salted_hmac("baithak.dialogue.sheet", told).hexdigest()[:20]


def _write(session: Session, wanted: Mapping[int, Mapping[int, int]], told: Taken) -> None:
    dialogue, today = session.dialogue_id, _stored(Vote, "day", timezone.localdate())
    numbers = (*told.new, *told.replaced)
    pids = {number: sheet_pid(session, number) for number in numbers}
    # What was said of statements that are not shown any more stays as it is.
    shown = {card.id for card in queries.ballot_now(dialogue)}
    for number in told.replaced:
        gone = shown - wanted[number].keys()
        Vote._unscoped.filter(dialogue=dialogue, pid=pids[number], statement__in=gone).delete()
    rows = [
        [_id(Vote), pids[number], value, today, statement, dialogue]
        for number in numbers
        for statement, value in wanted[number].items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_WRITE, rows)
        cursor.executemany(
            _TAKE_PART,
            [[_id(Participation), dialogue, pids[number], Channel.SESSION] for number in told.new],
        )
    Sheet._unscoped.bulk_create([Sheet(session=session, number=number) for number in told.new])
    _stale_and_open(session)


def _stale_and_open(session: Session) -> None:
    """The map has to be redrawn; and what is read of the state afterwards stays true until the end."""
    mark_stale(session.dialogue_id)
    state = Dialogue._unscoped.values_list("state", flat=True).get(pk=session.dialogue_id)
    if state != State.OPEN:
        raise RefusedError("closed")


def _id(model: type[models.Model]) -> Any:
    return _stored(model, "id", uuid.uuid4())


def _stored(model: type[models.Model], field: str, value: Any) -> Any:
    """The value as this database keeps it."""
    return model._meta.get_field(field).get_db_prep_value(value, connection)  # type: ignore[union-attr]
