"""Paper and its way back: printed, typed one by one or as a table, or read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.dialogue import analysis, queries
from baithak.dialogue.forms import numbered
from baithak.dialogue.forms.sheet import (
    Grid,
    PrintForm,
    SheetForm,
    UploadForm,
    answer_label,
    answer_words,
)
from baithak.dialogue.models import MOST_SHEETS, Session
from baithak.dialogue.queries import Card
from baithak.dialogue.queries import sessions as held
from baithak.dialogue.services import RefusedError
from baithak.dialogue.services import sheets as services
from baithak.dialogue.sheet_table import LARGEST, parcel, template_csv, template_xlsx
from baithak.network import keys
from baithak.report.ballot_sheet import Line, Sheets, sheets_pdf
from baithak.web import uploads
from baithak.web.gate import gate
from baithak.web.limited import LimitError, limited

__all__ = ["entry", "paper", "print_page", "table", "take_out", "template", "upload"]

_NAME, _SALT = "sheets", "baithak.dialogue.sheets"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Mistakes of a file that are listed at once.
_LISTED = 200


def _words(session: Session, **more: Any) -> dict[str, Any]:
    return {"dialogue": session.dialogue, "session": session, **more}


def _to(session: Session, name: str) -> HttpResponse:
    return redirect(f"dialogue:{name}", code=session.dialogue.code, session=session.pk)


def _say_no(code: str) -> str:
    return {
        "closed": _("The dialogue takes no answers any more: nothing was saved."),
        "no_such_statement": _(
            "A statement on it is not shown any more: nothing was saved. Open this page again."
        ),
        "key": _("The key of this dialogue is missing: tell whoever runs the hub."),
    }.get(code, _("Nothing was saved. Open this page again to see how things stand."))


def _shown(differences: tuple[services.Difference, ...], cards: tuple[Card, ...]) -> list[Any]:
    """Differences in words: which sheet, and statement by statement what stands and what comes."""
    texts = {card.number: card.shown for card in cards}
    return [
        {
            "number": one.number,
            "replaces": one.replaces,
            "changes": [
                {
                    "number": change.statement,
                    "shown": texts[change.statement],
                    "before": answer_label(change.before),
                    "after": answer_label(change.after),
                }
                for change in one.changes
            ],
        }
        for one in differences
    ]


def _enter(
    request: HttpRequest, session: Session, sheets: Mapping[int, Mapping[int, int]]
) -> services.Taken | tuple[services.Difference, ...] | str:
    """What became of them; or what has to be asked; or why not."""
    try:
        return services.enter_sheets(
            session=session,
            sheets=sheets,
            by=request.viewer,  # type: ignore[attr-defined]
            replacing=request.POST.getlist("replace"),
        )
    except services.EnteredBeforeError as before:
        return before.differences
    except RefusedError as refusal:
        return _say_no(refusal.code)
    except keys.KeyMissingError:
        return _say_no("key")


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _tell(request: HttpRequest, taken: services.Taken) -> None:
    """What was done, above the next page."""
    if taken.new:
        messages.success(request, _("Saved: sheets %(numbers)s.") % {"numbers": _listed(taken.new)})
    if taken.replaced:
        messages.success(
            request, _("Replaced: sheets %(numbers)s.") % {"numbers": _listed(taken.replaced)}
        )
    if taken.same:
        messages.info(
            request,
            _("Typed before with the same answers, nothing changed: sheets %(numbers)s.")
            % {"numbers": _listed(taken.same)},
        )


def _standing(session: Session) -> dict[str, Any]:
    """What those who type see of what was typed: numbers, and sheets that say the same."""
    try:
        alike = held.alike(session)
    except keys.KeyMissingError:
        alike = []
    numbers = held.entered_sheets(session)
    return {"entered": _ranges(numbers), "alike": alike, "next": _next(numbers)}


def _next(numbers: list[int]) -> int:
    """The number after the highest one, or the first gap where there is none above."""
    known = set(numbers)
    after = max(numbers, default=0) + 1
    return after if after <= MOST_SHEETS else min(set(range(1, MOST_SHEETS + 1)) - known, default=1)


def _ranges(numbers: list[int]) -> str:
    """Numbers as people write them: 1–7, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("–".join(map(str, part)) for part in parts)


@gate("dialogue.enter_sheets", on=held.session)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, session: Session) -> HttpResponse:
    """One sheet after the other: number, answers, save."""
    cards = queries.ballot_now(session.dialogue_id)
    asked = request.GET.get("number", "")
    standing = _standing(session)
    number = numbered(asked)
    if number is None:
        number = standing["next"]
    form = SheetForm(request.POST if request.method == "POST" else None, cards=cards, number=number)
    words = _words(session, form=form, **standing)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["number"]
        told = _enter(request, session, {typed: form.answers})
        if isinstance(told, services.Taken):
            _tell(request, told)
            return _to(session, "sheets")
        if isinstance(told, str):
            form.add_error(None, told)
        else:
            words["differences"] = _shown(told, cards)
    bad = bool(form.errors or words.get("differences"))
    return render(request, "dialogue/sheet_entry.html", words, status=422 if bad else 200)


