"""How organisations are called on pages of a plan: by name to their own place, by type to others (R13)."""

from __future__ import annotations

from collections.abc import Iterable

from baithak.network.models import Organisation
from baithak.network.scope import Viewer

__all__ = ["named"]


def named(viewer: Viewer, organisations: Iterable[Organisation | None]) -> dict[int, str]:
    """By their ids: the name where the viewer may see the organisation, else what kind it is."""
    found = {one.pk: one for one in organisations if one is not None}
    if not found:
        return {}
    seen = set(
        Organisation.objects.seen_by(viewer).filter(pk__in=found).values_list("pk", flat=True)
    )
    return {
        pk: one.name if pk in seen else " · ".join(one.type_labels) for pk, one in found.items()
    }
