"""Which term stands in which document, and how much it says: one frozen segment of an index.

The impact of a term in a document is fixed when it is indexed (BM25F: term frequencies are weighted
by field and by the length of the field, added, and only then saturated), so that a search only looks
up and adds. Lengths are compared with a set usual length of the field, not with the average of the
collection: a document's impacts never depend on its neighbours, and an index grown one by one is the
same as one built at once.

Papers: S. Robertson, H. Zaragoza, M. Taylor (2004), "Simple BM25 extension to multiple weighted
fields", CIKM; V. N. Anh, A. Moffat (2006), "Pruned query evaluation using pre-computed impacts",
SIGIR.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIELDS", "LABEL", "OTHER", "SATURATION", "Field", "Rows", "Segment", "impact"]


class Field(NamedTuple):
    """How a field counts: its weight, its usual length in words, how strongly length matters."""

    weight: float
    usual: float
    slope: float


FIELDS = {
    "title": Field(4.5, 8.0, 0.3),
    "summary": Field(1.5, 45.0, 0.5),
    "done": Field(0.7, 30.0, 0.5),
    "results": Field(0.3, 20.0, 0.5),
    "lessons": Field(0.8, 20.0, 0.5),
    "place": Field(3.0, 2.0, 0.0),
    "year": Field(2.0, 1.0, 0.0),
}
OTHER = Field(0.8, 60.0, 0.5)
#: A taxonomy code the document bears: somebody judged that it is about this.
LABEL = 4.5
#: k1 of BM25.
SATURATION = 2.5


def impact(frequency: float) -> float:
    """What a weighted frequency says, 0 to 1.

    Examples
    --------
    >>> impact(0.0), round(impact(2.5), 2), impact(1000.0) < 1
    (0.0, 0.5, True)
    """
    return frequency / (SATURATION + frequency)


class Rows:
    """Postings and facets of new documents, document by document, before they are sorted."""

    def __init__(self) -> None:
        self.size = 0
        self.terms: array[int] = array("i")
        self.impacts: array[float] = array("f")
        self.counts: array[int] = array("i")
        self.facets: dict[str, tuple[array[int], array[int]]] = {}

    def add(self, frequencies: Mapping[int, float], facets: Mapping[str, Sequence[int]]) -> None:
        """One document: weighted frequency of each term number; numbers of its codes by facet."""
        self.terms.extend(frequencies)
        self.impacts.extend([f / (SATURATION + f) for f in frequencies.values()])
        self.counts.append(len(frequencies))
        for facet, codes in facets.items():
            documents, numbers = self.facets.setdefault(facet, (array("i"), array("i")))
            documents.extend([self.size] * len(codes))
            numbers.extend(codes)
        self.size += 1

    def segment(self) -> Segment:
        """Sorted by term, frozen."""
        counts = np.array(self.counts, dtype=np.int64)
        documents = np.repeat(np.arange(self.size, dtype=np.int32), counts)
        terms = np.array(self.terms, dtype=np.int32)
        return Segment.sort(
            self.size,
            terms,
            documents,
            np.array(self.impacts, dtype=np.float32),
            {
                facet: (np.array(rows, dtype=np.int32), np.array(codes, dtype=np.int32))
                for facet, (rows, codes) in self.facets.items()
            },
        )


@dataclass(frozen=True)
class Segment:
    """Postings of a run of documents, numbered from 0 within the segment.

    Parameters
    ----------
    size : int
        Documents.
    starts : int64 [terms + 1]
        Postings of term t are ``starts[t]`` to ``starts[t + 1]``.
    documents : int32 [postings]
        Ascending within a term.
    impacts : float32 [postings]
    facets : mapping of str to (int32 [k], int32 [k])
        For each facet, documents and code numbers side by side.
    """

    size: int
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    impacts: NDArray[np.float32]
    facets: Mapping[str, tuple[NDArray[np.int32], NDArray[np.int32]]]

    @staticmethod
    def sort(
        size: int,
        terms: NDArray[np.int32],
        documents: NDArray[np.int32],
        impacts: NDArray[np.float32],
        facets: Mapping[str, tuple[NDArray[np.int32], NDArray[np.int32]]],
    ) -> Segment:
        """A segment of postings in any order of terms (documents ascending)."""
        order = np.argsort(terms, kind="stable")
        counts = np.bincount(terms) if len(terms) else np.zeros(0, dtype=np.int64)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return Segment(size, starts, documents[order], impacts[order], facets)

    def postings(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Documents and impacts of a term; empty for a term the segment has never seen."""
        if term + 1 >= len(self.starts):
            return self.documents[:0], self.impacts[:0]
        part = slice(self.starts[term], self.starts[term + 1])
        return self.documents[part], self.impacts[part]

    @staticmethod
    def join(parts: Sequence[tuple[Segment, NDArray[np.bool_]]]) -> Segment:
        """One segment of several, without the documents that are no longer alive."""
        terms, documents, impacts = [], [], []
        facets: dict[str, list[tuple[NDArray[np.int32], NDArray[np.int32]]]] = {}
        size = 0
        for segment, alive in parts:
            numbers = (np.cumsum(alive) - 1 + size).astype(np.int32)
            kept = alive[segment.documents]
            counts = np.diff(segment.starts)
            terms.append(np.repeat(np.arange(len(counts), dtype=np.int32), counts)[kept])
            documents.append(numbers[segment.documents[kept]])
            impacts.append(segment.impacts[kept])
            for facet, (rows, codes) in segment.facets.items():
                held = alive[rows]
                facets.setdefault(facet, []).append((numbers[rows[held]], codes[held]))
            size += int(alive.sum())
        return Segment.sort(
            size,
            np.concatenate(terms),
            np.concatenate(documents),
            np.concatenate(impacts),
            {
                facet: (
                    np.concatenate([rows for rows, _ in pairs]),
                    np.concatenate([codes for _, codes in pairs]),
                )
                for facet, pairs in facets.items()
            },
        )
