"""A budget from draft to closed: create, edit, open (two people), open the vote (two people), close."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.budget import analysis, queries
from baithak.budget.models import Budget, Project, ProjectState, Slip, Utility, Way
from baithak.budget.queries import OPEN_VERB, VOTE_VERB, thing
from baithak.journal import services as journal
from baithak.network import keys, wording
from baithak.network import services as network
from baithak.network.models import Place, State, TwoPersonAct, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "SETTINGS",
    "ask_to_open",
    "ask_to_vote",
    "close",
    "create",
    "edit",
    "end_overdue",
    "end_proposals",
    "held",
    "note",
]

#: What ``create`` and ``edit`` take beside place and texts.
SETTINGS = (
    "envelope", "currency", "way", "most_projects", "within_envelope", "points", "rule", "utility",
    "completion", "ties", "opens", "proposals_until", "voting_from", "closes", "result_on", "tense",
)  # fmt: skip
_MOST_AREAS = 60
#: A form holds at most 200 fields, and with points every project is one.
_MOST_WITH_POINTS = 150


def note(budget: Budget, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on a budget, in the act's transaction."""
    journal.write(
        verb=f"budget.{verb}",
        thing=thing(budget),
        by=by.signature(budget.place),
        place=budget.place.slug,
        detail=detail,
    )


def held(pk: int) -> Budget:
    """The budget as it is now, held until the transaction ends."""
    return Budget._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=pk)


