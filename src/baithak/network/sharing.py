"""Who sees it: what pages of levelled things share about levels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from baithak.network import services as network
from baithak.network.forms import LevelForm
from baithak.network.models import Levelled, Visibility
from baithak.network.queries import acts_waiting

__all__ = ["ask", "fewer", "refuse", "sharing"]


def _wider(shared: Levelled) -> list[Visibility]:
    return [level for level in Visibility if level.width > Visibility(shared.visibility).width]


def _narrower(shared: Levelled) -> list[Visibility]:
    return [level for level in Visibility if level.width < Visibility(shared.visibility).width]


def sharing(
    request: HttpRequest, shared: Levelled, form: LevelForm | None = None
) -> dict[str, Any]:
    """For `network/_sharing.html`: the level, what is on offer, what waits for a second person."""
    wider = _wider(shared)
    waiting = acts_waiting(request.viewer, shared.place).filter(  # type: ignore[attr-defined]
        verb="network.widen", thing=f"{shared._meta.label_lower}:{shared.pk}"
    )
    return {
        "shared": shared,
        "narrower": _narrower(shared),
        "share_form": (form or LevelForm(levels=wider)) if wider else None,
        "waiting": waiting.first(),
    }


def ask(request: HttpRequest, shared: Levelled) -> LevelForm | None:
    """Ask that more people see it; the form with its errors where that was refused."""
    form = LevelForm(request.POST, levels=_wider(shared))
    if form.is_valid():
        try:
            network.ask_widening(shared=shared, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except (ValidationError, PermissionDenied) as trouble:
            refuse(form, trouble)
        else:
            messages.success(
                request,
                _("Asked. More people see it when a second person in another role confirms."),
            )
            return None
    return form


def fewer(request: HttpRequest, shared: Levelled) -> None:
    """Fewer people see it, at once."""
    to = request.POST.get("to", "")
    if to not in _narrower(shared):
        messages.error(request, _("Choose who may see it: fewer people than now."))
        return
    try:
        network.narrow(shared=shared, to=to, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, _("Fewer people see it now."))


def refuse(form: Any, trouble: ValidationError | PermissionDenied) -> None:
    """Show what a service refused at the field it concerns, or above the form."""
    if isinstance(trouble, PermissionDenied):
        form.add_error(None, str(trouble))
        return
    for name, found in getattr(trouble, "error_dict", {None: trouble}).items():
        form.add_error(name if name in form.fields else None, found)
