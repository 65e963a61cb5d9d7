"""A panel from draft to seated: create, edit, open and freeze (two people each), seat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.network import keys
from baithak.network import services as network
from baithak.network.models import Place, State, TwoPersonAct, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer
from baithak.panel import analysis, queries
from baithak.panel.models import (
    NOTICE,
    DrawState,
    Method,
    Panel,
    PoolState,
    Registrant,
    Seat,
    Source,
)
from baithak.panel.queries import FREEZE_VERB, OPEN_VERB, thing
from baithak.panel.services.draws import begin_draw
from baithak.panel.services.notes import held, note

__all__ = ["LONGEST_KEPT", "ask_to_freeze", "ask_to_open", "create", "edit", "name_chance", "seat"]

#: Registrants are kept at most so long after registration ends, whatever happens.
LONGEST_KEPT = timedelta(days=366)

_SETTINGS = (
    "size", "panels", "method", "household", "opens", "closes", "keep_until", "tense",
)  # fmt: skip


def _checked(panel: Panel) -> None:
    """What no form can be trusted with: the whole row, and the moments in their order."""
    if panel.closes is not None and panel.keep_until <= timezone.localdate(panel.closes):
        raise ValidationError(
            {"keep_until": _("The panel is drawn after registration ends: choose a later day.")}
        )
    begins = timezone.localdate(panel.closes or timezone.now())
    if panel.keep_until > begins + LONGEST_KEPT:
        raise ValidationError(
            {"keep_until": _("Registrants are kept for a year after registration at most.")}
        )
    panel.full_clean(exclude=["owner", "place"])


@transaction.atomic
def create(
    *,
    place: Place,
    texts: Mapping[str, Mapping[str, str]],
    size: int,
    keep_until: date,
    by: Viewer,
    panels: int = 1000,
    method: str = Method.LEXIMIN,
    household: bool = True,
    opens: datetime | None = None,
    closes: datetime | None = None,
    tense: bool = False,
) -> Panel:
    """A new draft, seen by the team that runs it.

    ``texts``: language to ``title``, ``question`` and ``description``, which is the text of the
    invitation; the first language is the one it was written in. ``size`` is the number of seats,
    ``panels`` how many panels are listed for the draw.
    """
    checked = network.checked_texts(texts)
    panel = Panel(
        place=place,
        owner_id=by.user_id,
        texts=checked,
        languages=list(checked),
        size=size,
        panels=panels,
        method=method,
        household=household,
        opens=opens,
        closes=closes,
        keep_until=keep_until,
        tense=tense,
    )
    _checked(panel)
    panel.save()
    note(panel, "create", by, languages=",".join(panel.languages), size=str(size))
    return panel


def _editable(pk: int) -> Panel:
    """The draft, held; refused while a request to open it waits: what is confirmed must be what was
    asked.
    """
    fresh = held(pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if queries.request_waiting(fresh) is not None:
        raise RefusedError("waits")
    return fresh


@transaction.atomic
def edit(
    *, panel: Panel, texts: Mapping[str, Mapping[str, str]], by: Viewer, **settings: Any
) -> Panel:
    """Change a draft: its texts, and of the settings of ``create`` those that are given."""
    unknown = set(settings) - set(_SETTINGS)
    if unknown:
        raise TypeError(f"No such settings: {', '.join(sorted(unknown))}")
    fresh = _editable(panel.pk)
    checked = network.checked_texts(texts)
    if not set(fresh.languages) <= set(checked) and fresh.categories.exists():
        # Their names are in the languages of the panel; the first one is in the documents.
        missing = [code for code in fresh.languages if code not in checked]
        if fresh.first_language in missing:
            raise RefusedError("first_language")
    fresh.texts = checked
    kept = [code for code in fresh.languages if code in checked]
    fresh.languages = kept + [code for code in checked if code not in kept]
    for name, value in settings.items():
        setattr(fresh, name, value)
    _checked(fresh)
    fresh.save()
    note(fresh, "edit", by, languages=",".join(fresh.languages), size=str(fresh.size))
    return fresh


@transaction.atomic
def name_chance(*, panel: Panel, source: str, name: str, known_from: datetime, by: Viewer) -> Panel:
    """Name the chance that will decide: one that lies in the future and that nobody controls (R17).

    Possible until the list is frozen, and again while no list of panels could be published.
    """
    fresh = held(panel.pk)
    if queries.request_waiting(fresh) is not None:
        raise RefusedError("waits")
    if not fresh.may_set_quotas and not _newest_failed(fresh):
        raise RefusedError("frozen")
    told = " ".join(name.split())
    if source not in Source.values or not told:
        raise ValidationError(
            {"source_name": _("Say exactly which one: its number, its day, its hall.")}
        )
    if known_from <= timezone.now():
        raise ValidationError(
            {"source_at": _("It must lie in the future: nobody may know it yet.")}
        )
    if fresh.closes is not None and known_from <= fresh.closes:
        raise ValidationError({"source_at": _("It must lie after the end of registration.")})
    fresh.source, fresh.source_name, fresh.source_at = source, told[:200], known_from
    fresh.save(update_fields=["source", "source_name", "source_at"])
    note(fresh, "name_chance", by, source=source, known_from=known_from.isoformat())
    return fresh


def _newest_failed(panel: Panel) -> bool:
    newest = queries.newest_draw(panel.pk)
    return newest is not None and newest.state == DrawState.FAILED


# --- opening
def _whole(panel: Panel) -> None:
    """Everything that must be fixed before residents are asked."""
    categories = queries.categories(panel.pk)
    if not categories:
        raise RefusedError("no_categories")
    for category in categories:
        features = list(category.features.all())
        if len(features) < 2 or any(feature.high is None for feature in features):
            raise RefusedError("no_quotas")
        labels = [category.labels, *(feature.labels for feature in features)]
        if any(not names.get(code) for names in labels for code in panel.languages):
            raise RefusedError("no_labels")
    if analysis.problems_of(panel, categories):
        raise RefusedError("bad_quotas")
    if panel.closes is None:
        raise RefusedError("no_deadline")
    if panel.closes <= timezone.now():
        raise RefusedError("over")
    if panel.source_at is None or not panel.source_name:
        raise RefusedError("no_chance")
    if panel.source_at <= panel.closes:
        raise RefusedError("chance_too_early")
    if panel.keep_until <= timezone.localdate(panel.source_at):
        raise RefusedError("erased_too_early")


@transaction.atomic
def ask_to_open(*, panel: Panel, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that residents can register. A second person in another role confirms (R14, R19).

    Raises
    ------
    RefusedError
        ``not_a_draft``, or what is not fixed yet: ``no_categories``, ``no_quotas``, ``no_labels``,
        ``bad_quotas``, ``no_deadline``, ``over``, ``no_chance``, ``chance_too_early``,
        ``erased_too_early``.
    """
    fresh = held(panel.pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    _whole(fresh)
    return network.ask_two_person(
        verb=OPEN_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
    )


def _asked_about(act: TwoPersonAct) -> Panel:
    fresh = held(int(act.thing.removeprefix("panel:")))
    if fresh.place_id != act.place_id:
        raise ValidationError(_("This request belongs to another place."))
    return fresh


@network.guarded(
    OPEN_VERB,
    label=gettext_lazy("Open registration for a panel"),
    askers=OFFICERS,
    publishes=lambda detail: True,
)
def _open(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: make the key, open the doors."""
    fresh = _asked_about(act)
    if fresh.state != State.DRAFT:
        raise ValidationError(_("This panel is open or closed already."))
    # Before the row says open: a panel that takes registrations always has its key.
    keys.create(fresh.key)
    fresh.state, fresh.visibility = State.OPEN, Visibility.PUBLIC
    fresh.opens = fresh.opens or timezone.now()
    fresh.notice = NOTICE
    fresh.save(update_fields=["state", "visibility", "opens", "notice"])
    note(fresh, "open", by, request=str(act.pk), notice=fresh.notice)


# --- freezing
def _can_freeze(panel: Panel) -> None:
    """The pool was checked as it is now, and a panel can be drawn from it."""
    if panel.state != State.OPEN or panel.frozen is not None:
        raise RefusedError("frozen")
    if panel.pool_dirty or panel.pool_state != PoolState.CURRENT:
        raise RefusedError("being_checked")
    if not panel.pool_report.get("feasible"):
        raise RefusedError("infeasible")
    if panel.source_at is None or panel.source_at <= timezone.now():
        raise RefusedError("chance_is_known")


@transaction.atomic
def ask_to_freeze(*, panel: Panel, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that the list of registrants is closed and the lottery published.

    Raises
    ------
    RefusedError
        ``frozen``; ``being_checked``: the pool has changed since the last check; ``infeasible``;
        ``chance_is_known``: the named chance has happened already, name a later one.
    """
    fresh = held(panel.pk)
    _can_freeze(fresh)
    return network.ask_two_person(
        verb=FREEZE_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
    )


@network.guarded(
    FREEZE_VERB,
    label=gettext_lazy("Freeze the list of a panel and publish its lottery"),
    askers=OFFICERS,
)
def _freeze(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: nobody can be added or changed; the worker makes the list."""
    fresh = _asked_about(act)
    try:
        _can_freeze(fresh)
    except RefusedError as refusal:
        raise ValidationError(
            _(
                "The pool or the chance has changed since this was asked: look at the panel's page and ask anew."
            ),
            code=refusal.code,
        ) from refusal
    fresh.frozen = timezone.now()
    fresh.save(update_fields=["frozen"])
    twice = analysis.doubled(queries.entries(fresh.pk))
    Registrant._unscoped.filter(panel=fresh, pk__in=twice).update(counted=False)
    begin_draw(panel=fresh)
    note(fresh, "freeze", by, request=str(act.pk))


# --- seating
@transaction.atomic
def seat(*, panel: Panel, by: Viewer, why_fewer: str = "") -> Panel:
    """The panel is complete: from now its registrants are kept for thirty days.

    Raises
    ------
    RefusedError
        ``not_drawn``; ``unanswered``: somebody has not said yes or no; ``nobody``; ``seats_free``:
        seats are free, so draw replacements or say why the panel sits with fewer.
    """
    fresh = held(panel.pk)
    if fresh.seated is not None:
        return fresh
    newest = queries.newest_draw(fresh.pk)
    if newest is None or newest.state != DrawState.DRAWN:
        raise RefusedError("not_drawn")
    count = queries.seats(fresh)
    if count[Seat.DRAWN]:
        raise RefusedError("unanswered")
    if not count[Seat.YES]:
        raise RefusedError("nobody")
    if count[Seat.YES] < fresh.size and not why_fewer.strip():
        raise RefusedError("seats_free")
    fresh.seated = timezone.now()
    fresh.seated_why = why_fewer.strip()[:500] if count[Seat.YES] < fresh.size else ""
    fresh.state = State.CLOSED
    fresh.save(update_fields=["seated", "seated_why", "state"])
    note(fresh, "seat", by, seats=str(count[Seat.YES]), of=str(fresh.size))
    return fresh
