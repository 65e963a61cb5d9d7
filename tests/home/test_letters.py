"""News and the letter about them: once a day, never at night, nothing that must not leave the house."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from baithak.coordination.models import Decision, Takeaway
from baithak.exchange.models import Adoption, Practice
from baithak.home import digest, services
from baithak.home.models import Preference, Seen
from baithak.home.news import news
from baithak.home.queries.preferences import has_seen, preference, waiting
from baithak.journal.models import Line
from baithak.network.models import User
from baithak.network.scope import PUBLIC
from factories import desk as made
from factories import exchange
from factories import network as make

pytestmark = pytest.mark.django_db

ROLES = {"officer": "city_officer", "mayor": "mayor"}


@pytest.fixture
def city():
    return made.city(make.country(country_code="BD"))


def noon(days=0):
    """Noon at Dhaka, so many days from today."""
    today = timezone.now().date() + timedelta(days=days)
    return datetime(today.year, today.month, today.day, 6, 0, tzinfo=UTC)


def night(days=0):
    return noon(days) + timedelta(hours=11)


def only(user):
    """The others of the city want no letters."""
    for other in User.objects.exclude(pk=user.pk):
        services.stop_letters(user=other)
    return user


def told(user):
    return [(one.kind, one.title) for one in news(make.viewer(user), made.days(0))]


# --- the page
def test_what_is_due_asked_and_answered_is_news(city):
    plan = made.plan(city.place)
    late = made.action(plan, "Late lamps", owner=city.club, due=made.days(-2))
    made.action(plan, "Far away", owner=city.club, due=made.days(60))
    made.check(made.action(plan, "Clinic hours", owner=city.health, due=made.days(90)))
    made.contribution(plan, city.club, told_back_on=made.days(-3), became="The race begins at ten.")
    made.commitment(city.place, "Open the hall", owner=city.club, due=made.days(5))
    late.steps.create(day=made.days(-5), text="Poles are up.", state="running")
    late.steps.create(day=made.days(-4), text="Wires are up.", state="running")
    assert told(city.people["partner"]) == [
        ("Action overdue", "Late lamps"),
        ("Check for harm to sign", "Clinic hours"),
        ("Commitment due soon", "Open the hall"),
        ("What became of what you said", "Plan of the two banks"),
        ("Progress of an action", "Late lamps"),
    ]
    page = make.sign_in(city.people["partner"]).get("/en/news/").content.decode()
    assert "Wires are up." in page
    assert "Poles are up." not in page
    assert page.count(">New<") == 5


def marked(client):
    """Titles that are marked as new."""
    page = client.get("/en/news/").content.decode()
    return set(re.findall(r">New</span> <a [^>]*>([^<]+)<", page))


def test_marked_as_read_stays_read_and_what_comes_later_that_day_is_new(city):
    officer = city.people["city_officer"]
    client = make.sign_in(officer)
    made.request(city.place.parent, city.place, "Which streets?", sent_on=made.days(-2))
    assert marked(client) == {"Which streets?"}
    assert client.post("/en/news/").status_code == 302
    assert has_seen(make.viewer(officer)) == made.days(0)
    assert marked(client) == set()
    made.request(city.place.parent, city.place, "Which schools?", sent_on=made.days(0))
    assert marked(client) == {"Which schools?"}
    # Nothing is left to be read today; tomorrow it still is new, and can be.
    assert "I have read this" not in client.get("/en/news/").content.decode()
    Seen._unscoped.update(on=made.days(-1))
    made.request(city.place.parent, city.place, "Which wells?", sent_on=made.days(-1))
    assert marked(client) == {"Which schools?", "Which wells?"}
    assert "I have read this" in client.get("/en/news/").content.decode()
    assert not Line.objects.filter(verb__startswith="home.").exists()
    assert not Seen.objects.seen_by(make.viewer(city.people["mayor"])).exists()
    assert not Seen.objects.seen_by(PUBLIC).exists()


def test_without_news_the_page_says_what_would_be(city):
    page = make.sign_in(city.people["auditor"]).get("/en/news/").content.decode()
    assert "Nothing is new." in page


# --- the letter
def test_a_letter_holds_titles_and_links_and_comes_once(city):
    officer = only(city.people["city_officer"])
    made.action(made.plan(city.place), "Late lamps", due=made.days(-1))
    assert digest.send_waiting(noon()) == 1
    [letter] = mail.outbox
    assert letter.to == [officer.email]
    assert letter.subject == "What is new on your desk"
    assert "- Action overdue: Late lamps" in letter.body
    assert re.search(r"^  https?://\S+/plan/[a-z0-9]+/action/1/$", letter.body, re.MULTILINE)
    assert digest.send_waiting(noon()) == 0
    assert digest.send_waiting(noon(1)) == 0  # once a week, as long as nothing else is chosen
    assert len(mail.outbox) == 1


def test_daily_means_on_days_with_something_new(city):
    officer = only(city.people["city_officer"])
    services.choose_digest(digest="daily", by=make.viewer(officer))
    plan = made.plan(city.place)
    made.action(plan, "Late lamps", due=made.days(-1))
    assert [digest.send_waiting(noon(day)) for day in range(3)] == [1, 0, 0]
    made.action(plan, "Later lamps", due=made.days(10))
    assert digest.send_waiting(noon(3)) == 1
    assert "Later lamps" in mail.outbox[-1].body
    assert "Late lamps" in mail.outbox[-1].body  # it is still due


def test_nothing_new_is_no_letter_and_never_is_never(city):
    officer = only(city.people["city_officer"])
    assert digest.send_waiting(noon()) == 0
    services.choose_digest(digest="never", by=make.viewer(officer))
    made.action(made.plan(city.place), due=made.days(-1))
    assert digest.send_waiting(noon(9)) == 0
    assert mail.outbox == []


def test_at_night_nobody_is_written_to_and_in_the_morning_they_are(city):
    only(city.people["city_officer"])
    made.action(made.plan(city.place), due=made.days(-1))
    assert digest.send_waiting(night()) == 0
    assert digest.send_waiting(noon(1)) == 1


def test_two_workers_send_one_letter(city):
    officer = only(city.people["city_officer"])
    assert [services.claim(user=officer, today=made.days(0)) for _ in range(2)] == [True, False]


def test_a_letter_tells_nothing_that_must_not_leave_the_house(city):
    officer = only(city.people["city_officer"])
    made.meeting(city.place, "zqclosed", on=2, closed_room=True)
    made.meeting(city.place, "zqteam", on=2, visibility="mechanism")
    made.meeting(city.place, "Open to the city", on=2)
    made.request(city.place.parent, city.place, "zqrequest", sent_on=made.days(0))
    assert digest.send_waiting(noon()) == 1
    body = mail.outbox[0].body
    assert "zq" not in body
    assert "Open to the city" in body
    assert body.count("- Meeting within a week") == 2
    # The page, which stays in the house, tells them all.
    assert {"zqclosed", "zqteam", "zqrequest"} <= {title for _kind, title in told(officer)}


def test_what_was_promised_in_a_closed_room_is_told_without_its_title(city):
    only(city.people["city_officer"])
    closed = made.meeting(city.place, "zq:closed", on=-9, state="held", closed_room=True)
    open_ = made.meeting(city.place, "Assembly", on=-9, state="held")
    decided = {
        room: Decision._unscoped.create(meeting=room, number=1, **made.told(title="So be it."))
        for room in (closed, open_)
    }
    workshop = made.workshop(city.place, closed_room=True)
    takeaway = Takeaway._unscoped.create(workshop=workshop, number=1, **made.told(title="zq:t"))
    day = made.days(2)
    made.commitment(city.place, "zq:room", decision=decided[closed], due=day)
    kept = made.commitment(city.place, "zq:workshop", takeaway=takeaway, due=day)
    kept.steps.create(day=made.days(-1), text="zq:step", state="started")
    made.commitment(city.place, "Open the hall", decision=decided[open_], due=day)
    assert digest.send_waiting(noon()) == 1
    body = mail.outbox[0].body
    assert "zq:" not in body
    assert "- Commitment due soon: Open the hall" in body  # the control
    assert body.count("- Commitment due soon") == 3
    assert body.count("- Progress of a commitment") == 1


def test_a_practice_that_its_team_has_taken_back_is_told_without_its_title(city):
    other = made.city(city.place.parent, "Noorabad")
    only(city.people["city_officer"])
    both = SimpleNamespace(
        **{
            name: SimpleNamespace(
                place=team.place, **{r: make.viewer(team.people[o]) for r, o in ROLES.items()}
            )
            for name, team in (("one", city), ("other", other))
        }
    )
    for code, title in (("a-walk", "A walk"), ("a-talk", "zqtalk")):
        practice = exchange.published(both, code, "hub", title=title)
        Adoption._unscoped.create(
            place=other.place, practice=practice, visibility="hub", reason="Dark lanes",
            told_on=made.days(-1),
        )  # fmt: skip
    Practice._unscoped.filter(code="a-talk").update(visibility="mechanism")
    mail.outbox.clear()
    assert digest.send_waiting(noon()) == 1
    body = mail.outbox[0].body
    assert "zq" not in body
    assert "- Taken up by another city: A walk" in body
    assert body.count("- Taken up by another city") == 2


def test_a_place_around_an_election_is_left_out(city):
    from baithak.network.models import ElectionPeriod

    only(city.people["city_officer"])
    made.action(made.plan(city.place), "Late lamps", due=made.days(-1))
    ElectionPeriod._unscoped.create(
        place=city.place.parent, begins=made.days(-3), ends=made.days(3)
    )
    assert digest.send_waiting(noon()) == 0
    # What was left out is in the first letter after it.
    ElectionPeriod._unscoped.update(ends=made.days(-1))
    assert digest.send_waiting(noon(1)) == 1
    assert "Late lamps" in mail.outbox[0].body


def test_what_one_place_kept_back_around_an_election_comes_after_it_though_others_were_told(city):
    from baithak.network.models import ElectionPeriod

    other = made.city(make.country(city.place.hub, country_code="LK"), "Noorabad")
    officer = only(city.people["city_officer"])
    make.grant(officer, other.place, "city_officer")
    services.choose_digest(digest="daily", by=make.viewer(officer))
    Preference._unscoped.filter(user=officer).update(sent_on=made.days(-4))
    ElectionPeriod._unscoped.create(
        place=city.place.parent, begins=made.days(-3), ends=made.days(-1)
    )
    made.request(city.place.parent, city.place, "zq", sent_on=made.days(-3))
    made.request(other.place.parent, other.place, "zq", sent_on=made.days(-3))
    for day, lines in ((-2, 1), (0, 1)):
        assert digest.send_waiting(noon(day)) == 1
        assert mail.outbox[-1].body.count("- Request to answer") == lines
    assert mail.outbox[0].body != mail.outbox[1].body
    made.request(other.place.parent, other.place, "zq", sent_on=made.days(0))
    assert digest.send_waiting(noon(1)) == 1  # and it is told once
    assert mail.outbox[-1].body.count("- Request to answer") == 1


def test_no_canary_of_one_city_is_in_a_letter_to_another(city):
    """T13 for letters: everybody else of the world gets nothing that names it."""
    other = made.city(city.place.parent, "Noorabad")
    make.member(city.place.hub, "hub_secretariat")
    for level in ("mechanism", "city"):
        plan = made.plan(city.place, visibility=level)
        action = made.action(plan, "zqcanary", due=made.days(-1))
        action.steps.create(day=made.days(-1), text="zqcanary", state="running")
        made.commitment(city.place, "zqcanary", due=made.days(1), visibility=level)
        made.meeting(city.place, "zqcanary", on=2, visibility=level)
    made.action(made.plan(other.place), "Their own", due=made.days(-1))
    for user in city.people.values():
        services.stop_letters(user=user)
    assert digest.send_waiting(noon()) == 2  # officer and facilitator
    assert [letter.to for letter in mail.outbox if "zqcanary" in letter.body] == []
    # The control: the city's own people are told.
    services.choose_digest(digest="daily", by=make.viewer(city.people["city_officer"]))
    digest.send_waiting(noon(1))
    assert "zqcanary" in mail.outbox[-1].body


def test_a_letter_is_in_its_readers_language(city):
    officer = only(city.people["city_officer"])
    User.objects.filter(pk=officer.pk).update(language="ur")
    made.action(made.plan(city.place), "Late lamps", due=made.days(-1))
    digest.send_waiting(noon())
    assert "/ur/news/" in mail.outbox[0].body


def test_a_letter_that_cannot_be_sent_is_said_in_the_log_without_its_reader(
    city, monkeypatch, caplog
):
    officer = only(city.people["city_officer"])
    made.action(made.plan(city.place), due=made.days(-1))

    def refuses(*_args, **_kwargs):
        raise OSError(f"no mailbox for {officer.email}")

    monkeypatch.setattr(digest, "send_mail", refuses)
    with caplog.at_level(logging.DEBUG):
        assert digest.send_waiting(noon()) == 0
    assert "could not be sent: OSError" in caplog.text
    assert officer.email not in caplog.text
    # It is not tried every five minutes, and nothing of it is lost.
    monkeypatch.undo()
    assert digest.send_waiting(noon()) == 0
    assert digest.send_waiting(noon(1)) == 1
    assert digest.send_waiting(noon(2)) == 0


def test_what_came_before_a_letter_that_failed_is_in_the_next_one(city, monkeypatch):
    officer = only(city.people["city_officer"])
    services.choose_digest(digest="daily", by=make.viewer(officer))
    assert digest.send_waiting(noon(-2)) == 0  # nothing yet: from this day on
    made.request(city.place.parent, city.place, "Which streets?", sent_on=made.days(-2))

    def refuses(*_args, **_kwargs):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(digest, "send_mail", refuses)
        assert digest.send_waiting(noon(-1)) == 0
    assert digest.send_waiting(noon()) == 1
    assert "Request to answer" in mail.outbox[0].body


def test_those_who_sleep_do_not_keep_others_from_their_letters(city, monkeypatch):
    only(city.people["city_officer"])
    made.action(made.plan(city.place), due=made.days(-1))
    monkeypatch.setattr(digest, "AT_ONCE", 1)
    sleepers = {make.member(city.place, "city_officer", f"Asleep {n}").pk for n in range(2)}
    awake = city.people["city_officer"]
    services.choose_digest(digest="daily", by=make.viewer(awake))  # so others come before
    monkeypatch.setattr(digest, "may_send", lambda user, now: user.pk not in sleepers)
    assert digest.send_waiting(noon()) == 1
    assert mail.outbox[0].to == [awake.email]


def test_who_waited_longest_comes_first(city):
    for n, role in enumerate(("mayor", "city_officer", "auditor")):
        services.choose_digest(digest="daily", by=make.viewer(city.people[role]))
        Preference._unscoped.filter(user=city.people[role]).update(sent_on=made.days(-9 + n))
    Preference._unscoped.filter(user=city.people["auditor"]).update(sent_on=None)
    chosen = [city.people[role] for role in ("auditor", "mayor", "city_officer")]
    assert [one for one in waiting(made.days(0)) if one in chosen] == chosen


# --- the link that ends it
def stop_link():
    return re.search(r"/en/news/letters/stop/[^\s]+", mail.outbox[-1].body)[0]


def test_the_link_ends_the_letters_without_sign_in_and_only_when_it_is_pressed(city):
    officer = only(city.people["city_officer"])
    made.action(made.plan(city.place), due=made.days(-1))
    digest.send_waiting(noon())
    link, client = stop_link(), Client(enforce_csrf_checks=True)
    page = client.get(link)
    assert preference(make.viewer(officer)).digest == "weekly"
    proof = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert client.post(link).status_code == 403
    assert client.post(link, {"csrfmiddlewaretoken": proof}).status_code == 200
    assert preference(make.viewer(officer)).digest == "never"
    assert Line.objects.filter(verb="home.stop_letters").last().by == "public"
    # It opens nothing: whoever holds the letter is still nobody.
    assert client.get("/en/desk/").status_code == 302


def test_a_link_that_was_touched_or_of_somebody_gone_is_no_link(city):
    officer = city.people["city_officer"]
    token = digest.token_of(officer)
    assert digest.reader_of(token) == officer
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "", token.split(":")[0]):
        assert digest.reader_of(wrong) is None
        if wrong:
            assert Client().get(f"/en/news/letters/stop/{wrong}/").status_code == 404
    User.objects.filter(pk=officer.pk).update(email="other@city.example")
    assert digest.reader_of(token) is None


# --- one's own choices
def test_choices_are_kept_told_to_nobody_and_noted(city):
    officer = city.people["city_officer"]
    client = make.sign_in(officer)
    page = client.get("/en/news/letters/").content.decode()
    assert re.search(r'value="weekly"[^>]* checked', page)
    assert "Asia/Dhaka" in page
    answer = client.post(
        "/en/news/letters/", {"digest": "daily", "begins": "20:00", "ends": "08:00"}
    )
    assert answer.status_code == 302
    assert preference(make.viewer(officer)).digest == "daily"
    verbs = list(Line.objects.order_by("n").values_list("verb", flat=True))[-2:]
    assert verbs == ["home.choose_digest", "network.choose_quiet_hours"]
    other = make.viewer(city.people["mayor"])
    assert not Preference.objects.seen_by(other).exists()
    assert not Preference.objects.seen_by(PUBLIC).exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("digest", "hourly", "Select a valid choice"),
        ("begins", "night", "Write the time as hours and minutes, such as 21:00."),
        ("ends", "25:00", "Write the time as hours and minutes, such as 07:00."),
    ],
)
def test_what_is_no_choice_is_said_beside_the_field(city, field, value, said):
    client = make.sign_in(city.people["city_officer"])
    told = {"digest": "daily", "begins": "20:00", "ends": "08:00", field: value}
    answer = client.post("/en/news/letters/", told)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Preference.objects.seen_by(make.viewer(city.people["city_officer"])).exists()


def test_services_refuse_what_a_form_would_not_send(city):
    with pytest.raises(PermissionDenied):
        services.choose_digest(digest="daily", by=PUBLIC)
    with pytest.raises(PermissionDenied):
        services.look_at_news(on=made.days(0), by=PUBLIC)
    with pytest.raises(ValidationError):
        services.choose_digest(digest="hourly", by=make.viewer(city.people["mayor"]))


def test_without_its_journal_line_no_choice_is_kept(city, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr("baithak.home.services.letters.journal.write", broken)
    viewer = make.viewer(city.people["mayor"])
    for write in (
        lambda: services.choose_digest(digest="daily", by=viewer),
        lambda: services.stop_letters(user=city.people["mayor"]),
    ):
        with pytest.raises(RuntimeError, match="no journal"):
            write()
    assert not Preference.objects.seen_by(viewer).exists()
