"""Impossible quotas are always named: what contradicts what, and the least that has to be given."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from baithak.engine.errors import EngineError
from baithak.engine.panel.feasibility import feasibility
from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import Bound, Feasibility, InfeasibleError, Relaxation
from baithak.report.errors import sentence
from baithak.report.panel_errors import why_infeasible
from factories.pools import drawable, every_panel, undrawable


def loosened(quotas: Quotas, relax: tuple[Relaxation, ...]) -> Quotas:
    """The quotas after somebody did what was said."""
    made = list(quotas.quotas)
    for one in relax:
        at = quotas.find(one.category, one.feature)
        assert at is not None
        assert getattr(made[at], one.bound) == one.from_
        made[at] = replace(made[at], **{one.bound: one.to})
    return Quotas(tuple(made))


def only(quotas: Quotas, bounds: tuple[Bound, ...], size: int) -> Quotas:
    """The quotas with every bound taken away but these."""
    kept = {(b.category, b.feature, b.bound): b.value for b in bounds}
    made = []
    for q in quotas.quotas:
        low = kept.get((q.category, q.feature, "min"), 0)
        high = kept.get((q.category, q.feature, "max"), max(size, low))
        made.append(Quota(q.category, q.feature, low, high))
    return Quotas(tuple(made))


def least_total(pool: Pool, quotas: Quotas, size: int, *, household: bool) -> int | None:
    """The least number of seats by which any set of people misses the quotas: looked up one by one."""
    free = Quotas(tuple(Quota(q.category, q.feature, 0, size) for q in quotas.quotas))
    totals = []
    for panel in every_panel(pool, free, size, household=household):
        seen = np.bincount(pool.features[list(panel)].ravel(), minlength=len(quotas))
        missed = np.maximum(quotas.low - seen, 0) + np.maximum(seen - quotas.high, 0)
        totals.append(int(missed.sum()))
    return min(totals, default=None)


def total(told: Feasibility) -> int:
    return sum(abs(one.to - one.from_) for one in told.relax)


@settings(max_examples=250, deadline=None)
@given(made=undrawable())
def test_every_answer_is_that_of_looking_at_every_panel(made):
    pool, quotas, size, household = made
    told = feasibility(pool, quotas, size, household=household)
    panels = every_panel(pool, quotas, size, household=household)
    assert told.feasible == bool(panels)
    assert told.pool == tuple(pool.counts(quotas).tolist())
    least = least_total(pool, quotas, size, household=household)
    if told.feasible:
        assert told.example in panels
        assert told.relax == told.conflict == ()
        return
    with pytest.raises(InfeasibleError):
        lottery(pool, quotas, size, panels=10, household=household)
    assert told.example == ()
    if least is None:  # not even without quotas: too few people or households
        assert told.relax == told.conflict == ()
    else:
        assert total(told) == least > 0
        after = loosened(quotas, told.relax)
        assert every_panel(pool, after, size, household=household)
        assert feasibility(pool, after, size, household=household).feasible
        assert told.conflict
        assert {(b.category, b.feature, b.bound) for b in told.conflict} & {
            (r.category, r.feature, r.bound) for r in told.relax
        }
    said = why_infeasible(told, quotas)
    assert len(said) == 1 + len(told.relax)
    assert all("%(" not in line and line.endswith(".") for line in said)


@settings(max_examples=150, deadline=None)
@given(made=undrawable())
def test_a_conflict_holds_and_none_of_it_can_be_spared(made):
    pool, quotas, size, household = made
    told = feasibility(pool, quotas, size, household=household)
    if not told.conflict:
        return
    for bound in told.conflict:
        at = quotas.find(bound.category, bound.feature)
        assert getattr(quotas.quotas[at], bound.bound) == bound.value
    alone = only(quotas, told.conflict, size)
    assert not every_panel(pool, alone, size, household=household)
    # Quotas that no average meets contradict each other as averages; others as whole people.
    whole = fractional(pool, alone, size, household=household)
    for bound in told.conflict:
        fewer = only(quotas, tuple(b for b in told.conflict if b != bound), size)
        if whole:
            assert every_panel(pool, fewer, size, household=household)
        else:
            assert fractional(pool, fewer, size, household=household)


def fractional(pool: Pool, quotas: Quotas, size: int, *, household: bool) -> bool:
    """Whether an average of people, though no panel, meets the quotas: by scipy."""
    has = np.zeros((len(quotas), pool.n))
    for person in range(pool.n):
        has[pool.features[person], person] = 1
    rows, most = [*has, *-has], [*quotas.high, *-quotas.low]
    if household:
        for home in set(pool.household.tolist()):
            rows.append((pool.household == home).astype(float))
            most.append(1)
    done = linprog(
        np.zeros(pool.n), A_ub=np.array(rows), b_ub=most,
        A_eq=np.ones((1, pool.n)), b_eq=[size], bounds=(0, 1),
    )  # fmt: skip
    return done.status == 0


@settings(max_examples=150, deadline=None)
@given(made=drawable())
def test_people_in_no_panel_are_named_with_the_quotas_that_shut_them_out(made):
    pool, quotas, size, household = made
    told = lottery(pool, quotas, size, panels=20, household=household)
    seated = {
        person for panel in every_panel(pool, quotas, size, household=household) for person in panel
    }
    outside = {person for one in told.excluded for person in one.people}
    assert outside == set(range(pool.n)) - seated
    before = feasibility(pool, quotas, size, household=household).excluded
    assert {person for one in before for person in one.people} <= outside
    for one in told.excluded:
        assert {tuple(pool.features[p].tolist()) for p in one.people} == {one.features}
        alone = only(quotas, one.because, size)
        for panel in every_panel(pool, alone, size, household=household):
            assert not set(panel) & set(one.people)


def two_by_two(*rows: tuple[str, str]) -> Pool:
    return Pool.from_people([{"sex": s, "age": a} for s, a in rows], QUOTAS)


QUOTAS = Quotas(
    (
        Quota("sex", "f", 2, 3),
        Quota("sex", "m", 1, 2),
        Quota("age", "young", 2, 3),
        Quota("age", "old", 1, 2),
    )
)


def test_too_few_of_a_kind_are_said_with_both_numbers():
    pool = two_by_two(("f", "young"), ("m", "young"), ("m", "old"), ("m", "old"))
    told = feasibility(pool, QUOTAS, 3)
    assert told.relax == (Relaxation("sex", "f", "min", 2, 1),)
    assert told.conflict == (Bound("sex", "f", "min", 2),)
    assert why_infeasible(told, QUOTAS) == [
        "No panel of 3 people meets all quotas.",
        "“sex: f” needs at least 2; the pool has 1: lower the minimum to 1 or invite more of them.",
    ]


def test_quotas_that_only_together_are_impossible():
    """Enough women and enough young, but all the women are old."""
    rows = [("f", "old")] * 4 + [("m", "young")] * 4
    told = feasibility(two_by_two(*rows), QUOTAS, 3)
    assert not told.feasible
    assert total(told) == 1
    assert set(told.conflict) == {Bound("sex", "f", "min", 2), Bound("age", "young", "min", 2)}


def test_flex_is_kept_where_it_suffices_and_overstepped_where_it_does_not():
    rows = [{"sex": "f"}] + [{"sex": "m"}] * 5
    for flex, beyond in ((1, False), (2, True)):
        quotas = Quotas(
            (Quota("sex", "f", 3, 4, min_flex=flex, max_flex=4), Quota("sex", "m", 0, 3))
        )
        pool = Pool.from_people(rows, quotas)
        told = feasibility(pool, quotas, 4)
        assert told.relax == (Relaxation("sex", "f", "min", 3, 1),)
        assert told.beyond_flex is beyond
        assert ("go beyond" in " ".join(why_infeasible(told, quotas))) is beyond


def test_flex_chooses_which_quota_gives_way():
    """Either side would do; only one of them may."""
    rows = [("f", "old")] * 4 + [("m", "young")] * 4
    for rigid, gives in ((0, ("age", "young")), (2, ("sex", "f"))):
        parts = [
            replace(q, min_flex=q.min if i in (rigid, 1, 3) else 0, max_flex=q.max)
            for i, q in enumerate(QUOTAS.quotas)
        ]
        told = feasibility(two_by_two(*rows), Quotas(tuple(parts)), 3)
        assert [(one.category, one.feature) for one in told.relax] == [gives]
        assert not told.beyond_flex


def test_fewer_people_or_households_than_seats():
    quotas = Quotas((Quota("sex", "f", 0, 9), Quota("sex", "m", 0, 9)))
    pool = Pool.from_people([{"sex": "f"}] * 3, quotas, household=["a", "a", "b"])
    for size, household in ((4, False), (3, True)):
        told = feasibility(pool, quotas, size, household=household)
        assert (told.feasible, told.relax, told.conflict) == (False, (), ())
        assert why_infeasible(told, quotas) == [
            f"The panel has {size} seats, and fewer people are in the pool. Invite more people."
        ]
    assert feasibility(pool, quotas, 3).feasible
    assert feasibility(pool, quotas, 2, household=True).feasible


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_of_nobody_is_refused(size):
    with pytest.raises(EngineError) as caught:
        feasibility(two_by_two(("f", "old")), QUOTAS, size)
    assert caught.value.code == "panel.size"
    assert "at least 1" in sentence("panel.size", caught.value.params)


def test_parity_that_only_whole_people_feel():
    """Averages of panels are possible (half of everybody) and no panel is."""
    pairs = (("a", "b"), ("b", "c"), ("a", "c"))
    rows = [
        {"one": "x" if "a" in pair else "y", "two": "x" if "b" in pair else "y",
         "three": "x" if "c" in pair else "y"}
        for pair in pairs
    ]  # fmt: skip
    names = ("one", "two", "three")
    rows += [{name: "y" for name in names}]
    quotas = Quotas(tuple(Quota(name, value, 1, 1) for name, value in product(names, ("x", "y"))))
    pool = Pool.from_people(rows, quotas)
    assert fractional(pool, quotas, 2, household=False)
    assert not every_panel(pool, quotas, 2)
    told = feasibility(pool, quotas, 2)
    assert not told.feasible
    assert told.conflict
    assert total(told) == least_total(pool, quotas, 2, household=False)
    assert feasibility(pool, loosened(quotas, told.relax), 2).feasible
