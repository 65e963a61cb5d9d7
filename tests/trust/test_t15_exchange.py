"""T15 for practices: whatever a YAML file, table, workbook or bundle holds, it is read or refused, soon and cheaply."""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.exchange import bundle as bundles
from baithak.exchange import tables, uploaded
from baithak.exchange.bundle import create_bundle, open_bundle
from baithak.exchange.records import City, Practice, checks, library, read_practices
from baithak.exchange.records import write_practices as write
from baithak.exchange.tables import read_table, write_csv, write_xlsx
from baithak.report.errors import CODES, sentence
from baithak.web.limited import LimitError, limited
from factories.damage import EBCDIC, ENTITIES, EXTERNAL, changed, changes, lying, packed
from factories.practices import SUNRISE
from factories.practices import changed as other
from trust.spent import in_time

pytestmark = pytest.mark.trust

LONGEST = 2.0  # seconds
MOST = 256 << 20  # bytes
SOON = 0.2  # seconds for a bomb
COUNT = 2_000  # of each format

HERE = "trust.test_t15_exchange"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "https://hub.example"
GALLE = City("Galle", "LK", 6.03, 80.22, 93_000, "city proper", "https://people.example/lk")
#: Every kind of field, in several scripts, with signs that the formats themselves use.
FULL = other(
    id="galle-reads", title="گلیوں میں: ‘پڑھنا’ — #1, \"two\"; three|four", city="Galle", language="ur",
    summary="- Every Sunday: a book. {It} [is] *read* & talked over." + " # So it is." * 30, end_year=2026,
    stimulus="=1+1", what_was_done=("රුව්‍යා", "- one; two", "'quoted'"), cost="LKR 20,000 | (2024)",
    staff="@officer", results="100% \\ of them", failures=("NO", "~", "null"), replaced="1:30",
    after_change="<b>&amp;", not_reached="\ufeffnight", harm="none", legal_basis="2026-11-24", mechanisms=(),
    languages=("si", "urd"), partners=("cso", "Friends, of; the | lake"), version=7,
)  # fmt: skip
PRACTICES = (SUNRISE, FULL)


# --- the four formats


def yaml(content: bytes) -> Any:
    return read_practices(content, library().taxonomy, library().cities, "p.yaml")


def table(content: bytes) -> Any:
    return read_table(content, library().taxonomy, (*library().cities, GALLE), "p.csv")


def bundle(content: bytes) -> Any:
    cities = (*library().cities, GALLE)
    return open_bundle(content, KEY.public_key(), library().taxonomy, cities, "p.zip")


def packed_bundle(practices: tuple[Practice, ...] = PRACTICES, number: int = 3) -> bytes:
    day = date(2026, 11, 24)
    return create_bundle(practices, (GALLE,), origin=ORIGIN, number=number, day=day, key=KEY)


@lru_cache(maxsize=1)
def good() -> dict[str, bytes]:
    """A file of each format that is read."""
    return {
        "yaml": write(PRACTICES, (GALLE,)).encode(),
        "csv": write_csv(PRACTICES).encode(),
        "xlsx": write_xlsx(PRACTICES, library().taxonomy),
        "zip": packed_bundle(),
    }


READERS = {"yaml": yaml, "csv": table, "xlsx": table, "zip": bundle}


def read_or_refused(content: bytes, read: Callable[[bytes], Any], limit: float) -> str:
    """The code of the refusal, or an empty text; with its sentence, and within the limit."""
    told, code = in_time(limit, lambda: _read(content, read))
    if told is not None:
        comes_back(told.practices, told.cities)
    return code


def _read(content: bytes, read: Callable[[bytes], Any]) -> tuple[Any, str]:
    try:
        return read(content), ""
    except EngineError as error:
        check_refusal(error)
        return None, error.code


