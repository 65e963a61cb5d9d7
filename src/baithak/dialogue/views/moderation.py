"""The moderators' queue: accept, turn down with a published reason, join, take it back (R11).

A moderator sees the words and nothing else: neither who wrote them nor how anybody voted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.forms import MergeForm, RejectForm, moderators_hints
from baithak.dialogue.models import Dialogue, Reason, Statement, Wording
from baithak.network import queries as network
from baithak.web.gate import gate

__all__ = ["accept", "appeal", "intake", "merge", "queue", "reject", "undo"]

_AT_ONCE = 20


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Which pile and which page of it: in the address, or in the form that was sent from there."""
    given = request.POST if request.method == "POST" else request.GET
    name = given.get("pile", "")
    return (name if name in queries.PILES else "waiting"), given.get("page", "1")


def _words(request: HttpRequest, dialogue: Dialogue) -> dict[str, Any]:
    viewer = request.viewer  # type: ignore[attr-defined]
    name, number = _asked(request)
    page = Paginator(queries.pile(viewer, dialogue, name), _AT_ONCE).get_page(number)
    names = {
        "waiting": _("Waiting"),
        "held": _("Held back"),
        "appeals": _("Second look"),
        "decided": _("Decided"),
        "merged": _("Joined"),
    }
    clock = queries.clock(viewer, dialogue)
    return {
        "dialogue": dialogue,
        "pile": name,
        "title": names[name],
        "piles": [(key, label, clock.piles[key]) for key, label in names.items()],
        "clock": clock,
        "page": page,
        "items": _items(request, dialogue, name, list(page)),
        "reasons": Reason.published(),
        "may_decide": dialogue.state == "open",
        "may_take_away": dialogue.keeps_answers,
        "me": viewer.user_id,
    }


def _items(
    request: HttpRequest, dialogue: Dialogue, name: str, told: list[Statement]
) -> list[dict[str, Any]]:
    """Each statement with its original words, what to look at twice, and what may say the same."""
    names: list[str] = []
    near: dict[int, list[dict[str, Any]]] = {}
    if told and name in ("waiting", "held", "appeals"):
        viewer = request.viewer  # type: ignore[attr-defined]
        names = [one.name for one in network.organisations(viewer, dialogue.place)]
        near = _near(dialogue, told)
    items = []
    for statement in told:
        wording = next((w for w in statement.wordings.all() if w.kind == "original"), None)
        items.append(
            {
                "statement": statement,
                "wording": wording,
                "hints": moderators_hints(wording.text, names)
                if wording and names is not None
                else [],
                "near": near.get(statement.pk, []),
                "into": queries.stands_in(statement) if name == "merged" else None,
                # Confirmed before, or held by somebody else first: taking it back takes another person.
                "again": statement.confirmed_by_id is not None
                or statement.held_by_id != statement.decided_by_id,
            }
        )
    return items


def _near(dialogue: Dialogue, told: list[Statement]) -> dict[int, list[dict[str, Any]]]:
    known = queries.compared(dialogue.pk)
    texts = {pk: [w.text for w in words] for pk, (_statement, words) in known.items()}
    tongues = {}
    for statement in told:
        texts.setdefault(statement.pk, [w.text for w in statement.wordings.all()])
        tongues[statement.pk] = {w.language for w in statement.wordings.all()}
    found = analysis.alike([statement.pk for statement in told], texts)
    return {
        pk: [
            {"statement": known[other][0], "word": _in_one_of(tongues[pk], known[other][1])}
            for other in others
            if other in known
        ]
        for pk, others in found.items()
    }


def _in_one_of(languages: set[str], words: list[Wording]) -> Wording:
    """The other one in a language of the first, so that both can be compared; else as it was written."""
    return next((word for word in words if word.language in languages), words[0])


