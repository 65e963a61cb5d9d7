"""The two-person rule (R19): one asks with a reason, another in another role confirms within a day.

A room registers what two people can do together::

    @guarded("dialogue.open", label=_("Open a dialogue"), askers={Role.CITY_OFFICER})
    def _open(act: TwoPersonAct, by: Viewer) -> None:
        ...  # the act itself; runs in the transaction of the confirmation

and then calls ``ask_two_person(verb="dialogue.open", thing="dialogue:12", place=…, reason=…, by=…)``.
The confirmation page, its list and its rules are the same for all rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.journal import services as journal
from baithak.journal import words
from baithak.network.models import Membership, Place, TwoPersonAct
from baithak.network.models.two_person import LABELS
from baithak.network.rules import CONFIRMERS, Role
from baithak.network.scope import Viewer, Visibility
from baithak.network.services.publicity import refuse_around_election

__all__ = [
    "SPEND_WITHIN",
    "ask_two_person",
    "confirm_two_person",
    "guarded",
    "may_confirm",
    "spend_two_person",
    "to_everybody",
    "withdraw_two_person",
]

#: What a confirmed act allows once is done within this time, or not at all.
SPEND_WITHIN = timedelta(hours=24)

Do = Callable[[TwoPersonAct, Viewer], None]
Publishes = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class _Guarded:
    askers: frozenset[str]
    confirmers: frozenset[str]
    publishes: Publishes
    do: Do


_KNOWN: dict[str, _Guarded] = {}


def to_everybody(detail: Mapping[str, Any]) -> bool:
    """For ``publishes`` of acts whose detail names the level: whether everybody shall see it."""
    return detail.get("to") == Visibility.PUBLIC


def guarded(
    verb: str,
    *,
    label: Any,
    askers: Collection[str],
    confirmers: Collection[str] = CONFIRMERS,
    publishes: Publishes = lambda detail: False,
) -> Callable[[Do], Do]:
    """Register an act that takes two people. The decorated function does it.

    ``publishes`` tells from the detail whether something becomes public by it: around an election it is
    then neither asked for nor confirmed.
    """

    def register(do: Do) -> Do:
        _KNOWN[verb] = _Guarded(frozenset(askers), frozenset(confirmers), publishes, do)
        LABELS[verb] = label
        words.act(verb, label)
        return do

    return register


@transaction.atomic
def ask_two_person(
    *,
    verb: str,
    thing: str,
    place: Place,
    reason: str,
    by: Viewer,
    detail: Mapping[str, Any] | None = None,
) -> TwoPersonAct:
    """Ask for a guarded act. It waits 24 hours for a second person.

    Raises
    ------
    PermissionDenied : the viewer has no role here that may ask.
    ValidationError : no reason, or the same act already waits.
    """
    act = _KNOWN[verb]
    role = by.acting_at(place, act.askers)
    if by.user_id is None or role is None:
        raise PermissionDenied(_("Your role here does not allow to ask for this."))
    if not reason.strip():
        raise ValidationError(_("Say why, in a sentence: the second person decides by it."))
    if act.publishes(detail or {}):
        refuse_around_election(place)
    now = timezone.now()
    waiting = TwoPersonAct._unscoped.filter(
        verb=verb, thing=thing, confirmed_at=None, closed_at=None
    )
    waiting.filter(expires_at__lte=now).update(closed_at=now)
    if waiting.exists():
        raise ValidationError(_("This has been asked already and waits for a second person."))
    asked = TwoPersonAct(
        verb=verb,
        thing=thing,
        place=place,
        reason=reason.strip(),
        detail=dict(detail or {}),
        asked_by_id=by.user_id,
        asked_role=role,
    )
    asked.full_clean()
    asked.save()
    journal.write(
        verb="network.ask_two_person",
        thing=thing,
        by=journal.pseudonym(by.user_id, role),
        place=place.slug,
        detail={"act": verb, "request": str(asked.pk)},
    )
    return asked


def may_confirm(by: Viewer, act: TwoPersonAct) -> Role | None:
    """The role in which the viewer could confirm this act, or ``None``."""
    known = _KNOWN.get(act.verb)
    if known is None or by.user_id in (None, act.asked_by_id):
        return None
    return by.acting_at(act.place_id, known.confirmers - {act.asked_role})


@transaction.atomic
def confirm_two_person(*, act: TwoPersonAct, by: Viewer) -> TwoPersonAct:
    """Confirm as the second person: the act is done in this very transaction.

    Raises
    ------
    PermissionDenied : the same person, the same role, or no role that may confirm; or one of the
        two gave the other a role within the last 24 hours.
    ValidationError : it does not wait any more.
    """
    role = may_confirm(by, act)
    if role is None:
        raise PermissionDenied(_("A second person in another role must confirm this."))
    now = timezone.now()
    if _appointed_lately(act.asked_by_id, by.user_id, now - timedelta(hours=24)):
        raise PermissionDenied(
            _("One of you gave the other a role within the last day: somebody else must confirm.")
        )
    confirmed = TwoPersonAct._unscoped.filter(
        pk=act.pk, confirmed_at=None, closed_at=None, expires_at__gt=now
    ).update(confirmed_at=now, confirmed_by=by.user_id, confirmed_role=role)
    if confirmed != 1:
        raise ValidationError(_("This request is confirmed, withdrawn or older than a day."))
    act.refresh_from_db()
    if _KNOWN[act.verb].publishes(act.detail):
        refuse_around_election(act.place)
    _KNOWN[act.verb].do(act, by)
    journal.write(
        verb="network.confirm_two_person",
        thing=act.thing,
        by=journal.pseudonym(by.user_id or 0, role),
        place=act.place.slug,
        detail={
            "act": act.verb,
            "request": str(act.pk),
            "asked_by": journal.pseudonym(act.asked_by_id, act.asked_role),
        },
    )
    return act


def _appointed_lately(one: int, other: int | None, since: Any) -> bool:
    return Membership._unscoped.filter(
        Q(user=one, granted_by=other) | Q(user=other, granted_by=one), starts__gt=since
    ).exists()


@transaction.atomic
def withdraw_two_person(*, act: TwoPersonAct, by: Viewer) -> None:
    """Who asked takes it back."""
    if by.user_id != act.asked_by_id:
        raise PermissionDenied(_("Only who asked can withdraw this."))
    closed = TwoPersonAct._unscoped.filter(pk=act.pk, confirmed_at=None, closed_at=None).update(
        closed_at=timezone.now()
    )
    if closed != 1:
        raise ValidationError(_("This request no longer waits."))
    journal.write(
        verb="network.withdraw_two_person",
        thing=act.thing,
        by=journal.pseudonym(act.asked_by_id, act.asked_role),
        place=act.place.slug,
        detail={"act": act.verb, "request": str(act.pk)},
    )


@transaction.atomic
def spend_two_person(*, act: TwoPersonAct, by: Viewer) -> None:
    """Who asked does, once and within a day, what a confirmed act allows, say fetching a file.

    Raises
    ------
    PermissionDenied : not who asked, or no longer in the role in which they asked.
    ValidationError : not confirmed by somebody else, older than a day, or done already.
    """
    if by.user_id != act.asked_by_id or by.acting_at(act.place_id, {act.asked_role}) is None:
        raise PermissionDenied(_("Only who asked can do this, in the role in which they asked."))
    now = timezone.now()
    confirmed = TwoPersonAct._unscoped.filter(
        pk=act.pk, confirmed_at__gt=now - SPEND_WITHIN, confirmed_by__isnull=False, spent_at=None
    )
    if confirmed.exclude(confirmed_by=by.user_id).update(spent_at=now) != 1:
        raise ValidationError(_("This was done already, or the day in which it could be is over."))
    act.refresh_from_db()
    journal.write(
        verb="network.spend_two_person",
        thing=act.thing,
        by=journal.pseudonym(act.asked_by_id, act.asked_role),
        place=act.place.slug,
        detail={"act": act.verb, "request": str(act.pk)},
    )
