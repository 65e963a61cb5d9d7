"""The pages of questions: lists, asking, answering, names that are looked at, lessons."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from baithak.exchange.models import Answer, Lesson, Question
from baithak.exchange.services import questions as services
from baithak.network import services as network
from baithak.network.queries import acts_waiting
from baithak.network.scope import SYSTEM
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

LIST = "/en/exchange/questions/"
ASK = "/en/exchange/questions/ask/"


@pytest.fixture
def world() -> SimpleNamespace:
    """Kandarpur owns a practice, Noorabad asks, Sahilpur listens."""
    world = make.two_cities()
    world.third = make.city(world.hub, "Sahilpur")
    return world


def browser(team, role="city_officer"):
    return people.sign_in(team.users[role])


def told(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def ask(team, text="How did you begin?", **target) -> Question:
    target = target or {"challenge": "hate_speech"}
    return services.ask(place=team.place, text=text, language="en", by=team.officer, **target)


def shared(team, to="hub", **more) -> Question:
    question = ask(team, **{"challenge": "hate_speech", **more})
    act = services.share(question=question, to=to, reason="Help.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    question.refresh_from_db()
    return question


def answer(question, team, text="With tea.", **more) -> Answer:
    return services.answer(
        question=question, by_place=team.place, text=text, language="en", by=team.officer, **more
    )


# --- lists


def test_empty_lists_say_so(world):
    client = browser(world.one)
    assert "The first one helps others to ask" in told(client.get(LIST))
    assert "Nobody has put a question to your team yet" in told(client.get(LIST + "?of=to-answer"))
    assert "Your team has asked nothing yet" in told(client.get(LIST + "?of=asked"))


def test_each_list_holds_what_belongs_to_it(world):
    letter = ask(world.other, "To the owner?", practice=make.published(world))
    many = shared(world.other, text="To many?")
    draft = ask(world.other, "To us?")
    rumours = shared(world.third, text="Rumours?", challenge="rumours_misinformation")

    def found(team, of, more=""):
        page = told(browser(team).get(f"{LIST}?of={of}{more}"))
        return {q for q in (letter, many, draft, rumours) if q.get_absolute_url() in page}

    assert found(world.one, "to-answer") == {letter}
    assert found(world.one, "community") == {many, rumours}
    assert found(world.other, "asked") == {letter, many, draft}
    assert found(world.other, "to-answer") == set()
    assert found(world.one, "community", "&challenge=hate_speech") == {many}
    assert found(world.one, "nonsense", "&challenge=nonsense") == {many, rumours}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_as_often_for_three_rows_as_for_one(world, rows):
    for _ in range(rows):
        answer(shared(world.other), world.one)
    client = browser(world.one)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(LIST)
    assert told(page).count("1 answer") == rows
    assert len(asked) == 9


def test_a_long_list_has_pages(world):
    for _ in range(31):
        shared(world.other)
    client = browser(world.one)
    assert "Page 1 of 2" in told(client.get(LIST))
    assert "?of=community&amp;page=1" in told(client.get(LIST + "?page=2"))


# --- asking


def test_an_owner_is_asked_by_a_form(world):
    practice = make.published(world)
    client = browser(world.other)
    address = f"{ASK}?practice={practice.code}"
    page = told(client.get(address))
    assert "Too few answers yet to say" in page
    assert "Your team and the team that owns the practice, nobody else." in page
    wrong = client.post(address, {"text": "", "language": "en", "place": world.other.place.pk})
    assert wrong.status_code == 422
    assert "error-summary" in told(wrong)
    sent = client.post(
        address, {"text": "Who came?", "language": "en", "place": world.other.place.pk}
    )
    question = Question._unscoped.get()
    assert sent.url == question.get_absolute_url()
    assert (question.practice, question.to_place) == (practice, world.one.place)


def test_reply_time_is_told_of_the_team(world):
    practice = make.published(world)
    for _ in range(5):
        answer(ask(world.other, practice=practice), world.one)
    page = told(browser(world.third).get(f"{ASK}?practice={practice.code}"))
    assert "This team usually answers within 1 day (from 5 questions)." in page


def test_a_copy_has_no_owner_here_and_offers_its_challenges_community(world):
    make.load(world)
    address = f"{ASK}?practice=delhi-aman-committees"
    client = browser(world.other)
    page = told(client.get(address))
    assert "Who owns this practice is not in this hub." in page
    practice = client.get(address).context["about"]
    first = client.get(address).context["form"]["challenge"].value()
    assert first == practice.record.challenges[0]
    assert practice.title.replace("'", "&#x27;") in page
    client.post(
        address,
        {"text": "Anybody?", "language": "en", "place": world.other.place.pk, "challenge": first},
    )
    question = Question._unscoped.get()
    assert (question.challenge, question.practice, question.visibility) == (
        first, None, "mechanism",
    )  # fmt: skip


def test_ones_own_practice_is_asked_about_in_the_community(world):
    practice = make.published(world)
    page = told(browser(world.one).get(f"{ASK}?practice={practice.code}"))
    assert "It is a practice of your own place" in page


def test_a_practice_that_the_viewer_may_not_see_is_not_there(world):
    make.draft(world.one, "kandarpur-songs")
    assert browser(world.other).get(f"{ASK}?practice=kandarpur-songs").status_code == 404


def test_names_are_asked_about_once_each(world):
    client = browser(world.other)
    form = {
        "text": "Did Kandarpur’s way work for Noorabad?", "language": "en", "chatham": "on",
        "place": world.other.place.pk, "challenge": "hate_speech",
    }  # fmt: skip
    first = client.post(ASK, form)
    assert first.status_code == 422
    page = told(first)
    assert "These names stand in it: Kandarpur, Noorabad." in page
    assert "I have looked: these words give nobody away" in page
    shown = re.search(r'name="shown" value="([^"]*)"', first.content.decode())[1]
    assert client.post(ASK, {**form, "shown": shown}).status_code == 422
    more = {**form, "text": form["text"] + " And Sahilpur?", "shown": shown, "looked": "1"}
    assert "Sahilpur" in told(client.post(ASK, more))
    assert not Question._unscoped.exists()
    assert client.post(ASK, {**form, "shown": shown, "looked": "1"}).status_code == 302
    assert Question._unscoped.get().chatham


# --- one question


def test_the_other_team_answers_and_the_asker_reads_it(world):
    question = ask(world.other, practice=make.published(world))
    client = browser(world.one)
    page = told(client.get(question.get_absolute_url()))
    assert "Noorabad" in page
    sent = client.post(
        f"{question.get_absolute_url()}answer/",
        {"text": "With tea.\n\nThen songs.", "language": "en", "place": world.one.place.pk},
    )
    assert sent.url == question.get_absolute_url()
    page = told(browser(world.other).get(question.get_absolute_url()))
    assert "<p>With tea.</p>" in page
    assert "Kandarpur" in page
    assert "Asked by your team" in page


def test_a_bad_answer_keeps_its_words_and_says_what_is_wrong(world):
    question = shared(world.other)
    client = browser(world.one)
    page = client.post(
        f"{question.get_absolute_url()}answer/",
        {"text": "Yes\u202e", "language": "en", "place": world.one.place.pk},
    )
    assert page.status_code == 422
    assert "error-summary" in told(page)
    too_long = client.post(
        f"{question.get_absolute_url()}answer/",
        {"text": "a" * 3001, "language": "en", "place": world.one.place.pk},
    )
    assert too_long.status_code == 422
    assert not Answer._unscoped.exists()


def test_an_answer_can_only_be_given_for_ones_own_place(world):
    question = shared(world.other)
    page = browser(world.one).post(
        f"{question.get_absolute_url()}answer/",
        {"text": "Yes", "language": "en", "place": world.third.place.pk},
    )
    assert page.status_code == 422


def test_members_without_a_writing_role_read_and_are_told_who_may_answer(world):
    question = shared(world.other)
    page = told(browser(world.one, "partner").get(question.get_absolute_url()))
    assert "Teams of cities that see this question can answer it." in page
    assert "<textarea" not in page


def test_two_people_share_and_one_narrows(world):
    question = ask(world.other)
    client = browser(world.other)
    page = told(client.get(question.get_absolute_url()))
    assert 'value="hub"' in page
    assert 'value="public"' not in page
    for wrong in ({"to": "public", "reason": "All."}, {"to": "hub", "reason": ""}):
        assert client.post(f"{question.get_absolute_url()}share/", wrong).status_code == 422
    asked = client.post(f"{question.get_absolute_url()}share/", {"to": "hub", "reason": "Help."})
    assert asked.status_code == 302
    page = told(client.get(question.get_absolute_url()))
    assert "See the request" in page
    (act,) = acts_waiting(SYSTEM)
    network.confirm_two_person(act=act, by=world.other.mayor)
    assert browser(world.one).get(question.get_absolute_url()).status_code == 200
    client.post(f"{question.get_absolute_url()}narrow/", {"to": "mechanism"})
    assert browser(world.one).get(question.get_absolute_url()).status_code == 404


def test_a_letter_cannot_be_shared(world):
    question = ask(world.other, practice=make.published(world))
    client = browser(world.other)
    assert "share/" not in told(client.get(question.get_absolute_url()))
    client.post(f"{question.get_absolute_url()}share/", {"to": "hub", "reason": "All."})
    assert "It was put to one team" in told(client.get(question.get_absolute_url()))


def test_the_asking_team_closes_and_others_cannot(world):
    question = shared(world.other)
    assert browser(world.one).post(f"{question.get_absolute_url()}close/").status_code == 403
    browser(world.other).post(f"{question.get_absolute_url()}close/")
    page = told(browser(world.one).get(question.get_absolute_url()))
    assert "The asking team has closed this question." in page
    assert browser(world.one).post(f"{question.get_absolute_url()}answer/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_as_often_for_three_answers_as_for_one(world, rows):
    question = shared(world.other)
    for _ in range(rows):
        answer(question, world.one)
    client = browser(world.third)
    client.get(question.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        page = client.get(question.get_absolute_url())
    assert told(page).count("With tea.") == rows
    assert len(asked) == 11


# --- the Chatham House Rule on pages


def test_no_page_tells_who_asked_or_answered(world):
    """List, page, source, the asked team's page and the lesson, as a third city reads them."""
    question = shared(world.other, chatham=True)
    letter = ask(world.other, "Why?", practice=make.published(world), chatham=True)
    answer(question, world.one)
    third, owner = browser(world.third), browser(world.one)
    pages = [
        third.get(LIST), third.get(f"{LIST}?challenge=hate_speech"),
        third.get(question.get_absolute_url()),
    ]  # fmt: skip
    for page in pages:
        assert "How did you begin?" in told(page)
        for secret in ("Noorabad", "Kandarpur", *slugs(world)):
            assert secret not in told(page)
    assert "You may use what is said here" in told(pages[-1])
    for page in (owner.get(letter.get_absolute_url()), owner.get(LIST + "?of=to-answer")):
        assert "Why?" in told(page)
        assert "Noorabad" not in told(page)
        assert world.other.place.slug not in told(page)


