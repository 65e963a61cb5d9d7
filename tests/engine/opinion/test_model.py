"""Ordinal ideal points: known by eye, against a naive computation, and by invariants."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion import model, shards
from baithak.engine.opinion.model import Fit, fit, update
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.votes import VoteMatrix

NORTH = ("Amina", "Bilal", "Chand", "Dilara", "Esha", "Farid")
SOUTH = ("Gul", "Hina", "Imran", "Jamila", "Karim", "Laila")
PARKS = ("more parks", "trees", "shade")
ROADS = ("wider roads", "parking", "flyover")


def camps() -> VoteMatrix:
    """North likes parks and dislikes roads, South the other way round; all like clean water."""
    votes = []
    for people, liked, disliked in ((NORTH, PARKS, ROADS), (SOUTH, ROADS, PARKS)):
        for person in people:
            votes += [(person, s, 1) for s in (*liked, "clean water")]
            votes += [(person, s, -1) for s in disliked]
    return VoteMatrix.from_arrays(*zip(*votes, strict=True))


def simulated(n=300, m=60, share=0.4, seed=0, dimensions=2):
    """Votes drawn from the model itself, with the truth they were drawn from."""
    random = np.random.default_rng(seed)
    u, v = random.normal(size=(n, dimensions)), random.normal(size=(m, dimensions))
    a, b = 0.4 * random.normal(size=n), random.normal(size=m)
    w, x = 0.7 * random.normal(size=n), 0.3 * random.normal(size=m) - 0.8
    eta, d = a[:, None] + b + u @ v.T, np.exp(w[:, None] + x)
    agree, disagree = 1 / (1 + np.exp(d - eta)), 1 / (1 + np.exp(d + eta))
    luck = random.random((n, m))
    vote = np.where(luck < agree, 1, np.where(luck > 1 - disagree, -1, 0))
    rows, columns = np.nonzero(random.random((n, m)) < share)
    votes = VoteMatrix.from_arrays(
        rows, columns, vote[rows, columns], people=[str(i) for i in range(n)]
    )
    return votes, SimpleNamespace(eta=eta, w=w, vote=vote, agree=agree, disagree=disagree)


def everything(told: Fit) -> tuple[np.ndarray, ...]:
    return (told.z, told.z_packed, told.b_v, told.b_v_cov, told.w, told.x, told.hyper.v)


# --- known by eye


def test_axis_1_separates_two_camps_and_common_ground_lies_across():
    votes = camps()
    told = fit(votes, dimensions=2)
    side = dict(zip(votes.participants, told.positions[:, 0] > 0, strict=True))
    assert len({side[p] for p in NORTH}) == 1
    assert len({side[p] for p in SOUTH}) == 1
    assert side["Amina"] != side["Gul"]
    names = [s.id for s in votes.statements]
    loading = dict(zip(names, told.b_v[:, 1], strict=True))
    assert np.sign(loading["trees"]) == -np.sign(loading["parking"])
    assert abs(loading["clean water"]) < 0.3 * abs(loading["trees"])
    water = names.index("clean water")
    assert told.predict(range(votes.n), [water] * votes.n)[:, 0].min() > 0.8


def test_people_who_pass_much_have_a_wide_band():
    random = np.random.default_rng(3)
    votes = [
        (person, s, 0 if person in ("Nadia", "Omar") and s % 4 else random.choice([-1, 1]))
        for person in ("Mina", "Nadia", "Omar", "Parvez", "Qadir", "Rana")
        for s in range(24)
    ]
    matrix = VoteMatrix.from_arrays(*zip(*votes, strict=True))
    told = fit(matrix)
    widths = dict(zip(matrix.participants, told.w, strict=True))
    assert min(widths["Nadia"], widths["Omar"]) > max(
        widths[p] for p in ("Mina", "Parvez", "Qadir", "Rana")
    )


def test_one_vote_gives_a_posterior_and_none_gives_the_prior():
    votes, _ = simulated(n=80, m=12)
    rows = ["Late", *np.array(votes.participants)[votes.rows]]
    columns = ["0", *np.array([s.id for s in votes.statements])[votes.columns]]
    more = VoteMatrix.from_arrays(
        rows, columns, [1, *votes.values], people=[*votes.participants, "Silent"]
    )
    told = fit(more)
    late, silent = more.participants.index("Late"), more.participants.index("Silent")
    spread = told.z_cov[:, 1:, 1:]
    assert np.trace(spread[late]) < np.trace(spread[silent])
    assert told.z[silent].tolist() == [0.0] * 5
    assert spread[silent] == pytest.approx(np.eye(4), abs=1e-6)
    busy = np.flatnonzero(more.votes_per_person >= 4)
    assert np.trace(spread[late]) > max(np.trace(spread[p]) for p in busy)


# --- against a naive dense computation


def test_one_sweep_equals_a_naive_dense_computation():
    votes, _ = simulated(n=30, m=9, share=0.7, seed=2)
    state = model._State(votes, 2, 0, None)
    state.sweep()
    state.sweep()
    before = naive_state(state)
    sums, _ = state.people(told=True)
    model._solve(state.kernels, sums, state.hyper, state.mean, state.cov)
    x, _ = model._scored(state.x, sums, state.hyper)
    naive_people(before)
    naive_statements(before)
    z, packed, w = state.places()
    assert z == pytest.approx(before.z, abs=2e-4)
    assert model._unpack(packed) == pytest.approx(before.z_cov, abs=2e-4)
    assert w == pytest.approx(before.w, abs=2e-4)
    assert state.mean == pytest.approx(before.y, abs=5e-4)
    assert state.cov == pytest.approx(before.y_cov, abs=5e-4)
    assert x == pytest.approx(before.x, abs=5e-4)


def test_the_bound_does_not_fall_within_a_sweep():
    votes, _ = simulated(n=60, m=15, share=0.6, seed=5)
    state = model._State(votes, 2, 0, None)
    for _ in range(8):
        state.sweep()
        last = naive_bound(naive_state(state))
        after = naive_state(state)
        naive_people(after)
        middle = naive_bound(after)
        naive_statements(after)
        assert middle >= last - 1e-6 * abs(last)
        assert naive_bound(after) >= middle - 1e-6 * abs(middle)


def test_the_new_frame_changes_no_prediction():
    votes, _ = simulated(n=50, m=14, seed=6)
    state = model._State(votes, 4, 0, None)
    for _ in range(4):
        state.sweep()
    sums, moments = state.people(told=True)
    model._solve(state.kernels, sums, state.hyper, state.mean, state.cov)
    plain = naive_state(state)
    state.reframe(moments, sums.seen)
    turned = naive_state(state)
    for kept, new in zip(naive_eta(plain), naive_eta(turned), strict=True):
        assert new == pytest.approx(kept, abs=1e-4)
    whole = turned.y_cov.sum(axis=0)[:4, :4] + turned.y[:, :4].T @ turned.y[:, :4]
    assert np.abs(whole - np.diag(np.diag(whole))).max() < 1e-8 * whole[0, 0]
    assert (np.diff(np.diag(whole)) <= 0).all()


def naive_state(state):
    """Dense float64 copies in the present frame: z=(a, u), y=(v, b)."""
    G = state.gauge
    z, packed, w = state.places()
    rows, columns = state.votes.rows, state.votes.columns.astype(int)
    return SimpleNamespace(
        rows=rows,
        columns=columns,
        values=state.votes.values.astype(float),
        z=z.astype(float) @ G.T + state.shift,
        z_cov=G @ model._unpack(packed) @ G.T,
        y=state.mean.copy(),
        y_cov=state.cov.copy(),
        w=w.astype(float),
        x=state.x.copy(),
        hyper=state.hyper,
    )


def naive_eta(s):
    """Mean of eta and of its square for every vote, from E[zz'] and E[yy'] written out."""
    D = s.y.shape[1] - 1
    first, second = [], []
    for i, j in zip(s.rows, s.columns, strict=True):
        p, p_cov = np.append(s.z[i], 1.0), np.zeros((D + 2, D + 2))
        p_cov[: D + 1, : D + 1] = s.z_cov[i]
        q, q_cov = np.append(1.0, s.y[j]), np.zeros((D + 2, D + 2))
        q_cov[1:, 1:] = s.y_cov[j]
        first.append(p @ q)
        second.append(np.sum((p_cov + np.outer(p, p)) * (q_cov + np.outer(q, q))))
    return np.array(first), np.array(second)


def naive_terms(s):
    """For every vote: summed 2 lambda, linear coefficient, and the two lambdas apart."""
    line, square = naive_eta(s)
    d = np.exp(s.w[s.rows] + s.x[s.columns])

    def lam(q2):
        q = np.sqrt(np.maximum(q2, 1e-12))
        return np.tanh(q / 2) / (4 * q)

    low = np.where(s.values >= 0, 2 * lam(square - 2 * d * line + d * d), 0.0)
    high = np.where(s.values <= 0, 2 * lam(square + 2 * d * line + d * d), 0.0)
    return low, high


def naive_slope(s, low, high):
    """Slope and curvature of every vote's bound in its log width, lambdas held."""
    line, _ = naive_eta(s)
    d = np.exp(s.w[s.rows] + s.x[s.columns])
    passed = s.values == 0
    slope = (low - high) * d * line - (low + high) * d * d
    slope += np.where(passed, d / np.tanh(d), -d / 2)
    curve = (low + high) * d * d + np.where(passed, (d / np.sinh(d)) ** 2, 0.0)
    return slope, curve