def check_refusal(error: EngineError) -> None:
    """Every problem has a sentence that a page can show, and crosses to the hub as JSON."""
    for one in (error, *error.others):
        assert one.code in CODES, one.code
        said = sentence(one.code, one.params)
        assert len(said) > 20
        assert "%(" not in said
        assert said.encode()
        assert json.loads(json.dumps(one.params)) == one.params


def comes_back(practices: tuple[Practice, ...], cities: tuple[City, ...] = ()) -> None:
    """What was accepted is written and read again as the same."""
    known = (*library().cities, GALLE, *cities)
    again = read_practices(write(practices, cities).encode(), library().taxonomy, known)
    assert (again.practices, again.cities) == (practices, cities)
    rows = read_table(write_csv(practices).encode(), library().taxonomy, known)
    assert rows.practices == practices


def parts(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(part.filename, archive.read(part)) for part in archive.infolist()]


many = partial(settings, deadline=None, database=None)
CHANGES = changes(
    b": ", b"- ", b"\n  ", b"&a ", b"*a", b"!!x ", b"{", b"[", b"]", b"}", b"|", b">-", b"# ", b"'",
    b"\\", b"\\x", b"\\ud800", b"---\n", b"...\n", b"%YAML 9.9\n", b"? ", b"=1", b"<<: ", b"~",
    "\u0316\u0301".encode() * 20, "\u2028".encode(), "\ufeff".encode(), "\U0001ffff".encode(), b"2026-02-30",
)  # fmt: skip


@pytest.mark.parametrize("form", READERS)
def test_good_files_are_read(form):
    assert read_or_refused(good()[form], READERS[form], LONGEST) == ""
    told = READERS[form](good()[form])
    assert told.practices == PRACTICES


@pytest.mark.parametrize("form", ["yaml", "csv"])
def test_texts(form):
    codes = set()

    @many(max_examples=COUNT)
    @given(CHANGES)
    def mutated(told):
        codes.add(read_or_refused(changed(good()[form], told), READERS[form], LONGEST))

    mutated()
    assert "" in codes
    assert len(codes) >= 12, codes


def test_workbooks():
    """Half the time the archive is changed, half the time a part inside it."""
    inside_of = [(n, c) for n, c in parts(good()["xlsx"]) if n != "xl/worksheets/sheet3.xml"]
    sheets = [at for at, (name, _) in enumerate(inside_of) if "sheet1" in name or "String" in name]
    codes = set()

    @many(max_examples=COUNT)
    @given(CHANGES, st.booleans(), st.integers(0, 99))
    def mutated(told, inside, which):
        if not inside:
            codes.add(read_or_refused(changed(good()["xlsx"], told), table, LONGEST))
            return
        made = list(inside_of)
        at = sheets[which % len(sheets)] if which >= 30 else which % len(made)
        made[at] = made[at][0], changed(made[at][1], told)
        codes.add(read_or_refused(packed(made), table, LONGEST))

    mutated()
    assert {"", "source.broken_workbook", "source.broken_archive"} <= codes
    assert len(codes) >= 6, codes  # which ones are met is chance


ODD = [None, True, -1, 0, 1.5, 2**63, 10**30, float("nan"), "", "x", "\ud800", "9" * 400, [], {}, ["2026-11-24"]]  # fmt: skip
SAID = st.tuples(
    st.sampled_from(["form", "origin", "number", "date", "key", "practices", "sha256", "more"]),
    st.sampled_from(ODD),
)


def signed(manifest: bytes, text: bytes) -> bytes:
    """A bundle of these parts that the trusted key itself signed."""
    return bundles._pack((manifest, KEY.sign(bundles._PURPOSE + manifest), text))


def damaged_bundle(how: str, told: list[Any], said: tuple[str, Any]) -> bytes:
    """Changed outside, in a part, in what the trusted key signed, or in what its manifest says."""
    whole = good()["zip"]
    (_, manifest), (_, signature), (_, text) = parts(whole)
    if how == "outside":
        return changed(whole, told)
    if how == "part":
        return bundles._pack((changed(manifest, told), signature, text))
    if how == "manifest":
        return signed(changed(manifest, told), text)
    if how == "said":
        words = json.loads(manifest)
        words[said[0]] = said[1]
        return signed(bundles._manifest(words), text)
    text = changed(text, told)
    words = json.loads(manifest)
    words["sha256"] = {"practices.yaml": hashlib.sha256(text).hexdigest()}
    return signed(bundles._manifest(words), text)


