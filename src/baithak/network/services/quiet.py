"""Quiet hours are chosen by the person alone."""

from __future__ import annotations

from datetime import time

from django.core.exceptions import PermissionDenied
from django.db import transaction

from baithak.journal import services as journal
from baithak.network.models.quiet import Quiet
from baithak.network.scope import Viewer

__all__ = ["choose_quiet_hours"]


@transaction.atomic
def choose_quiet_hours(*, begins: time, ends: time, by: Viewer) -> Quiet:
    """From now on no reminder and no digest reaches the viewer between these times of day."""
    if by.user_id is None:
        raise PermissionDenied("network.own_account")
    hours, _ = Quiet._unscoped.update_or_create(
        user_id=by.user_id, defaults={"begins": begins, "ends": ends}
    )
    journal.write(
        verb="network.choose_quiet_hours",
        # The hours themselves are nobody's business.
        thing=f"person:{journal.pseudonym(by.user_id, 'person')}",
        by=by.signature(),
        place="",
    )
    return hours
