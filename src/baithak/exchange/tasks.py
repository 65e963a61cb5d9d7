"""Background work of the room: old notes for the index go, the offline pages are kept up to date."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models import Change
from baithak.exchange.offline import zipped
from baithak.exchange.queries import public as queries
from baithak.journal import retention
from baithak.journal.retention import Left

__all__ = ["CHORES"]

_HOUR, _MINUTE = 3600.0, 60.0
_last = {"changes": 0.0, "offline": 0.0}
_A_WEEK = timedelta(days=7)


def _changes_left() -> Iterator[Left]:
    told = Change._unscoped.aggregate(n=Count("pk"), first=Min("at"))
    yield Left("", told["n"], told["first"], told["first"] and told["first"] + _A_WEEK)


retention.class_(
    "exchange.changes",
    _("Notes for the search, which practice changed"),
    keeps=_("7 days"),
    left=_changes_left,
)


def _too_soon(chore: str, seconds: float) -> bool:
    """Whether this process did it less than so many seconds ago; notes the time if not."""
    now = time.monotonic()
    if _last[chore] and now - _last[chore] < seconds:
        return True
    _last[chore] = now
    return False


def forget_changes() -> int:
    """Every process has read what is a week old; at most once an hour in each worker."""
    if _too_soon("changes", _HOUR):
        return 0
    gone, _each = Change._unscoped.filter(at__lt=timezone.now() - _A_WEEK).delete()
    retention.ran("exchange.changes", {"": gone})
    return gone


def make_offline() -> int:
    """The public library as one ZIP, made anew when it has changed; at most once a minute.

    Two workers may make the same file at the same time: each puts a whole one in its place.
    """
    if _too_soon("offline", _MINUTE):
        return 0
    practices = queries.public()
    folder = queries.offline_folder()
    path = folder / f"offline-{queries.digest(practices)}.zip"
    if path.exists():
        return 0
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"part-{os.getpid()}"
    part.write_bytes(zipped(queries.as_library(practices), timezone.localdate()))
    part.replace(path)
    for old in folder.glob("offline-*.zip"):
        if old != path:
            old.unlink(missing_ok=True)
    return 1


CHORES = (forget_changes, make_offline)
