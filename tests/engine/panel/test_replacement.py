"""Seats that fell free: who confirmed stays, who declined is out, and the whole panel keeps its rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.panel.check import bound_of
from baithak.engine.panel.lottery import METHODS, lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.replacement import replacement
from baithak.engine.panel.results import Bound, InfeasibleError, Relaxation
from baithak.engine.panel.statistics import statistics
from baithak.report.errors import sentence
from baithak.report.panel_errors import why_infeasible
from factories.pools import drawable, every_panel, meets

M = 40
QUOTAS = Quotas((Quota("sex", "f", 2, 3), Quota("sex", "m", 2, 3)))


def pool_of(text: str, homes: list[str] | None = None) -> Pool:
    return Pool.from_people([{"sex": sex} for sex in text], QUOTAS, household=homes)


@settings(max_examples=150, deadline=None)
@given(made=drawable(least=5), data=st.data(), method=st.sampled_from(METHODS))
def test_the_whole_panel_keeps_every_rule(made, data, method):
    pool, quotas, size, household = made
    if size < 2:
        return
    first = lottery(pool, quotas, size, panels=5, household=household).panels[0].tolist()
    confirmed = data.draw(st.lists(st.sampled_from(first), max_size=size - 1, unique=True))
    others = sorted(set(range(pool.n)) - set(confirmed))
    declined = data.draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
    left = [
        panel
        for panel in every_panel(pool, quotas, size, household=household)
        if set(confirmed) <= set(panel) and not set(declined) & set(panel)
    ]

    def drawn():
        return replacement(
            pool, quotas, size, confirmed=confirmed, declined=declined,
            method=method, panels=M, household=household,
        )  # fmt: skip

    if not left:
        with pytest.raises(InfeasibleError) as caught:
            drawn()
        _way_out(caught.value, pool, quotas, size, confirmed, declined, household=household)
        return
    told = drawn()
    assert told.size == size
    assert told.panels.shape == (M, size)
    assert {tuple(row) for row in told.panels.tolist()} <= set(left)
    assert told.counts.tolist() == [int((told.panels == i).sum()) for i in range(pool.n)]
    assert told.counts.sum() == M * size
    assert set(told.counts[confirmed].tolist()) <= {M}
    assert told.counts[declined].sum() == 0
    assert told.standing == tuple(sorted(confirmed))
    mates = {
        i
        for i in others
        if household and any(pool.household[i] == pool.household[j] for j in confirmed)
    }
    assert set(told.away) == set(declined) | mates
    outside = {person for one in told.excluded for person in one.people}
    drawable_ = set(others) - set(told.away) - outside
    seated = {person for panel in left for person in panel}
    assert drawable_ | set(confirmed) >= seated
    assert statistics(told).people == len(drawable_)
    if method == "leximin":
        assert outside == set(others) - set(told.away) - seated
        assert told.counts[sorted(drawable_)].min() / M >= told.bound - 1 / M - 1e-9


def _way_out(error, pool, quotas, size, confirmed, declined, *, household):
    """What is said is about the whole panel's quotas, and doing it makes a panel possible."""
    found = error.feasibility
    assert found.size == size
    can = set(range(pool.n)) - set(declined)
    if not found.relax:
        free = Quotas(tuple(replace(one, min=0, max=size) for one in quotas.quotas))
        panels = every_panel(pool, free, size, household=household)
    else:
        made = list(quotas.quotas)
        for one in found.relax:
            at = quotas.find(one.category, one.feature)
            changed = getattr(made[at], one.bound)
            assert one.from_ == changed
            made[at] = replace(made[at], **{one.bound: one.to})
        panels = every_panel(pool, Quotas(tuple(made)), size, household=household)
        for bound in found.conflict:
            at = quotas.find(bound.category, bound.feature)
            assert bound.value == getattr(quotas.quotas[at], bound.bound)
    fits = [panel for panel in panels if set(confirmed) <= set(panel) <= can]
    assert bool(fits) == bool(found.relax)


def test_the_chances_are_those_of_the_free_seats():
    pool = pool_of("ffffmmmm")
    told = replacement(pool, QUOTAS, 5, confirmed=[0, 4], declined=[1, 5], panels=100)
    # Three free seats, one or two for each sex, of two women and two men.
    assert told.counts[[0, 4]].tolist() == [100, 100]
    assert told.counts[[1, 5]].tolist() == [0, 0]
    assert told.counts[[2, 3, 6, 7]].tolist() == [75, 75, 75, 75]
    assert told.bound == pytest.approx(0.75)
    assert told.certified
    assert (told.standing, told.away) == ((0, 4), (1, 5))


