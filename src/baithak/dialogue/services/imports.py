"""Conversations from elsewhere: a Polis export becomes a closed dialogue, whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.dialogue import analysis
from baithak.dialogue.models import (
    Dialogue,
    MapState,
    Participation,
    Reason,
    Statement,
    StatementState,
    Vote,
    Wording,
    WordingKind,
)
from baithak.dialogue.models.statement import LONGEST_STORED
from baithak.dialogue.services.dialogues import create, note
from baithak.network import keys, wording
from baithak.network.models import Channel, Place, State, Visibility
from baithak.network.scope import SYSTEM, Viewer

if TYPE_CHECKING:
    from baithak.dialogue.analysis.drawing import Conversation

__all__ = ["import_polis", "load_votes"]

_AT_ONCE = 5_000
#: The column of numbers holds nine digits safely.
_DIGITS = 9


@transaction.atomic
def import_polis(
    *,
    source: Path | Conversation,
    place: Place,
    by: Viewer,
    language: str = "en",
    title: str = "",
    question: str = "",
    description: str = "",
    attribution: str = "",
    source_url: str = "",
    public: bool = False,
) -> Dialogue:
    """A closed dialogue with the statements and votes of a Polis export.

    Everybody in it gets a random pseudonym; the participant numbers of the file are not kept.
    Authors of statements are not read. ``public`` is for the demonstration's open data: people ask
    for it with a second person.

    Raises
    ------
    EngineError
        The file is not sound: code, file, row, field, value; ``others`` holds further problems.
    ValidationError
        Neither the file nor the caller names a title.
    """
    if public and not by.system:
        raise PermissionDenied(_("Publishing takes a second person: ask for it."))
    told = analysis.read_export(source) if isinstance(source, Path) else source
    named = title or told.topic
    if not named:
        raise ValidationError(_("The export names no topic: write a title."))
    texts = {
        "title": _fitting(named, 120),
        "question": _fitting(question or named, 300),
        "description": _fitting(description or told.description, 2000),
    }
    dialogue = create(
        place=place,
        texts={language: texts},
        by=by,
        attribution=attribution,
        source_url=source_url or told.url,
        imported=True,
    )
    now = timezone.now()
    dialogue.state, dialogue.sealed = State.CLOSED, now
    dialogue.map_state, dialogue.map_dirty = MapState.STALE, True
    if public:
        dialogue.visibility = Visibility.PUBLIC
    dialogue.save(update_fields=["state", "sealed", "map_state", "map_dirty", "visibility"])
    statements = _statements(dialogue, told, language)
    votes = told.votes
    pids = [secrets.token_bytes(32) for _person in votes.participants]
    names = [statement.id for statement in votes.statements]
    rows = (
        (pids[row], statements[names[column]], int(value))
        for row, column, value in zip(votes.rows, votes.columns, votes.values, strict=True)
    )
    _store(dialogue, rows, dict.fromkeys(pids, Channel.IMPORTED.value))
    note(dialogue, "import", by, statements=str(len(statements)), people="counted in the map")
    return dialogue


def _fitting(text: str, longest: int) -> str:
    told = " ".join(wording.visible(text.replace("\n", " ")).split())
    return told if len(told) <= longest else told[: longest - 1] + "…"


def _statements(dialogue: Dialogue, told: Conversation, language: str) -> dict[str, int]:
    """Store the statements; gives the id of each by its name in the file."""
    out = {s.id for s in told.votes.statements if s.moderated_out}
    texts = {s.id: s.text for s in told.votes.statements}
    meta = {s.id for s in told.votes.statements if s.meta}
    for comment in told.comments:
        texts.setdefault(comment.id, comment.text)
        if comment.moderated == -1:
            out.add(comment.id)
        if comment.meta:
            meta.add(comment.id)
    numbers = _numbers(texts)
    today = timezone.localdate()
    added: dict[str, Statement] = {}
    words: list[Wording] = []
    for name, text in texts.items():
        rejected = name in out
        added[name] = Statement(
            dialogue=dialogue,
            number=numbers[name],
            meta=name in meta,
            state=StatementState.REJECTED if rejected else StatementState.ACCEPTED,
            reason=Reason.ELSEWHERE if rejected else "",
            received=today,
        )
        shown = _fitting(text, LONGEST_STORED) or _("Statement %(name)s") % {"name": name}
        words.append(
            Wording(
                statement=added[name],
                language=language,
                text=shown,
                kind=WordingKind.ORIGINAL,
            )
        )
    Statement._unscoped.bulk_create(added.values(), batch_size=500)
    Wording._unscoped.bulk_create(words, batch_size=500)
    return {name: statement.pk for name, statement in added.items()}


def _numbers(names: Iterable[str]) -> dict[str, int]:
    """A number for each name: the very one where all are short and different, else their places."""
    told = list(names)
    if all(name.isdecimal() and len(name) <= _DIGITS for name in told):
        own = {name: int(name) for name in told}
        if len(set(own.values())) == len(own):
            return own
    return {name: place for place, name in enumerate(told, start=1)}


@transaction.atomic
def load_votes(
    *,
    dialogue: Dialogue,
    votes: Iterable[tuple[str, int, int]],
    channels: Mapping[str, str],
    by: Viewer = SYSTEM,
) -> int:
    """Votes of an open dialogue that were given elsewhere: simulated residents, later paper.

    ``votes``: token, statement number, value. ``channels``: token to how the person came.
    Gives the number of votes stored.
    """
    numbers = dict(
        Statement._unscoped.filter(dialogue=dialogue, number__isnull=False).values_list(
            "number", "pk"
        )
    )
    pids = {token: keys.pseudonym(dialogue.key, token) for token in channels}
    rows = ((pids[token], numbers[number], value) for token, number, value in votes)
    stored = _store(dialogue, rows, {pids[token]: way for token, way in channels.items()})
    Dialogue._unscoped.filter(pk=dialogue.pk).exclude(map_state=MapState.COMPUTING).update(
        map_state=MapState.STALE
    )
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_dirty=True)
    note(dialogue, "load", by)
    return stored


def _store(
    dialogue: Dialogue,
    rows: Iterable[tuple[bytes, int, int]],
    channels: Mapping[bytes, str],
) -> int:
    """Write many votes; a fast way for a few hundred thousand of them."""
    day = Vote._meta.get_field("day").get_db_prep_value(timezone.localdate(), connection)
    people = (
        (secrets.token_hex(16), dialogue.pk, pid, channel) for pid, channel in channels.items()
    )
    votes = (
        (secrets.token_hex(16), dialogue.pk, pid, statement, value, 0, day)
        for pid, statement, value in rows
    )
    _many(Participation._meta.db_table, ("id", "dialogue_id", "pid", "channel"), people)
    columns = ("id", "dialogue_id", "pid", "statement_id", "value", "turn", "day")
    return _many(Vote._meta.db_table, columns, votes)


def _many(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    """Insert in batches: COPY on PostgreSQL, one prepared statement on SQLite."""
    count, rows = 0, iter(rows)
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, _AT_ONCE)):
            count += len(batch)
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({marks})", batch)  # noqa: S608
    return count
