"""Questions about oneself: set before a dialogue opens, answered by whoever likes to (P10)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from baithak.dialogue import queries
from baithak.dialogue.models import Category, Declaration, Dialogue, Participation, Question
from baithak.dialogue.services.dialogues import held, note
from baithak.dialogue.services.votes import mark_stale, still_open
from baithak.network import wording
from baithak.network.models import Channel, State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = [
    "MOST_CATEGORIES",
    "MOST_QUESTIONS",
    "Answerable",
    "AskedQuestion",
    "add_questions",
    "change_question",
    "declare",
    "remove_question",
    "withdraw_declarations",
]

#: More would ask people who they are instead of what they think, and no cell would be large enough.
MOST_QUESTIONS = 3
MOST_CATEGORIES = 12
#: Letters of a question, of a category, of a source.
LONGEST_QUESTION, LONGEST_CATEGORY, LONGEST_SOURCE = 200, 80, 200


@dataclass(frozen=True, slots=True)
class Answerable:
    """One category: language to text, and its share of the city (0 to 1) where that is known."""

    texts: Mapping[str, str]
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question about oneself as the city's team writes it."""

    texts: Mapping[str, str]
    categories: Sequence[Answerable] = field(default_factory=tuple)
    source: str = ""


def _checked(told: AskedQuestion, dialogue: Dialogue) -> AskedQuestion:
    """The question with safe texts, or what is wrong in which field and row.

    ValidationError with a mapping: ``text_<language>``, ``categories_<language>``, ``source``.
    """
    wrong: dict[str, list[str]] = {}

    def safe(where: str, text: str, longest: int, row: int = 0) -> str:
        try:
            clean = wording.clean(text)
            if len(clean) > longest:
                raise ValidationError(
                    _("%(length)d letters. Please say it in %(longest)d or fewer.")
                    % {"length": len(clean), "longest": longest}
                )
        except ValidationError as trouble:
            wrong.setdefault(where, []).append(_in_row(row, " ".join(trouble.messages)))
            return ""
        return clean

    texts = {
        code: clean
        for code in dialogue.languages
        if (clean := safe(f"text_{code}", told.texts.get(code, ""), LONGEST_QUESTION))
    }
    first = dialogue.first_language
    rows: list[Answerable] = []
    for number, category in enumerate(told.categories, start=1):
        words = {
            code: clean
            for code in dialogue.languages
            if (
                clean := safe(
                    f"categories_{code}", category.texts.get(code, ""), LONGEST_CATEGORY, number
                )
            )
        }
        rows.append(Answerable(words, category.share))
    source = safe("source", told.source, LONGEST_SOURCE)
    if not wrong:
        wrong = _missing(texts, rows, source, dialogue, first)
    if wrong:
        raise ValidationError({where: list(dict.fromkeys(said)) for where, said in wrong.items()})
    return AskedQuestion(texts, tuple(rows), source)


def _in_row(row: int, trouble: str) -> str:
    if not row:
        return trouble
    return _("Row %(number)d: %(trouble)s") % {"number": row, "trouble": trouble}


def _missing(
    texts: Mapping[str, str],
    rows: Sequence[Answerable],
    source: str,
    dialogue: Dialogue,
    first: str,
) -> dict[str, list[str]]:
    """What is left out or does not fit together."""
    wrong: dict[str, list[str]] = {}
    at = f"categories_{first}"
    if not texts.get(first):
        wrong[f"text_{first}"] = [_("Write the question in the dialogue's first language.")]
    if not 2 <= len(rows) <= MOST_CATEGORIES:
        wrong.setdefault(at, []).append(
            _("There are %(number)d answers to choose from. Give 2 to %(most)d, one on each row.")
            % {"number": len(rows), "most": MOST_CATEGORIES}
        )
    for code in dialogue.languages:
        seen: dict[str, int] = {}
        for number, row in enumerate(rows, start=1):
            text = row.texts.get(code, "")
            if not text and (code == first or code in texts):
                wrong.setdefault(f"categories_{code}", []).append(
                    _in_row(number, _("Write this answer in this language too."))
                )
            elif text and wording.same(text) in seen:
                wrong.setdefault(f"categories_{code}", []).append(
                    _in_row(
                        number,
                        _("The same as row %(other)d. Leave one of them out.")
                        % {"other": seen[wording.same(text)]},
                    )
                )
            elif text:
                seen[wording.same(text)] = number
        if code != first and code not in texts and any(code in row.texts for row in rows):
            wrong.setdefault(f"text_{code}", []).append(
                _("Write the question in this language too, or take its answers out.")
            )
    shares = [row.share for row in rows]
    if any(share is not None for share in shares):
        wrong_shares = _wrong_shares(shares)
        if wrong_shares:
            wrong.setdefault(at, []).extend(wrong_shares)
        if not source:
            wrong["source"] = [
                _("Say where the shares come from, such as the census and its year.")
            ]
    return wrong


def _wrong_shares(shares: Sequence[Decimal | None]) -> list[str]:
    without = [number for number, share in enumerate(shares, start=1) if share is None]
    if without:
        return [
            _in_row(
                without[0], _("The share is missing. Give every row its share, or none of them.")
            )
        ]
    for number, share in enumerate(shares, start=1):
        if share is None or not 0 <= share <= 1:
            return [_in_row(number, _("A share lies between 0 and 100 per cent."))]
    total = sum(share or Decimal(0) for share in shares) * 100
    if not 98 <= total <= 102:
        return [
            _("The shares add up to %(total)s per cent. Correct them until they make 100.")
            % {"total": f"{total:.1f}"}
        ]
    return []


