"""The form of a series."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from baithak.coordination.models import Series
from baithak.network.forms import WordedForm

__all__ = ["SeriesForm"]


class SeriesForm(WordedForm):
    """A series: new, changed or told in another language."""

    model = Series
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Name of the series"), "", 1, True),
        "description": (
            _("What it is for"),
            _("Whoever comes for the first time reads this: what the workshops are for, and who comes together."),
            5,
            False,
        ),
    }  # fmt: skip
