"""A place with something of every kind that a report tells of, so many times."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from baithak.budget.models import Budget, Result
from baithak.coordination import models as coordination
from baithak.dialogue.analysis import plain
from baithak.dialogue.models import Dialogue, Run, Statement, StatementState, Wording, WordingKind
from baithak.exchange.models import Adoption, Lesson
from baithak.network.models import Place
from baithak.panel.models import Panel
from baithak.plan import models as plans
from baithak.report.disclosure import HexMap, PublishedMap, PublishedStatement, Share
from factories import desk as made

__all__ = ["busy", "dialogue", "released"]

#: Names of organisations differ within a place.
_DEPARTMENTS = itertools.count(1)
HIDDEN = Share("hidden", None, None, None)


def dialogue(
    place: Place, title: str, *, opens: datetime, closes: datetime | None, **fields: Any
) -> Dialogue:
    kept = {
        "state": "closed" if closes else "open", "visibility": "public", "opens": opens, "closes": closes,
        "languages": ["en"], "texts": {"en": {"title": title, "question": f"What of {title}?"}},
    }  # fmt: skip
    return Dialogue._unscoped.create(place=place, **{**kept, **fields})


def released(of: Dialogue, people: int | None = 60, text: str = "Lamps along the quay") -> Run:
    """A map that is out, with one statement that all agree on."""
    statement = Statement._unscoped.create(
        dialogue=of, number=1, state=StatementState.ACCEPTED, received=of.opens
    )
    Wording._unscoped.create(
        statement=statement, language="en", text=text, kind=WordingKind.ORIGINAL
    )
    one = PublishedStatement(
        "1", text, None, None, {}, HIDDEN, HIDDEN, None, None, None, None, None, ()
    )
    told = PublishedMap(
        k=10, tense=False, participants=people, votes=people, axes=(), groups=(), others=False,
        undivided=False, one_continuum=True, repeats=0, statements=(one,), common_ground=("1",),
        no_ground=(), dividing=(), depth=None, breadth=None, effective=None, missing=(), defence=None,
        hexes=HexMap((), 0.0, 0.0, 1.0), method="none", seed=0, version="0", notes=(),
    )  # fmt: skip
    return Run._unscoped.create(
        dialogue=of, revision=1, method="none", version="0", computed=of.opens, seconds=0,
        participants=63, votes=63, released=True, result="{}", table="", published=json.dumps(plain(told)),
    )  # fmt: skip


def busy(
    place: Place, other: Place | None, day: date, *, times: int = 1, level: str = "public", mark: str = "",
    practice: Any = None,
) -> None:  # fmt: skip
    """``times`` of everything around this day, at this level, each with ``mark`` in its words.

    ``other`` is a place that is asked and asks; without one there is no request. ``practice`` is one of another place that is taken up (once: a place takes a practice up once).
    """
    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC"))
    names = iter(range(1, 1000))

    def name(what: str) -> str:
        return f"{what} {next(names)} {mark}".strip()

    for number in range(times):
        talk = dialogue(
            place, name("Dialogue"), opens=at - timedelta(days=20), closes=at, visibility=level
        )
        released(talk, text=name("Statement"))
        money = Budget._unscoped.create(
            place=place, state="closed", visibility=level, opens=at - timedelta(days=30), closes=at,
            languages=["en"], texts={"en": {"title": name("Budget"), "question": "Where?"}}, envelope=600,
            currency="INR", count_state="counted",
        )  # fmt: skip
        Result._unscoped.create(
            budget=money, revision=1, version="0", computed=at, seconds=0, ballots=50, root="0" * 64,
            outcome="{}",
            published=json.dumps(
                {"k": 10, "participants": 50, "result": {"cost": 400, "selected": [1, 2]}}
            ),
        )  # fmt: skip
        Panel._unscoped.create(
            place=place, state="closed", visibility=level, opens=at - timedelta(days=20), closes=at,
            languages=["en"], texts={"en": {"title": name("Panel"), "question": "Who?"}}, size=12,
            keep_until=day + timedelta(days=60), frozen=at, seated=at,
        )  # fmt: skip
        of = made.plan(
            place, name("Plan"), visibility=level, begins=day - timedelta(days=300),
            ends=day + timedelta(days=300), decided_on=day - timedelta(days=290),
        )  # fmt: skip
        owner = made.make.organisation(
            place, f"Works department {next(_DEPARTMENTS)}", types=["local_government"]
        )
        done = {"state": "done", "done_on": day, "owner": owner}
        made.action(of, name("Action done"), due=day, **done)
        made.action(of, name("Action late"), state="running", due=day - timedelta(days=3))
        made.action(of, name("Action under way"), state="running", prevention_level="secondary")
        made.action(of, name("Action to come"), due=day + timedelta(days=92))
        stopped = made.action(of, name("Action dropped"), state="dropped")
        plans.ActionStep._unscoped.create(
            action=stopped, day=day, text=f"No money {mark}", state="dropped"
        )
        indicator = plans.Indicator._unscoped.create(
            plan=of, number=1, kind="outcome", baseline=10, baseline_on=day - timedelta(days=200),
            target=50, target_on=day + timedelta(days=100), **made.told(title=name("Evenings"), unit="evenings"),
        )  # fmt: skip
        plans.Reading._unscoped.create(indicator=indicator, day=day, value=30, source="Counted")
        plans.Indicator._unscoped.create(
            plan=of, number=2, kind="output", **made.told(title=name("Lamps"), unit="lamps")
        )
        body = made.body(place, name("Committee"), visibility=level, rhythm="monthly", begins=day - timedelta(days=200))  # fmt: skip
        held = made.meeting(place, name("Meeting"), body=body, state="held", visibility=level)
        coordination.Meeting._unscoped.filter(pk=held.pk).update(on=day)
        decision = coordination.Decision._unscoped.create(
            meeting=held, number=1, **made.told(title=name("Decision"))
        )
        stopped = made.meeting(place, name("Cancelled"), state="cancelled", visibility=level)
        coordination.Meeting._unscoped.filter(pk=stopped.pk).update(on=day)
        ahead = made.meeting(place, name("Meeting to come"), visibility=level)
        coordination.Meeting._unscoped.filter(pk=ahead.pk).update(on=day + timedelta(days=92))
        workshop = made.workshop(
            place, name("Workshop"), visibility=level, begins=day, ends=day, state="reported"
        )
        takeaway = coordination.Takeaway._unscoped.create(
            workshop=workshop, number=1, **made.told(title=name("Takeaway"))
        )
        coordination.Participants._unscoped.create(
            workshop=workshop, role="mayor", country="LK", organisation_type="cso", people=21
        )
        kept = {"state": "done", "done_on": day, "due": day, "decision": decision}
        made.commitment(place, name("Commitment kept"), visibility=level, **kept)
        made.commitment(
            place, name("Commitment late"), visibility=level, due=day - timedelta(days=2), takeaway=takeaway
        )  # fmt: skip
        made.commitment(
            place, name("Commitment to come"), visibility=level, due=day + timedelta(days=92)
        )
        dropped = made.commitment(
            place, name("Commitment dropped"), visibility=level, state="dropped"
        )
        coordination.CommitmentStep._unscoped.create(
            commitment=dropped, day=day, text=f"Not now {mark}", state="dropped"
        )
        if other is not None:
            made.request(place, other, name("Request"), sent_on=day - timedelta(days=9), state="answered", answered_on=day)  # fmt: skip
            made.request(place, other, name("Waiting"), sent_on=day - timedelta(days=9), reply_by=day - timedelta(days=1))  # fmt: skip
            made.request(other, place, name("Asked"), sent_on=day - timedelta(days=4))
        feast = made.day(place, name("Feast"), visibility=level, begins=day, ends=day)
        made.preparation(feast, name("Water"), done_on=day - timedelta(days=2))
        made.day(
            place, name("Feast to come"), visibility=level, begins=day + timedelta(days=92),
            ends=day + timedelta(days=92),
        )  # fmt: skip
        Lesson._unscoped.create(
            place=place, visibility=level, title=name("Lesson"), text="Ask first.", day=day
        )
        if practice is not None and number == 0:
            Adoption._unscoped.create(
                place=place, practice=practice, visibility=level, state="stopped", outcome="failed",
                reason=f"Dark streets {mark}", begins=day - timedelta(days=5), ends=day,
            )  # fmt: skip
