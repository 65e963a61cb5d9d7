"""A spotlight on paper and as a Word file: every script comes back, nothing in a text is a command."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tomllib
import zipfile
from dataclasses import replace

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.report import spotlight_pdf as pdf
from baithak.report.spotlight import (
    WORDS,
    Cited,
    Fact,
    Paragraph,
    Points,
    Section,
    Spotlight,
    Tags,
    Text,
    first_mark,
    link,
    phrase,
)
from baithak.report.spotlight_docx import FONTS, REGIONS, spotlight_docx
from baithak.report.spotlight_pdf import spotlight_pdf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LANGUAGES = ("en", "bn", "hi", "ur", "ta", "si", "dv", "ne")
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
    '#import "x.typ"',
    "$x^2$ and #panic()",
    "He said: \"no\" 'maybe' `code` @nobody <tag>",
    r"C:\park\new \u{41} \\",
    "= heading\n- list\n/ term: x // comment /* more */",
    "]]> </w:t> &amp; & < >",
    "a" * 400,
    "https://example.org/" + "very-long/" * 60,
    "ක්‍ෂ" * 90,
    "\u202eturned\u2066 \x00\x0b\ufffe",
    "{{ curly }} %s %(x)s \\n",
    "* _ ~ -- --- ... [link](x)",
)


def walk(language: str = "en", **fields: object) -> Spotlight:
    """One of everything."""
    title = TITLES[language]
    mark = "" if language == "en" else "English"
    told = Spotlight(
        language=language,
        kind=phrase("City spotlight", language),
        title=Text(title, language),
        place=Text("Colombo", "en"),
        facts=(Fact(phrase("Years", language), (Text("2013–2015"),)),),
        notes=(phrase("This practice is not translated yet.", language),),
        marks=(Text("Example", "en"),),
        original=Text("The original title", "en", mark),
        sections=(
            Section(
                phrase("How is it responding?", language),
                (
                    Paragraph(Text("It walks.", "en", mark)),
                    Points((Text("First step", "en", mark), Text("Second step", "en", mark))),
                    Tags((Text(title, language), Text("Dialogue", "en"))),
                    Fact(phrase("Cost", language), (Text("None", "en"),)),
                ),
            ),
            Section(
                phrase("Sources", language),
                (Cited(Text("Walks"), "https://council.example/walks", (Text("Council"),)),),
            ),
        ),
        footer=(Text("https://hub.example/exchange/walks/"),),
    )
    return replace(told, **fields)  # type: ignore[arg-type]


def everywhere(text: str, language: str = "en") -> Spotlight:
    """The same words in every place that can hold words."""
    said = Text(text, language, "English")
    blocks = (
        Paragraph(said), Points((said, said)), Tags((said, said)), Fact(said, (said, said)),
        Cited(said, text, (said, said)), Cited(said, ""),
    )  # fmt: skip
    return Spotlight(
        language, said, said, said, facts=(Fact(said, (said,)),), sections=(Section(said, blocks),),
        original=said, notes=(said,), marks=(Text("Example"),), footer=(said, said),
    )  # fmt: skip


def read(content: bytes, tmp_path) -> str:
    """What a reader of the paper copies, without line breaks and marks of direction."""
    path = tmp_path / "spotlight.pdf"
    path.write_bytes(content)
    told = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", told))


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def turned(paragraph) -> bool:
    return paragraph._p.find(f"{W}pPr/{W}bidi") is not None


needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext reads the paper back (poppler-utils)"
)


# ---- words


def test_every_language_without_a_catalogue_has_the_same_sentences():
    told = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    assert set(told) == set(LANGUAGES) - {"en", "bn", "ur"}
    first = told["hi"]["words"]
    for language, part in told.items():
        assert set(part["words"]) == set(first), language
        assert part["reviewed"] is False
        for sentence, words in part["words"].items():
            assert re.findall(r"%\(\w+\)s", words) == re.findall(r"%\(\w+\)s", sentence)
            assert not re.search("[A-Za-z]", re.sub(r"%\(\w+\)s", "", words)), words
            assert not re.search("[\u09e6-\u09ef\u0966-\u096f\u0be6-\u0bef\u0660-\u0669]", words)


def test_a_phrase_without_words_stays_english_and_says_so():
    assert phrase("Sources", "ur").language == "ur"
    assert phrase("Sources", "dv").language == "dv"
    assert phrase("Sources", "fr") == Text("Sources", "en")
    assert phrase("No such sentence", "si") == Text("No such sentence", "en")
    assert phrase("read on %(day)s", "si", day="2026-11-24").text.startswith("2026-11-24 ")


def test_direction_comes_from_the_language_and_else_from_the_first_letter():
    assert [Text("x", code).direction for code in ("ur", "dv", "en", "si")] == [
        "rtl", "rtl", "ltr", "ltr",
    ]  # fmt: skip
    assert [Text(t).direction for t in ("12 اردو", "“ދިވެހި", "2013–2015", "", "Oslo اردو")] == [
        "rtl", "rtl", "ltr", "ltr", "ltr",
    ]  # fmt: skip


def test_only_addresses_of_the_web_are_links():
    assert link("https://a.example/b?c=1") == "https://a.example/b?c=1"
    for address in ("javascript:alert(1)", "file:///etc/passwd", "https://", "", "http://a b"):
        assert link(address) == ""


def test_a_mark_is_said_once_for_texts_that_stand_together():
    assert first_mark((Text("a"), Text("b", "en", "English"), Text("c", "en", "English"))) == (
        "English"
    )
    assert first_mark((Text("a"),)) == ""


# ---- paper


@needs_pdftotext
@pytest.mark.parametrize("language", ["en", "bn", "hi", "ur", "ta", "si", "ne"])
def test_text_copied_from_the_paper_is_the_text(tmp_path, language):
    told = read(spotlight_pdf(walk(language)), tmp_path)
    for text in (TITLES[language], phrase("Sources", language).text, "First step", "2013–2015"):
        assert text in told
    assert told.count("English") == (0 if language == "en" else 3)  # title, paragraph, points


@needs_pdftotext
def test_dhivehi_copied_from_the_paper_has_every_letter(tmp_path):
    """A letter with its vowel comes back, though some readers give it twice or in parts."""
    told = read(spotlight_pdf(walk("dv")), tmp_path)
    for text in (TITLES["dv"], phrase("Sources", "dv").text):
        assert set(text) <= set(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_is_the_same_bytes_every_time(language):
    made = spotlight_pdf(walk(language))
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in made  # it says itself that it can be read aloud
    assert made == spotlight_pdf(walk(language))


def test_a_page_without_anything_optional():
    bare = walk(facts=(), notes=(), marks=(), original=None, footer=(), sections=())
    assert spotlight_pdf(bare).startswith(b"%PDF")
    assert [p.text for p in opened(spotlight_docx(bare)).paragraphs] == [
        "City spotlight", "Colombo", TITLES["en"],
    ]  # fmt: skip


@needs_pdftotext
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_command(tmp_path, text):
    told = read(spotlight_pdf(everywhere(text)), tmp_path)
    tail = re.sub(r"\s+", "", Text(text).printable)[-12:]
    assert tail in told.replace(" ", "")
    again = opened(spotlight_docx(everywhere(text)))
    assert again.paragraphs[2].text == Text(text).printable


@needs_pdftotext
def test_a_word_wider_than_the_page_is_broken_and_stays_whole(tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(spotlight_pdf(everywhere("x" * 400)))
    # In points of an A4 page 595 wide: every word's box ends before the margin.
    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    ends = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert len(ends) > 40
    assert max(ends) < 595 - 19 / 25.4 * 72 + 1


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_a_word_file(text, language):
    # The reader of the format keeps no carriage return; a tab and a line break are elements in it.
    again = opened(spotlight_docx(everywhere(text, language)))
    assert again.paragraphs[2].text.strip("\u200e") == Text(text).printable.strip("\u200e")


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_a_paper(text, language):
    known = "".join(c for c in text if not pdf.missing_letters(c)) or "-"
    assert spotlight_pdf(everywhere(known, language)).startswith(b"%PDF")


@needs_pdftotext
def test_letters_no_font_here_has_are_announced(tmp_path, monkeypatch):
    import typst

    real = pdf._set

    def no_font(told, *, own_fonts, readable=True):
        if readable and not own_fonts:
            raise typst.TypstError("no font")
        return real(told, own_fonts=True, readable=readable)

    monkeypatch.setattr(pdf, "_set", no_font)
    told = read(spotlight_pdf(walk(place=Text("自用"))), tmp_path)
    assert pdf.MISSING in told


# ---- Word file


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_file_says_its_language_everywhere(language):
    document = opened(spotlight_docx(walk(language)))
    by_style = {p.style.name: p for p in document.paragraphs}
    title = by_style["Heading 1"]
    assert title.text == TITLES[language]
    assert turned(title) is (language in ("ur", "dv"))
    (run,) = title.runs
    tongue = run._r.find(f"{W}rPr/{W}lang")
    assert tongue.get(f"{W}bidi") == tongue.get(f"{W}val") == REGIONS[language]
    assert (run._r.find(f"{W}rPr/{W}rtl") is not None) is (language in ("ur", "dv"))
    for name in ("Heading 1", "Heading 2", "Normal", "List Bullet"):
        fonts = document.styles[name].element.find(f"{W}rPr/{W}rFonts")
        assert fonts.get(f"{W}cs") == FONTS.get(language, "Segoe UI")
        assert {key for key in fonts.attrib if "heme" in key} == set()


@pytest.mark.parametrize("language", ["ur", "dv"])
def test_a_word_file_from_the_right(language):
    document = opened(spotlight_docx(walk(language)))
    assert document.sections[0]._sectPr.find(f"{W}bidi") is not None
    assert document.tables[0]._tbl.find(f"{W}tblPr/{W}bidiVisual") is not None
    steps = [p for p in document.paragraphs if p.style.name == "List Bullet"]
    assert [p.text for p in steps] == ["First step", "Second step [English]"]
    assert not any(map(turned, steps))  # English inside it still begins at the left
    years = document.tables[0].rows[0].cells[1].paragraphs[0]
    assert turned(years)
    assert years.text == "\u200e2013–2015\u200e"


def test_a_word_file_from_the_left_has_no_marks_of_direction():
    content = spotlight_docx(walk("bn"))
    text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert not re.search("<w:(bidi|bidiVisual|rtl)/>|\u200e", text)


def test_headings_and_links_are_real():
    document = opened(spotlight_docx(walk()))
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 2"] == [
        "How is it responding?", "Sources",
    ]  # fmt: skip
    assert [h.address for p in document.paragraphs for h in p.hyperlinks] == [
        "https://council.example/walks"
    ]
    evil = walk(sections=(Section(Text("x"), (Cited(Text("y"), "javascript:alert(1)"),)),))
    assert [h for p in opened(spotlight_docx(evil)).paragraphs for h in p.hyperlinks] == []


def test_a_word_file_names_no_author_and_carries_no_foreign_picture():
    content = spotlight_docx(walk("si"))
    about = opened(content).core_properties
    assert (about.title, about.author, about.last_modified_by, about.comments) == (
        TITLES["si"], "", "", "",
    )  # fmt: skip
    assert about.language == "si-LK"
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if name.endswith((".jpeg", ".png", ".bin"))]


def test_the_sheet_is_a4():
    sheet = opened(spotlight_docx(walk())).sections[0]
    assert (round(sheet.page_width.mm), round(sheet.page_height.mm)) == (210, 297)