HOW = st.sampled_from(["outside", "part", "manifest", "said", "text", "text"])


def test_bundles():
    codes = set()

    @many(max_examples=COUNT)
    @given(HOW, CHANGES, SAID)
    def mutated(how, told, said):
        codes.add(read_or_refused(damaged_bundle(how, told, said), bundle, LONGEST))

    mutated()
    assert {"", "bundle.broken", "bundle.bad_signature", "bundle.changed"} <= codes
    assert len([code for code in codes if code.startswith("library.")]) >= 5, codes
    assert len(codes) >= 14, codes


# --- the readers behind the pages


CITY = {"name": "Galle", "country": "LK", "population": 93_000}


def of_pages(source: bytes, read: Callable[[bytes], dict[str, Any]], limit: float) -> str:
    """As ``read_or_refused``: what comes back is what JSON can hold."""
    told, code = in_time(limit, lambda: _read(source, read))
    if told is not None:
        told = json.loads(json.dumps(told))
        comes_back(
            uploaded.practices_of(told["practices"]), uploaded.cities_of(told.get("cities", []))
        )
    return code


def test_files_on_the_page():
    """Whatever a file is called: its name says how it is read, not what it holds."""
    names = {"yaml": "a.yaml", "csv": "b.csv", "xlsx": "c.xlsx"}
    codes = set()

    @many(max_examples=COUNT)
    @given(
        CHANGES,
        st.sampled_from(["yaml", "yaml", "csv", "csv", "xlsx"]),
        st.sampled_from(["", "", "", "", "x.YML", "x", "\ufffd.csv", "../x.yaml\0"]),
    )
    def mutated(told, form, name):
        content = changed(good()[form], told)
        source = uploaded.parcel(content, name=name or names[form], cities=[CITY])
        codes.add(of_pages(source, uploaded.file, LONGEST))

    mutated()
    assert {"", "source.broken_archive", "library.broken_yaml", "library.broken_csv"} <= codes
    assert len(codes) >= 16, codes


def test_bundles_on_the_page():
    keys = {ORIGIN: KEY.public_key().public_bytes_raw().hex()}
    codes = set()

    @many(max_examples=COUNT)
    @given(HOW, CHANGES, SAID)
    def mutated(how, told, said):
        source = uploaded.parcel(damaged_bundle(how, told, said), keys=keys, cities=[CITY])
        codes.add(of_pages(source, uploaded.bundle, LONGEST))

    mutated()
    strange = uploaded.parcel(good()["zip"], keys={}, cities=[CITY])
    codes.add(of_pages(strange, uploaded.bundle, LONGEST))
    assert {"", "bundle.broken", "bundle.bad_signature", "bundle.unknown_origin"} <= codes


def test_a_key_that_is_trusted_does_not_make_a_manifest_right(monkeypatch):
    """Control: without looking at what a signed manifest says, the reader falls over."""
    monkeypatch.setattr(bundles, "_is_whole", lambda told, trusted: True)
    fallen = set()
    for name in ("number", "date", "origin", "sha256"):
        (_, manifest), _, (_, text) = parts(good()["zip"])
        words = json.loads(manifest)
        del words[name]
        try:
            bundle(signed(bundles._manifest(words), text))
        except EngineError:
            continue
        except (KeyError, ValueError):
            fallen.add(name)
    assert len(fallen) >= 3


# --- bombs


SHEET = "xl/worksheets/sheet1.xml"
DEFLATED = zipfile.ZIP_DEFLATED


