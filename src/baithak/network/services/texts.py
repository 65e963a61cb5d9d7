"""The texts of a place: safe, short enough, in the languages it speaks (R12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from baithak.network import wording
from baithak.network.models import Worded

__all__ = ["checked_texts", "paragraphs", "put_texts"]

#: The texts of a consultation and how many letters each may have.
LONGEST = {"title": 120, "question": 300, "description": 2000}


def checked_texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Language to ``title``, ``question``, ``description``: cleaned; title and question are needed.

    Raises
    ------
    ValidationError
        An unknown language, a missing or overlong text, invisible signs.
    """
    known = dict(settings.CONTENT_LANGUAGES)
    checked: dict[str, dict[str, str]] = {}
    for language, given in texts.items():
        if language not in known:
            raise ValidationError(_("We do not know the language “%(code)s”.") % {"code": language})
        told = {name: wording.clean(given.get(name, "")) for name in LONGEST}
        if not told["title"] or not told["question"]:
            raise ValidationError(
                _("%(language)s needs both a title and a question.") % {"language": known[language]}
            )
        for name, longest in LONGEST.items():
            if len(told[name]) > longest:
                raise ValidationError(
                    _("A text in %(language)s is longer than %(longest)d letters.")
                    % {"language": known[language], "longest": longest}
                )
        checked[language] = told
    if not checked:
        raise ValidationError(_("Write the title and the question in at least one language."))
    return checked


def put_texts(
    thing: Worded,
    language: str,
    texts: Mapping[str, str],
    *,
    needed: Collection[str] = ("title",),
) -> None:
    """Put what was written in one language into a thing; saving is the caller's.

    Texts that are not given stay. In the first language the ``needed`` ones must be there; in another one
    what is empty is left out, and a language without any text is not spoken any more.

    Raises
    ------
    ValidationError
        By the name of the text: missing, too long, invisible signs, or something that leads to a person
        (``wording.no_persons``); by ``language``: not one of ours.
    """
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages.")})
    unknown = texts.keys() - thing.LONGEST.keys()
    if unknown:
        raise TypeError(f"{type(thing).__name__} has no text {', '.join(sorted(unknown))}.")
    told = dict(thing.texts.get(language, {}))
    trouble: dict[str, Any] = {}
    for name, given in texts.items():
        try:
            told[name] = wording.no_persons(paragraphs(given, thing.LONGEST[name]))
        except ValidationError as refused:
            trouble[name] = refused
    first = thing.languages[0] if thing.languages else language
    if language == first:
        for name in needed:
            if not told.get(name) and name not in trouble:
                trouble[name] = _("This is needed.")
    if trouble:
        raise ValidationError(trouble)
    kept = {name: text for name, text in told.items() if text}
    thing.texts = {**thing.texts, language: kept}
    if not kept:
        del thing.texts[language]
    spoken = [code for code in thing.languages if code in thing.texts]
    thing.languages = [*spoken, *([language] if kept and language not in spoken else [])]


def paragraphs(text: str, most: int | None = None) -> str:
    """The text with each line cleaned; no more than one empty line between two.

    Raises
    ------
    ValidationError
        A line holds direction controls or invisible signs, or there are more than ``most`` letters.

    Examples
    --------
    >>> paragraphs("  Ask the   elders first. \\r\\n\\n\\n Then meet.")
    'Ask the elders first.\\n\\nThen meet.'
    """
    told: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        clean = wording.clean(line)
        if clean or (told and told[-1]):
            told.append(clean)
    whole = "\n".join(told).strip("\n")
    if most is not None and len(whole) > most:
        raise ValidationError(
            _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
            % {"length": len(whole), "longest": most}
        )
    return whole
