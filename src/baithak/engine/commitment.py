"""Commit to a list now, show later that an entry was in it: the Merkle tree of RFC 6962.

The hash of an entry is ``SHA-256(0x00 || entry)``, of a node ``SHA-256(0x01 || left || right)``; the
left part holds the largest power of two smaller than the number of entries. ``root`` sorts the
entries' hashes first, so that the order of a list tells nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

__all__ = ["holds", "leaf", "proof", "proofs", "root"]

#: One step of a proof: the neighbour's hash, and whether it stands on the left.
Step = tuple[bytes, bool]


def leaf(entry: bytes) -> bytes:
    """The hash of one entry (32 bytes)."""
    return sha256(b"\x00" + entry).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of entries, sorted first; 32 bytes.

    Examples
    --------
    >>> root([leaf(b"one"), leaf(b"two")]) == root([leaf(b"two"), leaf(b"one")])
    True
    """
    return _root(sorted(leaves))


def proof(leaves: Iterable[bytes], of: bytes) -> list[Step]:
    """What leads from the entry's hash ``of`` to the root.

    Raises
    ------
    ValueError
        ``of`` is not among the leaves.

    Examples
    --------
    >>> leaves = [leaf(bytes([n])) for n in range(5)]
    >>> holds(leaves[3], proof(leaves, leaves[3]), root(leaves))
    True
    """
    found = sorted(leaves)
    return _proof(found, found.index(of))


def proofs(leaves: Iterable[bytes]) -> dict[bytes, list[Step]]:
    """The proof of every entry's hash, as ``proof`` gives it, for all at once.

    Examples
    --------
    >>> leaves = [leaf(bytes([n])) for n in range(5)]
    >>> proofs(leaves) == {of: proof(leaves, of) for of in leaves}
    True
    """
    level = sorted(leaves)
    steps: list[list[Step]] = [[] for _ in level]
    places = list(range(len(level)))
    names = list(level)
    while len(level) > 1:
        for entry, at in enumerate(places):
            beside = at ^ 1
            if beside < len(level):  # the odd one is carried up without a neighbour
                steps[entry].append((level[beside], beside < at))
            places[entry] = at // 2
        level = _above(level)
    return dict(zip(names, steps, strict=True))


def holds(of: bytes, steps: Iterable[Step], under: bytes) -> bool:
    """Whether the steps lead from the entry's hash to this root."""
    told = of
    for neighbour, on_the_left in steps:
        pair = neighbour + told if on_the_left else told + neighbour
        told = sha256(b"\x01" + pair).digest()
    return told == under


def _half(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Pairing from the left and carrying the odd one up gives the tree of RFC 6962."""
    odd = [level[-1]] if len(level) % 2 else []
    pairs = zip(level[::2], level[1::2], strict=False)
    return [sha256(b"\x01" + a + b).digest() for a, b in pairs] + odd


def _proof(leaves: Sequence[bytes], at: int) -> list[Step]:
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if at < half:
        return [*_proof(leaves[:half], at), (_root(leaves[half:]), False)]
    return [*_proof(leaves[half:], at - half), (_root(leaves[:half]), True)]
