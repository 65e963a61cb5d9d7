"""Pages of what waits for a second person (R19)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from baithak.network import queries, services
from baithak.network.models import Place, TwoPersonAct, Visibility
from baithak.network.services.two_person import may_confirm
from baithak.network.sign_in import recently_proved
from baithak.web.gate import gate


@gate("network.see_requests", on=queries.place_of_confirmers)
@require_safe
def requests(request: HttpRequest, place: Place) -> HttpResponse:
    """Guarded acts that wait for a second person."""
    viewer = request.viewer
    waiting = [
        {
            "act": act,
            "mine": act.asked_by_id == viewer.user_id,
            "confirms": may_confirm(viewer, act) is not None,
            "level": dict(Visibility.choices).get(act.detail.get("to")),
        }
        for act in queries.acts_waiting(viewer, place)
    ]
    return render(request, "network/requests.html", {"place": place, "waiting": waiting})


@gate("network.confirm", on=queries.act)
@require_POST
@recently_proved
def confirm(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    """The second person confirms, having just proved who they are."""
    try:
        services.confirm_two_person(act=act, by=request.viewer)
    except ValidationError as trouble:
        messages.error(request, trouble.messages[0])
    except PermissionDenied as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, _("Confirmed and done."))
    return redirect("network:requests", place=act.place.slug)


@gate("network.withdraw", on=queries.act)
@require_POST
def withdraw(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    """Who asked takes it back."""
    try:
        services.withdraw_two_person(act=act, by=request.viewer)
    except ValidationError as trouble:
        messages.error(request, trouble.messages[0])
    else:
        messages.success(request, _("The request is withdrawn."))
    return redirect("network:requests", place=act.place.slug)
