"""Limits on pages that need no sign-in (T18): so many tries from one address, then a pause.

What is counted lies in the cache that all workers share, so a limit holds across them and after a
restart. Its name is a keyed hash of the address that changes every day and is gone within a day:
nobody reads from it where somebody came from (R4). The bound is meant for a shared address, such as
a cyber cafe or a mobile carrier, not for a single person.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["Limit", "too_often"]

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of what ``name`` says in ``seconds``, from one address."""

    name: str
    most: int
    seconds: int

    def wait(self, request: HttpRequest) -> int:
        """Count this try; 0 where it is within the limit, else after how many seconds to come back."""
        key, left = self._window(request)
        tries = cache.get(key, 0) + 1
        # Not `incr`: it would forget after five minutes. Two tries at the very same moment may
        # count once, which does no harm here.
        cache.set(key, tries, left)
        return left if tries > self.most else 0

    def reached(self, request: HttpRequest) -> int:
        """Count nothing; 0 where a further try is within the limit, else when to come back.

        For limits on wrong tries alone: asked before a try is looked at.
        """
        key, left = self._window(request)
        return left if cache.get(key, 0) >= self.most else 0

    def _window(self, request: HttpRequest) -> tuple[str, int]:
        """The name under which this moment's tries are counted, and the seconds it still stands."""
        now = int(time.time())
        window, into = divmod(now, self.seconds)
        return f"limit:{self.name}:{window}:{_sign(request, now // _DAY)}", self.seconds - into


def _sign(request: HttpRequest, day: int) -> str:
    """The address of this request as today's hash."""
    address = get_adapter(request).get_client_ip(request)
    key = f"baithak.limits:{day}:{settings.SECRET_KEY}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """The answer beyond a limit: what happened, what to do, and when."""
    minutes = max(1, -(-wait // 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(wait)
    return response
