"""Seats from a table: what would change, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.coordination.files.seats import SeatRow, read_seats
from baithak.coordination.models import Body, Seat
from baithak.coordination.services import bodies
from baithak.coordination.services.notes import note
from baithak.network.files import Wrongs, bring_organisations, organisations_here
from baithak.network.models import Organisation
from baithak.network.scope import Viewer

__all__ = ["SeatChange", "import_seats", "plan_seats"]


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What a row does: ``new``, ``changed`` or ``same``; whether its organisation is new here,
    or stays the one that is there: none, or one that is not shown to the viewer.
    """

    told: SeatRow
    what: str
    seat: Seat | None
    new_organisation: bool
    keeps_organisation: bool = False


def plan_seats(
    *, body: Body, rows: Sequence[tuple[int, Sequence[str]]], language: str, by: Viewer
) -> list[SeatChange]:
    """What the table would change; nothing is written.

    Raises
    ------
    FileRefusedError
        Everything that is wrong with it.
    """
    known = organisations_here(body.place)
    found = read_seats(rows, language=language, known=known)
    wrongs = Wrongs()
    may_add = by.system or rules.test_rule("network.add_organisation", by, body.place)
    there = list(Seat._unscoped.filter(body=body).select_related("organisation"))
    seen = Organisation.objects.seen_by(by).in_bulk([seat.organisation_id for seat in there])
    # A table that was taken along is silent about what its reader may not know: it stays.
    shown = {seat.pk: _name(seat, seen) for seat in there}
    changes, taken = [], set[int]()
    for told in found:
        is_new = bool(told.organisation) and told.organisation not in known
        if is_new and not may_add:
            wrongs.add(
                _("“%(name)s” is not listed at this place. Ask an officer to add it, or to import the file.")
                % {"name": told.organisation},
                row=told.row, column="organisation",
            )  # fmt: skip
        seat = _match(told, there, shown, taken, found, language)
        if seat is not None:
            taken.add(seat.pk)
        if seat is None:
            changes.append(SeatChange(told, "new", None, is_new))
        else:
            what = "same" if _is_same(told, seat, shown[seat.pk]) else "changed"
            keeps = not (told.organisation or shown[seat.pk])
            changes.append(SeatChange(told, what, seat, is_new, keeps))
    wrongs.stop()
    return changes


def _name(seat: Seat, seen: Container[int | None]) -> str:
    found = seat.organisation
    return found.name if found is not None and found.pk in seen else ""


def _title(seat: Seat, language: str) -> str:
    return str(seat.texts.get(language, {}).get("title", "")).casefold()


def _match(
    told: SeatRow,
    there: list[Seat],
    shown: Mapping[int, str],
    taken: set[int],
    all_told: list[SeatRow],
    language: str,
) -> Seat | None:
    """The seat of the same title and organisation, else the only one of that title."""
    title = told.title.casefold()
    alike = [s for s in there if s.pk not in taken and _title(s, language) == title]
    for seat in alike:
        if shown[seat.pk] == told.organisation:
            return seat
    rows = sum(one.title.casefold() == title for one in all_told)
    return alike[0] if len(alike) == 1 and rows == 1 else None


def _facts(told: SeatRow) -> dict[str, Any]:
    names = ("group", "votes", "chairs", "vacant")
    return {name: getattr(told, name) for name in names}


def _is_same(told: SeatRow, seat: Seat, shown: str) -> bool:
    return shown == told.organisation and all(
        getattr(seat, name) == value for name, value in _facts(told).items()
    )


@transaction.atomic
def import_seats(
    *, body: Body, rows: Sequence[tuple[int, Sequence[str]]], language: str, by: Viewer
) -> list[SeatChange]:
    """All of the table or nothing; a second time changes nothing. Seats that it does not name stay.

    Raises
    ------
    FileRefusedError
        Everything that is wrong with it.
    """
    held = Body._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=body.pk)
    changes = plan_seats(body=held, rows=rows, language=language, by=by)
    news = [c.told.new_organisation for c in changes if c.new_organisation]
    here = bring_organisations(news, place=held.place, by=by)
    wrongs = Wrongs()
    for change in changes:
        if change.what == "same":
            continue
        told = _facts(change.told)
        if not change.keeps_organisation:
            told["organisation"] = here.get(change.told.organisation)
        texts = {"title": change.told.title}
        try:
            if change.seat is None:
                bodies.add_seat(body=held, language=language, texts=texts, by=by, **told)
            else:
                bodies.change_seat(seat=change.seat, language=language, texts=texts, by=by, **told)
        except ValidationError as trouble:
            wrongs.refused(trouble, row=change.told.row, column="seat")
    wrongs.stop()
    if any(change.what != "same" for change in changes):
        note(held, "import_seats", by, rows=str(len(changes)))
    return changes
