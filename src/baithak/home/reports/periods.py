"""Quarters and years, by the clock of the place they are told of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from baithak.network.models import Place
from baithak.network.quiet import ZONES

__all__ = ["EARLIEST", "Period", "clock_of", "period", "today_at"]

#: No hub is older; what stands before it is a typing error.
EARLIEST = 2000
_NAMED = re.compile(r"(2[01]\d\d)(?:-Q([1-4]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or with ``quarter`` 1 to 4 a quarter of it.

    Examples
    --------
    >>> Period(2026, 4).first, Period(2026, 4).last, Period(2026, 4).slug
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31), '2026-Q4')
    >>> Period(2026).after.slug, Period(2026, 3).after.slug, Period(2026, 4).year_of.slug
    ('2027-Q1', '2026-Q4', '2026')
    """

    year: int
    quarter: int = 0

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.quarter - 2 if self.quarter else 1, 1)

    @property
    def last(self) -> date:
        following = self.after.first
        return following - timedelta(days=1)

    @property
    def slug(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def after(self) -> Period:
        """The quarter that follows."""
        if self.quarter in (0, 4):
            return Period(self.year + 1, 1)
        return Period(self.year, self.quarter + 1)

    @property
    def year_of(self) -> Period:
        """The whole year."""
        return Period(self.year)

    @property
    def words(self) -> str:
        """ "October to December 2026", or "2026"."""
        if not self.quarter:
            return str(self.year)
        return _("%(first)s to %(last)s %(year)d") % {
            "first": date_format(self.first, "F"),
            "last": date_format(self.last, "F"),
            "year": self.year,
        }

    def begun(self, today: date) -> bool:
        return self.first <= today

    def runs(self, today: date) -> bool:
        """Not over: figures of today, which still change."""
        return self.first <= today <= self.last

    def until(self, today: date) -> date:
        """The last day of it that is known."""
        return min(self.last, today)

    def moments(self, clock: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins there, and when it is over: the first moment that no longer belongs to it."""
        ends = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time.min, clock),
            datetime.combine(ends, time.min, clock),
        )


def period(named: str) -> Period | None:
    """The period that an address names.

    Examples
    --------
    >>> period("2026-Q4"), period("2026"), period("2026-Q5"), period("1999")
    (Period(year=2026, quarter=4), Period(year=2026, quarter=0), None, None)
    """
    found = _NAMED.fullmatch(named)
    return Period(int(found[1]), int(found[2] or 0)) if found else None


def clock_of(place: Place) -> ZoneInfo:
    """The clock of the place's country; a hub goes by the server's."""
    return ZoneInfo(ZONES.get(place.country_code, settings.TIME_ZONE))


def today_at(place: Place) -> date:
    """The day it is there."""
    return timezone.localdate(timezone=clock_of(place))
