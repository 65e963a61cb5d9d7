"""Pictures are decoded and written anew: only their pixels stay (TRUST.md T20, R16)."""

from __future__ import annotations

import io
import re
import warnings

from PIL import ExifTags, Image

from baithak.web.content.unfit import UnfitError

__all__ = ["PIXELS", "clean", "kind"]

#: A picture has at most so many pixels: decoded, four bytes each.
PIXELS = 40_000_000
#: WebP needs too much memory for larger ones; they are kept as JPEG or PNG.
_WEBP = 16_000_000
#: A progressive JPEG has about ten passes; each costs as much as a whole picture.
_SCANS, _SEGMENTS = 100, 10_000
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd8\xff]")
_START = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "gif": b"GIF8"}
_FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP"}
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def kind(source: bytes) -> str | None:
    """The ending of the picture's kind; ``None`` where it is no picture."""
    if source[:4] == b"RIFF" and source[8:12] == b"WEBP":
        return "webp"
    return next((ending for ending, start in _START.items() if source.startswith(start)), None)


def clean(source: bytes, ending: str) -> tuple[str, bytes]:
    """The picture upright and without anything but its pixels, and the ending of what it now is.

    Raises
    ------
    UnfitError
        ``pixels``, ``picture``.
    """
    if _told(source, ending) > PIXELS:
        raise UnfitError("pixels")
    if ending == "jpg" and not _few_scans(source):
        raise UnfitError("picture")
    Image.MAX_IMAGE_PIXELS = PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of oddities in metadata, which is thrown away
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = _read(source, ending)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise UnfitError("pixels") from None
        except MemoryError:
            raise
        except Exception:  # decoders raise whatever they stumble over
            raise UnfitError("picture") from None
    return _written(picture, ending)


def _told(source: bytes, ending: str) -> int:
    """The pixels a WebP says it has: its decoder takes the memory when it opens. 0: Pillow looks."""
    if ending != "webp":
        return 0
    block, head = source[12:16], source[20:30]
    if block == b"VP8X":
        wide, high = int.from_bytes(head[4:7], "little"), int.from_bytes(head[7:10], "little")
        return (wide + 1) * (high + 1)
    if block == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    return (int.from_bytes(head[6:8], "little") & 0x3FFF) * (
        int.from_bytes(head[8:10], "little") & 0x3FFF
    )


def _few_scans(source: bytes) -> bool:
    """Whether a JPEG, up to its end, has a number of passes that pictures have."""
    at = scans = 0
    for _ in range(_SEGMENTS):
        found = _MARKER.search(source, at)
        if found is None or found[0] == b"\xff\xd9":
            return scans <= _SCANS
        scans += found[0] == b"\xff\xda"
        at = found.end() + int.from_bytes(source[found.end() : found.end() + 2], "big")
    return False


def _read(source: bytes, ending: str) -> Image.Image:
    """The first picture in the file, upright, copied pixel by pixel into a new one."""
    picture: Image.Image
    with Image.open(io.BytesIO(source), formats=[_FORMATS[ending]]) as picture:
        if picture.width * picture.height > PIXELS:
            raise Image.DecompressionBombError
        picture.load()
        turn = _TURNS.get(_orientation(picture))
        if turn is not None:
            picture = picture.transpose(turn)
        if picture.mode not in _MODES:
            picture = picture.convert("RGB")  # print colours and the like
        fresh = Image.new(picture.mode, picture.size)
        if picture.mode == "P":
            fresh.putpalette(picture.getpalette("RGB") or [])
        fresh.paste(picture)
        if "transparency" in picture.info:  # which colour is seen through: of the pixels too
            fresh.info["transparency"] = picture.info["transparency"]
    return fresh


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken metadata is no reason to refuse a picture
        return 1


def _written(picture: Image.Image, ending: str) -> tuple[str, bytes]:
    """Colour profiles go too: browsers then take the colours for sRGB, as nearly all are."""
    kept = "png" if ending == "gif" else ending
    if kept == "webp" and picture.width * picture.height > _WEBP:
        kept = "png" if picture.mode == "RGBA" else "jpg"
    out = io.BytesIO()
    if kept == "jpg":
        picture.save(out, "JPEG", quality=90)
    elif kept == "webp":
        picture.save(out, "WEBP", quality=90, method=2)
    else:
        picture.save(out, "PNG")
    return kept, out.getvalue()