def naive_people(s):
    low, high = naive_terms(s)
    d = np.exp(s.w[s.rows] + s.x[s.columns])
    D = s.y.shape[1] - 1
    for i in range(len(s.z)):
        precision = np.diag(np.append(1 / s.hyper.a, np.ones(D)))
        linear = np.zeros(D + 1)
        for t in np.flatnonzero(s.rows == i):
            j = s.columns[t]
            g = np.append(1.0, s.y[j, :D])
            gg = np.outer(g, g)
            gg[1:, 1:] += s.y_cov[j][:D, :D]
            bg = s.y[j, D] * g
            bg[1:] += s.y_cov[j][D, :D]
            precision += (low + high)[t] * gg
            linear += (s.values[t] / 2 + (low - high)[t] * d[t]) * g - (low + high)[t] * bg
        s.z_cov[i] = np.linalg.inv(precision)
        s.z[i] = s.z_cov[i] @ linear
    slope, curve = naive_slope(s, low, high)
    for i in range(len(s.z)):
        here = s.rows == i
        steep = curve[here].sum() + 1 / s.hyper.w
        s.w[i] += np.clip((slope[here].sum() - s.w[i] / s.hyper.w) / steep, -1, 1)
    s.low, s.high = low, high


def naive_statements(s):
    d = np.exp(s.w[s.rows] + s.x[s.columns])
    slope, curve = naive_slope(s, s.low, s.high)
    D = s.y.shape[1] - 1
    for j in range(len(s.y)):
        precision = np.diag(np.append(1 / s.hyper.v, 1 / s.hyper.b))
        linear = np.append(np.zeros(D), s.hyper.b_mean / s.hyper.b)
        for t in np.flatnonzero(s.columns == j):
            i = s.rows[t]
            f = np.append(s.z[i, 1:], 1.0)
            ff = np.outer(f, f)
            ff[:D, :D] += s.z_cov[i][1:, 1:]
            af = s.z[i, 0] * f
            af[:D] += s.z_cov[i][0, 1:]
            weight = s.low[t] + s.high[t]
            precision += weight * ff
            linear += (s.values[t] / 2 + (s.low - s.high)[t] * d[t]) * f - weight * af
        s.y_cov[j] = np.linalg.inv(precision)
        s.y[j] = s.y_cov[j] @ linear
        here = s.columns == j
        steep = curve[here].sum() + 1 / s.hyper.x
        pull = slope[here].sum() - (s.x[j] - s.hyper.x_mean) / s.hyper.x
        s.x[j] += np.clip(pull / steep, -1, 1)


