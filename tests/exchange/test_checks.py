"""Every rule of a record, each broken once: row, field, value and a way out; all problems at once."""

from __future__ import annotations

import pytest

from baithak.engine.errors import EngineError
from baithak.exchange.records import City, read_cities, read_practices
from baithak.report.errors import sentence
from factories.practices import YAML

ROWS: dict[str, int] = {}
for _row, _line in enumerate(YAML.splitlines(), 1):
    ROWS.setdefault(_line.split(":")[0].strip(" -"), _row)


def problems(shipped, text: str) -> list[EngineError]:
    with pytest.raises(EngineError) as caught:
        read_practices(text.encode(), shipped.taxonomy, shipped.cities, "p.yaml")
    return [caught.value, *caught.value.others]


def problem(shipped, old: str, new: str) -> EngineError:
    """What is wrong after one change; exactly one thing."""
    assert old in YAML
    (found,) = problems(shipped, YAML.replace(old, new, 1))
    assert found.params["file"] == "p.yaml"
    return found


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ("version: 1", "version: 2", "library.version", 1),
        ("id: colombo-sunrise-walks", "id: Colombo Walks", "library.bad_id", ROWS["id"]),
        ('title: "Neighbours walk together at sunrise"', "title:", "library.missing", ROWS["title"]),
        ('"Neighbours walk', '"' + "x" * 200, "library.too_long", ROWS["title"]),
        ('"Neighbours walk', '"Neighbours \\u202e walk', "library.bad_character", ROWS["title"]),
        ('"Neighbours walk', '"Neighbours \\0 walk', "library.bad_character", ROWS["title"]),
        ("title:", "titel: x\n    title:", "library.unknown_field", ROWS["title"]),
        ("city: Colombo", "city: Colmbo", "library.unknown_city", ROWS["city"]),
        ("country: LK", "country: IN", "library.city_elsewhere", ROWS["city"]),
        ("country: LK", "country: Lanka", "library.unknown_code", ROWS["country"]),
        ("admin_level: city", "admin_level: town", "library.unknown_code", ROWS["admin_level"]),
        ("[language_barriers, social", "[langage_barriers, social", "library.unknown_code", ROWS["challenges"]),
        ("[language_barriers, social_isolation]", "[language_barriers, language_barriers]",
         "library.twice", ROWS["challenges"]),
        ("[language_barriers, social_isolation]", "language_barriers", "library.no_list", ROWS["challenges"]),
        ("[language_barriers, social_isolation]", "[]", "library.missing", ROWS["challenges"]),
        ("[language_barriers, social_isolation]", "[language_barriers, '']",
         "library.empty_item", ROWS["challenges"]),
        ("target_groups: [general_public]", "target_groups: [general_public]\n    partners: [csos]",
         "library.unknown_code", ROWS["target_groups"] + 1),
        ("admin_level: city", "admin_level: city\n    start_year: 24", "library.bad_year", ROWS["admin_level"] + 1),
        ("admin_level: city", "admin_level: city\n    start_year: 2024\n    end_year: 2023",
         "library.ends_before", ROWS["admin_level"] + 2),
        ("admin_level: city", "admin_level: city\n    version: one", "library.bad_number", ROWS["admin_level"] + 1),
        ("admin_level: city", "admin_level: city\n    language: fr", "library.unknown_code", ROWS["admin_level"] + 1),
        ("admin_level: city", "admin_level: [city]", "library.no_text", ROWS["admin_level"]),
        ("admin_level: city", "admin_level: city\n    lessons: [" + "a, " * 0 + ", ".join(f"l{i}" for i in range(41)) + "]",
         "library.too_many_items", ROWS["admin_level"] + 1),
        ("evidence_level: none_stated", "evidence_level: sure", "library.unknown_code", ROWS["evidence_level"]),
        ("https://council.example/walks", "council.example/walks", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "javascript:alert(1)", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "file:///etc/passwd", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "https://me:secret@council.example", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "https://", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "https://a.example/<b>", "library.bad_address", ROWS["url"]),
        ("https://council.example/walks", "https://a.example:99999/", "library.bad_address", ROWS["url"]),
        ("2026-11-01", "1.11.2026", "library.bad_day", ROWS["accessed"]),
        ("2026-11-01", "2026-02-30", "library.bad_day", ROWS["accessed"]),
        ("2026-11-01", "20261101", "library.bad_day", ROWS["accessed"]),
        ('        publisher: "Council"\n', "", "library.missing", ROWS["url"]),
    ],
)  # fmt: skip
def test_each_rule_is_kept(shipped, old, new, code, row):
    found = problem(shipped, old, new)
    assert (found.code, found.params["row"]) == (code, row)
    told = sentence(found.code, found.params)
    assert told.startswith("p.yaml, ")
    assert f"row {row}" in told
    assert "%(" not in told
    assert "?," not in told


