"""A place changes hands (R25): old sessions are dead, open invitations and requests are void."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from baithak.journal import services as journal
from baithak.network.models import Invitation, Membership, Place, TwoPersonAct, User
from baithak.network.models.membership import holds_now
from baithak.network.scope import Viewer
from baithak.network.services.two_person import close_acts

__all__ = ["change_hands"]


@transaction.atomic
def change_hands(*, place: Place, by: Viewer) -> tuple[int, int]:
    """Every session of everybody with a role here is dead at its next request, every open invitation void.

    So is every request that waits for a second person: the new team asks for what it wants itself.

    Returns
    -------
    (sessions, invitations)
        Of how many people the sessions ended, and how many invitations were revoked.
    """
    people = Membership._unscoped.filter(holds_now(), place=place).values("user")
    ended = User.objects.filter(pk__in=people).update(epoch=F("epoch") + 1)
    now = timezone.now()
    revoked = Invitation._unscoped.filter(
        place=place, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(revoked_at=now)
    closed = close_acts(TwoPersonAct._unscoped.filter(place=place, expires_at__gt=now))
    journal.write(
        verb="network.change_hands",
        thing=f"place:{place.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"invitations": str(revoked), "requests": str(closed)},
    )
    return ended, revoked
