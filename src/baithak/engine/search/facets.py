"""Counts beside the results, and filters: which codes the matching documents bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.search.postings import Segment

__all__ = ["Codes", "count", "passing"]

Mask = NDArray[np.bool_]


class Codes:
    """Numbers of each facet's codes, in order of their first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def numbers(self, facets: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """Numbers of a document's codes; new codes get one."""
        told = {}
        for facet, codes in facets.items():
            known = self._numbers.setdefault(facet, {})
            told[facet] = [known.setdefault(code, len(known)) for code in dict.fromkeys(codes)]
        return told

    def of(self, facet: str) -> dict[str, int]:
        """Code → number of one facet."""
        return self._numbers.get(facet, {})

    def names(self) -> list[str]:
        """All facets."""
        return list(self._numbers)


def passing(
    filters: Mapping[str, Sequence[str]], segments: Sequence[Segment], codes: Codes
) -> dict[str, Mask]:
    """For each filtered facet, the documents that bear one of the codes asked for."""
    total = sum(segment.size for segment in segments)
    masks = {}
    for facet, wanted in filters.items():
        known = codes.of(facet)
        chosen = np.zeros(len(known), dtype=np.bool_)
        chosen[[known[code] for code in wanted if code in known]] = True
        mask = np.zeros(total, dtype=np.bool_)
        offset = 0
        for segment in segments:
            if facet in segment.facets:
                rows, numbers = segment.facets[facet]
                mask[rows[chosen[numbers]] + offset] = True
            offset += segment.size
        masks[facet] = mask
    return masks


def count(
    matching: Mask, masks: Mapping[str, Mask], segments: Sequence[Segment], codes: Codes
) -> dict[str, dict[str, int]]:
    """How many matching documents bear each code.

    Parameters
    ----------
    matching : bool [documents]
        By the query alone.
    masks : mapping of str to bool [documents]
        From ``passing``; each facet is counted under the masks of the others.
    """
    told = {}
    everything = matching.copy()
    for mask in masks.values():
        everything &= mask
    for facet in codes.names():
        here = everything
        if facet in masks:
            here = matching.copy()
            for other, mask in masks.items():
                if other != facet:
                    here &= mask
        known = codes.of(facet)
        counts = np.zeros(len(known), dtype=np.int64)
        offset = 0
        for segment in segments:
            if facet in segment.facets:
                rows, numbers = segment.facets[facet]
                held = here[offset : offset + segment.size][rows]
                counts += np.bincount(numbers[held], minlength=len(known))
            offset += segment.size
        told[facet] = {
            code: int(counts[number])
            for code, number in sorted(known.items(), key=lambda item: (-counts[item[1]], item[0]))
            if counts[number]
        }
    return told
