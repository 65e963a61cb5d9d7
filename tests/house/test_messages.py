"""The catalogues: complete, unbroken, and honest about who has read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext

from baithak.web import messages

SCRIPTS = {
    "ur": r"[\u0600-\u06ff]",
    "bn": r"[\u0980-\u09ff]",
    "hi": r"[\u0900-\u097f]",
    "ne": r"[\u0900-\u097f]",
    "ta": r"[\u0b80-\u0bff]",
    "si": r"[\u0d80-\u0dff]",
    "dv": r"[\u0780-\u07bf]",
}


@pytest.fixture(scope="module")
def source():
    return messages.gathered()


@pytest.fixture
def locale(tmp_path, monkeypatch):
    """Catalogues of this test's own."""
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    messages.reviewed.cache_clear()
    yield tmp_path
    messages.reviewed.cache_clear()


def one(text, string="", *, flags=()):
    catalog = Catalog(locale="ur")
    catalog.add(text, string, flags=flags)
    return catalog


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_is_in_the_catalogue(language, source):
    """Run `make messages`, then fill what is empty in src/baithak/locale/: of the languages that
    are not whole yet only what residents read."""
    whole = language in messages.WHOLE
    assert messages.gaps(messages._read(language), source, whole=whole) == []


def test_the_languages_of_the_interface_have_catalogues():
    assert {code for code, _ in settings.LANGUAGES} == {"en", *messages.LANGUAGES}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogues_are_written_in_their_own_script(language):
    """A sentence left in English in a catalogue would pass as translated."""
    script = SCRIPTS[language]
    names = {"Baithak"}
    latin = [
        m.id
        for m in messages._read(language)
        if m.id
        and any(messages._forms(m.string))
        and not all(re.search(script, form) for form in messages._forms(m.string) if form)
        and m.id not in names
        and re.search(r"[A-Za-z]{3}", re.sub(r"%\([a-z_]+\)[sd]|<[^>]*>", "", str(m.id)))
    ]
    assert latin == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_digits_are_western(language):
    text = (messages._po(language)).read_text()
    assert (
        re.findall(
            r"[\u06f0-\u06f9\u0660-\u0669\u09e6-\u09ef\u0966-\u096f\u0be6-\u0bef\u0de6-\u0def]",
            text,
        )
        == []
    )


def test_sentences_are_found_in_templates_and_in_code(source):
    said = {name for message in source if message.id for name, _ in message.locations}
    assert "web/templates/web/base.html" in said
    assert "network/rules.py" in said
    assert source.get("Skip to the content") is not None
    assert source.get("City officer") is not None


@pytest.mark.parametrize(
    ("catalog", "gap"),
    [
        (Catalog(locale="ur"), "'Take part' is missing"),
        (one("Take part"), "'Take part' is not translated"),
        (one("Take part", "حصہ لیں", flags=["fuzzy"]), "'Take part' is marked fuzzy"),
    ],
)
def test_gaps_are_named(catalog, gap):
    assert messages.gaps(catalog, one("Take part")) == [gap]


def test_a_stale_sentence_is_named():
    catalog = one("Take part", "حصہ لیں")
    assert messages.gaps(catalog, Catalog(locale="ur")) == [
        "'Take part' is no longer in the source"
    ]


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("%(count)s آوازیں", False),
        ("آوازیں", True),
        ("%(number)s آوازیں", True),
        ("%(count)d آوازیں", True),
        ("<b>%(count)s</b> آوازیں", True),
    ],
)
def test_a_lost_placeholder_or_tag_is_named(told, broken):
    found = messages.gaps(one("%(count)s voices", told), one("%(count)s voices"))
    assert bool(found) == broken


def test_plurals_may_leave_out_the_number_in_one_form():
    source = one(("One voice", "%(count)s voices"))
    assert (
        messages.gaps(
            one(("One voice", "%(count)s voices"), ("ایک آواز", "%(count)s آوازیں")), source
        )
        == []
    )
    half = one(("One voice", "%(count)s voices"), ("ایک آواز", ""))
    assert messages.gaps(half, source) == ["'One voice' is not translated"]


