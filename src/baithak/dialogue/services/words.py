"""Statements, and the dialogue's own texts, put into another language by people."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue, Statement, Wording, WordingKind
from baithak.dialogue.models.statement import LONGEST
from baithak.dialogue.services import dialogues
from baithak.dialogue.services.statements import held
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import State, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["LONGEST_TRANSLATED", "add_language", "read_over", "translate", "undo_translation"]

#: Other languages need more letters than the one it was said in.
LONGEST_TRANSLATED = 2 * LONGEST


def _note(statement: Statement, verb: str, language: str, by: Viewer) -> None:
    dialogue = statement.dialogue
    journal.write(
        verb=f"dialogue.{verb}",
        thing=f"statement:{statement.pk}",
        by=by.signature(dialogue.place),
        place=dialogue.place.slug,
        detail={"dialogue": str(dialogue.pk), "language": language},
    )


def _steady(dialogue: Dialogue) -> None:
    """What a second person confirms must be what was asked; what is left in the end stays."""
    if dialogue.retired is not None:
        raise RefusedError("retired")
    if dialogue.state == State.DRAFT and queries.opening_request(dialogue) is not None:
        raise RefusedError("waits_for_opening")


def _translation(statement: Statement, language: str) -> Wording | None:
    return (
        Wording._unscoped.filter(statement=statement, language=language)
        .exclude(kind=WordingKind.ORIGINAL)
        .first()
    )


@transaction.atomic
def translate(
    *, statement: Statement, language: str, text: str, by: Viewer, seen: str | None = None
) -> Wording:
    """Put a statement into a language, or put it better. Another person then reads it over.

    ``seen`` is the translation that the writer saw, empty for none; ``None`` where nobody looked.

    Raises
    ------
    ValidationError
        Another language than one of the others; the text is empty, too long or unsafe.
    RefusedError
        ``changed``: somebody else has written meanwhile; ``waits_for_opening``; ``retired``.
    """
    told = _checked(text)
    fresh = held(statement)
    _steady(fresh.dialogue)
    taken = Wording._unscoped.filter(statement=fresh, language=language)
    if language not in dict(settings.CONTENT_LANGUAGES) or (
        taken.filter(kind=WordingKind.ORIGINAL).exists()
    ):
        raise ValidationError(_("Choose one of the other languages."), code="language")
    row = taken.first() or Wording(statement=fresh, language=language)
    if row.text == told:
        return row
    if seen is not None and row.text != wording.clean(seen):
        raise RefusedError("changed")
    row.earlier, row.text, row.kind = row.text, told, WordingKind.HUMAN
    row.written_by_id, row.reviewed = by.user_id, False
    row.save()
    _note(fresh, "translate", language, by)
    return row


def _checked(text: str) -> str:
    told = wording.clean(text)
    if not told:
        raise ValidationError(_("Write the translation first."), code="empty")
    if len(told) > LONGEST_TRANSLATED:
        raise ValidationError(
            _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
            % {"length": len(told), "longest": LONGEST_TRANSLATED},
            code="long",
        )
    return told


@transaction.atomic
def read_over(
    *, statement: Statement, language: str, by: Viewer, seen: str | None = None
) -> Wording:
    """Somebody else who knows both languages says that the translation says the same.

    Raises
    ------
    RefusedError
        ``missing``; ``changed``: it is not what the reader read; ``writer``: who wrote it cannot be
        the one who reads it over; ``waits_for_opening``; ``retired``.
    """
    fresh = held(statement)
    _steady(fresh.dialogue)
    row = _translation(fresh, language)
    if row is None:
        raise RefusedError("missing")
    if seen is not None and row.text != wording.clean(seen):
        raise RefusedError("changed")
    if by.user_id is None or row.written_by_id == by.user_id:
        raise RefusedError("writer")
    if not row.reviewed:
        row.reviewed = True
        row.save(update_fields=["reviewed"])
        _note(fresh, "read_over", language, by)
    return row


@transaction.atomic
def undo_translation(
    *, statement: Statement, language: str, by: Viewer, seen: str | None = None
) -> Wording | None:
    """Take the last change back: the translation before it stands again, or none where it was the first.

    One change is kept, so this works once. Who takes it back counts as its writer.

    Raises
    ------
    RefusedError
        ``missing``; ``changed``; ``waits_for_opening``; ``retired``.
    """
    fresh = held(statement)
    _steady(fresh.dialogue)
    row = _translation(fresh, language)
    if row is None:
        raise RefusedError("missing")
    if seen is not None and row.text != wording.clean(seen):
        raise RefusedError("changed")
    _note(fresh, "undo_translation", language, by)
    if not row.earlier:
        row.delete()
        return None
    row.text, row.earlier = row.earlier, ""
    row.written_by_id, row.reviewed = by.user_id, False
    row.save()
    return row


#: Marks texts of a dialogue that were added after it was written: only these can be changed later.
LATER = "later"


@transaction.atomic
def add_language(
    *, dialogue: Dialogue, language: str, texts: Mapping[str, str], by: Viewer
) -> Dialogue:
    """The dialogue's title, question and description in one more language, or put better.

    What the officers wrote and a second person confirmed stays as it is. What somebody added is
    changed by another person alone, so that nobody puts words before residents and rewrites them.

    Raises
    ------
    ValidationError
        An unknown language, a missing or overlong text, invisible signs; the place keeps quiet
        around an election.
    RefusedError
        ``confirmed``: these are the dialogue's own words; ``draft``: officers write those;
        ``own_words``: who wrote them last cannot change them; ``retired``.
    """
    checked = network.checked_texts({language: texts})
    fresh = dialogues.held(dialogue.pk)
    if fresh.state == State.DRAFT:
        raise RefusedError("draft")
    _steady(fresh)
    known = fresh.texts.get(language)
    if known is not None and not known.get(LATER):
        raise RefusedError("confirmed")
    told = {**checked[language], LATER: "yes"}
    if known == told:
        return fresh
    if known is not None and queries.wrote_texts_last(by, fresh, language):
        raise RefusedError("own_words")
    if fresh.visibility == Visibility.PUBLIC:
        network.refuse_around_election(fresh.place)
    fresh.texts = {**fresh.texts, language: told}
    fresh.languages = list(dict.fromkeys([*fresh.languages, language]))
    fresh.save(update_fields=["texts", "languages"])
    dialogues.note(fresh, "add_language", by, language=language)
    return fresh
