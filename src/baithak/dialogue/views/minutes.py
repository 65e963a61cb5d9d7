"""What was said at a session, without who said it (R15)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.dialogue.forms.session import MinutesForm
from baithak.dialogue.models import Session
from baithak.dialogue.queries import sessions as held
from baithak.web.gate import gate

__all__ = ["write"]


@gate("dialogue.write_minutes", on=held.session)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, session: Session) -> HttpResponse:
    """Write or change the minutes; what could tell of a person is shown before it is saved."""
    form = MinutesForm(request.POST if request.method == "POST" else None, session=session)
    saved = form.is_valid() and form.save(session, request.viewer)  # type: ignore[attr-defined]
    if saved:
        messages.success(request, _("The minutes are saved. Your team can read them."))
        return redirect("dialogue:session", code=session.dialogue.code, session=session.pk)
    words = {"dialogue": session.dialogue, "session": session, "form": form}
    return render(request, "dialogue/minutes.html", words, status=422 if form.errors else 200)
