"""Limits (T18): so many tries, then a pause. Each room says its own; ``table`` lists them all.

What is counted lies in a file that all workers share (``counts``), so a limit holds across them and
after a restart, costs the database nothing, and is in no backup. There it has no name: an address or a
participant is a keyed hash that is wiped when its time is over, so nobody reads from it where somebody
came from, or when they took part (R4). A bound on an address is meant for a shared one, such as a cyber
cafe or a mobile carrier, not for a single person; a bound on a participant is for that person alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from baithak.network.counts import Counts

__all__ = ["Limit", "clear", "forget", "table", "too_often"]

_counts = Counts(Path(settings.HOME) / "counts")
_table: dict[str, Limit] = {}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of what ``name`` says in ``seconds``, beginning with the first.

    ``per`` says whose tries are counted: those of one address, or of one participant.
    """

    name: str
    most: int
    seconds: int
    per: str = "address"

    def __post_init__(self) -> None:
        _table.setdefault(self.name, self)

    def wait(self, request: HttpRequest) -> int:
        """Count this try of an address; 0 where it is within the limit, else when to come back."""
        return self.wait_of(_address(request))

    def wait_of(self, whose: bytes) -> int:
        """Count this try of a participant; 0 where it is within the limit, else when to come back."""
        tries, left = _counts.add(self.name, whose, seconds=self.seconds)
        return left if tries > self.most else 0

    def reached(self, request: HttpRequest) -> int:
        """Count nothing; 0 where a further try is within the limit, else when to come back.

        For limits on wrong tries alone: asked before a try is looked at.
        """
        tries, left = _counts.seen(self.name, _address(request))
        return left if tries >= self.most else 0


def table() -> list[Limit]:
    """Every limit of the rooms that are loaded, by name."""
    return [_table[name] for name in sorted(_table)]


def forget() -> int:
    """Wipe what is over; how many counts there were."""
    return _counts.forget()


def clear() -> None:
    """Begin anew: nobody has tried anything."""
    _counts.clear()


def _address(request: HttpRequest) -> bytes:
    return str(get_adapter(request).get_client_ip(request)).encode()


def too_often(request: HttpRequest, wait: int) -> HttpResponse:
    """The answer beyond a limit: what happened, what to do, and when."""
    minutes = max(1, -(-wait // 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(wait)
    return response
