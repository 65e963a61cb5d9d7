"""What a worker looked up lately and may go on with for some seconds.

When the time is over one thread looks again, and the others go on with what is known: in a busy hour
all of them would ask the same long question at the same moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Lately"]

T = TypeVar("T")


class Lately(Generic[T]):
    """The answers to ``look(dialogue)``, each good for so many seconds.

    Examples
    --------
    >>> asked = []
    >>> look = Lately(60.0, lambda dialogue: asked.append(dialogue) or 10 * dialogue)
    >>> look(1), look(1), look(2), asked
    (10, 10, 20, [1, 2])
    """

    def __init__(self, seconds: float, look: Callable[[int], T]) -> None:
        self._seconds = seconds
        self._look = look
        self._known: dict[int, tuple[float, T]] = {}
        self._looking: dict[int, threading.Lock] = {}

    def __call__(self, dialogue: int) -> T:
        known = self._known.get(dialogue)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        looking = self._looking.setdefault(dialogue, threading.Lock())
        # Who knows something does not wait; who knows nothing waits for the one who looks.
        if not looking.acquire(blocking=known is None):
            assert known is not None
            return known[1]
        try:
            known = self._known.get(dialogue)
            if known is None or time.monotonic() >= known[0]:
                found = self._look(dialogue)
                known = (time.monotonic() + self._seconds, found)
                self._known[dialogue] = known
            return known[1]
        finally:
            looking.release()

    def forget(self) -> None:
        """Look anew the next time."""
        self._known.clear()
