"""Pages of the room: places, people and roles, organisations, guarded acts, one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rules import test_rule

from baithak.network import forms, queries, services
from baithak.network.models import Invitation, Kind, Membership, Place, TwoPersonAct
from baithak.network.rules import Role
from baithak.network.services.membership import needs_two
from baithak.network.services.two_person import may_confirm
from baithak.network.sign_in import forget, recently_proved
from baithak.web.gate import gate, public

#: Rows on a page of a list.
ROWS = 50


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _tell(form: Any, trouble: ValidationError) -> None:
    """Show what a service refused at the field it concerns, or above the form."""
    fields = getattr(trouble, "error_dict", None)
    if fields is None:
        form.add_error(None, trouble)
        return
    for name, errors in fields.items():
        form.add_error(name if name in form.fields else None, errors)


def _people_of(place: Place) -> str:
    return reverse("network:people", kwargs={"place": place.slug})


# --- places


@public("which places take part is no secret, and the way in for residents")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All hubs."""
    return render(request, "network/places.html", {"hubs": queries.hubs(request.viewer)})


@public("which places take part is no secret, and the way in for residents", on=queries.place_named)
@require_safe
def place(request: HttpRequest, place: Place) -> HttpResponse:
    """A hub with its countries and cities, a country with its cities, or a city."""
    viewer = request.viewer
    words: dict[str, Any] = {"place": place, "may": _may(viewer, place)}
    if place.kind == Kind.HUB:
        words["countries"] = queries.places_below(viewer, place)
        words["cities"] = queries.cities_of(viewer, place)
    elif place.kind == Kind.COUNTRY:
        words["cities"] = queries.places_below(viewer, place).select_related("parent")
    if words["may"]["see_requests"]:
        words["waiting"] = queries.acts_waiting(viewer, place).count()
    return render(request, f"network/{place.kind}.html", words)


def _may(viewer: Any, place: Place) -> dict[str, bool]:
    """Which links of a place's page lead somewhere for this viewer."""
    found = {
        name: test_rule(f"network.{name}", viewer, place)
        for name in (
            "see_people",
            "see_organisations",
            "see_requests",
            "add_place",
            "invite",
        )
    }
    found["found"] = test_rule("network.found", viewer, place) and not queries.in_charge(place)
    found["journal"] = test_rule("journal.read", viewer, place.slug)
    return found


@gate("network.add_place", on=queries.place_of_secretariat)
@require_http_methods(["GET", "POST"])
def add_place(request: HttpRequest, hub: Place) -> HttpResponse:
    """A new country or city of the hub."""
    form = forms.PlaceForm(request.POST or None, viewer=request.viewer, hub=hub)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_place(**form.arguments(), by=request.viewer)
        except ValidationError as trouble:
            _tell(form, trouble)
        else:
            messages.success(request, _("%(place)s belongs to the hub now.") % {"place": made})
            return redirect("network:place", place=made.slug)
    return _form(request, "network/add_place.html", form, place=hub)


def _form(request: HttpRequest, template: str, form: Any, **words: Any) -> HttpResponse:
    """A page with a form; 422 where something needs mending, so that htmx shows it too."""
    return render(request, template, {"form": form, **words}, status=422 if form.errors else 200)


# --- people and roles


@gate("network.see_people", on=queries.place_of_members)
@require_safe
def people(request: HttpRequest, place: Place) -> HttpResponse:
    """Who has which role here, and who is invited."""
    viewer = request.viewer
    page = Paginator(queries.members(viewer, place), ROWS).get_page(request.GET.get("page"))
    words: dict[str, Any] = {"place": place, "page": page, "invites": False}
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
            if needs_two(place, data["role"]):
                services.ask_to_invite(**data, **common, reason=reason)
                messages.info(
                    request, _("Asked. A second person in another role confirms it within a day.")
                )
                return redirect("network:requests", place=place.slug)
            services.invite(**data, **common)
        except ValidationError as trouble:
            _tell(form, trouble)
        else:
            messages.success(request, _("The letter is on its way. It works once, for seven days."))
            return redirect(_people_of(place))
    return _form(request, "network/invite.html", form, place=place)


#: Whom the secretariat brings to a place that has nobody in charge yet.
FIRST = {Kind.COUNTRY: Role.NATIONAL_REPRESENTATIVE, Kind.CITY: Role.CITY_OFFICER}


@gate("network.found", on=queries.place_of_secretariat)
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, place: Place) -> HttpResponse:
    """The secretariat invites the first officer of a city, the first representative of a country."""
    role = FIRST.get(Kind(place.kind))
    form = forms.InviteForm(
        request.POST or None,
        viewer=request.viewer,
        place=place,
        roles={role},
        initial={"role": role},
    )
    if role is None or queries.in_charge(place):
        raise PermissionDenied("network.found")
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                **form.cleaned_data, place=place, site=_site(request), by=request.viewer
            )
        except ValidationError as trouble:
            _tell(form, trouble)
        else:
            messages.success(request, _("The letter is on its way. It works once, for seven days."))
            return redirect("network:place", place=place.slug)
    return _form(request, "network/invite.html", form, place=place, first=True)


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


# --- organisations


@gate("network.see_organisations", on=queries.place_of_members)
@require_safe
def organisations(request: HttpRequest, place: Place) -> HttpResponse:
    """Organisations of a place."""
    found = queries.organisations(request.viewer, place)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    adds = test_rule("network.add_organisation", request.viewer, place)
    return render(
        request, "network/organisations.html", {"place": place, "page": page, "adds": adds}
    )


@gate("network.add_organisation", on=queries.place_of_members)
@require_http_methods(["GET", "POST"])
def add_organisation(request: HttpRequest, place: Place) -> HttpResponse:
    """Write down an organisation."""
    form = forms.OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_organisation(**form.cleaned_data, place=place, by=request.viewer)
        except ValidationError as trouble:
            _tell(form, trouble)
        else:
            messages.success(request, _("The organisation is in the list."))
            return redirect("network:organisations", place=place.slug)
    return _form(request, "network/add_organisation.html", form, place=place)


# --- guarded acts


@gate("network.see_requests", on=queries.place_of_confirmers)
@require_safe
def requests(request: HttpRequest, place: Place) -> HttpResponse:
    """Guarded acts that wait for a second person."""
    viewer = request.viewer
    waiting = [
        {
            "act": act,
            "mine": act.asked_by_id == viewer.user_id,
            "confirms": may_confirm(viewer, act) is not None,
        }
        for act in queries.acts_waiting(viewer, place)
    ]
    return render(request, "network/requests.html", {"place": place, "waiting": waiting})


@gate("network.confirm", on=queries.act)
@require_POST
@recently_proved
def confirm(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    """The second person confirms, having just proved who they are."""
    try:
        services.confirm_two_person(act=act, by=request.viewer)
    except ValidationError as trouble:
        messages.error(request, trouble.messages[0])
    except PermissionDenied as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, _("Confirmed and done."))
    return redirect("network:requests", place=act.place.slug)


@gate("network.withdraw", on=queries.act)
@require_POST
def withdraw(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    """Who asked takes it back."""
    services.withdraw_two_person(act=act, by=request.viewer)
    messages.success(request, _("The request is withdrawn."))
    return redirect("network:requests", place=act.place.slug)


# --- one's own account


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
        return _form(
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
