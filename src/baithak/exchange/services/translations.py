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
from baithak.exchange.services.practices import held
from baithak.network import services as network
from baithak.network import wording
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer, Visibility

__all__ = ["mark_reviewed", "translate"]


@transaction.atomic
def translate(
    *,
    practice: Practice,
    language: str,
    texts: Mapping[str, Any],
    by: Viewer,
    by_machine: bool = False,
    seen: str | None = None,
) -> Translation:
    """Put the practice's words into a language, or change them. Lists keep their length and order.

    Beyond the city they are seen once somebody else has read them (``mark_reviewed``). ``seen`` is the
    seal of the words that stood there when the writer began.

    Raises
    ------
    ValidationError
        An unknown language or the practice's own; no title or summary; a list with more lines
        than the original has; somebody wrote other words meanwhile.
    """
    practice = held(practice.pk)
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
    if seen is not None:
        _still(translation, seen)
    translation.texts, translation.of_version = told, practice.shown.number
    translation.status, translation.by_machine = TranslationStatus.UNREVIEWED, by_machine
    translation.author_id = by.user_id
    translation.full_clean(exclude=["practice", "author"])
    translation.save()
    note(practice, "translate", by, language=language)
    touched(practice)
    return translation


@transaction.atomic
def mark_reviewed(*, translation: Translation, by: Viewer, seen: str | None = None) -> None:
    """Somebody else who speaks the language has read it, with the seal ``seen``: else as it was given.

    Raises
    ------
    RefusedError
        ``author``: who wrote it cannot be the one who reviews it.
    ValidationError
        Somebody wrote other words meanwhile; everybody would read new words around an election.
    """
    practice = held(translation.practice_id)
    fresh = Translation._unscoped.get(pk=translation.pk)
    _still(fresh, translation.seal if seen is None else seen)
    if by.user_id is not None and fresh.author_id == by.user_id:
        raise RefusedError("author")
    if practice.visibility == Visibility.PUBLIC and not fresh.by_machine:
        network.refuse_around_election(practice.place)
    fresh.status = TranslationStatus.REVIEWED
    fresh.save(update_fields=["status"])
    note(practice, "review_translation", by, language=fresh.language)
    touched(practice)


def _still(translation: Translation, seen: str) -> None:
    if translation.seal != seen:
        raise ValidationError(
            _("Somebody changed this meanwhile: reload the page and choose again.")
        )
