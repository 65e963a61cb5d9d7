"""Pages for what went wrong, and the health of the hub."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from baithak.web import health as hub_health
from baithak.web.gate import public


def _page(request: HttpRequest, status: int, **words: Any) -> HttpResponse:
    return render(request, "web/message_page.html", words, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return _page(
        request,
        404,
        heading=_("We cannot find this page"),
        what=_("The address may be mistyped, or what it showed is closed or not open to you."),
        remedy="" if signed_in else _("If you work with a city, signing in may open it."),
        sign_in="" if signed_in else resolve_url(settings.LOGIN_URL),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        heading=_("Your role does not allow this"),
        what=_("You may see this, but not do it."),
        remedy=_("Ask an officer of the place who can, or to give you the role."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        heading=_("This form was open too long"),
        what=_("For your safety a form expires. Nothing was changed."),
        remedy=_("Go back, reload the page and send the form again."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        400,
        heading=_("We could not read this request"),
        what=_("Your browser sent something the hub does not understand. Nothing was changed."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Must work with the database down: no context processors, no queries."""
    from django.template.loader import render_to_string

    words = {
        "heading": _("Something broke on our side"),
        "what": _(
            "Nothing was lost that we told you was saved. The fault stands in the hub's log."
        ),
        "remedy": _("Please try again in a minute."),
    }
    return HttpResponse(render_to_string("web/broken.html", words), status=500)


@public("monitors ask whether the hub is well; it tells no figure about people")
def health(request: HttpRequest) -> JsonResponse:
    findings = hub_health.findings()
    well = all(finding.well for finding in findings)
    return JsonResponse(
        {"well": well, "checks": {finding.name: finding.well for finding in findings}},
        status=200 if well else 503,
    )
