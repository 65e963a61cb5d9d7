"""A practice in another language: written side by side, read by another speaker."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baithak.exchange.forms.translations import TranslationForm
from baithak.exchange.models import Translation
from baithak.exchange.queries import practices as queries
from baithak.exchange.records import LANGUAGES
from baithak.exchange.services import translations as services
from baithak.network.refusal import RefusedError
from baithak.web.gate import gate

__all__ = ["review", "translate"]


@gate("exchange.translate", on=queries.to_translate)
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, told: Translation) -> HttpResponse:
    """Every text beside a field for its translation."""
    practice = told.practice
    form = TranslationForm(request.POST if request.method == "POST" else None, translation=told)
    if request.method == "POST" and form.is_valid():
        try:
            services.translate(
                practice=practice,
                language=told.language,
                texts=form.texts(),
                by=request.viewer,  # type: ignore[attr-defined]
                seen=request.POST.get("seen", ""),
            )
        except ValidationError as trouble:
            form.add_error(None, " ".join(trouble.messages))
        else:
            messages.success(request, _("Saved. Others see it once another speaker has read it."))
            return _again(told)
    words = {
        "practice": practice,
        "told": told,
        # What was typed over other words stays so, else a second press would do it unseen.
        "seen": request.POST.get("seen", "") if form.errors else told.seal,
        "form": form,
        "language_name": LANGUAGES[told.language],
        "may_review": told.pk is not None and not told.is_reviewed,
    }
    return render(request, "exchange/translate.html", words, status=422 if form.errors else 200)


@gate("exchange.translate", on=queries.translated)
@require_POST
def review(request: HttpRequest, told: Translation) -> HttpResponse:
    """Another speaker of the language has read it."""
    try:
        services.mark_reviewed(
            translation=told,
            by=request.viewer,  # type: ignore[attr-defined]
            seen=request.POST.get("seen", ""),
        )
    except RefusedError:
        messages.error(request, _("You wrote it, so another speaker of the language must read it."))
        return _again(told)
    except ValidationError as trouble:
        messages.error(request, " ".join(trouble.messages))
        return _again(told)
    messages.success(request, _("Marked as reviewed by a speaker."))
    return redirect(f"{told.practice.get_absolute_url()}?side={told.language}")


def _again(told: Translation) -> HttpResponse:
    """The page where both are side by side."""
    named = {"code": told.practice.code, "language": told.language}
    return redirect(reverse("exchange:translate", kwargs=named))
