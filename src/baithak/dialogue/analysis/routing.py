"""The next statement, and where somebody's answers put them: worked out for one answer, kept nowhere."""

from __future__ import annotations

import hashlib
import math
import typing
from collections.abc import Mapping, Sequence
from functools import lru_cache

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue, Run
from baithak.dialogue.queries import Answer, Card
from baithak.engine.errors import EngineError

if typing.TYPE_CHECKING:
    from baithak.engine.opinion.placement import Place
    from baithak.engine.opinion.routing import RoutingTable

__all__ = ["next_statement", "place"]


@lru_cache(maxsize=16)
def _routing(run: int) -> RoutingTable | None:
    """The table of a map, kept in the process; ``None`` where there is none that can be read."""
    from baithak.engine.opinion.routing import RoutingTable

    told = queries.table(run)
    try:
        return RoutingTable.from_json(told) if told else None
    except EngineError:  # of an older version: the next map brings a new one
        return None


def next_statement(
    dialogue: Dialogue, ballot: Sequence[Card], given: Mapping[int, Answer], pid: bytes
) -> Card | None:
    """Which statement this person meets next; ``None`` when all are answered.

    With a map: the one whose answer tells most, new statements in their turn. Before there is one,
    each person has an order of their own, drawn from the pseudonym, in which statements that few
    people have answered come earlier.
    """
    open_ones = {str(card.number): card for card in ballot if card.id not in given}
    if not open_ones:
        return None
    counts = queries.votes_per_statement(dialogue.pk)
    run = queries.latest_table(dialogue.pk)
    routing = _routing(run) if run is not None else None
    if routing is None:
        cards = open_ones.values()
        return min(cards, key=lambda card: _turn(pid, card.id, counts.get(card.id, 0)))
    from baithak.engine.opinion.routing import next_statements

    order = next_statements(
        routing,
        _said(ballot, given),
        candidates=list(open_ones),
        new_counts={name: counts.get(card.id, 0) for name, card in open_ones.items()},
        seed=pid.hex(),
    )
    return open_ones[order[0]]


def _said(ballot: Sequence[Card], given: Mapping[int, Answer]) -> dict[str, int]:
    """One's answers by statement number, as the engine names statements."""
    return {str(card.number): given[card.id].value for card in ballot if card.id in given}


def _turn(pid: bytes, statement: int, votes: int) -> float:
    """An exponential waiting time, the longer the more often the statement was answered."""
    digest = hashlib.blake2b(b"%d" % statement, key=pid, digest_size=8).digest()
    part = (int.from_bytes(digest) + 1) / (2**64 + 1)
    return -math.log(part) * math.sqrt(1 + votes)


def place(run: Run, dialogue: Dialogue, given: Mapping[int, Answer]) -> Place | None:
    """Where somebody with these answers stands on this map; ``None`` without any."""
    said = _said(queries.ballot(dialogue.pk), given)
    routing = _routing(run.pk) if said else None
    if routing is None:
        return None
    found = routing.placement.place(said)
    return found if found.votes else None
