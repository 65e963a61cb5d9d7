"""The interface's sentences: gathered from the source, kept in catalogues, compiled for Django.

    python -m baithak.web.messages extract    bring the catalogues up to the source
    python -m baithak.web.messages compile    write the .mo files where a .po file is newer
    python -m baithak.web.messages check      exit 1 where a catalogue has gaps

Written with Babel because Django's own commands need GNU gettext, which a fresh machine lacks.
A language is offered when it has every sentence that residents can meet (``web/readers.py``); those
carry a remark in the catalogues. The languages of ``WHOLE`` have the sentences for teams as well.
A catalogue whose header says ``X-Reviewed: no`` has not been read by a speaker yet; the pages say
so. A speaker who has read it changes that line to ``yes``.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from baithak.web.readers import for_residents

__all__ = [
    "LANGUAGES",
    "WHOLE",
    "check",
    "compile_all",
    "gaps",
    "gathered",
    "met_by_residents",
    "progress",
    "reviewed",
    "sentences_of",
    "update",
]

#: The catalogues we keep; English is the source and needs none.
LANGUAGES = ("ur", "bn", "hi", "ta", "si", "dv", "ne")
#: Those in which the pages for teams must be complete too.
WHOLE = ("ur", "bn")

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_COMMENT = """\
# {language} sentences of Baithak's interface.
# This file is part of Baithak and under its licence, AGPL-3.0-or-later.
"""
#: Stands in the catalogues above each sentence that residents can meet.
_RESIDENTS = "Residents read this."
_REVIEWED = re.compile(r'^"X-Reviewed: (yes|no)\\n"$', re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[0-9.]*[a-z]|%[sd%]|\{[a-z_]*\}|</?[a-z][^>]*>")


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _as_python(path: Path) -> str:
    """The file's text in a form from which Babel reads sentences."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # Indentation means something to Python's reader and nothing in a template.
    return "\n".join(line.lstrip() for line in templatize(text, origin=path.name).splitlines())


def _sources() -> Iterator[Path]:
    """Every file that can hold sentences."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if (path.suffix == ".py" and "/migrations/" not in name) or (
            path.suffix in {".html", ".txt"} and "/templates/" in name
        ):
            yield path


def _found(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    yield from extract(
        "python",
        BytesIO(_as_python(path).encode()),
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )


def _owners(path: Path) -> list[tuple[int, str]]:
    """Where each class, function or constant of a Python file begins; the first is the file's head."""
    found = [(0, "")]
    if path.suffix == ".py":
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            name = getattr(node, "name", "")
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
            found.append((node.lineno, name))
    return found


def sentences_of(path: Path) -> set[str]:
    """What one file says; of a plural its singular."""
    return {_forms(told)[0] for _line, told, _comments, _context in _found(path)}


def gathered() -> Catalog:
    """All sentences of the source, each with the files that say it."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in _sources():
        name = path.relative_to(PACKAGE).as_posix()
        owners = _owners(path)
        for line, told, comments, context in _found(path):
            owner = next(owner for start, owner in reversed(owners) if start <= line)
            remarks = [_RESIDENTS] if for_residents(name, owner) else []
            catalog.add(
                told, locations=[(name, 0)], auto_comments=[*comments, *remarks], context=context
            )
    return catalog


def met_by_residents(message: Message) -> bool:
    """Whether residents and the public can meet this sentence of a gathered catalogue."""
    return _RESIDENTS in message.auto_comments


def _read(language: str) -> Catalog:
    path = _po(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(language: str, source: Catalog | None = None) -> Catalog:
    """Bring one catalogue up to the source. New sentences come empty, vanished ones leave."""
    # A copy: Babel takes new messages over as they are, and one would be shared by all languages.
    source = deepcopy(source or gathered())
    kept = _mark(language)
    catalog = _read(language)
    # Nothing is guessed from similar sentences: a wrong sentence is worse than an English one.
    catalog.update(source, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    _write(language, catalog, kept)
    return catalog


def _write(language: str, catalog: Catalog, mark: str) -> None:
    name = str(catalog.locale.english_name) if catalog.locale else language
    catalog.header_comment = _COMMENT.format(language=name)
    catalog.project, catalog.version = "Baithak", "1"
    catalog.language_team = f"{name} <speakers wanted: see CONTRIBUTING.md>"
    catalog.fuzzy = False
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, include_lineno=False, sort_by_file=True)
    told = buffer.getvalue().decode()
    # Dates would make every gathering a change; the history keeps them better.
    told = re.sub(
        r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Report-Msgid-Bugs-To): .*\n',
        "",
        told,
        flags=re.MULTILINE,
    )
    told = told.replace(
        '"MIME-Version: 1.0\\n"\n', f'"X-Reviewed: {mark}\\n"\n"MIME-Version: 1.0\\n"\n', 1
    )
    path = _po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(told, encoding="utf-8")


def _mark(language: str) -> str:
    path = _po(language)
    found = _REVIEWED.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return found[1] if found else "no"


@cache
def reviewed(language: str) -> bool:
    """Whether a speaker has read this language's catalogue. The source language needs none."""
    return language not in LANGUAGES or _mark(language) == "yes"


