"""A paper on a page, on a sheet and in a Word file: the same words, every script, nothing a command."""

from __future__ import annotations

import doctest
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import pytest
from django.template import Context, Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.report import paper as data
from baithak.report import paper_pdf as pdf
from baithak.report import paper_svg
from baithak.report.opinion_pdf import missing_letters
from baithak.report.paper import (
    Bar,
    Bars,
    Fact,
    Facts,
    Heading,
    Lead,
    Line,
    Link,
    Notice,
    Paper,
    Paragraph,
    Points,
    Reading,
    Section,
    Table,
    Text,
    address,
    beside,
    texts,
    way,
)
from baithak.report.paper_docx import paper_docx
from baithak.report.paper_html import blocks, page
from baithak.report.paper_pdf import SIZES, paper_pdf
from baithak.report.word_parts import REGIONS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TITLES = {
    "en": "Neighbours walk together",
    "bn": "প্রতিবেশীরা একসঙ্গে হাঁটেন",
    "hi": "पड़ोसी साथ चलते हैं",
    "ur": "پڑوسی ساتھ چلتے ہیں",
    "ta": "அயலவர் ஒன்றாக நடக்கின்றனர்",
    "si": "අසල්වැසියෝ එකට ඇවිදිති",
    "dv": "އަވަށްޓެރިން އެކުގައި ހިނގަނީ",
    "ne": "छिमेकीहरू सँगै हिँड्छन्",
}
HOSTILE = (
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</style></title><img src=x onerror=alert(1)>",
    "{{ settings.SECRET_KEY }} {% load x %}",
    '#import "x.typ"',
    "$x^2$ and #panic()",
    r"C:\park\new \u{41} \\",
    "= heading\n- list\n/ term: x // comment /* more */",
    "]]> </w:t> &amp; & < >",
    "https://example.org/" + "very-long/" * 60,
    "\u202eturned\u2066 \x00\x0b\ufffe",
    "%s %(x)s * _ ~ [link](x) @nobody `code`",
)
SOURCE = "https://hub.example/plan/1/"

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext reads the paper back (poppler-utils)"
)


def everywhere(text: str, language: str = "en", **fields: object) -> Paper:
    """The same words in every place that can hold words, addresses too."""
    cell = Link(Text(text, language), text)
    fact = Fact(text, cell, text)
    reading = Reading(text, 1.0, text, text)
    told = (
        Lead(cell), Paragraph(cell, text), Heading(text), Notice(cell),
        Points((cell, text)), Points((cell,), numbered=True), Facts((fact,)),
        Table(text, (text, text), ((cell, text),), figures=(1,)),
        Table(text, (text,), (), empty=text),
        Bars(text, (Bar(cell, 2, text, text), Bar(text, None, text)), (text, text)),
        Line(text, (reading, replace(reading, value=3.0)), (text, text), 2.0, text),
    )  # fmt: skip
    paper = Paper(
        title=text, language=language, kind=text, subtitle=text, marks=(text,), facts=(fact,),
        sections=(Section(cell, told, text), Section(text, told[:2], half=True)),
        source=text, made=text, footer=(text,),
    )  # fmt: skip
    return replace(paper, **fields)  # type: ignore[arg-type]


def walk(language: str = "en", **fields: object) -> Paper:
    """One of everything, as a room would make it."""
    title = TITLES[language]
    paper = Paper(
        title=title,
        language=language,
        kind="Plan on a page",
        subtitle=title,
        marks=("Example",),
        facts=(Fact(title, Link("34", "/plan/1/people/"), title),),
        sections=(
            Section(title, (Lead(title), Paragraph(title), Points((title, "Ward 4"))), "short"),
            Section("Progress", (progress(),), half=True),
            Section("Readings", (readings(),), half=True),
            Section(
                "Who does what",
                (
                    Table("Tasks", ("Who", "What"), ((title, Link("Lights", "/plan/1/lights/")),)),
                    Facts((Fact("Office", title, "open on Fridays"),)),
                    Notice(title),
                ),
            ),
        ),
        source=SOURCE,
        made="24 November 2026",
        footer=("City of Example",),
    )
    return replace(paper, **fields)  # type: ignore[arg-type]


def progress() -> Bars:
    shown = (Bar("Done", 12, "12", "/plan/1/done/"), Bar("Late", 3, "3"))
    return Bars("Actions", (*shown, Bar("Hidden", None, "fewer than 10")), ("State", "Actions"))


