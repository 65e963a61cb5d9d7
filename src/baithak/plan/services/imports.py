"""A table of actions comes into a plan: a look that says what would change, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from baithak.network.files import Wrongs, organisations_here
from baithak.network.models import Organisation
from baithak.network.scope import Viewer
from baithak.network.services.place import add_organisation
from baithak.network.services.texts import put_texts
from baithak.plan.files.actions_table import Row, named_in
from baithak.plan.models import Action, ActionState, Objective, Plan
from baithak.plan.queries.actions import partner_ids
from baithak.plan.services.actions import held_plan, put_partners
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note
from baithak.plan.services.standing import Before

__all__ = ["Change", "Look", "import_actions", "look"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of a row: ``new``, ``changed``, ``same``."""

    row: Row
    what: str
    title: str


@dataclass(frozen=True, slots=True)
class Look:
    """What an import would do; ``unknown`` are organisations the place does not have yet."""

    changes: tuple[Change, ...]
    unknown: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether something would change."""
        return any(change.what != "same" for change in self.changes)


class _LookedAt(Exception):  # noqa: N818  (no error: it takes back what was tried)
    pass


def look(*, plan: Plan, rows: Sequence[Row], by: Viewer) -> Look:
    """What would happen; nothing is written.

    Raises
    ------
    FileRefusedError
        Everything that is wrong.
    """
    here = organisations_here(plan.place)
    unknown = tuple(name for name in named_in(rows) if name not in here)
    changes: list[Change] = []
    try:
        with transaction.atomic():
            stand_in = {name: ["cso"] for name in unknown}
            changes = _all(plan, rows, stand_in, by)
            raise _LookedAt
    except _LookedAt:
        return Look(tuple(changes), unknown)


@transaction.atomic
def import_actions(
    *, plan: Plan, rows: Sequence[Row], by: Viewer, new: Mapping[str, Sequence[str]] | None = None
) -> list[Change]:
    """Write what ``look`` says, all of it or nothing.

    Parameters
    ----------
    new
        Organisations to add to the place: name to types. One that is missing here refuses the file.

    Raises
    ------
    FileRefusedError
        Everything that is wrong; nothing was written.
    """
    return _all(plan, rows, dict(new or {}), by)


def _all(
    plan: Plan, rows: Sequence[Row], new: Mapping[str, Sequence[str]], by: Viewer
) -> list[Change]:
    held = held_plan(plan)
    settle(held)
    wrongs = Wrongs()
    here = _organisations(held, rows, new, by, wrongs)
    objectives = {one.number: one for one in Objective._unscoped.filter(plan=held)}
    actions = {
        one.number: one
        for one in Action._unscoped.filter(plan=held).select_related("plan__place", "owner")
    }
    last = Action._unscoped.filter(plan=held).aggregate(last=Max("number"))["last"] or 0
    last = max([last, *(row.number for row in rows if row.number is not None)])
    changes = []
    for row in rows:
        number = row.number
        if number is None:
            last += 1
            number = last
        action = actions.get(number)
        try:
            with transaction.atomic():
                what, action = _one(held, action, number, row, here, objectives, by)
        except ValidationError as trouble:
            wrongs.refused(trouble, row=row.row)
            continue
        actions[number] = action
        if what != "same":
            note(
                action, "import_action" if what == "new" else "reimport_action", by,
                number=str(number), language=row.language,
            )  # fmt: skip
        changes.append(Change(row, what, row.texts.get("title", "") or action.title))
    wrongs.stop()
    settle(held)
    return changes


def _organisations(
    plan: Plan, rows: Sequence[Row], new: Mapping[str, Sequence[str]], by: Viewer, wrongs: Wrongs
) -> dict[str, Organisation]:
    here = organisations_here(plan.place)
    may_add = rules.test_rule("network.add_organisation", by, plan.place)
    for name in named_in(rows):
        if name in here:
            continue
        if not may_add or not new.get(name):
            row = next(r for r in rows if name in (r.owner, *r.partners, r.funded_by))
            what = (
                _("“%(name)s” is not among the organisations of this place. Say of which type it is, so that it is added, or write the name as it stands there.")
                if may_add
                else _("“%(name)s” is not among the organisations of this place. Ask an officer to add it, or write the name as it stands there.")
            )  # fmt: skip
            wrongs.add(what % {"name": name}, row=row.row)
            continue
        here[name] = add_organisation(place=plan.place, name=name, types=new[name], by=by)
    wrongs.stop()
    return here


def _one(
    plan: Plan,
    action: Action | None,
    number: int,
    row: Row,
    here: Mapping[str, Organisation],
    objectives: Mapping[int, Objective],
    by: Viewer,
) -> tuple[str, Action]:
    """Write one row; ``same`` where it says what stands here already."""
    new = action is None
    action = action or Action(plan=plan, number=number, added_later=not plan.is_draft)
    before, stood = _state(action), Before(action)
    translates = not new and row.language != action.first_language
    if not translates:
        for name, value in row.facts.items():
            setattr(action, name, value)
        for name, told in (("owner", row.owner), ("funded_by", row.funded_by)):
            if name in row.columns:
                setattr(action, name, here.get(told))
        if "objective" in row.columns:
            action.objective = objectives.get(row.objective or 0)
        if (
            "state" in row.columns
            and "done_on" not in row.columns
            and action.state != ActionState.DONE
        ):
            action.done_on = None
        if "cost" in row.columns and action.cost is None:
            action.currency = ""
    put_texts(action, row.language, row.texts)
    partners = [here[name] for name in row.partners if here[name].pk != action.owner_id]
    want = sorted(one.pk for one in partners)
    same_partners = translates or "partners" not in row.columns or want == before["partners"]
    if not new and before == {**_state(action), "partners": before["partners"]} and same_partners:
        return "same", action
    stood.refuse(action, row.language)
    action.full_clean(
        exclude=["plan", "objective", "owner", "funded_by", "practice", "adoption", "project"]
    )
    action.save()
    if not same_partners or (new and partners):
        put_partners(action, partners)
    stood.leave(action, by)
    return ("new" if new else "changed"), action


def _state(action: Action) -> dict[str, Any]:
    names = (
        "texts", "objective_id", "owner_id", "state", "admin_level", "prevention_level", "approach",
        "target_groups", "begins", "due", "done_on", "cost", "currency", "funded_by_id",
    )  # fmt: skip
    told: dict[str, Any] = {name: getattr(action, name) for name in names}
    told["partners"] = sorted(partner_ids(action)) if action.pk else []
    return told
