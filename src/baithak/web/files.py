"""Files that people hand in: kept outside the web root under random names, served so that none runs.

    kept = keep(request.FILES["file"])
    return serve(kept, "Guide to listening", public=True)

What a file is, its content says (``web.content``, in the limited process); its name and the type a
browser declares only have to agree. Pictures are written anew, documents kept byte for byte.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from baithak.web.content.pictures import PIXELS
from baithak.web.limited import LimitError, limited

__all__ = [
    "PICTURES",
    "POLICY",
    "FileError",
    "Kept",
    "Stored",
    "file_words",
    "forget",
    "keep",
    "serve",
]

_LOOK = "baithak.web.content.look:look"
_NAME = re.compile(r"[0-9a-f]{32}")
_TITLE = 120
#: Signs without a shape of their own that words of Urdu, Bangla or Sinhala need.
_JOINERS = "\u200c\u200d"

_MICROSOFT = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
#: Ending to media type of everything that is kept.
_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",  # handed in only: kept as PNG
    "pdf": "application/pdf",
    "docx": _MICROSOFT + "wordprocessingml.document",
    "xlsx": _MICROSOFT + "spreadsheetml.sheet",
    "pptx": _MICROSOFT + "presentationml.presentation",
    "odt": _OPEN + "text",
    "ods": _OPEN + "spreadsheet",
    "odp": _OPEN + "presentation",
    "csv": "text/csv",
    "txt": "text/plain",
    "md": "text/markdown",
}
_ENDINGS = {media_type: ending for ending, media_type in _TYPES.items()}
#: Media types that pages may show in place.
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
_TEXTS = ("txt", "csv", "md")
_ALSO_ENDS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "markdown": "md", "text": "txt"}
#: What browsers declare besides: for what they do not know, and out of habit.
_UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}
_ALSO_DECLARED = {
    "jpg": {"image/jpg", "image/pjpeg"},
    "png": {"image/x-png"},
    "pdf": {"application/x-pdf"},
    "csv": {"text/plain", "application/csv", "application/vnd.ms-excel", "text/x-csv"},
    "md": {"text/plain", "text/x-markdown"},
} | {
    ending: {"application/zip", "application/x-zip-compressed"}
    for ending in ("docx", "xlsx", "pptx", "odt", "ods", "odp")
}

#: Nothing in a file runs, loads or sends, whatever it is; the rest repeats the hub's own policy.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

_WORDS: dict[str, Promise] = {
    "empty": _("This file is empty. Choose it again."),
    "too_large": _("This file is larger than %(most)s MB. Make it smaller, or give a link to it."),
    "kind": _(
        "Files of this kind are not kept here. Give a picture (JPEG, PNG, WebP, GIF), a PDF, an "
        "office document (.docx, .xlsx, .pptx, .odt, .ods, .odp) or a text (.txt, .md, .csv)."
    ),
    "differs": _(
        "This file says that it is %(says)s, but its content is %(is)s. Save it again as the kind "
        "that it is, and choose that file."
    ),
    "picture": _(
        "This picture is broken or incomplete. Open it, save it again and choose that file."
    ),
    "pixels": _(
        "This picture has more than %(most)s million pixels. Make it smaller and choose that file."
    ),
    "document": _(
        "This document is broken, or something is hung on to it. Open it, save it again and choose "
        "that file."
    ),
    "bomb": _(
        "Unpacked, this document would take far more room than it should, so it was not kept. Open "
        "it, save it again and choose that file."
    ),
    "paths": _(
        "Parts of this document have names that lead elsewhere, so it was not kept. Open it, save "
        "it again and choose that file."
    ),
    "entities": _(
        "This document is written in a way that can point to other files, so it was not kept. Open "
        "it, save it again and choose that file."
    ),
    "macros": _("This document holds macros. Save it without macros, or as PDF."),
    "scripts": _("This PDF holds a program. Print it as a new PDF and choose that file."),
    "old": _(
        "This is an office document of an old kind, or it has a password. Save it without one, as "
        ".docx, .xlsx, .pptx or as PDF."
    ),
    "encoding": _("This text is not saved as UTF-8. Save it as UTF-8 and choose that file."),
    "markup": _(
        "This file begins like a web page or a drawing that can hold programs (HTML, XML, SVG). "
        "Save a page as PDF, a drawing as PNG."
    ),
    "time": _("Looking at this file took too long. Save it in a simpler form, or as PDF."),
    "broken": _("This file could not be looked at. Open it, save it again and choose that file."),
}


class FileError(Exception):
    """A file that is not kept. ``code`` and ``params``: for ``file_words``."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True)
