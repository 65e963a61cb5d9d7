"""A shelf of files behind the hub's own middleware, and a careless page that embeds them."""

from __future__ import annotations

import io

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpResponse
from django.urls import path

from baithak.web.files import Stored, serve

__all__ = ["BARE", "SHELF", "urlpatterns"]

#: Key to what is served there, and whether pages may show it in place.
SHELF: dict[str, tuple[Stored, bool]] = {}
#: Key to content and media type, served as a careless hub would.
BARE: dict[str, tuple[bytes, str]] = {}

_EMBED = (
    '<iframe src="{0}"></iframe><object data="{0}"></object><embed src="{0}"><img src="{0}">'
    '<script src="{0}"></script><link rel="stylesheet" href="{0}">'
)


@login_not_required
def file(request, key):
    stored, inline = SHELF[key]
    return serve(stored, f"Guide {key}", public=True, inline=inline)


@login_not_required
def bare(request, key):
    content, media_type = BARE[key]
    return _careless(FileResponse(io.BytesIO(content), content_type=media_type))


@login_not_required
def page(request, kind, keys):
    body = "".join(_EMBED.format(f"/{kind}/{key}") for key in keys.split(","))
    return _careless(HttpResponse(f"<!doctype html><html><body>{body}</body></html>"))


def _careless(response):
    """None of the hub's headers that stop programs."""
    response._csp_exempt = True
    response.xframe_options_exempt = True
    response["X-Content-Type-Options"] = ""
    return response


urlpatterns = [
    path("file/<str:key>", file),
    path("bare/<str:key>", bare),
    path("page/<str:kind>/<str:keys>", page),
]
