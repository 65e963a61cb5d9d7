"""The classic opinion map: the mathematics of Polis, exactly, on sparse votes.

Fill gaps with column means, take two principal axes, place everybody, group those who voted enough
by k-means with the number of groups chosen by silhouette, and list what stands for each group and
what all share. Agree is +1 here as in every Polis export (inside Polis it is -1, so its centre and
positions have the other sign).

It is kept for comparison and for people who know Polis' results. Its groups are forced and noisy:
see the methods page, and ``model`` for what Baithak shows by default.

Paper: C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill (2021), Polis: scaling deliberation
by mapping high dimensional opinion spaces, Recerca 26(2), https://doi.org/10.6035/recerca.5516
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.opinion.kmeans import Clusters, distinct_starts, kmeans, silhouettes
from baithak.engine.opinion.pca import Axes, principal_axes
from baithak.engine.opinion.representative import (
    Consensus,
    GroupStatistics,
    Representative,
    consensus,
    counted,
    group_statistics,
    representative,
)
from baithak.engine.opinion.shards import THREADS, Crew, Held, Stretch, cut, stretches
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["Classic", "classic", "in_conversation", "priorities"]

ENOUGH_VOTES = 7
FEWEST_PEOPLE = 15
MOST_GROUPS = 5
EXACT_SILHOUETTE = 5_000  # people; above, the silhouette is taken on a seeded sample of as many
PARALLEL_FROM = 50_000  # people
META_PRIORITY = 49.0


@dataclass(frozen=True, slots=True, eq=False)
class Classic:
    """Everything the Polis mathematics says of a conversation.

    People, in the order of ``VoteMatrix.participants``:
    ``projections`` float64 [n, 2]; ``clustered`` bool [n], who voted enough to be grouped;
    ``labels`` int32 [n], the group 0..k-1 or -1 for people who are not clustered.

    Statements, in the order of ``VoteMatrix.statements``:
    ``centre`` float64 [m], mean vote (0 where moderated out); ``components`` float64 [2, m];
    ``explained`` float64 [2], share of the variance along each axis; ``statement_projections``
    float64 [m, 2], where somebody stands who only agreed with this; ``extremity`` float64 [m], its
    distance from the centre; ``priorities`` float64 [m], weights for choosing the next statement;
    ``counts`` int64 [m, 3], everybody's votes -1, 0, +1; ``common_agree`` and ``common_disagree``
    float64 [m], group-aware consensus; ``shown`` bool [m], not moderated out and not meta.

    Groups: ``k``; ``centres`` float64 [k, 2]; ``sizes`` int64 [k]; ``statistics``;
    ``representative``, a tuple for each group; ``silhouette`` of the chosen k (None where not
    defined) and ``silhouettes``, (k, value) for every k tried.

    ``consensus_agree``, ``consensus_disagree``: what most of all agree or disagree with.
    ``notes``: codes; ``silhouette_sampled`` where a sample of 5,000 people was used. ``seed``: of
    that sample.
    """

    projections: NDArray[np.float64]
    clustered: NDArray[np.bool_]
    labels: NDArray[np.int32]
    centre: NDArray[np.float64]
    components: NDArray[np.float64]
    explained: NDArray[np.float64]
    statement_projections: NDArray[np.float64]
    extremity: NDArray[np.float64]
    priorities: NDArray[np.float64]
    counts: NDArray[np.int64]
    common_agree: NDArray[np.float64]
    common_disagree: NDArray[np.float64]
    shown: NDArray[np.bool_]
    k: int
    centres: NDArray[np.float64]
    sizes: NDArray[np.int64]
    statistics: GroupStatistics
    representative: tuple[tuple[Representative, ...], ...]
    silhouette: float | None
    silhouettes: tuple[tuple[int, float | None], ...]
    consensus_agree: tuple[Consensus, ...]
    consensus_disagree: tuple[Consensus, ...]
    notes: tuple[str, ...]
    seed: int


def classic(
    votes: VoteMatrix, *, seed: int = 0, keep: Iterable[str] = (), crew: Crew = THREADS
) -> Classic:
    """Run the whole pipeline.

    Parameters
    ----------
    votes : VoteMatrix
        Moderated-out and meta statements count as passed by everybody, as in Polis.
    seed : int
        Of the sample for the silhouette above 5,000 people.
    keep : participant ids, optional
        People to cluster whatever their number of votes: once in, always in.
    crew : Crew
        Who goes through the people: threads of this process, or a ``cluster.Cluster``.

    Returns
    -------
    Classic
        ``k`` is 1 where fewer than two groups can be told apart.

    Raises
    ------
    EngineError
        ``votes.empty`` where nobody has voted.

    Examples
    --------
    >>> people, subjects = np.repeat(np.arange(20), 8), np.tile(np.arange(8), 20)
    >>> sides = np.where((people < 10) == (subjects < 4), 1, -1)
    >>> told = classic(VoteMatrix.from_arrays(people, subjects, sides))
    >>> told.k, told.sizes.tolist(), len(set(told.labels[:10].tolist()))
    (2, [10, 10], 1)
    """
    if not votes.size:
        raise EngineError("votes.empty", field="vote")
    bounds = cut(votes.indptr)
    held = crew.hold(stretches(votes, bounds))
    # 1. Moderated-out and meta statements become a pass of everybody.
    per_statement = votes.votes_per_statement
    in_matrix = per_statement > 0
    zeroed = in_matrix & ~votes.shown
    used = in_matrix & votes.shown
    width = int(in_matrix.sum())

    # 2. Means of the votes cast, two principal axes.
    everybody = counted(held, bounds, votes.m, np.zeros(votes.n, dtype=np.int32), 1)[0]
    centre = np.zeros(votes.m)
    centre[used] = (everybody[used, 2] - everybody[used, 0]) / per_statement[used]
    axes = principal_axes(votes, centre, used, held=held)

    # 3. Everybody's place, drawn outwards where few votes were cast.
    projections = _project(held, centre, axes, used, width, int(zeroed.sum()))
    outwards = np.sqrt(width) * (1.0 - centre) * used
    statement_projections = outwards[:, None] * axes.components.T
    extremity = np.sqrt((statement_projections**2).sum(axis=1))

    # 4. Groups of those who voted enough.
    clustered = in_conversation(votes, keep=keep)
    members = np.flatnonzero(clustered)
    groups, silhouette, tried, notes = _groups(projections[members], seed)
    labels = np.full(votes.n, -1, dtype=np.int32)
    labels[members] = groups.labels

    # 5. What each group says, what stands for it, what all share.
    counts = counted(held, bounds, votes.m, labels, groups.k)
    statistics = group_statistics(counts[: groups.k])
    agree, disagree = consensus(votes, everybody, used)
    return Classic(
        projections=projections,
        clustered=clustered,
        labels=labels,
        centre=centre,
        components=axes.components,
        explained=axes.variance / axes.total if axes.total > 0 else np.zeros(2),
        statement_projections=statement_projections,
        extremity=extremity,
        priorities=priorities(
            counts[: groups.k].sum(axis=0),
            extremity,
            np.array([s.meta for s in votes.statements], dtype=bool),
        ),
        counts=everybody,
        common_agree=statistics.common_agree,
        common_disagree=statistics.common_disagree,
        shown=votes.shown,
        k=groups.k,
        centres=groups.centres,
        sizes=np.bincount(groups.labels, minlength=groups.k).astype(np.int64),
        statistics=statistics,
        representative=representative(votes, statistics, used),
        silhouette=silhouette,
        silhouettes=tried,
        consensus_agree=agree,
        consensus_disagree=disagree,
        notes=notes,
        seed=seed,
    )


def in_conversation(votes: VoteMatrix, *, keep: Iterable[str] = ()) -> NDArray[np.bool_]:
    """Who is grouped, bool [n]: people with 7 votes (or as many as there are statements).

    If that leaves fewer than 15, those with most votes join until 15 (equals in canonical order).
    ``keep``: ids that stay in whatever they voted; unknown ids are ignored.
    """
    counts = votes.votes_per_person
    statements = int((votes.votes_per_statement > 0).sum())
    inside = counts >= min(ENOUGH_VOTES, statements)
    kept = set(keep)
    if kept:
        inside |= np.array([name in kept for name in votes.participants], dtype=bool)
    missing = FEWEST_PEOPLE - int(inside.sum())
    if missing > 0:
        outside = np.flatnonzero(~inside & (counts > 0))
        inside[outside[np.argsort(-counts[outside], kind="stable")][:missing]] = True
    return np.asarray(inside)


def priorities(
    counts: NDArray[np.int64], extremity: NDArray[np.float64], meta: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Polis' weights for choosing the next statement, float64 [m].

    Parameters
    ----------
    counts : int64 [m, 3]
        Votes -1, 0, +1 of grouped people.
    extremity : float64 [m]
    meta : bool [m]
        Questions about the person have the fixed weight 49.
    """
    seen = counts.sum(axis=1)
    agree, passed = (counts[:, 2] + 1) / (seen + 2), (counts[:, 1] + 1) / (seen + 2)
    importance = agree * (1.0 - passed) * (1.0 + extremity)
    newness = 1.0 + 8.0 * 2.0 ** (-seen / 5.0)
    return np.where(meta, META_PRIORITY, (importance * newness) ** 2)


