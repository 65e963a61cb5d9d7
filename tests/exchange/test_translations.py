"""Each language is whole, in its own script, in NFC, and says that nobody has reviewed it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from baithak.exchange.records import KINDS, LANGUAGES
from baithak.exchange.records.library import SHELF

SCRIPTS = {
    "bn": "BENGALI",
    "hi": "DEVANAGARI",
    "ur": "ARABIC",
    "ta": "TAMIL",
    "si": "SINHALA",
    "dv": "THAANA",
    "ne": "DEVANAGARI",
}
SOUTH_ASIA = {"BD", "IN", "LK", "MV", "NP", "PK"}
#: The only words in Latin letters: abbreviations in use everywhere, beside words of the language.
ABBREVIATIONS = {"LGBTIQ", "LPN", "CAT", "CEF", "LLG"}
# Danda and double danda are shared by the scripts of India; marks of honour stand in Arabic texts.
SHARED = set("।॥")


def texts(told):
    """Every text of a language, with where it stands."""
    for kind, words in told.labels.items():
        yield from ((f"{kind}.{code}", word) for code, word in words.items())
    yield from (("countries." + code, word) for code, word in told.countries.items())
    yield from ((f"cities.{key[1]}.{key[0]}", word) for key, word in told.cities.items())
    for name, rendering in told.practices.items():
        yield f"practices.{name}.title", rendering.title
        yield f"practices.{name}.summary", rendering.summary


def script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def test_there_is_a_file_for_every_language_but_english(shipped):
    assert set(shipped.translations) == set(SCRIPTS) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", sorted(SCRIPTS))
class TestALanguage:
    def test_it_is_marked_unreviewed(self, shipped, language):
        told = shipped.translations[language]
        assert (told.status, told.by, told.language) == ("unreviewed", "language model", language)

    def test_it_is_whole(self, shipped, language):
        told = shipped.translations[language]
        assert set(told.labels) == set(KINDS)
        for kind in KINDS:
            assert tuple(told.labels[kind]) == shipped.taxonomy.codes(kind)
        assert set(told.countries) == set(shipped.countries)
        assert set(told.cities) == {
            (c.name, c.country) for c in shipped.cities if c.country in SOUTH_ASIA
        }
        assert len(told.cities) == 53
        assert len(told.practices) == 40
        assert all(text for _, text in texts(told))

    def test_it_translates_the_same_practices_as_the_others(self, shipped, language):
        chosen = list(shipped.translations[language].practices)
        assert chosen == list(shipped.translations["hi"].practices)
        found = [shipped.practice(name) for name in chosen]
        assert None not in found
        assert sum(p.country in SOUTH_ASIA for p in found) == 35
        councils = {
            p.id
            for p in shipped.practices
            if p.country in SOUTH_ASIA and p.lead_organisation_type == "local_government"
        }
        assert councils <= set(chosen)

    def test_it_is_in_its_own_script(self, shipped, language):
        for where, text in texts(shipped.translations[language]):
            letters = [c for c in text if unicodedata.category(c)[0] in "LM" and c not in SHARED]
            latin = set(re.findall(r"[A-Za-z]+", text))
            assert latin <= ABBREVIATIONS, (where, text)
            strange = {
                c for c in letters
                if script(c) not in (SCRIPTS[language], "LATIN")
                # Joining marks are of no script; Thaana writes Arabic sounds with its own letters.
                and c not in "\u200c\u200d" and not c.isascii()
            }  # fmt: skip
            assert not strange, (where, text, strange)

    def test_it_writes_figures_0_to_9_and_keeps_those_of_the_english(self, shipped, language):
        told = shipped.translations[language]
        for where, text in texts(told):
            assert all(c in "0123456789" for c in text if unicodedata.category(c) == "Nd"), where
        for name, rendering in told.practices.items():
            practice = shipped.practice(name)
            for own, theirs in (
                (practice.summary, rendering.summary), (practice.title, rendering.title)
            ):  # fmt: skip
                # Grouping differs (500,000 and 5,00,000); a million may be written as ten lakh.
                def figures(text: str) -> set[str]:
                    plain = re.sub(r"(?<=[0-9]),(?=[0-9])", "", text)
                    return {n for n in re.findall(r"[0-9]+(?:\.[0-9]+)?", plain) if n != "1.5"}

                assert figures(own) <= figures(theirs), (language, name)

    def test_no_two_terms_of_a_part_have_the_same_label(self, shipped, language):
        told = shipped.translations[language]
        for kind, words in told.labels.items():
            twice = [w for w, n in Counter(words.values()).items() if n > 1]
            assert not twice, (kind, twice)
        for words in (told.countries.values(), told.cities.values()):
            assert max(Counter(words).values()) == 1
        assert max(Counter(r.title for r in told.practices.values()).values()) == 1
        assert max(Counter(r.summary for r in told.practices.values()).values()) == 1

    def test_nothing_was_left_to_be_filled_in(self, shipped, language):
        for where, text in texts(shipped.translations[language]):
            assert not re.search(r"\?\?|\.\.\.|…|TODO|XXX|\[|\]|[{}<>]", text), (where, text)
            assert text == text.strip(), where

    def test_summaries_are_neither_cut_nor_blown_up(self, shipped, language):
        for name, rendering in shipped.translations[language].practices.items():
            share = len(rendering.summary) / len(shipped.practice(name).summary)
            assert 0.55 < share < 1.9, (name, share)

    def test_the_file_is_nfc(self, language):
        text = Path(SHELF / "translations" / f"{language}.yaml").read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text)


def test_labels_come_with_the_taxonomy_and_the_cities(shipped):
    assert shipped.taxonomy.label("countries", "LK", "ta") == "இலங்கை"
    assert shipped.city("Trincomalee", "LK").label("si") == "ත්‍රිකුණාමලය"
    assert shipped.city("Bilbao", "ES").label("si") == "Bilbao"
    assert shipped.taxonomy.label("organisation_types", "National Peace Council", "ur") == (
        "National Peace Council"
    )
    assert (
        shipped.taxonomy.label("challenges", "hate_speech", "fr")
        == "Hate speech (public and offline)"
    )
