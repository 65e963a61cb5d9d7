"""A team asks a peer; under the Chatham House Rule nobody can tell who answered (R15)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from baithak.exchange.models import Answer, Lesson, Question
from baithak.exchange.queries import questions as queries
from baithak.exchange.services import practices
from baithak.exchange.services import questions as services
from baithak.exchange.services.names import NamesError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import Membership
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
#: A Thursday.
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> SimpleNamespace:
    """The day it is; a test may turn the page."""
    now = SimpleNamespace(day=TODAY)
    monkeypatch.setattr(services.timezone, "localdate", lambda: now.day)
    return now


@pytest.fixture
def world() -> SimpleNamespace:
    """Kandarpur owns a practice, Noorabad asks, Sahilpur listens."""
    world = make.two_cities()
    world.third = make.city(world.hub, "Sahilpur")
    return world


def ask(team, text="How did you begin?", **target) -> Question:
    target = target or {"challenge": "hate_speech"}
    return services.ask(place=team.place, text=text, language="en", by=team.officer, **target)


def answer(question, team, text="With tea.", **more) -> Answer:
    return services.answer(
        question=question, by_place=team.place, text=text, language="en", by=team.officer, **more
    )


def shared(world, team=None, to="hub", **target) -> Question:
    team = team or world.other
    question = ask(team, **target)
    act = services.share(question=question, to=to, reason="We need help.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    question.refresh_from_db()
    return question


def seen(viewer, question) -> bool:
    return queries.question(viewer, question=question.pk) is not None


def last_lines(count: int) -> list[Line]:
    return list(Line.objects.order_by("-n")[:count])


# --- a letter between two teams


def test_a_question_to_an_owner_is_seen_by_the_two_teams_and_nobody_else(world):
    question = ask(world.other, practice=make.published(world))
    assert question.to_place == world.one.place
    for viewer in (world.other.officer, world.other.mayor, world.one.officer):
        assert seen(viewer, question)
    for viewer in (world.other.partner, world.one.partner, world.one.mayor,
                   world.third.officer, world.secretary, PUBLIC):  # fmt: skip
        assert not seen(viewer, question)


def test_a_letter_cannot_become_a_question_to_many(world):
    question = ask(world.other, practice=make.published(world))
    with pytest.raises(RefusedError, match="letter"):
        services.share(question=question, to="hub", reason="All.", by=world.other.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question._unscoped.filter(pk=question.pk).update(visibility="hub")


def test_only_a_published_practice_of_another_city_of_this_hub_can_be_asked_about(world):
    practice = make.published(world)
    with pytest.raises(RefusedError, match="own"):
        ask(world.one, practice=practice)
    with pytest.raises(RefusedError, match="not_published"):
        ask(world.other, practice=make.draft(world.one, "kandarpur-songs"))
    make.load(world)
    copy = practices.queries.practice(world.other.officer, code="delhi-aman-committees")
    with pytest.raises(RefusedError, match="copy"):
        ask(world.other, practice=copy)
    assert not Question._unscoped.exists()


def test_the_owner_answers_and_the_asker_asks_on(world, today):
    question = ask(world.other, practice=make.published(world))
    answer(question, world.other, "And how long?")
    question.refresh_from_db()
    assert question.answered is None
    today.day += timedelta(days=3)
    answer(question, world.one)
    question.refresh_from_db()
    assert question.answered == TODAY + timedelta(days=3)
    told = queries.answers(world.other.officer, question)
    assert [(a.by_place, a.text) for a in told] == [
        (world.other.place, "And how long?"),
        (world.one.place, "With tea."),
    ]
    with pytest.raises(PermissionDenied):
        answer(question, world.third)


def test_letters_say_that_something_waits_and_nothing_of_it(
    world, django_capture_on_commit_callbacks
):
    practice = make.published(world)
    with django_capture_on_commit_callbacks(execute=True):
        question = ask(world.other, practice=practice)
    with django_capture_on_commit_callbacks(execute=True):
        answer(question, world.one)
    to_owner, to_asker = mail.outbox
    assert to_owner.to == [world.one.users["city_officer"].email]
    assert to_asker.to == [world.other.users["city_officer"].email]
    for letter in mail.outbox:
        told = letter.subject + letter.body
        assert question.get_absolute_url() in told
        for secret in ("How did you begin", "With tea", "Kandarpur", "Noorabad", practice.title):
            assert secret not in told


def test_who_has_left_gets_no_letter_the_officers_get_it(world, django_capture_on_commit_callbacks):
    practice = make.published(world)
    gone = Membership._unscoped.get(user=world.one.users["city_officer"])
    another = people.member(world.one.place, "city_officer")
    network.end_membership(membership=gone, by=world.secretary)
    with django_capture_on_commit_callbacks(execute=True):
        ask(world.other, practice=practice)
    assert [letter.to for letter in mail.outbox] == [[another.email]]


# --- a community


def test_a_question_to_a_community_begins_with_the_team_and_needs_two_to_go_out(world):
    question = ask(world.other)
    assert question.visibility == "mechanism"
    assert not seen(world.one.officer, question)
    act = services.share(question=question, to="hub", reason="Help.", by=world.other.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=world.other.officer)
    network.confirm_two_person(act=act, by=world.other.mayor)
    assert seen(world.one.partner, question)
    assert not seen(PUBLIC, question)


@pytest.mark.parametrize("level", ["public", "city", "mechanism"])
def test_a_question_never_goes_to_everybody(world, level):
    with pytest.raises(ValidationError):
        services.share(question=ask(world.other), to=level, reason="x", by=world.other.officer)


@pytest.mark.parametrize("chatham", [True, False])
def test_no_line_tells_whose_chatham_question_went_out(world, chatham):
    before = Line.objects.count()
    team = world.other
    question = shared(world, challenge="hate_speech", chatham=chatham)
    act = services.share(question=question, to="network", reason="More.", by=team.officer)
    network.withdraw_two_person(act=act, by=team.officer)
    network.narrow(shared=question, to="mechanism", by=team.officer)
    lines = Line.objects.filter(n__gt=before)
    assert lines.count() == 6
    told = "\n".join(str(line) for line in lines.values("verb", "thing", "by", "place", "detail"))
    secrets = (team.place.slug, f":{question.pk}", team.officer.signature(team.place))
    assert [secret in told for secret in secrets] == [not chatham] * 3  # the control
    assert list(journal.verify()) == []


def test_what_others_answered_goes_no_further_by_the_asker_alone(world):
    question = shared(world)
    act = services.share(question=question, to="network", reason="More.", by=world.other.officer)
    answer(question, world.one)
    with pytest.raises(ValidationError, match="answered already"):
        network.confirm_two_person(act=act, by=world.other.mayor)
    network.withdraw_two_person(act=act, by=world.other.officer)
    question.refresh_from_db()
    with pytest.raises(RefusedError, match="answered"):
        services.share(question=question, to="network", reason="More.", by=world.other.officer)
    assert question.visibility == "hub"


def test_a_closed_question_is_answered_no_more(world):
    question = shared(world)
    answer(question, world.one)
    services.close(question=question, by=world.other.officer)
    with pytest.raises(RefusedError, match="closed"):
        answer(question, world.one)
    with pytest.raises(RefusedError, match="closed"):
        services.close(question=question, by=world.other.officer)
    assert [line.verb for line in last_lines(1)] == ["exchange.close_question"]


@pytest.mark.parametrize(
    "wrong",
    [{"text": " "}, {"text": "Why\u202e?"}, {"language": "xx"}, {"challenge": "happiness"}],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(world, wrong):
    told = {"text": "Why?", "language": "en", "challenge": "hate_speech", **wrong}
    with pytest.raises(ValidationError):
        services.ask(place=world.other.place, by=world.other.officer, **told)
    assert not Question._unscoped.exists()


def test_only_writers_ask_for_their_place(world):
    for viewer in (world.other.partner, world.other.mayor, world.one.officer):
        with pytest.raises(PermissionDenied):
            services.ask(
                place=world.other.place, text="Why?", language="en", by=viewer,
                challenge="hate_speech",
            )  # fmt: skip


# --- reply times


def answered_after(world, days: list[int], **more) -> None:
    practice = make.published(world)
    for number in days:
        question = ask(world.other, practice=practice, **more)
        Question._unscoped.filter(pk=question.pk).update(
            answered=question.asked + timedelta(days=number)
        )


def test_reply_time_is_the_median_of_whole_fives_and_nothing_before(world):
    answered_after(world, [0, 2, 3, 9])
    assert queries.reply_time(world.one.place) is None
    fifth = ask(world.other, practice=Question._unscoped.latest("pk").practice)
    assert queries.reply_time(world.one.place) is None
    Question._unscoped.filter(pk=fifth.pk).update(answered=fifth.asked + timedelta(days=30))
    assert queries.reply_time(world.one.place) == queries.ReplyTime(3, 5)
    sixth = ask(world.other, practice=fifth.practice)
    Question._unscoped.filter(pk=sixth.pk).update(answered=sixth.asked + timedelta(days=60))
    assert queries.reply_time(world.one.place) == queries.ReplyTime(3, 5)
    assert queries.reply_time(world.other.place) is None


def test_weeks_of_chatham_questions_count_as_weeks(world):
    answered_after(world, [0, 0, 0, 7, 7], chatham=True)
    assert queries.reply_time(world.one.place) == queries.ReplyTime(7, 5)


# --- the Chatham House Rule


def test_an_answer_keeps_neither_place_nor_day(world):
    question = shared(world, chatham=True, challenge="hate_speech")
    told = answer(question, world.one)
    question.refresh_from_db()
    assert (told.by_place, told.day) == (None, MONDAY)
    assert (question.asked, question.answered, question.owner) == (MONDAY, MONDAY, None)


def test_the_journal_tells_neither_who_nor_where_nor_which_question(world):
    question = shared(world, chatham=True, challenge="hate_speech")
    before = Line.objects.count()
    answer(question, world.one)
    (line,) = last_lines(Line.objects.count() - before)
    assert (line.verb, line.thing, line.by, line.place, line.details) == (
        "exchange.answer", "question:chatham", "chatham", "", {},
    )  # fmt: skip
    asked = Line.objects.filter(verb="exchange.ask").get()
    assert (asked.thing, asked.by, asked.place) == ("question:chatham", "chatham", "")


def test_an_open_answer_is_in_the_journal_of_who_answered(world):
    question = shared(world)
    answer(question, world.one)
    (line,) = last_lines(1)
    assert (line.thing, line.place) == (f"question:{question.pk}", world.one.place.slug)
    assert line.by == world.one.officer.signature(world.one.place)


def test_names_are_listed_once_and_let_through_when_looked_at(world):
    people.organisation(world.one.place, "Harbour Boat Club")
    question = shared(world, chatham=True, challenge="hate_speech")
    text = "In Kandarpur the harbour boat club sang; Noorabad’s mayor came."
    with pytest.raises(NamesError) as found:
        answer(question, world.one, text)
    assert {"Kandarpur", "Noorabad", "Harbour Boat Club", "Mayor"} <= set(found.value.names)
    assert not Answer._unscoped.exists()
    with pytest.raises(NamesError):
        answer(question, world.one, text, looked=["Kandarpur"])
    assert answer(question, world.one, text, looked=found.value.names).text == text


def test_a_question_is_looked_at_too_and_an_open_one_is_not(world):
    with pytest.raises(NamesError):
        ask(world.other, "What helps in Noorabad?", challenge="hate_speech", chatham=True)
    assert ask(world.other, "What helps in Noorabad?").text == "What helps in Noorabad?"


def test_the_lint_tells_nobody_of_another_citys_partners(world):
    """Whether a name is among them would be an answer (R13)."""
    people.organisation(world.one.place, "Harbour Boat Club")
    question = shared(world, chatham=True, challenge="hate_speech")
    assert answer(question, world.third, "Ask a harbour boat club.").pk


def test_a_lesson_of_a_chatham_answer_tells_no_place_and_no_practice(world):
    question = ask(world.other, practice=make.published(world), chatham=True)
    told = answer(question, world.one)
    words = {"title": "Begin with tea", "language": "en", "by": world.other.officer}
    with pytest.raises(NamesError):
        services.make_lesson(answer=told, text="As Kandarpur does.", **words)
    lesson = services.make_lesson(
        answer=told, text="Tea first.", challenges=["hate_speech"], **words
    )
    assert (lesson.unattributed, lesson.practice, lesson.place) == (True, None, world.other.place)
    assert lesson.visibility == "mechanism"
    with pytest.raises(RefusedError, match="told_already"):
        services.make_lesson(answer=told, text="Tea again.", **words)
    assert queries.lessons_of(world.other.officer, question) == {told.pk: lesson.pk}
    assert queries.lessons_of(world.one.officer, question) == {}


def test_a_lesson_of_an_open_answer_keeps_its_practice(world):
    question = ask(world.other, practice=make.published(world))
    told = answer(question, world.one)
    lesson = services.make_lesson(
        answer=told, title="Tea", text="As Kandarpur does.", language="en", by=world.other.officer
    )
    assert (lesson.unattributed, lesson.practice) == (False, question.practice)
    assert Lesson._unscoped.get() == lesson


# --- linkage: whoever reads everything, and knows who sat down when, matches no better than chance


@pytest.fixture
def season(world, today, monkeypatch):
    """30 questions of Sahilpur in one week, half answered by Kandarpur on Tuesday, half by Noorabad on
    Friday. Gives who wrote what by the answer's id. What is drawn is drawn the same in each run.
    """

    def spend(*, chatham: bool) -> dict[int, str]:
        draw = random.Random(15)
        monkeypatch.setattr(services.secrets, "randbelow", draw.randrange)
        today.day = MONDAY
        asked = [
            shared(world, world.third, challenge="hate_speech", chatham=chatham) for _ in range(30)
        ]
        draw.shuffle(asked)
        wrote = {}
        for team, day, part in ((world.one, 1, asked[:15]), (world.other, 4, asked[15:])):
            today.day = MONDAY + timedelta(days=day)
            for question in part:
                text = f"Something that helped, {draw.randrange(10**6)}."
                wrote[answer(question, team, text).pk] = team.place.slug
        return wrote

    return spend


def attacks(world) -> dict[str, dict[int, str]]:
    """What somebody guesses who reads all rows and lines, and knows who answered on which day."""
    one, other = world.one.place.slug, world.other.place.slug
    rows = list(Answer._unscoped.select_related("by_place").order_by("pk"))
    lines = list(Line.objects.filter(verb="exchange.answer").order_by("n"))
    known = [one] * 15 + [other] * 15
    of_question = {f"question:{row.question_id}": row.pk for row in rows}
    return {
        "place of the row": {row.pk: row.by_place.slug for row in rows if row.by_place},
        "day of the row": {row.pk: {1: one, 4: other}.get(row.day.weekday(), one) for row in rows},
        "order of ids": dict(zip([row.pk for row in rows], known, strict=True)),
        "order of questions": dict(
            zip([r.pk for r in sorted(rows, key=lambda r: r.question_id)], known, strict=True)
        ),
        "place of the line": {
            of_question[line.thing]: line.place for line in lines if line.thing in of_question
        },
        "order of lines": {
            of_question[line.thing]: city
            for line, city in zip(lines, known, strict=True)
            if line.thing in of_question
        },
    }


def hits(guesses: dict[int, str], wrote: dict[int, str]) -> int:
    return sum(wrote[pk] == city for pk, city in guesses.items())


def test_nobody_matches_a_chatham_answer_to_a_city_better_than_chance(world, season):
    wrote = season(chatham=True)
    # Of two cities half are right by chance; 22 of 30 or more would be rarer than one in a hundred.
    assert {
        name: hits(guess, wrote) < 22 for name, guess in attacks(world).items()
    } == dict.fromkeys(attacks(world), True)


def test_control_open_answers_are_matched_one_by_one(world, season):
    wrote = season(chatham=False)
    found = {name: hits(guess, wrote) for name, guess in attacks(world).items()}
    del found["order of questions"]  # they were answered in another order than asked
    assert found == dict.fromkeys(found, 30)


def test_no_row_no_line_and_no_page_of_a_chatham_answer_names_its_city(world, season):
    before = Line.objects.count()
    wrote = season(chatham=True)
    rows = Answer._unscoped.values()
    lines = Line.objects.filter(n__gt=before, verb="exchange.answer").values()
    asker = people.sign_in(world.third.users["city_officer"])
    pages = [f"/en/exchange/question/{row['question_id']}/" for row in rows]
    pages += ["/en/exchange/questions/", "/en/exchange/questions/?of=asked"]
    shown = [asker.get(page).content.decode() for page in pages]
    told = "\n".join([*(str(row) for row in [*rows, *lines]), *shown])
    assert told.count("Something that helped") == 2 * len(wrote)
    for team in (world.one, world.other):
        for secret in (team.place.slug, team.place.name, team.officer.signature(team.place)):
            assert secret not in told
        assert not Line.objects.filter(n__gt=before, place=team.place.slug).exists()
    assert len(set(rows.values_list("by_place", "day", "language"))) == 1
