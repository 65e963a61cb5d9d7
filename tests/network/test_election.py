"""The quiet weeks around an election."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from baithak.dialogue import services as dialogues
from baithak.dialogue.models import Dialogue
from baithak.exchange.models import Practice
from baithak.exchange.services import publishing
from baithak.network import services
from baithak.network.models import ElectionPeriod, TwoPersonAct
from baithak.network.queries import period_now
from baithak.network.scope import PUBLIC, SYSTEM
from baithak.network.services import two_person
from baithak.plan.models import Review
from factories import dialogue as talk
from factories import exchange
from factories import network as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


def days(first: int, last: int):
    today = timezone.localdate()
    return {"begins": today + timedelta(days=first), "ends": today + timedelta(days=last)}


def quiet(place, first=-1, last=20):
    return services.begin_election(place=place, by=SYSTEM, **days(first, last))


def review(place, visibility="network"):
    return Review._unscoped.create(
        place=place, visibility=visibility, begins=timezone.localdate(), languages=["en"],
        texts={"en": {"title": "What we heard"}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-9, -1, "ends"), (5, 4, "ends"), (0, 200, "ends")],
)
def test_days_that_make_no_period_are_refused(city, first, last, field):
    with pytest.raises(ValidationError) as told:
        quiet(city, first, last)
    assert field in told.value.message_dict
    assert not ElectionPeriod.objects.seen_by(SYSTEM).exists()


def test_two_periods_of_a_place_do_not_touch(city):
    quiet(city, 0, 10)
    with pytest.raises(ValidationError):
        quiet(city, 10, 20)
    quiet(city, 11, 20)


def test_it_holds_below_and_not_beside(city):
    land, beside = city.parent, make.city(name="Noorabad")
    period = quiet(land)
    assert period_now(city) == period
    assert period_now(beside) is None


def test_nothing_becomes_public_meanwhile_and_narrower_levels_stay_possible(city):
    officer = make.viewer(make.member(city, "city_officer"))
    shared = review(city, "mechanism")
    quiet(city)
    with pytest.raises(ValidationError, match="Around the election"):
        services.ask_widening(shared=shared, to="public", reason="All should know.", by=officer)
    assert services.ask_widening(shared=shared, to="network", reason="Peers.", by=officer).pk


def test_what_was_asked_before_is_not_confirmed_meanwhile(city):
    officer = make.viewer(make.member(city, "city_officer"))
    mayor = make.viewer(make.member(city, "mayor"))
    shared = review(city)
    act = services.ask_widening(shared=shared, to="public", reason="All should know.", by=officer)
    quiet(city)
    with pytest.raises(ValidationError, match="Around the election"):
        services.confirm_two_person(act=act, by=mayor)
    shared.refresh_from_db()
    assert shared.visibility == "network"


def test_one_person_begins_it_and_two_end_it_early(city):
    people = {role: make.member(city, role) for role in ("city_officer", "mayor")}
    officer, mayor = (make.sign_in(user) for user in people.values())
    page = f"/en/places/{city.slug}/election/"
    told = {name: day.isoformat() for name, day in days(-1, 20).items()}
    assert officer.post(f"{page}begin/", told).status_code == 302
    period = ElectionPeriod.objects.seen_by(SYSTEM).get()
    for reader in (Client(), officer, mayor):
        assert "Now" in reader.get(page).text
    assert "Around an election" in Client().get(f"/en/places/{city.slug}/").text
    assert mayor.post(f"{page}begin/", told).status_code == 403

    end = f"/en/elections/{period.pk}/end/"
    assert officer.post(end, {"reason": ""}).status_code == 422
    assert officer.post(end, {"reason": "The vote was held."}).status_code == 302
    period.refresh_from_db()
    assert period_now(city) == period  # one person asked, nothing happened
    act = TwoPersonAct.objects.seen_by(SYSTEM).get()
    services.confirm_two_person(act=act, by=make.viewer(people["mayor"]))
    assert period_now(city) is None


def test_a_period_to_come_is_ended_early_too_and_one_that_is_over_is_not():
    city = make.city()
    officer, mayor = (make.member(city, role) for role in ("city_officer", "mayor"))
    client, page = make.sign_in(officer), f"/en/places/{city.slug}/election/"
    period = quiet(city, 5, 20)
    assert "End it early" in client.get(page).text
    assert "End it early" not in make.sign_in(mayor).get(page).text
    told = {"reason": "The election was called off."}
    assert client.post(f"/en/elections/{period.pk}/end/", told).status_code == 302
    act = TwoPersonAct.objects.seen_by(SYSTEM).get()
    services.confirm_two_person(act=act, by=make.viewer(mayor))
    assert not ElectionPeriod.objects.seen_by(SYSTEM).exists()

    over = ElectionPeriod(place=city, **days(-20, -1))
    over.save()
    assert "End it early" not in client.get(page).text


def test_a_day_that_is_wrong_is_said_at_its_field(city):
    officer = make.sign_in(make.member(city, "city_officer"))
    told = {name: day.isoformat() for name, day in days(5, 4).items()}
    answer = officer.post(f"/en/places/{city.slug}/election/begin/", told)
    assert answer.status_code == 422
    assert "It must end after it begins." in answer.text


def opening(team):
    """What waits for the mayor: the opening of a dialogue to residents."""
    return dialogues.ask_to_open(
        dialogue=talk.draft(team), reason="The council asked for it.", by=team.officer
    )


def test_nothing_is_opened_to_residents_meanwhile_whether_asked_before_or_now():
    team = talk.team()
    act = opening(team)
    quiet(team.place)
    with pytest.raises(ValidationError, match="Around the election"):
        services.confirm_two_person(act=act, by=team.mayor)
    with pytest.raises(ValidationError, match="Around the election"):
        opening(team)
    for verb in ("dialogue.open", "budget.open", "panel.open"):
        assert two_person._KNOWN[verb].publishes({})


def test_control_without_the_refusal_it_is_opened(monkeypatch):
    team = talk.team()
    act = opening(team)
    quiet(team.place)
    monkeypatch.setattr(two_person, "refuse_around_election", lambda place: None)
    services.confirm_two_person(act=act, by=team.mayor)
    assert dialogues_of(team.place).get().state == "open"


def dialogues_of(place):
    return Dialogue.objects.seen_by(SYSTEM).filter(place=place)


def test_a_practice_does_not_become_public_meanwhile_even_by_a_third_person():
    world = exchange.two_cities()
    version = exchange.in_review(world.one, exchange.draft(world.one))
    quiet(world.one.place)
    with pytest.raises(ValidationError, match="Around the election"):
        publishing.approve(version=version, text="Clear.", by=world.other.officer)
    assert not Practice.objects.seen_by(PUBLIC).exists()
