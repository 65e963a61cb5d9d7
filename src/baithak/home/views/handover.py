"""Hand a place over: what it means, ask, the checklist, roles one by one, fetch the pack."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.home.forms.handover import HandoverForm
from baithak.home.models import Handover, Reapproval
from baithak.home.queries import handover as queries
from baithak.home.services import handover as services
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import acts_waiting
from baithak.network.sign_in import recently_proved
from baithak.web.gate import gate

__all__ = ["ask", "decide", "fetch", "listing", "page", "tick"]


@gate("home.see_handover", on=queries.place_of_handover)
@require_GET
def listing(request: HttpRequest, place: Place) -> HttpResponse:
    """What a handover is, those that were, and the form to ask for one."""
    return _listing(request, place, HandoverForm())


def _listing(
    request: HttpRequest, place: Place, form: HandoverForm, status: int = 200
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    waiting = acts_waiting(viewer, place).filter(verb=services.VERB)
    words = {
        "place": place,
        "form": form,
        "handovers": queries.handovers(viewer, place),
        "waiting": waiting.first(),
        "may_ask": rules.test_rule("home.hand_over", viewer, place),
        "days": services.APPROVE_WITHIN.days,
        "kept": services.KEPT_FOR.days,
    }
    return render(request, "home/handovers.html", words, status=status)


@gate("home.hand_over", on=queries.place_of_handover)
@require_POST
@recently_proved
def ask(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask; a second person in another role confirms within a day."""
    form = HandoverForm(request.POST)
    if form.is_valid():
        try:
            services.ask_to_hand_over(place=place, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request, _("Asked. It begins when a second person in another role confirms.")
            )
            return redirect("home:handovers", place=place.slug)
    return _listing(request, place, form, status=422)


@gate("home.see_handover", on=queries.handover)
@require_GET
def page(request: HttpRequest, handover: Handover) -> HttpResponse:
    """How far it is: the pack, the checklist, the roles."""
    viewer = request.viewer  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "handover": handover,
        "place": handover.place,
        "lines": queries.checklist(viewer, handover),
        "reapprovals": [
            (reapproval, rules.test_rule("home.reapprove", viewer, reapproval))
            for reapproval in queries.reapprovals(viewer, handover)
        ],
        "may_tick": rules.test_rule("home.tick", viewer, handover),
        "may_fetch": rules.test_rule("home.fetch_pack", viewer, handover)
        and handover.fetched is None,
        "being_made": handover.state in ("waiting", "making"),
    }
    return render(request, "home/handover.html", words)


@gate("home.fetch_pack", on=queries.handover)
@require_POST
@recently_proved
def fetch(request: HttpRequest, handover: Handover) -> HttpResponse:
    """The pack, once."""
    try:
        pack = services.fetch(handover=handover, by=request.viewer)  # type: ignore[attr-defined]
    except (ValidationError, PermissionDenied) as trouble:
        told = getattr(trouble, "messages", None) or [str(trouble)]
        messages.error(request, " ".join(told))
        return redirect(handover)
    answer = HttpResponse(pack, content_type="application/zip")
    name = f"baithak-{handover.place.slug}-{handover.asked_on.isoformat()}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@gate("home.reapprove", on=queries.reapproval)
@require_POST
@recently_proved
def decide(request: HttpRequest, reapproval: Reapproval) -> HttpResponse:
    """A role goes on, or ends now."""
    keep = request.POST.get("keep")
    if keep not in ("yes", "no"):
        messages.error(request, _("Choose whether the role goes on."))
        return redirect(reapproval.handover)
    try:
        services.decide(reapproval=reapproval, keep=keep == "yes", by=request.viewer)  # type: ignore[attr-defined]
    except (ValidationError, PermissionDenied) as trouble:
        told = getattr(trouble, "messages", None) or [str(trouble)]
        messages.error(request, " ".join(told))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reapproval.handover.get_absolute_url()}#roles")


@gate("home.tick", on=queries.handover)
@require_POST
def tick(request: HttpRequest, handover: Handover) -> HttpResponse:
    """A line that only people can know is done."""
    try:
        services.tick(
            handover=handover,
            code=request.POST.get("code", ""),
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    return redirect(f"{handover.get_absolute_url()}#checklist")
