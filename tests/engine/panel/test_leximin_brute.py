"""Leximin and maximin of tiny pools against every panel there is, by another solver and no types."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from factories.pools import drawable, every_panel

M = 200
NEAR = 1e-6


def seats(pool: Pool, quotas: Quotas, size: int, *, household: bool) -> np.ndarray:
    """Who sits on which panel: float64 [n, panels]."""
    panels = every_panel(pool, quotas, size, household=household)
    there = np.zeros((pool.n, len(panels)))
    for number, panel in enumerate(panels):
        there[list(panel), number] = 1
    return there


def highest(there: np.ndarray, settled: dict[int, float], raised: list[int]) -> float:
    """The highest level that all ``raised`` people can have at once, over all distributions."""
    n, count = there.shape
    rows, most = [], []
    for person, level in settled.items():
        rows.append(np.append(-there[person], 0))
        most.append(-level + 1e-10)
    for person in raised:
        rows.append(np.append(-there[person], 1))
        most.append(0)
    done = linprog(
        np.append(np.zeros(count), -1), A_ub=np.array(rows), b_ub=most,
        A_eq=np.append(np.ones(count), 0)[None], b_eq=[1], bounds=(0, None),
    )  # fmt: skip
    assert done.status == 0, (n, done.message)
    return float(-done.fun)


def leximin_by_hand(there: np.ndarray) -> np.ndarray:
    """Chances of everybody: the lowest level, who cannot rise above it one by one, then the rest."""
    settled: dict[int, float] = {}
    left = list(range(len(there)))
    while left:
        level = highest(there, settled, left)
        held = {**settled, **dict.fromkeys(left, level)}
        stuck = []
        for person in left:
            others = {other: at for other, at in held.items() if other != person}
            if highest(there, others, [person]) <= level + 1e-7:
                stuck.append(person)
        assert stuck
        settled.update(dict.fromkeys(stuck, level))
        left = [person for person in left if person not in settled]
    return np.array([settled[person] for person in range(len(there))])


@settings(max_examples=60, deadline=None)
@given(made=drawable(most=8))
def test_leximin_is_that_over_every_panel(made):
    pool, quotas, size, household = made
    there = seats(pool, quotas, size, household=household)
    best = leximin_by_hand(there)
    told = lottery(pool, quotas, size, panels=M, household=household)
    # The optimum is unique: person by person, not only in order.
    assert told.ideal == pytest.approx(best, abs=NEAR)
    inside = there.any(axis=1)
    assert told.bound == pytest.approx(best[inside].min(), abs=NEAR)
    assert {p for one in told.excluded for p in one.people} == set(np.flatnonzero(~inside).tolist())
    assert told.counts[inside].min() / M > best[inside].min() - 1 / M - NEAR
    assert told.certified


@settings(max_examples=60, deadline=None)
@given(made=drawable(most=8))
def test_maximin_raises_the_lowest_as_high(made):
    pool, quotas, size, household = made
    there = seats(pool, quotas, size, household=household)
    inside = there.any(axis=1)
    best = highest(there[inside], {}, list(range(int(inside.sum()))))
    told = lottery(pool, quotas, size, method="maximin", panels=M, household=household)
    assert told.bound == pytest.approx(best, abs=NEAR)
    assert told.ideal[inside].min() == pytest.approx(best, abs=NEAR)
    assert told.counts[inside].min() / M > best - 1 / M - NEAR


@pytest.mark.parametrize("method", ["nash", "goldilocks", "legacy"])
@settings(max_examples=25, deadline=None)
@given(made=drawable(most=8))
def test_no_other_method_beats_the_bound(method, made):
    pool, quotas, size, household = made
    there = seats(pool, quotas, size, household=household)
    inside = there.any(axis=1)
    best = highest(there[inside], {}, list(range(int(inside.sum()))))
    told = lottery(pool, quotas, size, method=method, panels=M, household=household)
    assert told.bound >= best - NEAR
    assert told.counts[inside].min() / M <= best + NEAR


def test_whole_panels_that_cannot_reach_the_average():
    """Two pairs of three: averages give each one half, whole panels shut some of them out."""
    names = ("one", "two", "three")
    rows = [dict(zip(names, text, strict=True)) for text in ("xxy", "yxx", "xyx", "yyy", "xxx")]
    quotas = Quotas(tuple(Quota(name, value, 1, 1) for name in names for value in ("x", "y")))
    pool = Pool.from_people(rows, quotas)
    there = seats(pool, quotas, 2, household=False)
    assert there.any(axis=1).tolist() == [False, False, False, True, True]
    told = lottery(pool, quotas, 2, panels=M)
    assert told.ideal == pytest.approx(leximin_by_hand(there), abs=NEAR)
    assert told.hull
    assert told.certificate is None
    assert sorted(p for one in told.excluded for p in one.people) == [0, 1, 2]
    assert told.bound == pytest.approx(1)
    assert told.counts.tolist() == [0, 0, 0, M, M]
