"""The readiness checklist: what a city asks itself, and the three next steps its answers point to.

No score and no share of anything is computed: a city's answers are a mirror, not a mark. The rule
of the next steps fits in five lines, and every step carries its reason:

1. What is not yet there or only started comes before what is due for another look.
2. Of these, what rights, safety and the mandate need comes first (``FIRST``, in its order).
3. "Not yet" comes before "started"; then the order of the guide's path decides.
4. What is in place is due for another look when nobody noted a day, or a year has gone by; the
   longest unseen comes first. A review older than a year counts as "in place".
5. What is in place or reviewed, and noted within a year, is never a next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from baithak.exchange.guide import CODES

__all__ = [
    "FIRST", "GROUPS", "QUESTIONS", "Answer", "Cause", "Group", "NextStep", "Question", "State", "next_steps",
    "question", "standing",
]  # fmt: skip

MOST_STEPS = 3


class State(Enum):
    """How far a city is with one question."""

    NOT_YET = "not_yet"
    STARTED = "started"
    IN_PLACE = "in_place"
    REVIEWED = "reviewed"

    @property
    def label(self) -> Any:
        """In the reader's language."""
        return _LABELS[self]


_LABELS = {
    State.NOT_YET: _("Not yet"),
    State.STARTED: _("Started"),
    State.IN_PLACE: _("In place"),
    State.REVIEWED: _("Reviewed within a year"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """``code`` such as A1, ``step`` the code of the guide's step that helps with it."""

    code: str
    text: Any
    step: str

    @property
    def group(self) -> str:
        """The letter of its group."""
        return self.code[0]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions under one title."""

    code: str
    title: Any
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A city's answer and the day it was noted, None where nobody wrote it down."""

    state: State = State.NOT_YET
    day: date | None = None


class Cause(Enum):
    """Why something is a next step; see the rule above."""

    FIRST_NOT_YET = "first_not_yet"
    FIRST_STARTED = "first_started"
    NOT_YET = "not_yet"
    STARTED = "started"
    NEVER_DATED = "never_dated"
    LONG_AGO = "long_ago"


_REASONS = {
    Cause.FIRST_NOT_YET: _("Rights, safety and the mandate come first, and this is not there yet."),
    Cause.FIRST_STARTED: _("Rights, safety and the mandate come first, and this is begun only."),
    Cause.NOT_YET: _("Of what is not there yet, it comes next on the path."),
    Cause.STARTED: _("It is begun, and not in place yet."),
    Cause.NEVER_DATED: _("It is in place, and nobody has noted when it was last looked at."),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """A question to take up now, and why; ``seen`` is the day it was last looked at."""

    question: Question
    cause: Cause
    seen: date | None = None

    @property
    def reason(self) -> str:
        """One sentence in the reader's language."""
        if self.seen is not None:
            return gettext("It was last looked at on %(day)s, more than a year ago.") % {
                "day": date_format(self.seen)
            }
        return str(_REASONS[self.cause])


GROUPS = (
    Group("A", _("Mandate and leadership"), (
        Question("A1", _("Do we know in writing what the law lets us do, and what is kept for others?"), "mandate"),
        Question("A2", _("Has the council, or whoever acts for it, decided to act?"), "mandate"),
        Question("A3", _("Is one person named for it, with time for it?"), "mandate"),
        Question("A4", _("Have the leaders of all parties agreed on a common line?"), "mandate"),
        Question("A5", _("Is there a line for it in the ordinary budget?"), "sustain"),
    )),
    Group("B", _("Understanding"), (
        Question("B1", _("Have residents of every main group told us, in their language, what worries them?"), "mapping"),
        Question("B2", _("Do we know how incidents, rumours and complaints develop, without naming people?"), "mapping"),
        Question("B3", _("Do we know how fairly services reach each area and group?"), "mapping"),
        Question("B4", _("Have we listed the people, places and habits that connect?"), "mapping"),
        Question("B5", _("Do we say openly what we do not know?"), "mapping"),
        Question("B6", _("Do we look at online talk only as a whole, never at single people?"), "mapping"),
    )),
    Group("C", _("Partners and inclusion"), (
        Question("C1", _("Is our directory of organisations up to date?"), "stakeholders"),
        Question("C2", _("Do women, young people, minorities, people with disabilities and displaced people have a vote in the room?"), "leadership"),
        Question("C3", _("Did they help to set the goals?"), "strategy"),
        Question("C4", _("Are volunteers paid, or their costs paid back?"), "leadership"),
        Question("C5", _("Is there interpretation wherever it is needed?"), "leadership"),
        Question("C6", _("Do people hear back within a time we have promised?"), "stakeholders"),
    )),
    Group("D", _("Strategy"), (
        Question("D1", _("Is there a written plan, by itself or inside another one?"), "strategy"),
        Question("D2", _("Does each action have an owner, a date, a cost and a level of prevention?"), "strategy"),
        Question("D3", _("Does the plan say why this should work here?"), "strategy"),
        Question("D4", _("Has somebody checked whether the plan could deepen a divide?"), "strategy"),
        Question("D5", _("Is the plan public, in the languages spoken here?"), "strategy"),
    )),
    Group("E", _("Coordination in the city"), (
        Question("E1", _("Is there a standing body with a charter, members, a term and a quorum?"), "coordination"),
        Question("E2", _("Did it meet in the last three months?"), "coordination"),
        Question("E3", _("Is what it decides followed up?"), "coordination"),
        Question("E4", _("Do departments carry it together, not the police alone?"), "coordination"),
        Question("E5", _("Does it work between festivals too?"), "coordination"),
    )),
    Group("F", _("National and local together"), (
        Question("F1", _("Do we know whom to call at each level of government?"), "mandate"),
        Question("F2", _("Are a route and a time to reply agreed, for requests and for warnings?"), "coordination"),
        Question("F3", _("Are we told before the state acts in our city?"), "coordination"),
        Question("F4", _("Do data and money come with the tasks we are given?"), "coordination"),
    )),
    Group("G", _("Everyday prevention"), (
        Question("G1", _("Do schools, youth work, sport, culture, health and planning each do one thing for it?"), "implementation"),
        Question("G2", _("Is there a calendar of the sensitive dates of all groups?"), "implementation"),
        Question("G3", _("Do we know what we do when a rumour goes round?"), "implementation"),
        Question("G4", _("Can people report hate and get help?"), "implementation"),
        Question("G5", _("Is support for single people voluntary, and run by social services?"), "implementation"),
    )),
    Group("H", _("Response"), (
        Question("H1", _("Is it agreed who speaks in the first hour, and in which languages?"), "response"),
        Question("H2", _("Is there a list of whom to call, with everybody's consent?"), "response"),
        Question("H3", _("Is a joint statement with faith and community leaders drafted?"), "response"),
        Question("H4", _("Is help ready for those who are affected?"), "response"),
        Question("H5", _("Did we hold an exercise this year?"), "response"),
        Question("H6", _("Do we look back together after each incident?"), "response"),
    )),
    Group("I", _("Rights and safety"), (
        Question("I1", _("Have we made sure that we keep no list of people that should not exist?"), "mapping"),
        Question("I2", _("Is it written down why we keep data, for how long, and who may see them?"), "mapping"),
        Question("I3", _("Can people complain outside the office that runs the programme?"), "stakeholders"),
        Question("I4", _("Do we ask, before each activity, what it could mean for those who take part?"), "implementation"),
        Question("I5", _("Are there rules on what the police may see?"), "coordination"),
        Question("I6", _("Are our staff trained in all this?"), "leadership"),
    )),
    Group("J", _("Learning"), (
        Question("J1", _("Do we follow three to five signs of change, and know where they stood at the start?"), "learning"),
        Question("J2", _("Do we ask residents a few short questions in the same way each year?"), "learning"),
        Question("J3", _("Do we review the year with our partners?"), "learning"),
        Question("J4", _("Do we write down what failed?"), "learning"),
        Question("J5", _("Do we share one practice with other cities each year?"), "learning"),
    )),
    Group("K", _("Continuity"), (
        Question("K1", _("Is the handover file up to date?"), "sustain"),
        Question("K2", _("Are records kept by the office, not on somebody's own phone?"), "sustain"),
        Question("K3", _("Is a deputy named?"), "sustain"),
        Question("K4", _("Could a new leader read our story in twenty minutes?"), "sustain"),
        Question("K5", _("Can our data leave this software in open formats?"), "sustain"),
    )),
)  # fmt: skip

QUESTIONS = tuple(asked for group in GROUPS for asked in group.questions)

#: What rights, safety and the mandate need before anything else, in this order.
FIRST = ("I1", "A1", "A2", "A3", "I2", "I4", "I5", "I3", "I6")

_BY_CODE = {asked.code: asked for asked in QUESTIONS}
#: Where a question stands on the path: by step, then by the checklist.
_PATH = {
    asked.code: place
    for place, asked in enumerate(sorted(QUESTIONS, key=lambda asked: CODES.index(asked.step)))
}


def question(code: str) -> Question | None:
    """The question with this code."""
    return _BY_CODE.get(code)


def standing(answer: Answer, today: date) -> State:
    """What an answer is worth today: a review older than a year counts as "in place"."""
    if answer.state is State.REVIEWED and not _is_fresh(answer, today):
        return State.IN_PLACE
    return answer.state


def next_steps(answers: Mapping[str, Answer], today: date) -> tuple[NextStep, ...]:
    """At most three things to take up now, by the rule at the top of this file.

    Parameters
    ----------
    answers : mapping of a question's code to Answer
        A question without an answer is not yet there; codes that nobody asks are passed over.
    today : date

    Returns
    -------
    tuple of NextStep
        The most pressing first; empty where everything was looked at within a year.

    Examples
    --------
    >>> [step.question.code for step in next_steps({}, date(2026, 11, 24))]
    ['I1', 'A1', 'A2']
    """
    found = [
        (_rank(step), step)
        for asked in QUESTIONS
        if (step := _due(asked, answers.get(asked.code, Answer()), today)) is not None
    ]
    return tuple(step for _place, step in sorted(found, key=lambda pair: pair[0])[:MOST_STEPS])


def _due(asked: Question, answer: Answer, today: date) -> NextStep | None:
    """The question as a next step, None where it can wait."""
    first = asked.code in FIRST
    if answer.state is State.NOT_YET:
        return NextStep(asked, Cause.FIRST_NOT_YET if first else Cause.NOT_YET)
    if answer.state is State.STARTED:
        return NextStep(asked, Cause.FIRST_STARTED if first else Cause.STARTED)
    if _is_fresh(answer, today):
        return None
    cause = Cause.NEVER_DATED if answer.day is None else Cause.LONG_AGO
    return NextStep(asked, cause, answer.day)


def _rank(step: NextStep) -> tuple[int, date, int]:
    """Smaller comes sooner; the causes stand in the order of the rule."""
    code = step.question.code
    place = FIRST.index(code) if code in FIRST else len(FIRST) + _PATH[code]
    return list(Cause).index(step.cause), step.seen or date.min, place


def _is_fresh(answer: Answer, today: date) -> bool:
    return answer.day is not None and answer.day >= _a_year_before(today)


def _a_year_before(today: date) -> date:
    """The same day a year ago; for 29 February the last day of that month."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)
