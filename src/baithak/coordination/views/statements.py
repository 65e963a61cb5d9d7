"""Joint statements: prepared in a calm week, endorsed, released by two people, public in all their languages."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.statements import (
    EndorseForm,
    ReadyForm,
    StatementForm,
    TakeBackForm,
)
from baithak.coordination.limits import SHEETS
from baithak.coordination.models import JointStatement, StatementState
from baithak.coordination.queries import statements as queries
from baithak.coordination.services import statements as services
from baithak.coordination.sms import message
from baithak.coordination.statement_paper import statement_paper
from baithak.network import sharing
from baithak.network.forms import LevelForm, ReasonForm
from baithak.network.limits import too_often
from baithak.network.models import Place, Visibility
from baithak.network.queries import acts_waiting, place_named
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from baithak.report.paper_pdf import paper_pdf
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = [
    "begin",
    "edit",
    "endorse",
    "listing",
    "narrow",
    "page",
    "paper",
    "ready",
    "release",
    "share",
    "take_back",
]

ROWS = 30
_ACTS = ("edit", "edit_first_hour", "release", "endorse", "share", "narrow")


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "released": _("It has been released: what was said stays. Write a new statement instead."),
        "endorsed": _("This organisation stands behind these words already."),
        "not_endorsed": _("This organisation does not stand behind these words."),
        "not_ready": _("Go through the list and mark the statement as agreed first."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every statement the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = queries.statements(viewer, request.GET.get("place", ""))
    words = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "writes": queries.places_to_write_in(viewer),
    }
    return render(request, "coordination/statements.html", words)


@gate("coordination.edit_first_hour", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """Write a statement."""
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(
                place=place,
                language=form.cleaned_data["language"],
                texts=form.texts(),
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(made)
    words = {"place": place, "form": form}
    return render(
        request, "coordination/statement_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.statement)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """Write it anew, or in one more language: a new edition."""
    if statement.state == StatementState.RELEASED:
        messages.error(request, _say_no("released"))
        return redirect(statement)
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        thing=statement,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                statement=statement,
                language=form.cleaned_data["language"],
                texts=form.texts(),
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(statement)
    words = {"place": statement.place, "form": form, "statement": statement}
    return render(
        request, "coordination/statement_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.see", on=queries.statement)
@require_GET
def page(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """A statement in all its languages."""
    return _page(request, statement)


def _page(
    request: HttpRequest,
    statement: JointStatement,
    status: int = 200,
    share_form: LevelForm | None = None,
    **words: Any,
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    ours = list(queries.organisations_of(viewer, statement.place))
    behind = list(queries.endorsements(viewer, statement))
    standing = {one.organisation_id for one in behind}
    known = sharing.sharing(request, statement, share_form)
    wider = [
        level
        for level in _levels(statement)
        if Visibility(statement.visibility).width < level.width
    ]
    if share_form is None:
        known["share_form"] = LevelForm(levels=wider) if wider else None
    words = {
        "statement": statement,
        "told": _told(request, statement),
        "behind": behind,
        "can_endorse": [one for one in ours if one.pk not in standing],
        "endorse_form": EndorseForm(organisations=(o for o in ours if o.pk not in standing)),
        "take_back_form": TakeBackForm(organisations=[o for o in ours if o.pk in standing]),
        "ready_form": ReadyForm(),
        "release_form": ReasonForm(),
        "release_waits": acts_waiting(viewer, statement.place)
        .filter(verb="coordination.release", thing=f"jointstatement:{statement.pk}")
        .first(),
        "may": {act: rules.test_rule(f"coordination.{act}", viewer, statement) for act in _ACTS},
        **known,
        **words,
    }
    return render(request, "coordination/statement.html", words, status=status)


def _levels(statement: JointStatement) -> list[Visibility]:
    """To whom it can be shown besides releasing it; what is released and was narrowed, to everybody again."""
    released = statement.state == StatementState.RELEASED
    return [one for one in Visibility if released or one != Visibility.PUBLIC]


def _told(request: HttpRequest, statement: JointStatement) -> list[dict[str, Any]]:
    """The words in each language, the reader's first, with a text message to pass on."""
    codes = [statement.language, *(c for c in statement.languages if c != statement.language)]
    found = []
    for code in codes:
        words = statement.texts[code]
        spoken = code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(spoken):
            address = reverse("coordination:statement", kwargs={"statement": statement.pk})
        share = f"{words.get('title', '')} {request.build_absolute_uri(address)}"
        found.append({"code": code, "title": words.get("title", ""), "text": words.get("text", ""),
                      "message": message(share)})  # fmt: skip
    return found


