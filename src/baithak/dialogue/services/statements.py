"""Statements: seeds, what residents add, and what moderators decide (R11).

Every decision holds the dialogue's row: of two moderators at the same statement the second one
finds what the first one decided. The journal tells what was decided, by which role's pseudonym; never
the words, an author or when a statement came in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.dialogue import queries
from baithak.dialogue.models import (
    Appeal,
    Dialogue,
    Reason,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.dialogue.models.statement import LONGEST
from baithak.dialogue.services.votes import mark_stale, still_open
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = [
    "accept",
    "add_seeds",
    "checked",
    "end",
    "held",
    "merge",
    "reject",
    "settle",
    "submit",
    "this_hour",
    "unchanged",
    "undo",
    "while_open",
]


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


def this_hour() -> datetime:
    """The hour that runs now: the clock of the queue knows no minutes (R4)."""
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def submit(
    *,
    dialogue: Dialogue,
    text: str,
    language: str,
    handle: uuid.UUID,
    channel: str = Channel.OPEN,
) -> Statement:
    """A resident's statement, which waits for a moderator. The same handle is taken once.

    Nothing is journaled: a line has a time, and a statement's author is nobody's business.

    Raises
    ------
    ValidationError
        The text is empty, too long, unsafe, or was said already (code ``duplicate``).
    RefusedError
        ``closed``: nobody who comes this way can take part now; ``intake``: the moderators have to
        catch up first, or have closed the box.
    """
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError(_("Choose the language you wrote in."), code="language")
    told = checked(text)
    known = Statement._unscoped.filter(dialogue=dialogue, handle=handle)
    if (sent_before := known.first()) is not None:
        return sent_before
    fresh = Dialogue._unscoped.get(pk=dialogue.pk)
    if not fresh.takes_from(channel):
        raise RefusedError("closed")
    if not queries.takes_statements(fresh):
        raise RefusedError("intake")
    try:
        with transaction.atomic():
            # First the row with its unique handle, then the look for duplicates: of two equal
            # sends at once, the second one waits here and is told that all is well.
            statement = Statement._unscoped.create(
                dialogue=dialogue,
                handle=handle,
                received=timezone.localdate(),
                waits_since=this_hour(),
            )
            if wording.same(told) in _known(dialogue.pk):
                raise ValidationError(
                    _("Somebody has said this already. You can vote on it when it comes up."),
                    code="duplicate",
                )
            Wording._unscoped.create(
                statement=statement, language=language, text=told, kind=WordingKind.ORIGINAL
            )
            _still_takes(dialogue.pk, channel)
    except IntegrityError:
        return known.get()
    return statement


def _still_takes(dialogue: int, channel: str) -> None:
    try:
        still_open(dialogue, channel)
    except RefusedError:  # whether paused or over: nobody who comes this way
        raise RefusedError("closed") from None


# --- decisions
_WAITING = (StatementState.PENDING, StatementState.HELD)


def held(statement: Statement) -> Statement:
    """The statement and its dialogue as they are now, held until the transaction ends."""
    Dialogue._unscoped.select_for_update().get(pk=statement.dialogue_id)
    return (
        Statement._unscoped.select_for_update(of=("self",))
        .select_related("dialogue__place")
        .get(pk=statement.pk)
    )


def unchanged(statement: Statement, seen: str) -> None:
    """Refuse as ``decided`` where it is not as the moderator saw it: somebody was faster.

    ``seen`` is the state on the moderator's page; empty where nobody looked at one.
    """
    if seen and seen != statement.state:
        raise RefusedError("decided")


def while_open(statement: Statement) -> None:
    """After the end a statement can be taken away and put back, and nothing else (R11)."""
    if statement.dialogue.state != State.OPEN:
        raise RefusedError("not_open")


def _may_end_the_wait(statement: Statement, by: Viewer) -> None:
    """What waits can be decided; what one moderator holds, by another person alone (R11)."""
    if statement.state not in _WAITING:
        raise RefusedError("decided")
    if statement.state == StatementState.HELD and statement.decided_by_id in (None, by.user_id):
        raise RefusedError("second_person")


def settle(
    statement: Statement, verb: str, by: Viewer, *, since: datetime | None = None, **detail: str
) -> None:
    """Save a decision with its journal line. ``since``: it had waited since then for this."""
    dialogue = statement.dialogue
    if dialogue.state == State.DRAFT:
        raise RefusedError("not_open")
    statement.decided_by_id = by.user_id
    statement.save(
        update_fields=[
            "state", "reason", "number", "merged_into", "decided_by", "held_by", "confirmed_by",
            "waits_since", "appeal", "appeal_text",
        ]
    )  # fmt: skip
    if since is not None:
        hours = str(int((timezone.now() - since).total_seconds() // 3600))
        dialogue.waits = {**dialogue.waits, hours: dialogue.waits.get(hours, 0) + 1}
        dialogue.save(update_fields=["waits"])
    if dialogue.has_map:
        mark_stale(dialogue.pk)
    journal.write(
        verb=f"dialogue.{verb}",
        thing=f"statement:{statement.pk}",
        by=by.signature(dialogue.place),
        place=dialogue.place.slug,
        detail={"dialogue": str(dialogue.pk), **detail},
    )


def end(statement: Statement, state: StatementState, reason: str = "") -> datetime | None:
    """Put it into its last state; gives since when it had waited."""
    since, statement.waits_since = statement.waits_since, None
    statement.state, statement.reason, statement.merged_into = state, reason, None
    if reason != Reason.THREAT and state != StatementState.MERGED:
        statement.held_by_id = statement.confirmed_by_id = None
    if state == StatementState.ACCEPTED:
        statement.number = statement.number or _next_number(statement.dialogue_id)
    return since


@transaction.atomic
def accept(*, statement: Statement, by: Viewer, seen: str = "") -> Statement:
    """Show it to people from now on. Accepting what is shown already changes nothing.

    Raises
    ------
    RefusedError
        ``decided``: somebody was faster; ``second_person``: who holds it back cannot let it in;
        ``not_open``: the dialogue has closed, and it was never shown.
    """
    fresh = held(statement)
    if fresh.state == StatementState.ACCEPTED:
        return fresh
    unchanged(fresh, seen)
    _may_end_the_wait(fresh, by)
    if fresh.number is None:  # nobody could answer it any more
        while_open(fresh)
    settle(fresh, "accept", by, since=end(fresh, StatementState.ACCEPTED))
    return fresh


@transaction.atomic
def reject(*, statement: Statement, reason: str, by: Viewer, seen: str = "") -> Statement:
    """Do not show it, for one of the published reasons.

    A threat is held first: kept away until another person has confirmed it, turned it down for
    another reason, let it in or put it back into the queue.

    Raises
    ------
    RefusedError
        ``no_reason``; ``decided``; ``second_person``: who holds it cannot confirm it.
    """
    if reason not in dict(Reason.published()):
        raise RefusedError("no_reason")
    fresh = held(statement)
    if (fresh.state, fresh.reason) == (StatementState.REJECTED, reason):
        return fresh
    unchanged(fresh, seen)
    if fresh.state == StatementState.PENDING and reason == Reason.THREAT:
        fresh.state, fresh.reason, fresh.held_by_id = StatementState.HELD, reason, by.user_id
        settle(fresh, "hold", by)
        return fresh
    _may_end_the_wait(fresh, by)
    second = {"second": "yes"} if fresh.state == StatementState.HELD else {}
    since = end(fresh, StatementState.REJECTED, reason)
    if reason == Reason.THREAT:
        fresh.confirmed_by_id = by.user_id
    settle(fresh, "reject", by, since=since, reason=reason, **second)
    return fresh


@transaction.atomic
def merge(*, statement: Statement, into: Statement, by: Viewer, seen: str = "") -> Statement:
    """Join it with one that says the same and is shown.

    Its votes stay in the record, and count no more: the engine takes them as moderated out. They
    are not added to the other's, since the same people may have answered both.

    Raises
    ------
    RefusedError
        ``decided``; ``second_person``; ``not_shown``: the other one is not shown, is of another
        dialogue or is the very same; ``not_open``.
    """
    fresh = held(statement)
    if (fresh.state, fresh.merged_into_id) == (StatementState.MERGED, into.pk):
        return fresh
    unchanged(fresh, seen)
    while_open(fresh)
    if fresh.state != StatementState.ACCEPTED:
        _may_end_the_wait(fresh, by)
    other = Statement._unscoped.filter(
        pk=into.pk, dialogue=fresh.dialogue_id, state=StatementState.ACCEPTED
    ).first()
    if other is None or other.pk == fresh.pk:
        raise RefusedError("not_shown")
    since = end(fresh, StatementState.MERGED)
    fresh.merged_into = other
    settle(fresh, "merge", by, since=since, into=str(other.number))
    return fresh


@transaction.atomic
def undo(*, statement: Statement, by: Viewer, seen: str = "") -> Statement:
    """Put a decided statement back into the queue. A seed never was in it, except when joined.

    What two people turned down as a threat goes back on hold, so that it again takes a second
    person to let it in; so does one that was joined while it was held. Who holds back what nobody has
    confirmed takes that back as a slip.

    Raises
    ------
    RefusedError
        ``decided``; ``appeal``: a second look was asked for and is decided first;
        ``another_person``: who put it on hold again cannot end that too; ``not_open``: the
        dialogue has closed, and it was never shown.
    """
    fresh = held(statement)
    if fresh.state == StatementState.PENDING:
        return fresh
    unchanged(fresh, seen)
    if fresh.number is None:  # it was never shown
        while_open(fresh)
    if fresh.appeal == Appeal.ASKED:
        raise RefusedError("appeal")
    was, slip = fresh.state, fresh.held_by_id == by.user_id and fresh.confirmed_by_id is None
    if was == StatementState.HELD and fresh.decided_by_id == by.user_id and not slip:
        raise RefusedError("another_person")
    if fresh.seed and was != StatementState.MERGED:
        return fresh
    if fresh.seed:  # it stands where it stood
        end(fresh, StatementState.ACCEPTED)
    else:
        back = was != StatementState.HELD and (
            fresh.reason == Reason.THREAT or fresh.held_by_id is not None
        )
        end(
            fresh,
            StatementState.HELD if back else StatementState.PENDING,
            Reason.THREAT if back else "",
        )
        if fresh.dialogue.state == State.OPEN:
            fresh.waits_since = this_hour()
    settle(fresh, "undo", by, was=was)
    return fresh
