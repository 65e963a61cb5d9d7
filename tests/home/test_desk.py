"""My desk: each person their own, due first, short, and as quick with a thousand things as with one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baithak.home import desk
from factories import desk as made
from factories import network as make

pytestmark = pytest.mark.django_db

#: What no desk of a department may say: its staff run schools and clinics.
SECURITY = ("extremis", "radicalis", "terror", "threat", "suspect", "security", "intelligence")


@pytest.fixture
def city():
    land = make.country(country_code="BD")
    return made.city(land)


def of(city, role):
    return desk.desk(make.viewer(city.people[role]))


def titles(part):
    return [one.title for one in part.items]


def page(user):
    answer = make.sign_in(user).get("/en/desk/")
    assert answer.status_code == 200
    return answer.content.decode()


# --- who meets what
def test_a_department_meets_its_own_tasks_and_nothing_else(city):
    plan = made.plan(city.place)
    made.action(plan, "Clinic hours", owner=city.health, due=made.days(3))
    made.action(plan, "Boat race", owner=city.club, due=made.days(3))
    made.action(plan, "Nobody's yet")
    made.commitment(city.place, "Nurses for the fair", owner=city.health, due=made.days(40))
    made.commitment(city.place, "Boats for the fair", owner=city.club)
    fair = made.day(city.place, on=20)
    made.preparation(fair, "First aid tent", organisation=city.health, days_before=5)
    made.preparation(fair, "Boats in a row", organisation=city.club)
    told = of(city, "department_staff")
    assert titles(told.due) == ["Clinic hours"]
    assert titles(told.mine) == ["First aid tent", "Nurses for the fair"]
    assert titles(told.others) == []
    assert told.running == ()
    text = page(city.people["department_staff"]).lower()
    assert [word for word in SECURITY if word in text] == []
    assert "waits on others" not in text


def test_an_officer_sees_what_nobody_does_as_theirs_and_the_rest_as_others(city):
    plan = made.plan(city.place)
    made.action(plan, "Nobody's yet", due=made.days(30))
    made.action(plan, "Clinic hours", owner=city.health, due=made.days(20))
    made.action(plan, "Late lamps", owner=city.club, due=made.days(-9))
    made.action(plan, "Done already", state="done", done_on=made.days(-1), due=made.days(-3))
    draft = made.plan(city.place, "Not decided", state="draft", decided_on=None)
    made.action(draft, "Only an idea", due=made.days(1))
    made.commitment(city.place, "Open the hall", owner=city.club, due=made.days(2))
    told = of(city, "city_officer")
    assert titles(told.due) == ["Late lamps", "Open the hall"]
    assert [one.late for one in told.due.items] == [True, False]
    assert titles(told.mine) == ["Nobody's yet"]
    assert titles(told.others) == ["Clinic hours"]
    assert told.others.items[0].note == "Health department of Kandarpur"


def test_a_partner_signs_and_learns_what_became_of_what_they_said(city):
    plan = made.plan(city.place)
    made.contribution(plan, city.club, "Ask the boatmen first.")
    made.contribution(
        plan, city.club, "No race at prayer time.", became="The race begins at ten.",
        told_back_on=made.days(-4),
    )  # fmt: skip
    mine = made.action(plan, "Our own race", owner=city.club)
    theirs = made.action(plan, "Clinic hours", owner=city.health)
    made.check(mine)
    check = made.check(theirs)
    told = of(city, "partner")
    assert [(one.kind, one.title) for one in told.mine.items] == [
        ("Check for harm", "Clinic hours"),
        ("Action", "Our own race"),
    ]
    assert [(one.kind, one.title, one.note) for one in told.told] == [
        ("What became of it", "No race at prayer time.", "The race begins at ten."),
        ("No answer yet", "Ask the boatmen first.", ""),
    ]
    # Signed: it waits no more, until its answers change.
    check.sign_offs.create(organisation=city.club, edition=1, agrees=True, on=made.days(0))
    assert titles(of(city, "partner").mine) == ["Our own race"]
    check.edition = 2
    check.save()
    assert titles(of(city, "partner").mine) == ["Clinic hours", "Our own race"]


def test_the_officer_sees_the_same_from_the_other_side(city):
    plan = made.plan(city.place)
    made.contribution(plan, city.club, "Ask the boatmen first.")
    made.check(made.action(plan, "Clinic hours", owner=city.health, due=made.days(50)))
    told = of(city, "city_officer")
    assert [(one.kind, one.note) for one in told.mine.items] == [
        ("Answer owed", "Boat club of Kandarpur")
    ]
    assert [one.kind for one in told.others.items] == ["Action", "Check for harm"]


def test_a_request_waits_at_both_ends(city):
    land, hub = city.place.parent, city.place.hub
    nation = make.member(land, "national_representative")
    secretary = make.member(hub, "hub_secretariat")
    made.request(city.place, land, "Figures on schools", reply_by=made.days(20))
    made.request(city.place, land, "Not sent yet", state="draft", sent_on=None)
    made.request(city.place, land, "Answered", state="answered", answered_on=made.days(-1))
    told = desk.desk(make.viewer(nation))
    assert [(one.kind, one.title, one.place) for one in told.mine.items] == [
        ("Request to answer", "Figures on schools", "Kandarpur")
    ]
    assert [(one.kind, one.title, one.place) for one in of(city, "city_officer").others.items] == [
        ("Request sent", "Figures on schools", "Examplia")
    ]
    assert titles(desk.desk(make.viewer(secretary)).mine) == []
    text = page(nation)
    assert "Figures on schools" in text
    assert not [user.name for user in city.people.values() if user.name in text]


def test_an_auditor_finds_the_journal_and_the_witnesses(city):
    told = of(city, "auditor")
    assert [way.label for way in told.ways] == [
        "Mayor's page: Kandarpur", "Journal: Kandarpur", "Witnesses of the journal",
    ]  # fmt: skip
    assert all(way.address for way in told.ways)


def test_what_a_second_person_confirms_waits_for_others_at_the_first_ones_desk(city):
    from baithak.network import services

    mayor, officer = city.people["mayor"], city.people["city_officer"]
    body = made.body(city.place)
    services.ask_widening(
        shared=body, to="hub", reason="Others ask how it works.", by=make.viewer(officer)
    )
    assert [one.kind for one in of(city, "city_officer").others.items] == [
        "Waits for a second person"
    ]
    assert [one.kind for one in desk.desk(make.viewer(mayor)).mine.items] == [
        "Waits for a second person"
    ]
    assert titles(of(city, "partner").mine) == titles(of(city, "department_staff").mine) == []


def test_meetings_mandates_and_cards_come_up_on_their_day(city):
    made.meeting(city.place, "Next week", on=6)
    made.meeting(city.place, "Next month", on=25)
    made.meeting(city.place, "Far away", on=90)
    made.meeting(city.place, "Was it held?", on=-3)
    made.mandate(city.place, review_on=made.days(-1))
    made.card(city.place, review_on=made.days(5))
    told = of(city, "city_officer")
    assert titles(told.due) == ["Was it held?", "Mandate sheet", "First hour", "Next week"]
    assert titles(told.mine) == ["Next month"]
    # Staff come to meetings; whether one was held is the officer's to say.
    assert titles(of(city, "department_staff").due) == ["Next week"]


def test_a_joint_statement_asks_each_organisation_once(city):
    statement = made.statement(city.place)
    assert titles(of(city, "partner").mine) == ["For a calm evening"]
    statement.endorsements.create(organisation=city.club, edition=1, on=made.days(0))
    assert titles(of(city, "partner").mine) == []
    assert titles(of(city, "department_staff").mine) == ["For a calm evening"]


# --- nothing of other places
def test_nothing_of_another_city_is_on_the_desk(city):
    other = made.city(city.place.parent, "Noorabad")
    plan = made.plan(other.place, visibility="public")
    made.action(plan, "Their lamps", owner=other.club, due=made.days(1))
    made.commitment(other.place, "Their hall", visibility="public")
    made.meeting(other.place, "Their meeting", visibility="public")
    made.preparation(made.day(other.place, visibility="public"), "Their water")
    for role in city.people:
        told = of(city, role)
        assert titles(told.due) + titles(told.mine) + titles(told.others) == []


def test_a_plan_of_the_team_alone_is_not_on_the_departments_desk(city):
    plan = made.plan(city.place, visibility="mechanism")
    made.action(plan, "Quiet talks", owner=city.health, due=made.days(1))
    assert titles(of(city, "department_staff").due) == []
    assert titles(of(city, "city_officer").due) == ["Quiet talks"]


# --- empty, and full
@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("city_officer", "You wait for nobody."),
        ("department_staff", "What your department or organisation has taken on appears here"),
        ("partner", "the answer you are owed stands here"),
        ("facilitator", "A dialogue asks residents one question"),
    ],
)
def test_an_empty_desk_teaches(city, role, sentence):
    text = page(city.people[role])
    assert "Nothing is due within seven days" in text
    assert sentence in text


def test_who_has_no_role_is_told_where_one_comes_from(db):
    assert "An officer of your city can invite you" in page(make.person("Nobody yet"))


def test_a_long_list_is_cut_and_says_so(city):
    made.crowd(city.place, actions=40, organisations=3)
    told = of(city, "city_officer")
    assert (len(told.due.items), told.due.more) == (10, True)
    days = [one.day for one in told.due.items]
    assert days == sorted(days)
    assert "There is more. What is longest overdue stands first." in page(
        city.people["city_officer"]
    )


def asked(user):
    client = make.sign_in(user)
    client.get("/en/desk/")
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert client.get("/en/desk/").status_code == 200
    return len(told)


#: Questions to the database of a whole request, sign-in and roles among them.
QUERIES = {"city_officer": 31, "department_staff": 14, "partner": 16, "mayor": 13, "auditor": 12}


@pytest.mark.parametrize("role", QUERIES)
def test_as_many_questions_to_the_database_for_one_thing_as_for_fifty(city, role):
    counts = set()
    for number in (1, 2, 47):
        plan = made.plan(city.place)
        for n in range(number):
            one = made.action(plan, f"Action {n}", owner=city.club, due=made.days(n - 3))
            made.action(plan, f"Staff {n}", owner=city.health, due=made.days(n + 9))
            made.check(one)
            made.contribution(plan, city.club)
            made.commitment(city.place, owner=city.health, due=made.days(n))
            made.commitment(city.place)
            made.meeting(city.place, on=n + 1, body=made.body(city.place))
            made.preparation(made.day(city.place, on=n + 1), organisation=city.club)
            made.request(city.place, city.place.parent)
            made.statement(city.place)
        counts.add(asked(city.people[role]))
    assert counts == {QUERIES[role]}
