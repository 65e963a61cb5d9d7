"""What every lottery keeps, whatever the pool: its rules, its chances and its bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.panel.check import bound_of, check_panels
from baithak.engine.panel.lottery import METHODS, MOST_PANELS, lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import Certificate, InfeasibleError, Lottery
from baithak.report.errors import sentence
from factories.pools import drawable, meets, named

M = 60


def kind(pool: Pool, person: int, *, household: bool) -> tuple:
    """What tells people apart: features, and the features of all they share a household with."""
    own = tuple(pool.features[person].tolist())
    if not household or pool.household is None:
        return (own,)
    home = np.flatnonzero(pool.household == pool.household[person])
    return own, *sorted(tuple(pool.features[i].tolist()) for i in home)


def town(n: int = 40) -> tuple[Pool, Quotas]:
    """A pool in which two kinds of three have too few and too many volunteers."""
    quotas = Quotas(
        (
            Quota("sex", "f", 4, 6),
            Quota("sex", "m", 4, 6),
            Quota("age", "young", 3, 4),
            Quota("age", "mid", 3, 4),
            Quota("age", "old", 3, 4),
        )
    )
    ages = ("young", "mid", "mid", "old", "old", "old", "old")
    rows = [{"sex": "fmm"[row % 3], "age": ages[row % 7]} for row in range(n)]
    homes = [f"h{row // 2}" for row in range(n)]
    return Pool.from_people(rows, quotas, ids=named(n), household=homes), quotas


def same_bytes(one: Lottery, other: Lottery) -> bool:
    return one.panels.tobytes() == other.panels.tobytes() and (
        one.counts.tobytes() == other.counts.tobytes()
    )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(made=drawable(), seed=st.integers(0, 3))
def test_every_panel_meets_everything(method, made, seed):
    pool, quotas, size, household = made
    told = lottery(pool, quotas, size, method=method, panels=M, seed=seed, household=household)
    assert told.panels.shape == (M, size)
    assert told.panels.dtype == np.int32
    for panel in {tuple(row) for row in told.panels.tolist()}:
        assert list(panel) == sorted(set(panel))
        assert meets(panel, pool, quotas, household=household)
    assert told.counts.tolist() == [int((told.panels == i).sum()) for i in range(pool.n)]
    assert told.counts.sum() == M * size
    outside = [person for one in told.excluded for person in one.people]
    assert told.counts[outside].sum() == 0
    inside = np.setdiff1d(np.arange(pool.n), outside)
    assert told.gap == pytest.approx(max(told.bound - told.counts[inside].min() / M, 0), abs=1e-12)
    assert told.certified == (told.gap <= 1 / M + 1e-12)
    if told.certificate is not None:
        proven = bound_of(told.certificate, pool, quotas, size, household=household)
        assert told.bound == float(proven)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "legacy"])
@settings(max_examples=60, deadline=None)
@given(made=drawable())
def test_who_cannot_be_told_apart_differs_by_one_panel_at_most(method, made):
    pool, quotas, size, household = made
    told = lottery(pool, quotas, size, method=method, panels=M, household=household)
    alike: dict[tuple, list[int]] = {}
    for person in range(pool.n):
        home = int(pool.household[person]) if household else -1
        alone = home < 0 or (pool.household == home).sum() == 1
        features = pool.features[person].tolist()
        alike.setdefault((*features, -1 if alone else home), []).append(person)
    for group in alike.values():
        counts = told.counts[group]
        assert counts.max() - counts.min() <= 1
        assert np.ptp(told.ideal[group]) == 0
    composed = {kind(pool, person, household=household) for person in range(pool.n)}
    assert told.types == len(composed)


@settings(max_examples=120, deadline=None)
@given(made=drawable(), data=st.data())
def test_a_wider_quota_never_lowers_the_bound(made, data):
    pool, quotas, size, household = made
    told = lottery(pool, quotas, size, panels=M, household=household)
    at = data.draw(st.integers(0, len(quotas) - 1))
    one = quotas.quotas[at]
    wide = replace(one, min=max(0, one.min - data.draw(st.integers(0, 1))), max=one.max + 1)
    wider = Quotas((*quotas.quotas[:at], wide, *quotas.quotas[at + 1 :]))
    after = lottery(pool, wider, size, panels=M, household=household)
    # Whoever comes in only now counts only now: compare where the same people are in a panel.
    assume(
        {p for e in after.excluded for p in e.people}
        == {p for e in told.excluded for p in e.people}
    )
    assert after.bound >= told.bound - 1e-9


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30, deadline=None)
@given(made=drawable(), data=st.data())
def test_the_order_of_rows_does_not_matter(method, made, data):
    pool, quotas, size, household = made
    order = np.array(data.draw(st.permutations(range(pool.n))), dtype=np.int64)
    mixed = Pool(tuple(pool.ids[i] for i in order), pool.features[order], pool.household[order])
    one = lottery(pool, quotas, size, method=method, panels=M, household=household)
    other = lottery(mixed, quotas, size, method=method, panels=M, household=household)
    assert other.counts.tolist() == one.counts[order].tolist()
    assert other.ideal.tolist() == one.ideal[order].tolist()
    assert other.bound == one.bound
    for s in range(M):
        assert set(one.ids(s, pool.ids)) == set(other.ids(s, mixed.ids))


@pytest.mark.parametrize("household", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_bytes_and_another_other_people(method, household):
    pool, quotas = town()
    one, again, other = (
        lottery(pool, quotas, 10, method=method, panels=200, seed=seed, household=household)
        for seed in (1, 1, 2)
    )
    assert same_bytes(one, again)
    assert one.panels.tobytes() != other.panels.tobytes()
    assert one.bound == other.bound
    if method != "legacy":
        assert one.ideal.tolist() == other.ideal.tolist()


def test_methods_do_what_they_are_for():
    pool, quotas = town(60)
    told = {name: lottery(pool, quotas, 10, method=name, panels=2000) for name in METHODS}
    assert len({one.bound for one in told.values()}) == 1
    lowest = {name: one.counts.min() for name, one in told.items()}
    product = {name: np.log(one.ideal).sum() for name, one in told.items() if name != "legacy"}
    assert told["leximin"].certified
    assert told["maximin"].certified
    assert lowest["legacy"] < lowest["leximin"]
    assert max(product, key=product.get) == "nash"
    assert told["goldilocks"].ideal.max() <= told["leximin"].ideal.max() + 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_a_feature_that_nobody_may_have_sits_on_no_panel(method):
    quotas = Quotas(
        (Quota("sex", "f", 1, 1), Quota("age", "young", 0, 0), Quota("age", "old", 0, 1))
    )
    pool = Pool.from_people([{"sex": "f", "age": age} for age in ("young", "old", "old")], quotas)
    told = lottery(pool, quotas, 1, method=method, panels=10)
    assert told.counts[0] == 0
    assert told.counts.sum() == 10
    assert [one.people for one in told.excluded] == [(0,)]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"method": "fairest"}, "panel.method"),
        ({"method": "Leximin"}, "panel.method"),
        ({"panels": 0}, "panel.panels"),
        ({"panels": -1}, "panel.panels"),
        ({"panels": MOST_PANELS + 1}, "panel.panels"),
        ({"size": 0}, "panel.size"),
        ({"size": -3}, "panel.size"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(asked, code):
    pool, quotas = town()
    size = asked.pop("size", 10)
    with pytest.raises(EngineError) as caught:
        lottery(pool, quotas, size, **asked)
    assert caught.value.code == code
    said = sentence(code, caught.value.params)
    wrong = next(iter(asked.values()), size)
    assert str(wrong) in said
    assert "%(" not in said
    assert said.count(". ") >= 1


def test_an_impossible_panel_is_refused_with_the_way_out():
    pool, quotas = town()
    tight = Quotas((replace(quotas.quotas[0], min=30, max=30), *quotas.quotas[1:]))
    for method in METHODS:
        with pytest.raises(InfeasibleError) as caught:
            lottery(pool, tight, 30, method=method, panels=10)
        assert caught.value.code == "panel.infeasible"
        assert caught.value.relax
        assert caught.value.conflict


def test_a_list_that_breaks_a_rule_is_not_passed():
    """The check of every list can fail: one wrong panel of each sort."""
    pool, quotas = town()
    told = lottery(pool, quotas, 10, panels=20, household=True)
    check_panels(told.panels, pool, quotas, 10, household=True)
    first = told.panels[0].tolist()
    mate = next(
        i for i in range(pool.n) if pool.household[i] == pool.household[first[0]] and i != first[0]
    )
    men = [i for i in range(pool.n) if pool.features[i, 0] == 1]
    few = men[:10]
    broken = {
        "panel.check_size": [first[:-1]],
        "panel.check_person": [[*first[:-1], first[0]]],
        "panel.check_quota": [few],
    }
    for code, panels in broken.items():
        with pytest.raises(EngineError) as caught:
            check_panels(panels, pool, quotas, 10, household=True)
        assert caught.value.code == code
    loose = Quotas(tuple(replace(one, min=0, max=10) for one in quotas.quotas))
    with pytest.raises(EngineError) as caught:
        check_panels([[*first[:-1], mate]], pool, loose, 10, household=True)
    assert caught.value.code == "panel.check_household"


def test_a_proof_that_proves_nothing_is_not_passed():
    pool, quotas = town()
    nothing = Certificate(0, (0,) * len(quotas))
    with pytest.raises(EngineError, match=r"panel\.check_certificate"):
        bound_of(nothing, pool, quotas, 10)
    for weights in (((0, -1),), ((0, 1), (1, 1))):
        wrong = Certificate(1, (0,) * len(quotas), households=weights)
        with pytest.raises(EngineError, match=r"panel\.check_certificate"):
            bound_of(wrong, pool, quotas, 10, household=True)
    with pytest.raises(EngineError, match=r"panel\.check_certificate"):
        bound_of(Certificate(1, (0,) * len(quotas), households=((0, 1),)), pool, quotas, 10)
