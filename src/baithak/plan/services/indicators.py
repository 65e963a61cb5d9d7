"""How a plan knows whether it helps: an indicator is added and changed, a reading is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.network import wording
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import Indicator, Plan, Reading
from baithak.plan.services.actions import held_plan
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note
from baithak.plan.shown import mended, smallest

__all__ = ["FACTS", "add", "change", "read", "remove", "translate"]

FACTS = (
    "objective", "action", "kind", "of_people", "baseline", "baseline_on", "target", "target_on",
)  # fmt: skip
#: Without these an indicator says nothing.
_NEEDED = ("title", "unit")


@transaction.atomic
def add(
    *, plan: Plan, language: str, texts: Mapping[str, str], by: Viewer, **facts: Any
) -> Indicator:
    """Add an indicator to a plan, for one of its objectives, one of its actions, or the whole.

    Raises
    ------
    ValidationError
        By field: no title or unit, a figure without its day, a count of people that is no whole number,
        an objective or action of another plan; the plan is over.
    """
    held = held_plan(plan)
    last = Indicator._unscoped.filter(plan=held).aggregate(last=Max("number"))["last"] or 0
    indicator = Indicator(plan=held, number=last + 1)
    _put(indicator, facts)
    put_texts(indicator, language, texts, needed=_NEEDED)
    _save(indicator)
    settle(held)
    note(indicator, "add_indicator", by, number=str(indicator.number), language=language)
    return indicator


@transaction.atomic
def change(
    *, indicator: Indicator, language: str, texts: Mapping[str, str], by: Viewer, **facts: Any
) -> Indicator:
    """Say it anew.

    What counted people goes on counting people; a baseline mended by fewer than k is shown as before (R6).
    """
    held = _held(indicator)
    people, base = held.of_people, held.baseline
    _put(held, facts)
    readings = Reading._unscoped.filter(indicator=held)
    if people and not held.of_people and (base is not None or held.counts or readings.exists()):
        raise ValidationError(
            {
                "of_people": _(
                    "Its figures were shown as counts of people, and that stays. Add another indicator for "
                    "what is counted otherwise."
                )
            }
        )
    if held.baseline is None:
        held.baseline_as = None
    elif people and held.baseline != base:
        held.baseline_as = mended(held.baseline_as, held.baseline, smallest(held))
    if held.of_people and any(
        value != value.to_integral_value() or value < 0
        for value in readings.values_list("value", flat=True)
    ):
        raise ValidationError(
            {"of_people": _("One of its readings is no whole number: mend that reading first.")}
        )
    put_texts(held, language, texts, needed=_NEEDED)
    _save(held)
    settle(held.plan)
    note(held, "change_indicator", by, number=str(held.number), language=language)
    return held


@transaction.atomic
def translate(
    *, indicator: Indicator, language: str, texts: Mapping[str, str], by: Viewer
) -> Indicator:
    """Tell it in another language, with all else left as it is."""
    held = _held(indicator)
    if language == held.first_language:
        raise ValidationError(
            {"language": _("It was written in this language: choose another one.")}
        )
    put_texts(held, language, texts, needed=_NEEDED)
    _save(held)
    note(held, "translate_indicator", by, number=str(held.number), language=language)
    return held


@transaction.atomic
def read(*, indicator: Indicator, day: date, value: Decimal, source: str, by: Viewer) -> Reading:
    """Tell a reading; one of the same day is put in its place. The journal holds no figure (R6).

    One that is mended by fewer than k people is shown as before.

    Raises
    ------
    ValidationError
        A day that is still to come, no source, a count of people that is no whole number.
    """
    held = _held(indicator)
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day is still to come: write what was read.")})
    trouble = _of_people(held, value)
    if trouble:
        raise ValidationError({"value": trouble})
    try:
        told = wording.no_persons(wording.clean(source))
    except ValidationError as refused:
        raise ValidationError({"source": refused.messages}) from None
    reading = Reading._unscoped.filter(indicator=held, day=day).first()
    again = reading is not None
    reading = reading or Reading(indicator=held, day=day)
    if held.of_people and reading.value != value:
        reading.shown_as = mended(reading.shown_as, value, smallest(held))
    reading.value, reading.source = value, told
    reading.full_clean(exclude=["indicator"])
    reading.save()
    settle(held.plan)
    note(held, "mend_reading" if again else "add_reading", by, day=day.isoformat())
    return reading


@transaction.atomic
def remove(*, indicator: Indicator, by: Viewer) -> None:
    """Take it out of a draft, as long as no figure was told.

    A count of people that was shown once is not forgotten: begun anew, it could be subtracted (R6).

    Raises
    ------
    ValidationError
        The plan is adopted; a reading was told, or a baseline that counts people.
    """
    held = _held(indicator)
    if not held.plan.is_draft:
        raise ValidationError(
            _(
                "This plan was adopted: its indicators stay. Say in its method that it is not read any more."
            )
        )
    counted = held.of_people and held.baseline is not None
    if held.counts or counted or Reading._unscoped.filter(indicator=held).exists():
        raise ValidationError(
            _(
                "Figures of this indicator were told, and they stay. Say in its method that it is not read "
                "any more."
            )
        )
    note(held, "remove_indicator", by, number=str(held.number))
    held.delete()


def _held(indicator: Indicator) -> Indicator:
    settle(held_plan(indicator.plan))
    return (
        Indicator._unscoped.select_for_update(of=("self",))
        .select_related("plan__place", "objective__challenge", "action__objective__challenge")
        .get(pk=indicator.pk)
    )


def _of_people(indicator: Indicator, value: Decimal | None) -> str:
    if value is None or not indicator.of_people:
        return ""
    if value < 0 or value != value.to_integral_value():
        return _("People are counted in whole numbers: write 0 or more, without a point.")
    return ""


def _put(indicator: Indicator, facts: dict[str, Any]) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"An indicator has no {', '.join(sorted(unknown))} to tell.")
    for name, value in facts.items():
        setattr(indicator, name, value)
    trouble: dict[str, Any] = {}
    for name in ("objective", "action"):
        part = getattr(indicator, name)
        if part is not None and part.plan_id != indicator.plan_id:
            trouble[name] = _("Choose one of this plan.")
    for name in ("baseline", "target"):
        value, day = getattr(indicator, name), getattr(indicator, f"{name}_on")
        if value is not None and day is None:
            trouble[f"{name}_on"] = _("Say on which day.")
        if value is None and day is not None:
            trouble[name] = _("Write the figure of this day, or leave the day empty too.")
        wrong = _of_people(indicator, value)
        if wrong:
            trouble[name] = wrong
    if indicator.baseline_on and indicator.baseline_on > timezone.localdate():
        trouble["baseline_on"] = _("This day is still to come: write what was read.")
    if (
        indicator.baseline_on
        and indicator.target_on
        and indicator.target_on < indicator.baseline_on
    ):
        trouble["target_on"] = _("The day of the target comes after the day of the baseline.")
    if trouble:
        raise ValidationError(trouble)


def _save(indicator: Indicator) -> None:
    indicator.full_clean(exclude=["plan", "objective", "action"])
    indicator.save()
