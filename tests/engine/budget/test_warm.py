"""After warming up, a count compiles nothing more."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from numba.core.dispatcher import Dispatcher

import baithak.engine.budget
from baithak.engine.budget.count import COMPLETIONS, count
from baithak.engine.budget.election import VOTE_TYPES
from baithak.engine.budget.utilities import UTILITIES
from baithak.engine.warm import small_election, warm


def compiled() -> dict[str, int]:
    """How many versions of each kernel this process holds."""
    kernels = {}
    for module in pkgutil.iter_modules(baithak.engine.budget.__path__):
        loaded = import_module(f"baithak.engine.budget.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, Dispatcher) and value.__module__ == loaded.__name__:
                kernels[f"{module.name}.{name}"] = len(value.signatures)
    return kernels


@pytest.mark.parametrize("ties", ["votes", "lot"])
def test_after_warming_up_no_count_compiles_anything(ties):
    assert warm() > 0
    before = compiled()
    doors = ("advance", "settled", "tallied", "unclear")  # what Python calls; the rest is inside
    assert {before[f"equal_shares_kernels.{name}"] for name in doors} == {2}
    for seed in range(100, 130):
        for vote_type in VOTE_TYPES:
            election = small_election(vote_type, seed)
            for utility in [name for name, types in UTILITIES.items() if vote_type in types]:
                for rule, completions in COMPLETIONS.items():
                    if rule == "phragmen" and utility in ("points", "borda"):
                        continue
                    for completion in completions:
                        count(
                            election, rule=rule, utility=utility, completion=completion, ties=ties
                        )
    assert compiled() == before
