"""Days of the shared calendar: written down, moved to the next date, prepared for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.dates import within
from baithak.coordination.models import Day, Preparation, Repeats
from baithak.coordination.services.notes import note
from baithak.network.models import Organisation, Place
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts

__all__ = [
    "add_preparation",
    "begin",
    "change",
    "prepared",
    "remove",
    "remove_preparation",
    "set_next",
]

#: A festival of weeks is a season: those are written down by their days that matter.
LONGEST = 60


@transaction.atomic
def begin(
    *,
    place: Place,
    kind: str,
    begins: date,
    ends: date | None,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    repeats: str = Repeats.ONCE,
) -> Day:
    """Write a day down. Only the place's team sees it at first.

    Raises
    ------
    ValidationError
        No title, a text that leads to a person, an end before the beginning.
    """
    day = Day(place=place)
    _put(day, kind=kind, begins=begins, ends=ends, repeats=repeats)
    put_texts(day, language, texts)
    day.full_clean()
    day.save()
    note(day, "begin_day", by, kind=kind)
    return day


@transaction.atomic
def change(
    *,
    day: Day,
    kind: str,
    begins: date,
    ends: date | None,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    repeats: str = Repeats.ONCE,
) -> Day:
    """Write it anew, or in one more language."""
    fresh = _held(day)
    _put(fresh, kind=kind, begins=begins, ends=ends, repeats=repeats)
    put_texts(fresh, language, texts)
    fresh.full_clean()
    fresh.save()
    note(fresh, "change_day", by, language=language)
    return fresh


@transaction.atomic
def set_next(*, day: Day, begins: date, ends: date | None, by: Viewer) -> Day:
    """The next date of a day that moves; its preparation list begins anew.

    Raises
    ------
    RefusedError
        ``fixed``: it does not move.
    ValidationError
        The date is not after the one before.
    """
    fresh = _held(day)
    if fresh.repeats != Repeats.MOVES:
        raise RefusedError("fixed")
    if begins <= fresh.ends:
        raise ValidationError({"begins": _("The next date comes after the one before.")})
    _put(fresh, kind=fresh.kind, begins=begins, ends=ends, repeats=fresh.repeats)
    fresh.full_clean()
    fresh.save()
    Preparation._unscoped.filter(day=fresh).update(done_on=None)
    note(fresh, "set_next", by, begins=begins.isoformat())
    return fresh


@transaction.atomic
def remove(*, day: Day, by: Viewer) -> None:
    """It was a mistake: the day and its preparation list are gone."""
    fresh = _held(day)
    note(fresh, "remove_day", by)
    fresh.delete()


@transaction.atomic
def add_preparation(
    *,
    day: Day,
    language: str,
    text: str,
    days_before: int,
    by: Viewer,
    organisation: Organisation | None = None,
) -> Preparation:
    """A line of the preparation list.

    Raises
    ------
    ValidationError
        No text, an organisation of another place, more than a year before.
    """
    fresh = _held(day)
    if organisation is not None and organisation.place_id != fresh.place_id:
        raise ValidationError({"organisation": _("Choose an organisation of this place.")})
    if not 0 <= days_before <= 366:
        raise ValidationError({"days_before": _("Choose between 0 and 366 days.")})
    last = Preparation._unscoped.filter(day=fresh).aggregate(last=Max("number"))["last"] or 0
    line = Preparation(
        day=fresh, number=last + 1, organisation=organisation, days_before=days_before
    )
    try:
        put_texts(line, language, {"title": text})
    except ValidationError as trouble:
        raise ValidationError(
            {{"title": "text"}.get(name, name): found for name, found in trouble.error_dict.items()}
        ) from None
    line.full_clean(exclude=["day"])
    line.save()
    note(fresh, "add_preparation", by)
    return line


@transaction.atomic
def prepared(*, preparation: Preparation, done: bool, by: Viewer) -> None:
    """It is done, or not yet after all."""
    today = timezone.localdate()
    Preparation._unscoped.filter(pk=preparation.pk).update(done_on=today if done else None)
    note(preparation.day, "prepared", by, done="yes" if done else "no")


@transaction.atomic
def remove_preparation(*, preparation: Preparation, by: Viewer) -> None:
    """Nobody needs this line any more."""
    Preparation._unscoped.filter(pk=preparation.pk).delete()
    note(preparation.day, "remove_preparation", by)


def _put(day: Day, *, kind: str, begins: date, ends: date | None, repeats: str) -> None:
    last = ends or begins
    for name, one in (("begins", begins), ("ends", last)):
        try:
            within(one)
        except ValidationError as refused:
            raise ValidationError({name: refused}) from None
    if last < begins:
        raise ValidationError({"ends": _("The last day comes after the first, or is the same.")})
    if (last - begins).days >= LONGEST:
        raise ValidationError(
            {
                "ends": _("Write at most %(days)d days down as one: choose those that matter.")
                % {"days": LONGEST}
            }
        )
    day.kind, day.begins, day.ends, day.repeats = kind, begins, last, repeats


def _held(day: Day) -> Day:
    return Day._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=day.pk)
