"""Pages of organisations of a place."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from rules import test_rule

from baithak.network import forms, queries, services, sharing
from baithak.network.models import Place
from baithak.network.views.pages import form_page
from baithak.web.gate import gate

#: Rows on a page of a list.
ROWS = 50


@gate("network.see_organisations", on=queries.place_of_members)
@require_safe
def organisations(request: HttpRequest, place: Place) -> HttpResponse:
    """Organisations of a place."""
    found = queries.organisations(request.viewer, place)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    adds = test_rule("network.add_organisation", request.viewer, place)
    words = {
        "place": place,
        "page": page,
        "adds": adds,
        "look_alikes": queries.look_alike_organisations(request.viewer, place),
    }
    return render(request, "network/organisations.html", words)


@gate("network.add_organisation", on=queries.place_of_members)
@require_http_methods(["GET", "POST"])
def add_organisation(request: HttpRequest, place: Place) -> HttpResponse:
    """Write down an organisation."""
    form = forms.OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_organisation(**form.cleaned_data, place=place, by=request.viewer)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("The organisation is in the list."))
            return redirect("network:organisations", place=place.slug)
    return form_page(request, "network/add_organisation.html", form, place=place)
