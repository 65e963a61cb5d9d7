"""Sequential Phragmén: answers known by eye."""

from __future__ import annotations

from fractions import Fraction

from baithak.engine.budget.count import count
from factories.elections import election


def test_bought_when_supporters_hold_the_cost():
    """A at 10 (3 x 10 = 30), B at 12; D at (44 + 10 + 10 + 12 + 12) / 4."""
    prices = {"A": 30, "B": 36, "D": 44}
    ballots = [["A", "D"], ["A", "D"], ["A"], ["B", "D"], ["B", "D"], ["B"]]
    told = count(election(110, prices, ballots), rule="phragmen")
    assert told.selected == ("A", "B", "D")
    assert [one.rho for one in told.rounds] == [10, 12, 22]
    assert [one.payers for one in told.rounds] == [3, 3, 4]
    assert told.held is None
    assert told.start is None


def test_it_ends_at_the_first_that_does_not_fit_and_greedy_may_go_on():
    prices = {"A": 30, "B": 40, "C": 20}
    ballots = [["A"], ["A"], ["B"], ["B"], ["C"]]
    told = count(election(60, prices, ballots), rule="phragmen")
    assert told.selected == ("A",)
    told = count(election(60, prices, ballots), rule="phragmen", completion="greedy")
    assert told.selected == ("A", "C")
    assert [one.phase for one in told.rounds] == ["rule", "greedy"]


def test_a_project_dearer_than_the_budget_stops_nothing():
    told = count(election(60, {"A": 70, "B": 60}, [["A", "B"], ["A"], ["A"]]), rule="phragmen")
    assert told.selected == ("B",)


def test_points_and_ranks_are_approvals():
    ballots = [[("A", 9), ("B", 1)], [("B", 1)]]
    told = count(election(20, {"A": 10, "B": 10}, ballots, "cumulative"), rule="phragmen")
    assert told.selected == ("B", "A")


def test_moments_closer_than_float64_can_tell():
    near = 10**17
    told = count(
        election(2 * near, {"a": near + 1, "b": near}, [["a"], ["b"]]), rule="phragmen", ties="id"
    )
    assert told.rounds[0].project == "b"
    assert told.decided_by_tie == ()
    tied = count(
        election(2 * near, {"a": near, "b": near}, [["a"], ["b"]]), rule="phragmen", ties="id"
    )
    assert tied.selected == ("a", "b")


def test_one_moment_for_two_of_which_one_does_not_fit_ends_it_as_in_pabutools():
    told = count(election(15, {"a": 10, "b": 20}, [["a"], ["b"], ["b"]]), rule="phragmen")
    assert told.selected == ("a",)  # b is dearer than the budget: never in the running
    told = count(
        election(20, {"a": 10, "b": 20}, [["a"], ["b"], ["b"]]), rule="phragmen", ties="id"
    )
    assert told.selected == ("a",)
    told = count(
        election(24, {"a": 10, "b": 20, "c": 5}, [["a"], ["b"], ["b"], ["c"]]), rule="phragmen"
    )
    assert told.selected == ("c",)  # at 10 a fits, but b at the same moment does not
    assert told.cost == Fraction(5)
