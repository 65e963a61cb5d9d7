"""T21 for practices: no cell runs as a formula, every value comes back; other formats hold what they are given."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from html.parser import HTMLParser
from itertools import islice
from xml.etree import ElementTree

import pytest
import yaml
from docx import Document

from baithak.exchange import citations, feeds, tables
from baithak.exchange.citations import bibtex, ris
from baithak.exchange.exporting import KINDS, exported
from baithak.exchange.feeds import atom, feed, json_feed
from baithak.exchange.linked_data import as_script, linked
from baithak.exchange.records import City, Practice, Problems, Rendering, Source, library
from baithak.exchange.records.checks import check_line
from baithak.exchange.records.yaml_text import Node
from baithak.exchange.spotlight import spotlight_of
from baithak.exchange.tables import read_table, write_csv, write_xlsx
from baithak.report.spotlight_docx import spotlight_docx
from factories.cells import LIVE, hostile, live_cells
from factories.practices import SUNRISE, changed
from trust.test_t16_headers import HOSTILE

pytestmark = pytest.mark.trust

EXAMPLES = 10_000
SINGLE = (
    "title", "summary", "stimulus", "cost", "staff", "results", "replaced", "after_change",
    "not_reached", "harm", "legal_basis",
)  # fmt: skip
LISTS = ("what_was_done", "lessons", "failures", "partners")
#: Signs that end or begin something in one of the formats.
ENDS = [
    "</script><script>alert(1)</script>", "<!-- <script>", "]]>", "&lol; &#0; &#x26;", "?><?xml", "}\n@misc{evil,",
    "{", "}}", "\\", "\\}", "a % b", "$x$", "\\input{/etc/passwd}", "\r\nER  - \r\n\r\nTY  - ELEC", "\nUR  - http://evil.example",
    "TY  - BOOK", "!!python/object/apply:os.system [ls]", "&a *a", "- x: y", "--- z", "NO", "~", "1e3", "'", '"', "\"}],\"x\":[{\"",
    "\u2028alert(1)", "\u0085", "_x0041_", "\ufeff=1", "\\u003c/script\\u003e",
]  # fmt: skip
TEXTS = [*HOSTILE, *ENDS]


def kept(text: str) -> str:
    """The text as reading leaves it in a record; empty where it is refused."""
    return check_line(Node(1, text), "title", 200, Problems(""))


def practices(texts: Sequence[str]) -> Iterator[Practice]:
    """Practices of which every text, and every cell that holds a list, begins with one of these."""
    each = len(SINGLE) + len(LISTS)
    for start in range(0, len(texts), each):
        told = [*texts[start : start + each], *texts[: max(0, start + each - len(texts))]]
        single, lists = told[: len(SINGLE)], told[len(SINGLE) :]
        yield changed(
            id=f"walk-{start}",
            sources=(Source(f"https://a.example/{start}", told[3] or "x", told[4] or "y", date(2026, 11, 1)),),
            **dict(zip(SINGLE, single, strict=True)),
            **{name: (text, f"two {at}; | \\") for at, (name, text) in enumerate(zip(LISTS, lists, strict=True))},
        )  # fmt: skip


@lru_cache(maxsize=1)
def readable() -> tuple[Practice, ...]:
    """Ten thousand cells as they can stand in a hub."""
    texts = islice(filter(None, map(kept, hostile(2 * EXAMPLES))), EXAMPLES)
    found = tuple(practices(list(texts)))
    assert sum(LIVE.search(getattr(p, name)) is not None for p in found for name in SINGLE) > 4_000
    return found


def read(content: bytes) -> tuple[Practice, ...]:
    return read_table(content, library().taxonomy, library().cities).practices


def test_no_csv_cell_is_live_and_every_value_comes_back():
    text = write_csv(readable())
    assert live_cells(text) == []
    assert read(text.encode()) == readable()


def test_no_csv_cell_is_live_though_it_never_went_through_the_reader():
    raw = list(practices(list(hostile(EXAMPLES, seed=22))))
    assert live_cells(write_csv(raw)) == []


def test_no_workbook_cell_is_a_formula_or_a_link_and_every_value_comes_back():
    content = write_xlsx(readable(), library().taxonomy)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.namelist():
            told = parts.read(part)
            assert b"<f>" not in told
            assert b"<f " not in told
            assert b"<hyperlink " not in told
            assert b'TargetMode="External"' not in told
    assert read(content) == readable()


def test_without_the_guard_cells_are_live(monkeypatch):
    """Control: the same cells written as they are would run."""
    monkeypatch.setattr(tables, "guarded", lambda text: text)
    assert len(live_cells(write_csv(readable()))) > 1_000


def test_without_taking_it_off_values_do_not_come_back(monkeypatch):
    """Control: the apostrophe alone would change what was written."""
    content = write_csv(readable()).encode()
    monkeypatch.setattr(tables, "_restored", lambda cell: cell)
    assert read(content) != readable()


# --- the other formats


@lru_cache(maxsize=1)
def told() -> tuple[Practice, ...]:
    """What is written for browsers, parsers and readers of lines, in every text of a practice."""
    return tuple(practices([text for text in map(kept, TEXTS) if text]))


def address(code: str) -> str:
    return f"https://hub.example/{code}?a=1&b=<>\"'"


ATOM = "{http://www.w3.org/2005/Atom}"


def a_feed():
    return feed(
        told(), library().taxonomy, title=HOSTILE[0], home=address("home"), here=address("feed"), address=address
    )  # fmt: skip


def test_atom_holds_them_as_text():
    root = ElementTree.fromstring(atom(a_feed()))
    assert {part.tag.removeprefix(ATOM) for part in root.iter()} == {
        "feed", "title", "id", "link", "updated", "author", "name", "entry", "summary", "category",
    }  # fmt: skip
    assert root.findtext(f"{ATOM}title") == HOSTILE[0]
    entries = root.findall(f"{ATOM}entry")
    assert {(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}summary")) for e in entries} == {
        (p.title, p.summary) for p in told()
    }
    assert {e.findtext(f"{ATOM}id") for e in entries} == {address(p.id) for p in told()}


def test_atom_written_without_escaping_is_no_atom(monkeypatch):
    """Control: the same feed is not well formed."""
    monkeypatch.setattr(feeds, "escape", lambda text: text)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(atom(a_feed()))


def test_json_feed_and_json_hold_them_as_text():
    items = json.loads(json.dumps(json_feed(a_feed())))["items"]
    assert {(one["title"], one["content_text"]) for one in items} == {
        (p.title, p.summary) for p in told()
    }
    assert all("content_html" not in one for one in items)
    whole = json.loads(exported("json", told(), library().taxonomy, library().cities))
    assert [one["harm"] for one in whole["practices"]] == [p.harm for p in told()]


class Page(HTMLParser):
    """The elements of a page, and what stands in its script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.script = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.script += data


