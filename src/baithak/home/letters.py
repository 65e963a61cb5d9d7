"""Letters of the room: that a place changes hands, to its hub. No content beyond that and a link."""

from __future__ import annotations

from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.home.queries import handover as queries
from baithak.network.letters import not_sent, site

__all__ = ["place_changes_hands"]


def place_changes_hands(handover: int) -> None:
    """To the secretariat of the hub, each in their language (R25)."""
    for told in queries.whom_to_tell(handover):
        with translation.override(told.language):
            address = site() + reverse("network:place", kwargs={"place": told.slug})
            subject = _("%(place)s changes hands") % {"place": told.place}
            text = _(
                "%(place)s is being handed over. Sessions have ended, open invitations are void, and every "
                "role is looked at anew there.\n\n%(address)s\n"
            ) % {"place": told.place, "address": address}
        try:
            send_mail(subject, text, None, [told.email])
        except OSError as trouble:
            not_sent(f"the letter about handover {handover}", trouble)
