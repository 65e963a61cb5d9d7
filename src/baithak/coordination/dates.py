"""Which days the room takes: a slip of the pen in the year must not end beyond what a calendar can count."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

__all__ = ["FIRST", "LAST", "within"]

FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


def within(day: date | None) -> None:
    """Refuse a day that nobody means; no day is fine. For forms, services and files alike."""
    if day is not None and not FIRST <= day <= LAST:
        raise ValidationError(
            _("Choose a day between %(first)d and %(last)d.")
            % {"first": FIRST.year, "last": LAST.year}
        )
