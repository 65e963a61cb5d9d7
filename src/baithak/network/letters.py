"""Letters the room sends. A letter says nothing that only its reader may know, except its link."""

from __future__ import annotations

import logging

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.network.models import Invitation

__all__ = ["invite"]

log = logging.getLogger(__name__)


def invite(*, invitation: Invitation, token: str, site: str) -> None:
    """Send the invitation's link to the invited address, in the place's first language."""
    known = dict.fromkeys([*invitation.place.languages, "en"])
    language = next((code for code in known if translation.check_for_language(code)), "en")
    with translation.override(language):
        address = site.rstrip("/") + reverse("network:accept", kwargs={"token": token})
        text = render_to_string(
            "network/letters/invitation.txt", {"invitation": invitation, "address": address}
        )
        subject = _("Invitation to Baithak: %(place)s") % {"place": invitation.place.local_name}
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError:
        # The invitation stands; the page of people shows it, and it can be revoked and sent anew.
        log.exception("the letter of invitation %s could not be sent", invitation.pk)