def script(practice: Practice, draw=as_script) -> Page:
    renderings = {"ur": Rendering(practice.title, practice.summary)}
    city = City("Colombo", "LK", labels={"ur": practice.title})
    data = linked(practice, library().taxonomy, city, url=address("x"), renderings=renderings)
    return Page(f'<script type="application/ld+json">{draw(data)}</script><p></p>')


def test_nothing_leaves_the_script_of_linked_data():
    for text in TEXTS:
        for practice in (changed(title=text), changed(summary=text, partners=(text,))):
            page = script(practice)
            assert page.tags == ["script", "/script", "p", "/p"]
            data = json.loads(page.script)
            assert (data["headline"], data["workTranslation"][0]["abstract"]) == (
                practice.title, practice.summary,
            )  # fmt: skip
    graph = json.loads(exported("jsonld", told(), library().taxonomy, library().cities, address))
    assert [one["headline"] for one in graph["@graph"]] == [p.title for p in told()]


def test_plain_json_would_leave_its_script():
    """Control: JSON as it is usually written ends the script it stands in."""
    left = [text for text in TEXTS if script(changed(title=text), json.dumps).tags[2:4] != ["p", "/p"]]  # fmt: skip
    assert len(left) > 10


def test_yaml_is_text_for_any_reader():
    content = exported("yaml", told(), library().taxonomy, library().cities)
    found = yaml.safe_load(content)["practices"]
    for name in (*SINGLE, *LISTS):
        assert [
            tuple(one[name]) if name in LISTS else one[name].strip("\n") for one in found
        ] == [getattr(p, name) for p in told()]  # fmt: skip


def entries(text: str) -> list[tuple[str, dict[str, str]]]:
    """BibTeX as its readers see it: an entry ends where its braces do, whatever stands between."""
    found, at = [], 0
    while (start := text.find("@", at)) >= 0:
        body, at = _braced(text, text.index("{", start))
        key, _, rest = body.partition(",")
        fields, seek = {}, 0
        while (equals := rest.find("= {", seek)) >= 0:
            name = rest[seek:equals].strip(" ,\n")
            fields[name], seek = _braced(rest, equals + 2)
        found.append((key, fields))
    return found


