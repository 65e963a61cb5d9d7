"""The small-cell rule for panels: what of a pool, a lottery and a draw may leave the house.

Every figure of a panel's report, page or table is drawn from a ``PublishedPanel``. With ``k`` = 10
people, or 20 where the issue is tense:

1. Public from the start, because the draw is verified with it: quotas, size, how many registered,
   the listed panels by pseudonym, and with them everybody's chance by pseudonym.
2. **The panel itself is small**: nearly every count of it lies below k. So its seats are never
   shown more finely than the quotas that were public before anybody was drawn. Every listed panel
   meets them, and what they say of one panel they say of all: the table tells on nobody.
3. Counts of those who registered below k are hidden, others rounded to 5; per cents are rounded
   counts over all who registered. The total is exact, so where one count of a category is hidden
   a second one is, and more until at least k numbers remain possible for each.
4. Two-way tables show the same of pairs of features, and beside it the seats to be expected of the
   lottery (an average over all listed panels, not the panel that was drawn). A linear programme
   plays the outsider who subtracts and adds up: cells are hidden until it leaves each hidden one
   at least k possible numbers.
5. The chances of people with one feature are shown as the range of the middle eight tenths of at
   least 2 k people, to two figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.statistics import statistics
from baithak.report.disclosure import BASE, K_TENSE, K, rounded

if TYPE_CHECKING:
    from baithak.engine.panel.draw import Draw
    from baithak.engine.panel.pool import Pool, Quotas
    from baithak.engine.panel.results import Lottery

__all__ = [
    "PublishedCell",
    "PublishedFeature",
    "PublishedPair",
    "PublishedPanel",
    "published_panel",
]

#: A two-way table of more cells says nothing that a page can hold.
MOST_CELLS = 60
_LOOSE = BASE // 2  # a rounded count is off by this much at most


@dataclass(frozen=True, slots=True)
class PublishedFeature:
    """One feature: its seats by quota, and those who registered.

    ``pool`` is rounded, None where hidden; ``share`` is its part of all registered, in whole per
    cents; ``chance`` the range of the middle eight tenths, None below 2 k people.
    """

    category: str
    feature: str
    low: int
    high: int
    pool: int | None
    share: float | None
    chance: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """One pair of features: its parts of the registered and of the seats to be expected."""

    share: float
    seats: float


@dataclass(frozen=True, slots=True)
class PublishedPair:
    """A two-way table; ``cells[row][column]`` is None where hidden."""

    first: str
    second: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[PublishedCell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class PublishedPanel:
    """Everything that a report on a drawn panel may say.

    ``standing`` people kept their seats in a replacement, ``lots`` people could be drawn for the
    others; ``curve`` holds their chances from the smallest to the largest, at up to 101 even places;
    ``shut_out`` how many are in no panel that meets the quotas (rounded; None: fewer than k).
    """

    k: int
    tense: bool
    size: int
    registered: int
    household: bool
    features: tuple[PublishedFeature, ...]
    pairs: tuple[PublishedPair, ...]
    standing: int
    lots: int
    curve: tuple[float, ...]
    smallest: float
    largest: float
    gini: float
    bound: float
    certified: bool
    shut_out: int | None
    method: str
    panels: int
    seed: int
    head: dict[str, Any]
    list_hash: str
    randomness: str
    number: int
    selected: tuple[str, ...]


def published_panel(
    pool: Pool,
    quotas: Quotas,
    lottery: Lottery,
    drawn: Draw,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    tense: bool = False,
) -> PublishedPanel:
    """Treat a drawn panel under the small-cell rule.

    Parameters
    ----------
    pool, quotas, lottery : what was drawn from
    drawn : Draw
    pairs : pairs of categories
        Which two-way tables to show. Settle them once: two choices could be subtracted.
    tense : bool
        Religion, ethnicity, caste, displacement: k is 20.

    Returns
    -------
    PublishedPanel
    """
    k = K_TENSE if tense else K
    counts = pool.counts(quotas)
    shown = _one_way(counts, quotas, pool.n, k)
    chances = lottery.probabilities
    figures = statistics(lottery)
    shut_out = [person for kind in lottery.excluded for person in kind.people]
    lots = np.ones(pool.n, dtype=bool)
    lots[[*lottery.standing, *lottery.away, *shut_out]] = False
    order = np.sort(chances[lots])
    places = np.linspace(0, len(order) - 1, min(len(order), 101)).round().astype(int)
    features = []
    for at, quota in enumerate(quotas.quotas):
        place = int(quotas.category_of[at])
        count = shown[at]
        features.append(
            PublishedFeature(
                category=quotas.categories[place],
                feature=quota.feature,
                low=quota.min,
                high=min(quota.max, lottery.size),
                pool=count,
                share=None if count is None else round(count / pool.n, 2),
                chance=_middle(chances[lots & (pool.features[:, place] == at)], k),
            )
        )
    return PublishedPanel(
        k=k,
        tense=tense,
        size=lottery.size,
        registered=pool.n,
        household=lottery.household,
        features=tuple(features),
        pairs=tuple(_two_way(pool, quotas, lottery, pair, shown, k) for pair in pairs),
        standing=len(lottery.standing),
        lots=int(lots.sum()),
        curve=tuple(order[places].tolist()),
        smallest=figures.min,
        largest=figures.max,
        gini=figures.gini,
        bound=lottery.bound,
        certified=lottery.certified,
        shut_out=rounded(len(shut_out), k) if shut_out else 0,
        method=lottery.method,
        panels=len(lottery.panels),
        seed=lottery.seed,
        head=dict(drawn.commitment.head),
        list_hash=drawn.commitment.list_hash,
        randomness=drawn.randomness,
        number=drawn.number,
        selected=drawn.selected,
    )


def _middle(chances: NDArray[np.float64], k: int) -> tuple[float, float] | None:
    """Where the middle eight tenths lie, to two figures; None for fewer than 2 k people."""
    if len(chances) < 2 * k:
        return None
    low, high = np.percentile(chances, (10, 90))
    return float(f"{low:.2g}"), float(f"{high:.2g}")


def _one_way(counts: NDArray[np.int64], quotas: Quotas, total: int, k: int) -> list[int | None]:
    """Counts of each category as they may be shown."""
    told = [rounded(int(count), k) for count in counts]
    for category in quotas.categories:
        mine = list(quotas.of(category))
        while True:
            hidden = [at for at in mine if told[at] is None]
            left = [at for at in mine if at not in hidden]
            # At most so many can be in a hidden one, for whoever subtracts what is shown.
            room = total - sum((told[at] or 0) - _LOOSE for at in left)
            if not left or not hidden or (len(hidden) > 1 and room >= k - 1):
                break
            told[min(left, key=lambda at: (counts[at], at))] = None
    return told


def _two_way(
    pool: Pool,
    quotas: Quotas,
    lottery: Lottery,
    pair: tuple[str, str],
    margins: Sequence[int | None],
    k: int,
) -> PublishedPair:
    names = {name.casefold(): at for at, name in enumerate(quotas.categories)}
    first, second = (names[name.strip().casefold()] for name in pair)
    rows, columns = (quotas.of(quotas.categories[at]) for at in (first, second))
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    seats = np.zeros(counts.shape)
    at = pool.features[:, first] - rows.start, pool.features[:, second] - columns.start
    np.add.at(counts, at, 1)
    np.add.at(seats, at, lottery.probabilities)
    shown = _audited(counts, [margins[i] for i in rows], [margins[i] for i in columns], k)
    return PublishedPair(
        first=quotas.categories[first],
        second=quotas.categories[second],
        rows=tuple(quotas.quotas[i].feature for i in rows),
        columns=tuple(quotas.quotas[i].feature for i in columns),
        cells=tuple(
            tuple(
                PublishedCell(
                    round((rounded(int(counts[i, j]), k) or 0) / pool.n, 2),
                    round(float(seats[i, j]) / lottery.size, 2),
                )
                if shown[i, j]
                else None
                for j in range(len(columns))
            )
            for i in range(len(rows))
        ),
    )


def _audited(
    counts: NDArray[np.int64], rows: Sequence[int | None], columns: Sequence[int | None], k: int
) -> NDArray[np.bool_]:
    """Which cells may be shown: an outsider is left k possible numbers for every other one."""
    shown = counts >= k
    if counts.size > MOST_CELLS:
        return np.zeros_like(shown)
    # A hidden count of the one-way table must not come back as a sum of cells.
    shown[[margin is None for margin in rows]] = False
    shown[:, [margin is None for margin in columns]] = False
    while shown.any() and not shown.all():
        told = next(
            (
                (i, j)
                for i, j in np.argwhere(~shown)
                if _possible(counts, shown, rows, columns, (i, j)) < k
            ),
            None,
        )
        if told is None:
            break
        i, j = told
        # The smallest shown one beside it, in its row or column; any where there is none.
        beside = [(int(counts[a, b]), a, b) for a, b in np.argwhere(shown) if a == i or b == j]
        every = [(int(counts[a, b]), a, b) for a, b in np.argwhere(shown)]
        _, a, b = min(beside or every)
        shown[a, b] = False
    return shown


def _possible(
    counts: NDArray[np.int64],
    shown: NDArray[np.bool_],
    rows: Sequence[int | None],
    columns: Sequence[int | None],
    cell: tuple[int, int],
) -> int:
    """How many whole numbers a hidden cell may be, for somebody who knows all that is shown."""
    from scipy.optimize import linprog  # only where there is a two-way table

    total = int(counts.sum())
    bounds = [
        (BASE * round(count / BASE) - _LOOSE, BASE * round(count / BASE) + _LOOSE)
        if seen
        else (0, total)
        for count, seen in zip(counts.ravel().tolist(), shown.ravel().tolist(), strict=True)
    ]
    sums, limits = [], []
    for axis, told in ((0, rows), (1, columns)):
        for at, margin in enumerate(told):
            if margin is None:
                continue
            line = np.zeros(counts.shape)
            line[(at, slice(None)) if axis == 0 else (slice(None), at)] = 1
            sums += [line.ravel(), -line.ravel()]
            limits += [margin + _LOOSE, _LOOSE - margin]
    goal = np.zeros(counts.shape)
    goal[cell] = 1
    ends = []
    for sign in (1, -1):
        told_by = linprog(
            sign * goal.ravel(),
            A_ub=np.array(sums) if sums else None,
            b_ub=limits or None,
            A_eq=np.ones((1, counts.size)),
            b_eq=[total],
            bounds=bounds,
        )
        if told_by.status != 0:
            return 0  # cannot happen: the truth is a solution; hide more rather than less
        ends.append(sign * told_by.fun)
    return int(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)) + 1
