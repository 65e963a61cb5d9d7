"""The short way: what residents send most often passes only the layers it needs.

A card and an answer carry no session, no account and no message; the answer is guarded by the proof
of its own form (``tokens``). The layers for those things would look for them in vain, at the price of
a fifth of the request. So these two pages pass the language alone, between the headers and the gate.
Whoever has a session cookie goes the long way: for them the layers do something.

What goes this way is packed small where the browser can unpack it. That tells a listener nothing by
its length: no such page repeats what a stranger could have sent.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from baithak.network.scope import PUBLIC

__all__ = ["short_way"]

Answer = Callable[[HttpRequest], HttpResponse]

#: The next card, and an answer.
_SHORT = re.compile(r"/[a-z]{2}/d/[a-z0-9]+/(?:vote/)?\Z")
#: Bytes that are sent as they are: packing would gain nothing.
_SMALL = 400


def short_way(answer: Answer) -> Answer:
    """Send cards and answers of people without a session past the layers they do not need."""
    short = _short_chain()

    def on_its_way(request: HttpRequest) -> HttpResponse:
        if (
            _SHORT.match(request.path_info) is None
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or request.method not in {"GET", "POST"}
        ):
            return answer(request)
        request.get_host()  # refuses a host that is not ours, as the long way does
        request.user = AnonymousUser()
        request.viewer = PUBLIC  # type: ignore[attr-defined]
        request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
        response = short(request)
        _pack(request, response)
        if not response.streaming:
            response.setdefault("Content-Length", str(len(response.content)))
        patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
        return response

    return on_its_way


def _short_chain() -> Answer:
    """The view, found by its address, inside the language; no other layer."""
    handler = BaseHandler()
    handler._view_middleware = []  # type: ignore[attr-defined]
    handler._template_response_middleware = []  # type: ignore[attr-defined]
    handler._exception_middleware = []  # type: ignore[attr-defined]
    view = convert_exception_to_response(handler._get_response)  # type: ignore[attr-defined]
    chain: Answer = convert_exception_to_response(LocaleMiddleware(view))  # type: ignore[assignment]
    return chain


def _pack(request: HttpRequest, response: HttpResponse) -> None:
    if (
        response.streaming
        or len(response.content) < _SMALL
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or response.has_header("Content-Encoding")
    ):
        return
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    response.content = packer.compress(response.content) + packer.flush()
    response["Content-Encoding"] = "gzip"
