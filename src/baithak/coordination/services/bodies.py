"""Bodies, their seats, and how the seats were shared out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.dates import within
from baithak.coordination.models import Balance, Body, BodyState, Seat
from baithak.coordination.services.notes import note
from baithak.exchange.records import library
from baithak.network.models import Organisation, Place
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts

__all__ = ["add_seat", "begin", "change", "change_seat", "put_balance", "remove_seat"]

_FIELDS = ("kind", "state", "rhythm", "quorum", "begins", "ends", "above")


@transaction.atomic
def begin(
    *, place: Place, language: str, texts: Mapping[str, str], by: Viewer, **told: Any
) -> Body:
    """A new body, seen by the team. ``told``: ``kind``, ``state``, ``rhythm``, ``quorum``, ``begins``,
    ``ends``, ``above``.

    Raises
    ------
    ValidationError
        By the name of the field: missing title, unknown kind, a term that ends before it begins, a body
        above that may not be seen or that reports to this one, something that leads to a person (R1).
    """
    body = Body(place=place)
    _put(body, language, texts, told, by)
    note(body, "begin_body", by)
    return body


@transaction.atomic
def change(*, body: Body, language: str, texts: Mapping[str, str], by: Viewer, **told: Any) -> Body:
    """Other words or facts; what is not told stays. Raises as ``begin``."""
    fresh = Body._unscoped.select_for_update().select_related("place").get(pk=body.pk)
    before = fresh.state
    _put(fresh, language, texts, told, by)
    if fresh.state == before:
        note(fresh, "change_body", by)
    else:
        note(fresh, "set_body", by, state=fresh.state)
    return fresh


def _put(
    body: Body, language: str, texts: Mapping[str, str], told: Mapping[str, Any], by: Viewer
) -> None:
    unknown = told.keys() - set(_FIELDS)
    if unknown:
        raise TypeError(f"A body has no {', '.join(sorted(unknown))}.")
    for name, value in told.items():
        setattr(body, name, value)
    trouble: dict[str, Any] = {}
    try:
        put_texts(body, language, texts)
    except ValidationError as refused:
        trouble.update(refused.error_dict)
    if body.kind not in library().taxonomy.codes("mechanisms"):
        trouble["kind"] = _("Choose a kind from the list.")
    for name in ("begins", "ends"):
        try:
            within(getattr(body, name))
        except ValidationError as refused:
            trouble[name] = refused
    if body.begins and body.ends and body.ends <= body.begins:
        trouble["ends"] = _("The term ends before it begins: check both days.")
    if body.state == BodyState.DISSOLVED and not any(
        told.get("dissolved") for told in body.texts.values()
    ):
        trouble["dissolved"] = _("Say why, and who takes over what it did.")
    if "above" in told:
        wrong = _above_trouble(body, by)
        if wrong:
            trouble["above"] = wrong
    if trouble:
        raise ValidationError(trouble)
    body.full_clean(exclude=["place", "above"])
    body.save()


def _above_trouble(body: Body, by: Viewer) -> str:
    above = body.above
    if above is None:
        return ""
    if not Body.objects.seen_by(by).filter(pk=above.pk).exists():
        return _("Choose a body that you can see.")
    seen: set[int] = set()
    # As they are in the database now, not as the form read them.
    step = Body._unscoped.filter(pk=above.pk).first()
    while step is not None and step.pk not in seen:
        if step.pk == body.pk:
            return _("That body reports to this one already: one of them must be above.")
        seen.add(step.pk)
        step = Body._unscoped.filter(pk=step.above_id or 0).first()
    return ""


# --- seats
@transaction.atomic
def add_seat(
    *, body: Body, language: str, texts: Mapping[str, str], by: Viewer, **told: Any
) -> Seat:
    """One seat more. ``told``: ``organisation``, ``group``, ``chairs``, ``votes``, ``vacant``.

    Raises
    ------
    ValidationError
        No title, an unknown group, an organisation that the viewer may not see.
    """
    held = Body._unscoped.select_for_update().get(pk=body.pk)
    last = Seat._unscoped.filter(body=held).aggregate(Max("number"))["number__max"] or 0
    seat = Seat(body=held, number=last + 1)
    _put_seat(seat, language, texts, told, by)
    note(held, "add_seat", by)
    return seat


@transaction.atomic
def change_seat(
    *, seat: Seat, language: str, texts: Mapping[str, str], by: Viewer, **told: Any
) -> Seat:
    """Raises as ``add_seat``."""
    fresh = Seat._unscoped.select_for_update(of=("self",)).select_related("body").get(pk=seat.pk)
    _put_seat(fresh, language, texts, told, by)
    note(fresh.body, "change_seat", by)
    return fresh


def _put_seat(
    seat: Seat, language: str, texts: Mapping[str, str], told: Mapping[str, Any], by: Viewer
) -> None:
    unknown = told.keys() - {"organisation", "group", "chairs", "votes", "vacant"}
    if unknown:
        raise TypeError(f"A seat has no {', '.join(sorted(unknown))}.")
    before = seat.organisation_id
    for name, value in told.items():
        setattr(seat, name, value)
    trouble: dict[str, Any] = {}
    try:
        put_texts(seat, language, texts)
    except ValidationError as refused:
        trouble.update(refused.error_dict)
    if seat.group and seat.group not in library().taxonomy.codes("target_groups"):
        trouble["group"] = _("Choose from the list for whom the seat is.")
    given = seat.organisation_id
    if given and given != before and not Organisation.objects.seen_by(by).filter(pk=given).exists():
        trouble["organisation"] = _("Choose an organisation from the list.")
    if trouble:
        raise ValidationError(trouble)
    seat.full_clean(exclude=["body", "organisation"])
    seat.save()


@transaction.atomic
def remove_seat(*, seat: Seat, by: Viewer) -> None:
    """The charter has it no more."""
    body = Body._unscoped.select_for_update().get(pk=seat.body_id)
    Seat._unscoped.filter(pk=seat.pk).delete()
    note(body, "remove_seat", by)


# --- balance
@transaction.atomic
def put_balance(
    *, body: Body, on: date, taken: int, women: int, young: int, civil: int, by: Viewer
) -> Balance:
    """How the seats were shared out on a day, as counts over the whole body; a day's counts are replaced.

    Raises
    ------
    ValidationError
        More than there are seats, a part larger than the whole, a day to come.
    """
    held = Body._unscoped.select_for_update().get(pk=body.pk)
    trouble: dict[str, Any] = {}
    if on > timezone.localdate():
        trouble["on"] = _("Choose today or an earlier day.")
    try:
        within(on)
    except ValidationError as refused:
        trouble["on"] = refused
    there = Seat._unscoped.filter(body=held).count()
    if there and taken > there:
        trouble["taken"] = _("The body has %(n)d seats: add a seat first, or correct this.") % {
            "n": there
        }
    for name, count in (("women", women), ("young", young), ("civil", civil)):
        if count > taken:
            trouble[name] = _("This cannot be more than the seats taken, %(n)d.") % {"n": taken}
    if trouble:
        raise ValidationError(trouble)
    counts = {"taken": taken, "women": women, "young": young, "civil": civil}
    balance, _created = Balance._unscoped.update_or_create(body=held, on=on, defaults=counts)
    note(held, "count_balance", by, on=on.isoformat())
    return balance
