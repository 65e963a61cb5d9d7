"""Headers on every answer, and nothing kept by browsers of people who are signed in."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

#: Seconds, where whoever refused has not said.
RETRY = "300"
Answer = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
        "browsing-topics",
    )
)


def headers(answer: Answer) -> Answer:
    """Permissions-Policy and CORP everywhere; no-store wherever somebody is signed in."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.status_code == 429:  # the sign-in's own limits do not say when to come back
            response.setdefault("Retry-After", RETRY)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    return with_headers


def no_nul(answer: Answer) -> Answer:
    """NUL is a sign that nobody types and PostgreSQL refuses: left out of a query, 400 in a path."""

    def without_nul(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise BadRequest("a path with NUL")
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked:
            request.META["QUERY_STRING"] = asked.replace("%00", "")
            request.__dict__.pop("GET", None)
        return answer(request)

    return without_nul


class ContentPolicy(CSPMiddleware):
    """The content policy, written once: no page of this hub asks for a policy of its own.

    A page that does (by a decorator of ``csp``, or by asking for a nonce) gets it from the library.
    """

    _own = ("_csp_config", "_csp_config_ro", "_csp_exempt", "_csp_exempt_ro", "_csp_replace",
            "_csp_replace_ro", "_csp_update", "_csp_update_ro")  # fmt: skip
    _kept: tuple[object, str] = (None, "")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        policy = settings.CONTENT_SECURITY_POLICY
        kept, text = self._kept
        if (
            kept is policy
            and not settings.DEBUG
            and getattr(request, "_csp_nonce", None) is None
            and not any(name in response.__dict__ for name in self._own)
        ):
            response.setdefault(HEADER, text)
            return response
        response = super().process_response(request, response)
        alone = getattr(request, "_csp_nonce", None) is None and HEADER in response
        if alone and not any(name in response.__dict__ for name in self._own):
            self._kept = (policy, response[HEADER])
        return response
