"""Words of the taxonomy in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from baithak.exchange.headings import HEADINGS
from baithak.exchange.linked_data import as_script
from baithak.exchange.records import LANGUAGES, library

register = template.Library()


@register.filter
def label(code: str, kind: str) -> str:
    """The label of a code in the reader's language: ``{{ code|label:"challenges" }}``."""
    return library().taxonomy.label(kind, code, get_language() or "en")


@register.filter
def language_name(code: str) -> str:
    """What the speakers of a language call it."""
    return LANGUAGES.get(code, code)


@register.filter
def heading(field: str) -> Any:
    """What a field of a practice is called."""
    return HEADINGS[field]


@register.simple_tag
def linked_data(told: Mapping[str, Any]) -> SafeString:
    """A practice in the words of schema.org, for machines that read the page.

    A browser never runs a block of this type, so the content policy, which allows no script within
    a page, has nothing to allow here. Nothing that people wrote can end the block or begin another:
    ``as_script`` writes every <, > and & as JSON's \\u003c, \\u003e and \\u0026. It must not be
    escaped a second time, since HTML's entities mean nothing inside a script element.
    """
    return format_html(
        '<script type="application/ld+json">{}</script>', SafeString(as_script(told))
    )
