"""Who is looking, for how long a session holds, and that everybody has a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from baithak.network import queries
from baithak.network.scope import PUBLIC, Viewer
from baithak.network.sign_in import forget
from baithak.network.signals import SIGNED_IN_AT

__all__ = ["second_factor", "viewer"]

Answer = Callable[[HttpRequest], HttpResponse]

#: What somebody without a second factor can reach: setting one up, proving who they are, leaving.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "health",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def viewer(answer: Answer) -> Answer:
    """Set ``request.viewer``; end sessions that are older than eight hours (R23)."""

    def with_viewer(request: HttpRequest) -> HttpResponse:
        # Without the cookie nobody is signed in, and nothing is read from the database.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and _too_old(request):
            logout(request)
            messages.info(request, _("You were signed in for eight hours. Please sign in again."))
        request.viewer = SimpleLazyObject(lambda: _viewer(request))  # type: ignore[attr-defined]
        response = answer(request)
        if getattr(request, "forget_everything", False):
            forget(response)
        return response

    return with_viewer


def _viewer(request: HttpRequest) -> Viewer:
    return queries.viewer_of(request.user) if request.user.is_authenticated else PUBLIC


def _too_old(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    began = request.session.get(SIGNED_IN_AT, 0)
    return bool(time.time() - began > settings.SESSION_ABSOLUTE_AGE)


def second_factor(answer: Answer) -> Answer:
    """Signed in without authenticator app or passkey: first set one up (R23)."""

    def with_second_factor(request: HttpRequest) -> HttpResponse:
        if (
            settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not request.user.is_authenticated
            or _reachable_without(request.path_info)
            or queries.has_second_factor(request.user)
        ):
            return answer(request)
        page = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": page})
        messages.info(
            request,
            _(
                "Your work here concerns other people: protect your account with a second step first."
            ),
        )
        return redirect(page)

    return with_second_factor


def _reachable_without(path: str) -> bool:
    try:
        return resolve(path).view_name in WITHOUT_SECOND_FACTOR
    except Resolver404:
        return True  # the answer is 404 whoever asks
