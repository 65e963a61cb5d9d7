"""The overview tells exactly what the files hold, in a fixed order, and what is missing."""

from __future__ import annotations

import doctest
from collections import Counter

import yaml

from baithak.exchange import overview as module
from baithak.exchange.overview import Overview, Tally, overview
from baithak.exchange.records import LANGUAGES, Rendering
from baithak.exchange.records.library import SHELF
from factories.practices import SUNRISE, changed

HUB = ("BD", "IN", "LK", "MV", "NP", "PK")


def raw(name: str):
    """The file as another reader sees it."""
    return yaml.safe_load((SHELF / name).read_text(encoding="utf-8"))


def told_of(shipped, language: str = "en") -> Overview:
    renderings: dict[str, dict[str, Rendering]] = {}
    for code, told in shipped.translations.items():
        for name, rendering in told.practices.items():
            renderings.setdefault(name, {})[code] = rendering
    return overview(shipped.practices, renderings, shipped.taxonomy, hub=HUB, language=language)


def counted(tallies) -> dict[str, int]:
    return {tally.code: tally.count for tally in tallies}


def test_the_counts_are_those_of_the_files(shipped):
    told, practices = told_of(shipped), raw("practices.yaml")["practices"]
    codes = {kind: [t["code"] for t in terms] for kind, terms in raw("taxonomy.yaml").items()
             if isinstance(terms, list)}  # fmt: skip
    assert told.practices == len(practices) == 153
    assert told.cities == len(raw("cities.yaml")["cities"]) == 116
    for tallies, kind, field in (
        (told.challenges, "challenges", "challenges"),
        (told.approaches, "approaches", "approaches"),
        (told.evidence, "evidence_levels", "evidence_level"),
        (told.leads, "organisation_types", "lead_organisation_type"),
    ):
        values = (p[field] for p in practices)
        found = Counter(
            v for value in values for v in (value if isinstance(value, list) else [value])
        )
        assert [(t.code, t.count) for t in tallies] == [(c, found[c]) for c in codes[kind]]
    assert counted(told.countries) == Counter(p["country"] for p in practices)
    assert len(told.countries) == 39


def test_the_evidence_is_what_the_notes_on_the_field_counted(shipped):
    assert [tally.count for tally in told_of(shipped).evidence] == [82, 59, 3, 9]


def test_countries_are_in_alphabetical_order_of_the_readers_language(shipped):
    for language in ("en", "bn"):
        labels = [tally.label.casefold() for tally in told_of(shipped, language).countries]
        assert labels == sorted(labels)
    english = told_of(shipped)
    assert english.countries[0] == Tally("BD", "Bangladesh", 13)
    counts = [tally.count for tally in english.countries]
    assert counts != sorted(counts, reverse=True)


def test_what_the_shipped_library_lacks(shipped):
    told, practices = told_of(shipped), raw("practices.yaml")["practices"]
    found = Counter(code for p in practices for code in p["challenges"])
    every = [term["code"] for term in raw("taxonomy.yaml")["challenges"]]
    assert [t.code for t in told.challenges_without] == [c for c in every if found[c] == 0]
    assert [t.code for t in told.challenges_with_one] == [c for c in every if found[c] == 1]
    assert told.hub_without == ()


def test_languages_are_counted_from_the_translations(shipped):
    told = {reach.language: reach for reach in told_of(shipped).languages}
    assert list(told) == list(LANGUAGES)
    practices = {p["id"]: p for p in raw("practices.yaml")["practices"]}
    every = [term["code"] for term in raw("taxonomy.yaml")["challenges"]]
    present = {code for p in practices.values() for code in p["challenges"]}
    assert (told["en"].count, told["en"].without) == (153, ())
    for language in ("bn", "hi", "ur", "ta", "si", "dv", "ne"):
        translated = raw(f"translations/{language}.yaml")["practices"]
        assert told[language].count == len(translated) == 40
        reached = {code for name in translated for code in practices[name]["challenges"]}
        assert [t.code for t in told[language].without] == [
            c for c in every if c in present and c not in reached
        ]


def test_a_country_of_the_hub_without_a_practice_is_named(shipped):
    told = overview([SUNRISE], {}, shipped.taxonomy, hub=["MV", "LK", "BT", "MV"])
    assert [(t.label, t.count) for t in told.hub_without] == [("Bhutan", 0), ("Maldives", 0)]
    assert counted(told.countries) == {"LK": 1}


def test_one_practice_known_by_eye(shipped):
    told = overview([SUNRISE], {}, shipped.taxonomy, hub=HUB)
    assert [t.code for t in told.challenges_with_one] == ["social_isolation", "language_barriers"]
    assert len(told.challenges_without) == 33
    assert told.cities == 1
    assert {t.code: t.count for t in told.leads if t.count} == {"local_government": 1}


def test_a_language_needs_both_title_and_summary(shipped):
    tamil = changed(id="in-tamil", language="ta")
    half = changed(id="half")
    renderings = {
        "colombo-sunrise-walks": {"ta": Rendering("நடை", "ஒன்றாக நடக்கிறார்கள்.")},
        "half": {"ta": Rendering("நடை", ""), "si": Rendering("", "එකට ඇවිදිති.")},
    }
    told = overview([SUNRISE, tamil, half], renderings, shipped.taxonomy, hub=HUB)
    reach = {r.language: r for r in told.languages}
    assert (reach["ta"].count, reach["ta"].without) == (2, ())
    assert reach["en"].count == 2
    assert reach["si"].count == 0
    assert [t.code for t in reach["si"].without] == ["social_isolation", "language_barriers"]


def test_an_empty_library_lacks_everything_and_breaks_nothing(shipped):
    told = overview([], {}, shipped.taxonomy, hub=HUB)
    assert (told.practices, told.cities, told.countries) == (0, 0, ())
    assert len(told.challenges_without) == 35
    assert [t.code for t in told.hub_without] == ["BD", "IN", "MV", "NP", "PK", "LK"]
    assert {reach.count for reach in told.languages} == {0}


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(module) == (0, 5)
