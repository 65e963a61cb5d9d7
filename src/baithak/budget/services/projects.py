"""Projects: proposed by residents and departments, let in by a moderator, decided by officers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.budget import grid
from baithak.budget.models import (
    Budget,
    Project,
    ProjectState,
    ProjectWording,
    Reason,
    Source,
    WordingKind,
)
from baithak.budget.models.project import LONGEST
from baithak.budget.services.budgets import held
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = [
    "accept",
    "add",
    "checked_words",
    "decline",
    "merge",
    "propose",
    "reject",
    "show",
    "translate",
    "undo",
]

_LONGEST_REASON = 500


# --- what is written
def checked_words(words: Mapping[str, str]) -> dict[str, str]:
    """Title, description and landmark: safe and short enough, or what is wrong with which.

    Raises
    ------
    ValidationError
        By name of the text.
    """
    told: dict[str, str] = {}
    wrong: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        try:
            told[name] = wording.clean(words.get(name, ""))
        except ValidationError as trouble:
            wrong[name] = trouble
            continue
        if len(told[name]) > longest:
            wrong[name] = ValidationError(
                _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
                % {"length": len(told[name]), "longest": longest}
            )
    if not told.get("title") and "title" not in wrong:
        wrong["title"] = ValidationError(_("Give the project a short title."))
    if wrong:
        raise ValidationError(wrong)
    return told


def _facts(
    budget: Budget,
    *,
    cost: tuple[Decimal, Decimal] | None,
    area: str,
    at: tuple[float, float] | None,
) -> dict[str, Any]:
    """What of a project is no text. Coordinates become a square of 500 m here and are not kept."""
    if area and area not in {told["code"] for told in budget.areas}:
        raise ValidationError({"area": _("Choose one of the areas.")})
    facts: dict[str, Any] = {"area": area}
    if cost is not None:
        low, high = cost
        if not 0 < low <= high:
            raise ValidationError(
                {"cost_high": _("The higher cost must not be below the lower one.")}
            )
        facts |= {"cost_low": low, "cost_high": high}
    if at is not None:
        latitude, longitude = at
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise ValidationError({"latitude": _("There is no such place on the earth.")})
        facts["row"], facts["column"] = grid.cell_of(latitude, longitude)
    return facts


def _language(code: str) -> str:
    if code not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError({"language": _("Choose the language you wrote in.")})
    return code


def _next_number(budget: int) -> int:
    """Inside a transaction that holds the budget's row."""
    last = Project._unscoped.filter(budget=budget).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def _known(budget: Budget) -> set[str]:
    """Titles that stand there already, however they were spelt."""
    told = ProjectWording._unscoped.filter(project__budget=budget)
    told = told.exclude(project__state=ProjectState.REJECTED)
    return {wording.same(title) for title in told.values_list("title", flat=True)}


def propose(
    *,
    budget: Budget,
    words: Mapping[str, str],
    language: str,
    handle: uuid.UUID,
    cost: tuple[Decimal, Decimal] | None = None,
    area: str = "",
    at: tuple[float, float] | None = None,
) -> Project:
    """A resident's proposal, which waits for a moderator. The same handle is taken once.

    Nothing is journaled: a line has a time, and who proposes is nobody's business.

    Raises
    ------
    ValidationError
        By field: a text is missing, too long or unsafe; the title stands there already (code
        ``duplicate``); no such area or place; a cost range the wrong way round.
    RefusedError
        ``closed``: no proposals are taken (any more).
    """
    told, language = checked_words(words), _language(language)
    facts = _facts(budget, cost=cost, area=area, at=at)
    known = Project._unscoped.filter(budget=budget, handle=handle)
    if (sent_before := known.first()) is not None:
        return sent_before
    try:
        with transaction.atomic():
            if not held(budget.pk).takes_proposals:
                raise RefusedError("closed")
            project = Project._unscoped.create(
                budget=budget,
                source=Source.RESIDENT,
                handle=handle,
                received=timezone.localdate(),
                **facts,
            )
            _refuse_twice(budget, told["title"])
            _word(project, language, told, WordingKind.ORIGINAL)
    except IntegrityError:
        return known.get()
    return project


