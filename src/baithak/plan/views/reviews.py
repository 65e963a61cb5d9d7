"""Reviews of challenges: one page for each step; the same challenge in other places."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.findings import finding
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.plan.forms.reviews import ChallengeForm, FeltForm, HowForm, LimitsForm
from baithak.plan.models import Challenge, Review
from baithak.plan.queries import plans
from baithak.plan.queries import reviews as queries
from baithak.plan.queries.actions import named_sources
from baithak.plan.rules import WRITERS
from baithak.plan.services import reviews as services
from baithak.plan.views.writing import arguments, saved, sheet
from baithak.web.gate import gate

__all__ = [
    "across",
    "add_challenge",
    "because",
    "edit_challenge",
    "felt",
    "finish",
    "index",
    "listing",
    "narrow",
    "new",
    "page",
    "remove_challenge",
    "share",
    "step",
]

ROWS = 30
#: What each step is called.
STEPS = {
    "how": gettext_lazy("How, and who was heard"),
    "challenges": gettext_lazy("Challenges"),
    "felt": gettext_lazy("How groups feel them"),
    "limits": gettext_lazy("What connects, and limits"),
}
_ACTS = ("edit_review", "share", "narrow")


@gate("plan.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Reviews the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    slug = request.GET.get("place", "")
    where = place_named(viewer, place=slug) if slug else None
    found = queries.reviews(viewer, slug)
    words = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "place": where,
        "may_begin": where is not None and rules.test_rule("plan.begin_review", viewer, where),
    }
    return render(request, "plan/reviews.html", words)


@gate("plan.see", on=queries.review)
@require_GET
def page(request: HttpRequest, review: Review) -> HttpResponse:
    """A review as it is told."""
    return _page(request, review)


def _page(request: HttpRequest, review: Review, form: LevelForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    told = list(queries.challenges(viewer, review))
    may = {act: rules.test_rule(f"plan.{act}", viewer, review) for act in _ACTS}
    words = {
        "review": review,
        "place": review.place,
        "challenges": [(one, _because(viewer, one)) for one in told],
        "drafts": list(plans.drafts_of(viewer, [review.place_id])) if may["edit_review"] else [],
        "steps": STEPS,
        "lacking": queries.lacking(review, told) if may["edit_review"] else [],
        "may": may,
        **sharing.sharing(request, review, form),
    }
    return render(request, "plan/review.html", words, status=422 if form else 200)


def _because(viewer: Any, challenge: Challenge) -> dict[str, Any]:
    found = finding(viewer, challenge.because) if challenge.because else None
    return {
        "finding": found,
        "text": challenge.because_text or (found.text if found else ""),
    }


# --- step by step
@gate("plan.begin_review", on=place_named)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin a review with its first step."""
    form = HowForm(**arguments(request), initial={"begins": timezone.localdate()})
    by = request.viewer  # type: ignore[attr-defined]
    made = saved(request, form, lambda: services.begin(place=place, by=by, **form.told()))
    then = _step(made, "challenges") if made is not None else ""
    words = {"place": place, "steps": STEPS, "here": "how"}
    return sheet(request, "plan/review_form.html", form, made, then, **words)


def _step(review: Review, name: str) -> str:
    return reverse("plan:review_step", kwargs={"review": review.pk, "step": name})


