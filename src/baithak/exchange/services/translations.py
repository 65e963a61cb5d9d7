"""A practice in another language, side by side with what it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.exchange.models import Practice, Translation, TranslationStatus
from baithak.exchange.records import LANGUAGES
from baithak.exchange.records.stored import TRANSLATED
from baithak.exchange.services.notes import note, touched
from baithak.network import wording
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["mark_reviewed", "translate"]


@transaction.atomic
def translate(
    *,
    practice: Practice,
    language: str,
    texts: Mapping[str, Any],
    by: Viewer,
    by_machine: bool = False,
) -> Translation:
    """Put the practice's words into a language, or change them. Lists keep their length and order.

    Raises
    ------
    ValidationError
        An unknown language or the practice's own; no title or summary; a list with more lines
        than the original has.
    """
    record = practice.record
    if language not in LANGUAGES or language == record.language:
        raise ValidationError(_("Choose one of the other languages."))
    told: dict[str, Any] = {}
    for name in TRANSLATED:
        given = texts.get(name)
        if not given:
            continue
        original = getattr(record, name)
        if isinstance(original, tuple):
            lines = [wording.clean(line) for line in given]
            if len(lines) != len(original):
                raise ValidationError(
                    {name: _("Translate as many lines as there are: %(count)d.")
                     % {"count": len(original)}}
                )  # fmt: skip
            told[name] = lines
        elif original:
            told[name] = wording.clean(str(given))
    for name in ("title", "summary"):
        if not told.get(name):
            raise ValidationError({name: _("The title and the summary are needed.")})
    translation = Translation._unscoped.filter(
        practice=practice, language=language
    ).first() or Translation(practice=practice, language=language)
    translation.texts, translation.of_version = told, practice.shown.number
    translation.status, translation.by_machine = TranslationStatus.UNREVIEWED, by_machine
    translation.author_id = by.user_id
    translation.full_clean(exclude=["practice", "author"])
    translation.save()
    note(practice, "translate", by, language=language)
    touched(practice)
    return translation


@transaction.atomic
def mark_reviewed(*, translation: Translation, by: Viewer) -> None:
    """Somebody else who speaks the language has read it.

    Raises
    ------
    RefusedError
        ``author``: who wrote it cannot be the one who reviews it.
    """
    if by.user_id is not None and translation.author_id == by.user_id:
        raise RefusedError("author")
    translation.status = TranslationStatus.REVIEWED
    translation.save(update_fields=["status"])
    note(translation.practice, "review_translation", by, language=translation.language)
    touched(translation.practice)