def sheet(inner: bytes) -> list[tuple[str, bytes]]:
    """A workbook whose sheet of practices holds this."""
    return [(name, inner if name == SHEET else told) for name, told in parts(good()["xlsx"])]


def rows(inner: bytes) -> bytes:
    """The sheet with these rows behind its own."""
    return dict(parts(good()["xlsx"]))[SHEET].replace(b"</sheetData>", inner + b"</sheetData>")


def within(part: str, end: bytes, inner: bytes) -> list[tuple[str, bytes]]:
    return [
        (n, told.replace(end, inner + end) if n.endswith(part) else told)
        for n, told in parts(good()["xlsx"])
    ]


def numbers(form: bytes, count: int, most: int) -> bytes:
    """Different each, so that they do not pack too well to be believed."""
    draw = random.Random(15)
    return b"".join(form % draw.randrange(most) for _ in range(count))


def said(old: str, new: str) -> bytes:
    """The YAML file with something else in one place."""
    text = good()["yaml"].decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def cell(old: str, new: str) -> bytes:
    text = good()["csv"].decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def lol(depth: int) -> bytes:
    names = [chr(97 + at) for at in range(depth)]
    return b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        f"{two}: &{two} [{','.join(['*' + one] * 9)}]\n".encode() for one, two in pairwise(names)
    )


