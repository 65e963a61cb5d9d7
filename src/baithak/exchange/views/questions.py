"""Ask a peer: what was asked, one question with its answers, and what its teams do with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from baithak.exchange.forms.lessons import LessonForm
from baithak.exchange.forms.questions import AnswerForm, AskForm
from baithak.exchange.models import Answer, Practice, Question
from baithak.exchange.queries import practices as practice_queries
from baithak.exchange.queries import questions as queries
from baithak.exchange.records import library
from baithak.exchange.rules import WRITERS
from baithak.exchange.services import questions as services
from baithak.exchange.services.names import NamesError
from baithak.exchange.views import names
from baithak.network.forms import LevelForm
from baithak.network.models import Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.sharing import fewer, refuse, sharing
from baithak.web.gate import gate

__all__ = ["answer", "ask", "close", "lesson", "listing", "narrow", "page", "share"]

_AT_ONCE = 30
#: The lists, by the word in the address.
_LISTS = {
    "community": queries.communities,
    "to-answer": queries.to_answer,
    "asked": queries.asked_by,
}


def _say_no(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "closed": _("The asking team has closed this question: nobody can answer any more."),
        "copy": _("Who owns this practice is not in this hub: ask those who face its challenge."),
        "own": _("This is a practice of your own place: choose another place, or ask your team."),
        "not_published": _("This practice is not published any more, so nobody can be asked."),
        "letter": _("It was put to one team and stays between the two. Ask a community anew."),
        "answered": services.answered_already(),
        "told_already": _("A lesson was made of this answer already: change that one."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def _done(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the act gives, or ``None`` and the reason in the form; found names are kept in ``form.found``."""
    try:
        return act()
    except NamesError as found:
        names.show(form, found)
    except RefusedError as refusal:
        form.add_error(None, _say_no(refusal.code))
    except (ValidationError, PermissionDenied) as trouble:
        refuse(form, trouble)
    return None


@gate("exchange.see_questions")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Questions of communities, to the viewer's teams, or of theirs."""
    viewer = request.viewer  # type: ignore[attr-defined]
    of = request.GET.get("of", "")
    of = of if of in _LISTS else "community"
    known = library().taxonomy.codes("challenges")
    challenge = request.GET.get("challenge", "")
    challenge = challenge if challenge in known else ""
    found = Paginator(_LISTS[of](viewer, challenge), _AT_ONCE)
    words = {
        "page": found.get_page(request.GET.get("page")),
        "of": of,
        "challenge": challenge,
        "challenges": known,
        "may_ask": rules.test_rule("exchange.ask", viewer, None),
    }
    return render(request, "exchange/questions.html", words)


@gate("exchange.ask")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A question to the owner of ``?practice=``, or to a challenge's community."""
    viewer = request.viewer  # type: ignore[attr-defined]
    about = _asked_practice(request)
    places = list(practice_queries.places_to_write_in(viewer))
    others = [p for p in places if about is None or not about.is_own or p != about.place]
    owned = about is not None and about.is_own and about.is_published and bool(others)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        places=others if owned else places,
        challenges=None if owned else _challenges(about),
        initial={} if owned else _prefilled(request, about),
    )
    if request.method == "POST" and form.is_valid():
        question = _done(form, lambda: _ask(request, form, about if owned else None))
        if question is not None:
            messages.success(request, _asked(question))
            return redirect(question)
    words = {
        "form": form,
        "about": about,
        "owned": owned,
        "reply_time": queries.reply_time(about.place) if about and owned else None,
    }
    return render(request, "exchange/ask.html", words, status=422 if form.errors else 200)


def _ask(request: HttpRequest, form: AskForm, practice: Practice | None) -> Question:
    return services.ask(
        place=form.chosen,
        practice=practice,
        challenge=form.cleaned_data.get("challenge", ""),
        chatham=form.cleaned_data["chatham"],
        looked=names.looked(request),
        by=request.viewer,  # type: ignore[attr-defined]
        **form.words,
    )


def _asked(question: Question) -> str:
    if question.to_place_id is not None:
        return _("Asked. The other team gets a letter that a question waits.")
    return _("Saved. Only your team sees it so far: let more people see it, and they can answer.")


def _asked_practice(request: HttpRequest) -> Practice | None:
    code = request.GET.get("practice", "")
    found = practice_queries.practice(request.viewer, code=code) if code else None  # type: ignore[attr-defined]
    if code and found is None:
        raise Http404
    return found


def _challenges(about: Practice | None) -> list[str]:
    """All challenges, those of the practice first."""
    first = about.record.challenges if about else ()
    return list(dict.fromkeys([*first, *library().taxonomy.codes("challenges")]))


def _prefilled(request: HttpRequest, about: Practice | None) -> dict[str, str]:
    """The challenge of the address; the practice's name, where a community is asked about it."""
    told = {"challenge": request.GET.get("challenge", "")}
    if about is not None:
        told = {
            "challenge": next(iter(about.record.challenges), ""),
            "text": _("About “%(title)s”:") % {"title": about.title} + "\n",
        }
    return told


