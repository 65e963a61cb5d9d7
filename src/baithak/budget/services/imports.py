"""Elections from elsewhere: a file becomes a closed budget that waits to be counted, or nothing does."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.budget import analysis
from baithak.budget.models import (
    Ballot,
    Budget,
    CountState,
    Project,
    ProjectState,
    ProjectWording,
    Source,
    Utility,
    Way,
    WordingKind,
)
from baithak.budget.models.project import LONGEST
from baithak.budget.services.budgets import note
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import Channel, Place, State, Visibility
from baithak.network.scope import Viewer

__all__ = ["import_election"]

_AT_ONCE = 2_000
_WAYS = {
    "approval": Way.APPROVAL, "choose-1": Way.APPROVAL,
    "cumulative": Way.POINTS, "scoring": Way.POINTS,
}  # fmt: skip


@transaction.atomic
def import_election(
    *,
    told: Mapping[str, Any],
    place: Place,
    by: Viewer,
    language: str = "en",
    title: str = "",
    question: str = "",
    attribution: str = "",
    source_url: str = "",
    public: bool = False,
) -> Budget:
    """A closed budget with the projects and ballots of a file, counted by the worker.

    ``told`` is what ``engine.budget.plain`` made of the file. Names of voters and whatever else it
    says of them are not kept: a ballot gets random signs and no date. ``public`` is for the hub
    itself: people ask for it with a second person.

    Raises
    ------
    ValidationError
        The ballots are ranked, or points are no whole numbers; an amount has fractions of a cent;
        the file names no title and the caller neither.
    """
    if public and not by.system:
        raise PermissionDenied(_("Publishing takes a second person: ask for it."))
    way = _way(told)
    meta: Mapping[str, str] = told["meta"]
    named = title or _fitting(meta.get("description", ""), 120)
    if not named:
        raise ValidationError({"title": _("The file names no title: write one.")})
    texts = {"title": named, "question": question or _("Which projects should be paid for?")}
    now = timezone.now()
    budget = Budget(
        place=place,
        owner_id=by.user_id,
        texts=network.checked_texts({language: texts}),
        languages=[language],
        envelope=_amount(told["budget"]),
        currency=_currency(meta),
        way=way,
        utility=Utility.POINTS if way == Way.POINTS else Utility.COST,
        most_projects=_whole(meta, "max_length", 500) if way == Way.APPROVAL else None,
        points=_whole(meta, "max_sum_points", 1000) or 10,
        attribution=attribution,
        source_url=source_url,
        closes=_day(meta.get("date_end", "")),
        state=State.CLOSED,
        visibility=Visibility.PUBLIC if public else Visibility.MECHANISM,
        imported=True,
        sealed=now,
        count_state=CountState.WAITING,
    )
    budget.full_clean(exclude=["owner", "place"])
    budget.save()
    _projects(budget, told["projects"], language)
    ballots = [
        Ballot(
            budget=budget,
            pid=secrets.token_bytes(32),
            channel=Channel.IMPORTED,
            choices=choices,
            salt=secrets.token_bytes(32),
            day=timezone.localdate(budget.closes or now),
        )
        for choices in _choices(told["ballots"])
    ]
    # In an order that tells nothing of the file's.
    ballots.sort(key=lambda ballot: bytes(ballot.pid))
    Ballot._unscoped.bulk_create(ballots, batch_size=_AT_ONCE)
    budget.ballot_root = analysis.ballot_root((bytes(b.salt or b""), b.choices) for b in ballots)
    budget.save(update_fields=["ballot_root"])
    note(
        budget, "import", by,
        projects=str(len(told["projects"])), ballots=str(len(ballots)),
        ballot_root=budget.ballot_root,
    )  # fmt: skip
    return budget


def _way(told: Mapping[str, Any]) -> Way:
    way = _WAYS.get(told["vote_type"])
    if way is None:
        raise ValidationError(
            _(
                "The ballots of this file are ranked. Pages explain approval and points only: "
                "count it with “baithak budget count”."
            )
        )
    if told["points_scale"] != 1:
        raise ValidationError(
            _(
                "Some ballots give fractions of a point, which pages cannot show: "
                "count it with “baithak budget count”."
            )
        )
    return way


def _amount(text: str) -> Decimal:
    """Money as it is kept: at most two decimals."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("0.001")
    if amount != amount.quantize(Decimal("0.01")) or amount >= Decimal(10) ** 14:
        raise ValidationError(
            _("The amount %(amount)s has more than two decimals, or is too large to be kept here.")
            % {"amount": text}
        )
    return amount


def _currency(meta: Mapping[str, str]) -> str:
    """XXX is the code for no currency in ISO 4217."""
    told = meta.get("currency", "").strip().upper()
    return told if len(told) == 3 and told.isascii() and told.isalpha() else "XXX"


def _whole(meta: Mapping[str, str], key: str, most: int) -> int | None:
    told = meta.get(key, "").strip()
    return int(told) if told.isascii() and told.isdigit() and 0 < int(told) <= most else None


def _day(text: str) -> datetime | None:
    """Noon of a day written as 2024-10-31 or 31.10.2024; ``None`` for anything else."""
    parts = text.strip().split("-") if "-" in text else text.strip().split(".")[::-1]
    try:
        year, month, day = map(int, parts)
        return datetime.combine(date(year, month, day), datetime.min.time(), UTC).replace(hour=12)
    except ValueError:
        return None


def _fitting(text: str, longest: int) -> str:
    """A line without invisible signs, cut where it is too long."""
    told = " ".join(wording.visible(text.replace("\n", " ")).split())
    return told if len(told) <= longest else told[: longest - 1].rstrip() + "…"


def _projects(budget: Budget, told: list[dict[str, Any]], language: str) -> None:
    """The file's projects in its order. What costs nothing is shown, and is not on the ballot."""
    today = timezone.localdate()
    rows = []
    for number, one in enumerate(told, start=1):
        cost = _amount(one["cost"])
        free = cost <= 0
        rows.append(
            Project(
                budget=budget,
                number=number,
                source=Source.DEPARTMENT,
                state=ProjectState.DECLINED if free else ProjectState.ACCEPTED,
                cost=None if free else cost,
                decision={"en": "The file names no cost."} if free else {},
                handle=uuid.uuid4(),
                received=today,
            )
        )
    Project._unscoped.bulk_create(rows, batch_size=_AT_ONCE)
    kept = Project._unscoped.filter(budget=budget).order_by("number")
    ProjectWording._unscoped.bulk_create(
        [
            ProjectWording(
                project=row,
                language=language,
                title=_fitting(one["name"] or one["id"], LONGEST["title"]) or str(row.number),
                kind=WordingKind.ORIGINAL,
            )
            for row, one in zip(kept, told, strict=True)
        ],
        batch_size=_AT_ONCE,
    )


def _choices(groups: list[list[Any]]) -> Iterator[str]:
    """Each ballot as it is kept: project numbers, with points where they are spread."""
    for weight, places, points in groups:
        given = [None] * len(places) if points is None else points
        pairs = sorted(zip((place + 1 for place in places), given, strict=True))
        text = ",".join(f"{n}" if given is None else f"{n}:{given}" for n, given in pairs)
        for _ballot in range(weight):
            yield text