@gate("dialogue.enter_sheets", on=held.session)
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, session: Session) -> HttpResponse:
    """Up to ten sheets at once, a letter for each answer."""
    cards = queries.ballot_now(session.dialogue_id)
    standing = _standing(session)
    grid = Grid(cards, request.POST if request.method == "POST" else {}, standing["next"])
    words = _words(session, grid=grid, **standing)
    if request.method == "POST" and grid.is_valid():
        told = _enter(request, session, grid.sheets)
        if isinstance(told, services.Taken):
            _tell(request, told)
            return _to(session, "sheets_table")
        if isinstance(told, str):
            grid.errors.append(("n1", told))
        else:
            words["differences"] = _shown(told, cards)
    bad = bool(grid.errors or words.get("differences"))
    return render(request, "dialogue/sheet_table.html", words, status=422 if bad else 200)


@gate("dialogue.enter_sheets", on=held.session)
@require_POST
def take_out(request: HttpRequest, session: Session) -> HttpResponse:
    """A sheet was typed under two numbers: take this one out."""
    told = request.POST.get("number", "")
    number = numbered(told) or 0
    try:
        gone = services.take_out_sheet(session=session, number=number, by=request.viewer)  # type: ignore[attr-defined]
    except RefusedError as refusal:
        messages.error(request, _say_no(refusal.code))
    except keys.KeyMissingError:
        messages.error(request, _say_no("key"))
    else:
        if gone:
            messages.success(
                request, _("Taken out: sheet %(number)d is not counted.") % {"number": number}
            )
        else:
            messages.info(request, _("No sheet of this number was typed: nothing changed."))
    return _to(session, "sheets")


# --- from a file


@gate("dialogue.enter_sheets", on=held.session)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, session: Session) -> HttpResponse:
    """First the file is looked at, and every mistake listed; a second press counts the sheets."""
    posted = request.method == "POST"
    if posted and request.POST.get("held"):
        return _import(request, session)
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    words = _words(session, form=form)
    if posted and form.is_valid():
        words |= _look(request, session, form)
    bad = bool(form.errors or words.get("problems"))
    return render(request, "dialogue/sheet_upload.html", words, status=422 if bad else 200)


def _read(content: bytes, name: str, cards: tuple[Card, ...]) -> dict[str, Any]:
    """The sheets of a file, read in a process of its own (R21)."""
    numbers = [card.number for card in cards]
    source = parcel(content, name=name, statements=numbers, words=answer_words())
    told: dict[str, Any] = limited("baithak.dialogue.sheet_table:uploaded", source)
    told["sheets"] = {number: dict(answers) for number, answers in told["sheets"]}
    return told


def _look(request: HttpRequest, session: Session, form: UploadForm) -> dict[str, Any]:
    file = form.cleaned_data["file"]
    if file.size > LARGEST:
        return {"problems": [_("The file is larger than 2 MB. Send the sheets of one session.")]}
    name = str(file.name)[-60:]
    cards = queries.ballot_now(session.dialogue_id)
    folder = uploads.hold({_NAME: file})
    try:
        told = _read((folder / _NAME).read_bytes(), name, cards)
        taken = services.look_at_sheets(session=session, sheets=told["sheets"])
    except analysis.EngineError as error:
        uploads.drop(folder)
        found = [error, *error.others]
        return {
            "problems": [analysis.trouble(one) for one in found[:_LISTED]],
            "more_problems": error.params.get("more") or len(found) > _LISTED,
        }
    except LimitError:
        uploads.drop(folder)
        return {"problems": [_("The file cannot be read. Save it again as CSV or .xlsx.")]}
    except RefusedError as refusal:
        uploads.drop(folder)
        return {"problems": [_say_no(refusal.code)]}
    except keys.KeyMissingError:
        uploads.drop(folder)
        return {"problems": [_say_no("key")]}
    known = {"folder": folder.name, "user": request.user.pk, "session": session.pk, "name": name}
    if not taken.new and not taken.differing:
        uploads.drop(folder)
    return {
        "preview": {
            "new": _ranges(list(taken.new)),
            "same": _ranges(list(taken.same)),
            "empty": told["empty"],
            "nothing": not taken.new and not taken.differing,
            "otherwise": _headed_otherwise(told["heads"], cards),
            "held": signing.dumps(known, salt=_SALT),
        },
        "differences": _shown(taken.differing, cards),
    }


