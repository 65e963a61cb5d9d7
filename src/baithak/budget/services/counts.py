"""Counting: claimed by an update that changes one row, counted twice, published when both agree."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from baithak.budget import analysis
from baithak.budget.models import Budget, CountState, Result
from baithak.budget.services.budgets import held, note
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer

__all__ = ["ask_for_recount", "claim_count", "count"]

#: A worker that has held a count for so long is dead: another one may take it.
_GIVEN_UP = timedelta(minutes=10)
_LONGEST_REST = timedelta(hours=1)


def claim_count() -> int | None:
    """Take one budget that waits to be counted; its id, or ``None``. Two workers never take the same."""
    now = timezone.now()
    waits = Q(count_state__in=(CountState.WAITING, CountState.FAILED))
    abandoned = Q(count_state=CountState.COUNTING, count_claimed__lt=now - _GIVEN_UP)
    due = Q(count_due=None) | Q(count_due__lte=now)
    ready = Budget._unscoped.filter(due, waits | abandoned, state=State.CLOSED)
    for pk in ready.order_by("count_due", "pk").values_list("pk", flat=True)[:20]:
        if ready.filter(pk=pk).update(count_state=CountState.COUNTING, count_claimed=now) == 1:
            return int(pk)
    return None


def count(budget: int) -> Result | None:
    """Count a claimed budget and keep the result; a failure is noted and tried again later.

    Where the two programs do not agree, or the ballots are not those that were committed to,
    nothing is kept or shown: the state says so, and a person has to look (R18).
    """
    try:
        counted = analysis.count(budget)
    except Exception as trouble:
        _failed(budget, trouble)
        raise
    return _keep(budget, counted)


def _failed(budget: int, trouble: Exception) -> None:
    told = Budget._unscoped.get(pk=budget)
    rest = min(timedelta(minutes=2 ** min(told.count_failures, 10)), _LONGEST_REST)
    Budget._unscoped.filter(pk=budget, count_state=CountState.COUNTING).update(
        count_state=CountState.FAILED,
        count_claimed=None,
        count_failures=F("count_failures") + 1,
        count_trouble=f"{type(trouble).__name__}: {trouble}"[:200],
        count_due=timezone.now() + rest,
    )


@transaction.atomic
def _keep(budget: int, counted: analysis.Counted) -> Result | None:
    fresh = held(budget)
    fresh.count_claimed, fresh.count_due = None, None
    fresh.count_failures, fresh.count_trouble = 0, counted.trouble
    fresh.count_state = CountState.DIFFERS if counted.trouble else CountState.COUNTED
    fresh.save(
        update_fields=[
            "count_state", "count_claimed", "count_due", "count_failures", "count_trouble",
        ]
    )  # fmt: skip
    if counted.trouble:
        note(fresh, "count_differs", SYSTEM, why=counted.trouble)
        return None
    last = Result._unscoped.filter(budget=fresh).order_by("-revision")
    result = Result._unscoped.create(
        budget=fresh,
        revision=(last.values_list("revision", flat=True).first() or 0) + 1,
        version=counted.version,
        computed=timezone.now(),
        seconds=counted.seconds,
        ballots=counted.ballots,
        root=fresh.ballot_root,
        outcome=counted.outcome,
        published=counted.published,
    )
    note(
        fresh, "publish_result", SYSTEM,
        revision=str(result.revision), ballot_root=fresh.ballot_root, version=counted.version,
    )  # fmt: skip
    return result


@transaction.atomic
def ask_for_recount(*, budget: Budget, by: Viewer) -> Budget:
    """Count once more what could not be counted, or came out differently."""
    fresh = held(budget.pk)
    if fresh.count_state not in (CountState.DIFFERS, CountState.FAILED):
        raise RefusedError("nothing_to_recount")
    fresh.count_state, fresh.count_due = CountState.WAITING, None
    fresh.save(update_fields=["count_state", "count_due"])
    note(fresh, "ask_for_recount", by)
    return fresh
