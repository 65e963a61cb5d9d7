"""Slips: codes that are drawn, printed once, and kept as pseudonyms alone (R2, R3)."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from baithak.budget.models import Batch, Budget, Slip
from baithak.budget.models.slip import HANDED_OUT, MOST_SLIPS
from baithak.budget.services.budgets import held, note
from baithak.network import keys
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.slips import new_codes

__all__ = ["make_slips", "void_batch"]


def make_slips(
    *, budget: Budget, size: int, channel: str, handle: uuid.UUID, by: Viewer
) -> list[str]:
    """A batch of slips; their codes, in an order of their own, given this once and never again.

    Raises
    ------
    RefusedError
        ``not_open``; ``frozen``: the list of slips is fixed; ``no_such_number``, ``no_such_way``;
        ``made_before``: this very form was sent before, and its codes were shown then.
    KeyMissingError
        The budget's key is lost.
    """
    if not 1 <= size <= MOST_SLIPS:
        raise RefusedError("no_such_number")
    if channel not in HANDED_OUT:
        raise RefusedError("no_such_way")
    codes = new_codes(size)
    try:
        with transaction.atomic():
            fresh = held(budget.pk)
            if fresh.state != State.OPEN:
                raise RefusedError("not_open")
            if fresh.is_frozen:
                raise RefusedError("frozen")
            batch = Batch._unscoped.create(
                budget=fresh, channel=channel, size=size, handle=handle, made=timezone.localdate()
            )
            pids = sorted(keys.pseudonym(fresh.key, code) for code in codes)
            Slip._unscoped.bulk_create(
                [Slip(budget=fresh, pid=pid, channel=channel, batch=batch) for pid in pids],
                batch_size=500,
            )
            note(fresh, "make_slips", by, batch=str(batch.pk), slips=str(size), channel=channel)
    except IntegrityError:
        raise RefusedError("made_before") from None
    return codes


@transaction.atomic
def void_batch(*, batch: Batch, by: Viewer) -> Batch:
    """A print-out was lost or spoilt: none of its slips admits to the vote."""
    fresh = held(batch.budget_id)
    if fresh.state != State.OPEN:
        raise RefusedError("not_open")
    if fresh.is_frozen:
        raise RefusedError("frozen")
    found = Batch._unscoped.select_for_update().get(pk=batch.pk)
    if not found.void:
        found.void = True
        found.save(update_fields=["void"])
        Slip._unscoped.filter(batch=found).delete()
        note(fresh, "void_slips", by, batch=str(found.pk), slips=str(found.size))
    return found