def test_a_household_of_somebody_who_confirmed_is_out():
    pool = pool_of("ffffmmmm", ["a", "a", "", "", "b", "b", "", ""])
    told = replacement(pool, QUOTAS, 5, confirmed=[0], panels=50, household=True)
    assert told.away == (1,)
    assert told.counts[1] == 0
    assert all(meets(tuple(row), pool, QUOTAS, household=True) for row in told.panels.tolist())
    alone = replacement(pool, QUOTAS, 5, confirmed=[0], panels=50)
    assert alone.away == ()
    assert alone.counts[1] > 0


def test_what_is_missing_is_said_in_numbers_of_the_whole_panel():
    pool = pool_of("fffmmm")
    with pytest.raises(InfeasibleError) as caught:
        replacement(pool, QUOTAS, 4, confirmed=[0, 3], declined=[1, 2])
    found = caught.value.feasibility
    assert found.size == 4
    # One woman confirmed and no other is left: of at least 2 women only 1 can sit. With one woman
    # four seats need three men, who are there and allowed.
    assert found.relax == (Relaxation("sex", "f", "min", 2, 1),)
    assert found.conflict == (Bound("sex", "f", "min", 2),)
    assert found.pool == (1, 3)
    assert why_infeasible(found, QUOTAS)[1] == (
        "“sex: f” needs at least 2; the pool has 1: lower the minimum to 1 or invite more of them."
    )


def test_the_proof_speaks_of_positions_in_the_whole_pool():
    """The free seats' certificate holds for the people who can still be drawn."""
    pool = pool_of("fffmmmmm", ["x", "", "y", "y", "z", "z", "", ""])
    told = replacement(pool, QUOTAS, 5, confirmed=[1], declined=[0], panels=200, household=True)
    proof = told.certificate
    assert proof is not None
    there = [i for i in range(pool.n) if i not in {*told.standing, *told.away}]
    back = {person: at for at, person in enumerate(there)}
    part = Pool(tuple(pool.ids[i] for i in there), pool.features[there], pool.household[there])
    free = Quotas((Quota("sex", "f", 1, 2), Quota("sex", "m", 2, 3)))
    own = replace(
        proof,
        households=tuple((back[person], weight) for person, weight in proof.households),
        without=tuple(back[person] for person in proof.without),
    )
    assert float(bound_of(own, part, free, 4, household=True)) == told.bound
    # The one woman left must sit, so the man she lives with cannot.
    assert [one.people for one in told.excluded] == [(3,)]
    assert proof.without == (3,)
    assert proof.households
    assert told.counts[[i for i in there if i != 3]].min() / 200 == told.bound == 0.5


def test_the_same_seed_gives_the_same_bytes():
    pool = pool_of("ffffffmmmmmm")
    one, again, other = (
        replacement(pool, QUOTAS, 5, confirmed=[2], declined=[7], panels=100, seed=seed)
        for seed in (3, 3, 4)
    )
    assert one.panels.tobytes() == again.panels.tobytes()
    assert one.panels.tobytes() != other.panels.tobytes()
    assert np.array_equal(one.ideal, other.ideal)


@pytest.mark.parametrize(
    ("asked", "code", "params"),
    [
        ({"confirmed": [0, 1, 3, 4]}, "panel.no_free_seat", {"size": 4, "confirmed": 4}),
        ({"confirmed": [0, 1, 3, 4, 5]}, "panel.no_free_seat", {"size": 4, "confirmed": 5}),
        ({"confirmed": [0, 1], "declined": [1, 5]}, "panel.confirmed_and_declined", {}),
        (
            {"confirmed": [3, 4, 5, 6], "size": 5},
            "panel.confirmed_break_quota",
            {"category": "sex", "feature": "m", "found": 4, "max": 3},
        ),
        ({"confirmed": [0], "method": "best"}, "panel.method", None),
        ({"confirmed": [0], "panels": 0}, "panel.panels", None),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(asked, code, params):
    pool = pool_of("fffmmmm")
    with pytest.raises(EngineError) as caught:
        replacement(pool, QUOTAS, asked.pop("size", 4), **asked)
    assert caught.value.code == code
    if params is not None:
        assert caught.value.params == params
    said = sentence(code, caught.value.params)
    assert "%(" not in said
    assert said.count(". ") >= 1
    for value in (params or {}).values():
        assert str(value) in said
