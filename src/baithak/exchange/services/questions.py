"""A team asks a peer: a question, its answers, the lesson made of one, its end.

Under the Chatham House Rule (R15) nothing that is written leads to who answered: an answer keeps
neither place nor author, days are Mondays, ids are drawn, and the journal tells neither who nor
where nor about which question. Of the asker only the place is kept, so that its team can go on.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange import letters
from baithak.exchange.models import Answer, Lesson, Practice, Question
from baithak.exchange.queries import questions as queries
from baithak.exchange.records import LANGUAGES, library
from baithak.exchange.rules import WRITERS
from baithak.exchange.services import lessons
from baithak.exchange.services.names import look
from baithak.exchange.services.notes import note
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network.models import Place, TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.services.texts import paragraphs
from baithak.network.signals import level_changed

__all__ = ["answer", "ask", "close", "make_lesson", "share"]


@transaction.atomic
def ask(
    *,
    place: Place,
    text: str,
    language: str,
    by: Viewer,
    practice: Practice | None = None,
    challenge: str = "",
    chatham: bool = False,
    looked: Collection[str] = (),
) -> Question:
    """Put a question to a practice's owner or, with ``challenge``, to everybody who faces it.

    To an owner it is a letter between two teams. To a community it begins with the asking team;
    ``share`` brings it out. ``looked``: names in the text that the writer has looked at.

    Raises
    ------
    RefusedError
        ``not_published``; ``copy``: who owns the practice is not in this hub; ``own``: it is the
        place's own practice.
    NamesError
        Under the Chatham House Rule: these names stand in the text.
    ValidationError
        No text, invisible signs, an unknown language or challenge.
    """
    _only_writers(by, place)
    told = _checked(text, language, Question)
    if practice is not None:
        _only_others(practice, place)
    elif challenge not in library().taxonomy.codes("challenges"):
        raise ValidationError({"challenge": _("Choose one of the challenges.")})
    if chatham:
        look(told, by=by, looked=looked)
    question = Question(
        pk=_number(chatham),
        place=place,
        owner_id=None if chatham else by.user_id,
        practice=practice,
        to_place=practice.place if practice else None,
        challenge="" if practice else challenge,
        text=told,
        language=language,
        chatham=chatham,
        asked=_day(chatham),
    )
    question.full_clean(exclude=["place", "owner", "practice", "to_place"])
    question.save(force_insert=True)
    _note(question, "ask", by)
    if practice is not None:
        _tell(letters.question_waits, question, practice.place, practice.owner_id)
    return question


@transaction.atomic
def answer(
    *,
    question: Question,
    by_place: Place,
    text: str,
    language: str,
    by: Viewer,
    looked: Collection[str] = (),
) -> Answer:
    """Answer for a place, or go on asking for one's own. Nobody's name is kept.

    Raises
    ------
    RefusedError
        ``closed``.
    NamesError
        Under the Chatham House Rule: these names stand in the text.
    ValidationError
        No text, invisible signs, an unknown language.
    """
    fresh = _held(question)
    if by_place not in queries.places_to_answer_from(by, fresh):
        raise PermissionDenied(_("Your role there does not allow to answer this."))
    told = _checked(text, language, Answer)
    if fresh.chatham:
        look(told, by=by, looked=looked)
    today = _day(fresh.chatham)
    answered = Answer(
        pk=_number(fresh.chatham),
        question=fresh,
        by_place=None if fresh.chatham else by_place,
        text=told,
        language=language,
        day=today,
    )
    answered.full_clean(exclude=["question", "by_place"])
    answered.save(force_insert=True)
    _note(fresh, "answer", by, by_place)
    if by_place != fresh.place:
        Question._unscoped.filter(pk=fresh.pk, answered=None).update(answered=today)
        _tell(letters.answer_waits, fresh, fresh.place, fresh.owner_id)
    elif fresh.practice is not None:
        _tell(letters.question_waits, fresh, fresh.practice.place, fresh.practice.owner_id)
    return answered


@transaction.atomic
def share(*, question: Question, to: str, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that the members of the hub, or of the network, see a question to a community.

    Raises
    ------
    RefusedError
        ``letter``: it was put to one team; ``answered``: another place has answered, for those who saw
        it then.
    ValidationError
        Another level, no reason, or it was asked already.
    """
    if question.to_place_id is not None:
        raise RefusedError("letter")
    if question.answered is not None:
        raise RefusedError("answered")
    if to not in queries.COMMUNITY:
        raise ValidationError(
            _("Questions go to members of the hub or of the network, never to everybody.")
        )
    return network.ask_widening(shared=question, to=to, reason=reason, by=by)


