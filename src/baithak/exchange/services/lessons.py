"""A lesson is written, changed, shown to more people or to fewer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange.models import Adoption, Lesson, Practice
from baithak.exchange.records import library
from baithak.exchange.services.agreed import back_to_the_city, refuse_while_asked
from baithak.exchange.services.names import look
from baithak.exchange.services.notes import note, touched
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.services.texts import paragraphs
from baithak.network.signals import level_changed

__all__ = ["change", "write"]


@transaction.atomic
def write(
    *,
    place: Place,
    title: str,
    text: str,
    language: str,
    by: Viewer,
    practice: Practice | None = None,
    challenges: Sequence[str] = (),
    unattributed: bool = False,
    adoption: Adoption | None = None,
) -> Lesson:
    """A new lesson, seen by the place's team.

    ``unattributed``: its words came from a Chatham House question. No place is shown then, and the
    day is that of the week's Monday (R15).

    Raises
    ------
    RefusedError
        ``told_already``: this adoption has its lesson already.
    ValidationError
        No title or text, invisible signs, an unknown language or challenge.
    """
    if adoption is not None:  # held: of two presses one writes
        Adoption._unscoped.select_for_update(of=("self",)).get(pk=adoption.pk)
        if Lesson._unscoped.filter(adoption=adoption).exists():
            raise RefusedError("told_already")
    today = timezone.localdate()
    lesson = Lesson(
        place=place,
        owner_id=by.user_id,
        practice=practice,
        adoption=adoption,
        unattributed=unattributed,
        day=today - timedelta(days=today.weekday()) if unattributed else today,
    )
    _put(lesson, title=title, text=text, language=language, challenges=challenges)
    note(lesson, "write_lesson", by, language=language)
    touched(lesson)
    return lesson


@transaction.atomic
def change(
    *,
    lesson: Lesson,
    title: str,
    text: str,
    language: str,
    by: Viewer,
    challenges: Sequence[str] = (),
    looked: Collection[str] = (),
) -> Lesson:
    """Other words for the same lesson; where it comes from stays. Beyond the city nobody sees them until
    two people let them out again.

    Raises
    ------
    ValidationError
        As ``write``; or a request that more people see it waits.
    NamesError
        Of an unattributed lesson: these names stand in the new words (R15).
    """
    fresh = (
        Lesson._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=lesson.pk)
    )
    refuse_while_asked(fresh)
    before = _words(fresh)
    if fresh.unattributed:
        look(f"{title}\n{text}", by=by, looked=looked)
    _put(fresh, title=title, text=text, language=language, challenges=challenges)
    note(fresh, "change_lesson", by)
    if _words(fresh) != before:
        back_to_the_city(fresh, by=by)
    touched(fresh)
    return fresh


def _words(lesson: Lesson) -> list[Any]:
    return [lesson.title, lesson.text, lesson.language, list(lesson.challenges)]


def _put(
    lesson: Lesson, *, title: str, text: str, language: str, challenges: Sequence[str]
) -> None:
    known = library().taxonomy.codes("challenges")
    unknown = [code for code in challenges if code not in known]
    if unknown:
        raise ValidationError({"challenges": _("Choose challenges from the list.")})
    most = Lesson._meta.get_field("text").max_length
    lesson.title, lesson.text = wording.clean(title), paragraphs(text, most)
    lesson.language, lesson.challenges = language, [code for code in known if code in challenges]
    lesson.full_clean(exclude=["place", "owner", "practice", "adoption"])
    lesson.save()


@receiver(level_changed, sender=Lesson, dispatch_uid="baithak.exchange.lesson_level")
def _found_by_others(sender: Any, shared: Lesson, **kwargs: Any) -> None:
    """The index knows who may find it."""
    touched(shared)
