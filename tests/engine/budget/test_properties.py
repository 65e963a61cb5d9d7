"""What holds for every election, whatever the ballots (ENGINE: section 6)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.budget.count import COMPLETIONS, count
from baithak.engine.budget.election import POINT_TYPES, Election
from baithak.engine.budget.results import Count
from baithak.engine.budget.utilities import UTILITIES, support
from factories.elections import election, split

NAMES = [f"p{at}" for at in range(7)]
MONEY = st.integers(1, 60)


@st.composite
def elections(
    draw: Any, types: tuple[str, ...] = ("approval", "ordinal", "cumulative")
) -> Election:
    names = NAMES[: draw(st.integers(1, 7))]
    vote_type = draw(st.sampled_from(types))
    prices = {name: draw(MONEY) for name in names}
    ballot = st.lists(st.sampled_from(names), unique=True, max_size=5)
    ballots: list[Any] = draw(st.lists(ballot, min_size=1, max_size=16))
    if vote_type in POINT_TYPES:
        ballots = [[(name, draw(st.integers(1, 4))) for name in chosen] for chosen in ballots]
    return election(draw(st.integers(1, 150)), prices, ballots, vote_type)


@st.composite
def asked(draw: Any) -> tuple[Election, dict[str, str]]:
    """An election and a way of counting it."""
    told = draw(elections())
    utility = draw(
        st.sampled_from([u for u, types in UTILITIES.items() if told.vote_type in types])
    )
    rules = [r for r in COMPLETIONS if r != "phragmen" or utility in ("cost", "cardinality")]
    rule = draw(st.sampled_from(rules))
    completion = draw(st.sampled_from(COMPLETIONS[rule]))
    return told, {"rule": rule, "utility": utility, "completion": completion}


def ballots_of(told: Election) -> list[tuple[str, Any]]:
    """The ballots again, voter by voter."""
    found = []
    for voter, g in zip(told.voter_ids, told.group_of, strict=True):
        span = range(told.starts[g], told.starts[g + 1])
        ids = [told.projects[told.items[t]].id for t in span]
        if told.points is None:
            found.append((voter, ids))
        else:
            points = [Fraction(int(told.points[t]), told.points_scale) for t in span]
            found.append((voter, list(zip(ids, points, strict=True))))
    return found


def remade(told: Election, **changed: Any) -> Election:
    now = {
        "budget": told.budget, "projects": told.projects, "vote_type": told.vote_type,
        "ballots": ballots_of(told), **changed,
    }  # fmt: skip
    return Election.from_ballots(**now)


def holdings(told: Election, result: Count, utility: str) -> list[dict[str, Fraction]]:
    """What every voter pays for every project, worked out anew from the published rho alone."""
    worth = []
    for _, given_ in ballots_of(told):
        pairs = [(one, Fraction(1)) if isinstance(one, str) else one for one in given_]
        if utility == "borda":
            pairs = [(name, Fraction(len(pairs) - 1 - at)) for at, (name, _) in enumerate(pairs)]
        prices = {project.id: project.cost for project in told.projects}
        if utility == "cost":
            pairs = [(name, prices[name]) for name, _ in pairs]
        if utility == "cardinality":
            pairs = [(name, Fraction(1)) for name, _ in pairs]
        worth.append(dict(pairs))
    assert result.start is not None
    money, payments = [result.start] * told.n, [{} for _ in range(told.n)]
    for one in result.rounds:
        for i, mine in enumerate(worth):
            if mine.get(one.project):
                paid = min(money[i], one.rho * mine[one.project])
                payments[i][one.project] = paid
                money[i] -= paid
    return payments


@given(asked())
@settings(max_examples=400, deadline=None)
def test_never_more_than_the_budget_and_nothing_twice(case):
    told, how = case
    result = count(told, **how)
    prices = {project.id: project.cost for project in told.projects}
    assert sum(prices[name] for name in result.selected) == result.cost <= told.budget
    assert len(set(result.selected)) == len(result.selected)
    assert [one.project for one in result.rounds] == list(result.selected)
    assert not result.rounds or result.rounds[-1].left == told.budget - result.cost


@given(asked(), st.randoms(use_true_random=False), st.sampled_from(["votes", "id", "cost", "lot"]))
@settings(max_examples=300, deadline=None)
def test_the_order_of_voters_and_projects_is_of_no_matter(case, chance, ties):
    told, how = case
    ballots, projects = ballots_of(told), list(told.projects)
    chance.shuffle(ballots)
    chance.shuffle(projects)
    other = remade(told, ballots=ballots, projects=projects)
    one, two = (count(which, ties=ties, **how) for which in (told, other))
    assert one.selected == two.selected
    assert one.rounds == two.rounds
    assert one.decided_by_tie == two.decided_by_tie


@given(asked(), st.fractions(Fraction(1, 50), 50).filter(bool))
@settings(max_examples=300, deadline=None)
def test_another_currency_changes_nothing(case, rate):
    told, how = case
    projects = [replace(project, cost=project.cost * rate) for project in told.projects]
    other = remade(told, projects=projects, budget=told.budget * rate)
    one, two = count(told, **how), count(other, increment=rate, **how)
    assert one.selected == two.selected
    assert one.steps == two.steps
    assert one.cost * rate == two.cost


@given(asked())
@settings(max_examples=300, deadline=None)
def test_identical_ballots_merged_or_apart(case):
    told, how = case
    one, two = count(told, **how), count(split(told), **how)
    assert one.selected == two.selected
    assert one.rounds == two.rounds


@given(elections(), st.sampled_from(["add1u", "greedy", "epsilon"]))
@settings(max_examples=300, deadline=None)
def test_nothing_that_is_supported_fits_any_more(told, completion):
    """Others' money is all spent only where the start is exact."""
    result = count(told, completion=completion)
    wanted = {name for _, ballot in ballots_of(told) for name in (
        one if isinstance(one, str) else one[0] for one in ballot)}  # fmt: skip
    left = told.budget - result.cost
    for project in told.projects:
        if project.id in wanted and project.id not in result.selected:
            assert project.cost > left


