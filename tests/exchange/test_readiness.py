"""The checklist and its three next steps: every clause of the rule, and what never happens."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.exchange import guide, readiness
from baithak.exchange.readiness import (
    FIRST,
    GROUPS,
    QUESTIONS,
    Answer,
    Cause,
    NextStep,
    State,
    next_steps,
    question,
    standing,
)

TODAY = date(2026, 11, 24)
CODES = [asked.code for asked in QUESTIONS]
LATELY, LONG_AGO = date(2026, 3, 1), date(2025, 11, 23)

days = st.none() | st.dates(date(2020, 1, 1), TODAY)
answers = st.dictionaries(
    st.sampled_from(CODES), st.builds(Answer, st.sampled_from(State), days), max_size=len(CODES)
)


def everything(state: State, day: date | None = LATELY, **others: Answer) -> dict[str, Answer]:
    return {code: Answer(state, day) for code in CODES} | others


def steps(told, today=TODAY) -> list[str]:
    return [found.question.code for found in next_steps(told, today)]


def test_the_checklist_is_whole():
    counts = {group.code: len(group.questions) for group in GROUPS}
    assert counts == dict(zip("ABCDEFGHIJK", (5, 6, 6, 5, 5, 4, 5, 6, 6, 5, 5), strict=True))
    numbered = [f"{letter}{n}" for letter in counts for n in range(1, counts[letter] + 1)]
    assert numbered == CODES
    assert len({str(asked.text) for asked in QUESTIONS}) == 58
    assert all(str(asked.text).endswith("?") for asked in QUESTIONS)
    assert question("K5").group == "K"
    assert question("L1") is None


def test_every_question_leads_to_a_step_and_every_step_has_one():
    assert {asked.step for asked in QUESTIONS} == set(guide.CODES)


def test_a_city_that_begins_is_told_of_rights_and_mandate():
    assert steps({}) == ["I1", "A1", "A2"]
    assert steps(everything(State.NOT_YET)) == ["I1", "A1", "A2"]
    assert {found.cause for found in next_steps({}, TODAY)} == {Cause.FIRST_NOT_YET}


def test_what_comes_first_is_finished_before_the_rest_begins():
    told = {code: Answer(State.IN_PLACE, LATELY) for code in FIRST}
    told["I5"] = Answer(State.STARTED, LATELY)
    assert steps(told) == ["I5", "A4", "F1"]


def test_not_yet_comes_before_started_then_the_path_decides():
    told = everything(
        State.IN_PLACE,
        G1=Answer(State.STARTED, LATELY),
        B1=Answer(State.STARTED, LATELY),
        K1=Answer(State.NOT_YET, LATELY),
    )
    assert [(s.question.code, s.cause) for s in next_steps(told, TODAY)] == [
        ("K1", Cause.NOT_YET), ("B1", Cause.STARTED), ("G1", Cause.STARTED),
    ]  # fmt: skip


def test_the_path_is_the_guides():
    done = {code: Answer(State.IN_PLACE, LATELY) for code in FIRST}
    told = dict(done)
    found = []
    while left := steps(told):
        found += left
        told |= {code: Answer(State.IN_PLACE, LATELY) for code in left}
    assert sorted(found) == sorted(set(CODES) - set(FIRST))
    numbers = [guide.step(question(code).step).number for code in found]
    assert numbers == sorted(numbers)


def test_a_review_older_than_a_year_counts_as_in_place():
    assert standing(Answer(State.REVIEWED, date(2025, 11, 24)), TODAY) is State.REVIEWED
    assert standing(Answer(State.REVIEWED, LONG_AGO), TODAY) is State.IN_PLACE
    assert standing(Answer(State.REVIEWED), TODAY) is State.IN_PLACE
    assert standing(Answer(State.STARTED, LONG_AGO), TODAY) is State.STARTED


def test_with_all_in_place_the_longest_unseen_come_first():
    told = everything(
        State.REVIEWED,
        C1=Answer(State.REVIEWED, date(2024, 5, 1)),
        A1=Answer(State.REVIEWED, date(2025, 5, 1)),
        J2=Answer(State.IN_PLACE, date(2023, 5, 1)),
        H3=Answer(State.IN_PLACE, None),
    )
    assert steps(told) == ["H3", "J2", "C1"]
    del told["H3"], told["J2"]
    told |= {"H3": Answer(State.REVIEWED, LATELY), "J2": Answer(State.REVIEWED, LATELY)}
    assert steps(told) == ["C1", "A1"]


def test_with_all_seen_within_a_year_there_is_nothing_to_do():
    assert next_steps(everything(State.REVIEWED), TODAY) == ()
    assert next_steps(everything(State.IN_PLACE), TODAY) == ()


def test_a_year_ends_on_the_same_day_and_leap_days_are_no_trouble():
    told = everything(State.REVIEWED, A1=Answer(State.REVIEWED, date(2023, 2, 28)))
    assert steps(told, date(2024, 2, 28)) == []
    assert "A1" not in steps(told, date(2024, 2, 29))
    assert steps(told, date(2024, 3, 1)) == ["A1"]


def test_every_step_says_why():
    asked = question("C1")
    said = {NextStep(asked, cause).reason for cause in Cause if cause is not Cause.LONG_AGO}
    assert len(said) == 5
    old = NextStep(asked, Cause.LONG_AGO, date(2024, 5, 1)).reason
    assert "2024" in old
    assert "%(" not in old


@given(answers)
def test_never_more_than_three_never_one_that_is_fresh_never_one_twice(told):
    found = next_steps(told, TODAY)
    assert len(found) <= 3
    assert len({step.question.code for step in found}) == len(found)
    for step in found:
        answer = told.get(step.question.code, Answer())
        if answer.state in (State.IN_PLACE, State.REVIEWED):
            assert answer.day is None or TODAY - answer.day > timedelta(days=364)
        assert step.reason


@given(answers, st.randoms())
def test_the_same_answers_in_any_order_give_the_same_steps(told, chance):
    shuffled = list(told.items())
    chance.shuffle(shuffled)
    assert next_steps(dict(shuffled), TODAY) == next_steps(told, TODAY)


@given(answers)
def test_a_step_taken_makes_room_for_another(told):
    found = next_steps(told, TODAY)
    if found:
        done = told | {found[0].question.code: Answer(State.REVIEWED, TODAY)}
        assert next_steps(done, TODAY)[:2] == found[1:]


@given(answers)
def test_nothing_open_is_passed_over_for_a_review(told):
    found = next_steps(told, TODAY)
    reviews = [s for s in found if s.cause in (Cause.NEVER_DATED, Cause.LONG_AGO)]
    unseen = [c for c in CODES if told.get(c, Answer()).state in (State.NOT_YET, State.STARTED)]
    if reviews:
        assert set(unseen) <= {step.question.code for step in found}


def test_answers_to_questions_nobody_asks_are_passed_over():
    assert steps({"Z9": Answer(State.NOT_YET)}) == steps({})


@pytest.mark.parametrize("kind", [NextStep, Answer, readiness.Question, readiness.Group])
def test_nothing_is_counted_or_scored(kind):
    names = {field.name for field in dataclasses.fields(kind)}
    assert not names & {"score", "points", "percent", "total", "rank", "share"}
    assert not {n for n in readiness.__all__ if "score" in n or "percent" in n}
