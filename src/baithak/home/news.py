"""What is new for somebody, read from the rooms' own rows: due, asked, answered, taken up.

Nothing is copied: each line is a row that the viewer may see now, so it is gone when that is. The
page tells all of it; a letter tells less (``digest``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.queries import desk as coordination
from baithak.coordination.queries.commitments import is_of_closed_room
from baithak.coordination.rules import ANSWERERS
from baithak.exchange.queries import adoptions, questions
from baithak.home import addresses
from baithak.network import queries as network
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import Viewer, Visibility
from baithak.plan.queries import desk as plans

__all__ = ["Entry", "news"]

#: News are as old as this at most, and what is due is told a week before.
LASTING, SOON = timedelta(days=30), timedelta(days=7)
#: Lines of one kind.
EACH = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of news.

    ``came`` is the day since which it is news, ``day`` the day it speaks of; what is ``due`` stays in the
    letters until it is done. Of ``closed_room`` a letter tells nothing at all; ``untitled`` is told there
    by its kind and address alone: a team keeps it to itself, or it was promised in a closed room (R15).
    """

    kind: str
    title: str
    address: str
    language: str
    place: str
    place_id: int
    came: date
    day: date | None = None
    late: bool = False
    due: bool = False
    note: str = ""
    untitled: bool = False
    closed_room: bool = False


def news(viewer: Viewer, today: date) -> list[Entry]:
    """The newest first."""
    found: list[Entry] = []
    for part in (_due, _asked, _answered):
        found += part(viewer, today)
    return sorted(found, key=lambda one: (one.came, one.day or date.min), reverse=True)


# --- what is due
def _due(viewer: Viewer, today: date) -> Iterator[Entry]:
    until = today + SOON
    for action in plans.my_actions(viewer).filter(due__lte=until)[:EACH]:
        kind = _("Action overdue") if action.is_overdue else _("Action due soon")
        yield _dated(action, kind, action.due or today, today, level=action.plan.visibility)
    promised = coordination.my_commitments(viewer).filter(due__lte=until)
    for commitment in promised.select_related(*_ROOMS)[:EACH]:
        kind = _("Commitment overdue") if commitment.is_overdue else _("Commitment due soon")
        level = Visibility.MECHANISM if _is_untitled(commitment) else commitment.visibility
        yield _dated(commitment, kind, commitment.due or today, today, level=level)
    for meeting in coordination.meetings_ahead(viewer, today, until)[:EACH]:
        yield _dated(meeting, _("Meeting within a week"), meeting.on, today)
    prepared = (one for one in coordination.to_prepare(viewer, today) if one.due <= until)
    for one in list(prepared)[:EACH]:
        line = one.preparation
        yield _dated(
            line, _("Preparation due"), one.due, today, level=line.day.visibility, page=line.day
        )


#: Where a commitment was born.
_ROOMS = ("decision__meeting", "takeaway__workshop")


def _is_untitled(promised: Any) -> bool:
    """Whether a commitment's title stays in the house: the team's own, or born in a closed room."""
    return promised.visibility == Visibility.MECHANISM or is_of_closed_room(promised)


def _dated(
    one: Any, kind: str, day: date, today: date, *, level: str = "", page: Any = None
) -> Entry:
    """News from a week before its day, and once more when the day is over."""
    late = day < today
    return Entry(
        kind, one.title, addresses.of(page or one), one.language, one.place.local_name,
        one.place.pk, came=day if late else day - SOON - timedelta(days=1), day=day, late=late, due=True,
        untitled=(level or one.visibility) == Visibility.MECHANISM,
        closed_room=bool(getattr(one, "closed_room", False)),
    )  # fmt: skip


