"""Quiet hours: whether a letter may be sent to somebody now.

Every room that writes letters of its own accord (reminders, digests) asks ``may_send`` first. Letters
that somebody waits for, such as an invitation or a new password, are sent at any hour.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from baithak.network.models import Membership, User
from baithak.network.models.membership import holds_now
from baithak.network.models.quiet import BEGINS, ENDS, Quiet
from baithak.network.scope import SYSTEM

__all__ = ["hours_of", "is_quiet", "may_send", "zone_of"]

#: The clock of countries that have one; others, and hubs, go by the server's (BAITHAK_TIME_ZONE).
ZONES = {
    "AF": "Asia/Kabul",
    "BD": "Asia/Dhaka",
    "BT": "Asia/Thimphu",
    "ET": "Africa/Addis_Ababa",
    "IN": "Asia/Kolkata",
    "KE": "Africa/Nairobi",
    "LK": "Asia/Colombo",
    "MM": "Asia/Yangon",
    "MV": "Indian/Maldives",
    "NP": "Asia/Kathmandu",
    "PK": "Asia/Karachi",
    "SO": "Africa/Mogadishu",
    "TZ": "Africa/Dar_es_Salaam",
    "UG": "Africa/Kampala",
}


def hours_of(user: User) -> tuple[time, time]:
    """From when to when nobody writes to this person."""
    chosen = Quiet.objects.seen_by(SYSTEM).filter(user=user.pk).first()
    return (BEGINS, ENDS) if chosen is None else (chosen.begins, chosen.ends)


def zone_of(user: User) -> ZoneInfo:
    """The clock of the first of their places whose country has one."""
    roles = Membership.objects.seen_by(SYSTEM).filter(holds_now(), user=user.pk).order_by("pk")
    codes = roles.values_list("place__country_code", flat=True)
    return ZoneInfo(next((ZONES[code] for code in codes if code in ZONES), settings.TIME_ZONE))


def is_quiet(clock: time, begins: time, ends: time) -> bool:
    """Whether this time of day is one of the quiet hours, which may go over midnight.

    Examples
    --------
    >>> is_quiet(time(23), time(21), time(7)), is_quiet(time(7), time(21), time(7))
    (True, False)
    >>> is_quiet(time(12), time(9), time(9))
    False
    """
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def may_send(user: User, now: datetime | None = None) -> bool:
    """Whether a letter may reach this person now, by the clock of their place."""
    here = (now or timezone.now()).astimezone(zone_of(user))
    return not is_quiet(here.time(), *hours_of(user))
