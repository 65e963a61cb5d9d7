"""What should be different, and why we think that our actions lead there."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import Challenge, Objective, Plan
from baithak.plan.services.actions import held_plan
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note
from baithak.plan.services.standing import keep

__all__ = ["add", "change", "remove"]


@transaction.atomic
def add(
    *,
    plan: Plan,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    challenge: Challenge | None = None,
) -> Objective:
    """Write an objective of a draft.

    Raises
    ------
    ValidationError
        The plan is adopted; a challenge of another place; no title; a text that leads to a person.
    """
    held = _draft(plan)
    last = Objective._unscoped.filter(plan=held).aggregate(last=Max("number"))["last"] or 0
    objective = Objective(plan=held, number=last + 1)
    _put(objective, language, texts, challenge)
    note(objective, "add_objective", by, language=language)
    return objective


@transaction.atomic
def change(
    *,
    objective: Objective,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    challenge: Challenge | None = None,
) -> Objective:
    """Say it anew in a draft; later only in further languages, with the challenge left as it is. What was
    agreed to in a language stands.
    """
    plan = held_plan(objective.plan, translates=language != objective.first_language)
    held = (
        Objective._unscoped.select_for_update(of=("self",))
        .select_related("plan__place", "challenge")
        .get(pk=objective.pk)
    )
    if not plan.is_draft and language == held.first_language:
        raise ValidationError(_adopted())
    translates, before = language != held.first_language, held.texts
    settle(plan)
    _put(held, language, texts, held.challenge if translates else challenge)
    if not plan.is_draft:
        keep(held, language, before, _adopted())
    settle(plan)
    note(held, "change_objective", by, language=language)
    return held


@transaction.atomic
def remove(*, objective: Objective, by: Viewer) -> None:
    """Take it out of a draft, as long as no action and no indicator hangs on it."""
    _draft(objective.plan)
    if objective.actions.exists() or objective.indicators.exists():
        raise ValidationError(
            _(
                "Actions or indicators belong to this objective. Give them another one first, "
                "then remove it."
            )
        )
    note(objective, "remove_objective", by)
    objective.delete()


def _draft(plan: Plan) -> Plan:
    held = held_plan(plan)
    if not held.is_draft:
        raise ValidationError(_adopted())
    return held


def _adopted() -> str:
    return _(
        "This plan was adopted: its objectives stand as they were decided. You can add other languages; "
        "a new objective belongs into a new plan."
    )


def _put(
    objective: Objective, language: str, texts: Mapping[str, str], challenge: Challenge | None
) -> None:
    if challenge is not None and challenge.place.pk != objective.plan.place_id:
        raise ValidationError({"challenge": _("Choose a challenge of this place's review.")})
    objective.challenge = challenge
    put_texts(objective, language, texts)
    objective.full_clean(exclude=["plan", "challenge"])
    objective.save()
