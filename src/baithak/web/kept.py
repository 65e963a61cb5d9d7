"""Pages that everybody sees alike, kept by each worker for some seconds (``PAGES_KEPT``).

A view says so with ``@kept``. Kept is only what was made for somebody without any cookie but that of the
language, and what gives nobody a cookie: a page with a form, a session or a participant never is. What
a page shows may be as old as that, also when its subject has just been closed or made narrower.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

__all__ = ["forget", "kept", "kept_pages"]

Answer = Callable[[HttpRequest], HttpResponse]

#: Pages of one worker; more, and it begins anew.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Page:
    until: float
    mark: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes


_pages: dict[tuple[str, ...], _Page] = {}


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Everybody who comes without a cookie sees the same here, for as long as pages are kept."""

    @wraps(view)
    def marked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        response.may_be_kept = True  # type: ignore[attr-defined]
        return response

    return marked


def forget() -> None:
    """Let go of all pages."""
    _pages.clear()


def kept_pages(answer: Answer) -> Answer:
    """Answer with a kept page, or keep the one that is made now. The outermost layer of all."""

    def with_kept(request: HttpRequest) -> HttpResponse:
        name = _name(request) if settings.PAGES_KEPT else None
        if name is None:
            return answer(request)
        page = _pages.get(name)
        if page is None or page.until < time.monotonic():
            response = answer(request)
            page = _made(response)
            if page is None:
                return response
            if len(_pages) >= _MOST:
                _pages.clear()
            _pages[name] = page
        return _shown(request, page)

    return with_kept


def _name(request: HttpRequest) -> tuple[str, ...] | None:
    """What tells kept pages apart; ``None`` for a request whose answer is its own."""
    asked = request.META
    cookie = asked.get("HTTP_COOKIE", "")
    own = cookie and (";" in cookie or cookie.partition("=")[0] != settings.LANGUAGE_COOKIE_NAME)
    if request.method != "GET" or own or "HTTP_HX_REQUEST" in asked:
        return None
    return (
        request.path_info,
        asked.get("QUERY_STRING", ""),
        asked.get("HTTP_HOST", ""),
        asked.get("HTTP_X_FORWARDED_PROTO", ""),
    )


def _made(response: HttpResponse) -> _Page | None:
    if (
        not getattr(response, "may_be_kept", False)
        or response.status_code != 200
        or response.streaming
        or response.cookies
    ):
        return None
    body = response.content
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    told = {"content-length", "etag", "vary"}
    return _Page(
        until=time.monotonic() + settings.PAGES_KEPT,
        mark=f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        headers=tuple((key, value) for key, value in response.items() if key.lower() not in told),
        body=body,
        packed=packer.compress(body) + packer.flush(),
    )


def _shown(request: HttpRequest, page: _Page) -> HttpResponse:
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known and page.mark in known:
        response = HttpResponse(status=304)
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(page.packed)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(page.packed))
    else:
        response = HttpResponse(page.body)
        response.headers["Content-Length"] = str(len(page.body))
    for key, value in page.headers:
        response.headers[key] = value
    response.headers["ETag"] = page.mark
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    return response
