"""The draw in public: what was promised, what chance showed, who sits, how to check it (R17).

And the few acts of the team around it: write down what chance showed (two witnesses), ask for a
further draw (two people), let the list be made once more.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network.sign_in import recently_proved
from baithak.panel import analysis, queries, services
from baithak.panel.forms import AgainForm, RandomnessForm
from baithak.panel.models import Category, Draw, Panel
from baithak.panel.views.setup import confirm, overview_page
from baithak.panel.views.words import refused, said
from baithak.web.gate import gate, public

__all__ = [
    "again", "confirm_again", "confirm_draw", "document", "page", "try_again", "verifier",
    "write_down",
]  # fmt: skip

_FOR_EVERYBODY = "everybody can follow and check the draw"


def _table(draw: Draw, categories: list[Category]) -> list[dict[str, Any]]:
    """The panel by category and answer, as it was kept when it was drawn."""
    told = {row["feature"]: row for row in draw.figures}
    return [
        {
            "category": category,
            "rows": [
                {**told[feature.pk], "feature": feature}
                for feature in category.features.all()
                if feature.pk in told
            ],
        }
        for category in categories
    ]


@public(_FOR_EVERYBODY, on=queries.public_panel)
@require_GET
def page(request: HttpRequest, panel: Panel) -> HttpResponse:
    """All draws of a panel, the newest first."""
    known = queries.categories(panel.pk)
    draws = queries.draws(panel, published=True)
    words = {
        "panel": panel,
        "draws": [
            {"draw": draw, "table": _table(draw, known), "chances": analysis.chance_words(draw)}
            for draw in draws
        ],
        "quotas": known,
        "link": request.build_absolute_uri(f"/p/{panel.code}/draw/"),
    }
    return render(request, "panel/draw.html", words)


_KINDS = {"commitment": queries.commitment_of, "receipt": queries.receipt_of}


def _document(viewer: Any, *, code: str, number: int, kind: str) -> tuple[Draw, str] | None:
    found = queries.public_draw(viewer, code=code, number=number)
    return None if found is None or kind not in _KINDS else (found, kind)


@public(_FOR_EVERYBODY, on=_document)
@require_GET
def document(request: HttpRequest, thing: tuple[Draw, str]) -> HttpResponse:
    """The commitment with every listed panel, or the receipt, as files."""
    draw, kind = thing
    body = _KINDS[kind](draw)
    if not body:
        raise Http404
    response = HttpResponse(body, content_type="application/json")
    name = f"panel-{draw.panel.code}-draw-{draw.number}-{kind}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@public("the program that checks a draw without Baithak")
@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """One file of plain Python."""
    response = HttpResponse(analysis.verifier(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_draw.py"'
    return response


# --- chance, with two witnesses
@gate("panel.ask_to_draw", on=queries.panel)
@require_POST
def write_down(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The first witness writes down what chance showed."""
    form = RandomnessForm(request.POST)
    if form.is_valid():
        try:
            services.ask_to_draw(
                panel=panel, randomness=form.cleaned_data["randomness"], by=request.viewer
            )
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error("randomness", said(trouble))
        else:
            messages.success(
                request, _("Written down. A second witness in another role confirms the same.")
            )
            return redirect(panel)
    return overview_page(request, panel, randomness=form, status=422)


@gate("panel.confirm_draw", on=queries.panel)
@require_POST
@recently_proved
def confirm_draw(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The second witness has seen the same; the panel is drawn."""
    done = _("The panel is drawn. Everybody can see it on the draw's page.")
    return confirm(request, panel, queries.DRAW_VERB, done)


# --- a further draw
@gate("panel.ask_again", on=queries.panel)
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Ask for replacements, or for the whole panel once more: a new number, never instead."""
    form = AgainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.ask_again(
                panel=panel,
                kind=told["kind"],
                reason=told["reason"],
                source=told["source"],
                name=told["source_name"],
                known_from=told["source_at"],
                by=request.viewer,
            )
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error(None, said(trouble))
        else:
            messages.success(
                request,
                _("Asked. The draw is prepared when a second person in another role confirms."),
            )
            return redirect(panel)
    words = {"panel": panel, "form": form, "seats": queries.seats(panel)}
    return render(request, "panel/again.html", words, status=422 if form.errors else 200)


@gate("panel.confirm_draw", on=queries.panel)
@require_POST
@recently_proved
def confirm_again(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The second person confirms; the worker makes the new list and publishes it."""
    done = _("Confirmed. The new list is published on the draw's page in a moment.")
    return confirm(request, panel, queries.AGAIN_VERB, done)


@gate("panel.try_again", on=queries.panel)
@require_POST
def try_again(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Let the list be made once more."""
    try:
        services.try_again(panel=panel, by=request.viewer)
    except services.RefusedError as refusal:
        messages.error(request, refused(refusal.code))
    else:
        messages.success(request, _("The list is being made once more."))
    return redirect(panel)
