"""The readiness checklist of a city: a mirror, no mark."""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.forms.readiness import GroupForm
from baithak.exchange.models import Readiness
from baithak.exchange.queries import readiness as queries
from baithak.exchange.readiness import GROUPS, next_steps
from baithak.exchange.services import readiness as services
from baithak.exchange.views.said import saved
from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.web.gate import gate

__all__ = ["edit", "narrow", "page", "share"]


_ACTS = ("edit_readiness", "share_readiness", "narrow")


@gate("exchange.see_readiness", on=queries.readiness)
@require_GET
def page(request: HttpRequest, readiness: Readiness) -> HttpResponse:
    """Three next steps, then every question with what the city says to it."""
    return _page(request, readiness)


def _page(
    request: HttpRequest, readiness: Readiness, form: LevelForm | None = None
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    today = timezone.localdate()
    words: dict[str, Any] = {
        "readiness": readiness,
        "place": readiness.place,
        "next_steps": next_steps(queries.answers(readiness), today),
        "groups": queries.groups(readiness, today),
        "may": {act: rules.test_rule(f"exchange.{act}", viewer, readiness) for act in _ACTS},
        **sharing.sharing(request, readiness, form),
    }
    return render(request, "exchange/readiness.html", words, status=422 if form else 200)


@gate("exchange.edit_readiness", on=queries.part)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, part: queries.Part) -> HttpResponse:
    """Answer one group of questions."""
    lines = queries.lines(part.readiness, part.group, timezone.localdate())
    form = GroupForm(request.POST if request.method == "POST" else None, lines=lines)
    after = _after(part.group.code)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.edit(
                place=part.place,
                given=form.given(),
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            saved(request, _("The answers are saved."), part.readiness, kept)
            if after and "go_on" in request.POST:
                return redirect("exchange:edit_readiness", place=part.place.slug, group=after)
            return redirect("exchange:readiness", place=part.place.slug)
    words = {
        "place": part.place,
        "readiness": part.readiness,
        "group": part.group,
        "form": form,
        "after": after,
    }
    return render(
        request, "exchange/edit_readiness.html", words, status=422 if form.errors else 200
    )


def _after(code: str) -> str:
    """The letter of the next group; empty after the last."""
    letters = [group.code for group in GROUPS]
    return next(iter(letters[letters.index(code) + 1 :]), "")


@gate("exchange.share_readiness", on=queries.kept)
@require_POST
def share(request: HttpRequest, readiness: Readiness) -> HttpResponse:
    """Ask that more people see the checklist."""
    form = sharing.ask(request, readiness)
    return redirect(readiness) if form is None else _page(request, readiness, form)


@gate("exchange.narrow", on=queries.kept)
@require_POST
def narrow(request: HttpRequest, readiness: Readiness) -> HttpResponse:
    """Fewer people see the checklist."""
    sharing.fewer(request, readiness)
    return redirect(readiness)
