"""Letters the room sends. A letter says nothing that only its reader may know, except its link."""

from __future__ import annotations

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.dialogue.models import Dialogue
from baithak.network.letters import not_sent, site
from baithak.network.models import User

__all__ = ["queue_waits"]


def queue_waits(*, dialogue: Dialogue, reader: User) -> None:
    """Tell a moderator that statements have waited for long, and nothing of what they say."""
    with translation.override(reader.language):
        address = site() + reverse("dialogue:queue", kwargs={"code": dialogue.code})
        text = render_to_string("dialogue/letters/queue_waits.txt", {"address": address})
        subject = _("Statements have waited for twenty hours")
    try:
        send_mail(subject, text, None, [reader.email])
    except OSError as trouble:
        # The queue and the desk show it all the same.
        not_sent(f"a letter about the queue of dialogue {dialogue.pk}", trouble)
