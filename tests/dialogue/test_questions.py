"""Questions about oneself: optional, of this dialogue alone, counted only with votes (P10)."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.dialogue import queries, services
from baithak.dialogue.limits import ABOUT_YOU
from baithak.dialogue.models import Declaration, Dialogue
from baithak.dialogue.services import Answerable, AskedQuestion, RefusedError
from baithak.engine.opinion.weights import rake
from baithak.journal.models import Line
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db


def asked(*rows, source="Census 2021", text="In which part of the city do you live?"):
    """A question with (category, share in per cent) rows."""
    return AskedQuestion(
        texts={"en": text},
        categories=[
            Answerable({"en": name}, None if share is None else Decimal(share) / 100)
            for name, share in rows
        ],
        source=source,
    )


PARTS = asked(("North", "45"), ("South", "40"), ("Hills", "15"))
AGES = asked(("Under 25", None), ("25 or older", None), source="", text="How old are you?")


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    """Open, with two questions of which one has the city's shares."""
    draft = made.draft(team)
    services.add_questions(dialogue=draft, questions=[PARTS, AGES], by=team.officer)
    act = services.ask_to_open(dialogue=draft, reason="The council asked.", by=team.officer)
    made.network.confirm_two_person(act=act, by=team.mayor)
    return Dialogue._unscoped.select_related("place").get(pk=draft.pk)


def test_answers_are_told_in_the_shape_the_engine_weighs_by(dialogue):
    for name, (part, age) in {"a": (1, 1), "b": (2, None), "c": (3, 2)}.items():
        made.vote(dialogue, name, 1, 1)
        services.declare(
            dialogue=dialogue.pk, pid=made.pid(dialogue, name), answers={1: part, 2: age}
        )
    services.declare(dialogue=dialogue.pk, pid=made.pid(dialogue, "no votes"), answers={1: 1})
    told = queries.declared(dialogue.pk)
    assert told == {
        made.pid(dialogue, "a").hex(): {"1": "1", "2": "1"},
        made.pid(dialogue, "b").hex(): {"1": "2"},
        made.pid(dialogue, "c").hex(): {"1": "3", "2": "2"},
    }
    population = queries.population(dialogue.pk)
    assert population == {"1": {"1": 0.45, "2": 0.4, "3": 0.15}}
    raked = rake(sorted(told), population, told)
    assert raked.unreachable == ()


def test_a_new_answer_replaces_the_old_one_and_none_takes_it_out(dialogue):
    made.vote(dialogue, "a", 1, 1)
    pid = made.pid(dialogue, "a")
    services.declare(dialogue=dialogue.pk, pid=pid, answers={1: 1, 2: 2})
    services.declare(dialogue=dialogue.pk, pid=pid, answers={1: 2})
    assert queries.declarations_of(dialogue, pid) == {1: 2, 2: 2}
    services.declare(dialogue=dialogue.pk, pid=pid, answers={1: None})
    assert queries.declarations_of(dialogue, pid) == {2: 2}
    services.withdraw_declarations(dialogue=dialogue.pk, pid=pid)
    assert queries.declarations_of(dialogue, pid) == {}
    assert queries.answers(dialogue, pid) != {}


def test_answers_that_are_not_on_the_list_are_refused(dialogue):
    for answers in ({3: 1}, {1: 4}, {1: 0}):
        with pytest.raises(RefusedError, match="no_such_answer"):
            services.declare(
                dialogue=dialogue.pk, pid=made.pid(dialogue, "a"), answers={2: 1, **answers}
            )
    assert not Declaration._unscoped.exists()


def test_nothing_is_taken_after_closing_or_past_a_paused_link(team, dialogue):
    pid = made.pid(dialogue, "a")
    services.switch_link(dialogue=dialogue, on=False, by=team.officer)
    with pytest.raises(RefusedError, match="paused"):
        services.declare(dialogue=dialogue.pk, pid=pid, answers={1: 1})
    services.declare(dialogue=dialogue.pk, pid=pid, answers={1: 1}, channel="token")
    services.close(dialogue=dialogue, by=team.officer)
    for act in (
        lambda: services.declare(dialogue=dialogue.pk, pid=pid, answers={1: 2}, channel="token"),
        lambda: services.withdraw_declarations(dialogue=dialogue.pk, pid=pid, channel="token"),
    ):
        with pytest.raises(RefusedError, match="closed"):
            act()
    assert Declaration._unscoped.count() == 1


def test_the_journal_knows_of_questions_and_of_no_answer(team, dialogue):
    before = Line.objects.count()
    services.declare(dialogue=dialogue.pk, pid=made.pid(dialogue, "a"), answers={1: 1})
    assert Line.objects.count() == before
    assert Line.objects.filter(verb="dialogue.add_question").count() == 2


