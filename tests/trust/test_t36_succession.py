"""T36: who takes a city over, with every right that exists there, gets no key of the old team and no room
that the office had not joined; and a witness sees what somebody took out of the journal before.

Controls: without the act that ends sessions and invitations the old team still walks in; a pack made with
another city's eyes holds what its office never saw; without a witness a cut journal looks whole.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from baithak.coordination import tasks
from baithak.coordination.models import Attendance
from baithak.coordination.services import first_hour, meetings
from baithak.dialogue import services as dialogues
from baithak.dialogue.models import Vote
from baithak.home.models import Handover, Reapproval
from baithak.home.pack import building
from baithak.home.services import handover as services
from baithak.journal import services as journal
from baithak.journal import triggers
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network import services as network
from baithak.network.rules import ROLES_AT
from baithak.network.scope import SYSTEM
from factories import coordination as coordinate
from factories import dialogue as talk
from factories import exchange as make
from factories import network as people

pytestmark = [pytest.mark.trust, pytest.mark.django_db(transaction=True)]

HERE, THERE = "zqherecanaryqz", "zqtherecanaryqz"
NUMBER = "+9477555013579"


@pytest.fixture
def story(settings, tmp_path) -> SimpleNamespace:
    """Two cities: the one that changes hands, and one with a closed room that it has not joined."""
    settings.HOME = tmp_path
    world = make.two_cities()
    city, other = world.one, world.other
    club = people.organisation(city.place, f"Boat club {HERE}")
    met = coordinate.held(city, coordinate.body(city))
    meetings.keep_attendance(meeting=met, organisations=[club], by=city.officer)
    closed = coordinate.held(other, coordinate.body(other), closed_room=True)
    meetings.add_note(
        meeting=closed, language="en", texts={"title": f"What was said {THERE}"},
        visibility="mechanism", by=other.officer,
    )  # fmt: skip
    card = first_hour.edit(
        place=city.place, language="en", by=city.officer,
        texts={"who_speaks": "The mayor", "first_steps": "Find out"},
    )  # fmt: skip
    today = timezone.localdate()
    first_hour.add_contact(
        card=card, office="Station", telephone=NUMBER, agreed_on=today,
        until=today + timedelta(days=30), by=city.officer,
    )  # fmt: skip
    city.moderator = city.viewers["facilitator"]
    dialogue = talk.opened(city)
    talk.crowd(dialogue, 30)
    dialogues.close(dialogue=dialogue, by=city.officer)
    return SimpleNamespace(city=city, other=other, met=met, closed=closed, dialogue=dialogue)


def invited(story: SimpleNamespace, monkeypatch) -> str:
    """The link of an invitation that the old officer sent before leaving."""
    sent = []
    monkeypatch.setattr("baithak.network.letters.invite", lambda **told: sent.append(told))
    network.invite(
        place=story.city.place, role="facilitator", email="friend@city.example",
        site="https://hub.example", by=story.city.officer,
    )  # fmt: skip
    return f"/en/invitation/{sent[0]['token']}/"


def hand_over(story: SimpleNamespace) -> Handover:
    act = services.ask_to_hand_over(
        place=story.city.place, purpose="change", language="en", reason="A new mayor.",
        by=story.city.officer,
    )  # fmt: skip
    network.confirm_two_person(act=act, by=story.city.viewers["mayor"])
    return Handover.objects.seen_by(SYSTEM).select_related("place", "act").get()


def doors_left_open(browsers: list[Client], link: str) -> list[str]:
    """What of the old team still opens."""
    found = [
        f"session {at}"
        for at, browser in enumerate(browsers)
        if browser.get("/en/desk/").status_code == 200
    ]
    if "password" in Client().get(link).text:
        found.append("invitation")
    return found


def test_no_session_and_no_invitation_of_the_old_team_is_left(story, monkeypatch):
    browsers = [people.sign_in(user) for user in story.city.users.values()]
    link = invited(story, monkeypatch)
    assert len(doors_left_open(browsers, link)) == len(browsers) + 1
    hand_over(story)
    assert doors_left_open(browsers, link) == []


def asked_before(story: SimpleNamespace):
    """A request of the old officer, that friends are let in, waits for a second person."""
    return network.ask_to_invite(
        place=story.city.place, role="auditor", email="friend@city.example",
        site="https://hub.example", reason="Before we leave.", by=story.city.officer,
    )  # fmt: skip


def test_no_request_of_the_old_team_is_left(story):
    act = asked_before(story)
    hand_over(story)
    act.refresh_from_db()
    assert act.closed_at is not None
    mayor = people.viewer(story.city.users["mayor"])
    with pytest.raises(ValidationError):
        network.confirm_two_person(act=act, by=mayor)


def test_control_without_that_act_the_request_is_confirmed(story, monkeypatch):
    act = asked_before(story)
    monkeypatch.setattr(services, "change_hands", lambda **told: (0, 0))
    hand_over(story)
    network.confirm_two_person(act=act, by=people.viewer(story.city.users["mayor"]))
    act.refresh_from_db()
    assert act.confirmed_at is not None


def test_control_without_that_act_the_old_team_walks_in(story, monkeypatch):
    browsers = [people.sign_in(user) for user in story.city.users.values()]
    link = invited(story, monkeypatch)
    monkeypatch.setattr(services, "change_hands", lambda **told: (0, 0))
    hand_over(story)
    assert len(doors_left_open(browsers, link)) == len(browsers) + 1


def successor(story: SimpleNamespace) -> Client:
    """Somebody new with every role that exists in a city."""
    user = people.person("Successor")
    for role in ROLES_AT["city"]:
        people.grant(user, story.city.place, role, days=0)
    return people.sign_in(user)


def test_every_right_of_the_city_opens_no_room_that_its_office_had_not_joined(story):
    hand_over(story)
    new = successor(story)
    assert new.get(story.met.get_absolute_url()).status_code == 200
    for path in ("", "there/", "as/pdf/"):
        assert new.get(f"{story.closed.get_absolute_url()}{path}").status_code == 404
    for path in ("/en/coordination/meetings/", "/en/search/?q=said", "/en/desk/", "/en/news/"):
        assert THERE not in new.get(path).text


def test_what_was_closed_stays_closed(story):
    """The key is gone, so nobody names a vote; what expired is no row any more."""
    hand_over(story)
    assert not keys.exists(story.dialogue.key)
    type(story.met)._unscoped.filter(pk=story.met.pk).update(
        on=timezone.localdate() - timedelta(days=31)
    )
    while tasks.forget_attendance():
        pass
    assert not Attendance._unscoped.exists()
    there = successor(story).get(f"{story.met.get_absolute_url()}there/")
    assert there.status_code == 200
    assert "checked" not in there.text  # nobody is marked as having been there


def told_by(handover: Handover, *names: str) -> str:
    """What these files of the pack say; all of them where none is named."""
    pack = zipfile.ZipFile(io.BytesIO(building.build(handover)))
    chosen = names or pack.namelist()
    return "\n".join(pack.read(name).decode(errors="replace") for name in chosen)


def test_the_pack_holds_no_attendance_no_number_no_vote_and_nothing_of_another_city(story):
    handover = hand_over(story)
    told = told_by(handover)
    assert story.met.title in told
    assert THERE not in told
    assert NUMBER[1:] not in told
    for pid in Vote._unscoped.values_list("pid", flat=True)[:5]:
        assert bytes(pid).hex() not in told
    # The club stands in the list of organisations, and nowhere as having been at a meeting.
    minutes = f"meetings/{story.met.pk}.html"
    assert HERE in told_by(handover, "data/organisations.csv")
    assert HERE not in told_by(handover, "data/coordination.json", minutes)


def test_control_with_another_citys_eyes_the_pack_tells_of_its_room(story, monkeypatch):
    handover = hand_over(story)
    monkeypatch.setattr(handover, "place", story.other.place)
    assert THERE in told_by(handover)


def test_nobody_keeps_a_role_by_their_own_word(story):
    hand_over(story)
    for one in Reapproval.objects.seen_by(SYSTEM).select_related("membership__user"):
        own = people.viewer(one.membership.user)
        with pytest.raises(services.PermissionDenied):
            services.decide(reapproval=one, keep=True, by=own)


def test_a_witness_sees_what_was_taken_out_and_nobody_else_does(story):
    witness = journal.head()
    hand_over(story)
    last = Line.objects.order_by("-n").first().n
    triggers.remove(connection)
    try:
        Line.objects.filter(n__gt=witness[0] - 3).delete()
    finally:
        triggers.install(connection)
    assert last > witness[0]
    assert list(journal.verify()) == []  # control: alone the shorter chain looks whole
    assert list(journal.verify(witness=witness)) != []
