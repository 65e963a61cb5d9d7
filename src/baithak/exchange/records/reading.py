"""Read the library's YAML files: practices, taxonomy, countries, cities, traits, links, translations."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from baithak.exchange.records.checks import Checks, check_city, check_day, check_line, check_url
from baithak.exchange.records.city import City
from baithak.exchange.records.fields import LANGUAGES
from baithak.exchange.records.link import LINK_FIELDS, LINK_KINDS, STEPS, Link
from baithak.exchange.records.practice import Practice
from baithak.exchange.records.problems import Problems, near
from baithak.exchange.records.taxonomy import KINDS, Taxonomy, Term
from baithak.exchange.records.traits import Character, Traits
from baithak.exchange.records.translation import Rendering, Translation
from baithak.exchange.records.yaml_text import Node, parse

__all__ = [
    "Practices",
    "read_cities",
    "read_practices",
    "read_shelf",
    "read_taxonomy",
    "read_traits",
    "read_translation",
]

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Practices:
    """What a file of practices holds: the practices, and cities that only this file knows."""

    practices: tuple[Practice, ...]
    cities: tuple[City, ...] = ()


def read_practices(
    content: bytes, taxonomy: Taxonomy, cities: Collection[City], file: str = ""
) -> Practices:
    """The practices of a YAML file, all of them right, or an error with everything wrong.

    Parameters
    ----------
    content : bytes
        ``version: 1``, a list ``practices`` and, for places the reader may not know, a list
        ``cities`` in the form of ``library/cities.yaml``.
    taxonomy : Taxonomy
    cities : collection of City
        Those known already.
    file : str
        Its name, for errors.

    Raises
    ------
    EngineError
        What ``yaml_text.parse`` raises, and with ``row``, ``field``, ``value``, ``practice``:
        ``library.version``, ``library.missing``, ``library.unknown_field``,
        ``library.unknown_code``, ``library.unknown_city``, ``library.city_elsewhere``,
        ``library.id_twice``, ``library.bad_id``, ``library.bad_year``, ``library.bad_number``,
        ``library.bad_day``, ``library.bad_address``, ``library.bad_place``,
        ``library.bad_character``, ``library.too_long``, ``library.twice``,
        ``library.ends_before``, ``library.empty_item``, ``library.too_many_items``,
        ``library.no_text``, ``library.no_list``, ``library.no_record``, ``library.no_source``.
    """
    problems = Problems(file)
    told = _whole(content, ("version", "cities", "practices"), "practices", problems)
    own: tuple[City, ...] = ()
    if "cities" in told:
        own = _cities(told["cities"], taxonomy, problems)
    checks = Checks(taxonomy, (*cities, *own), problems)
    found = checks.practices(_list(told["practices"], "practices", problems))
    problems.stop()
    return Practices(found, own)


def read_cities(content: bytes, taxonomy: Taxonomy, file: str = "") -> tuple[City, ...]:
    """The cities of a file such as ``library/cities.yaml``; errors as ``read_practices``."""
    problems = Problems(file)
    told = _whole(content, ("version", "cities"), "cities", problems)
    found = _cities(told["cities"], taxonomy, problems)
    problems.stop()
    return found


def _cities(node: Node, taxonomy: Taxonomy, problems: Problems) -> tuple[City, ...]:
    found: dict[tuple[str, str], City] = {}
    for part in _list(node, "cities", problems):
        city = check_city(part, taxonomy.codes("countries"), problems)
        if city is None:
            continue
        if (city.name, city.country) in found:
            problems.add("library.twice", row=part.row, field="name", value=city.name)
        found[city.name, city.country] = city
    return tuple(found.values())


def read_taxonomy(
    content: bytes, countries: bytes, translations: Iterable[Translation] = (), file: str = ""
) -> Taxonomy:
    """The terms of ``library/taxonomy.yaml`` and ``library/countries.yaml``, with their labels.

    Errors as ``read_practices``.
    """
    problems = Problems(file)
    told = _whole(content, ("version", "language", *KINDS), "challenges", problems)
    lands = _whole(countries, ("version", "countries"), "countries", problems)
    spoken = {t.language: t for t in translations}
    terms: dict[str, Mapping[str, Term]] = {}
    for kind in KINDS:
        labels = {language: t.labels.get(kind, {}) for language, t in spoken.items()}
        terms[kind] = _terms(told.get(kind), kind, labels, problems)
    names = {language: t.countries for language, t in spoken.items()}
    terms["countries"] = _terms(lands["countries"], "countries", names, problems)
    problems.stop()
    return Taxonomy(MappingProxyType(terms))


def _terms(
    node: Node | None,
    kind: str,
    labels: Mapping[str, Mapping[str, str]],
    problems: Problems,
) -> Mapping[str, Term]:
    found: dict[str, Term] = {}
    for part in _list(node, kind, problems) if node else ():
        told = part.value if isinstance(part.value, dict) else {}
        code = check_line(told.get("code", Node(part.row, "")), "code", 60, problems)
        label = check_line(told.get("label", Node(part.row, "")), "label", 120, problems)
        about = check_line(told.get("definition", Node(part.row, "")), "definition", 400, problems)
        if not code or not label:
            problems.add("library.missing", row=part.row, field="code, label")
        elif code in found:
            problems.add("library.twice", row=part.row, field="code", value=code)
        spoken = {language: words[code] for language, words in labels.items() if code in words}
        found[code] = Term(code, about, MappingProxyType({"en": label, **spoken}))
    return MappingProxyType(found)


def read_traits(content: bytes, cities: Collection[City], file: str = "") -> Traits:
    """The traits and mandates of ``library/traits.yaml``, for these cities; errors as above."""
    problems = Problems(file)
    told = _whole(content, ("version", "traits", "mandates", "cities"), "cities", problems)
    terms = _terms(told.get("traits"), "traits", {}, problems)
    mandates = _terms(told.get("mandates"), "mandates", {}, problems)
    known = {(city.name, city.country) for city in cities}
    found: dict[tuple[str, str], Character] = {}
    for part in _list(told["cities"], "cities", problems):
        entry = _names(part, "cities", problems)
        key = _known_city(entry, part.row, known, problems)
        if key in found:
            problems.add("library.twice", row=part.row, field="name", value=key[0])
        found[key] = _character(entry, terms, mandates, problems)
    problems.stop()
    return Traits(terms, mandates, MappingProxyType(found))


_CHARACTER_FIELDS = ("name", "country", "traits", "mandate")


def _known_city(
    entry: Mapping[str, Node], row: int, known: Collection[tuple[str, str]], problems: Problems
) -> tuple[str, str]:
    for field, node in entry.items():
        if field not in _CHARACTER_FIELDS:
            problems.add(
                "library.unknown_field", row=node.row, field=field[:80],
                near=near(field, _CHARACTER_FIELDS),
            )  # fmt: skip
    name = check_line(entry.get("name", Node(row, "")), "name", 100, problems)
    country = check_line(entry.get("country", Node(row, "")), "country", 20, problems)
    if not name or not country:
        problems.add("library.missing", row=row, field="name, country")
    elif (name, country) not in known:
        names = sorted({other for other, _ in known})
        problems.add(
            "library.unknown_city", row=row, field="name", value=name, near=near(name, names)
        )
    return name, country


def _character(
    entry: Mapping[str, Node],
    terms: Mapping[str, Term],
    mandates: Mapping[str, Term],
    problems: Problems,
) -> Character:
    traits: list[str] = []
    for part in _list(entry["traits"], "traits", problems) if "traits" in entry else ():
        code = _code(part, "traits", terms, problems)
        if code in traits:
            problems.add("library.twice", row=part.row, field="traits", value=code)
        traits.append(code)
    mandate = ""
    if "mandate" in entry:
        mandate = _code(entry["mandate"], "mandate", mandates, problems)
    return Character(tuple(traits), mandate)


def _code(node: Node, field: str, known: Collection[str], problems: Problems) -> str:
    value = check_line(node, field, 60, problems)
    if value not in known:
        problems.add(
            "library.unknown_code", row=node.row, field=field, value=value, near=near(value, known)
        )
    return value


def read_shelf(content: bytes, taxonomy: Taxonomy, file: str = "") -> tuple[Link, ...]:
    """The links of ``library/resources.yaml``; errors as ``read_practices``."""
    problems = Problems(file)
    told = _whole(content, ("version", "resources"), "resources", problems)
    found: dict[str, Link] = {}
    for part in _list(told["resources"], "resources", problems):
        link = _link(part, taxonomy, problems)
        if link.url and link.url in found:
            problems.add("library.twice", row=part.row, field="url", value=link.url[:200])
        found[link.url] = link
    problems.stop()
    return tuple(found.values())


def _link(node: Node, taxonomy: Taxonomy, problems: Problems) -> Link:
    entry = _names(node, "resources", problems)
    for field, part in entry.items():
        if field not in LINK_FIELDS:
            problems.add(
                "library.unknown_field", row=part.row, field=field[:80],
                near=near(field, LINK_FIELDS),
            )  # fmt: skip
    for field in LINK_FIELDS[:7]:
        if field not in entry or entry[field].value == "":
            problems.add("library.missing", row=node.row, field=field)
    empty = Node(node.row, "")
    lines = {
        field: check_line(entry.get(field, empty), field, longest, problems)
        for field, longest in (("title", 200), ("about", 400), ("publisher", 200), ("licence", 100))
    }
    codes = {
        field: _code(entry[field], field, known, problems)
        for field, known in (("language", LANGUAGES), ("kind", LINK_KINDS), ("step", STEPS))
        if field in entry
    }
    challenges: list[str] = []
    for part in _list(entry.get("challenges", empty), "challenges", problems):
        code = _code(part, "challenges", taxonomy.codes("challenges"), problems)
        if code in challenges:
            problems.add("library.twice", row=part.row, field="challenges", value=code)
        challenges.append(code)
    return Link(
        url=check_url(entry.get("url", empty), "url", problems),
        language=codes.get("language", ""),
        kind=codes.get("kind", ""),
        step=codes.get("step", ""),
        challenges=tuple(challenges),
        **lines,
    )


def read_translation(content: bytes, file: str = "") -> Translation:
    """One language's file, such as ``library/translations/bn.yaml``; errors as above."""
    problems = Problems(file)
    names = (
        "version", "language", "status", "by", "date", "labels", "countries", "cities", "practices",
    )  # fmt: skip
    told = _whole(content, names, "language", problems)
    for name in names:
        if name not in told:
            problems.add("library.missing", row=1, field=name)
    problems.stop()
    language = check_line(told["language"], "language", 20, problems)
    if language not in LANGUAGES:
        problems.add(
            "library.unknown_code", row=told["language"].row, field="language", value=language,
            near=near(language, LANGUAGES),
        )  # fmt: skip
    status = check_line(told["status"], "status", 20, problems)
    if status not in ("unreviewed", "reviewed"):
        problems.add(
            "library.unknown_code", row=told["status"].row, field="status", value=status,
            near="unreviewed, reviewed",
        )  # fmt: skip
    day = check_day(told["date"], "date", problems)
    labels = {
        kind: _words(node, kind, problems)
        for kind, node in _names(told["labels"], "labels", problems).items()
    }
    by = check_line(told["by"], "by", 100, problems)
    countries = _words(told["countries"], "countries", problems)
    cities = _city_names(told["cities"], problems)
    practices = _renderings(told["practices"], problems)
    problems.stop()
    assert day is not None  # a problem otherwise
    return Translation(
        language, status, by, day, MappingProxyType(labels), countries, cities, practices
    )


