"""The checklist of a handover (R25): what the hub can see for itself, and what only people know."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["BY_HAND"]

#: What only people can know: code to sentence.
BY_HAND: dict[str, Any] = {
    "story_told": _("The outgoing team told the story to the new one in person."),
    "mailboxes": _("Mailboxes and phones of the office have new passwords."),
    "server": _("Whoever runs the server has changed its passwords, and knows the new team."),
    "contacts": _("Offices in the contact tree were asked again whether they may be called."),
    "partners": _("Partners know who leads now."),
    "pack_kept": _("The pack is kept where the office keeps its records, not on a private device."),
}
