"""Slips: codes that are drawn, printed once, kept as keyed hashes alone, and used once (R2, R3)."""

from __future__ import annotations

import uuid

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from baithak.dialogue.models import HANDED_OUT, MOST_SLIPS, Batch, Dialogue, Participation, Slip
from baithak.dialogue.services.dialogues import held, note
from baithak.dialogue.services.votes import mark_stale
from baithak.network import keys
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.slips import new_codes

__all__ = ["make_slips", "use_slip", "void_batch"]

#: For so long the same phone can send the same slip again: its first answer may have been lost.
_AGAIN = 10 * 60


def _mark(dialogue: Dialogue, code: str) -> bytes:
    """What is kept of a code. Tokens have no colon, so no token has this pseudonym."""
    return keys.pseudonym(dialogue.key, f"slip:{code}")


def make_slips(
    *, dialogue: Dialogue, size: int, channel: str, handle: uuid.UUID, by: Viewer
) -> list[str]:
    """A batch of slips; their codes, in an order of their own, given this once and never again.

    Raises
    ------
    RefusedError
        ``not_open``; ``no_such_number``, ``no_such_way``; ``made_before``: this very form was sent
        before, and its codes were shown then.
    KeyMissingError
        The dialogue's key is lost.
    """
    if not 1 <= size <= MOST_SLIPS:
        raise RefusedError("no_such_number")
    if channel not in HANDED_OUT:
        raise RefusedError("no_such_way")
    codes = new_codes(size)
    try:
        with transaction.atomic():
            fresh = held(dialogue.pk)
            if fresh.state != State.OPEN:
                raise RefusedError("not_open")
            batch = Batch._unscoped.create(
                dialogue=fresh, channel=channel, size=size, handle=handle, made=timezone.localdate()
            )
            Slip._unscoped.bulk_create(
                [
                    Slip(dialogue=fresh, mark=mark, channel=channel, batch=batch)
                    for mark in sorted(_mark(fresh, code) for code in codes)
                ],
                batch_size=500,
            )
            note(fresh, "make_slips", by, batch=str(batch.pk), slips=str(size), channel=channel)
    except IntegrityError:
        raise RefusedError("made_before") from None
    return codes


@transaction.atomic
def void_batch(*, batch: Batch, by: Viewer) -> Batch:
    """A print-out was lost or spoilt: those of its slips that nobody has used admit nobody.

    How many these are is told to nobody: it would say how many have taken part with it.
    """
    fresh = held(batch.dialogue_id)
    if fresh.state != State.OPEN:
        raise RefusedError("not_open")
    found = Batch._unscoped.select_for_update().get(pk=batch.pk)
    if not found.void:
        found.void = True
        found.save(update_fields=["void"])
        Slip._unscoped.filter(batch=found).delete()  # a used one has forgotten its batch
        note(fresh, "void_slips", by, batch=str(found.pk))
    return found


def use_slip(*, dialogue: Dialogue, code: str, token: str) -> str:
    """Begin with a slip on the phone that holds this token; the channel it takes part by from now on.

    Of two at once one wins. The same phone may send the same slip again for ten minutes: what is kept
    for that is a keyed hash of both, in the cache. If answers of the open link came from this token
    already, they are those of somebody with a slip from now on, so that nobody counts twice.

    Nothing is journaled: a line has a time.

    Parameters
    ----------
    code : as ``network.slips.spelt`` gives it; empty where it cannot be one.

    Raises
    ------
    RefusedError
        ``closed``: no answers are taken; ``no_such_slip``; ``used``.
    KeyMissingError
        The dialogue's key is lost.
    """
    mark = _mark(dialogue, code)
    again = f"slip:{keys.pseudonym(dialogue.key, f'slip:{code}:{token}').hex()}"
    pid = keys.pseudonym(dialogue.key, token)
    found = (
        Slip._unscoped.filter(dialogue=dialogue, mark=mark).values_list("channel", "used").first()
    )
    granted: str | None = cache.get(again)
    if found is None:
        raise RefusedError("no_such_slip")
    channel, used = found
    if used and granted is None:
        raise RefusedError("used")
    with transaction.atomic():
        # Held first, as whoever closes it or makes slips void does: none of them waits for another.
        # Nothing is used up once the dialogue is closed.
        fresh = Dialogue._unscoped.filter(pk=dialogue.pk, state=State.OPEN)
        if not fresh.select_for_update().exists():
            raise RefusedError("closed")
        if granted is None:
            # One update decides: whoever comes second changes no row.
            won = Slip._unscoped.filter(dialogue=dialogue, mark=mark, used=False).update(
                used=True, batch=None
            )
            if not won:
                raise RefusedError("used")
            cache.set(again, channel, _AGAIN)
        counted = Participation._unscoped.filter(
            dialogue=dialogue, pid=pid, channel=Channel.OPEN
        ).update(channel=channel)
        if counted:
            mark_stale(dialogue.pk)
    return str(channel)
