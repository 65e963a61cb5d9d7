"""What is gone on time (R8, R15): who was at a meeting after 30 days, minutes after twelve months."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from baithak.coordination.health import later
from baithak.coordination.models import Attendance, Note
from baithak.coordination.services.meetings import ATTENDANCE_DAYS, NOTES_MONTHS
from baithak.journal import retention

__all__ = ["ATTENDANCE", "NOTES", "attendance_until", "forget", "notes_until", "over"]

ATTENDANCE, NOTES = "coordination.attendance", "coordination.notes"


def attendance_until(on: date) -> date:
    """The day on which it is not kept any more who was at a meeting of this day."""
    return min(on, date.max - timedelta(days=ATTENDANCE_DAYS)) + timedelta(days=ATTENDANCE_DAYS)


def notes_until(on: date) -> date:
    """The same of the minutes."""
    return later(on, NOTES_MONTHS)


def over(code: str) -> Any:
    """The rows of one class whose time is over today."""
    today = timezone.localdate()
    if code == ATTENDANCE:
        last = today - timedelta(days=ATTENDANCE_DAYS)
        return Attendance._unscoped.filter(meeting__on__lte=last)
    return Note._unscoped.filter(meeting__on__lte=_year_ago(today))


def _year_ago(today: date) -> date:
    """The latest day whose minutes are not kept any more today."""
    day = later(today, -NOTES_MONTHS)
    while notes_until(day + timedelta(days=1)) <= today:
        day += timedelta(days=1)
    return day


def forget(code: str) -> int:
    """Delete what is over of one class, with a line of proof for each place; how many rows went.

    Then the file is written anew, so that neither free pages nor the write-ahead log hold them. The number
    of seats taken and the decisions stay. Runs outside a transaction, in the worker.
    """
    with transaction.atomic():
        found = over(code)
        gone = Counter(found.values_list("meeting__place__slug", flat=True))
        if gone:
            found.model._unscoped.filter(pk__in=list(found.values_list("pk", flat=True))).delete()
        retention.ran(code, dict(gone))
    if gone:
        _rewrite()
    return sum(gone.values())


def _rewrite() -> None:
    """SQLite: the whole file, and the write-ahead log with it. PostgreSQL: the tables."""
    if connection.in_atomic_block:
        return  # a test's own transaction; the worker has none
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Attendance, Note):
                cursor.execute(f"VACUUM FULL {model._meta.db_table}")
        else:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