@gate("plan.edit_review", on=queries.step)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, step: queries.Step) -> HttpResponse:
    """A step of a review: its form, or its list of challenges."""
    review, viewer = step.review, request.viewer  # type: ignore[attr-defined]
    words = {"review": review, "place": review.place, "steps": STEPS, "here": step.name}
    words["after"] = step.after
    if step.name in ("challenges", "felt"):
        found = queries.challenges(viewer, review)
        words["challenges"] = [(one, _because(viewer, one)) for one in found]
        return render(request, f"plan/review_{step.name}.html", words)
    kind = {"how": HowForm, "limits": LimitsForm}[step.name]
    form = kind(**arguments(request), thing=review)
    act = partial(services.change, review=review, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    then = _step(review, step.after) if step.after else review.get_absolute_url()
    if made is not None and form.original:
        then = review.get_absolute_url()
    return sheet(request, "plan/review_form.html", form, made, then, **words)


@gate("plan.edit_review", on=queries.review)
@require_http_methods(["GET", "POST"])
def add_challenge(request: HttpRequest, review: Review) -> HttpResponse:
    """Name a challenge, perhaps because of a finding."""
    viewer = request.viewer  # type: ignore[attr-defined]
    given = request.GET
    form = ChallengeForm(
        **arguments(request),
        initial={"because": given.get("because", ""), "code": given.get("challenge", "")},
    )
    act = partial(services.add_challenge, review=review, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    because = str(form["because"].value() or "")
    words = {
        "review": review,
        "place": review.place,
        "finding": finding(viewer, because) if because else None,
    }
    then = _step(review, "challenges")
    return sheet(request, "plan/challenge_form.html", form, made, then, **words)


@gate("plan.edit_review", on=queries.challenge)
@require_http_methods(["GET", "POST"])
def edit_challenge(request: HttpRequest, challenge: Challenge) -> HttpResponse:
    """Say a challenge anew, or in another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ChallengeForm(**arguments(request), thing=challenge)
    act = partial(services.change_challenge, challenge=challenge, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    words = {
        "challenge": challenge,
        "review": challenge.review,
        "place": challenge.place,
        "finding": _because(viewer, challenge)["finding"],
    }
    then = _step(challenge.review, "challenges")
    return sheet(request, "plan/challenge_form.html", form, made, then, **words)


@gate("plan.edit_review", on=queries.challenge)
@require_POST
def remove_challenge(request: HttpRequest, challenge: Challenge) -> HttpResponse:
    """Take a challenge out."""
    try:
        services.remove_challenge(challenge=challenge, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, _("The challenge is taken out."))
    return redirect(_step(challenge.review, "challenges"))


@gate("plan.edit_review", on=queries.challenge)
@require_http_methods(["GET", "POST"])
def felt(request: HttpRequest, challenge: Challenge) -> HttpResponse:
    """How groups feel one challenge."""
    form = FeltForm(request.POST if request.method == "POST" else None, challenge=challenge)

    def act() -> Challenge:
        services.tell_how_it_is_felt(
            challenge=challenge,
            felt=form.felt(),
            by=request.viewer,  # type: ignore[attr-defined]
        )
        return challenge

    made = saved(request, form, act)
    words = {"challenge": challenge, "review": challenge.review, "place": challenge.place}
    then = _step(challenge.review, "felt")
    return sheet(request, "plan/felt_form.html", form, made, then, **words)


@gate("plan.edit_review", on=queries.review)
@require_POST
def finish(request: HttpRequest, review: Review) -> HttpResponse:
    """Finish a review, or say what it still lacks."""
    try:
        services.finish(review=review, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, _("The review is finished."))
    return redirect(review)


@gate("plan.share", on=queries.review)
@require_POST
def share(request: HttpRequest, review: Review) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, review)
    return redirect(review) if form is None else _page(request, review, form)


@gate("plan.narrow", on=queries.review)
@require_POST
def narrow(request: HttpRequest, review: Review) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, review)
    return redirect(review)


# --- the same challenge elsewhere
@gate("plan.list")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every challenge of the library with the places that named it."""
    named = queries.index(request.viewer)  # type: ignore[attr-defined]
    words = {
        "named": [one for one in named if one.places],
        "others": [one.code for one in named if not one.places],
    }
    return render(request, "plan/challenges.html", words)


@gate("plan.list")
@require_GET
def across(request: HttpRequest, code: str) -> HttpResponse:
    """What places say of one challenge, side by side."""
    if code not in queries.codes():
        raise Http404
    words = {"code": code, "challenges": queries.across(request.viewer, code=code)}  # type: ignore[attr-defined]
    return render(request, "plan/challenge_across.html", words)


#: What an address can name as the reason for an action.
_SOURCES = ("because", "practice", "adoption", "project")


@gate("plan.list")
@require_GET
def because(request: HttpRequest) -> HttpResponse:
    """From a finding, a practice, an adoption or a project into a review or a plan: where it could go."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = {name: request.GET[name][:128] for name in _SOURCES if request.GET.get(name)}
    places = viewer.places_as(WRITERS)
    led = named_sources(viewer, asked)
    words = {
        "named": asked.get("because", ""),
        "query": urlencode(asked),
        "led": led,
        "finding": led.finding,
        "reviews": list(queries.of_places(viewer, places)) if led.finding else [],
        "drafts": list(plans.drafts_of(viewer, places)) if led.finding else [],
        "plans": list(plans.open_of(viewer, places)) if led else [],
        "writes": bool(places),
    }
    return render(request, "plan/because.html", words)
