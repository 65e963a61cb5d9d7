"""Commitments: born of something, kept by organisations, told of by them, reminded of in time."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from baithak.coordination import tasks
from baithak.coordination.models import Commitment, CommitmentStep
from baithak.coordination.queries import commitments as queries
from baithak.coordination.services import commitments, meetings
from baithak.exchange import findings
from baithak.exchange.findings import Finding
from baithak.exchange.services.names import NamesError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.scope import PUBLIC
from factories import coordination as make
from factories import exchange as cities
from factories import network as people

pytestmark = pytest.mark.django_db

NEW = "/en/coordination/commitments/new/"


@pytest.fixture
def world():
    return cities.two_cities()


@pytest.fixture
def team(world):
    return world.one


@pytest.fixture
def works(team):
    """A department of the place."""
    return people.organisation(team.place, "Works department", types=["local_government"])


@pytest.fixture
def keeper(team, works):
    """Somebody whose role at the place is for that department."""
    user = people.person("Nilufa Begum", language="bn")
    people.grant(user, team.place, "department_staff", organisation=works)
    return user


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(answer):
    return answer.content.decode()


def told(commitment, team, state="started", **more):
    told = {"day": timezone.localdate(), "text": "The poles are up.", "language": "en", **more}
    return commitments.tell(commitment=commitment, state=state, by=team.officer, **told)


# --- born
def test_a_takeaway_becomes_a_commitment_with_one_press(team, works):
    taken = make.takeaway(team, make.workshop(team), "Light the canal path")
    browser = officer(team)
    address = f"{NEW}?takeaway={taken.pk}"
    assert "Light the canal path" in text(browser.get(address))
    posted = {
        "title": "Light the canal path",
        "language": "en",
        "owner": works.pk,
        "due": "2027-03-01",
    }
    assert browser.post(address, posted).status_code == 302
    made = Commitment._unscoped.get()
    assert (made.takeaway, made.owner, str(made.due)) == (taken, works, "2027-03-01")
    assert (made.visibility, made.place) == ("mechanism", team.place)
    assert Line.objects.order_by("n").last().verb == "coordination.commit"
    page = text(browser.get(made.get_absolute_url()))
    assert "A takeaway of a workshop" in page
    assert "#takeaways" in page


def test_nobody_takes_up_what_they_may_not_see(world, team):
    taken = make.takeaway(team, make.workshop(team))
    assert officer(world.other).get(f"{NEW}?takeaway={taken.pk}").status_code == 404
    assert officer(team).get(f"{NEW}?takeaway=nothing").status_code == 404
    assert people.sign_in(team.users["partner"]).get(NEW).status_code == 403


def test_a_finding_keeps_its_words_where_everybody_may_read_them(team, monkeypatch):
    seen = {"public": True}

    def load(viewer, name):
        if viewer == PUBLIC and not seen["public"]:
            return None
        return Finding("Most want lamps.", "en", "/en/dialogue/x/")

    monkeypatch.setitem(findings._KNOWN, "test", load)
    first = commitments.begin(
        place=team.place, language="en", texts={"title": "Lamps"}, by=team.officer,
        origin=queries.source(team.officer, {"because": "test:1"}),
    )  # fmt: skip
    assert (first.because, first.because_text) == ("test:1", "Most want lamps.")
    seen["public"] = False
    second = commitments.begin(
        place=team.place, language="en", texts={"title": "Lamps"}, by=team.officer,
        origin=queries.source(team.officer, {"because": "test:1"}),
    )  # fmt: skip
    assert second.because_text == ""
    assert "Most want lamps." in text(officer(team).get(first.get_absolute_url()))


def test_it_is_born_for_the_place_of_what_it_comes_from(world, team):
    taken = make.takeaway(team, make.public(make.workshop(team, closed_room=False)))
    origin = queries.source(world.other.officer, {"takeaway": str(taken.pk)})
    with pytest.raises(ValidationError, match="another place"):
        commitments.begin(
            place=world.other.place, language="en", texts={"title": "Lamps"}, origin=origin,
            by=world.other.officer,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "field"),
    [(" ", "title"), ("Ask 077 123 4567", "title"), ("x" * 401, "title"), ("Turn\u202e", "title")],
)
def test_words_that_cannot_be_kept_are_refused(team, title, field):
    with pytest.raises(ValidationError) as refused:
        make.commitment(team, title)
    assert list(refused.value.error_dict) == [field]
    assert not Commitment._unscoped.exists()


def test_an_organisation_of_another_place_keeps_nothing_here(world, team):
    foreign = people.organisation(world.other.place, "Noorabad water board")
    with pytest.raises(ValidationError, match="organisation of this place"):
        make.commitment(team, owner=foreign)
    answer = officer(team).post(NEW, {"title": "Lamps", "language": "en", "owner": foreign.pk})
    assert answer.status_code == 422
    assert "Noorabad water board" not in text(answer)


def test_a_broken_journal_changes_nothing(team, monkeypatch):
    made = make.commitment(team)

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        told(made, team, "done")
    made.refresh_from_db()
    assert (made.state, made.done_on, CommitmentStep._unscoped.count()) == ("open", None, 0)


# --- names
def test_what_is_born_in_a_closed_room_is_looked_at_for_every_name(team):
    taken = make.takeaway(team, make.workshop(team))
    words = "Two lamps as Noorabad asked"
    with pytest.raises(NamesError) as found:
        make.commitment(team, words, of=taken)
    assert found.value.names == ("Noorabad",)
    assert make.commitment(team, words, of=taken, looked=["Noorabad"]).title == words
    made = make.commitment(team, of=taken)
    with pytest.raises(NamesError):
        commitments.change(commitment=made, language="en", texts={"title": words}, by=team.officer)
    with pytest.raises(NamesError):
        told(made, team, text="Noorabad has sent a plan.")
    # Of an open room cities are named, as in every other commitment.
    taken = make.takeaway(team, make.workshop(team, closed_room=False))
    assert make.commitment(team, words, of=taken).title == words


def test_a_decision_of_a_closed_meeting_is_one_too(team):
    met = make.held(team, closed_room=True)
    decided = meetings.add_decision(
        meeting=met, language="en", texts={"title": "Light the path"}, by=team.officer
    )
    origin = queries.source(team.officer, {"decision": str(decided.pk)})
    begin = {"place": team.place, "language": "en", "origin": origin, "by": team.officer}
    with pytest.raises(NamesError):
        commitments.begin(texts={"title": "As Noorabad asked"}, **begin)
    assert commitments.begin(texts={"title": "Light it"}, **begin).decision == decided


def test_people_are_pointed_out_once_in_every_commitment(team, keeper):
    browser = officer(team)
    posted = {"title": "Nilufa Begum mends two lamps in Noorabad", "language": "en"}
    answer = browser.post(NEW, posted)
    assert (answer.status_code, "tick that you have looked" in text(answer)) == (422, True)
    assert not Commitment._unscoped.exists()
    assert browser.post(NEW, {**posted, "shown": "Nilufa Begum", "looked": "1"}).status_code == 302
    made = Commitment._unscoped.get()
    answer = browser.post(reverse("coordination:edit_commitment", args=[made.pk]), posted)
    assert (answer.status_code, 'name="looked"' in text(answer)) == (422, True)
    address = reverse("coordination:tell_commitment", args=[made.pk])
    step = {"day": "2026-11-01", "text": "Nilufa Begum was there.", "state": "started"}
    answer = browser.post(address, {**step, "language": "en"})
    assert (answer.status_code, 'name="looked"' in text(answer)) == (422, True)
    assert not CommitmentStep._unscoped.exists()


# --- how it goes
def test_done_has_its_day_and_open_again_has_none(team):
    made = make.commitment(team)
    yesterday = timezone.localdate() - timedelta(days=1)
    told(made, team, "done", day=yesterday)
    made.refresh_from_db()
    assert (made.state, made.done_on, made.is_open) == ("done", yesterday, False)
    # A mistyped day is put right by one more line, earlier or later.
    for days in (9, 3):
        told(made, team, "done", day=yesterday - timedelta(days=days))
        made.refresh_from_db()
        assert made.done_on == yesterday - timedelta(days=days)
    told(made, team, "started", text="One lamp failed.")
    made.refresh_from_db()
    assert (made.state, made.done_on) == ("started", None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "Call 0771234567"}, "text"),
        ({"day": timezone.localdate() + timedelta(days=1)}, "day"),
        ({"language": "xx"}, "language"),
        ({"state": "forgotten"}, "state"),
    ],
)
def test_a_step_says_what_has_happened(team, wrong, field):
    made = make.commitment(team)
    with pytest.raises(ValidationError) as refused:
        told(made, team, **wrong)
    assert list(refused.value.error_dict) == [field]
    assert not CommitmentStep._unscoped.exists()


def test_who_keeps_it_sees_it_and_tells_how_it_goes(team, works, keeper):
    mine, other = make.commitment(team, owner=works), make.commitment(team, "Not theirs")
    browser = people.sign_in(keeper)
    assert browser.get(other.get_absolute_url()).status_code == 404
    assert "Tell how it goes" in text(browser.get(mine.get_absolute_url()))
    address = reverse("coordination:tell_commitment", args=[mine.pk])
    posted = {"day": "2026-11-01", "text": "Ordered.", "state": "started", "language": "en"}
    assert browser.post(address, posted).status_code == 302
    mine.refresh_from_db()
    assert mine.state == "started"
    assert browser.get(reverse("coordination:edit_commitment", args=[mine.pk])).status_code == 403
    answer = browser.post(address, {**posted, "text": "Ring 0771234567"})
    assert (answer.status_code, "number of a phone" in text(answer)) == (422, True)


def test_a_partner_of_another_organisation_sees_it_by_its_level_alone(team, works):
    made = make.commitment(team, owner=works)
    assert queries.commitment(team.partner, commitment=made.pk) is None
    make.public(made)
    browser = people.sign_in(team.users["partner"])
    assert "Tell how it goes" not in text(browser.get(made.get_absolute_url()))


def test_quiet_partners_are_named_to_members_alone(world, team, works):
    quiet = people.organisation(team.place, "Lantern Women", types=["community_group"])
    hidden, open_one = make.commitment(team, owner=quiet), make.commitment(team, owner=works)
    for one in (hidden, open_one):
        make.public(one)
    assert queries.owner_words(team.partner, hidden) == "Lantern Women"
    assert queries.owner_words(PUBLIC, hidden) == "Community group"
    assert queries.owner_words(PUBLIC, open_one) == "Works department"
    for page in (hidden.get_absolute_url(), reverse("coordination:commitments")):
        assert "Lantern Women" not in text(Client().get(page))
    asked = f"{reverse('coordination:commitments')}?owner={quiet.pk}"
    assert "Two lamps" not in text(Client().get(asked))


def test_where_it_comes_from_is_not_told_to_those_who_may_not_see_it(team):
    made = make.commitment(team, of=make.takeaway(team, make.workshop(team), "Said in the room"))
    page = text(Client().get(make.public(made).get_absolute_url()))
    assert "Said in the room" not in page
    assert "shown to fewer people" in page


# --- the list
def test_the_list_is_narrowed_by_what_stands_in_the_address(world, team, works):
    today = timezone.localdate()
    late = make.commitment(team, "Late", due=today - timedelta(days=1), owner=works)
    done = make.commitment(team, "Done")
    told(done, team, "done")
    born = make.commitment(team, "Born", of=make.takeaway(team, make.workshop(team)))
    make.public(make.commitment(world.other, "Elsewhere"))
    found = {
        asked: {one.title for one in queries.commitments(team.officer, dict([asked.split("=")]))}
        for asked in (
            f"place={team.place.slug}", f"owner={works.pk}", "state=left", "state=done", "late=on",
            "source=takeaway", "source=noted", f"workshop={born.takeaway.workshop_id}",
            "state=nothing", "owner=x", "source=king",
        )
    }  # fmt: skip
    assert found == {
        f"place={team.place.slug}": {"Late", "Done", "Born"},
        f"owner={works.pk}": {"Late"},
        "state=left": {"Late", "Born", "Elsewhere"},
        "state=done": {"Done"},
        "late=on": {"Late"},
        "source=takeaway": {"Born"},
        "source=noted": {"Late", "Done", "Elsewhere"},
        f"workshop={born.takeaway.workshop_id}": {"Born"},
        "state=nothing": set(),
        "owner=x": set(),
        "source=king": set(),
    }
    assert late.is_overdue
    page = text(officer(team).get(reverse("coordination:commitments") + "?late=on&state=done"))
    assert "Nothing fits all of this" in page


# --- reminders
@pytest.fixture
def looked(monkeypatch):
    """The chore, without its hour of rest, on a day that is so many days from today."""

    today = timezone.localdate()
    monkeypatch.setattr(tasks, "may_send", lambda reader: True)  # whatever the clock says

    def look(days=0):
        day = today + timedelta(days=days)
        monkeypatch.setattr(tasks.timezone, "localdate", lambda *a: day)
        monkeypatch.setitem(tasks._last, "remind", 0.0)
        before = len(mail.outbox)
        tasks.remind()
        return [letter.to[0] for letter in mail.outbox[before:]]

    return look


def test_one_letter_before_the_day_and_one_every_fourteen_days_after_it(
    team, works, keeper, looked
):
    make.commitment(team, owner=works, due=timezone.localdate() + timedelta(days=10))
    sent = {day: len(looked(day)) for day in range(50)}
    assert [day for day, number in sent.items() if number] == [3, 11, 25, 39]
    assert set(sent.values()) == {0, 1}
    assert {letter.to[0] for letter in mail.outbox} == {keeper.email}


def test_in_quiet_hours_it_waits_and_comes_afterwards(team, works, keeper, looked, monkeypatch):
    make.commitment(team, owner=works, due=timezone.localdate())
    monkeypatch.setattr(tasks, "may_send", lambda reader: reader.pk != keeper.pk)
    assert looked() == []
    monkeypatch.setattr(tasks, "may_send", lambda reader: True)
    assert looked() == [keeper.email]


def test_without_somebody_of_the_organisation_the_office_is_reminded(team, works, looked):
    make.commitment(team, owner=works, due=timezone.localdate() - timedelta(days=1))
    assert looked() == [team.users["city_officer"].email]


def test_what_is_done_dropped_or_has_no_day_waits_for_nobody(team, looked):
    for state in ("done", "dropped"):
        told(make.commitment(team, due=timezone.localdate()), team, state)
    make.commitment(team, due=None)
    assert looked() == []


def test_a_letter_comes_in_its_readers_language_with_title_and_link_alone(
    team, works, keeper, looked
):
    made = make.public(make.commitment(team, owner=works, due=timezone.localdate()))
    told(made, team, text="Something inside")
    looked()
    (letter,) = mail.outbox
    assert f"/bn/coordination/commitment/{made.pk}/" in letter.body
    assert made.title in letter.body
    for inside in ("Something inside", "Works department", "Nilufa"):
        assert inside not in letter.body + letter.subject


def test_what_the_team_alone_sees_or_a_closed_room_has_said_is_in_no_letter(team, looked):
    day = timezone.localdate()
    born = make.commitment(team, "Oars", of=make.takeaway(team, make.workshop(team)), due=day)
    make.public(born)
    make.commitment(team, "Lanterns", due=day)
    open_room = make.workshop(team, closed_room=False)
    make.public(
        make.commitment(team, "Bridges", of=make.takeaway(team, open_room, "Mend it"), due=day)
    )
    assert len(looked()) == 3
    told = "".join(letter.subject + letter.body for letter in mail.outbox)
    assert [word in told for word in ("Oars", "Lanterns", "Bridges")] == [False, False, True]
    assert born.get_absolute_url() in told
    # Where a title would stand, no line is left hanging.
    [letter] = [one.body for one in mail.outbox if born.get_absolute_url() in one.body]
    assert f":\n\nCommitment {born.pk}\n\n" in letter


def test_quiet_hours_hold_a_letter_back_for_a_day_and_no_longer(
    team, works, keeper, looked, monkeypatch
):
    made = make.commitment(team, owner=works, due=timezone.localdate())
    monkeypatch.setattr(tasks, "may_send", lambda reader: False)
    began = timezone.now()
    for hours, sent in ((0, 0), (23, 0), (24, 1), (24.1, 0)):
        monkeypatch.setattr(tasks.timezone, "now", lambda h=hours: began + timedelta(hours=h))
        assert looked() == [keeper.email] * sent
    # The next letter has a day of its own.
    made.refresh_from_db()
    assert made.waits_since is None
    assert looked(14) == []


def test_what_waits_for_somebodys_morning_keeps_nobody_else_from_theirs(
    team, works, keeper, looked, monkeypatch
):
    monkeypatch.setattr(tasks, "_MOST_COMMITMENTS", 2)
    for days in (9, 8, 7):
        make.commitment(team, owner=works, due=timezone.localdate() - timedelta(days=days))
    for _ in range(3):
        make.commitment(team, due=timezone.localdate())
    monkeypatch.setattr(tasks, "may_send", lambda reader: reader.pk != keeper.pk)
    office = team.users["city_officer"].email
    assert [looked(), looked(), looked()] == [[office] * 2, [office], []]


def test_two_workers_send_one_letter(team, looked):
    made = make.commitment(team, due=timezone.localdate())
    today = timezone.localdate()
    assert commitments.claim_reminder(commitment=made, day=today) is True
    assert commitments.claim_reminder(commitment=made, day=today) is False
    assert looked() == []


def test_a_mail_server_that_refuses_leaves_the_claim_and_the_next_letter(team, looked, monkeypatch):
    make.commitment(team, due=timezone.localdate() - timedelta(days=1))
    refused = Mock(side_effect=smtplib.SMTPServerDisconnected("gone"))
    with monkeypatch.context() as broken:
        broken.setattr("baithak.coordination.letters.send_mail", refused)
        looked()
    assert refused.called
    assert looked(1) == []
    assert looked(14) == [team.users["city_officer"].email]
