"""What residents see: no account, no session, no cookie. A code opens one's own registration.

The code is in the form that was answered and nowhere else, so that a telephone that several people
share keeps nothing. Django's own check against foreign forms rests on cookies; here a foreign form can
do no more than its author could by hand, because nothing that the browser keeps is an authority.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.network import keys
from baithak.network.limits import Limit, too_often
from baithak.network.scope import PUBLIC
from baithak.panel import analysis, queries, services
from baithak.panel.forms import AnswerForm, CodeForm, RegisterForm, WithdrawForm
from baithak.panel.models import NeedKind, Panel, Registrant, Seat
from baithak.panel.views.words import refused
from baithak.web.gate import public

__all__ = [
    "answer", "change", "export", "invitation", "mine", "notice", "qr", "register", "slip",
    "take_part", "withdraw",
]  # fmt: skip

log = logging.getLogger(__name__)

#: A cyber cafe may register many people in an evening; nobody needs more.
REGISTER = Limit("panel.register", most=60, seconds=60 * 60)
#: Wrong codes alone are counted: people of one house or cafe do not stand in each other's way.
CODE = Limit("panel.code", most=30, seconds=10 * 60)

Page = Callable[[HttpRequest, Panel], HttpResponse]
_FOR_RESIDENTS = "residents register and follow the draw without an account"


def _resident(limit: Limit | None = None) -> Callable[[Page], Page]:
    """Tell nobody where somebody comes from; say honestly what was not saved; keep to the limit."""

    def of(page: Page) -> Page:
        # Nothing a browser keeps is an authority here (see above).
        @csrf_exempt
        @wraps(page)
        def shown(request: HttpRequest, panel: Panel) -> HttpResponse:
            if limit is CODE and panel.erased is not None:
                return _quiet(_problem(
                    request, panel, 410, _("What registrants told us is erased."),
                    _("Nothing is left to see or to change. The draw stays on the panel's page."),
                ))  # fmt: skip
            if request.method == "POST":
                if request.headers.get("Sec-Fetch-Site") == "cross-site":
                    return _problem(
                        request, panel, 403, _("This form was sent from another site."),
                        _("Nothing was saved. Please open the panel's own page."),
                    )  # fmt: skip
                if wait := _wait(request, limit):
                    return _quiet(too_often(request, wait))
            try:
                response = page(request, panel)
            except keys.KeyMissingError:
                response = _problem(
                    request, panel, 503, _("This panel cannot take registrations just now."),
                    _("Nothing was saved. The city's team has to look at it; please come back later."),
                )  # fmt: skip
            except OperationalError:
                log.exception("a resident's page could not be shown")
                response = _problem(
                    request, panel, 503, _("This page cannot be shown just now."),
                    _("What we told you was saved is saved. Please try again; sending twice counts once."),
                )  # fmt: skip
            return _quiet(response)

        return shown

    return of


def _wait(request: HttpRequest, limit: Limit | None) -> int:
    if limit is None:
        return 0
    return limit.reached(request) if limit is CODE else limit.wait(request)


def _quiet(response: HttpResponse) -> HttpResponse:
    """Other sites never learn that somebody came from here; caches keep nothing."""
    response["Referrer-Policy"] = "no-referrer"
    response.setdefault("Cache-Control", "private, no-store")
    return response


def _problem(
    request: HttpRequest, panel: Panel, status: int, what: str, remedy: str
) -> HttpResponse:
    words = {"panel": panel, "what": what, "remedy": remedy}
    return render(request, "panel/problem.html", words, status=status)


def _link(request: HttpRequest, panel: Panel) -> str:
    """The short address that opens in the reader's language."""
    return request.build_absolute_uri(f"/p/{panel.code}/")


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_GET
@_resident()
def take_part(request: HttpRequest, panel: Panel) -> HttpResponse:
    """What is asked, by whom and why, who sees it, until when it is kept; and what comes next."""
    words = {
        "panel": panel,
        "categories": queries.categories(panel.pk),
        "link": _link(request, panel),
        "newest": queries.newest_draw(panel.pk) if panel.frozen else None,
    }
    return render(request, "panel/take_part.html", words)


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_GET
@_resident()
def invitation(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The invitation in every language of the panel, with its link as a picture, for paper."""
    words = {"panel": panel, "link": _link(request, panel), "letters": _letters(panel)}
    return render(request, "panel/invitation.html", words)


def _letters(panel: Panel) -> list[dict[str, Any]]:
    """Its texts per language, and whether our own sentences exist in it too."""
    speaks = {code for code, _name in settings.LANGUAGES}
    return [
        {"language": code, "speaks": code in speaks, **panel.texts[code]}
        for code in panel.languages
        if code in panel.texts
    ]


@public("the panel's link as a picture, for paper", on=queries.public_panel)
@require_GET
@_resident()
def qr(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The link as a QR code."""
    picture = io.BytesIO()
    segno.make(_link(request, panel), error="m", micro=False).save(
        picture, kind="svg", scale=6, border=2, omitsize=False
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_GET
@_resident()
def notice(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The notice that registrants agree to: one page, plain words."""
    categories = queries.categories(panel.pk)
    return render(request, "panel/notice.html", {"panel": panel, "categories": categories})


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_http_methods(["GET", "POST"])
@_resident(REGISTER)
def register(request: HttpRequest, panel: Panel) -> HttpResponse:
    """The form; when it is stored, the code. Sending it twice gives the same code."""
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        panel=panel,
        categories=queries.categories(panel.pk),
    )
    if request.method == "GET" and not panel.takes_registrations:
        return redirect("panel:take_part", code=panel.code)
    if request.method == "POST" and form.is_valid():
        told = _registered(request, panel, form)
        if told is not None:
            return render(request, "panel/registered.html", {"panel": panel, "code": told.code})
    words = {"panel": panel, "form": form}
    return render(request, "panel/register.html", words, status=422 if form.errors else 200)


def _registered(
    request: HttpRequest, panel: Panel, form: RegisterForm
) -> services.Registered | None:
    told = form.cleaned_data
    try:
        return services.register(
            panel=panel,
            answers=form.answers(),
            contact=told["contact"],
            household=told.get("household", ""),
            needs=told["needs"],
            adult=told["adult"],
            agreed=told["agreed"],
            language=_notice_language(),
            handle=told["handle"],
            by=PUBLIC,
        )
    except ValidationError as trouble:
        form.add_error(
            "contact" if getattr(trouble, "code", "") in ("contact", "invalid") else None, trouble
        )
    except services.RefusedError:
        form.add_error(None, _("Registration has ended meanwhile. Nothing was saved."))
    except OperationalError:
        log.exception("a registration could not be stored")
        form.add_error(
            None,
            _("Nothing was saved: there is trouble on our side. Please send the form again."),
        )
    return None


def _notice_language() -> str:
    """The language in which the notice was read: that of the page."""
    return (get_language() or "en").split("-")[0]


# --- one's own registration
def _own(request: HttpRequest, panel: Panel) -> tuple[CodeForm, Registrant | None]:
    """The registration that the typed code opens, or the form with what is wrong."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return form, None
    found = services.find(panel=panel, code=form.cleaned_data["code"])
    if found is None or found.seat == Seat.WITHDRAWN:
        CODE.wait(request)
        form.add_error("code", refused("no_such_code"))
        return form, None
    return form, found


def _ask(request: HttpRequest, panel: Panel, form: CodeForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "panel/code.html", {"panel": panel, "form": form}, status=status)


def _show(
    request: HttpRequest, panel: Panel, person: Registrant, status: int = 200, **more: Any
) -> HttpResponse:
    """Everything about one registration, and what its owner can do."""
    categories = queries.categories(panel.pk)
    words: dict[str, Any] = {
        "panel": panel,
        "person": person,
        "code": request.POST.get("code", ""),
        "told": [
            (category, feature)
            for category in categories
            for feature in category.features.all()
            if str(feature.pk) == str(person.answers.get(str(category.pk)))
        ],
        "needs": _needs(person),
        "consent": queries.consent_of(person),
        "form": RegisterForm(panel=panel, categories=categories, registrant=person),
        "withdraw": WithdrawForm(),
        "standings": _standings(panel, person),
    }
    return render(request, "panel/mine.html", words | more, status=status)


def _needs(person: Registrant) -> list[str]:
    need = getattr(person, "need", None)
    return [str(NeedKind(kind).label) for kind in need.kinds] if need is not None else []


def _standings(panel: Panel, person: Registrant) -> list[dict[str, Any]]:
    """The published draws, and on how many of their listed panels this person is."""
    if not person.pseudonym:
        return []
    return [
        {
            "draw": draw,
            "standing": analysis.own_standing(draw, person.pseudonym),
            "selected": person.pseudonym in draw.selected,
        }
        for draw in queries.draws(panel, published=True)
    ]


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_http_methods(["GET", "POST"])
@_resident(CODE)
def mine(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Ask for the code; show what it opens."""
    if request.method == "GET":
        return _ask(request, panel, CodeForm())
    form, person = _own(request, panel)
    return _ask(request, panel, form) if person is None else _show(request, panel, person)


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_POST
@_resident(CODE)
def change(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Change what was told."""
    asked, person = _own(request, panel)
    if person is None:
        return _ask(request, panel, asked)
    form = RegisterForm(
        request.POST, panel=panel, categories=queries.categories(panel.pk), registrant=person
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            services.change(
                panel=panel,
                code=asked.cleaned_data["code"],
                answers=form.answers(),
                contact=told.get("contact", ""),
                household=told.get("household") or None,
                needs=told["needs"],
                by=PUBLIC,
            )
        except ValidationError as trouble:
            form.add_error(None, trouble)
        except services.RefusedError as refusal:
            form.add_error(None, refused(refusal.code))
        else:
            _asked, fresh = _own(request, panel)
            return _show(request, panel, fresh or person, done=_("Your changes are saved."))
    return _show(request, panel, person, status=422, form=form)


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_POST
@_resident(CODE)
def withdraw(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Take the registration back: as easy as giving it."""
    asked, person = _own(request, panel)
    if person is None:
        return _ask(request, panel, asked)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show(request, panel, person, status=422, withdraw=form)
    try:
        services.withdraw(panel=panel, code=asked.cleaned_data["code"], by=PUBLIC)
    except services.RefusedError as refusal:
        asked.add_error("code", refused(refusal.code))
        return _ask(request, panel, asked)
    return render(request, "panel/withdrawn.html", {"panel": panel})


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_POST
@_resident(CODE)
def answer(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Take the seat, or leave it to somebody else."""
    asked, person = _own(request, panel)
    if person is None:
        return _ask(request, panel, asked)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, panel, person, status=422, trouble=_("Press yes or no."))
    try:
        fresh = services.answer(
            panel=panel,
            code=asked.cleaned_data["code"],
            takes_it=form.cleaned_data["answer"] == "yes",
            by=PUBLIC,
        )
    except services.RefusedError as refusal:
        return _show(request, panel, person, status=422, trouble=refused(refusal.code))
    return _show(request, panel, fresh, done=_("Your answer is saved. Thank you."))


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_POST
@_resident(CODE)
def export(request: HttpRequest, panel: Panel) -> HttpResponse:
    """All that is kept about this person, as a file (P4)."""
    asked, person = _own(request, panel)
    if person is None:
        return _ask(request, panel, asked)
    told = services.own_data(panel=panel, registrant=person)
    body = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True)
    return _download(body, "application/json", f"panel-{panel.code}-my-registration.json")


@public(_FOR_RESIDENTS, on=queries.public_panel)
@require_POST
@_resident(CODE)
def slip(request: HttpRequest, panel: Panel) -> HttpResponse:
    """One's own line and the path from it to the published root, to be checked anywhere."""
    asked, person = _own(request, panel)
    if person is None:
        return _ask(request, panel, asked)
    number = request.POST.get("number", "")
    draws = [d for d in queries.draws(panel, published=True) if str(d.number) == number]
    told = analysis.slip(draws[0], person.line) if draws and person.line else ""
    if not told:
        return _show(
            request, panel, person, status=422,
            trouble=_("You are not on the list of this draw. The page says on which ones you are."),
        )  # fmt: skip
    name = f"panel-{panel.code}-draw-{number}-{person.pseudonym}.json"
    return _download(told + "\n", "application/json", name)


def _download(body: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
