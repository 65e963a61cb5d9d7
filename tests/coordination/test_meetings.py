"""Meetings: agenda, decisions, minutes with levels, a closed room, and who was there kept apart."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from baithak.coordination import health
from baithak.coordination.minutes import minutes
from baithak.coordination.models import (
    AgendaItem,
    Attendance,
    Commitment,
    Day,
    Decision,
    Meeting,
    Note,
)
from baithak.coordination.queries import bodies
from baithak.coordination.queries import meetings as queries
from baithak.coordination.services import bodies as body_services
from baithak.coordination.services import meetings as services
from baithak.exchange.services.names import NamesError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.queries import acts_waiting
from baithak.network.scope import PUBLIC
from baithak.report.paper import texts
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


def at(meeting, act=""):
    return f"/en/coordination/meeting/{meeting.pk}/{act}"


def noted(team, meeting, words="Lamps are out on two bridges.", level="mechanism", **told):
    """A paragraph; one that is seen beyond the place without the two people."""
    wide = level not in ("mechanism", "city")
    line = services.add_note(
        meeting=meeting, language="en", texts={"title": words}, by=team.officer,
        visibility="city" if wide else level, **told,
    )  # fmt: skip
    if wide:
        Note._unscoped.filter(pk=line.pk).update(visibility=level)
        line.refresh_from_db()
    return line


# --- a meeting
def test_a_meeting_begins_with_the_team(world):
    meeting = make.meeting(world.one)
    assert (meeting.visibility, meeting.state) == ("mechanism", "planned")
    assert Line.objects.order_by("n").last().verb == "coordination.plan_meeting"
    assert queries.meeting(world.other.officer, meeting=meeting.pk) is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": ""}),
        ("purpose", {"purpose": "Bring 42201-1234567-1"}),
        ("where", {"where": "Ring 0771234567"}),
        ("on", {"on": None}),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(world, field, wrong):
    with pytest.raises(ValidationError) as refused:
        make.meeting(world.one, **wrong)
    assert field in refused.value.error_dict
    assert not Meeting._unscoped.exists()


def test_a_body_of_another_place_or_a_dissolved_one_does_not_meet(world):
    for body, words in (
        (make.body(world.other), "of this place"),
        (
            make.body(world.one, state="dissolved", dissolved="The ward council does it."),
            "dissolved",
        ),
    ):
        with pytest.raises(ValidationError, match=words):
            make.meeting(world.one, body)


def test_it_is_held_on_its_day_or_later(world):
    ahead = make.meeting(world.one)
    with pytest.raises(ValidationError, match="lies ahead"):
        services.hold(meeting=ahead, present=None, by=world.one.officer)
    body = make.body(world.one, quorum=2)
    for n in range(3):
        make.seat(world.one, body, f"Seat {n}")
    meeting = make.meeting(world.one, body, days=0)
    with pytest.raises(ValidationError, match="3 seats"):
        services.hold(meeting=meeting, present=4, by=world.one.officer)
    services.hold(meeting=meeting, present=1, by=world.one.officer)
    client = browser(world.one)
    assert "There was no quorum" in text(client.get(at(meeting)))
    client.post(at(meeting, "held/"), {"present": 2})
    page = text(client.get(at(meeting)))
    assert "2 seats were taken. There was a quorum." in page
    with pytest.raises(ValidationError, match="at the latest"):
        services.change(
            meeting=meeting, language="en", texts={}, by=world.one.officer,
            on=timezone.localdate() + timedelta(days=1),
        )  # fmt: skip


def test_it_is_cancelled_while_it_is_planned(world):
    meeting = make.meeting(world.one)
    client = browser(world.one)
    client.post(at(meeting, "cancel/"), {"why": "The hall is flooded.", "language": "en"})
    page = text(client.get(at(meeting)))
    assert "does not take place" in page
    assert "The hall is flooded." in page
    refused = client.post(at(meeting, "cancel/"), {"why": "", "language": "en"})
    assert refused.status_code == 422
    held = make.held(world.one)
    with pytest.raises(ValidationError, match="planned"):
        services.cancel(meeting=held, language="en", why="", by=world.one.officer)
    with pytest.raises(ValidationError, match="cancelled"):
        services.hold(meeting=meeting, present=None, by=world.one.officer)


def test_its_title_stays_where_it_is_cancelled_in_another_language(world):
    meeting, client = make.meeting(world.one), browser(world.one)
    client.post(at(meeting, "cancel/"), {"why": "ہال بند ہے۔", "language": "ur"})
    meeting.refresh_from_db()
    with override("ur"):
        assert (meeting.language, meeting.title) == ("en", "Canal evening")
    page = text(client.get(at(meeting)))
    assert '<div lang="ur" dir="auto"><p>ہال بند ہے۔</p></div>' in page
    services.change(
        meeting=meeting, language="ur", texts={"title": "نہر کی شام"}, by=world.one.officer
    )
    meeting.refresh_from_db()
    with override("ur"):
        assert (meeting.language, meeting.title) == ("ur", "نہر کی شام")


def test_nothing_changes_where_the_journal_does_not_write(world, monkeypatch):
    meeting = make.meeting(world.one, days=-1)

    def broken(**_told):
        raise OSError("full")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(OSError, match="full"):
        services.hold(meeting=meeting, present=3, by=world.one.officer)
    with pytest.raises(OSError, match="full"):
        noted(world.one, meeting)
    meeting.refresh_from_db()
    assert (meeting.state, Note._unscoped.count()) == ("planned", 0)


# --- agenda
def titles(meeting):
    return [item.title for item in AgendaItem._unscoped.filter(meeting=meeting).order_by("number")]


def test_points_are_added_moved_changed_and_removed_with_plain_forms(world):
    meeting, client = make.meeting(world.one), browser(world.one)
    for name in ("Lamps", "Festival", "Money"):
        client.post(at(meeting, "point/"), {"title": name, "language": "en"})
    assert titles(meeting) == ["Lamps", "Festival", "Money"]
    money = AgendaItem._unscoped.get(meeting=meeting, number=3)
    for _ in range(3):  # once more than there is room
        client.post(f"/en/coordination/point/{money.pk}/move/", {"to": "up"})
    assert titles(meeting) == ["Money", "Lamps", "Festival"]
    client.post(f"/en/coordination/point/{money.pk}/move/", {"to": "down"})
    assert titles(meeting) == ["Lamps", "Money", "Festival"]
    client.post(f"/en/coordination/point/{money.pk}/edit/", {"title": "Budget", "language": "en"})
    lamps = AgendaItem._unscoped.get(meeting=meeting, number=1)
    client.post(f"/en/coordination/point/{lamps.pk}/remove/")
    assert titles(meeting) == ["Budget", "Festival"]
    assert client.post(at(meeting, "point/"), {"title": "", "language": "en"}).status_code == 422


def test_the_last_agenda_is_copied_once(world):
    body = make.body(world.one)
    earlier, meeting = make.held(world.one, body), make.meeting(world.one, body)
    client = browser(world.one)
    assert "Copy the agenda" not in text(client.get(at(meeting)))
    for name in ("Minutes of last time", "Round"):
        services.add_item(
            meeting=earlier, language="en", texts={"title": name}, by=world.one.officer
        )
    assert "Copy the agenda" in text(client.get(at(meeting)))
    client.post(at(meeting, "copy/"))
    client.post(at(meeting, "copy/"))
    assert titles(meeting) == ["Minutes of last time", "Round"]
    other = make.held(world.one)
    with pytest.raises(ValidationError, match="same body"):
        services.copy_agenda(meeting=meeting, of=other, by=world.one.officer)


# --- decisions
def test_decisions_are_noted_on_the_day_and_stay_where_something_was_promised(world):
    with pytest.raises(ValidationError, match="not taken place"):
        services.add_decision(
            meeting=make.meeting(world.one), language="en", texts={"title": "Now"}, by=world.one.officer
        )  # fmt: skip
    meeting, client = make.held(world.one), browser(world.one)
    client.post(at(meeting, "decision/"), {"title": "Two lamps by May", "language": "en"})
    decision = Decision._unscoped.get()
    act = f"/en/coordination/decision/{decision.pk}/"
    client.post(f"{act}edit/", {"title": "Three lamps by May", "language": "en"})
    promise = Commitment._unscoped.create(
        place=meeting.place, decision=decision, texts={"en": {"title": "Buy lamps"}}, languages=["en"]
    )  # fmt: skip
    page = text(client.get(at(meeting)))
    assert "Three lamps by May" in page
    assert "Buy lamps" in page
    client.post(f"{act}remove/")
    assert Decision._unscoped.exists()
    assert "Drop the commitment" in text(client.get(at(meeting)))
    promise.delete()
    client.post(f"{act}remove/")
    assert not Decision._unscoped.exists()


def test_a_decision_leads_to_a_commitment(world):
    meeting = make.held(world.one)
    decision = services.add_decision(
        meeting=meeting, language="en", texts={"title": "Two lamps"}, by=world.one.officer
    )
    page = text(browser(world.one).get(at(meeting)))
    assert f"?decision={decision.pk}" in page
    assert "Make a commitment" in page


# --- minutes
def test_each_reader_sees_the_paragraphs_of_their_level(world):
    meeting = make.public(make.held(world.one))
    levels = ["mechanism", "city", "hub", "network", "public"]
    for level in levels:
        noted(world.one, meeting, f"Told to {level}.", level)

    def seen(client):
        page = text(client.get(at(meeting)))
        return [level for level in levels if f"Told to {level}." in page]

    assert seen(browser(world.one)) == levels
    assert seen(browser(world.one, "partner")) == levels[1:]
    assert seen(browser(world.other)) == levels[2:]
    assert seen(Client()) == ["public"]


def test_a_paragraph_is_never_wider_than_the_meeting(world):
    meeting = make.held(world.one)
    with pytest.raises(ValidationError, match="narrower level"):
        noted(world.one, meeting, level="city")
    page = text(browser(world.one).get(at(meeting, "note/")))
    assert 'value="mechanism"' in page
    assert 'value="city"' not in page
    make.public(meeting)
    line = noted(world.one, meeting, "Told to all.", "public")
    Meeting._unscoped.filter(pk=meeting.pk).update(visibility="city")
    assert line not in queries.notes(world.other.officer, meeting)
    assert "Told to all." not in text(Client().get(at(meeting)))


def test_minutes_are_written_on_the_day_or_later(world):
    with pytest.raises(ValidationError, match="lies ahead"):
        noted(world.one, make.meeting(world.one))


def test_the_room_points_names_out_before_a_paragraph_leaves_it(world):
    meeting = make.public(make.held(world.one, closed_room=True))
    people.organisation(world.one.place, "Canal traders")
    people.member(world.one.place, "partner", "Farida Khan")
    told = "Farida said the Canal traders of Kandarpur are tired."
    inside = noted(world.one, meeting, told)  # the team may keep it
    with pytest.raises(NamesError) as found:
        services.change_note(
            line=inside, language="en", texts={"title": told}, visibility="city", by=world.one.officer
        )  # fmt: skip
    assert {"Farida", "Canal traders", "Kandarpur"} <= set(found.value.names)
    inside.refresh_from_db()
    assert inside.visibility == "mechanism"
    client, edit = browser(world.one), f"/en/coordination/note/{inside.pk}/edit/"
    form = {"title": told, "language": "en", "visibility": "city"}
    page = client.post(edit, form)
    assert page.status_code == 422
    assert "I have looked" in text(page)
    looked = {**form, "shown": "\n".join(found.value.names), "looked": "1"}
    assert client.post(edit, {**looked, "shown": "Kandarpur"}).status_code == 422  # not all of them
    assert client.post(edit, looked).status_code == 302
    inside.refresh_from_db()
    assert inside.visibility == "city"
    # Another language of the same paragraph leaves the room with it.
    clean = noted(world.one, meeting, "Somebody is tired.")
    services.change_note(line=clean, language="ta", texts={"title": "Farida களைத்து"}, visibility="mechanism",
                         by=world.one.officer)  # fmt: skip
    with pytest.raises(NamesError):
        services.change_note(line=clean, language="en", texts={"title": "Somebody is tired."},
                             visibility="city", by=world.one.officer)  # fmt: skip


def test_an_open_room_asks_nothing(world):
    meeting = make.public(make.held(world.one))
    assert noted(world.one, meeting, "Kandarpur lights its bridges.", "city").pk


# --- beyond the place: two people
def asked_wider(team, line, to="public", looked=()):
    return services.ask_to_widen_note(
        line=line, to=to, reason="Others learn from it.", by=team.officer, looked=looked
    )


def test_one_person_lets_nobody_beyond_the_place_read_a_paragraph(world):
    meeting, client = make.public(make.held(world.one)), browser(world.one)
    for level in ("hub", "network", "public"):
        with pytest.raises(ValidationError, match="second person"):
            services.add_note(
                meeting=meeting, language="en", texts={"title": "Lamps"}, visibility=level,
                by=world.one.officer,
            )  # fmt: skip
    line = noted(world.one, meeting, "Lamps", "city")
    with pytest.raises(ValidationError, match="second person"):
        services.change_note(
            line=line, language="en", texts={"title": "Lamps"}, visibility="public", by=world.one.officer
        )  # fmt: skip
    form = {"title": "Lamps", "language": "en", "visibility": "public"}
    assert client.post(f"/en/coordination/note/{line.pk}/edit/", form).status_code == 422
    # What two people let out is not written anew by one, in no language; one can take it back.
    Note._unscoped.filter(pk=line.pk).update(visibility="public")
    assert client.post(f"/en/coordination/note/{line.pk}/edit/", form).status_code == 302
    for other in ({"title": "Lamps off"}, {"title": "چراغ", "language": "ur"}):
        answer = client.post(f"/en/coordination/note/{line.pk}/edit/", form | other)
        assert answer.status_code == 422
        line.refresh_from_db()
        assert (line.texts, line.visibility) == ({"en": {"title": "Lamps"}}, "public")
    services.change_note(
        line=line,
        language="en",
        texts={"title": "Lamps off"},
        visibility="city",
        by=world.one.officer,
    )
    line.refresh_from_db()
    assert (line.texts, line.visibility) == ({"en": {"title": "Lamps off"}}, "city")


def test_the_form_of_a_paragraph_offers_as_many_readers_as_there_may_be(world):
    meeting = make.public(make.held(world.one))
    line = noted(world.one, meeting, "Lamps", "city")
    form = f"/en/coordination/note/{line.pk}/edit/"
    for level, of_meeting, offered in (
        ("city", "public", "city"),
        ("hub", "public", "hub"),
        ("hub", "city", "city"),  # the meeting was narrowed since
        ("mechanism", "city", "mechanism"),
    ):
        Note._unscoped.update(visibility=level)
        Meeting._unscoped.update(visibility=of_meeting)
        assert browser(world.one).get(form).context["form"].initial["visibility"] == offered


def test_two_people_let_everybody_read_it(world):
    meeting = make.public(make.held(world.one))
    line, client = noted(world.one, meeting, "Lamps for all."), browser(world.one)
    page = text(client.get(f"/en/coordination/note/{line.pk}/edit/"))
    assert "Let more people see it" in page
    share = f"/en/coordination/note/{line.pk}/share/"
    assert client.post(share, {"to": "city", "reason": "x"}).status_code == 422
    assert client.post(share, {"to": "public", "reason": "Others learn."}).status_code == 302
    assert "Lamps for all." not in text(Client().get(at(meeting)))
    (act,) = acts_waiting(world.one.mayor)
    assert "Lamps" not in str(act.detail)  # the act is kept for longer than minutes are
    network.confirm_two_person(act=act, by=world.one.mayor)
    assert "Lamps for all." in text(Client().get(at(meeting)))
    narrow = noted(world.one, make.held(world.one))
    with pytest.raises(ValidationError, match="meeting itself"):
        asked_wider(world.one, narrow)


def test_what_was_changed_or_narrowed_meanwhile_is_not_let_out(world):
    meeting = make.public(make.held(world.one))
    line = noted(world.one, meeting, "Lamps for all.")
    act = asked_wider(world.one, line)
    services.change_note(
        line=line, language="en", texts={"title": "Names"}, visibility="mechanism", by=world.one.officer
    )  # fmt: skip
    with pytest.raises(ValidationError, match="meanwhile"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    network.withdraw_two_person(act=act, by=world.one.officer)
    act = asked_wider(world.one, line)
    Meeting._unscoped.filter(pk=meeting.pk).update(visibility="city")
    with pytest.raises(ValidationError, match="meeting itself"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    services.remove_note(line=line, by=world.one.officer)
    with pytest.raises(ValidationError, match="meanwhile"):
        network.confirm_two_person(act=act, by=world.one.mayor)


def test_names_of_a_closed_room_are_looked_at_before_a_paragraph_is_let_out(world):
    meeting = make.public(make.held(world.one, closed_room=True))
    line = noted(world.one, meeting, "Kandarpur is tired.")
    with pytest.raises(NamesError):
        asked_wider(world.one, line)
    client, share = browser(world.one), f"/en/coordination/note/{line.pk}/share/"
    form = {"to": "public", "reason": "Others learn."}
    page = client.post(share, form)
    assert (page.status_code, "Kandarpur" in text(page)) == (422, True)
    assert client.post(share, {**form, "shown": "Kandarpur", "looked": "on"}).status_code == 302
    (act,) = acts_waiting(world.one.mayor)
    # A new member of the place: its name stands in the paragraph too.
    tired = people.organisation(world.one.place, "tired")
    with pytest.raises(ValidationError, match="meanwhile"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    tired.delete()
    network.confirm_two_person(act=act, by=world.one.mayor)
    line.refresh_from_db()
    assert line.visibility == "public"


# --- a closed room that others see
def test_nothing_is_written_into_a_closed_room_that_others_see_before_its_names_are_looked_at(
    world,
):
    shown = make.public(make.held(world.one, closed_room=True))
    inside = make.held(world.one, closed_room=True)
    clean = {"language": "en", "by": world.one.officer, "texts": {"title": "Lamps"}}
    names = {**clean, "texts": {"title": "Kandarpur asks"}}
    item = services.add_item(meeting=shown, **clean)
    decision = services.add_decision(meeting=shown, **clean)
    for act in (
        lambda **looked: services.add_item(meeting=shown, **names, **looked),
        lambda **looked: services.change_item(item=item, **names, **looked),
        lambda **looked: services.add_decision(meeting=shown, **names, **looked),
        lambda **looked: services.change_decision(decision=decision, **names, **looked),
        lambda **looked: services.change(meeting=shown, **names, **looked),
        lambda **looked: services.change(
            meeting=shown, **clean, where="Hall of Kandarpur", **looked
        ),
    ):
        with pytest.raises(NamesError) as found:
            act()
        assert found.value.names == ("Kandarpur",)
        act(looked=["Kandarpur"])
    planned = make.public(make.meeting(world.one, closed_room=True))
    why = {"meeting": planned, "language": "en", "why": "Kandarpur", "by": world.one.officer}
    with pytest.raises(NamesError):
        services.cancel(**why)
    services.cancel(**why, looked=["Kandarpur"])
    # Control: what stays with the team, and an open room, ask nothing.
    services.add_decision(meeting=inside, **names)
    services.add_decision(meeting=make.public(make.held(world.one)), **names)


def test_the_rule_comes_to_a_shared_meeting_with_a_look(world):
    meeting = make.public(make.held(world.one))
    noted(world.one, meeting, "Kandarpur is tired.", "public")
    told = {"meeting": meeting, "language": "en", "texts": {}, "by": world.one.officer}
    with pytest.raises(NamesError):
        services.change(**told, closed_room=True)
    meeting.refresh_from_db()
    assert meeting.closed_room is False
    services.change(**told, closed_room=True, looked=["Kandarpur"])


def test_names_are_pointed_out_on_the_pages_of_a_closed_room(world):
    meeting, client = make.public(make.held(world.one, closed_room=True)), browser(world.one)
    form = {"title": "Kandarpur asks", "language": "en"}
    for act in ("point/", "decision/"):
        page = client.post(at(meeting, act), form)
        assert (page.status_code, "I have looked" in text(page)) == (422, True)
        looked = {**form, "shown": "Kandarpur", "looked": "1"}
        assert client.post(at(meeting, act), looked).status_code == 302
    item = AgendaItem._unscoped.get()
    page = client.post(f"/en/coordination/point/{item.pk}/edit/", form)
    assert (page.status_code, "I have looked" in text(page)) == (422, True)
    facts = {**form, "on": meeting.on.isoformat(), "closed_room": "on"}
    page = client.post(at(meeting, "edit/"), facts)
    assert (page.status_code, "I have looked" in text(page)) == (422, True)


def test_an_agenda_is_copied_only_where_nobody_new_sees_it(world):
    body = make.body(world.one)
    earlier = make.held(world.one, body)
    services.add_item(
        meeting=earlier, language="en", texts={"title": "Quiet"}, by=world.one.officer
    )
    client = browser(world.one)

    def refused(meeting):
        with pytest.raises(ValidationError, match="More people"):
            services.copy_agenda(meeting=meeting, of=earlier, by=world.one.officer)
        assert "Copy the agenda" not in text(client.get(at(meeting)))
        assert client.post(at(meeting, "copy/")).status_code == 302
        assert titles(meeting) == []
        return True

    assert refused(make.public(make.meeting(world.one, body)))
    closed = make.meeting(world.one, body, closed_room=True)
    Meeting._unscoped.filter(pk=earlier.pk).update(closed_room=True)
    assert refused(make.meeting(world.one, body))
    assert services.copy_agenda(meeting=closed, of=earlier, by=world.one.officer) == 1


def test_the_second_person_lets_out_only_what_was_looked_through(world):
    meeting = make.held(world.one, closed_room=True)
    add = {"meeting": meeting, "language": "en", "by": world.one.officer}
    services.add_decision(texts={"title": "Kandarpur asks"}, **add)
    told = {"shared": meeting, "to": "hub", "reason": "Others learn.", "by": world.one.officer}
    act = network.ask_widening(**told)  # by another door than the page, without a look
    with pytest.raises(ValidationError, match="looked through"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    services.look_at_room(meeting=meeting, by=world.one.officer, looked=["Kandarpur"])
    services.add_item(texts={"title": "Noorabad answers"}, **add)
    with pytest.raises(ValidationError, match="looked through"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    names = ["Kandarpur", "Noorabad"]
    services.look_at_room(meeting=meeting, by=world.one.officer, looked=names)
    network.confirm_two_person(act=act, by=world.one.mayor)
    meeting.refresh_from_db()
    assert meeting.visibility == "hub"


def test_the_journal_of_a_closed_room_tells_neither_who_nor_of_which_meeting(world):
    meeting = make.held(world.one, closed_room=True)
    before = Line.objects.order_by("n").last().n
    told = {"language": "en", "texts": {"title": "Lamps"}, "by": world.one.officer}
    line = noted(world.one, meeting)
    services.remove_note(line=line, by=world.one.officer)
    item = services.add_item(meeting=meeting, **told)
    services.change_item(item=item, **told)
    services.remove_item(item=item, by=world.one.officer)
    decision = services.add_decision(meeting=meeting, **told)
    services.change_decision(decision=decision, **told)
    services.remove_decision(decision=decision, by=world.one.officer)
    found = Line.objects.filter(n__gt=before)
    assert found.count() == 8
    assert {(one.by, one.thing, one.place, one.detail) for one in found} == {
        ("chatham", "meeting:chatham", "", "{}")
    }
    open_one = make.held(world.one)
    noted(world.one, open_one)
    last = Line.objects.order_by("n").last()
    assert (last.by, last.thing) == ("city_officer", f"meeting:{open_one.pk}")
    names = {f.name for f in Note._meta.get_fields()}
    assert names == {"id", "meeting", "number", "visibility", "texts", "languages"}
    assert list(journal.verify()) == []


@pytest.mark.parametrize("kept", ["held", "minutes"])
def test_no_later_day_keeps_minutes_longer_than_the_one_they_began_with(world, kept):
    meeting = make.held(world.one) if kept == "held" else make.meeting(world.one, days=-7)
    if kept == "minutes":
        noted(world.one, meeting)
    told = {"meeting": meeting, "language": "en", "texts": {}, "by": world.one.officer}
    first, more = meeting.on, timedelta(days=1)
    with pytest.raises(ValidationError, match="at the latest"):
        services.change(**told, on=first + more)
    services.change(**told, on=first - timedelta(days=9))  # mistyped, and put right
    with pytest.raises(ValidationError, match="at the latest"):
        services.change(**told, on=first + more)
    services.change(**told, on=first)
    meeting.refresh_from_db()
    assert (meeting.on, meeting.latest) == (first, first)
    free = make.meeting(world.one, days=-7)  # control
    services.change(**{**told, "meeting": free}, on=free.on + timedelta(days=1))


def test_a_mistyped_year_deletes_nothing_at_once(world):
    meeting = make.held(world.one)
    there = people.organisation(world.one.place, "Canal traders")
    services.keep_attendance(meeting=meeting, organisations=[there], by=world.one.officer)
    told = {"meeting": meeting, "language": "en", "texts": {}, "by": world.one.officer}
    month, year = (meeting.on - timedelta(days=days) for days in (40, 400))
    with pytest.raises(ValidationError, match="deleted at once"):
        services.change(**told, on=month)
    services.keep_attendance(meeting=meeting, organisations=[], by=world.one.officer)
    noted(world.one, meeting)
    services.change(**told, on=month)
    with pytest.raises(ValidationError, match="deleted at once"):
        services.change(**told, on=year)
    services.remove_note(line=Note._unscoped.get(), by=world.one.officer)
    services.change(**told, on=year)


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1, 1, 1), date(1899, 12, 31)])
def test_a_day_that_nobody_means_is_refused(world, day):
    with pytest.raises(ValidationError, match="between 1900 and 2200"):
        make.meeting(world.one, on=day)
    body = make.body(world.one)
    for plan in (
        lambda: services.plan(body=body, days=[max(day, date(9999, 1, 1))], by=world.one.officer),
        lambda: make.body(world.one, begins=day),
        lambda: make.body(world.one, ends=day),
        lambda: body_services.put_balance(
            body=body, on=day, taken=1, women=0, young=0, civil=0, by=world.one.officer
        ),
    ):
        with pytest.raises(ValidationError):
            plan()
    form = {"title": "Far", "language": "en", "on": day.isoformat()}
    page = browser(world.one).post(f"/en/coordination/at/{world.one.place.slug}/meeting/new/", form)
    assert (page.status_code, "between 1900 and 2200" in text(page)) == (422, True)
    assert not Meeting._unscoped.exists()


def test_a_closed_room_is_looked_through_before_the_meeting_is_shown(world):
    meeting = make.held(world.one, closed_room=True, where="Hall")
    services.add_decision(
        meeting=meeting, language="en", texts={"title": "Kandarpur asks the ministry"}, by=world.one.officer
    )  # fmt: skip
    client = browser(world.one)
    form = {"to": "hub", "reason": "Others learn."}
    page = client.post(at(meeting, "share/"), form)
    assert page.status_code == 422
    assert "Kandarpur" in text(page)
    assert "I have looked at these names" in text(page)
    looked = {**form, "shown": "Kandarpur", "looked": "on"}
    assert client.post(at(meeting, "share/"), looked).status_code == 302
    assert "has asked to show it" in text(client.get(at(meeting)))


def test_the_rule_of_the_room_is_not_lifted_afterwards(world):
    meeting = make.held(world.one, closed_room=True)
    with pytest.raises(ValidationError, match="stays so"):
        services.change(
            meeting=meeting, language="en", texts={}, closed_room=False, by=world.one.officer
        )
    before = make.meeting(world.one, closed_room=True)
    services.change(
        meeting=before, language="en", texts={}, closed_room=False, by=world.one.officer
    )
    before.refresh_from_db()
    assert before.closed_room is False


def test_a_closed_room_tells_no_hour_afterwards(world):
    planned = make.meeting(world.one, closed_room=True, at=time(16, 45), where="Hall of the mill")
    client = browser(world.one)
    assert "16:45" in text(client.get(at(planned)))
    room = {"closed_room": True, "at": time(16, 45), "where": "Hall of the mill"}
    unmarked = make.meeting(world.one, days=-1, **room)
    today = make.meeting(world.one, days=0, **room)
    assert "16:45" not in text(client.get(at(unmarked)))
    assert "16:45" in text(client.get(at(today)))
    noted(world.one, today)
    assert "16:45" not in text(client.get(at(today)))
    past = make.public(make.held(world.one, **room))
    assert "16:45" not in text(client.get(at(past)))
    paper = minutes(
        world.one.officer, queries.meeting(world.one.officer, meeting=past.pk), "en", url="/"
    )
    told = " ".join(one.text for one in texts(paper))
    assert "16:45" not in told
    assert "Hall of the mill" not in told
    assert "Chatham House Rule" in told


def test_minutes_go_along_as_files_with_what_the_reader_may_see(world):
    meeting = make.public(make.held(world.one, present=5))
    there = people.organisation(world.one.place, "Canal traders")
    services.keep_attendance(meeting=meeting, organisations=[there], by=world.one.officer)
    noted(world.one, meeting, "Quiet words.", "mechanism")
    noted(world.one, meeting, "Loud words.", "public")

    def word_file(client):
        answer = client.get(at(meeting, "as/docx/"))
        assert answer["Content-Disposition"].startswith("attachment")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            return parts.read("word/document.xml").decode()

    team, others = word_file(browser(world.one)), word_file(Client())
    assert "Quiet words." in team
    assert "Loud words." in team
    assert "Quiet words." not in others
    assert "Loud words." in others
    assert "Canal traders" not in team
    answer = Client().get(at(meeting, "as/pdf/?language=ur"))
    assert answer.content.startswith(b"%PDF")
    assert Client().get(at(meeting, "as/exe/")).status_code == 404
    assert Client().get(at(meeting, "as/pdf/?language=xx")).status_code == 404


# --- who was there
def test_who_was_there_is_for_the_team_alone(world):
    meeting = make.public(make.held(world.one))
    there = people.organisation(world.one.place, "Canal traders")
    people.organisation(world.one.place, "Boat owners")
    client = browser(world.one)
    client.post(at(meeting, "there/keep/"), {"organisations": [there.pk]})
    assert Attendance._unscoped.get().organisation == there
    assert "Canal traders" in text(client.get(at(meeting, "there/")))
    assert "Canal traders" not in text(client.get(at(meeting)))
    for role in ("partner", "mayor"):
        assert browser(world.one, role).get(at(meeting, "there/")).status_code == 403
    assert Client().get(at(meeting, "there/")).status_code == 302
    assert not Attendance.objects.seen_by(world.one.mayor).exists()
    assert not Attendance.objects.seen_by(PUBLIC).exists()
    assert "Canal traders" not in str([line.content for line in Line.objects.all()][-1])
    # Another list replaces it.
    client.post(at(meeting, "there/keep/"), {"organisations": []})
    assert not Attendance._unscoped.exists()


def test_who_was_there_is_kept_thirty_days_and_not_before(world):
    there = people.organisation(world.one.place, "Canal traders")
    for days, words in ((-30, "30 days"), (-29, "")):
        meeting = make.held(world.one, days=days)
        if words:
            with pytest.raises(ValidationError, match=words):
                services.keep_attendance(
                    meeting=meeting, organisations=[there], by=world.one.officer
                )
        else:
            services.keep_attendance(meeting=meeting, organisations=[there], by=world.one.officer)
    with pytest.raises(ValidationError, match="held first"):
        services.keep_attendance(
            meeting=make.meeting(world.one), organisations=[there], by=world.one.officer
        )
    foreign = people.organisation(world.other.place, "Over there")
    with pytest.raises(ValidationError, match="from the list"):
        services.keep_attendance(
            meeting=make.held(world.one), organisations=[foreign], by=world.one.officer
        )


# --- pages
def test_a_body_that_is_hidden_is_not_named_by_its_meeting(world):
    body = make.body(world.one, "Quiet circle")
    meeting = make.public(make.held(world.one, body, title="Open evening"))
    for address in (at(meeting), "/en/coordination/meetings/"):
        assert "Quiet circle" not in text(Client().get(address))
    assert "Quiet circle" in text(browser(world.one).get(at(meeting)))


def test_the_list_narrows_by_what_waits(world):
    make.meeting(world.one, title="To come")
    make.meeting(world.one, title="Forgotten", days=-3)
    make.held(world.one, title="Done")
    client = browser(world.one)
    for when, shown in (("ahead", "To come"), ("open", "Forgotten"), ("held", "Done")):
        page = text(client.get(f"/en/coordination/meetings/?when={when}"))
        assert [
            name for name in ("To come", "Forgotten", "Done") if f'dir="auto">{name}</a>' in page
        ] == [shown]
    assert "Plan one, or open a body" in text(
        browser(world.other).get("/en/coordination/meetings/")
    )


def test_pages_ask_the_database_as_often_for_one_as_for_three(world):
    body, client = make.body(world.one), browser(world.one)
    meeting = make.public(make.held(world.one, body))

    def add(n):
        make.held(world.one, body, title=f"Evening {n}")
        services.add_item(
            meeting=meeting, language="en", texts={"title": f"P{n}"}, by=world.one.officer
        )
        decision = services.add_decision(
            meeting=meeting, language="en", texts={"title": f"D{n}"}, by=world.one.officer
        )
        Commitment._unscoped.create(
            place=meeting.place, decision=decision, texts={"en": {"title": "x"}}, languages=["en"]
        )
        noted(world.one, meeting, f"N{n}")

    def asked(address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    add(1)
    first = {address: asked(address) for address in (at(meeting), "/en/coordination/meetings/")}
    add(2)
    add(3)
    assert {address: asked(address) for address in first} == first
    assert first[at(meeting)] <= 16
    assert first["/en/coordination/meetings/"] <= 10


def test_the_start_tells_what_is_due(world):
    client = browser(world.one)
    assert "Nothing is due" in text(client.get("/en/coordination/"))
    make.meeting(world.one, title="Soon")
    make.meeting(world.one, title="Far", days=60)
    make.meeting(world.one, title="Forgotten", days=-2)
    page = text(client.get("/en/coordination/"))
    assert page.index("Forgotten") < page.index("Soon")
    assert "Far" not in page
    assert "1 not marked as held" in page
    assert "Soon" not in text(Client().get("/en/coordination/"))
    assert "Due in the next" not in text(Client().get("/en/coordination/"))


def test_days_of_the_calendar_are_told_when_planning(world):
    body = make.body(world.one, rhythm="monthly")
    make.held(world.one, body)
    client = browser(world.one)
    day = health.proposals(bodies.facts_of(world.one.officer, [body])[body.pk])[0]
    Day._unscoped.create(
        place=body.place, kind="joyful", begins=day, ends=day, texts={"en": {"title": "Lamp festival"}},
        languages=["en"],
    )  # fmt: skip
    assert "Lamp festival" in text(client.get(f"/en/coordination/body/{body.pk}/plan/"))
