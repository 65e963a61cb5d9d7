"""Words of the shelf: licences, kinds of files, and whose site a link leads to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from baithak.exchange import guide

__all__ = ["LICENCES", "LINK_ONLY", "NO_STEP", "file_kind", "host", "licence_words", "step_words"]

#: A work under it is linked to, never kept.
LINK_ONLY = "All rights reserved"
#: What the form suggests, by what is stored; any other licence is kept as it was written.
LICENCES: dict[str, Any] = {
    "CC BY 4.0": "CC BY 4.0",
    "CC BY-SA 4.0": "CC BY-SA 4.0",
    "CC0": "CC0",
    "Public domain": _("Public domain"),
    LINK_ONLY: _("All rights reserved: a link only"),
    "Not stated": _("Not stated"),
}
#: Of links that come with the hub.
_UNKNOWN = {"Not stated here: see the publisher": _("Not stated here: see the publisher")}

_FILES: dict[str, Any] = {
    "pdf": "PDF",
    "png": _("Picture"),
    "jpeg": _("Picture"),
    "webp": _("Picture"),
    "wordprocessingml.document": _("Text document (Word)"),
    "spreadsheetml.sheet": _("Table (Excel)"),
    "presentationml.presentation": _("Slides (PowerPoint)"),
    "opendocument.text": _("Text document"),
    "opendocument.spreadsheet": _("Table"),
    "opendocument.presentation": _("Slides"),
    "csv": _("Table"),
    "plain": _("Text"),
    "markdown": _("Text"),
}
#: The heading of what belongs to no single step.
NO_STEP = _("For every step")


def licence_words(licence: str) -> str:
    """A licence in the reader's language, where it is one that is known here."""
    return str(LICENCES.get(licence) or _UNKNOWN.get(licence) or licence)


def file_kind(media_type: str) -> str:
    """What a file is, in a word or two."""
    told = next((words for end, words in _FILES.items() if media_type.endswith(end)), _("File"))
    return str(told)


def step_words(code: str) -> str:
    """The title of a step of the guide."""
    step = guide.step(code)
    return str(step.title if step else NO_STEP)


def host(url: str) -> str:
    """Whose site a link leads to.

    Examples
    --------
    >>> host("https://www.example.org/guide?page=2")
    'www.example.org'
    """
    return urlsplit(url).hostname or ""
