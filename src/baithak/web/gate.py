"""The gate: every page says who may pass, or the hub does not start.

A view carries exactly one of two signs:

``@gate("dialogue.moderate", on=queries.dialogue)``
    for people who are signed in (or for anybody, where the predicate allows ``None``-like viewers).
    ``on(viewer, **url_arguments)`` loads the thing within the viewer's scope or gives ``None``:
    then the answer is 404, so that nobody learns what exists elsewhere. If the thing may be seen
    but the act is not allowed, the answer is 403 with a page that says who may. The view receives
    the thing instead of the URL's arguments.

``@public("why", on=…)``
    for pages without sign-in. The reason is listed in docs/permissions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import rules
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.checks import Error, register
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

__all__ = ["Gate", "gate", "gates", "public"]

View = Callable[..., HttpResponse]
Loader = Callable[..., Any]


class Gate:
    """What a view declares: ``permission`` (or ``None`` for a public page) and ``reason``."""

    def __init__(self, permission: str | None, reason: str, loads: Loader | None) -> None:
        self.permission = permission
        self.reason = reason
        self.loads = loads


def _guarded(view: View, sign: Gate) -> View:
    @wraps(view)
    # `request` is an HttpRequest; `viewer` is set on it by the middleware of network.
    def guarded(request: Any, **arguments: Any) -> HttpResponse:
        thing = None
        if sign.loads is not None:
            thing = sign.loads(request.viewer, **arguments)
            if thing is None:
                raise Http404
            arguments = {}
        if sign.permission is not None and not rules.test_rule(
            sign.permission, request.viewer, thing
        ):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            raise PermissionDenied(sign.permission)
        return view(request, **arguments) if thing is None else view(request, thing)

    guarded.gate = sign  # type: ignore[attr-defined]  # a sign on a function
    return guarded


def gate(permission: str, *, on: Loader | None = None) -> Callable[[View], View]:
    """The view needs this permission, on the thing that ``on`` loads for this viewer.

    Where the thing cannot be seen by somebody who has not signed in, the answer is 404 all the
    same: a stranger must not learn what exists.
    """

    def sign(view: View) -> View:
        return login_not_required(_guarded(view, Gate(permission, "", on)))

    return sign


def public(reason: str, *, on: Loader | None = None) -> Callable[[View], View]:
    """The view needs no sign-in, and this is why."""

    def sign(view: View) -> View:
        return login_not_required(_guarded(view, Gate(None, reason, on)))

    return sign


#: Views of libraries, whose own sign-in rules were read and are listed in docs/permissions.md.
LIBRARIES = ("allauth.", "django.views.i18n.", "django.contrib.staticfiles.")


def gates(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, str | None, Any]]:
    """Every URL of the hub: (path pattern, full name, view callback)."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from gates(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.name, entry.callback


@register("security")
def every_url_has_a_gate(app_configs: Any, **options: Any) -> list[Error]:
    """A view without a gate is an error at start-up, not a leak later."""
    return [
        Error(
            f"The view {view.__module__}.{view.__qualname__} at {path!r} has no gate.",
            hint="Add @gate(...) or @public('why') from baithak.web.gate.",
            id="baithak.E001",
        )
        for path, _, view in gates()
        if not hasattr(view, "gate") and not view.__module__.startswith(LIBRARIES)
    ]