def _groups(
    points: NDArray[np.float64], seed: int
) -> tuple[Clusters, float | None, tuple[tuple[int, float | None], ...], tuple[str, ...]]:
    """k-means for 2 to 5 groups, and the k with the best silhouette (the first of equals)."""
    starts = distinct_starts(points, MOST_GROUPS)
    numbers = range(2, len(starts) + 1)
    if len(points) < PARALLEL_FROM:
        tried = [kmeans(points, starts[:k]) for k in numbers]
    else:
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            tried = list(pool.map(lambda k: kmeans(points, starts[:k]), reversed(numbers)))[::-1]
    chosen: NDArray[np.int64] | slice = slice(None)
    notes: tuple[str, ...] = ()
    if len(points) > EXACT_SILHOUETTE:
        random = np.random.default_rng(seed)
        chosen = np.sort(random.choice(len(points), EXACT_SILHOUETTE, replace=False))
        notes = ("silhouette_sampled",)
    scores = silhouettes(points[chosen], [found.labels[chosen] for found in tried])
    defined = [(score, -place) for place, score in enumerate(scores) if score is not None]
    everything = tuple((k, score) for k, score in zip(numbers, scores, strict=True))
    if not defined:
        one = np.zeros(len(points), dtype=np.int32)
        return Clusters(one, points.mean(axis=0)[None, :], 0), None, everything, notes
    best, place = max(defined)
    return tried[-place], best, everything, notes


