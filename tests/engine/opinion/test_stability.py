"""Stability: real structure comes back, noise does not, and nothing depends on luck."""

from __future__ import annotations

import numpy as np
import pytest

from baithak.engine.opinion.groups import find_groups, person_likelihood
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.stability import axis_reliability, jaccard, refits, repeats
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
    assert real[0] > 0.7
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
    return model, find_groups(J, h)


def test_two_camps_look_the_same_in_every_repeat():
    model, found = groups_of(town())
    told = repeats(model, found, weights=np.ones(80), seed=0)
    assert found.k == 2
    assert told.stability.tolist() == [1.0, 1.0]
    assert set(told.ks.tolist()) == {2}
    assert all(crowd.shape == (80, 2) for crowd in told.crowds)
    # Everybody is drawn once on average; memberships of one crowd add up to how often.
    assert np.mean([crowd.sum() for crowd in told.crowds]) == pytest.approx(80, rel=0.05)


def test_two_camps_look_the_same_when_half_the_town_is_asked():
    votes = town()
    model, found = groups_of(votes)
    told = refits(votes, model, found, weights=np.ones(80), seed=0, count=6)
    assert told.count == 6
    assert told.stability.min() >= 5 / 6


def test_the_same_seed_gives_the_same_repeats():
    model, found = groups_of(town(seed=4))
    one, two = (repeats(model, found, weights=np.ones(80), seed=3, count=20) for _ in range(2))
    assert one.stability.tolist() == two.stability.tolist()
    assert all(np.array_equal(a, b) for a, b in zip(one.crowds, two.crowds, strict=True))


def test_without_groups_a_repeat_looks_the_same_when_it_finds_none():
    model, found = groups_of(noise())
    assert found.k == 1
    told = repeats(model, found, weights=np.ones(120), seed=0)
    assert told.stability[0] == (told.ks == 1).mean()
    assert told.crowds == ()


def test_a_weak_split_is_less_stable_than_a_clear_one():
    votes = town(seed=1, camps={"Hill": 14, "River": 10}, seen=0.25)
    model, found = groups_of(votes)
    if found.k > 1:
        told = repeats(model, found, weights=(votes.votes_per_person > 0) * 1.0, seed=0)
        assert told.stability.min() < 1.0


@pytest.mark.parametrize("dimensions", [1, 2, 4])
def test_any_number_of_axes_can_be_redrawn(dimensions):
    votes = town()
    model = fit(votes, dimensions=dimensions)
    mean, cov = np.zeros((80, 2)), np.tile(np.eye(2), (80, 1, 1))
    axes = min(2, dimensions)
    mean[:, :axes] = model.positions[:, :axes]
    cov[:, :axes, :axes] = model.z_cov[:, 1 : 1 + axes, 1 : 1 + axes]
    found = find_groups(*person_likelihood(mean, cov))
    told = repeats(model, found, weights=np.ones(80), seed=0, count=10)
    assert told.stability.min() >= 0.9


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
