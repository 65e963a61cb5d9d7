"""One search over all rooms: everything the viewer may see, nothing else, whatever is typed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from baithak.home import finding
from baithak.home.views.search import SEARCH
from baithak.journal import services as journal
from baithak.network import limits, services
from baithak.network.scope import Visibility
from factories import desk as made
from factories import network as make
from factories import things as stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    land = make.country(country_code="BD")
    return made.city(land)


def noted(thing, verb="plan.begin"):
    """As the rooms' services do: each write leaves a line."""
    journal.write(
        verb=verb, thing=f"{thing._meta.model_name}:{thing.pk}", by="system", place=thing.place.slug
    )
    return thing


def titles(viewer, words, **asked):
    found = finding.find(viewer, words, language="en", **asked)
    return {group.code: [one.title for one in group.found] for group in found.groups}


def search(user, words, **asked):
    return make.sign_in(user).get("/en/search/", {"q": words, **asked}, follow=True)


# --- what is found
def test_every_kind_of_thing_is_found_by_its_words(city):
    land = city.place.parent
    plan = made.plan(city.place, "Lanterns of the old town")
    made.action(plan, "Lanterns at the quay")
    made.review(city.place, "hate_speech", title="Lanterns went out")
    made.commitment(city.place, "Buy lanterns")
    made.body(city.place, "Committee of lanterns")
    made.meeting(city.place, "Before the night of lanterns")
    made.workshop(city.place, "Lanterns and rivers")
    made.request(city.place, land, "Who pays for lanterns?")
    made.day(city.place, "Night of lanterns")
    made.statement(city.place, "For lanterns that stay lit")
    told = titles(make.viewer(city.people["city_officer"]), "lanterns")
    assert told == {
        "plan": ["Lanterns of the old town"],
        "action": ["Lanterns at the quay"],
        "review": ["Lanterns went out"],
        "commitment": ["Buy lanterns"],
        "body": ["Committee of lanterns"],
        "meeting": ["Before the night of lanterns"],
        "workshop": ["Lanterns and rivers"],
        "request": ["Who pays for lanterns?"],
        "day": ["Night of lanterns"],
        "statement": ["For lanterns that stay lit"],
    }


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        ("bn", "শান্তি কমিটির সভা", "শান্তি কমিটি"),
        ("bn", "শান্তি কমিটির সভা", "shanti"),
        ("ur", "امن کمیٹی کا اجلاس", "امن کمیٹی"),
        ("ta", "அமைதிக் குழு", "அமைதி"),
        ("si", "සාම කමිටුව", "සාම"),
        ("hi", "अमन कमेटी", "aman committee"),
        ("ne", "शान्ति समिति", "शान्ति"),
        ("dv", "ސުލްހަ ކޮމިޓީ", "ސުލްހަ"),
    ],
)
def test_each_language_is_found_in_its_own_letters_and_some_in_latin_ones(
    city, language, title, asked
):
    noted(made.body(city.place, **made.told(language, title=title)))
    assert titles(make.viewer(city.people["partner"]), asked)["body"] == [title]


def test_a_place_is_found_by_any_of_its_names(city):
    city.place.names = {"ur": "کندرپور"}
    city.place.save()
    assert titles(make.viewer(make.person("Nobody")), "کندرپور") == {"place": ["Kandarpur"]}


# --- nothing else
LEVELS = {
    "mechanism": {"city_officer", "facilitator", "moderator", "mayor", "auditor"},
    "city": {"city_officer", "facilitator", "moderator", "mayor", "auditor", "partner",
             "department_staff"},
}  # fmt: skip


