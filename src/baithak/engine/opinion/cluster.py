"""The workers of a Dask cluster as the crew that goes through the people.

Stretches of people are sent to the workers once and stay there, with where everybody stands. In each
pass only what is known of the statements goes out (some 128 bytes each) and the sums over people come
back (some 272 bytes each, per stretch): both do not grow with the number of people. Stretches and the
order in which their parts are added are those of one machine, so the result is the same.

Needs the extra ``cluster`` here and the same version of Baithak on every worker. Dask's messages are
unpickled on either side: whoever reaches the scheduler can run programs as its user. Keep a cluster
in a closed network, or use ``tls://`` addresses with the certificates of Dask's own settings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from baithak import __version__
from baithak.engine.errors import EngineError

__all__ = ["Cluster"]

PATIENCE = 10.0  # seconds until an address or its first worker must have answered


class Cluster:
    """A connection to a Dask scheduler; use it in a ``with`` statement.

    Parameters
    ----------
    address : str
        Such as ``tcp://10.0.0.5:8786``. This process must reach the scheduler and every worker.
    patience : float
        Seconds to wait for an answer.

    Raises
    ------
    EngineError
        ``cluster.not_installed``, ``cluster.unreachable``, ``cluster.no_workers``,
        ``cluster.other_version``; later, from whatever uses it, ``cluster.lost``.
    """

    def __init__(self, address: str, *, patience: float = PATIENCE) -> None:
        try:
            import distributed
        except ImportError:
            raise EngineError("cluster.not_installed") from None
        try:
            self._client = distributed.Client(
                address, timeout=patience, set_as_default=False, direct_to_workers=True
            )
        except (OSError, ValueError, TypeError, RuntimeError, ImportError):
            raise EngineError("cluster.unreachable", value=address) from None
        try:
            self._slots = self._ready(patience)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything the workers hold."""
        self._client.close()

    @property
    def slots(self) -> int:
        """How many stretches are gone through at once."""
        return len(self._slots)

    def hold(self, parts: Sequence[Any]) -> _HeldThere:
        """Send stretches to the workers, in turn; a worker with more threads gets more."""
        return _HeldThere(self._client, self._slots, parts)

    def _ready(self, patience: float) -> list[str]:
        """The worker of each thread of the cluster, threads of a worker apart from each other."""
        try:
            self._client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            raise EngineError("cluster.no_workers") from None
        found = self._client.run(_about)
        for address, (version, numbers) in sorted(found.items()):
            if version != __version__ or numbers != np.__version__:
                raise EngineError(
                    "cluster.other_version",
                    value=address,
                    found=f"Baithak {version}, numpy {numbers}",
                    expected=f"Baithak {__version__}, numpy {np.__version__}",
                )
        threads = self._client.nthreads()
        rounds = range(max(threads.values()))
        return [name for turn in rounds for name in sorted(threads) if turn < threads[name]]


class _HeldThere:
    """Stretches on workers: one bundle of neighbouring stretches for each thread that has any."""

    def __init__(self, client: Any, slots: Sequence[str], parts: Sequence[Any]) -> None:
        self._client = client
        count = min(len(slots), len(parts))
        ends = np.linspace(0, len(parts), count + 1).round().astype(int).tolist()
        self._where = list(slots[:count])
        self._bounds = list(pairwise(ends))
        self._states: list[Any] = []
        self._parts = self._all(
            lambda: [
                client.scatter([list(parts[low:high])], workers=[name], hash=False)[0]
                for name, (low, high) in zip(self._where, self._bounds, strict=True)
            ]
        )

    def each(
        self, work: Callable[..., Any], *shared: Any, own: Sequence[Any] | None = None
    ) -> list[Any]:
        given = [None] * len(self._parts)
        if own is not None:
            given = [list(own[low:high]) for low, high in self._bounds]  # type: ignore[misc]
        return self._gathered(
            [
                self._submit(k, _each, work, part, given[k], shared)
                for k, part in enumerate(self._parts)
            ]
        )

    def begin(self, work: Callable[..., Any], *shared: Any) -> None:
        self._states = [
            self._submit(k, _begun, work, part, shared) for k, part in enumerate(self._parts)
        ]

    def step(self, work: Callable[..., Any], *shared: Any) -> list[Any]:
        self._states = [
            self._submit(k, _stepped, work, part, state, shared)
            for k, (part, state) in enumerate(zip(self._parts, self._states, strict=True))
        ]
        return self._gathered(
            [self._submit(k, _answers, state) for k, state in enumerate(self._states)]
        )

    def states(self) -> list[Any]:
        return self._gathered(
            [self._submit(k, _kept, state) for k, state in enumerate(self._states)]
        )

    def _submit(self, k: int, task: Callable[..., Any], *given: Any) -> Any:
        return self._client.submit(task, *given, workers=[self._where[k]], pure=False)

    def _gathered(self, futures: Sequence[Any]) -> list[Any]:
        bundles = self._all(lambda: self._client.gather(list(futures)))
        return [one for bundle in bundles for one in bundle]

    @staticmethod
    def _all(ask: Callable[[], list[Any]]) -> list[Any]:
        from distributed import CancelledError, KilledWorker
        from distributed.comm import CommClosedError

        try:
            return ask()
        except EngineError:
            raise
        except (CancelledError, KilledWorker, CommClosedError, OSError, TimeoutError) as problem:
            raise EngineError("cluster.lost", reason=type(problem).__name__) from problem


# --- what runs on a worker: found there by name


def _about() -> tuple[str, str]:
    return __version__, np.__version__


def _each(
    work: Callable[..., Any], parts: list[Any], own: list[Any] | None, shared: tuple[Any, ...]
) -> list[Any]:
    if own is None:
        return [work(part, *shared) for part in parts]
    return [work(part, mine, *shared) for part, mine in zip(parts, own, strict=True)]


def _begun(work: Callable[..., Any], parts: list[Any], shared: tuple[Any, ...]) -> tuple[Any, Any]:
    return [work(part, *shared) for part in parts], None


def _stepped(
    work: Callable[..., Any], parts: list[Any], before: tuple[Any, Any], shared: tuple[Any, ...]
) -> tuple[Any, Any]:
    # Copies: the task may have to run again, and must find what it found the first time.
    states = [tuple(array.copy() for array in state) for state in before[0]]
    return states, [work(part, state, *shared) for part, state in zip(parts, states, strict=True)]


def _answers(stepped: tuple[Any, Any]) -> list[Any]:
    return list(stepped[1])


def _kept(stepped: tuple[Any, Any]) -> list[Any]:
    return list(stepped[0])
