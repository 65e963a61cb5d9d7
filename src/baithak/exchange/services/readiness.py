"""A city answers its checklist, one group of questions at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from baithak.exchange.models import Readiness
from baithak.exchange.queries.readiness import answer
from baithak.exchange.readiness import State, question, standing
from baithak.exchange.services.agreed import back_to_the_city, refuse_while_asked
from baithak.exchange.services.notes import note
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.scope import Viewer

__all__ = ["Given", "edit"]


@dataclass(frozen=True, slots=True)
class Given:
    """What a city says to one question. ``owner`` is an office, never a person."""

    state: State
    evidence: str = ""
    owner: str = ""


@transaction.atomic
def edit(*, place: Place, given: Mapping[str, Given], by: Viewer) -> Readiness:
    """Keep these answers, by the question's code; all others stay as they are. Changed ones are seen by
    the city alone until two people let them out again.

    The day is set where the state changed: who looks again at what is in place says "reviewed". A
    review older than a year is shown as "in place", so leaving it there keeps its old day.

    Raises
    ------
    ValueError
        A code that no question has.
    ValidationError
        A text holds invisible signs; or a request that more people see it waits.
    """
    unknown = sorted(code for code in given if question(code) is None)
    if unknown:
        raise ValueError(f"no such question: {unknown}")
    made, _new = Readiness._unscoped.get_or_create(place=place, defaults={"owner_id": by.user_id})
    kept = Readiness._unscoped.select_for_update(of=("self",)).get(pk=made.pk)
    kept.place = place
    refuse_while_asked(kept)
    told = {code: _told(kept.answers.get(code), one) for code, one in given.items()}
    changed = sorted(code for code, one in told.items() if one != kept.answers.get(code))
    if changed:
        kept.answers = {**kept.answers, **told}
        kept.changed_on = timezone.localdate()
        kept.save(update_fields=["answers", "changed_on"])
        note(kept, "edit_readiness", by, questions=" ".join(changed))
        back_to_the_city(kept, by=by)
    return kept


def _told(before: Mapping[str, Any] | None, given: Given) -> dict[str, str]:
    today = timezone.localdate()
    texts = {"evidence": wording.clean(given.evidence), "owner": wording.clean(given.owner)}
    if before is not None and standing(answer(before), today) is given.state:
        kept = answer(before).state.value
        return {"state": kept, **texts, "day": str(before.get("day", ""))}
    return {"state": given.state.value, **texts, "day": today.isoformat()}
