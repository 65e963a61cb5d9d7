"""How the bodies of a place worked in a period, in words: formed is not functioning, and no score says which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baithak.coordination import health
from baithak.coordination.models import Body, BodyState
from baithak.coordination.queries import bodies
from baithak.home.reports.figures import Scope, decisions

__all__ = ["Worked", "worked"]


@dataclass(frozen=True, slots=True)
class Worked:
    """A body and how it worked. ``planned`` None: its rhythm asks for no meeting in so short a time.

    ``whole``: the reader sees all its meetings, so that a comparison with its rhythm is fair.
    """

    body: Body
    met: int
    planned: int | None
    decisions: int
    done: int
    without: int
    whole: bool

    @property
    def fell_behind(self) -> bool:
        """It met less often than its rhythm asks for."""
        return self.planned is not None and self.met < self.planned

    @property
    def line(self) -> str:
        """The same in words."""
        return " ".join(filter(None, [self._meetings(), self._decisions()]))

    def _meetings(self) -> str:
        if not self.whole:
            if not self.met:
                return _("None of its meetings in this time is shown to you.")
            return ngettext(
                "%(n)d meeting is shown to you.", "%(n)d meetings are shown to you.", self.met
            ) % {"n": self.met}
        if self.planned:
            return ngettext(
                "Met %(n)d of %(planned)d time planned.",
                "Met %(n)d of %(planned)d times planned.",
                self.planned,
            ) % {"n": self.met, "planned": self.planned}
        if not self.met:
            return _("Did not meet; its rhythm asks for no meeting in this time.")
        return ngettext("Met once.", "Met %(n)d times.", self.met) % {"n": self.met}

    def _decisions(self) -> str:
        if not self.decisions:
            return _("No decision is noted.") if self.whole and self.met else ""
        told = ngettext(
            "%(done)d of %(n)d decision is done.",
            "%(done)d of %(n)d decisions are done.",
            self.decisions,
        ) % {"done": self.done, "n": self.decisions}
        if self.whole and self.without:
            told += " " + ngettext(
                "For %(n)d nobody has promised anything yet.",
                "For %(n)d nobody has promised anything yet.",
                self.without,
            ) % {"n": self.without}
        return told


def worked(scope: Scope) -> list[Worked]:
    """Every body at work in the period, as far as the reader may see it."""
    begun = Q(begins=None) | Q(begins__lte=scope.until)
    found = list(
        bodies.bodies(scope.viewer, scope.place.slug).filter(begun, state=BodyState.FORMED)
    )
    if not found:
        return []
    facts = bodies.facts_of(scope.viewer, found)
    decided = _decided(scope)
    return [_worked(scope, body, facts[body.pk], decided[body.pk]) for body in found]


def _worked(
    scope: Scope, body: Body, facts: health.Facts, decisions: list[tuple[bool, bool]]
) -> Worked:
    begins = max(scope.first, facts.begins or scope.first)
    # A body without a beginning is expected to meet from its first meeting on.
    if facts.begins is None and facts.held:
        begins = max(begins, min(facts.held))
    held = sum(begins <= day <= scope.until for day in facts.held)
    of_period = replace(facts, today=scope.until + timedelta(days=1), begins=begins)
    known = facts.whole and (facts.begins is not None or bool(facts.held))
    return Worked(
        body=body,
        met=held,
        planned=(health.expected(of_period) or None) if known else None,
        decisions=len(decisions),
        done=sum(promised and not left for promised, left in decisions),
        without=sum(not promised for promised, _left in decisions),
        whole=facts.whole,
    )


def _decided(scope: Scope) -> dict[int, list[tuple[bool, bool]]]:
    """By body: of each decision whether something was promised, and whether something is left to do."""
    told: dict[int, list[tuple[bool, bool]]] = defaultdict(list)
    rows = decisions(scope).filter(meeting__body__isnull=False)
    for body, promised, left in rows.values_list("meeting__body", "promised", "left"):
        told[body].append((promised, left))
    return told
