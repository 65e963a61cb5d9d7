"""What somebody asks of the search, read from an address that anybody may have written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from baithak.exchange.facets import FACETS, known
from baithak.network import wording

__all__ = ["AT_ONCE", "MOST", "Asked", "asked"]

#: Results on a page, and results that can be looked at: whoever needs more narrows the search.
AT_ONCE, MOST = 20, 200
#: Signs of a query that are read; so many words make no search better.
LONGEST = 1000
_CITY = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """Words, chosen codes by facet, a place of the map, a page."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    city: str = ""
    page: int = 1

    @property
    def is_blank(self) -> bool:
        """Nothing is asked: everything is shown."""
        return not (self.words or self.chosen or self.city)

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """For the index, where a place is a country and a name."""
        if not self.city:
            return dict(self.chosen)
        countries = self.chosen.get("country") or known("country")
        return {**self.chosen, "place": tuple(f"{code}/{self.city}" for code in countries)}

    @property
    def limit(self) -> int:
        """How many results have to be found for this page."""
        return min(self.page * AT_ONCE, MOST)

    def address(self) -> str:
        """The same as the part of an address after its question mark."""
        told = [("q", self.words)] if self.words else []
        told += [(name, code) for name, codes in self.chosen.items() for code in codes]
        told += [("city", self.city)] if self.city else []
        return urlencode([*told, *([("page", str(self.page))] if self.page > 1 else [])])

    @property
    def first(self) -> str:
        """The address of the first page of the same."""
        return self.turned(1).address()

    def turned(self, page: int) -> Asked:
        """Another page of the same."""
        return replace(self, page=page)

    def without(self, facet: str, code: str = "") -> Asked:
        """One choice less, from the first page on."""
        if facet == "city":
            return replace(self, city="", page=1)
        if facet == "q":
            return replace(self, words="", page=1)
        left = tuple(c for c in self.chosen.get(facet, ()) if c != code)
        others = {name: codes for name, codes in self.chosen.items() if name != facet}
        return replace(self, chosen={**others, **({facet: left} if left else {})}, page=1)


def asked(told: QueryDict) -> Asked:
    """Read an address: what nobody knows is left out, nothing is refused.

    Examples
    --------
    >>> asked(QueryDict("q=peace%00++walks&country=LK&country=XX&year=2024&page=-3")).address()
    'q=peace+walks&country=LK&year=2024'
    """
    chosen = {}
    for facet in FACETS:
        codes = tuple(dict.fromkeys(filter(_fits(facet), told.getlist(facet))))
        if codes:
            chosen[facet] = codes
    page = told.get("page", "")
    number = int(page) if re.fullmatch(r"[0-9]{1,4}", page) else 1
    return Asked(
        words=_line(told.get("q", ""), LONGEST),
        chosen=chosen,
        city=_line(told.get("city", ""), _CITY),
        page=min(max(number, 1), MOST // AT_ONCE),
    )


def _fits(facet: str):
    if facet == "year":
        return re.compile(r"[12][0-9]{3}").fullmatch
    return set(known(facet)).__contains__


def _line(text: str, longest: int) -> str:
    """One line without what nobody can see."""
    told = wording.visible(" ".join(text[:longest].split()))
    return " ".join(told.split())
