"""People whom the quotas cannot tell apart count as one kind; households are seats that exclude.

A kind is everybody with the same features. Where a household may send one person only, people who
share one are kinds of their own, one for each household and set of features. Kinds lie in groups,
and of a group at most ``cap`` people sit on a panel: a household is a group of cap 1, a kind of
people who live alone is one of as many seats as it has members.

Everything stands in an order that does not depend on the order of the rows: people by their id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from baithak.engine.panel.pool import Pool, Quotas

__all__ = ["Kinds", "kinds_of"]

Number = TypeVar("Number", np.float64, np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """The kinds of a pool.

    Attributes
    ----------
    features : int32 [T, categories]
        Positions of quotas.
    size : int64 [T]
        People of each kind.
    starts, members : int64 [T + 1], int32 [n]
        ``members[starts[t]:starts[t + 1]]`` are positions in the pool, in order of id.
    group : int32 [T]
    cap : int64 [G]
        Most people of each group on one panel.
    types : int
        Kinds after households of the same composition are merged: what the papers count.
    quotas : int
        How many quotas there are.
    """

    features: NDArray[np.int32]
    size: NDArray[np.int64]
    starts: NDArray[np.int64]
    members: NDArray[np.int32]
    group: NDArray[np.int32]
    cap: NDArray[np.int64]
    types: int
    quotas: int

    @property
    def count(self) -> int:
        """T: how many kinds."""
        return len(self.size)

    def of_people(self, values: NDArray[Number]) -> NDArray[Number]:
        """A value per kind as one per person of the pool."""
        told = np.empty(len(self.members), dtype=values.dtype)
        told[self.members] = np.repeat(values, self.size)
        return told


def kinds_of(pool: Pool, quotas: Quotas, *, household: bool = False) -> Kinds:
    """Merge people whom nothing tells apart.

    Parameters
    ----------
    pool : Pool
    quotas : Quotas
    household : bool
        At most one member per household: ``pool.household`` is heeded.

    Returns
    -------
    Kinds

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 0, 2), Quota("sex", "m", 0, 2)))
    >>> people = [{"sex": sex} for sex in "ffmmm"]
    >>> kinds_of(Pool.from_people(people, quotas), quotas).size.tolist()
    [2, 3]
    >>> pool = Pool.from_people(people, quotas, household=["a", "", "a", "", ""])
    >>> kinds = kinds_of(pool, quotas, household=True)
    >>> kinds.size.tolist(), kinds.group.tolist(), kinds.cap.tolist()
    ([1, 1, 2, 1], [0, 1, 2, 1], [1, 1, 2])
    """
    by_id = np.array(sorted(range(pool.n), key=pool.ids.__getitem__), dtype=np.int64)
    code = _codes(pool.features, quotas)[by_id]
    home = np.full(pool.n, -1, dtype=np.int64)
    if household and pool.household is not None:
        home = _shared(pool.household[by_id])
    order = np.lexsort((np.arange(pool.n), home, code))
    new = np.ones(pool.n, dtype=bool)
    new[1:] = (np.diff(code[order]) != 0) | (np.diff(home[order]) != 0)
    starts = np.append(np.flatnonzero(new), pool.n).astype(np.int64)
    members = by_id[order]
    homes = home[order][starts[:-1]]
    size = np.diff(starts)
    label = np.where(homes < 0, np.arange(len(size)), len(size) + homes)
    _, first, group = np.unique(label, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))  # groups in order of their first kind
    place = np.asarray(rank[group], dtype=np.int32)
    cap = np.zeros(len(first), dtype=np.int64)
    cap[place] = np.where(homes < 0, size, 1)
    return Kinds(
        features=np.ascontiguousarray(pool.features[members[starts[:-1]]]),
        size=size,
        starts=starts,
        members=members.astype(np.int32),
        group=place,
        cap=cap,
        types=_types(code[order][starts[:-1]], homes, size),
        quotas=len(quotas),
    )


def _codes(features: NDArray[np.int32], quotas: Quotas) -> NDArray[np.int64]:
    """One number per set of features, in lexicographic order; renumbered before it can overflow."""
    code = np.zeros(len(features), dtype=np.int64)
    for c in range(features.shape[1]):
        code = code * len(quotas) + features[:, c]
        if c % 4 == 3:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    return code


def _shared(household: NDArray[np.int32]) -> NDArray[np.int64]:
    """The household of who shares one, numbered by the first member's id; -1 for the others."""
    _, first, inverse, members = np.unique(
        household, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.argsort(np.argsort(first))
    return np.where(members[inverse] > 1, rank[inverse], -1)


def _types(code: NDArray[np.int64], homes: NDArray[np.int64], size: NDArray[np.int64]) -> int:
    """Distinct pairs of features and composition of household."""
    within: dict[int, list[tuple[int, int]]] = {}
    for kind in np.flatnonzero(homes >= 0):
        within.setdefault(int(homes[kind]), []).append((int(code[kind]), int(size[kind])))
    alone = int((homes < 0).sum())
    return alone + len({(own, tuple(all_)) for all_ in within.values() for own, _ in all_})
