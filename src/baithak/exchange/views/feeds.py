"""Doors for machines: feeds, the library as linked data, what search engines look for.

Only what everybody may see, whoever asks. Nothing is fetched: addresses of sources are told, never
followed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import condition, require_safe

from baithak import __version__
from baithak.exchange import linked_data
from baithak.exchange.exporting import KINDS
from baithak.exchange.feeds import MOST, Feed, atom, feed, json_feed
from baithak.exchange.models import Practice
from baithak.exchange.queries import public as queries
from baithak.exchange.records import library
from baithak.exchange.views.exports import rarely
from baithak.web.gate import gate
from baithak.web.gate import public as open_door

__all__ = ["dataset", "feed_atom", "feed_json", "robots", "sitemap"]


def _state(request: HttpRequest) -> str:
    """The same tag as long as nothing public has changed: it tells nothing of what is hidden."""
    told = f"{queries.digest(queries.public())} {request.build_absolute_uri()} {__version__}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


_unless_known = condition(etag_func=_state)


def _page_of(request: HttpRequest) -> Callable[[str], str]:
    """A practice's code to the full address of its page."""
    return lambda code: request.build_absolute_uri(
        reverse("exchange:practice", kwargs={"code": code})
    )


def _feed(request: HttpRequest) -> Feed:
    practices = sorted(queries.public(), key=_newest)[:MOST]
    return feed(
        (practice.record for practice in practices),
        library().taxonomy,
        title=gettext("Practices of cities"),
        home=request.build_absolute_uri(reverse("exchange:list")),
        here=request.build_absolute_uri(),
        address=_page_of(request),
        changed={p.code: p.changed_on for p in practices if p.changed_on},
        language=get_language() or "en",
    )


def _newest(practice: Practice) -> tuple[int, str]:
    return (-practice.changed_on.toordinal() if practice.changed_on else 0, practice.code)


@gate("exchange.list")
@require_safe
@rarely
@_unless_known
def feed_atom(request: HttpRequest) -> HttpResponse:
    """What is new, for feed readers."""
    return HttpResponse(atom(_feed(request)), content_type="application/atom+xml; charset=utf-8")


@gate("exchange.list")
@require_safe
@rarely
@_unless_known
def feed_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON Feed."""
    return JsonResponse(
        json_feed(_feed(request)),
        content_type="application/feed+json",
        json_dumps_params={"ensure_ascii": False},
    )


@gate("exchange.list")
@require_safe
@rarely
@_unless_known
def dataset(request: HttpRequest) -> HttpResponse:
    """The public library as linked data, with its files."""
    practices = queries.public()
    shipped = library()
    places = {(city.name, city.country): city for city in queries.as_library(practices).cities}
    told = linked_data.dataset(
        linked_data.graph(
            [practice.record for practice in practices],
            shipped.taxonomy,
            places,
            _page_of(request),
        ),
        name=gettext("Practices of cities"),
        description=gettext("What cities did, and what came of it"),
        url=request.build_absolute_uri(reverse("exchange:list")),
        changed=max((p.changed_on.isoformat() for p in practices if p.changed_on), default=""),
        files={
            request.build_absolute_uri(
                reverse("exchange:export_all", kwargs={"kind": kind})
            ): media_type.partition(";")[0]
            for kind, media_type in KINDS.items()
        },
    )
    return JsonResponse(
        told, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False}
    )


@open_door("search engines ask for it; it names pages that everybody may see")
@require_safe
@rarely
@_unless_known
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public practice in every language of the interface."""
    practices = queries.public()
    days = [str(practice.changed_on) for practice in practices]
    addresses: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            paths = [reverse("exchange:list"), reverse("exchange:overview")]
            paths += [practice.get_absolute_url() for practice in practices]
        addresses[language] = [escape(request.build_absolute_uri(path)) for path in paths]
    pages = zip(*addresses.values(), strict=True)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *map(partial(_entries, tuple(addresses)), pages, ["", "", *days]),
        "</urlset>",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


def _entries(languages: tuple[str, ...], addresses: tuple[str, ...], day: str) -> str:
    """One page: an entry for each language, each naming all of them."""
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in zip(languages, addresses, strict=True)
    )
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return "\n".join(
        f"<url><loc>{address}</loc>{changed}{alternates}</url>" for address in addresses
    )


@open_door("search engines ask for it before anything else")
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Every page may be read but answers to questions, of which there is no end."""
    told = [
        "User-agent: *",
        "Disallow: /*?",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(told), content_type="text/plain; charset=utf-8")
