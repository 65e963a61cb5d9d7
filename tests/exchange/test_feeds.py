"""Feeds: well formed whatever a title holds, newest first, not endless."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree

from hypothesis import given, settings

from baithak.exchange.feeds import MOST, atom, feed, json_feed
from factories.practices import SUNRISE, changed, practices

SPACE = "{http://www.w3.org/2005/Atom}"
WHERE = {
    "title": "What cities did & learned",
    "home": "https://hub.example/exchange/",
    "here": "https://hub.example/exchange/feed.atom",
    "address": "https://hub.example/exchange/{}".format,
}


def test_the_newest_come_first(shipped):
    old = changed(id="old", sources=SUNRISE.sources[1:])
    told = feed([old, SUNRISE], shipped.taxonomy, **WHERE)
    assert [e.address.rpartition("/")[2] for e in told.entries] == ["colombo-sunrise-walks", "old"]
    assert told.entries[0].updated == date(2026, 11, 1)
    root = ElementTree.fromstring(atom(told))
    assert root.find(f"{SPACE}updated").text == "2026-11-01T00:00:00Z"
    assert [link.get("rel") for link in root.findall(f"{SPACE}link")] == ["self", "alternate"]
    first = root.find(f"{SPACE}entry")
    assert first.find(f"{SPACE}title").text == SUNRISE.title
    assert first.find(f"{SPACE}id").text == "https://hub.example/exchange/colombo-sunrise-walks"
    assert [c.get("term") for c in first.findall(f"{SPACE}category")] == [
        "Language barriers", "Isolation and loss of belonging",
    ]  # fmt: skip


def test_a_change_here_counts_more_than_the_day_a_source_was_read(shipped):
    old = changed(id="old", sources=SUNRISE.sources[1:])
    told = feed([old, SUNRISE], shipped.taxonomy, **WHERE, changed={"old": date(2026, 11, 20)})
    assert [entry.updated for entry in told.entries] == [date(2026, 11, 20), date(2026, 11, 1)]
    assert told.entries[0].address == "https://hub.example/exchange/old"


def test_labels_are_in_the_language_of_the_feed(shipped):
    told = feed([SUNRISE], shipped.taxonomy, **WHERE, language="ur")
    assert told.entries[0].tags[0] == "زبان کی رکاوٹیں"
    assert json_feed(told)["language"] == "ur"
    assert json_feed(told)["items"][0]["language"] == "en"


def test_the_library_makes_a_feed_of_fifty(shipped):
    told = feed(shipped.practices, shipped.taxonomy, **WHERE)
    root = ElementTree.fromstring(atom(told))
    assert len(root.findall(f"{SPACE}entry")) == MOST
    plain = json_feed(told)
    assert plain["version"] == "https://jsonfeed.org/version/1.1"
    assert len(plain["items"]) == MOST
    assert json.loads(json.dumps(plain)) == plain


def test_an_empty_feed_is_a_feed(shipped):
    told = feed([], shipped.taxonomy, **WHERE)
    assert ElementTree.fromstring(atom(told)).findall(f"{SPACE}entry") == []
    assert json_feed(told)["items"] == []


@settings(max_examples=60, deadline=None)
@given(practices())
def test_any_practice_is_well_formed(told):
    from baithak.exchange.records import library

    made = feed(told, library().taxonomy, **WHERE)
    root = ElementTree.fromstring(atom(made))
    titles = {e.find(f"{SPACE}title").text for e in root.findall(f"{SPACE}entry")}
    assert titles == {p.title for p in told}
