"""Pages of one's own account: language, sessions."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.views.decorators.http import require_POST, require_safe

from baithak.network import forms, queries, services
from baithak.network.sign_in import forget
from baithak.network.views.pages import form_page
from baithak.web.gate import gate


@gate("network.own_account")
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """My roles, my language, my second step, my sessions."""
    form = forms.LanguageForm(initial={"language": request.user.language})
    words = {"form": form, "memberships": queries.memberships_of(request.viewer)}
    return render(request, "network/account.html", words)


@gate("network.own_account")
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Pages come in this language from now on."""
    form = forms.LanguageForm(request.POST)
    if not form.is_valid():
        return form_page(
            request,
            "network/account.html",
            form,
            memberships=queries.memberships_of(request.viewer),
        )
    language = form.cleaned_data["language"]
    services.choose_language(user=request.user, language=language, by=request.viewer)
    response = redirect(translate_url(reverse("network:account"), language))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


@gate("network.own_account")
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all my sessions, this one too."""
    services.sign_out_everywhere(user=request.user, by=request.viewer)
    logout(request)
    response = redirect(settings.LOGIN_URL)
    forget(response)
    return response
