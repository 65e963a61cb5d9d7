"""Statements: seeds, what residents add, and what a moderator decides."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.dialogue.models import (
    Dialogue,
    Reason,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.dialogue.models.statement import LONGEST
from baithak.dialogue.services.votes import mark_stale
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["accept", "add_seeds", "checked", "reject", "submit", "undo"]


def checked(text: str) -> str:
    """A statement's text, safe and short enough, or what is wrong with it."""
    told = wording.clean(text)
    if not told:
        raise ValidationError(_("Write one thought in your own words."), code="empty")
    if len(told) > LONGEST:
        raise ValidationError(
            _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
            % {"length": len(told), "longest": LONGEST},
            code="long",
        )
    return told


def _known(dialogue: int) -> set[str]:
    """What has been said already, however it was spelt."""
    told = Wording._unscoped.filter(statement__dialogue=dialogue).exclude(
        statement__state=StatementState.REJECTED
    )
    return {wording.same(text) for text in told.values_list("text", flat=True)}


def _next_number(dialogue: int) -> int:
    """Inside a transaction that holds the dialogue's row."""
    last = Statement._unscoped.filter(dialogue=dialogue).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def add_seeds(*, dialogue: Dialogue, seeds: Sequence[Mapping[str, str]]) -> list[Statement]:
    """Statements the city begins with, shown from the start. For inside a transaction.

    Each is a mapping of language to text; a language the dialogue was written in first is the
    original, the others count as translated by a person.
    """
    if not seeds:
        return []
    first, known = dialogue.first_language, _known(dialogue.pk)
    number, today = _next_number(dialogue.pk), timezone.localdate()
    added: list[Statement] = []
    words: list[Wording] = []
    for seed in seeds:
        texts = {language: checked(text) for language, text in seed.items() if text.strip()}
        original = first if first in texts else next(iter(texts), "")
        if not original or wording.same(texts[original]) in known:
            continue
        known.add(wording.same(texts[original]))
        statement = Statement(
            dialogue=dialogue,
            number=number + len(added),
            seed=True,
            state=StatementState.ACCEPTED,
            received=today,
        )
        added.append(statement)
        words += _wordings(statement, texts, original)
    Statement._unscoped.bulk_create(added)
    Wording._unscoped.bulk_create(words)
    return added


def _wordings(statement: Statement, texts: Mapping[str, str], original: str) -> Iterable[Wording]:
    for language, text in texts.items():
        kind = WordingKind.ORIGINAL if language == original else WordingKind.HUMAN
        yield Wording(statement=statement, language=language, text=text, kind=kind)


def submit(*, dialogue: Dialogue, text: str, language: str, handle: uuid.UUID) -> Statement:
    """A resident's statement, which waits for a moderator. The same handle is taken once.

    Nothing is journaled: a line has a time, and a statement's author is nobody's business.

    Raises
    ------
    ValidationError
        The text is empty, too long, unsafe, or was said already (code ``duplicate``).
    RefusedError
        ``closed``.
    """
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError(_("Choose the language you wrote in."), code="language")
    told = checked(text)
    known = Statement._unscoped.filter(dialogue=dialogue, handle=handle)
    if (sent_before := known.first()) is not None:
        return sent_before
    if not dialogue.takes_votes:
        raise RefusedError("closed")
    try:
        with transaction.atomic():
            # First the row with its unique handle, then the look for duplicates: of two equal
            # sends at once, the second one waits here and is told that all is well.
            statement = Statement._unscoped.create(
                dialogue=dialogue, handle=handle, received=timezone.localdate()
            )
            if wording.same(told) in _known(dialogue.pk):
                raise ValidationError(
                    _("Somebody has said this already. You can vote on it when it comes up."),
                    code="duplicate",
                )
            Wording._unscoped.create(
                statement=statement, language=language, text=told, kind=WordingKind.ORIGINAL
            )
    except IntegrityError:
        return known.get()
    return statement


def _held(statement: Statement) -> Statement:
    """The statement and its dialogue, held until the transaction ends."""
    Dialogue._unscoped.select_for_update().get(pk=statement.dialogue_id)
    return (
        Statement._unscoped.select_for_update(of=("self",))
        .select_related("dialogue__place")
        .get(pk=statement.pk)
    )


def _decide(statement: Statement, verb: str, by: Viewer, **detail: str) -> None:
    dialogue = statement.dialogue
    if dialogue.state == State.DRAFT:
        raise RefusedError("not_open")
    statement.save(update_fields=["state", "reason", "number"])
    if dialogue.has_map:
        mark_stale(dialogue.pk)
    journal.write(
        verb=f"dialogue.{verb}",
        thing=f"statement:{statement.pk}",
        by=by.signature(dialogue.place),
        place=dialogue.place.slug,
        detail={"dialogue": str(dialogue.pk), **detail},
    )


@transaction.atomic
def accept(*, statement: Statement, by: Viewer) -> Statement:
    """Show it to people from now on. Accepting what is shown already changes nothing."""
    held = _held(statement)
    if held.state == StatementState.ACCEPTED:
        return held
    held.state, held.reason = StatementState.ACCEPTED, ""
    held.number = held.number or _next_number(held.dialogue_id)
    _decide(held, "accept", by)
    return held


@transaction.atomic
def reject(*, statement: Statement, reason: str, by: Viewer) -> Statement:
    """Do not show it, for one of the published reasons."""
    if reason not in dict(Reason.published()):
        raise RefusedError("no_reason")
    held = _held(statement)
    if (held.state, held.reason) == (StatementState.REJECTED, reason):
        return held
    held.state, held.reason = StatementState.REJECTED, reason
    _decide(held, "reject", by, reason=reason)
    return held


@transaction.atomic
def undo(*, statement: Statement, by: Viewer) -> Statement:
    """Put a decided statement back into the queue. A seed never was in it."""
    held = _held(statement)
    if held.seed or held.state == StatementState.PENDING:
        return held
    was = held.state
    held.state, held.reason = StatementState.PENDING, ""
    _decide(held, "undo", by, was=was)
    return held
