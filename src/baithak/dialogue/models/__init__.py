"""Dialogues, their statements, the votes on them and the maps drawn from the votes."""

from baithak.dialogue.models.anonymous import Anonymous, BareVoteError
from baithak.dialogue.models.dialogue import Dialogue, MapState
from baithak.dialogue.models.question import Category, Declaration, Question
from baithak.dialogue.models.run import Run
from baithak.dialogue.models.session import MOST_SHEETS, Session, Sheet
from baithak.dialogue.models.slip import HANDED_OUT, MOST_SLIPS, Batch, Slip
from baithak.dialogue.models.statement import (
    Appeal,
    Reason,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.dialogue.models.vote import Participation, Receipt, Vote

__all__ = [
    "HANDED_OUT",
    "MOST_SHEETS",
    "MOST_SLIPS",
    "Anonymous",
    "Appeal",
    "BareVoteError",
    "Batch",
    "Category",
    "Declaration",
    "Dialogue",
    "MapState",
    "Participation",
    "Question",
    "Reason",
    "Receipt",
    "Run",
    "Session",
    "Sheet",
    "Slip",
    "Statement",
    "StatementState",
    "Vote",
    "Wording",
    "WordingKind",
]
