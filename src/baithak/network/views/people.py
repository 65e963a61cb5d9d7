"""Pages of people and their roles: who is here, inviting somebody, taking up a role, ending one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rules import test_rule

from baithak.network import forms, queries, services, sharing
from baithak.network.models import Invitation, Membership, Place
from baithak.network.rules import Role
from baithak.network.services.membership import needs_two
from baithak.network.views.pages import form_page
from baithak.web.gate import gate, public

#: Rows on a page of a list.
ROWS = 50


def _people_of(place: Place) -> str:
    return reverse("network:people", kwargs={"place": place.slug})


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@gate("network.see_people", on=queries.place_of_members)
@require_safe
def people(request: HttpRequest, place: Place) -> HttpResponse:
    """Who has which role here, and who is invited."""
    viewer = request.viewer
    page = Paginator(queries.members(viewer, place), ROWS).get_page(request.GET.get("page"))
    words: dict[str, Any] = {"place": place, "page": page, "invites": False}
    words["look_alikes"] = queries.look_alike_people(viewer, place)
    if test_rule("network.invite", viewer, place):
        words["invites"] = True
        words["invitations"] = queries.invitations_open(viewer, place)
    return render(request, "network/people.html", words)


@gate("network.invite", on=queries.place_of_members)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, place: Place) -> HttpResponse:
    """Invite somebody to a role; for a role in charge, ask a second person first."""
    viewer = request.viewer
    form = forms.InviteForm(request.POST or None, viewer=viewer, place=place)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        reason, common = data.pop("reason"), {"place": place, "site": _site(request), "by": viewer}
        try:
            if needs_two(place, data["role"], viewer):
                services.ask_to_invite(**data, **common, reason=reason)
                messages.info(
                    request, _("Asked. A second person in another role confirms it within a day.")
                )
                return redirect("network:requests", place=place.slug)
            services.invite(**data, **common)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("The letter is on its way. It works once, for seven days."))
            return redirect(_people_of(place))
    return form_page(request, "network/invite.html", form, place=place)


@gate("network.found", on=queries.place_of_secretariat)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, place: Place) -> HttpResponse:
    """The secretariat invites the first officer of a city, and whom of two a country is missing."""
    roles = queries.first_roles(place)
    if not roles:
        raise PermissionDenied("network.found")
    form = forms.InviteForm(
        request.POST or None,
        viewer=request.viewer,
        place=place,
        roles=roles,
        initial={"role": next(role for role in Role if role in roles)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                **form.cleaned_data, place=place, site=_site(request), by=request.viewer
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("The letter is on its way. It works once, for seven days."))
            return redirect("network:place", place=place.slug)
    return form_page(request, "network/invite.html", form, place=place, first=True)


@gate("network.end_membership", on=queries.membership)
@require_POST
def end_membership(request: HttpRequest, membership: Membership) -> HttpResponse:
    """A role ends."""
    try:
        services.end_membership(membership=membership, by=request.viewer)
    except ValidationError as trouble:
        messages.error(request, trouble.messages[0])
    else:
        messages.success(request, _("The role has ended; open sessions of this person are closed."))
    return redirect(_people_of(membership.place))


@gate("network.revoke_invitation", on=queries.invitation)
@require_POST
def revoke_invitation(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """An invitation no longer opens anything."""
    try:
        services.revoke_invitation(invitation=invitation, by=request.viewer)
    except ValidationError as trouble:
        messages.error(request, trouble.messages[0])
    else:
        messages.success(request, _("The invitation no longer opens anything."))
    if request.viewer.roles_at(invitation.place_id):
        return redirect(_people_of(invitation.place))
    return redirect("network:place", place=invitation.place.slug)


class _Letter:
    """An invitation with the token that opened it."""

    def __init__(self, invitation: Invitation, token: str) -> None:
        self.invitation, self.token = invitation, token


def _letter(viewer: Any, *, token: str) -> _Letter | None:
    invitation = queries.invitation_for(viewer, token=token)
    return None if invitation is None else _Letter(invitation, token)


@public(
    "the token in the letter is the key; it works once, for seven days, for one address", on=_letter
)
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, letter: _Letter) -> HttpResponse:
    """Take the role of a letter: signed in, or with a new account."""
    invitation, viewer = letter.invitation, request.viewer
    account = queries.account_of(invitation.email)
    words: dict[str, Any] = {"invitation": invitation}
    if viewer.user_id is not None:
        words["other_person"] = account is None or account.pk != viewer.user_id
        form: Any = None
    elif account is not None:
        words["sign_in"] = f"{reverse('account_login')}?next={request.path}"
        form = None
    else:
        form = forms.AcceptForm(request.POST or None, email=invitation.email)
    words["form"] = form
    if request.method == "POST" and "sign_in" not in words and (form is None or form.is_valid()):
        given = form.cleaned_data if form is not None else {}
        try:
            membership = services.accept_invitation(
                token=letter.token, by=viewer, language=get_language() or "en", **given
            )
        except ValidationError as trouble:
            words["trouble"] = trouble.messages[0]
        else:
            messages.success(request, _("Welcome to %(place)s.") % {"place": invitation.place})
            if viewer.user_id is None:
                membership.user.refresh_from_db()  # the new role has ended all sessions before
                credentials = {"email": invitation.email}
                return perform_password_login(request, credentials, Login(user=membership.user))
            # The role changed, so all sessions died; this one goes on under a new number.
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            return redirect(settings.LOGIN_REDIRECT_URL)
    wrong = "trouble" in words or (form is not None and form.errors)
    return render(request, "network/accept.html", words, status=422 if wrong else 200)
