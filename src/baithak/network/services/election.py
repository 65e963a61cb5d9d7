"""The quiet weeks around an election: one officer begins them, two people end them early."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services as journal
from baithak.network.models import ElectionPeriod, Place, TwoPersonAct
from baithak.network.rules import IN_CHARGE
from baithak.network.scope import Viewer
from baithak.network.services.two_person import ask_two_person, guarded

__all__ = ["LONGEST_DAYS", "ask_to_end_election", "begin_election"]

#: A longer period is a mistake in the date, or a silence that has nothing to do with an election.
LONGEST_DAYS = 120


@transaction.atomic
def begin_election(*, place: Place, begins: date, ends: date, by: Viewer) -> ElectionPeriod:
    """Keep quiet from ``begins`` to ``ends``, both included. It narrows, so one person may.

    Raises
    ------
    ValidationError
        By the field: over already, the wrong way round, longer than ``LONGEST_DAYS``, or touching another
        period of the place.
    """
    if ends < timezone.localdate():
        raise ValidationError(
            {"ends": _("This day is over. Choose the last day of the quiet weeks.")}
        )
    if ends < begins:
        raise ValidationError({"ends": _("It must end after it begins.")})
    if ends - begins > timedelta(days=LONGEST_DAYS):
        raise ValidationError(
            {"ends": _("At most %(days)d days: look at the year.") % {"days": LONGEST_DAYS}}
        )
    if ElectionPeriod._unscoped.filter(place=place, begins__lte=ends, ends__gte=begins).exists():
        raise ValidationError(_("Another election period of this place touches these days."))
    period = ElectionPeriod(place=place, begins=begins, ends=ends)
    period.save()
    journal.write(
        verb="network.begin_election",
        thing=f"electionperiod:{period.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"begins": begins.isoformat(), "ends": ends.isoformat()},
    )
    return period


@transaction.atomic
def ask_to_end_election(*, period: ElectionPeriod, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask to end it before its last day: then more can be seen again, so a second person confirms."""
    return ask_two_person(
        verb="network.end_election",
        thing=f"electionperiod:{period.pk}",
        title=f"{date_format(period.begins)} – {date_format(period.ends)}",
        place=period.place,
        reason=reason,
        by=by,
    )


@guarded(
    "network.end_election",
    label=gettext_lazy("End the election period early"),
    askers=IN_CHARGE,
)
def _end(act: TwoPersonAct, by: Viewer) -> None:
    pk = act.thing.rsplit(":", 1)[1]
    period = ElectionPeriod._unscoped.filter(pk=pk if pk.isdigit() else 0, place=act.place).first()
    yesterday = timezone.localdate() - timedelta(days=1)
    if period is None or period.ends <= yesterday:
        raise ValidationError(_("It is over already."))
    if period.begins > yesterday:
        period.delete()
    else:
        period.ends = yesterday
        period.save(update_fields=["ends"])
    journal.write(
        verb="network.end_election",
        thing=act.thing,
        by=by.signature(act.place),
        place=act.place.slug,
        detail={"ends": yesterday.isoformat()},
    )
