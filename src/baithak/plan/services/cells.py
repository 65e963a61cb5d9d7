"""What figures about people are shown from is kept, whatever else of their plan changes (R6, R7)."""

from __future__ import annotations

from baithak.plan import shown
from baithak.plan.models import Indicator, Plan, Reading

__all__ = ["settle"]


def settle(plan: Plan) -> None:
    """Keep the largest k of each indicator of a plan and what its figures are shown from.

    Called before and after all that could move an indicator to or from what a smaller cell is too small for;
    the plan is held by the caller.
    """
    for one in (
        Indicator._unscoped.filter(plan=plan)
        .select_related("objective__challenge", "action__objective__challenge")
        .prefetch_related("readings")
    ):
        before = (one.k, one.counts, one.baseline_as)
        changed = shown.settle(one)
        if before != (one.k, one.counts, one.baseline_as):
            one.save(update_fields=["k", "counts", "baseline_as"])
        Reading._unscoped.bulk_update(changed, ["shown_as"])