def readings() -> Line:
    told = (
        Reading("Jan", 48, "48%", "/plan/1/r/1/"), Reading("Apr", None, "not read"),
        Reading("Jul", 61, "61%"),
    )  # fmt: skip
    return Line("Feel safe at dusk", told, ("Day", "Share"), 70, "To reach: 70%")


def one(*told: data.Block, **fields: object) -> Paper:
    return walk(sections=(Section("Part", told),), facts=(), **fields)


def read(content: bytes, tmp_path) -> str:
    """What a reader of the sheet copies, without line breaks and marks of direction."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    told = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", told))


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def said_in(content: bytes) -> str:
    """Every word of a Word file, in order."""
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
    return " ".join(node.text or "" for node in root.iter(f"{W}t"))


class Seen(HTMLParser):
    """Tags, attributes and words as a browser takes them apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def links(self) -> list[str | None]:
        return [about["href"] for tag, about in self.found if tag == "a"]


# ---- the data


@pytest.mark.parametrize("module", [data, paper_svg])
def test_the_examples_are_true(module):
    told = doctest.testmod(module)
    assert (told.failed, told.attempted > 2) == (0, True)


def test_a_table_whose_rows_do_not_fit_its_heads_is_refused():
    with pytest.raises(ValueError, match="every row of a table needs 2 cells"):
        Table("x", ("a", "b"), (("1",),))
    with pytest.raises(ValueError, match="needs 2 widths or none"):
        Table("x", ("a", "b"), (), widths=(1,))


def test_only_addresses_of_the_web_of_this_site_and_beside_the_page_are_links():
    assert address("https://a.example/b?c=1", SOURCE) == "https://a.example/b?c=1"
    assert address("/plan/2/", SOURCE) == "https://hub.example/plan/2/"
    assert address("/plan/2/") == "/plan/2/"
    refused = ("javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:x", "", "/a b")
    assert [address(url, SOURCE) for url in refused] == [""] * len(refused)
    assert [beside(u) for u in ("a/b.csv", "#top", "../x", "a:b", "/x", "x y")] == [
        "a/b.csv", "#top", "", "", "", "",
    ]  # fmt: skip


def test_texts_leaves_no_place_out():
    every = list(texts(everywhere("wherever", sections=everywhere("wherever").sections[:1])))
    assert {text.text for text in every} == {"wherever"}
    # title, kind, subtitle, mark, foot, day, source, three of the fact, the section's title, and
    # 2 + 1 + 1 + 1 + ... of the blocks: counted by hand in ``everywhere``.
    head, body = 10, 1 + 1 + 2 + 1 + 1 + 2 + 1 + 3 + 5 + 3 + 7 + 8
    assert len(every) == head + body


def test_words_run_by_their_language_but_never_against_all_their_letters():
    assert way(Text(TITLES["ur"], "ur")) == "rtl"
    assert way(Text("Ward 4", "ur")) == "ltr"
    assert way(Text("\u200e34%", "ur")) == ""
    assert way(Text(TITLES["dv"])) == "rtl"


def test_bars_and_lines_say_in_words_and_in_a_table_what_they_draw():
    assert progress().alternative() == "Actions. Done: 12; Late: 3; Hidden: fewer than 10."
    assert progress().parts() == (1.0, 0.25, None)
    assert [row[1] for row in progress().as_table().rows] == [
        Link("12", "/plan/1/done/"), "3", "fewer than 10",
    ]  # fmt: skip
    assert readings().alternative() == (
        "Feel safe at dusk. Jan: 48%; Apr: not read; Jul: 61%. To reach: 70%"
    )
    assert len(readings().as_table().rows) == 3


# ---- the page


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_on_the_page(text):
    quiet = everywhere("calm", source=text if text.startswith("https://") else "calm")
    for write in (page, blocks):
        made, calm = str(write(everywhere(text))), str(write(quiet))
        seen = Seen(made)
        links = [tag for tag in seen.tags if tag == "a"]
        # The same elements as with harmless words, but for the links that an address becomes.
        assert [t for t in seen.tags if t != "a"] == [t for t in Seen(calm).tags if t != "a"]
        assert bool(links) is text.startswith("https://")
        names = {name for _tag, about in seen.found for name in about}
        assert not {name for name in names if name.startswith("on") or name == "style"}
        assert "script" not in seen.tags
        printed = re.sub(r"\s+", " ", Text(text).printable).strip()
        assert printed in re.sub(r"\s+", " ", " ".join(seen.words))


