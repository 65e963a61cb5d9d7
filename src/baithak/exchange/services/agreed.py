"""What two people let out is not written anew by one (R14, R19)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from baithak.network import services as network
from baithak.network.models import Shared
from baithak.network.queries import acts_waiting
from baithak.network.scope import SYSTEM, Viewer, Visibility

__all__ = ["back_to_the_city", "is_wide", "refuse_while_asked"]


def is_wide(shared: Shared) -> bool:
    """Whether more people than the city itself see it: two people agreed on that."""
    return Visibility(shared.visibility).width > Visibility.CITY.width


def refuse_while_asked(shared: Shared) -> None:
    """The second person decides on what the first one saw.

    Raises
    ------
    ValidationError
        A request that more people see it waits.
    """
    thing = f"{shared._meta.label_lower}:{shared.pk}"
    if acts_waiting(SYSTEM, shared.place).filter(verb="network.widen", thing=thing).exists():
        raise ValidationError(
            _("A request about it waits for a second person. Withdraw the request to change it.")
        )


def back_to_the_city(shared: Shared, *, by: Viewer) -> None:
    """Other words: only the city sees them, until two people let them out again."""
    if is_wide(shared):
        network.narrow(shared=shared, to=Visibility.CITY, by=by)
