"""A facilitator types the paper ballots of a session, quickly, and is told of every double one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baithak.budget import queries, services
from baithak.budget.forms import EntryForm
from baithak.budget.models import Budget
from baithak.budget.views.voting import say_no
from baithak.network import keys
from baithak.network.models import Channel
from baithak.web.gate import gate

__all__ = ["page"]


@gate("budget.enter_ballots", on=queries.budget)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, budget: Budget) -> HttpResponse:
    """One ballot after the other: slip, numbers, send; what was saved stands above the next form."""
    form = EntryForm(request.POST if request.method == "POST" else None, budget=budget)
    words: dict[str, Any] = {"budget": budget}
    if request.method == "POST" and form.is_valid():
        saved = _take(form, budget)
        if saved is not None:
            words["saved"] = saved
            form = EntryForm(budget=budget)
    words |= {"form": form, "projects": queries.sheets(queries.on_the_ballot(budget.pk))}
    return render(request, "budget/entry.html", words, status=422 if form.errors else 200)


def _take(form: EntryForm, budget: Budget) -> dict[str, Any] | None:
    told = form.cleaned_data
    try:
        taken = services.cast_ballot(
            budget=budget.pk,
            pid=keys.pseudonym(budget.key, told["slip"]),
            choices=services.checked_choices(budget, told["numbers"]),
            handle=told["handle"],
            channel=Channel.SESSION,
            replace=told["replace"],
        )
    except keys.KeyMissingError:
        form.add_error(None, _("The key of this budget is missing: tell whoever runs the hub."))
        return None
    except services.RefusedError as refusal:
        field, said = {
            "no_such_slip": ("slip", _("No slip of this budget has this code. Was it misread?")),
            "closed": (None, _("The vote has closed: this ballot was not counted.")),
            "not_yet": (None, _("The vote has not begun: this ballot was not counted.")),
        }.get(refusal.code, ("numbers", say_no(refusal.code, budget)))
        form.add_error(field, said)
        return None
    if taken.outcome is services.Outcome.ALREADY:
        form.offer_to_replace()
        form.add_error(
            "slip",
            _(
                "A ballot of this slip is there already: it was typed before, or its holder voted "
                "by phone. Nothing was changed. To put this one in its place, tick below and send "
                "again."
            ),
        )
        return None
    named = queries.named(budget.pk, told["numbers"])
    return {
        "slip": told["slip"],
        "receipt": taken.receipt,
        "rows": [
            {"sheet": named[number], "points": points}
            for number, points in sorted(told["numbers"].items())
        ],
        "again": taken.outcome is services.Outcome.REPEATED,
    }
