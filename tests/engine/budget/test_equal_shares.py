"""The Method of Equal Shares: answers known by eye, and comparisons that float64 cannot make."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from baithak.engine.budget.count import count
from baithak.engine.budget.equal_shares import EqualShares
from baithak.engine.budget.ties import ranks
from baithak.engine.budget.utilities import support
from factories import recount
from factories.elections import cases, election, split


def test_a_minority_gets_its_part():
    """Seven want A, B, C; three want X. Greedy buys only A, B, C."""
    prices = {"A": 30, "B": 30, "C": 30, "X": 30}
    asked = election(100, prices, [["A", "B", "C"]] * 7 + [["X"]] * 3)
    assert count(asked, rule="greedy").selected == ("A", "B", "C")
    told = count(asked, ties="id")
    assert told.selected == ("A", "B", "X")
    assert [one.rho for one in told.rounds] == [Fraction(1, 7), Fraction(1, 7), Fraction(1, 3)]
    assert [one.payers for one in told.rounds] == [7, 7, 3]
    assert [one.left for one in told.rounds] == [70, 40, 10]
    assert told.start == 10
    first, last = asked.group_of[0], asked.group_of[9]
    assert told.held[first] == pytest.approx(10 - 60 / 7)
    assert (told.held[last], told.spent[last]) == pytest.approx((0, 10))


def test_whoever_has_too_little_pays_all_and_the_others_the_rest():
    prices = {"road": 8, "school": 9}
    ballots = [["road", "school"], ["road", "school"], ["school"], ["school"], []]
    told = count(election(25, prices, ballots), utility="cardinality")
    # School: 9/4 each. Road: 8 from two who hold 5 - 9/4 each; that is too little.
    assert told.selected == ("school",)
    told = count(election(25, {"road": 4, "school": 9}, ballots), utility="cardinality", ties="id")
    assert told.selected == ("road", "school")
    told = count(election(15, {"road": 5, "school": 7}, ballots), utility="cardinality", ties="id")
    # School: 7/4 each, of 3. Road: 5/2 each, and they hold 5/4.
    assert told.selected == ("school",)
    told = count(election(15, {"road": 4, "school": 10}, ballots), utility="cardinality")
    # Road: 2 each, which leaves 1 each; school: 1 + 1 + 4 + 4, but the others hold 3.
    assert told.selected == ("road",)
    told = count(election(15, {"road": 4, "school": 8}, ballots), utility="cardinality", ties="id")
    assert [(one.project, one.rho) for one in told.rounds] == [("road", 2), ("school", 3)]


def test_supporters_who_hold_just_the_cost_can_pay():
    """Three thirds: as floats they do not add up to it."""
    told = count(election(Fraction(1, 10), {"a": Fraction(1, 10)}, [["a"]] * 3))
    assert told.selected == ("a",)
    assert told.rounds[0].rho == Fraction(1, 3)
    # After a, both hold 1/3 - 1/9 = 2/9; b costs exactly what is left, c a thousandth more.
    prices = {"a": Fraction(1, 3), "b": Fraction(4, 9), "c": Fraction(4, 9) + Fraction(1, 10**30)}
    ballots = [["a", "b", "c"], ["a", "b", "c"], ["a"]]
    asked = election(1, {"a": prices["a"], "b": prices["b"]}, [["a", "b"], ["a", "b"], ["a"]])
    assert count(asked).selected == ("a", "b")
    asked = election(1, {"a": prices["a"], "c": prices["c"]}, [["a", "c"], ["a", "c"], ["a"]])
    assert count(asked).selected == ("a",)
    assert count(election(1, prices, ballots)).selected == ("a", "b")


def test_a_difference_that_float64_cannot_see_decides():
    near = 10**17
    prices = {"a": near + 1, "b": near}
    told = count(election(near + 1, prices, [["a", "b"]] * 3), utility="cardinality", ties="id")
    assert float(near + 1) == float(near)
    assert told.selected == ("b",)
    assert told.decided_by_tie == ()
    equal = count(
        election(near, {"a": near, "b": near}, [["a", "b"]] * 3), utility="cardinality", ties="id"
    )
    assert equal.selected == ("a",)
    assert equal.decided_by_tie[0].projects == ("a", "b")


def test_such_a_difference_decides_after_payments_too():
    """Both rhos hang on what is left of sevenths and elevenths."""
    for more, want in ((0, "b"), (Fraction(1, 10**25), "c"), (-Fraction(1, 10**25), "b")):
        prices = {"a": 7, "b": 20 + more, "c": 20}
        ballots = [["a", "b"]] * 3 + [["b"]] * 4 + [["a", "c"]] * 3 + [["c"]] * 4 + [["a"]]
        told = count(election(75, prices, ballots), utility="cardinality", ties="id")
        assert told.selected[0] == "a"
        assert told.selected[1] == want
        small = recount.Small(
            Fraction(75),
            {name: Fraction(price) for name, price in prices.items()},
            [dict.fromkeys(ballot, Fraction(1)) for ballot in ballots],
        )
        assert list(told.selected) == recount.equal_shares(small, Fraction(5))[0]


def test_a_tie_is_told_unless_all_of_it_was_bought_at_the_same_price():
    prices = {"a": 10, "b": 10}
    apart = count(election(40, prices, [["a"], ["b"]] * 2), ties="id")
    assert apart.selected == ("a", "b")
    assert apart.decided_by_tie == ()
    shared = count(election(15, prices, [["a", "b"]] * 2), ties="id")
    assert shared.selected == ("a",)
    (tie,) = shared.decided_by_tie
    assert (tie.round, tie.projects, tie.taken, tie.by) == (1, ("a", "b"), "a", "id")


def test_silent_voters_hold_money():
    asked = election(40, {"a": 20}, [["a"], [], [], []])
    assert count(asked).selected == ()
    assert count(asked, completion="greedy").selected == ("a",)


def test_points_count_in_points_whatever_their_scale():
    ballots = [[("a", Fraction(1, 2)), ("b", 1)], [("a", Fraction(1, 2))]]
    told = count(election(20, {"a": 10, "b": 9}, ballots, "scoring"), utility="points")
    # b takes 9 per point of the first, who has 1 left for a: 1 + 18/2 = 10.
    assert [(one.project, one.rho) for one in told.rounds] == [("b", 9), ("a", 18)]


def test_the_last_of_a_ranking_gives_nothing_by_borda():
    told = count(election(30, {"a": 10, "b": 10}, [["a", "b"]] * 3, "ordinal"), utility="borda")
    assert told.selected == ("a",)
    assert told.left_out[0].params["project"] == "b"


def test_every_voter_apart_or_merged_is_the_same():
    for drawn, utility, ties in cases(range(150)):
        merged = drawn.election()
        one, other = (
            count(told, utility=utility, ties=ties, completion="add1u")
            for told in (merged, split(merged))
        )
        assert one.selected == other.selected
        assert one.rounds == other.rounds
        assert one.held[merged.group_of].tolist() == pytest.approx(other.held.tolist())


def test_the_account_adds_up_exactly():
    """Start money less what is held is what was bought."""
    for drawn, utility, ties in cases(range(200)):
        told = support(drawn.election(), utility)
        rule = EqualShares(told, ranks(told, ties), ties)
        rule.run(Fraction(told.budget, told.n), record=True)
        everybody = rule.payments.holding(np.arange(len(told.sizes)))
        assert told.budget - everybody == sum(told.costs[c] for c in rule.order)
