"""T31 in the library: what two people let out is not written anew by one, before or after the second says yes.

Things are shown to everybody by two people; then one of them, alone, puts other words in, by the service and by
the page. Nobody else may read these words. Control: without the fall back to the city everybody does.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.exchange.readiness import State
from baithak.exchange.services import (
    adoptions,
    lessons,
    profiles,
    readiness,
    resources,
    translations,
)
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.queries import acts_waiting
from factories import exchange as make
from factories import network as people

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

MARK = "Mine-alone"


class Lesson:
    module = lessons

    def __init__(self, world: Any) -> None:
        self.by = world.one.officer
        self.thing = lessons.write(place=world.one.place, by=self.by, **self.told("Ask first"))

    @staticmethod
    def told(words: str) -> dict[str, Any]:
        return {"title": words, "text": "In the lane.", "language": "en"}

    def rewrite(self) -> Any:
        return lessons.change(lesson=self.thing, by=self.by, **self.told(MARK))

    page = "edit/"
    sent = {"title": MARK, "text": "In the lane.", "language": "en"}


class Adoption:
    module = adoptions

    def __init__(self, world: Any) -> None:
        self.by = world.one.officer
        world.one, world.other = world.other, world.one
        practice = make.published(world)
        world.one, world.other = world.other, world.one
        self.thing = adoptions.adopt(
            place=world.one.place,
            practice=practice,
            reason="Dark lanes.",
            language="en",
            by=self.by,
        )

    def rewrite(self) -> Any:
        return adoptions.change(adoption=self.thing, by=self.by, reason=MARK)

    page = "edit/"
    sent = {"reason": MARK, "state": "planned", "outcome": "open", "language": "en"}


class Resource:
    module = resources
    sent = {
        "title": "How to listen", "publisher": "Ward office", "licence": "CC BY 4.0", "language": "en",
        "kind": "guide", "url": f"https://other.example/{MARK}",
    }  # fmt: skip
    page = "edit/"

    def __init__(self, world: Any) -> None:
        self.by = world.one.officer
        first = {**self.sent, "url": "https://city.example/guide"}
        self.thing = resources.add(place=world.one.place, by=self.by, **first)

    def rewrite(self) -> Any:
        return resources.change(resource=self.thing, by=self.by, **self.sent)


class Readiness:
    module = readiness
    page = "group/A/"

    def __init__(self, world: Any) -> None:
        self.by, self.place = world.one.officer, world.one.place
        self.thing = self.write("A note")
        self.sent = {"A1_state": "started", "A1_evidence": MARK, "A1_owner": ""}

    def write(self, words: str) -> Any:
        given = {"A1": readiness.Given(State.STARTED, words)}
        return readiness.edit(place=self.place, given=given, by=self.by)

    def rewrite(self) -> Any:
        return self.write(MARK)


KINDS = [Lesson, Adoption, Resource, Readiness]


@pytest.fixture
def world() -> Any:
    return make.two_cities()


def let_out(team: Any, thing: Any, to: str = "public") -> None:
    act = network.ask_widening(shared=thing, to=to, reason="Others ask.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    thing.refresh_from_db()


def read_by_everybody(thing: Any) -> str:
    return Client().get(thing.get_absolute_url()).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_other_words_are_the_citys_until_two_let_them_out_again(world, kind):
    one = kind(world)
    let_out(world.one, one.thing)
    assert Client().get(one.thing.get_absolute_url()).status_code == 200
    changed = one.rewrite()
    assert changed.visibility == "city"
    assert Client().get(one.thing.get_absolute_url()).status_code in (302, 404)
    assert MARK not in read_by_everybody(one.thing)
    assert Line.objects.filter(verb="exchange.narrow").count() == 1
    let_out(world.one, changed)
    assert MARK in read_by_everybody(one.thing)


@pytest.mark.parametrize("kind", KINDS)
def test_by_the_page_too_and_it_says_so(world, kind):
    one = kind(world)
    let_out(world.one, one.thing)
    client = people.sign_in(world.one.users["city_officer"])
    address = f"{one.thing.get_absolute_url()}{one.page}"
    assert "only your city sees it" in client.get(address).content.decode()
    answer = client.post(address, one.sent, follow=True)
    one.thing.refresh_from_db()
    assert one.thing.visibility == "city"
    assert "Fewer people see it now." in answer.content.decode()
    assert MARK not in read_by_everybody(one.thing)


@pytest.mark.parametrize("kind", KINDS)
def test_control_without_the_fall_back_everybody_reads_them(world, kind, monkeypatch):
    one = kind(world)
    let_out(world.one, one.thing)
    monkeypatch.setattr(one.module, "back_to_the_city", lambda thing, by: None)
    one.rewrite()
    assert MARK in read_by_everybody(one.thing)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_second_person_is_asked_about_stays_as_it_was(world, kind):
    one = kind(world)
    network.ask_widening(shared=one.thing, to="public", reason="Now.", by=world.one.officer)
    with pytest.raises(ValidationError, match="waits for a second person"):
        one.rewrite()
    (act,) = acts_waiting(world.one.mayor, world.one.place)
    network.withdraw_two_person(act=act, by=world.one.officer)
    assert one.rewrite().visibility == "mechanism"


def test_what_a_city_tells_of_itself_too(world):
    told = {"challenges": [], "traits": [], "latitude": None, "longitude": None}

    def write(mandate: str) -> Any:
        return profiles.write(place=world.one.place, mandate=mandate, by=world.one.officer, **told)

    made = write("own")
    let_out(world.one, made)
    assert write("own").visibility == "public"  # nothing is new
    network.narrow(shared=made, to="hub", by=world.one.officer)
    network.ask_widening(shared=made, to="public", reason="Now.", by=world.one.officer)
    with pytest.raises(ValidationError, match="waits"):
        write("shared")
    (act,) = acts_waiting(world.one.mayor, world.one.place)
    network.confirm_two_person(act=act, by=world.one.mayor)
    assert write("shared").visibility == "city"


def test_how_an_adoption_goes_on_is_told_to_those_who_see_it(world):
    """Ordinary work: lines of progress, how far it is, and what came of it where nothing stood."""
    one = Adoption(world)
    let_out(world.one, one.thing)
    adoptions.add_step(
        adoption=one.thing, day=one.thing.practice.published_on, text="Lit.", by=one.by
    )
    told = {"state": "finished", "outcome": "worked", "result": "Forty lamps."}
    assert adoptions.change(adoption=one.thing, by=one.by, **told).visibility == "public"
    changed = adoptions.change(adoption=one.thing, by=one.by, result=MARK)
    assert changed.visibility == "city"


def test_around_an_election_nothing_new_of_it_is_told_to_everybody(world):
    one = Adoption(world)
    let_out(world.one, one.thing)
    today = one.thing.practice.published_on
    network.begin_election(place=world.one.place, begins=today, ends=today, by=one.by)
    with pytest.raises(ValidationError, match="election"):
        adoptions.add_step(adoption=one.thing, day=today, text=MARK, by=one.by)
    with pytest.raises(ValidationError, match="election"):
        adoptions.change(adoption=one.thing, by=one.by, result=MARK)


# --- translations


def test_one_persons_translation_waits_for_another_speaker(world):
    practice = make.published(world)
    page = f"{practice.get_absolute_url()}?side=ur"
    texts = {"title": MARK, "summary": "ہر گلی میں۔"}
    told = translations.translate(
        practice=practice, language="ur", texts=texts, by=world.one.officer
    )
    for door in (page, f"/ur/exchange/practice/{practice.code}/", "/ur/exchange/"):
        assert MARK not in Client().get(door).content.decode()
    assert MARK not in people.sign_in(world.other.users["mayor"]).get(page).content.decode()
    # Another one reads it, changed meanwhile by its writer: that reading does not count.
    second = world.one.viewers["facilitator"]
    translations.translate(
        practice=practice, language="ur", texts={**texts, "summary": "اور"}, by=world.one.officer
    )
    with pytest.raises(ValidationError, match="changed this meanwhile"):
        translations.mark_reviewed(translation=told, by=second)
    told.refresh_from_db()
    translations.mark_reviewed(translation=told, by=second)
    assert MARK in Client().get(page).content.decode()
    translations.translate(
        practice=practice, language="ur", texts={**texts, "title": "Alone-again"}, by=second
    )
    assert "Alone-again" not in Client().get(page).content.decode()


def test_two_who_translate_at_once_do_not_overwrite_each_other_unseen(world):
    practice = make.published(world)
    address = f"{practice.get_absolute_url()}in/ur/"
    one = people.sign_in(world.one.users["city_officer"])
    other = people.sign_in(world.one.users["facilitator"])
    sent = {"title": "چراغ", "summary": "ہر گلی میں۔"}
    assert one.post(address, {**sent, "seen": ""}).status_code == 302
    late = other.post(address, {**sent, "title": "دیا", "seen": ""})
    assert (late.status_code, practice.translations.get().title) == (422, "چراغ")
    seen = other.get(address).context["seen"]
    assert other.post(address, {**sent, "title": "دیا", "seen": seen}).status_code == 302
    one.post(f"{address}reviewed/", {"seen": seen})
    assert not practice.translations.get().is_reviewed
