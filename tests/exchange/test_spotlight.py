"""The spotlight of a practice: the order of the form, what is translated, what nobody has told."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.exchange.records import LANGUAGES, City, Rendering
from baithak.exchange.spotlight import SENTENCES, spotlight_of
from baithak.report.spotlight import (
    WORDS,
    Cited,
    Fact,
    Paragraph,
    Points,
    Spotlight,
    Tags,
    Text,
    phrase,
)
from baithak.report.spotlight_docx import spotlight_docx
from baithak.report.spotlight_pdf import MISSING, spotlight_pdf
from factories.practices import SUNRISE, changed, practices

COLOMBO = City(
    "Colombo", "LK", 6.93, 79.85, 753_000, "city proper", "https://people.example/lk",
    {"si": "කොළඹ", "ur": "کولمبو"},
)  # fmt: skip
SINHALA = Rendering("අසල්වැසියෝ එකට ඇවිදිති", "සෑම ඉරිදාවකම ඇවිදිති.")
FULL = changed(
    stimulus="Two streets did not greet.", results="They greet.", failures=("Rain",),
    replaced="Nothing", after_change="The new mayor walks too.", not_reached="Night workers",
    harm="None seen", cost="LKR 20,000 (2024)", staff="One officer", legal_basis="Resolution 7",
    languages=("si", "urd"), mechanisms=(), end_year=2026,
)  # fmt: skip


def made(shipped, practice=SUNRISE, language="en", **more) -> Spotlight:
    more.setdefault("renderings", {"si": SINHALA})
    return spotlight_of(practice, shipped.taxonomy, COLOMBO, language, **more)


def of(shipped, name: str, language: str) -> Spotlight:
    practice = shipped.practice(name)
    return spotlight_of(
        practice, shipped.taxonomy, shipped.city(practice.city, practice.country), language,
        renderings={c: t.practices[name] for c, t in shipped.translations.items() if name in t.practices},
    )  # fmt: skip


def headings(spotlight: Spotlight) -> list[str]:
    return [section.heading.text for section in spotlight.sections]


def section(spotlight: Spotlight, heading: str):
    (found,) = [s for s in spotlight.sections if s.heading.text == heading]
    return found.blocks


def test_a_full_record_follows_the_form_of_the_network(shipped):
    told = made(shipped, FULL, adaptations=("Galle, 2026: it worked",))
    assert headings(told) == [
        "What is the local government concerned about?",
        "How is it responding?",
        "What came of it",
        "What others can learn",
        "What did not work",
        "After the mayor changed",
        "Who was not reached",
        "Harm that was noticed",
        "Taken up elsewhere",
        "Sources",
    ]
    assert told.place == Text("Colombo, Sri Lanka", "en")
    assert [(f.name.text, f.values[0].text) for f in told.facts][:2] == [
        ("Population", "753,000"), ("Languages", "සිංහල"),
    ]  # fmt: skip
    assert {f.name.text: [v.text for v in f.values] for f in told.facts}["Years"] == ["2024–2026"]
    assert section(told, "Taken up elsewhere") == (Points((Text("Galle, 2026: it worked", "en"),)),)


def test_every_word_of_a_record_is_on_the_page(shipped):
    on_page = {text.text for text in made(shipped, FULL).texts()}
    for field in fields(FULL):
        if field.name in ("id", "version", "language", "languages", "city", "country"):
            continue
        value = getattr(FULL, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, str) and item:
                labels = {
                    terms[item].label()
                    for terms in shipped.taxonomy.terms.values()
                    if item in terms
                }
                assert labels & on_page if labels else item in on_page, field.name


def test_what_nobody_has_told_is_named(shipped):
    (gaps,) = section(made(shipped), "Nobody has told yet")
    assert gaps == Tags(
        tuple(
            Text(name, "en")
            for name in (
                "What did not work",
                "After the mayor changed",
                "Who was not reached",
                "Harm that was noticed",
            )
        )
    )
    assert "Taken up elsewhere" not in headings(made(shipped))


def test_a_translation_covers_title_and_summary_and_the_rest_is_marked(shipped):
    told = made(shipped, FULL, "si")
    assert told.title == Text(SINHALA.title, "si")
    assert told.original == Text(FULL.title, "en", "English")
    answer = section(told, told.sections[1].heading.text)
    assert answer[0] == Paragraph(Text(SINHALA.summary, "si"))
    assert answer[1] == Points(tuple(Text(t, "en", "English") for t in FULL.what_was_done))
    assert {s.heading.language for s in told.sections} == {"si"}
    assert {f.name.language for f in told.facts} == {"si"}
    assert told.place.text == "කොළඹ, ශ්‍රී ලංකාව"


def test_the_notes_say_what_is_translated_and_whether_a_speaker_has_read_it(shipped):
    unread = SENTENCES["unreviewed"]
    words = {told: phrase(told, "si").text for told in SENTENCES.values()}
    assert set(words).isdisjoint(words.values())  # none is left in English
    assert made(shipped).notes == ()
    assert [n.text for n in made(shipped, language="si").notes] == [
        words[unread], words[SENTENCES["original"]],
    ]  # fmt: skip
    assert [n.text for n in made(shipped, language="si", reviewed=True).notes] == [
        words[SENTENCES["original"]]
    ]
    plain = made(shipped, language="si", renderings={}, reviewed=True)
    assert [n.text for n in plain.notes] == [
        words[SENTENCES["untranslated"]], words[SENTENCES["original"]],
    ]  # fmt: skip
    assert plain.title == Text(SUNRISE.title, "en", "English")
    assert plain.original is None


def test_a_record_in_another_language_is_marked_on_an_english_page(shipped):
    told = made(shipped, changed(language="ur", title="پڑوسی"), "en", renderings={})
    assert told.title == Text("پڑوسی", "ur", "اردو")
    assert made(shipped, changed(language="ur", title="پڑوسی"), "ur", renderings={}).notes == ()


def test_every_sentence_has_words_in_the_languages_without_a_catalogue():
    told = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    for language, part in told.items():
        assert {*SENTENCES.values(), MISSING} == set(part["words"]), language


def test_sources_say_when_they_were_read_and_where_the_population_comes_from(shipped):
    cited = section(made(shipped), "Sources")
    assert cited[0] == Cited(
        Text("Walks"),
        "https://council.example/walks",
        (Text("Council"), Text("read on 2026-11-01", "en")),
    )
    assert cited[-1] == Cited(Text("Population", "en"), "https://people.example/lk")


def test_the_level_of_evidence_is_told_without_any_result(shipped):
    blocks = section(made(shipped), "What came of it")
    assert blocks[0] == Fact(
        Text("How well results are known", "en"), (Text("No result stated", "en"),)
    )


def test_a_city_nobody_knows(shipped):
    told = spotlight_of(
        SUNRISE, shipped.taxonomy, None, "ur", renderings={}, url="https://hub.example/p/"
    )
    assert told.place.text.startswith("Colombo، ")
    assert Text("https://hub.example/p/") in told.footer


def test_marks_of_the_hub_stand_on_the_page(shipped):
    assert made(shipped, marks=("Example",)).marks == (Text("Example", "en"),)


DOZEN = (
    "aarhus-model", "bilbao-anti-rumour-strategy", "mumbai-mohalla-committee-movement",
    "kauswagan-from-arms-to-farms", "colombo-jaffna-sister-councils",
    "bangladesh-social-harmony-committees", "ramu-rebuilding-after-2012",
    "singra-mayors-workshop-rajshahi", "bhiwandi-mohalla-committees",
    "hyderabad-postponed-procession-2023", "kannur-and-kerala-satyameva-jayate",
    "kerala-janamaithri-suraksha",
)  # fmt: skip


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo counts pages (poppler-utils)")
@pytest.mark.parametrize("name", DOZEN)
def test_a_practice_of_the_library_is_one_page(shipped, tmp_path, name):
    path = tmp_path / "spotlight.pdf"
    path.write_bytes(spotlight_pdf(of(shipped, name, "en")))
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True).stdout
    assert re.search(r"Pages: +1\n", told)
    assert re.search(r"Tagged: +yes\n", told)


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext reads the paper back (poppler-utils)"
)
@pytest.mark.parametrize("language", ["bn", "hi", "ur", "ta", "si", "ne"])
def test_a_translated_paper_can_be_copied(shipped, tmp_path, language):
    told = of(shipped, "colombo-jaffna-sister-councils", language)
    path = tmp_path / "spotlight.pdf"
    path.write_bytes(spotlight_pdf(told))
    text = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    text = re.sub(r"\s+", " ", re.sub("[\u200e\u202a-\u202e\u2066-\u2069]", "", text))
    for wanted in (told.title, told.sections[-1].heading, told.sections[2].heading):
        assert wanted.language == language
        assert all(word in text for word in wanted.text.split())


@given(practices(), st.sampled_from(list(LANGUAGES)))
@settings(max_examples=15, deadline=None)
def test_any_practice_becomes_a_word_file(shipped, told, language):
    for practice in told:
        city = shipped.city(practice.city, practice.country)
        page = spotlight_of(practice, shipped.taxonomy, city, language, renderings={})
        assert spotlight_docx(page).startswith(b"PK")
