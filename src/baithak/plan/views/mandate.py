"""The mandate sheet of a place and its map."""

from __future__ import annotations

from functools import partial

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network import sharing
from baithak.network.forms import LevelForm
from baithak.plan.forms.mandate import MandateForm, TaskForm
from baithak.plan.models import Mandate, Task
from baithak.plan.queries import mandate as queries
from baithak.plan.services import mandate as services
from baithak.plan.views.writing import arguments, saved, sheet
from baithak.web.gate import gate

__all__ = ["add_task", "edit", "edit_task", "narrow", "page", "remove_task", "share"]

#: Tasks that cities of the region ask about most, to begin a map with.
COMMON = (
    gettext_lazy("Permits for processions and assemblies"),
    gettext_lazy("Public order on festival days"),
    gettext_lazy("Schools and what is taught"),
    gettext_lazy("Youth work, sport and culture"),
    gettext_lazy("Street lights, parks and markets"),
    gettext_lazy("Land, housing and resettlement"),
    gettext_lazy("Help for people who were harmed"),
    gettext_lazy("Peace committees and mediation"),
    gettext_lazy("Answering rumours and hate online"),
    gettext_lazy("Early warning and who is told"),
)
_ACTS = ("write_mandate", "share", "narrow")


@gate("plan.see", on=queries.mandate)
@require_GET
def page(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """The sheet and its map."""
    return _page(request, mandate)


def _page(request: HttpRequest, mandate: Mandate, form: LevelForm | None = None) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    tasks = list(queries.tasks(viewer, mandate)) if mandate.pk else []
    named = {task.texts[code].get("title") for task in tasks for code in task.texts}
    words = {
        "mandate": mandate,
        "place": mandate.place,
        "tasks": tasks,
        "gaps": [task for task in tasks if task.is_gap],
        "common": [told for told in map(str, COMMON) if told not in named],
        "may": {act: rules.test_rule(f"plan.{act}", viewer, mandate) for act in _ACTS},
        **sharing.sharing(request, mandate, form),
    }
    return render(request, "plan/mandate.html", words, status=422 if form else 200)


@gate("plan.write_mandate", on=queries.mandate)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """Write the sheet, or translate it."""
    form = MandateForm(**arguments(request), thing=mandate if mandate.pk else None)
    by = request.viewer  # type: ignore[attr-defined]
    made = saved(request, form, lambda: services.write(place=mandate.place, by=by, **form.told()))
    words = {"mandate": mandate, "place": mandate.place}
    return sheet(request, "plan/mandate_form.html", form, made, "", **words)


@gate("plan.write_mandate", on=queries.kept)
@require_http_methods(["GET", "POST"])
def add_task(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """A line of the map."""
    form = TaskForm(**arguments(request), initial={"title": request.GET.get("title", "")[:200]})
    by = request.viewer  # type: ignore[attr-defined]
    made = saved(request, form, lambda: services.add_task(mandate=mandate, by=by, **form.told()))
    words = {"mandate": mandate, "place": mandate.place}
    return sheet(request, "plan/task_form.html", form, made, _map(mandate), **words)


@gate("plan.write_mandate", on=queries.task)
@require_http_methods(["GET", "POST"])
def edit_task(request: HttpRequest, task: Task) -> HttpResponse:
    """Say a line anew, or translate it."""
    form = TaskForm(**arguments(request), thing=task)
    act = partial(services.change_task, task=task, by=request.viewer)  # type: ignore[attr-defined]
    made = saved(request, form, lambda: act(**form.told()))
    words = {"task": task, "mandate": task.mandate, "place": task.place}
    return sheet(request, "plan/task_form.html", form, made, _map(task.mandate), **words)


@gate("plan.write_mandate", on=queries.task)
@require_POST
def remove_task(request: HttpRequest, task: Task) -> HttpResponse:
    """Take a line off the map."""
    services.remove_task(task=task, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("The line is taken off the map."))
    return redirect(_map(task.mandate))


def _map(mandate: Mandate) -> str:
    return f"{mandate.get_absolute_url()}#map"


@gate("plan.share", on=queries.kept)
@require_POST
def share(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, mandate)
    return redirect(mandate) if form is None else _page(request, mandate, form)


@gate("plan.narrow", on=queries.kept)
@require_POST
def narrow(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, mandate)
    return redirect(mandate)
