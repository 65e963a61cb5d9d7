"""Questions about oneself: the team sets them in a draft, residents answer if they like (P10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.dialogue import queries, services
from baithak.dialogue.forms import AboutYouForm, QuestionForm
from baithak.dialogue.limits import ABOUT_YOU
from baithak.dialogue.models import Dialogue, Question
from baithak.dialogue.services.questions import MOST_QUESTIONS
from baithak.dialogue.views.phone import (
    FOR_RESIDENTS,
    address,
    problem,
    resident,
    slow_down,
)
from baithak.network.tokens import Participant
from baithak.web.gate import gate, public

__all__ = ["about_you", "page"]


def _say_no(code: str) -> str:
    return {
        "not_a_draft": _("Only a draft can be changed. This dialogue is open or closed already."),
        "waits_for_opening": _(
            "A request to open it waits for a second person. Withdraw the request to change the draft."
        ),
        "too_many_questions": _("Three questions are the most: take one out first."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("dialogue.edit_questions", on=queries.dialogue)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """The questions of a draft; one form adds a question, changes one, or takes one out."""
    questions = queries.questions(dialogue.pk)
    asked = (request.POST if request.method == "POST" else request.GET).get("question", "")
    chosen = next((q for q in questions if str(q.number) == asked), None)
    if request.method == "POST" and "remove" in request.POST:
        return _removed(request, dialogue, chosen)
    form = QuestionForm(
        request.POST if request.method == "POST" else None, dialogue=dialogue, question=chosen
    )
    if request.method == "POST" and form.is_valid() and _saved(request, form, chosen):
        messages.success(request, _("The question is saved."))
        return redirect("dialogue:questions", code=dialogue.code)
    words: dict[str, Any] = {
        "dialogue": dialogue,
        "questions": questions,
        "chosen": chosen,
        "form": form,
        "may_add": chosen is not None or len(questions) < MOST_QUESTIONS,
    }
    return render(request, "dialogue/questions.html", words, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: QuestionForm, chosen: Question | None) -> bool:
    """Hand it to the service; tells whether that worked."""
    by = request.viewer  # type: ignore[attr-defined]
    try:
        if chosen is None:
            services.add_questions(dialogue=form.dialogue, questions=[form.told()], by=by)
        else:
            services.change_question(question=chosen, told=form.told(), by=by)
    except services.RefusedError as refusal:
        form.add_error(None, _say_no(refusal.code))
    except ValidationError as trouble:
        form.wrong(trouble)
    return not form.errors


def _removed(request: HttpRequest, dialogue: Dialogue, chosen: Question | None) -> HttpResponse:
    try:
        if chosen is not None:
            services.remove_question(question=chosen, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("The question is taken out."))
    return redirect("dialogue:questions", code=dialogue.code)


@public(FOR_RESIDENTS, on=queries.public_dialogue)
@require_http_methods(["GET", "POST"])
@resident
def about_you(request: HttpRequest, dialogue: Dialogue, who: Participant) -> HttpResponse:
    """Say something of oneself, say something else, or take it all back."""
    questions = queries.questions(dialogue.pk)
    if not questions or not dialogue.takes_from(who.channel):
        return redirect(address(dialogue))
    said = queries.declarations_of(dialogue, who.pid)
    form = AboutYouForm(
        request.POST if request.method == "POST" else None, questions=questions, said=said
    )
    if request.method == "POST" and ("forget" in request.POST or form.is_valid()):
        if wait := ABOUT_YOU.wait_of(who.pid):
            said_so = _("What you said of yourself was not changed.")
            return slow_down(request, dialogue, wait, said_so)
        kept: dict[str, Any] = {"dialogue": dialogue.pk, "pid": who.pid, "channel": who.channel}
        try:
            if "forget" in request.POST:
                services.withdraw_declarations(**kept)
            else:
                services.declare(answers=form.answers(), **kept)
        except services.RefusedError:
            return problem(
                request, dialogue, 410, _("This dialogue takes no answers just now."),
                _("What you said of yourself was not changed."),
            )  # fmt: skip
        return redirect(address(dialogue, "about_you", saved=1))
    words = {
        "dialogue": dialogue,
        "who": who,
        "form": form,
        "said": said,
        "saved": request.method == "GET" and request.GET.get("saved") == "1",
    }
    response = render(request, "dialogue/about_you.html", words, status=422 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response
