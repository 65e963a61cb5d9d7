"""Polis' statistics of statements by group: who stands for what, and what everybody shares.

Counts per group and statement, smoothed shares, one- and two-proportion tests, the representative
statements of each group, the consensus statements of all, and group-aware consensus.

Paper: C. Small et al. (2021), Recerca 26(2), https://doi.org/10.6035/recerca.5516
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.opinion.shards import THREADS, Held, Stretch, cut, stretches
from baithak.engine.opinion.votes import VoteMatrix

__all__ = [
    "Consensus",
    "GroupStatistics",
    "Representative",
    "consensus",
    "group_counts",
    "group_statistics",
    "representative",
]

Z_90 = 1.2816  # one-sided, 90 %
PICK = 5

Side = Literal["agree", "disagree"]


@dataclass(frozen=True, slots=True)
class GroupStatistics:
    """Counts and tests of every group on every statement; each array is [k, m].

    ``agrees``, ``disagrees``, ``seen`` (int64): votes of the group; passes are the rest of
    ``seen``. ``p_agree``: (agrees + 1) / (seen + 2); ``p_agree_test``: its z against one half;
    ``r_agree``: ``p_agree`` over the same of everybody else; ``r_agree_test``: z of the
    difference. The same for disagree.
    """

    agrees: NDArray[np.int64]
    disagrees: NDArray[np.int64]
    seen: NDArray[np.int64]
    p_agree: NDArray[np.float64]
    p_disagree: NDArray[np.float64]
    p_agree_test: NDArray[np.float64]
    p_disagree_test: NDArray[np.float64]
    r_agree: NDArray[np.float64]
    r_disagree: NDArray[np.float64]
    r_agree_test: NDArray[np.float64]
    r_disagree_test: NDArray[np.float64]

    @property
    def common_agree(self) -> NDArray[np.float64]:
        """Group-aware consensus [m]: product of ``p_agree`` over the groups."""
        return np.asarray(self.p_agree.prod(axis=0))

    @property
    def common_disagree(self) -> NDArray[np.float64]:
        """The same for disagreement [m]."""
        return np.asarray(self.p_disagree.prod(axis=0))


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that stands for a group.

    ``column`` is its position in ``VoteMatrix.statements``; ``successes`` of ``trials`` votes of
    the group were on ``side``; ``p``, ``p_test``, ``r``, ``r_test`` as in ``GroupStatistics``;
    ``best_agree`` marks the one chosen because the group should be shown with something it wants.
    """

    statement: str
    column: int
    side: Side
    successes: int
    trials: int
    p: float
    p_test: float
    r: float
    r_test: float
    best_agree: bool = False


@dataclass(frozen=True, slots=True)
class Consensus:
    """A statement on which most of all participants are on one side; fields as above."""

    statement: str
    column: int
    side: Side
    successes: int
    trials: int
    p: float
    p_test: float


def group_counts(votes: VoteMatrix, labels: NDArray[np.int32], k: int) -> NDArray[np.int64]:
    """Votes by group, statement and value: int64 [k + 1, m, 3], value order -1, 0, +1.

    ``labels`` int32 [n]: group 0..k-1, or -1 for people in no group, who are counted in the last
    row; summing over the first axis gives everybody.
    """
    bounds = cut(votes.indptr)
    return counted(THREADS.hold(stretches(votes, bounds)), bounds, votes.m, labels, k)


def counted(
    held: Held, bounds: Sequence[tuple[int, int]], m: int, labels: NDArray[np.int32], k: int
) -> NDArray[np.int64]:
    """As ``group_counts``, for votes that a crew holds."""
    parts = held.each(_counts, m, k, own=[labels[low:high] for low, high in bounds])
    return np.asarray(sum(parts[1:], start=parts[0]))


def _counts(rows: Stretch, labels: NDArray[np.int32], m: int, k: int) -> NDArray[np.int64]:
    counts = np.zeros((k + 1, m, 3), dtype=np.int64)
    _count(*rows, labels, counts)
    return counts


def group_statistics(counts: NDArray[np.int64]) -> GroupStatistics:
    """Polis' statistics from ``group_counts`` of the grouped people, [k, m, 3].

    Examples
    --------
    >>> counts = np.zeros((2, 1, 3), dtype=np.int64)
    >>> counts[0, 0] = [0, 0, 4]  # the first group: four agrees
    >>> counts[1, 0] = [4, 0, 0]  # the second: four disagrees
    >>> told = group_statistics(counts)
    >>> told.p_agree[:, 0].round(3).tolist(), told.common_agree.round(3).tolist()
    ([0.833, 0.167], [0.139])
    """
    disagrees, agrees = counts[:, :, 0], counts[:, :, 2]
    seen = counts.sum(axis=2)
    others = seen.sum(axis=0) - seen
    tested = []
    for side in (agrees, disagrees):
        apart = side.sum(axis=0) - side
        share, share_others = (side + 1) / (seen + 2), (apart + 1) / (others + 2)
        half = 2.0 * np.sqrt(seen + 1) * ((side + 1) / (seen + 1) - 0.5)
        tested.append((share, half, share / share_others, _two_shares(side, seen, apart, others)))
    (pa, pat, ra, rat), (pd, pdt, rd, rdt) = tested
    return GroupStatistics(agrees, disagrees, seen, pa, pd, pat, pdt, ra, rd, rat, rdt)


