"""The three ways to choose the next statement, behind one call.

``information`` is what a hub does (``engine.opinion.routing``). ``polis`` draws with Polis'
priority as the chance, which is what Polis' server does with it. ``random`` draws evenly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.placement import Placement
from baithak.engine.opinion.routing import RoutingTable, next_statements, polis_priority

__all__ = ["WAYS", "Asking", "next_of"]

WAYS = ("random", "polis", "information")

Asking = Callable[[Mapping[str, int], Sequence[str]], str]


def next_of(
    way: str, table: RoutingTable, live: Mapping[str, NDArray[np.int64]], seed: int, person: str
) -> Asking:
    """What this person is asked next, given what they said and what may be asked.

    ``live`` are the votes (disagree, pass, agree) on every statement by now, which the caller may
    go on changing; statements after the map are in it and not in the table.
    """
    rng = np.random.default_rng([seed, *person.encode()])
    place: Placement = table.placement

    def asked_at_random(said: Mapping[str, int], open_: Sequence[str]) -> str:
        return open_[int(rng.integers(len(open_)))]

    def asked_by_polis(said: Mapping[str, int], open_: Sequence[str]) -> str:
        counts = np.array([live[name] for name in open_], dtype=np.float64)
        out = np.array([_extremity(place, name) for name in open_])
        chance = polis_priority(counts, out)
        return open_[int(rng.choice(len(open_), p=chance / chance.sum()))]

    def asked_by_information(said: Mapping[str, int], open_: Sequence[str]) -> str:
        cast = {name: int(live[name].sum()) for name in open_}
        told = next_statements(
            table, said, candidates=open_, new_counts=cast, seed=f"{seed}|{person}"
        )
        return told[0]

    return {
        "random": asked_at_random,
        "polis": asked_by_polis,
        "information": asked_by_information,
    }[way]


def _extremity(place: Placement, name: str) -> float:
    at = place.position.get(name)
    return 0.0 if at is None else float(np.hypot(*place.b_v[at, 1:3]))
