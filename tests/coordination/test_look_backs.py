"""A calm look back: situations and responses, never persons; what should change becomes a commitment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from baithak.coordination.models import Commitment, LookBack
from baithak.coordination.queries import look_backs as queries
from baithak.coordination.services import look_backs as services
from baithak.exchange.findings import finding
from baithak.exchange.services.names import NamesError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

TEXTS = {
    "title": "The harbour market, a false message",
    "change": "The station calls the mosque and the temple first.",
}


@pytest.fixture
def world():
    return make.two_cities()


def written(team, **told):
    return services.begin(
        place=team.place, by=team.officer,
        **{"on": timezone.localdate(), "language": "en", "texts": TEXTS, **told},
    )  # fmt: skip


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def test_it_begins_with_the_team_and_leaves_a_line(world):
    made = written(world.one)
    assert queries.look_back(world.one.officer, look_back=made.pk) == made
    for stranger in (world.one.partner, world.other.officer, PUBLIC):
        assert queries.look_back(stranger, look_back=made.pk) is None
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.place) == ("coordination.begin_look_back", world.one.place.slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": {"title": ""}},
        {"texts": {**TEXTS, "happened": "He drove MH 12 AB 3456"}},
        {"texts": {**TEXTS, "happened": "He has the number 900123456789"}},
        {"on": timezone.localdate() + timedelta(days=1)},
    ],
)
def test_what_leads_to_a_person_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        written(world.one, **wrong)
    assert not LookBack._unscoped.exists()


def test_a_broken_journal_changes_nothing(world, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        written(world.one)
    assert not LookBack._unscoped.exists()


def test_a_commitment_finds_the_way_back_as_far_as_its_reader_may(world):
    made = written(world.one)
    because = queries.because(made)
    assert finding(world.one.officer, because).text == TEXTS["change"]
    assert finding(world.other.officer, because) is None
    assert finding(PUBLIC, because) is None
    for odd in ("look_back:x", "look_back:", "look_back:²", "look_back:" + "9" * 40):
        assert finding(world.one.officer, odd) is None


def test_from_looking_back_to_a_commitment(world):
    browser = officer(world.one)
    told = {**TEXTS, "on": timezone.localdate().isoformat(), "exercise": "on", "language": "en"}
    address = f"/en/coordination/at/{world.one.place.slug}/look-back/new/"
    answer = browser.post(address, told, follow=True)
    assert "or it is forgotten" in text(answer)
    made = LookBack._unscoped.get()
    assert made.exercise
    assert f"?because=look_back:{made.pk}" in text(answer)
    Commitment._unscoped.create(
        place=world.one.place, languages=["en"], texts={"en": {"title": "One list of calls"}},
        because=queries.because(made),
    )  # fmt: skip
    assert "One list of calls" in text(browser.get(made.get_absolute_url()))
    answer = browser.post(
        f"{made.get_absolute_url()}edit/", {**told, "title": "", "language": "en"}
    )
    assert answer.status_code == 422
    browser.post(f"{made.get_absolute_url()}edit/", {**told, "expected": "A call tree."})
    assert "A call tree." in text(browser.get(made.get_absolute_url()))


def test_people_are_pointed_out_once(world):
    people.grant(people.person("Nilufa Begum"), world.one.place, Role.PARTNER)
    named = {**TEXTS, "happened": "Nilufa Begum went there from Noorabad."}
    with pytest.raises(NamesError) as found:
        written(world.one, texts=named)
    assert found.value.names == ("Nilufa Begum",)
    made = written(world.one)
    browser, address = officer(world.one), f"{made.get_absolute_url()}edit/"
    told = {**named, "on": timezone.localdate().isoformat(), "language": "en"}
    answer = browser.post(address, told)
    assert (answer.status_code, "tick that you have looked" in text(answer)) == (422, True)
    answer = browser.post(address, {**told, "shown": "Nilufa Begum", "looked": "1"})
    assert answer.status_code == 302


def test_empty_lists_say_what_to_do(world, client):
    assert "Places decide themselves" in text(client.get("/en/coordination/look-backs/"))
    assert "An exercise with the first-hour card" in text(
        officer(world.one).get("/en/coordination/look-backs/")
    )


@pytest.mark.parametrize("many", [1, 3])
def test_a_list_takes_the_same_queries_whatever_it_holds(world, many, django_assert_num_queries):
    for _ in range(many):
        written(world.one)
    browser = officer(world.one)
    browser.get("/en/coordination/look-backs/")
    with django_assert_num_queries(10):
        browser.get("/en/coordination/look-backs/")
