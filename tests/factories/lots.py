"""A small pool, quotas and a lottery known by eye: for tests of draws that need no solver."""

from __future__ import annotations

import random

import numpy as np

from baithak.engine.panel.draw import Commitment, Register, commit, register
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import Lottery

__all__ = ["SECRET", "lots", "promised", "quotas", "village"]

SECRET = b"a secret of the test, not a real one"


def quotas() -> Quotas:
    """Two women and two men, of whom one or two are under 30."""
    return Quotas(
        (
            Quota("gender", "woman", 2, 2),
            Quota("gender", "man", 2, 2),
            Quota("age", "under 30", 1, 2),
            Quota("age", "30+", 2, 3),
        )
    )


def village(people: int = 40) -> Pool:
    """Women and men in turn, every fourth under 30, two in a household."""
    rows = [
        {"gender": ("woman", "man")[i % 2], "age": "30+" if i % 4 else "under 30"}
        for i in range(people)
    ]
    homes = [f"home {i // 2}" for i in range(people)]
    ids = [f"person {i} é" for i in range(people)]
    return Pool.from_people(rows, quotas(), ids=ids, household=homes)


def lots(pool: Pool, panels: int = 50, seed: int = 1) -> Lottery:
    """Panels that meet the quotas and the household rule, found by trying; not a fair lottery."""
    chance, found = random.Random(seed), []
    told = quotas()
    while len(found) < panels:
        people = sorted(chance.sample(range(pool.n), 4))
        have = np.bincount(pool.features[people].ravel(), minlength=len(told))
        homes = {int(pool.household[i]) for i in people}
        if len(homes) == 4 and (told.low <= have).all() and (have <= told.high).all():
            found.append(people)
    rows = np.array(found, dtype=np.int32)
    counts = np.bincount(rows.ravel(), minlength=pool.n)
    return Lottery(
        method="legacy",
        size=4,
        seed=seed,
        household=True,
        panels=rows,
        counts=counts,
        bound=0.1,
        gap=float(0.1 - counts.min() / panels),
        certified=False,
        ideal=counts / panels,
        types=3,
        steps=1,
    )


def promised(people: int = 40, panels: int = 50, **more) -> tuple[Register, Commitment]:
    """A register of the village, and the commitment to a draw from it."""
    pool = village(people)
    told = register(pool, quotas(), secret=SECRET, household=True)
    given = {"named": "dice in the hall", "title": "The river", "version": "1"} | more
    return told, commit(told, quotas(), lots(pool, panels), **given)
