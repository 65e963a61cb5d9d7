"""What the hub refuses to start with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from baithak.network.models import Kind, Place
from baithak.network.scope import SYSTEM


@register(Tags.database)
def no_demonstration_beside_real_cities(
    app_configs: Any = None, databases: Any = None, **options: Any
) -> list[Error]:
    """The demonstration shows its sign-in codes to everybody: never beside a real city."""
    if not settings.DEMO or not databases:
        return []
    real = Place.objects.seen_by(SYSTEM).filter(kind=Kind.CITY, example=False, open_data=False)
    name = real.values_list("name", flat=True).first()
    if name is None:
        return []
    return [
        Error(
            f"BAITHAK_DEMO is on, but {name} is a real city.",
            hint="Set BAITHAK_DEMO=0, or run the demonstration with a BAITHAK_HOME of its own.",
            id="baithak.E010",
        )
    ]
