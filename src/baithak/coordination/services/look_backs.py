"""Looking back calmly: what was expected, what happened, what went well, what changes. Never persons (R1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.models import LookBack
from baithak.coordination.queries import look_backs as queries  # noqa: F401  (registers the source)
from baithak.coordination.services.notes import note
from baithak.exchange.queries.names import people_to_leave_out
from baithak.exchange.services.names import look
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts

__all__ = ["begin", "change"]


@transaction.atomic
def begin(
    *,
    place: Place,
    on: date,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    exercise: bool = False,
    looked: Collection[str] = (),
) -> LookBack:
    """Write down what was learnt, seen by the place's team.

    Raises
    ------
    ValidationError
        No title, a day that is still to come, a text that leads to a person.
    NamesError
        People are named in it, and the writer has not looked at each of them (``looked``).
    """
    look("\n".join(texts.values()), by=by, looked=looked, among=people_to_leave_out)
    made = LookBack(place=place)
    _put(made, on=on, exercise=exercise, language=language, texts=texts)
    note(made, "begin_look_back", by, language=language)
    return made


@transaction.atomic
def change(
    *,
    look_back: LookBack,
    on: date,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    exercise: bool = False,
    looked: Collection[str] = (),
) -> LookBack:
    """Write it anew, or in one more language. Names are looked at as in ``begin``."""
    look("\n".join(texts.values()), by=by, looked=looked, among=people_to_leave_out)
    fresh = (
        LookBack._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .get(pk=look_back.pk)
    )
    _put(fresh, on=on, exercise=exercise, language=language, texts=texts)
    note(fresh, "change_look_back", by, language=language)
    return fresh


def _put(
    made: LookBack, *, on: date, exercise: bool, language: str, texts: Mapping[str, str]
) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": _("This day is still to come: look back when it is over.")})
    made.on, made.exercise = on, exercise
    put_texts(made, language, texts)
    made.full_clean()
    made.save()
