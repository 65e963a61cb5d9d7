"""Other hubs: whose bundles are taken; send one, look at one, take it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.exchange import uploaded
from baithak.exchange.bundle import fingerprint
from baithak.exchange.forms.files import BundleForm, TrustForm
from baithak.exchange.queries import hubs as queries
from baithak.exchange.services import hubs as services
from baithak.exchange.signing import hub_key
from baithak.exchange.words import beyond_limit, troubles
from baithak.network.models import Place
from baithak.network.refusal import RefusedError
from baithak.network.sign_in import recently_proved
from baithak.web import uploads
from baithak.web.gate import gate
from baithak.web.limited import EngineError, LimitError, limited

__all__ = ["forget", "page", "receive", "send", "trust"]

_LARGEST = 5 * 1024 * 1024
_NAME, _SALT = "bundle", "baithak.exchange.bundle"


def _say_no(code: str) -> str:
    return {
        "nothing_public": _("Nothing of this hub is published to everybody yet."),
        "not_trusted": _("This hub is no longer trusted: its bundle was not taken."),
        "older": _("A newer bundle of this hub is here already: ask for the newest one."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _page(request: HttpRequest, place: Place, status: int = 200, **words: Any) -> HttpResponse:
    words = {
        "place": place,
        "trusted": queries.trusted(place),
        "waiting": queries.trust_waiting(place),
        "sent": queries.sent(place)[:10],
        "public": queries.own_public(place).count(),
        "key": fingerprint(hub_key().public_key()),
        "origin": f"{request.scheme}://{request.get_host()}",
        "officer": request.viewer.has("hub_secretariat", place),  # type: ignore[attr-defined]
        "trust_form": TrustForm(),
        "bundle_form": BundleForm(),
        **words,
    }
    return render(request, "exchange/hubs.html", words, status=status)


@gate("exchange.see_hubs", on=queries.hub)
@require_GET
def page(request: HttpRequest, place: Place) -> HttpResponse:
    """Whose practices come in, which of ours went out."""
    return _page(request, place)


@gate("exchange.trust_hub", on=queries.hub)
@require_POST
def trust(request: HttpRequest, place: Place) -> HttpResponse:
    """Ask to take the bundles of another hub."""
    form = TrustForm(request.POST)
    if form.is_valid():
        try:
            services.ask_trust(place=place, by=request.viewer, **form.cleaned_data)  # type: ignore[attr-defined]
        except ValidationError as trouble:
            form.add_error(None, trouble)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. A second person in another role confirms it."))
            return redirect("exchange:hubs", place=place.slug)
    return _page(request, place, 422, trust_form=form)


@gate("exchange.trust_hub", on=queries.hub)
@require_POST
def forget(request: HttpRequest, place: Place) -> HttpResponse:
    """Take no more bundles of a hub."""
    origin = request.POST.get("origin", "").replace("\0", "")
    found = queries.trusted(place).filter(origin=origin).first()
    if found is not None:
        services.forget_hub(trusted=found, by=request.viewer)  # type: ignore[attr-defined]
        messages.success(request, _("No more bundles of it are taken. What came from it stays."))
    return redirect("exchange:hubs", place=place.slug)


@gate("exchange.send_bundle", on=queries.hub)
@require_POST
@recently_proved
def send(request: HttpRequest, place: Place) -> HttpResponse:
    """Sign what everybody may see, as one file."""
    try:
        sent, content = services.send(
            place=place,
            origin=f"{request.scheme}://{request.get_host()}",
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
        return redirect("exchange:hubs", place=place.slug)
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{place.slug}-{sent.number}.zip"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def read(content: bytes, place: Place) -> dict[str, Any]:
    """What a bundle says, once its signature is that of a trusted hub; read in its own process (R21)."""
    cities = [{"name": c.name, "country": c.country} for c in queries.known_cities()]
    keys = {hub.origin: hub.key for hub in queries.trusted(place)}
    told: dict[str, Any] = limited(
        "baithak.exchange.uploaded:bundle", uploaded.parcel(content, keys=keys, cities=cities)
    )
    newest = queries.trusted(place).get(origin=told["origin"]).last_number
    if told["number"] < newest:
        raise EngineError("bundle.older", value=told["number"], expected=newest)
    return told


@gate("exchange.receive_bundle", on=queries.hub)
@require_POST
def receive(request: HttpRequest, place: Place) -> HttpResponse:
    """First the bundle is looked at; a second press takes it."""
    if request.POST.get("held"):
        return _take(request, place)
    form = BundleForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, place, 422, bundle_form=form)
    file = form.cleaned_data["file"]
    if file.size > _LARGEST:
        form.add_error("file", _("The file is larger than 5 MB: no bundle is."))
        return _page(request, place, 422, bundle_form=form)
    folder = uploads.hold({_NAME: file})
    try:
        told = read((folder / _NAME).read_bytes(), place)
    except EngineError as error:
        uploads.drop(folder)
        return _page(request, place, 422, **troubles(error))
    except LimitError as limit:
        uploads.drop(folder)
        return _page(request, place, 422, problems=[beyond_limit(limit)])
    held = {"folder": folder.name, "user": request.user.pk, "place": place.pk}
    return _page(
        request,
        place,
        told=told,
        plan=services.look(place=place, told=told),
        held=signing.dumps(held, salt=_SALT),
    )


def _take(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    if (held.get("user"), held.get("place")) != (request.user.pk, place.pk) or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return redirect("exchange:hubs", place=place.slug)
    try:
        plan = services.take(
            place=place,
            told=read((folder / _NAME).read_bytes(), place),
            by=request.viewer,  # type: ignore[attr-defined]
        )
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    except (EngineError, LimitError):
        messages.error(
            request, _("Something changed since you looked at the file: look at it again.")
        )
    else:
        told = {"new": len(plan.additions), "changed": len(plan.updates)}
        messages.success(request, _("Taken: %(new)d new, %(changed)d brought up to date.") % told)
    finally:
        uploads.drop(folder)
    return redirect("exchange:hubs", place=place.slug)
