"""Figures about people, as the rooms that hold them put them under the small-cell rule (R6, R7).

A dialogue's people are those of the map that was released last, a budget's those of its newest count,
a workshop's those of its report: the same on every page and for every period, so that no two reports
can be subtracted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from baithak.budget.models import Budget, CountState, Result
from baithak.coordination.models import Participants, Workshop
from baithak.dialogue import queries as dialogues
from baithak.dialogue.models import Dialogue, Run, Statement, StatementState
from baithak.network.scope import SYSTEM
from baithak.report.participants import PublishedParticipants, published_participants

__all__ = ["Heard", "Shared", "came", "heard", "shared_out"]

#: So many statements that all groups agree on are told of each dialogue.
MOST = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """A dialogue, and what its released map says. ``people`` None with a map: fewer than ``k``."""

    dialogue: Dialogue
    has_map: bool = False
    people: int | None = None
    k: int = 10
    common_ground: tuple[dialogues.Shown, ...] = ()


def heard(found: Sequence[Dialogue]) -> list[Heard]:
    """These dialogues with their maps: three questions, whatever there is of them."""
    released = Run.objects.seen_by(SYSTEM).filter(released=True)
    maps = _newest(released, "dialogue", found)
    best = {pk: [int(n) for n in told["common_ground"][:MOST]] for pk, told in maps.items()}
    cards = _cards(best)
    return [
        Heard(
            one,
            has_map=True,
            people=maps[one.pk]["participants"],
            k=maps[one.pk]["k"],
            common_ground=tuple(
                cards[one.pk, number].shown for number in best[one.pk] if (one.pk, number) in cards
            ),
        )
        if one.pk in maps
        else Heard(one)
        for one in found
    ]


def _newest(rows: QuerySet[Any], of: str, found: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """What the newest row of each of them has published; no other one is read."""
    newest = rows.filter(**{of: OuterRef(of)}).order_by("-revision").values("pk")[:1]
    told = rows.filter(pk=Subquery(newest), **{f"{of}__in": found}).values_list(of, "published")
    return {pk: json.loads(text) for pk, text in told}


def _cards(best: dict[int, list[int]]) -> dict[tuple[int, int], dialogues.Card]:
    statements = (
        Statement.objects.seen_by(SYSTEM)
        .filter(
            dialogue__in=best,
            number__in={number for told in best.values() for number in told},
            state=StatementState.ACCEPTED,
        )
        .prefetch_related("wordings")
    )
    rows = list(statements)
    of = {row.pk: row.dialogue_id for row in rows}
    return {(of[card.id], card.number): card for card in dialogues.cards(rows)}


@dataclass(frozen=True, slots=True)
class Shared:
    """A budget, and what its newest count says. ``people`` None with a result: fewer than ``k``."""

    budget: Budget
    has_result: bool = False
    people: int | None = None
    k: int = 10
    cost: Any = None
    projects: int = 0


def shared_out(found: Sequence[Budget]) -> list[Shared]:
    """These budgets with their results."""
    counted = [one for one in found if one.count_state == CountState.COUNTED]
    results = _newest(Result.objects.seen_by(SYSTEM), "budget", counted)
    return [
        Shared(
            one,
            True,
            results[one.pk]["participants"],
            results[one.pk]["k"],
            results[one.pk]["result"]["cost"],
            len(results[one.pk]["result"]["selected"]),
        )
        if one.pk in results
        else Shared(one)
        for one in found
    ]


def came(found: Iterable[Workshop]) -> dict[int, PublishedParticipants]:
    """Who came to workshops whose report is out, by workshop."""
    out = [one.pk for one in found if one.is_reported]
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    typed = Participants.objects.seen_by(SYSTEM).filter(workshop__in=out)
    for row in typed.values("workshop", "role", "country", "organisation_type", "people"):
        rows[row["workshop"]].append(dict(row))
    return {pk: published_participants(told) for pk, told in rows.items()}
