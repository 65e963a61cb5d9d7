"""A plan on its way: begun, adopted by two people with its decision, set running, looked back at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.network.models import Place, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer, Visibility
from baithak.network.services import ask_two_person, guarded, to_everybody
from baithak.network.services.texts import put_texts
from baithak.network.signals import level_changed
from baithak.plan.models import Action, Objective, Plan, PlanState, Review
from baithak.plan.queries import plans as queries
from baithak.plan.services.actions import held_plan
from baithak.plan.services.notes import note
from baithak.plan.services.standing import decided, keep

__all__ = ["LEVELS", "ask_to_adopt", "begin", "change", "look_back", "run"]

#: Who may see an adopted plan: at least everybody with a role in the place, for they are to do it.
LEVELS = tuple(level for level in Visibility if level.width >= Visibility.CITY.width)
#: What tells of the plan itself, and is agreed to when it is adopted.
WORDS = ("title", "vision", "need", "theory_of_change", "after_an_incident")


@transaction.atomic
def begin(
    *,
    place: Place,
    begins: date,
    ends: date,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    review: Review | None = None,
) -> Plan:
    """Begin a plan; only the team sees it.

    Raises
    ------
    ValidationError
        No title, days in the wrong order, a text that is too long or leads to a person, a review
        of another place.
    """
    plan = Plan(place=place)
    _put(plan, language, texts, begins, ends, review)
    note(plan, "begin", by, language=language)
    return plan


@transaction.atomic
def change(
    *,
    plan: Plan,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    begins: date | None = None,
    ends: date | None = None,
    review: Review | None = None,
) -> Plan:
    """Write on a draft, or translate. Once adopted, it stands as two people agreed to it: only other
    languages can be added. ``begins`` and ``ends`` are None where only words are told.
    """
    held = held_plan(plan, translates=language != plan.first_language)
    if not held.is_draft and (language == held.first_language or begins is not None):
        raise ValidationError(decided())
    before = held.texts
    if begins is not None and ends is not None:
        _put(held, language, texts, begins, ends, review)
    else:
        _put(held, language, texts, held.begins, held.ends, held.review)
    if not held.is_draft:
        keep(held, language, before, decided())
    note(held, "change", by, language=language)
    return held


def _put(
    plan: Plan,
    language: str,
    texts: Mapping[str, str],
    begins: date,
    ends: date,
    review: Review | None,
) -> None:
    unknown = texts.keys() - set(WORDS)
    if unknown:
        raise TypeError(f"A plan's words are not {', '.join(sorted(unknown))}.")
    if ends < begins:
        raise ValidationError({"ends": _("It must end after it begins.")})
    if review is not None and review.place_id != plan.place_id:
        raise ValidationError({"review": _("Choose a review of this place.")})
    plan.begins, plan.ends, plan.review = begins, ends, review
    put_texts(plan, language, texts)
    plan.full_clean(exclude=["place", "review"])
    plan.save()


# --- adopted by two people (R19)
@transaction.atomic
def ask_to_adopt(
    *,
    plan: Plan,
    to: str,
    decided_by: str,
    decided_on: date,
    decision: str,
    reason: str,
    by: Viewer,
) -> TwoPersonAct:
    """Ask that a draft be adopted, with its decision and who shall see it; a second person confirms.

    Raises
    ------
    ValidationError
        What the plan still lacks; no decision, or one that is still to come; a level that is too narrow,
        or public around an election.
    PermissionDenied
        No role here that may ask.
    """
    held = held_plan(plan)
    _can_be_adopted(held, to)
    agreed = queries.fingerprint(held)
    told = {"decided_by": decided_by, "decision": decision}
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": _("This day is still to come: decide first.")})
    put_texts(held, held.first_language, told, needed=("decided_by", "decision"))
    kept = held.texts[held.first_language]
    act = ask_two_person(
        verb="plan.adopt",
        thing=f"plan:{held.pk}",
        title=_("%(plan)s: %(decided_by)s, %(day)s, %(decision)s")
        % {
            "plan": held,
            "decided_by": kept["decided_by"],
            "day": date_format(decided_on),
            "decision": kept["decision"],
        },
        place=held.place,
        detail={
            "to": str(to),
            "decided_by": kept["decided_by"],
            "decision": kept["decision"],
            "decided_on": decided_on.isoformat(),
            "plan": agreed,
        },
        reason=reason,
        by=by,
    )
    note(held, "ask_to_adopt", by, to=str(to))
    return act


@guarded("plan.adopt", label=gettext_lazy("Adopt a plan"), askers=OFFICERS, publishes=to_everybody)
def _adopt(act: TwoPersonAct, by: Viewer) -> None:
    kind, _colon, pk = act.thing.partition(":")
    plan = (
        Plan._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .filter(pk=int(pk) if kind == "plan" and pk.isdecimal() else 0, place=act.place)
        .first()
    )
    if plan is None:
        raise ValidationError(_("There is no such plan here."))
    told = act.detail
    _can_be_adopted(plan, str(told.get("to")))
    if told.get("plan") != queries.fingerprint(plan):
        raise ValidationError(
            _(
                "The plan was changed after this was asked. Withdraw the request, read the plan again, "
                "and ask anew."
            )
        )
    words = {name: told[name] for name in ("decided_by", "decision")}
    put_texts(plan, plan.first_language, words, needed=("decided_by", "decision"))
    before, to = Visibility(plan.visibility), Visibility(told["to"])
    plan.visibility = max(before, to, key=lambda level: level.width)
    plan.decided_on = date.fromisoformat(told["decided_on"])
    plan.state = PlanState.ADOPTED
    plan.agree()
    for model in (Objective, Action):
        for one in model._unscoped.filter(plan=plan):
            one.agree()
            one.save(update_fields=["agreed"])
    plan.full_clean(exclude=["place", "review"])
    plan.save()
    note(plan, "adopt", by, to=str(plan.visibility), decided_on=told["decided_on"])
    if plan.visibility != before:
        level_changed.send(sender=Plan, shared=plan, wider=True)


def _can_be_adopted(plan: Plan, to: str) -> None:
    if not plan.is_draft:
        raise ValidationError(_("This plan is adopted already."))
    if to not in LEVELS:
        raise ValidationError(
            {"to": _("Choose who may see it: at least everybody with a role in this place.")}
        )
    missing = queries.blocks(plan)
    if missing:
        raise ValidationError([lack.what for lack in missing])


# --- and then
@transaction.atomic
def run(*, plan: Plan, by: Viewer) -> Plan:
    """Set an adopted plan running."""
    held = held_plan(plan)
    if held.state != PlanState.ADOPTED:
        raise ValidationError(_("Only an adopted plan can be set running."))
    held.state = PlanState.RUNNING
    held.save()
    note(held, "run", by)
    return held


@transaction.atomic
def look_back(*, plan: Plan, reviewed: str, reviewed_on: date, language: str, by: Viewer) -> Plan:
    """Look back at a running plan: what came of it. Afterwards it stays as it was.

    Raises
    ------
    ValidationError
        It does not run; nothing is told; a day still to come, or before the decision.
    """
    held = held_plan(plan)
    if held.state != PlanState.RUNNING:
        raise ValidationError(_("Only a plan that runs can be looked back at."))
    if reviewed_on > timezone.localdate():
        raise ValidationError({"reviewed_on": _("This day is still to come.")})
    if held.decided_on and reviewed_on < held.decided_on:
        raise ValidationError({"reviewed_on": _("This day is before the plan was decided.")})
    if not reviewed.strip():
        raise ValidationError({"reviewed": _("Tell what came of the plan.")})
    put_texts(held, language, {"reviewed": reviewed}, needed=())
    held.state, held.reviewed_on = PlanState.REVIEWED, reviewed_on
    held.full_clean(exclude=["place", "review"])
    held.save()
    note(held, "look_back", by, language=language)
    return held