class Kept:
    """A file in the store. ``title``: made from the name it came with, safe to show."""

    name: str
    media_type: str
    size: int
    sha256: str
    title: str


class Stored(Protocol):
    """What serving needs to know; a row that repeats ``Kept`` fits."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def file_words(code: str, **params: object) -> str:
    """One sentence with a remedy for each code."""
    return str(_WORDS[code]) % params


def keep(upload: UploadedFile) -> Kept:
    """Look at an upload, and write it to the store.

    The caller forgets it again where its row is not written.

    Raises
    ------
    FileError
        With one of the codes of ``file_words``; nothing was written then.
    """
    source = _read(upload)
    told = _looked_at(source)
    given = str(upload.name or "")
    media_type = _agreed(told, given, str(upload.content_type or ""))
    content = base64.b64decode(told["clean"]) if "clean" in told else source
    if len(content) > 2 * settings.FILES_LARGEST:
        raise _too_large()  # packed well once, its colours are not again
    return Kept(
        name=_write(content),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        title=_title(given),
    )


def serve(
    stored: Stored, download_title: str, *, public: bool = False, inline: bool = False
) -> FileResponse:
    """The file as an answer, from disk piece by piece.

    ``public``: everybody may keep it for an hour; else nobody may. ``inline``: shown in the page,
    where it is a picture; everything else is a download in any case.

    Raises
    ------
    Http404
        The store has no such file.
    """
    try:
        file = _path(stored.name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    ending = _ENDINGS.get(stored.media_type, "bin")
    response = FileResponse(
        file,
        as_attachment=not (inline and stored.media_type in PICTURES),
        filename=f"{_title(download_title) or 'file'}.{ending}",
        content_type=_content_type(stored.media_type),
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, max-age=3600" if public else "private, no-store"
    return response


def forget(name: str) -> None:
    """Delete a file of the store; what is gone already stays gone."""
    try:
        _path(name).unlink()
    except FileNotFoundError:
        return


def _read(upload: UploadedFile) -> bytes:
    """The upload, never more of it than may be kept."""
    if (upload.size or 0) > settings.FILES_LARGEST:
        raise _too_large()
    source = bytearray()
    for chunk in upload.chunks():
        source += chunk
        if len(source) > settings.FILES_LARGEST:
            raise _too_large()
    if not source:
        raise FileError("empty")
    return bytes(source)


def _too_large() -> FileError:
    return FileError("too_large", most=settings.FILES_LARGEST // 1024**2)


def _looked_at(source: bytes) -> dict[str, str]:
    try:
        told: dict[str, str] = limited(_LOOK, source)
    except LimitError as limit:
        raise FileError(limit.code) from None
    if told.get("wrong") == "pixels":
        raise FileError("pixels", most=PIXELS // 1_000_000)
    if "wrong" in told:
        raise FileError(told["wrong"])
    return told


def _agreed(told: dict[str, str], name: str, declared: str) -> str:
    """The media type to keep, where the file's name and declared type say what it is."""
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    ending = _ALSO_ENDS.get(ending, ending)
    found = ending if told["is"] == "txt" and ending in _TEXTS else told["is"]
    if ending != found:
        says = f".{_title(ending)}" if ending else "—"
        raise FileError("differs", **{"says": says, "is": f".{found}"})
    declared = declared.partition(";")[0].strip().lower()
    if declared not in {_TYPES[found], *_UNDECLARED, *_ALSO_DECLARED.get(found, ())}:
        raise FileError("differs", **{"says": _title(declared), "is": f".{found}"})
    return _TYPES[found if told["kept"] == "txt" else told["kept"]]


def _content_type(media_type: str) -> str:
    if media_type not in _ENDINGS:
        return "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _title(name: str) -> str:
    """A name from outside as words: no folders, no ending of ours, no sign that hides or turns others."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    told = stem if dot and _ALSO_ENDS.get(ending.lower(), ending.lower()) in _TYPES else last
    seen = "".join(
        sign if sign in _JOINERS or unicodedata.category(sign)[0] != "C" else " " for sign in told
    )
    return " ".join(seen.split())[:_TITLE].strip(" .")


def _write(content: bytes) -> str:
    """A new file under a random name, on disk before anybody is told that it is kept."""
    name = secrets.token_hex(16)
    path = _path(name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return name


def _path(name: str) -> Path:
    """Where a file of the store lies. Only names that the store gave lead anywhere."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    folder = Path(settings.HOME) / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name
