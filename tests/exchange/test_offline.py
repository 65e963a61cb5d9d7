"""The offline pack: small, whole, without the internet; every link inside it leads somewhere."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from baithak.exchange.offline import pages, zipped
from baithak.exchange.records import LANGUAGES, Rendering
from baithak.report import fonts
from factories.practices import SUNRISE, changed

DAY = date(2026, 11, 24)
RIGHT_TO_LEFT = {"ur", "dv"}


class Reader(HTMLParser):
    """Links, languages and texts of a page; void elements aside, every tag is closed in order."""

    VOID = frozenset({"meta", "link", "input", "br", "rect", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.html: dict[str, str | None] = {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "html":
            self.html = told
        if tag == "a":
            self.links.append(told["href"] or "")
        self.fetched += [told[n] or "" for n in ("src",) if n in told]
        if tag == "link":
            self.fetched.append(told["href"] or "")
        assert not any(name.startswith("on") for name in told)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def pack(shipped) -> dict[str, bytes]:
    return pages(shipped, DAY)


def read(pack: dict[str, bytes], name: str) -> Reader:
    return Reader(pack[name].decode())


def test_it_is_small_and_the_same_each_time(shipped):
    content = zipped(shipped, DAY)
    assert len(content) < 10_000_000
    assert content == zipped(shipped, DAY)
    with zipfile.ZipFile(io.BytesIO(content)) as parcel:
        assert parcel.testzip() is None
        assert "baithak-library/index.html" in parcel.namelist()


def test_there_is_a_page_for_each_practice_in_each_language(shipped, pack):
    html = {name for name in pack if name.endswith(".html")}
    assert html == {"index.html"} | {
        f"{language}/{name}.html"
        for language in LANGUAGES
        for name in ["index", *(p.id for p in shipped.practices)]
    }


def test_every_link_leads_to_a_page_or_to_a_source(shipped, pack):
    sources = {s.url for p in shipped.practices for s in p.sources}
    for name in [n for n in pack if n.endswith(".html")]:
        told = read(pack, name)
        here = PurePosixPath(name).parent
        for link in [*told.links, *told.fetched]:
            if link.startswith("http"):
                assert link in sources, (name, link)
                continue
            parts: list[str] = []
            for part in (here / link).parts:
                if part == "..":
                    parts.pop()
                else:
                    parts.append(part)
            assert "/".join(parts) in pack, (name, link)
        # What a page fetches by itself lies in the pack.
        assert all(not f.startswith(("http", "//")) for f in told.fetched)


def test_the_style_fetches_fonts_of_the_pack_alone(pack):
    style = pack["style.css"].decode()
    urls = re.findall(r'url\("?([^")]+)', style)
    assert len(urls) == 14
    assert all(url in pack for url in urls)
    assert "@import" not in style
    assert "fonts/OFL.txt" in pack


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_pages_say_their_language_and_direction(shipped, pack, language):
    for name in ("index", "bilbao-anti-rumour-strategy", "aarhus-model"):
        told = read(pack, f"{language}/{name}.html")
        assert told.html["lang"] == language
        assert told.html["dir"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr")


def test_the_index_groups_by_challenge_country_and_language(shipped, pack):
    told = read(pack, "ta/index.html")
    assert "வெறுப்புப் பேச்சு (பொது இடங்களில்)" in told.text
    count = sum("hate_speech" in p.challenges for p in shipped.practices)
    assert f"வெறுப்புப் பேச்சு (பொது இடங்களில்) {count}" in told.text
    lanka = sum(p.country == "LK" for p in shipped.practices)
    assert f"இலங்கை {lanka}" in told.text
    assert "தமிழ் 40" in told.text
    assert "English 153" in told.text
    # Every practice: once in the list, once for each challenge, for its country, its languages.
    for practice in shipped.practices:
        languages = 1 + sum(practice.id in t.practices for t in shipped.translations.values())
        assert told.links.count(f"{practice.id}.html") == 2 + len(practice.challenges) + languages


def test_a_practice_shows_record_translation_evidence_and_sources(shipped, pack):
    practice = shipped.practice("trincomalee-language-classes-and-equality")
    for language in ("ur", "si"):
        told = read(pack, f"{language}/{practice.id}.html")
        rendering = shipped.translations[language].practices[practice.id]
        assert rendering.title in told.text
        assert rendering.summary in told.text
        assert practice.summary in told.text
        assert shipped.taxonomy.label("evidence_levels", "self_reported", language) in told.text
        assert all(step in told.text for step in practice.what_was_done)
        assert all(s.url in told.links and s.publisher in told.text for s in practice.sources)
        assert "class='unreviewed'" in pack[f"{language}/{practice.id}.html"].decode()


def test_the_english_page_shows_all_translations_side_by_side(shipped, pack):
    name = "bilbao-anti-rumour-strategy"
    page = pack[f"en/{name}.html"].decode()
    assert page.count("class='unreviewed'") == 7
    for language, told in shipped.translations.items():
        assert f"<article class='card' lang='{language}'" in page
        assert told.practices[name].summary in Reader(page).text


def test_a_practice_without_translation_says_so(pack):
    assert "<p class='notice'>" in pack["bn/aarhus-model.html"].decode()
    assert "<p class='notice'>" not in pack["bn/bilbao-anti-rumour-strategy.html"].decode()
    assert "<p class='notice'>" not in pack["en/aarhus-model.html"].decode()


def test_what_a_page_says_of_translations_is_true_of_each(shipped):
    tamil = changed(id="in-tamil", language="ta")
    bengali = replace(
        shipped.translations["bn"],
        status="reviewed",
        practices={"colombo-sunrise-walks": Rendering("হাঁটা", "একসঙ্গে হাঁটা।")},
    )
    made = pages(replace(shipped, practices=(SUNRISE, tamil), translations={"bn": bengali}), DAY)
    assert "its text is in English" not in made["hi/in-tamil.html"].decode()
    assert "This practice is not translated yet." in made["hi/in-tamil.html"].decode()
    assert "<p class='unreviewed'>" not in made["bn/colombo-sunrise-walks.html"].decode()
    unread = replace(bengali, status="unreviewed")
    made = pages(replace(shipped, practices=(SUNRISE,), translations={"bn": unread}), DAY)
    assert "<p class='unreviewed'>" in made["bn/colombo-sunrise-walks.html"].decode()


def test_translators_find_every_sentence():
    from baithak.exchange.offline import sentences
    from baithak.web.messages import sentences_of

    assert sentences_of(Path(sentences.__file__)) == set(sentences._SENTENCES.values())


def test_a_hostile_record_stays_text(shipped):
    from dataclasses import replace

    evil = "<script>alert(1)</script>'\"&"
    told = changed(
        title=evil, summary=evil, lessons=(evil,), partners=(evil,), harm=evil,
        sources=(replace(shipped.practices[0].sources[0], title=evil, publisher=evil,
                         url="https://a.example/'onmouseover='alert(1)"),),
    )  # fmt: skip
    made = pages(replace(shipped, practices=(told,)), DAY)
    for name in [n for n in made if n.endswith(".html")]:
        page = made[name].decode()
        assert "<script>alert" not in page
        Reader(page)  # no tag, no attribute beyond ours


def test_the_filter_is_an_extra(pack):
    """Without scripts the box is hidden and the whole list shown."""
    page = pack["en/index.html"].decode()
    assert "<p id='find' hidden>" in page
    assert "<p id='none' hidden>" in page
    assert page.count("<script") == 1


def test_the_fonts_of_the_pack_have_every_letter_of_the_library(shipped):
    spans = json.loads((Path(fonts.__file__).parent / "coverage.json").read_text())
    covered = {c for first, last in spans for c in range(first, last + 1)}
    for language, told in shipped.translations.items():
        for rendering in told.practices.values():
            missing = {c for c in rendering.title + rendering.summary if ord(c) not in covered}
            assert not missing, (language, missing)


@pytest.mark.browser
def test_the_filter_in_a_browser(shipped, chromium, tmp_path):
    from playwright.sync_api import sync_playwright

    with zipfile.ZipFile(io.BytesIO(zipped(shipped, DAY))) as parcel:
        parcel.extractall(tmp_path)
    address = (tmp_path / "baithak-library").as_uri()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/index.html")
        page.get_by_role("link", name="සිංහල").click()
        page.get_by_role("searchbox").fill("ත්‍රිකුණාමලයේ භාෂා")
        assert page.locator("#all > li:visible").count() == 1
        page.get_by_role("searchbox").fill("Malmo")
        assert page.locator("#all > li:visible").count() == 2
        page.get_by_role("searchbox").fill("zzzz")
        assert page.locator("#none").is_visible()
        for name in ("ur/index", "dv/maldives-lhaviyani-community-dialogue", "en/aarhus-model"):
            page.goto(f"{address}/{name}.html")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, (name, wide)
        assert faults == []
        browser.close()
