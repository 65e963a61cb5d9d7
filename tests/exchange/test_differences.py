"""What changed between two versions: nothing is lost, and nobody waits for it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.exchange.differences import Piece, differences, in_lists, in_words
from baithak.exchange.records import Source, library
from baithak.exchange.records.stored import plain
from factories.practices import SUNRISE, practices

WORDY = st.lists(
    st.sampled_from(["lamp", "lane", "the", "چراغ", " ", "  ", "\n", "a-b", "é", ""]), max_size=25
).map("".join)


def without(pieces, kind):
    return [piece.text for piece in pieces if piece.kind != kind]


@given(WORDY | st.text(max_size=60), WORDY | st.text(max_size=60))
def test_both_texts_can_be_read_out_of_the_difference(old, new):
    pieces = in_words(old, new)
    assert "".join(without(pieces, "new")) == old
    assert "".join(without(pieces, "gone")) == new
    assert all(piece.text for piece in pieces)


@given(WORDY)
def test_a_text_that_stayed_is_one_piece(text):
    assert in_words(text, text) == ((Piece("same", text),) if text else ())


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_both_lists_can_be_read_out_of_the_difference(old, new):
    pieces = in_lists(old, new)
    assert without(pieces, "new") == old
    assert without(pieces, "gone") == new


def test_a_changed_word_is_shown_and_the_rest_stays():
    assert in_words("A lamp in each lane", "A lamp in every lane") == (
        Piece("same", "A lamp in "),
        Piece("gone", "each "),
        Piece("new", "every "),
        Piece("same", "lane"),
    )


def test_one_word_over_and_over_is_compared_at_once():
    began = time.process_time()
    pieces = in_words("a " * 1000, "b a " * 500)
    assert "".join(without(pieces, "new")) == "a " * 1000
    assert time.process_time() - began < 2


@given(practices())
def test_a_practice_that_did_not_change_has_no_differences(records):
    for record in records:
        assert differences(plain(record), plain(replace(record, version=record.version + 1))) == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"summary": "Twice."}, ("summary", False, "")),
        ({"challenges": ("hate_speech",)}, ("challenges", True, "challenges")),
        ({"country": "NP"}, ("country", False, "countries")),
        ({"end_year": 2025}, ("end_year", False, "")),
        ({"lessons": ("Ask first.",)}, ("lessons", True, "")),
        ({"sources": ()}, ("sources", True, "")),
    ],
)
def test_each_field_that_changed_is_named(fields, told):
    (change,) = differences(plain(SUNRISE), plain(replace(SUNRISE, **fields)))
    assert (change.field, change.is_list, change.codes) == told


def test_a_source_is_one_line():
    source = Source("https://a.example/", "Lamps", "Council", SUNRISE.sources[0].accessed)
    (change,) = differences(plain(SUNRISE), plain(replace(SUNRISE, sources=(source,))))
    assert change.pieces[-1] == Piece("new", "Lamps · Council · https://a.example/ · 2026-11-01")


def test_every_practice_of_the_library_differs_from_every_field_untold():
    for record in library().practices[:20]:
        told = {change.field for change in differences({}, plain(record))}
        assert told == set(plain(record)) - {"id", "version"}
