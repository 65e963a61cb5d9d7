"""Quick work is done often enough to be told from the clock's own steps. Only the standard library."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

__all__ = ["often"]

LONG_ENOUGH = 0.05  # CPU seconds of one timed run


def often(work: Callable[[], Any]) -> tuple[int, Callable[[], Any]]:
    """Do it once (which loads what it needs) and again for the clock; how often to do it, and that."""
    work()
    start = time.process_time()
    work()
    spent = time.process_time() - start
    times = max(1, int(LONG_ENOUGH / max(spent, 1e-6)))

    def run() -> Any:
        result = None
        for _ in range(times):
            result = work()
        return result

    return times, run
