"""Small pools and quotas made up by hypothesis, and every panel of the tiny ones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from baithak.engine.panel.pool import Pool, Quota, Quotas

FEATURES = {"sex": ("f", "m"), "age": ("young", "mid", "old"), "area": ("north", "south")}


@st.composite
def people(draw, *, least: int = 4, most: int = 9) -> tuple[list[dict[str, str]], list[str]]:
    """Rows with two or three categories, and a household for each: blank, or shared with some."""
    names = list(FEATURES)[: draw(st.integers(2, 3))]
    n = draw(st.integers(least, most))
    rows = [{name: draw(st.sampled_from(FEATURES[name])) for name in names} for _ in range(n)]
    homes = [draw(st.sampled_from(["", "", "a", "b", "c"])) for _ in range(n)]
    return rows, homes


@st.composite
def drawable(draw, *, least: int = 4, most: int = 9) -> tuple[Pool, Quotas, int, bool]:
    """Pool, quotas, size and household rule such that at least one panel meets everything."""
    rows, homes = draw(people(least=least, most=most))
    household = draw(st.booleans())
    order = draw(st.permutations(range(len(rows))))
    wanted = draw(st.integers(1, max(1, len(rows) - 2)))
    one: list[int] = []
    for person in order:  # quotas are made around a panel that exists
        taken = {homes[other] for other in one if homes[other]}
        if len(one) < wanted and not (household and homes[person] in taken):
            one.append(person)
    quotas = []
    for name in rows[0]:
        for feature in FEATURES[name]:
            there = sum(rows[person][name] == feature for person in one)
            below, above = draw(st.integers(0, 1)), draw(st.integers(0, 1))
            quotas.append(Quota(name, feature, max(0, there - below), there + above))
    made = Quotas(tuple(quotas))
    pool = Pool.from_people(rows, made, ids=named(len(rows)), household=homes)
    return pool, made, len(one), household


@st.composite
def undrawable(draw) -> tuple[Pool, Quotas, int, bool]:
    """Pool, quotas, size and household rule made without heed to each other."""
    rows, homes = draw(people(least=3, most=7))
    size = draw(st.integers(1, len(rows)))
    quotas = []
    for name in rows[0]:
        for feature in FEATURES[name]:
            low = draw(st.integers(0, 2))
            quotas.append(Quota(name, feature, low, low + draw(st.integers(0, 2))))
    made = Quotas(tuple(quotas))
    pool = Pool.from_people(rows, made, ids=named(len(rows)), household=homes)
    return pool, made, size, draw(st.booleans())


def named(n: int) -> list[str]:
    """Ids whose order is not that of the rows."""
    return [f"p{(7 * row + 3) % 101:03d}" for row in range(n)]


def every_panel(
    pool: Pool, quotas: Quotas, size: int, *, household: bool = False
) -> list[tuple[int, ...]]:
    """All panels, by looking at each set of people; for tiny pools only."""
    return [
        panel
        for panel in combinations(range(pool.n), size)
        if meets(panel, pool, quotas, household=household)
    ]


def meets(panel: tuple[int, ...], pool: Pool, quotas: Quotas, *, household: bool = False) -> bool:
    """Whether one set of people breaks no quota and no household rule."""
    if household and pool.household is not None:
        homes = [int(pool.household[person]) for person in panel]
        if len(set(homes)) < len(homes):
            return False
    seen = np.bincount(pool.features[list(panel)].ravel(), minlength=len(quotas))
    return bool((seen >= quotas.low).all() and (seen <= quotas.high).all())
