"""Bodies: seats without people, balance as counts, a health line in words, bodies above and below."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from baithak.coordination import health
from baithak.coordination.models import Balance, Body, Commitment, Seat
from baithak.coordination.queries import bodies as queries
from baithak.coordination.services import bodies as services
from baithak.coordination.services import meetings as meeting_services
from baithak.journal import services as journal
from baithak.journal.models import Line
from factories import coordination as make
from factories import exchange
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return exchange.two_cities()


def browser(team, role="city_officer"):
    return people.sign_in(team.users[role])


def text(response):
    return response.content.decode()


# --- a body
def test_a_body_begins_with_the_team_and_leaves_a_line(world):
    body = make.body(world.one, charter="Seven seats.\n\nDecides by two thirds.")
    assert (body.visibility, body.state, body.rhythm) == ("mechanism", "formed", "quarterly")
    assert body.text("charter") == "Seven seats.\n\nDecides by two thirds."
    assert Line.objects.order_by("n").last().verb == "coordination.begin_body"
    assert queries.body(world.other.officer, body=body.pk) is None
    assert list(journal.verify()) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 201}),
        ("charter", {"charter": "Call 0771234567 in the night"}),
        ("kind", {"kind": "no_such_kind"}),
        ("ends", {"begins": date(2027, 1, 1), "ends": date(2027, 1, 1)}),
        ("dissolved", {"state": "dissolved"}),
        ("state", {"state": "asleep"}),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(world, field, wrong):
    with pytest.raises(ValidationError) as refused:
        make.body(world.one, **wrong)
    assert field in refused.value.error_dict
    assert not Body._unscoped.exists()


def test_nothing_changes_where_the_journal_does_not_write(world, monkeypatch):
    def broken(**_told):
        raise OSError("full")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(OSError, match="full"):
        make.body(world.one)
    assert not Body._unscoped.exists()


def test_a_body_reports_to_another_one_but_never_to_itself(world):
    top, middle, low = (make.body(world.one, name) for name in ("Top", "Middle", "Low"))
    for body, above in ((low, middle), (middle, top)):
        services.change(body=body, language="en", texts={}, above=above, by=world.one.officer)
    with pytest.raises(ValidationError, match="already"):
        services.change(body=top, language="en", texts={}, above=low, by=world.one.officer)
    foreign = make.body(world.other, "Foreign")
    with pytest.raises(ValidationError, match="can see"):
        services.change(body=top, language="en", texts={}, above=foreign, by=world.one.officer)
    page = text(browser(world.one).get(middle.get_absolute_url()))
    assert 'dir="auto">Top</a>' in page
    assert 'dir="auto">Low</a>' in page


def test_other_places_see_what_is_above_only_where_they_may(world):
    top = make.body(world.one, "Hidden top")
    low = make.public(make.body(world.one, "Shown low"))
    services.change(body=low, language="en", texts={}, above=top, by=world.one.officer)
    assert "Hidden top" not in text(Client().get(low.get_absolute_url()))
    make.public(top)
    assert "Hidden top" in text(Client().get(low.get_absolute_url()))


# --- seats
def test_a_seat_names_an_organisation_to_members_alone(world):
    body = make.public(make.body(world.one))
    traders = people.organisation(world.one.place, "Canal traders")
    make.seat(world.one, body, "Traders", organisation=traders, chairs=True)
    make.seat(world.one, body, "Young people", group="youth", vacant=True)
    inside = text(browser(world.one, "partner").get(body.get_absolute_url()))
    assert "Canal traders" in inside
    outside = text(Client().get(body.get_absolute_url()))
    assert "Canal traders" not in outside
    assert "an organisation of the place" in outside
    assert "kept for: Young people" in outside


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("title", {"title": ""}), ("group", {"group": "tall_people"}), ("title", {"title": "a@b.lk"})],
)
def test_a_seat_that_cannot_be_kept_is_refused(world, field, wrong):
    body = make.body(world.one)
    with pytest.raises(ValidationError) as refused:
        make.seat(world.one, body, **wrong)
    assert field in refused.value.error_dict
    assert not Seat._unscoped.exists()


def test_an_organisation_of_another_city_gets_no_seat(world):
    body, foreign = make.body(world.one), people.organisation(world.other.place, "Over there")
    with pytest.raises(ValidationError, match="from the list"):
        make.seat(world.one, body, organisation=foreign)
    page = browser(world.one).get(f"/en/coordination/body/{body.pk}/seat/new/")
    assert "Over there" not in text(page)


def test_a_seat_is_changed_and_removed_in_the_browser(world):
    body = make.body(world.one)
    client = browser(world.one)
    form = {"title": "Teachers", "language": "en", "votes": "on"}
    client.post(f"/en/coordination/body/{body.pk}/seat/new/", {**form, "another": "1"})
    seat = Seat._unscoped.get()
    address = f"/en/coordination/seat/{seat.pk}/"
    client.post(f"{address}edit/", {"title": "ஆசிரியர்கள்", "language": "ta", "votes": "on"})
    seat.refresh_from_db()
    assert seat.languages == ["en", "ta"]
    assert "Teachers" in text(client.get(f"{address}edit/?language=ta"))
    assert client.post(f"{address}remove/").status_code == 302
    assert not Seat._unscoped.exists()


# --- balance
def counted(world, body, **told):
    told = {"on": timezone.localdate(), "taken": 7, "women": 3, "young": 0, "civil": 7, **told}
    return services.put_balance(body=body, by=world.one.officer, **told)


def test_members_see_counts_and_others_see_words(world):
    body = make.public(make.body(world.one))
    counted(world, body, taken=14, women=6, civil=14)
    members = text(browser(world.one, "partner").get(body.get_absolute_url()))
    assert '<td class="number">14</td><td class="number">6</td>' in members
    others = text(Client().get(body.get_absolute_url()))
    assert (
        "by women about half, by people under 30 none, from civil society and communities all"
        in others
    )
    assert '<td class="number">' not in others


def test_of_few_seats_others_learn_nothing_about_women_and_young_people(world):
    body = make.public(make.body(world.one, charter="Seven seats."))
    for number in range(9):
        make.seat(world.one, body, f"Seat {number}")

    def seen(client):
        whole = text(client.get(body.get_absolute_url())) + text(client.get(BODIES))
        return [
            w
            for w in ("by women", "by a woman", "under 30")
            if w in whole.replace("Under", "under")
        ]

    assert seen(Client()) == []  # nothing was counted yet
    for women in (0, 1, 9):
        counted(world, body, taken=9, women=women, young=women)
        assert seen(Client()) == seen(browser(world.other)) == []
        assert "from civil society" in text(Client().get(body.get_absolute_url()))
    counted(world, body, taken=9, women=0, young=0)
    assert seen(browser(world.one, "partner")) == ["by a woman", "under 30"]
    Seat._unscoped.filter(body=body).delete()
    counted(world, body, taken=10, women=0)
    assert "by women" in seen(Client())  # control


BODIES = "/en/coordination/bodies/"


def test_a_form_keeps_what_its_writer_may_not_see(world):
    body, elsewhere = make.body(world.one), make.body(world.other, "Far council")
    Body._unscoped.filter(pk=body.pk).update(above=elsewhere)
    seat = make.seat(world.one, body)
    foreign = people.organisation(world.other.place, "Far traders")
    Seat._unscoped.filter(pk=seat.pk).update(organisation=foreign)
    client = browser(world.one)
    edit = f"/en/coordination/body/{body.pk}/edit/"
    page = text(client.get(edit))
    assert "it is not shown to you" in page
    assert "Far council" not in page
    form = {
        "title": "Peace committee", "language": "en", "kind": "peace_committee", "state": "formed",
        "rhythm": "monthly", "above": "",
    }  # fmt: skip
    assert client.post(edit, form).status_code == 302
    body.refresh_from_db()
    assert (body.rhythm, body.above) == ("monthly", elsewhere)
    told = {"title": "Traders", "language": "en", "organisation": "", "votes": "on"}
    assert client.post(f"/en/coordination/seat/{seat.pk}/edit/", told).status_code == 302
    seat.refresh_from_db()
    assert seat.organisation == foreign
    # What the writer sees can be taken off, and a dissolved one above stays until it is.
    near = make.body(world.one, "Near council")
    Body._unscoped.filter(pk=near.pk).update(state="dissolved")
    Body._unscoped.filter(pk=body.pk).update(above=near)
    assert "Near council" in text(client.get(edit))
    assert client.post(edit, {**form, "above": near.pk}).status_code == 302
    assert client.post(edit, form).status_code == 302
    body.refresh_from_db()
    assert body.above is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("women", {"women": 8}),
        ("young", {"young": 8}),
        ("civil", {"civil": 8}),
        ("on", {"on": timezone.localdate() + timedelta(days=2)}),
        ("taken", {"taken": 99}),
    ],
)
def test_counts_that_cannot_be_are_refused(world, field, wrong):
    body = make.body(world.one)
    for number in range(7):
        make.seat(world.one, body, f"Seat {number}")
    with pytest.raises(ValidationError) as refused:
        counted(world, body, **wrong)
    assert field in refused.value.error_dict
    assert not Balance._unscoped.exists()


def test_a_day_is_counted_once(world):
    body = make.body(world.one)
    counted(world, body)
    counted(world, body, women=4)
    assert Balance._unscoped.get().women == 4


@given(st.integers(0, 40), st.integers(1, 40))
def test_words_for_a_share_never_say_all_or_none_wrongly(part, whole):
    words = health.share(min(part, whole), whole)
    assert (words == "none") == (part == 0)
    assert (words == "all") == (part >= whole)


# --- health
TODAY = date(2026, 11, 30)


def facts(**told):
    return health.Facts(**{"state": "formed", "rhythm": "quarterly", "today": TODAY, **told})


def test_the_line_compares_with_the_rhythm():
    held = (date(2026, 11, 2), date(2026, 7, 1), date(2026, 2, 1))
    told = facts(begins=date(2025, 1, 1), held=held, decisions=7, done=5)
    assert health.sentence(told) == (
        "Since 30 November 2025 it met 3 of 4 times that were planned. 5 of 7 decisions are done."
    )


def test_a_term_that_began_lately_is_not_held_against_it():
    told = facts(begins=date(2026, 8, 20), held=(date(2026, 9, 1),))
    assert health.expected(told) == 1
    assert "it met 1 of 1 times" in health.sentence(told)
    told = facts(begins=date(2026, 11, 1), held=(date(2026, 11, 2),))
    assert "it met once" in health.sentence(told)


def test_it_says_honestly_that_there_is_nothing():
    assert health.sentence(facts()) == "Formed, has not met yet."
    assert health.sentence(facts(state="planned")) == "Planned, not formed yet."
    assert health.sentence(facts(whole=False)) == "None of its meetings is shown to you."


def test_what_keeps_it_from_working_is_told_with_a_remedy():
    told = health.warnings(
        facts(
            held=(date(2026, 3, 1),),
            ends=date(2026, 10, 1),
            seats=5,
            vacant=2,
            quorum=9,
            unmarked=1,
        )
    )
    whole = " ".join(told)
    for part in (
        "No meeting for longer than its rhythm",
        "Its term ended on",
        "no charter",
        "2 seats are vacant",
        "quorum of 9",
        "1 meeting is over and not marked",
        "No seat is for women",
        "No seat is for young people",
    ):
        assert part in whole


def test_a_body_that_works_is_left_in_peace():
    fine = facts(
        held=(date(2026, 10, 1),), has_charter=True, seats=5, women_seats=1, young=2, begins=TODAY
    )
    assert health.warnings(fine) == []
    assert health.warnings(facts(state="resting")) == []


@given(
    st.sampled_from(sorted(health.MONTHS)),
    st.dates(date(2020, 1, 1), date(2026, 11, 30)),
)
def test_proposals_follow_the_rhythm(rhythm, last):
    told = health.proposals(facts(rhythm=rhythm, held=(last,)))
    assert len(told) == 4
    assert all(day > TODAY and day.weekday() == last.weekday() for day in told)
    months = [day.year * 12 + day.month for day in told]
    assert {b - a for a, b in pairwise(months)} == {health.MONTHS[rhythm]}


@given(st.dates(date(2000, 1, 31), date(2100, 1, 1)), st.integers(-40, 40))
def test_months_later_is_the_same_day_or_the_last(day, months):
    later = health.later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_decisions_are_done_when_all_their_commitments_are(world):
    body = make.body(world.one)
    meeting = make.held(world.one, body)
    decided = [
        meeting_services.add_decision(
            meeting=meeting, language="en", texts={"title": f"Lamp {n}"}, by=world.one.officer
        )
        for n in range(3)
    ]
    for decision, states in zip(decided, (["done", "dropped"], ["done", "open"], []), strict=True):
        for state in states:
            Commitment._unscoped.create(
                place=body.place, decision=decision, state=state, texts={"en": {"title": "x"}},
                languages=["en"], done_on=TODAY if state == "done" else None,
            )  # fmt: skip
    found = queries.facts_of(world.one.officer, [body])[body.pk]
    assert (found.decisions, found.done, found.without) == (3, 1, 1)
    # Who does not see all meetings gets no comparison that would be wrong.
    make.public(body)
    assert queries.facts_of(world.other.officer, [body])[body.pk].held == ()
    assert "None of its meetings is shown to you." in text(Client().get(body.get_absolute_url()))


# --- pages
def test_the_list_says_how_to_begin(world):
    assert "Begin with the one that meets already" in text(
        browser(world.one).get("/en/coordination/bodies/")
    )
    assert "Bodies stand here when" in text(Client().get("/en/coordination/bodies/"))


@pytest.mark.parametrize("address", ["/en/coordination/bodies/", "/en/coordination/"])
def test_a_list_asks_the_database_as_often_for_one_as_for_three(world, address):
    client = browser(world.one)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    def add(n):
        body = make.body(world.one, f"Body {n}")
        make.seat(world.one, body)
        make.held(world.one, body)
        make.meeting(world.one, body)

    add(1)
    client.get(address)
    first = asked()
    add(2)
    add(3)
    assert asked() == first
    assert first <= (14 if "bodies" in address else 24)


def test_a_body_is_begun_and_told_in_another_language(world):
    client = browser(world.one)
    address = f"/en/coordination/at/{world.one.place.slug}/body/new/"
    form = {"title": "Peace committee", "language": "en", "kind": "peace_committee",
            "state": "formed", "rhythm": "monthly"}  # fmt: skip
    wrong = client.post(address, {**form, "title": ""})
    assert wrong.status_code == 422
    answer = client.post(address, form)
    body = Body._unscoped.get()
    assert answer["Location"] == body.get_absolute_url()
    edit = f"/en/coordination/body/{body.pk}/edit/"
    page = text(client.get(f"{edit}?language=ur"))
    assert "What stands in the first language" in page
    client.post(edit, {**form, "title": "امن کمیٹی", "language": "ur"})
    body.refresh_from_db()
    assert body.texts["ur"]["title"] == "امن کمیٹی"
    assert "امن کمیٹی" in text(client.get(f"/ur/coordination/body/{body.pk}/"))


def test_who_may_not_write_sees_no_form_and_is_told(world):
    body = make.public(make.body(world.one))
    edit = f"/en/coordination/body/{body.pk}/edit/"
    assert browser(world.one, "partner").get(edit).status_code == 403
    assert Client().get(edit).status_code == 302
    hidden = make.body(world.one)
    assert browser(world.other).get(hidden.get_absolute_url()).status_code == 404


def test_two_people_show_it_and_one_click_hides_it(world):
    body = make.body(world.one)
    client = browser(world.one)
    at = f"/en/coordination/body/{body.pk}"
    assert client.post(f"{at}/share/", {"to": "public", "reason": "It meets."}).status_code == 302
    body.refresh_from_db()
    assert body.visibility == "mechanism"
    make.public(body)
    client.post(f"{at}/narrow/", {"to": "city"})
    body.refresh_from_db()
    assert body.visibility == "city"


# --- its next meetings
def test_meetings_are_planned_by_the_rhythm(world):
    body = make.body(world.one, rhythm="monthly")
    make.held(world.one, body)
    client = browser(world.one)
    address = f"/en/coordination/body/{body.pk}/plan/"
    days = health.proposals(queries.facts_of(world.one.officer, [body])[body.pk])
    page = text(client.get(address))
    assert all(f'value="{day.isoformat()}"' in page for day in days)
    client.post(address, {"day_1": days[0], "day_2": days[1], "at": "16:30", "where": "Hall"})
    made = list(body.meetings.filter(state="planned").order_by("on"))
    assert [m.on for m in made] == days[:2]
    assert {(m.title, m.where) for m in made} == {(body.title, "Hall")}
    again = client.post(address, {"day_1": days[0]})
    assert again.status_code == 422
    assert "planned already" in text(again)
    assert client.post(address, {}).status_code == 422
