"""The classic map: known by eye, equal to a plain dense computation, whatever the order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion import classic as classic_module
from baithak.engine.opinion import pca, shards
from baithak.engine.opinion.classic import classic, in_conversation, priorities
from baithak.engine.opinion.kmeans import distinct_starts, kmeans, silhouettes
from baithak.engine.opinion.pca import principal_axes
from baithak.engine.opinion.representative import group_counts, group_statistics
from baithak.engine.opinion.votes import Statement, VoteMatrix


def village(**changes) -> VoteMatrix:
    """Twenty people, ten statements: cyclists and drivers, who all like trees and dislike noise.

    Statements 0-3 are for bicycles, 4-7 for cars, 8 is trees, 9 is noise. People 0-9 cycle.
    """
    people, subjects = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    cast = np.where((people < 10) == (subjects < 4), 1, -1)
    cast[subjects == 8], cast[subjects == 9] = 1, -1
    # One doubter on each side, or all distances inside a camp would be zero.
    cast[(people == 3) & (subjects == 0)] = 0
    cast[(people == 15) & (subjects == 4)] = 0
    statements = [
        Statement(
            str(j), moderated_out=j in changes.get("out", ()), meta=j in changes.get("meta", ())
        )
        for j in range(10)
    ]
    return VoteMatrix.from_arrays(people, subjects, cast, statements=statements)


def random_votes(n: int, m: int, seed: int, density: float = 0.4) -> VoteMatrix:
    """Two soft camps, so that there is an axis to find."""
    random = np.random.default_rng(seed)
    camp, tilt = random.choice([-1.0, 1.0], n), random.normal(size=m)
    seen = random.random((n, m)) < density
    seen[:, 0] = True
    rows, columns = np.nonzero(seen)
    lean = camp[rows] * tilt[columns] + random.normal(size=len(rows))
    return VoteMatrix.from_arrays(rows, columns, np.sign(np.trunc(lean * 1.5)).astype(int))


def test_two_camps_are_two_groups():
    told = classic(village())
    assert told.k == 2
    assert sorted(told.sizes.tolist()) == [10, 10]
    assert len(set(told.labels[:10].tolist())) == len(set(told.labels[10:].tolist())) == 1
    assert told.silhouette > 0.9
    assert told.notes == ()
    assert told.explained[0] > 0.9


def test_what_stands_for_each_camp_and_what_all_share():
    told = classic(village())
    cyclists = int(told.labels[0])
    theirs = told.representative[cyclists]
    assert {one.statement for one in theirs if one.side == "agree"} <= {"0", "1", "2", "3"}
    assert {one.statement for one in theirs if one.side == "disagree"} <= {"4", "5", "6", "7"}
    assert len(theirs) == 5
    assert [one.side for one in theirs] == sorted(one.side for one in theirs)
    assert sum(one.best_agree for one in theirs) == 1
    assert [one.statement for one in told.consensus_agree] == ["8"]
    assert [one.statement for one in told.consensus_disagree] == ["9"]
    assert int(np.argmax(told.common_agree)) == 8
    assert int(np.argmax(told.common_disagree)) == 9


def test_a_statement_moderated_out_is_a_pass_of_everybody():
    told, other = classic(village(out={0})), village(out={0})
    assert told.centre[0] == 0
    assert told.components[:, 0].tolist() == [0, 0]
    assert told.extremity[0] == 0
    assert "0" not in {one.statement for group in told.representative for one in group}
    # How they voted on it moves nobody.
    values = other.values.copy()
    values[other.columns == 0] = -1
    moved = classic(
        VoteMatrix(other.participants, other.statements, other.indptr, other.columns, values)
    )
    np.testing.assert_array_equal(moved.projections, told.projections)
    assert moved.counts[0].tolist() == [20, 0, 0]


def test_a_question_about_the_person_is_no_opinion_but_is_asked_first():
    told = classic(village(meta={8}))
    assert told.priorities[8] == 49
    assert told.priorities.argmax() == 8
    assert told.consensus_agree == ()
    assert told.components[:, 8].tolist() == [0, 0]


def test_a_statement_nobody_voted_on_changes_nothing():
    votes = village()
    wider = VoteMatrix.from_arrays(
        votes.rows.astype(int), votes.columns.astype(int), votes.values,
        statements=[*votes.statements, Statement("10")],
    )  # fmt: skip
    told, before = classic(wider), classic(votes)
    np.testing.assert_array_equal(told.projections, before.projections)
    assert told.centre[10] == told.extremity[10] == 0
    assert told.priorities[10] > told.priorities[:10].max()  # new: ask it


def test_seven_votes_make_a_member_and_fifteen_people_are_wanted():
    rows = [(f"{i:02d}", j) for i in range(20) for j in range(8 if i < 16 else 3)]
    votes = VoteMatrix.from_arrays(*zip(*rows, strict=True), [1] * len(rows))
    assert in_conversation(votes).sum() == 16
    assert in_conversation(votes, keep=["17", "nobody"]).nonzero()[0].tolist() == [*range(16), 17]
    few = votes.keep_people(np.arange(20) >= 10)
    # Six have voted enough; the four others join, with most votes first.
    assert in_conversation(few).all()


def test_fewest_people_are_filled_by_most_votes_then_in_order():
    rows = [(i, j) for i in range(30) for j in range(3 if i % 2 else 2)] + [
        (30, j) for j in range(9)
    ]
    votes = VoteMatrix.from_arrays(*map(list, zip(*rows, strict=True)), [1] * len(rows))
    assert in_conversation(votes).nonzero()[0].tolist() == [*range(1, 28, 2), 30]


def test_with_few_statements_all_of_them_are_enough():
    votes = VoteMatrix.from_arrays(
        np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20), np.ones(60, dtype=int)
    )
    assert in_conversation(votes).all()


@pytest.mark.parametrize("people", [1, 2, 3])
def test_very_few_people(people):
    votes = VoteMatrix.from_arrays(
        np.repeat(np.arange(people), 4), np.tile(np.arange(4), people),
        np.where(np.arange(4 * people) < 4, 1, -1),
    )  # fmt: skip
    told = classic(votes)
    assert told.labels.tolist().count(-1) == 0
    assert np.isfinite(told.projections).all()
    assert told.k == len(told.representative) == len(told.sizes)


def test_everybody_alike_is_one_group():
    people, subjects = np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20)
    told = classic(VoteMatrix.from_arrays(people, subjects, np.ones(160, dtype=int)))
    assert (told.k, told.sizes.tolist(), told.silhouette) == (1, [20], None)
    assert told.explained.tolist() == [0, 0]
    assert len(told.consensus_agree) == 5
    assert told.representative[0]


def test_no_votes_are_refused():
    votes = village().keep_votes(np.zeros(200, dtype=bool))
    with pytest.raises(EngineError, match=r"votes\.empty"):
        classic(votes)


def test_above_the_limit_the_silhouette_is_sampled_and_says_so(monkeypatch):
    votes = random_votes(300, 20, seed=3)
    whole = classic(votes)
    monkeypatch.setattr(classic_module, "EXACT_SILHOUETTE", 150)
    sampled = classic(votes, seed=5)
    assert sampled.notes == ("silhouette_sampled",)
    assert sampled.seed == 5
    assert sampled.silhouette == classic(votes, seed=5).silhouette
    assert sampled.silhouette != classic(votes, seed=6).silhouette
    assert sampled.silhouette == pytest.approx(whole.silhouette, abs=0.1)


def test_priorities_by_hand():
    counts = np.array([[0, 0, 0], [5, 0, 5], [0, 10, 0]])
    told = priorities(counts, np.array([0.0, 1.0, 0.0]), np.zeros(3, dtype=bool))
    expected = [
        (0.5 * 0.5 * 9) ** 2,
        (6 / 12 * (1 - 1 / 12) * 2 * (1 + 8 / 4)) ** 2,
        (1 / 12 * (1 - 11 / 12) * (1 + 8 / 4)) ** 2,
    ]
    assert told.tolist() == pytest.approx(expected, rel=1e-12)


def dense(votes: VoteMatrix):
    """The same pipeline up to the places, with a full table and LAPACK."""
    table = votes.dense()
    m = table.shape[1]
    cast = (~np.isnan(table)).sum(axis=1)
    centre = np.nanmean(table, axis=0)
    filled = np.where(np.isnan(table), centre, table)
    _, spread, axes = np.linalg.svd(filled - centre, full_matrices=False)
    axes = axes[:2] * np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])[:, None]
    places = (filled - centre) @ axes.T * np.sqrt(m / np.maximum(cast, 1))[:, None]
    return centre, axes, places, spread**2 / (spread**2).sum()


@pytest.mark.parametrize(("n", "m"), [(30, 12), (200, 60), (150, 130), (60, 400)])
def test_sparse_equals_dense(n, m):
    votes = random_votes(n, m, seed=n)
    told = classic(votes)
    centre, axes, places, explained = dense(votes)
    np.testing.assert_allclose(told.centre, centre, atol=1e-13)
    np.testing.assert_allclose(told.components, axes, atol=1e-10)
    np.testing.assert_allclose(told.projections, places, atol=1e-9)
    np.testing.assert_allclose(told.explained, explained[:2], atol=1e-12)


@pytest.mark.parametrize("way", ["direct", "product", "votes"])
def test_every_way_to_the_axes_is_the_same_way(monkeypatch, way):
    votes = random_votes(400, 150, seed=8)
    used = np.ones(votes.m, dtype=bool)
    used[::7] = False
    centre = np.zeros(votes.m)
    whole = votes.dense()[:, used]
    _, spread, expected = np.linalg.svd(np.nan_to_num(whole), full_matrices=False)
    monkeypatch.setattr(pca, "DIRECT", 1000 if way == "direct" else 0)
    monkeypatch.setattr(pca, "LARGEST_PRODUCT", 0 if way == "votes" else 5000)
    told = principal_axes(votes, centre, used)
    assert (told.steps == 0) == (way == "direct")
    assert (told.components[:, ~used] == 0).all()
    np.testing.assert_allclose(told.variance, spread[:2] ** 2, rtol=1e-12)
    for axis in range(2):
        assert abs(expected[axis] @ told.components[axis, used]) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("way", ["product", "votes"])
def test_directions_of_equal_weight_do_not_stop_the_search(monkeypatch, way):
    monkeypatch.setattr(pca, "LARGEST_PRODUCT", 0 if way == "votes" else 5000)
    m = 120
    # Statement 0 was voted on by four people, all others by two each who never met.
    votes = VoteMatrix.from_arrays(
        np.arange(2 * m + 2), np.append(np.repeat(np.arange(m), 2), [0, 0]),
        np.tile([1, -1], m + 1),
    )  # fmt: skip
    told = principal_axes(votes, np.zeros(m), np.ones(m, dtype=bool))
    assert told.variance.tolist() == pytest.approx([4, 2], rel=1e-9)
    assert told.components[0, 0] == pytest.approx(1)
    assert np.linalg.norm(told.components, axis=1).tolist() == pytest.approx([1, 1])
    assert abs(told.components[0] @ told.components[1]) < 1e-9


def test_large_conversations_in_blocks_give_the_same_on_any_number_of_cores(monkeypatch):
    votes = random_votes(500, 60, seed=2)
    whole = classic(votes)
    monkeypatch.setattr(shards, "FEWEST", 0)
    monkeypatch.setattr(classic_module, "PARALLEL_FROM", 0)
    told = []
    for cores in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        told.append(classic(votes))
    assert told[0].projections.tobytes() == told[1].projections.tobytes()
    assert told[0].labels.tobytes() == told[1].labels.tobytes() == whole.labels.tobytes()
    np.testing.assert_allclose(told[0].projections, whole.projections, atol=1e-12)


def test_starts_of_many_points_are_found_without_sorting_all(monkeypatch):
    random = np.random.default_rng(6)
    points = random.normal(size=(500, 2)).round(1)
    expected = np.unique(points, axis=0)[:5]
    np.testing.assert_array_equal(distinct_starts(points, 5), expected)
    monkeypatch.setattr("baithak.engine.opinion.kmeans.MANY_POINTS", 100)
    np.testing.assert_array_equal(distinct_starts(points, 5), expected)
    alike = np.ones((500, 2))
    assert distinct_starts(alike, 5).tolist() == [[1, 1]]


def test_silhouettes_by_definition():
    random = np.random.default_rng(4)
    points = random.normal(size=(60, 2)) + random.choice([-2, 2], size=(60, 1))
    labelings = [random.integers(0, 3, 60).astype(np.int32), (points[:, 0] > 0).astype(np.int32)]
    labelings[0][:] = np.where(np.arange(60) == 0, 3, labelings[0])  # one alone
    expected = []
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    for labels in labelings:
        scores = []
        for i in range(60):
            own = (labels == labels[i]) & (np.arange(60) != i)
            if not own.any():
                scores.append(0.0)
                continue
            a = distances[i, own].mean()
            b = min(distances[i, labels == g].mean() for g in set(labels) if g != labels[i])
            scores.append((b - a) / max(a, b))
        expected.append(np.mean(scores))
    assert silhouettes(points, labelings) == pytest.approx(expected, abs=1e-12)


def test_silhouettes_are_not_defined_for_one_group_or_for_all_alone():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]])
    assert silhouettes(points, [np.zeros(3, dtype=np.int32), np.arange(3, dtype=np.int32)]) == [
        None,
        None,
    ]


def test_starts_are_distinct_and_sorted():
    points = np.array([[2.0, 1.0], [0.0, 5.0], [0.0, 3.0], [0.0, 5.0], [0.0, 3.0]])
    assert distinct_starts(points, 5).tolist() == [[0, 3], [0, 5], [2, 1]]
    assert distinct_starts(points, 2).tolist() == [[0, 3], [0, 5]]


def test_a_cluster_that_loses_everybody_takes_the_farthest_point():
    # The second start is nearest to nobody, so its cluster is empty at once.
    points = np.array([[0.0, 0.0], [1.0, 0.0], [10.0, 0.0], [30.0, 0.0]])
    told = kmeans(points, np.array([[0.0, 0.0], [100.0, 100.0], [10.0, 0.0]]))
    assert told.k == 3
    assert told.labels.tolist() == [0, 0, 2, 1]


def test_statistics_by_hand():
    votes = VoteMatrix.from_arrays([0, 1, 2, 3, 4], [0] * 5, [1, 1, 0, -1, 1])
    labels = np.array([0, 0, 0, 1, -1], dtype=np.int32)
    counts = group_counts(votes, labels, 2)
    assert counts[:, 0].tolist() == [[0, 1, 2], [1, 0, 0], [0, 0, 1]]
    told = group_statistics(counts[:2])
    assert told.seen[:, 0].tolist() == [3, 1]
    assert told.p_agree[:, 0].tolist() == pytest.approx([3 / 5, 1 / 3])
    assert told.p_agree_test[0, 0] == pytest.approx(2 * 2 * (3 / 4 - 0.5))
    assert told.r_agree[0, 0] == pytest.approx((3 / 5) / (1 / 3))
    pooled = 4 / 6
    spread = np.sqrt(pooled * (1 - pooled) * (1 / 4 + 1 / 2))
    assert told.r_agree_test[0, 0] == pytest.approx((3 / 4 - 1 / 2) / spread)
    assert told.common_agree[0] == pytest.approx(3 / 5 / 3)


crowd = st.tuples(st.integers(2, 40), st.integers(2, 15), st.integers(0, 10_000))


@settings(deadline=None, max_examples=60)
@given(shape=crowd, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_not_one_bit(shape, order):
    votes = random_votes(*shape)
    rows = [
        (votes.participants[i], votes.statements[j].id, value)
        for i, j, value in zip(
            votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True
        )
    ]
    order.shuffle(rows)
    told = classic(votes)
    again = classic(VoteMatrix.from_arrays(*map(list, zip(*rows, strict=True))))
    for name in ("projections", "labels", "components", "centres", "priorities", "common_agree"):
        assert getattr(told, name).tobytes() == getattr(again, name).tobytes(), name
    assert told.representative == again.representative
    assert told.silhouettes == again.silhouettes


@settings(deadline=None, max_examples=60)
@given(shape=crowd)
def test_turning_every_vote_around_turns_the_map_around(shape):
    votes = random_votes(*shape)
    told = classic(votes)
    turned = classic(
        VoteMatrix(votes.participants, votes.statements, votes.indptr, votes.columns, -votes.values)
    )
    np.testing.assert_array_equal(turned.components, told.components)
    np.testing.assert_array_equal(turned.projections, -told.projections)
    np.testing.assert_array_equal(turned.counts, told.counts[:, ::-1])
    assert [one.statement for one in turned.consensus_agree] == [
        one.statement for one in told.consensus_disagree
    ]


@settings(deadline=None, max_examples=60)
@given(shape=crowd)
def test_every_person_is_nearest_to_the_centre_of_their_group(shape):
    votes = random_votes(*shape)
    told = classic(votes)
    assume(told.k > 1)
    points = told.projections[told.clustered]
    labels = told.labels[told.clustered]
    away = ((points[:, None, :] - told.centres[None, :, :]) ** 2).sum(axis=2)
    own = away[np.arange(len(points)), labels]
    assert (own <= away.min(axis=1) + 1e-9).all()
    assert sorted(set(labels.tolist())) == list(range(told.k))
    assert told.sizes.sum() == told.clustered.sum()
    assert (told.labels[~told.clustered] == -1).all()


def test_real_conversations_have_the_groups_red_dwarf_finds(data):
    from baithak.engine.opinion.readers import read

    # k and sizes by red-dwarf 0.4.0 on the same files, one thread.
    expected = {
        "15-per-hour-seattle": [61, 77],
        "brexit-consensus": [35, 62, 92],
        "canadian-electoral-reform": [16, 265],
        "london.youth.policing": [6, 9, 9],
        "scoop-hivemind.taxes": [45, 248],
        "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": [37, 47, 270],
        "vtaiwan.uberx": [282, 936],
        "american-assembly.bowling-green": [551, 1028],
    }
    for name, sizes in expected.items():
        told = classic(read(data("dialogues") / name))
        assert sorted(told.sizes.tolist()) == sizes, name
