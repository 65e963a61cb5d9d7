"""Chores of the background worker: close what is over, seal what is closed, count what is sealed."""

from __future__ import annotations

from baithak.budget import queries, services

__all__ = ["CHORES", "close_overdue", "count_a_budget", "seal_closed"]


def close_overdue() -> int:
    """Close budgets whose vote has ended."""
    return services.end_overdue()


def seal_closed() -> int:
    """Seal one closed budget whose ballots still lie as they came in."""
    budget = queries.to_seal()
    return int(budget is not None and services.seal(budget))


def count_a_budget() -> int:
    """Count one budget that waits for it."""
    budget = services.claim_count()
    if budget is None:
        return 0
    services.count(budget)
    return 1


CHORES = (close_overdue, seal_closed, count_a_budget)
