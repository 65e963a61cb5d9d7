"""Fairness: figures by hand, equal shares leaves no claim, payments exist, claims are found by force too."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings

from baithak.engine.budget.count import count, example
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.fairness import claims, compare, fairness, priceable
from engine.budget.test_explain import ballots_of, town, towns


def camps() -> Election:
    """Six in one camp who want two things for 40, four in another who want one for 40; 100 in all."""
    return town(100, [50, 50, 40], [{0, 1}] * 6 + [{2}] * 4)


def test_the_figures_by_hand():
    greedy, shares = count(camps(), rule="greedy"), count(camps())
    assert set(greedy.selected) == {"p0", "p1"}
    assert set(shares.selected) == {"p0", "p2"}
    first, second = fairness(camps(), greedy), fairness(camps(), shares)
    assert (first.without, first.exclusion, first.mean_funded) == (4, 0.4, 0.6)
    assert (second.without, second.exclusion) == (0, 0.0)
    assert second.mean_funded == pytest.approx((6 * 0.5 + 4) / 10)
    assert first.claims == ("p2",)
    assert second.claims == ()
    assert compare(camps(), shares.selected, greedy.selected) == (
        compare(camps(), ["p0", "p2"], ["p0", "p1"])
    )
    told = compare(camps(), shares.selected, greedy.selected)
    assert (told.prefer_first, told.prefer_second, told.same) == (4, 6, 0)


def test_voters_who_named_nothing_are_not_counted_as_left_out():
    election = town(30, [5], [{0}, set(), set()])
    told = fairness(election, count(election))
    assert (told.active, told.without) == (1, 0)


def test_money_by_area_and_age():
    election = replace(
        camps(),
        voters={
            "district": ("North",) * 6 + ("South",) * 4,
            "age": ("34", "38", "41", "x", "", "39", "12", "19", "10", "11"),
            "time": tuple(map(str, range(10))),
        },
    )
    told = fairness(election, count(election))
    by = {(g.column, g.value): g for g in told.groups}
    assert set(by) == {
        ("district", "North"), ("district", "South"), ("age", "10-19"), ("age", "30-39"),
        ("age", "40-49"),
    }  # fmt: skip
    south = by["district", "South"]
    assert (south.voters, south.voters_share, south.without, south.mean_funded) == (4, 0.4, 0, 1.0)
    assert south.money_share == pytest.approx(40 / 90)
    assert by["age", "10-19"].voters == 4
    assert by["age", "30-39"].voters == 3


@settings(max_examples=300, deadline=None)
@given(towns())
def test_equal_shares_is_priceable_and_leaves_no_claim(election):
    for utility in ("cost", "cardinality"):
        for completion in ("none", "add1", "add1u"):
            counted = count(election, utility=utility, completion=completion)
            assert priceable(election, counted)
            assert claims(election, counted.selected, utility) == ()


def forced(election: Election, selected: tuple[str, ...], utility: str) -> set[str]:
    """The definition of a claim, over every set of supporters."""
    costs = {p.id: p.cost for p in election.projects}
    ballots = [names for _, names in ballots_of(election)]
    n = len(ballots)

    def gain(name: str) -> Fraction:
        return costs[name] if utility == "cost" else Fraction(1)

    have = [sum(gain(c) for c in names if c in selected) for names in ballots]
    found = set()
    for name, cost in costs.items():
        if name in selected or not cost or cost > election.budget:
            continue
        supporters = [at for at, names in enumerate(ballots) if name in names]
        for size in range(1, len(supporters) + 1):
            for group in combinations(supporters, size):
                bound = election.budget / n * size * gain(name) / cost
                if all(have[i] + gain(name) <= bound for i in group):
                    found.add(name)
    return found


@settings(max_examples=150, deadline=None)
@given(towns())
def test_claims_are_those_of_the_definition(election):
    for utility in ("cost", "cardinality"):
        for selected in ((), count(election, rule="greedy").selected):
            assert set(claims(election, selected, utility)) == forced(election, selected, utility)


def test_a_count_that_took_too_much_from_somebody_is_not_priceable():
    counted = count(example(), completion="add1")
    assert priceable(example(), counted)
    dear = tuple(replace(r, rho=(r.rho or Fraction(0)) / 2) for r in counted.rounds)
    assert not priceable(example(), replace(counted, rounds=dear))
    assert not priceable(example(), replace(counted, rounds=counted.rounds[:1]))


def test_points_count_by_what_was_given():
    election = Election.from_ballots(
        budget=90,
        projects=[Project("a", Fraction(60)), Project("b", Fraction(40))],
        vote_type="cumulative",
        ballots=[("1", [("a", 3)]), ("2", [("a", 3)]), ("3", [("b", 2), ("a", 1)])],
    )
    assert claims(election, (), "points") == ("a",)
    assert claims(election, ("a",), "points") == ()
