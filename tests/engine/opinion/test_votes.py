"""The vote matrix: canonical whatever the order, strict about what it is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion.votes import Statement, VoteMatrix


def refused(code: str, **params):
    """A context that expects exactly this refusal, and checks the parameters named."""

    class Refused:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, _):
            assert kind is EngineError, f"not refused: {error!r}"
            assert error.code == code
            assert {name: error.params.get(name) for name in params} == params
            return True

    return Refused()


def test_whole_numbers_are_sorted_as_numbers_and_names_as_text():
    votes = VoteMatrix.from_arrays(["Zoya", "amir", "Bilal"], ["10", "9", "-1"], [1, 0, -1])
    assert votes.participants == ("Bilal", "Zoya", "amir")
    assert [s.id for s in votes.statements] == ["-1", "9", "10"]
    nan = np.nan
    expected = [[-1, nan, nan], [nan, nan, 1], [nan, 0, nan]]
    np.testing.assert_array_equal(votes.dense(), expected)


def test_one_person_who_cannot_be_numbered_makes_all_ids_text():
    votes = VoteMatrix.from_arrays(["10", "9", "Amina"], [1, 1, 1], [1, 1, 1])
    assert votes.participants == ("10", "9", "Amina")


def test_integer_arrays_and_texts_give_the_same_matrix():
    people, subjects, cast = [7, 7, 123_456_789, 2], [3, 1, 3, 2], [1, -1, 0, 1]
    numbers = VoteMatrix.from_arrays(np.array(people), np.array(subjects), np.array(cast))
    texts = VoteMatrix.from_arrays([str(p) for p in people], [str(s) for s in subjects], cast)
    assert numbers == texts
    assert numbers.participants == ("2", "7", "123456789")


def test_shapes_and_types_are_as_promised():
    votes = VoteMatrix.from_arrays([1, 1, 2], [5, 6, 6], [1, 0, -1])
    assert (votes.n, votes.m, votes.size) == (2, 2, 3)
    assert (votes.indptr.dtype, votes.columns.dtype, votes.values.dtype) == (
        np.int64,
        np.uint16,
        np.int8,
    )
    assert votes.rows.tolist() == [0, 0, 1]
    assert votes.votes_per_person.tolist() == [2, 1]
    assert votes.votes_per_statement.tolist() == [1, 2]


def test_more_statements_than_sixteen_bits_hold():
    subjects = np.arange(70_000)
    votes = VoteMatrix.from_arrays(
        np.zeros(70_000, dtype=int), subjects, np.ones(70_000, dtype=int)
    )
    assert votes.columns.dtype == np.int32
    assert votes.columns[-1] == 69_999


def test_statements_keep_their_texts_and_those_without_votes_stay():
    votes = VoteMatrix.from_arrays(
        ["Amina"],
        ["2"],
        [1],
        statements=[
            Statement("3", "More trees"),
            Statement("2", "More buses", moderated_out=True),
            Statement("1", "I live here", meta=True),
        ],
    )
    assert [s.text for s in votes.statements] == ["I live here", "More buses", "More trees"]
    assert votes.shown.tolist() == [False, False, True]
    assert votes.votes_per_statement.tolist() == [0, 1, 0]


def test_people_are_verified_where_they_did_not_come_by_the_open_link():
    votes = VoteMatrix.from_arrays(
        ["Amina", "Bilal", "Chanda"],
        [1, 1, 1],
        [1, 1, 1],
        channels={"Amina": "lottery", "Bilal": "open"},
    )
    assert votes.channels == ("lottery", "open", "open")
    assert votes.verified.tolist() == [True, False, False]
    assert VoteMatrix.from_arrays(["Amina"], [1], [1]).verified is None


def test_the_transposed_votes_are_the_same_votes():
    votes = VoteMatrix.from_arrays([2, 1, 2, 3, 1], [1, 1, 2, 2, 3], [1, -1, 0, 1, 1])
    turned = votes.transposed()
    table = np.full((votes.n, votes.m), np.nan)
    for j in range(votes.m):
        for k in range(turned.indptr[j], turned.indptr[j + 1]):
            table[turned.rows[k], j] = turned.values[k]
            assert votes.values[turned.source[k]] == turned.values[k]
            assert votes.rows[turned.source[k]] == turned.rows[k]
    np.testing.assert_array_equal(table, votes.dense())
    assert votes.transposed() is turned


def test_a_part_of_the_votes_keeps_everybodys_place():
    votes = VoteMatrix.from_arrays(["Amina", "Amina", "Bilal"], [1, 2, 2], [1, 0, -1])
    part = votes.keep_votes(np.array([True, False, False]))
    assert part.participants == ("Amina", "Bilal")
    assert part.size == 1
    np.testing.assert_array_equal(part.dense(), [[1, np.nan], [np.nan, np.nan]])


def test_a_part_of_the_people_keeps_their_votes_and_channels():
    votes = VoteMatrix.from_arrays(
        ["Amina", "Amina", "Bilal"], [1, 2, 2], [1, 0, -1], channels={"Bilal": "token"}
    )
    part = votes.keep_people(np.array([False, True]))
    assert part.participants == ("Bilal",)
    assert part.channels == ("token",)
    np.testing.assert_array_equal(part.dense(), [[np.nan, -1]])


def test_new_votes_change_minds_and_bring_people_and_statements():
    votes = VoteMatrix.from_arrays(["Amina", "Bilal"], [9, 9], [1, 1], channels={"Amina": "token"})
    later = votes.with_votes(["Amina", "Chanda", "Amina"], ["9", "10", "9"], [0, 1, -1])
    assert later.participants == ("Amina", "Bilal", "Chanda")
    assert later.channels == ("token", "open", "open")
    np.testing.assert_array_equal(later.dense(), [[-1, np.nan], [1, np.nan], [np.nan, 1]])
    assert votes.dense()[0, 0] == 1


def test_with_times_the_last_vote_counts_whatever_its_place():
    votes = VoteMatrix.from_arrays(["Amina"] * 3, [1] * 3, [1, -1, 0], times=[5, 9, 7])
    assert votes.values.tolist() == [-1]


def test_two_votes_at_the_same_moment_contradict_each_other():
    with refused("votes.contradictory_duplicate", row=2, first_row=1, participant="Amina"):
        VoteMatrix.from_arrays(["Amina"] * 2, [1] * 2, [1, -1], times=[5, 5])


def test_the_same_vote_twice_is_kept_once_and_noted():
    votes = VoteMatrix.from_arrays(["Amina", "Bilal", "Amina"], [1, 1, 1], [1, 0, 1])
    assert votes.size == 2
    assert votes.notes == ("identical_votes_dropped:1",)


def test_contradictory_votes_are_refused_with_both_rows():
    with refused(
        "votes.contradictory_duplicate",
        row=3, first_row=1, participant="Amina", statement="7", value=-1, more=0,
    ):  # fmt: skip
        VoteMatrix.from_arrays(["Amina", "Bilal", "Amina"], [7, 7, 7], [1, 0, -1])


@pytest.mark.parametrize(
    ("cast", "row", "value"),
    [([1, 2, 3], 2, "2"), ([1, 0.5, 0], 2, "0.5"), (["yes", "no"], 1, "yes")],
)
def test_values_that_are_no_votes_are_refused(cast, row, value):
    with refused("votes.unknown_value", row=row, field="vote", value=value):
        VoteMatrix.from_arrays(list(range(len(cast))), [1] * len(cast), cast)


def test_other_refusals():
    with refused("votes.empty"):
        VoteMatrix.from_arrays([], [], [])
    with refused("votes.lengths_differ", value=(2, 1, 2)):
        VoteMatrix.from_arrays([1, 2], [1], [1, 1])
    with refused("votes.unknown_statement", row=2, value="8"):
        VoteMatrix.from_arrays([1, 1], [7, 8], [1, 1], statements=[Statement("7")])
    with refused("votes.duplicate_statement", row=2, value="7"):
        VoteMatrix.from_arrays([1], [7], [1], statements=[Statement("7"), Statement("7")])


some_votes = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 8)), st.sampled_from([-1, 0, 1]), min_size=1
)


@settings(deadline=None)
@given(cast=some_votes, data=st.data())
def test_the_order_of_votes_never_matters(cast, data):
    rows = [(p, s, v) for (p, s), v in cast.items()]
    shuffled = data.draw(st.permutations(rows))
    one = VoteMatrix.from_arrays(*map(list, zip(*rows, strict=True)))
    other = VoteMatrix.from_arrays(*map(np.array, zip(*shuffled, strict=True)))
    assert one == other
    people, subjects = sorted({p for p, _, _ in rows}), sorted({s for _, s, _ in rows})
    table = one.dense()
    for i, p in enumerate(people):
        for j, s in enumerate(subjects):
            expected = cast.get((p, s), np.nan)
            np.testing.assert_equal(table[i, j], expected)


def test_a_few_people_are_kept_like_many(monkeypatch):
    people, subjects = np.repeat(np.arange(40), 5), np.tile(np.arange(5), 40)
    votes = VoteMatrix.from_arrays(people, subjects, (people + subjects) % 3 - 1)
    keep = np.isin(np.arange(40), [0, 17, 39])
    few = votes.keep_people(keep)
    monkeypatch.setattr("baithak.engine.opinion.votes.FEW", 10**9)
    assert votes.keep_people(keep) == few
    assert few.participants == ("0", "17", "39")
    np.testing.assert_array_equal(few.dense(), votes.dense()[keep])
    nobody = votes.keep_people(np.zeros(40, dtype=bool))
    assert (nobody.n, nobody.size) == (0, 0)
