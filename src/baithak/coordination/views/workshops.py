"""Workshops: plan one, write down what was raised, shown and taken home, count people, bring the report out."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.coordination.forms.workshops import (
    CountsForm,
    ShowcaseForm,
    WorkshopForm,
    item_form,
)
from baithak.coordination.models import Showcase, Workshop
from baithak.coordination.queries import workshops as queries
from baithak.coordination.queries.commitments import owner_words, places_to_write_in
from baithak.coordination.queries.series import of_place
from baithak.coordination.reports.event import code_label, days, people_sentence
from baithak.coordination.services import workshops as services
from baithak.exchange.queries.practices import published
from baithak.exchange.records import library
from baithak.exchange.services.names import NamesError
from baithak.exchange.views.names import looked, show
from baithak.network import sharing
from baithak.network.models import Place
from baithak.network.queries import place_named
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = [
    "add_item",
    "begin",
    "counts",
    "edit",
    "edit_item",
    "listing",
    "mark",
    "narrow",
    "page",
    "remove_item",
    "report_out",
    "share",
]

ROWS = 30


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "too_early": _("It has not begun yet: mark it as held on its first day or later."),
        "settled": _("The report is out: what was counted and listed stays as it was told."),
        "has_commitments": _(
            "Commitments were born of this takeaway: it stays, so that they keep their source."
        ),
        "has_words": _(
            "What was said in it is written down, so it was held. Take that out first if it is still to come."
        ),
        "nothing": _("There is nothing to report yet: write down a takeaway or a challenge first."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("coordination.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every workshop the viewer may see; with ``?place=`` those of one place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    slug = request.GET.get("place", "")
    found = queries.with_numbers(viewer, queries.workshops(viewer, slug))
    words = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "place": place_named(viewer, place=slug) if slug else None,
        "places": places_to_write_in(viewer),
    }
    return render(request, "coordination/workshops.html", words)


@gate("coordination.see", on=queries.workshop)
@require_GET
def page(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """One workshop."""
    return _page(request, workshop)


def _page(
    request: HttpRequest, workshop: Workshop, status: int = 200, **words: Any
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    taxonomy, here = library().taxonomy, request.LANGUAGE_CODE  # type: ignore[attr-defined]
    figures = queries.figures(workshop)
    before = queries.progress(viewer, queries.previous(viewer, workshop))
    takeaways = list(queries.takeaways(viewer, workshop))
    acts = ("edit", "share", "narrow", "see_attendance", "keep_attendance")
    series = workshop.series
    words = {
        "workshop": workshop,
        "days": days(workshop.begins, workshop.ends),
        "hears": queries.hears(viewer, workshop),
        "series": series if _seen(viewer, series) else None,
        "parts": queries.parts(viewer, workshop),
        "raised": [
            (one, taxonomy.label("challenges", one.code, here))
            for one in queries.raised(viewer, workshop)
        ],
        "showcases": queries.showcases(viewer, workshop),
        "takeaways": [
            (one, [(born, owner_words(viewer, born)) for born in one.born]) for one in takeaways
        ],
        "before": before,
        "people": people_sentence(figures),
        "tables": [
            (caption, figures.tables[name], [(code_label(name, c), n) for c, n in rows])
            for name, caption in (
                ("role", _("By role")),
                ("country", _("By country")),
                ("organisation_type", _("By type of organisation")),
            )
            if name in figures.tables and (rows := figures.tables[name].rows)
        ],
        "countries": list(queries.country_names(queries.countries(workshop)).values()),
        "counted": queries.counts(viewer, workshop).exists(),
        "report_shown": queries.report(viewer, workshop=workshop.pk) is not None,
        "may": {act: rules.test_rule(f"coordination.{act}", viewer, workshop) for act in acts},
        **sharing.sharing(request, workshop, words.pop("share_form", None)),
        **words,
    }
    return render(request, "coordination/workshop.html", words, status=status)


def _seen(viewer: Any, series: Any) -> bool:
    return series is not None and type(series).objects.seen_by(viewer).filter(pk=series.pk).exists()


@gate("coordination.begin", on=place_named)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, place: Place) -> HttpResponse:
    """A new workshop of a place."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        series=of_place(viewer, place),
        language=request.GET.get("language", ""),
        initial={"series": request.GET.get("series", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin(place=place, by=viewer, **form.told())
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved. Only your team sees it so far."))
            return redirect(made)
    return _form(request, form, place, None)


def _form(request: HttpRequest, form: Any, place: Place, workshop: Workshop | None) -> HttpResponse:
    words = {"form": form, "place": place, "workshop": workshop}
    return render(
        request, "coordination/workshop_form.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.workshop)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Other words, other days, another language."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        thing=workshop,
        series=of_place(viewer, workshop.place),
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(workshop=workshop, by=viewer, looked=looked(request), **form.told())
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(workshop)
    return _form(request, form, workshop.place, workshop)


@gate("coordination.edit", on=queries.workshop)
@require_POST
def mark(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """It was held, is called off, or is planned again."""
    try:
        services.mark(workshop=workshop, state=request.POST.get("state", ""), by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("Saved."))
    return redirect(workshop)


@gate("coordination.edit", on=queries.workshop)
@require_http_methods(["GET", "POST"])
def report_out(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Look at names that stand in the report, then bring it out."""
    viewer = request.viewer  # type: ignore[attr-defined]
    trouble = ""
    if request.method == "POST":
        try:
            services.report(workshop=workshop, looked=looked(request), by=viewer)
        except NamesError:
            trouble = _("Names stand in the report. Leave them out, or tick that you have looked.")
        except RefusedError as refusal:
            messages.error(request, _say_no(refusal.code))
            return redirect(workshop)
        else:
            messages.success(
                request, _("The report is out for those who see the workshop. More people: below.")
            )
            return redirect(workshop)
    flags = queries.flags(viewer, workshop)
    words = {
        "workshop": workshop,
        "flags": flags,
        "names": list(dict.fromkeys(name for flag in flags for name in flag.names)),
        "trouble": trouble,
        "figures": people_sentence(queries.told(queries.counts(viewer, workshop))),
    }
    return render(request, "coordination/report_out.html", words, status=422 if trouble else 200)


# --- who came
@gate("coordination.keep_attendance", on=queries.workshop)
@require_http_methods(["GET", "POST"])
def counts(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The table of people, for those who run the workshop alone."""
    viewer = request.viewer  # type: ignore[attr-defined]
    codes = services.known_countries()
    countries = sorted(queries.country_names(codes).items(), key=lambda row: row[1].casefold())
    names = ("role", "country", "organisation_type", "people")
    form = CountsForm(
        request.POST if request.method == "POST" else None,
        countries=countries,
        initial=list(queries.counts(viewer, workshop).values(*names)),
    )
    trouble: list[str] = []
    if request.method == "POST":
        if form.is_valid():
            try:
                services.count_people(workshop=workshop, rows=form.rows(), by=viewer)
            except ValidationError as refused:
                trouble = refused.messages
            except RefusedError as refusal:
                trouble = [_say_no(refusal.code)]
            else:
                messages.success(request, _("Saved."))
                return redirect(f"{workshop.get_absolute_url()}#participants")
        else:
            trouble = [str(one) for one in form.non_form_errors()] or [
                _("Look at the marked rows: people are whole numbers.")
            ]
    words = {
        "workshop": workshop,
        "form": form,
        "trouble": trouble,
        "figures": people_sentence(queries.told(queries.counts(viewer, workshop))),
    }
    return render(request, "coordination/counts.html", words, status=422 if trouble else 200)


# --- what it is made of
def _of_kind(viewer: Any, *, workshop: int, kind: str) -> Workshop | None:
    """The workshop, if there is such a kind of thing in it."""
    found = queries.workshop(viewer, workshop=workshop) if kind in queries.ITEMS else None
    if found is not None:
        found.kind = kind  # type: ignore[attr-defined]  # for the view, which gets the thing alone
    return found


@gate("coordination.edit", on=_of_kind)
@require_http_methods(["GET", "POST"])
def add_item(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """A part, a challenge, a practice, a takeaway."""
    viewer, kind = request.viewer, workshop.kind  # type: ignore[attr-defined]
    posted = request.POST if request.method == "POST" else None
    form: Any = (
        ShowcaseForm(posted, practices=published(viewer))
        if kind == "showcase"
        else item_form(kind)(posted, language=request.GET.get("language", ""))
    )
    if posted is not None and form.is_valid():
        try:
            services.add_item(
                workshop=workshop, kind=kind, by=viewer, looked=looked(request), **_told(form)
            )
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            again = "another" in request.POST
            here = ("coordination:add_workshop_item", workshop.pk, kind) if again else (workshop,)
            return redirect(*here)
    return _item_form(request, form, workshop, kind, None)


def _told(form: Any) -> dict[str, Any]:
    if isinstance(form, ShowcaseForm):
        return {"practice": form.practices.get(form.cleaned_data["practice"])}
    told = {"language": form.cleaned_data["language"], "texts": form.texts()}
    return {**told, "code": form.cleaned_data["code"]} if "code" in form.fields else told


def _item_form(
    request: HttpRequest, form: Any, workshop: Workshop, kind: str, item: Any
) -> HttpResponse:
    words = {"form": form, "workshop": workshop, "kind": kind, "item": item}
    return render(
        request, "coordination/workshop_item.html", words, status=422 if form.errors else 200
    )


@gate("coordination.edit", on=queries.item)
@require_http_methods(["GET", "POST"])
def edit_item(request: HttpRequest, item: Any) -> HttpResponse:
    """Other words, another language; a practice that was shown has no words of its own."""
    kind = next(name for name, model in queries.ITEMS.items() if isinstance(item, model))
    if isinstance(item, Showcase):
        return redirect(item.practice)
    form = item_form(kind)(
        request.POST if request.method == "POST" else None,
        thing=item,
        language=request.GET.get("language", ""),
    )
    if request.method == "POST" and form.is_valid():
        told = {"language": form.cleaned_data["language"], "texts": form.texts()}
        try:
            services.change_item(item=item, by=request.viewer, looked=looked(request), **told)  # type: ignore[attr-defined]
        except NamesError as found:
            show(form, found, None)
        except ValidationError as trouble:
            sharing.refuse(form, trouble)
        else:
            messages.success(request, _("Saved."))
            return redirect(item.workshop)
    return _item_form(request, form, item.workshop, kind, item)


@gate("coordination.edit", on=queries.item)
@require_POST
def remove_item(request: HttpRequest, item: Any) -> HttpResponse:
    """Take it out again."""
    workshop = item.workshop
    try:
        services.remove_item(item=item, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    else:
        messages.success(request, _("It is taken out."))
    return redirect(workshop)


# --- who sees it
@gate("coordination.share", on=queries.workshop)
@require_POST
def share(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Ask that more people see it."""
    form = sharing.ask(request, workshop)
    return redirect(workshop) if form is None else _page(request, workshop, 422, share_form=form)


@gate("coordination.narrow", on=queries.workshop)
@require_POST
def narrow(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Fewer people see it, at once."""
    sharing.fewer(request, workshop)
    return redirect(workshop)
