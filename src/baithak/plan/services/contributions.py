"""Who helped to design a plan, what they said, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.network.models import Organisation
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import Contribution, Plan, Stage
from baithak.plan.queries.reviews import groups
from baithak.plan.services.actions import held_plan
from baithak.plan.services.notes import note

__all__ = ["add", "change"]


@transaction.atomic
def add(
    *,
    plan: Plan,
    stage: str,
    on: date,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    organisation: Organisation | None = None,
    group: str = "",
    told_back_on: date | None = None,
) -> Contribution:
    """Note that an organisation, or a group of residents, helped.

    Raises
    ------
    ValidationError
        Neither or both of them; a day still to come; an answer was told that is not written here.
    """
    held = held_plan(plan)
    contribution = Contribution(plan=held)
    _tell(contribution, stage, on, organisation, group, told_back_on)
    _put(contribution, language, texts)
    note(contribution, "add_contribution", by, stage=stage, language=language)
    return contribution


@transaction.atomic
def change(
    *,
    contribution: Contribution,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    **details: Any,
) -> Contribution:
    """Say anew what they said and what became of it. Without ``details`` only the words change."""
    held_plan(contribution.plan)
    held = (
        Contribution._unscoped.select_for_update(of=("self",))
        .select_related("plan__place", "organisation")
        .get(pk=contribution.pk)
    )
    if details:
        _tell(held, **details)
    _put(held, language, texts)
    note(held, "change_contribution", by, language=language)
    return held


def _tell(
    contribution: Contribution,
    stage: str,
    on: date,
    organisation: Organisation | None,
    group: str,
    told_back_on: date | None,
) -> None:
    if (organisation is None) is (not group):
        raise ValidationError(
            {"organisation": _("Choose an organisation or a group of residents, one of them.")}
        )
    if organisation is not None and organisation.place_id != contribution.plan.place_id:
        raise ValidationError({"organisation": _("Choose an organisation of this place.")})
    if group and group not in groups():
        raise ValidationError({"group": _("Choose a group from the list.")})
    if stage not in Stage.values:
        raise ValidationError({"stage": _("Choose at which step they helped.")})
    today = timezone.localdate()
    if on > today:
        raise ValidationError({"on": _("This day is still to come: write what has happened.")})
    if told_back_on is not None and not on <= told_back_on <= today:
        raise ValidationError(
            {"told_back_on": _("They can hear back from the day they helped until today.")}
        )
    contribution.stage, contribution.on = stage, on
    contribution.organisation, contribution.group = organisation, group
    contribution.told_back_on = told_back_on


def _put(contribution: Contribution, language: str, texts: Mapping[str, str]) -> None:
    put_texts(contribution, language, texts, needed=("said",))
    answered = any(told.get("became") for told in contribution.texts.values())
    if contribution.told_back_on is not None and not answered:
        raise ValidationError(
            {"became": _("They were told what became of it: write here what they were told.")}
        )
    contribution.full_clean(exclude=["plan", "organisation"])
    contribution.save()
