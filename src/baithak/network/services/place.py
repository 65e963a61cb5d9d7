"""Places and organisations come into being."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import Kind, Level, Organisation, Place
from baithak.network.models.organisation import only_known_types
from baithak.network.scope import Viewer

__all__ = ["add_organisation", "add_place"]

_BELOW = {Kind.COUNTRY: Kind.HUB, Kind.CITY: Kind.COUNTRY}


@transaction.atomic
def add_place(
    *,
    kind: str,
    name: str,
    slug: str,
    by: Viewer,
    parent: Place | None = None,
    names: Mapping[str, str] | None = None,
    country_code: str = "",
    languages: Sequence[str] = (),
    population: int | None = None,
    example: bool = False,
    open_data: bool = False,
    note: str = "",
) -> Place:
    """Add a hub, a country to a hub or a city to a country.

    A city takes its country's code where none is given, and what lies below an example is one.
    """
    wanted = _BELOW.get(Kind(kind))
    if (parent.kind if parent is not None else None) != wanted:
        raise ValidationError(
            _("A country belongs to a hub and a city to a country: choose the place above it.")
        )
    place = Place(
        kind=kind,
        name=name.strip(),
        slug=slug,
        parent=parent,
        hub=None if parent is None else (parent.hub or parent),
        names=dict(names or {}),
        country_code=country_code or (parent.country_code if parent is not None else ""),
        languages=list(languages),
        population=population,
        example=example,
        open_data=open_data,
        note=note,
    )
    place.full_clean()
    place.save()
    journal.write(
        verb="network.add_place",
        thing=f"place:{place.pk}",
        by=by.signature(place.hub or place),
        place=place.slug,
        detail={"kind": kind},
    )
    return place


@transaction.atomic
def add_organisation(
    *, place: Place, name: str, types: Sequence[str], by: Viewer, level: str = Level.LOCAL
) -> Organisation:
    """Write down an organisation that works at this place.

    Raises
    ------
    ValidationError
        By the field: an unknown type, or a name that is there already or leads to a person (R1).
    """
    only_known_types(list(types))
    try:
        name = wording.no_persons(wording.clean(name))
    except ValidationError as trouble:
        raise ValidationError({"name": trouble.messages}) from None
    organisation = Organisation(place=place, name=name, types=list(types), level=level)
    organisation.full_clean()
    organisation.save()
    journal.write(
        verb="network.add_organisation",
        thing=f"organisation:{organisation.pk}",
        by=by.signature(place),
        place=place.slug,
    )
    return organisation
