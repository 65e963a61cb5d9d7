"""The texts of a consultation: safe, short enough, whole in every language it speaks (R12)."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from baithak.network import wording

__all__ = ["checked_texts"]

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
