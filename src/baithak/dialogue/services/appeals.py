"""A second look at a statement that is not shown, asked for by whoever wrote it (R11)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.dialogue.models import Appeal, Reason, Statement, StatementState
from baithak.dialogue.services.statements import (
    end,
    held,
    settle,
    this_hour,
    unchanged,
    while_open,
)
from baithak.network import wording
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["LONGEST_APPEAL", "ask_again", "decide_again"]

#: Letters of what somebody writes for it.
LONGEST_APPEAL = 500


@transaction.atomic
def ask_again(*, statement: Statement, text: str) -> Statement:
    """Ask for a second look, once. Like the statement itself this is not journaled: a line has a time.

    Raises
    ------
    ValidationError
        The text is empty, too long or unsafe.
    RefusedError
        ``not_open``; ``asked``: it was asked for already; ``not_rejected``: there is nothing to ask
        for.
    """
    told = wording.clean(text)
    if not told:
        raise ValidationError(_("Write why it should be shown."), code="empty")
    if len(told) > LONGEST_APPEAL:
        raise ValidationError(
            _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
            % {"length": len(told), "longest": LONGEST_APPEAL},
            code="long",
        )
    fresh = held(statement)
    if fresh.dialogue.state != State.OPEN:
        raise RefusedError("not_open")
    if fresh.appeal != Appeal.NONE:
        raise RefusedError("asked")
    if fresh.state != StatementState.REJECTED or fresh.reason == Reason.ELSEWHERE:
        raise RefusedError("not_rejected")
    fresh.appeal, fresh.appeal_text, fresh.waits_since = Appeal.ASKED, told, this_hour()
    fresh.save(update_fields=["appeal", "appeal_text", "waits_since"])
    return fresh


@transaction.atomic
def decide_again(*, statement: Statement, grant: bool, by: Viewer, seen: str = "") -> Statement:
    """Let it in after all, or leave it. What was written for it is deleted.

    Raises
    ------
    RefusedError
        ``decided``: nobody waits for it (any more); ``another_person``: who turned it down cannot
        be the one who looks again, of a threat neither of the two; ``not_open``.
    """
    fresh = held(statement)
    if fresh.appeal != Appeal.ASKED:
        raise RefusedError("decided")
    unchanged(fresh, seen)
    while_open(fresh)
    if by.user_id in (None, fresh.decided_by_id, fresh.held_by_id, fresh.confirmed_by_id):
        raise RefusedError("another_person")
    fresh.appeal_text, fresh.waits_since = "", None
    if grant:
        fresh.appeal = Appeal.GRANTED
        end(fresh, StatementState.ACCEPTED)
    else:
        fresh.appeal = Appeal.UPHELD
    settle(fresh, "grant" if grant else "uphold", by)
    return fresh