def naive_bound(s):
    """The variational bound at the best lambdas, hyper-parameters held."""
    line, square = naive_eta(s)
    d = np.exp(s.w[s.rows] + s.x[s.columns])
    total = 0.0
    for t, value in enumerate(s.values):
        for side in (1, -1):  # s(eta - d) for agree and pass, s(-eta - d) for disagree and pass
            if value == 0:
                reach = side * line[t] + d[t]
                q2 = square[t] + 2 * side * d[t] * line[t] + d[t] ** 2
            elif value == side:
                reach = side * line[t] - d[t]
                q2 = square[t] - 2 * side * d[t] * line[t] + d[t] ** 2
            else:
                continue
            q = np.sqrt(q2)
            total += -np.logaddexp(0, -q) + (reach - q) / 2
        if value == 0:
            total += np.log(-np.expm1(-2 * d[t]))

    def divergence(mean, cov, centre, spread):
        away = mean - centre
        return 0.5 * (
            np.sum((np.diag(cov) + away**2) / spread)
            - len(mean)
            + np.sum(np.log(spread))
            - np.linalg.slogdet(cov)[1]
        )

    D = s.y.shape[1] - 1
    for i in range(len(s.z)):
        total -= divergence(s.z[i], s.z_cov[i], 0.0, np.append(s.hyper.a, np.ones(D)))
    centre, spread = np.append(np.zeros(D), s.hyper.b_mean), np.append(s.hyper.v, s.hyper.b)
    for j in range(len(s.y)):
        total -= divergence(s.y[j], s.y_cov[j], centre, spread)
    total -= 0.5 * np.sum(s.w**2) / s.hyper.w
    return total - 0.5 * np.sum((s.x - s.hyper.x_mean) ** 2) / s.hyper.x