@gate("dialogue.see_queue", on=queries.dialogue)
@require_GET
def queue(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """One pile of the queue: what waits (the oldest first), is held, was appealed, decided or joined."""
    return render(request, "dialogue/queue.html", _words(request, dialogue))


def _after(
    request: HttpRequest, dialogue: Dialogue, said: str, *, done: bool = True
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        words = {**_words(request, dialogue), "said": said, "done": done}
        return render(request, "dialogue/_queue.html", words)
    (messages.success if done else messages.warning)(request, said)
    name, number = _asked(request)
    address = reverse("dialogue:queue", kwargs={"code": dialogue.code})
    return redirect(f"{address}?pile={name}&page={number}")


def _decided(
    request: HttpRequest, statement: Statement, act: Callable[..., Statement], **given: Any
) -> HttpResponse:
    """Do it, and say what came of it; where somebody was faster, what they decided."""
    seen = request.POST.get("seen", "")
    try:
        fresh = act(statement=statement, by=request.viewer, seen=seen, **given)  # type: ignore[attr-defined]
    except services.RefusedError as refusal:
        return _after(request, statement.dialogue, _no(refusal.code, statement), done=False)
    return _after(request, statement.dialogue, _yes(fresh))


def _yes(statement: Statement) -> str:
    if statement.appeal == "upheld" and statement.state == "rejected":
        return _("It stays as it is. Who wrote it can read that on their page.")
    return {
        "accepted": _("Accepted: residents see it from now on."),
        "rejected": _("Turned down. You can take this back under “Decided”."),
        "held": _("Held back: a second moderator confirms it or puts it back into the queue."),
        "merged": _("Joined. You can take this back under “Joined”."),
        "pending": _("Taken back: it waits in the queue again."),
    }[statement.state]


def _no(code: str, statement: Statement) -> str:
    """A refusal in words with a remedy."""
    if code == "decided":
        statement.refresh_from_db()
        stands = statement.get_state_display()
        if statement.reason:
            stands = f"{stands}: {statement.get_reason_display()}"
        return _(
            "Somebody else was faster, and your press changed nothing. Now it says: %(stands)s."
        ) % {"stands": stands}
    return {
        "no_reason": _("Nothing was changed: choose one of the reasons first."),
        "second_person": _(
            "You held it back, so somebody else decides. If that was a slip, take it back first."
        ),
        "another_person": _("You decided about it, so another moderator takes the second look."),
        "not_shown": _("Nothing was changed: no shown statement of this dialogue has this number."),
        "appeal": _("A second look was asked for: decide about that first."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def accept(request: HttpRequest, statement: Statement) -> HttpResponse:
    return _decided(request, statement, services.accept)


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def reject(request: HttpRequest, statement: Statement) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _after(request, statement.dialogue, _no("no_reason", statement), done=False)
    return _decided(request, statement, services.reject, reason=form.cleaned_data["reason"])


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def merge(request: HttpRequest, statement: Statement) -> HttpResponse:
    """Join it with a shown one, by the number of that."""
    form = MergeForm(request.POST)
    viewer, dialogue = request.viewer, statement.dialogue  # type: ignore[attr-defined]
    into = (
        queries.shown_number(viewer, dialogue, form.cleaned_data["into"])
        if form.is_valid()
        else None
    )
    if into is None:
        return _after(request, dialogue, _no("not_shown", statement), done=False)
    return _decided(request, statement, services.merge, into=into)


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def undo(request: HttpRequest, statement: Statement) -> HttpResponse:
    return _decided(request, statement, services.undo)


@gate("dialogue.moderate", on=queries.statement)
@require_POST
def appeal(request: HttpRequest, statement: Statement) -> HttpResponse:
    """The second look that was asked for."""
    grant = request.POST.get("grant") == "1"
    return _decided(request, statement, services.decide_again, grant=grant)


@gate("dialogue.switch_intake", on=queries.dialogue)
@require_POST
def intake(request: HttpRequest, dialogue: Dialogue) -> HttpResponse:
    """Close or open the box for residents' statements."""
    on = request.POST.get("on") == "1"
    try:
        fresh = services.switch_intake(dialogue=dialogue, on=on, by=request.viewer)  # type: ignore[attr-defined]
    except services.RefusedError:
        dialogue.refresh_from_db()
        return _after(request, dialogue, _("This dialogue is not open."), done=False)
    said = (
        _("Residents can add statements again.")
        if on
        else _("Residents cannot add statements any more. They go on answering.")
    )
    return _after(request, fresh, said)
