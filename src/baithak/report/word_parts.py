"""Parts that every Word file of the house is made of: fonts, languages, elements in their order."""

from __future__ import annotations

from typing import Any

__all__ = ["AFTER_BIDI", "AFTER_BIDI_VISUAL", "FONTS", "LATIN", "REGIONS", "made", "tag"]

#: Fonts that word processors bring along; where one is missing, they find another with the letters.
LATIN = "Segoe UI"
FONTS = {
    "bn": "Nirmala UI",
    "hi": "Nirmala UI",
    "ne": "Nirmala UI",
    "ta": "Nirmala UI",
    "si": "Nirmala UI",
    "ur": "Urdu Typesetting",
    "dv": "MV Boli",
}
#: Word knows languages with their country; ``x-none`` is a text whose language nobody has said.
REGIONS = {
    "en": "en-GB",
    "bn": "bn-BD",
    "hi": "hi-IN",
    "ne": "ne-NP",
    "ta": "ta-LK",
    "si": "si-LK",
    "ur": "ur-PK",
    "dv": "dv-MV",
    "": "x-none",
}
#: What the format wants behind w:bidi in a paragraph, and behind w:bidiVisual in a table.
AFTER_BIDI = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr",
    "w:pPrChange",
)  # fmt: skip
AFTER_BIDI_VISUAL = (
    "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing",
    "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
)  # fmt: skip


def tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def made(name: str, **attributes: str) -> Any:
    """An element of the format with attributes of its own namespace."""
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(tag(f"w:{key}"), value)
    return element