# --- invariants


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_votes_changes_no_byte(seed):
    votes, _ = simulated(n=25, m=8, seed=seed)
    columns = np.array([s.id for s in votes.statements])[votes.columns]
    rows = np.array(votes.participants)[votes.rows]
    order = np.random.default_rng(seed).permutation(votes.size)
    shuffled = VoteMatrix.from_arrays(
        rows[order], columns[order], votes.values[order], people=votes.participants
    )
    for kept, new in zip(everything(fit(votes)), everything(fit(shuffled)), strict=True):
        assert kept.tobytes() == new.tobytes()


DEGENERATE = {
    "one vote": ([1], [1], [1]),
    "one person": ([1] * 6, range(6), [1, -1, 0, 1, 1, -1]),
    "one statement": (range(6), [1] * 6, [1, -1, 0, 1, 1, -1]),
    "all agree": (np.repeat(range(9), 5), np.tile(range(5), 9), [1] * 45),
    "all disagree": (np.repeat(range(9), 5), np.tile(range(5), 9), [-1] * 45),
    "all pass": (np.repeat(range(9), 5), np.tile(range(5), 9), [0] * 45),
    "two strangers": ([1, 2], [1, 2], [1, -1]),
    "perfect camps": (np.repeat(range(9), 5), np.tile(range(5), 9), [1, -1] * 22 + [1]),
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("dimensions", [2, 4])
def test_meagre_votes_give_finite_answers(name, dimensions):
    people, statements, values = DEGENERATE[name]
    votes = VoteMatrix.from_arrays(list(people), list(statements), values)
    told = fit(votes, dimensions=dimensions)
    assert all(np.isfinite(part).all() for part in everything(told))
    answers = told.predict(votes.rows, votes.columns)
    assert np.isfinite(answers).all()
    assert answers.sum(axis=1) == pytest.approx(1.0)
    assert (answers >= 0).all()


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)), st.sampled_from([-1, 0, 1]), min_size=1
    )
)
def test_any_few_votes_give_probabilities(cells):
    people, statements = zip(*cells, strict=True)
    votes = VoteMatrix.from_arrays(list(people), list(statements), list(cells.values()))
    told = fit(votes)
    rows, columns = np.indices((votes.n, votes.m)).reshape(2, -1)
    answers = told.predict(rows, columns)
    assert np.isfinite(answers).all()
    assert answers.sum(axis=1) == pytest.approx(1.0)
    assert np.linalg.eigvalsh(told.z_cov).min() > 0
    assert np.linalg.eigvalsh(told.b_v_cov).min() > 0


def test_placing_people_on_learned_statements_comes_close_to_fitting_them():
    votes, _ = simulated(n=400, m=40, seed=15)
    first = np.arange(votes.n) < 200
    taught, whole = fit(votes.keep_people(first)), fit(votes)
    z, packed, w = model.place(taught, votes.keep_people(~first))
    placed = model.replace(taught, z=z, z_packed=packed, w=w)
    others = votes.keep_people(~first)
    gap = placed.predict(others.rows, others.columns) - whole.predict(
        others.rows + np.int32(200), others.columns
    )
    assert np.abs(gap).mean() < 0.04
    with pytest.raises(EngineError, match=r"model\.lost_statements"):
        model.place(taught, camps())


def test_a_statement_and_a_person_without_votes_are_finite():
    votes, _ = simulated(n=30, m=8)
    empty = votes.keep_votes((votes.columns != 3) & (votes.rows != 4))
    told = fit(empty)
    assert all(np.isfinite(part).all() for part in everything(told))
    assert told.b_v_cov[3][0, 0] > told.b_v_cov[2][0, 0]


