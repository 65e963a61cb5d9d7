"""The small-cell rule for people who came to a workshop: how many, of what, one way at a time (R6, R7).

Every figure about participants on a page, in a report or a file is drawn from ``PublishedParticipants``,
with ``k`` = 10 people:

1. The total is rounded to 5 apart from its parts, and not told below k.
2. Each table is one way. Counts below k are not in it; the others are rounded to 5.
3. What remains when the shown parts are taken from the total must leave every number from 1 to 9
   possible for each part that is not shown. Else the smallest shown part is left out too, and so on.
   The total is known from all three tables together: the attacker of the tests uses them all.
4. How many countries people came from is told where that alone leaves the same room: twelve people of
   twelve countries would be one of each.

A workshop's figures are worked out once: its counts are settled when its report is out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from baithak.report.disclosure import BASE, K, rounded, span

__all__ = ["TABLES", "Known", "PublishedParticipants", "PublishedTable", "published_participants"]

#: By what participants are counted, one way at a time.
TABLES = ("role", "country", "organisation_type")


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Codes with rounded counts, the largest first; ``others``: some came who are not shown."""

    rows: tuple[tuple[str, int], ...] = ()
    others: bool = False


@dataclass(frozen=True, slots=True)
class PublishedParticipants:
    """What may be told. ``total`` None: fewer than k. ``countries`` None: not told how many."""

    k: int = K
    total: int | None = None
    countries: int | None = None
    tables: Mapping[str, PublishedTable] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nobody was counted."""
        return not self.tables


Cells = dict[str, int]


@dataclass(slots=True)
class Known:
    """What somebody knows of one table who knows the rule: which parts are shown, which are small."""

    cells: Cells
    shown: set[str]
    k: int

    def spans(self, total: tuple[int, int]) -> dict[str, tuple[int, int]]:
        """The least and the most people in each part before the total is used."""
        found = {}
        for code, people in self.cells.items():
            if code in self.shown:
                found[code] = span(rounded(people, self.k) or 0, BASE, self.k)
            elif people < self.k:
                found[code] = (1, self.k - 1)
            else:
                found[code] = (self.k, total[1])
        return found

    def total(self, total: tuple[int, int]) -> tuple[int, int]:
        """The total as this table lets it be."""
        ends = self.spans(total).values()
        return max(total[0], sum(e[0] for e in ends)), min(total[1], sum(e[1] for e in ends))

    def tells(self, total: tuple[int, int]) -> bool:
        """Whether a small part can be narrowed with the total."""
        ends = self.spans(total)
        least, most = sum(e[0] for e in ends.values()), sum(e[1] for e in ends.values())
        for code, (low, high) in ends.items():
            if code in self.shown or self.cells[code] >= self.k:
                continue
            if total[0] - (most - high) > low or total[1] - (least - low) < high:
                return True
        return False


def published_participants(
    rows: Iterable[Mapping[str, Any]], *, k: int = K
) -> PublishedParticipants:
    """Treat the counts of a workshop under the small-cell rule.

    Parameters
    ----------
    rows
        Each with ``role``, ``country``, ``organisation_type`` and ``people``.

    Examples
    --------
    >>> told = published_participants(
    ...     [
    ...         {"role": "mayor", "country": "LK", "organisation_type": "cso", "people": 21},
    ...         {"role": "mayor", "country": "BD", "organisation_type": "cso", "people": 17},
    ...     ]
    ... )
    >>> told.total, told.countries, told.tables["country"].rows
    (40, 2, (('LK', 20), ('BD', 15)))
    """
    told = list(rows)
    people = sum(int(row["people"]) for row in told)
    if not told:
        return PublishedParticipants(k)
    if people < k:
        return PublishedParticipants(k, tables={name: PublishedTable() for name in TABLES})
    total = rounded(people, k) or 0
    known = [Known(_cells(told, name), set(), k) for name in TABLES]
    for one in known:
        one.shown = {code for code, count in one.cells.items() if count >= k}
    _protect(known, span(total, BASE, k))
    tables = {name: _table(one) for name, one in zip(TABLES, known, strict=True)}
    countries = known[TABLES.index("country")]
    return PublishedParticipants(
        k, total, len(countries.cells) if _many_enough(countries, total, k) else None, tables
    )


def _protect(known: Sequence[Known], first: tuple[int, int]) -> None:
    """Leave parts out, the smallest first, until no table tells on a small part of any."""
    while True:
        total, before = first, None
        while total != before:
            before = total
            for one in known:
                total = one.total(total)
        telling = [one for one in known if one.shown and one.tells(total)]
        if not telling:
            return
        for one in telling:
            one.shown.discard(min(one.shown, key=lambda code: (one.cells[code], code)))


def _many_enough(countries: Known, total: int, k: int) -> bool:
    """Whether the number of countries leaves each of them every number from 1 to 9."""
    return len(countries.cells) == 1 or span(total, BASE, k)[1] - (len(countries.cells) - 1) >= k


def _cells(rows: Iterable[Mapping[str, Any]], name: str) -> Cells:
    found: Cells = {}
    for row in rows:
        found[str(row[name])] = found.get(str(row[name]), 0) + int(row["people"])
    return found


def _table(known: Known) -> PublishedTable:
    rows = [(code, rounded(known.cells[code], known.k) or 0) for code in known.shown]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return PublishedTable(tuple(rows), others=len(known.shown) < len(known.cells))