@given(elections(), st.data())
@settings(max_examples=300, deadline=None)
def test_there_are_prices_that_explain_the_outcome(told, data):
    """Priceability: supporters pay exactly the cost, nobody more than their share, and those of a
    project that is not bought hold less than it costs."""
    utility = data.draw(
        st.sampled_from([u for u, types in UTILITIES.items() if told.vote_type in types])
    )
    result = count(told, utility=utility)
    payments = holdings(told, result, utility)
    prices = {project.id: project.cost for project in told.projects}
    for name in result.selected:
        assert sum(mine.get(name, Fraction(0)) for mine in payments) == prices[name]
    rest = [result.start - sum(mine.values()) for mine in payments]
    assert min(rest) >= 0
    eligible = support(told, utility)
    for c, name in enumerate(eligible.ids):
        if name not in result.selected:
            groups = set(eligible.groups[eligible.first[c] : eligible.first[c + 1]].tolist())
            hold = sum(rest[i] for i in range(told.n) if told.group_of[i] in groups)
            assert hold < prices[name]


def unfair(told: Election, selected: tuple[str, ...]) -> list[tuple[str, int]]:
    """EJR+ up to one: (project, l) whose supporters with at most l funded could claim l + 1 such."""
    ballots = [set(ballot) for _, ballot in ballots_of(told)]
    share = told.budget / told.n
    found = []
    for project in told.projects:
        if project.id in selected:
            continue
        for most in range(len(selected) + 1):
            group = [b for b in ballots if project.id in b and len(b & set(selected)) <= most]
            if len(group) * share >= (most + 1) * project.cost and group:
                found.append((project.id, most))
    return found


@given(elections(types=("approval",)), st.sampled_from(["none", "greedy", "epsilon"]))
@settings(max_examples=400, deadline=None)
def test_no_group_is_left_out_that_could_pay_for_itself(told, completion):
    result = count(told, utility="cardinality", completion=completion)
    assert unfair(told, result.selected) == []


def test_the_check_finds_what_greedy_does_to_a_minority():
    told = election(90, dict.fromkeys("ABCX", 30), [["A", "B", "C"]] * 6 + [["X"]] * 3)
    assert unfair(told, count(told, rule="greedy").selected) == [("X", 0)]
    assert unfair(told, count(told, utility="cardinality").selected) == []


@given(elections(types=("approval",)), st.sampled_from(["cost", "cardinality"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_one_more_ballot_for_a_funded_project_never_unfunds_it(told, utility, skip):
    before = count(told, rule="greedy", utility=utility, skip=skip)
    for name in before.selected:
        more = remade(told, ballots=[*ballots_of(told), ("one more", [name])])
        assert name in count(more, rule="greedy", utility=utility, skip=skip).selected


@pytest.mark.parametrize("rule", list(COMPLETIONS))
def test_the_same_question_has_the_same_answer(rule):
    told = election(90, dict.fromkeys("ABCX", 30), [["A", "B", "C"]] * 6 + [["X"]] * 3)
    one, two = (count(told, rule=rule) for _ in range(2))
    assert one.selected == two.selected
    assert one.rounds == two.rounds
