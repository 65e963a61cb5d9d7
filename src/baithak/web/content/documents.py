"""Documents are kept byte for byte, so their inside is looked at: real, whole, nothing that runs."""

from __future__ import annotations

import re
import zlib
from html import unescape

from baithak.web.content.archives import Part, parts, unpacked
from baithak.web.content.unfit import UnfitError

__all__ = ["office", "pdf"]

_MICROSOFT = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    _MICROSOFT + "wordprocessingml.document.main+xml": "docx",
    _MICROSOFT + "spreadsheetml.sheet.main+xml": "xlsx",
    _MICROSOFT + "presentationml.presentation.main+xml": "pptx",
}
_OPEN = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_TYPE = re.compile(r"ContentType\s*=\s*[\"']([^\"']*)")
_RUNNING_TYPE = re.compile(r"macro|vbaproject|activex", re.IGNORECASE)
#: Parts that hold programs: of Microsoft's documents, then of the open ones.
_RUNNING_PART = re.compile(
    r"vba(?:project|data)|(?:^|/)activex/|(?:^|/)(?:intl)?macrosheets/|\.(?:doc|xls|ppt)[mb]$"
    r"|^(?:basic|scripts)/",
    re.IGNORECASE,
)
_XML = (".xml", ".rels", ".vml")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})")
_PLAIN = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_OVERLAP = 16  # a forbidden word may lie across two pieces
_TYPES_LARGEST = 1024 * 1024

_PDF = re.compile(rb"%PDF-[12]\.\d")
_PDF_RUNNING = re.compile(rb"/(?:JavaScript|Launch)\b")
_PDF_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
#: Objects of newer PDFs lie packed in such streams.
_PDF_PACKED = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
_PDF_LARGEST = 64 * 1024 * 1024


def office(source: bytes) -> str:
    """The ending of an office document's kind.

    Raises
    ------
    UnfitError
        ``kind``, ``macros``, ``entities``, and what ``archives.parts`` refuses.
    """
    found = parts(source)
    names = {info.filename: (info, start) for info, start in found}
    if any(map(_RUNNING_PART.search, names)):
        raise UnfitError("macros")
    ending = _microsoft(source, names) or _open(source, found, names)
    if ending is None:
        raise UnfitError("kind")
    for part in found:
        _look(source, part)
    return ending


def _microsoft(source: bytes, names: dict[str, Part]) -> str | None:
    part = names.get("[Content_Types].xml")
    if part is None:
        return None
    if part[0].file_size > _TYPES_LARGEST:
        raise UnfitError("bomb")
    told = b"".join(unpacked(source, part)).decode("utf-8", errors="replace")
    types = [unescape(one).strip() for one in _TYPE.findall(told)]
    if any(map(_RUNNING_TYPE.search, types)):
        raise UnfitError("macros")
    kinds = {_MAIN[one] for one in types if one in _MAIN}
    return kinds.pop() if len(kinds) == 1 and "_rels/.rels" in names else None


def _open(source: bytes, found: list[Part], names: dict[str, Part]) -> str | None:
    """Its kind stands, unpacked, in the first part."""
    first = found[0]
    if first[0].filename != "mimetype" or first[0].file_size > 100:
        return None
    told = b"".join(unpacked(source, first)).strip()
    whole = "META-INF/manifest.xml" in names and "content.xml" in names
    return _OPEN.get(told) if whole else None


def _look(source: bytes, part: Part) -> None:
    """Unpack the part once: it holds what it says, and its XML names no entities of its own."""
    tail, first, is_xml = b"", True, part[0].filename.lower().endswith(_XML)
    for piece in unpacked(source, part):
        if first and piece:
            first = False
            is_xml = is_xml or piece.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
            declared = _DECLARED.search(piece[:400])
            if is_xml and declared and declared[1].lower() not in _PLAIN:
                raise UnfitError("entities")
        seen = tail + piece
        if is_xml and (b"\0" in seen or b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
            raise UnfitError("entities")
        tail = seen[-_OVERLAP:]


def pdf(source: bytes) -> str:
    """The ending ``pdf``.

    Raises
    ------
    UnfitError
        ``document`` where it is cut off or something is hung on, ``scripts``.
    """
    if not _PDF.match(source) or not source.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise UnfitError("document")
    if _runs(source):
        raise UnfitError("scripts")
    room = _PDF_LARGEST
    for packed in _PDF_PACKED.finditer(source):
        end = source.find(b"endstream", packed.end())
        try:
            told = zlib.decompressobj().decompress(source[packed.end() : end], room)
        except zlib.error:
            continue  # encrypted, or packed in another way: nobody can look inside
        room -= len(told)
        if room <= 0:
            raise UnfitError("bomb")
        if _runs(told):
            raise UnfitError("scripts")
    return "pdf"


def _runs(objects: bytes) -> bool:
    """Whether a PDF's objects name a program. Names may be written in hexadecimal."""
    plain = _PDF_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)
    return bool(_PDF_RUNNING.search(plain))