def _project(
    held: Held,
    centre: NDArray[np.float64],
    axes: Axes,
    used: NDArray[np.bool_],
    width: int,
    zeroed: int,
) -> NDArray[np.float64]:
    """sqrt(m / n_i) times the sum over votes cast of (vote - centre) times the axes."""
    # One row of four numbers per statement keeps a vote's look-up in one cache line.
    table = np.zeros((len(centre), 4))
    table[:, 0] = centre
    table[:, 1:3] = axes.components.T
    table[:, 3] = used
    return np.concatenate(held.each(_projected, table, float(width), float(zeroed)))


def _projected(
    rows: Stretch, table: NDArray[np.float64], width: float, zeroed: float
) -> NDArray[np.float64]:
    out = np.zeros((len(rows[0]) - 1, 2))
    _places(*rows, table, width, zeroed, out)
    return out


@njit(cache=True, nogil=True)
def _places(indptr, columns, values, table, width, zeroed, out):  # type: ignore[no-untyped-def]
    for i in range(indptr.size - 1):
        x, y, cast = 0.0, 0.0, zeroed
        for k in range(indptr[i], indptr[i + 1]):
            j = np.int64(columns[k])
            away = values[k] - table[j, 0]
            x += away * table[j, 1]
            y += away * table[j, 2]
            cast += table[j, 3]
        scale = np.sqrt(width / max(cast, 1.0))
        out[i, 0] = scale * x
        out[i, 1] = scale * y