def test_simulated_opinions_are_found_again_and_called_as_sure_as_they_are():
    votes, truth = simulated(n=500, m=80, share=0.35, seed=9)
    told = fit(votes)
    rows, columns = np.indices(truth.eta.shape).reshape(2, -1)
    line, variance = told.predictor(rows, columns)
    away = (line - truth.eta.ravel()) / np.sqrt(variance)
    assert np.corrcoef(line, truth.eta.ravel())[0, 1] > 0.85
    assert 0.68 < np.mean(np.abs(away) < 1.2816) < 0.92  # 80 % intervals
    unseen = np.ones(truth.eta.shape, dtype=bool)
    unseen[votes.rows, votes.columns] = False
    answers = told.predict(rows, columns)
    for column, answer in ((0, 1), (1, 0), (2, -1)):
        p = answers[unseen.ravel(), column]
        came = (truth.vote == answer)[unseen]
        bins = np.minimum((p * 10).astype(int), 9)
        gaps = [abs(p[bins == k].sum() - came[bins == k].sum()) for k in range(10)]
        assert sum(gaps) / len(p) < 0.02
    assert np.corrcoef(told.w, truth.w)[0, 1] > 0.6


def test_a_sample_of_people_settles_the_statements_of_a_large_conversation():
    votes, truth = simulated(n=1500, m=40, share=0.4, seed=4)
    whole, sampled = fit(votes, sample=None), fit(votes, sample=300)
    rows, columns = np.indices(truth.eta.shape).reshape(2, -1)
    gap = np.abs(whole.predict(rows, columns) - sampled.predict(rows, columns))
    assert gap.mean() < 0.02
    assert sampled.z.tobytes() == fit(votes, sample=300).z.tobytes()


def test_sharing_people_out_to_threads_gives_the_same_bytes_on_any_machine(monkeypatch):
    votes, _ = simulated(n=200, m=20, seed=13)
    alone = fit(votes)
    monkeypatch.setattr(shards, "FEWEST", 100)
    two = fit(votes)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    assert [part.tobytes() for part in everything(fit(votes))] == [
        part.tobytes() for part in everything(two)
    ]
    gap = two.predict(votes.rows, votes.columns) - alone.predict(votes.rows, votes.columns)
    assert np.abs(gap).max() < 1e-4


def test_shards_hold_everybody_once(monkeypatch):
    monkeypatch.setattr(shards, "FEWEST", 0)
    votes, _ = simulated(n=31, m=9, share=0.2)
    cut = shards.cut(votes.indptr)
    assert [p for low, high in cut for p in range(low, high)] == list(range(31))
    assert shards.cut(camps().keep_people(np.arange(12) == 3).indptr) == [(0, 1)]


def test_starting_from_an_earlier_fit_arrives_where_it_began():
    votes, _ = simulated(seed=8)
    cold = fit(votes)
    warm = fit(votes, start=cold)
    assert warm.sweeps < cold.sweeps
    gap = cold.predict(votes.rows, votes.columns) - warm.predict(votes.rows, votes.columns)
    assert np.abs(gap).mean() < 0.01


