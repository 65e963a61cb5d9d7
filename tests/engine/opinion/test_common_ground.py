"""Expected answers, their uncertainty, common ground and what is particular to a group."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import spearmanr

from baithak.engine.opinion.common_ground import common_ground
from baithak.engine.opinion.distinctive import distinctive
from baithak.engine.opinion.draws import draw, intervals
from baithak.engine.opinion.expected import expected
from baithak.engine.opinion.groups import find_groups, person_likelihood
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.readers import read
from factories.conversations import SHARED, SPLIT, town


def groups_of(votes):
    model = fit(votes)
    J, h = person_likelihood(model.positions[:, :2], model.z_cov[:, 1:3, 1:3])
    found = find_groups(J, h, weights=(votes.votes_per_person > 0).astype(float))
    return model, found.membership * (votes.votes_per_person > 0)[:, None]


def test_votes_cast_count_as_they_are_and_the_others_as_modelled():
    votes = town(seen=0.6)
    model = fit(votes)
    rows, columns = np.mgrid[0 : votes.n, 0 : votes.m]
    modelled = model.predict(rows.ravel(), columns.ravel()).reshape(votes.n, votes.m, 3)
    filled = votes.dense()
    random = np.random.default_rng(0)
    weight = random.random((votes.n, 2))
    told = expected(model, votes, weight)
    for answer, side in ((1, 0), (-1, 2)):
        full = np.where(np.isnan(filled), modelled[:, :, side], filled == answer)
        by_hand = weight.T @ full / weight.sum(0)[:, None]
        assert (told.agree if answer == 1 else told.disagree) == pytest.approx(by_hand, abs=2e-4)
    assert told.weight == pytest.approx(weight.sum(0))


def test_when_everybody_voted_nothing_is_left_to_doubt():
    votes = town(seen=1.0)
    told = expected(fit(votes), votes, np.ones((votes.n, 1)))
    agreed = (votes.dense() == 1).mean(axis=0)
    assert told.agree[0] == pytest.approx(agreed, abs=1e-6)
    assert told.agree_noise == pytest.approx(0.0)
    assert told.agree_slope == pytest.approx(0.0)


def test_more_columns_give_the_same_shares():
    votes = town()
    model, inside = groups_of(votes)
    told = expected(model, votes, inside, extra=inside.astype(np.float32))
    assert told.extra == pytest.approx(told.agree, abs=1e-5)


def test_slopes_are_derivatives():
    votes = town(seen=0.4)
    model, inside = groups_of(votes)
    told = expected(model, votes, inside)
    step = 0.05
    for f in range(3):
        moved = []
        for sign in (1, -1):
            b_v = model.b_v.copy()
            b_v[:, f] += sign * step
            other = SimpleNamespace(
                z=model.z, z_cov=model.z_cov, b_v=b_v, b_v_cov=model.b_v_cov, w=model.w, x=model.x
            )
            moved.append(expected(other, votes, inside).agree)
        slope = (moved[0] - moved[1]) / (2 * step)
        # The damping by uncertainty moves a little with v; the slope leaves that out.
        assert np.abs(slope - told.agree_slope[:, :, f]).max() < 0.02


def test_common_ground_is_the_least_agreeing_group():
    told = SimpleNamespace(
        agree=np.array([[0.9, 0.8, 0.6], [0.7, 0.9, 0.6], [0.95, 0.1, 0.6]]),
        disagree=np.array([[0.1, 0.1, 0.3], [0.2, 0.0, 0.3], [0.0, 0.9, 0.3]]),
    )
    drawn = SimpleNamespace(agree=told.agree[None], disagree=told.disagree[None])
    assert common_ground(told, drawn, [0, 1, 2]).value.tolist() == [0.7, 0.1, 0.6]
    assert common_ground(told, drawn, [0, 1]).value.tolist() == [
        0.7,
        0.8,
        0.6,
    ]  # no veto for the third
    assert common_ground(told, drawn, [0, 1, 2], side="disagree").value.tolist() == [0.0, 0.0, 0.3]
    everything = common_ground(told, drawn, [0, 1, 2])
    assert everything.best(np.ones(3, dtype=bool)).tolist() == [0, 2, 1]
    assert everything.best(np.array([False, True, True]), 1).tolist() == [2]


def test_intervals_hold_their_value_and_80_per_cent():
    drawn = np.random.default_rng(0).standard_normal((4000, 2))
    low, high = intervals(np.array([0.0, 3.0]), drawn)
    assert low == pytest.approx([-1.28, -1.28], abs=0.07)
    assert high == pytest.approx([1.28, 3.0], abs=0.07)


def test_few_votes_leave_more_doubt():
    few, many = town(seen=0.2), town(seen=0.9)
    width = []
    for votes in (few, many):
        model, inside = groups_of(votes)
        told = expected(model, votes, inside.sum(axis=1, keepdims=True))
        drawn = draw(told, model.b_v_cov, seed=0)
        found = common_ground(told, drawn, [0])
        width.append((found.high - found.low).mean())
    assert width[0] > 2 * width[1]


def test_draws_centre_on_the_shares_and_depend_on_the_seed_alone():
    votes = town(seen=0.4)
    model, inside = groups_of(votes)
    told = expected(model, votes, inside)
    one, two = (draw(told, model.b_v_cov, seed=0) for _ in range(2))
    assert np.array_equal(one.agree, two.agree)
    assert not np.array_equal(one.agree, draw(told, model.b_v_cov, seed=1).agree)
    assert np.median(one.agree, axis=0) == pytest.approx(told.agree, abs=0.03)
    assert np.all((one.agree > 0) & (one.agree < 1))


def test_each_camp_is_told_apart_by_what_divides():
    votes = town()
    model, inside = groups_of(votes)
    columns = np.concatenate((inside, inside[:, ::-1]), axis=1)
    told = expected(model, votes, columns)
    drawn = draw(told, model.b_v_cov, seed=0)
    hill = distinctive(told, drawn, 0, 2, votes.shown)
    assert len(hill) == 5
    for d in hill:
        number = int(votes.statements[d.column].id)
        assert SHARED <= number < SHARED + SPLIT
        assert d.side == ("agree" if number % 2 == 0 else "disagree")
        assert d.log_odds > d.low > 0
    assert distinctive(told, drawn, 0, 2, np.zeros(votes.m, dtype=bool)) == ()


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("american-assembly.bowling-green", 0.9),
        ("brexit-consensus", 0.9),
        ("scoop-hivemind.taxes", 0.82),
        ("vtaiwan.uberx", 0.88),
    ],
)
def test_two_halves_of_the_votes_agree_on_common_ground(data, name, least):
    votes = read(data(f"dialogues/{name}"))
    votes = votes.keep_votes(votes.shown[votes.columns])
    half = np.random.default_rng(0).random(votes.size) < 0.5
    scores = []
    for part in (votes.keep_votes(half), votes.keep_votes(~half)):
        model, inside = groups_of(part)
        told = expected(model, part, inside)
        scores.append(told.agree.min(axis=0))
    assert spearmanr(scores[0][votes.shown], scores[1][votes.shown])[0] > least
