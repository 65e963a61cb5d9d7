"""Sessions in person, for the team of the place; and which sheets of paper were typed."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from baithak.dialogue.models import Dialogue, Session, Sheet, Vote
from baithak.network import keys
from baithak.network.scope import Viewer
from baithak.report import disclosure
from baithak.report.words import words

__all__ = [
    "ALIKE",
    "about_so_many",
    "alike",
    "entered_sheets",
    "minutes_to_forget",
    "session",
    "sessions",
    "sheet_answers",
    "sheet_pid",
]

#: Two sheets that say the same on at least so many statements may be one sheet typed twice.
ALIKE = 8


def sessions(viewer: Viewer, dialogue: Dialogue) -> QuerySet[Session]:
    """The sessions of this dialogue, the latest day first."""
    return Session.objects.seen_by(viewer).filter(dialogue=dialogue)


def session(viewer: Viewer, *, code: str, session: int) -> Session | None:
    """A session of this dialogue."""
    return (
        Session.objects.seen_by(viewer)
        .select_related("dialogue__place")
        .filter(pk=session, dialogue__code=code)
        .first()
    )


def about_so_many(session: Session) -> str:
    """How many came, to the nearest 5, or fewer than k; empty where nobody has said."""
    if session.people is None:
        return ""
    k = session.dialogue.smallest_cell
    return words(get_language() or "en").count(disclosure.rounded(session.people, k), k)


def entered_sheets(session: Session) -> list[int]:
    """The numbers of the sheets that were typed, for those who type."""
    found = Sheet._unscoped.filter(session=session).values_list("number", flat=True)
    return sorted(found)


def sheet_pid(session: Session, number: int) -> bytes:
    """The pseudonym of a sheet of paper. Raises ``keys.KeyMissingError`` once the dialogue is closed."""
    return keys.pseudonym(session.dialogue.key, f"sheet:{session.key}:{number}")


def sheet_answers(session: Session, numbers: list[int]) -> dict[int, dict[int, int]]:
    """What is stored of these sheets: sheet number to statement id to answer.

    It can be known while the dialogue is open and its key exists, by those who have the paper in
    their hands anyway; afterwards by nobody.
    """
    of = {sheet_pid(session, number): number for number in numbers}
    found: dict[int, dict[int, int]] = {number: {} for number in numbers}
    pids = list(of)
    for start in range(0, len(pids), 400):
        rows = Vote._unscoped.filter(
            dialogue=session.dialogue_id, pid__in=pids[start : start + 400]
        ).values_list("pid", "statement", "value")
        for pid, statement, value in rows:
            found[of[bytes(pid)]][statement] = value
    return found


def alike(session: Session) -> list[list[int]]:
    """Sheets that say exactly the same on eight statements or more: typed twice, perhaps."""
    groups: dict[frozenset[tuple[int, int]], list[int]] = {}
    for number, answers in sheet_answers(session, entered_sheets(session)).items():
        if len(answers) >= ALIKE:
            groups.setdefault(frozenset(answers.items()), []).append(number)
    return sorted(sorted(numbers) for numbers in groups.values() if len(numbers) > 1)


def minutes_to_forget(before: date | None = None) -> list[int]:
    """Sessions held a year ago or earlier whose minutes are still there."""
    today = timezone.localdate()
    # 29 February is remembered until 1 March.
    last = before or (
        today.replace(year=today.year - 1)
        if (today.month, today.day) != (2, 29)
        else date(today.year - 1, 2, 28)
    )
    found = Session._unscoped.filter(day__lte=last).exclude(minutes="")
    return list(found.order_by("pk").values_list("pk", flat=True)[:100])
