"""Group commit: whoever comes first writes for all who wait.

A disk that keeps what it promises takes some hundred commits a second, whoever asks. So one
transaction carries everything that has come in while the last one was on its way to the disk. Nobody
waits longer for it: who comes alone writes at once, in their own thread and on their own connection.
There is no thread to start, to stop or to lose, and a process that is killed leaves nothing half
done: what was not committed was not acknowledged.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Together"]

Wish = TypeVar("Wish")
Told = TypeVar("Told")


class _Waiting(Generic[Wish, Told]):
    """One wish, and the gate its sender stands at."""

    __slots__ = ("answered", "gate", "told", "trouble", "wish")

    def __init__(self, wish: Wish):
        self.wish = wish
        self.gate = threading.Lock()
        self.gate.acquire()
        self.answered = False
        self.told: Told | None = None
        self.trouble: BaseException | None = None

    def answer(self, told: Told | Exception) -> None:
        if isinstance(told, BaseException):
            self.trouble = told
        else:
            self.told = told
        self.answered = True

    def outcome(self) -> Told:
        if self.trouble is not None:
            raise self.trouble
        return self.told  # type: ignore[return-value]  # answered without trouble: it is there


class Together(Generic[Wish, Told]):
    """What many threads want written, written together.

    Parameters
    ----------
    write : takes a list of wishes and gives an answer or an exception for each, in their order. When
        it returns, everything it says was written is on disk. Never called twice at once.
    most : wishes of one writing; the others wait for the next.
    """

    def __init__(self, write: Callable[[Sequence[Wish]], Sequence[Told | Exception]], *, most: int):
        self._write = write
        self._most = most
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: list[_Waiting[Wish, Told]] = []
        self._busy = False

    def put(self, wish: Wish) -> Told:
        """Have it written; the answer to this wish, when it is on disk."""
        mine: _Waiting[Wish, Told] = _Waiting(wish)
        with self._mutex:
            self._waiting.append(mine)
            leads, self._busy = not self._busy, True
        if not leads:
            mine.gate.acquire()  # until it is answered, or its turn to write for those who wait
        if not mine.answered:
            self._lead(mine)
        return mine.outcome()

    def _lead(self, mine: _Waiting[Wish, Told]) -> None:
        with self._mutex:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            answers = self._write([waiting.wish for waiting in taken])
            for waiting, told in zip(taken, answers, strict=True):
                waiting.answer(told)
        finally:
            # Whatever happened, nobody is left standing at the gate.
            with self._mutex:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            if following is not None:
                following.gate.release()
            for waiting in taken:
                if not waiting.answered:
                    waiting.answer(InterruptedError("The writing was broken off."))
                if waiting is not mine:
                    waiting.gate.release()


_all: weakref.WeakSet[Together] = weakref.WeakSet()


def _after_fork() -> None:
    """A child has none of the threads that stood at the gates."""
    for together in _all:
        together._begin()


os.register_at_fork(after_in_child=_after_fork)
