"""How somebody comes to a role, and how a role ends."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services as journal
from baithak.network import letters, queries
from baithak.network.models import (
    Invitation,
    Kind,
    Membership,
    Organisation,
    Place,
    TwoPersonAct,
    User,
)
from baithak.network.models.membership import holds_now
from baithak.network.rules import CONFIRMERS, ELEVATED, IN_CHARGE, ROLES_AT, Role
from baithak.network.scope import Viewer
from baithak.network.services.account import add_person, end_sessions
from baithak.network.services.two_person import (
    INVITE_VERB,
    ask_two_person,
    close_acts,
    guarded,
)

__all__ = [
    "accept_invitation",
    "ask_to_invite",
    "end_membership",
    "grant_role",
    "invite",
    "needs_two",
    "revoke_invitation",
]


def _fitting(place: Place, role: str, organisation: Organisation | None) -> Role:
    if role not in ROLES_AT[place.kind]:
        raise ValidationError(_("This role does not exist at this place: choose another one."))
    if organisation is not None and organisation.place_id != place.pk:
        raise ValidationError(
            _("This organisation belongs to another place: choose one from the list.")
        )
    return Role(role)


def needs_two(place: Place, role: str, by: Viewer) -> bool:
    """Whether two people must agree to this invitation (R19): not for the first in charge.

    A country has two roles. While one of them is missing nobody there could be the second person, and who
    holds the other must not choose it alone: the hub's secretariat brings it, nobody else.
    """
    if role not in ELEVATED or not queries.in_charge(place):
        return False
    founds = by.system or by.has(Role.HUB_SECRETARIAT, place.hub_id or place.pk)
    return not (founds and place.kind == Kind.COUNTRY and role in queries.first_roles(place))


@transaction.atomic
def invite(
    *,
    place: Place,
    role: str,
    email: str,
    site: str,
    by: Viewer,
    organisation: Organisation | None = None,
) -> Invitation:
    """Send a letter that lets this address take this role, once, within seven days.

    Parameters
    ----------
    site : the hub's address, such as ``https://hub.example``, for the link in the letter.

    Raises
    ------
    PermissionDenied : two people must agree (``ask_to_invite``).
    ValidationError : the role, the organisation or the address does not fit.
    """
    if needs_two(place, _fitting(place, role, organisation), by):
        raise PermissionDenied(_("Two people must agree to this role: ask for it."))
    return _invite(place=place, role=role, email=email, site=site, by=by, organisation=organisation)


def _invite(
    *,
    place: Place,
    role: str,
    email: str,
    site: str,
    by: Viewer,
    organisation: Organisation | None,
) -> Invitation:
    fitting, address, now = (
        _fitting(place, role, organisation),
        email.strip().lower(),
        timezone.now(),
    )
    validate_email(address)
    waiting = Invitation._unscoped.filter(
        place=place, role=fitting, email=address, accepted_at=None, revoked_at=None
    )
    if waiting.filter(expires_at__gt=now).exists():
        raise ValidationError(
            _("This address already has an invitation to this role: revoke it to send a new one.")
        )
    waiting.update(revoked_at=now)
    if Membership._unscoped.filter(
        holds_now(), user__email=address, place=place, role=fitting
    ).exists():
        raise ValidationError(_("This person already has this role here."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        place=place,
        role=fitting,
        organisation=organisation,
        email=address,
        token_hash=queries.token_hash(token),
        invited_by_id=by.user_id,
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:  # the same was sent at the same moment
        raise ValidationError(
            _("This address already has an invitation to this role: revoke it to send a new one.")
        ) from None
    journal.write(
        verb="network.invite",
        thing=f"invitation:{invitation.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"role": fitting.value},
    )
    transaction.on_commit(partial(letters.invite, invitation=invitation, token=token, site=site))
    return invitation


@guarded(
    INVITE_VERB,
    label=gettext_lazy("Invite somebody to a role in charge"),
    askers=IN_CHARGE,
    confirmers=CONFIRMERS,
    forgets={"email", "title"},
)
def _invite_after_two(act: TwoPersonAct, by: Viewer) -> None:
    detail: dict[str, Any] = act.detail
    organisation = None
    if detail.get("organisation"):
        organisation = Organisation._unscoped.get(pk=detail["organisation"])
    invitation = _invite(
        place=act.place,
        role=detail["role"],
        email=detail["email"],
        site=detail["site"],
        organisation=organisation,
        by=by,
    )
    # Who asked gave this role too: see ``two_person._hands``.
    act.detail = {**detail, "invitation": invitation.pk}
    act.save(update_fields=["detail"])


@transaction.atomic
def ask_to_invite(
    *,
    place: Place,
    role: str,
    email: str,
    site: str,
    reason: str,
    by: Viewer,
    organisation: Organisation | None = None,
) -> TwoPersonAct:
    """Ask a second person to agree to an invitation to a role in charge."""
    fitting, address = _fitting(place, role, organisation), email.strip().lower()
    validate_email(address)
    return ask_two_person(
        verb=INVITE_VERB,
        # Keyed: the journal must not tell whose address this is.
        thing=f"invitation:{journal.pseudonym(address, f'{place.pk}-{fitting.value}')}",
        title=" · ".join(filter(None, (str(fitting.label), address, str(organisation or "")))),
        place=place,
        detail={
            "role": fitting.value,
            "email": address,
            "site": site,
            "organisation": organisation.pk if organisation is not None else None,
        },
        reason=reason,
        by=by,
    )


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Viewer) -> None:
    """The letter no longer opens anything."""
    done = Invitation._unscoped.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if done != 1:
        raise ValidationError(_("This invitation has already been used or revoked."))
    journal.write(
        verb="network.revoke_invitation",
        thing=f"invitation:{invitation.pk}",
        by=by.signature(invitation.place),
        place=invitation.place.slug,
    )


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    by: Viewer,
    name: str = "",
    password: str | None = None,
    language: str = "en",
) -> Membership:
    """Take the role of this letter: with the account that is signed in, or with a new one.

    Raises
    ------
    ValidationError : used, revoked or expired; or it was sent to another address.
    """
    now = timezone.now()
    invitation = (
        Invitation._unscoped.select_related("place", "organisation")
        .filter(token_hash=queries.token_hash(token))
        .first()
    )
    if invitation is None or not invitation.is_open:
        raise ValidationError(
            _("This invitation is used, revoked or older than seven days: ask for a new one.")
        )
    user = queries.account_of(invitation.email)
    if user is not None and user.pk != by.user_id:
        raise ValidationError(
            _("This invitation is for an address that has an account: sign in with it first.")
        )
    if user is None and by.user_id is not None:
        raise ValidationError(
            _("This invitation was sent to another address: sign out, then open it again.")
        )
    if user is None:
        user = add_person(
            email=invitation.email, name=name, password=password, language=language, by=by
        )
    # One row changes for one of two at once: an invitation is used once.
    claimed = Invitation._unscoped.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=user)
    if claimed != 1:
        raise ValidationError(_("This invitation has just been used: ask for a new one."))
    return _grant(
        user=user,
        place=invitation.place,
        role=invitation.role,
        organisation=invitation.organisation,
        starts=now,
        granted_by_id=invitation.invited_by_id,
        signed=Viewer(user_id=user.pk).signature(),
    )


@transaction.atomic
def grant_role(
    *,
    user: User,
    place: Place,
    role: str,
    by: Viewer,
    organisation: Organisation | None = None,
    starts: datetime | None = None,
) -> Membership:
    """Give a role at once: for the commands that found a hub or load the demonstration.

    Raises
    ------
    PermissionDenied : a person tries; people invite.
    """
    if not by.system:
        raise PermissionDenied(_("People come to a role by an invitation."))
    return _grant(
        user=user,
        place=place,
        role=_fitting(place, role, organisation),
        organisation=organisation,
        starts=starts or timezone.now(),
        granted_by_id=None,
        signed=by.signature(place),
    )


def _grant(
    *,
    user: User,
    place: Place,
    role: str,
    organisation: Organisation | None,
    starts: datetime,
    granted_by_id: int | None,
    signed: str,
) -> Membership:
    membership = Membership(
        user=user,
        place=place,
        role=role,
        organisation=organisation,
        starts=starts,
        granted_by_id=granted_by_id,
    )
    if Membership._unscoped.filter(user=user, place=place, role=role, ends=None).exists():
        raise ValidationError(_("This person already has this role here."))
    membership.save(by_service=True)
    end_sessions(user.pk)  # whoever holds an old session must not wake up with the new role
    journal.write(
        verb="network.grant_role",
        thing=f"membership:{membership.pk}",
        by=signed,
        place=place.slug,
        detail={"role": str(role)},
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: Viewer) -> None:
    """The role ends now, and every session of the person with it.

    Raises
    ------
    ValidationError : it is the last person in charge of the place.
    """
    place = membership.place
    # Two officers who end each other at once: the second finds the first one's end.
    current = Membership._unscoped.select_for_update().filter(holds_now(), place=place)
    ids = {pk: role for pk, role in current.values_list("pk", "role")}
    if membership.pk not in ids:
        raise ValidationError(_("This role has already ended."))
    others = [role for pk, role in ids.items() if pk != membership.pk and role in IN_CHARGE]
    if membership.role in IN_CHARGE and not others:
        raise ValidationError(
            _("This is the last person in charge here: let a successor take the role first.")
        )
    membership.ends = timezone.now()
    membership.save(by_service=True, update_fields=["ends"])
    close_acts(
        TwoPersonAct._unscoped.filter(
            place=place, asked_by=membership.user_id, asked_role=membership.role
        )
    )
    end_sessions(membership.user_id)
    journal.write(
        verb="network.end_membership",
        thing=f"membership:{membership.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"role": membership.role},
    )