def slugs(world) -> tuple[str, str]:
    return world.one.place.slug, world.other.place.slug


def test_control_an_open_question_tells_both(world):
    question = shared(world.other)
    answer(question, world.one)
    page = told(browser(world.third).get(question.get_absolute_url()))
    assert "Noorabad" in page
    assert "Kandarpur" in page


def test_only_its_team_sees_whose_question_it_is(world):
    question = shared(world.other, chatham=True)
    mark = "Asked by your team"
    assert mark in told(browser(world.other).get(question.get_absolute_url()))
    for team, role in ((world.one, "city_officer"), (world.other, "partner")):
        assert mark not in told(browser(team, role).get(question.get_absolute_url()))


# --- a lesson


def test_an_answer_becomes_a_lesson_in_other_words(world):
    question = shared(world.other, chatham=True)
    given = answer(question, world.one, "Tea in Kandarpur.", looked=["Kandarpur"])
    client = browser(world.other)
    address = f"/en/exchange/answer/{given.pk}/lesson/"
    assert address in told(client.get(question.get_absolute_url()))
    page = told(client.get(address))
    assert "Tea in Kandarpur." in page
    form = {"title": "Begin with tea", "language": "en", "challenges": ["hate_speech"]}
    refused = client.post(address, {**form, "text": "Tea in Kandarpur."})
    assert refused.status_code == 422
    assert "These names stand in it: Kandarpur." in told(refused)
    assert client.post(address, {**form, "text": "Tea first."}).status_code == 302
    lesson = Lesson._unscoped.get()
    assert (lesson.text, lesson.unattributed, lesson.challenges) == (
        "Tea first.", True, ["hate_speech"],
    )  # fmt: skip
    assert "The lesson that was made of it" in told(client.get(question.get_absolute_url()))
    assert (
        "lesson" not in told(browser(world.one).get(question.get_absolute_url())).split("<main")[1]
    )
    again = client.post(address, {**form, "text": "Tea again."})
    assert "A lesson was made of this answer already" in told(again)
