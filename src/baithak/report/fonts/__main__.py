"""Make the subsets anew: ``python -m baithak.report.fonts FOLDER`` (needs fonttools).

FOLDER holds the Noto TTF files, on Debian /usr/share/fonts/truetype/noto (package fonts-noto-core).
Complete scripts of the eight languages are kept with their shaping tables; of the large Latin font
only what European names and punctuation need. ``coverage.json`` lists the code points, so that the
report knows without a font library which texts it can set.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["main"]

HERE = Path(__file__).parent
#: Name of the font and the code points kept; None keeps them all.
FONTS: dict[str, str | None] = {
    "NotoSans": "20-7E,A0-17F,218-21B,300-304,308,370-3FF,400-45F,1E00-1EFF,2010-2027,2030-203A,"
    "20AC,20B9,2190-2193,2212,2260,2264,2265",
    "NotoNaskhArabic": "20-7E,A0,AB,BB,600-6FF,750-77F,200B-200F,2010-2027,202F,FDFC,FD3E,FD3F",
    "NotoSansBengali": None,
    "NotoSansDevanagari": None,
    "NotoSansGurmukhi": None,
    "NotoSansSinhala": None,
    "NotoSansTamil": None,
    "NotoSansThaana": None,
}


def main(folder: Path) -> None:
    """Subset every font and write down what they cover."""
    from fontTools import subset

    covered: set[int] = set()
    for name, kept in FONTS.items():
        for weight in ("Regular", "Bold"):
            options = subset.Options()
            options.layout_features = ["*"]
            options.hinting = False
            options.notdef_outline = True
            options.name_IDs = ["*"]
            options.drop_tables += ["DSIG"]
            options.recalc_timestamp = False
            font = subset.load_font(str(folder / f"{name}-{weight}.ttf"), options)
            points = sorted(font.getBestCmap()) if kept is None else subset.parse_unicodes(kept)
            made = subset.Subsetter(options)
            made.populate(unicodes=points)
            made.subset(font)
            covered.update(font.getBestCmap())
            subset.save_font(font, str(HERE / f"{name}-{weight}.ttf"), options)
    (HERE / "coverage.json").write_text(json.dumps(_ranges(sorted(covered))) + "\n")


def _ranges(points: list[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


if __name__ == "__main__":
    main(Path(sys.argv[1]))
