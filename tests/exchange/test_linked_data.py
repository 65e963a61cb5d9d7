"""schema.org: true to the record, safe inside a page."""

from __future__ import annotations

import json

from baithak.exchange.linked_data import as_script, dataset, graph, linked
from baithak.exchange.records import City
from factories.practices import SUNRISE, changed


def test_one_practice(shipped):
    told = linked(
        SUNRISE, shipped.taxonomy, shipped.city("Colombo", "LK"), url="https://hub.example/x"
    )
    assert told["@context"] == "https://schema.org"
    assert told["@type"] == "Article"
    assert told["@id"] == told["url"] == "https://hub.example/x"
    assert told["about"][0] == {
        "@type": "DefinedTerm", "termCode": "language_barriers", "name": "Language barriers",
    }  # fmt: skip
    assert told["spatialCoverage"]["geo"] == {
        "@type": "GeoCoordinates", "latitude": 6.93, "longitude": 79.86,
    }  # fmt: skip
    assert told["temporalCoverage"] == "2024/.."
    assert [c["url"] for c in told["citation"]] == [s.url for s in SUNRISE.sources]
    assert "workTranslation" not in told
    assert json.loads(json.dumps(told)) == told


def test_translations_and_unknown_places(shipped):
    bilbao = shipped.practice("bilbao-anti-rumour-strategy")
    renderings = {code: t.practices[bilbao.id] for code, t in shipped.translations.items()}
    told = linked(bilbao, shipped.taxonomy, None, renderings=renderings)
    assert told["@id"] == "urn:baithak:practice:bilbao-anti-rumour-strategy"
    assert {t["inLanguage"] for t in told["workTranslation"]} == set(shipped.translations)
    assert "geo" not in told["spatialCoverage"]
    untold = linked(bilbao, shipped.taxonomy, City("Bilbao", "ES"))
    assert untold["spatialCoverage"] == told["spatialCoverage"]


def test_the_whole_library(shipped):
    cities = {(c.name, c.country): c for c in shipped.cities}
    told = graph(shipped.practices, shipped.taxonomy, cities, "https://hub.example/p/{}".format)
    assert len({part["@id"] for part in told["@graph"]}) == 153
    assert all("geo" in part["spatialCoverage"] for part in told["@graph"])


def test_a_catalogue_finds_the_files_of_the_library(shipped):
    told = dataset(
        graph([SUNRISE], shipped.taxonomy, {}),
        name="Practices", description="What cities did.", url="https://hub.example/x",
        changed="2026-11-20", files={"https://hub.example/x.csv": "text/csv"},
    )  # fmt: skip
    head, part = told["@graph"]
    assert (head["@type"], head["dateModified"], head["inLanguage"]) == (
        "Dataset",
        "2026-11-20",
        ["en"],
    )
    assert head["hasPart"] == [{"@id": part["@id"]}]
    assert head["distribution"] == [
        {"@type": "DataDownload", "contentUrl": "https://hub.example/x.csv", "encodingFormat": "text/csv"}
    ]  # fmt: skip
    assert json.loads(json.dumps(told)) == told


def test_a_title_cannot_leave_its_script(shipped):
    evil = changed(title="</script><script>alert(1)</script><!-- & ")
    text = as_script(linked(evil, shipped.taxonomy, None))
    assert "<" not in text
    assert ">" not in text
    assert json.loads(text)["headline"] == evil.title
