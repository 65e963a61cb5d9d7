"""What is new in the library, for readers of feeds: Atom (RFC 4287) and JSON Feed 1.1.

Pure functions: nothing is fetched, and addresses of sources are told, never followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from baithak.exchange.records import Practice, Taxonomy

__all__ = ["Feed", "atom", "feed", "json_feed"]

MOST = 50  # entries


@dataclass(frozen=True, slots=True)
class Entry:
    """One practice as a feed tells it."""

    address: str
    title: str
    summary: str
    language: str
    updated: date
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of a hub. ``home`` is the page it belongs to, ``here`` its own address."""

    title: str
    home: str
    here: str
    language: str
    entries: tuple[Entry, ...]


def feed(
    practices: Iterable[Practice],
    taxonomy: Taxonomy,
    *,
    title: str,
    home: str,
    here: str,
    address: Callable[[str], str],
    changed: Mapping[str, date] | None = None,
    language: str = "en",
) -> Feed:
    """The newest practices, those first that changed last.

    Parameters
    ----------
    practices : iterable of Practice
        Published ones only: whoever calls has asked for nothing else.
    taxonomy : Taxonomy
    title : str
    home, here : str
        The page the feed belongs to, and the feed's own address.
    address : callable
        A practice's id to the address of its page.
    changed : mapping of str to date, optional
        The day a practice last changed, by its id; else the day its sources were read last.
    language : str
        Of the labels; a practice keeps its own language.
    """
    days = changed or {}
    entries = [
        Entry(
            address=address(practice.id),
            title=practice.title,
            summary=practice.summary,
            language=practice.language,
            updated=days.get(practice.id) or max(s.accessed for s in practice.sources),
            tags=tuple(taxonomy.label("challenges", c, language) for c in practice.challenges),
        )
        for practice in practices
    ]
    entries.sort(key=lambda entry: (-entry.updated.toordinal(), entry.address))
    return Feed(title, home, here, language, tuple(entries[:MOST]))


def atom(told: Feed) -> str:
    """The feed as an Atom document."""
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(told.language)}">',
            f"<title>{escape(told.title)}</title>",
            f"<id>{escape(told.here)}</id>",
            f'<link rel="self" type="application/atom+xml" href="{escape(told.here)}"/>',
            f'<link rel="alternate" type="text/html" href="{escape(told.home)}"/>',
            f"<updated>{_moment(_newest(told.entries))}</updated>",
            f"<author><name>{escape(told.title)}</name></author>",
            *(_atom_entry(entry) for entry in told.entries),
            "</feed>",
            "",
        ]
    )


def _atom_entry(entry: Entry) -> str:
    return "\n".join(
        [
            f'<entry xml:lang="{escape(entry.language)}">',
            f"<title>{escape(entry.title)}</title>",
            f"<id>{escape(entry.address)}</id>",
            f'<link rel="alternate" type="text/html" href="{escape(entry.address)}"/>',
            f"<updated>{_moment(entry.updated)}</updated>",
            f"<summary>{escape(entry.summary)}</summary>",
            *(f'<category term="{escape(tag)}"/>' for tag in entry.tags),
            "</entry>",
        ]
    )


def json_feed(told: Feed) -> dict[str, Any]:
    """The feed as a dictionary that JSON can hold."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told.title,
        "home_page_url": told.home,
        "feed_url": told.here,
        "language": told.language,
        "items": [
            {
                "id": entry.address,
                "url": entry.address,
                "title": entry.title,
                "summary": entry.summary,
                "content_text": entry.summary,
                "language": entry.language,
                "date_modified": _moment(entry.updated),
                "tags": list(entry.tags),
            }
            for entry in told.entries
        ],
    }


def _newest(entries: Sequence[Entry]) -> date:
    return max((entry.updated for entry in entries), default=date(1970, 1, 1))


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
