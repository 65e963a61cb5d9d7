"""The guide on screen: ten calm steps, each output linked to the room that makes it."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from baithak.exchange import finding
from baithak.exchange.guide import CODES, STEPS, WITH_PLACE, step
from baithak.exchange.models import Resource
from baithak.exchange.readiness import QUESTIONS
from factories import exchange as make
from factories import network as people
from factories.exchange_things import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index_of_its_own(monkeypatch):
    monkeypatch.setattr(finding, "_finder", finding.Finder())


@pytest.fixture
def stranger():
    return Client()


def asked(client: Client, code: str, language: str = "en") -> str:
    answer = client.get(f"/{language}/exchange/guide/{code}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def resource(place, title: str, **fields) -> Resource:
    return Resource._unscoped.create(
        place=place,
        title=title,
        step=fields.pop("step", "mapping"),
        publisher="Hub",
        licence="CC BY 4.0",
        url="https://shelf.example/a",
        added_on=TODAY,
        **fields,
    )


def test_every_room_the_guide_names_is_there():
    for told in STEPS:
        for output in told.outputs:
            if output.url_name:
                place = {"place": "kandarpur"} if output.url_name in WITH_PLACE else {}
                assert reverse(output.url_name, kwargs=place)


def test_the_path_names_ten_steps_in_order_to_anybody(stranger):
    page = stranger.get(reverse("exchange:guide"))
    assert page.status_code == 200
    text = page.content.decode()
    at = [text.index(reverse("exchange:guide_step", kwargs={"code": code})) for code in CODES]
    assert at == sorted(at)
    assert len(at) == 10
    assert "readiness/" not in text


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("code", CODES)
def test_every_step_opens_for_strangers_and_for_members(stranger, code, language):
    world = make.two_cities()
    asked(stranger, code, language)
    asked(people.sign_in(world.one.users["city_officer"]), code, language)


def test_a_step_that_does_not_exist_is_404(stranger):
    assert stranger.get("/en/exchange/guide/victory/").status_code == 404


def test_only_the_own_checklist_is_linked(stranger):
    world = make.two_cities()
    own = reverse("exchange:readiness", kwargs={"place": world.one.place.slug})
    assert own in asked(people.sign_in(world.one.users["city_officer"]), "mandate")
    assert own in asked(people.sign_in(world.one.users["mayor"]), "mandate")
    # A partner does not see the checklist of the team; a stranger has no city.
    assert "exchange/readiness/" not in asked(people.sign_in(world.one.users["partner"]), "mandate")
    text = asked(stranger, "mandate")
    assert "exchange/readiness/" not in text
    assert "Your first answers to the readiness checklist" in text


def test_what_is_to_come_is_said(stranger):
    to_come = [out for out in step("strategy").outputs if not out.url_name]
    text = asked(stranger, "strategy")
    assert text.count("Not in this version yet: keep it in a document of your own.") == len(to_come)


def test_sources_open_without_telling_where_from(stranger):
    text = asked(stranger, "coordination")
    for _name, address in step("coordination").sources:
        assert f'<a href="{address}" rel="noopener noreferrer"' in text


def test_each_question_stands_with_its_step(stranger):
    text = asked(stranger, "response")
    for question in QUESTIONS:
        assert (str(question.text) in text) == (question.step == "response")


def test_three_practices_that_fit_and_that_the_viewer_may_see(stranger):
    world = make.two_cities()
    for number in range(5):
        make.published(world, f"lamps-{number}", approaches=("mapping_assessment",))
    make.published(world, "walks", aim="hub", approaches=("mapping_assessment",))
    make.published(world, "songs", approaches=("arts_culture",))
    text = asked(stranger, "mapping")
    assert text.count("/exchange/practice/lamps-") == 3
    assert "/exchange/practice/walks/" not in text
    assert "/exchange/practice/songs/" not in text
    assert "?approach=mapping_assessment" in text


def test_an_empty_hub_says_so(stranger):
    text = asked(stranger, "mapping")
    assert "No practice here fits this step yet." in text
    assert "Nothing lies on the shelf for this step yet." in text


def test_the_shelf_of_a_step_holds_what_the_viewer_may_see(stranger):
    world = make.two_cities()
    resource(world.hub, "Asking residents", visibility="public")
    resource(world.hub, "Of another step", visibility="public", step="strategy")
    resource(world.one.place, "Our own notes", visibility="mechanism")
    text = asked(stranger, "mapping")
    assert "Asking residents" in text
    assert "Of another step" not in text
    assert "Our own notes" not in text
    assert "Our own notes" in asked(people.sign_in(world.one.users["city_officer"]), "mapping")


@pytest.mark.parametrize("number", [1, 3])
def test_a_step_costs_the_same_however_much_fits(stranger, django_assert_num_queries, number):
    world = make.two_cities()
    for at in range(number):
        make.published(world, f"lamps-{at}", approaches=("mapping_assessment",))
        resource(world.hub, f"Paper {at}", visibility="public")
    asked(stranger, "mapping")
    # Changes since the last search, practices, their translations, the shelf.
    with django_assert_num_queries(4):
        asked(stranger, "mapping")
