"""Questions to peers and what was answered, each within what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median_high

from django.db.models import Count, QuerySet

from baithak.exchange.models import Answer, Lesson, Practice, Question
from baithak.exchange.queries.practices import places_to_write_in
from baithak.exchange.rules import WRITERS
from baithak.network.models import Place, User
from baithak.network.models.membership import Membership, holds_now
from baithak.network.rules import CONFIRMERS, MECHANISM, OFFICERS
from baithak.network.scope import SYSTEM, Viewer, Visibility

__all__ = [
    "COMMUNITY",
    "ReplyTime",
    "answer",
    "answers",
    "asked_by",
    "communities",
    "lessons_of",
    "places_to_answer_from",
    "practice_of",
    "question",
    "questions",
    "reply_time",
    "to_answer",
    "to_tell",
]

#: How far a question to a community goes: never to everybody.
COMMUNITY = (Visibility.HUB, Visibility.NETWORK)
#: Fewer answers tell more about one of them than about a team, and each five more are told at once.
_AT_ONCE = 5


def questions(viewer: Viewer, challenge: str = "") -> QuerySet[Question]:
    """What the viewer may see, of all challenges or of one."""
    found = Question.objects.seen_by(viewer).select_related("place", "to_place")
    found = found.filter(challenge=challenge) if challenge else found
    return found.annotate(told=Count("answers")).order_by("closed", "-asked", "-pk")


def to_answer(viewer: Viewer, challenge: str = "") -> QuerySet[Question]:
    """What was put to the viewer's teams."""
    return questions(viewer, challenge).filter(to_place__in=viewer.places_as(WRITERS))


def asked_by(viewer: Viewer, challenge: str = "") -> QuerySet[Question]:
    """What the viewer's teams have asked."""
    team = viewer.places_as(MECHANISM | CONFIRMERS)
    return questions(viewer, challenge).filter(place__in=team)


def communities(viewer: Viewer, challenge: str = "") -> QuerySet[Question]:
    """What was put to everybody who faces a challenge, and reaches the viewer."""
    return questions(viewer, challenge).filter(to_place=None, visibility__in=COMMUNITY)


def question(viewer: Viewer, *, question: int) -> Question | None:
    """One question."""
    return (
        Question.objects.seen_by(viewer)
        .select_related("place", "to_place")
        .filter(pk=question)
        .first()
    )


def practice_of(viewer: Viewer, of: Question) -> Practice | None:
    """The practice that is asked about, where the viewer may (still) see it."""
    found = Practice.objects.seen_by(viewer).select_related("place", "current")
    return found.filter(pk=of.practice_id).first() if of.practice_id else None


def answers(viewer: Viewer, of: Question) -> QuerySet[Answer]:
    """What was answered, in the order of the days."""
    return Answer.objects.seen_by(viewer).filter(question=of).select_related("by_place")


def answer(viewer: Viewer, *, answer: int) -> Answer | None:
    """One answer, with its question."""
    return (
        Answer.objects.seen_by(viewer)
        .select_related("question__place", "question__practice")
        .filter(pk=answer)
        .first()
    )


def lessons_of(viewer: Viewer, of: Question) -> dict[int, int]:
    """By answer: the lesson that was made of it, as far as the viewer may see lessons."""
    found = Lesson.objects.seen_by(viewer).filter(answers__question=of)
    return dict(found.values_list("answers__pk", "pk"))


def places_to_answer_from(viewer: Viewer, to: Question) -> list[Place]:
    """For which places the viewer may answer: the asked one and the asking one, or any in a community."""
    places = places_to_write_in(viewer)
    if to.to_place_id is None:
        return list(places)
    return list(places.filter(pk__in=[to.to_place_id, to.place_id]))


@dataclass(frozen=True, slots=True)
class ReplyTime:
    """Within how many days half of a place's questions were answered."""

    days: int
    questions: int


def reply_time(of: Place) -> ReplyTime | None:
    """How long this place's team takes, from whole fives of questions; ``None`` before the first five.

    A single answer so never shows in the figure. It is of a team, never of a person.
    """
    found = (
        Question.objects.seen_by(SYSTEM)
        .filter(to_place=of, answered__isnull=False)
        .order_by("answered", "pk")
    )
    told = [_days(one) for one in found.only("asked", "answered", "chatham")]
    whole = len(told) // _AT_ONCE * _AT_ONCE
    return ReplyTime(median_high(told[:whole]), whole) if whole else None


def _days(of: Question) -> int:
    """Days from question to answer, at least one; under the Chatham House Rule whole weeks."""
    assert of.answered is not None  # the query above
    days = (of.answered - of.asked).days
    return days + 7 if of.chatham else max(days, 1)


def to_tell(place: Place, account: int | None) -> Iterable[User]:
    """Who gets a letter for a team: the account that looks after the thing while it has a role there,
    else the place's officers.
    """
    team = Membership.objects.seen_by(SYSTEM).filter(
        holds_now(), place=place, user__is_active=True, role__in=MECHANISM
    )
    chosen = team.filter(user=account) if account else team.none()
    held = chosen if chosen.exists() else team.filter(role__in=OFFICERS)
    return User.objects.filter(pk__in=held.values("user")).order_by("pk")