@pytest.mark.parametrize("level", [level.value for level in Visibility])
def test_who_finds_a_plan_is_who_may_see_it(city, level):
    plan = made.plan(city.place, "Lanterns of the old town", visibility=level)
    made.action(plan, "Lanterns at the quay")
    other = made.city(city.place.parent, "Noorabad")
    far = make.member(make.city(name="Farafield"), "city_officer")
    finds = {role for role, user in city.people.items() if titles(make.viewer(user), "lanterns")}
    assert finds == LEVELS.get(level, set(city.people))
    width = Visibility(level).width
    assert bool(titles(make.viewer(other.people["partner"]), "lanterns")) is (width >= 2)
    assert bool(titles(make.viewer(far), "lanterns")) is (width >= 3)
    assert bool(titles(make.viewer(make.person("Nobody")), "lanterns")) is (width >= 4)


def test_a_request_is_found_at_both_ends_once_it_is_sent(city):
    nation = make.viewer(make.member(city.place.parent, "national_representative"))
    mayor = make.viewer(city.people["mayor"])
    asked = made.request(
        city.place, city.place.parent, "Lanterns of schools", state="draft", sent_on=None
    )
    assert (bool(titles(mayor, "lanterns")), bool(titles(nation, "lanterns"))) == (True, False)
    asked.state, asked.sent_on = "sent", made.days(0)
    asked.save()
    noted(asked, "coordination.send")
    assert (bool(titles(mayor, "lanterns")), bool(titles(nation, "lanterns"))) == (True, True)


def test_what_was_narrowed_is_gone_at_once_with_its_actions(city):
    stranger = make.viewer(make.member(make.city(name="Farafield"), "partner"))
    plan = made.plan(city.place, "Lanterns of the old town", visibility="public")
    made.action(plan, "Lanterns at the quay")
    assert set(titles(stranger, "lanterns")) == {"plan", "action"}
    services.narrow(shared=plan, to="city", by=make.viewer(city.people["city_officer"]))
    assert titles(stranger, "lanterns") == {}


def test_an_index_that_lags_behind_tells_nothing(city):
    """Even where no line in the journal told of the change, the rows decide."""
    stranger = make.viewer(make.member(make.city(name="Farafield"), "partner"))
    plan = made.plan(city.place, "Lanterns of the old town", visibility="public")
    assert set(titles(stranger, "lanterns")) == {"plan"}
    type(plan)._unscoped.filter(pk=plan.pk).update(visibility="mechanism")
    assert titles(stranger, "lanterns") == {}


# --- it follows what happens
def test_what_is_new_changed_or_gone_is_so_in_the_next_search(city):
    mayor = make.viewer(city.people["mayor"])
    assert titles(mayor, "lanterns") == {}
    plan = noted(made.plan(city.place, "Lanterns of the old town"))
    assert titles(mayor, "lanterns") == {"plan": ["Lanterns of the old town"]}
    plan.texts = {"en": {"title": "Boats of the old town"}}
    plan.save()
    noted(plan, "plan.change")
    assert titles(mayor, "lanterns") == {}
    assert titles(mayor, "boats") == {"plan": ["Boats of the old town"]}
    plan.delete()
    noted(SimpleNamespace(_meta=plan._meta, pk=1, place=city.place), "plan.change")
    assert titles(mayor, "boats") == {}


def test_after_an_import_everything_is_read_again(city):
    mayor = make.viewer(city.people["mayor"])
    assert titles(mayor, "lanterns") == {}
    plan = made.plan(city.place, "Lanterns of the old town")
    journal.write(verb="plan.import", thing=f"place:{city.place.pk}", by="system", place="x")
    assert titles(mayor, "lanterns") == {"plan": [plan.title]}


# --- the page
def test_the_page_groups_and_shows_more_of_a_kind(city):
    plan = made.plan(city.place)
    for n in range(8):
        made.action(plan, f"Lantern {n}")
    page = search(city.people["mayor"], "lantern").content.decode()
    assert page.count(">Lantern ") == 5
    assert "kind=action" in page
    more = search(city.people["mayor"], "lantern", kind="action").content.decode()
    assert more.count(">Lantern ") == 8
    assert "Back to all kinds" in more


def test_nobody_in_particular_does_not_search(client, db):
    answer = client.get("/en/search/?q=lanterns")
    assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)


