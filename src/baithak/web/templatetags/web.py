"""Template tags of the wall: language switch, lines about missing and unreviewed translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import translate_url
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from baithak.web.messages import progress, reviewed
from baithak.web.readers import for_residents

register = template.Library()


@register.inclusion_tag("web/language_switch.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """The same page in the other languages, each named in itself."""
    request = context.get("request")
    path = request.get_full_path() if request is not None else "/"
    here = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "LANGUAGE_CODE": here,
        "here": dict(settings.LANGUAGES)[here],
        "switch": [(code, name, translate_url(path, code)) for code, name in settings.LANGUAGES],
    }


@register.simple_tag(takes_context=True)
def untranslated(context: Context) -> SafeString | str:
    """Says so on pages for teams, where this language has not all of their sentences yet.

    Stands before all else that ``main`` holds: style.css lets what follows run by its own direction.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    done, every = progress(language)
    if done == every or not _for_teams(context):
        return ""
    told = _(
        "These pages for teams are not yet wholly translated into %(language)s: %(done)s of %(all)s"
        " sentences are. The others stand here in English."
    ) % {"language": dict(settings.LANGUAGES)[language], "done": done, "all": every}
    return format_html('<p class="notice untranslated">{}</p>', told)


def _for_teams(context: Context) -> bool:
    """Whether the page at hand says sentences that residents never meet.

    A page that is open to everybody shows teams more once they have signed in, except where
    residents take part (``@public``).
    """
    request, page = context.get("request"), context.template
    if page is None or not for_residents(_name(page.origin.name)):
        return True
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    found = getattr(request, "resolver_match", None)
    sign = getattr(found.func, "gate", None) if found else None
    return sign is None or sign.permission is not None


def _name(path: str) -> str:
    """The template's name from the package's folder; a library's own has none."""
    file = Path(path)
    return (
        file.relative_to(settings.PACKAGE).as_posix()
        if file.is_relative_to(settings.PACKAGE)
        else ""
    )


@register.simple_tag
def unreviewed_translation() -> SafeString | str:
    """Says so where no speaker has reviewed this catalogue yet."""
    if reviewed(translation.get_language() or settings.LANGUAGE_CODE):
        return ""
    return format_html(
        '<p class="unreviewed">{}</p>',
        _("This translation has not been reviewed by a speaker yet. Please tell us what is wrong."),
    )
