"""Write practices: begin one, write on, see those of one's places with their next step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from baithak.exchange.forms.practices import MOST_SOURCES, PracticeForm
from baithak.exchange.models import Practice, VersionState
from baithak.exchange.queries import hubs as hub_queries
from baithak.exchange.queries import practices as queries
from baithak.exchange.services import practices as services
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["begin", "edit", "mine"]

#: What a practice that grows out of another one takes along: what it is about, not what was told of it.
_ADAPTED = (
    "language", "title", "challenges", "approaches", "target_groups", "prevention_levels", "mechanisms",
)  # fmt: skip


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "copy": _(
            "It comes from elsewhere and is changed there. Write your own version of it instead."
        ),
        "in_review": _("Somebody of another city reads it now. Take it back first to change it."),
        "waits": _(
            "A request about it waits for a second person. Withdraw the request to change it."
        ),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("exchange.write")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Practices of the viewer's places: how they stand, and what comes next."""
    found = queries.mine(request.viewer)  # type: ignore[attr-defined]
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    practices = list(page.object_list)
    waiting = queries.waiting(practices)
    rows = [
        {
            "practice": one,
            "work": next(iter(one.work), None),
            "waits": queries.thing(one) in waiting,
        }
        for one in practices
    ]
    return render(request, "exchange/mine.html", {"page": page, "rows": rows})


@gate("exchange.write")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new practice, from nothing or grown out of a published one (``?from=``)."""
    viewer = request.viewer  # type: ignore[attr-defined]
    source = _grown_from(request)
    places = list(queries.places_to_write_in(viewer))
    form = _form(request, places=places, initial=_first_words(source, places))
    if request.method == "POST" and "more_sources" not in request.POST and form.is_valid():
        place = form.places[form.cleaned_data["place"]]
        try:
            practice = services.begin(
                place=place, record=form.record_told, by=viewer, adapted_from=source
            )
        except ValidationError as trouble:
            _add(form, trouble)
        else:
            messages.success(request, _("The draft is saved. Only your team sees it so far."))
            return redirect(practice)
    return _page(request, form, grown_from=source)


def _grown_from(request: HttpRequest) -> Practice | None:
    code = (request.POST.get("from") or request.GET.get("from") or "").replace("\0", "")
    found = queries.practice(request.viewer, code=code) if code else None  # type: ignore[attr-defined]
    return found if found is not None and found.is_published else None


def _first_words(source: Practice | None, places: list[Any]) -> dict[str, Any]:
    """What stands in the form at first."""
    told: dict[str, Any] = {}
    city = next((place for place in places if place.kind == "city"), None)
    if city is not None:
        told |= {"city": city.name, "country": city.country_code or ""}
    if source is not None:
        told |= {name: getattr(source.record, name) for name in _ADAPTED}
    return told


@gate("exchange.edit", on=queries.practice)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, practice: Practice) -> HttpResponse:
    """Change the draft; where the last version is published, begin the next."""
    version = queries.in_work(practice)
    stopped = ""
    if version is not None and version.state == VersionState.REVIEW:
        stopped = "in_review"
    elif queries.publish_request(practice) is not None:
        stopped = "waits"
    if stopped and request.method == "GET":
        messages.error(request, _say_no(stopped))
        return redirect(practice)
    record = version.record if version is not None else practice.record
    note = {"change_note": version.note} if version is not None else {}
    form = _form(request, record=record, code=practice.code, initial=note)
    if request.method == "POST" and "more_sources" not in request.POST and form.is_valid():
        try:
            written = services.write(
                practice=practice,
                record=form.record_told,
                by=request.viewer,  # type: ignore[attr-defined]
                change_note=form.cleaned_data["change_note"],
            )
        except RefusedError as refusal:
            form.add_error(None, _say_no(refusal.code))
        except ValidationError as trouble:
            _add(form, trouble)
        else:
            messages.success(request, _("The draft is saved. Only your team sees it so far."))
            return redirect(written if practice.current else practice)
    return _page(request, form, practice=practice)


def _form(request: HttpRequest, **words: Any) -> PracticeForm:
    """As it was typed; with one more row for a source where that was asked, and then without errors."""
    words["cities"] = hub_queries.known_cities()
    if request.method != "POST":
        return PracticeForm(**words)
    form = PracticeForm(request.POST, **words)
    if "more_sources" not in request.POST:
        return form
    return PracticeForm(**{**words, "initial": form.typed()}, rows=form.rows + 1)


def _add(form: PracticeForm, trouble: ValidationError) -> None:
    """A service's complaint beside its field, where the form has it."""
    told = trouble.message_dict if hasattr(trouble, "error_dict") else {"": trouble.messages}
    for name, words in told.items():
        name = {"code": "id", "note": "change_note"}.get(name, name)
        form.add_error(name if name in form.fields else None, words)


def _page(request: HttpRequest, form: PracticeForm, **words: Any) -> HttpResponse:
    words |= {"form": form, "may_add_sources": form.rows < MOST_SOURCES}
    bad = form.is_bound and bool(form.errors)
    return render(request, "exchange/write.html", words, status=422 if bad else 200)
