"""The shipped library is the material, letter by letter, and every record of it is right."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from baithak.exchange.records import KINDS
from baithak.exchange.records.library import SHELF

FILES = ("practices.yaml", "taxonomy.yaml", "cities.yaml")


def raw(name: str):
    """The file as another reader sees it."""
    return yaml.safe_load((SHELF / name).read_text(encoding="utf-8"))


def test_the_counts_are_those_of_the_files(shipped):
    told = raw("practices.yaml")["practices"]
    assert [p.id for p in shipped.practices] == [p["id"] for p in told]
    assert len(shipped.practices) == 153
    assert Counter(p.country for p in shipped.practices) == Counter(p["country"] for p in told)
    assert sum(p.country in {"BD", "IN", "LK", "MV", "NP", "PK"} for p in shipped.practices) == 77
    assert len(shipped.countries) == len({p["country"] for p in told}) == 39
    cities = raw("cities.yaml")["cities"]
    assert [(c.name, c.country) for c in shipped.cities] == [
        (c["name"], c["country"]) for c in cities
    ]
    assert len(shipped.cities) == 116
    assert sum(len(p.sources) for p in shipped.practices) == sum(len(p["sources"]) for p in told)


def test_the_taxonomy_is_that_of_the_file(shipped):
    told = raw("taxonomy.yaml")
    assert {kind: len(shipped.taxonomy.codes(kind)) for kind in KINDS} == {
        "challenges": 35, "approaches": 40, "target_groups": 27, "evidence_levels": 4,
        "organisation_types": 25, "admin_levels": 5, "prevention_levels": 3, "mechanisms": 15,
    }  # fmt: skip
    for kind in KINDS:
        assert [
            (t.code, t.label(), t.definition) for t in shipped.taxonomy.terms[kind].values()
        ] == [(t["code"], t["label"], t["definition"]) for t in told[kind]]


def test_every_value_is_that_of_the_file(shipped):
    for practice, told in zip(shipped.practices, raw("practices.yaml")["practices"], strict=True):
        for name, value in told.items():
            ours = getattr(practice, name)
            if name == "sources":
                assert [(s.url, s.title, s.publisher, s.accessed) for s in ours] == [
                    (s["url"], s["title"], s["publisher"], s["accessed"]) for s in value
                ]
            else:
                assert (list(ours) if isinstance(ours, tuple) else ours) == value, (
                    practice.id,
                    name,
                )


def test_one_practice_known_by_eye(shipped):
    singra = shipped.practice("singra-mayors-workshop-rajshahi")
    assert singra.city == "Singra"
    assert singra.lead_organisation_type == "local_government"
    assert singra.partners == (
        "Mayor Alliance for Healthy Cities", "cso", "city_network", "local_government",
    )  # fmt: skip
    assert singra.challenges == ("hate_speech", "violent_extremism", "weak_local_mandate")
    assert (singra.start_year, singra.end_year, singra.results) == (2024, None, "")
    assert singra.evidence_level == "none_stated"
    assert singra.sources[1].title == "City Spotlight: Singra, Bangladesh"
    assert singra.sources[1].accessed == date(2026, 11, 23)


def test_two_hyderabads_and_a_country_that_yaml_takes_for_no(shipped):
    assert shipped.city("Hyderabad", "IN").latitude == 17.39
    assert shipped.city("Hyderabad", "PK").latitude == 25.40
    assert shipped.practice("kristiansand-youth-camp").country == "NO"
    assert shipped.taxonomy.label("countries", "NO") == "Norway"
    assert shipped.practice("nowhere") is None
    assert shipped.city("Colombo", "IN") is None


def test_every_practice_has_a_source_and_no_name_of_a_person(shipped):
    assert all(p.sources for p in shipped.practices)
    assert all(
        s.url.startswith(("http://", "https://")) for p in shipped.practices for s in p.sources
    )


def test_the_material_was_copied_unchanged():
    for part in os.environ.get("BAITHAK_DATA", "").split(os.pathsep):
        folder = Path(part) / "practices"
        if part and folder.is_dir():
            for name in FILES:
                assert (SHELF / name).read_bytes() == (folder / name).read_bytes(), name
            return
    pytest.skip("practices/ is not in BAITHAK_DATA: nothing to compare with")