def checked_areas(areas: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Areas as they are kept: a code and the names, safe and not twice the same.

    Raises
    ------
    ValidationError
        Too many, an unknown language, an empty or repeated name.
    """
    known, seen = dict(settings.CONTENT_LANGUAGES), set()
    kept: list[dict[str, Any]] = []
    if len(areas) > _MOST_AREAS:
        raise ValidationError(_("At most %(most)d areas, please.") % {"most": _MOST_AREAS})
    for number, names in enumerate(areas, start=1):
        told = {code: wording.clean(name) for code, name in names.items() if name.strip()}
        if not told or not set(told) <= set(known) or any(len(n) > 60 for n in told.values()):
            raise ValidationError(
                _("Area %(number)d needs a name of at most 60 letters.") % {"number": number}
            )
        same = wording.same(next(iter(told.values())))
        if same in seen:
            raise ValidationError(_("Area %(number)d stands there twice.") % {"number": number})
        seen.add(same)
        kept.append({"code": str(number), "names": told})
    return kept


def _set(budget: Budget, values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise TypeError(f"No setting of a budget: {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(budget, name, value)
    if budget.way == Way.POINTS:
        budget.utility = Utility.POINTS
    elif budget.utility == Utility.POINTS:
        budget.utility = Utility.COST
    moments = [budget.opens, budget.proposals_until, budget.voting_from, budget.closes]
    told = [moment for moment in moments if moment is not None]
    if told != sorted(set(told)):
        raise ValidationError(
            _("The dates must follow each other: proposals, then checking, then the vote.")
        )
    if budget.result_on and budget.closes and budget.result_on < budget.closes.date():
        raise ValidationError(_("The result cannot be there before the vote has ended."))


@transaction.atomic
def create(
    *,
    place: Place,
    texts: Mapping[str, Mapping[str, str]],
    by: Viewer,
    areas: Sequence[Mapping[str, str]] = (),
    **values: Any,
) -> Budget:
    """A new draft, seen by the team that runs it.

    ``texts``: language to ``title``, ``question`` and ``description``; the first language is the
    one it was written in. ``areas``: one mapping of language to name for each. ``values``: see
    ``SETTINGS``; ``envelope`` and ``currency`` are needed.
    """
    checked = network.checked_texts(texts)
    budget = Budget(
        place=place,
        owner_id=by.user_id,
        texts=checked,
        languages=list(checked),
        areas=checked_areas(areas),
    )
    _set(budget, values)
    budget.full_clean(exclude=["owner", "place"])
    budget.save()
    note(budget, "create", by, languages=",".join(budget.languages), areas=str(len(budget.areas)))
    return budget


@transaction.atomic
def edit(
    *,
    budget: Budget,
    texts: Mapping[str, Mapping[str, str]],
    by: Viewer,
    areas: Sequence[Mapping[str, str]] = (),
    **values: Any,
) -> Budget:
    """Change a draft. RefusedError while a request to open it waits: what is confirmed must be what
    was asked.
    """
    fresh = held(budget.pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if queries.request_waiting(fresh) is not None:
        raise RefusedError("waits_for_second")
    checked = network.checked_texts(texts)
    fresh.texts, fresh.languages = checked, list(checked)
    kept = checked_areas(areas)
    gone = {area["code"] for area in fresh.areas} - {area["code"] for area in kept}
    if Project._unscoped.filter(budget=fresh, area__in=gone).exists():
        raise RefusedError("area_in_use")
    fresh.areas = kept
    _set(fresh, values)
    fresh.full_clean(exclude=["owner", "place"])
    fresh.save(update_fields=["texts", "languages", "areas", *SETTINGS])
    note(fresh, "edit", by, languages=",".join(fresh.languages), areas=str(len(fresh.areas)))
    return fresh


@transaction.atomic
def ask_to_open(*, budget: Budget, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that residents be asked for projects. A second person in another role confirms (R14, R19).

    Raises
    ------
    RefusedError
        ``not_a_draft``; ``over``: its closing date has passed.
    """
    fresh = held(budget.pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if fresh.closes is not None and fresh.closes <= timezone.now():
        raise RefusedError("over")
    return network.ask_two_person(
        verb=OPEN_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
    )


@network.guarded(
    OPEN_VERB,
    label=gettext_lazy("Open a budget to residents"),
    askers=OFFICERS,
    publishes=lambda detail: True,
)
def _open(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: make the key, open the doors."""
    fresh = held(int(act.thing.removeprefix("budget:")))
    if fresh.place_id != act.place_id or fresh.state != State.DRAFT:
        raise ValidationError(_("This budget is open or closed already."))
    # Before the row says open: slips of an open budget can always be made.
    keys.create(fresh.key)
    fresh.state, fresh.visibility = State.OPEN, Visibility.PUBLIC
    fresh.opens = fresh.opens or timezone.now()
    fresh.save(update_fields=["state", "visibility", "opens"])
    note(fresh, "open", by, request=str(act.pk))


@transaction.atomic
def end_proposals(*, budget: Budget, by: Viewer) -> Budget:
    """No more proposals, from now on: the projects are checked."""
    fresh = held(budget.pk)
    if fresh.state != State.OPEN or fresh.is_frozen:
        raise RefusedError("not_open")
    now = timezone.now()
    if fresh.proposals_until is None or fresh.proposals_until > now:
        fresh.proposals_until = now
        fresh.save(update_fields=["proposals_until"])
        note(fresh, "end_proposals", by)
    return fresh


@transaction.atomic
def ask_to_vote(*, budget: Budget, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that the vote opens. The second person confirms these very projects and slips (R18).

    Raises
    ------
    RefusedError
        ``not_open``; ``frozen``: it is open already; ``undecided``: a proposal waits for a
        moderator or for its check; ``no_projects``; ``too_many_projects``; ``no_slips``;
        ``over``.
    """
    fresh = held(budget.pk)
    _may_freeze(fresh)
    return network.ask_two_person(
        verb=VOTE_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
        detail=_print_of(fresh),
    )


def _may_freeze(budget: Budget) -> None:
    if budget.state != State.OPEN:
        raise RefusedError("not_open")
    if budget.is_frozen:
        raise RefusedError("frozen")
    if budget.closes is not None and budget.closes <= timezone.now():
        raise RefusedError("over")
    projects = Project._unscoped.filter(budget=budget)
    if projects.filter(state__in=(ProjectState.PENDING, ProjectState.PROPOSED)).exists():
        raise RefusedError("undecided")
    accepted = projects.filter(state=ProjectState.ACCEPTED).count()
    if not accepted:
        raise RefusedError("no_projects")
    if budget.way == Way.POINTS and accepted > _MOST_WITH_POINTS:
        raise RefusedError("too_many_projects")
    if not Slip._unscoped.filter(budget=budget).exists():
        raise RefusedError("no_slips")


def _print_of(budget: Budget) -> dict[str, str]:
    """What of projects and slips the two people agree on, as hashes."""
    projects = "\n".join(
        f"{p.number}\t{p.cost}\t{told.language}\t{told.title}\t{told.description}"
        for p in queries.on_the_ballot(budget.pk)
        for told in sorted(p.wordings.all(), key=lambda w: w.language)
    )
    return {
        "projects": hashlib.sha256(projects.encode()).hexdigest(),
        "slips": analysis.slip_root(queries.slips_of(budget.pk)),
    }


@network.guarded(VOTE_VERB, label=gettext_lazy("Open the vote on a budget"), askers=OFFICERS)
def _open_vote(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: freeze the projects, commit to the slips, take ballots."""
    fresh = held(int(act.thing.removeprefix("budget:")))
    if fresh.place_id != act.place_id:
        raise ValidationError(_("This budget belongs to another place."))
    try:
        _may_freeze(fresh)
    except RefusedError:
        raise ValidationError(
            _("The vote cannot open any more: look at the budget's page again.")
        ) from None
    agreed = _print_of(fresh)
    if any(act.detail.get(name) != told for name, told in agreed.items()):
        raise ValidationError(
            _("Projects or slips changed since this was asked: withdraw the request, ask again.")
        )
    now = timezone.now()
    slips = Slip._unscoped.filter(budget=fresh)
    slips.update(batch=None)
    fresh.voting_opened = now
    fresh.voting_from = fresh.voting_from or now
    if fresh.proposals_until is None or fresh.proposals_until > now:
        fresh.proposals_until = now
    fresh.eligible_root, fresh.eligible_count = agreed["slips"], slips.count()
    fresh.save(
        update_fields=[
            "voting_opened", "voting_from", "proposals_until", "eligible_root", "eligible_count",
        ]
    )  # fmt: skip
    note(
        fresh, "open_vote", by,
        request=str(act.pk), slips=str(fresh.eligible_count), slip_root=fresh.eligible_root,
        projects=agreed["projects"],
    )  # fmt: skip


def close(*, budget: Budget, by: Viewer) -> Budget:
    """No more ballots, at once. The key is destroyed as soon as the closing is on disk."""
    with transaction.atomic():
        fresh = held(budget.pk)
        if fresh.state != State.OPEN:
            raise RefusedError("not_open")
        fresh.state = State.CLOSED
        now = timezone.now()
        if fresh.closes is None or fresh.closes > now:
            fresh.closes = now if fresh.opens is None or fresh.opens < now else None
        fresh.save(update_fields=["state", "closes"])
        note(fresh, "close", by)
        transaction.on_commit(partial(keys.destroy, fresh.key))
    return fresh


def end_overdue() -> int:
    """Close every open budget whose end has passed; gives their number."""
    overdue = Budget.objects.seen_by(SYSTEM).filter(state=State.OPEN, closes__lte=timezone.now())
    ended = 0
    for budget in overdue:
        close(budget=budget, by=SYSTEM)
        ended += 1
    return ended
