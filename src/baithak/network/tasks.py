"""Background work of the room: what has expired goes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.journal import retention
from baithak.journal.retention import Left
from baithak.network import limits
from baithak.network.models import Invitation, TwoPersonAct
from baithak.network.services import two_person

__all__ = ["CHORES"]

_HOUR = 3600.0
_MINUTE = 60.0
_last = {"sessions": 0.0, "cache": 0.0, "tries": 0.0}
#: How long the address of an invitation stays that nobody accepted.
ADDRESSES = timedelta(days=30)


def _sessions_left() -> Iterator[Left]:
    """Sign-ins whose time is over: the oldest ought to go within the hour."""
    told = Session.objects.filter(expire_date__lt=timezone.now()).aggregate(
        n=Count("pk"), first=Min("expire_date")
    )
    yield Left("", told["n"], told["first"], told["first"])


def _counts_left() -> Iterator[Left]:
    """Tries are counted in a file that this worker wipes whole; none is left when it ran."""
    yield Left("", 0)


def _cache() -> tuple[Any, str, Any] | None:
    """The cache's table, where the cache is one: its connection, quoted name and the moment now."""
    kept = caches[DEFAULT_CACHE_ALIAS]
    if not isinstance(kept, DatabaseCache):
        return None
    connection = connections[router.db_for_write(kept.cache_model_class)]
    table = connection.ops.quote_name(kept._table)  # type: ignore[attr-defined]  # not in its types
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    return connection, table, now


def _cache_left() -> Iterator[Left]:
    """What has expired in the cache and is still there."""
    found = _cache()
    if found is None:
        yield Left("", 0)
        return
    connection, table, now = found
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE expires < %s", [now])  # noqa: S608  (our own table)
        rows = int(cursor.fetchone()[0])
    yield Left("", rows)


def _addresses_left() -> Iterator[Left]:
    """Invitations that nobody accepted, with the address they went to; and requests to invite somebody."""
    for slug, n, first in (
        Invitation._unscoped.filter(accepted_at=None)
        .order_by("place__slug")
        .values_list("place__slug")
        .annotate(n=Count("pk"), first=Min("expires_at"))
    ):
        yield Left(slug, n, first, first + ADDRESSES)
    for slug, n, first in (
        _requests_with_persons()
        .order_by("place__slug")
        .values_list("place__slug")
        .annotate(n=Count("pk"), first=Min("expires_at"))
    ):
        yield Left(slug, n, first, first + ADDRESSES)


def _requests_with_persons() -> QuerySet[TwoPersonAct]:
    """Guarded acts whose detail still leads to a person."""
    found = Q(pk=None)
    for verb, names in two_person.forgotten_keys().items():
        found |= Q(verb=verb, detail__has_any_keys=sorted(names))
    return TwoPersonAct._unscoped.filter(found)


retention.class_(
    "network.sessions",
    _("Sign-ins that are over"),
    keeps=_("one hour after they ended"),
    law="R8, R23",
    left=_sessions_left,
)
retention.class_(
    "network.tries",
    _("How often somebody tried something, without saying who"),
    keeps=_("minutes, until the count is over"),
    law="R4, R8",
    left=_counts_left,
)
retention.class_(
    "network.cache",
    _("Notes of the cache, among them hashed addresses of devices"),
    keeps=_("one hour after they expired"),
    law="R4, R8",
    left=_cache_left,
)
retention.class_(
    "network.addresses",
    _("Addresses of invitations that nobody accepted"),
    keeps=_("30 days after the invitation ended"),
    people=True,
    left=_addresses_left,
)


def forget_sessions() -> int:
    """Ended sessions are removed, at most once an hour in each worker."""
    if time.monotonic() - _last["sessions"] < _HOUR and _last["sessions"]:
        return 0
    _last["sessions"] = time.monotonic()
    gone, _each = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    retention.ran("network.sessions")  # they come and go every hour: alive is all it says
    return gone


def forget_counts() -> int:
    """What has expired in the cache goes, at most once an hour: hashed addresses above all (R4).

    Django itself deletes an expired row only when it is asked for or when the table is full.
    """
    if time.monotonic() - _last["cache"] < _HOUR and _last["cache"]:
        return 0
    _last["cache"] = time.monotonic()
    found = _cache()
    if found is None:
        retention.ran("network.cache")
        return 0
    connection, table, now = found
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  (our own table)
        gone = max(0, cursor.rowcount)
    retention.ran("network.cache")
    return gone


def forget_tries() -> int:
    """Counts of tries whose time is over are wiped, at most once a minute (R4)."""
    if time.monotonic() - _last["tries"] < _MINUTE and _last["tries"]:
        return 0
    _last["tries"] = time.monotonic()
    wiped = limits.forget()
    retention.ran("network.tries")
    return wiped


def forget_addresses() -> int:
    """The address of an invitation that nobody accepted goes thirty days after it ended (R8).

    So does the address in a request to invite somebody, whatever became of it.
    """
    over = Invitation._unscoped.filter(accepted_at=None, expires_at__lt=timezone.now() - ADDRESSES)
    asked = _requests_with_persons().filter(expires_at__lt=timezone.now() - ADDRESSES)
    if not over.exists() and not asked.exists():
        retention.ran("network.addresses")
        return 0
    with transaction.atomic():
        found = list(over.values_list("pk", "place__slug"))
        Invitation._unscoped.filter(pk__in=[pk for pk, _slug in found]).delete()
        gone = Counter(slug for _pk, slug in found)
        for act in asked.select_related("place"):
            act.detail = two_person.without_persons(act)
            act.save(update_fields=["detail"])
            gone[act.place.slug] += 1
        retention.ran("network.addresses", gone)
    return gone.total()


CHORES = (forget_sessions, forget_counts, forget_tries, forget_addresses)
