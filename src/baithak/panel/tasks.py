"""Chores of the background worker: check pools, list panels, erase what is over, sweep."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from baithak.panel import queries, services

__all__ = ["CHORES", "check_a_pool", "erase_overdue", "prepare_a_draw", "sweep_withdrawn"]


def check_a_pool() -> int:
    """Hold one changed pool against its quotas. A hundred registrations make one check."""
    panel = services.claim_pool()
    if panel is None:
        return 0
    services.check_pool(panel)
    return 1


def prepare_a_draw() -> int:
    """List the panels of one draw and publish its commitment."""
    draw = services.claim_draw()
    if draw is None:
        return 0
    services.prepare_draw(draw)
    return 1


def erase_overdue() -> int:
    """Erase the registrants of one panel whose time has come (T32)."""
    panel = queries.due_for_erasure(timezone.now())
    return int(panel is not None and services.erase(panel))


def sweep_withdrawn() -> int:
    """Leave no traces of what was taken back."""
    return int(services.sweep())


CHORES: tuple[Callable[[], int], ...] = (
    check_a_pool,
    prepare_a_draw,
    erase_overdue,
    sweep_withdrawn,
)
