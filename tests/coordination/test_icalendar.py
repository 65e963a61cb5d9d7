"""Calendar files as RFC 5545 wants them: read back here by a small reader of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.coordination import icalendar
from baithak.coordination.icalendar import Event, calendar_text

NOW = datetime(2026, 11, 30, 12, 5, 9, tzinfo=UTC)


def told(*events: Event, name: str = "Days", now: datetime = NOW) -> str:
    return calendar_text(events, name=name, language="en", now=now)


def unfolded(text: str) -> list[str]:
    """RFC 5545, 3.1: CRLF and one blank go, everything else stays."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def plain(value: str) -> str:
    """RFC 5545, 3.3.11, the other way round."""
    found, at = "", 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
            found += {"n": "\n", "N": "\n"}.get(value[at], value[at])
        else:
            assert value[at] not in ";,"
            found += value[at]
        at += 1
    return found


def read(text: str) -> list[dict[str, str]]:
    """The events, each property by its name; parameters stay in the name."""
    found: list[dict[str, str]] = []
    inside = False
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
            inside = True
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            assert name not in found[-1], name
            found[-1][name] = value
    return found


def event(**more) -> Event:
    return Event(**{"uid": "day-1@hub.example", "begins": date(2027, 4, 13), "ends": date(2027, 4, 13),
                    "title": "New year", "language": "ta", **more})  # fmt: skip


def test_a_whole_day_ends_on_the_day_after():
    (one,) = read(told(event(ends=date(2027, 4, 14))))
    assert (one["DTSTART;VALUE=DATE"], one["DTEND;VALUE=DATE"]) == ("20270413", "20270415")
    (last,) = read(told(event(begins=date(2026, 12, 31), ends=date(2026, 12, 31))))
    assert last["DTEND;VALUE=DATE"] == "20270101"


def test_the_stamp_is_in_utc_wherever_the_hub_stands():
    dhaka = NOW.astimezone(timezone(timedelta(hours=6)))
    assert read(told(event(), now=dhaka))[0]["DTSTAMP"] == "20261130T120509Z"


def test_what_comes_every_year_says_so_and_the_29th_of_february_is_the_months_last_day():
    assert "RRULE" not in read(told(event()))[0]
    assert read(told(event(yearly=True)))[0]["RRULE"] == "FREQ=YEARLY"
    leap = event(yearly=True, begins=date(2028, 2, 29), ends=date(2028, 2, 29))
    assert read(told(leap))[0]["RRULE"] == "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"


def test_a_text_says_its_language_and_a_strange_one_says_none():
    (one,) = read(told(event(description="Lamps")))
    assert one["SUMMARY;LANGUAGE=ta"] == "New year"
    assert one["DESCRIPTION;LANGUAGE=ta"] == "Lamps"
    (odd,) = read(told(event(language='en";X=1:')))
    assert odd["SUMMARY"] == "New year"


def test_only_what_is_public_is_called_so():
    assert read(told(event()))[0]["CLASS"] == "PRIVATE"
    assert read(told(event(public=True)))[0]["CLASS"] == "PUBLIC"


def test_the_frame_is_whole():
    lines = unfolded(told(event()))
    assert lines[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Baithak//Coordination//EN",
                         "CALSCALE:GREGORIAN"]  # fmt: skip
    assert lines[-1] == "END:VCALENDAR"
    assert "NAME;LANGUAGE=en:Days" in lines
    needed = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE"}
    assert needed <= set(read(told(event()))[0])
    assert read(told()) == []


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@given(TEXTS, TEXTS)
def test_every_text_comes_back_and_none_becomes_a_line(title, description):
    text = told(event(title=title, description=description, category=title))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (one,) = read(text)
    allowed = {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY;LANGUAGE=ta",
               "DESCRIPTION;LANGUAGE=ta", "CATEGORIES", "CLASS", "TRANSP"}  # fmt: skip
    assert set(one) <= allowed

    def kept(given: str) -> str:
        lines = given.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(s for s in lines if (s >= " " and s != "\x7f") or s in "\t\n")

    assert plain(one["SUMMARY;LANGUAGE=ta"]) == kept(title)
    assert plain(one.get("DESCRIPTION;LANGUAGE=ta", "")) == kept(description)


def test_letters_of_several_bytes_are_never_cut():
    name = "தமிழ்ப் புத்தாண்டு " * 12
    text = told(event(title=name))
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert plain(read(text)[0]["SUMMARY;LANGUAGE=ta"]) == name


def test_without_escaping_a_text_would_become_a_line(monkeypatch):
    """Control: the reader would notice."""
    hostile = "x\r\nATTENDEE:mailto:a@b.example"
    assert "ATTENDEE" not in read(told(event(title=hostile)))[0]
    monkeypatch.setattr(icalendar, "_text", lambda name, text, language="": f"{name}:{text}")
    assert "ATTENDEE" in read(told(event(title=hostile)))[0]


def test_an_address_cannot_break_out():
    (one,) = read(told(event(url="https://hub.example/\r\nX-EVIL:1")))
    assert one["URL"] == "https://hub.example/X-EVIL:1"


@pytest.mark.parametrize("size", [74, 75, 76, 148, 149, 150])
def test_folding_at_its_edges(size):
    line = "S" * size
    assert unfolded(icalendar._folded(line)) == [line]
