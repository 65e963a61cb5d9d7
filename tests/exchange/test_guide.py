"""The guide: ten steps in their order, honest about rooms that are not there, plain in its words."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from baithak.exchange.guide import CODES, STEPS, WITH_PLACE, step

#: Rooms of later versions: what they make is kept in a document of the city's own until then.
NOT_BUILT = {"plan", "coordination", "home"}
#: Pages of the exchange the guide leads to.
OF_THE_EXCHANGE = {"exchange:list", "exchange:readiness"}

every_step = pytest.mark.parametrize("told", STEPS, ids=CODES)


def texts(told):
    yield from (told.title, told.what, told.why, *told.actions, *told.ethics)
    yield from (output.text for output in told.outputs)
    yield from (word for term in told.terms for word in (term.word, term.meaning))


def test_the_path_has_ten_steps_in_order():
    assert [told.number for told in STEPS] == list(range(10))
    assert tuple(told.code for told in STEPS) == CODES
    assert step("mapping").number == 3
    assert step("elsewhere") is None


@every_step
def test_a_step_says_what_why_how_and_what_to_take_care_of(told):
    assert 3 <= len(told.actions) <= 6
    assert 1 <= len(told.outputs) <= 4
    assert told.ethics
    assert told.terms
    assert told.sources
    for sentence in (told.what, told.why, *told.actions, *told.ethics):
        assert re.fullmatch(r"[A-Z].{15,110}[.?]", str(sentence)), sentence


@every_step
def test_outputs_lead_to_rooms_that_exist_or_say_that_they_do_not(told):
    for output in told.outputs:
        assert bool(output.url_name) != (output.room in NOT_BUILT), output
        if output.url_name:
            assert output.url_name.startswith(f"{output.room}:")
            assert apps.is_installed(f"baithak.{output.room}")


def test_every_address_is_one_of_a_page():
    names = {output.url_name for told in STEPS for output in told.outputs if output.url_name}
    assert {name for name in names if name.startswith("exchange:")} == OF_THE_EXCHANGE
    assert names > WITH_PLACE
    for name in names - OF_THE_EXCHANGE:
        assert reverse(name)
    with pytest.raises(NoReverseMatch):
        reverse("exchange:nowhere")


@every_step
def test_practices_that_fit_are_in_the_library(shipped, told):
    known = shipped.taxonomy.codes("approaches")
    used = {code for practice in shipped.practices for code in practice.approaches}
    assert len(set(told.practices)) == len(told.practices) >= 2
    assert set(told.practices) <= set(known) & used


@every_step
def test_sources_can_be_opened_and_no_step_names_one_twice(told):
    assert all(title and url.startswith("https://") for title, url in told.sources)
    assert len({url for _, url in told.sources}) == len(told.sources)


def test_no_sentence_stands_twice():
    said = [str(text) for told in STEPS for text in texts(told)]
    assert sorted(said) == sorted(set(said))


def test_words_of_security_stay_outside():
    closed = r"radicali|terror|extremis|counter-|threat|intelligence|surveill|suspicious"
    said = [str(text) for told in STEPS for text in texts(told)]
    assert [text for text in said if re.search(closed, text, re.IGNORECASE)] == []


def test_the_state_and_the_first_hour_have_their_step():
    assert "nlc_mechanism" in step("coordination").practices
    assert any("ministry" in str(action) for action in step("coordination").actions)
    assert "crisis_response_plan" in step("response").practices
    assert "Do not repeat a rumour in order to deny it." in map(str, step("response").ethics)
