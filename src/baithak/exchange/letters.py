"""Letters the room sends. A letter says nothing that only its reader may know, except its link."""

from __future__ import annotations

from typing import Protocol

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.exchange.models import Adoption, Question
from baithak.network.letters import not_sent, site
from baithak.network.models import User

__all__ = ["Letter", "answer_waits", "question_waits", "taken_up"]


def taken_up(*, adoption: Adoption, email: str) -> None:
    """Tell who looks after a practice which city has taken it up, in the language of their place."""
    known = dict.fromkeys([*adoption.practice.place.languages, "en"])
    language = next((code for code in known if translation.check_for_language(code)), "en")
    with translation.override(language):
        words = {"city": adoption.place.local_name, "practice": adoption.practice.title}
        text = render_to_string(
            "exchange/letters/taken_up.txt",
            {**words, "address": site() + adoption.get_absolute_url()},
        )
        subject = _("%(city)s takes up your practice") % words
    try:
        send_mail(subject, text, None, [email])
    except OSError as trouble:
        # It stands on the page of what became of our practices all the same.
        not_sent(f"the letter about adoption {adoption.pk}", trouble)


class Letter(Protocol):
    """A letter about a question to somebody of one of the two teams."""

    def __call__(self, *, question: Question, reader: User) -> None: ...


def question_waits(*, question: Question, reader: User) -> None:
    """Tell the asked team that a question waits, and nothing of it or of who asks."""
    _about_a_question(question, reader, "question_waits")


def answer_waits(*, question: Question, reader: User) -> None:
    """Tell the asking team that an answer waits, and nothing of it or of who answers."""
    _about_a_question(question, reader, "answer_waits")


def _about_a_question(question: Question, reader: User, name: str) -> None:
    with translation.override(reader.language):
        subjects = {
            "question_waits": _("A question waits for your team"),
            "answer_waits": _("An answer waits for your team"),
        }
        text = render_to_string(
            f"exchange/letters/{name}.txt", {"address": site() + question.get_absolute_url()}
        )
    try:
        send_mail(subjects[name], text, None, [reader.email])
    except OSError as trouble:
        # It waits on the page of questions all the same. The log does not say which question: R15.
        not_sent("a letter about a question", trouble)