@pytest.mark.parametrize(
    "words",
    ["", " ", "🏮", "🏮" * 3000, "a" * 10_240, "\x00\x01\x1b[31m", "‮txet", "'; DROP TABLE x; --",
     "%" * 500, "(((((((", "ﷺ" * 400, "<script>alert(1)</script>"],
)  # fmt: skip
def test_whatever_is_typed_gets_a_calm_answer(city, words):
    answer = search(city.people["mayor"], words)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert len(text) < 150_000  # the links to other languages repeat what was asked
    calm = ("Write a few words", "Nothing fits that you may see.", 'class="found-in"')
    assert any(told in text for told in calm)


def test_too_many_searches_of_one_address_wait(city):
    client = make.sign_in(city.people["mayor"])
    for _ in range(SEARCH.most - 1):
        limits._counts.add(SEARCH.name, b"127.0.0.1", seconds=SEARCH.seconds)
    assert client.get("/en/search/?q=lamps").status_code == 200
    beyond = client.get("/en/search/?q=lamps")
    assert beyond.status_code == 429
    assert 0 < int(beyond["Retry-After"]) <= SEARCH.seconds
    assert client.get("/en/search/").status_code == 200  # the empty form is no search


def test_an_unknown_kind_is_no_kind(city):
    made.plan(city.place, "Lanterns of the old town")
    answer = search(city.people["mayor"], "lanterns", kind="person<")
    assert "Lanterns of the old town" in answer.content.decode()


def test_the_header_offers_it_to_members_and_to_nobody_where_residents_take_part(city, client):
    member = make.sign_in(city.people["mayor"])
    assert 'class="search-everywhere' in member.get("/en/places/").content.decode()
    assert 'class="search-everywhere' not in client.get("/en/places/").content.decode()
    dialogue = stock.dialogue(city.place, "open", "public")
    page = member.get(f"/en/d/{dialogue.code}/").content.decode()
    assert "search-everywhere" not in page


# --- as many questions to the database for one result as for many
def test_the_number_of_questions_to_the_database_is_bounded(city):
    client = make.sign_in(city.people["city_officer"])
    counts = set()
    for number in (1, 2, 47):
        for n in range(number):
            plan = made.plan(city.place, f"Lanterns {n}")
            made.action(plan, f"Lanterns {n}")
            made.commitment(city.place, f"Lanterns {n}")
            made.body(city.place, f"Lanterns {n}")
            noted(made.day(city.place, f"Lanterns {n}"), "plan.import")
        client.get("/en/search/?q=lanterns")
        with CaptureQueriesContext(connection) as told:
            client.get("/en/search/?q=lanterns")
        counts.add(len(told))
    assert counts == {14}


# --- T13 for the search: nothing of the city reaches anybody else
CANARY = "zqcanaryqz"


@pytest.mark.trust
@pytest.mark.slow
def test_no_search_of_a_stranger_finds_the_canary_and_the_citys_own_officer_does(monkeypatch):
    cache.clear()
    world = make.world()
    stock.things(world, CANARY)
    plan = made.plan(world.city, f"Plan {CANARY}", visibility="city")
    made.action(plan, f"Action {CANARY}")
    for build in (made.commitment, made.body, made.meeting, made.day, made.statement):
        build(world.city, f"Thing {CANARY}", visibility="mechanism")
        build(world.city, f"Thing {CANARY}", visibility="city")
    made.request(world.city, world.other_hub, f"Draft {CANARY}", state="draft", sent_on=None)
    leaks, asked = [], 0
    for name, people in world.people.items():
        for role, user in people.items():
            if name == "city":
                continue
            for words in (CANARY, CANARY[:6], "plan", "thing"):
                asked += 1
                page = search(user, words).content.decode()
                if CANARY in page.replace(f'value="{escape(words)}"', "").replace(f"q={words}", ""):
                    leaks.append(f"{role} of {name}: {words}")
    assert leaks == []
    assert asked >= 80
    own = search(world.people["city"]["city_officer"], "thing").content.decode()
    assert own.count(CANARY) >= 8
