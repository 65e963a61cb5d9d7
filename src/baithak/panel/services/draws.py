"""Draws: prepared by the worker, promised, decided by chance with two witnesses, numbered for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.network import services as network
from baithak.network.models import State, TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer
from baithak.panel import analysis, queries
from baithak.panel.models import Draw, DrawKind, DrawState, Panel, Registrant, Seat, Source
from baithak.panel.queries import AGAIN_VERB, DRAW_VERB, thing
from baithak.panel.services.notes import held, note

__all__ = [
    "ask_again",
    "ask_to_draw",
    "begin_draw",
    "claim_draw",
    "prepare_draw",
    "try_again",
]

_GIVEN_UP = timedelta(minutes=30)
_LONGEST_REST = timedelta(hours=1)
#: After so many failures that are not about quotas, a person has to look.
_MOST_FAILURES = 5


def begin_draw(*, panel: Panel, kind: str = DrawKind.FIRST, reason: str = "") -> Draw:
    """The next numbered draw, by the chance that is named now; the worker prepares it.

    For inside a transaction.
    """
    newest = queries.newest_draw(panel.pk)
    named, read = analysis.named(panel.source, panel.source_name)
    if panel.source_at is None:
        raise RefusedError("no_chance")
    draw = Draw(
        panel=panel,
        number=1 if newest is None else newest.number + 1,
        kind=kind,
        reason=reason,
        named=named,
        read=read,
        source_at=panel.source_at,
    )
    draw.save(by_service=True, force_insert=True)
    return draw


# --- in the worker
def claim_draw() -> int | None:
    """Take one draw whose list waits to be made; its id, or ``None``."""
    now = timezone.now()
    waits = Q(state=DrawState.WAITING)
    abandoned = Q(state=DrawState.COMPUTING, claimed__lt=now - _GIVEN_UP)
    ready = Draw._unscoped.filter(Q(due=None) | Q(due__lte=now), waits | abandoned)
    for pk in ready.order_by("pk").values_list("pk", flat=True)[:20]:
        if ready.filter(pk=pk).update(state=DrawState.COMPUTING, claimed=now) == 1:
            return int(pk)
    return None


def prepare_draw(pk: int) -> None:
    """Make the list of panels of a claimed draw and publish the commitment; or say what is wrong."""
    draw = queries.waiting_draw(pk)
    try:
        made = analysis.prepare(draw)
    except analysis.EngineError as error:
        _cannot(draw, analysis.trouble_of(error, draw.panel_id))
    except Exception:
        _failed(draw)
        raise
    else:
        _commit(pk, made)


def _cannot(draw: Draw, trouble: Mapping[str, Any]) -> None:
    """A person has to act: change quotas, name another chance."""
    Draw._unscoped.filter(pk=draw.pk, state=DrawState.COMPUTING).update(
        state=DrawState.FAILED, claimed=None, trouble=dict(trouble)
    )


def _failed(draw: Draw) -> None:
    rest = min(timedelta(minutes=2**draw.failures), _LONGEST_REST)
    last = draw.failures + 1 >= _MOST_FAILURES
    Draw._unscoped.filter(pk=draw.pk, state=DrawState.COMPUTING).update(
        state=DrawState.FAILED if last else DrawState.WAITING,
        claimed=None,
        failures=F("failures") + 1,
        trouble={"code": "broken"},
        due=timezone.now() + rest,
    )


@transaction.atomic
def _commit(pk: int, made: analysis.Prepared) -> None:
    draw = Draw._unscoped.select_for_update(of=("self",)).select_related("panel__place").get(pk=pk)
    if draw.state != DrawState.COMPUTING:
        return
    panel = held(draw.panel_id)
    now = timezone.now()
    if now >= draw.source_at:
        # Chance has spoken before the promise was out: nobody could tell that it was not chosen.
        _cannot(draw, {"code": "chance_is_known"})
        return
    rows = {
        row.pk.hex: row
        for row in Registrant._unscoped.select_for_update(of=("self",)).filter(
            queries.IN_THE_POOL, panel=panel
        )
    }
    if rows.keys() != made.lines.keys():
        # Somebody withdrew while the list was made: make it anew, without them.
        Draw._unscoped.filter(pk=pk).update(state=DrawState.WAITING, claimed=None)
        return
    for name, line in made.lines.items():
        row = rows[name]
        row.pseudonym, row.line, row.leaf = line.pseudonym, line.line, line.leaf
    Registrant._unscoped.bulk_update(rows.values(), ["pseudonym", "line", "leaf"], batch_size=200)
    draw.state, draw.claimed, draw.trouble, draw.failures = DrawState.COMMITTED, None, {}, 0
    draw.head, draw.commitment, draw.list_hash = made.head, made.commitment, made.list_hash
    draw.leaves, draw.chances, draw.committed = made.leaves, made.chances, now
    draw.save(by_service=True)
    note(
        panel,
        "commit",
        SYSTEM,
        draw=str(draw.number),
        root=str(made.head["root"]),
        list=made.list_hash,
        panels=str(made.head["panels"]),
    )


@transaction.atomic
def try_again(*, panel: Panel, by: Viewer) -> Draw:
    """Let the worker make the list once more, after quotas were changed or another chance was named."""
    fresh = held(panel.pk)
    draw = queries.newest_draw(fresh.pk)
    if draw is None or draw.state != DrawState.FAILED:
        raise RefusedError("not_failed")
    if fresh.source_at is None or fresh.source_at <= timezone.now():
        raise RefusedError("chance_is_known")
    named, read = analysis.named(fresh.source, fresh.source_name)
    Draw._unscoped.filter(pk=draw.pk).update(
        state=DrawState.WAITING, claimed=None, due=None, failures=0, trouble={},
        named=named, read=read, source_at=fresh.source_at,
    )  # fmt: skip
    note(fresh, "prepare_again", by, draw=str(draw.number))
    draw.refresh_from_db()
    return draw


# --- chance, with two witnesses
@transaction.atomic
def ask_to_draw(*, panel: Panel, randomness: str, by: Viewer) -> TwoPersonAct:
    """Write down what chance showed. A second witness in another role confirms the very same.

    Raises
    ------
    RefusedError
        ``nothing_promised``; ``chance_to_come``: the named moment lies ahead.
    ValidationError
        It cannot be what was named: too short, or no number of a listed panel.
    """
    fresh = held(panel.pk)
    draw = _promised(fresh)
    told = " ".join(randomness.split())
    if "@" in told:  # the journal, which keeps it for good, holds nobody's address
        raise ValidationError(_("Write the numbers and letters that chance showed, nothing else."))
    try:
        analysis.read_chance(queries.commitment_of(draw), told)
    except analysis.EngineError as error:
        raise ValidationError(analysis.why(error)) from error
    return network.ask_two_person(
        verb=DRAW_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        # The second witness reads this wherever the request is shown.
        reason=_("Chance showed: %(randomness)s") % {"randomness": told[:400]},
        detail={"draw": draw.number, "randomness": told},
        by=by,
    )


def _promised(panel: Panel) -> Draw:
    draw = queries.newest_draw(panel.pk)
    if draw is None or draw.state != DrawState.COMMITTED or panel.state != State.OPEN:
        raise RefusedError("nothing_promised")
    if not draw.chance_is_known:
        raise RefusedError("chance_to_come")
    return draw


@network.guarded(
    DRAW_VERB,
    label=gettext_lazy("Write down what chance showed, and draw the panel"),
    askers=OFFICERS,
)
def _draw(act: TwoPersonAct, by: Viewer) -> None:
    """Both witnesses have written the same: the panel sits."""
    panel = held(int(act.thing.removeprefix("panel:")))
    if panel.place_id != act.place_id:
        raise ValidationError(_("This request belongs to another place."))
    try:
        found = _promised(panel)
    except RefusedError as refusal:
        raise ValidationError(_("Nothing waits for chance any more."), code=refusal.code) from None
    if found.number != act.detail.get("draw"):
        raise ValidationError(_("This was written down for another draw."))
    draw = Draw._unscoped.select_for_update(of=("self",)).get(pk=found.pk)
    told = analysis.read_chance(draw.commitment, str(act.detail["randomness"]))
    _give_seats(panel, draw, told.selected)
    draw.state, draw.drawn = DrawState.DRAWN, timezone.now()
    draw.randomness, draw.drawn_number = told.randomness, told.number
    draw.selected, draw.receipt = told.selected, told.receipt
    draw.witnesses = [act.asked_role, act.confirmed_role]
    draw.figures = analysis.figures(panel)
    draw.save(by_service=True)
    note(
        panel,
        "draw",
        by,
        draw=str(draw.number),
        number=str(told.number),
        randomness=told.randomness,
        request=str(act.pk),
    )


def _give_seats(panel: Panel, draw: Draw, selected: list[str]) -> None:
    people = Registrant._unscoped.filter(panel=panel)
    if draw.kind == DrawKind.REDRAW:
        # The whole panel once more: seats of earlier draws are free, and asked for anew.
        people.filter(seat__in=[Seat.DRAWN, Seat.YES]).exclude(pseudonym__in=selected).update(
            seat=Seat.NONE, draw=None
        )
        people.filter(seat=Seat.YES).update(seat=Seat.DRAWN, draw=draw.number)
    for at in range(0, len(selected), 500):
        named = people.filter(pseudonym__in=selected[at : at + 500])
        named.filter(seat=Seat.NONE).update(seat=Seat.DRAWN, draw=draw.number)
        # Who withdrew after the list was frozen keeps an empty seat, which others can be drawn for.
        named.filter(seat=Seat.WITHDRAWN, draw=None).update(draw=draw.number)


# --- a further draw
@transaction.atomic
def ask_again(
    *,
    panel: Panel,
    kind: str,
    reason: str,
    source: str,
    name: str,
    known_from: datetime,
    by: Viewer,
) -> TwoPersonAct:
    """Ask for a further, numbered draw: replacements, or the whole panel once more.

    Raises
    ------
    RefusedError
        ``not_drawn``: the draw before it is not over; ``seated``; ``no_seat_free``.
    ValidationError
        No chance is named, or one that does not lie in the future.
    """
    fresh = held(panel.pk)
    _can_go_on(fresh, kind)
    told = " ".join(name.split())
    if source not in Source.values or not told:
        raise ValidationError(_("Say exactly which one: its number, its day, its hall."))
    if known_from <= timezone.now():
        raise ValidationError(_("It must lie in the future: nobody may know it yet."))
    return network.ask_two_person(
        verb=AGAIN_VERB,
        thing=thing(fresh),
        title=" · ".join(
            (
                str(fresh),
                str(DrawKind(kind).label),
                told[:200],
                date_format(timezone.localtime(known_from), "DATETIME_FORMAT"),
            )
        ),
        place=fresh.place,
        reason=reason,
        detail={
            "kind": kind, "source": source, "name": told[:200],
            "known_from": known_from.isoformat(),
        },
        by=by,
    )  # fmt: skip


def _can_go_on(panel: Panel, kind: str) -> None:
    newest = queries.newest_draw(panel.pk)
    if newest is None or newest.state != DrawState.DRAWN:
        raise RefusedError("not_drawn")
    if panel.seated is not None or panel.state != State.OPEN:
        raise RefusedError("seated")
    if kind not in (DrawKind.REPLACEMENT, DrawKind.REDRAW):
        raise RefusedError("no_such_kind")
    count = queries.seats(panel)
    if kind == DrawKind.REPLACEMENT and count[Seat.YES] + count[Seat.DRAWN] >= panel.size:
        raise RefusedError("no_seat_free")


@network.guarded(
    AGAIN_VERB, label=gettext_lazy("Draw once more for a panel, with a new number"), askers=OFFICERS
)
def _again(act: TwoPersonAct, by: Viewer) -> None:
    panel = held(int(act.thing.removeprefix("panel:")))
    if panel.place_id != act.place_id:
        raise ValidationError(_("This request belongs to another place."))
    told = act.detail
    try:
        _can_go_on(panel, told["kind"])
    except RefusedError as refusal:
        raise ValidationError(
            _("The panel has changed since this was asked: look at its page and ask anew."),
            code=refusal.code,
        ) from None
    known_from = datetime.fromisoformat(told["known_from"])
    if known_from <= timezone.now():
        raise ValidationError(_("The named chance has happened meanwhile: name a later one."))
    panel.source, panel.source_name, panel.source_at = told["source"], told["name"], known_from
    panel.save(update_fields=["source", "source_name", "source_at"])
    draw = begin_draw(panel=panel, kind=told["kind"], reason=act.reason)
    note(panel, "draw_again", by, draw=str(draw.number), kind=told["kind"], request=str(act.pk))
