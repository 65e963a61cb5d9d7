"""Why a file was not taken, in the reader's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.report.errors import sentence
from baithak.web.limited import EngineError, LimitError

__all__ = ["beyond_limit", "troubles"]

_MOST = 20


def troubles(error: EngineError) -> dict[str, Any]:
    """Everything wrong with a file, each with row, field and remedy; the first twenty."""
    found = [error, *error.others]
    language = get_language() or "en"
    return {
        "problems": [
            sentence(one.code, {**one.params, "more": 0}, language=language)
            for one in found[:_MOST]
        ],
        "more_problems": len(found) > _MOST,
    }


def beyond_limit(limit: LimitError) -> str:
    """A file that the reader could not bear."""
    if limit.code == "time":
        return _("Reading this file takes too long. Split it into several smaller ones.")
    return _("This file cannot be read. Save it anew, or start from the template.")
