"""Bodies, meetings, workshops, commitments, requests to other levels, days to prepare for, the first hour."""

from baithak.coordination.models.body import Balance, Body, BodyState, Rhythm, Seat
from baithak.coordination.models.commitment import Commitment, CommitmentState, CommitmentStep
from baithak.coordination.models.day import Day, DayKind, Preparation, Repeats
from baithak.coordination.models.meeting import (
    AgendaItem,
    Attendance,
    Decision,
    Meeting,
    MeetingState,
    Note,
)
from baithak.coordination.models.request import Reply, Request, RequestKind, RequestState
from baithak.coordination.models.response import (
    Contact,
    Endorsement,
    JointStatement,
    LookBack,
    ResponseCard,
    StatementState,
)
from baithak.coordination.models.workshop import (
    Part,
    Participants,
    Raised,
    Series,
    Showcase,
    Takeaway,
    Workshop,
    WorkshopState,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "Balance",
    "Body",
    "BodyState",
    "Commitment",
    "CommitmentState",
    "CommitmentStep",
    "Contact",
    "Day",
    "DayKind",
    "Decision",
    "Endorsement",
    "JointStatement",
    "LookBack",
    "Meeting",
    "MeetingState",
    "Note",
    "Part",
    "Participants",
    "Preparation",
    "Raised",
    "Repeats",
    "Reply",
    "Request",
    "RequestKind",
    "RequestState",
    "ResponseCard",
    "Rhythm",
    "Seat",
    "Series",
    "Showcase",
    "StatementState",
    "Takeaway",
    "Workshop",
    "WorkshopState",
]
