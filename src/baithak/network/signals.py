"""When a session began (the eight hours of R23 are counted from here), and that a level changed."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import Signal, receiver
from django.http import HttpRequest

#: Where the session keeps the moment of sign-in, in seconds.
SIGNED_IN_AT = "signed_in_at"


@receiver(user_logged_in, dispatch_uid="baithak.network.signed_in_at")
def note_the_moment(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.session[SIGNED_IN_AT] = int(time.time())


#: Sent by ``services.narrow`` and a confirmed widening, in their transaction: ``shared``, ``wider``.
level_changed = Signal()
