"""Hand a place over: two people decide, a worker makes the pack, every role is looked at anew (R25)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.home import letters, packs
from baithak.home.checklist import BY_HAND
from baithak.home.models import (
    Handover,
    HandoverState,
    Purpose,
    Reapproval,
    ReapprovalState,
    Tick,
)
from baithak.journal import retention
from baithak.journal import services as journal
from baithak.network import queries
from baithak.network import services as network
from baithak.network.models import Membership, Place, TwoPersonAct
from baithak.network.rules import IN_CHARGE
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.succession import change_hands

__all__ = [
    "APPROVE_WITHIN",
    "KEPT_FOR",
    "PACKS",
    "VERB",
    "ask_to_hand_over",
    "claim",
    "decide",
    "end_what_nobody_approved",
    "fetch",
    "finish",
    "forget_old_packs",
    "tick",
]

VERB = "home.hand_over"
#: The class of data in the clock of what is kept.
PACKS = "home.packs"
#: So long the pack lies on the server.
KEPT_FOR = timedelta(days=7)
#: So long roles wait to be looked at.
APPROVE_WITHIN = timedelta(days=14)
#: A worker that has not finished after this time has died.
PATIENCE = timedelta(minutes=15)
#: What has killed its worker so often would kill the next one too.
TRIES = 3


def note(handover: Handover, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on a handover, in the act's transaction."""
    journal.write(
        verb=f"home.{verb}",
        thing=f"handover:{handover.pk}",
        by=by.signature(handover.place),
        place=handover.place.slug,
        detail=detail,
    )


@transaction.atomic
def ask_to_hand_over(
    *, place: Place, purpose: str, language: str, reason: str, by: Viewer
) -> TwoPersonAct:
    """Ask for a handover. A second person in another role confirms within a day."""
    if purpose not in Purpose.values:
        raise ValidationError({"purpose": _("Choose one of the list.")})
    if language not in packs.LANGUAGES:
        raise ValidationError({"language": _("Choose one of the languages.")})
    return network.ask_two_person(
        verb=VERB,
        thing=f"place:{place.pk}",
        title=str(Purpose(purpose).label),
        place=place,
        reason=reason,
        by=by,
        detail={"purpose": purpose, "language": language},
    )


@network.guarded(VERB, label=gettext_lazy("Hand the place over"), askers=IN_CHARGE)
def _hand_over(act: TwoPersonAct, by: Viewer) -> None:
    """Where somebody else takes over: sessions die, invitations are void, every role waits to be looked at.

    What still waits of an earlier handover is looked at in this one. Of a rehearsal only the pack is made.
    """
    change = act.detail["purpose"] == Purpose.CHANGE
    today = timezone.localdate()
    handover = Handover(
        place=act.place,
        act=act,
        purpose=act.detail["purpose"],
        language=act.detail["language"],
        until=today + KEPT_FOR,
        approve_by=today + APPROVE_WITHIN if change else None,
    )
    handover.save()
    if change:
        change_hands(place=act.place, by=by)
        Reapproval._unscoped.filter(
            handover__place=act.place, state=ReapprovalState.WAITING
        ).update(state=ReapprovalState.LATER, on=today)
        held = queries.members(SYSTEM, act.place)
        Reapproval._unscoped.bulk_create(
            Reapproval(handover=handover, membership=membership) for membership in held
        )
        transaction.on_commit(partial(letters.place_changes_hands, handover.pk))
    note(handover, "hand_over", by, purpose=handover.purpose, request=str(act.pk))


# --- the pack


@transaction.atomic
def claim() -> Handover | None:
    """One handover whose pack nobody makes, or whose worker died; now it is this worker's.

    One whose workers have died ``TRIES`` times could not be made.
    """
    now = timezone.now()
    waiting = Handover._unscoped.filter(state=HandoverState.WAITING) | Handover._unscoped.filter(
        state=HandoverState.MAKING, claimed__lt=now - PATIENCE
    )
    found = waiting.order_by("pk").values_list("pk", "state", "claimed").first()
    if found is None:
        return None
    pk, state, claimed = found
    mine = Handover._unscoped.filter(pk=pk, state=state, claimed=claimed).update(
        state=HandoverState.MAKING, claimed=now, tries=F("tries") + 1
    )
    if mine != 1:
        return None
    handover = Handover._unscoped.select_related("place", "act").get(pk=pk)
    if handover.tries > TRIES:
        finish(handover=handover, digest="", size=0)
        return None
    return handover


@transaction.atomic
def finish(*, handover: Handover, digest: str, size: int) -> None:
    """What was put aside is the pack; an empty ``digest`` says that it could not be made.

    A worker that was so slow that another one has taken the handover up leaves it to that one.
    """
    mine = Handover._unscoped.filter(
        pk=handover.pk, state=HandoverState.MAKING, claimed=handover.claimed
    ).update(
        state=HandoverState.READY if digest else HandoverState.FAILED,
        digest=digest,
        size=size if digest else None,
        made=timezone.now(),
    )
    if mine != 1 or not digest:
        packs.drop(handover)
    if mine != 1:
        return
    note(handover, "make_pack" if digest else "fail_pack", SYSTEM, sha256=digest)
    if digest:
        packs.keep(handover)