def _refuse_twice(budget: Budget, title: str) -> None:
    if wording.same(title) in _known(budget):
        raise ValidationError(
            {
                "title": ValidationError(
                    _("A project with this title stands there already. Look at the list first."),
                    code="duplicate",
                )
            }
        )


def _word(project: Project, language: str, told: Mapping[str, str], kind: str) -> None:
    ProjectWording._unscoped.update_or_create(
        project=project, language=language, defaults={**told, "kind": kind}
    )


@transaction.atomic
def add(
    *,
    budget: Budget,
    words: Mapping[str, str],
    language: str,
    by: Viewer,
    handle: uuid.UUID | None = None,
    cost: tuple[Decimal, Decimal] | None = None,
    area: str = "",
    at: tuple[float, float] | None = None,
) -> Project:
    """A proposal of the city itself, read by whoever sends it; its check is still to come."""
    fresh = held(budget.pk)
    if handle is not None:
        sent_before = Project._unscoped.filter(budget=fresh, handle=handle).first()
        if sent_before is not None:
            return sent_before
    _refuse_frozen(fresh)
    told, language = checked_words(words), _language(language)
    facts = _facts(fresh, cost=cost, area=area, at=at)
    _refuse_twice(fresh, told["title"])
    project = Project._unscoped.create(
        budget=fresh,
        source=Source.DEPARTMENT,
        state=ProjectState.PROPOSED,
        number=_next_number(fresh.pk),
        handle=handle or uuid.uuid4(),
        received=timezone.localdate(),
        **facts,
    )
    _word(project, language, told, WordingKind.ORIGINAL)
    _note(project, "add", by)
    return project


# --- what moderators and officers decide
def _held(project: Project) -> Project:
    """The project and its budget, held until the transaction ends."""
    budget = held(project.budget_id)
    found = Project._unscoped.select_for_update(of=("self",)).get(pk=project.pk)
    found.budget = budget
    return found


def _refuse_frozen(budget: Budget) -> None:
    if budget.is_frozen:
        raise RefusedError("frozen")
    if budget.state == State.CLOSED:
        raise RefusedError("closed")


def _note(project: Project, verb: str, by: Viewer, **detail: str) -> None:
    budget = project.budget
    journal.write(
        verb=f"budget.{verb}",
        thing=f"project:{project.pk}",
        by=by.signature(budget.place),
        place=budget.place.slug,
        detail={"budget": str(budget.pk), **detail},
    )


def _become(project: Project, state: ProjectState, verb: str, by: Viewer, **detail: str) -> Project:
    project.state = state
    project.save(update_fields=["state", "reason", "number", "cost", "decision", "merged_into"])
    _note(project, verb, by, **detail)
    return project


@transaction.atomic
def show(*, project: Project, by: Viewer) -> Project:
    """A moderator lets it in: people read it from now on. Showing what is shown changes nothing."""
    found = _held(project)
    _refuse_frozen(found.budget)
    if found.state not in (ProjectState.PENDING, ProjectState.REJECTED):
        return found
    found.reason, found.number = "", found.number or _next_number(found.budget_id)
    return _become(found, ProjectState.PROPOSED, "show", by)


@transaction.atomic
def reject(*, project: Project, reason: str, by: Viewer) -> Project:
    """A moderator does not let it in, for one of the published reasons."""
    if reason not in Reason.values:
        raise RefusedError("no_reason")
    found = _held(project)
    _refuse_frozen(found.budget)
    if found.state not in (ProjectState.PENDING, ProjectState.REJECTED, ProjectState.PROPOSED):
        raise RefusedError("decided")
    if (found.state, found.reason) == (ProjectState.REJECTED, reason):
        return found
    _refuse_others_in_it(found)
    found.reason = reason
    return _become(found, ProjectState.REJECTED, "reject", by, reason=reason)


