"""A city's spotlight as data: what stands on the one page about a practice, ready to be set.

Every text carries its own language, because a translated page holds parts that are not translated.
Headings come from the catalogues of the interface; for the languages that have none, from
``spotlight_words.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from baithak.report.words import words

__all__ = [
    "Block",
    "Cited",
    "Fact",
    "Paragraph",
    "Points",
    "Section",
    "Spotlight",
    "Tags",
    "Text",
    "first_mark",
    "link",
    "phrase",
]

WORDS = Path(__file__).with_name("spotlight_words.toml")
# What no file of a word processor may hold, and what turns the order of the letters after it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_LINK = re.compile(r"https?://[^\s/]+[^\s]*")


@dataclass(frozen=True, slots=True)
class Text:
    """Words and the language they are in; empty where nobody has said (a source's title).

    ``mark`` is that language's own name where a reader of the page should be told.
    """

    text: str
    language: str = ""
    mark: str = ""

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``: by the language, else by the first letter that has a direction."""
        if self.language:
            return words(self.language).direction
        strong = (unicodedata.bidirectional(letter) for letter in self.text)
        return "rtl" if next((d for d in strong if d in ["L", "R", "AL"]), "L") != "L" else "ltr"

    @property
    def printable(self) -> str:
        """The words without signs that no paper and no file can hold."""
        return _UNPRINTABLE.sub("", self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Tags:
    """Labels on one line."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what there is to say to it."""

    name: Text
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source: ``about`` says who published it and when it was read."""

    title: Text
    url: str
    about: tuple[Text, ...] = ()


Block = Paragraph | Points | Tags | Fact | Cited


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Spotlight:
    """One page about a practice, in one language.

    ``original`` is the title as it was written, where ``title`` is a translation. ``notes`` say
    what a reader should know of the translation; ``marks`` stand beside the title ("Example").
    """

    language: str
    kind: Text
    title: Text
    place: Text
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    original: Text | None = None
    notes: tuple[Text, ...] = ()
    marks: tuple[Text, ...] = ()
    footer: tuple[Text, ...] = ()

    @property
    def direction(self) -> str:
        """Where reading begins."""
        return words(self.language).direction

    @property
    def separator(self) -> str:
        """What stands between the items of a line."""
        return "، " if self.direction == "rtl" else ", "

    def texts(self) -> Iterator[Text]:
        """Every text of the page."""
        yield from (self.kind, self.title, self.place, *self.notes, *self.marks, *self.footer)
        if self.original:
            yield self.original
        for fact in self.facts:
            yield from _texts(fact)
        for section in self.sections:
            yield section.heading
            for block in section.blocks:
                yield from _texts(block)


def _texts(block: Block) -> tuple[Text, ...]:
    match block:
        case Paragraph(text):
            return (text,)
        case Points(items) | Tags(items):
            return items
        case Fact(name, values):
            return (name, *values)
        case Cited(title, url, about):
            return (title, Text(url), *about)


def first_mark(texts: tuple[Text, ...]) -> str:
    """The language to name once for texts that stand together."""
    return next((Text(text.mark).printable for text in texts if text.mark), "")


def link(url: str) -> str:
    """The address if a reader may follow it, else nothing."""
    return url if _LINK.fullmatch(url) else ""


def phrase(sentence: str, language: str, **params: object) -> Text:
    """A sentence of the interface in a language; in English, and saying so, where it has no words.

    Examples
    --------
    >>> phrase("Sources", "si").language, phrase("Sources", "fr")
    ('si', Text(text='Sources', language='en', mark=''))
    """
    found = words(language).gettext(sentence)
    if found == sentence:
        found = _told().get(language, {}).get(sentence, sentence)
    text = found % params if params else found
    return Text(text, language if found != sentence else "en")


@lru_cache(maxsize=1)
def _told() -> dict[str, dict[str, str]]:
    return {
        language: told["words"]
        for language, told in tomllib.loads(WORDS.read_text(encoding="utf-8")).items()
    }
