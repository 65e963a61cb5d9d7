"""Population weights: by hand, by invariants, and what goes wrong by row and field."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion.population import read_declared, read_shares
from baithak.engine.opinion.weights import LARGEST, effective_number, rake

HALVES = {"gender": {"woman": 0.5, "man": 0.5}}


def test_one_question_by_hand():
    said = {"Amina": {"gender": "woman"}, "Bilal": {"gender": "man"}, "Chand": {"gender": "man"}}
    told = rake(["Amina", "Bilal", "Chand", "Dilara"], HALVES, said)
    # Three declared hold three votes: 1.5 for the woman, 0.75 for each man; Dilara keeps 1.
    assert told.weights == pytest.approx([1.5, 0.75, 0.75, 1.0])
    assert told.summary.effective == pytest.approx(16 / (2.25 + 2 * 0.5625 + 1))
    assert told.summary.missing == (("gender", "woman", 0.5, pytest.approx(1 / 3)),)
    assert told.fits


def test_two_questions_are_both_met():
    random = np.random.default_rng(0)
    people = [str(i) for i in range(400)]
    said = {
        p: {
            "gender": "woman" if random.random() < 0.35 else "man",
            "age": random.choice(["young", "middle", "old"], p=[0.2, 0.5, 0.3]),
        }
        for p in people
    }
    population = HALVES | {"age": {"young": 0.4, "middle": 0.35, "old": 0.25}}
    told = rake(people, population, said)
    assert told.fits
    for question, shares in population.items():
        for category, share in shares.items():
            here = np.array([said[p][question] == category for p in people])
            assert told.weights[here].sum() / 400 == pytest.approx(share, abs=1e-5)


def test_nobody_counts_for_more_than_the_cap_and_that_is_told():
    people = [str(i) for i in range(100)]
    said = {p: {"gender": "woman" if p == "0" else "man"} for p in people}
    told = rake(people, HALVES, said)
    assert told.summary.largest == pytest.approx(LARGEST)
    assert not told.fits


def test_a_category_nobody_declared_is_named_missing():
    said = {"Amina": {"age": "old"}, "Bilal": {"age": "old"}}
    told = rake(["Amina", "Bilal"], {"age": {"old": 0.6, "young": 0.4}}, said)
    assert told.unreachable == (("age", "young"),)
    assert told.summary.missing == (("age", "young", 0.4, 0.0),)
    assert told.weights.tolist() == [1.0, 1.0]


def test_people_who_did_not_vote_do_not_count():
    said = {"Amina": {"gender": "woman"}, "Bilal": {"gender": "man"}, "Chand": {"gender": "man"}}
    told = rake(list(said), HALVES, said, counts=np.array([True, True, False]))
    assert told.weights.tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("population", "code"),
    [
        ({}, "population.empty"),
        ({"gender": {"woman": 0.5, "man": 0.2}}, "population.total"),
        ({"gender": {"woman": 1.5, "man": -0.5}}, "population.share"),
        ({"language": {"Urdu": 1.0}}, "population.nobody"),
    ],
)
def test_what_cannot_be_raked_is_refused(population, code):
    with pytest.raises(EngineError) as caught:
        rake(["Amina"], population, {"Amina": {"gender": "woman"}})
    assert caught.value.code == code


@settings(max_examples=40, deadline=None)
@given(
    said=st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=60).filter(any),
    share=st.floats(0.05, 0.9),
)
def test_invariants(said, share):
    people = [str(i) for i in range(len(said))]
    declared = {p: {"q": s} for p, s in zip(people, said, strict=True) if s}
    population = {"q": {"a": share, "b": (1 - share) / 2, "c": (1 - share) / 2}}
    told = rake(people, population, declared)
    assert told.weights.sum() == pytest.approx(len(people))
    assert np.all(told.weights >= 0)
    assert 1.0 <= told.summary.effective <= len(people) + 1e-9
    order = np.random.default_rng(0).permutation(len(people))
    again = rake([people[i] for i in order], population, declared)
    assert again.weights == pytest.approx(told.weights[order])


def test_kish_by_hand():
    assert effective_number(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)
    assert effective_number(np.zeros(3)) == 0.0


def test_shares_are_read_in_parts_and_per_cent(tmp_path):
    path = tmp_path / "shares.csv"
    path.write_text("Question,Category,Share\ngender,woman,51%\ngender,man,0.5\n\n")
    told = read_shares(path)
    assert told["gender"]["woman"] == pytest.approx(0.51 / 1.01)


@pytest.mark.parametrize(
    ("text", "code", "row", "field"),
    [
        ("question,category\n", "population.columns", 1, "share"),
        ("question,category,share\n", "population.empty", None, None),
        ("question,category,share\ngender,woman\n", "population.cells", 2, None),
        ("question,category,share\ngender,,0.5\n", "population.blank", 2, "category"),
        ("question,category,share\ngender,woman,half\n", "population.share", 2, "share"),
        ("question,category,share\ngender,woman,1.2\n", "population.share", 2, "share"),
        ("question,category,share\ng,w,0.5\ng,w,0.5\n", "population.duplicate", 3, "category"),
        ("question,category,share\ng,w,0.5\ng,m,0.2\n", "population.total", 3, "g"),
        ('question,category,share\ng,"w,0.5\n', "population.broken_csv", None, None),
    ],
)
def test_broken_shares_are_told_by_row_and_field(tmp_path, text, code, row, field):
    path = tmp_path / "shares.csv"
    path.write_text(text)
    with pytest.raises(EngineError) as caught:
        read_shares(path)
    assert caught.value.code == code
    if row is not None:
        assert caught.value.params["row"] == row
    if field is not None:
        assert caught.value.params["field"] == field


def test_a_missing_file_and_a_wrong_encoding_are_told(tmp_path):
    with pytest.raises(EngineError, match="not_found"):
        read_shares(tmp_path / "none.csv")
    path = tmp_path / "shares.csv"
    path.write_bytes(b"question,category,share\ngender,\xe9,1\n")
    with pytest.raises(EngineError) as caught:
        read_shares(path)
    assert (caught.value.code, caught.value.params["row"]) == ("population.encoding", 2)


def test_declared_answers_may_be_left_out_but_people_not_repeated(tmp_path):
    path = tmp_path / "declared.csv"
    path.write_text("participant,gender,age\nAmina,woman,\nBilal,,old\n")
    assert read_declared(path) == {"Amina": {"gender": "woman"}, "Bilal": {"age": "old"}}
    path.write_text("participant,gender\nAmina,woman\nAmina,man\n")
    with pytest.raises(EngineError) as caught:
        read_declared(path)
    assert (caught.value.code, caught.value.params["row"]) == ("population.duplicate", 3)
