"""Checking the pool against the quotas: claimed by an update that changes one row, done in the worker."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from baithak.network.models import State
from baithak.panel import analysis
from baithak.panel.models import Panel, PoolState

__all__ = ["check_pool", "claim_pool", "mark_stale"]

#: A worker that has held a check for so long is dead: another one may take it.
_GIVEN_UP = timedelta(minutes=10)
#: Between two checks of one panel lie at least so many seconds, and five times the check.
_REST = 5.0
_LONGEST_REST = timedelta(hours=1)


def mark_stale(panel: int) -> None:
    """Say that the last check is not about today's pool and quotas. For inside a transaction."""
    stale = Panel._unscoped.filter(pk=panel, pool_dirty=False)
    stale.filter(pool_state=PoolState.COMPUTING).update(pool_dirty=True)
    stale.exclude(pool_state=PoolState.COMPUTING).update(
        pool_dirty=True, pool_state=PoolState.STALE
    )


def claim_pool() -> int | None:
    """Take one panel whose check waits; its id, or ``None``. Two workers never take the same."""
    now = timezone.now()
    waits = Q(pool_dirty=True) & ~Q(pool_state=PoolState.COMPUTING)
    abandoned = Q(pool_state=PoolState.COMPUTING, pool_claimed__lt=now - _GIVEN_UP)
    due = Q(pool_due=None) | Q(pool_due__lte=now)
    ready = Panel._unscoped.filter(due, waits | abandoned, state=State.OPEN, frozen=None)
    for pk in ready.order_by("pool_due", "pk").values_list("pk", flat=True)[:20]:
        claimed = ready.filter(pk=pk).update(
            pool_state=PoolState.COMPUTING, pool_claimed=now, pool_dirty=False
        )
        if claimed == 1:
            return int(pk)
    return None


def check_pool(panel: int) -> None:
    """Check a claimed panel and keep what was found; a failure is noted and tried again later."""
    try:
        found = analysis.check(panel)
    except Exception as trouble:
        _failed(panel, trouble)
        raise
    _keep(panel, found)


def _failed(panel: int, trouble: Exception) -> None:
    told = Panel._unscoped.get(pk=panel)
    rest = min(timedelta(minutes=2 ** min(told.pool_failures, 10)), _LONGEST_REST)
    Panel._unscoped.filter(pk=panel, pool_state=PoolState.COMPUTING).update(
        pool_state=PoolState.FAILED,
        pool_claimed=None,
        pool_dirty=True,
        pool_failures=F("pool_failures") + 1,
        pool_trouble=type(trouble).__name__[:200],
        pool_due=timezone.now() + rest,
    )


@transaction.atomic
def _keep(panel: int, found: analysis.Checked) -> None:
    held = Panel._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=panel)
    report = found.report
    if not analysis.may_release(held, found.people):
        report = {**report, "counts": held.pool_report.get("counts", {})}
    else:
        held.pool_released = found.people
    held.pool_report, held.pool_counted = report, found.people
    held.pool_state = PoolState.STALE if held.pool_dirty else PoolState.CURRENT
    held.pool_claimed, held.pool_failures, held.pool_trouble = None, 0, ""
    held.pool_due = timezone.now() + timedelta(seconds=max(_REST, 5 * found.seconds))
    held.save(
        update_fields=[
            "pool_report", "pool_counted", "pool_released", "pool_state", "pool_claimed",
            "pool_failures", "pool_trouble", "pool_due",
        ]
    )  # fmt: skip
