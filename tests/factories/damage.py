"""Files as accidents and strangers make them: bytes changed anywhere, archives packed anew, XML that bites."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from hypothesis import strategies as st

__all__ = ["BITS", "EBCDIC", "ENTITIES", "EXTERNAL", "changed", "changes", "lying", "packed"]

Change = tuple[str, int, int, bytes]

#: What files and mark-up break on: quotes, ends of lines, numbers of odd kinds, other encodings.
BITS = (
    b'"', b'""', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf",
    b"=1+1", b"-1", b"1e9", b"999999999999999999999", "\u0663".encode(), b"nan", b"  ", b"a" * 1500,
    b"<", b">", b"&", b"&amp;", b"</row>", b"<row>", b'r="A99999999"', b"<c>", b"<!--", b"<?x ?>",
    b"\xed\xa0\x80", "\u202e".encode(), "\u0130".encode(),
)  # fmt: skip


def changes(*more: bytes) -> st.SearchStrategy[list[Change]]:
    """One to six changes of a file; ``more`` are bits that its own format breaks on."""
    place = st.integers(0, 1 << 16)
    return st.lists(
        st.tuples(
            st.sampled_from(["put", "cut", "flip", "twice", "swap"]),
            place,
            place,
            st.sampled_from([*BITS, *more]),
        ),
        min_size=1,
        max_size=6,
    )


def changed(content: bytes, told: Iterable[Change]) -> bytes:
    """The file with these changes."""
    made = bytearray(content)
    for kind, first, second, bits in told:
        at = first % (len(made) + 1)
        end = at + second % 40
        if kind == "put":
            made[at:at] = bits
        elif kind == "cut":
            del made[at:end]
        elif kind == "flip" and at < len(made):
            made[at] ^= 1 << second % 8
        elif kind == "twice":
            made[at:at] = made[at:end]
        elif kind == "swap":
            made[at:end] = bits
    return bytes(made)


def packed(parts: Iterable[tuple[str, bytes]], level: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def lying(content: bytes, part: str, claim: int) -> bytes:
    """The archive, with a smaller unpacked size of a part claimed in all its headers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = next(p.file_size for p in archive.infolist() if part in p.filename)
    return content.replace(size.to_bytes(4, "little"), claim.to_bytes(4, "little"))


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 108))
    + b"]><worksheet><sheetData>&k;</sheetData></worksheet>"
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<worksheet><sheetData>&x;</sheetData></worksheet>"
)
EBCDIC = b'<?xml version="1.0" encoding="cp037"?>' + b"x" * 100
