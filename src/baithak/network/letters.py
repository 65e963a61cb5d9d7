"""Letters the room sends. A letter says nothing that only its reader may know, except its link."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.network.models import Invitation

__all__ = ["invite", "not_sent", "site"]

log = logging.getLogger(__name__)


def site() -> str:
    """The hub's address, as far as its settings tell: nobody's request is at hand."""
    named = next((origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin), "")
    host = settings.ALLOWED_HOSTS[0].lstrip(".*") if settings.ALLOWED_HOSTS else ""
    scheme = "https" if settings.HTTPS else "http"
    return (named or (f"{scheme}://{host}" if host else "")).rstrip("/")


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
    except OSError as trouble:
        # The invitation stands; the page of people shows it, and it can be revoked and sent anew.
        not_sent(f"the letter of invitation {invitation.pk}", trouble)


def not_sent(what: str, trouble: Exception) -> None:
    """Say in the log that a letter was not sent, and not to whom: mail servers repeat addresses in
    what they answer (T34).
    """
    log.error("%s could not be sent: %s", what, type(trouble).__name__)