@transaction.atomic
def close(*, question: Question, by: Viewer) -> None:
    """The asking team has what it needs: nobody answers any more.

    Raises
    ------
    RefusedError
        ``closed``.
    """
    _held(question)
    Question._unscoped.filter(pk=question.pk).update(closed=True)
    _note(question, "close_question", by)


@transaction.atomic
def make_lesson(
    *,
    answer: Answer,
    title: str,
    text: str,
    language: str,
    by: Viewer,
    challenges: Sequence[str] = (),
    looked: Collection[str] = (),
) -> Lesson:
    """Offer others what an answer taught, as the asking place. It begins with its team.

    Under the Chatham House Rule the lesson names no place and no practice: whose practice it is
    would tell who answered.

    Raises
    ------
    RefusedError
        ``told_already``.
    NamesError
        Under the Chatham House Rule: these names stand in the text.
    ValidationError
        As ``lessons.write``.
    """
    fresh = Answer._unscoped.select_for_update(of=("self",)).get(pk=answer.pk)
    question = answer.question
    if fresh.lesson_id is not None:
        raise RefusedError("told_already")
    if question.chatham:
        look(f"{title}\n{text}", by=by, looked=looked)
    lesson = lessons.write(
        place=question.place,
        title=title,
        text=text,
        language=language,
        by=by,
        practice=None if question.chatham else question.practice,
        challenges=challenges,
        unattributed=question.chatham,
    )
    fresh.lesson = lesson
    fresh.save(update_fields=["lesson"])
    return lesson


def _held(question: Question) -> Question:
    """The question as it is now, open, held until the transaction ends."""
    fresh = (
        Question._unscoped.select_for_update(of=("self",))
        .select_related("place", "practice__place")
        .get(pk=question.pk)
    )
    if fresh.closed:
        raise RefusedError("closed")
    return fresh


def _only_writers(by: Viewer, place: Place) -> None:
    if by.acting_at(place, WRITERS) is None:
        raise PermissionDenied(_("Your role here does not allow to ask for this."))


def _only_others(practice: Practice, place: Place) -> None:
    if not practice.is_published:
        raise RefusedError("not_published")
    if not practice.is_own:
        raise RefusedError("copy")
    if practice.place_id == place.pk:
        raise RefusedError("own")


def _checked(text: str, language: str, kept_as: type[Question | Answer]) -> str:
    if language not in LANGUAGES:
        raise ValidationError({"language": _("Choose one of the languages.")})
    told = paragraphs(text)
    longest = kept_as._meta.get_field("text").max_length
    # Of longer texts Django asks the form alone.
    if longest is not None and len(told) > longest:
        raise ValidationError(
            {"text": _("Write at most %(longest)d letters.") % {"longest": longest}}
        )
    return told


def _day(chatham: bool) -> date:
    """Today; under the Chatham House Rule the Monday of this week."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) if chatham else today


def _number(chatham: bool) -> int:
    """An id that rises with time; under the Chatham House Rule one that tells nothing of it."""
    moment = time.time_ns() // 1000
    return secrets.randbelow(moment) + 1 if chatham else moment


@receiver(level_changed, sender=Question, dispatch_uid="baithak.exchange.question_level")
def _answers_stay(sender: Any, shared: Question, wider: bool, **kwargs: Any) -> None:
    """An answer that came since it was asked for was given to those who saw the question then."""
    if wider and Question._unscoped.select_for_update().get(pk=shared.pk).answered is not None:
        raise ValidationError(answered_already())


def answered_already() -> str:
    """Why a question that was answered is shown to no more people."""
    return _("Another place has answered already. Ask a new question to reach more people.")


def _note(question: Question, verb: str, by: Viewer, at: Place | None = None) -> None:
    """The journal's line. Under the Chatham House Rule it tells that it was done, and no more."""
    if question.chatham:
        journal.write(verb=f"exchange.{verb}", thing="question:chatham", by="chatham", place="")
    elif at is None or at == question.place:
        note(question, verb, by)
    else:
        journal.write(
            verb=f"exchange.{verb}",
            thing=f"question:{question.pk}",
            by=by.signature(at),
            place=at.slug,
        )


def _tell(letter: letters.Letter, question: Question, place: Place, account: int | None) -> None:
    for reader in queries.to_tell(place, account):
        transaction.on_commit(partial(letter, question=question, reader=reader))
