"""Budgets, their projects, the slips that admit to the vote, the ballots, and what was counted."""

from baithak.budget.models.ballot import Ballot, BareBallotError, Sent, UsedSlip
from baithak.budget.models.budget import (
    Budget,
    Completion,
    CountState,
    Phase,
    Rule,
    Ties,
    Utility,
    Way,
)
from baithak.budget.models.project import (
    Project,
    ProjectState,
    ProjectWording,
    Reason,
    Source,
    WordingKind,
)
from baithak.budget.models.result import Result
from baithak.budget.models.slip import Batch, Slip

__all__ = [
    "Ballot",
    "BareBallotError",
    "Batch",
    "Budget",
    "Completion",
    "CountState",
    "Phase",
    "Project",
    "ProjectState",
    "ProjectWording",
    "Reason",
    "Result",
    "Rule",
    "Sent",
    "Slip",
    "Source",
    "Ties",
    "UsedSlip",
    "Utility",
    "Way",
    "WordingKind",
]