def test_progress_rises_to_one():
    told: list[float] = []
    fit(simulated(n=40, m=10)[0], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_votes_alone_say_and_the_prior_make_the_posterior():
    told = fit(simulated(n=40, m=10)[0])
    precision = told.J + np.diag(told.prior_precision)
    assert np.linalg.inv(precision) == pytest.approx(told.z_cov, abs=1e-9)
    mean = np.linalg.solve(precision, told.h[:, :, None])[:, :, 0]
    assert mean == pytest.approx(told.z.astype(float), abs=1e-9)
    assert np.linalg.eigvalsh(told.J).min() > -1e-5
    assert told.strength.sum() == pytest.approx(1.0)
    assert (np.diff(told.hyper.v) <= 1e-12).all()


def test_unknown_positions_and_dimensions_are_refused():
    votes = camps()
    told = fit(votes, dimensions=2)
    with pytest.raises(EngineError, match=r"model\.unknown_person"):
        told.predict([votes.n], [0])
    with pytest.raises(EngineError, match=r"model\.unknown_statement"):
        told.predict([0], [-1])
    with pytest.raises(EngineError, match=r"model\.dimensions"):
        fit(votes, dimensions=0)


# --- when votes arrive


def changed(votes: VoteMatrix, new) -> tuple[VoteMatrix, np.ndarray]:
    people, statements, values = zip(*new, strict=True)
    after = votes.with_votes(people, statements, values)
    return after, np.array(sorted({after.participants.index(p) for p in people}))


def test_an_update_equals_the_full_statement_step():
    votes, _ = simulated(n=120, m=20, seed=1)
    before = fit(votes)
    after, touched = changed(votes, [("3", "4", 1), ("3", "5", -1), ("77", "0", 0)])
    told = update(before, after, touched)
    again, _ = simulated(n=120, m=20, seed=1)
    # The same step with everybody's contributions summed anew.
    whole = model.replace(told, sums=None)
    rows = (after.indptr, after.columns, after.values)
    sums = model.said(whole, rows, told.z, told.z_packed, told.w)
    full = model._statement_step(model.replace(whole, sums=sums))
    for kept, new in zip(told.sums, sums, strict=True):
        assert kept == pytest.approx(new, rel=1e-12, abs=1e-12 * np.abs(new).max())
    assert told.b_v == pytest.approx(full.b_v, rel=1e-12, abs=1e-12)
    assert told.b_v_cov == pytest.approx(full.b_v_cov, rel=1e-12, abs=1e-12)
    assert again == votes
    untouched = np.setdiff1d(np.arange(votes.n), touched)
    assert told.z[untouched].tobytes() == before.z[untouched].tobytes()
    assert not np.array_equal(told.z[touched], before.z[touched])
    assert told.votes is after


def test_many_updates_stay_equal_to_the_full_step():
    votes, truth = simulated(n=60, m=15, share=0.3, seed=11)
    told, random = fit(votes), np.random.default_rng(0)
    for _ in range(12):
        i, j = random.integers(60), random.integers(15)
        votes, touched = changed(votes, [(str(i), str(j), int(truth.vote[i, j]))])
        told = told.update(votes, touched)
    rows = (votes.indptr, votes.columns, votes.values)
    sums = model.said(told, rows, told.z, told.z_packed, told.w)
    for kept, new in zip(told.sums, sums, strict=True):
        assert kept == pytest.approx(new, rel=1e-12, abs=1e-12 * np.abs(new).max())


def test_an_update_makes_room_for_new_people_and_statements():
    votes = camps()
    before = fit(votes, dimensions=2)
    new = [("Aaron", s, 1) for s in PARKS] + [("Aaron", "a library", 1), ("Zoya", "parking", 1)]
    after, touched = changed(votes, new)
    told = update(before, after, touched)
    place = {p: told.positions[i, 0] for i, p in enumerate(after.participants)}
    assert np.sign(place["Aaron"]) == np.sign(place["Amina"])
    assert np.sign(place["Zoya"]) == np.sign(place["Gul"])
    names = [s.id for s in after.statements]
    assert told.b_v[names.index("a library"), 0] > before.hyper.b_mean
    assert told.b_v.shape == (8, 3)
    assert told.votes is after


def test_an_update_comes_close_to_a_new_fit():
    votes, truth = simulated(n=200, m=30, seed=12)
    missing = np.argwhere(~np.isin(np.arange(200 * 30), votes.rows * 30 + votes.columns))[:, 0]
    chosen = np.random.default_rng(0).choice(missing, 60, replace=False)
    new = [(str(c // 30), str(c % 30), int(truth.vote[c // 30, c % 30])) for c in chosen]
    after, touched = changed(votes, new)
    quick, slow = update(fit(votes), after, touched), fit(after)
    rows, columns = np.indices(truth.eta.shape).reshape(2, -1)
    gap = quick.predict(rows, columns) - slow.predict(rows, columns)
    assert np.abs(gap).mean() < 0.02


def test_an_update_refuses_to_forget_people_or_statements():
    votes = camps()
    told = fit(votes, dimensions=2)
    fewer = votes.keep_people(np.arange(votes.n) > 0)
    with pytest.raises(EngineError, match=r"model\.lost_people"):
        update(told, fewer, [0])
    kept = votes.keep_votes(votes.columns != 0)
    names = [s.id for s in votes.statements]
    smaller = VoteMatrix.from_arrays(
        np.array(kept.participants)[kept.rows],
        np.array(names)[kept.columns],
        kept.values,
        people=votes.participants,
    )
    with pytest.raises(EngineError, match=r"model\.lost_statements"):
        update(told, smaller, [0])


# --- on real conversations


@pytest.mark.parametrize("name", ["brexit-consensus", "15-per-hour-seattle"])
def test_the_first_axis_of_a_real_conversation_survives_halving_the_votes(data, name):
    votes = read(data(f"dialogues/{name}"))
    half = np.random.default_rng(0).random(votes.size) < 0.5
    one, two = fit(votes.keep_votes(half)), fit(votes.keep_votes(~half))
    agreement = np.corrcoef(one.b_v[:, 1], two.b_v[:, 1])[0, 1]
    assert abs(agreement) > 0.75