def _draft(pk: int) -> Dialogue:
    """The draft, held; RefusedError where it cannot be changed (any more)."""
    fresh = held(pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if queries.opening_request(fresh) is not None:
        raise RefusedError("waits_for_opening")
    return fresh


def _write_categories(question: Question, rows: Sequence[Answerable]) -> None:
    Category._unscoped.bulk_create(
        Category(question=question, number=number, texts=dict(row.texts), share=row.share)
        for number, row in enumerate(rows, start=1)
    )


@transaction.atomic
def add_questions(
    *, dialogue: Dialogue, questions: Sequence[AskedQuestion], by: Viewer
) -> list[Question]:
    """Ask these too, after those that are there.

    Raises
    ------
    RefusedError
        ``not_a_draft``, ``waits_for_opening``; ``too_many_questions``: more than three in all.
    ValidationError
        What is wrong in which field (and row) of the first wrong question.
    """
    fresh = _draft(dialogue.pk)
    there = Question._unscoped.filter(dialogue=fresh).count()
    if there + len(questions) > MOST_QUESTIONS:
        raise RefusedError("too_many_questions")
    made = []
    for number, told in enumerate(questions, start=there + 1):
        checked = _checked(told, fresh)
        question = Question._unscoped.create(
            dialogue=fresh, number=number, texts=dict(checked.texts), source=checked.source
        )
        _write_categories(question, checked.categories)
        note(fresh, "add_question", by, number=str(number))
        made.append(question)
    return made


@transaction.atomic
def change_question(*, question: Question, told: AskedQuestion, by: Viewer) -> Question:
    """Put the question and its answers anew. Refused and checked as adding is."""
    fresh = _draft(question.dialogue_id)
    kept = Question._unscoped.select_for_update().get(pk=question.pk)
    checked = _checked(told, fresh)
    kept.texts, kept.source = dict(checked.texts), checked.source
    kept.save(update_fields=["texts", "source"])
    Category._unscoped.filter(question=kept).delete()
    _write_categories(kept, checked.categories)
    note(fresh, "change_question", by, number=str(kept.number))
    return kept


@transaction.atomic
def remove_question(*, question: Question, by: Viewer) -> None:
    """Do not ask it. The ones after it move up."""
    fresh = _draft(question.dialogue_id)
    gone = Question._unscoped.filter(pk=question.pk).first()
    if gone is None:
        return
    note(fresh, "remove_question", by, number=str(gone.number))
    gone.delete()
    for number, kept in enumerate(
        Question._unscoped.filter(dialogue=fresh).order_by("number"), start=1
    ):
        if kept.number != number:
            kept.number = number
            kept.save(update_fields=["number"])


_DECLARATION = Declaration._meta.db_table
_DECLARE = f"""
    INSERT INTO {_DECLARATION} (id, dialogue_id, pid, question_id, category_id)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (dialogue_id, pid, question_id) DO UPDATE SET category_id = excluded.category_id
"""  # noqa: S608  (table names of our own models)


def _stored(name: str, value: Any) -> Any:
    kept: models.Field[Any, Any] = Declaration._meta.get_field(name)  # type: ignore[assignment]
    return kept.get_db_prep_value(value, connection)


def declare(
    *, dialogue: int, pid: bytes, answers: Mapping[int, int | None], channel: str = Channel.OPEN
) -> None:
    """What somebody says of themselves: question number to category number, ``None``: rather not.

    A new answer replaces the one before; questions that are not named stay as they are. Nothing is
    journaled, and nothing says when.

    Raises
    ------
    RefusedError
        ``closed``, ``paused``; ``no_such_answer``.
    """
    known = {question.number: question for question in queries.questions(dialogue)}
    chosen: dict[Question, Category | None] = {}
    for number, answer in answers.items():
        question = known.get(number)
        categories = {c.number: c for c in question.categories.all()} if question else {}
        if question is None or (answer is not None and answer not in categories):
            raise RefusedError("no_such_answer")
        chosen[question] = categories[answer] if answer is not None else None
    with transaction.atomic(), connection.cursor() as cursor:
        for question, category in chosen.items():
            if category is None:
                Declaration._unscoped.filter(dialogue=dialogue, pid=pid, question=question).delete()
            else:
                row = [_stored("id", uuid.uuid4()), dialogue, pid, question.pk, category.pk]
                cursor.execute(_DECLARE, row)
        _noticed(dialogue, pid)
        still_open(dialogue, channel)


def withdraw_declarations(*, dialogue: int, pid: bytes, channel: str = Channel.OPEN) -> None:
    """Forget all of it. What was voted stays."""
    with transaction.atomic():
        Declaration._unscoped.filter(dialogue=dialogue, pid=pid).delete()
        _noticed(dialogue, pid)
        still_open(dialogue, channel)


def _noticed(dialogue: int, pid: bytes) -> None:
    """The map tells who is heard: it is drawn again, once there are votes to it."""
    if Participation._unscoped.filter(dialogue=dialogue, pid=pid).exists():
        mark_stale(dialogue)
