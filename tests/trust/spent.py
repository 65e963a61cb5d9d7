"""How long something takes: the bars are seconds of a quiet processor, and ours share theirs with others."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["in_time", "slowness"]

T = TypeVar("T")

#: Seconds in which the quiet processor that the bars are meant for goes the small round below.
QUIET = 0.039
#: A machine that is slower than this is none to measure on.
MOST = 3.0


def slowness() -> float:
    """How many times slower this processor is now than a quiet one; never less than 1."""
    began, total = time.thread_time(), 0
    for number in range(300_000):
        total += number * number
    return min(MOST, max(1.0, (time.thread_time() - began) / QUIET))


def in_time(limit: float, act: Callable[[], T]) -> T:
    """What ``act`` gives, done within ``limit`` seconds of a quiet processor; of three times the quickest counts."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        told = act()
        took = time.process_time() - began
        if took <= limit:
            return told
        spent.append(took / slowness())
        if spent[-1] <= limit:
            return told
    raise AssertionError(f"{min(spent):.3f} s, where {limit} s are allowed")
