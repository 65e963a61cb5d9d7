"""One line per ballot, and the root over all of them: what a city publishes when the vote closes.

A line is the voter's id, the project ids joined by commas, and the points joined by commas, with tabs
between; the ids of ballots without an order are sorted as text. Whoever holds the root sees if one
ballot is changed, added or lost before the count (TRUST.md R18).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from baithak.engine.budget.election import Election
from baithak.engine.commitment import leaf, root

__all__ = ["ballot_lines", "ballots_root"]


def ballots_root(election: Election) -> str:
    """The root over the lines of all ballots, as 64 hexadecimal signs.

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> ballots_root(example())[:16]
    '3b524309474a005d'
    """
    return root(leaf(line) for line in ballot_lines(election)).hex()


def ballot_lines(election: Election) -> Iterator[bytes]:
    """The line of every ballot, in the order of the file."""
    told = [_choices(election, group) for group in range(len(election.weights))]
    for voter, group in zip(election.voter_ids, election.group_of.tolist(), strict=True):
        yield f"{voter}\t{told[group]}".encode()


def _choices(election: Election, group: int) -> str:
    start, end = int(election.starts[group]), int(election.starts[group + 1])
    ids = [election.projects[item].id for item in election.items[start:end].tolist()]
    if election.vote_type == "ordinal":
        return ",".join(ids) + "\t"
    if election.points is None:
        return ",".join(sorted(ids)) + "\t"
    scale = election.points_scale
    given = [Fraction(value, scale) for value in election.points[start:end].tolist()]
    pairs = sorted(zip(ids, given, strict=True))
    return ",".join(name for name, _ in pairs) + "\t" + ",".join(str(value) for _, value in pairs)
