"""What is gone, and the proof of it: registrants after thirty days, traces of what was withdrawn (R8, T32)."""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.utils import timezone

from baithak.network import keys
from baithak.network.models import State
from baithak.network.scope import SYSTEM
from baithak.panel import queries
from baithak.panel.models import Consent, Draw, DrawState, Need, Panel, Registrant
from baithak.panel.services.notes import held, note

__all__ = ["erase", "sweep"]

_TABLES = (Registrant, Need, Consent)


def erase(panel: int) -> bool:
    """Delete everything about a panel's registrants whose time has come, and prove it.

    Rows and key first, then the file is written anew so that nothing is left in free pages or in
    the write-ahead log, and only then the line is written and the row says ``erased``: a hub that
    dies in between does it again. Draws stay: they hold pseudonyms and hashes whose secret is gone.
    Runs outside a transaction, in the worker.
    """
    kept = Panel._unscoped.filter(pk=panel, erased=None)
    found = kept.values_list("key", flat=True).first()
    if found is None:
        return False
    with transaction.atomic():
        fresh = held(panel)
        if fresh.erased_on > timezone.localdate():
            return False
        for model in (Consent, Registrant):
            model._unscoped.filter(panel=fresh).delete()
        # The figures of a check that nobody needs any more.
        fresh.pool_report, fresh.pool_counted, fresh.pool_dirty = {}, 0, False
        fresh.save(update_fields=["pool_report", "pool_counted", "pool_dirty"])
    keys.destroy(found)
    _rewrite()
    with transaction.atomic():
        fresh = held(panel)
        fresh.erased, fresh.leftovers = timezone.now(), False
        fresh.state = State.CLOSED
        fresh.save(update_fields=["erased", "leftovers", "state"])
        Draw._unscoped.filter(
            panel=fresh, state__in=[DrawState.WAITING, DrawState.COMPUTING]
        ).update(state=DrawState.FAILED, claimed=None, trouble={"code": "erased"})
        note(
            fresh,
            "erase",
            SYSTEM,
            due=fresh.erased_on.isoformat(),
            registrants=str(Registrant._unscoped.filter(panel=fresh).count()),
            consents=str(Consent._unscoped.filter(panel=fresh).count()),
            key="gone" if not keys.exists(fresh.key) else "left",
        )
    return True


def _rewrite() -> None:
    """SQLite: the whole file, and the write-ahead log with it. PostgreSQL: the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in _TABLES:
                cursor.execute(f"VACUUM FULL {model._meta.db_table}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


#: At most once an hour in each worker: a rewriting holds everybody else for a moment.
_HOUR = 3600.0
_last = {"sweep": 0.0}


def sweep(*, at_once: bool = False) -> bool:
    """Write the file anew after withdrawals, so that no free page holds what was taken back."""
    if not queries.to_sweep():
        return False
    if not at_once and _last["sweep"] and time.monotonic() - _last["sweep"] < _HOUR:
        return False
    _last["sweep"] = time.monotonic()
    # First the marks, then the rewriting: what is withdrawn meanwhile marks itself again.
    marked = list(Panel._unscoped.filter(leftovers=True).values_list("pk", flat=True))
    Panel._unscoped.filter(pk__in=marked).update(leftovers=False)
    try:
        _rewrite()
    except Exception:
        Panel._unscoped.filter(pk__in=marked).update(leftovers=True)
        raise
    return True
