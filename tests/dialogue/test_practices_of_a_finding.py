"""From a finding to a practice: what a released map tells as found leads to what other cities do."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from baithak.dialogue import analysis, queries, services, tasks
from baithak.dialogue.models import Dialogue
from baithak.exchange import finding as index
from baithak.exchange.findings import finding
from baithak.exchange.models import Adoption
from baithak.network.scope import PUBLIC, SYSTEM
from factories import dialogue as made
from factories import exchange
from factories import network as people

pytestmark = pytest.mark.django_db

#: Three that divide, three that all agree on (tests/factories/dialogue.py: crowd).
SEEDS = [
    {"en": "Loudspeakers should stop at nine."},
    {"en": "Night buses should run for women."},
    {"en": "Fishermen should keep the old quay."},
    {"en": "The neighbourhood should walk and clean its lanes together.", "ur": "محلہ مل کر چلے۔"},
    {"en": "Qwzx vbnm."},
    {"en": "Rumours should be answered before people get angry."},
]


@pytest.fixture(autouse=True)
def _an_index_of_its_own(monkeypatch):
    monkeypatch.setattr(index, "_finder", index.Finder())


@pytest.fixture
def dialogue():
    return made.opened(made.team(), seeds=SEEDS)


def drawn(dialogue, people=60, **kwargs):
    made.crowd(dialogue, people, **kwargs)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_due=None)
    queries.forget()
    assert tasks.redraw_a_map() == 1
    queries.forget()


def address(dialogue, number, language="en"):
    return f"/{language}/dialogue/{dialogue.code}/practices/{number}/"


def text(response):
    return response.content.decode()


def library(team):
    """Another city's practice that walks together, seen by everybody."""
    world = exchange.two_cities()
    return world, exchange.published(world)


def test_before_a_map_is_released_nothing_is_found(dialogue):
    made.crowd(dialogue, 9)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_due=None)
    tasks.redraw_a_map()
    for number in range(1, 7):
        assert Client().get(address(dialogue, number)).status_code == 404
        assert finding(SYSTEM, f"dialogue:{dialogue.code}:{number}") is None


def test_common_ground_and_what_divides_are_findings_and_nothing_else_is(dialogue):
    drawn(dialogue)
    run = analysis.published(queries.released_run(dialogue.pk))
    apart = {s.id for s in run.statements if s.representative_of}
    found = {*run.common_ground, *run.dividing, *apart}
    assert found
    for number in range(1, 9):
        wanted = 200 if str(number) in found else 404
        assert Client().get(address(dialogue, number)).status_code == wanted
    assert Client().get(address(dialogue, 10**30)).status_code == 404


def test_each_finding_on_the_map_leads_there_and_no_link_is_dead(dialogue):
    drawn(dialogue)
    page = text(Client().get(f"/en/dialogue/{dialogue.code}/map/"))
    links = set(re.findall(rf"/en/dialogue/{dialogue.code}/practices/\d+/", page))
    assert address(dialogue, 4) in links
    for link in links:
        assert Client().get(link).status_code == 200
    # Residents' own page stays as light as it was.
    assert "/practices/" not in text(Client().get(f"/en/d/{dialogue.code}/result/"))


def test_fitting_practices_come_with_the_reason(dialogue):
    drawn(dialogue)
    _, practice = library(dialogue)
    page = text(Client().get(address(dialogue, 4)))
    assert "The neighbourhood should walk and clean its lanes together." in page
    assert practice.title in page
    assert re.search(r"<p>(It is about: |It says the same in other words)", page)
    assert "?because=" not in page
    assert "محلہ مل کر چلے۔" in text(Client().get(address(dialogue, 4, "ur")))


def test_a_sentence_that_means_nothing_here_says_so_calmly(dialogue):
    drawn(dialogue)
    library(dialogue)
    page = text(Client().get(address(dialogue, 5)))
    assert "Nothing here means the same." in page


def test_no_figure_of_the_map_is_on_the_page(dialogue):
    drawn(dialogue)
    library(dialogue)
    page = text(Client().get(address(dialogue, 4)))
    main = page[page.index("<main") : page.index("</main>")]
    assert not re.search(r"\d%|\b60\b|\bGroup [A-Z]\b", re.sub(r"<[^>]*>", " ", main))


def test_an_officer_takes_a_practice_up_because_of_a_finding(dialogue):
    drawn(dialogue)
    world, practice = library(dialogue)
    officer = people.sign_in(world.other.users["city_officer"])
    page = text(officer.get(address(dialogue, 4)))
    link = re.search(r'href="([^"]*adopt/\?because=[^"]*)"', page)[1]
    form = text(officer.get(link))
    assert "The neighbourhood should walk and clean its lanes together." in form
    answer = officer.post(
        link,
        {
            "place": world.other.place.pk,
            "reason": "Our residents said so.",
            "language": "en",
            "because": f"dialogue:{dialogue.code}:4",
        },
    )
    adoption = Adoption._unscoped.get()
    assert answer["Location"] == adoption.get_absolute_url()
    assert adoption.because == f"dialogue:{dialogue.code}:4"
    assert adoption.because_text == SEEDS[3]["en"]
    assert adoption.practice == practice
    told = text(officer.get(adoption.get_absolute_url()))
    assert f"/en/dialogue/{dialogue.code}/map/#common-ground" in told


def test_a_finding_of_a_dialogue_that_one_may_not_see_is_nothing(dialogue):
    drawn(dialogue)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(visibility="mechanism")
    name = f"dialogue:{dialogue.code}:4"
    assert finding(PUBLIC, name) is None
    assert finding(SYSTEM, name).text == SEEDS[3]["en"]
    assert Client().get(address(dialogue, 4)).status_code == 404


@pytest.mark.parametrize("name", ["", ":", "4", "{code}", "{code}:", "{code}:x", "{code}:-4", "{code}:4:4", "{code}:" + "9" * 40, "'; --:4"])  # fmt: skip
def test_names_of_nothing_are_nothing(dialogue, name):
    drawn(dialogue)
    assert finding(SYSTEM, "dialogue:" + name.format(code=dialogue.code)) is None


def test_a_statement_that_was_taken_back_is_found_no_more(dialogue):
    drawn(dialogue)
    one = made.statements(dialogue)[3]
    one.seed = False
    one.save(update_fields=["seed"])
    services.undo(statement=one, by=SYSTEM)
    queries.forget()
    assert Client().get(address(dialogue, 4)).status_code == 404


def test_the_page_takes_as_many_queries_for_many_fits_as_for_one(
    dialogue, django_assert_num_queries
):
    drawn(dialogue)
    world, _ = library(dialogue)
    Client().get(address(dialogue, 4))
    # dialogue, run, statements, wordings; changes of the index, practices, translations
    for more in ("", "kandarpur-walks", "kandarpur-songs"):
        if more:
            exchange.published(world, more)
            Client().get(address(dialogue, 4))
        queries.forget()
        with django_assert_num_queries(7):
            page = text(Client().get(address(dialogue, 4)))
    assert page.count('<li class="card">') == 3
