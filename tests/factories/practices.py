"""Practices for tests: one by hand, a YAML file of it, and any that the library could hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache

from hypothesis import strategies as st

from baithak.exchange.records import FIELDS, LANGUAGES, Field, Practice, Source, library

SUNRISE = Practice(
    id="colombo-sunrise-walks",
    title="Neighbours walk together at sunrise",
    city="Colombo",
    country="LK",
    admin_level="city",
    lead_organisation_type="local_government",
    challenges=("language_barriers", "social_isolation"),
    approaches=("intercultural_dialogue",),
    target_groups=("general_public",),
    summary="Every Sunday the council invites neighbours of all languages to a walk.",
    evidence_level="none_stated",
    sources=(
        Source("https://council.example/walks", "Walks", "Council", date(2026, 11, 1)),
        Source("http://paper.example/a?b=1;c=2", "We walk | together; again", "The Paper", date(2025, 2, 3)),
    ),
    partners=("cso", "Friends of the Beira Lake"),
    start_year=2024,
    what_was_done=("Chose a route; asked the police", "Printed it in Sinhala, Tamil and English"),
    lessons=(r"A path C:\park is no path",),
)  # fmt: skip

YAML = """\
version: 1
practices:
  - id: colombo-sunrise-walks
    title: "Neighbours walk together at sunrise"
    city: Colombo
    country: LK
    admin_level: city
    lead_organisation_type: local_government
    challenges: [language_barriers, social_isolation]
    approaches: [intercultural_dialogue]
    target_groups: [general_public]
    summary: >-
      Every Sunday the council invites neighbours
      of all languages to a walk.
    evidence_level: none_stated
    sources:
      - url: "https://council.example/walks"
        title: "Walks"
        publisher: "Council"
        accessed: 2026-11-01
"""

_SPACE = re.compile(r"\s+")


def changed(practice: Practice = SUNRISE, **fields: object) -> Practice:
    """The same practice with other fields."""
    return replace(practice, **fields)  # type: ignore[arg-type]


@lru_cache
def lines(longest: int, empty: bool = False) -> st.SearchStrategy[str]:
    """Any text a field can hold, as reading leaves it: one line, NFC, without strange signs."""
    letters = st.characters(
        exclude_categories=("Cc", "Cs", "Cn"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    )
    awkward = st.sampled_from(
        ["- a", "# b", "a: b", "'c'", '"d"', "{e}", "[f", "=1+1", "@g", "NO", "null", "~", "1:30", "2026-11-23",
         "%h", "|i", ">j", "&k", "*l", "!m", "\\n", "a\\", "; ;", "_x0041_", "'=x", "''", "\ufeffy", "ؤ", "රුව්‍යා", "👍🏽"]
    )  # fmt: skip
    free = st.text(letters, max_size=min(longest, 40))
    words = st.lists(st.one_of(awkward, free), max_size=4).map(" ".join)
    told = words.map(_tidy).filter(lambda text: len(text) <= longest)
    return told if empty else told.filter(bool)


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip())


@lru_cache
def _value(field: Field) -> st.SearchStrategy[object]:
    known = library().taxonomy.codes(field.codes)
    years = st.integers(1950, 2050)
    if field.kind == "code":
        return st.sampled_from(known)
    if field.kind in ("codes", "partners"):
        return st.lists(
            st.sampled_from(known), min_size=int(field.required), max_size=4, unique=True
        ).map(tuple)
    if field.kind == "texts":
        return st.lists(lines(field.longest), max_size=4, unique=True).map(tuple)
    if field.kind == "tongues":
        return st.lists(st.sampled_from(["si", "ta", "dv", "urd"]), unique=True).map(tuple)
    if field.kind == "sources":
        sources = st.builds(
            Source,
            st.from_regex(r"https?://[a-z]{1,9}\.example(/[a-z0-9;=&?%+,._~'-]{0,20})?", fullmatch=True),
            lines(400),
            lines(200),
            st.dates(date(1950, 1, 1), date(2099, 12, 31)),
        )  # fmt: skip
        return st.lists(sources, min_size=1, max_size=3, unique_by=lambda s: s.url).map(tuple)
    if field.kind == "year":
        return st.one_of(st.none(), years)
    if field.kind == "number":
        return st.integers(1, 999_999)
    if field.kind == "language":
        return st.sampled_from(list(LANGUAGES))
    return lines(field.longest, empty=not field.required)


_FREE = {field.name: field for field in FIELDS if field.name not in ("id", "city", "country")}
_NAMES = st.lists(
    st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True), max_size=3, unique=True
)
_SOME = st.lists(st.sampled_from(sorted(_FREE)), min_size=1, max_size=6, unique=True)


@st.composite
def practices(draw: st.DrawFn) -> tuple[Practice, ...]:
    """Up to three practices with different ids, some of their fields anything at all."""
    told = []
    for name in draw(_NAMES):
        city = draw(st.sampled_from(library().cities))
        fields = {chosen: draw(_value(_FREE[chosen])) for chosen in draw(_SOME)}
        practice = replace(SUNRISE, id=name, city=city.name, country=city.country, **fields)  # type: ignore[arg-type]
        if practice.start_year and practice.end_year and practice.end_year < practice.start_year:
            practice = replace(practice, end_year=practice.start_year)
        told.append(practice)
    return tuple(told)
