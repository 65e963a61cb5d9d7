"""How often the hub writes to me, in which hours it never does, and the link that ends it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.home import digest, services
from baithak.home.forms.letters import LettersForm
from baithak.home.queries.preferences import preference
from baithak.network import services as network
from baithak.network import sharing
from baithak.network.models import User
from baithak.network.quiet import hours_of, zone_of
from baithak.network.scope import Viewer
from baithak.web.gate import gate, public

__all__ = ["page", "stop"]


@gate("home.choose_letters")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Both choices of the person who is signed in."""
    viewer = request.viewer  # type: ignore[attr-defined]  # set by network.middleware
    user: User = request.user  # type: ignore[assignment]  # somebody is signed in
    begins, ends = hours_of(user)
    now = {"digest": preference(viewer).digest, "begins": begins, "ends": ends}
    form = LettersForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_valid():
        chosen = form.choices
        try:
            with transaction.atomic():
                if chosen["digest"] != now["digest"]:
                    services.choose_digest(digest=chosen["digest"], by=viewer)
                if (chosen["begins"], chosen["ends"]) != (begins, ends):
                    network.choose_quiet_hours(
                        begins=chosen["begins"], ends=chosen["ends"], by=viewer
                    )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect("home:letters")
    words = {"form": form, "zone": str(zone_of(user))}
    return render(request, "home/letters.html", words, status=422 if form.is_bound else 200)


def _reader(viewer: Viewer, *, token: str) -> User | None:
    """Whoever holds the letter: the token is the key."""
    return digest.reader_of(token)


@public("the link in a letter ends these letters, and does nothing else", on=_reader)
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, reader: User) -> HttpResponse:
    """One button; opening the link changes nothing, because programs open links too."""
    if request.method == "POST":
        services.stop_letters(user=reader)
    return render(request, "home/stop_letters.html", {"done": request.method == "POST"})
