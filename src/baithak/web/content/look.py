"""Looks at an uploaded file: what kind it is by its content, and a picture written anew."""

from __future__ import annotations

import base64
import re
from typing import Any

from baithak.web.content import documents, pictures
from baithak.web.content.unfit import UnfitError

__all__ = ["look"]

#: Browsers that guess what a file is look at its beginning, spaces aside.
_SNIFFED = 1024
_MARKUP = re.compile(
    rb"\A<[!?/a-z]"
    rb"|<\s*(?:!doctype|html|head|body|script|iframe|object|embed|svg|meta|link|style)[\s>/]",
    re.IGNORECASE,
)
#: Bytes below 32 that no text needs; tabs, line ends and page breaks do.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16


def look(source: bytes) -> dict[str, Any]:
    """``is``, ``kept`` (endings such as ``png``) and for pictures ``clean``; or what is ``wrong``."""
    try:
        return _look(source)
    except UnfitError as unfit:
        return {"wrong": unfit.code}


def _look(source: bytes) -> dict[str, Any]:
    picture = pictures.kind(source)
    if picture:
        kept, clean = pictures.clean(source, picture)
        return {"is": picture, "kept": kept, "clean": base64.b64encode(clean).decode("ascii")}
    if source.startswith(b"PK\x03\x04"):
        ending = documents.office(source)
    elif source.startswith(b"%PDF-"):
        ending = documents.pdf(source)
    else:
        ending = _text(source)
    return {"is": ending, "kept": ending}


def _text(source: bytes) -> str:
    """Text in UTF-8 that no browser takes for a page."""
    if source.startswith(_OLD_OFFICE):
        raise UnfitError("old")
    if source.startswith(_WIDE):
        raise UnfitError("encoding")
    if _CONTROL.search(source):
        raise UnfitError("kind")
    if _MARKUP.search(source.removeprefix(b"\xef\xbb\xbf").lstrip()[:_SNIFFED]):
        raise UnfitError("markup")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        raise UnfitError("encoding") from None
    return "txt"
