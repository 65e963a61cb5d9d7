"""Stability: real structure comes back, noise does not, and nothing depends on luck."""

from __future__ import annotations

import numpy as np
import pytest

from baithak.engine.opinion.groups import find_groups, person_likelihood
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.stability import axis_reliability, jaccard, repeats
from baithak.engine.opinion.votes import VoteMatrix
from factories.conversations import town


def noise(n=120, m=30, seed=0):
    random = np.random.default_rng(seed)
    people, statements = np.nonzero(random.random((n, m)) < 0.7)
    return VoteMatrix.from_arrays(people, statements, random.choice([-1, 1], len(people)))


def test_an_axis_that_divides_the_town_is_reliable_and_noise_is_not():
    votes = town()
    real = axis_reliability(votes, fit(votes), seed=0)
    assert real[0] is not None
    assert real[0] > 0.8
    blank = noise()
    for value in axis_reliability(blank, fit(blank), seed=0):
        assert value is not None
        assert value < 0.5


def test_too_few_votes_say_nothing():
    votes = VoteMatrix.from_arrays([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, 1, 1])
    assert axis_reliability(votes, fit(votes), seed=0) == (None, None)


def test_reliability_depends_on_nothing_but_votes_and_seed():
    votes = town()
    told = fit(votes)
    assert axis_reliability(votes, told, seed=1) == axis_reliability(votes, told, seed=1)
    assert axis_reliability(votes, told, seed=1) != axis_reliability(votes, told, seed=2)


def groups_of(votes):
    model = fit(votes)
    J, h = person_likelihood(model.positions[:, :2], model.z_cov[:, 1:3, 1:3])
    return J, h, find_groups(J, h)


def test_two_camps_look_the_same_in_every_repeat():
    J, h, found = groups_of(town())
    told = repeats(J, h, found, weights=np.ones(len(h)), seed=0)
    assert found.k == 2
    assert told.stability.tolist() == [1.0, 1.0]
    assert set(told.ks.tolist()) == {2}
    assert told.drawn.mean() == pytest.approx(1.0, abs=0.05)
    assert told.drawn.var() == pytest.approx(1.0, abs=0.1)


def test_the_same_seed_gives_the_same_repeats():
    J, h, found = groups_of(town(seed=4))
    one, two = (repeats(J, h, found, weights=np.ones(len(h)), seed=3) for _ in range(2))
    assert one.stability.tolist() == two.stability.tolist()
    assert np.array_equal(one.drawn, two.drawn)


def test_without_groups_a_repeat_looks_the_same_when_it_finds_none():
    J, h, found = groups_of(noise())
    assert found.k == 1
    told = repeats(J, h, found, weights=np.ones(len(h)), seed=0)
    assert told.stability[0] == (told.ks == 1).mean()


def test_jaccard_by_hand():
    one = np.array([[0.8, 0.2], [0.4, 0.6]])
    two = np.array([[0.5, 0.5], [0.5, 0.5]])
    # min 0.5 + 0.4, max 0.8 + 0.5
    assert jaccard(one, two, np.ones(2))[0, 0] == pytest.approx(0.9 / 1.3)
    # the second person counting twice: 0.5 + 0.8 over 0.8 + 1.0
    assert jaccard(one, two, np.array([1.0, 2.0]))[0, 0] == pytest.approx(1.3 / 1.8)
    assert jaccard(one, one, np.ones(2)).diagonal().tolist() == [1.0, 1.0]


def test_bowling_green_has_a_first_axis_that_comes_back(data):
    votes = read(data("dialogues/american-assembly.bowling-green"))
    told = axis_reliability(votes, fit(votes), seed=0)
    assert told[0] > 0.8
