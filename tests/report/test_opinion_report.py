"""The report as page, paper and tables: one story, complete, and nothing fetched."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.engine.cells import guarded, plain
from baithak.report.disclosure import published
from baithak.report.opinion_html import page
from baithak.report.opinion_pdf import missing_letters, paper
from baithak.report.opinion_report import About, compose
from baithak.report.tables import tables
from baithak.report.words import words
from factories.opinion import opinion_map

VOID = {"meta", "link", "br", "img", "input", "hr"}
ABOUT = About(
    "Living together <in Trincomalee>",
    "What should change?",
    source="https://example.org/living-together",
    attribution="Example data & more, CC BY 4.0",
    date="2026-11-23",
)


class Outline(HTMLParser):
    """Checks that every element is closed, and keeps what is referred to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html: str) -> Outline:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert outline.open == []
    return outline


@pytest.fixture(scope="module")
def town():
    return published(opinion_map((300, 240, 120), 40))


@pytest.mark.parametrize("language", ["en", "ur", "bn"])
def test_the_page_stands_alone(town, language):
    outline = read(page(compose(town, ABOUT, language=language)))
    tags = [tag for tag, _ in outline.seen]
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    for tag, attributes in outline.seen:
        assert "src" not in attributes
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if "href" in attributes:
            assert tag == "a" or attributes["href"].startswith("#")
    (style,) = re.findall(r"<style>(.*?)</style>", page(compose(town, ABOUT)), re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    (root,) = [attributes for tag, attributes in outline.seen if tag == "html"]
    assert root == {"lang": language, "dir": "rtl" if language == "ur" else "ltr"}
    assert tags.count("h1") == 1
    ids = [a["id"] for _, a in outline.seen if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_page_tells_the_whole_story(town):
    outline = read(page(compose(town, ABOUT)))
    text = re.sub(r"\s+", " ", " ".join(outline.text))
    for part in (
        "Living together <in Trincomalee>",
        "What should change?",
        "660",
        "In short",
        "What we share",
        "What divides us",
        "The opinion map",
        "The groups",
        "This group would look the same in 92 of 100 repeats.",
        "How deep, how wide",
        "Who was heard, and who was not",
        "18 to 25 (age): 6% of the voices, 11% of people",
        "How this was worked out",
        "Baithak 0.1.0, 1",
        "Example data & more, CC BY 4.0",
    ):
        assert part in text, part


def test_every_picture_has_its_table(town):
    outline = read(page(compose(town, ABOUT)))
    tags = [tag for tag, attributes in outline.seen if tag == "table"]
    pictures = [a for tag, a in outline.seen if tag == "svg" and a.get("role") == "img"]
    assert len(pictures) == 1
    assert len(tags) >= 4
    bars = [a for tag, a in outline.seen if tag == "svg" and a.get("class") == "bar"]
    assert all(bar["aria-hidden"] == "true" for bar in bars)


def test_statements_of_residents_cannot_break_the_page():
    nasty = ('<script>alert("x")</script>', "</title><b>", "'\"&", "‮override")
    told = published(opinion_map((120, 90), 12, texts=nasty))
    outline = read(page(compose(told, ABOUT)))
    tags = {tag for tag, _ in outline.seen}
    assert "script" not in tags
    assert '<script>alert("x")</script>' in "".join(outline.text)
    assert paper(compose(told, ABOUT)).startswith(b"%PDF")


@pytest.mark.parametrize("sizes", [(337,), (150, 7), (26,), (90, 80, 70, 60, 50)])
def test_every_kind_of_conversation_has_a_report(sizes):
    told = published(opinion_map(sizes, 20))
    for language in ("en", "ur", "bn"):
        report = compose(told, ABOUT, language=language)
        read(page(report))
        assert paper(report).startswith(b"%PDF")
    assert set(tables(told)) >= {"statements.csv", "groups.csv", "about.csv"}


def test_the_paper_is_the_same_bytes_every_time(town):
    report = compose(town, ABOUT)
    assert paper(report) == paper(report)


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext reads the paper back (poppler-utils)"
)
@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("en", "Night buses are worth it."),
        ("bn", "রাতের বাস চলা উচিত।"),
        ("ta", "இரவுப் பேருந்துகள் வேண்டும்."),
        ("hi", "रात की बसें चलनी चाहिए।"),
        ("si", "රාත්‍රී බස් අවශ්‍යයි."),
        ("ne", "रातको बस चल्नुपर्छ।"),
    ],
)
def test_text_copied_from_the_paper_is_the_text(tmp_path, language, statement):
    told = published(opinion_map((120, 90), 12, texts=(statement,)))
    path = tmp_path / "report.pdf"
    path.write_bytes(paper(compose(told, ABOUT, language=language)))
    text = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert statement in re.sub(r"\s+", " ", text)


def test_letters_no_font_here_has_are_announced(monkeypatch):
    told = published(opinion_map((120, 90), 12, texts=("自用車載客",)))
    assert missing_letters("自用 Parks পার্ক پارک") == {"自", "用"}
    assert paper(compose(told, ABOUT)).startswith(b"%PDF")


def test_an_urdu_report_reads_from_the_right(town):
    say = words("ur")
    assert say.direction == "rtl"
    html = page(compose(town, ABOUT, language="ur"))
    assert '<html lang="ur" dir="rtl">' in html


@given(st.text(max_size=30))
def test_a_cell_is_never_a_formula_and_comes_back_unchanged(text):
    cell = guarded(text)
    assert plain(cell) == text
    bare = cell.lstrip(" \u00a0\u200b\ufeff")
    assert not bare.startswith(("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_formulas_of_residents_stay_text(text):
    told = published(opinion_map((120, 90), 8, texts=(text,)))
    rows = list(csv.DictReader(io.StringIO(tables(told)["statements.csv"].lstrip("\ufeff"))))
    assert {row["text"] for row in rows} == {"'" + text}


def test_numbers_in_tables_stay_numbers_and_keep_the_rule(town):
    rows = list(csv.DictReader(io.StringIO(tables(town)["groups.csv"].lstrip("\ufeff"))))
    assert [(row["group"], int(row["people"])) for row in rows] == [
        ("A", 300),
        ("B", 240),
        ("C", 120),
    ]
    by_group = csv.DictReader(io.StringIO(tables(town)["statements-by-group.csv"].lstrip("\ufeff")))
    for row in by_group:
        assert row["votes"] == "" or (int(row["votes"]) % 5 == 0 and int(row["votes"]) >= 10)
