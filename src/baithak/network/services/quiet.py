"""Quiet hours are chosen by the person alone."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.journal import services as journal
from baithak.network.models.quiet import Quiet
from baithak.network.scope import Viewer

__all__ = ["LONGEST", "choose_quiet_hours"]

#: A reminder waits while one of its readers has quiet hours: so long at most.
LONGEST = timedelta(hours=14)


@transaction.atomic
def choose_quiet_hours(*, begins: time, ends: time, by: Viewer) -> Quiet:
    """From now on no reminder and no digest reaches the viewer between these times of day.

    Raises
    ------
    ValidationError : more than fourteen hours.
    """
    if by.user_id is None:
        raise PermissionDenied("network.own_account")
    midnight = datetime.min
    lasts = datetime.combine(midnight, ends) - datetime.combine(midnight, begins)
    if lasts % timedelta(days=1) > LONGEST:
        raise ValidationError(
            {
                "ends": _(
                    "At most 14 hours of a day are quiet: choose fewer, so that letters reach you."
                )
            }
        )
    hours, _made = Quiet._unscoped.update_or_create(
        user_id=by.user_id, defaults={"begins": begins, "ends": ends}
    )
    journal.write(
        verb="network.choose_quiet_hours",
        # The hours themselves are nobody's business.
        thing=f"person:{journal.pseudonym(by.user_id, 'person')}",
        by=by.signature(),
        place="",
    )
    return hours
