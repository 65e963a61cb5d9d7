"""A plan as files: on one page of paper, as tables, for donors; actions from a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from baithak.exchange.records import LANGUAGES
from baithak.exchange.words import beyond_limit, troubles
from baithak.network.files import FileRefusedError
from baithak.network.limits import Limit, too_often
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.network.tables import LARGEST, read_table
from baithak.plan import papers
from baithak.plan.files import actions_table, iati
from baithak.plan.files.actions_table import Row
from baithak.plan.forms.files import NewOrganisationsForm, TableForm
from baithak.plan.models import Plan
from baithak.plan.queries import files as queries
from baithak.plan.queries import plans
from baithak.plan.services import imports as services
from baithak.web import uploads
from baithak.web.files import POLICY
from baithak.web.gate import gate
from baithak.web.limited import EngineError, LimitError

__all__ = ["export", "import_actions", "paper", "template"]

_NAME, _SALT = "actions", "baithak.plan.actions"
#: Papers and files cost more than pages (T18).
FILES = Limit("plan.files", most=300, seconds=10 * 60)
EXPORTS = {**actions_table.KINDS, "iati": "application/xml; charset=utf-8"}
_ENDINGS = {"iati": "iati.xml"}


class _Asked:
    """A plan and the kind of file; the gate asks for its place."""

    def __init__(self, plan: Plan, kind: str) -> None:
        self.plan, self.kind = plan, kind

    @property
    def place(self) -> Place:
        return self.plan.place


def _paper_of(viewer: Viewer, *, code: str, kind: str) -> _Asked | None:
    found = plans.plan(viewer, code=code) if kind in papers.PAPERS else None
    return None if found is None else _Asked(found, kind)


def _export_of(viewer: Viewer, *, code: str, kind: str) -> _Asked | None:
    found = plans.plan(viewer, code=code) if kind in EXPORTS else None
    return None if found is None else _Asked(found, kind)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


@gate("plan.see", on=_paper_of)
@require_GET
def paper(request: HttpRequest, asked: _Asked) -> HttpResponse:
    """The plan on one page, in any of the eight languages, for whoever may see it."""
    language = request.GET.get("language") or (get_language() or "en").split("-")[0]
    if language not in LANGUAGES:
        raise Http404
    wait = FILES.wait(request)
    if wait:
        return too_often(request, wait)
    viewer = request.viewer  # type: ignore[attr-defined]
    content = papers.made(
        queries.parts(viewer, asked.plan),
        list(plans.objectives(viewer, asked.plan)),
        asked.kind,
        language,
        site=request.build_absolute_uri("/").rstrip("/"),
    )
    name = f"plan-{asked.plan.code}-{language}.{asked.kind}"
    return _file(content, name, papers.PAPERS[asked.kind])


@gate("plan.export", on=_export_of)
@require_GET
def export(request: HttpRequest, asked: _Asked) -> HttpResponse:
    """The plan for a spreadsheet or for donors' systems, for those with a role at the place."""
    reporter = request.GET.get("reporter", "").strip()
    if reporter and not iati.REPORTER.fullmatch(reporter):
        messages.error(
            request,
            _("This is no identifier of IATI: letters, digits and hyphens, such as LK-ABC-12345."),
        )
        return redirect(asked.plan)
    wait = FILES.wait(request)
    if wait:
        return too_often(request, wait)
    told = queries.parts(request.viewer, asked.plan)  # type: ignore[attr-defined]
    if asked.kind == "iati":
        content = iati.activities(
            told.plan, told.actions, told.indicators,
            names=told.names, made=timezone.localtime(), challenges=told.challenges, reporter=reporter,
        )  # fmt: skip
    else:
        content = actions_table.table(asked.kind, told.actions, told.indicators)
    ending = _ENDINGS.get(asked.kind, asked.kind)
    return _file(content, f"plan-{asked.plan.code}.{ending}", EXPORTS[asked.kind])


