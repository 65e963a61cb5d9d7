"""The search page and the overview: everybody sees their own part, whatever is asked."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from baithak.exchange import finding
from baithak.exchange.forms.search import AT_ONCE, MOST, asked
from baithak.exchange.models import CityProfile, Lesson, Practice, Resource
from baithak.exchange.queries.found import rows
from baithak.exchange.views import search
from baithak.network import limits
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db
LIST, OVERVIEW = "/en/exchange/", "/en/exchange/overview/"


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(finding, "_finder", finding.Finder())


@pytest.fixture
def world():
    return make.two_cities()


def titles(answer) -> list[str]:
    return [card.title for card in answer.context["cards"]]


def practices(answer) -> list[str]:
    return [card.title for card in answer.context["cards"] if card.kind == "practice"]


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_each_finds_what_they_may_see_and_totals_tell_no_more(world, client):
    make.published(world, "kandarpur-lamps", aim="hub", title="Zebra lamps")
    make.published(world, "kandarpur-walks", aim="public", title="Zebra walks")
    told = client.get(LIST, {"q": "zebra"})
    assert titles(told) == ["Zebra walks"]
    assert told.context["total"] == 1
    assert "lamps" not in told.content.decode()
    officer = people.sign_in(world.other.users["city_officer"])
    assert set(titles(officer.get(LIST, {"q": "zebra"}))) == {"Zebra walks", "Zebra lamps"}


def test_a_row_that_the_index_shows_wrongly_is_dropped(world, client):
    make.published(world, "kandarpur-lamps", title="Zebra lamps")
    finding.find(PUBLIC, "zebra")
    Practice._unscoped.update(visibility="city")  # behind the index's back
    assert finding.find(PUBLIC, "zebra").total == 1
    assert titles(client.get(LIST, {"q": "zebra"})) == []
    assert rows(PUBLIC, ["practice:kandarpur-lamps", "lesson:1", "guide:mandate"]) == {}


def test_a_card_says_where_how_well_it_is_known_and_why_it_was_found(world, client):
    make.load(world)
    told = client.get(LIST, {"q": "rumours", "country": "ES"})
    assert len(titles(told)) == 1
    card = told.context["cards"][0]
    assert (card.place, card.country) == ("Bilbao", "Spain")
    assert card.evidence in text(told)
    assert "It is about: Rumours" in text(told)
    assert "<mark>" in told.content.decode()
    assert "বাংলা" in text(told)


def test_the_urdu_page_is_in_urdu(world, client):
    make.load(world)
    told = client.get("/ur/exchange/", {"q": "rumours", "country": "ES"})
    card = told.context["cards"][0]
    assert (card.country, card.language) == ("اسپین", "ur")
    assert 'lang="ur"' in told.content.decode()
    assert card.passage_language == "ur"


def test_facets_narrow_stay_visible_and_can_be_let_go(world, client):
    make.load(world)
    told = client.get(LIST, {"q": "rumours", "country": ["IN", "LK"]})
    page = told.content.decode()
    by_name = {facet.name: facet for facet in told.context["facets"]}
    countries = {option.code: option for option in by_name["country"].options}
    assert countries["IN"].chosen
    assert countries["IN"].count == told.context["total"]
    assert countries["LK"].chosen  # chosen, although nothing bears it
    assert "MX" not in countries
    assert [o.label for o in by_name["country"].options] == sorted(
        o.label for o in countries.values()
    )
    assert re.search(r'name="country" value="IN" checked', page)
    chips = {chip["label"]: chip["address"] for chip in told.context["chips"]}
    assert chips["India"] == "q=rumours&country=LK"
    assert chips["rumours"] == "country=IN&country=LK"
    assert client.get(f"{LIST}?{chips['India']}").context["total"] == 0


def test_what_is_found_can_be_taken_along(world, client):
    make.load(world)
    page = client.get(LIST, {"q": "rumours", "country": "IN", "page": 1}).content.decode()
    (address,) = re.findall(r'href="(/en/exchange/export/json/[^"]*)"', page)
    taken = client.get(unescape(address)).json()["practices"]
    assert taken
    assert {practice["country"] for practice in taken} == {"IN"}


def test_a_place_of_the_map_shows_its_own_practices(world, client):
    make.load(world)
    told = client.get(LIST, {"city": "Hyderabad", "country": "PK"})
    assert told.context["total"] == Practice._unscoped.filter(
        current__data__city="Hyderabad", current__data__country="PK"
    ).count() > 0  # fmt: skip
    assert {card.country for card in told.context["cards"]} == {"Pakistan"}
    both = client.get(LIST, {"city": "Hyderabad"})
    assert {card.country for card in both.context["cards"]} == {"Pakistan", "India"}
    assert 'name="city" value="Hyderabad"' in both.content.decode()


def test_browsing_goes_on_page_by_page_up_to_a_bound(world, client):
    make.load(world)
    seen: list[str] = []
    for number in range(1, 11):
        told = client.get(LIST, {"page": number, "kind": "practice"})
        assert len(told.context["cards"]) <= AT_ONCE
        seen += [card.address for card in told.context["cards"]]
    assert len(seen) == len(set(seen)) == told.context["total"] == 153
    beyond = client.get(LIST, {"page": 10_000})
    assert beyond.status_code == 200


def test_beyond_the_bound_the_page_says_so(world, client, monkeypatch):
    make.load(world)
    monkeypatch.setattr(search, "MOST", 40)
    told = client.get(LIST)
    assert told.context["pages"]["last"] == 2
    assert "The first 40 can be looked at." in text(told)


def test_nothing_found_says_what_to_try(world, client):
    make.load(world)
    told = client.get(LIST, {"q": "qqqqqqxxxxzzzz"})
    assert told.status_code == 200
    assert "Nothing fits." in text(told)
    assert told.context["challenges"]
    signs = client.get(LIST, {"q": "🕊️ ??!"})
    assert "There is no word to search for." in text(signs)


def test_a_long_query_is_shortened_and_says_so(world, client):
    make.load(world)
    told = client.get(LIST, {"q": " ".join(f"walk{n} lamp{n}" for n in range(30))})
    assert re.search(r"Only the first \d+ words were looked for", text(told))


ODD = [
    "", "%00", "a%00b", "%ED%A0%80", "%F0%9F%95%8A%EF%B8%8F", "x" * 10_000, "%27%3B+DROP+TABLE+exchange_practice%3B--",
    "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%E2%80%AEabc", "%01%02%1F%7F", "%FF%FE", "+", "%0A%0D%09",
    quote("{% load x %}{{ settings }}"), quote("../../etc/passwd"), quote("((((((*"), quote("ﷺ" * 300),
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_questions_get_a_calm_answer(world, client, odd):
    make.published(world, title="Zebra lamps")
    for name in ("q", "city", "country", "page", "year", "evidence"):
        told = client.get(f"{LIST}?{name}={odd}")
        assert told.status_code == 200, name
        assert "<script>alert" not in told.content.decode()
        assert not set(told.content.decode()) & {chr(n) for n in range(32) if n not in (9, 10, 13)}
        assert "\u202e" not in told.content.decode()


@given(st.text(max_size=80), st.text(max_size=8), st.text(max_size=8))
def test_an_address_says_again_what_was_read_from_it(words, code, page):
    told = QueryDict(mutable=True)
    told.setlist("q", [words.encode("utf-8", "replace").decode()])
    told.setlist("country", [code, "LK", "LK", "IN"])
    told.setlist("page", [page])
    once = asked(told)
    assert asked(QueryDict(once.address())) == once
    assert once.chosen["country"][-2:] == ("LK", "IN")
    assert 1 <= once.page <= MOST // AT_ONCE


def test_the_guide_is_found_in_the_readers_words(world, client):
    told = client.get(LIST, {"q": "handover file", "kind": "guide"})
    assert told.context["total"] > 0
    assert {card.kind for card in told.context["cards"]} == {"guide"}
    assert len(told.context["cards"]) == told.context["total"]
    assert client.get(told.context["cards"][0].address).status_code == 200
    assert told.context["cards"][0].address.startswith("/en/exchange/guide/")


def test_lessons_and_resources_are_found_beside_practices(world, client):
    told = {"place": world.one.place, "visibility": "public"}
    for number, hidden in enumerate((False, True)):
        Lesson._unscoped.create(
            **told, title=f"Zebra lesson {number}", text="Ask first.", day=date(2026, 11, 24),
            unattributed=hidden,
        )  # fmt: skip
    Lesson._unscoped.create(
        **{**told, "visibility": "city"}, title="Zebra secret", text="No.", day=date(2026, 11, 24)
    )
    Resource._unscoped.create(
        **told, title="Zebra guide", publisher="Council press", licence="CC BY 4.0",
        url="https://council.example/zebra", added_on=date(2026, 11, 24),
    )  # fmt: skip
    cards = client.get(LIST, {"q": "zebra"}).context["cards"]
    assert {(card.kind, card.title, card.place) for card in cards} == {
        ("lesson", "Zebra lesson 0", "Kandarpur"),
        ("lesson", "Zebra lesson 1", ""),  # nobody is told where these words come from (R15)
        ("resource", "Zebra guide", "Council press"),
    }
    only = client.get(LIST, {"q": "zebra", "kind": "resource"})
    assert titles(only) == ["Zebra guide"]


def test_many_results_cost_as_many_queries_as_few(world, client, django_assert_num_queries):
    for number in range(3):
        make.published(world, f"kandarpur-lamps-{number}", title=f"Zebra lamps {number}")
    client.get(LIST, {"q": "zebra", "page": 2})
    with django_assert_num_queries(3):
        assert len(titles(client.get(LIST, {"q": "zebra"}))) == 3
    for code in ("kandarpur-lamps-1", "kandarpur-lamps-2"):
        Practice._unscoped.filter(code=code).update(visibility="city")
    with django_assert_num_queries(3):
        assert len(titles(client.get(LIST, {"q": "zebra"}))) == 1


def test_too_many_searches_from_one_address_wait(world, client, monkeypatch):
    monkeypatch.setitem(limits._table, search.SEARCH.name, search.SEARCH)  # put back afterwards
    monkeypatch.setattr(search, "SEARCH", search.Limit("exchange.search", most=2, seconds=600))
    for _ in range(2):
        assert client.get(LIST, {"q": "lamps"}).status_code == 200
    told = client.get(LIST, {"q": "lamps"})
    assert told.status_code == 429
    assert int(told["Retry-After"]) > 0
    assert client.get(LIST).status_code == 200


# --- the overview


def test_the_overview_counts_only_what_the_viewer_may_see(world, client):
    make.published(world, "kandarpur-lamps", aim="hub")
    make.published(world, "kandarpur-walks", aim="public")
    told = client.get(OVERVIEW)
    assert told.context["told"].practices == 1
    assert [(c.label, c.count) for c in told.context["countries"]] == [("Sri Lanka", 1)]
    officer = people.sign_in(world.other.users["city_officer"])
    assert officer.get(OVERVIEW).context["told"].practices == 2


def test_dots_lead_to_the_practices_of_their_place(world, client):
    make.load(world)
    told = client.get(OVERVIEW)
    every = [place for country in told.context["countries"] for place in country.places]
    assert sum(place.count for place in every) == 153
    assert len(told.context["world"].dots) == len(every) == 116
    for place in every[::10]:
        assert client.get(place.href).context["total"] == place.count


def test_a_city_that_the_library_does_not_know_lies_where_it_says(world, client):
    profile = CityProfile._unscoped.create(
        place=world.one.place, visibility="hub", latitude=7.5, longitude=80.5
    )
    make.published(world, city="Kandarpur", country="LK")
    assert client.get(OVERVIEW).context["world"].dots == ()
    CityProfile._unscoped.filter(pk=profile.pk).update(visibility="public")
    (dot,) = client.get(OVERVIEW).context["world"].dots
    assert (dot.place.latitude, dot.place.longitude) == (7.5, 80.5)


def test_an_empty_hub_has_an_overview_too(world, client):
    told = client.get(OVERVIEW)
    assert "No place has a practice yet." in text(told)
    assert len(told.context["told"].challenges_without) == 35


def test_the_overview_costs_the_same_whatever_there_is(world, client, django_assert_num_queries):
    make.published(world, "kandarpur-lamps")
    with django_assert_num_queries(4):
        client.get(OVERVIEW)
    make.load(world)
    with django_assert_num_queries(4):
        client.get(OVERVIEW)


def test_pages_name_their_feeds(world):
    for path in (LIST, OVERVIEW):
        page = Client().get(path).content.decode()
        assert 'type="application/atom+xml"' in page
        assert 'type="application/feed+json"' in page
