"""What people may say of themselves, and what they said: in the shape the engine weighs by (P10)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from baithak.dialogue.models import Category, Declaration, Dialogue, Participation, Question
from baithak.dialogue.queries.lately import Lately
from baithak.network.scope import Viewer

__all__ = [
    "asked_question",
    "asks_about_people",
    "declarations_of",
    "declared",
    "population",
    "questions",
]


#: For a minute a worker may believe that a dialogue asks nothing, or something.
asking: Lately[bool] = Lately(
    60.0, lambda dialogue: Question._unscoped.filter(dialogue=dialogue).exists()
)


def asks_about_people(dialogue: int) -> bool:
    """Whether there are questions about oneself; looked up once a minute, as pages ask it often."""
    return asking(dialogue)


def questions(dialogue: int) -> list[Question]:
    """The questions about oneself with their categories, in their order."""
    found = Question._unscoped.filter(dialogue=dialogue).select_related("dialogue")
    return list(found.prefetch_related("categories__question__dialogue").order_by("number"))


def asked_question(viewer: Viewer, *, code: str, number: int) -> Question | None:
    """One question of a dialogue that this viewer may see."""
    return (
        Question.objects.seen_by(viewer)
        .select_related("dialogue__place")
        .filter(dialogue__code=code, number=number)
        .first()
    )


def population(dialogue: int) -> dict[str, dict[str, float]]:
    """The city's known shares: question number to category number to share of 1.

    Questions without shares are left out; where there are none at all it is empty, and then the
    engine is given none. Numbers are text, as in ``declared``: both go into the engine as they are.
    """
    rows = Category._unscoped.filter(question__dialogue=dialogue, share__isnull=False)
    told: dict[str, dict[str, float]] = {}
    for question, category, share in rows.order_by("question__number", "number").values_list(
        "question__number", "number", "share"
    ):
        told.setdefault(str(question), {})[str(category)] = float(share or 0)
    return told


def declared(dialogue: int) -> dict[str, dict[str, str]]:
    """What participants said of themselves: pseudonym (hex) to question number to category number.

    Only of those whose votes count. A question that somebody left out is not there.
    """
    takes_part = Participation._unscoped.filter(dialogue=dialogue, pid=OuterRef("pid"))
    rows = Declaration._unscoped.filter(Exists(takes_part), dialogue=dialogue).values_list(
        "pid", "question__number", "category__number"
    )
    told: dict[str, dict[str, str]] = {}
    for pid, question, category in rows.iterator(chunk_size=20_000):
        told.setdefault(bytes(pid).hex(), {})[str(question)] = str(category)
    return told


def declarations_of(dialogue: Dialogue, pid: bytes) -> dict[int, int]:
    """What one participant said, for their own page: question number to category number."""
    rows = Declaration._unscoped.filter(dialogue=dialogue, pid=pid)
    return dict(rows.values_list("question__number", "category__number"))
