"""A series of workshops is begun and told anew."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from baithak.coordination.models import Series
from baithak.coordination.services.notes import note
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts

__all__ = ["begin", "change"]


@transaction.atomic
def begin(*, place: Place, language: str, texts: Mapping[str, str], by: Viewer) -> Series:
    """A new series, seen by the place's team.

    Raises
    ------
    ValidationError
        By field: no title, a text that is too long or leads to a person, an unknown language.
    """
    made = Series(place=place)
    _put(made, language, texts)
    note(made, "begin_series", by, language=language)
    return made


@transaction.atomic
def change(*, series: Series, language: str, texts: Mapping[str, str], by: Viewer) -> Series:
    """Say anew what it is, in one language."""
    fresh = (
        Series._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=series.pk)
    )
    _put(fresh, language, texts)
    note(fresh, "change_series", by, language=language)
    return fresh


def _put(series: Series, language: str, texts: Mapping[str, str]) -> None:
    put_texts(series, language, texts)
    series.full_clean(exclude=["place"])
    series.save()