@cache
def progress(language: str) -> tuple[int, int]:
    """How many of the interface's sentences are translated, and how many there are."""
    if language not in LANGUAGES or language in WHOLE:
        return 1, 1
    told = [message for message in _read(language) if message.id]
    return sum(all(_forms(message.string)) for message in told), len(told)


def compile_all() -> list[Path]:
    """Write the .mo file of each catalogue that changed since; gives those written."""
    written = []
    for language in LANGUAGES:
        path = _po(language)
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        side = target.with_suffix(f".mo.{os.getpid()}")
        with side.open("wb") as file:
            write_mo(file, _read(language))
        side.replace(target)  # two set-ups at once: each leaves a whole file
        written.append(target)
    return written


def _forms(told: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told or ("",))


def _gaps_of(message: Message) -> Iterator[str]:
    sources, words = _forms(message.id), _forms(message.string)
    if not all(words):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked fuzzy"
    wanted = {frozenset(_PLACEHOLDER.findall(form)) for form in sources}
    for form in words:
        if frozenset(_PLACEHOLDER.findall(form)) not in wanted:
            yield f"has other placeholders or tags than its source: {form!r}"


def gaps(catalog: Catalog, source: Catalog, *, whole: bool = True) -> list[str]:
    """What is wrong with a catalogue, one sentence each: missing, stale, empty, fuzzy, broken.

    ``whole=False`` lets what only teams read be empty.
    """
    keys = {(_forms(m.id)[0], m.context) for m in source if m.id}
    have = {(_forms(m.id)[0], m.context): m for m in catalog if m.id}
    found = [f"{key[0]!r} is missing" for key in sorted(keys - set(have), key=str)]
    found += [f"{key[0]!r} is no longer in the source" for key in have if key not in keys]
    spared = set() if whole else {key for key, m in have.items() if _may_wait(m, source)}
    found += [
        f"{key[0]!r} {gap}"
        for key, message in have.items()
        if key not in spared
        for gap in _gaps_of(message)
    ]
    return found


def _may_wait(message: Message, source: Catalog) -> bool:
    """Only teams read it, and nobody has begun to translate it."""
    told = source.get(message.id, message.context)
    return told is not None and not met_by_residents(told) and not any(_forms(message.string))


def check() -> list[str]:
    """The gaps of all catalogues, each named with its language."""
    source = gathered()
    return [
        f"{language}: {gap}"
        for language in LANGUAGES
        for gap in gaps(_read(language), source, whole=language in WHOLE)
    ]


def main(arguments: list[str]) -> int:
    told = StringIO()
    code = 0
    if arguments == ["extract"]:
        source = gathered()
        for language in LANGUAGES:
            catalog = update(language, source)
            empty = [m for m in catalog if m.id and not all(_forms(m.string))]
            residents = sum(met_by_residents(m) for m in empty)
            told.write(
                f"{language}: {len(catalog)} sentences, {len(empty)} to translate,"
                f" {residents} of them for residents\n"
            )
    elif arguments == ["compile"]:
        compile_all()
    elif arguments == ["check"]:
        found = check()
        told.write("".join(f"{gap}\n" for gap in found))
        code = 1 if found else 0
    else:
        told.write("Say one of: extract, compile, check.\n")
        code = 2
    sys.stdout.write(told.getvalue())
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
