"""The codes on printed slips: drawn by chance, easy to read aloud, typed in any spelling."""

from __future__ import annotations

import secrets

__all__ = ["ALPHABET", "new_codes", "spelt"]

#: No letter or digit that is mistaken for another on paper or by ear.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: 31**12 is almost 8 times 10**17: with a million slips, a guess hits one in 800 thousand million.
_LENGTH, _GROUP = 12, 4


def _in_groups(told: str) -> str:
    return "-".join(told[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def new_codes(size: int) -> list[str]:
    """So many different codes, in an order that tells nothing."""
    codes: set[str] = set()
    while len(codes) < size:  # two equal ones among a thousand: one in ten thousand million
        codes.add(_in_groups("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))))
    shuffled = list(codes)
    secrets.SystemRandom().shuffle(shuffled)
    return shuffled


def spelt(told: str) -> str:
    """A code as it is kept, from whatever somebody typed; empty where it cannot be one.

    Examples
    --------
    >>> spelt(" ABCD efgh–jkmn ")
    'abcd-efgh-jkmn'
    >>> spelt("abcd-efgh-jkm")
    ''
    """
    kept = "".join(sign for sign in told.lower() if sign in ALPHABET)
    if len(kept) != _LENGTH or sum(sign.isalnum() for sign in told) != _LENGTH:
        return ""
    return _in_groups(kept)
