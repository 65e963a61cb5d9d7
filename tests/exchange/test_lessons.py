"""Lessons: written by a team, found by who may see them, without a place under the Chatham House Rule."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.exchange import finding as index
from baithak.exchange.models import Lesson
from baithak.exchange.queries import lessons as queries
from baithak.exchange.services import adoptions, lessons
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

TOLD = {
    "title": "Ask the shopkeepers of the lane before the lamps",
    "text": "We asked only the council.\n\nThe shopkeepers then   switched them off.",
    "language": "en",
}


@pytest.fixture(autouse=True)
def _an_index_of_its_own(monkeypatch):
    monkeypatch.setattr(index, "_finder", index.Finder())


@pytest.fixture
def world():
    return make.two_cities()


def written(team, **kwargs):
    return lessons.write(place=team.place, by=team.officer, **{**TOLD, **kwargs})


def widened(lesson, team, to):
    act = network.ask_widening(shared=lesson, to=to, reason="Others ask.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)


def found(viewer):
    hits = index.find(viewer, "shopkeepers lamps", filters={"kind": ["lesson"]}).hits
    return [hit.id for hit in hits]


def test_a_lesson_keeps_its_lines_and_begins_with_the_team(world):
    lesson = written(world.one, challenges=["hate_speech"])
    assert lesson.text == "We asked only the council.\n\nThe shopkeepers then switched them off."
    assert (lesson.visibility, lesson.challenges) == ("mechanism", ["hate_speech"])
    assert Line.objects.order_by("n").last().verb == "exchange.write_lesson"
    assert list(journal.verify()) == []


def test_the_search_follows_who_may_see_it(world):
    lesson = written(world.one)
    assert found(world.one.officer) == [lesson.finding_id]
    assert found(world.other.officer) == found(PUBLIC) == []
    widened(lesson, world.one, "hub")
    assert found(world.other.officer) == [lesson.finding_id]
    assert found(PUBLIC) == []
    lesson.refresh_from_db()
    network.narrow(shared=lesson, to="city", by=world.one.officer)
    assert found(world.other.officer) == []
    lessons.change(lesson=lesson, by=world.one.officer, **{**TOLD, "title": "x", "text": "y"})
    assert found(world.one.officer) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"text": "\n \n"},
        {"text": "x" * 2001},
        {"language": "xx"},
        {"challenges": ["no_such_thing"]},
        {"text": "Turned\u202e round"},
    ],
)
def test_what_cannot_be_read_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        written(world.one, **wrong)


def test_a_chatham_lesson_keeps_no_day_finer_than_the_week(world):
    lesson = written(world.one, unattributed=True)
    assert lesson.day.weekday() == 0


# --- out of an adoption


def adopted(world, practice):
    adoption = adoptions.adopt(
        place=world.other.place,
        practice=practice,
        reason="Dark lanes.",
        language="en",
        by=world.other.officer,
    )
    return adoptions.change(
        adoption=adoption,
        by=world.other.officer,
        outcome="failed",
        lesson="Ask the shops first.",
        result="They switched the lamps off.",
    )


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def test_an_adoption_becomes_a_lesson_once(world):
    adoption = adopted(world, make.published(world))
    browser, address = officer(world.other), "/en/exchange/lesson/new/"
    page = text(browser.get(f"{address}?adoption={adoption.pk}"))
    assert 'value="Ask the shops first."' in page
    assert "They switched the lamps off." in page
    form = {**TOLD, "place": world.other.place.pk}
    answer = browser.post(f"{address}?adoption={adoption.pk}", form)
    lesson = Lesson._unscoped.get()
    assert answer["Location"] == lesson.get_absolute_url()
    assert (lesson.adoption_id, lesson.practice) == (adoption.pk, adoption.practice)
    assert browser.get(f"{address}?adoption={adoption.pk}")["Location"] == answer["Location"]
    with pytest.raises(RefusedError, match="told_already"):
        written(world.other, adoption=adoption)


def test_nobody_writes_a_lesson_out_of_somebody_elses_adoption(world):
    adoption = adopted(world, make.published(world))
    browser = officer(world.one)
    page = browser.get(f"/en/exchange/lesson/new/?adoption={adoption.pk}")
    assert "Ask the shops first." not in text(page)
    form = {**TOLD, "place": world.one.place.pk}
    browser.post(f"/en/exchange/lesson/new/?adoption={adoption.pk}", form)
    assert Lesson._unscoped.get().adoption is None


def test_a_lesson_shows_of_its_practice_and_adoption_what_the_reader_may_see(world):
    practice = make.published(world, aim="hub")
    adoption = adopted(world, practice)
    lesson = written(world.other, practice=practice, adoption=adoption)
    widened(lesson, world.other, "public")
    inside = text(officer(world.other).get(lesson.get_absolute_url()))
    assert practice.get_absolute_url() in inside
    assert adoption.get_absolute_url() in inside
    outside = text(Client().get(lesson.get_absolute_url()))
    assert TOLD["title"] in outside
    assert practice.title not in outside
    assert adoption.get_absolute_url() not in outside


# --- pages


def test_a_lesson_is_written_changed_and_shown_to_others(world):
    browser = officer(world.one)
    wrong = browser.post("/en/exchange/lesson/new/", {"title": "Only this"})
    assert wrong.status_code == 422
    form = {**TOLD, "place": world.one.place.pk, "challenges": ["hate_speech"]}
    address = browser.post("/en/exchange/lesson/new/", form)["Location"]
    assert "Hate speech" in text(browser.get(address))
    browser.post(f"{address}edit/", {**TOLD, "title": "Ask the shopkeepers"})
    assert "Ask the shopkeepers" in text(browser.get(address))
    assert browser.post(f"{address}share/", {"to": "public"}).status_code == 422
    browser.post(f"{address}share/", {"to": "public", "reason": "It helps others."})
    assert "has asked to show it to more people" in text(browser.get(address))
    assert Client().get(address).status_code == 404


def test_a_chatham_lesson_names_no_place_anywhere(world):
    lesson = written(world.one, unattributed=True)
    widened(lesson, world.one, "public")
    for address in (lesson.get_absolute_url(), "/en/exchange/lessons/"):
        page = text(Client().get(address))
        assert TOLD["title"] in page
        assert "Told under the Chatham House Rule: nobody is named" in page
        assert "Kandarpur" not in page
    # Not by asking for the lessons of one place either, not even there.
    for viewer in (PUBLIC, world.one.officer):
        assert list(queries.lessons(viewer, world.one.place.slug)) == []


def test_the_list_takes_as_many_queries_for_three_as_for_one(world, django_assert_num_queries):
    widened(written(world.one), world.one, "public")
    with django_assert_num_queries(2):
        Client().get("/en/exchange/lessons/")
    for _ in range(2):
        widened(written(world.one), world.one, "public")
    with django_assert_num_queries(2):
        page = text(Client().get("/en/exchange/lessons/"))
    assert page.count(TOLD["title"]) == 3


def test_an_empty_list_says_what_comes_here():
    assert "No lesson is told yet." in text(Client().get("/en/exchange/lessons/"))


def test_a_changed_chatham_lesson_is_looked_at_for_names(world):
    lesson = written(world.one, unattributed=True)
    browser = people.sign_in(world.one.users["city_officer"])
    address = f"{lesson.get_absolute_url()}edit/"
    told = {**TOLD, "text": "In Noorabad they moved the table to the landing."}
    refused = browser.post(address, told)
    assert refused.status_code == 422
    assert "These names stand in it: Noorabad" in text(refused)
    assert "moved the table" not in text(browser.get(lesson.get_absolute_url()))
    done = browser.post(address, {**told, "shown": "Noorabad", "looked": "1"})
    assert done.status_code == 302
    open_lesson = written(world.one)
    assert browser.post(f"{open_lesson.get_absolute_url()}edit/", told).status_code == 302
