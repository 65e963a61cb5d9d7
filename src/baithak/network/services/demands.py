"""Demands for data that authorities put to a place: written down, answered by two people (R24)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import Asker, Demand, DemandState, Place, TwoPersonAct
from baithak.network.rules import IN_CHARGE
from baithak.network.scope import Viewer
from baithak.network.services.two_person import ask_two_person, guarded

__all__ = ["ANSWER_VERB", "ask_to_answer_demand", "write_demand"]

ANSWER_VERB = "network.answer_demand"
#: Letters of a text.
LONGEST = {"basis": 200, "asked": 600, "answer": 600}
#: What an answer can be.
ANSWERS = frozenset({DemandState.ANSWERED, DemandState.REFUSED, DemandState.WITHDRAWN})


def _words(name: str, text: str) -> str:
    """Text in general words: without anything that leads to one person (R1)."""
    try:
        told = wording.no_persons(wording.clean(text))
    except ValidationError as trouble:
        raise ValidationError({name: trouble.messages}) from None
    longest = LONGEST[name]
    if not told:
        raise ValidationError({name: _("Say it in a sentence, in general words.")})
    if len(told) > longest:
        raise ValidationError(
            {
                name: _("This is longer than %(longest)d letters: say it shorter.")
                % {"longest": longest}
            }
        )
    return told


@transaction.atomic
def write_demand(
    *, place: Place, received: date, asker: str, basis: str, asked: str, by: Viewer
) -> Demand:
    """Write down that an authority asked for data: which kind of body, on what legal basis, for what.

    Raises
    ------
    ValidationError
        A day to come, an unknown kind of body, an empty text, or one that leads to a person.
    """
    if received > timezone.localdate():
        raise ValidationError({"received": _("This day is still to come: write the day it came.")})
    demand = Demand(
        place=place,
        received=received,
        asker=Asker(asker),
        basis=_words("basis", basis),
        asked=_words("asked", asked),
    )
    demand.full_clean()
    demand.save(by_service=True)
    journal.write(
        verb="network.write_demand",
        thing=demand.thing,
        by=by.signature(place),
        place=place.slug,
        detail={"asker": demand.asker, "received": received.isoformat()},
    )
    return demand


@transaction.atomic
def ask_to_answer_demand(
    *,
    demand: Demand,
    state: str,
    answer: str,
    answered: date,
    not_held: bool,
    reason: str,
    by: Viewer,
) -> TwoPersonAct:
    """Ask a second person to agree to an answer. The demand stays unanswered until then.

    Raises
    ------
    ValidationError
        It was answered meanwhile, the day does not fit, or a text leads to a person.
    """
    if state not in ANSWERS:
        raise ValidationError({"state": _("Choose what became of the demand.")})
    told = _words("answer", answer)
    if not demand.received <= answered <= timezone.localdate():
        raise ValidationError(
            {"answered": _("The answer lies between the day the demand came and today.")}
        )
    if demand.state != DemandState.RECEIVED:
        raise ValidationError(_("This demand has been answered already."))
    return ask_two_person(
        verb=ANSWER_VERB,
        thing=demand.thing,
        title=f"{demand.get_asker_display()} · {DemandState(state).label}: {told}",
        place=demand.place,
        detail={
            "state": str(state),
            "answer": told,
            "answered": answered.isoformat(),
            "not_held": not_held,
        },
        reason=wording.no_persons(wording.clean(reason)),
        by=by,
    )


@guarded(ANSWER_VERB, label=gettext_lazy("Answer a demand for data"), askers=IN_CHARGE)
def _answer(act: TwoPersonAct, by: Viewer) -> None:
    pk, told = act.thing.removeprefix("demand:"), act.detail
    done = Demand._unscoped.filter(
        pk=pk if pk.isdigit() else 0, place=act.place, state=DemandState.RECEIVED
    ).update(
        state=DemandState(told["state"]),
        answer=told["answer"],
        answered=date.fromisoformat(told["answered"]),
        not_held=bool(told["not_held"]),
    )
    if done != 1:
        raise ValidationError(_("This demand has been answered already."))
    journal.write(
        verb=ANSWER_VERB,
        thing=act.thing,
        by=by.signature(act.place),
        place=act.place.slug,
        detail={
            "state": told["state"],
            "not_held": "yes" if told["not_held"] else "no",
            "request": str(act.pk),
        },
    )