def _public_reason(reason: Mapping[str, str], *, needed: bool) -> dict[str, str]:
    known = dict(settings.CONTENT_LANGUAGES)
    told = {code: wording.clean(text) for code, text in reason.items() if text.strip()}
    if needed and not told:
        raise RefusedError("no_reason")
    if not set(told) <= set(known) or any(len(t) > _LONGEST_REASON for t in told.values()):
        raise ValidationError(
            _("A reason has at most %(longest)d letters.") % {"longest": _LONGEST_REASON}
        )
    return told


def _decidable(project: Project) -> Project:
    """Held, shown, and not frozen: an officer can decide about it."""
    found = _held(project)
    _refuse_frozen(found.budget)
    if found.state in (ProjectState.PENDING, ProjectState.REJECTED):
        raise RefusedError("not_shown")
    return found


def _refuse_others_in_it(project: Project) -> None:
    if Project._unscoped.filter(merged_into=project).exists():
        raise RefusedError("others_in_it")


@transaction.atomic
def accept(
    *, project: Project, cost: Decimal, by: Viewer, reason: Mapping[str, str] | None = None
) -> Project:
    """It can be done, for this cost: it is on the ballot.

    Raises
    ------
    RefusedError
        ``not_shown``: a moderator has not let it in; ``frozen``, ``closed``; ``too_dear``: it
        costs more than there is; ``no_cost``.
    """
    found = _decidable(project)
    if cost <= 0:
        raise RefusedError("no_cost")
    if cost > found.budget.envelope:
        raise RefusedError("too_dear")
    found.decision = _public_reason(reason or {}, needed=False)
    found.cost, found.merged_into = cost, None
    return _become(found, ProjectState.ACCEPTED, "accept", by, cost=str(cost))


@transaction.atomic
def merge(*, project: Project, into: Project, reason: Mapping[str, str], by: Viewer) -> Project:
    """It is voted on as a part of another one. RefusedError ``no_such_project``, ``others_in_it``."""
    found = _decidable(project)
    other = Project._unscoped.filter(
        pk=into.pk,
        budget=found.budget_id,
        state__in=(ProjectState.PROPOSED, ProjectState.ACCEPTED),
    ).first()
    if other is None or other.pk == found.pk:
        raise RefusedError("no_such_project")
    _refuse_others_in_it(found)
    found.decision = _public_reason(reason, needed=True)
    found.cost, found.merged_into = None, other
    return _become(found, ProjectState.MERGED, "merge", by, into=str(other.pk))


@transaction.atomic
def decline(*, project: Project, reason: Mapping[str, str], by: Viewer) -> Project:
    """It cannot be done, and everybody can read why."""
    found = _decidable(project)
    _refuse_others_in_it(found)
    found.decision = _public_reason(reason, needed=True)
    found.cost, found.merged_into = None, None
    return _become(found, ProjectState.DECLINED, "decline", by)


@transaction.atomic
def undo(*, project: Project, by: Viewer) -> Project:
    """Take back the last decision: an officer's leads back to the check, a moderator's to the queue.

    A proposal of the city never was in the queue.
    """
    found = _held(project)
    _refuse_frozen(found.budget)
    was = found.state
    if was in (ProjectState.ACCEPTED, ProjectState.MERGED, ProjectState.DECLINED):
        found.cost, found.merged_into, found.decision = None, None, {}
        return _become(found, ProjectState.PROPOSED, "undo", by, was=was)
    if was == ProjectState.PENDING or found.source == Source.DEPARTMENT:
        return found
    _refuse_others_in_it(found)
    found.reason = ""
    return _become(found, ProjectState.PENDING, "undo", by, was=was)


@transaction.atomic
def translate(*, project: Project, language: str, words: Mapping[str, str], by: Viewer) -> Project:
    """Add or mend a translation. The original stays as it was written.

    Raises
    ------
    RefusedError
        ``original``: this is the language it was written in.
    """
    found = _held(project)
    _refuse_frozen(found.budget)
    told, language = checked_words(words), _language(language)
    original = ProjectWording._unscoped.filter(project=found, kind=WordingKind.ORIGINAL)
    if original.filter(language=language).exists():
        raise RefusedError("original")
    _word(found, language, told, WordingKind.HUMAN)
    _note(found, "translate", by, language=language)
    return found