def _words(node: Node, field: str, problems: Problems) -> Mapping[str, str]:
    return MappingProxyType(
        {
            code: check_line(word, field, 200, problems)
            for code, word in _names(node, field, problems).items()
        }
    )


def _city_names(node: Node, problems: Problems) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for country, part in _names(node, "cities", problems).items():
        for name, word in _names(part, "cities", problems).items():
            key = (unicodedata.normalize("NFC", name), country)
            found[key] = check_line(word, "cities", 100, problems)
    return MappingProxyType(found)


def _renderings(node: Node, problems: Problems) -> Mapping[str, Rendering]:
    found: dict[str, Rendering] = {}
    for name, part in _names(node, "practices", problems).items():
        words = _names(part, name, problems)
        if set(words) != {"title", "summary"}:
            problems.add("library.missing", row=part.row, field="title, summary", practice=name)
            continue
        found[name] = Rendering(
            check_line(words["title"], "title", 300, problems),
            check_line(words["summary"], "summary", 3_000, problems),
        )
    return MappingProxyType(found)


def _whole(
    content: bytes, names: tuple[str, ...], needed: str, problems: Problems
) -> dict[str, Node]:
    """The names of the whole document; nothing else can be read if these are wrong."""
    root = parse(content, problems.file)
    told = _names(root, "", problems)
    for name, node in told.items():
        if name not in names:
            problems.add(
                "library.unknown_field", row=node.row, field=name[:80], near=near(name, names)
            )
    if needed not in told:
        problems.add("library.missing", row=1, field=needed)
    version = told.get("version")
    if version is not None and version.value != _VERSION:
        problems.add("library.version", row=version.row, field="version", value=_VERSION)
    if needed not in told:
        problems.stop()
    return told


def _names(node: Node, field: str, problems: Problems) -> dict[str, Node]:
    if isinstance(node.value, dict):
        return node.value
    if node.value != "":
        problems.add("library.no_record", row=node.row, field=field)
    return {}


def _list(node: Node, field: str, problems: Problems) -> list[Node]:
    if isinstance(node.value, list):
        return node.value
    if node.value != "":
        problems.add("library.no_list", row=node.row, field=field)
    return []
