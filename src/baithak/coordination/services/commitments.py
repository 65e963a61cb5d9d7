"""Commitments: noted, changed, told of, reminded of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.models import Commitment, CommitmentState, CommitmentStep
from baithak.coordination.queries import commitments as queries
from baithak.coordination.services.notes import note
from baithak.exchange import findings
from baithak.exchange.queries.names import names_to_leave_out, people_to_leave_out
from baithak.exchange.records import LANGUAGES
from baithak.exchange.services.names import look
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import paragraphs, put_texts

__all__ = ["begin", "change", "claim_reminder", "may_wait", "tell"]

#: What can be said of a commitment besides its words.
FACTS = ("owner", "due", "action")
#: The longest that quiet hours hold a letter back.
_WAITS = timedelta(days=1)


@transaction.atomic
def begin(
    *,
    place: Place,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    origin: queries.Origin | None = None,
    looked: Collection[str] = (),
    **facts: Any,
) -> Commitment:
    """Note what was promised, seen by the place's team and by who keeps it.

    ``origin`` is what it is born of (``queries.source``). The words of a finding are kept where
    everybody may read them. ``looked``: names that the writer has looked at.

    Raises
    ------
    ValidationError
        By field: no words, too many, something that leads to a person; an owner or an action of
        another place; what it is born of belongs to another place.
    NamesError
        People are named in it (R1), or, where it is born in a closed room, anybody or anywhere (R15).
    """
    made = Commitment(place=place)
    if origin is not None:
        _born(made, origin, by)
    _look(made, texts.values(), by, looked)
    _put(made, language, texts, facts, by)
    note(made, "commit", by, source=origin.kind if origin else "noted")
    return made


@transaction.atomic
def change(
    *,
    commitment: Commitment,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
    **facts: Any,
) -> Commitment:
    """Say it anew or in another language; another owner, another day. Names are looked at as in ``begin``."""
    fresh = _held(commitment)
    _look(fresh, texts.values(), by, looked)
    _put(fresh, language, texts, facts, by)
    note(fresh, "change_commitment", by, language=language)
    return fresh


@transaction.atomic
def tell(
    *,
    commitment: Commitment,
    day: date,
    text: str,
    language: str,
    state: str,
    by: Viewer,
    looked: Collection[str] = (),
) -> CommitmentStep:
    """A line of how it goes, and the state that it leads to. The newest line that it is done says since when.

    Raises
    ------
    ValidationError
        By field: a day that is still to come, no words, something that leads to a person.
    NamesError
        As ``begin``.
    """
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day is still to come: write what has happened.")})
    if language not in LANGUAGES:
        raise ValidationError({"language": _("Choose one of the languages.")})
    if state not in CommitmentState.values:
        raise ValidationError({"state": _("Choose how far it is.")})
    fresh = _held(commitment)
    _look(fresh, [text], by, looked)
    step = CommitmentStep(
        commitment=fresh, day=day, text=_line(text), language=language, state=state
    )
    step.full_clean(exclude=["commitment"])
    step.save()
    fresh.state = CommitmentState(state)
    fresh.done_on = day if state == CommitmentState.DONE else None
    fresh.save(update_fields=["state", "done_on"])
    note(fresh, "tell_commitment", by, state=state)
    return step


@transaction.atomic
def claim_reminder(*, commitment: Commitment, day: date) -> bool:
    """Say that its letters go out on this day; ``False`` where another worker did."""
    claimed = Commitment._unscoped.filter(
        pk=commitment.pk, reminded_on=commitment.reminded_on, state__in=queries.OPEN
    ).update(reminded_on=day, waits_since=None)
    if claimed:
        note(commitment, "remind", SYSTEM)
    return bool(claimed)


def may_wait(*, commitment: Commitment, now: datetime) -> bool:
    """Whether its letter may still wait for the end of quiet hours: for one day and no longer.

    What waited for another letter, days ago, does not count.
    """
    since = commitment.waits_since
    if since is not None and now - since < 2 * _WAITS:
        return now - since < _WAITS
    Commitment._unscoped.filter(pk=commitment.pk).update(waits_since=now)
    return True


def _look(of: Commitment, told: Iterable[str], by: Viewer, looked: Collection[str]) -> None:
    among = names_to_leave_out if queries.is_of_closed_room(of) else people_to_leave_out
    look("\n".join(told), by=by, looked=looked, among=among)


def _line(text: str) -> str:
    try:
        told = wording.no_persons(
            paragraphs(text, CommitmentStep._meta.get_field("text").max_length)
        )
    except ValidationError as refused:
        raise ValidationError({"text": refused}) from None
    if not told:
        raise ValidationError({"text": _("Write what has happened, in a sentence.")})
    return told


def _born(made: Commitment, origin: queries.Origin, by: Viewer) -> None:
    if origin.places and made.place_id not in origin.places:
        raise ValidationError(_("What it comes from belongs to another place: choose that place."))
    if origin.kind == "finding":
        made.because = str(origin.thing)
        made.because_text = origin.text[:600] if findings.is_public(made.because) else ""
    else:
        setattr(made, origin.kind, origin.thing)


def _held(commitment: Commitment) -> Commitment:
    return (
        Commitment._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=commitment.pk)
    )


def _put(
    commitment: Commitment,
    language: str,
    texts: Mapping[str, str],
    facts: Mapping[str, Any],
    by: Viewer,
) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"A commitment has no {', '.join(sorted(unknown))}.")
    owner, action, place = facts.get("owner"), facts.get("action"), commitment.place
    if owner is not None and owner.place_id != place.pk:
        raise ValidationError({"owner": _("Choose an organisation of this place.")})
    if action is not None and not queries.actions(by, place).filter(pk=action.pk).exists():
        raise ValidationError({"action": _("Choose an action of a plan of this place.")})
    put_texts(commitment, language, texts)
    for name, value in facts.items():
        setattr(commitment, name, value)
    commitment.full_clean(exclude=["place", "owner", "decision", "takeaway", "request", "action"])
    commitment.save()