def test_a_template_shows_blocks_as_they_are_and_still_escapes_words():
    template = Engine().from_string("{{ blocks }}{{ plain }}")
    shown = template.render(
        Context({"blocks": blocks(everywhere("<b>bold</b>")), "plain": "<i>x</i>"})
    )
    assert '<div class="paper" lang="en" dir="ltr">' in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert shown.endswith("&lt;i&gt;x&lt;/i&gt;")


def test_the_page_fetches_nothing_and_carries_its_style():
    made = page(walk())
    assert not re.search(r"<(script|link|iframe|object|img)\b|@import|url\(", made)
    assert ".paper-bar" in made
    assert 'style="' not in made


def test_links_on_the_page_lead_to_the_living_system_and_in_the_hub_stay_on_it():
    full = Seen(page(walk())).links()
    assert full.count("https://hub.example/plan/1/people/") == 1
    assert full[-1] == SOURCE
    assert "https://hub.example/plan/1/done/" in full
    own = Seen(blocks(walk())).links()
    assert own == [url.removeprefix("https://hub.example") for url in full[:-1] if url]
    # Without a source nothing stands behind an address of the site; a file beside it still does.
    beside_it = one(Lead(Link("plan", "/plan/1/")), Notice(Link("csv", "tables/a.csv")), source="")
    assert Seen(page(beside_it)).links() == ["tables/a.csv"]


def test_a_statement_in_another_language_keeps_its_language_and_its_side():
    told = one(Paragraph(Text(TITLES["ta"], "ta")), Paragraph(Text(TITLES["ur"], "ur")))
    seen = [about for _tag, about in Seen(page(told)).found if about.get("class") == "paper-text"]
    assert [(a["lang"], a["dir"]) for a in seen] == [("ta", "ltr"), ("ur", "rtl")]
    urdu = one(Paragraph("Not translated yet"), Paragraph(TITLES["ur"]), language="ur")
    made = page(urdu)
    assert '<html lang="ur" dir="rtl">' in made
    seen = [about for _tag, about in Seen(made).found if about.get("class") == "paper-text"]
    assert [about.get("dir") for about in seen] == ["ltr", None]
    assert '<bdi dir="ltr">2013–2015</bdi>' in page(one(Lead("2013–2015"), language="ur"))


def test_charts_on_the_page_have_words_and_a_table():
    made = page(walk())
    assert f'aria-label="{readings().alternative()}"' in made
    seen = Seen(made)
    curve = next(about for _t, about in seen.found if about.get("class") == "paper-curve")
    assert curve["role"] == "img"
    drawn = [about for _t, about in seen.found if about.get("class") == "paper-bar"]
    assert [about["aria-hidden"] for about in drawn] == ["true"] * 3  # the cells beside them speak
    for cell in ("12", "fewer than 10", "48%", "not read", "61%"):
        assert cell in seen.words


def test_an_empty_table_says_that_it_is():
    made = page(one(Table("T", ("x",), (), empty="No rows.")))
    assert '<p class="paper-empty">No rows.</p>' in made
    assert "<table" not in made


def test_half_sections_stand_in_pairs():
    made = Seen(page(walk())).found
    assert [about.get("class") for tag, about in made if tag == "div"].count("paper-pair") == 1


# ---- pictures


def test_a_line_has_a_gap_where_nothing_was_read_and_turns_with_the_paper():
    drawn = str(paper_svg.line(readings()))
    assert drawn.count("<circle") == 2
    assert re.search(r'd="M[\d.]+ [\d.]+M[\d.]+ [\d.]+"', drawn)
    xs = [[float(x) for x in re.findall(r'cx="([\d.]+)"', str(paper_svg.line(readings(), rtl=r)))]
          for r in (False, True)]  # fmt: skip
    assert [480 - x for x in xs[0]] == xs[1]
    assert not paper_svg.line(Line("x", (Reading("a", None, "none"),)))


