"""How a body works, in words: formed is not functioning, and no score says which.

Pure: facts in, sentences out. ``queries.bodies`` gathers the facts.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

__all__ = [
    "MONTHS",
    "Facts",
    "expected",
    "later",
    "next_due",
    "proposals",
    "sentence",
    "share",
    "since",
    "told_of",
    "warnings",
]

#: Months from one meeting to the next.
MONTHS = {
    "monthly": 1,
    "two_monthly": 2,
    "quarterly": 3,
    "half_yearly": 6,
    "yearly": 12,
}
_YEAR = 12
#: So many days a meeting may be late before it is called late.
_GRACE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a body today.

    ``whole``: the reader sees all its meetings, so that a comparison with the plan is fair.
    ``held`` are the days of all meetings held, the newest first; ``decisions`` and ``done`` are those of
    the time that ``since`` gives.
    """

    state: str
    rhythm: str
    today: date
    begins: date | None = None
    ends: date | None = None
    has_charter: bool = False
    quorum: int | None = None
    whole: bool = True
    held: tuple[date, ...] = ()
    planned: date | None = None
    unmarked: int = 0
    decisions: int = 0
    done: int = 0
    without: int = 0
    seats: int = 0
    vacant: int = 0
    women_seats: int = 0
    young_seats: int = 0
    women: int | None = None
    young: int | None = None
    #: Whether the reader is told who takes the seats: of few seats it would tell of single people (R6).
    tells_who: bool = True


