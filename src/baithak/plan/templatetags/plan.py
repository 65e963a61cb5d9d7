"""Texts of a plan in templates: in the reader's language where it speaks it, else as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language

from baithak.network.models import Worded

register = template.Library()


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its language. ``only`` names the language where it is not the reader's."""

    text: str
    language: str
    only: str = ""

    def __str__(self) -> str:
        return self.text


@register.filter
def said(thing: Worded, name: str) -> Said | None:
    """One text: ``{% with told=plan|said:"vision" %}``; nothing where it is told in no language."""
    reads = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    for code in dict.fromkeys((reads, *thing.languages)):
        text = thing.texts.get(code, {}).get(name)
        if text:
            names = dict(settings.CONTENT_LANGUAGES)
            return Said(str(text), code, "" if code == reads else str(names.get(code, code)))
    return None


@register.inclusion_tag("plan/_told.html")
def tell(thing: Worded, name: str, heading: Any = "", *, missing: bool = False) -> dict[str, Any]:
    """A text in paragraphs under its heading; with ``missing`` also where nobody has told it yet."""
    return {"told": said(thing, name), "heading": heading, "missing": missing, "name": name}