TITLE = "Neighbours walk together at sunrise"
MARKS = "a" + "\u0316\u0301" * 30_000
YAML_BOMBS: dict[str, Callable[[], bytes]] = {
    "aliases": lambda: lol(9),
    "an alias of the whole": lambda: b"version: 1\npractices: &a [*a]\n",
    "merged": lambda: b"a: &a {b: c}\nd: {<<: *a}\n",
    "a tag": lambda: said(f'"{TITLE}"', "!!python/object/apply:os.system [ls]"),
    "brackets": lambda: b"[" * (4 << 20),
    "braces": lambda: b"practices: " + b"{a: " * 500_000,
    "dashes": lambda: b"- " * (2 << 20),
    "questions": lambda: b"? " * (2 << 20),
    "steps": lambda: b"".join(b" " * at + b"a:\n" for at in range(2_500)),
    "many values": lambda: b"a: [" + b"1," * 1_000_000 + b"]",
    "many lines": lambda: good()["yaml"] + b"a\n" * 1_000_000,
    "a huge text": lambda: said(TITLE, "a" * 4_000_000),
    "a huge text of two bytes": lambda: said(TITLE, "é" * 2_000_000),
    "a huge text of four bytes": lambda: said(TITLE, "\U0001f44d" * 1_000_000),
    "a huge number": lambda: said("2024", "9" * 4_000_000),
    "a huge name": lambda: said("    title:", "    ? " + "k" * 4_000_000 + "\n    : x\n    title:"),
    "marks without end": lambda: said(TITLE, MARKS),
    "marks within the length": lambda: said(TITLE, "a" + "\u0316\u0301" * 99),
    "NUL": lambda: said(TITLE, "a\0b"),
    "half a letter": lambda: good()["yaml"].replace(TITLE.encode(), b"\xed\xa0\x80", 1),
    "half a letter, written out": lambda: said(TITLE, r"\ud800"),
    "documents": lambda: b"--- a\n" * 140_000,
    "a large file": lambda: b"#" * (5 << 20),
    "a quote that is never closed": lambda: b'a: "' + b"x " * 2_000_000,
}
CSV_BOMBS: dict[str, Callable[[], bytes]] = {
    "a million rows": lambda: good()["csv"] + b"a\n" * 1_800_000,
    "a million empty rows": lambda: good()["csv"] + b"\n" * 4_000_000,
    "a million old ends of rows": lambda: good()["csv"] + b"\r" * 4_000_000,
    "a million columns": lambda: b"id," * 1_300_000,
    "a million empty columns": lambda: b"," * 4_000_000,
    "a wide row": lambda: good()["csv"] + b"," * 4_000_000,
    "an endless cell": lambda: cell(TITLE, "9" * 4_000_000),
    "an endless quoted cell": lambda: good()["csv"] + b'"' + b"a\n" * 1_900_000,
    "many quotes": lambda: good()["csv"] + b'""' * 1_900_000,
    "many items": lambda: cell("language_barriers; ", "a;" * 60_000),
    "many sources": lambda: cell("https://council.example/walks | ", "a|b|c|2026-01-01;" * 6_000),
    "backslashes": lambda: cell("language_barriers; ", "\\" * 130_001),
    "marks without end": lambda: cell(TITLE, MARKS),
    "a huge number": lambda: cell("2024", "9" * 100_000),
    "NUL": lambda: cell(TITLE, "a\0b"),
    "NUL without end": lambda: good()["csv"] + b"\0" * 4_000_000,
    "half a letter": lambda: good()["csv"].replace(TITLE.encode(), b"\xed\xa0\x80", 1),
    "a large file": lambda: b"x" * (40 << 20),
}
XLSX_BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: packed(sheet(b"\0" * (200 << 20)), DEFLATED),
    "a million rows": lambda: packed(sheet(rows(b"<row><c><v>1</v></c></row>" * 1_500_000)), DEFLATED),
    "a million rows, not packed": lambda: packed(sheet(rows(b"<row><c><v>1</v></c></row>" * 150_000))),
    "a million rows, loosely packed": lambda: packed(sheet(rows(numbers(b"<row><c><v>%d</v></c></row>", 1_000_000, 1000))), DEFLATED),
    "rows, each wide": lambda: packed(sheet(rows((b"<row>" + numbers(b"<c><v>%d</v></c>", 400, 99) + b"</row>") * 900))),
    "cells without end": lambda: packed(sheet(rows(b"<row>" + b"<c/>" * 900_000 + b"</row>"))),
    "a million texts": lambda: packed(within("sharedStrings.xml", b"</sst>", numbers(b"<si><t>%d</t></si>", 1_000_000, 10_000)), DEFLATED),
    "many styles": lambda: packed(within("styles.xml", b"</cellXfs>", numbers(b'<xf numFmtId="%d"/>', 500_000, 99)), DEFLATED),
    "a size that lies": lambda: lying(packed(sheet(rows(b"<row/>" * 2_000_000)), DEFLATED), "sheet1", 900),
    "many parts": lambda: packed([(f"xl/{at}.xml", b"<a/>") for at in range(5_000)]),
    "deep": lambda: packed(sheet(rows(b"<x>" * 250_000 + b"</x>" * 250_000))),
    "entities": lambda: packed(sheet(ENTITIES)),
    "entities in wide letters": lambda: packed(sheet(ENTITIES.decode().encode("utf-16"))),
    "another alphabet": lambda: packed(sheet(EBCDIC)),
    "a file of this machine": lambda: packed(sheet(EXTERNAL)),
    "a file of this machine in the texts": lambda: packed(
        [(name, EXTERNAL if name.endswith("sharedStrings.xml") else told) for name, told in parts(good()["xlsx"])]
    ),
    "the last row": lambda: packed(sheet(rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))),
    "the last column": lambda: packed(sheet(rows(b'<row r="9"><c r="XFD9"><v>1</v></c></row>'))),
    "a bomb in a bomb": lambda: packed([("a.xlsx", packed(sheet(b"\0" * (50 << 20)), DEFLATED))]),
    "a huge number": lambda: packed(sheet(rows(b"<row><c><v>" + b"9" * 3_000_000 + b"</v></c></row>"))),
}  # fmt: skip


def huge_manifest(inner: bytes) -> bytes:
    return signed(inner, good()["yaml"])


