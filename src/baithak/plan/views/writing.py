"""What forms of this room share: the language they are opened in, and saving with what was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from baithak.network import sharing

__all__ = ["arguments", "saved", "sheet", "taken_out"]


def arguments(request: HttpRequest) -> dict[str, Any]:
    """For a form of words: what was sent, and the language of the address or of what was sent."""
    posted = request.POST if request.method == "POST" else None
    asked = (posted or request.GET).get("language", "")
    return {"data": posted, "language": asked}


def saved(request: HttpRequest, form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the service gives, or None: nothing was sent, or something is wrong with the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except (ValidationError, PermissionDenied) as trouble:
        sharing.refuse(form, trouble)
        return None


def sheet(
    request: HttpRequest, template: str, form: forms.Form, made: Any, then: str, **words: Any
) -> HttpResponse:
    """On to ``then`` once it is saved, else the form."""
    if made is not None:
        messages.success(request, _("Saved."))
        return redirect(then or made)
    return render(request, template, {"form": form, **words}, status=422 if form.errors else 200)


def taken_out(
    request: HttpRequest, act: Callable[[], None], words: str, *, then: str, otherwise: str
) -> HttpResponse:
    """Take something out and say so on ``then``; what stands against it is said on ``otherwise``."""
    try:
        act()
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return redirect(otherwise)
    messages.success(request, words)
    return redirect(then)
