"""What an import would change, before anything is changed.

Two copies of a practice are told apart by where they come from (origin), their id and their
version. An import never makes a second copy, and never overwrites what is newer or different here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from baithak.exchange.records import Practice

__all__ = ["SHIPPED", "Conflict", "Held", "Plan", "plan_import"]

#: The origin of the practices that come with Baithak.
SHIPPED = "baithak"


@dataclass(frozen=True, slots=True)
class Held:
    """A practice and the hub it comes from: an address such as ``https://hub.example``."""

    origin: str
    practice: Practice


@dataclass(frozen=True, slots=True)
class Conflict:
    """A practice that will not be taken.

    ``reason``: ``older`` (ours has a higher version), ``same_version`` (the same version with
    other words: whoever changed it forgot to raise the version), ``other_origin`` (we hold a
    practice with this id from somebody else).
    """

    held: Held
    here: Held
    reason: Literal["older", "same_version", "other_origin"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; an import without additions and updates changes nothing."""

    additions: tuple[Held, ...] = ()
    updates: tuple[Held, ...] = ()
    unchanged: tuple[Held, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return bool(self.additions or self.updates)


def plan_import(existing: Iterable[Held], incoming: Iterable[Held]) -> Plan:
    """Compare what comes with what is here.

    Parameters
    ----------
    existing, incoming : iterable of Held
        No two with the same origin and id on one side.

    Returns
    -------
    Plan
        Each incoming practice in exactly one of its four lists, in the order of ``incoming``.

    Examples
    --------
    >>> from baithak.exchange.records import library
    >>> ours = [Held(SHIPPED, practice) for practice in library().practices]
    >>> plan_import(ours, ours).changes
    False
    """
    by_id: dict[str, dict[str, Held]] = {}
    for held in existing:
        by_id.setdefault(held.practice.id, {})[held.origin] = held
    additions: list[Held] = []
    updates: list[Held] = []
    unchanged: list[Held] = []
    conflicts: list[Conflict] = []
    for held in incoming:
        same = by_id.get(held.practice.id, {})
        here = same.get(held.origin)
        if here is None and same:
            conflicts.append(Conflict(held, next(iter(same.values())), "other_origin"))
        elif here is None:
            additions.append(held)
        elif held.practice == here.practice:
            unchanged.append(held)
        elif held.practice.version > here.practice.version:
            updates.append(held)
        elif held.practice.version < here.practice.version:
            conflicts.append(Conflict(held, here, "older"))
        else:
            conflicts.append(Conflict(held, here, "same_version"))
    return Plan(tuple(additions), tuple(updates), tuple(unchanged), tuple(conflicts))
