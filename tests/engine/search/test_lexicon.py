"""The tables: every row is whole, every phrase leads to its concept, every code exists."""

from __future__ import annotations

import csv
import re

import pytest

from baithak.engine.search.lexicon import FACET_OF, HERE, LANGUAGES, Entry, Lexicon
from baithak.engine.search.tokens import tokenise
from baithak.exchange.analysis import FACETS
from baithak.exchange.records import library

with (HERE / "glossary.csv").open(encoding="utf-8", newline="") as stream:
    GLOSSARY = list(csv.DictReader(stream))
with (HERE / "places.csv").open(encoding="utf-8", newline="") as stream:
    PLACES = list(csv.DictReader(stream))
SCRIPT = {
    "bn": r"\u0980-\u09ff", "hi": r"\u0900-\u097f", "ne": r"\u0900-\u097f", "ur": r"\u0600-\u06ff",
    "ta": r"\u0b80-\u0bff", "si": r"\u0d80-\u0dff", "dv": r"\u0780-\u07bf\ufdf2",
}  # fmt: skip


def phrases(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def test_concepts_and_places_stand_once():
    for rows, name in ((GLOSSARY, "concept"), (PLACES, "place")):
        names = [row[name] for row in rows]
        assert sorted(set(names)) == sorted(names)
        assert all(None not in row and None not in row.values() for row in rows)
    assert 150 <= len(GLOSSARY) <= 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_almost_every_concept_is_said_in_every_language(language):
    silent = [row["concept"] for row in GLOSSARY if not phrases(row[language])]
    assert len(silent) <= 12, silent
    unnamed = [r["place"] for r in PLACES if r["place"].startswith("country:") and not r[language]]
    assert unnamed == []


@pytest.mark.parametrize("language", SCRIPT)
def test_every_phrase_is_in_the_script_of_its_language(language):
    letters = re.compile(rf"[{SCRIPT[language]}\u200c\u200d 0-9’'-]+")
    for row in (*GLOSSARY, *PLACES):
        for phrase in phrases(row[language]):
            assert letters.fullmatch(phrase), (row, phrase)


def test_every_phrase_leads_to_its_concept():
    lexicon = Lexicon()
    for row in GLOSSARY:
        for language in LANGUAGES:
            for phrase in phrases(row[language]):
                terms = [token.term for token in tokenise(phrase)]
                assert terms, phrase
                found = {match.concept for match in lexicon.matches(terms)}
                assert f"glossary:{row['concept']}" in found, phrase


def test_codes_of_the_glossary_are_codes_of_the_taxonomy():
    taxonomy = library().taxonomy
    kinds = {facet: kind for kind, facet in FACETS.items()}
    for row in GLOSSARY:
        for code in phrases(row["codes"]):
            facet, _, name = code.partition(":")
            assert name in taxonomy.codes(kinds[FACET_OF[facet]]), code


def test_every_place_of_the_library_is_known():
    known = {row["place"] for row in PLACES}
    shipped = library()
    assert [c for c in shipped.countries if f"country:{c}" not in known] == []
    south_asia = {"AF", "BD", "BT", "IN", "LK", "MV", "NP", "PK"}
    assert [
        city.name
        for city in shipped.cities
        if city.country in south_asia and f"city:{city.name}:{city.country}" not in known
    ] == []


def test_a_place_stands_for_the_countries_in_it():
    assert "country:LK" in Lexicon().related["area:south_asia"]


def test_a_query_that_describes_a_code_finds_it():
    lexicon = Lexicon(
        [
            Entry("challenge", "online_hate", {"en": "Online hate and harassment"}),
            Entry("challenge", "hate_speech", {"en": "Hate speech"}),
        ]
    )
    assert lexicon.shares["harassment"]["challenge:online_hate"] > 0.3
    assert "challenge:hate_speech" not in lexicon.shares["harassment"]
