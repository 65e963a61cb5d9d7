"""Background work of the room: what has expired goes."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from baithak.network.models import Invitation

__all__ = ["CHORES"]

_HOUR = 3600.0
_last = {"sessions": 0.0}


def forget_sessions() -> int:
    """Ended sessions are removed, at most once an hour in each worker."""
    if time.monotonic() - _last["sessions"] < _HOUR and _last["sessions"]:
        return 0
    _last["sessions"] = time.monotonic()
    gone, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return gone


def forget_addresses() -> int:
    """The address of an invitation that nobody accepted goes thirty days after it ended (R8)."""
    before = timezone.now() - timedelta(days=30)
    gone, _ = Invitation._unscoped.filter(accepted_at=None, expires_at__lt=before).delete()
    return gone


CHORES = (forget_sessions, forget_addresses)
