"""Days as a calendar file (iCalendar, RFC 5545; RFC 7986 for the calendar's own name).

Written here, in a page of code, because the hub writes days and nothing else: no library of its size
is needed for whole days that come once or every year. Reading is nobody's need.

A line ends in CRLF and holds at most 75 bytes, folded between letters and never inside one; texts
escape backslash, semicolon, comma and line break; an all-day event ends on the day after its last
(``DTEND`` is exclusive); the stamp is in UTC; a text says its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

__all__ = ["MEDIA_TYPE", "Event", "calendar_text"]

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Baithak//Coordination//EN"
_LINE = 75
#: RFC 5545 allows no control characters in a text but the tab.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SIMPLE = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Event:
    """A day, or some days. ``uid`` never changes, ``language`` is that of its texts."""

    uid: str
    begins: date
    ends: date
    title: str
    language: str = ""
    description: str = ""
    category: str = ""
    url: str = ""
    yearly: bool = False
    public: bool = False


def calendar_text(events: Iterable[Event], *, name: str, language: str, now: datetime) -> str:
    """The whole file.

    Parameters
    ----------
    events : iterable of Event
    name : str
        What a calendar program calls it.
    language : str
        Of the name.
    now : datetime
        When it was written, aware.

    Examples
    --------
    >>> day = Event("day-1@hub.example", date(2027, 4, 13), date(2027, 4, 14), "New year", "en")
    >>> told = calendar_text([day], name="Kandarpur", language="en", now=datetime(2026, 11, 30, tzinfo=UTC))
    >>> [line for line in told.split("\\r\\n") if line.startswith("DT")]
    ['DTSTAMP:20261130T000000Z', 'DTSTART;VALUE=DATE:20270413', 'DTEND;VALUE=DATE:20270415']
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        _text("NAME", name, language),
        _text("X-WR-CALNAME", name),
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    ]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _event(event: Event, stamp: str) -> list[str]:
    after = event.ends + timedelta(days=1) if event.ends < date.max else event.ends
    lines = [
        "BEGIN:VEVENT",
        _text("UID", event.uid),
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.begins:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        _text("SUMMARY", event.title, event.language),
    ]
    if event.yearly:
        # A rule without a day would leave out the 29th of February in three of four years.
        leap = (event.begins.month, event.begins.day) == (2, 29)
        lines.append("RRULE:FREQ=YEARLY" + (";BYMONTH=2;BYMONTHDAY=-1" if leap else ""))
    if event.description:
        lines.append(_text("DESCRIPTION", event.description, event.language))
    if event.category:
        lines.append(_text("CATEGORIES", event.category))
    if event.url:
        lines.append(
            f"URL:{_CONTROLS.sub('', event.url).replace(chr(10), '').replace(chr(13), '')}"
        )
    lines += [
        "CLASS:" + ("PUBLIC" if event.public else "PRIVATE"),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
    return lines


def _text(name: str, text: str, language: str = "") -> str:
    """A property that holds a text.

    Examples
    --------
    >>> _text("SUMMARY", "Eid; prayer, then\\nfood", "en")
    'SUMMARY;LANGUAGE=en:Eid\\\\; prayer\\\\, then\\\\nfood'
    """
    told = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        told = told.replace(sign, written)
    tongue = f";LANGUAGE={language}" if _SIMPLE.fullmatch(language) else ""
    return f"{name}{tongue}:{told}"


def _folded(line: str) -> str:
    """At most 75 bytes to a line; what follows begins with a blank. No letter is cut in two.

    Examples
    --------
    >>> _folded("A" * 80) == "A" * 75 + "\\r\\n " + "A" * 5 + "\\r\\n"
    True
    """
    parts, at, room = [""], 0, _LINE
    for sign in line:
        size = len(sign.encode())
        if at + size > room:
            parts.append("")
            at, room = 0, _LINE - 1
        parts[-1] += sign
        at += size
    return "\r\n ".join(parts) + "\r\n"
