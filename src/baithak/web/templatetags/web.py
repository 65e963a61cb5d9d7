"""Template tags of the wall: language switch, unreviewed-translation line."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from baithak.web.messages import reviewed

register = template.Library()


@register.inclusion_tag("web/language_switch.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """The same page in the other languages, each named in itself."""
    request = context.get("request")
    path = request.get_full_path() if request is not None else "/"
    return {
        "LANGUAGE_CODE": translation.get_language(),
        "switch": [(code, name, translate_url(path, code)) for code, name in settings.LANGUAGES],
    }


@register.simple_tag
def unreviewed_translation() -> SafeString | str:
    """Says so where no speaker has reviewed this catalogue yet."""
    if reviewed(translation.get_language() or settings.LANGUAGE_CODE):
        return ""
    return format_html(
        '<p class="unreviewed">{}</p>',
        _("This translation has not been reviewed by a speaker yet. Please tell us what is wrong."),
    )