def later(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the last of a month that is shorter. Never beyond what
    a calendar can count.

    Examples
    --------
    >>> later(date(2026, 11, 30), 3), later(date(2026, 3, 31), -1)
    (datetime.date(2027, 2, 28), datetime.date(2026, 2, 28))
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def since(facts: Facts) -> date:
    """From which day on meetings are compared with the plan: a year ago, or later where its term or its
    first meeting came later.
    """
    year = later(facts.today, -_YEAR)
    began = facts.begins or (facts.held[-1] if facts.held else None)
    return max(year, began) if began is not None and began <= facts.today else year


def expected(facts: Facts) -> int | None:
    """How many meetings there should have been since then; ``None`` where no plan says it."""
    months = MONTHS.get(facts.rhythm)
    if months is None or (facts.begins is None and not facts.held):
        return None
    first, count = since(facts), 0
    while later(first, months * (count + 1)) <= facts.today:
        count += 1
    return count


def next_due(facts: Facts) -> date | None:
    """Until when the next meeting should be; ``None`` without a rhythm or a beginning."""
    months = MONTHS.get(facts.rhythm)
    last = facts.held[0] if facts.held else facts.begins
    return later(last, months) if months is not None and last is not None else None


def sentence(facts: Facts) -> str:
    """The line that says how it goes, without a score."""
    if facts.state == "dissolved":
        return _("Dissolved.")
    if facts.state == "planned" and not facts.held:
        return _("Planned, not formed yet.")
    if not facts.held:
        if facts.whole:
            return _("Formed, has not met yet.")
        return _("None of its meetings is shown to you.")
    first = since(facts)
    met = sum(day >= first for day in facts.held)
    if not facts.whole:
        return ngettext(
            "%(n)d meeting since %(day)s is shown to you.",
            "%(n)d meetings since %(day)s are shown to you.",
            met,
        ) % {"n": met, "day": date_format(first, "j F Y")}
    return " ".join(filter(None, [_met(facts, met, first), _decided(facts)]))


def _met(facts: Facts, met: int, first: date) -> str:
    planned = expected(facts)
    if not planned:
        return ngettext("Since %(day)s it met once.", "Since %(day)s it met %(n)d times.", met) % {
            "n": met,
            "day": date_format(first, "j F Y"),
        }
    if met > planned:
        return ngettext(
            "Since %(day)s it met %(n)d times, %(planned)d was planned.",
            "Since %(day)s it met %(n)d times, %(planned)d were planned.",
            planned,
        ) % {"n": met, "planned": planned, "day": date_format(first, "j F Y")}
    return _("Since %(day)s it met %(n)d of %(planned)d times that were planned.") % {
        "n": met, "planned": planned, "day": date_format(first, "j F Y"),
    }  # fmt: skip


def _decided(facts: Facts) -> str:
    if not facts.decisions:
        return _("No decision is noted.")
    told = ngettext(
        "%(done)d of %(n)d decision is done.", "%(done)d of %(n)d decisions are done.", facts.decisions
    ) % {"done": facts.done, "n": facts.decisions}  # fmt: skip
    if facts.without:
        told += " " + ngettext(
            "For %(n)d decision nobody has promised anything yet.",
                "For %(n)d decisions nobody has promised anything yet.",
            facts.without,
        ) % {"n": facts.without}  # fmt: skip
    return told


def warnings(facts: Facts) -> list[str]:
    """What keeps it from working, each with what helps; nothing of a body that rests or is dissolved."""
    if facts.state not in ("formed",):
        return []
    return [told for told in (*_meeting_trouble(facts), *_make_up(facts)) if told]


def _meeting_trouble(facts: Facts) -> list[str | None]:
    due = next_due(facts)
    late = facts.whole and due is not None and due + _GRACE < facts.today and facts.planned is None
    return [
        _("No meeting for longer than its rhythm: the next one was due by %(day)s. Plan a meeting.")
        % {"day": date_format(due, "j F Y")}
        if late and due is not None
        else None,
        ngettext(
            "%(n)d meeting is over and not marked as held: mark it, or say that it was cancelled.",
            "%(n)d meetings are over and not marked as held: mark them, or say that they were cancelled.",
            facts.unmarked,
        )
        % {"n": facts.unmarked}
        if facts.unmarked
        else None,
        _("Its term ended on %(day)s: renew it, or close it.")
        % {"day": date_format(facts.ends, "j F Y")}
        if facts.ends is not None and facts.ends < facts.today
        else None,
    ]


def _make_up(facts: Facts) -> list[str | None]:
    return [
        _("It has no charter: write down what it may decide, who sits in it and how.")
        if not facts.has_charter
        else None,
        _("No seat is listed.") if not facts.seats else None,
        ngettext("%(n)d seat is vacant.", "%(n)d seats are vacant.", facts.vacant)
        % {"n": facts.vacant}
        if facts.vacant
        else None,
        _("Its quorum of %(n)d is larger than the number of its seats, %(seats)d.")
        % {"n": facts.quorum, "seats": facts.seats}
        if facts.quorum and facts.seats and facts.quorum > facts.seats
        else None,
        _("No seat is for women, and none was taken by a woman.")
        if facts.tells_who and facts.seats and not facts.women_seats and not facts.women
        else None,
        _("No seat is for young people, and none was taken by somebody under 30.")
        if facts.tells_who and facts.seats and not facts.young_seats and not facts.young
        else None,
    ]


def share(part: int, whole: int) -> str:
    """A share in words, for readers who should not get the count.

    Examples
    --------
    >>> share(3, 7), share(0, 7), share(7, 7)
    ('about half', 'none', 'all')
    """
    if part == 0 or whole == 0:
        return _("none")
    if part >= whole:
        return _("all")
    of_it = part / whole
    for least, words in (
        (0.6, _("most")),
        (0.4, _("about half")),
        (0.29, _("about a third")),
        (0.2, _("about a quarter")),
    ):
        if of_it >= least:
            return words
    return _("a few")


def proposals(facts: Facts, most: int = 4) -> list[date]:
    """The next days of a rhythm: the same weekday of the month as last time, none in the past."""
    months = MONTHS.get(facts.rhythm)
    last = facts.planned or (facts.held[0] if facts.held else facts.begins)
    if months is None or last is None:
        return []
    told: list[date] = []
    step = 1
    while len(told) < most:
        day = _same_weekday(last, later(last.replace(day=1), months * step))
        if facts.ends is not None and day > facts.ends:
            break
        if day > facts.today:
            told.append(day)
        step += 1
    return told


def _same_weekday(like: date, month: date) -> date:
    """In that month the day that falls on the same weekday of the same week; the last where it has no fifth."""
    nth = (like.day - 1) // 7
    first = month + timedelta(days=(like.weekday() - month.weekday()) % 7)
    day = first + timedelta(weeks=nth)
    return day if day.month == month.month else day - timedelta(weeks=1)


def told_of(facts: Facts) -> dict[str, Any]:
    """For a template: the line, what troubles it, until when the next meeting is due."""
    return {
        "line": sentence(facts),
        "warnings": warnings(facts),
        "next_due": next_due(facts) if facts.state == "formed" and facts.whole else None,
        "planned": facts.planned,
    }
