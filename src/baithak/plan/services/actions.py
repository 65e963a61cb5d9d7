"""Who does what by when: an action is added, changed, told in another language, and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.budget.models import Project
from baithak.exchange import findings
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.records import library
from baithak.network import wording
from baithak.network.models import Organisation
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import (
    Action,
    ActionState,
    ActionStep,
    CheckState,
    Partnership,
    Plan,
    PlanState,
    RiskCheck,
)
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note
from baithak.plan.services.standing import Before

__all__ = ["FACTS", "add", "change", "held_plan", "put_partners", "remove", "tell", "translate"]

#: What is told of an action besides its words and where it comes from.
FACTS = (
    "objective", "owner", "admin_level", "prevention_level", "approach", "target_groups", "begins",
    "due", "cost", "currency", "funded_by",
)  # fmt: skip
_CODES = {
    "admin_level": "admin_levels",
    "prevention_level": "prevention_levels",
    "approach": "approaches",
}
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@transaction.atomic
def add(
    *,
    plan: Plan,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    partners: Iterable[Organisation] = (),
    because: str = "",
    practice: Practice | None = None,
    adoption: Adoption | None = None,
    project: Project | None = None,
    **facts: Any,
) -> Action:
    """Add an action to a plan.

    ``because`` names a finding (``exchange.findings``); one that the viewer may not see is left out. Its
    words are kept where everybody may read them.

    Raises
    ------
    ValidationError
        By field: no title, something that leads to a person, an organisation or objective of elsewhere,
        an unknown code, a cost without a currency, an end before the beginning; the plan is over.
    """
    held = held_plan(plan)
    last = Action._unscoped.filter(plan=held).aggregate(last=Max("number"))["last"] or 0
    found = findings.finding(by, because) if because else None
    action = Action(
        plan=held,
        number=last + 1,
        added_later=not held.is_draft,
        because=because if found else "",
        because_text=found.text[:600] if found and findings.is_public(because) else "",
        practice=practice,
        adoption=adoption,
        project=project,
    )
    _put(action, facts)
    put_texts(action, language, texts)
    _save(action)
    put_partners(action, partners)
    note(action, "add_action", by, number=str(action.number), language=language)
    return action


@transaction.atomic
def change(
    *,
    action: Action,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    partners: Iterable[Organisation] | None = None,
    **facts: Any,
) -> Action:
    """Say an action anew; ``partners`` that are not given stay.

    Once the plan is adopted, what two people agreed to stands: words, objective and levels. Who does it, until
    when and for how much can change and leaves a line of progress. Partners who signed are asked anew.

    Raises
    ------
    ValidationError
        As ``add``; or what was decided would change.
    """
    held = _held(action)
    settle(held.plan)
    before = Before(held)
    _put(held, facts)
    put_texts(held, language, texts)
    before.refuse(held, language)
    _save(held)
    if partners is not None:
        put_partners(held, partners)
    before.leave(held, by)
    settle(held.plan)
    note(held, "change_action", by, number=str(held.number), language=language)
    return held


@transaction.atomic
def translate(*, action: Action, language: str, texts: Mapping[str, str], by: Viewer) -> Action:
    """Tell it in another language, with all else left as it is; what was agreed to in it stands."""
    held = _held(action)
    before = Before(held)
    if language == held.first_language:
        raise ValidationError(
            {"language": _("It was written in this language: choose another one.")}
        )
    put_texts(held, language, texts)
    before.refuse(held, language)
    _save(held)
    note(held, "translate_action", by, number=str(held.number), language=language)
    return held


@transaction.atomic
def tell(
    *, action: Action, day: date, text: str, state: str, by: Viewer, language: str = "en"
) -> ActionStep:
    """A line of progress, and how far the action is now: as the newest line by its day says.

    Raises
    ------
    ValidationError
        A day that is still to come; no words, too many, or something that leads to a person.
    """
    held = _held(action)
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day is still to come: write what has happened.")})
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages.")})
    try:
        told = wording.no_persons(wording.clean(text))
    except ValidationError as trouble:
        raise ValidationError({"text": trouble.messages}) from None
    step = ActionStep(action=held, day=day, text=told, language=language, state=state)
    step.full_clean(exclude=["action"])
    step.save()
    lines = ActionStep._unscoped.filter(action=held, automatic=False)
    newest = lines.order_by("-day", "-pk")[0]
    held.state = newest.state
    held.done_on = newest.day if newest.state == ActionState.DONE else None
    _save(held)
    note(held, "tell_action", by, number=str(held.number), day=day.isoformat(), state=state)
    return step


@transaction.atomic
def remove(*, action: Action, by: Viewer) -> None:
    """Take it out of a draft, as long as nothing was told of it and nothing hangs on it.

    Raises
    ------
    ValidationError
        The plan is adopted; an indicator or a commitment hangs on it; progress was told, or design partners
        were asked: what they said stays.
    """
    held = _held(action)
    if not held.plan.is_draft:
        raise ValidationError(
            _("This plan was adopted: tell that the action is dropped, and why, instead.")
        )
    asked = RiskCheck._unscoped.filter(action=held).exclude(state=CheckState.DRAFT, edition=1)
    if asked.exists() or ActionStep._unscoped.filter(action=held).exists():
        raise ValidationError(
            _(
                "It was told how this action goes, or design partners were asked about it, and that stays: "
                "tell that the action is dropped, and why, instead."
            )
        )
    note(held, "remove_action", by, number=str(held.number))
    try:
        held.delete()
    except ProtectedError:
        raise ValidationError(
            _(
                "An indicator or a commitment belongs to this action. Give it another one first, then take "
                "the action out."
            )
        ) from None


def held_plan(plan: Plan, *, translates: bool = False) -> Plan:
    """The plan for this transaction alone; one that was looked back at stays as it was, in more languages."""
    held = Plan._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=plan.pk)
    if held.state == PlanState.REVIEWED and not translates:
        raise ValidationError(_("This plan was looked back at: it stays as it was."))
    return held


def _held(action: Action) -> Action:
    held_plan(action.plan)
    return (
        Action._unscoped.select_for_update(of=("self",))
        .select_related("plan__place", "objective", "owner")
        .get(pk=action.pk)
    )


def _put(action: Action, facts: dict[str, Any]) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"An action has no {', '.join(sorted(unknown))} to tell.")
    for name, value in facts.items():
        setattr(action, name, value)
    trouble: dict[str, Any] = {}
    for name in ("owner", "funded_by"):
        organisation = getattr(action, name)
        if organisation is not None and organisation.place_id != action.plan.place_id:
            trouble[name] = _("Choose an organisation of this place.")
    if action.objective is not None and action.objective.plan_id != action.plan_id:
        trouble["objective"] = _("Choose an objective of this plan.")
    terms = library().taxonomy
    for name, kind in _CODES.items():
        code = getattr(action, name)
        if (code or name != "approach") and code not in terms.codes(kind):
            trouble[name] = _("Choose one from the list.")
    groups = list(dict.fromkeys(action.target_groups or []))
    if not set(groups) <= set(terms.codes("target_groups")):
        trouble["target_groups"] = _("Choose from the list.")
    action.target_groups = groups
    if action.cost is not None and action.cost < 0:
        trouble["cost"] = _("A cost is 0 or more.")
    if action.cost is not None and not _CURRENCY.fullmatch(action.currency):
        trouble["currency"] = _("Say in which currency: three capital letters, such as INR or BDT.")
    if action.cost is None:
        action.currency = ""
    if action.begins and action.due and action.due < action.begins:
        trouble["due"] = _("It must end after it begins.")
    if trouble:
        raise ValidationError(trouble)


def _save(action: Action) -> None:
    action.full_clean(
        exclude=["plan", "objective", "owner", "funded_by", "practice", "adoption", "project"]
    )
    action.save()


def put_partners(action: Action, partners: Iterable[Organisation]) -> None:
    """Exactly these take part; who does it is not its own partner."""
    wanted = {one.pk: one for one in partners if one.pk != action.owner_id}
    if any(one.place_id != action.plan.place_id for one in wanted.values()):
        raise ValidationError({"partners": _("Choose organisations of this place.")})
    Partnership._unscoped.filter(action=action).exclude(organisation__in=wanted).delete()
    have = set(
        Partnership._unscoped.filter(action=action).values_list("organisation_id", flat=True)
    )
    Partnership._unscoped.bulk_create(
        Partnership(action=action, organisation=one) for pk, one in wanted.items() if pk not in have
    )
