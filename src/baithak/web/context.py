"""What every template knows: languages, direction, whether this hub is the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from baithak import __version__


def page(request: HttpRequest) -> dict[str, Any]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "direction": "rtl" if language in settings.RIGHT_TO_LEFT else "ltr",
        "languages": settings.LANGUAGES,
        "demonstration": settings.DEMO,
        "version": __version__,
        "viewer": getattr(request, "viewer", None),
    }
