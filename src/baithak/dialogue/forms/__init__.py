"""What people send, checked field by field. Rules live in ``services``; forms ask and show."""

from baithak.dialogue.forms.appeal import AppealForm
from baithak.dialogue.forms.dialogue import CloseForm, DialogueForm
from baithak.dialogue.forms.imports import ImportForm
from baithak.dialogue.forms.question import AboutYouForm, QuestionForm
from baithak.dialogue.forms.slip import SlipsForm
from baithak.dialogue.forms.statement import (
    FULL,
    MergeForm,
    RejectForm,
    StatementForm,
    hints,
    moderators_hints,
)
from baithak.dialogue.forms.vote import SentVote, numbered, sent_vote
from baithak.dialogue.forms.word import TextsForm, WordingForm, written_in

__all__ = [
    "FULL",
    "AboutYouForm",
    "AppealForm",
    "CloseForm",
    "DialogueForm",
    "ImportForm",
    "MergeForm",
    "QuestionForm",
    "RejectForm",
    "SentVote",
    "SlipsForm",
    "StatementForm",
    "TextsForm",
    "WordingForm",
    "hints",
    "moderators_hints",
    "numbered",
    "sent_vote",
    "written_in",
]