@given(st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=1, max_size=8))
def test_a_scale_holds_every_value_between_round_figures(values):
    marks = paper_svg.ticked(values)
    slack = 1e-6 * max(map(abs, values))
    assert 2 <= len(marks) <= 7
    assert marks[0] <= min(values) + slack
    assert marks[-1] >= max(values) - slack
    assert marks == sorted(set(marks))


# ---- the sheet


@needs_pdftotext
@pytest.mark.parametrize("language", ["en", "bn", "hi", "ur", "ta", "si", "ne"])
def test_text_copied_from_the_sheet_is_the_text(tmp_path, language):
    made = paper_pdf(walk(language))
    told = read(made.content, tmp_path)
    for text in (TITLES[language], "Ward 4", "48%", "fewer than 10", "24 November 2026", SOURCE):
        assert text in told
    assert told.count(TITLES[language]) >= 8
    assert b"pdfuaid" in made.content  # it says itself that it can be read aloud
    assert pdf.MISSING not in told


@needs_pdftotext
def test_dhivehi_copied_from_the_sheet_has_every_letter(tmp_path):
    """A letter with its vowel comes back, though some readers give it twice or in parts."""
    made = paper_pdf(walk("dv"))
    assert b"pdfuaid" in made.content
    assert set(TITLES["dv"]) <= set(read(made.content, tmp_path))


@pytest.mark.parametrize("language", sorted(TITLES))
def test_a_compact_paper_is_one_sheet_in_every_language_and_the_same_bytes(language):
    made = paper_pdf(walk(language, compact=True))
    assert made.pages == 1
    assert made.size >= SIZES[-2][0]
    assert made == paper_pdf(walk(language, compact=True))


def test_a_compact_paper_takes_the_largest_letters_that_fit_and_says_when_none_do():
    short = paper_pdf(one(Lead("One sentence."), compact=True))
    assert (short.pages, short.size) == (1, SIZES[0][0])
    some = paper_pdf(one(Points(("A sentence of some length. " * 3,) * 58), compact=True))
    assert some.pages == 1
    assert SIZES[-1][0] <= some.size < SIZES[0][0]
    long = paper_pdf(one(Points(("A sentence of some length. " * 9,) * 60), compact=True))
    assert (long.pages > 1, long.size) == (True, SIZES[-1][0])


@needs_pdftotext
def test_the_pages_reported_are_the_pages_there_are(tmp_path):
    made = paper_pdf(one(Points(("A sentence of some length. " * 9,) * 60)))
    path = tmp_path / "long.pdf"
    path.write_bytes(made.content)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout
    assert made.pages == told.count(b"\f") > 2  # a form feed ends every page


@needs_pdftotext
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_command_on_the_sheet(tmp_path, text):
    told = read(paper_pdf(everywhere(text)).content, tmp_path).replace(" ", "")
    tail = re.sub(r"\s+", "", Text(text).printable)[-12:]
    assert told.count(tail) > 40


@needs_pdftotext
def test_another_script_in_an_english_paper_begins_on_its_own_side(tmp_path):
    path = tmp_path / "sides.pdf"
    path.write_bytes(paper_pdf(one(Paragraph("Here"), Paragraph(Text(TITLES["ur"], "ur")))).content)
    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)".*?xMax="([\d.]+)".*?>(.*?)</word>', boxes)
    margin = 20 / 25.4 * 72
    english = next(float(left) for left, _right, word in words if word == "Here")
    urdu = max(float(right) for _l, right, word in words if re.search("[\u0600-\u06ff]", word))
    assert english == pytest.approx(margin, abs=2)
    assert urdu == pytest.approx(595.3 - margin, abs=3)


@needs_pdftotext
def test_links_and_alternatives_are_in_the_sheet(tmp_path):
    content = paper_pdf(walk()).content
    for url in (SOURCE, "https://hub.example/plan/1/people/", "https://hub.example/plan/1/done/"):
        assert url.encode() in content
    assert b"javascript" not in paper_pdf(one(Lead(Link("x", "javascript:alert(1)")))).content
    told = read(content, tmp_path)
    for cell in ("48%", "not read", "To reach: 70%"):
        assert cell in told


@given(st.text(max_size=60), st.sampled_from(sorted(TITLES)))
@settings(max_examples=15, deadline=None)
def test_any_text_can_be_a_sheet(text, language):
    known = "".join(c for c in text if not missing_letters(c)) or "-"
    assert paper_pdf(everywhere(known, language)).content.startswith(b"%PDF")


