"""Chores of the background worker: check pools, list panels, erase what is over, sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from datetime import time as clock

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.journal import retention
from baithak.journal.retention import Left
from baithak.network.models import State
from baithak.panel import queries, services
from baithak.panel.models import Panel, Registrant

__all__ = ["CHORES", "check_a_pool", "erase_overdue", "prepare_a_draw", "sweep_withdrawn"]


def _registrants_left() -> Iterator[Left]:
    """People registered, by the panel's place; and the panels whose own day has come."""
    for panel in (
        Panel._unscoped.filter(erased=None).exclude(state=State.DRAFT).select_related("place")
    ):
        n = Registrant._unscoped.filter(panel=panel).count()
        due = timezone.make_aware(datetime.combine(panel.erased_on, clock(12)))
        yield Left(panel.place.slug, n, panel.opens, due if n else None)


def _traces_left() -> Iterator[Left]:
    for slug in Panel._unscoped.filter(leftovers=True).values_list("place__slug", flat=True):
        yield Left(slug, 1)


retention.class_(
    "panel.registrants",
    _("People registered for a panel, and how to reach them"),
    keeps=_("30 days after the panel was seated, or to the day the notice names"),
    law="R8, R17",
    people=True,
    left=_registrants_left,
)
retention.class_(
    "panel.withdrawn",
    _("Traces of registrations that were taken back (panels to sweep)"),
    keeps=_("one hour after somebody took a registration back"),
    left=_traces_left,
)


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
    if panel is None:
        retention.ran("panel.registrants")
        return 0
    with retention.run("panel.registrants"):
        return int(services.erase(panel))


def sweep_withdrawn() -> int:
    """Leave no traces of what was taken back."""
    swept = int(services.sweep())
    retention.ran("panel.withdrawn")  # what was taken back has its own lines, or none at all
    return swept


CHORES: tuple[Callable[[], int], ...] = (
    check_a_pool,
    prepare_a_draw,
    erase_overdue,
    sweep_withdrawn,
)
