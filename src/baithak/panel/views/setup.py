"""Pages of the city's team before the draw: list, draft, categories, quotas, chance, opening, pool."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network import services as network
from baithak.network.forms import ReasonForm
from baithak.network.models import Channel, Place
from baithak.network.sign_in import recently_proved
from baithak.panel import analysis, queries, services
from baithak.panel.forms import (
    CategoryForm,
    ChanceForm,
    KindForm,
    PanelForm,
    QuotasForm,
    RandomnessForm,
    RegisterForm,
    SlackForm,
)
from baithak.panel.models import Category, CategoryKind, Panel
from baithak.panel.views.words import refused, said
from baithak.web.gate import gate

__all__ = [
    "add_category", "ask_to_freeze", "ask_to_open", "begin", "categories", "category", "chance",
    "confirm_freezing", "confirm_opening", "edit", "fill_quotas", "listing", "overview", "pool",
    "quotas", "register_for", "remove_category",
]  # fmt: skip


@gate("panel.list")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every panel the viewer may see, of all places or of one; its rows alone for that page."""
    viewer = request.viewer
    place = request.GET.get("place", "")
    page = Paginator(queries.panels(viewer, place), 30).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "place": place,
        "may_create": rules.test_rule("panel.create", viewer, None),
    }
    fragment = bool(request.headers.get("HX-Request"))
    response = render(request, f"panel/{'_rows' if fragment else 'list'}.html", words)
    patch_vary_headers(response, ["HX-Request"])
    return response


# --- the draft
def _languages(place: Place | None, chosen: list[str]) -> list[str]:
    """Which languages the form offers: the place's, those already written in, those asked for."""
    known = [code for code, _name in settings.CONTENT_LANGUAGES]
    wanted = [*(place.languages if place is not None else []), *chosen]
    told = [code for code in dict.fromkeys(wanted) if code in known]
    return told or [settings.LANGUAGE_CODE]


def _form_page(request: HttpRequest, form: PanelForm, **words: Any) -> HttpResponse:
    names = dict(settings.CONTENT_LANGUAGES)
    more = [(code, name) for code, name in names.items() if code not in form.languages]
    words |= {"form": form, "more_languages": more, "chosen": form.languages}
    return render(request, "panel/form.html", words, status=422 if form.errors else 200)


def _object(form: Any, trouble: ValidationError) -> None:
    """Put what a service objects to beside its field, or above the form."""
    if hasattr(trouble, "error_dict"):
        for name, errors in trouble.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, trouble)


@gate("panel.create")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    viewer = request.viewer
    places = list(queries.places_to_begin_in(viewer))
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    form = PanelForm(
        request.POST if request.method == "POST" else None,
        languages=_languages(places[0] if places else None, asked),
        places=places,
    )
    if request.method == "POST" and form.is_valid():
        place = next(p for p in places if str(p.pk) == form.cleaned_data["place"])
        try:
            panel = services.create(place=place, texts=form.texts(), by=viewer, **form.settings())
        except ValidationError as trouble:
            _object(form, trouble)
        else:
            messages.success(
                request, _("The draft is saved. Now choose what the panel is balanced by.")
            )
            return redirect("panel:categories", code=panel.code)
    return _form_page(request, form, panel=None)


