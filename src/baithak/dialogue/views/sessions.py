"""Sessions in person: the list, one of them, beginning and mending it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from baithak.dialogue import queries
from baithak.dialogue.forms.session import SessionForm
from baithak.dialogue.models import Dialogue, Session
from baithak.dialogue.queries import sessions as held
from baithak.dialogue.services import RefusedError
from baithak.dialogue.services import sessions as services
from baithak.web.gate import gate

__all__ = ["begin", "edit", "listing", "page"]


@gate("dialogue.see_sessions", on=queries.dialogue)
@require_GET
def listing(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Every session of a dialogue, for the place's team."""
    viewer = request.viewer  # type: ignore[attr-defined]
    page = Paginator(held.sessions(viewer, dialogue), 30).get_page(request.GET.get("page"))
    words = {
        "dialogue": dialogue,
        "page": page,
        "may_begin": rules.test_rule("dialogue.begin_session", viewer, dialogue),
    }
    return render(request, "dialogue/sessions.html", words)


@gate("dialogue.begin_session", on=queries.dialogue)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """A new session."""
    form = SessionForm(request.POST if request.method == "POST" else None, dialogue=dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            session = services.begin_session(
                dialogue=dialogue,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except RefusedError:
            form.add_error(None, _("The dialogue has closed meanwhile: it takes no answers."))
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("The session is there. Print its sheets next."))
            return redirect("dialogue:session", code=dialogue.code, session=session.pk)
    words = {"dialogue": dialogue, "form": form}
    return render(request, "dialogue/session_form.html", words, status=422 if form.errors else 200)


@gate("dialogue.see_sessions", on=held.session)
@require_GET
def page(request: HttpRequest, session: Session) -> HttpResponse:
    """What there is to do for a session, and its minutes."""
    viewer = request.viewer  # type: ignore[attr-defined]
    acts = ("edit_session", "enter_sheets", "write_minutes")
    words: dict[str, Any] = {
        "dialogue": session.dialogue,
        "session": session,
        "people": held.about_so_many(session),
        "may": {act: rules.test_rule(f"dialogue.{act}", viewer, session) for act in acts},
    }
    return render(request, "dialogue/session.html", words)


@gate("dialogue.edit_session", on=held.session)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, session: Session) -> HttpResponse:
    """Mend where and when it was, and about how many came."""
    dialogue = session.dialogue
    form = SessionForm(
        request.POST if request.method == "POST" else None, dialogue=dialogue, session=session
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_session(
                session=session,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect("dialogue:session", code=dialogue.code, session=session.pk)
    words = {"dialogue": dialogue, "session": session, "form": form}
    return render(request, "dialogue/session_form.html", words, status=422 if form.errors else 200)
