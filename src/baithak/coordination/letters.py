"""Letters the room sends. A letter says nothing that only its reader may know, except its link."""

from __future__ import annotations

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.coordination.models import Commitment
from baithak.coordination.queries.commitments import is_of_closed_room
from baithak.exchange.letters import site
from baithak.network.letters import not_sent
from baithak.network.models import User, Visibility

__all__ = ["commitment_due"]


def commitment_due(*, commitment: Commitment, reader: User, late: bool) -> None:
    """Remind somebody of what their organisation, or their office, has promised: day and link.

    Its title too, where more than the team sees it and it was not born in a closed room (R14, R15).
    """
    told = commitment.visibility != Visibility.MECHANISM and not is_of_closed_room(commitment)
    with translation.override(reader.language):
        subject = _("A commitment is overdue") if late else _("A commitment is due soon")
        text = render_to_string(
            "coordination/letters/commitment_due.txt",
            {
                "commitment": commitment,
                "title": commitment.title if told else f"{_('Commitment')} {commitment.pk}",
                "late": late,
                "address": site() + commitment.get_absolute_url(),
            },
        )
    try:
        send_mail(subject, text, None, [reader.email])
    except OSError as trouble:
        # The lists show it all the same, and another letter comes in fourteen days.
        not_sent(f"the letter about commitment {commitment.pk}", trouble)
