"""Quiet hours: nobody is written to at night, by the clock of their own place."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from baithak.journal.models import Line
from baithak.network import services
from baithak.network.models import Quiet
from baithak.network.quiet import is_quiet, may_send, zone_of
from baithak.network.scope import PUBLIC
from factories import network as make


@given(st.times(), st.times(), st.times())
def test_each_moment_is_quiet_in_one_direction_alone(clock, begins, ends):
    """What is quiet from a to b is not quiet from b to a, and the other way round."""
    if begins == ends:
        assert not is_quiet(clock, begins, ends)
    else:
        assert is_quiet(clock, begins, ends) != is_quiet(clock, ends, begins)


@pytest.fixture
def officer(db):
    land = make.country(country_code="BD")
    return make.member(make.city(land), "city_officer", "Rahela")


@pytest.mark.parametrize(
    ("hour", "minute", "may"),
    [(15, 0, False), (14, 59, True), (0, 59, False), (1, 0, True)],  # UTC; Dhaka is six hours on
)
def test_by_default_nobody_is_written_to_between_nine_and_seven_there(officer, hour, minute, may):
    assert str(zone_of(officer)) == "Asia/Dhaka"
    assert may_send(officer, datetime(2026, 11, 30, hour, minute, tzinfo=UTC)) is may


def test_where_no_country_has_one_clock_the_servers_counts(db, settings):
    settings.TIME_ZONE = "Asia/Colombo"
    assert str(zone_of(make.member(make.hub(), "hub_secretariat"))) == "Asia/Colombo"
    assert str(zone_of(make.person("Nobody"))) == "Asia/Colombo"


@pytest.mark.parametrize(
    ("begins", "ends", "kept"),
    [
        (time(18), time(8), True),
        (time(18), time(8, 1), False),
        (time(0), time(23), False),
        (time(7), time(6, 59), False),
        (time(9), time(9), True),
    ],
)
def test_at_most_fourteen_hours_are_quiet(officer, begins, ends, kept):
    mine = make.viewer(officer)
    if kept:
        services.choose_quiet_hours(begins=begins, ends=ends, by=mine)
    else:
        with pytest.raises(ValidationError, match="14 hours"):
            services.choose_quiet_hours(begins=begins, ends=ends, by=mine)
    assert Quiet.objects.seen_by(mine).count() == int(kept)


def test_the_page_refuses_too_many_and_keeps_nothing_of_it(officer):
    client = make.sign_in(officer)
    sent = {"digest": "weekly", "begins": "06:00", "ends": "22:00"}
    answer = client.post("/en/news/letters/", sent)
    assert (answer.status_code, "At most 14 hours" in answer.text) == (422, True)
    assert not Line.objects.filter(verb="home.choose_digest").exists()


def test_chosen_hours_count_and_are_nobody_elses_business(officer):
    other = make.member(make.city(), "city_officer", "Somebody else")
    mine = make.viewer(officer)
    services.choose_quiet_hours(begins=time(9), ends=time(17), by=mine)
    services.choose_quiet_hours(begins=time(9), ends=time(18), by=mine)
    assert may_send(officer, datetime(2026, 11, 30, 15, 0, tzinfo=UTC)) is True
    assert may_send(officer, datetime(2026, 11, 30, 11, 0, tzinfo=UTC)) is False
    assert [str(q) for q in Quiet.objects.seen_by(mine)] == ["09:00-18:00"]
    assert list(Quiet.objects.seen_by(make.viewer(other))) == []
    assert list(Quiet.objects.seen_by(PUBLIC)) == []
    lines = Line.objects.filter(verb="network.choose_quiet_hours")
    assert [line.detail for line in lines] == ["{}", "{}"]


def test_nobody_in_particular_has_no_hours(db):
    with pytest.raises(PermissionDenied):
        services.choose_quiet_hours(begins=time(9), ends=time(17), by=PUBLIC)
    assert not Quiet.objects.seen_by(PUBLIC).exists()


def test_without_its_journal_line_nothing_changes(officer, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr("baithak.network.services.quiet.journal.write", broken)
    with pytest.raises(RuntimeError, match="no journal"):
        services.choose_quiet_hours(begins=time(9), ends=time(17), by=make.viewer(officer))
    assert list(Quiet.objects.seen_by(make.viewer(officer))) == []
