"""Chores of the background worker: close what is over, seal what is closed, count what is sealed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from baithak.budget import queries, services
from baithak.budget.models import Sent
from baithak.journal import retention
from baithak.journal.retention import Left
from baithak.network.models import State

__all__ = ["CHORES", "close_overdue", "count_a_budget", "seal_closed"]


def _sends_left() -> Iterator[Left]:
    """What tells of repeated votes; it goes when the ballots are sealed, right after closing."""
    for slug, n in (
        Sent._unscoped.order_by().values_list("budget__place__slug").annotate(n=Count("pk"))
    ):
        first = Sent._unscoped.filter(
            budget__place__slug=slug, budget__state=State.CLOSED
        ).aggregate(first=Min("budget__closes"))["first"]
        yield Left(slug, n, first, first)


retention.class_(
    "budget.sends",
    _("What tells that somebody voted on a budget anew"),
    keeps=_("until the ballots are sealed, right after closing"),
    law="R5, R8",
    people=True,
    left=_sends_left,
)


def close_overdue() -> int:
    """Close budgets whose vote has ended."""
    return services.end_overdue()


def seal_closed() -> int:
    """Seal one closed budget whose ballots still lie as they came in."""
    budget = queries.to_seal()
    if budget is None:
        retention.ran("budget.sends")
        return 0
    with retention.run("budget.sends"):
        return int(services.seal(budget))


def count_a_budget() -> int:
    """Count one budget that waits for it."""
    budget = services.claim_count()
    if budget is None:
        return 0
    services.count(budget)
    return 1


CHORES = (close_overdue, seal_closed, count_a_budget)
