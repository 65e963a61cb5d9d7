"""A place asks another one: both sides see it, a day is agreed, late ones are passed on, nobody else sees anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from baithak.coordination import tasks
from baithak.coordination.models import Reply, Request
from baithak.coordination.queries import requests as queries
from baithak.coordination.services import requests as services
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

TITLE = "The counts of schools by ward"


@pytest.fixture
def world():
    found = make.two_cities()
    found.land = found.one.place.parent
    found.ministry = people.member(found.land, Role.NATIONAL_REPRESENTATIVE)
    found.minister = people.viewer(found.ministry)
    return found


def day(days: int):
    return timezone.localdate() + timedelta(days=days)


def asked(world, to=None, **told):
    told = {"kind": "data", "language": "en", "texts": {"title": TITLE}, **told}
    return services.ask(place=world.one.place, to=to or world.land, by=world.one.officer, **told)


def sent(world, to=None, **told):
    made = asked(world, to, **told)
    services.send(request=made, by=world.one.officer)
    made.refresh_from_db()
    return made


def late(world, to=None, **told):
    made = sent(world, to, reply_by=day(3), **told)
    Request._unscoped.filter(pk=made.pk).update(sent_on=day(-40), reply_by=day(-1))
    made.refresh_from_db()
    return made


def sees(viewer, made):
    return queries.request(viewer, asked=made.pk) is not None


# --- who sees it


def test_a_draft_is_seen_by_those_who_run_the_asking_place_alone(world):
    made = asked(world)
    assert (made.state, made.sent_on) == ("draft", None)
    assert sees(world.one.officer, made)
    assert sees(world.one.mayor, made)
    for stranger in (
        world.minister,
        world.one.partner,
        world.other.officer,
        world.secretary,
        PUBLIC,
    ):
        assert not sees(stranger, made)
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.place) == ("coordination.ask", world.one.place.slug)


def test_sent_it_is_seen_by_both_sides_and_nobody_else(world):
    made = sent(world)
    assert sees(world.minister, made)
    assert sees(world.one.officer, made)
    for stranger in (
        world.one.partner,
        world.other.officer,
        world.other.mayor,
        world.secretary,
        PUBLIC,
    ):
        assert not sees(stranger, made)


def test_each_side_has_its_own_list(world):
    made, other = sent(world), sent(world, world.other.place)
    draft = asked(world)
    assert list(queries.we_asked(world.one.officer)) == [draft, other, made]
    assert list(queries.we_were_asked(world.one.officer)) == []
    assert list(queries.we_were_asked(world.minister)) == [made]
    assert list(queries.we_were_asked(world.other.mayor)) == [other]
    assert list(queries.we_asked(world.other.officer)) == []


def test_an_alert_that_waits_stands_on_top(world):
    first = sent(world, kind="alert")
    soon = sent(world, reply_by=day(1))
    assert list(queries.we_were_asked(world.minister)) == [first, soon]
    services.reply(request=first, at=world.land, text="Seen.", language="en", answers=True,
                   by=world.minister)  # fmt: skip
    assert list(queries.we_were_asked(world.minister)) == [soon, first]


# --- writing it


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": {"title": " "}},
        {"texts": {"title": "Ask at 0771234567"}},
        {"texts": {"title": "Turned\u202e round"}},
        {"kind": "gossip"},
        {"language": "xx"},
        {"reply_by": timezone.localdate() - timedelta(days=1)},
        {"office": "Call 0771234567"},
    ],
)
def test_what_cannot_be_sent_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        asked(world, **wrong)
    assert not Request._unscoped.exists()


def test_it_goes_to_a_place_of_the_hub_and_never_to_the_place_itself(world):
    far = people.city(name="Farafield")
    for place in (far, world.one.place):
        with pytest.raises(ValidationError, match="place of your hub"):
            asked(world, place)
    nearest = queries.places_to_ask(world.one.officer, world.one.place)[:2]
    assert {place.kind for place in nearest} == {"country", "hub"}


def test_what_was_sent_is_not_changed(world):
    made = sent(world)
    with pytest.raises(RefusedError, match="sent"):
        services.change(request=made, to=world.land, kind="money", language="en",
                        texts={"title": "Other"}, by=world.one.officer)  # fmt: skip
    with pytest.raises(RefusedError, match="sent"):
        services.send(request=made, by=world.one.officer)


def test_a_day_that_is_over_is_not_sent(world):
    made = asked(world, reply_by=day(2))
    Request._unscoped.filter(pk=made.pk).update(reply_by=day(-1))
    with pytest.raises(RefusedError, match="late"):
        services.send(request=made, by=world.one.officer)


def test_a_broken_journal_changes_nothing(world, monkeypatch):
    made = asked(world)

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        services.send(request=made, by=world.one.officer)
    made.refresh_from_db()
    assert made.state == "draft"


# --- the day


def test_both_sides_agree_on_a_day(world):
    made = sent(world, reply_by=day(10))
    # Whoever named the day does not agree for the other side.
    fresh = services.agree_day(request=made, at=world.one.place, day=day(10), by=world.one.officer)
    assert not fresh.agreed
    fresh = services.agree_day(request=made, at=world.land, day=day(10), by=world.minister)
    assert (fresh.agreed, fresh.state) == (True, "received")
    fresh = services.agree_day(request=made, at=world.land, day=day(20), by=world.minister)
    # What was agreed stands until the other side has agreed to another day.
    assert (fresh.agreed, fresh.reply_by, fresh.proposed) == (True, day(10), day(20))
    fresh = services.agree_day(request=made, at=world.land, day=day(20), by=world.minister)
    assert (fresh.reply_by, fresh.proposed, fresh.day_by) == (day(10), day(20), world.land)
    fresh = services.agree_day(request=made, at=world.one.place, day=day(20), by=world.one.officer)
    assert (fresh.agreed, fresh.reply_by, fresh.proposed) == (True, day(20), None)


def test_one_side_does_not_move_the_clock(world):
    made = sent(world)
    fresh = services.agree_day(request=made, at=world.land, day=day(30), by=world.minister)
    assert (fresh.agreed, fresh.reply_by) == (False, None)
    # Where no day was asked for, the asking side's counts, so that it can be passed on once it is over.
    fresh = services.agree_day(request=made, at=world.one.place, day=day(9), by=world.one.officer)
    assert (fresh.agreed, fresh.reply_by, fresh.day_by) == (False, day(9), world.one.place)
    assert fresh.proposed is None
    fresh = services.agree_day(request=made, at=world.one.place, day=day(5), by=world.one.officer)
    assert (fresh.agreed, fresh.reply_by, fresh.proposed) == (False, day(9), day(5))
    unasked = sent(world)
    services.agree_day(request=unasked, at=world.land, day=day(30), by=world.minister)
    fresh = services.agree_day(
        request=unasked, at=world.one.place, day=day(30), by=world.one.officer
    )
    assert (fresh.agreed, fresh.reply_by) == (True, day(30))
    made = late(world)
    services.pass_on(request=made, by=world.one.officer)
    services.agree_day(request=made, at=world.land, day=day(30), by=world.minister)
    # Two that were asked are one side: neither agrees to the other's day for the city.
    fresh = services.agree_day(request=made, at=world.hub, day=day(30), by=world.secretary)
    assert (fresh.agreed, fresh.reply_by, fresh.is_overdue) == (False, day(-1), True)
    assert "the other side has not agreed to it yet" in text_of(world.one, fresh)
    fresh = services.agree_day(request=made, at=world.one.place, day=day(30), by=world.one.officer)
    assert (fresh.agreed, fresh.reply_by, fresh.is_overdue) == (True, day(30), False)


def text_of(team, made):
    client = people.sign_in(team.users["city_officer"])
    return client.get(made.get_absolute_url()).content.decode()


def test_a_day_that_nobody_means_is_refused(world):
    made = sent(world)
    for wrong in (date(9999, 12, 31), date(2201, 1, 1)):
        with pytest.raises(ValidationError, match="between 1900 and 2200"):
            services.agree_day(request=made, at=world.land, day=wrong, by=world.minister)
        with pytest.raises(ValidationError):
            asked(world, reply_by=wrong)


def test_nobody_else_names_a_day(world):
    made = sent(world, reply_by=day(10))
    with pytest.raises(PermissionDenied):
        services.agree_day(request=made, at=world.land, day=day(10), by=world.one.officer)
    with pytest.raises(PermissionDenied):
        services.agree_day(request=made, at=world.other.place, day=day(9), by=world.other.officer)
    with pytest.raises(ValidationError, match="over"):
        services.agree_day(request=made, at=world.land, day=day(-1), by=world.minister)


# --- replies


def test_the_asked_side_answers_and_the_clock_stops(world):
    made = sent(world)
    told = services.reply(request=made, at=world.land, text="Here they are.", language="en",
                          answers=True, by=world.minister)  # fmt: skip
    made.refresh_from_db()
    assert (told.answers, made.state, made.answered_on) == (True, "answered", day(0))
    services.reply(request=made, at=world.one.place, text="Ward 4 is missing.", language="en",
                   answers=True, open_again=True, by=world.one.officer)  # fmt: skip
    made.refresh_from_db()
    assert (made.state, made.answered_on) == ("received", None)
    assert [one.answers for one in queries.replies(world.minister, made)] == [True, False]


def test_a_draft_or_a_closed_request_is_not_answered(world):
    made = asked(world)
    with pytest.raises(RefusedError, match="draft"):
        services.reply(
            request=made, at=world.one.place, text="x", language="en", by=world.one.officer
        )
    services.send(request=made, by=world.one.officer)
    services.close(request=made, by=world.one.officer)
    with pytest.raises(RefusedError, match="closed"):
        services.reply(request=made, at=world.land, text="x", language="en", by=world.minister)
    with pytest.raises(ValidationError, match="phone"):
        services.reply(request=sent(world), at=world.land, text="0771234567", language="en",
                       by=world.minister)  # fmt: skip
    assert not Reply._unscoped.exists()


# --- late


def test_only_what_is_late_is_passed_on_and_once(world):
    made = sent(world, reply_by=day(2))
    with pytest.raises(RefusedError, match="not_late"):
        services.pass_on(request=made, by=world.one.officer)
    made = late(world)
    assert not sees(world.secretary, made)
    assert services.pass_on(request=made, day=day(5), by=world.one.officer) == world.hub
    made.refresh_from_db()
    assert (made.escalated_to, made.reply_by, made.agreed) == (world.hub, day(5), False)
    assert sees(world.secretary, made)
    assert sees(world.minister, made)
    services.reply(request=made, at=world.hub, text="We have it.", language="en", answers=True,
                   by=world.secretary)  # fmt: skip
    late_again = late(world, world.hub)
    with pytest.raises(RefusedError, match="top"):
        services.pass_on(request=late_again, by=world.one.officer)


def test_both_sides_are_told_once_that_the_day_is_over(
    world, monkeypatch, django_capture_on_commit_callbacks
):
    made = late(world)
    mail.outbox.clear()

    def look():
        monkeypatch.setitem(tasks._last, "requests", 0.0)
        with django_capture_on_commit_callbacks(execute=True):
            return tasks.remind_of_requests()

    night = world.ministry.pk
    monkeypatch.setattr("baithak.coordination.services.requests.may_send", lambda u: u.pk != night)
    assert look() == 0
    assert mail.outbox == []  # one of them sleeps: it comes in the morning
    monkeypatch.setattr("baithak.coordination.services.requests.may_send", lambda u: True)
    assert look() == 1
    assert look() == 0
    assert not services.remind(made.pk)
    readers = {world.ministry.email, world.one.users["city_officer"].email}
    assert {letter.to[0] for letter in mail.outbox} == readers
    assert len(mail.outbox) == len(readers)


def test_one_that_waits_for_the_morning_holds_nobody_up(world, monkeypatch):
    waiting, other = late(world), late(world, world.other.place)
    monkeypatch.setattr(tasks, "_MOST_REQUESTS", 1)
    sleeps = world.ministry.pk
    monkeypatch.setattr("baithak.coordination.services.requests.may_send", lambda u: u.pk != sleeps)

    def look():
        monkeypatch.setitem(tasks._last, "requests", 0.0)
        found = tasks.remind_of_requests()
        for made in (waiting, other):
            made.refresh_from_db()
        return found

    assert look() == 1
    assert (waiting.reminded_on, other.reminded_on) == (None, day(0))
    assert look() == 0
    # After one day it goes at whatever hour, so that nobody's night lasts for ever.
    Request._unscoped.filter(pk=waiting.pk).update(reply_by=day(-2))
    assert look() == 1
    assert waiting.reminded_on == day(0)


# --- letters


def test_letters_hold_the_title_and_the_way_and_no_more(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = sent(world, texts={"title": TITLE, "description": "For the council of May."})
    (letter,) = mail.outbox
    assert letter.to == [world.ministry.email]
    assert TITLE in letter.body
    assert f"/en/coordination/request/{made.pk}/" in letter.body
    assert "council" not in letter.body
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        services.reply(
            request=made, at=world.land, text="By Friday.", language="en", by=world.minister
        )
    (letter,) = mail.outbox
    assert letter.to == [world.one.users["city_officer"].email]
    assert "Friday" not in letter.body


def test_a_letter_that_cannot_be_sent_stops_nothing(world, monkeypatch, caplog,
                                                     django_capture_on_commit_callbacks):  # fmt: skip
    def broken(*_, **__):
        raise OSError("no way to ministry@example.org")

    monkeypatch.setattr("baithak.coordination.request_letters.send_mail", broken)
    with django_capture_on_commit_callbacks(execute=True):
        made = sent(world)
    assert made.state == "sent"
    assert "could not be sent" in caplog.text
    assert "ministry@example.org" not in caplog.text


# --- how long a place takes


def answered(world, days: int):
    made = sent(world)
    Request._unscoped.filter(pk=made.pk).update(
        state="answered", sent_on=day(-days), answered_on=day(0)
    )


def test_a_reply_time_is_told_from_five_answers_on(world):
    for days in (1, 2, 8, 20):
        answered(world, days)
    assert queries.reply_time(world.land) is None
    answered(world, 9)
    assert queries.reply_time(world.land) == queries.ReplyTime(8, 5)
    answered(world, 90)
    assert queries.reply_time(world.land) == queries.ReplyTime(8, 5)


# --- pages


def text(response):
    return response.content.decode()


def test_from_asking_to_answering_in_the_browser(world):
    officer = people.sign_in(world.one.users["city_officer"])
    page = officer.get(f"/en/coordination/at/{world.one.place.slug}/request/new/")
    assert page.status_code == 200
    told = {"to": world.land.pk, "kind": "data", "title": TITLE, "language": "en", "description": "",
            "office": "Statistics", "reply_by": day(9).isoformat()}  # fmt: skip
    answer = officer.post(
        f"/en/coordination/at/{world.one.place.slug}/request/new/", told, follow=True
    )
    assert "Not sent yet" in text(answer)
    made = Request._unscoped.get()
    answer = officer.post(f"{made.get_absolute_url()}send/", follow=True)
    assert "Sent on" in text(answer)
    minister = people.sign_in(world.ministry)
    listed = text(minister.get("/en/coordination/requests/?side=asked"))
    assert TITLE in listed
    seen = text(minister.get(made.get_absolute_url()))
    assert "the other side has not agreed to it yet" in seen
    answer = minister.post(
        f"{made.get_absolute_url()}day/",
        {"at": world.land.pk, "day": day(9).isoformat()},
        follow=True,
    )
    assert "Both sides agree on this day." in text(answer)
    answer = minister.post(
        f"{made.get_absolute_url()}reply/",
        {"at": world.land.pk, "text": "Attached to our page.", "language": "en", "answers": "on"},
        follow=True,
    )
    assert "Answers the request" in text(answer)
    assert "Attached to our page." in text(officer.get(made.get_absolute_url()))
    answer = officer.post(f"{made.get_absolute_url()}close/", follow=True)
    assert "Closed. What was written stays." in text(answer)


def test_a_late_request_offers_to_be_passed_on(world):
    made = late(world)
    officer = people.sign_in(world.one.users["city_officer"])
    assert "The day is over. You can pass the request on to" in text(
        officer.get(made.get_absolute_url())
    )
    answer = officer.post(f"{made.get_absolute_url()}pass-on/", {"day": ""}, follow=True)
    assert "Passed on to" in text(answer)


def test_a_form_says_what_is_wrong(world):
    officer = people.sign_in(world.one.users["city_officer"])
    address = f"/en/coordination/at/{world.one.place.slug}/request/new/"
    answer = officer.post(
        address, {"to": world.land.pk, "kind": "data", "title": "", "language": "en"}
    )
    assert (answer.status_code, "This field is required" in text(answer)) == (422, True)
    made = sent(world)
    answer = officer.post(
        f"{made.get_absolute_url()}day/", {"at": world.one.place.pk, "day": day(-2).isoformat()}
    )
    assert (answer.status_code, "This day is over" in text(answer)) == (422, True)


def test_empty_lists_say_what_to_do(world):
    officer = people.sign_in(world.one.users["city_officer"])
    assert "Your places have asked nothing yet" in text(officer.get("/en/coordination/requests/"))
    assert "Nobody has asked anything" in text(officer.get("/en/coordination/requests/?side=asked"))


@pytest.mark.parametrize("many", [1, 3])
def test_a_list_takes_the_same_queries_whatever_it_holds(world, many, django_assert_num_queries):
    for _ in range(many):
        sent(world)
    officer = people.sign_in(world.one.users["city_officer"])
    officer.get("/en/coordination/requests/")
    with django_assert_num_queries(LIST_QUERIES):
        officer.get("/en/coordination/requests/")


#: Whatever the list holds: session, account, roles and what every page asks, then the list itself.
LIST_QUERIES = 10