@gate("panel.edit", on=queries.panel)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Change a draft."""
    asked = (request.POST if request.method == "POST" else request.GET).getlist("language")
    languages = _languages(None, [*panel.languages, *panel.place.languages, *asked])
    form = PanelForm(
        request.POST if request.method == "POST" else None, languages=languages, panel=panel
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(panel=panel, texts=form.texts(), by=request.viewer, **form.settings())
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except ValidationError as trouble:
            _object(form, trouble)
        else:
            messages.success(request, _("The draft is saved."))
            return redirect(panel)
    return _form_page(request, form, panel=panel)


# --- categories
def _categories_page(request: HttpRequest, panel: Panel, form: KindForm) -> HttpResponse:
    known = queries.categories(panel.pk)
    taken = {category.kind for category in known if category.kind != CategoryKind.OWN}
    words = {
        "panel": panel,
        "categories": known,
        "kinds": [(k.value, k.label) for k in CategoryKind if k not in taken],
        "form": form,
    }
    return render(request, "panel/categories.html", words, status=422 if form.errors else 200)


@gate("panel.edit", on=queries.panel)
@require_GET
def categories(request: HttpRequest, panel: Panel) -> HttpResponse:
    """What the panel is balanced by."""
    return _categories_page(request, panel, KindForm())


@gate("panel.edit", on=queries.panel)
@require_POST
def add_category(request: HttpRequest, panel: Panel) -> HttpResponse:
    """A further category, of the usual ones or of our own."""
    form = KindForm(request.POST)
    if form.is_valid():
        try:
            made = services.add_category(
                panel=panel, kind=form.cleaned_data["kind"], by=request.viewer
            )
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        else:
            return redirect("panel:category", code=panel.code, category=made.pk)
    return _categories_page(request, panel, form)


@gate("panel.edit_category", on=queries.category)
@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, category: Category) -> HttpResponse:
    """Name a category and its answers in every language, with their shares of the population."""
    panel = category.panel
    form = CategoryForm(
        request.POST if request.method == "POST" else None,
        category=category,
        languages=panel.languages,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_category(
                category=category,
                labels=form.labels(),
                answers=form.answers(),
                sensitive=form.cleaned_data["sensitive"],
                reason=form.cleaned_data["reason"],
                by=request.viewer,
            )
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except ValidationError as trouble:
            form.add_error("reason" if trouble.code == "sensitive" else None, trouble)
        else:
            messages.success(request, _("The category is saved."))
            return redirect("panel:categories", code=panel.code)
    words = {"panel": panel, "category": category, "form": form}
    return render(request, "panel/category.html", words, status=422 if form.errors else 200)


@gate("panel.edit_category", on=queries.category)
@require_POST
def remove_category(request: HttpRequest, category: Category) -> HttpResponse:
    """Take a category out of the draft."""
    code = category.panel.code
    try:
        services.remove_category(category=category, by=request.viewer)
    except services.RefusedError as refusal:
        messages.error(request, refused(refusal.code))
    else:
        messages.success(request, _("The category is gone."))
    return redirect("panel:categories", code=code)


# --- quotas
def _quotas_page(
    request: HttpRequest,
    panel: Panel,
    form: QuotasForm | None = None,
    slack: SlackForm | None = None,
) -> HttpResponse:
    known = queries.categories(panel.pk)
    form = form or QuotasForm(panel=panel, categories=known)
    slack = slack or SlackForm()
    words = {
        "panel": panel,
        "groups": [
            (category, [(f, *form.of(f)) for f in category.features.all()]) for category in known
        ],
        "form": form,
        "slack": slack,
        "shares": any(f.share is not None for c in known for f in c.features.all()),
    }
    status = 422 if form.errors or slack.errors else 200
    return render(request, "panel/quotas.html", words, status=status)


@gate("panel.set_quotas", on=queries.panel)
@require_http_methods(["GET", "POST"])
def quotas(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Fewest and most seats of every answer, by hand."""
    if request.method == "GET":
        return _quotas_page(request, panel)
    form = QuotasForm(request.POST, panel=panel, categories=queries.categories(panel.pk))
    if form.is_valid():
        try:
            services.set_quotas(panel=panel, quotas=form.quotas(), by=request.viewer)
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except ValidationError as trouble:
            form.add_error(None, trouble)
        else:
            messages.success(request, _("The quotas are saved."))
            return redirect(panel)
    return _quotas_page(request, panel, form)


