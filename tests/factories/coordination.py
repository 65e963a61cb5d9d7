"""What happens between offices, for tests: one builder for each noun."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from baithak.coordination.models import Body, Commitment, Meeting, Seat, Series, Takeaway, Workshop
from baithak.coordination.queries import commitments as commitment_queries
from baithak.coordination.queries import workshops as workshop_queries
from baithak.coordination.services import bodies as body_services
from baithak.coordination.services import commitments as commitment_services
from baithak.coordination.services import meetings as meeting_services
from baithak.coordination.services import series as series_services
from baithak.coordination.services import workshops as workshop_services


# --- series, workshops, commitments
def series(team: SimpleNamespace, title: str = "Walks across the canal", **texts: str) -> Series:
    """A series of a team's place."""
    return series_services.begin(
        place=team.place, language="en", texts={"title": title, **texts}, by=team.officer
    )


def workshop(team: SimpleNamespace, title: str = "Second workshop", **told: Any) -> Workshop:
    """A workshop of a team's place that was held a month ago."""
    day = told.pop("day", timezone.localdate() - timedelta(days=30))
    state = told.pop("state", "held")
    texts = {name: told.pop(name) for name in tuple(told) if name in Workshop.LONGEST}
    made = workshop_services.begin(
        place=team.place,
        language=told.pop("language", "en"),
        texts={"title": title, **texts},
        by=team.officer,
        **{"begins": day, "ends": day + timedelta(days=1), **told},
    )
    if state == "held":
        workshop_services.mark(workshop=made, state="held", by=team.officer)
        made.refresh_from_db()
    return made


def takeaway(team: SimpleNamespace, of: Workshop, title: str = "Light the canal path") -> Takeaway:
    """What everybody takes home."""
    return workshop_services.add_item(
        workshop=of, kind="takeaway", language="en", texts={"title": title}, by=team.officer
    )


def people_rows(*counts: tuple[str, str, str, int]) -> list[dict[str, Any]]:
    """Rows of role, country, type of organisation and people."""
    names = ("role", "country", "organisation_type", "people")
    return [dict(zip(names, row, strict=True)) for row in counts]


def reported(team: SimpleNamespace, of: Workshop) -> Workshop:
    """Its report is out; whatever names stand in it were looked at."""
    flags = workshop_queries.flags(team.officer, of)
    names = [name for flag in flags for name in flag.names]
    return workshop_services.report(workshop=of, looked=names, by=team.officer)


def commitment(
    team: SimpleNamespace, title: str = "Two lamps on the canal path", **told: Any
) -> Commitment:
    """A promise of a team's place, due in ten days; ``of`` is a takeaway."""
    of = told.pop("of", None)
    origin = commitment_queries.source(team.officer, {"takeaway": str(of.pk)}) if of else None
    told = {"owner": None, "due": timezone.localdate() + timedelta(days=10), **told}
    return commitment_services.begin(
        place=team.place, language="en", texts={"title": title}, origin=origin,
        by=team.officer, **told,
    )  # fmt: skip


def public(thing: Any) -> Any:
    """Seen by everybody, without the two people."""
    type(thing)._unscoped.filter(pk=thing.pk).update(visibility="public")
    thing.refresh_from_db()
    return thing


# --- bodies and meetings
def body(team: SimpleNamespace, title: str = "Peace committee of the canal", **told: Any) -> Body:
    """A body of a team's place that meets every three months."""
    texts = {name: told.pop(name) for name in tuple(told) if name in Body.LONGEST}
    return body_services.begin(
        place=team.place,
        language=told.pop("language", "en"),
        texts={"title": title, **texts},
        by=team.officer,
        **{"kind": "peace_committee", **told},
    )


def seat(team: SimpleNamespace, of: Body, title: str = "Traders", **told: Any) -> Seat:
    """A seat of a body."""
    return body_services.add_seat(
        body=of, language="en", texts={"title": title}, by=team.officer, **told
    )


def meeting(
    team: SimpleNamespace, of: Body | None = None, title: str = "Canal evening", **told: Any
) -> Meeting:
    """A meeting that is planned; ``days`` from today (below zero: ago)."""
    day = timezone.localdate() + timedelta(days=told.pop("days", 7))
    return meeting_services.begin(
        place=team.place,
        language="en",
        texts={"title": title, "purpose": told.pop("purpose", "")},
        by=team.officer,
        **{"body": of, "on": day, **told},
    )


def held(
    team: SimpleNamespace, of: Body | None = None, *, present: int | None = None, **told: Any
) -> Meeting:
    """A meeting that took place, a week ago unless ``days`` says otherwise."""
    made = meeting(team, of, **{"days": -7, **told})
    return meeting_services.hold(meeting=made, present=present, by=team.officer)
