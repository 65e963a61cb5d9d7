"""Raising the start money: every step that is skipped is proved, none is guessed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from baithak.engine.budget.completions import add1
from baithak.engine.budget.count import count
from baithak.engine.budget.equal_shares import EqualShares
from baithak.engine.budget.ties import ranks
from baithak.engine.budget.utilities import support
from factories.elections import cases, election

PRICES = {"A": 30, "B": 30, "C": 30, "X": 30, "Y": 20}
BALLOTS = [["A", "B", "C"]] * 7 + [["X"]] * 3 + [["Y"]]


def test_by_eye():
    """118 / 11 each buy A, B and X, and Y would fit. Seven hold C's 30 / 7 too from 90 / 7 on."""
    told = count(election(118, PRICES, BALLOTS), completion="add1", ties="id")
    assert (told.selected, told.steps) == (("A", "B", "X"), 3)  # the third would cost 120
    assert told.start == Fraction(118, 11) + 2
    told = count(election(120, PRICES, BALLOTS), completion="add1", ties="id")
    assert (told.selected, told.steps) == (("A", "B", "C", "X"), 2)
    assert told.start == Fraction(120, 11) + 2


def test_what_voters_hold_is_of_the_run_that_counts():
    asked = election(118, PRICES, BALLOTS)
    told = count(asked, completion="add1", ties="id")
    first, last = asked.group_of[0], asked.group_of[9]
    assert told.held[first] == pytest.approx(118 / 11 + 2 - 60 / 7)
    assert told.held[last] == pytest.approx(118 / 11 + 2 - 10)


def test_add1u_spends_what_still_fits():
    asked = election(118, PRICES, BALLOTS)
    told = count(asked, completion="add1u", ties="id")
    assert told.selected == ("A", "B", "X", "Y")
    assert [one.phase for one in told.rounds] == ["rule", "rule", "rule", "greedy"]
    assert told.rounds[-1].rho is None
    assert told.rounds[-1].payers == 0
    assert count(asked, completion="greedy", ties="id").steps is None


def test_without_the_second_condition_it_goes_on_until_it_would_cost_too_much():
    """Nothing else fits from the start, but four can soon afford the hall in the place of lamps."""
    prices = {"hall": 90, "lamps": 30, "trees": 10}
    ballots = [["hall", "lamps"]] * 4 + [["trees"]] * 2
    asked = election(100, prices, ballots)
    both = [
        count(asked, completion="add1", stop=stop, ties="id")
        for stop in ("exhaustive", "overspend")
    ]
    assert [one.selected for one in both] == [("lamps", "trees"), ("hall", "trees")]
    assert [one.steps for one in both] == [0, 14]  # 100 / 6 + 14 is the first to reach 30


def test_raising_ends_where_everything_is_funded():
    asked = election(1000, {"a": 400, "b": 5}, [["a"], ["b"], []])
    told = count(asked, completion="add1", stop="overspend")
    assert set(told.selected) == {"a", "b"}
    assert told.steps == 67  # 333 1/3 + 67 is the first to reach 400


def test_whole_currency_units_to_start_from():
    asked = election(100, {"a": 34}, [["a"], [], []])
    assert count(asked, completion="add1", start="floor").steps == 1
    assert count(asked, start="floor").start == 33
    with_cents = election("100.50", {"a": "33.5"}, [["a"], [], []])
    assert count(with_cents, start="floor").selected == ()
    assert count(with_cents).selected == ("a",)


def test_a_larger_increment_takes_fewer_steps():
    asked = election(118, PRICES, BALLOTS)
    assert count(asked, completion="add1", ties="id", increment=Fraction(1, 2)).steps == 5
    assert count(asked, completion="add1", ties="id", increment=100).steps == 1


def test_millions_of_steps_are_not_counted_one_by_one():
    asked = election(10**9, {"a": 10**9 - 7, "b": 3}, [["a"], ["b"], ["b"]])
    told = support(asked)
    raised = add1(EqualShares(told, ranks(told, "votes"), "votes"), Fraction(10**9, 3), Fraction(1))
    assert raised.steps > 600_000_000
    assert raised.runs < 10


@pytest.mark.parametrize("seeds", [range(0, 150), range(150, 300)])
def test_within_its_reach_a_run_buys_the_same_in_the_same_order(seeds):
    """What Add1 skips, counted nevertheless: at both ends, in the middle, and at odd places."""
    looked = 0
    for drawn, utility, ties in cases(seeds):
        told = support(drawn.election(), utility)
        place = ranks(told, ties)
        rule, other = EqualShares(told, place, ties), EqualShares(told, place, ties)
        start = Fraction(told.budget, told.n)
        for _ in range(12):
            rule.run(start, follow=True)
            reach = Fraction(rule.reach) if 0 < rule.reach < 1e9 else Fraction(0)
            for part in (Fraction(1, 97), Fraction(1, 3), Fraction(1, 2), Fraction(9, 10), 1):
                if reach:
                    other.run(start + reach * part)
                    assert other.order == rule.order
                    looked += 1
            start += reach + Fraction(told.budget, 40 * told.n)
    assert looked > 1000


def test_reach_is_not_only_safe_but_long_enough():
    """A price that nobody lacks money for does not move: the run holds until the next can be bought."""
    told = support(election(118, PRICES, BALLOTS))
    rule = EqualShares(told, ranks(told, "id"), "id")
    rule.run(Fraction(118, 11), follow=True)
    assert rule.reach == pytest.approx(90 / 7 - 118 / 11, rel=1e-3)
