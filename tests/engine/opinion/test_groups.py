"""Groups: found where they are, refused where they are not, and the same in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.opinion.groups import (
    best_number,
    expectation_maximisation,
    find_groups,
    membership,
    penalty,
    person_likelihood,
    smallest_group,
)


def crowd(centres, sizes, precision=12.0, seed=0):
    """People around some centres, each seen with the same precision."""
    random = np.random.default_rng(seed)
    u = np.concatenate(
        [c + 0.3 * random.standard_normal((s, 2)) for c, s in zip(centres, sizes, strict=True)]
    )
    seen = u + random.standard_normal(u.shape) / np.sqrt(precision)
    J = np.tile([precision, 0.0, precision], (len(u), 1))
    return J, precision * seen


def test_three_camps_are_found_with_their_sizes_and_places():
    centres = np.array([[-2.0, 0.0], [2.0, 0.0], [0.0, 2.5]])
    found = find_groups(*crowd(centres, (60, 40, 20)))
    assert found.k == 3
    assert found.weights == pytest.approx([0.5, 1 / 3, 1 / 6], abs=0.02)
    assert found.centres == pytest.approx(centres, abs=0.25)


def test_one_crowd_is_one_continuum():
    J, h = crowd([[0.0, 0.0]], (200,))
    found = find_groups(J, h)
    assert found.k == 1
    assert found.membership.tolist() == [[1.0]] * 200


def test_somebody_without_votes_belongs_to_groups_by_their_share():
    J, h = crowd([[-2.0, 0.0], [2.0, 0.0]], (70, 30))
    J, h = np.vstack((J, np.zeros(3))), np.vstack((h, np.zeros(2)))
    found = find_groups(J, h, weights=np.append(np.ones(100), 0.0))
    assert found.membership[-1] == pytest.approx(found.weights)


def test_a_handful_of_outliers_is_no_group():
    J, h = crowd([[0.0, 0.0], [6.0, 6.0]], (200, 2))
    assert find_groups(J, h).k == 1
    assert find_groups(J, h, smallest=2).k > 1


def test_the_last_number_of_groups_is_kept_unless_votes_speak_clearly():
    J, h = crowd([[-0.75, 0.0], [0.75, 0.0]], (60, 60), seed=3)
    found = find_groups(J, h)
    score = dict(found.bics)
    assert abs(score[1] - score[2]) < 10  # hardly decided, so whoever was first stays
    assert find_groups(J, h, previous_k=1).k == 1
    assert find_groups(J, h, previous_k=2).k == 2
    far = crowd([[-2.0, 0.0], [2.0, 0.0]], (60, 60))
    assert find_groups(*far, previous_k=1).k == 2


def test_likelihood_by_hand():
    # Posterior precision [[3, 1], [1, 2]], mean (1, -1): J takes the prior I out, h = precision x mean.
    cov = np.linalg.inv([[3.0, 1.0], [1.0, 2.0]])
    J, h = person_likelihood(np.array([[1.0, -1.0]]), cov[None])
    assert J[0] == pytest.approx([2.0, 1.0, 1.0])
    assert h[0] == pytest.approx([2.0, -1.0])


def test_one_em_step_against_a_naive_computation():
    random = np.random.default_rng(5)
    n, k = 300, 3
    half = random.normal(size=(n, 2, 2))
    full = half @ half.transpose(0, 2, 1)
    h = random.normal(size=(n, 2))
    own = random.integers(0, 3, n).astype(float)
    pi, mu = np.array([0.5, 0.3, 0.2]), random.normal(size=(k, 2))
    W = np.array([[0.7, 0.2], [0.2, 0.5]])
    P = np.linalg.inv(W)
    C = np.linalg.inv(P + full)
    score = np.zeros((n, k))
    mean = np.zeros((n, k, 2))
    for g in range(k):
        line = h + P @ mu[g]
        mean[:, g] = np.einsum("iab,ib->ia", C, line)
        score[:, g] = np.log(pi[g]) + 0.5 * (mean[:, g] * line).sum(1) - 0.5 * mu[g] @ P @ mu[g]
    score += 0.5 * np.linalg.slogdet(P)[1] + 0.5 * np.linalg.slogdet(C)[1][:, None]
    total = np.logaddexp.reduce(score, axis=1)
    r = np.exp(score - total[:, None])
    share = r * own[:, None]
    new_mu = (share[:, :, None] * mean).sum(0) / share.sum(0)[:, None]
    off = mean - new_mu
    new_W = (
        np.einsum("i,iab->ab", own, C) + np.einsum("ig,iga,igb->ab", share, off, off)
    ) / own.sum()
    J = full[:, [0, 0, 1], [0, 1, 1]]
    told = expectation_maximisation(J, h, own, pi, mu, W, 1, 0.0)
    assert told[0] == pytest.approx(share.sum(0) / own.sum(), abs=1e-12)
    assert told[1] == pytest.approx(new_mu, abs=1e-10)
    assert told[2] == pytest.approx(new_W + 1e-6 * np.eye(2), abs=1e-10)
    assert told[3] == pytest.approx(own @ total, rel=1e-12)
    assert membership(J, h, pi, mu, W) == pytest.approx(r, abs=1e-12)


def test_bic_counts_parameters():
    assert penalty(3, 100.0) == pytest.approx((2 + 6 + 3) * np.log(100))
    assert best_number([(1, 0.0), (2, -5.0), (3, -20.0)], (1, 2, 3)) == 3
    assert best_number([(1, 0.0), (2, -5.0)], (1, 2)) == 1
    assert best_number([(1, 0.0), (2, -50.0)], (1,)) == 1
    assert smallest_group(10) == 3


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 60))
def test_invariants(seed, n):
    random = np.random.default_rng(seed)
    J, h = crowd(random.normal(size=(2, 2)), (n, n // 2 + 1), seed=seed)
    found = find_groups(J, h)
    assert found.membership.sum(axis=1) == pytest.approx(1.0)
    assert found.weights.sum() == pytest.approx(1.0)
    assert np.all(np.diff(found.weights) <= 0)
    assert np.isfinite(found.centres).all()
    assert np.isfinite(found.log_likelihood)
    if found.k > 1:
        assert found.membership.sum(axis=0).min() >= 0.9 * smallest_group(len(h))
    order = random.permutation(len(h))
    again = find_groups(J[order], h[order])
    if len(h) <= 400:  # starts are compared on everybody: the order of rows does not matter
        assert again.k == found.k
        assert again.membership == pytest.approx(found.membership[order], abs=1e-3)


def test_everybody_twice_weighs_like_weight_two():
    J, h = crowd([[-2.0, 0.0], [2.0, 0.0]], (60, 40))
    once = find_groups(J, h, weights=np.full(100, 2.0))
    twice = find_groups(np.repeat(J, 2, axis=0), np.repeat(h, 2, axis=0))
    assert once.k == twice.k == 2
    assert once.centres == pytest.approx(twice.centres, abs=1e-3)
