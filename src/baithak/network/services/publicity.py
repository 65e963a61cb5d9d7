"""Whether something of a place may become public now: around an election it may not."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from baithak.network.models import Place
from baithak.network.queries import period_now

__all__ = ["refuse_around_election"]


def refuse_around_election(place: Place) -> None:
    """Nothing of a place becomes public while it keeps quiet around an election.

    Raises
    ------
    ValidationError
        A period of the place, its country or its hub holds today; it says until when.
    """
    period = period_now(place)
    if period is not None:
        raise ValidationError(
            _(
                "Around the election, until %(day)s, nothing new of this place becomes public. Choose a "
                "narrower level, or ask again after that day."
            )
            % {"day": date_format(period.ends)}
        )