@gate("panel.set_quotas", on=queries.panel)
@require_POST
def fill_quotas(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Work the quotas out from the shares of the population."""
    slack = SlackForm(request.POST)
    if not slack.is_valid():
        return _quotas_page(request, panel, slack=slack)
    try:
        services.fill_quotas(panel=panel, slack=slack.cleaned_data["slack"], by=request.viewer)
    except services.RefusedError as refusal:
        messages.error(request, refused(refusal.code))
    else:
        messages.success(request, _("The quotas are worked out from the shares."))
    return redirect("panel:quotas", code=panel.code)


# --- chance
@gate("panel.set_quotas", on=queries.panel)
@require_http_methods(["GET", "POST"])
def chance(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Name the chance that will decide."""
    given = {"source": panel.source, "source_name": panel.source_name, "source_at": panel.source_at}
    form = ChanceForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.name_chance(
                panel=panel,
                source=told["source"],
                name=told["source_name"],
                known_from=told["source_at"],
                by=request.viewer,
            )
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except ValidationError as trouble:
            _object(form, trouble)
        else:
            messages.success(request, _("The chance is named."))
            return redirect(panel)
    words = {"panel": panel, "form": form}
    return render(request, "panel/chance.html", words, status=422 if form.errors else 200)


# --- the page of a panel
_ACTS = (
    "edit", "set_quotas", "watch", "ask_to_open", "confirm_opening", "register_for",
    "ask_to_freeze", "confirm_freezing", "ask_to_draw", "confirm_draw", "ask_again", "try_again",
    "see_drawn", "attendance", "seat",
)  # fmt: skip


@gate("panel.see", on=queries.panel)
@require_GET
def overview(request: HttpRequest, panel: Panel) -> HttpResponse:
    """How a panel stands, and what the viewer can do next."""
    return overview_page(request, panel)


def overview_page(
    request: HttpRequest,
    panel: Panel,
    *,
    form: ReasonForm | None = None,
    randomness: RandomnessForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a panel, with the form that could not be taken."""
    viewer = request.viewer
    may = {act: rules.test_rule(f"panel.{act}", viewer, panel) for act in _ACTS}
    draws = queries.draws(panel) if panel.frozen else []
    waiting = queries.request_waiting(panel) if may["watch"] else None
    words: dict[str, Any] = {
        "panel": panel,
        "may": may,
        "form": form or ReasonForm(),
        "randomness": randomness or RandomnessForm(),
        "waiting": waiting,
        "asked_by_me": waiting is not None and waiting.asked_by_id == viewer.user_id,
        "link": request.build_absolute_uri(f"/p/{panel.code}/"),
        "categories": queries.categories(panel.pk),
        "draws": draws,
        "newest": draws[0] if draws else None,
    }
    if draws and may["watch"] and draws[0].state == "failed":
        words["trouble"] = analysis.trouble(draws[0])
    if may["watch"] and panel.erased is None and panel.frozen is None and panel.state == "open":
        words["pool"] = analysis.pool_page(panel)
    if draws and may["watch"] and panel.erased is None:
        words["seats"] = queries.seats(panel)
    return render(request, "panel/overview.html", words, status=status)


@gate("panel.watch", on=queries.panel)
@require_GET
def pool(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The pool against the quotas: a page of its own, and the part of the overview that reloads."""
    words = {"panel": panel, "pool": analysis.pool_page(panel)}
    fragment = bool(request.headers.get("HX-Request"))
    response = render(request, f"panel/{'_pool' if fragment else 'pool'}.html", words)
    patch_vary_headers(response, ["HX-Request"])
    return response


# --- opening and freezing, by two people
def _ask(request: HttpRequest, panel: Panel, act: Any, done: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            act(panel=panel, reason=form.cleaned_data["reason"], by=request.viewer)
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        except (ValidationError, PermissionDenied) as trouble:
            form.add_error(None, said(trouble))
        else:
            messages.success(request, done)
            return redirect(panel)
    return overview_page(request, panel, form=form, status=422)


def confirm(request: HttpRequest, panel: Panel, verb: str, done: str) -> HttpResponse:
    """The second person confirms what waits, if it is this act."""
    act = queries.request_waiting(panel)
    if act is None or act.verb != verb:
        messages.error(
            request, _("No request waits any more: it was withdrawn, or is older than a day.")
        )
        return redirect(panel)
    try:
        network.confirm_two_person(act=act, by=request.viewer)
    except (ValidationError, PermissionDenied) as trouble:
        messages.error(request, said(trouble))
    else:
        messages.success(request, done)
    return redirect(panel)


@gate("panel.ask_to_open", on=queries.panel)
@require_POST
def ask_to_open(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Ask that residents can register."""
    done = _("Asked. It opens when a second person in another role confirms within a day.")
    return _ask(request, panel, services.ask_to_open, done)


@gate("panel.confirm_opening", on=queries.panel)
@require_POST
@recently_proved
def confirm_opening(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The second person confirms, having just proved who they are; registration opens."""
    done = _("Registration is open. Share its link.")
    return confirm(request, panel, queries.OPEN_VERB, done)


@gate("panel.ask_to_freeze", on=queries.panel)
@require_POST
def ask_to_freeze(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Ask that the list is closed and the lottery published."""
    done = _("Asked. The list is frozen when a second person in another role confirms.")
    return _ask(request, panel, services.ask_to_freeze, done)


@gate("panel.confirm_freezing", on=queries.panel)
@require_POST
@recently_proved
def confirm_freezing(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The second person confirms; the worker makes the list of panels and publishes it."""
    done = _("The list is frozen. The lottery is published on the draw's page in a moment.")
    return confirm(request, panel, queries.FREEZE_VERB, done)


# --- registering for somebody
@gate("panel.register_for", on=queries.panel)
@require_http_methods(["GET", "POST"])
def register_for(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Register somebody who asks for it, in a session or by telephone. The code is theirs."""
    known = queries.categories(panel.pk)
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        panel=panel,
        categories=known,
        assisted=True,
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.register(
                panel=panel,
                answers=form.answers(),
                contact=told["contact"],
                household=told.get("household", ""),
                needs=told["needs"],
                adult=told["adult"],
                agreed=told["agreed"],
                language=(get_language() or "en").split("-")[0],
                handle=told["handle"],
                channel=Channel.SESSION,
                by=request.viewer,
            )
        except ValidationError as trouble:
            form.add_error("contact" if trouble.code in ("contact", "invalid") else None, trouble)
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        else:
            return render(request, "panel/registered_for.html", {"panel": panel, "code": made.code})
    words = {"panel": panel, "form": form}
    return render(request, "panel/register_for.html", words, status=422 if form.errors else 200)