@gate("coordination.edit_first_hour", on=queries.statement)
@require_POST
def ready(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """Somebody has gone through the list: it is agreed."""
    form = ReadyForm(request.POST)
    if form.is_valid():
        try:
            services.ready(
                statement=statement,
                ticked=form.cleaned_data["ticked"],
                by=request.viewer,  # type: ignore[attr-defined]
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Agreed. On the day it is needed, two people release it."))
            return redirect(statement)
    return _page(request, statement, 422, ready_form=form)


@gate("coordination.endorse", on=queries.statement)
@require_POST
def endorse(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """An organisation stands behind the present words."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = EndorseForm(
        request.POST, organisations=queries.organisations_of(viewer, statement.place)
    )
    if form.is_valid():
        try:
            services.endorse(
                statement=statement,
                organisation=form.chosen,
                named=form.cleaned_data["named"],
                by=viewer,
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except PermissionDenied as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Noted: your organisation stands behind these words."))
            return redirect(statement)
    return _page(request, statement, 422, endorse_form=form)


@gate("coordination.endorse", on=queries.statement)
@require_POST
def take_back(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """An organisation does not stand behind the words any more."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = TakeBackForm(
        request.POST, organisations=queries.organisations_of(viewer, statement.place)
    )
    if form.is_valid():
        try:
            services.take_back(statement=statement, organisation=form.chosen, by=viewer)
        except RefusedError as refusal:
            messages.error(request, _say_no(refusal.code))
        else:
            messages.success(request, _("Taken back."))
        return redirect(statement)
    return _page(request, statement, 422)


@gate("coordination.release", on=queries.statement)
@require_POST
def release(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """Ask a second person to release it."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.ask_release(
                statement=statement,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request,
                _("Asked. Everybody sees it when a second person in another role confirms."),
            )
            return redirect(statement)
    return _page(request, statement, 422, release_form=form)


@gate("coordination.share", on=queries.statement)
@require_POST
def share(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """Ask that more people see it before it is released, for instance partners."""
    form = LevelForm(request.POST, levels=_levels(statement))
    if form.is_valid():
        try:
            services.share(
                statement=statement,
                by=request.viewer,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except (ValidationError, PermissionDenied) as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(
                request,
                _("Asked. More people see it when a second person in another role confirms."),
            )
            return redirect(statement)
    return _page(request, statement, 422, share_form=form)


@gate("coordination.narrow", on=queries.statement)
@require_POST
def narrow(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, statement)
    return redirect(statement)


@gate("coordination.see", on=queries.statement)
@require_GET
def paper(request: HttpRequest, statement: JointStatement) -> HttpResponse:
    """As PDF: with ``?language=`` in one of its languages, else in all."""
    wait = SHEETS.wait(request)
    if wait:
        return too_often(request, wait)
    wanted = request.GET.get("language", "")
    if wanted and wanted not in statement.texts:
        raise Http404
    # A paper travels: it names only those who agreed that everybody may read it.
    behind = [one.organisation.name for one in queries.endorsements(PUBLIC, statement) if one.named]
    made = statement_paper(
        statement,
        behind,
        language=wanted or (get_language() or "en").split("-")[0],
        languages=[wanted] if wanted else [
            statement.language, *(c for c in statement.languages if c != statement.language)
        ],
        source=request.build_absolute_uri(statement.get_absolute_url()),
        made=date_format(timezone.localdate(), "j F Y"),
    )  # fmt: skip
    name = f"statement-{statement.pk}{'-' + wanted if wanted else ''}.pdf"
    return HttpResponse(
        paper_pdf(made).content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )
