"""Every write of the journal: its lines, its heads and witnesses, the checks of its chain."""

from baithak.journal.services.checking import (
    Finding,
    as_json_lines,
    ask_for_check,
    check_chain,
    export,
    head,
    queue_check,
    verify,
)
from baithak.journal.services.heads import countersign, signed_heads
from baithak.journal.services.keys import public_key
from baithak.journal.services.lines import pseudonym, write
from baithak.journal.services.witnesses import receive, send_a_head, sign_and_queue

__all__ = [
    "Finding",
    "as_json_lines",
    "ask_for_check",
    "check_chain",
    "countersign",
    "export",
    "head",
    "pseudonym",
    "public_key",
    "queue_check",
    "receive",
    "send_a_head",
    "sign_and_queue",
    "signed_heads",
    "verify",
    "write",
]