# --- what somebody asks of me
def _asked(viewer: Viewer, today: date) -> Iterator[Entry]:
    roles = {grant.role for grant in viewer.grants}
    if roles & CONFIRMERS:
        for act in network.acts_waiting(viewer).exclude(asked_by=viewer.user_id)[:EACH]:
            yield Entry(
                _("Waits for a second person"), act.label,
                addresses.page("network:requests", place=act.place.slug), "", act.place.local_name,
                act.place_id, came=timezone.localdate(act.asked_at), untitled=True,
            )  # fmt: skip
    if roles & ANSWERERS:
        for request in coordination.requests_to_answer(viewer)[:EACH]:
            yield Entry(
                _("Request to answer"), request.title, addresses.of(request), request.language,
                request.place.local_name, request.place_id,
                came=request.escalated_on or request.sent_on or today, day=request.reply_by,
                late=request.is_overdue, untitled=True,
            )  # fmt: skip
    for check in plans.to_sign(viewer)[:EACH]:
        action = check.action
        yield Entry(
            _("Check for harm to sign"), action.title,
            addresses.page("plan:risk", code=action.plan.code, number=action.number),
            action.language, action.place.local_name, action.place.pk, came=check.checked_on,
            untitled=action.plan.visibility == Visibility.MECHANISM,
        )  # fmt: skip
    if roles & MECHANISM:
        for question in questions.to_answer(viewer).filter(closed=False, answered=None)[:EACH]:
            yield _of_question(question, _("Question to your team"), question.asked)


def _of_question(question: Any, kind: str, came: date) -> Entry:
    return Entry(
        kind, question.text[:200], addresses.of(question), question.language,
        "", question.place_id, came=came, closed_room=question.chatham,
        untitled=question.visibility == Visibility.MECHANISM,
    )  # fmt: skip


# --- what was answered, told, taken up
def _answered(viewer: Viewer, today: date) -> Iterator[Entry]:
    since = today - LASTING
    for reply in coordination.replies_lately(viewer, since)[:EACH]:
        yield Entry(
            _("Reply to a request"), reply.request.title, addresses.of(reply.request),
            reply.request.language, reply.at_place.local_name, reply.request.place_id,
            came=reply.on, untitled=True,
        )  # fmt: skip
    for told in plans.told_back(viewer, since)[:EACH]:
        yield Entry(
            _("What became of what you said"), told.plan.title, addresses.of(told.plan),
            told.plan.language, told.place.local_name, told.place.pk, came=told.told_back_on or today,
            note=told.text("became"), untitled=told.plan.visibility == Visibility.MECHANISM,
        )  # fmt: skip
    yield from _steps(viewer, since)
    roles = {grant.role for grant in viewer.grants}
    if roles & (MECHANISM | CONFIRMERS):
        answered = questions.asked_by(viewer).filter(answered__gte=since)
        for question in answered.order_by("-answered")[:EACH]:
            yield _of_question(
                question, _("Your question was answered"), question.answered or today
            )
        for adoption in adoptions.what_became(viewer).filter(told_on__gte=since)[:EACH]:
            yield Entry(
                _("Taken up by another city"), adoption.practice.title, addresses.of(adoption),
                adoption.practice.language, adoption.place.local_name, adoption.place_id,
                came=adoption.told_on or today,
                untitled=adoption.practice.visibility == Visibility.MECHANISM,
            )  # fmt: skip


def _steps(viewer: Viewer, since: date) -> Iterator[Entry]:
    """What was told of actions and commitments of one's places: the newest of each."""
    for step in _once(plans.lately(viewer, since)[: 3 * EACH], "action_id"):
        action = step.action
        yield Entry(
            _("Progress of an action"), action.title, addresses.of(action), action.language,
            action.place.local_name, action.place.pk, came=step.day, note=step.text,
            untitled=action.plan.visibility == Visibility.MECHANISM,
        )  # fmt: skip
    kept = coordination.kept_lately(viewer, since)
    kept = kept.select_related(*(f"commitment__{room}" for room in _ROOMS))
    for step in _once(kept[: 3 * EACH], "commitment_id"):
        commitment = step.commitment
        yield Entry(
            _("Progress of a commitment"), commitment.title, addresses.of(commitment),
            commitment.language, commitment.place.local_name, commitment.place_id, came=step.day,
            note=step.text, untitled=_is_untitled(commitment),
        )  # fmt: skip


def _once(steps: Iterable[Any], of: str) -> list[Any]:
    newest: dict[int, Any] = {}
    for step in steps:
        newest.setdefault(getattr(step, of), step)
    return list(newest.values())[:EACH]
