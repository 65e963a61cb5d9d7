"""Commitments: find them, note one, tell how it goes."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.commitments import CommitmentForm, FilterForm, TellForm
from baithak.coordination.models import Commitment
from baithak.coordination.queries import commitments as queries
from baithak.coordination.services import commitments as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views.names import looked, show
from baithak.network import sharing
from baithak.network.models import Place
from baithak.web.gate import gate

__all__ = ["begin", "edit", "listing", "narrow", "page", "share", "tell"]

ROWS = 30
_SOURCES = ("takeaway", "decision", "request", "because")


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every commitment the viewer may see, narrowed by what stands in the address."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET.dict()
    found = queries.commitments(viewer, asked)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    form = FilterForm(asked, places=queries.places(viewer), owners=list(queries.keepers(viewer)))
    words = {
        "page": page,
        "rows": [(one, queries.owner_words(viewer, one)) for one in page.object_list],
        "form": form,
        "narrowed": any(asked.get(name) for name in (*form.fields, "workshop")),
        "places": queries.places_to_write_in(viewer),
        "own": queries.own_places(viewer),
    }
    return render(request, "coordination/commitments.html", words)


@gate("coordination.see", on=queries.commitment)
@require_GET
def page(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """One commitment."""
    return _page(request, commitment)


def _page(
    request: HttpRequest, commitment: Commitment, status: int = 200, **words: Any
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    words = {
        "commitment": commitment,
        "owner": queries.owner_words(viewer, commitment),
        "origin": queries.origin(viewer, commitment),
        "action": queries.action_of(viewer, commitment),
        "steps": queries.steps(viewer, commitment),
        "may": {
            act: rules.test_rule(f"coordination.{act}", viewer, commitment)
            for act in ("edit", "tell", "share", "narrow")
        },
        "tell_form": TellForm(commitment=commitment),
        **sharing.sharing(request, commitment, words.pop("share_form", None)),
        **words,
    }
    return render(request, "coordination/commitment.html", words, status=status)


@gate("coordination.commit")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new one: of a takeaway, a decision, a request, a finding, or of nothing else."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "") for name in _SOURCES if request.GET.get(name)}
    origin = queries.source(viewer, asked) if asked else None
    if asked and origin is None and "because" not in asked:
        raise Http404
    places = [
        place
        for place in queries.places_to_write_in(viewer)
        if origin is None or not origin.places or place.pk in origin.places
    ]
    if not places:
        raise PermissionDenied("coordination.commit")
    place = _chosen(places, request.GET.get("place", ""))
    if place is None:
        words = {"places": places, "origin": origin}
        return render(request, "coordination/commitment_place.html", words)
    return _begin(request, place, origin)


def _chosen(places: list[Place], slug: str) -> Place | None:
    """The place of the address, or the only one there is."""
    named = [place for place in places if place.slug == slug]
    return next(iter(named or (places if len(places) == 1 else ())), None)


def _begin(request: HttpRequest, place: Place, origin: queries.Origin | None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    language = request.GET.get("language", "") or (origin.language if origin else "")
    prefilled = {"title": origin.text[:400]} if origin and origin.kind != "finding" else {}
    form = CommitmentForm(
        request.POST if request.method == "POST" else None,
        owners=queries.owners(viewer, place),
        actions=queries.actions(viewer, place),
        language=language,
        initial=prefilled,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(
                place=place, origin=origin, by=viewer, looked=looked(request), **form.told()
            )
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Noted. Your team and who keeps it see it so far."))
            return redirect(made)
    words = {
        "form": form,
        "place": place,
        "origin": origin,
        "commitment": None,
        "no_owner": not queries.owners(viewer, place).exists(),
    }
    return render(
        request, "coordination/commitment_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.commitment)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """Other words, another owner, another day, another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = CommitmentForm(
        request.POST if request.method == "POST" else None,
        thing=commitment,
        owners=queries.owners(viewer, commitment.place),
        actions=queries.actions(viewer, commitment.place),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(commitment=commitment, by=viewer, looked=looked(request), **form.told())
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(commitment)
    words = {
        "form": form,
        "place": commitment.place,
        "origin": queries.origin(viewer, commitment),
        "commitment": commitment,
    }
    return render(
        request, "coordination/commitment_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.tell", on=queries.commitment)
@require_POST
def tell(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """A line of how it goes, and how far it is."""
    form = TellForm(request.POST, commitment=commitment)
    if form.is_valid():
        try:
            services.tell(
                commitment=commitment,
                by=request.viewer,  # type: ignore[attr-defined]
                looked=looked(request),
                **form.cleaned_data,
            )
        except NamesError as found:
            show(form, found)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{commitment.get_absolute_url()}#progress")
    return _page(request, commitment, 422, tell_form=form)


@gate("coordination.share", on=queries.commitment)
@require_POST
def share(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, commitment)
    if form is None:
        return redirect(commitment)
    return _page(request, commitment, 422, share_form=form)


@gate("coordination.narrow", on=queries.commitment)
@require_POST
def narrow(request: HttpRequest, commitment: Commitment) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, commitment)
    return redirect(commitment)
