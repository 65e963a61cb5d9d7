"""Counts that all workers of this machine share, for minutes or hours: how often somebody tried something.

They lie in one small file of the hub's home that every worker maps into its memory. So counting asks no
database and waits for no disk, a limit holds across the workers and after a restart, and no backup ever
holds who did something at what time (R4). What is counted has no name in the file, only sixteen bytes
of a keyed hash; the key is random, lies in the file's own first bytes, and is drawn anew with the file:
without it nobody can work out whom a count belongs to. A count that is over is overwritten by the
next one that needs its place, and wiped by the worker within minutes (``forget``).

A file that is full of running counts forgets the one that ends first: under such a rush a limit may
fail, voting does not (R27).
"""

from __future__ import annotations

import fcntl
import hmac
import mmap
import os
import secrets
import struct
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Counts"]

_MAGIC = b"baithak counts 1"
_KEY = slice(len(_MAGIC), len(_MAGIC) + 32)
_HEAD = 64
#: A hash of what is counted, the second at which the count is over, and how many.
_SLOT = struct.Struct("<16sQQ")
#: Places where one count may lie.
_NEAR = 8


class Counts:
    """The file of counts at ``path``, made where there is none, with room for ``places`` counts."""

    def __init__(self, path: Path, *, places: int = 1 << 16):
        self._path = path
        self._places = places
        self._size = _HEAD + (places + _NEAR) * _SLOT.size
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        self._mutex = threading.Lock()
        self._memory: mmap.mmap | None = None

    def add(self, name: str, whose: bytes, *, seconds: int) -> tuple[int, int]:
        """Count one more try; how many there are now, and after how many seconds they are forgotten.

        The time begins with the first try and ends ``seconds`` later, whatever comes in between.
        """
        return self._look(name, whose, seconds, 1)

    def seen(self, name: str, whose: bytes) -> tuple[int, int]:
        """The same, counting nothing."""
        return self._look(name, whose, 0, 0)

    def forget(self) -> int:
        """Wipe every count that is over; how many there were."""
        now, wiped = int(time.time()), 0
        with self._held() as memory:
            for at in range(_HEAD, self._size, _SLOT.size):
                _, over, _ = _SLOT.unpack_from(memory, at)
                if 0 < over <= now:
                    _SLOT.pack_into(memory, at, b"", 0, 0)
                    wiped += 1
        return wiped

    def clear(self) -> None:
        """Forget everything, the key too."""
        if self._memory is None and not self._path.exists():
            return
        with self._held() as memory:
            memory[_HEAD:] = bytes(self._size - _HEAD)
            memory[_KEY] = secrets.token_bytes(32)

    def _look(self, name: str, whose: bytes, seconds: int, more: int) -> tuple[int, int]:
        now = int(time.time())
        with self._held() as memory:
            tag = hmac.digest(memory[_KEY], name.encode() + b"\0" + whose, "sha256")[:16]
            first = _HEAD + int.from_bytes(tag[:4]) % self._places * _SLOT.size
            place, soonest = first, 1 << 63
            for at in range(first, first + _NEAR * _SLOT.size, _SLOT.size):
                known, over, count = _SLOT.unpack_from(memory, at)
                if known == tag and over > now:
                    if more:
                        _SLOT.pack_into(memory, at, tag, over, count + more)
                    return count + more, over - now
                over = over if over > now else 0
                if over < soonest:
                    place, soonest = at, over
            if more:
                _SLOT.pack_into(memory, place, tag, now + seconds, more)
            return more, seconds

    @contextmanager
    def _held(self) -> Iterator[mmap.mmap]:
        """The file, this thread's alone meanwhile; a process that dies lets go of it."""
        with self._mutex:
            if self._memory is None:
                self._open()
            assert self._memory is not None
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                yield self._memory
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            head = os.pread(descriptor, len(_MAGIC), 0)
            if head != _MAGIC or os.fstat(descriptor).st_size != self._size:
                os.ftruncate(descriptor, 0)
                os.ftruncate(descriptor, self._size)
                os.pwrite(descriptor, _MAGIC + secrets.token_bytes(32), 0)
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        self._descriptor = descriptor
        self._memory = mmap.mmap(descriptor, self._size)


_all: weakref.WeakSet[Counts] = weakref.WeakSet()


def _after_fork() -> None:
    """A child opens the file for itself: a lock on its parent's would be its parent's."""
    for counts in _all:
        counts._begin()


os.register_at_fork(after_in_child=_after_fork)
