"""On a phone and on a desk, from the left and from the right, without scripts: nothing sticks out, nothing is mute."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from benchmarks.coordination import fill
from django.utils import timezone

from baithak.coordination.models import Day, JointStatement, ResponseCard
from baithak.coordination.services import days, first_hour, requests, statements
from factories import exchange as make
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

#: A folder for pictures of the pages, to look at.
PICTURES = os.environ.get("BAITHAK_PICTURES", "")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_pages_hold_on_a_phone_and_on_a_desk(chrome, live_server, language):
    team = make.two_cities().one
    fill(team.place, team.officer, actions=60, offices=12)
    today = timezone.localdate()
    day = days.begin(place=team.place, kind="both", begins=today + timedelta(days=9), ends=None, language="en",
                     repeats="yearly", texts={"title": "Muharram procession"}, by=team.officer)  # fmt: skip
    days.add_preparation(
        day=day, language="en", text="Keep the hospital lane clear", days_before=14, by=team.officer
    )
    card = first_hour.edit(place=team.place, language="en", by=team.officer, exercised_on=today, texts={
        "who_speaks": "The mayor", "first_steps": "Find out.\nTell each other.", "never": "Repeat a rumour."})  # fmt: skip
    first_hour.add_contact(card=card, office="Station", telephone="0771234567", agreed_on=today,
                           until=today + timedelta(days=60), by=team.officer)  # fmt: skip
    made = statements.begin(place=team.place, language="en", by=team.officer,
                            texts={"title": "The market is open", "text": "A stall burnt.\n\nNobody is hurt."})  # fmt: skip
    statements.ready(statement=made, ticked=statements.CHECKS, by=team.officer)
    asked = requests.ask(place=team.place, to=team.place.parent, kind="alert", language="en", by=team.officer,
                         reply_by=today + timedelta(days=3), texts={"title": "Who tells us of the river?"})  # fmt: skip
    requests.send(request=asked, by=team.officer)
    assert (
        Day._unscoped.count(),
        ResponseCard._unscoped.count(),
        JointStatement._unscoped.count(),
    ) == (
        1,
        1,
        1,
    )
    slug = team.place.slug
    addresses = {
        "matrix": f"{slug}/who-does-what/", "actions": f"{slug}/who-does-what/?show=actions",
        "calendar": f"calendar/?year={today.year}", "day": f"day/{day.pk}/", "requests": "requests/",
        "request": f"request/{asked.pk}/", "first": f"{slug}/first-hour/", "calls": f"{slug}/first-hour/calls/",
        "statement": f"statement/{made.pk}/",
    }  # fmt: skip
    for name, size in (("phone", PHONE), ("desk", DESK)):
        with page_of(
            chrome, live_server, user=team.users["city_officer"], size=size, scripts=False
        ) as page:
            for what, address in addresses.items():
                answer = page.goto(f"/{language}/coordination/{address}")
                assert answer.status == 200, address
                if PICTURES:
                    page.screenshot(
                        path=str(Path(PICTURES) / f"{language}-{name}-{what}.png"), full_page=True
                    )
        with page_of(chrome, live_server, user=team.users["city_officer"], size=size) as page:
            for address in addresses.values():
                page.goto(f"/{language}/coordination/{address}")
                well_made(page)
