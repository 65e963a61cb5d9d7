"""Safe text (R12): what residents and cities write is plain text in one canonical form.

Direction controls and invisible characters are refused, because they can make a sentence read
differently from what is stored. Zero-width joiner and non-joiner are kept where a script needs
them: Urdu, Sinhala, Bangla and others cannot be written without.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

__all__ = ["clean", "hints", "same", "visible"]

_JOINERS = {"\u200c", "\u200d"}
_EMOJI_STYLE = {"\ufe0e", "\ufe0f"}
# Letters that draw nothing, though Unicode calls them letters or marks.
_BLANK = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", "\u2800"}
_JOINING_SCRIPTS = (
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "ORIYA",
    "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "TIBETAN",
)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,64}\.[^\s@.]{2,20}")
# Nine digits or more, with the signs people put between them; any script's digits.
_LONG_NUMBER = re.compile(r"\d(?:[ \-./()]?\d){8,20}")
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


def _joins(before: str) -> bool:
    """Whether a joiner may stand after this character."""
    if unicodedata.category(before) in {"So", "Sk"} or before in _EMOJI_STYLE:
        return True  # emoji made of several
    return unicodedata.name(before, "").startswith(_JOINING_SCRIPTS)


def visible(text: str) -> str:
    """The text without anything that a reader cannot see."""
    kept: list[str] = []
    for sign in text:
        if sign in _JOINERS:
            if kept and _joins(kept[-1]):
                kept.append(sign)
        elif sign in _EMOJI_STYLE or (
            sign not in _BLANK and unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"}
        ):
            kept.append(sign)
    return "".join(kept)


def clean(text: str) -> str:
    """The text in NFC with single spaces, or a complaint that a writer can act on.

    Raises
    ------
    ValidationError
        The text holds direction controls or invisible characters (code ``invisible``).

    Examples
    --------
    >>> clean("  Parks   should stay open ")
    'Parks should stay open'
    >>> clean("Parks\\u202e open")
    Traceback (most recent call last):
    django.core.exceptions.ValidationError: ['The text holds an invisible sign...']
    """
    told = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")
    if visible(told) != told:
        raise ValidationError(
            _(
                "The text holds an invisible sign, often copied along from elsewhere. "
                "Please type the sentence again, or paste it as plain text."
            ),
            code="invisible",
        )
    return told


def hints(text: str) -> tuple[str, ...]:
    """What looks like personal data: ``mail``, ``number``, ``link``. A hint, never a verdict."""
    found = (("mail", _MAIL), ("number", _LONG_NUMBER), ("link", _LINK))
    return tuple(name for name, pattern in found if pattern.search(text))


def same(text: str) -> str:
    """A form in which two spellings of one sentence are equal, to find duplicates.

    Case, punctuation, spacing, joiners and compatibility forms do not count.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")
