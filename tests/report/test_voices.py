"""One-way tables of declared questions: what is shown, what is hidden, who is not heard yet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.report.disclosure import span
from baithak.report.voices import renewed_voices, voices

CITY = {"18 to 29": 0.3, "30 to 59": 0.45, "60 and over": 0.25}
tables = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 160), min_size=1, max_size=6)


def counts(told):
    return {row.category: row.count for row in told.rows}


def test_counts_beside_the_city():
    told = voices({"18 to 29": 22, "30 to 59": 121, "60 and over": 58}, CITY, total=230)
    assert counts(told) == {"18 to 29": 20, "30 to 59": 120, "60 and over": 60}
    assert [row.voices.value for row in told.rows] == [0.1, 0.6, 0.3]
    assert [row.heard for row in told.rows] == ["unheard", "heard", "heard"]
    assert told.unheard == ("18 to 29",)
    # 1 / (0.3^2 / 20 + 0.45^2 / 120 + 0.25^2 / 60) = 138.3
    assert told.effective == 140
    assert (told.total, told.answered) == (230, 200)


def test_who_said_nothing_of_the_city_is_neither_heard_nor_unheard():
    told = voices({"fishers": 40, "farmers": 60}, {}, total=100)
    assert {row.heard for row in told.rows} == {"unclear"}
    assert told.effective is None


def test_a_category_nobody_named_is_listed_and_not_heard():
    told = voices({"30 to 59": 121, "60 and over": 58}, CITY, total=230)
    assert counts(told)["18 to 29"] is None
    assert told.unheard == ("18 to 29",)
    assert told.rows[0].voices.kind == "under"


def test_a_hidden_category_that_may_be_fairly_heard_is_unclear():
    told = voices({"island": 8, "town": 190}, {"island": 0.04, "town": 0.96}, total=260)
    assert counts(told) == {"island": None, "town": 190}
    assert [row.heard for row in told.rows] == ["unclear", "heard"]
    assert told.rows[1].voices.kind == "over"


def test_nobody_can_subtract_the_one_hidden_row_from_the_total():
    told = voices({"women": 60, "men": 1}, {}, total=61)
    # 60 of 60 rounded to 10 would leave the men 0 to 7; rounded to 20 they may be 0 to 9.
    assert counts(told) == {"women": 60, "men": None}
    assert told.rows[0].base == 20


def test_where_no_rounding_covers_the_hidden_row_nothing_is_shown():
    told = voices({"a": 12, "b": 13, "c": 1}, {}, total=26)
    assert set(counts(told).values()) == {None}
    assert told.answered is None
    assert {row.voices.kind for row in told.rows} == {"hidden"}


def test_tense_dialogues_hide_below_twenty():
    assert counts(voices({"a": 19, "b": 300}, {}, 400, k=20)) == {"a": None, "b": 300}


def test_too_few_people_have_no_table():
    told = voices({"a": 5, "b": 4}, {"a": 0.5, "b": 0.5}, total=9)
    assert told.total is None
    assert set(counts(told).values()) == {None}


@settings(max_examples=300, deadline=None)
@given(tables, st.integers(0, 60), st.sampled_from([10, 20]))
def test_every_shown_count_is_rounded_and_at_least_k(said, silent, k):
    told = voices(said, {}, sum(said.values()) + silent, k)
    for row in told.rows:
        if row.count is not None:
            low, high = span(row.count, row.base, k)
            assert low <= said[row.category] <= high
            assert said[row.category] >= k
            assert row.count % row.base == row.base % 5 == 0


@settings(max_examples=300, deadline=None)
@given(tables, st.integers(0, 60), st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 60)))
def test_a_row_changes_only_with_ten_new_people_behind_it(said, silent, more):
    before = voices(said, {}, sum(said.values()) + silent)
    later = {name: count + more.get(name, 0) for name, count in said.items()}
    now = voices(later, {}, sum(later.values()) + silent + 10)
    told = renewed_voices(before, now)
    was = counts(before)
    for name, count in counts(told).items():
        if was[name] is not None and count != was[name]:
            assert later[name] - said[name] >= 10


def test_another_question_starts_anew():
    before = voices({"a": 50, "b": 60}, {}, 120)
    now = voices({"a": 52, "c": 60}, {}, 120)
    assert renewed_voices(before, now) == now
    assert renewed_voices(None, now) == now


@pytest.mark.parametrize(("more", "shown"), [(3, 40), (9, 40), (14, 55)])
def test_a_row_waits_for_ten(more, shown):
    before = voices({"a": 41, "b": 80}, {}, 200)
    now = voices({"a": 41 + more, "b": 120}, {}, 290)
    assert counts(renewed_voices(before, now))["a"] == shown