ZIP_BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: packed([("manifest.json", b"{}"), ("manifest.sig", b""), ("practices.yaml", b"\0" * (200 << 20))], DEFLATED),
    "loosely packed": lambda: packed([("manifest.json", b"{}"), ("manifest.sig", b""), ("practices.yaml", random.Random(15).randbytes(4_000_000).hex().encode())], DEFLATED),
    "a size that lies": lambda: lying(good()["zip"], "practices.yaml", 9),
    "a bomb in a bundle": lambda: packed([("manifest.json", b"{}"), ("manifest.sig", b""), ("a.zip", packed([("a", b"\0" * (50 << 20))], DEFLATED))]),
    "many parts": lambda: packed([(f"{at}", b"") for at in range(30_000)]),
    "a name on another machine": lambda: packed([("../manifest.json", b"{}"), ("manifest.sig", b""), ("practices.yaml", b"")]),
    "one part twice": lambda: good()["zip"].replace(b"manifest.sig", b"manifest.sid"),
    "a deep manifest": lambda: huge_manifest(b"[" * 2_000_000),
    "a long manifest": lambda: huge_manifest(b'{"origin": "' + b"a" * 4_000_000 + b'"}'),
    "a manifest of names": lambda: huge_manifest(b"{" + b",".join(b'"%d":1' % at for at in range(200_000)) + b"}"),
    "a number without end": lambda: huge_manifest(b'{"number": ' + b"9" * 4_000_000 + b"}"),
    "aliases, signed": lambda: damaged_bundle("text", [("swap", 0, 39, lol(9) + b"#")], ("", "")),
    "marks, signed": lambda: packed_bundle((other(title=MARKS),)),
    "a large file": lambda: b"PK\x03\x04" + b"x" * (20 << 20),
}  # fmt: skip
BOMBS = [
    (form, name, make)
    for form, told in (("yaml", YAML_BOMBS), ("csv", CSV_BOMBS), ("xlsx", XLSX_BOMBS), ("zip", ZIP_BOMBS))
    for name, make in told.items()
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "make"), [(f, m) for f, _, m in BOMBS], ids=[f"{f}: {n}" for f, n, _ in BOMBS]
)
def test_bombs_are_refused_soon(form, make):
    read_or_refused(good()["xlsx"], table, LONGEST)  # the library is loaded
    assert read_or_refused(make(), READERS[form], SOON) != ""


def unknown_cities() -> bytes:
    """Fifty practices in cities that are none of twenty thousand."""
    cities = [City(f"Town number {at}", "LK") for at in range(20_000)]
    return write([other(id=f"walk-{at}", city=f"Town numbr {at}") for at in range(60)], cities).encode()  # fmt: skip


