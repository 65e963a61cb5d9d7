"""New statements: how soon and how evenly they get votes, and what people are asked meanwhile.

A fifth of the statements, drawn by chance, are taken to come after the map: the model has not seen
them. People the model has not seen arrive one after another; each is asked up to ten statements
among those they answered in reality, and every answer counts for the next person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.readers import read
from baithak.engine.opinion.routing import NEW, RoutingTable
from baithak.engine.opinion.votes import VoteMatrix
from benchmarks.opinion.sums import mean, standard_error
from benchmarks.progress import say
from benchmarks.routing.replay import learned, split
from benchmarks.routing.ways import WAYS, next_of

__all__ = ["fairness", "gini"]

LATE = 0.2
ASKED = 10


def fairness(conversations: Mapping[str, Path], *, seeds: Sequence[int]) -> dict[str, Any]:
    """What the new statements got, by conversation and way."""
    told: dict[str, Any] = {"seeds": list(seeds), "conversations": {}}
    for name, folder in conversations.items():
        votes = read(folder)
        rounds: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        people = late = 0
        for seed in seeds:
            aside, rest = split(votes, seed)
            if len(aside) == 0:
                continue
            rng = np.random.default_rng(9000 + seed)
            shown = np.flatnonzero(votes.shown)
            new = np.sort(rng.permutation(shown)[: max(1, int(LATE * len(shown)))])
            fresh = {votes.statements[j].id for j in new}
            before = rest.keep_votes(~np.isin(rest.columns, new))
            table = learned(before, seed)
            people, late = len(aside), len(new)
            for way in WAYS:
                live = {
                    name: count.copy()
                    for name, count in zip(table.placement.statements, table.counts, strict=True)
                }
                got = _arrivals(way, votes, rng.permutation(aside), table, live, fresh, seed)
                rounds[way].append(got)
        told["conversations"][name] = {
            "people": people,
            "new": late,
            "ways": {
                way: {
                    figure: {
                        "mean": mean([one[figure] for one in ones]),
                        "error": standard_error([one[figure] for one in ones]),
                    }
                    for figure in ones[0]
                }
                for way, ones in rounds.items()
                if ones
            },
        }
        say(f"routing fairness, {name}")
    return told


def _arrivals(
    way: str,
    votes: VoteMatrix,
    people: NDArray[np.int64],
    table: RoutingTable,
    live: dict[str, NDArray[np.int64]],
    fresh: set[str],
    seed: int,
) -> dict[str, float]:
    """Let people come one after another; what the fresh statements got."""
    names = [s.id for s in votes.statements]
    open_to: dict[str, int] = dict.fromkeys(fresh, 0)
    asked_new = asked = 0
    for i in people.tolist():
        at = slice(int(votes.indptr[i]), int(votes.indptr[i + 1]))
        given = {
            names[j]: int(v)
            for j, v in zip(votes.columns[at].tolist(), votes.values[at].tolist(), strict=True)
            if names[j] in live
        }
        for name in given:
            if name in open_to:
                open_to[name] += 1
        choose = next_of(way, table, live, seed, votes.participants[i])
        open_ = list(given)
        said: dict[str, int] = {}
        while open_ and len(said) < ASKED:
            name = choose(said, open_)
            open_.remove(name)
            said[name] = given[name]
            live[name][given[name] + 1] += 1
            asked += 1
            asked_new += name in fresh
    got = np.array([live[name].sum() for name in sorted(fresh)], dtype=np.float64)
    able = np.array([open_to[name] for name in sorted(fresh)])
    return {
        # of the new statements that so many people could have been asked
        "enough": float((got[able >= NEW] >= NEW).mean()) if (able >= NEW).any() else 1.0,
        "least": float(got[able >= NEW].min()) if (able >= NEW).any() else 0.0,
        "uneven": gini(got[able >= NEW]) if (able >= NEW).any() else 0.0,
        "share": asked_new / max(asked, 1),
    }


def gini(values: NDArray[np.float64]) -> float:
    """How unevenly a sum is spread: 0 the same for all, towards 1 all for one."""
    ordered = np.sort(values)
    n, total = len(ordered), ordered.sum()
    if n == 0 or total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))
