"""From draft to published, and to its end: ask, judge, take back, retire, narrow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.differences import differences
from baithak.exchange.forms.reviews import AskReviewForm, JudgeForm, RetireForm
from baithak.exchange.models import Practice, Version
from baithak.exchange.portrait import of_version
from baithak.exchange.queries import practices as queries
from baithak.exchange.services import practices, publishing
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["ask", "judge", "listing", "narrow", "republish", "retire", "take_back"]


def _say_no(trouble: Exception) -> str:
    """Why a service refused, in words with a remedy."""
    if isinstance(trouble, ValidationError):
        return " ".join(trouble.messages)
    if isinstance(trouble, PermissionDenied):
        return str(trouble)
    return {
        "copy": _(
            "It comes from elsewhere and is changed there. Write your own version of it instead."
        ),
        "nothing_in_work": _("Nothing is in work: begin the next version first."),
        "in_review": _("Somebody of another city reads it now. Take it back first to change it."),
        "no_source": _("It has no source yet. Add at least one, then ask again."),
        "no_owner": _("Nobody looks after it any more. Hand it to somebody of your team first."),
        "author": _("You wrote it, so somebody else must judge it."),
        "not_in_review": _(
            "It is not in review any more. Reload the page to see how things stand."
        ),
        "not_published": _("It is not published, so it cannot be narrowed or retired."),
    }.get(
        getattr(trouble, "code", ""),
        _("This is not possible any more. Reload the page to see how things stand."),
    )


_NO = (RefusedError, ValidationError, PermissionDenied)


@gate("exchange.ask_review", on=queries.practice)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Ask that it is reviewed, then shown to others; the page says which three people it takes."""
    form = AskReviewForm(request.POST if request.method == "POST" else None, practice=practice)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.ask_review(
                practice=practice,
                aim=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except _NO as trouble:
            form.add_error(None, _say_no(trouble))
        else:
            messages.success(
                request, _("Asked. A second person in another role confirms within a day.")
            )
            return redirect(practice)
    words = {"practice": practice, "form": form}
    return render(request, "exchange/ask_review.html", words, status=422 if form.errors else 200)


@gate("exchange.ask_review", on=queries.practice)
@require_POST
def take_back(request: HttpRequest, practice: Practice) -> HttpResponse:
    """The place takes its version out of review."""
    try:
        publishing.take_back(practice=practice, by=request.viewer)  # type: ignore[attr-defined]
    except _NO as trouble:
        messages.error(request, _say_no(trouble))
    else:
        messages.success(request, _("It is a draft again, and your team can change it."))
    return redirect(practice)


@gate("exchange.see_reviews")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for the viewer's judgement."""
    waiting = queries.to_review(request.viewer)  # type: ignore[attr-defined]
    page = Paginator(waiting, 30).get_page(request.GET.get("page"))
    return render(request, "exchange/reviews.html", {"page": page})


@gate("exchange.review", on=queries.review)
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, version: Version) -> HttpResponse:
    """Read the version whole, then approve it or send it back."""
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _judged(request, version, form)
        if done is not None:
            return done
    viewer = request.viewer  # type: ignore[attr-defined]
    previous = queries.previous(viewer, version)
    words = {
        "edition": version,  # the footer says the version of Baithak
        "portrait": of_version(version),
        "previous": previous,
        "changes": differences(previous.data, version.data) if previous else (),
        "form": form,
    }
    return render(request, "exchange/judge.html", words, status=422 if form.errors else 200)


def _judged(request: HttpRequest, version: Version, form: JudgeForm) -> HttpResponse | None:
    approves = form.cleaned_data["verdict"] == "approve"
    words: dict[str, Any] = {
        "version": version,
        "text": form.cleaned_data["text"],
        "by": request.viewer,  # type: ignore[attr-defined]
    }
    try:
        if approves:
            publishing.approve(**words)
        else:
            publishing.send_back(**words)
    except ValidationError as trouble:
        told = trouble.message_dict if hasattr(trouble, "error_dict") else {}
        form.add_error("text" if "text" in told else None, " ".join(trouble.messages))
        return None
    except (RefusedError, PermissionDenied) as trouble:
        form.add_error(None, _say_no(trouble))
        return None
    if approves:
        messages.success(request, _("Published. Thank you for reading it."))
        return redirect(version.practice)
    messages.success(request, _("Sent back to its authors, with your words."))
    return redirect("exchange:reviews")


@gate("exchange.retire", on=queries.practice)
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Say that it is no longer done or no longer holds; the page stays."""
    form = RetireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            practices.retire(
                practice=practice,
                because=form.cleaned_data["because"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except _NO as trouble:
            form.add_error(None, _say_no(trouble))
        else:
            messages.success(request, _("Retired. Its page stays and says why."))
            return redirect(practice)
    words = {"practice": practice, "form": form}
    return render(request, "exchange/retire.html", words, status=422 if form.errors else 200)


@gate("exchange.republish", on=queries.practice)
@require_POST
def republish(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Take the retirement back."""
    try:
        practices.republish(practice=practice, by=request.viewer)  # type: ignore[attr-defined]
    except _NO as trouble:
        messages.error(request, _say_no(trouble))
    else:
        messages.success(request, _("Published again, for those who could see it before."))
    return redirect(practice)


@gate("exchange.narrow", on=queries.practice)
@require_POST
def narrow(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Fewer people see what is published, at once."""
    try:
        practices.narrow(
            practice=practice,
            to=request.POST.get("to", ""),
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except _NO as trouble:
        messages.error(request, _say_no(trouble))
    else:
        messages.success(request, _("From now on fewer people see it."))
    return redirect(practice)
