"""Looking back after a tense time or an exercise, and the commitments that come of it."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.look_backs import LookBackForm
from baithak.coordination.models import LookBack
from baithak.coordination.queries import look_backs as queries
from baithak.coordination.services import look_backs as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views.names import looked, show
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.web.gate import gate

__all__ = ["begin", "edit", "listing", "narrow", "page", "share"]

ROWS = 30
_ACTS = ("edit", "share", "narrow")
_PARTS = (
    ("expected", gettext_lazy("What we had planned")),
    ("happened", gettext_lazy("What happened, and what we did")),
    ("went_well", gettext_lazy("What went well")),
    ("change", gettext_lazy("What we change")),
    ("for_those_affected", gettext_lazy("What became of those affected")),
)


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every look back the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = queries.look_backs(viewer, request.GET.get("place", ""))
    words = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "writes": queries.places_to_write_in(viewer),
    }
    return render(request, "coordination/look_backs.html", words)


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """Write down what was learnt."""
    form = LookBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(
                place=place,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=looked(request),
                **form.told(),
            )
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(made)
    words = {"place": place, "form": form}
    return render(
        request, "coordination/look_back_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.look_back)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, look_back: LookBack) -> HttpResponse:
    """Write it anew, or in one more language."""
    form = LookBackForm(
        request.POST if request.method == "POST" else None,
        thing=look_back,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                look_back=look_back,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=looked(request),
                **form.told(),
            )
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(look_back)
    words = {"place": look_back.place, "form": form, "look_back": look_back}
    return render(
        request, "coordination/look_back_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.see", on=queries.look_back)
@require_GET
def page(request: HttpRequest, look_back: LookBack) -> HttpResponse:
    """What was learnt, and what was promised because of it."""
    return _page(request, look_back)


def _page(request: HttpRequest, look_back: LookBack, form: LevelForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "look_back": look_back,
        "parts": [(heading, told) for name, heading in _PARTS if (told := look_back.text(name))],
        "because": queries.because(look_back),
        "commitments": queries.commitments(viewer, look_back),
        "may": {act: rules.test_rule(f"coordination.{act}", viewer, look_back) for act in _ACTS},
        **sharing.sharing(request, look_back, form),
    }
    return render(request, "coordination/look_back.html", words, status=422 if form else 200)


@gate("coordination.share", on=queries.look_back)
@require_POST
def share(request: HttpRequest, look_back: LookBack) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, look_back)
    return redirect(look_back) if form is None else _page(request, look_back, form)


@gate("coordination.narrow", on=queries.look_back)
@require_POST
def narrow(request: HttpRequest, look_back: LookBack) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, look_back)
    return redirect(look_back)
