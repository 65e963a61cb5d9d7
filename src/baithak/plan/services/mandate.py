"""A place writes down what the law lets it do, who leads, and what others hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from baithak.network.models import Place
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import Holder, Mandate, Task
from baithak.plan.services.notes import note

__all__ = ["add_task", "change_task", "remove_task", "write"]


@transaction.atomic
def write(
    *,
    place: Place,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    integrated: bool | None = None,
    decided_on: date | None = None,
    review_on: date | None = None,
) -> Mandate:
    """Write the sheet of a place in one language; the first time, only the team sees it.

    ``integrated`` is None where only the words are told, as a translation does.

    Raises
    ------
    ValidationError
        No summary, a text that is too long or leads to a person, days in the wrong order.
    """
    Place.objects.seen_by(SYSTEM).select_for_update().get(
        pk=place.pk
    )  # one sheet, whoever begins it
    mandate = Mandate._unscoped.filter(place=place).first() or Mandate(place=place)
    mandate.place = place
    put_texts(mandate, language, texts, needed=("summary",))
    if integrated is not None:
        mandate.integrated = integrated
        mandate.decided_on, mandate.review_on = decided_on, review_on
    if mandate.decided_on and mandate.review_on and mandate.review_on <= mandate.decided_on:
        raise ValidationError({"review_on": _("Look at it again after the day it was decided.")})
    mandate.full_clean(exclude=["place"])
    mandate.save()
    note(mandate, "write_mandate", by, language=language)
    return mandate


@transaction.atomic
def add_task(
    *, mandate: Mandate, holder: str, language: str, texts: Mapping[str, str], by: Viewer
) -> Task:
    """A line of the map."""
    held = Mandate._unscoped.select_for_update(of=("self",)).get(pk=mandate.pk)
    last = Task._unscoped.filter(mandate=held).aggregate(last=Max("number"))["last"] or 0
    task = Task(mandate=held, number=last + 1, holder=holder)
    _put(task, holder, language, texts)
    note(task, "add_task", by, holder=holder, language=language)
    return task


@transaction.atomic
def change_task(
    *, task: Task, language: str, texts: Mapping[str, str], by: Viewer, holder: str | None = None
) -> Task:
    """Say anew who may do it and by which law; ``holder`` is None where only words are translated."""
    held = Task._unscoped.select_for_update(of=("self",)).get(pk=task.pk)
    _put(held, holder or held.holder, language, texts)
    note(held, "change_task", by, holder=held.holder, language=language)
    return held


@transaction.atomic
def remove_task(*, task: Task, by: Viewer) -> None:
    """Take a line off the map."""
    note(task, "remove_task", by)
    task.delete()


def _put(task: Task, holder: str, language: str, texts: Mapping[str, str]) -> None:
    if holder not in Holder.values:
        raise ValidationError({"holder": _("Choose who may do it, or “Not clear”.")})
    task.holder = holder
    put_texts(task, language, texts)
    task.full_clean(exclude=["mandate"])
    task.save()