def representative(
    votes: VoteMatrix, statistics: GroupStatistics, shown: NDArray[np.bool_]
) -> tuple[tuple[Representative, ...], ...]:
    """Up to five statements that stand for each group, agreements first.

    Parameters
    ----------
    votes : VoteMatrix
        Only its statement ids are used.
    statistics : GroupStatistics
    shown : bool [m]
        Statements that may be chosen.

    Returns
    -------
    tuple, one entry per group
        Significant statements by r * r_test * p * p_test (equals in canonical order), led by the
        best agreement; where nothing is significant the single best, so never empty.
    """
    columns = np.flatnonzero(shown)
    if not len(columns):
        return tuple(() for _ in range(len(statistics.seen)))
    return tuple(
        _representative(votes, statistics, g, columns) for g in range(len(statistics.seen))
    )


def _representative(
    votes: VoteMatrix, told: GroupStatistics, g: int, columns: NDArray[np.int64]
) -> tuple[Representative, ...]:
    pa, pat = told.p_agree[g, columns], told.p_agree_test[g, columns]
    pd, pdt = told.p_disagree[g, columns], told.p_disagree_test[g, columns]
    ra, rat = told.r_agree[g, columns], told.r_agree_test[g, columns]
    rd, rdt = told.r_disagree[g, columns], told.r_disagree_test[g, columns]
    voted = (told.agrees[g, columns] + told.disagrees[g, columns]) > 0
    agree = rat > rdt
    enough = ((rat > Z_90) & (pat > Z_90)) | ((rdt > Z_90) & (pdt > Z_90))
    score = np.where(agree, ra * rat * pa * pat, rd * rdt * pd * pdt)

    def told_of(place: int, best: bool = False) -> Representative:
        j = int(columns[place])
        yes = bool(agree[place])
        side: Side = "agree" if yes else "disagree"
        return Representative(
            statement=votes.statements[j].id,
            column=j,
            side=side,
            successes=int((told.agrees if yes else told.disagrees)[g, j]),
            trials=int(told.seen[g, j]),
            p=float(pa[place] if yes else pd[place]),
            p_test=float(pat[place] if yes else pdt[place]),
            r=float(ra[place] if yes else rd[place]),
            r_test=float(rat[place] if yes else rdt[place]),
            best_agree=best,
        )

    head = _best_agree(voted, pa, pat, ra, rat)
    places = np.flatnonzero(enough)
    ranked = places[np.argsort(-score[places], kind="stable")].tolist()
    if head is not None:
        chosen = [told_of(head, best=True)]
    elif not ranked:
        ranked = [int(np.argmax(np.maximum(rat, rdt)))]
        chosen = []
    else:
        chosen = []
    chosen += [told_of(place) for place in ranked[: PICK + 1] if place != head]
    return tuple(sorted(chosen[:PICK], key=lambda one: one.side))


def _best_agree(
    voted: NDArray[np.bool_],
    pa: NDArray[np.float64],
    pat: NDArray[np.float64],
    ra: NDArray[np.float64],
    rat: NDArray[np.float64],
) -> int | None:
    """The agreement to show first: walks the statements in order, as Polis does.

    The measure changes on the way: once a statement the group agrees on more than others leads,
    representativeness counts, before that only how much the group agrees.
    """
    full, plain = (ra * rat * pa * pat).tolist(), (pa * pat).tolist()
    over = (ra > 1.0).tolist()
    start = ((pat > Z_90) | ((ra > 1.0) & (pa > 0.5))).tolist()
    best = -1
    for place in np.flatnonzero(voted).tolist():
        if best < 0:
            better = start[place]
        elif over[best]:
            better = full[place] > full[best]
        else:
            better = plain[place] > plain[best]
        if better:
            best = place
    return best if best >= 0 else None


def consensus(
    votes: VoteMatrix, counts: NDArray[np.int64], shown: NDArray[np.bool_]
) -> tuple[tuple[Consensus, ...], tuple[Consensus, ...]]:
    """Up to five statements most people agree with, and five most disagree with.

    ``counts`` is int64 [m, 3] over everybody, also people in no group. Chosen where the smoothed
    share is above one half and its test above 1.2816, by share times test.
    """
    seen = counts.sum(axis=1)
    lists: list[tuple[Consensus, ...]] = []
    for name, side in (("agree", counts[:, 2]), ("disagree", counts[:, 0])):
        share = (side + 1) / (seen + 2)
        test = 2.0 * np.sqrt(seen + 1) * ((side + 1) / (seen + 1) - 0.5)
        places = np.flatnonzero(shown & (share > 0.5) & (test > Z_90))
        ranked = places[np.argsort(-(share * test)[places], kind="stable")][:PICK].tolist()
        lists.append(
            tuple(
                Consensus(
                    votes.statements[j].id,
                    j,
                    "agree" if name == "agree" else "disagree",
                    int(side[j]),
                    int(seen[j]),
                    float(share[j]),
                    float(test[j]),
                )
                for j in ranked
            )
        )
    return lists[0], lists[1]


def _two_shares(
    side: NDArray[np.int64],
    seen: NDArray[np.int64],
    apart: NDArray[np.int64],
    others: NDArray[np.int64],
) -> NDArray[np.float64]:
    """z of the difference between two smoothed shares; 0 where everybody is on this side."""
    inside, outside = (side + 1) / (seen + 1), (apart + 1) / (others + 1)
    pooled = (side + apart + 2) / (seen + others + 2)
    spread = np.sqrt(pooled * (1.0 - pooled) * (1.0 / (seen + 1) + 1.0 / (others + 1)))
    return np.divide(inside - outside, spread, out=np.zeros_like(spread), where=pooled != 1.0)


@njit(cache=True, nogil=True)
def _count(indptr, columns, values, labels, counts):  # type: ignore[no-untyped-def]
    last = counts.shape[0] - 1
    for i in range(indptr.size - 1):
        group = np.int64(labels[i])
        if group < 0:
            group = last
        for k in range(indptr[i], indptr[i + 1]):
            counts[group, np.int64(columns[k]), np.int64(values[k]) + 1] += 1