@gate("exchange.see", on=queries.question)
@require_GET
def page(request: HttpRequest, question: Question) -> HttpResponse:
    """One question with what was answered."""
    return _page(request, question)


def _page(
    request: HttpRequest,
    question: Question,
    status: int = 200,
    share_form: LevelForm | None = None,
    **words: Any,
) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    may = {
        act: rules.test_rule(f"exchange.{act}", viewer, question)
        for act in ("answer", "share_question", "narrow", "close_question")
    }
    ours = bool(viewer.roles_at(question.place) & (MECHANISM | CONFIRMERS))
    words = {
        "question": question,
        "practice": queries.practice_of(viewer, question),
        "answers": queries.answers(viewer, question),
        "lessons": queries.lessons_of(viewer, question),
        "ours": ours,
        "may": may,
        "may_make_lesson": bool(viewer.roles_at(question.place) & WRITERS),
        **(_sharing(request, question, share_form) if ours else {}),
        **words,
    }
    if may["answer"]:
        words.setdefault(
            "answer_form", AnswerForm(places=queries.places_to_answer_from(viewer, question))
        )
    return render(request, "exchange/question.html", words, status=status)


def _sharing(request: HttpRequest, question: Question, form: LevelForm | None) -> dict[str, Any]:
    """As for other things, but never to everybody, and a letter to nobody else at all."""
    told = sharing(request, question, form or LevelForm(levels=_wider(question)))
    return told if _wider(question) else {**told, "share_form": None}


def _wider(question: Question) -> list[Visibility]:
    """Levels at which more people would see it; none for a letter between two teams, or once answered."""
    if question.to_place_id is not None or question.answered is not None:
        return []
    width = Visibility(question.visibility).width
    return [level for level in queries.COMMUNITY if level.width > width]


@gate("exchange.answer", on=queries.question)
@require_POST
def answer(request: HttpRequest, question: Question) -> HttpResponse:
    """Answer, for one of the places that may."""
    viewer = request.viewer  # type: ignore[attr-defined]
    form = AnswerForm(request.POST, places=queries.places_to_answer_from(viewer, question))
    told = form.is_valid() and _done(
        form,
        lambda: services.answer(
            question=question,
            by_place=form.chosen,
            looked=names.looked(request),
            by=viewer,
            **form.words,
        ),
    )
    if told:
        messages.success(request, _("Your answer is saved. The asking team gets a letter."))
        return redirect(question)
    return _page(request, question, 422, answer_form=form)


@gate("exchange.share_question", on=queries.question)
@require_POST
def share(request: HttpRequest, question: Question) -> HttpResponse:
    """Ask that a community sees it."""
    refused = "letter" if question.to_place_id is not None else "answered"
    if refused == "letter" or question.answered is not None:
        messages.error(request, _say_no(refused))
        return redirect(question)
    form = LevelForm(request.POST, levels=_wider(question))
    asked = form.is_valid() and _done(
        form,
        lambda: services.share(
            question=question,
            by=request.viewer,  # type: ignore[attr-defined]
            **form.cleaned_data,
        ),
    )
    if asked:
        messages.success(request, _("Asked. A second person in another role confirms it."))
        return redirect(question)
    return _page(request, question, 422, share_form=form)


@gate("exchange.narrow", on=queries.question)
@require_POST
def narrow(request: HttpRequest, question: Question) -> HttpResponse:
    """Fewer people see it."""
    fewer(request, question)
    return redirect(question)


@gate("exchange.close_question", on=queries.question)
@require_POST
def close(request: HttpRequest, question: Question) -> HttpResponse:
    """The team has what it needs."""
    with contextlib.suppress(RefusedError):  # a second press: it is closed, as was wanted
        services.close(question=question, by=request.viewer)  # type: ignore[attr-defined]
    messages.success(request, _("The question is closed. What was answered stays."))
    return redirect(question)


@gate("exchange.make_lesson", on=queries.answer)
@require_http_methods(["GET", "POST"])
def lesson(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Make a lesson of an answer, in words that others can use."""
    question = answer.question
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        initial={
            "text": answer.text[:2000],
            "language": answer.language,
            "challenges": _challenges_of(question),
        },
    )
    if request.method == "POST" and form.is_valid():
        made = _done(
            form,
            lambda: services.make_lesson(
                answer=answer,
                looked=names.looked(request),
                by=request.viewer,  # type: ignore[attr-defined]
                **form.told(),
            ),
        )
        if made is not None:
            messages.success(request, _("The lesson is saved. Only your team sees it so far."))
            return redirect(question)
    words = {"form": form, "question": question, "answer": answer}
    return render(
        request, "exchange/lesson_from_answer.html", words, status=422 if form.errors else 200
    )


def _challenges_of(question: Question) -> list[str]:
    """Those of the question; of the practice only where it is no secret whose answer it is."""
    if question.challenge:
        return [question.challenge]
    if question.chatham or question.practice is None:
        return []
    return list(question.practice.record.challenges)
