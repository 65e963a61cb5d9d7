"""One measured process: a scheduler, so many worker processes, and what is asked of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from baithak.engine.opinion import groups, shards
from baithak.engine.opinion.votes import VoteMatrix
from benchmarks.clock import job, report, serve
from benchmarks.opinion.own import ENGINES, small, stored

#: What is compared with the result of the threads of one process, by engine.
COMPARED = {
    "model": ("z", "z_packed", "w", "b_v", "b_v_cov", "x"),
    "classic": ("projections", "components", "common_agree", "priorities"),
}


class Watched:
    """A crew that counts what goes to the workers, what comes back, and how long that is waited for."""

    def __init__(self, crew: Any) -> None:
        self.crew = crew
        self.waited, self.first, self.rounds = 0.0, 0.0, 0
        self.sent, self.returned, self.once = 0, 0, 0

    def hold(self, parts: Sequence[Any]) -> Any:
        start = time.perf_counter()
        held = self.crew.hold(parts)
        self.first += time.perf_counter() - start
        self.once += weight(list(parts))
        return _WatchedHeld(self, held, min(self.crew.slots, len(parts)))


class _WatchedHeld:
    def __init__(self, watch: Watched, held: Any, bundles: int) -> None:
        self._watch, self._held, self._bundles = watch, held, bundles

    def each(self, work: Callable[..., Any], *shared: Any, own: Any = None) -> list[Any]:
        return self._round(lambda: self._held.each(work, *shared, own=own), shared, own)

    def begin(self, work: Callable[..., Any], *shared: Any) -> None:
        self._held.begin(work, *shared)

    def step(self, work: Callable[..., Any], *shared: Any) -> list[Any]:
        return self._round(lambda: self._held.step(work, *shared), shared, None)

    def states(self) -> list[Any]:
        start = time.perf_counter()
        told = self._held.states()
        self._watch.first += time.perf_counter() - start
        self._watch.once += weight(told)
        return list(told)

    def _round(self, ask: Callable[[], list[Any]], shared: Any, own: Any) -> list[Any]:
        start = time.perf_counter()
        told = ask()
        self._watch.waited += time.perf_counter() - start
        self._watch.rounds += 1
        self._watch.sent += self._bundles * weight(list(shared)) + weight(own)
        self._watch.returned += weight(told)
        return told


def weight(given: Any) -> int:
    """Bytes of the arrays in something that is sent."""
    if isinstance(given, np.ndarray):
        return int(given.nbytes)
    if isinstance(given, list | tuple):
        return sum(weight(one) for one in given)
    return 8


def run(asked: dict[str, Any]) -> None:
    """One engine on one number of workers: wall, CPU of either side, what travelled."""
    import distributed

    from baithak.engine.opinion.cluster import Cluster

    engine = crewed(asked["engine"])
    votes = stored(Path(asked["votes"]))
    with (
        distributed.LocalCluster(
            n_workers=asked["workers"], threads_per_worker=1, processes=True, host="127.0.0.1",
            memory_limit=0, dashboard_address="127.0.0.1:0",
        ) as local,
        Cluster(local.scheduler_address) as crew,
    ):  # fmt: skip
        warm(engine, crew)
        measures: list[dict[str, float]] = []

        def once() -> Any:
            watch = Watched(crew)
            before, start = _busy(crew), time.perf_counter()
            own = time.process_time()
            result = engine(votes, watch)
            measures.append(
                {
                    "wall": time.perf_counter() - start,
                    "own_cpu": time.process_time() - own,
                    "workers_cpu": _busy(crew) - before,
                    "waited": watch.waited,
                    "once_s": watch.first,
                    "rounds": watch.rounds,
                    "sent": watch.sent,
                    "returned": watch.returned,
                    "once": watch.once,
                }
            )
            return result

        runs, result = serve(once)
        peaks = list(crew._client.run(_peak).values())
        gap = None
        if asked["compare"]:
            here = engine(votes, shards.THREADS)
            gap = difference(asked["engine"], here, result)
    report(runs, measures=measures, worker_peak_mb=max(peaks), gap=gap)


def crewed(name: str) -> Callable[[VoteMatrix, Any], Any]:
    """An engine that takes a crew."""
    if name == "model":
        from baithak.engine.opinion.model import fit

        return lambda votes, crew: fit(votes, crew=crew)
    if name == "classic":
        from baithak.engine.opinion.classic import classic

        return lambda votes, crew: classic(votes, crew=crew)
    assert name == "map", ENGINES
    from baithak.engine.opinion.map import opinion_map

    return lambda votes, crew: opinion_map(votes, crew=crew)


def warm(engine: Callable[[VoteMatrix, Any], Any], crew: Any) -> None:
    """Load the kernels here and on the workers, on a small matrix cut like a large one."""
    before = shards.FEWEST, groups.SHARED
    shards.FEWEST = groups.SHARED = 0
    engine(small(), crew)
    shards.FEWEST, groups.SHARED = before


def difference(engine: str, one: Any, two: Any) -> float:
    """The largest difference between two results of the same call."""
    if engine == "map":
        return 0.0 if one.to_json() == two.to_json() else float("inf")
    return max(
        float(np.abs(getattr(one, name) - getattr(two, name)).max()) for name in COMPARED[engine]
    )


def _busy(crew: Any) -> float:
    return float(sum(crew._client.run(time.process_time).values()))


def _peak() -> float:
    from benchmarks.clock import peak_mb

    return peak_mb()


if __name__ == "__main__":
    run(job())
