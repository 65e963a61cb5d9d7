"""One answer, as the three buttons send it. Read by hand: it comes more often than all other forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from baithak.dialogue.services.votes import MOST_TURNS

__all__ = ["SentVote", "numbered", "sent_vote"]

_VALUES = {"1": 1, "0": 0, "-1": -1}


@dataclass(frozen=True, slots=True)
class SentVote:
    """What somebody answered to which statement, in which turn; ``more``: beyond a good visit."""

    statement: int
    value: int
    turn: int
    more: bool


def sent_vote(sent: Mapping[str, str]) -> SentVote | None:
    """The answer in this form; ``None`` where it is none.

    Examples
    --------
    >>> sent_vote({"statement": "3", "value": "-1", "turn": "0"})
    SentVote(statement=3, value=-1, turn=0, more=False)
    >>> sent_vote({"statement": "3", "value": "2", "turn": "0"}) is None
    True
    """
    statement = numbered(sent.get("statement", ""))
    turn = numbered(sent.get("turn", ""))
    value = _VALUES.get(sent.get("value", ""))
    if not statement or turn is None or turn > MOST_TURNS or value is None:
        return None
    return SentVote(statement, value, turn, sent.get("more", "") not in {"", "0", "false", "False"})


def numbered(told: str) -> int | None:
    """A number as an address or a hidden field names it; ``None`` where it is none of ours.

    Examples
    --------
    >>> numbered("12"), numbered("-1"), numbered("9" * 5000)
    (12, None, None)
    """
    return int(told) if len(told) <= 9 and told.isascii() and told.isdecimal() else None
