"""Every write of the room, one noun per file."""

from baithak.dialogue.services.dialogues import (
    ask_to_open,
    close,
    create,
    edit,
    end_overdue,
    seal,
    switch_link,
)
from baithak.dialogue.services.imports import import_polis, load_votes
from baithak.dialogue.services.maps import claim_map, draw_map
from baithak.dialogue.services.statements import accept, add_seeds, reject, submit, undo
from baithak.dialogue.services.votes import Outcome, Receipt, cast_vote
from baithak.network.refusal import RefusedError

__all__ = [
    "Outcome",
    "Receipt",
    "RefusedError",
    "accept",
    "add_seeds",
    "ask_to_open",
    "cast_vote",
    "claim_map",
    "close",
    "create",
    "draw_map",
    "edit",
    "end_overdue",
    "import_polis",
    "load_votes",
    "reject",
    "seal",
    "submit",
    "switch_link",
    "undo",
]
