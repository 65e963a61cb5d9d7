"""Names found in words under the Chatham House Rule: shown once, then looked at (R15)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from baithak.exchange.services.names import NamesError

__all__ = ["looked", "show"]


def looked(request: HttpRequest) -> list[str]:
    """The names that the writer was shown and has looked at."""
    return request.POST.get("shown", "").splitlines() if request.POST.get("looked") else []


def show(form: Any, found: NamesError, field: str | None = "text") -> None:
    """For `exchange/_names.html`: the names, and a box to tick."""
    form.found = found.names
    form.add_error(
        field,
        _("These names stand in it: %(names)s. Leave them out, or tick that you have looked.")
        % {"names": ", ".join(found.names)},
    )
