"""Plans: their list, their one page, their adoption, and how they go, for everybody."""

from __future__ import annotations

from functools import partial

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.plan.forms.plans import AdoptForm, LookBackForm, PlanForm
from baithak.plan.models import Plan
from baithak.plan.queries import indicators, reviews
from baithak.plan.queries import mandate as mandates
from baithak.plan.queries import plans as queries
from baithak.plan.services import plans as services
from baithak.plan.shown import shown
from baithak.plan.views.writing import arguments, saved, sheet
from baithak.web.gate import gate

__all__ = [
    "adopt",
    "edit",
    "listing",
    "look_back",
    "narrow",
    "new",
    "page",
    "progress",
    "run",
    "share",
]

ROWS = 30
_ACTS = ("edit", "translate", "adopt", "run", "look_back", "share", "narrow", "export", "import")


@gate("plan.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Plans the viewer may see; with ``?place=`` those of one place, and the way to its other pages."""
    viewer = request.viewer  # type: ignore[attr-defined]
    slug = request.GET.get("place", "")
    where = place_named(viewer, place=slug) if slug else None
    words = {
        "page": Paginator(queries.plans(viewer, slug), ROWS).get_page(request.GET.get("page")),
        "place": where,
        "may_begin": where is not None and rules.test_rule("plan.begin", viewer, where),
        "mandate": mandates.mandate(viewer, place=slug) if where is not None else None,
        "mine": [] if where is not None else list(queries.places_to_write_in(viewer)),
    }
    words["fragment"] = bool(request.headers.get("HX-Request"))
    response = render(request, f"plan/{'_rows' if words['fragment'] else 'list'}.html", words)
    patch_vary_headers(response, ["HX-Request"])
    return response


@gate("plan.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin a plan."""
    viewer = request.viewer  # type: ignore[attr-defined]
    told = reviews.reviews(viewer, place.slug)
    form = PlanForm(
        **arguments(request), reviews=told, initial={"review": request.GET.get("review", "")}
    )
    made = saved(request, form, lambda: services.begin(place=place, by=viewer, **form.told()))
    return sheet(request, "plan/plan_form.html", form, made, "", place=place)


@gate("plan.translate", on=queries.plan)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Write on a draft, or translate a plan."""
    viewer = request.viewer  # type: ignore[attr-defined]
    told = reviews.reviews(viewer, plan.place.slug)
    form = PlanForm(**arguments(request), reviews=told, thing=plan)
    act = partial(services.change, plan=plan, by=viewer)
    made = saved(request, form, lambda: act(**form.told()))
    return sheet(request, "plan/plan_form.html", form, made, "", place=plan.place, plan=plan)


@gate("plan.see", on=queries.plan)
@require_GET
def page(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A plan on one page."""
    return _page(request, plan)


def _page(request: HttpRequest, plan: Plan, form: LevelForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    parts = queries.drawn(viewer, plan)
    asked = [part.objective.challenge_id for part in parts if part.objective is not None]
    seen = reviews.seen_challenges(viewer, [pk for pk in asked if pk is not None])
    may = {act: rules.test_rule(f"plan.{act}", viewer, plan) for act in _ACTS}
    words = {
        "plan": plan,
        "place": plan.place,
        "parts": [
            (part, seen.get(part.objective.challenge_id or 0) if part.objective else None)
            for part in parts
        ],
        "contributions": queries.contributions(viewer, plan),
        "indicators": [shown(one) for one in indicators.of_plan(viewer, plan)],
        "review": reviews.review(viewer, review=plan.review_id) if plan.review_id else None,
        "lacks": queries.lacks(plan) if may["edit"] else [],
        "asked": queries.adoption_waiting(viewer, plan) if plan.is_draft else None,
        "languages": _languages(plan),
        "may": may,
        **sharing.sharing(request, plan, form),
    }
    return render(request, "plan/plan.html", words, status=422 if form else 200)


def _languages(plan: Plan) -> list[tuple[str, str, bool]]:
    """The place's languages: code, name, and whether the plan is told in it."""
    names = zip(plan.place.languages, plan.place.language_names, strict=True)
    return [(code, name, code in plan.texts) for code, name in names]


@gate("plan.adopt", on=queries.plan)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Ask a second person to adopt it, or see what is missing before."""
    viewer = request.viewer  # type: ignore[attr-defined]
    lacks = queries.lacks(plan)
    form = AdoptForm(request.POST if request.method == "POST" else None, plan=plan)
    act = partial(services.ask_to_adopt, plan=plan, by=viewer)
    if saved(request, form, lambda: act(**form.cleaned_data)) is not None:
        messages.success(
            request,
            _("Asked. The plan is adopted when a second person in another role confirms."),
        )
        return redirect(plan)
    words = {
        "plan": plan,
        "place": plan.place,
        "form": form,
        "blocks": [lack for lack in lacks if lack.blocks],
        "advice": [lack for lack in lacks if not lack.blocks],
        "asked": queries.adoption_waiting(viewer, plan),
    }
    return render(request, "plan/adopt.html", words, status=422 if form.errors else 200)


@gate("plan.run", on=queries.plan)
@require_POST
def run(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Set an adopted plan running."""
    try:
        services.run(plan=plan, by=request.viewer)  # type: ignore[attr-defined]
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
    else:
        messages.success(request, _("The plan is running."))
    return redirect(plan)


@gate("plan.look_back", on=queries.plan)
@require_http_methods(["GET", "POST"])
def look_back(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What came of it."""
    posted = request.POST if request.method == "POST" else None
    form = LookBackForm(posted, plan=plan, initial={"reviewed_on": timezone.localdate()})
    act = partial(services.look_back, plan=plan, by=request.viewer)  # type: ignore[attr-defined]
    made = saved(request, form, lambda: act(**form.cleaned_data))
    return sheet(request, "plan/look_back.html", form, made, "", plan=plan, place=plan.place)


@gate("plan.share", on=queries.plan)
@require_POST
def share(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, plan)
    return redirect(plan) if form is None else _page(request, plan, form)


@gate("plan.narrow", on=queries.plan)
@require_POST
def narrow(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, plan)
    return redirect(plan)


@gate("plan.see", on=queries.plan)
@require_GET
def progress(request: HttpRequest, plan: Plan) -> HttpResponse:
    """How it goes: for residents, wherever the plan is public."""
    told = queries.progress(request.viewer, plan)  # type: ignore[attr-defined]
    words = {"plan": plan, "place": plan.place, "progress": told, "languages": _languages(plan)}
    return render(request, "plan/progress.html", words)
