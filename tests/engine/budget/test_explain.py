"""Every sentence of an explanation is put to the test: make it so, count again, and see."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from baithak.engine.budget.count import count, example
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.explain import explain
from baithak.engine.budget.results import Count

CENT = Fraction(1, 100)


def ballots_of(election: Election) -> list[tuple[str, list]]:
    told = []
    for voter, group in zip(election.voter_ids, election.group_of.tolist(), strict=True):
        items = election.items[election.starts[group] : election.starts[group + 1]].tolist()
        told.append((voter, [election.projects[item].id for item in items]))
    return told


def at_cost(election: Election, name: str, cost: Fraction) -> Election:
    projects = tuple(replace(p, cost=cost) if p.id == name else p for p in election.projects)
    return replace(election, projects=projects)


def by_tie(name: str, counted: Count) -> bool:
    """An explanation does not promise what the order of ties might bring."""
    return any(name in tie.projects for tie in counted.decided_by_tie)


def town(budget, costs, ballots) -> Election:
    return Election.from_ballots(
        budget=budget,
        projects=[Project(f"p{at}", Fraction(cost)) for at, cost in enumerate(costs)],
        vote_type="approval",
        ballots=[(str(at), [f"p{c}" for c in sorted(b)]) for at, b in enumerate(ballots)],
    )


@st.composite
def towns(draw: st.DrawFn) -> Election:
    costs = draw(st.lists(st.integers(1, 60), min_size=2, max_size=6))
    ballot = st.sets(st.integers(0, len(costs) - 1), max_size=len(costs))
    ballots = draw(st.lists(ballot, min_size=2, max_size=9))
    assume(any(ballots))
    return town(draw(st.integers(10, 120)), costs, ballots)


def test_the_example_by_hand():
    """20 each. Lamps take 13.33 from three; park's three then hold 33.33, the bench's two 40."""
    told = explain(example(), count(example()))
    lamps = told.funded[0]
    assert (lamps.project, lamps.rank, lamps.payers, lamps.phase) == ("lamps", 1, 3, "rule")
    assert (lamps.highest, lamps.effective_votes) == (Fraction(40, 3), 3)
    park, bench, tower = told.unfunded
    assert (park.held, park.missing_money) == (Fraction(3333, 100), Fraction(2667, 100))
    assert (bench.held, bench.missing_money, bench.winning_cost) == (40, 5, 40)
    assert bench.more_supporters == 1
    assert (tower.why, tower.supporters, tower.missing_money) == ("no_support", 0, None)


def test_greedy_by_hand():
    """Lamps and park have three votes each and cost 100 together: nothing is left for the bench."""
    told = explain(example(), count(example(), rule="greedy"))
    bench = next(u for u in told.unfunded if u.project == "bench")
    assert (bench.why, bench.left, bench.missing_money) == ("does_not_fit", 0, 45)
    assert bench.winning_cost is None
    assert bench.more_supporters == 2


def test_what_was_funded_by_the_completion_says_so():
    told = explain(example(), count(example(), completion="greedy"))
    assert [(f.project, f.phase, f.highest) for f in told.funded] == [
        ("lamps", "rule", Fraction(40, 3)),
        ("park", "greedy", None),
    ]


def test_a_greedy_count_that_stops_says_so():
    election = town(10, [8, 5, 2], [{0}, {0}, {0}, {1}, {1}, {2}])
    told = explain(election, count(election, rule="greedy", skip=False))
    assert [(u.project, u.why) for u in told.unfunded] == [
        ("p1", "does_not_fit"),
        ("p2", "count_had_stopped"),
    ]


def test_the_other_reasons():
    election = replace(
        town(10, [0, 11, 9, 5], [{0, 1}, {2}, {1}]), meta={"min_project_score_threshold": "2"}
    )
    told = explain(election, count(election, threshold=True))
    assert {u.project: u.why for u in told.unfunded} == {
        "p0": "costs_nothing",
        "p1": "dearer_than_budget",
        "p2": "below_threshold",
        "p3": "no_support",
    }


@settings(max_examples=250, deadline=None)
@given(towns(), st.sampled_from(["cost", "cardinality"]))
def test_at_its_winning_cost_a_project_wins_and_a_little_above_it_does_not(election, utility):
    for lost in explain(election, count(election, utility=utility)).unfunded:
        if lost.winning_cost is not None:
            cheaper = at_cost(election, lost.project, lost.winning_cost)
            assert lost.project in count(cheaper, utility=utility).selected
        if lost.why == "supporters_lack_money":
            above = (lost.winning_cost or Fraction(0)) + 2 * CENT
            if above < lost.cost:
                again = count(at_cost(election, lost.project, above), utility=utility)
                assert lost.project not in again.selected or by_tie(lost.project, again)


@settings(max_examples=250, deadline=None)
@given(towns())
def test_the_missing_money_is_what_is_missing(election):
    counted = count(election)
    for lost in explain(election, counted).unfunded:
        if lost.why == "supporters_lack_money":
            assert counted.held is not None
            assert lost.held is not None
            assert lost.missing_money is not None
            assert lost.missing_money > 0
            assert lost.cost - lost.held <= lost.missing_money + CENT
            # Given the missing money as a discount, its supporters can pay.
            cheaper = at_cost(election, lost.project, max(lost.cost - lost.missing_money, CENT))
            if lost.missing_money < lost.cost:
                assert lost.project in count(cheaper).selected


@settings(max_examples=250, deadline=None)
@given(towns(), st.sampled_from(["cost", "cardinality"]))
def test_with_the_further_supporters_a_project_wins_and_with_fewer_it_does_not(election, utility):
    """Supporters are added with the full start money: the budget grows by their parts."""
    counted = count(election, utility=utility)
    for lost in explain(election, counted).unfunded:
        if lost.more_supporters is None or lost.why != "supporters_lack_money":
            continue
        for fewer, wins in ((0, True), (1, False)):
            added = lost.more_supporters - fewer
            if not added:
                continue
            assert counted.start is not None
            more = Election.from_ballots(
                budget=election.budget + added * counted.start,
                projects=election.projects,
                vote_type="approval",
                ballots=ballots_of(election) + [(f"new {n}", [lost.project]) for n in range(added)],
            )
            again = count(more, utility=utility)
            assert (lost.project in again.selected) is wins or by_tie(lost.project, again)


@settings(max_examples=250, deadline=None)
@given(towns(), st.sampled_from(["cost", "cardinality"]))
def test_greedy_sentences_hold(election, utility):
    counted = count(election, rule="greedy", utility=utility)
    for lost in explain(election, counted).unfunded:
        if lost.winning_cost is not None:
            cheaper = at_cost(election, lost.project, lost.winning_cost)
            assert lost.project in count(cheaper, rule="greedy", utility=utility).selected
        if lost.more_supporters is not None:
            more = Election.from_ballots(
                budget=election.budget,
                projects=election.projects,
                vote_type="approval",
                ballots=ballots_of(election)
                + [(f"new {n}", [lost.project]) for n in range(lost.more_supporters)],
            )
            assert lost.project in count(more, rule="greedy", utility=utility).selected


@pytest.mark.parametrize("completion", ["none", "greedy", "add1", "add1u", "epsilon"])
@settings(max_examples=60, deadline=None)
@given(towns())
def test_every_project_is_explained_once_under_every_completion(completion, election):
    counted = count(election, completion=completion)
    told = explain(election, counted)
    assert tuple(f.project for f in told.funded) == counted.selected
    others = [u.project for u in told.unfunded]
    assert sorted([*others, *counted.selected]) == sorted(p.id for p in election.projects)
    for funded, bought in zip(told.funded, counted.rounds, strict=True):
        assert funded.phase == bought.phase
        if funded.phase == "rule" and funded.highest is not None:
            # Nobody pays more than the highest payment, and together they pay the cost.
            assert funded.payers * funded.highest >= funded.cost
            assert funded.effective_votes is not None
            assert funded.effective_votes <= funded.payers
    for lost in told.unfunded:
        if lost.left is not None:
            assert lost.left < lost.cost