#: Files just within what is read at all: not bombs, but work.
LARGEST: dict[str, tuple[str, Callable[[], bytes]]] = {
    "practices": ("yaml", lambda: write([other(id=f"walk-{at}") for at in range(2_000)]).encode()),
    "long texts": ("yaml", lambda: write([other(id=f"walk-{at}", summary="රුව්‍යා é " * 190) for at in range(600)]).encode()),
    "long marks": ("yaml", lambda: write([other(id=f"walk-{at}", summary="a\u0316\u0301 " * 490) for at in range(600)]).encode()),
    "cities": ("yaml", unknown_cities),
    "items": ("yaml", lambda: said("NO", '"\n      - "'.join(str(at) for at in range(140_000)))),
    "values": ("yaml", lambda: b"version: 1\npractices:\n" + b"- a: b\n" * 49_000),
    "rows": ("csv", lambda: write_csv([other(id=f"walk-{at}") for at in range(4_000)]).encode()),
    "cells": ("xlsx", lambda: write_xlsx([other(id=f"walk-{at}") for at in range(2_000)], library().taxonomy)),
    "bundled": ("zip", lambda: packed_bundle(tuple(other(id=f"walk-{at}") for at in range(2_000)))),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_files_are_read_in_time(name):
    form, make = LARGEST[name]
    read_or_refused(good()["xlsx"], table, LONGEST)
    content = make()
    told, _code = in_time(LONGEST, lambda: _read(content, READERS[form]))
    if name in ("practices", "long texts", "long marks", "rows", "cells", "bundled"):
        assert told.practices


MEMORY = ["yaml: many values", "yaml: a huge text of four bytes", "csv: a million empty rows",
          "csv: a million empty columns", "xlsx: zeros", "xlsx: a million rows, loosely packed",
          "xlsx: a million texts", "zip: zeros", "zip: a deep manifest"]  # fmt: skip


@pytest.mark.parametrize("name", MEMORY)
def test_bombs_need_little_memory(name):
    form, make = next((f, m) for f, n, m in BOMBS if f"{f}: {n}" == name)
    content = make()
    assert peak(lambda: read_or_refused(content, READERS[form], 10 * LONGEST)) < MOST


@pytest.mark.parametrize("name", ["rows", "cells", "items", "bundled"])
def test_the_largest_files_need_little_memory(name):
    form, make = LARGEST[name]
    content = make()

    def read() -> None:
        try:
            READERS[form](content)
        except EngineError as error:
            check_refusal(error)

    assert peak(read) < MOST


def peak(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_without_the_measure_a_bomb_costs_more(monkeypatch):
    """Control: the same bombs, read without being measured first, take more than they may."""
    monkeypatch.setattr(tables, "_measure", lambda content, file: None)
    monkeypatch.setattr(tables, "MOST", 1 << 40)
    monkeypatch.setattr(tables, "WIDEST", 1 << 40)
    monkeypatch.setattr(checks, "_piled", lambda text: "")
    monkeypatch.setattr(checks, "_SPARE", 1 << 40)
    for form, content in (
        ("csv", good()["csv"] + b"\n" * 1_000_000),
        ("csv", b"," * 2_000_000),
        ("xlsx", packed(sheet(rows(b"<row><c><v>1</v></c></row>" * 50_000)))),
        ("yaml", said(TITLE, "a" + "\u0316\u0301" * 15_000)),
    ):
        began = time.process_time()
        try:
            READERS[form](content)
        except EngineError as refused:
            assert refused.code not in {"library.too_many_values", "source.too_wide"}  # noqa: PT017
        assert time.process_time() - began > SOON


# --- in the process of their own


@pytest.mark.parametrize(
    ("function", "form", "name"),
    [
        ("file", "yaml", "aliases"),
        ("file", "yaml", "marks without end"),
        ("file", "csv", "a million empty rows"),
        ("file", "xlsx", "a million rows, loosely packed"),
        ("file", "xlsx", "a file of this machine"),
        ("bundle", "zip", "zeros"),
        ("bundle", "zip", "a deep manifest"),
        ("bundle", "zip", "marks, signed"),
    ],
)
def test_the_hub_stays_small_while_a_bomb_is_read(function, form, name):
    """The refusal comes over with its sentence; the hub itself holds little more than the file."""
    content = next(make() for f, n, make in BOMBS if (f, n) == (form, name))
    keys = {ORIGIN: KEY.public_key().public_bytes_raw().hex()}
    source = uploaded.parcel(content, name=f"x.{form}", cities=[], keys=keys)
    refused = []

    def ask() -> None:
        try:
            limited(f"baithak.exchange.uploaded:{function}", source)
        except EngineError as error:
            refused.append(error)

    assert peak(ask) < 4 << 20
    assert len(refused) == 1
    check_refusal(refused[0])


def read_unmeasured(source: bytes) -> dict[str, Any]:
    """The reader of the page without the look before: for a process of its own only."""
    tables._measure = lambda content, file: None
    return uploaded.file(source)


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    """Control: what the measures miss, the process's own limit ends; the hub stays as small."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    source = uploaded.parcel(
        XLSX_BOMBS["a million rows, loosely packed"](), name="x.xlsx", cities=[]
    )
    stopped = []

    def ask() -> None:
        try:
            limited(f"{HERE}:read_unmeasured", source, seconds=4)
        except LimitError as limit:
            stopped.append(limit.code)

    assert peak(ask) < 4 << 20
    assert stopped == ["time"]
