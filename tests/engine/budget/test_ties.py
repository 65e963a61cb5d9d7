"""Orders of ties: what each says, and a lot that anybody can draw again."""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256

import pytest

from baithak.engine.budget.count import count
from baithak.engine.budget.ties import TIES, lot, ranks
from baithak.engine.budget.utilities import support
from factories.elections import election

PRICES = {"9": 20, "10": 20, "B": 10, "a": 30}
BALLOTS = [["9", "10"], ["9", "10"], ["B", "a"], ["a"], ["B", "a"]]


def order(ties: str, seed: int = 0) -> list[str]:
    told = support(election(100, PRICES, BALLOTS))
    place = ranks(told, ties, seed)
    return [told.ids[c] for c in sorted(range(told.m), key=place.__getitem__)]


def test_ids_are_compared_as_text():
    """Character by character, capital letters first, as pabutools compares names."""
    assert order("id") == ["10", "9", "B", "a"]


def test_more_votes_then_cheaper_then_id():
    assert order("votes") == ["a", "B", "10", "9"]


def test_cheaper_then_id():
    assert order("cost") == ["B", "10", "9", "a"]


def test_a_lot_is_drawn_from_the_seed_and_can_be_drawn_again():
    drawn = [order("lot", seed) for seed in range(40)]
    assert drawn[7] == order("lot", 7)
    assert {tuple(one) for one in drawn} - {tuple(drawn[0])}
    assert {one[0] for one in drawn} == set(PRICES)
    assert drawn[3] == by_hand(3)


def by_hand(seed: int) -> list[str]:
    """The same with nothing but SHA-256: Fisher and Yates from the end of the sorted ids."""
    ids, block = sorted(PRICES), 0
    for last in range(len(ids) - 1, 0, -1):
        while True:
            told = sha256(lot(seed).encode() + block.to_bytes(8, "big")).digest()
            number, block = int.from_bytes(told, "big"), block + 1
            if number < 2**256 - 2**256 % (last + 1):
                break
        other = number % (last + 1)
        ids[last], ids[other] = ids[other], ids[last]
    return ids


def test_the_result_keeps_what_the_lot_was_drawn_from():
    asked = election(20, {"x": 20, "y": 20}, [["x", "y"]])
    winners = set()
    for seed in range(20):
        told = count(asked, ties="lot", seed=seed)
        assert told.seed == seed
        assert told.options["lot"] == lot(seed)
        (tie,) = told.decided_by_tie
        assert (tie.by, tie.taken) == ("lot", told.selected[0])
        winners.add(told.selected)
    assert winners == {("x",), ("y",)}
    assert "lot" not in count(asked).options


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen", "bounded-overspending"])
@pytest.mark.parametrize("ties", TIES)
def test_every_rule_follows_the_order(rule, ties):
    asked = election(20, {"x": 20, "y": 20}, [["x", "y"], ["y", "x"]])
    told = count(asked, rule=rule, ties=ties, seed=5)
    if rule == "phragmen":  # both could be bought at the same moment, and only one fits after it
        assert told.selected
    assert told.selected[0] == told.decided_by_tie[0].taken
    assert told.selected[0] == told.decided_by_tie[0].projects[0]
    assert set(told.decided_by_tie[0].projects) == {"x", "y"}


def test_who_is_nearly_equal_is_not_tied():
    near = Fraction(20) - Fraction(1, 10**9)
    told = count(election(40, {"x": 20, "y": near}, [["x", "y"]]), utility="cardinality", ties="id")
    assert told.selected[0] == "y"
    assert told.decided_by_tie == ()
