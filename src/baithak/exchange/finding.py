"""One search for everything the exchange holds: each process keeps an index, each viewer sees their own.

The index holds what is published, at every level. What a viewer may see is one more filter, by the
codes of the facet ``seen``; totals and counts beside the results come after it, so they tell nothing
of what is hidden (R14). Before each search the lines of ``Change`` that this process has not read yet
bring the index up to date.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone, translation

from baithak.exchange import analysis, guide
from baithak.exchange.models import Lesson, Practice
from baithak.exchange.queries import search as queries
from baithak.exchange.records import Rendering, library
from baithak.network.scope import PUBLIC, Viewer, Visibility

__all__ = ["KINDS", "Finder", "find", "seen_by", "warm"]

log = logging.getLogger(__name__)

#: What can be found, by the first part of a document's id.
KINDS = ("practice", "lesson", "resource", "guide")


def seen_by(viewer: Viewer) -> tuple[str, ...]:
    """The codes of ``seen`` that this viewer holds: the lattice, said once more for the index."""
    codes = [Visibility.PUBLIC.value]
    if viewer.is_member:
        codes.append(Visibility.NETWORK.value)
        codes += [f"hub:{hub}" for hub in sorted(viewer.hubs)]
        codes += [f"city:{place}" for place in sorted(viewer.places)]
        codes += [f"team:{place}" for place in sorted(viewer.places_as(queries.TEAM))]
    return tuple(codes)


class Finder:
    """An index that follows the database. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: analysis.Index | None = None
        self._read: set[int] = set()
        self._since = timezone.now()

    def find(
        self,
        viewer: Viewer,
        query: str,
        *,
        language: str | None = None,
        filters: Mapping[str, Sequence[str]] | None = None,
        limit: int = 10,
    ) -> analysis.Results:
        """What the viewer may see and the query asks for, best first."""
        index = self._current()
        return index.search(
            query,
            language=language,
            filters={**(filters or {}), "seen": seen_by(viewer)},
            limit=limit,
        )

    def _current(self) -> analysis.Index:
        with self._lock:
            now = timezone.now()
            told = queries.changes_since(self._since - queries.OVERLAP)
            if self._index is None:
                self._index = analysis.Index.build(
                    chain(_documents(queries.everything()), _guide()),
                    analysis.lexicon(library().taxonomy),
                )
            else:
                self._apply(dict.fromkeys(t for pk, t in told.items() if pk not in self._read))
            self._read, self._since = set(told), now
            return self._index

    def _apply(self, things: Iterable[str]) -> None:
        index = self._index
        if index is None or not things:
            return
        living = {document.id: document for document in _documents(queries.these(things))}
        for thing in things:
            if thing in living:
                index.add(living[thing])
            elif thing in index:
                index.remove(thing)


def _documents(found: Iterable[queries.Findable]) -> Iterator[analysis.Document]:
    for one in found:
        seen = {"kind": (str(one._meta.model_name),), "seen": (queries.level(one),)}
        if isinstance(one, Practice):
            record = one.record
            renderings = {
                language: Rendering(told.title, told.summary)
                for language, told in one.renderings.items()
            }
            city = library().city(record.city, record.country)
            place = {"place": (f"{record.country}/{record.city}",)}
            yield analysis.document(
                record, city, renderings, id=one.finding_id, facets={**seen, **place}
            )
            continue
        told = one.text if isinstance(one, Lesson) else one.about
        facets = {**seen, "challenge": tuple(one.challenges)}
        yield analysis.note(one.finding_id, one.title, told, one.language, facets)


def _guide() -> Iterator[analysis.Document]:
    """The steps of the guide, which everybody may see, in every language they are told in."""
    for step in guide.STEPS:
        told: dict[str, tuple[str, str]] = {}
        for language, _ in settings.LANGUAGES:
            with translation.override(language):
                words = (str(step.title), "\n".join(map(str, (step.what, step.why, *step.actions))))
            if words not in told.values():  # a sentence without a translation stays English
                told[language] = words
        title, text = told.pop("en")
        seen = {"kind": ("guide",), "seen": (Visibility.PUBLIC.value,)}
        yield analysis.note(f"guide:{step.code}", title, text, "en", seen, translations=told)


_finder = Finder()


def warm() -> None:
    """Build this process's index before anybody asks; where that fails, the first search tries again."""
    try:
        _finder.find(PUBLIC, "", limit=1)
    except DatabaseError:
        log.info("the index is built later: the database is not ready")
    finally:
        connection.close()


def find(
    viewer: Viewer,
    query: str,
    *,
    language: str | None = None,
    filters: Mapping[str, Sequence[str]] | None = None,
    limit: int = 10,
) -> analysis.Results:
    """Search this process's index."""
    return _finder.find(viewer, query, language=language, filters=filters, limit=limit)
