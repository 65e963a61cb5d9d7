"""Every write of the room, one noun per file."""

from baithak.dialogue.services.appeals import ask_again, decide_again
from baithak.dialogue.services.dialogues import (
    ask_to_open,
    close,
    create,
    edit,
    end_overdue,
    switch_link,
)
from baithak.dialogue.services.exports import ask_to_export, fetch_export
from baithak.dialogue.services.imports import import_polis, load_votes
from baithak.dialogue.services.intake import note_intake, remind, switch_intake
from baithak.dialogue.services.maps import claim_map, draw_map
from baithak.dialogue.services.questions import (
    Answerable,
    AskedQuestion,
    add_questions,
    change_question,
    declare,
    remove_question,
    withdraw_declarations,
)
from baithak.dialogue.services.sealing import retire, retire_several, seal, seal_several
from baithak.dialogue.services.slips import make_slips, use_slip, void_batch
from baithak.dialogue.services.statements import accept, add_seeds, merge, reject, submit, undo
from baithak.dialogue.services.votes import Outcome, Receipt, cast_vote
from baithak.dialogue.services.words import (
    add_language,
    read_over,
    translate,
    undo_translation,
)
from baithak.network.refusal import RefusedError

__all__ = [
    "Answerable",
    "AskedQuestion",
    "Outcome",
    "Receipt",
    "RefusedError",
    "accept",
    "add_language",
    "add_questions",
    "add_seeds",
    "ask_again",
    "ask_to_export",
    "ask_to_open",
    "cast_vote",
    "change_question",
    "claim_map",
    "close",
    "create",
    "decide_again",
    "declare",
    "draw_map",
    "edit",
    "end_overdue",
    "fetch_export",
    "import_polis",
    "load_votes",
    "make_slips",
    "merge",
    "note_intake",
    "read_over",
    "reject",
    "remind",
    "remove_question",
    "retire",
    "retire_several",
    "seal",
    "seal_several",
    "submit",
    "switch_intake",
    "switch_link",
    "translate",
    "undo",
    "undo_translation",
    "use_slip",
    "void_batch",
    "withdraw_declarations",
]
