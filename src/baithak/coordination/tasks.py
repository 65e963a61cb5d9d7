"""Background work of the room: letters about what is due or late, numbers whose consent has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.coordination import letters
from baithak.coordination.models import Attendance, Contact, Note
from baithak.coordination.queries import commitments as commitment_queries
from baithak.coordination.queries import first_hour as first_hour_queries
from baithak.coordination.queries import requests as request_queries
from baithak.coordination.services import commitments as commitment_services
from baithak.coordination.services import first_hour as first_hour_services
from baithak.coordination.services import forgetting
from baithak.coordination.services import requests as request_services
from baithak.journal import retention
from baithak.journal.retention import Left
from baithak.network.models import User
from baithak.network.quiet import may_send

__all__ = ["CHORES", "remind"]


_HOUR, _TEN_MINUTES = 3600.0, 600.0
_MOST_COMMITMENTS = _MOST_REQUESTS = 50
_last = {forgetting.ATTENDANCE: 0.0, forgetting.NOTES: 0.0, "remind": 0.0, "requests": 0.0}


def _too_soon(chore: str, seconds: float) -> bool:
    """Whether this process did it less than so many seconds ago; notes the time if not."""
    now = time.monotonic()
    if _last[chore] and now - _last[chore] < seconds:
        return True
    _last[chore] = now
    return False


# --- who was at a meeting, and minutes


def _left(model: Any, until: Callable[[date], date]) -> Iterator[Left]:
    """Of each place how many rows, of which day the oldest, and when they have to be gone."""
    for slug, n, first in (
        model._unscoped.order_by()
        .values_list("meeting__place__slug")
        .annotate(n=Count("pk"), first=Min("meeting__on"))
    ):
        yield Left(slug, n, _noon(first), _noon(until(first)))


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock(12)))


retention.class_(
    forgetting.ATTENDANCE,
    _("Which organisations were at a meeting"),
    keeps=_("30 days after the meeting"),
    law="R8, R15",
    left=lambda: _left(Attendance, forgetting.attendance_until),
    people=True,
)
retention.class_(
    forgetting.NOTES,
    _("Minutes of meetings"),
    keeps=_("12 months after the meeting"),
    law="R8, R15",
    left=lambda: _left(Note, forgetting.notes_until),
)


def _forget(code: str) -> int:
    """At most once an hour in each worker."""
    return 0 if _too_soon(code, _HOUR) else forgetting.forget(code)


def forget_attendance() -> int:
    """Who was at a meeting is gone after thirty days (R15)."""
    return _forget(forgetting.ATTENDANCE)


def forget_notes() -> int:
    """Minutes are gone after twelve months (R15)."""
    return _forget(forgetting.NOTES)


# --- numbers to call
def _contacts_left() -> Iterator[Left]:
    for slug, n, first, until in (
        Contact._unscoped.order_by()
        .values_list("card__place__slug")
        .annotate(n=Count("pk"), first=Min("agreed_on"), until=Min("until"))
    ):
        yield Left(slug, n, _noon(first), _noon(until + timedelta(days=1)))


retention.class_(
    first_hour_services.CONTACTS,
    _("Numbers to call in the first hour"),
    keeps=_("until the day that the office agreed to"),
    left=_contacts_left,
    people=True,
)


def forget_contacts() -> int:
    """The number of one office whose consent has ended is gone (R8)."""
    found = first_hour_queries.expired(timezone.localdate())
    if found is None:
        retention.ran(first_hour_services.CONTACTS)
        return 0
    return int(first_hour_services.forget(found))


# --- commitments
def remind() -> int:
    """Letters about what is due soon or overdue; at most every ten minutes in each worker.

    Of fifty commitments at a time. One that waits for somebody's morning, a day at most, keeps no other
    one from going. The row is claimed before its letters go: two workers never send the same letter, and
    one that is lost on the way comes again in fourteen days.
    """
    if _too_soon("remind", _TEN_MINUTES):
        return 0
    now, awake = timezone.now(), cache(may_send)
    claimed = (
        letter
        for letter in commitment_queries.due_letters(timezone.localdate())
        if _goes(letter, now, awake)
    )
    sent = 0
    for letter in islice(claimed, _MOST_COMMITMENTS):
        for reader in letter.readers:
            letters.commitment_due(commitment=letter.commitment, reader=reader, late=letter.late)
            sent += 1
    return sent


def _goes(
    letter: commitment_queries.DueLetter, now: datetime, awake: Callable[[User], bool]
) -> bool:
    """Whether its letters go now, and this worker sends them."""
    told = letter.commitment
    quiet = not all(awake(reader) for reader in letter.readers)
    if quiet and commitment_services.may_wait(commitment=told, now=now):
        return False
    return commitment_services.claim_reminder(commitment=told, day=timezone.localdate())


# --- requests between levels
def remind_of_requests() -> int:
    """Both sides of a request are told that its day of reply is over; at most every ten minutes.

    Of fifty at a time; one that waits for somebody's morning keeps no other one from going.
    """
    if _too_soon("requests", _TEN_MINUTES):
        return 0
    reminded = (request_services.remind(pk) for pk in request_queries.overdue(timezone.localdate()))
    return sum(islice(filter(None, reminded), _MOST_REQUESTS))


CHORES = (
    remind,
    forget_attendance,
    forget_notes,
    remind_of_requests,
    forget_contacts,
)
