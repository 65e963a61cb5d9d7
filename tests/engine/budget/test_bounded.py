"""Bounded overspending: answers worked out by hand from the definition."""

from __future__ import annotations

from fractions import Fraction

import pytest

from baithak.engine.budget.count import count
from factories.elections import election


def test_enough_money_is_equal_shares():
    asked = election(100, {"A": 30, "B": 30, "X": 30}, [["A", "B"]] * 7 + [["X"]] * 3)
    told = count(asked, rule="bounded-overspending", ties="id")
    assert told.selected == count(asked, ties="id").selected
    assert [one.rho for one in told.rounds] == pytest.approx([1 / 7, 1 / 7, 1 / 3])


def test_supporters_who_lack_a_little_still_get_a_good_project():
    """Nine of ten hold 9 x 10 = 90 for the hall (91); one holds 10 for the bench.

    Hall: alpha 90/91, rho / alpha = 10 / (90/91)**2 / 91 = 0.1123; bench: 10 / 10 = 1.
    """
    asked = election(100, {"hall": 91, "bench": 10}, [["hall"]] * 9 + [["bench"]])
    assert count(asked).selected == ("bench",)
    told = count(asked, rule="bounded-overspending")
    assert told.selected == ("hall",)
    alpha = Fraction(90, 91)
    assert float(told.rounds[0].rho) == pytest.approx(float(10 / alpha / 91))
    assert told.held[asked.group_of[0]] == 0


def test_it_never_spends_more_than_the_budget():
    asked = election(100, {"hall": 101, "bench": 10}, [["hall"]] * 9 + [["bench"]])
    assert count(asked, rule="bounded-overspending").selected == ("bench",)


def test_a_small_part_makes_a_project_dear():
    """One supporter of ten could pay a tenth of the tower: 10 / 0.1**2 / 100 = 10 per unit."""
    prices = {"tower": 100, "park": 60, "bench": 10}
    asked = election(100, prices, [["tower"]] + [["park"]] * 5 + [["bench"]] * 4)
    told = count(asked, rule="bounded-overspending")
    assert told.selected == ("park", "bench")