@gate("plan.list")
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table; the workbook explains each column and code."""
    if kind not in actions_table.KINDS:
        raise Http404
    content = actions_table.template(kind)
    return _file(content, f"actions-empty.{kind}", actions_table.KINDS[kind])


# --- actions from a table
@gate("plan.import", on=plans.plan)
@require_http_methods(["GET", "POST"])
def import_actions(request: HttpRequest, plan: Plan) -> HttpResponse:
    """First the table is looked at; a second press imports what was seen."""
    if request.method == "POST" and request.POST.get("held"):
        return _import(request, plan)
    posted = request.method == "POST"
    form = TableForm(request.POST if posted else None, request.FILES if posted else None)
    words: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        words |= _look(request, form.cleaned_data["file"], plan)
    return _page(request, plan, words)


def _page(request: HttpRequest, plan: Plan, words: dict[str, Any]) -> HttpResponse:
    bad = words["form"].errors or words.get("problems") or words.get("wrong")
    words |= {"plan": plan, "place": plan.place}
    return render(request, "plan/import.html", words, status=422 if bad else 200)


def _rows(request: HttpRequest, plan: Plan, content: bytes, name: str) -> list[Row]:
    numbers = plans.objectives(request.viewer, plan).values_list("number", flat=True)  # type: ignore[attr-defined]
    return actions_table.read_rows(
        read_table(content, name=name, sheet=actions_table.SHEET),
        language=plan.first_language,
        objectives=numbers,
    )


def _refused(refused: FileRefusedError) -> dict[str, Any]:
    return {"problems": [str(wrong) for wrong in refused.wrongs]}


def _look(request: HttpRequest, file: Any, plan: Plan) -> dict[str, Any]:
    if file.size > LARGEST:
        return {"problems": [_("The file is larger than 5 MB: split it into several.")]}
    folder = uploads.hold({_NAME: file})
    told = _looked_at(request, plan, (folder / _NAME).read_bytes(), file.name)
    if "look" not in told:
        uploads.drop(folder)
        return told
    held = {
        "folder": folder.name, "name": file.name, "user": request.user.pk, "plan": plan.pk,
    }  # fmt: skip
    return {**told, "held": signing.dumps(held, salt=_SALT)}


def _looked_at(request: HttpRequest, plan: Plan, content: bytes, name: str) -> dict[str, Any]:
    try:
        rows = _rows(request, plan, content, name)
        seen = services.look(plan=plan, rows=rows, by=request.viewer)  # type: ignore[attr-defined]
    except FileRefusedError as refused:
        return _refused(refused)
    except EngineError as error:
        return troubles(error)
    except LimitError as limit:
        return {"problems": [beyond_limit(limit)]}
    except ValidationError as trouble:
        return {"problems": trouble.messages}
    return {"look": seen, "new": NewOrganisationsForm(names=seen.unknown)}


def _import(request: HttpRequest, plan: Plan) -> HttpResponse:
    try:
        held = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        held = {}
    folder = uploads.held(str(held.get("folder", "")))
    if held.get("user") != request.user.pk or held.get("plan") != plan.pk or folder is None:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return redirect("plan:import_actions", code=plan.code)
    content = (folder / _NAME).read_bytes()
    told = _looked_at(request, plan, content, held["name"])
    if "look" not in told:
        uploads.drop(folder)
        messages.error(
            request, _("Something changed since you looked at the file: look at it again.")
        )
        return redirect("plan:import_actions", code=plan.code)
    new = NewOrganisationsForm(request.POST, names=told["look"].unknown)
    if not new.is_valid():
        told |= {"new": new, "held": request.POST["held"], "wrong": True}
        return _page(request, plan, {"form": TableForm(), **told})
    rows = _rows(request, plan, content, held["name"])
    try:
        services.import_actions(plan=plan, rows=rows, new=new.told(), by=request.viewer)  # type: ignore[attr-defined]
    except FileRefusedError as refused:
        return _page(request, plan, {"form": TableForm(), **_refused(refused)})
    finally:
        uploads.drop(folder)
    messages.success(request, _("The actions are in the plan now."))
    return redirect(plan)
