"""The guide: the path of ten steps, and one page for each step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from baithak.exchange import finding
from baithak.exchange.guide import STEPS, WITH_PLACE, Output, Step
from baithak.exchange.guide import step as step_named
from baithak.exchange.queries import guide as queries
from baithak.exchange.readiness import QUESTIONS
from baithak.network.scope import Viewer
from baithak.web.gate import gate

__all__ = ["page", "path"]

_PRACTICES = 3


@gate("exchange.list")
@require_GET
def path(request: HttpRequest) -> HttpResponse:
    """The ten steps, each with its reason and what a city has in hand at its end."""
    words = {"steps": STEPS, "city": queries.own_city(request.viewer)}  # type: ignore[attr-defined]
    return render(request, "exchange/guide.html", words)


def _step(viewer: Viewer, *, code: str) -> Step | None:
    return step_named(code)


@gate("exchange.see", on=_step)
@require_GET
def page(request: HttpRequest, step: Step) -> HttpResponse:
    """What to do in this step, and where in the hub it is done."""
    viewer = request.viewer  # type: ignore[attr-defined]
    city = queries.own_city(viewer)
    fitting = finding.find(
        viewer,
        "",
        filters={"kind": ["practice"], "approach": list(step.practices)},
        limit=_PRACTICES,
    )
    codes = [hit.document.id.partition(":")[2] for hit in fitting.hits]
    words = {
        "step": step,
        "outputs": [_output(told, city) for told in step.outputs],
        "practices": queries.practices(viewer, codes),
        "resources": queries.resources(viewer, step.code),
        "questions": [asked for asked in QUESTIONS if asked.step == step.code],
        "city": city,
        "before": next((s for s in STEPS if s.number == step.number - 1), None),
        "after": next((s for s in STEPS if s.number == step.number + 1), None),
    }
    return render(request, "exchange/guide_step.html", words)


def _output(told: Output, city: str) -> dict[str, Any]:
    """An output with its address: none where the room is to come, or where it belongs to a city."""
    address = ""
    if told.url_name in WITH_PLACE:
        address = reverse(told.url_name, kwargs={"place": city}) if city else ""
    elif told.url_name:
        address = reverse(told.url_name)
    return {"text": told.text, "address": address, "to_come": not told.url_name}
