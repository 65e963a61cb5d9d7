"""The only file of the room that calls the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from baithak.engine.commitment import leaf, proof, root
from baithak.engine.errors import EngineError

__all__ = [
    "Counted",
    "EngineError",
    "ballot_entry",
    "ballot_root",
    "count",
    "receipt",
    "receipt_proof",
    "receipt_root",
    "slip_root",
]


# --- commitments (R18)
def slip_root(pids: Iterable[bytes]) -> str:
    """What commits to the list of slips before the vote opens."""
    return root(leaf(pid) for pid in pids).hex()


def ballot_entry(salt: bytes, channel: str, choices: str) -> bytes:
    """What of a ballot is committed to: nothing of whose it is.

    Examples
    --------
    >>> ballot_entry(b"salt", "token", "3,7")
    b'salttoken 3,7'
    """
    return salt + f"{channel} {choices}".encode()


def ballot_root(ballots: Iterable[tuple[bytes, str, str]]) -> str:
    """What commits to the ballots (salt, channel, choices): a changed one changes it."""
    return root(leaf(ballot_entry(*ballot)) for ballot in ballots).hex()


def receipt(pid: bytes) -> str:
    """What a resident keeps: 20 signs that show that a ballot of this slip was taken, not which.

    Examples
    --------
    >>> receipt(bytes(range(32)))
    '0001-0203-0405-0607-0809'
    """
    told = pid[:10].hex()
    return "-".join(told[at : at + 4] for at in range(0, 20, 4))


def receipt_root(pids: Iterable[bytes]) -> str:
    """What commits to the receipts of all slips that were used."""
    return root(leaf(receipt(pid).encode()) for pid in pids).hex()


def receipt_proof(pids: Iterable[bytes], told: str) -> list[tuple[str, bool]] | None:
    """What leads from this receipt to the root; ``None`` where it is not among them."""
    leaves = [leaf(receipt(pid).encode()) for pid in pids]
    mine = leaf(told.encode())
    if mine not in leaves:
        return None
    return [(neighbour.hex(), on_the_left) for neighbour, on_the_left in proof(leaves, mine)]


# --- counting, in the worker
@dataclass(frozen=True, slots=True)
class Counted:
    """A finished count, ready to be kept; ``trouble`` says why it may not be shown."""

    outcome: str
    published: str
    ballots: int
    version: str
    seconds: float
    trouble: str = ""


def count(budget: int) -> Counted:
    """Count the sealed ballots of a budget twice: by the engine, and by the small recount."""
    raise NotImplementedError
