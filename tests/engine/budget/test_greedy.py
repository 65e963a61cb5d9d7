"""Most support per cost first: answers known by eye."""

from __future__ import annotations

from fractions import Fraction

import pytest

from baithak.engine.budget.count import count
from baithak.engine.errors import EngineError
from factories.elections import election

PRICES = {"clinic": 60, "park": 50, "lamps": 40, "bench": 10}
BALLOTS = [["clinic", "lamps"], ["clinic", "lamps"], ["clinic", "park"], ["lamps"], ["bench"]]


def test_cities_buy_by_votes_and_pass_over_what_does_not_fit():
    told = count(election(100, PRICES, BALLOTS), rule="greedy")
    assert told.selected == ("lamps", "clinic")
    told = count(election(95, PRICES, BALLOTS), rule="greedy")
    assert told.selected == ("lamps", "bench")  # the clinic no longer fits, then the park neither
    assert [(one.project, one.left) for one in told.rounds] == [("lamps", 55), ("bench", 45)]
    assert told.cost == 50


def test_without_skipping_it_ends_at_the_first_that_does_not_fit():
    told = count(election(95, PRICES, BALLOTS), rule="greedy", skip=False)
    assert told.selected == ("lamps",)
    assert told.options["skip"] == "False"


def test_votes_per_cost():
    told = count(election(100, PRICES, BALLOTS), rule="greedy", utility="cardinality")
    assert told.selected == ("bench", "lamps", "park")  # 1/10, 3/40; 3/60 no longer fits; 1/50


def test_a_tie_is_told_only_where_somebody_went_without():
    told = count(election(100, PRICES, BALLOTS), rule="greedy")
    assert told.decided_by_tie == ()  # clinic and lamps have three votes each, both are bought
    told = count(election(70, PRICES, BALLOTS), rule="greedy")
    (tie,) = told.decided_by_tie
    assert (tie.round, tie.projects, tie.taken, tie.by) == (
        1,
        ("lamps", "clinic"),
        "lamps",
        "votes",
    )
    by_id = count(election(70, PRICES, BALLOTS), rule="greedy", ties="id")
    assert by_id.selected == ("clinic", "bench")


def test_points_are_weighed_against_cost():
    ballots = [[("park", 5), ("bench", 1)], [("lamps", Fraction(9, 2))]]
    told = count(
        election(60, PRICES, ballots, "cumulative"), rule="greedy", utility="points", ties="id"
    )
    assert told.selected == (
        "lamps",
        "bench",
    )  # 4.5/40 before 5/50 = 1/10, and the park does not fit


def test_what_costs_nothing_or_nobody_wants_is_left_out_and_told():
    told = count(
        election(100, {**PRICES, "flag": 0, "tower": 20}, [*BALLOTS, ["flag"]]), rule="greedy"
    )
    assert {(one.code, one.params["project"]) for one in told.left_out} == {
        ("budget.costs_nothing", "flag"),
        ("budget.no_support", "tower"),
    }
    assert not {"flag", "tower"} & set(told.selected)


def test_a_threshold_holds_only_where_asked_and_must_be_told_by_the_file():
    asked = election(100, PRICES, BALLOTS, meta={"min_project_score_threshold": "2"})
    assert "park" in count(asked, rule="greedy", utility="cardinality").selected
    told = count(asked, rule="greedy", utility="cardinality", threshold=True)
    assert told.selected == ("lamps", "clinic")
    assert {one.params["project"] for one in told.left_out} == {"park", "bench"}
    with pytest.raises(EngineError, match=r"budget\.no_threshold"):
        count(election(100, PRICES, BALLOTS), threshold=True)
    broken = election(100, PRICES, BALLOTS, meta={"min_project_score_threshold": "some"})
    with pytest.raises(EngineError, match=r"threshold_unreadable.*some"):
        count(broken, threshold=True)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"rule": "dictator"}, "budget.rule_unknown"),
        ({"utility": "joy"}, "budget.utility_unknown"),
        ({"utility": "points"}, "budget.utility_not_for_ballots"),
        ({"utility": "borda"}, "budget.utility_not_for_ballots"),
        ({"rule": "greedy", "completion": "add1"}, "budget.completion_not_for_rule"),
        ({"completion": "more"}, "budget.completion_not_for_rule"),
        ({"rule": "phragmen", "utility": "borda"}, "budget.utility_not_for_rule"),
        ({"ties": "coin"}, "budget.ties_unknown"),
        ({"stop": "never"}, "budget.stop_unknown"),
        ({"start": "later"}, "budget.start_unknown"),
        ({"increment": 0}, "budget.increment_not_positive"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_can(asked, code):
    with pytest.raises(EngineError) as error:
        count(election(100, PRICES, BALLOTS), **asked)
    assert error.value.code == code
    assert error.value.params
