"""What is kept and until when (R8): rooms say what they delete, this clock proves that they do.

A room registers its classes of data beside its chores (``<room>/tasks.py``, loaded when the hub
starts) and says after every run of a chore what went::

    from baithak.journal import retention
    from baithak.journal.retention import Left

    def _attendance_left() -> Iterator[Left]:
        \"\"\"Per place: how many rows, since when the oldest, when it has to be gone.\"\"\"
        yield Left(place="kandarpur", rows=41, oldest=day, due=day + timedelta(days=30))

    retention.class_(
        "coordination.attendance",
        _("Who was at a meeting"),
        keeps=_("30 days after the meeting"),
        law="R8",
        people=True,            # rows are people: fewer than ten are never shown as a number
        left=_attendance_left,
    )

    def forget_attendance() -> int:
        gone = {"kandarpur": 12, "noorabad": 0}     # rows deleted, by the slug of the place
        retention.ran("coordination.attendance", gone)   # in the transaction of the deletion
        return sum(gone.values())

``ran`` without rows is cheap: it notes at most once an hour in each process that the chore is alive.
With rows it writes the line that proves the deletion and counts anew what is left. Where a service
deletes by itself, ``with retention.run("…"):`` counts before and after.

A class is *overdue* where its oldest row ought to have gone two days ago (``grace``), or where its
chore has not run for that long. The page “What is kept” shows it in red, and ``baithak doctor`` tells.
``due`` is when the oldest remaining row has to be gone; ``None`` where nothing is left or the end is
not known yet (a dialogue that is still open).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services, words
from baithak.journal.models import Kept
from baithak.report.disclosure import K, rounded

__all__ = [
    "Left",
    "Rule",
    "Standing",
    "by_place",
    "class_",
    "classes",
    "count",
    "overdue",
    "ran",
    "run",
    "shown",
    "standing",
]

#: How often the clock counts.
EVERY = timedelta(days=1)
_HOUR = 3600.0
_CLOCK = "clock"


@dataclass(frozen=True)
class Left:
    """What is left of a class at one place (empty: the hub as a whole)."""

    place: str
    rows: int
    oldest: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Rule:
    """One class of data and how long it is kept."""

    code: str
    label: Any
    keeps: Any
    law: str
    people: bool
    grace: timedelta
    left: Callable[[], Iterable[Left]]


_RULES: dict[str, Rule] = {}
_told: dict[str, float] = {}


def class_(
    code: str,
    label: Any,
    *,
    keeps: Any,
    left: Callable[[], Iterable[Left]],
    law: str = "R8",
    people: bool = False,
    grace: timedelta = timedelta(days=2),
) -> Rule:
    """Register a class of data. ``label`` and ``keeps`` are lazy sentences for everybody."""
    _RULES[code] = Rule(code, label, keeps, law, people, grace, left)
    return _RULES[code]


def classes() -> list[Rule]:
    """Every class, by its code."""
    return [_RULES[code] for code in sorted(_RULES)]


def shown(rule: Rule, rows: int) -> str:
    """A number of rows as it may be shown: of people never fewer than ten."""
    if rows == 0:
        return _("none")
    if not rule.people:
        return str(rows)
    about = rounded(rows, K)
    if about is None:
        return _("fewer than %(k)d") % {"k": K}
    return _("about %(n)d") % {"n": about}


def _stored(rule: Rule, rows: int) -> int:
    """A number as the clock keeps it: of people rounded, and below ten nothing but that some are left."""
    if not rule.people or rows == 0:
        return rows
    return rounded(rows, K) or 1


def _in_signs(rule: Rule, rows: int) -> str:
    """The same for the journal, in signs that every language reads: ``12``, ``~25``, ``<10``."""
    if not rule.people:
        return str(rows)
    about = rounded(rows, K)
    return f"<{K}" if about is None else f"~{about}"


def _read(written: str) -> str:
    sign, number = written[0], int(written.lstrip("~<"))
    if sign == "<":
        return _("fewer than %(k)d") % {"k": number}
    return _("about %(n)d") % {"n": number} if sign == "~" else str(number)


words.verb(
    "journal.delete_on_time",
    gettext_lazy("deleted what its time was over for: %(rows)s (%(kept)s)"),
    rows=_read,
    kept=lambda code: _RULES[code].label,
)


# --- what chores say


def ran(code: str, gone: Mapping[str, int] | None = None) -> None:
    """The chore of this class ran; ``gone`` is how many rows it deleted, by place.

    With rows: one line in the journal for each place, in the transaction of the deletion.
    """
    rule = _RULES[code]
    rows = {place: n for place, n in (gone or {}).items() if n}
    if not rows:
        if _told.get(code) and time.monotonic() - _told[code] < _HOUR:
            return
        _told[code] = time.monotonic()
        Kept.objects.update_or_create(code=code, place="", defaults={"ran": timezone.now()})
        return
    with transaction.atomic():
        now = timezone.now()
        Kept.objects.update_or_create(code=code, place="", defaults={"ran": now})
        for place, n in sorted(rows.items()):
            line = services.write(
                verb="journal.delete_on_time",
                thing=f"kept:{code}",
                by="system",
                place=place,
                detail={"kept": code, "rows": _in_signs(rule, n), "law": rule.law},
            )
            Kept.objects.update_or_create(
                code=code,
                place=place,
                defaults={"ran": now, "gone": _stored(rule, n), "proof": line.n},
            )
        _count(rule, now)


def by_place(code: str) -> dict[str, int]:
    """How many rows of this class are left now, by place."""
    return _by_place(_RULES[code])


@contextmanager
def run(code: str) -> Iterator[None]:
    """Count before and after what happens inside, and say what went.

    Rows that came meanwhile make the number smaller than it was, never larger.
    """
    before = _by_place(_RULES[code])
    yield
    after = _by_place(_RULES[code])
    ran(code, {place: max(0, n - after.get(place, 0)) for place, n in before.items()})


def _by_place(rule: Rule) -> dict[str, int]:
    told: dict[str, int] = {}
    for left in rule.left():
        told[left.place] = told.get(left.place, 0) + left.rows
    return told


# --- the clock


def _merged(found: Iterable[Left]) -> dict[str, Left]:
    """One entry for each place: rows add up, the earliest day counts."""
    told: dict[str, Left] = {}
    for left in found:
        other = told.get(left.place)
        if other is not None:
            left = Left(
                left.place,
                left.rows + other.rows,
                min(filter(None, (left.oldest, other.oldest)), default=None),
                min(filter(None, (left.due, other.due)), default=None),
            )
        told[left.place] = left
    return told


def _count(rule: Rule, now: datetime) -> None:
    found = _merged(rule.left())
    for left in found.values():
        Kept.objects.update_or_create(
            code=rule.code,
            place=left.place,
            defaults={
                "counted": now,
                "rows": _stored(rule, left.rows),
                "oldest": left.oldest if left.rows else None,
                "due": left.due if left.rows else None,
            },
        )
    Kept.objects.filter(code=rule.code).exclude(place__in=found).update(
        counted=now, rows=0, oldest=None, due=None
    )


def count() -> int:
    """Once a day: count what is kept of every class, and write into the journal what is overdue."""
    now = timezone.now()
    Kept.objects.get_or_create(code=_CLOCK, place="")
    due = Q(counted=None) | Q(counted__lte=now - EVERY)
    if Kept.objects.filter(due, code=_CLOCK, place="").update(counted=now) != 1:
        return 0
    with transaction.atomic():
        for rule in classes():
            Kept.objects.get_or_create(code=rule.code, place="")
            _count(rule, now)
        services.write(
            verb="journal.count_what_is_kept",
            thing="journal:retention",
            by="system",
            place="",
            detail={"classes": str(len(_RULES)), "overdue": str(len(overdue(now)))},
        )
    return 1


# --- what pages and the doctor read


@dataclass(frozen=True)
class Standing:
    """One class at one place: its rule, what is left, and why it is overdue, if it is."""

    rule: Rule
    place: str
    ran: datetime | None
    gone: str
    proof: int | None
    counted: datetime | None
    rows: str
    oldest: datetime | None
    due: datetime | None
    #: ``rows``: something ought to have gone; ``silent``: the chore has not run; empty: neither.
    late: str

    @property
    def about(self) -> str:
        """Its trail in the journal."""
        return f"kept:{self.rule.code}"


def _late(rule: Rule, row: Kept, hub: Kept | None, now: datetime) -> str:
    if row.rows and row.due is not None and row.due + rule.grace < now:
        return "rows"
    whole = hub if hub is not None else row
    return "silent" if (whole.ran or whole.since) + rule.grace < now else ""


def standing(place: str, now: datetime | None = None) -> list[Standing]:
    """Every class as it stands at this place and, where it is the hub's, there."""
    moment = now or timezone.now()
    rows: dict[tuple[str, str], Kept] = {
        (row.code, row.place): row for row in Kept.objects.filter(place__in={"", place})
    }
    told = []
    for rule in classes():
        hub, here = rows.get((rule.code, "")), rows.get((rule.code, place))
        row = here or hub or Kept(code=rule.code)
        told.append(
            Standing(
                rule=rule,
                place=row.place,
                ran=hub.ran if hub is not None else row.ran,
                gone=shown(rule, row.gone),
                proof=row.proof,
                counted=row.counted or (hub.counted if hub is not None else None),
                rows=shown(rule, row.rows),
                oldest=row.oldest,
                due=row.due,
                late=_late(rule, row, hub, moment),
            )
        )
    return told


def overdue(now: datetime | None = None) -> list[tuple[Rule, str, str]]:
    """What is overdue anywhere: the class, the place and why."""
    moment, told = now or timezone.now(), []
    rows = list(Kept.objects.exclude(code=_CLOCK))
    hubs = {row.code: row for row in rows if not row.place}
    for row in rows:
        rule = _RULES.get(row.code)
        late = _late(rule, row, hubs.get(row.code), moment) if rule is not None else ""
        if rule is not None and late and (late == "rows" or not row.place):
            told.append((rule, row.place, late))
    return told
