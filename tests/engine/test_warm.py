"""After warming up, real work compiles nothing more."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import numpy as np
from numba.core.dispatcher import Dispatcher

import baithak.engine.opinion
import baithak.engine.panel
from baithak.engine.opinion.classic import classic
from baithak.engine.opinion.pca import DIRECT
from baithak.engine.opinion.votes import VoteMatrix
from baithak.engine.panel.lottery import METHODS, lottery
from baithak.engine.warm import small_conversation, small_pool, warm


def compiled(part=baithak.engine.opinion) -> dict[str, int]:
    """How many versions of each kernel this process holds."""
    kernels = {}
    for module in pkgutil.iter_modules(part.__path__):
        loaded = import_module(f"{part.__name__}.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, Dispatcher):
                kernels[f"{module.name}.{name}"] = len(value.signatures)
    return kernels


def test_the_small_conversation_reaches_the_iterative_solver():
    votes = small_conversation()
    assert votes.votes_per_statement.astype(bool).sum() > DIRECT
    assert votes == small_conversation()


def test_after_warming_up_the_classic_map_compiles_nothing():
    assert warm() > 0
    before = compiled()
    assert before["votes._counting_order"] >= 2
    random = np.random.default_rng(1)
    for n, m in ((30, 10), (40, 300)):
        rows, columns = np.nonzero(random.random((n, m)) < 0.5)
        votes = VoteMatrix.from_arrays(
            [f"person {i}" for i in rows],
            [str(j) for j in columns],
            random.choice([-1, 0, 1], len(rows)),
        )
        votes.transposed()
        classic(votes)
    assert compiled() == before


def test_after_warming_up_a_lottery_compiles_nothing():
    warm()
    before = compiled(baithak.engine.panel)
    assert before["peeling._peel"] == before["peeling._complete"] == before["lifting._lift"] == 1
    pool, quotas = small_pool()
    for method in METHODS:
        lottery(pool, quotas, 4, method=method, panels=7, seed=3, household=True)
    odd = lottery(*small_pool(odd=True), 2, panels=50)
    assert odd.hull
    assert compiled(baithak.engine.panel) == before
