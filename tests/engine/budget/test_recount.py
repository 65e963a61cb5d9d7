"""The engine beside the plain recount in fractions: thousands of small elections full of exact ties."""

from __future__ import annotations

from fractions import Fraction

import pytest

from baithak.engine.budget.count import count
from factories import recount
from factories.elections import cases, draw

FEW, MANY = range(200), range(500)


def test_drawn_elections_are_full_of_ties():
    """Or the comparison would prove little."""
    tied = sum(
        bool(count(drawn.election(), utility=utility, ties="id").decided_by_tie)
        for drawn, utility, _ in cases(FEW)
    )
    assert tied > 40
    assert {draw(seed).vote_type for seed in FEW} == {
        "approval", "choose-1", "ordinal", "cumulative", "scoring",
    }  # fmt: skip


@pytest.mark.parametrize("skip", [True, False])
def test_greedy(skip):
    for drawn, utility, ties in cases(MANY):
        told = count(drawn.election(), rule="greedy", utility=utility, ties=ties, skip=skip)
        assert list(told.selected) == recount.greedy(drawn.small(utility, ties), skip=skip)


def test_equal_shares_with_its_prices_and_what_voters_hold():
    for drawn, utility, ties in cases(MANY):
        election, small = drawn.election(), drawn.small(utility, ties)
        bought, rhos, money = recount.equal_shares(small, drawn.budget / len(drawn.ballots))
        told = count(election, utility=utility, ties=ties)
        assert list(told.selected) == bought
        assert [one.rho for one in told.rounds] == rhos
        assert told.held[election.group_of].tolist() == pytest.approx([float(m) for m in money])
        assert told.steps is None


def test_equal_shares_then_greedy():
    for drawn, utility, ties in cases(MANY):
        small = drawn.small(utility, ties)
        bought, _, _ = recount.equal_shares(small, drawn.budget / len(drawn.ballots))
        told = count(drawn.election(), utility=utility, ties=ties, completion="greedy")
        assert list(told.selected) == recount.greedy(small, bought)


@pytest.mark.parametrize("stop", ["exhaustive", "overspend"])
@pytest.mark.parametrize("increment", [Fraction(1), Fraction(1, 2), Fraction(3)])
def test_add1_with_the_number_of_steps(stop, increment):
    for drawn, utility, ties in cases(FEW):
        share = drawn.budget / len(drawn.ballots)
        want, steps = recount.add1(drawn.small(utility, ties), share, increment, stop)
        told = count(
            drawn.election(), utility=utility, ties=ties, completion="add1", stop=stop,
            increment=increment,
        )  # fmt: skip
        assert (list(told.selected), told.steps) == (want, steps)


def test_add1u_from_whole_units():
    for drawn, utility, ties in cases(FEW):
        share = Fraction(drawn.budget // len(drawn.ballots))
        small = drawn.small(utility, ties)
        want, steps = recount.add1(small, share, Fraction(1))
        told = count(
            drawn.election(), utility=utility, ties=ties, completion="add1u", start="floor"
        )
        assert list(told.selected) == recount.greedy(small, want)
        assert told.steps == steps


def test_others_money():
    for drawn, utility, ties in cases(MANY):
        want = recount.epsilon(drawn.small(utility, ties), drawn.budget / len(drawn.ballots))
        told = count(drawn.election(), utility=utility, ties=ties, completion="epsilon")
        assert list(told.selected) == want


@pytest.mark.parametrize("completion", ["none", "greedy"])
def test_phragmen(completion):
    for drawn, utility, ties in cases(MANY):
        if utility in ("cost", "cardinality"):
            small = drawn.small(utility, ties)
            want = recount.phragmen(small)
            if completion == "greedy":
                want = recount.greedy(small, want)
            told = count(
                drawn.election(), rule="phragmen", utility=utility, ties=ties, completion=completion
            )
            assert list(told.selected) == want


def test_bounded_overspending():
    for drawn, utility, ties in cases(MANY):
        share = drawn.budget / len(drawn.ballots)
        want = recount.bounded_overspending(drawn.small(utility, ties), share)
        told = count(drawn.election(), rule="bounded-overspending", utility=utility, ties=ties)
        assert list(told.selected) == want
