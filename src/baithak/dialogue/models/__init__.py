"""Dialogues, their statements, the votes on them and the maps drawn from the votes."""

from baithak.dialogue.models.dialogue import Dialogue, MapState
from baithak.dialogue.models.run import Run
from baithak.dialogue.models.statement import (
    Reason,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.dialogue.models.vote import Participation, Vote

__all__ = [
    "Dialogue",
    "MapState",
    "Participation",
    "Reason",
    "Run",
    "Statement",
    "StatementState",
    "Vote",
    "Wording",
    "WordingKind",
]
