"""The shelf: what lies there, one thing of it, its file; put on it, changed, taken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange import guide
from baithak.exchange.forms.resources import RemoveForm, ResourceForm
from baithak.exchange.models import Resource, ResourceKind
from baithak.exchange.queries import practices
from baithak.exchange.queries import resources as queries
from baithak.exchange.records import LANGUAGES
from baithak.exchange.services import resources as services
from baithak.exchange.shelf import step_words
from baithak.exchange.views.said import saved
from baithak.network import sharing
from baithak.network.models import Visibility
from baithak.network.refusal import RefusedError
from baithak.web import files
from baithak.web.gate import gate

__all__ = ["add", "edit", "file", "listing", "narrow", "page", "remove", "share"]

ROWS = 30


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "waits": _("A request to show it to more people waits. Withdraw the request, then remove it."),
        "shipped": _("This came with the hub and is changed there. Let fewer people see it instead."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))  # fmt: skip


@gate("exchange.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The shelf as far as the viewer may see it, by step; ``?step= ?language= ?kind=`` narrow it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    known = {"step": guide.CODES, "language": LANGUAGES, "kind": ResourceKind.values}
    asked = {name: request.GET.get(name, "") for name in known}
    asked = {name: code if code in known[name] else "" for name, code in asked.items()}
    page = Paginator(queries.resources(viewer, **asked), ROWS).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "groups": [
            (code, step_words(code), list(rows))
            for code, rows in groupby(page, key=lambda one: one.step)
        ],
        "asked": asked,
        "narrowed": any(asked.values()),
        "steps": guide.STEPS,
        "languages": LANGUAGES,
        "kinds": ResourceKind.choices,
        "may_add": rules.test_rule("exchange.add_resource", viewer, None),
    }
    return render(request, "exchange/resources.html", words)


@gate("exchange.see", on=queries.resource)
@require_GET
def page(request: HttpRequest, resource: Resource) -> HttpResponse:
    """One thing of the shelf."""
    return _page(request, resource)


def _page(
    request: HttpRequest, resource: Resource, status: int = 200, **words: Any
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    acts = ("edit_resource", "share_resource", "narrow")
    words = {
        "resource": resource,
        "step": guide.step(resource.step),
        "may": {act: rules.test_rule(f"exchange.{act}", viewer, resource) for act in acts},
        "remove_form": RemoveForm(),
        **sharing.sharing(request, resource, words.pop("share_form", None)),
        **words,
    }
    return render(request, "exchange/resource.html", words, status=status)


@gate("exchange.see", on=queries.with_file)
@require_GET
def file(request: HttpRequest, resource: Resource) -> FileResponse:
    """Its file, for whoever may see the row: always a download."""
    public = resource.visibility == Visibility.PUBLIC  # with a sign-in no cache keeps it anyway
    return files.serve(queries.stored(resource), resource.title, public=public)


@contextmanager
def _kept(form: ResourceForm) -> Iterator[files.Kept | None]:
    """The form's file, looked at and kept; forgotten again where nothing comes of it."""
    upload = form.cleaned_data["file"]
    kept = files.keep(upload) if upload else None
    try:
        yield kept
    except BaseException:
        if kept:
            files.forget(kept.name)
        raise


def _put(form: ResourceForm, write: Any, **told: Any) -> Resource | None:
    """What the service made of the form; none where it was refused, and the form says why."""
    try:
        with _kept(form) as kept:
            resource: Resource = write(**form.told(), **told, file=kept)
    except files.FileError as trouble:
        form.add_error("file", files.file_words(trouble.code, **trouble.params))
    except RefusedError as refusal:
        form.add_error(None, _say_no(refusal.code))
    except ValidationError as trouble:
        sharing.refuse(form, trouble)
    else:
        return resource
    return None


@gate("exchange.add_resource")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A link or a file of one of the viewer's places."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = ResourceForm(*_sent(request), places=practices.places_to_write_in(viewer))
    if request.method == "POST" and form.is_valid():
        resource = _put(form, services.add, by=viewer)
        if resource is not None:
            messages.success(request, _("It lies on the shelf. Only your team sees it so far."))
            return redirect(resource)
    return _form_page(request, form, None)


@gate("exchange.edit_resource", on=queries.resource)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Other words, another link, another file."""
    form = ResourceForm(*_sent(request), resource=resource)
    if request.method == "POST" and form.is_valid():
        changed = _put(form, services.change, resource=resource, by=request.viewer)  # type: ignore[attr-defined]
        if changed is not None:
            saved(request, _("Saved."), resource, changed)
            return redirect(resource)
    return _form_page(request, form, resource)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _form_page(request: HttpRequest, form: ResourceForm, resource: Resource | None) -> HttpResponse:
    words = {"form": form, "resource": resource}
    return render(request, "exchange/resource_form.html", words, status=422 if form.errors else 200)


@gate("exchange.share_resource", on=queries.resource)
@require_POST
def share(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, resource)
    return redirect(resource) if form is None else _page(request, resource, 422, share_form=form)


@gate("exchange.narrow", on=queries.resource)
@require_POST
def narrow(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, resource)
    return redirect(resource)


@gate("exchange.edit_resource", on=queries.resource)
@require_POST
def remove(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Off the shelf for good, after a tick."""
    form = RemoveForm(request.POST)
    if not form.is_valid():
        form.errors.clear()
        form.add_error("sure", _("Tick this first: what is removed does not come back."))
        return _page(request, resource, 422, remove_form=form)
    try:
        services.remove(resource=resource, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
        return redirect(resource)
    messages.success(request, _("It is removed from the shelf."))
    return redirect("exchange:resources")