@transaction.atomic
def fetch(*, handover: Handover, by: Viewer) -> bytes:
    """The pack, to the person who asked for it, once and within a day of the confirmation (R19).

    Raises
    ------
    ValidationError
        It is not ready, gone, or fetched; its file is not as it was made; or the day is over.
    PermissionDenied
        Somebody else asked for it.
    """
    fresh = (
        Handover._unscoped.select_for_update(of=("self",))
        .select_related("place", "act")
        .get(pk=handover.pk)
    )
    if fresh.state != HandoverState.READY:
        raise ValidationError(_("The pack is not there: reload the page to see how it stands."))
    network.spend_two_person(act=fresh.act, by=by)
    try:
        pack = packs.read(fresh)
    except OSError as trouble:
        raise ValidationError(
            _("The file of the pack is gone or damaged: ask for a rehearsal to have a new one.")
        ) from trouble
    fresh.fetched = timezone.now()
    fresh.save(update_fields=["fetched"])
    note(fresh, "fetch_pack", by, sha256=fresh.digest)
    return pack


@transaction.atomic
def forget_old_packs() -> int:
    """Packs whose time is over are deleted; their line and their hash stay."""
    old = Handover._unscoped.filter(
        until__lt=timezone.localdate(), state__in=(HandoverState.READY, HandoverState.FAILED)
    ).select_related("place")
    count, gone = 0, Counter[str]()
    for handover in old:
        mine = Handover._unscoped.filter(pk=handover.pk, state=handover.state)
        if mine.update(state=HandoverState.GONE) != 1:
            continue
        packs.delete(handover)
        gone[handover.place.slug] += int(handover.state == HandoverState.READY)
        note(handover, "forget_pack", SYSTEM)
        count += 1
    retention.ran(PACKS, gone)
    return count


# --- roles and checklist


@transaction.atomic
def decide(*, reapproval: Reapproval, keep: bool, by: Viewer) -> None:
    """A role goes on, or ends now. Nobody decides on their own role.

    Raises
    ------
    PermissionDenied : it is one's own.
    ValidationError : decided already; or the last person in charge would go.
    """
    fresh = (
        Reapproval._unscoped.select_for_update(of=("self",))
        .select_related("handover__place", "membership__place")
        .get(pk=reapproval.pk)
    )
    if fresh.membership.user_id == by.user_id:
        raise PermissionDenied(_("Somebody else must look at your own role."))
    if fresh.state != ReapprovalState.WAITING:
        raise ValidationError(_("This role was looked at already."))
    if not keep:
        network.end_membership(membership=fresh.membership, by=by)
        if _leaves_nobody_in_charge(fresh.membership):
            raise ValidationError(
                _("This is the last person in charge here: let a successor take the role first.")
            )
    fresh.state = ReapprovalState.KEPT if keep else ReapprovalState.ENDED
    fresh.on = timezone.localdate()
    fresh.save()
    note(
        fresh.handover,
        "keep_role" if keep else "end_role",
        by,
        membership=str(fresh.membership_id),
        role=fresh.membership.role,
    )


def end_what_nobody_approved() -> int:
    """Roles that nobody looked at in time end; the last person in charge stays, and is shown as overdue."""
    late = Reapproval._unscoped.filter(
        state=ReapprovalState.WAITING, handover__approve_by__lt=timezone.localdate()
    )
    count = 0
    for pk in list(late.values_list("pk", flat=True)):
        try:
            count += _end(pk)
        except ValidationError:
            continue
    return count


@transaction.atomic
def _end(pk: int) -> int:
    """0 where somebody has looked at it meanwhile, or nobody would be in charge."""
    waiting = Reapproval._unscoped.select_for_update().filter(state=ReapprovalState.WAITING)
    reapproval = waiting.filter(pk=pk).first()
    if reapproval is None:
        return 0
    held = reapproval.membership
    if held.ends is None:
        if _leaves_nobody_in_charge(held):
            return 0
        network.end_membership(membership=held, by=SYSTEM)
    reapproval.state, reapproval.on = ReapprovalState.ENDED, timezone.localdate()
    reapproval.save()
    note(reapproval.handover, "end_role", SYSTEM, membership=str(held.pk), role=held.role)
    return 1


def _leaves_nobody_in_charge(held: Membership) -> bool:
    others = queries.members(SYSTEM, held.place).filter(role__in=IN_CHARGE).exclude(pk=held.pk)
    return held.role in IN_CHARGE and not others.exists()


@transaction.atomic
def tick(*, handover: Handover, code: str, by: Viewer) -> None:
    """A line of the checklist that only people can know is done."""
    if code not in BY_HAND:
        raise ValidationError(_("Choose one of the list."))
    made = Tick._unscoped.get_or_create(handover=handover, code=code)[1]
    if made:
        note(handover, "tick", by, line=code)
