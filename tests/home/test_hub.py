"""The hub's overview: cities by name, what they share in words, what they asked, what is missing."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from baithak.exchange.models import Practice, Question, Version
from baithak.home import hub
from baithak.network.models import Place
from factories import desk as made
from factories import exchange
from factories import network as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    one = make.hub("South Asia hub")
    land = make.country(one, "Examplia", country_code="BD")
    cities = {name: made.city(land, name) for name in ("Noorabad", "Kandarpur")}
    empty = make.city(land, "Aamnagar")
    return SimpleNamespace(
        hub=one,
        land=land,
        empty=empty,
        secretary=make.member(one, "hub_secretariat"),
        nation=make.member(land, "national_representative"),
        **{name.lower(): city for name, city in cities.items()},
    )


def page(user, place):
    answer = make.sign_in(user).get(f"/en/hub/{place.slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def told(user, place):
    return hub.overview(make.viewer(user), place)


def lines(overview, name):
    sheet = next(one for one in overview.cities if one.place.name == name)
    return [(line.note, line.text) for line in sheet.lines]


def test_cities_stand_by_name_whatever_they_have_done(world):
    for _n in range(5):
        made.commitment(world.noorabad.place, visibility="hub", state="done", done_on=made.days(-1))
    overview = told(world.secretary, world.hub)
    assert [one.place.name for one in overview.cities] == ["Aamnagar", "Kandarpur", "Noorabad"]
    text = page(world.secretary, world.hub).split("<main")[1]
    cities = text[text.index("The cities</h2>") :]
    assert "5 commitments kept" in cities
    assert re.findall(r"\b(?:score|rank\w*|best|worst|points)\b|\d\s*%", cities, re.I) == []


def test_what_a_city_shares_is_told_in_words_and_what_it_keeps_is_not(world):
    place = world.kandarpur.place
    made.plan(place, "Shared plan", visibility="hub")
    made.plan(place, "Quiet plan", visibility="city")
    for fields in (
        {"state": "done", "done_on": made.days(-2)}, {"due": made.days(-4)}, {"due": made.days(9)},
    ):  # fmt: skip
        made.commitment(place, visibility="hub", **fields)
        made.commitment(place, visibility="city", **fields)
    made.workshop(place)
    overview = told(world.secretary, world.hub)
    assert lines(overview, "Kandarpur") == [
        ("Plan: Running", "Shared plan"),
        ("", "1 commitment kept, 2 still to keep, 1 of them late"),
        ("", "1 workshop held"),
    ]
    assert lines(overview, "Noorabad") == []
    # The city's own officer, who knows the quiet plan, reads the same here: it is not shared.
    own = told(world.kandarpur.people["city_officer"], world.hub)
    assert lines(own, "Kandarpur") == lines(overview, "Kandarpur")
    assert "Quiet plan" not in page(world.kandarpur.people["city_officer"], world.hub)


def test_a_country_reads_what_its_cities_asked_and_no_person(world):
    made.request(world.kandarpur.place, world.land, "Figures on schools")
    made.request(
        world.noorabad.place, world.land, "Who pays?", kind="money", state="answered",
        answered_on=made.days(-3),
    )  # fmt: skip
    made.request(world.noorabad.place, world.land, "Draft", state="draft", sent_on=None)
    text = page(world.nation, world.land)
    assert "Figures on schools" in text
    assert "Who pays?" in text
    assert "Draft" not in text
    everybody = [*world.kandarpur.people.values(), *world.noorabad.people.values()]
    assert [user.name for user in everybody if user.name in text] == []
    assert [user.email for user in everybody if user.email in text] == []
    # However many were answered, one that waits is not pushed off the page; answers stand newest first.
    for n in range(40):
        made.request(
            world.noorabad.place, world.land, f"Answered {n}", state="answered",
            reply_by=made.days(-50), answered_on=made.days(-n - 1),
        )  # fmt: skip
    overview = told(world.nation, world.land)
    assert [line.text for line in overview.asked] == ["Figures on schools"]
    assert [line.text for line in overview.answered[:4]] == [
        *(f"Answered {n}" for n in range(3)),
        "Who pays?",
    ]
    # The secretariat above the country opens the page, and is no side of these requests.
    above = page(world.secretary, world.land)
    assert "Figures on schools" not in above
    assert "No request waits that you may see." in above


def test_who_is_new_and_who_has_no_officer(world):
    overview = told(world.secretary, world.hub)
    assert [one.place.name for one in overview.new] == ["Kandarpur", "Noorabad"]
    assert [one.place.name for one in overview.without_officer] == ["Aamnagar"]
    assert "Cities without an officer" in page(world.secretary, world.hub)


def test_the_last_sign_of_life_is_the_last_day_that_was_told(world):
    plan = made.plan(world.kandarpur.place, visibility="hub")
    action = made.action(plan)
    action.steps.create(day=made.days(-5), text="Begun.", state="running")
    quiet = made.action(made.plan(world.kandarpur.place, visibility="city"))
    quiet.steps.create(day=made.days(-1), text="Not shared.", state="running")
    [sheet] = [s for s in told(world.secretary, world.hub).cities if s.place.name == "Kandarpur"]
    assert sheet.sign == made.days(-5)


def test_challenges_that_no_practice_answers_are_told_without_saying_whose(world):
    made.review(world.kandarpur.place, "hate_speech")
    made.review(world.noorabad.place, "hate_speech", visibility="city")
    [gap] = told(world.secretary, world.hub).without_practice
    assert (gap.text, gap.note) == ("Hate speech (public and offline)", "1 city")


def test_who_asks_for_help_stays_unnamed_under_the_chatham_house_rule(world):
    for place, chatham in ((world.kandarpur.place, False), (world.noorabad.place, True)):
        Question._unscoped.create(
            place=place, challenge="hate_speech", text="Who has seen this?",
            chatham=chatham, asked=made.days(-3), visibility="hub",
        )  # fmt: skip
    asked = told(world.secretary, world.hub).asks_cities
    week = f"week of {made.days(-3):%-d %b %Y}"
    assert {(line.note, line.day) for line in asked} == {
        (week, None), ("Kandarpur", made.days(-3)),
    }  # fmt: skip
    # On a country's page it would tell the asker's country, and of one city the city.
    assert [line.note for line in told(world.nation, world.land).asks_cities] == ["Kandarpur"]


def practice_of_kandarpur(world):
    """Shared with the hub; it answers hate speech."""

    def team(city):
        roles = {role: make.viewer(city.people[role]) for role in ("city_officer", "mayor")}
        return SimpleNamespace(
            place=city.place, officer=roles["city_officer"], mayor=roles["mayor"]
        )

    both = SimpleNamespace(one=team(world.kandarpur), other=team(world.noorabad))
    return exchange.published(both, "a-walk", "hub", challenges=("hate_speech",))


def test_practices_are_counted_without_reading_one(world, monkeypatch):
    practice_of_kandarpur(world)
    monkeypatch.setattr(Version, "record", property(lambda self: 1 / 0))
    monkeypatch.setattr(Practice, "renderings", property(lambda self: 1 / 0))
    made.review(world.kandarpur.place, "hate_speech", "segregation_inequality")
    overview = told(world.secretary, world.hub)
    assert lines(overview, "Kandarpur") == [("", "1 practice in the library")]
    assert [gap.address for gap in overview.without_practice] == [
        "/en/plan/challenges/segregation_inequality/"
    ]


def test_the_name_of_a_city_is_encoded_in_an_address(world):
    Place._unscoped.filter(pk=world.kandarpur.place.pk).update(name="Noor & Kandarpur")
    practice_of_kandarpur(world)
    [sheet] = [one for one in told(world.secretary, world.hub).cities if one.lines]
    assert sheet.lines[0].address.endswith("?city=Noor+%26+Kandarpur")


def test_who_opens_it(world):
    far = make.member(make.city(name="Farafield"), "city_officer")
    member = world.kandarpur.people["department_staff"]
    hub_path, land_path = f"/en/hub/{world.hub.slug}/", f"/en/hub/{world.land.slug}/"
    opens = {
        (name, path): make.sign_in(user).get(path).status_code
        for name, user in (
            ("secretary", world.secretary), ("nation", world.nation), ("member", member),
            ("far", far), ("nobody", make.person("Nobody")),
        )
        for path in (hub_path, land_path)
    }  # fmt: skip
    assert {key for key, code in opens.items() if code == 200} == {
        ("secretary", hub_path), ("nation", hub_path), ("member", hub_path),
        ("secretary", land_path), ("nation", land_path),
    }  # fmt: skip
    assert set(opens.values()) == {200, 404}
    assert Client().get(hub_path).status_code == 404
    city = f"/en/hub/{world.kandarpur.place.slug}/"
    assert make.sign_in(world.secretary).get(city).status_code == 404


def test_as_many_questions_to_the_database_for_one_city_as_for_many(world):
    client, counted = make.sign_in(world.secretary), set()
    for number in (0, 1, 12):
        for n in range(number):
            place = make.city(world.land, f"City {number} {n}")
            made.plan(place, visibility="hub")
            made.commitment(place, visibility="hub")
            made.workshop(place)
            made.review(place, "hate_speech")
        made.plan(world.kandarpur.place, visibility="hub")
        made.commitment(world.kandarpur.place, visibility="hub")
        made.workshop(world.kandarpur.place)
        made.review(world.kandarpur.place, "hate_speech")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/en/hub/{world.hub.slug}/").status_code == 200
        counted.add(len(asked))
    assert counted == {22}