def _headed_otherwise(heads: list[list[Any]], cards: tuple[Card, ...]) -> list[Any]:
    """Columns headed with other words than their statement has: is it the table of this dialogue?"""
    texts = {card.number: card for card in cards}
    return [
        {"number": number, "said": said, "shown": texts[number].shown}
        for number, said in heads
        if said
        and " ".join(said.split())
        not in {" ".join(text.split())[:300] for text, *_ in texts[number].wordings.values()}
    ]


def _import(request: HttpRequest, session: Session) -> HttpResponse:
    try:
        known = signing.loads(request.POST["held"], salt=_SALT, max_age=uploads.KEPT)
    except signing.BadSignature:
        known = {}
    folder = uploads.held(str(known.get("folder", "")))
    if folder is None or known.get("user") != request.user.pk or known.get("session") != session.pk:
        messages.error(request, _("The file was kept for an hour and is gone: choose it again."))
        return _to(session, "sheets_upload")
    cards = queries.ballot_now(session.dialogue_id)
    try:
        told = _read((folder / _NAME).read_bytes(), known["name"], cards)
    except (analysis.EngineError, LimitError):
        uploads.drop(folder)
        messages.error(request, _("The statements have changed meanwhile: choose the file again."))
        return _to(session, "sheets_upload")
    taken = _enter(request, session, told["sheets"])
    if isinstance(taken, tuple):
        # Not all were ticked, or somebody typed one of them meanwhile: nothing was saved.
        words = _words(
            session, preview={"held": request.POST["held"]}, differences=_shown(taken, cards)
        )
        return render(request, "dialogue/sheet_upload.html", words, status=422)
    uploads.drop(folder)
    if isinstance(taken, str):
        messages.error(request, taken)
        return _to(session, "sheets_upload")
    _tell(request, taken)
    return _to(session, "sheets")


@gate("dialogue.enter_sheets", on=held.session)
@require_GET
def template(request: HttpRequest, session: Session) -> HttpResponse:
    """An empty table with the statements as columns and the numbers of the sheets as rows."""
    cards = queries.ballot_now(session.dialogue_id)
    columns = [(card.number, card.shown.text) for card in cards]
    numbers = range(1, min(MOST_SHEETS, session.people or 30) + 1)
    if request.GET.get("as") != "xlsx":
        content = template_csv(_("sheet"), columns, numbers).encode()
        return _file(content, "sheets.csv", "text/csv; charset=utf-8")
    how = [
        _("One row is one sheet; its number is printed on the paper."),
        _("Write a for agree, d for disagree, s for skip. Also: 1, -1, 0, or the words."),
        _("Leave a cell empty where nothing was ticked."),
    ]
    return _file(template_xlsx(_("sheet"), columns, numbers, how), "sheets.xlsx", _XLSX)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "sandbox"
    return response


# --- paper


def _sheets(session: Session, asked: Mapping[str, Any]) -> Sheets:
    """The sheets as they are printed, with what is said in their language where it exists."""
    dialogue, language = session.dialogue, asked["language"]
    names = dict(settings.CONTENT_LANGUAGES)
    texts = dialogue.texts.get(language) or dialogue.texts[dialogue.first_language]
    lines = []
    for card in queries.ballot_now(dialogue.pk):
        own = language if language in card.wordings else card.original
        mark = "" if own == language else names.get(own, own)
        lines.append(Line(card.number, card.wordings[own][0], own, mark))
    return Sheets(
        title=texts["title"],
        question=texts["question"],
        session=f"{session.ward} · {session.day.isoformat()}",
        first=asked["first"],
        last=asked["last"],
        lines=lines,
        language=language,
        large=asked["large"],
    )


@gate("dialogue.enter_sheets", on=held.session)
@require_GET
def print_page(request: HttpRequest, session: Session) -> HttpResponse:
    """Choose numbers, language and size; the first sheet as it will look; print or take the PDF."""
    form = PrintForm(request.GET, session=session)
    asked = form.asked()
    words = _words(session, form=form, asked=request.GET.urlencode())
    if asked:
        words["sheets"] = _sheets(session, asked)
    return render(request, "dialogue/sheet_print.html", words, status=200 if asked else 422)


@gate("dialogue.enter_sheets", on=held.session)
@require_GET
def paper(request: HttpRequest, session: Session) -> HttpResponse:
    """The sheets as a PDF."""
    asked = PrintForm(request.GET, session=session).asked()
    if not asked:
        raise Http404
    name = slugify(session.ward) or f"session-{session.pk}"
    pdf = sheets_pdf(_sheets(session, asked))
    return _file(pdf, f"{name}-{asked['first']}-{asked['last']}.pdf", "application/pdf")
