"""Sessions in person, and sheets of paper that were filled in there."""

from __future__ import annotations

import random
from types import SimpleNamespace

from django.utils import timezone

from baithak.dialogue.models import Dialogue, Participation, Session, Vote
from baithak.dialogue.services import sessions as services
from baithak.dialogue.services import sheets as paper
from factories import dialogue as made

__all__ = ["answers", "enter", "session", "sheet", "stored"]


def session(
    dialogue: Dialogue, team: SimpleNamespace, *, minutes: str = "", people: int | None = 24
) -> Session:
    """A session in Ward 12, held today by the facilitator."""
    held = services.begin_session(
        dialogue=dialogue, day=timezone.localdate(), ward="Ward 12", language="en",
        people=people, by=team.viewers["facilitator"],
    )  # fmt: skip
    if minutes:
        Session._unscoped.filter(pk=held.pk).update(minutes=minutes)
        held.minutes = minutes
    return held


def answers(dialogue: Dialogue, seed: int) -> dict[int, int]:
    """What somebody ticked: statement number to answer, some left empty, one at least given."""
    dice = random.Random(seed)
    numbers = [told.number for told in made.statements(dialogue) if told.number]
    given = {n: dice.choice([1, 0, -1]) for n in numbers if dice.random() < 0.8}
    return given or {numbers[0]: 1}


def sheet(**said: int) -> dict[int, int]:
    """``sheet(s1=1, s2=-1)``."""
    return {int(name[1:]): value for name, value in said.items()}


def enter(held: Session, team: SimpleNamespace, sheets: dict[int, dict[int, int]], **more):
    """The facilitator types these."""
    return paper.enter_sheets(session=held, sheets=sheets, by=team.viewers["facilitator"], **more)


def stored(dialogue: Dialogue) -> tuple[int, int]:
    """How many people and votes are stored."""
    return (
        Participation._unscoped.filter(dialogue=dialogue).count(),
        Vote._unscoped.filter(dialogue=dialogue).count(),
    )
