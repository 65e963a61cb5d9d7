"""Bodies and meetings in a browser: without a script, on a phone, from right to left, from empty to a decision."""

from __future__ import annotations

import pytest
from django.utils import timezone

from baithak.coordination.models import AgendaItem, Decision, Note
from baithak.coordination.services import bodies, meetings
from factories import coordination as make
from factories import exchange
from factories import network as people
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world():
    return exchange.two_cities()


def full(team):
    """A body at work with a meeting that has all its parts."""
    body = make.body(team, purpose="Listens before it gets loud.", charter="Seven seats.", quorum=2)
    make.seat(team, body, "Traders", organisation=people.organisation(team.place, "Canal traders"))
    make.seat(team, body, "Young people", group="youth", vacant=True)
    bodies.put_balance(
        body=body, on=timezone.localdate(), taken=2, women=1, young=0, civil=2, by=team.officer
    )
    meeting = make.held(team, body, present=2, closed_room=True)
    for title in ("Lamps on the canal path", "The festival of lamps"):
        meetings.add_item(meeting=meeting, language="en", texts={"title": title}, by=team.officer)
    meetings.add_decision(
        meeting=meeting, language="en", texts={"title": "Two lamps by May"}, by=team.officer
    )
    meetings.add_note(
        meeting=meeting, language="en", texts={"title": "Lamps are out on two bridges."},
        visibility="mechanism", by=team.officer,
    )  # fmt: skip
    return body, meeting


def test_an_officer_goes_through_a_meeting_without_a_script(world, chrome, live_server):
    body = make.body(world.one)
    meeting = make.meeting(world.one, body, days=0)
    officer = world.one.users["city_officer"]
    with page_of(chrome, live_server, user=officer, scripts=False) as page:
        page.goto(f"/en/coordination/meeting/{meeting.pk}/")
        page.fill("#agenda_title", "Lamps")
        page.get_by_role("button", name="Add the point").click()
        page.fill("#hold_present", "4")
        page.get_by_role("button", name="It took place").click()
        page.get_by_text("Note a decision").click()
        page.fill("#decision_title", "Two lamps by May")
        page.get_by_role("button", name="Note the decision").click()
        page.get_by_role("link", name="Write a paragraph").click()
        page.fill("#id_title", "Dark bridges.")
        page.get_by_role("button", name="Save the paragraph").click()
        page.wait_for_url("**/meeting/*/#minutes")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.present) == ("held", 4)
    assert AgendaItem._unscoped.get().title == "Lamps"
    assert Decision._unscoped.get().title == "Two lamps by May"
    assert Note._unscoped.get().title == "Dark bridges."


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("ur", PHONE), ("en", DESK)])
def test_the_main_pages_are_well_made(world, chrome, live_server, language, size):
    body, meeting = full(world.one)
    with page_of(chrome, live_server, user=world.one.users["city_officer"], size=size) as page:
        for address in ("", "bodies/", f"body/{body.pk}/", f"meeting/{meeting.pk}/"):
            page.goto(f"/{language}/coordination/{address}")
            well_made(page)
