"""Chance that anybody can replay: whole numbers from SHA-256 in counter mode, without modulo bias.

Block ``i`` of the stream is ``SHA-256(material || i)``, ``i`` as eight bytes, big-endian, from 0. A
number below ``n`` is the first block that, read as a big-endian number, lies below the largest
multiple of ``n`` not above 2**256, modulo ``n``. Nothing depends on the machine, on numpy or on
Python's own generator, so that a draw can be checked with any SHA-256 (TRUST.md R17).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

__all__ = ["Stream"]

Item = TypeVar("Item")
_SPACE = 1 << 256


class Stream:
    """A stream of numbers that its material fixes once and for all.

    Parameters
    ----------
    material : bytes
        What nobody could choose freely: commitments, then public randomness.

    Examples
    --------
    >>> stream = Stream(b"a seed")
    >>> stream.below(1000), stream.below(1000)
    (239, 664)
    >>> Stream(b"a seed").shuffled("abcd")
    ['b', 'a', 'c', 'd']
    """

    def __init__(self, material: bytes) -> None:
        self.material = material
        #: How many blocks have been used.
        self.counter = 0

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely.

        Raises
        ------
        ValueError
            n is not from 1 to 2**256.
        """
        if not 1 <= n <= _SPACE:
            raise ValueError(f"n must be from 1 to 2**256, not {n}")
        limit = _SPACE - _SPACE % n
        while True:
            block = sha256(self.material + self.counter.to_bytes(8, "big")).digest()
            self.counter += 1
            number = int.from_bytes(block, "big")
            if number < limit:
                return number % n

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in a uniformly random order (Fisher and Yates, from the end)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
