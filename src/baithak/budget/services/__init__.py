"""Every write of the room, one noun per file."""

from baithak.budget.services.ballots import Outcome, Taken, cast_ballot, checked_choices, seal
from baithak.budget.services.budgets import (
    ask_to_open,
    ask_to_vote,
    close,
    create,
    edit,
    end_overdue,
    end_proposals,
)
from baithak.budget.services.counts import ask_for_recount, claim_count, count
from baithak.budget.services.imports import import_election
from baithak.budget.services.projects import (
    accept,
    add,
    decline,
    merge,
    propose,
    reject,
    show,
    translate,
    undo,
)
from baithak.budget.services.slips import make_slips, void_batch
from baithak.network.refusal import RefusedError

__all__ = [
    "Outcome",
    "RefusedError",
    "Taken",
    "accept",
    "add",
    "ask_for_recount",
    "ask_to_open",
    "ask_to_vote",
    "cast_ballot",
    "checked_choices",
    "claim_count",
    "close",
    "count",
    "create",
    "decline",
    "edit",
    "end_overdue",
    "end_proposals",
    "import_election",
    "make_slips",
    "merge",
    "propose",
    "reject",
    "seal",
    "show",
    "translate",
    "undo",
    "void_batch",
]