def test_questions_are_changed_and_taken_out_of_a_draft_alone(team, dialogue):
    draft = made.draft(team)
    first, second = services.add_questions(dialogue=draft, questions=[PARTS, AGES], by=team.officer)
    services.change_question(question=first, told=AGES, by=team.officer)
    assert [str(c) for c in queries.questions(draft.pk)[0].categories.all()] == [
        "Under 25",
        "25 or older",
    ]
    services.remove_question(question=first, by=team.officer)
    (left,) = queries.questions(draft.pk)
    assert (left.pk, left.number) == (second.pk, 1)
    services.add_questions(dialogue=draft, questions=[PARTS, PARTS], by=team.officer)
    with pytest.raises(RefusedError, match="too_many_questions"):
        services.add_questions(dialogue=draft, questions=[PARTS], by=team.officer)
    for act in (
        lambda: services.add_questions(dialogue=dialogue, questions=[AGES], by=team.officer),
        lambda: services.remove_question(
            question=queries.questions(dialogue.pk)[0], by=team.officer
        ),
    ):
        with pytest.raises(RefusedError, match="not_a_draft"):
            act()


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        (asked(("A", 50), ("B", 51), ("C", 2)), "categories_en", "add up to 103.0 per cent"),
        (asked(("A", 50), ("B", None)), "categories_en", "Row 2: The share is missing"),
        (asked(("A", 120), ("B", -20)), "categories_en", "Row 1: A share lies between"),
        (asked(("A", 50), ("a ", 50)), "categories_en", "Row 2: The same as row 1"),
        (asked(("A", 50), ("B\u202e", 50)), "categories_en", "Row 2: The text holds an invisible"),
        (asked(("A", 50), ("", 50)), "categories_en", "Row 2: Write this answer"),
        (asked(("A", 100)), "categories_en", "There are 1 answers"),
        (asked(*[(f"A{n}", None) for n in range(13)]), "categories_en", "There are 13 answers"),
        (asked(("A", 50), ("B", 50), source=""), "source", "Say where the shares come from"),
        (asked(("A", 50), ("B", 50), text=""), "text_en", "Write the question"),
        (asked(("A", 50), ("B", 50), text="x" * 201), "text_en", "201 letters"),
    ],
)
def test_what_is_wrong_is_said_with_field_and_row(team, told, field, words):
    with pytest.raises(ValidationError) as trouble:
        services.add_questions(dialogue=made.draft(team), questions=[told], by=team.officer)
    assert list(trouble.value.message_dict) == [field]
    assert words in " ".join(trouble.value.message_dict[field])


def test_a_second_language_is_whole_or_not_there(team):
    half = AskedQuestion(
        texts={"en": "Where?", "ur": "کہاں؟"},
        categories=[Answerable({"en": "North", "ur": "شمال"}), Answerable({"en": "South"})],
    )
    with pytest.raises(ValidationError) as trouble:
        services.add_questions(dialogue=made.draft(team), questions=[half], by=team.officer)
    assert list(trouble.value.message_dict) == ["categories_ur"]


# --- the team's page
@pytest.fixture
def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return unescape(response.content.decode())


def written(**more):
    return {
        "text_en": "Where do you live?", "categories_en": "North; 45\nSouth\t40,5 %\nHills; 14.5",
        "text_ur": "آپ کہاں رہتے ہیں؟", "categories_ur": "شمال\nجنوب\nپہاڑ", "source": "Census 2021",
        **more,
    }  # fmt: skip


