"""How often the hub writes to somebody, when they last looked at news; and how a place is handed over."""

from baithak.home.models.handover import (
    Handover,
    HandoverState,
    Purpose,
    Reapproval,
    ReapprovalState,
    Tick,
)
from baithak.home.models.preference import Digest, Preference
from baithak.home.models.seen import Seen

__all__ = [
    "Digest",
    "Handover",
    "HandoverState",
    "Preference",
    "Purpose",
    "Reapproval",
    "ReapprovalState",
    "Seen",
    "Tick",
]