@needs_pdftotext
def test_letters_no_font_here_has_are_announced(tmp_path, monkeypatch):
    import typst

    real = pdf._set

    def no_font(told, size, room, *, own_fonts, readable=True):
        if readable and not own_fonts:
            raise typst.TypstError("no font")
        return real(told, size, room, own_fonts=True, readable=readable)

    monkeypatch.setattr(pdf, "_set", no_font)
    assert pdf.MISSING in read(paper_pdf(walk(subtitle="自用")).content, tmp_path)


def test_a_paper_without_anything_optional():
    bare = Paper("Bare")
    assert paper_pdf(bare).pages == 1
    assert [p.text for p in opened(paper_docx(bare)).paragraphs] == ["Baithak", "Bare"]
    assert Seen(page(bare)).links() == []


# ---- the Word file


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_in_the_word_file(text):
    content = paper_docx(everywhere(text))
    document = opened(content)
    printed = Text(text).printable
    assert document.paragraphs[1].text == printed
    assert (len(document.tables), len(document.inline_shapes)) == (5, 1)
    links = {h.address for p in document.paragraphs for h in p.hyperlinks}
    assert links == ({text} if text.startswith("https://") else set())


@given(st.text(max_size=80), st.sampled_from(sorted(TITLES)))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_a_word_file(text, language):
    # The reader of the format keeps no carriage return; a tab and a line break are elements in it.
    again = opened(paper_docx(one(Lead(text), title=text, language=language)))
    assert again.paragraphs[1].text.strip("\u200e") == Text(text).printable.strip("\u200e")


@pytest.mark.parametrize("language", sorted(TITLES))
def test_a_word_file_says_its_language_and_its_side(language):
    content = paper_docx(walk(language))
    document = opened(content)
    rtl = language in ("ur", "dv")
    title = next(p for p in document.paragraphs if p.style.name == "Heading 1")
    assert title.text == TITLES[language]
    assert (title._p.find(f"{W}pPr/{W}bidi") is not None) is rtl
    (run,) = title.runs
    assert run._r.find(f"{W}rPr/{W}lang").get(f"{W}bidi") == REGIONS[language]
    assert (run._r.find(f"{W}rPr/{W}rtl") is not None) is rtl
    assert (document.sections[0]._sectPr.find(f"{W}bidi") is not None) is rtl
    turned = [t._tbl.find(f"{W}tblPr/{W}bidiVisual") is not None for t in document.tables]
    assert turned == [rtl] * 5
    told = said_in(content)
    for text in ("48%", "fewer than 10", "To reach: 70%", "Lights"):
        assert text in told
    about = document.core_properties
    assert (about.title, about.author, about.language) == (TITLES[language], "", REGIONS[language])


def test_headings_links_and_pictures_of_the_word_file_are_real():
    document = opened(paper_docx(walk()))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert heads == [TITLES["en"], "Progress", "Readings", "Who does what"]
    cells = [p for t in document.tables for r in t.rows for c in r.cells for p in c.paragraphs]
    links = {h.address for p in cells for h in p.hyperlinks}
    assert links == {
        f"https://hub.example/plan/1/{end}" for end in ("people/", "done/", "r/1/", "lights/")
    }
    foot = document.sections[0].footer.paragraphs
    assert [h.address for p in foot for h in p.hyperlinks] == [SOURCE]
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == readings().alternative()


def test_bars_of_the_word_file_are_as_long_as_their_figures():
    document = opened(paper_docx(one(progress())))
    (table,) = document.tables
    bars = [row.cells[1].paragraphs[0] for row in table.rows[1:]]
    ends = [bar.paragraph_format.right_indent for bar in bars]
    assert ends[0] == 0
    assert ends[1] > 0
    assert ends[2] is None  # a figure that is not shown has no bar
    shaded = [bar._p.find(f"{W}pPr/{W}shd") is not None for bar in bars]
    assert shaded == [True, True, False]


def test_the_three_say_the_same(tmp_path):
    told = walk()
    on_page = re.sub(r"\s+", " ", unescape(" ".join(Seen(page(told)).words)))
    in_file = said_in(paper_docx(told))
    for text in {t.printable for t in texts(told)} - {SOURCE, told.made, *told.footer}:
        assert text in on_page
        assert text in in_file
