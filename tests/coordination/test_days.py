"""The shared calendar: months and years, days that come again, days that move, what is to be prepared now."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from baithak.coordination.models import Day, Preparation
from baithak.coordination.occurrences import before, coming, occurrences
from baithak.coordination.queries import days as queries
from baithak.coordination.queries import desk
from baithak.coordination.queries import meetings as meeting_queries
from baithak.coordination.services import days as services
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make.two_cities()


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def written(team, begins=None, *, title="New year", level="mechanism", **told):
    made = services.begin(
        place=team.place, by=team.officer,
        **{"kind": "joyful", "begins": begins or today(10), "ends": None, "language": "en",
           "texts": {"title": title}, **told},
    )  # fmt: skip
    Day._unscoped.filter(pk=made.pk).update(visibility=level)
    made.refresh_from_db()
    return made


def line(day, team, text="Ask the elders", days_before=14, **told):
    return services.add_preparation(
        day=day, language="en", text=text, days_before=days_before, by=team.officer, **told
    )


def text(response):
    return response.content.decode()


# --- dates


@given(
    st.dates(date(1990, 1, 1), date(2080, 12, 31)),
    st.integers(0, 50),
    st.sampled_from(["once", "yearly", "moves"]),
    st.dates(date(1990, 1, 1), date(2080, 12, 31)),
    st.integers(0, 800),
)
def test_what_is_shown_touches_the_time_that_was_asked_for(begins, long, repeats, first, window):
    day = SimpleNamespace(begins=begins, ends=begins + timedelta(days=long), repeats=repeats)
    last = first + timedelta(days=window)
    found = occurrences(day, first, last)
    assert all(one.begins <= last and one.ends >= first for one in found)
    assert all((one.ends - one.begins).days == long for one in found)
    assert found == sorted(set(found))
    if repeats != "yearly":
        assert len(found) <= 1
    # In a whole year a yearly day begins exactly once.
    if repeats == "yearly" and first.year > begins.year:
        year = occurrences(day, date(first.year, 1, 1), date(first.year, 12, 31))
        assert sum(one.begins.year == first.year for one in year) == 1
    when = coming(day, first)
    assert when is None or when.ends >= first
    if when is not None:
        assert before(day, when) < when.begins or long > 364


def test_the_29th_of_february_is_the_last_day_of_every_february():
    day = SimpleNamespace(begins=date(2028, 2, 29), ends=date(2028, 2, 29), repeats="yearly")
    found = occurrences(day, date(2028, 1, 1), date(2032, 12, 31))
    assert [str(one.begins) for one in found] == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


# --- written down


def test_it_begins_with_the_team_and_leaves_a_line(world):
    made = written(world.one)
    assert (made.visibility, made.ends) == ("mechanism", made.begins)
    told = Line.objects.order_by("n").last()
    assert (told.verb, told.place) == ("coordination.begin_day", world.one.place.slug)
    assert queries.day(world.one.officer, day=made.pk) == made
    for stranger in (world.one.partner, world.other.officer, PUBLIC):
        assert queries.day(stranger, day=made.pk) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": {"title": ""}},
        {"texts": {"title": "Ring 0771234567"}},
        {"kind": "sad"},
        {"repeats": "weekly"},
        {"ends": timezone.localdate()},
        {"ends": timezone.localdate() + timedelta(days=90)},
    ],
)
def test_what_does_not_fit_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        written(world.one, **wrong)
    assert not Day._unscoped.exists()


def test_a_broken_journal_changes_nothing(world, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        written(world.one)
    assert not Day._unscoped.exists()


def test_a_day_is_told_in_several_languages(world):
    made = written(world.one)
    services.change(day=made, kind="joyful", begins=made.begins, ends=None, language="ta",
                    texts={"title": "புத்தாண்டு"}, by=world.one.officer)  # fmt: skip
    made.refresh_from_db()
    assert made.languages == ["en", "ta"]
    assert made.texts["ta"]["title"] == "புத்தாண்டு"


def test_days_of_all_communities_stand_in_one_calendar(world):
    first, second = today().replace(day=1), today().replace(day=28)
    one = written(world.one, first, title="Eid", level="network", kind="both")
    other = written(world.other, first, title="Vesak", level="public")
    hidden = written(world.other, first, title="Council")
    seen = queries.between(world.one.officer, first, second)
    assert [found.day for found in seen] == [one, other]
    assert hidden not in [found.day for found in seen]
    assert [f.day for f in queries.between(PUBLIC, first, second)] == [other]
    assert [f.day for f in queries.between(world.one.officer, first, second, kind="both")] == [one]
    there = queries.between(world.one.officer, first, second, place=world.other.place.slug)
    assert [f.day for f in there] == [other]


# --- days that move


def test_a_day_that_moves_asks_for_its_next_date(world):
    made = written(world.one, today(1), repeats="moves")
    step = line(made, world.one)
    services.prepared(preparation=step, done=True, by=world.one.officer)
    assert list(queries.without_date(world.one.officer, today())) == []
    Day._unscoped.filter(pk=made.pk).update(begins=today(-5), ends=today(-4))
    made.refresh_from_db()
    assert list(queries.without_date(world.one.officer, today())) == [made]
    assert list(queries.without_date(world.other.officer, today())) == []
    with pytest.raises(ValidationError, match="after the one before"):
        services.set_next(day=made, begins=today(-4), ends=None, by=world.one.officer)
    services.set_next(day=made, begins=today(340), ends=today(341), by=world.one.officer)
    made.refresh_from_db()
    assert (made.begins, made.ends) == (today(340), today(341))
    assert [one.done for one in queries.steps(world.one.officer, made, today())] == [False]
    with pytest.raises(RefusedError, match="fixed"):
        services.set_next(
            day=written(world.one), begins=today(400), ends=None, by=world.one.officer
        )


# --- preparation


def test_what_is_due_now_is_told_to_the_team_alone(world):
    soon = written(world.one, today(10), level="network")
    due, later = (
        line(soon, world.one, days_before=14),
        line(soon, world.one, "Speak", days_before=3),
    )
    assert [one.step.preparation for one in queries.due_now(world.one.officer, today())] == [due]
    assert queries.due_now(world.one.officer, today(7))[-1].step.preparation == later
    assert queries.due_now(world.one.partner, today()) == []
    assert queries.due_now(world.other.officer, today()) == []
    services.prepared(preparation=due, done=True, by=world.one.officer)
    assert queries.due_now(world.one.officer, today()) == []


def test_what_was_done_last_year_is_to_be_done_again(world):
    made = written(world.one, today(-360), repeats="yearly")
    step = line(made, world.one)
    Preparation._unscoped.filter(pk=step.pk).update(done_on=today(-370))
    (told,) = queries.steps(world.one.officer, made, today())
    assert (told.done, told.due) == (False, True)
    Preparation._unscoped.filter(pk=step.pk).update(done_on=today(-1))
    (told,) = queries.steps(world.one.officer, made, today())
    assert told.done


def test_a_yearly_day_is_told_of_again_whenever_it_comes(world):
    long_ago = today(10) - timedelta(days=3 * 366)
    made = written(world.one, long_ago.replace(day=min(long_ago.day, 28)), repeats="yearly")
    step = line(made, world.one, days_before=40)
    when = coming(made, today())
    first, last = when.begins - timedelta(days=2), when.begins + timedelta(days=2)
    assert [one.when for one in queries.between(world.one.officer, first, last)] == [when]
    assert [one.when for one in desk.days_ahead(world.one.officer, made.place, first, last)] == [
        when
    ]
    touching = meeting_queries.days_touching(world.one.officer, made.place, [last])
    assert [one.when for one in touching] == [when]
    on = when.begins - timedelta(days=5)
    assert [one.step.preparation for one in queries.due_now(world.one.officer, on)] == [step]
    (told,) = desk.to_prepare(world.one.officer, on)
    assert (told.preparation, told.due) == (step, when.begins - timedelta(days=40))
    gone = written(world.one, long_ago)  # control: once is over
    assert gone not in [one.day for one in queries.between(world.one.officer, first, last)]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(9999, 12, 31)])
def test_a_day_that_nobody_means_is_refused(world, day):
    with pytest.raises(ValidationError, match="between 1900 and 2200"):
        written(world.one, day, repeats="yearly")
    moves = written(world.one, today(-1), repeats="moves")
    with pytest.raises(ValidationError):
        services.set_next(day=moves, begins=day, ends=None, by=world.one.officer)


def test_an_organisation_is_named_to_those_who_may_know_it_alone(world, client):
    made = written(world.one, level="public")
    line(made, world.one, organisation=people.organisation(world.one.place, "Canal traders"))
    address = made.get_absolute_url()
    assert "Canal traders" in text(people.sign_in(world.one.users["partner"]).get(address))
    for reader in (client, people.sign_in(world.other.users["city_officer"])):
        page = text(reader.get(address))
        assert "Canal traders" not in page
        assert "an organisation of the place" in page
    assert [one.organisation for one in queries.steps(PUBLIC, made, today())] == [None]


def test_a_line_names_an_organisation_of_the_place(world):
    made = written(world.one)
    mine, foreign = people.organisation(world.one.place), people.organisation(world.other.place)
    assert line(made, world.one, organisation=mine).number == 1
    with pytest.raises(ValidationError, match="of this place"):
        line(made, world.one, organisation=foreign)
    with pytest.raises(ValidationError, match="366"):
        line(made, world.one, days_before=400)
    assert line(made, world.one).number == 2


# --- pages


def test_from_writing_a_day_down_to_preparing_it(world):
    officer = people.sign_in(world.one.users["city_officer"])
    address = f"/en/coordination/at/{world.one.place.slug}/day/new/"
    told = {"title": "Vesak", "kind": "joyful", "begins": today(5).isoformat(), "ends": "",
            "repeats": "yearly", "description": "", "language": "en"}  # fmt: skip
    assert "Only your team sees it so far." in text(officer.post(address, told, follow=True))
    made = Day._unscoped.get()
    answer = officer.post(
        f"{made.get_absolute_url()}prepare/",
        {"text": "Lamps", "organisation": "", "days_before": 20, "language": "en"}, follow=True,
    )  # fmt: skip
    assert "To do now" in text(answer)
    listed = text(officer.get(f"/en/coordination/calendar/?month={today(5):%Y-%m}"))
    assert "To prepare now" in listed
    assert "Vesak" in listed
    step = Preparation._unscoped.get()
    answer = officer.post(f"/en/coordination/preparation/{step.pk}/done/", follow=True)
    assert "Not done yet" in text(answer)
    officer.post(f"/en/coordination/preparation/{step.pk}/done/", {"undo": "1"})
    step.refresh_from_db()
    assert step.done_on is None
    answer = officer.post(f"/en/coordination/preparation/{step.pk}/remove/", follow=True)
    assert "Nothing is on the list yet." in text(answer)
    officer.post(f"{made.get_absolute_url()}remove/")
    assert not Day._unscoped.exists()


def test_a_year_and_its_neighbours(world, client):
    written(world.one, date(2027, 4, 13), level="public", repeats="yearly", title="Aluth avurudda")
    page = text(client.get("/en/coordination/calendar/?year=2031"))
    assert "Aluth avurudda" in page
    assert "April" in page
    assert "?year=2030" in page
    assert "?year=2032" in page
    for odd in ("?year=99999", "?month=2027-13", "?month=x&place=%00", "?year=0001"):
        assert client.get(f"/en/coordination/calendar/{odd}").status_code == 200
    december = text(client.get("/en/coordination/calendar/?month=2026-12"))
    assert "?month=2027-01" in december


def test_an_empty_calendar_says_what_to_do(world, client):
    assert "Places decide themselves" in text(client.get("/en/coordination/calendar/"))
    officer = people.sign_in(world.one.users["city_officer"])
    assert "Ask each community" in text(officer.get("/en/coordination/calendar/"))


def test_a_form_says_what_is_wrong(world):
    officer = people.sign_in(world.one.users["city_officer"])
    made = written(world.one)
    answer = officer.post(
        f"{made.get_absolute_url()}prepare/", {"text": "", "days_before": 7, "language": "en"}
    )
    assert (answer.status_code, "This field is required" in text(answer)) == (422, True)
    answer = officer.post(
        f"{made.get_absolute_url()}next/", {"begins": today(400).isoformat()}, follow=True
    )
    assert "This day does not move" in text(answer)


def test_the_feed_holds_public_days_alone_and_the_file_what_one_may_see(world, client):
    shown = written(world.one, level="public", title="Shown")
    written(world.one, title="Kept inside")
    feed = client.get(f"/en/coordination/{world.one.place.slug}/calendar.ics")
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY;LANGUAGE=en:Shown" in text(feed)
    assert "Kept inside" not in text(feed)
    assert f"UID:day-{shown.pk}@testserver" in text(feed)
    officer = people.sign_in(world.one.users["city_officer"])
    # The feed is the same for everybody, the file is the viewer's own.
    assert "Kept inside" not in text(
        officer.get(f"/en/coordination/{world.one.place.slug}/calendar.ics")
    )
    assert "Kept inside" in text(officer.get("/en/coordination/calendar.ics"))
    assert "Kept inside" not in text(client.get("/en/coordination/calendar.ics"))
    assert client.get("/en/coordination/nowhere/calendar.ics").status_code == 404


def test_more_people_see_it_with_a_second_person(world):
    made = written(world.one)
    officer = people.sign_in(world.one.users["city_officer"])
    officer.post(f"{made.get_absolute_url()}share/", {"to": "public", "reason": "For everybody."})
    from baithak.network.models import TwoPersonAct

    network.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=world.one.mayor)
    made.refresh_from_db()
    assert made.visibility == "public"
    officer.post(f"{made.get_absolute_url()}narrow/", {"to": "city"})
    made.refresh_from_db()
    assert made.visibility == "city"


@pytest.mark.parametrize("many", [1, 3])
def test_a_calendar_takes_the_same_queries_whatever_it_holds(
    world, many, django_assert_num_queries
):
    for number in range(many):
        line(
            written(world.one, today()),
            world.one,
            organisation=people.organisation(world.one.place, f"Canal {number}"),
        )
    officer = people.sign_in(world.one.users["city_officer"])
    officer.get("/en/coordination/calendar/")
    with django_assert_num_queries(12):
        officer.get("/en/coordination/calendar/")
