"""Sessions in person: begun for a ward, kept inside the team, written down without names."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from baithak.dialogue import services as dialogues
from baithak.dialogue import tasks, wards
from baithak.dialogue.models import Session
from baithak.dialogue.queries import sessions as queries
from baithak.dialogue.services import RefusedError
from baithak.dialogue.services import sessions as services
from baithak.journal.models import Line
from factories import dialogue as made
from factories import network as people
from factories import sessions as held

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    return made.opened(team)


def browser(team, role):
    return people.sign_in(team.users[role])


def text(response):
    return response.content.decode()


def verbs():
    return list(Line.objects.order_by("n").values_list("verb", flat=True))


FORM = {"ward": "Ward 12", "day": "", "language": "ur", "people": "24"}


def form(**more):
    return {**FORM, "day": timezone.localdate().isoformat(), **more}


def test_a_facilitator_begins_a_session(team, dialogue):
    facilitator = browser(team, "facilitator")
    address = f"/en/dialogue/{dialogue.code}/sessions/"
    assert "No session yet." in text(facilitator.get(address))
    assert address in text(facilitator.get(f"/en/dialogue/{dialogue.code}/"))
    answer = facilitator.post(f"{address}new/", form())
    assert answer.status_code == 302, text(answer)
    session = Session._unscoped.get()
    assert (session.ward, session.language, session.people) == ("Ward 12", "ur", 24)
    assert session.owner_id == team.users["facilitator"].pk
    page = text(facilitator.get(answer["Location"]))
    assert "The session is there." in page
    assert "Print the sheets" in page
    assert verbs()[-1] == "dialogue.begin_session"
    assert "Ward 12" in text(facilitator.get(address))


@pytest.mark.parametrize(
    "ward",
    [
        "House 14, Station Road", "12 Main Street", "Ward 3, 077 123 4567", "CAB-1234", "ঢাকা মেট্রো-গ ১২-৩৪৫৬",
        "H.No. 4/12, Noor Nagar", "مکان نمبر 12", "बाड़ी, मकान 7", "6.0321, 80.2170", "us@village.example",
        "https://maps.example/x", "Flat 3, Sea View", "வீட்டு எண் 9", "Plot #7", "ward\u202e 3", "",
    ],
)  # fmt: skip
def test_an_address_is_not_taken(team, dialogue, ward):
    facilitator = browser(team, "facilitator")
    answer = facilitator.post(f"/en/dialogue/{dialogue.code}/sessions/new/", form(ward=ward))
    assert answer.status_code == 422
    assert not Session._unscoped.exists()
    if ward and "\u202e" not in ward:
        assert "Name the ward, village or neighbourhood alone" in text(answer)
        assert 'value="24"' in text(answer)  # nothing typed is lost


@pytest.mark.parametrize(
    "ward",
    [
        "Ward 12", "Sector G-9/1", "ওয়ার্ড ১২", "Colombo 15", "پرانا بازار", "Noor Nagar, ward 7", "வார்டு 12", "Old harbour",
        "Block C", "Union Council 103",
    ],
)  # fmt: skip
def test_a_ward_with_a_number_is_taken(ward):
    assert not wards.too_exact(ward)
    assert services.checked_ward(ward) == ward


def test_a_day_far_away_is_not_taken(team, dialogue):
    for day in (date(2020, 1, 1), timezone.localdate() + timedelta(days=400)):
        with pytest.raises(ValidationError):
            services.begin_session(
                dialogue=dialogue, day=day, ward="Ward 12", language="en", by=team.officer
            )


def test_no_session_of_a_draft_or_of_a_closed_dialogue(team):
    draft = made.draft(team)
    told = {"day": timezone.localdate(), "ward": "Ward 12", "language": "en", "by": team.officer}
    with pytest.raises(RefusedError, match="not_open"):
        services.begin_session(dialogue=draft, **told)
    dialogue = made.opened(team)
    session = held.session(dialogue, team)
    dialogues.close(dialogue=dialogue, by=team.officer)
    with pytest.raises(RefusedError, match="not_open"):
        services.begin_session(dialogue=dialogue, **told)
    facilitator = browser(team, "facilitator")
    page = text(facilitator.get(f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/"))
    assert "no sheets can be typed any more" in page
    assert (
        facilitator.get(f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/sheets/").status_code
        == 403
    )


def test_a_session_is_mended(team, dialogue):
    session = held.session(dialogue, team)
    facilitator = browser(team, "facilitator")
    address = f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/edit/"
    assert 'value="Ward 12"' in text(facilitator.get(address))
    answer = facilitator.post(address, form(ward="Ward 13", people=""))
    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.ward, session.people) == ("Ward 13", None)
    assert verbs()[-1] == "dialogue.edit_session"
    assert facilitator.post(address, form(ward="House 14")).status_code == 422


def test_how_many_came_is_rough_and_never_below_k(team, dialogue):
    session = held.session(dialogue, team, people=7)
    facilitator = browser(team, "facilitator")
    address = f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/"
    assert "about: fewer than 10" in text(facilitator.get(address))
    Session._unscoped.filter(pk=session.pk).update(people=23)
    page = text(facilitator.get(address))
    assert "about: 25" in page
    assert "23" not in re.sub(r"<[^>]*>", "", page)


def test_the_team_alone_sees_sessions(team, dialogue):
    session = held.session(dialogue, team, minutes="They want light at the ferry.")
    address = f"/en/dialogue/{dialogue.code}/sessions/"
    for role, seen in (("moderator", 200), ("facilitator", 200), ("city_officer", 200), ("mayor", 404), ("partner", 404)):  # fmt: skip
        answer = browser(team, role).get(f"{address}{session.pk}/")
        assert answer.status_code == seen, role
        assert ("They want light" in text(answer)) == (seen == 200)
    moderator = browser(team, "moderator")
    assert moderator.get(f"{address}{session.pk}/minutes/").status_code == 403
    assert moderator.get(f"{address}new/").status_code == 403
    assert moderator.get(f"{address}{session.pk}/sheets/").status_code == 403


def test_of_another_dialogue_a_session_is_not_found(team, dialogue):
    session = held.session(dialogue, team)
    other = made.opened(team)
    facilitator = browser(team, "facilitator")
    assert facilitator.get(f"/en/dialogue/{other.code}/sessions/{session.pk}/").status_code == 404


# --- minutes


def test_names_in_minutes_are_asked_about_once(team, dialogue):
    people.organisation(team.place, "Harbour Boat Club")
    session = held.session(dialogue, team)
    facilitator = browser(team, "facilitator")
    address = f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/minutes/"
    said = "The Harbour Boat Club of Kandarpur wants light.\n\nCall 077 123 4567."
    answer = facilitator.post(address, {"text": said})
    assert answer.status_code == 422
    page = text(answer)
    for found in ("Harbour Boat Club", "Kandarpur", "a telephone or identity number"):
        assert f"{found}" in page.split("This stands in it:")[1]
    assert "The Harbour Boat Club of Kandarpur" in page.split("<textarea")[1]  # nothing is lost
    session.refresh_from_db()
    assert session.minutes == ""
    shown = re.search(r'name="shown" value="([^"]*)"', page)[1]
    answer = facilitator.post(address, {"text": said, "shown": shown, "looked": "1"})
    assert answer.status_code == 302
    session.refresh_from_db()
    assert session.minutes == said
    # A name that comes in later is asked about as well.
    more = said + " So says Partner."
    answer = facilitator.post(address, {"text": more, "shown": shown, "looked": "1"})
    assert answer.status_code == 422
    assert "Partner" in text(answer)


def test_minutes_have_no_author_and_no_time(team, dialogue):
    session = held.session(dialogue, team)
    before = Line.objects.count()
    services.write_minutes(session=session, text="More light.", by=team.viewers["facilitator"])
    services.write_minutes(session=session, text="More light.", by=team.viewers["facilitator"])
    line = Line.objects.order_by("n").last()
    assert Line.objects.count() == before + 1  # the same text again is no change
    assert (line.verb, line.thing, line.by, line.place) == (
        "dialogue.write_minutes", "session:minutes", "chatham", "",
    )  # fmt: skip
    names = {field.name for field in Session._meta.get_fields() if hasattr(field, "column")}
    assert not names & {"written", "written_by", "changed", "author", "edited"}


def test_two_who_write_minutes_at_once_lose_nothing(team, dialogue):
    session = held.session(dialogue, team, minutes="They want light.")
    address = f"/en/dialogue/{dialogue.code}/sessions/{session.pk}/minutes/"
    mine = people.sign_in(team.users["facilitator"])

    def seen(page):
        return re.search(r'name="seen" value="(\w+)"', page)[1]

    opened = seen(mine.get(address).content.decode())
    services.write_minutes(session=session, text="They want shade.", by=team.officer)
    answer = mine.post(address, {"text": "They want light and buses.", "seen": opened})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else has written here meanwhile." in page
    assert "They want shade." in page
    assert "They want light and buses." in page
    assert Session._unscoped.get(pk=session.pk).minutes == "They want shade."
    sent = {"text": "They want light, shade and buses.", "seen": seen(page)}
    assert mine.post(address, sent).status_code == 302
    assert Session._unscoped.get(pk=session.pk).minutes == "They want light, shade and buses."


def test_minutes_are_forgotten_after_a_year(team, dialogue, monkeypatch):
    today = timezone.localdate()
    old = held.session(dialogue, team, minutes="Old words.")
    new = held.session(dialogue, team, minutes="New words.")
    Session._unscoped.filter(pk=old.pk).update(day=today - timedelta(days=367))
    Session._unscoped.filter(pk=new.pk).update(day=today - timedelta(days=364))
    monkeypatch.setitem(tasks._minutes, "last", 0.0)
    assert tasks.forget_minutes() == 1
    assert Session._unscoped.get(pk=old.pk).minutes == ""
    assert Session._unscoped.get(pk=new.pk).minutes == "New words."
    assert Line.objects.get(verb="dialogue.forget_minutes").thing == f"session:{old.pk}"
    assert tasks.forget_minutes() == 0
    assert queries.minutes_to_forget() == []
    assert tasks.forget_minutes in tasks.CHORES