def test_what_only_teams_read_may_wait_where_a_language_is_not_whole():
    source, catalog = Catalog(locale="ta"), Catalog(locale="ta")
    source.add("Take part", auto_comments=[messages._RESIDENTS])
    source.add("Ask a second person")
    source.add("%(count)s wait")
    for sentence, told in (("Take part", ""), ("Ask a second person", ""), ("%(count)s wait", "அ")):
        catalog.add(sentence, told)
    assert messages.gaps(catalog, source, whole=False) == [
        "'Take part' is not translated",
        "'%(count)s wait' has other placeholders or tags than its source: 'அ'",
    ]
    assert len(messages.gaps(catalog, source)) == 3


def test_progress_counts_what_is_translated(locale):
    source = Catalog()
    source.add("Take part")
    source.add(("One voice", "%(count)s voices"))
    catalog = messages.update("ta", source)
    catalog.get("Take part").string = "பங்கேற்க"
    catalog.get(("One voice", "%(count)s voices")).string = ("ஒரு குரல்", "")
    messages._write("ta", catalog, "no")
    messages.progress.cache_clear()
    assert messages.progress("ta") == (1, 2)
    messages.progress.cache_clear()


def test_languages_share_no_sentence_while_they_are_updated(locale):
    source = one("Take part")
    messages.update("ur", source).get("Take part").string = "حصہ لیں"
    assert messages.update("ta", source).get("Take part").string in (None, "")


def test_gathering_twice_changes_nothing_and_keeps_what_speakers_wrote(locale, source):
    messages.update("ur", source)
    path = messages._po("ur")
    text = path.read_text()
    filled = text.replace(
        'msgid "Skip to the content"\nmsgstr ""',
        'msgid "Skip to the content"\nmsgstr "اصل صفحے پر جائیں"',
    ).replace("X-Reviewed: no", "X-Reviewed: yes")
    assert filled != text
    path.write_text(filled)
    messages.update("ur", source)
    assert path.read_text() == filled


def test_a_new_catalogue_says_that_nobody_has_read_it(locale, source):
    messages.update("bn", source)
    assert '"X-Reviewed: no\\n"' in messages._po("bn").read_text()
    assert not messages.reviewed("bn")
    assert messages.reviewed("en")


def test_a_catalogue_that_a_speaker_has_read_says_so(locale, source):
    messages.update("bn", source)
    path = messages._po("bn")
    path.write_text(path.read_text().replace("X-Reviewed: no", "X-Reviewed: yes"))
    assert messages.reviewed("bn")


def test_compiling_writes_what_changed_only(locale):
    source = one("Take part")
    for language in messages.LANGUAGES:
        messages.update(language, source)
    assert len(messages.compile_all()) == len(messages.LANGUAGES)
    assert messages.compile_all() == []


def test_the_check_fails_with_a_gap_and_says_which(locale, capsys):
    assert messages.main(["check"]) == 1
    assert "ur: 'City officer' is missing" in capsys.readouterr().out


def test_an_unknown_verb_is_refused(capsys):
    assert messages.main(["translate"]) == 2
    assert "extract, compile, check" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "shown"), [("en", False), ("ur", True), ("bn", True)])
def test_pages_say_where_nobody_has_read_the_translation(language, shown):
    messages.compile_all()
    line = Template("{% load web %}{% unreviewed_translation %}")
    with translation.override(language):
        assert ("unreviewed" in line.render(Context())) == shown


def test_borrowed_sentences_are_still_the_libraries_own():
    import allauth
    import django

    from baithak.web import borrowed

    said = set()
    for library, parts in (
        (
            django,
            ("core/validators.py", "forms", "db/models", "contrib/auth", "utils/dates.py"),
        ),
        (allauth, ("account", "mfa", "templates/account", "templates/mfa")),
    ):
        root = Path(library.__file__).parent
        files = [
            f
            for part in parts
            for f in ([root / part] if part.endswith(".py") else (root / part).rglob("*"))
        ]
        for file in files:
            if file.suffix in {".py", ".html", ".txt"} and "/tests/" not in file.as_posix():
                said |= messages.sentences_of(file)
    singular = {
        sentence if isinstance(sentence, str) else sentence._kw["singular"]
        for sentence in borrowed.SENTENCES
    }
    assert singular - said == set()


def test_no_library_sentence_of_sign_in_stays_english():
    messages.compile_all()
    for language in messages.WHOLE:
        with translation.override(language):
            assert gettext("This password is too common.") != "This password is too common."
            assert gettext("Incorrect code.") != "Incorrect code."
