"""Put all pages of the library into one ZIP."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

from baithak.exchange.offline.page import index_page, practice_page, start_page
from baithak.exchange.records import LANGUAGES, Library
from baithak.report import fonts
from baithak.report.opinion_html import STYLE

__all__ = ["pages", "zipped"]

HERE = Path(__file__).parent
FONTS = Path(fonts.__file__).parent
_WEIGHTS = {"Regular": 400, "Bold": 700}
# The style asks for these by name; danda, joiners and quotation marks come with their script.
_FONTS = (
    ("Noto Sans", "U+0000-036F,U+1E00-1EFF,U+2000-206F,U+20A0-20CF"),
    ("Noto Naskh Arabic", "U+0600-06FF,U+0750-077F,U+200B-200F,U+FB50-FDFF,U+FE70-FEFF"),
    ("Noto Sans Thaana", "U+060C,U+061B,U+061F,U+0780-07BF,U+200B-200F,U+FDF2"),
    ("Noto Sans Bengali", "U+0964-0965,U+0980-09FF,U+200B-200D"),
    ("Noto Sans Devanagari", "U+0900-097F,U+200B-200D"),
    ("Noto Sans Tamil", "U+0B80-0BFF,U+200B-200D"),
    ("Noto Sans Sinhala", "U+0D80-0DFF,U+200B-200D"),
)


def pages(library: Library, day: date) -> dict[str, bytes]:
    """Every file of the pack by its path.

    Parameters
    ----------
    library : Library
    day : date
        When the pack was made; the pages say it.

    Returns
    -------
    dict of str to bytes
        ``index.html`` to choose a language, then for each language ``xx/index.html`` (by
        challenge, by country, by language, with a filter) and ``xx/ID.html`` for each practice;
        the style, the filter, and fonts for every script, as not every machine has them.
    """
    faces = "".join(_face(*font) for font in _FONTS)
    style = faces + STYLE.replace("GROUPS", "") + _text("style.css")
    texts = {
        "style.css": style,
        "filter.js": _text("filter.js"),
        "index.html": start_page(library, day),
    }
    for language in LANGUAGES:
        texts[f"{language}/index.html"] = index_page(library, language, day)
        for practice in library.practices:
            page = practice_page(library, practice, language, day)
            texts[f"{language}/{practice.id}.html"] = page
    files = {name: text.encode() for name, text in texts.items()}
    for family, _ in _FONTS:
        for weight in _WEIGHTS:
            name = _font_file(family, weight)
            files[f"fonts/{name}"] = (FONTS / name).read_bytes()
    files["fonts/OFL.txt"] = (FONTS / "OFL.txt").read_bytes()
    return files


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _font_file(family: str, weight: str) -> str:
    return f"{family.replace(' ', '')}-{weight}.ttf"


def _face(family: str, letters: str) -> str:
    """Loaded by a page only if it has such letters."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{number};font-display:swap;'
        f'unicode-range:{letters};src:url("fonts/{_font_file(family, weight)}")}}\n'
        for weight, number in _WEIGHTS.items()
    )


def zipped(library: Library, day: date) -> bytes:
    """The pack as one file; the same library and day give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as parcel:
        for name, content in pages(library, day).items():
            entry = zipfile.ZipInfo(
                f"baithak-library/{name}", (day.year, day.month, day.day, 0, 0, 0)
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            parcel.writestr(entry, content)
    return out.getvalue()
