"""Zip archives, checked part by part before anybody opens them: sizes, names, overlaps, checksums."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from baithak.web.content.unfit import UnfitError

__all__ = ["parts", "unpacked"]

LARGEST = 256 * 1024 * 1024  # bytes of all parts, unpacked
_RATIO = 200  # unpacked to packed, for parts of more than a megabyte
_PARTS = 5_000
_DIRECTORY = 2 * 1024 * 1024
_END, _LOCAL = 22, 30  # bytes of the archive's last record and of the one before each part
_PIECE = 16 * 1024
_ALLOWED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Part = tuple[zipfile.ZipInfo, int]


def parts(source: bytes) -> list[Part]:
    """Each part with the place where its packed bytes begin.

    Raises
    ------
    UnfitError
        ``document`` where the archive is broken or holds more than its parts, ``bomb``, ``paths``.
    """
    end = source[-_END:]
    if len(end) < _END or not end.startswith(b"PK\x05\x06"):
        raise UnfitError("document")  # cut off, or something is hung on
    if int.from_bytes(end[12:16], "little") > _DIRECTORY:
        raise UnfitError("bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            found = sorted(archive.infolist(), key=lambda part: part.header_offset)
    except Exception:  # zipfile raises whatever it stumbles over
        raise UnfitError("document") from None
    _reasonable(found)
    return list(_placed(source, found))


def _reasonable(found: list[zipfile.ZipInfo]) -> None:
    names = [part.orig_filename for part in found]
    if any(map(_leads_away, names)) or len(set(map(str.lower, names))) != len(names):
        raise UnfitError("paths")
    swollen = any(
        part.file_size > 1024 * 1024 and part.file_size > _RATIO * max(1, part.compress_size)
        for part in found
    )
    if swollen or len(found) > _PARTS or sum(part.file_size for part in found) > LARGEST:
        raise UnfitError("bomb")


def _leads_away(name: str) -> bool:
    """Whether an unpacker could write outside its folder, or two readers see two names."""
    odd = any(sign in "\\:" or not sign.isprintable() for sign in name)
    return odd or not name or name.startswith("/") or ".." in name.split("/")


def _placed(source: bytes, found: list[zipfile.ZipInfo]) -> Iterator[Part]:
    """What stands before a part says the same as the directory, and no two parts overlap."""
    end = 0
    for part in found:
        at = part.header_offset
        head = source[at : at + _LOCAL]
        if len(head) < _LOCAL or not head.startswith(b"PK\x03\x04"):
            raise UnfitError("document")
        if at < end:
            raise UnfitError("bomb")
        length = int.from_bytes(head[26:28], "little")
        name = source[at + _LOCAL : at + _LOCAL + length]
        start = at + _LOCAL + length + int.from_bytes(head[28:30], "little")
        end = start + part.compress_size
        told = name.decode("utf-8" if part.flag_bits & 0x800 else "cp437", errors="replace")
        if told != part.orig_filename or end > len(source) or part.flag_bits & 0x1:
            raise UnfitError("document")
        if part.compress_type not in _ALLOWED or int.from_bytes(head[8:10], "little") != (
            part.compress_type
        ):
            raise UnfitError("document")
        yield part, start


def unpacked(source: bytes, part: Part) -> Iterator[bytes]:
    """The part, piece by piece, never more than it says it holds.

    Raises
    ------
    UnfitError
        ``bomb`` where it holds more, ``document`` where it holds less or something else.
    """
    info, start = part
    packed = memoryview(source)[start : start + info.compress_size]
    total = check = 0
    for piece in _pieces(packed, info.compress_type):
        total += len(piece)
        if total > info.file_size:
            raise UnfitError("bomb")
        check = zlib.crc32(piece, check)
        yield piece
    if total != info.file_size or check != info.CRC:
        raise UnfitError("document")


def _pieces(packed: memoryview, method: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), _PIECE):
        rest = bytes(packed[at : at + _PIECE])
        if method == zipfile.ZIP_STORED:
            yield rest
            continue
        while rest:
            try:
                yield unpacker.decompress(rest, 1024 * 1024)
            except zlib.error:
                raise UnfitError("document") from None
            rest = unpacker.unconsumed_tail
    if method == zipfile.ZIP_DEFLATED and not unpacker.eof:
        raise UnfitError("document")
