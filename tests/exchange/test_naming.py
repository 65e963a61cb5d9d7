"""Names in a text are found by whole words, in every script of the library."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.exchange import naming
from baithak.exchange.naming import names_in, parts

#: A city, and a sentence that names it as its speakers would.
NAMED = [
    ("Kandarpur", "In Kandarpur’s old town we walked."),
    ("Kandarpur", "kandarpur-style walks"),
    ("Malé", "The elders of MALE agreed."),
    ("Male", "The elders of Malé agreed."),
    ("Straße", "STRASSE"),
    ("Noorabad Boat Club", "Ask the noorabad  boat\nclub."),
    ("ঢাকা", "ঢাকার মানুষ একসঙ্গে হাঁটে।"),
    ("காத்தான்குடி", "காத்தான்குடியில் நடந்தது."),
    ("கொழும்பு", "கொழும்பில் நடந்தது."),
    ("කොළඹ", "කොළඹදී රැස්වීමක් පැවැත්විණි."),
    ("काठमाडौं", "काठमाडौंमा बैठक भयो।"),
    ("दिल्ली", "दिल्ली में बैठक हुई।"),
    ("މާލެ", "މާލޭގައި ބައްދަލުކުރި"),
    ("کراچی", "كراچي میں بیٹھک ہوئی۔"),
    ("لاہور", "لاهور میں"),
    ("ශ්‍රී ලංකා", "ශ්රී ලංකාවේ"),
]
#: Sentences that hold the letters of a name without naming anybody.
UNNAMED = [
    ("Male", "Females and males walked together."),
    ("Malé", "Maleficent"),
    ("Kandarpur", "Kandar pur"),
    ("Boat Club", "Boat and Club"),
    ("Noorabad Boat Club", "Noorabad Boat"),
    ("لاہور", "لاہوری"),
    ("ঢাকা", "মানুষ একসঙ্গে হাঁটে।"),
    ("", "anything"),
    ("…", "… and so on"),
]


@pytest.mark.parametrize(("name", "text"), NAMED)
def test_a_name_is_found_as_its_speakers_write_it(name, text):
    assert names_in(text, [name]) == (name,)


@pytest.mark.parametrize(("name", "text"), UNNAMED)
def test_the_letters_of_a_name_inside_other_words_are_no_name(name, text):
    assert names_in(text, [name]) == ()


def test_found_names_come_as_given_in_their_order_and_once():
    told = names_in("Noorabad met Kandarpur", ["Kandarpur", "Sahilpur", "Noorabad", "Kandarpur"])
    assert told == ("Kandarpur", "Noorabad")


def test_a_person_is_found_by_each_part_of_the_name():
    names = parts("Dr. Ayesha K. Fernando")
    assert names == ("Dr. Ayesha K. Fernando", "Ayesha", "Fernando")
    assert names_in("Mr Fernando says so", names) == ("Fernando",)


LETTERS = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Mn", "Mc", "Nd"), max_codepoint=0x0FFF),
    min_size=1,
)
WORDS = st.lists(LETTERS, max_size=6)


@given(WORDS, LETTERS, WORDS)
def test_a_name_that_is_said_is_always_found(before, name, after):
    said = " ".join([*before, name, *after])
    wanted = (name,) if naming._words(name) else ()
    for text in (said, said.upper() if said.upper().casefold() == said.casefold() else said):
        assert names_in(text, [name]) == wanted


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_and_names_give_some_of_the_names(text, names):
    assert set(names_in(text, names)) <= set(names)


@given(
    st.lists(st.sampled_from(["we", "walk", "and", "share", "tea", "লোক", "எல்லோரும்"])),
    st.lists(st.sampled_from(["Kandarpur", "Noorabad", "சென்னை", "کراچی"]), max_size=4),
)
def test_nothing_is_found_that_was_not_said(words, said):
    names = ["Kandarpur", "Noorabad", "சென்னை", "کراچی"]
    assert set(names_in(" ".join([*words, *said]), names)) == set(said)


def test_the_examples_hold():
    assert doctest.testmod(naming).failed == 0
