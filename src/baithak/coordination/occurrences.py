"""When a day comes again: pure dates, the same for pages, lists of preparation and calendar files."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

__all__ = ["Occurrence", "Recurring", "before", "coming", "occurrences"]

#: Nobody prepares for more, and nobody wants to be told of the year 3000.
_YEARS = 100


class Recurring(Protocol):
    """What comes once or again; ``repeats`` is ``once``, ``yearly`` or ``moves``."""

    begins: date
    ends: date
    repeats: str


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time that a day comes: its first and its last date."""

    begins: date
    ends: date


def _in_year(of: Recurring, year: int) -> Occurrence:
    """The same date in another year. The 29th of February is the last day of every February."""
    month, number = of.begins.month, of.begins.day
    if (month, number) == (2, 29):
        number = calendar.monthrange(year, month)[1]
    begins = date(year, month, number)
    return Occurrence(begins, begins + (of.ends - of.begins))


def _all(of: Recurring) -> Iterator[Occurrence]:
    yield Occurrence(of.begins, of.ends)
    if of.repeats == "yearly":
        for year in range(of.begins.year + 1, min(of.begins.year + _YEARS, date.max.year)):
            yield _in_year(of, year)


def occurrences(of: Recurring, first: date, last: date) -> list[Occurrence]:
    """Every time it touches the days from ``first`` to ``last``.

    A day that moves stands where it was set last: nobody knows the next date until somebody sets it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> new_year = SimpleNamespace(begins=date(2025, 4, 13), ends=date(2025, 4, 14), repeats="yearly")
    >>> [str(one.begins) for one in occurrences(new_year, date(2026, 1, 1), date(2027, 12, 31))]
    ['2026-04-13', '2027-04-13']
    """
    found = []
    for one in _all(of):
        if one.begins > last:
            break
        if one.ends >= first:
            found.append(one)
    return found


def coming(of: Recurring, today: date) -> Occurrence | None:
    """The one that is on or comes next; ``None`` where nothing is still to come.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> once = SimpleNamespace(begins=date(2025, 4, 13), ends=date(2025, 4, 14), repeats="once")
    >>> coming(once, date(2025, 4, 14)).begins, coming(once, date(2025, 4, 15))
    (datetime.date(2025, 4, 13), None)
    """
    return next((one for one in _all(of) if one.ends >= today), None)


def before(of: Recurring, one: Occurrence) -> date:
    """The last day of the time before this one: what was done since then was done for this one."""
    earlier = [other.ends for other in _all(of) if other.begins < one.begins and other != one][-1:]
    return earlier[0] if earlier else date.min + timedelta(days=1)