def test_near_spellings_are_offered(shipped):
    assert (
        problem(shipped, "language_barriers", "langage_barrier")
        .params["near"]
        .startswith("language_barriers")
    )
    assert problem(shipped, "city: Colombo", "city: Colmbo").params["near"].startswith("Colombo")
    assert problem(shipped, "city: Colombo", "city: Xyz").params["near"].startswith("Batticaloa, ")
    assert problem(shipped, "title:", "titel: x\n    title:").params["near"].startswith("title")
    assert problem(shipped, "country: LK", "country: IN").params["known"] == "LK"


def test_every_problem_is_told_with_its_practice(shipped):
    text = (
        YAML.replace("none_stated", "sure").replace("LK", "lk").replace("Walks", "")
        + YAML.split("practices:\n")[1].replace("2026-11-01", "soon")
    )  # fmt: skip
    found = problems(shipped, text)
    assert [(p.code, p.params["field"]) for p in found] == [
        ("library.unknown_code", "country"),
        ("library.unknown_code", "evidence_level"),
        ("library.missing", "title"),
        ("library.id_twice", "id"),
        ("library.bad_day", "accessed"),
    ]
    assert {p.params["practice"] for p in found} == {"colombo-sunrise-walks"}
    assert found[0].params["more"] == 4
    assert len({(p.params["row"], p.params["field"]) for p in found}) == 5


def test_nothing_without_a_source(shipped):
    text = YAML.split("    sources:")[0]
    (found,) = problems(shipped, text)
    assert (found.code, found.params["field"]) == ("library.missing", "sources")
    (found,) = problems(shipped, text + "    sources: [https://council.example]\n")
    assert found.code == "library.no_source"


def test_a_long_list_of_problems_ends(shipped):
    text = YAML.replace("country: LK", "country: QQ")
    body = text.split("practices:\n")[1]
    found = problems(shipped, "practices:\n" + body * 200)
    assert len(found) == 51


def test_a_file_may_bring_its_own_cities(shipped):
    own = YAML.replace("Colombo", "Galle").replace(
        "version: 1\n",
        'version: 1\ncities:\n  - {name: "Galle", country: LK, lat: 6.03, lon: 80.22}\n',
    )
    told = read_practices(own.encode(), shipped.taxonomy, shipped.cities)
    assert told.practices[0].city == "Galle"
    assert told.cities[0].latitude == 6.03


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{name: Galle, country: LK, lat: 96.03, lon: 80.22}", "library.bad_place"),
        ("{name: Galle, country: LK, lat: north, lon: 80.22}", "library.bad_place"),
        ("{name: Galle, country: LK, lon: 80.22}", "library.missing"),
        ("{name: Galle, country: Lanka, lat: 6.03, lon: 80.22}", "library.unknown_code"),
        ("{name: Galle, country: LK, lat: 6.03, lon: 80.22, mayor: X}", "library.unknown_field"),
        ("{name: Galle, country: LK, lat: 6.03, lon: 80.22, population: many}", "library.bad_number"),
        ("{name: Galle, country: LK, lat: 6.03, lon: 80.22, population_source: x}", "library.bad_address"),
        ("{name: Galle, country: LK, lat: 6.03, lon: ''}", "library.missing"),
        ("{lat: 6.03, lon: 80.22}", "library.missing"),
        ("Galle", "library.no_record"),
    ],
)  # fmt: skip
def test_cities_are_checked_too(shipped, line, code):
    with pytest.raises(EngineError) as caught:
        read_cities(f"cities:\n  - {line}\n".encode(), shipped.taxonomy, "c.yaml")
    assert (caught.value.code, caught.value.params["row"]) == (code, 2)


def test_a_city_need_not_tell_where_it_lies(shipped):
    told = b"cities:\n  - {name: Galle, country: LK}\n  - {name: Example Town, country: XX, lat: , lon: }\n"
    assert read_cities(told, shipped.taxonomy) == (City("Galle", "LK"), City("Example Town", "XX"))


def test_texts_are_read_in_one_form(shipped):
    """Letters put together, one space between words, whatever the file did."""
    text = YAML.replace("Neighbours walk", "Cafe\\u0301  \\u00a0 walk")
    (told,) = read_practices(text.encode(), shipped.taxonomy, shipped.cities).practices
    assert told.title == "Café walk together at sunrise"