def _braced(text: str, start: int) -> tuple[str, int]:
    """What stands between a brace and its partner, and where that ends; braces that TeX prints count too."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1 : at], at + 1
    raise AssertionError("a brace is never closed")


def test_every_brace_of_bibtex_has_its_partner():
    found = entries(bibtex(told(), "https://hub.example/{}".format))
    wanted = [key for p in told() for key in (p.id, f"{p.id}-source-1")]
    assert [key for key, _ in found] == wanted
    assert all(re.fullmatch(r"[a-z]+", name) for _, fields in found for name in fields)
    assert {fields["url"] for _, fields in found} == {
        url for p in told() for url in (f"https://hub.example/{p.id}", p.sources[0].url)
    }
    for practice in map(lambda text: changed(title=text), TEXTS):
        (key, fields), *_ = entries(bibtex([practice]))
        assert key == SUNRISE.id
        assert not re.search(r"(?<!\\)[%$#&_~^]", fields["title"])
        assert set(re.findall(r"\\([a-z]+)", fields["title"])) <= {
            "textbackslash", "textasciitilde", "textasciicircum", "textbraceleft", "textbraceright",
        }  # fmt: skip


def test_without_latex_signs_braces_are_left_open(monkeypatch):
    """Control: the same entries, their texts as they are, run into one another."""
    monkeypatch.setattr(citations, "_latex", lambda text: text)
    with pytest.raises((AssertionError, ValueError)):
        test_every_brace_of_bibtex_has_its_partner()


def records(text: str) -> list[list[tuple[str, str]]]:
    """RIS as its readers see it, line by line."""
    found: list[list[tuple[str, str]]] = []
    for line in text.splitlines():
        if line:
            name, sign, value = line[:2], line[2:6], line[6:]
            assert re.fullmatch(r"[A-Z][A-Z0-9]", name), line
            assert sign == "  - ", line
            if name == "TY":
                found.append([])
            found[-1].append((name, value))
    return found


@pytest.mark.parametrize("form", ["as records hold them", "as they came"])
def test_no_text_becomes_a_line_of_ris(form):
    texts = [text for text in map(kept, TEXTS) if text] if form == "as records hold them" else TEXTS
    for practice in practices(texts):
        first, second = records(ris([practice], "https://hub.example/{}".format))
        names = ["TY", "ID", "TI", "PB", "CY", "PY", "LA", "AB", "UR", "N1", "KW", "KW", "ER"]
        assert [name for name, _ in first] == [
            name for name in names if name != "AB" or practice.summary.strip()
        ]
        assert dict(first)["TI"] == " ".join(practice.title.split())
        assert [name for name, _ in second] == ["TY", "TI", "PB", "UR", "Y2", "ER"]
        assert dict(second)["UR"] == practice.sources[0].url


def test_a_word_file_holds_them_as_text():
    for practice in told():
        page = spotlight_of(
            practice, library().taxonomy, City("Colombo", "LK", population_note=practice.harm), "ur",
            renderings={"ur": Rendering(practice.title, practice.summary)},
            adaptations=(practice.staff,), marks=(practice.cost,), url="https://hub.example/x",
        )  # fmt: skip
        content = spotlight_docx(page)
        document = Document(io.BytesIO(content))
        words = "\n".join(part.text or "" for part in document.element.body.iter() if part.text)
        for text in (practice.summary, practice.harm, *practice.lessons):
            assert text in words
        assert outside(content) <= {practice.sources[0].url, "https://hub.example/x"}
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.namelist()
            body = parts.read("word/document.xml")
        assert not [name for name in names if re.search(r"vba|activeX|embeddings|\.bin", name)]
        assert b"instrText" not in body
        assert b"altChunk" not in body


def outside(content: bytes) -> set[str]:
    """Every address that the file could lead to."""
    found = set()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                for link in ElementTree.fromstring(parts.read(name)):
                    if link.get("TargetMode") == "External":
                        found.add(str(link.get("Target")))
    return found


def test_every_open_format_is_looked_at_here():
    """A format that is added gets a look of its own."""
    assert set(KINDS) == {"yaml", "csv", "xlsx", "json", "jsonld", "bib", "ris"}