def test_a_question_is_written_pasted_changed_and_taken_out(team, officer):
    draft = made.draft(team)
    link = f"/en/dialogue/{draft.code}/questions/"
    assert "No questions yet" in text(officer.get(link))
    pasted = "Category;share\nNorth;45\nSouth;40,5\nHills;14.5"
    assert officer.post(link, written(categories_en=pasted)).status_code == 302
    (question,) = queries.questions(draft.pk)
    rows = list(question.categories.all())
    assert [row.texts for row in rows] == [
        {"en": "North", "ur": "شمال"},
        {"en": "South", "ur": "جنوب"},
        {"en": "Hills", "ur": "پہاڑ"},
    ]
    assert queries.population(draft.pk) == {"1": {"1": 0.45, "2": 0.405, "3": 0.145}}
    page = text(officer.get(f"{link}?question=1"))
    assert "North; 45\nSouth; 40.5\nHills; 14.5</textarea>" in page
    again = written(question="1", categories_en="North\nSouth\nHills", source="")
    assert officer.post(link, again).status_code == 302
    assert queries.population(draft.pk) == {}
    assert officer.post(link, {"question": "1", "remove": "1"}).status_code == 302
    assert queries.questions(draft.pk) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"categories_en": "North; many\nSouth; 50"}, "Row 1: “many” is no share"),
        ({"categories_en": "North; 45\nSouth; 45\nHills; 45"}, "add up to 135.0 per cent"),
        ({"categories_ur": "شمال"}, "There are 1 lines here and 3 in English"),
        ({"text_en": ""}, "This field is required"),
        ({"source": ""}, "Say where the shares come from"),
        ({"categories_en": "North; nan\nSouth; inf\nHills; 1e999"}, "Row 1: “nan” is no share"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(team, officer, more, words):
    draft = made.draft(team)
    answer = officer.post(f"/en/dialogue/{draft.code}/questions/", written(**more))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not queries.questions(draft.pk)


def test_only_officers_write_questions_and_only_in_a_draft(team, officer, dialogue):
    draft = made.draft(team)
    link = f"/en/dialogue/{draft.code}/questions/"
    assert people.sign_in(team.users["moderator"]).get(link).status_code == 403
    assert officer.get(f"/en/dialogue/{dialogue.code}/questions/").status_code == 403
    services.ask_to_open(dialogue=draft, reason="The council asked.", by=team.officer)
    refused = officer.post(link, written())
    assert refused.status_code == 422
    assert "waits for a second person" in text(refused)


# --- the residents' page
def proof_of(page):
    return re.search(r'name="proof" value="(\w+)"', text(page))[1]


def test_a_resident_says_something_changes_it_and_takes_it_back(dialogue):
    nadia = Client()
    link = f"/en/d/{dialogue.code}/about-you/"
    assert f'href="{link}"' in text(nadia.get(f"/en/d/{dialogue.code}/"))
    assert f'href="{link}"' in text(nadia.get(f"/en/d/{dialogue.code}/about/"))
    page = nadia.get(link)
    assert "no-store" in page["Cache-Control"]
    assert text(page).count("I would rather not say") == 2
    data = {"proof": proof_of(page)}
    assert nadia.post(link, {**data, "q1": "2", "q2": ""}).status_code == 302
    (row,) = Declaration._unscoped.all()
    assert (row.question.number, row.category.number) == (1, 2)
    assert "Saved. You can change it" in text(nadia.get(f"{link}?saved=1"))
    assert nadia.post(link, {**data, "q1": "3", "q2": "1"}).status_code == 302
    assert Declaration._unscoped.count() == 2
    assert nadia.post(link, {**data, "q1": "77"}).status_code == 422
    assert nadia.post(link, {**data, "forget": "1"}).status_code == 302
    assert not Declaration._unscoped.exists()
    assert "Nothing is kept about you." in text(nadia.get(f"{link}?saved=1"))
    assert nadia.post(link, {"proof": "x", "q1": "1"}).status_code == 403


def test_after_five_answers_one_is_asked_and_never_made_to_answer(dialogue):
    nadia = Client()
    link = f"/en/d/{dialogue.code}/"
    for count in range(6):
        page = text(nadia.get(link))
        assert ("About you, if you like" in page) == (count >= 5), count
        number = re.search(r'name="statement" value="(\d+)"', page)[1]
        data = {"statement": number, "turn": "0", "value": "1", "proof": proof_of(nadia.get(link))}
        assert nadia.post(f"{link}vote/", data).status_code == 302
    assert "Say something about yourself, if you like" in text(nadia.get(link))


def test_a_dialogue_without_questions_does_not_offer_the_page(team):
    plain = made.opened(team)
    link = f"/en/d/{plain.code}/"
    for page in ("", "about/"):
        assert "about-you" not in text(Client().get(f"{link}{page}"))
    assert Client().get(f"{link}about-you/").status_code == 302


def test_after_closing_nothing_is_taken(team, dialogue):
    nadia = Client()
    link = f"/en/d/{dialogue.code}/about-you/"
    proof = proof_of(nadia.get(link))
    services.close(dialogue=dialogue, by=team.officer)
    assert nadia.post(link, {"proof": proof, "q1": "1"}).status_code in (302, 503)
    assert not Declaration._unscoped.exists()


def test_changing_it_all_the_time_is_limited(dialogue):
    who = made.resident(dialogue)
    address = f"{who.link}about-you/"
    sent = {"proof": proof_of(who.client.get(address)), "q1": "1"}
    statuses = [who.client.post(address, sent).status_code for _ in range(ABOUT_YOU.most)]
    assert set(statuses) == {302}
    for more in ({}, {"forget": "1"}):
        answer = who.client.post(address, {**sent, **more})
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= ABOUT_YOU.seconds
        assert "What you said of yourself was not changed." in text(answer)
    assert Declaration._unscoped.filter(dialogue=dialogue).exists()
