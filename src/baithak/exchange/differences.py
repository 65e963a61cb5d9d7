"""What changed between two versions of a practice: word by word in texts, item by item in lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from baithak.exchange.records.fields import FIELDS

__all__ = ["Change", "Piece", "differences", "in_lists", "in_words"]

Kind = Literal["same", "gone", "new"]
#: A word with the space after it; space at the very beginning stands alone.
_WORDS = re.compile(r"\S+\s*|\s+")
#: So many pairs of equal words at most are compared: text made of one word over and over would take
#: minutes, and nobody could read what came of it.
_MOST_PAIRS = 50_000
#: Everybody knows these: the id never changes, the version always does.
_LEFT_OUT = ("id", "version")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is not as it was. ``codes`` names the part of the taxonomy its items are from."""

    field: str
    pieces: tuple[Piece, ...]
    is_list: bool = False
    codes: str = ""


def in_words(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts in one: without what is new it is the old one, without what is gone the new one.

    Examples
    --------
    >>> [(piece.kind, piece.text) for piece in in_words("We met twice.", "We met often.")]
    [('same', 'We met '), ('gone', 'twice.'), ('new', 'often.')]
    """
    pieces = _compared(_WORDS.findall(old), _WORDS.findall(new))
    told: list[Piece] = []
    for piece in pieces:
        if told and told[-1].kind == piece.kind:
            told[-1] = Piece(piece.kind, told[-1].text + piece.text)
        else:
            told.append(piece)
    return tuple(told)


def in_lists(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """The two lists in one, as ``in_words``; a piece is an item.

    Examples
    --------
    >>> [(piece.kind, piece.text) for piece in in_lists(["a", "b"], ["b", "c"])]
    [('gone', 'a'), ('same', 'b'), ('new', 'c')]
    """
    return _compared(list(old), list(new))


def _compared(old: list[str], new: list[str]) -> tuple[Piece, ...]:
    before, after = Counter(old), Counter(new)
    if sum(count * after[text] for text, count in before.items()) > _MOST_PAIRS:
        return (*(Piece("gone", text) for text in old), *(Piece("new", text) for text in new))
    told: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            told += [Piece("same", text) for text in old[i:j]]
        else:
            told += [Piece("gone", text) for text in old[i:j]]
            told += [Piece("new", text) for text in new[k:m]]
    return tuple(told)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every field that changed, in the order of the record; both as ``records.stored.plain`` gives them."""
    told: list[Change] = []
    for field in FIELDS:
        before, after = old.get(field.name), new.get(field.name)
        if field.name in _LEFT_OUT or before == after:
            continue
        if field.kind in ("line", "text", "id"):
            told.append(Change(field.name, in_words(before or "", after or "")))
        else:
            pieces = in_lists(_items(before), _items(after))
            many = field.kind not in ("code", "year", "language")
            told.append(Change(field.name, pieces, many, field.codes))
    return tuple(told)


def _items(value: Any) -> list[str]:
    """Anything a field holds as a list of lines."""
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [_source(one) if isinstance(one, Mapping) else str(one) for one in values]


def _source(source: Mapping[str, str]) -> str:
    return f"{source['title']} · {source['publisher']} · {source['url']} · {source['accessed']}"
