"""The two-person rule (R19): one asks with a reason, another in another role confirms within a day.

A room registers what two people can do together::

    @guarded("dialogue.open", label=_("Open a dialogue"), askers={Role.CITY_OFFICER})
    def _open(act: TwoPersonAct, by: Viewer) -> None:
        ...  # the act itself; runs in the transaction of the confirmation

and then calls ``ask_two_person(verb="dialogue.open", thing="dialogue:12", title=…, place=…, reason=…,
by=…)``. The title is what the second person reads: which thing, and what becomes of it.
The confirmation page, its list and its rules are the same for all rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.journal import services as journal
from baithak.journal import words
from baithak.network.models import Invitation, Membership, Place, TwoPersonAct
from baithak.network.models.membership import holds_now
from baithak.network.models.two_person import LABELS
from baithak.network.rules import CONFIRMERS, Role
from baithak.network.scope import Viewer, Visibility
from baithak.network.services.publicity import refuse_around_election

__all__ = [
    "SPEND_WITHIN",
    "ask_two_person",
    "close_acts",
    "confirm_two_person",
    "forgotten_keys",
    "guarded",
    "may_confirm",
    "spend_two_person",
    "to_everybody",
    "withdraw_two_person",
    "without_persons",
]

#: The act by which two people bring somebody to a role in charge.
INVITE_VERB = "network.invite_to_charge"
#: What a confirmed act allows once is done within this time, or not at all.
SPEND_WITHIN = timedelta(hours=24)

Do = Callable[[TwoPersonAct, Viewer], None]
Publishes = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class _Guarded:
    askers: frozenset[str]
    confirmers: frozenset[str]
    publishes: Publishes
    forgets: frozenset[str]
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
    forgets: Collection[str] = (),
) -> Callable[[Do], Do]:
    """Register an act that takes two people. The decorated function does it.

    ``publishes`` tells from the detail whether something becomes public by it: around an election it is
    then neither asked for nor confirmed. ``forgets`` names what of the detail leads to a person: it goes
    when the request is closed, or thirty days after it ended (R8).
    """

    def register(do: Do) -> Do:
        _KNOWN[verb] = _Guarded(
            frozenset(askers), frozenset(confirmers), publishes, frozenset(forgets), do
        )
        LABELS[verb] = label
        words.act(verb, label)
        return do

    return register


@transaction.atomic
def ask_two_person(
    *,
    verb: str,
    thing: str,
    title: str,
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
    close_acts(waiting.filter(expires_at__lte=now))
    if waiting.exists():
        raise ValidationError(_("This has been asked already and waits for a second person."))
    asked = TwoPersonAct(
        verb=verb,
        thing=thing,
        place=place,
        reason=reason.strip(),
        detail={**(detail or {}), "title": title},
        asked_by_id=by.user_id,
        asked_role=role,
    )
    asked.full_clean()
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError:  # the same act was asked at the same moment: one request at a time
        raise ValidationError(
            _("This has been asked already and waits for a second person.")
        ) from None
    _note("ask_two_person", asked, journal.pseudonym(by.user_id, role))
    return asked


def _note(verb: str, act: TwoPersonAct, by: str, **more: str) -> None:
    """The journal's line; of what may not be named it tells that it was done, and no more (R15)."""
    unnamed = str(act.detail.get("unnamed", ""))
    journal.write(
        verb=f"network.{verb}",
        thing=unnamed or act.thing,
        by="chatham" if unnamed else by,
        place="" if unnamed else act.place.slug,
        detail={"act": act.verb} | ({} if unnamed else {"request": str(act.pk), **more}),
    )


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
        two gave the other a role within the last 24 hours, or the same person gave both one.
    ValidationError : it does not wait any more, or who asked has lost the role.
    """
    role = may_confirm(by, act)
    if role is None:
        raise PermissionDenied(_("A second person in another role must confirm this."))
    now = timezone.now()
    _refuse_one_hand(act.asked_by_id, by.user_id or 0, now - timedelta(hours=24))
    asker = Membership._unscoped.filter(holds_now(), user=act.asked_by_id, place=act.place_id)
    if not asker.filter(role=act.asked_role).exists():
        raise ValidationError(_("This request no longer waits."))
    confirmed = TwoPersonAct._unscoped.filter(
        pk=act.pk, confirmed_at=None, closed_at=None, expires_at__gt=now
    ).update(confirmed_at=now, confirmed_by=by.user_id, confirmed_role=role)
    if confirmed != 1:
        raise ValidationError(_("This request is confirmed, withdrawn or older than a day."))
    act.refresh_from_db()
    if _KNOWN[act.verb].publishes(act.detail):
        refuse_around_election(act.place)
    _KNOWN[act.verb].do(act, by)
    _note(
        "confirm_two_person",
        act,
        journal.pseudonym(by.user_id or 0, role),
        asked_by=journal.pseudonym(act.asked_by_id, act.asked_role),
    )
    return act


def _refuse_one_hand(one: int, other: int, since: datetime) -> None:
    """Two whose roles come lately from the same hand may be one person with several accounts (R19)."""
    above, beside = _hands(one, since), _hands(other, since)
    if one in beside or other in above:
        raise PermissionDenied(
            _("One of you gave the other a role within the last day: somebody else must confirm.")
        )
    if above & beside:
        raise PermissionDenied(
            _(
                "The same person gave both of you a role within the last day: wait a day, or let somebody else confirm."
            )
        )


def _hands(user: int, since: datetime) -> set[int]:
    """Who gave this person a role lately, and who gave them theirs; of two who agreed, both."""
    found: set[int] = set()
    new = {user}
    while new:
        granted = Membership._unscoped.filter(
            user__in=new, starts__gt=since, granted_by__isnull=False
        )
        came = Invitation._unscoped.filter(accepted_by__in=new, accepted_at__gt=since)
        asked = TwoPersonAct._unscoped.filter(
            verb=INVITE_VERB, detail__invitation__in=list(came.values_list("pk", flat=True))
        )
        given = {*granted.values_list("granted_by", flat=True)}
        given |= {*asked.values_list("asked_by", flat=True)}
        new = {pk for pk in given if pk is not None} - found
        found |= new
    return found


def close_acts(acts: QuerySet[TwoPersonAct]) -> int:
    """None of these waits any more, and what of them leads to a person goes at once (R8)."""
    now, closed = timezone.now(), 0
    for act in acts.filter(confirmed_at=None, closed_at=None).select_for_update(of=("self",)):
        act.closed_at = now
        act.detail = without_persons(act)
        act.save(update_fields=["closed_at", "detail"])
        closed += 1
    return closed


def without_persons(act: TwoPersonAct) -> dict[str, Any]:
    """The detail of an act without what leads to a person."""
    known = _KNOWN.get(act.verb)
    return {
        name: told
        for name, told in act.detail.items()
        if known is None or name not in known.forgets
    }


def forgotten_keys() -> dict[str, frozenset[str]]:
    """Of each guarded act what of its detail is not kept."""
    return {verb: known.forgets for verb, known in _KNOWN.items() if known.forgets}


@transaction.atomic
def withdraw_two_person(*, act: TwoPersonAct, by: Viewer) -> None:
    """Who asked takes it back."""
    if by.user_id != act.asked_by_id:
        raise PermissionDenied(_("Only who asked can withdraw this."))
    if close_acts(TwoPersonAct._unscoped.filter(pk=act.pk)) != 1:
        raise ValidationError(_("This request no longer waits."))
    _note("withdraw_two_person", act, journal.pseudonym(act.asked_by_id, act.asked_role))


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
