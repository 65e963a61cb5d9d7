"""What somebody has chosen about letters, and when they last read the news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import F, Q

from baithak.home.models import Digest, Preference, Seen
from baithak.network.models import ElectionPeriod, Membership, Place, User
from baithak.network.models.membership import holds_now
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "WEEK",
    "due",
    "has_seen",
    "last_letter",
    "preference",
    "quiet_on",
    "quiet_places",
    "waiting",
]

#: A letter a week.
WEEK = timedelta(days=7)


def preference(viewer: Viewer) -> Preference:
    """The viewer's choice; what holds for everybody as long as they have chosen nothing."""
    found = Preference.objects.seen_by(viewer).filter(user=viewer.user_id).first()
    return found or Preference(user_id=viewer.user_id or 0)


def has_seen(viewer: Viewer) -> date | None:
    """The day on which the viewer last read the news."""
    found = Seen.objects.seen_by(viewer).filter(user=viewer.user_id)
    return found.values_list("on", flat=True).first()


def last_letter(user: User) -> date | None:
    """The day of this person's last letter."""
    found = Preference._unscoped.filter(user=user.pk)
    return found.values_list("sent_on", flat=True).first()


def quiet_places(places: Iterable[int], today: date) -> frozenset[int]:
    """Which of these places keep quiet around an election today: their own, their country's, their hub's."""
    periods = ElectionPeriod.objects.seen_by(SYSTEM).filter(begins__lte=today, ends__gte=today)
    of = periods.values("place")
    found = Place.objects.seen_by(SYSTEM).filter(pk__in=set(places))
    return frozenset(
        found.filter(Q(pk__in=of) | Q(parent__in=of) | Q(hub__in=of)).values_list("pk", flat=True)
    )


def quiet_on(day: date, today: date, places: Iterable[int]) -> dict[int, date]:
    """Which of these places kept quiet on that day and do no more: since when there is something to tell.

    It may have come up to a week before the election, after the last letter that told of the place.
    """
    periods = ElectionPeriod.objects.seen_by(SYSTEM).filter(
        begins__lte=day, ends__gte=day, ends__lt=today
    )
    began = dict(periods.order_by("-begins").values_list("place", "begins"))
    if not began:
        return {}
    found = Place.objects.seen_by(SYSTEM).filter(pk__in=set(places))
    told: dict[int, date] = {}
    for pk, *above in found.values_list("pk", "parent", "hub"):
        days = [began[one] for one in (pk, *above) if one in began]
        if days:
            told[pk] = min(days) - WEEK
    return told


def due(today: date) -> Q:
    """Choices after which a letter may go out today, unless it was tried today already."""
    daily = Q(digest=Digest.DAILY) & (Q(sent_on=None) | Q(sent_on__lt=today))
    weekly = Q(digest=Digest.WEEKLY) & (Q(sent_on=None) | Q(sent_on__lte=today - WEEK))
    return (daily | weekly) & (Q(tried_on=None) | Q(tried_on__lt=today))


def waiting(today: date) -> Iterator[User]:
    """People with a role now to whom a letter may go out today; who waited longest comes first."""
    # Two steps and not one OR over both tables: each uses an index of its own.
    members = Membership.objects.seen_by(SYSTEM).filter(holds_now()).values("user")
    chosen = Preference._unscoped.values("user")
    people = User.objects.filter(pk__in=members, is_active=True)
    again = Preference._unscoped.filter(due(today), user__in=people).select_related("user")
    yield from list(people.exclude(pk__in=chosen).order_by("pk"))
    yield from [one.user for one in again.order_by(F("sent_on").asc(nulls_first=True), "pk")]
