"""What is gone on time: who was at a meeting after thirty days, minutes after twelve months (R8, R15)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from baithak.coordination import tasks
from baithak.coordination.models import Attendance, Decision, Meeting, Note
from baithak.coordination.services import forgetting, meetings
from baithak.home.tasks import CHORES
from baithak.journal import retention
from baithak.journal import services as journal
from baithak.journal.models import Line
from factories import coordination as make
from factories import exchange
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr(tasks, "_last", dict.fromkeys(tasks._last, 0.0))
    return exchange.two_cities()


@pytest.fixture
def on(monkeypatch):
    """Travel to a day."""

    def travel(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *a: day)

    return travel


def full(team):
    """A meeting held today, with everything in it."""
    body = make.body(team, quorum=1)
    meeting = make.held(team, body, days=0, present=4)
    meetings.keep_attendance(
        meeting=meeting, organisations=[people.organisation(team.place, "Canal traders")], by=team.officer
    )  # fmt: skip
    meetings.add_decision(meeting=meeting, language="en", texts={"title": "Lamps"}, by=team.officer)
    meetings.add_note(
        meeting=meeting, language="en", texts={"title": "Lamps are out."}, visibility="mechanism",
        by=team.officer,
    )  # fmt: skip
    return meeting


def test_each_class_goes_on_its_day_and_not_before(world, on):
    meeting = full(world.one)
    day = meeting.on
    on(day + timedelta(days=29))
    assert (tasks.forget_attendance(), Attendance._unscoped.count()) == (0, 1)
    tasks._last[forgetting.ATTENDANCE] = 0.0
    on(day + timedelta(days=30))
    assert (tasks.forget_attendance(), Attendance._unscoped.count()) == (1, 0)
    on(forgetting.notes_until(day) - timedelta(days=1))
    assert (tasks.forget_notes(), Note._unscoped.count()) == (0, 1)
    tasks._last[forgetting.NOTES] = 0.0
    on(forgetting.notes_until(day))
    assert (tasks.forget_notes(), Note._unscoped.count()) == (1, 0)
    # What tells nothing about anybody stays.
    kept = Meeting._unscoped.get()
    assert (kept.present, kept.has_quorum, Decision._unscoped.count()) == (4, True, 1)
    page = people.sign_in(world.one.users["city_officer"]).get(meeting.get_absolute_url())
    assert "4 seats were taken. There was a quorum." in page.content.decode()


def test_a_line_proves_it_without_a_number_of_people(world, on):
    meeting = full(world.one)
    on(meeting.on + timedelta(days=400))
    for chore in (tasks.forget_attendance, tasks.forget_notes):
        chore()
    proofs = Line.objects.filter(verb="journal.delete_on_time").order_by("n")
    assert [(p.thing, p.place) for p in proofs] == [
        ("kept:coordination.attendance", world.one.place.slug),
        ("kept:coordination.notes", world.one.place.slug),
    ]
    assert '"rows":"<10"' in proofs[0].detail.replace(" ", "")
    assert '"rows":"1"' in proofs[1].detail.replace(" ", "")
    assert list(journal.verify()) == []


def test_the_clock_knows_what_is_left_and_until_when(world):
    meeting = full(world.one)
    full(world.other)
    left = {one.code: {row.place: row for row in one.left()} for one in retention.classes()
            if one.code in (forgetting.ATTENDANCE, forgetting.NOTES)}  # fmt: skip
    here = left[forgetting.ATTENDANCE][world.one.place.slug]
    assert (here.rows, here.due.date()) == (1, meeting.on + timedelta(days=30))
    assert left[forgetting.NOTES][world.other.place.slug].due.date() == forgetting.notes_until(
        meeting.on
    )


def test_nothing_goes_where_the_proof_cannot_be_written(world, on, monkeypatch):
    meeting = full(world.one)
    on(meeting.on + timedelta(days=40))

    def broken(*_told):
        raise OSError("full")

    monkeypatch.setattr(retention, "ran", broken)
    with pytest.raises(OSError, match="full"):
        tasks.forget_attendance()
    assert Attendance._unscoped.count() == 1


def test_the_worker_does_both(world):
    assert {tasks.forget_attendance, tasks.forget_notes} <= set(CHORES)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_query_and_the_day_agree(today):
    last = forgetting._year_ago(today)
    assert forgetting.notes_until(last) <= today < forgetting.notes_until(last + timedelta(days=1))
