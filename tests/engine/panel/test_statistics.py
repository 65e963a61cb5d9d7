"""How even chances are, by the definitions; and a panel beside its pool, counted by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import Excluded, Lottery
from baithak.engine.panel.statistics import FeatureRow, representation, statistics, two_way

QUOTAS = Quotas(
    (
        Quota("sex", "f", 1, 1),
        Quota("sex", "m", 1, 2),
        Quota("sex", "x", 0, 1),
        Quota("age", "young", 0, 2),
        Quota("age", "old", 1, 3),
    )
)
ROWS = [("f", "young"), ("f", "old"), ("m", "old"), ("m", "old"), ("m", "young"), ("m", "old")]


def village() -> Pool:
    return Pool.from_people([{"sex": sex, "age": age} for sex, age in ROWS], QUOTAS)


def counted(counts: list[int], panels: int, **more) -> Lottery:
    """A lottery of which only the counts matter."""
    return Lottery(
        method="leximin", size=1, seed=0, household=False,
        panels=np.zeros((panels, 1), dtype=np.int32), counts=np.array(counts, dtype=np.int64),
        bound=0.0, gap=0.0, certified=False, ideal=np.array(counts) / panels,
        types=1, steps=1, **more,
    )  # fmt: skip


@settings(max_examples=200)
@given(counts=st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_the_figures_are_their_definitions(counts):
    told = statistics(counted(counts, 50))
    chances = [count / 50 for count in counts]
    assert told.people == len(counts)
    assert (told.min, told.max) == (min(chances), max(chances))
    gaps = sum(abs(a - b) for a, b in product(chances, chances))
    assert told.gini == pytest.approx(gaps / (2 * len(chances) * sum(chances)), abs=1e-12)
    assert told.geometric_mean == pytest.approx(float(np.prod(chances)) ** (1 / len(chances)))


def test_equal_chances_are_even_and_one_for_all_is_not():
    even = statistics(counted([5] * 8, 10))
    assert even.gini == 0
    assert even.geometric_mean == pytest.approx(0.5)
    uneven = statistics(counted([10, 0, 0, 0], 10))
    assert uneven.gini == pytest.approx(0.75)
    assert (uneven.min, uneven.geometric_mean) == (0, 0)


def test_who_had_no_chance_beforehand_is_left_out():
    excluded = (Excluded((4,), (0,), ()),)
    told = statistics(counted([10, 4, 0, 6, 0], 10, standing=(0,), away=(2,), excluded=excluded))
    assert (told.people, told.min, told.max) == (2, 0.4, 0.6)
    nobody = statistics(counted([10, 0], 10, standing=(0,), away=(1,)))
    assert (nobody.people, nobody.min, nobody.max) == (0, 0, 0)
    assert (nobody.gini, nobody.geometric_mean) == (0, 0)


def test_a_panel_beside_its_pool():
    pool = village()
    told = lottery(pool, QUOTAS, 3, panels=100)
    for number in (0, 57):
        rows = representation(told, pool, QUOTAS, number)
        assert len(rows) == len(QUOTAS)
        sits = told.panels[number].tolist()
        for row, quota in zip(rows, QUOTAS.quotas, strict=True):
            at = QUOTAS.categories.index(quota.category)
            theirs = [i for i, person in enumerate(ROWS) if person[at] == quota.feature]
            chances = [told.probabilities[i] for i in theirs] or [0.0]
            assert row == FeatureRow(
                quota.category, quota.feature, quota.min, quota.max, len(theirs),
                len(set(theirs) & set(sits)), min(chances), max(chances),
            )  # fmt: skip
        assert sum(row.panel for row in rows if row.category == "sex") == 3
    assert representation(told, pool, QUOTAS, 0)[2].pool == 0


def test_pairs_of_features():
    pool = village()
    everybody = np.arange(pool.n, dtype=np.int32)
    assert two_way(everybody, pool, QUOTAS, "sex", "age").tolist() == [[1, 1], [1, 3], [0, 0]]
    assert two_way(everybody, pool, QUOTAS, "AGE", "sex").tolist() == [[1, 1, 0], [1, 3, 0]]
    some = np.array([4, 1], dtype=np.int32)
    assert two_way(some, pool, QUOTAS, "sex", "age").tolist() == [[0, 1], [1, 0], [0, 0]]
    assert two_way(some[:0], pool, QUOTAS, "sex", "age").sum() == 0
