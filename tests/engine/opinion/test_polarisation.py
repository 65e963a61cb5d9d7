"""Every measure of division, by hand where a hand can do it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.opinion.polarisation import (
    between_group_share,
    bimodality,
    breadth,
    camps_bic,
    disagreement,
    duclos_esteban_ray,
    esteban_ray,
    van_der_eijk,
)

shares = st.floats(0.01, 0.99)


def test_between_group_share_by_hand():
    # Sizes 3 and 1, shares 0.8 and 0.4: mean 0.7, between 0.75 * 0.01 + 0.25 * 0.09 = 0.03, total 0.21.
    assert between_group_share([[0.8], [0.4]], [3, 1])[0] == pytest.approx(0.03 / 0.21)
    assert between_group_share([[0.5], [0.5]], [3, 1])[0] == 0.0
    assert between_group_share([[1.0], [1.0]], [3, 1])[0] == 0.0
    assert between_group_share([[0.3]], [7])[0] == 0.0


def test_breadth_by_hand():
    # Two groups, three statements, two draws: 40 points apart in both, in one, in none.
    first = [[0.8, 0.8, 0.5], [0.4, 0.4, 0.5]]
    second = [[0.9, 0.6, 0.5], [0.4, 0.4, 0.5]]
    drawn = np.array([first, second])
    assert breadth(drawn, np.ones(3, dtype=bool)) == pytest.approx(1 / 3)
    assert breadth(drawn, np.array([True, False, False])) == 1.0
    assert breadth(drawn, np.zeros(3, dtype=bool)) == 0.0


def test_esteban_ray_by_hand():
    # pi = (3/4, 1/4), 2 apart: 2 * (9/16 * 1/4 + 1/16 * 3/4) = 2 * 12/64.
    assert esteban_ray([3, 1], [0.0, 2.0]) == pytest.approx(0.375)
    third = 0.75**2.6 * 0.25 + 0.25**2.6 * 0.75
    assert esteban_ray([3, 1], [0.0, 2.0], alpha=1.6) == pytest.approx(2 * third)
    assert esteban_ray([5], [0.3]) == 0.0


def test_two_camps_are_more_polarised_than_three_than_one():
    ends, three, even = [1, 0, 1], [1, 1, 1], [0, 1, 0]
    places = [-1.0, 0.0, 1.0]
    scores = [esteban_ray(np.array(s) + 1e-12, places) for s in (ends, three, even)]
    assert scores[0] > scores[1] > scores[2]


def test_duclos_esteban_ray_by_formula():
    # Normal density, alpha 1/2: integral of f^1.5 is (2 pi)^-0.75 sqrt(2 pi / 1.5), and |x - y|
    # has variance 2/3 + 1 there.
    flat = (2 * np.pi) ** -0.75 * np.sqrt(2 * np.pi / 1.5)
    expected = flat * np.sqrt(2 / np.pi) * np.sqrt(2 / 3 + 1)
    assert duclos_esteban_ray([0.5, 0.5]) == 0.0  # one spot: nobody is apart
    random = np.random.default_rng(0).standard_normal(1900)
    told = duclos_esteban_ray(random, spreads=np.full(1900, 0.1))
    assert told == pytest.approx(expected, rel=0.03)


def test_two_camps_score_higher_than_one_crowd_without_any_groups():
    random = np.random.default_rng(1)
    crowd = random.standard_normal(1000)
    camps = np.concatenate((crowd[:500] / 5 - 2, crowd[500:] / 5 + 2))
    assert duclos_esteban_ray(camps) > 1.2 * duclos_esteban_ray(crowd)
    assert duclos_esteban_ray(camps, weights=np.zeros(1000)) == 0.0


@pytest.mark.parametrize(
    ("counts", "agreement"),
    [
        ([0, 0, 4], 1.0),
        ([4, 0, 4], -1.0),
        ([3, 3, 3], 0.0),
        ([2, 2, 0], 0.5),
        # Layers of [6, 1, 3]: all three at 1 (3 of 10, 0), two ends at 2 (4 of 10, -1), one at 3 (3, 1).
        ([6, 1, 3], -0.1),
        # Van der Eijk's seven-category patterns: one category, the two ends, all.
        ([0, 0, 0, 9, 0, 0, 0], 1.0),
        ([5, 0, 0, 0, 0, 0, 5], -1.0),
        ([1, 1, 1, 1, 1, 1, 1], 0.0),
        ([0, 0, 0], 0.0),
    ],
)
def test_van_der_eijk_by_hand(counts, agreement):
    assert van_der_eijk(counts) == pytest.approx(agreement)


@settings(deadline=None)
@given(counts=st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any))
def test_disagreement_is_the_general_recipe_on_three_categories(counts):
    total = sum(counts)
    told = disagreement([counts[2] / total], [counts[0] / total])[0]
    assert told == pytest.approx((1 - van_der_eijk(counts)) / 2, abs=1e-9)
    assert 0.0 <= told <= 1.0


def test_bimodality_by_hand():
    # 0 and 1 alternating: skew 0, population kurtosis 1.
    n = 8
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * -2 + 6)
    expected = 1 / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    assert bimodality([0, 1] * 4) == pytest.approx(min(expected, 1.0))
    assert bimodality(np.random.default_rng(0).standard_normal(5000)) == pytest.approx(
        1 / 3, abs=0.02
    )
    assert bimodality([1.0, 1.0, 1.0, 1.0, 1.0]) == 0.0
    assert bimodality([1.0, 2.0]) == 0.0


def test_camps_bic_tells_camps_from_a_crowd():
    random = np.random.default_rng(0)
    crowd = random.standard_normal(300)
    camps = np.concatenate((crowd[:150] / 4 - 1, crowd[150:] / 4 + 1))
    J = np.full(300, 8.0)
    noise = random.standard_normal(300) / np.sqrt(8.0)
    assert camps_bic(J, J * (crowd + noise)) < 0
    assert camps_bic(J, J * (camps + noise)) > 30
    assert camps_bic(J[:3], J[:3]) == 0.0


@settings(max_examples=50, deadline=None)
@given(
    rates=st.lists(st.tuples(shares, shares), min_size=1, max_size=6),
    sizes=st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)),
    times=st.floats(0.1, 10),
)
def test_measures_stay_in_bounds_and_ignore_the_size_of_the_town(rates, sizes, times):
    p = np.array(rates).T
    told = between_group_share(p, sizes)
    assert np.all((told >= 0) & (told <= 1))
    assert between_group_share(p, np.array(sizes) * times) == pytest.approx(told)
    assert between_group_share(p[::-1], sizes[::-1]) == pytest.approx(told)
    assert esteban_ray(np.array(sizes) * times, [0, 1]) == pytest.approx(esteban_ray(sizes, [0, 1]))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000))
def test_everybody_twice_is_as_polarised_as_once(seed):
    x = np.random.default_rng(seed).standard_normal(40)
    spread = np.full(40, 0.4)
    once = duclos_esteban_ray(x, spreads=spread)
    assert duclos_esteban_ray(np.tile(x, 2), spreads=np.tile(spread, 2)) == pytest.approx(once)
    assert duclos_esteban_ray(x, weights=np.full(40, 2.0), spreads=spread) == pytest.approx(once)
    order = np.random.default_rng(seed).permutation(40)
    assert duclos_esteban_ray(x[order], spreads=spread) == pytest.approx(once)
