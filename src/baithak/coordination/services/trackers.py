"""Commitments from a table: what would change, then all of it or nothing. The same file again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.files.commitments import Row, StepTold, read_commitments
from baithak.coordination.models import Commitment, CommitmentState, CommitmentStep
from baithak.coordination.queries.commitments import is_of_closed_room
from baithak.coordination.services.notes import note
from baithak.exchange.naming import names_in
from baithak.exchange.queries.names import names_to_leave_out
from baithak.network import wording
from baithak.network.files import Wrongs, organisations_here
from baithak.network.models import Place
from baithak.network.queries import members
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts

__all__ = ["RowChange", "import_commitments", "plan_commitments"]


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row does: ``new``, ``changed`` or ``same``."""

    told: Row
    what: str
    commitment: Commitment | None


def plan_commitments(
    *, place: Place, rows: Sequence[tuple[int, Sequence[str]]], language: str, by: Viewer
) -> list[RowChange]:
    """What the table would change; nothing is written.

    Raises
    ------
    FileRefusedError
        Everything that is wrong with it.
    """
    people = sorted({one.user.name for one in members(SYSTEM, place) if " " in one.user.name})
    found = read_commitments(
        rows, language=language, known=organisations_here(place), people=people
    )
    there = list(
        Commitment._unscoped.filter(place=place)
        .select_related("owner", "takeaway__workshop", "decision__meeting")
        .prefetch_related("steps")
        .order_by("pk")
    )
    by_title: dict[str, list[Commitment]] = {}
    for one in there:
        for told in one.texts.values():
            by_title.setdefault(wording.same(told.get("title", "")), []).append(one)
    taken: set[int] = set()
    changes = [_change(told, by_title, taken) for told in found]
    _look(changes, by)
    return changes


def _look(changes: Sequence[RowChange], by: Viewer) -> None:
    """Refuse names in new words of what was born in a closed room: on its page somebody looks at them (R15)."""
    wrongs = Wrongs()
    closed = [
        (change.told, there)
        for change in changes
        if (there := change.commitment) and change.what == "changed" and is_of_closed_room(there)
    ]
    among = names_to_leave_out(by) if closed else ()
    for told, there in closed:
        words = {told.title, *(text for _code, text in told.translations)}
        words -= {texts.get("title") for texts in there.texts.values()}
        words |= {step.text for step in _new_steps(told, there)}
        names = names_in("\n".join(sorted(words)), among)
        if names:
            wrongs.add(
                _("It was born in a closed room, and a name stands in its new words: %(names)s. Leave it out, or change the commitment on its own page.")
                % {"names": ", ".join(names)},
                row=told.row,
            )  # fmt: skip
    wrongs.stop()


def _change(told: Row, by_title: dict[str, list[Commitment]], taken: set[int]) -> RowChange:
    alike = [one for one in by_title.get(wording.same(told.title), ()) if one.pk not in taken]
    best = sorted(alike, key=lambda one: (_owner(one) != told.owner, one.due != told.due, one.pk))
    found = best[0] if best else None
    if found is None:
        return RowChange(told, "new", None)
    taken.add(found.pk)
    return RowChange(told, "same" if _is_same(told, found) else "changed", found)


def _owner(one: Commitment) -> object:
    return one.owner


def _is_same(told: Row, there: Commitment) -> bool:
    """Whether everything that the row tells stands there already."""
    return (
        there.texts.get(told.language, {}).get("title") == told.title
        and all(there.texts.get(code, {}).get("title") == text for code, text in told.translations)
        and told.owner in (None, there.owner)
        and told.due in (None, there.due)
        and told.state in ("", there.state)
        and told.done_on in (None, there.done_on)
        and not _new_steps(told, there)
    )


def _new_steps(told: Row, there: Commitment | None) -> list[StepTold]:
    known = [] if there is None else list(there.steps.all())
    texts = {step.text for step in known}
    whole = {(step.text, step.day, step.state) for step in known}
    return [
        one
        for one in told.steps
        if (
            one.text not in texts
            if one.day is None
            else (one.text, one.day, one.state) not in whole
        )
    ]


@transaction.atomic
def import_commitments(
    *, place: Place, rows: Sequence[tuple[int, Sequence[str]]], language: str, by: Viewer
) -> list[RowChange]:
    """All of a table, or nothing. New ones are seen by the place's team and by who keeps them.

    Raises
    ------
    FileRefusedError
        Everything that is wrong with it.
    """
    changes = plan_commitments(place=place, rows=rows, language=language, by=by)
    for change in changes:
        if change.what != "same":
            _write(change, place, by)
    return changes


def _write(change: RowChange, place: Place, by: Viewer) -> None:
    told = change.told
    steps = _new_steps(told, change.commitment)
    made = change.commitment or Commitment(place=place)
    for code, text in ((told.language, told.title), *told.translations):
        put_texts(made, code, {"title": text})
    made.owner = told.owner or made.owner
    made.due = told.due or made.due
    made.state = CommitmentState(told.state or made.state)
    made.done_on = (
        told.done_on or made.done_on or _last(steps) if made.state == CommitmentState.DONE else None
    )
    made.full_clean(exclude=["place", "owner", "decision", "takeaway", "request", "action"])
    made.save()
    CommitmentStep._unscoped.bulk_create(
        CommitmentStep(
            commitment=made,
            day=step.day or timezone.localdate(),
            text=step.text,
            language=told.language,
            state=step.state or made.state,
        )
        for step in steps
    )
    note(made, "import_commitment", by, what=change.what)


def _last(steps: Sequence[StepTold]) -> date:
    """The day of the last step that is told, else today."""
    return max((step.day for step in steps if step.day), default=timezone.localdate())
