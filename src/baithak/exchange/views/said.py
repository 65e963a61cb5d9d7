"""What a page says after a change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from baithak.network.models import Shared

__all__ = ["saved"]


def saved(request: HttpRequest, words: str, before: Shared, after: Shared) -> None:
    """That it is saved, and where other words took it back to the city, that fewer people see it."""
    messages.success(request, words)
    if after.visibility != before.visibility:
        messages.warning(request, _("Fewer people see it now."))
