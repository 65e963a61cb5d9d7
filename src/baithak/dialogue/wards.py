"""Where a session is held, no closer than a ward, village or neighbourhood (TRUST.md R16)."""

from __future__ import annotations

import re
import unicodedata

from baithak.network import wording

__all__ = ["too_exact"]

#: What stands before or behind the number of a house, in the eight languages.
_HOUSES = (
    "house", "home", "hno", "flat", "apartment", "apt", "plot", "door", "building", "bldg", "room", "shop",
    "holding", "no", "nr", "বাড়ি", "বাসা", "ফ্ল্যাট", "হোল্ডিং", "দোকান", "मकान", "घर", "फ्लैट", "फ्ल्याट", "दुकान", "प्लॉट",
    "مکان", "گھر", "فلیٹ", "دکان", "پلاٹ", "வீடு", "வீட்டு", "கதவு", "கடை", "නිවස", "නිවාස", "ගෙදර", "කඩ", "ގެ",
)  # fmt: skip
#: Streets: with a number, they lead to a door.
_STREETS = (
    "street", "road", "lane", "avenue", "alley", "rd", "str", "ave", "রোড", "সড়ক", "লেন", "গলি", "सड़क", "रोड",
    "गली", "लेन", "मार्ग", "سڑک", "روڈ", "گلی", "தெரு", "சாலை", "வீதி", "පාර", "වීදිය", "මාවත", "މަގު", "ހިނގުން",
)  # fmt: skip
#: A telephone, a number plate, a postcode: four digits or more, whatever stands between them.
_LONG = re.compile(r"\d(?:[ \-./()]?\d){3,}")
#: 12/4 is a door; G-9/1 is a quarter of a planned town.
_FRACTION = re.compile(r"(?<!\w-)(?<!\w)\d+\s*/\s*\w")
_COORDINATES = re.compile(r"\d+[.,]\d{3,}")


def too_exact(text: str) -> bool:
    """Whether this looks like an address, a telephone number, a number plate or a point on a map.

    A hint for the writer, never a proof: wards and sectors have numbers too, and may be named.

    Examples
    --------
    >>> too_exact("Ward 12, Chittagong"), too_exact("Sector G-9/1"), too_exact("House 14, Station Road")
    (False, False, True)
    >>> too_exact("Galle, 077 123 4567"), too_exact("CAB-1234"), too_exact("6.0321, 80.2170")
    (True, True, True)
    """
    told = unicodedata.normalize("NFKC", text).casefold()
    if wording.hints(told) or _FRACTION.search(told) or _COORDINATES.search(told):
        return True
    if _LONG.search(told):
        return True
    words = set(re.split(r"[\s,.;:#()\-]+", told))
    numbered = any(sign.isdigit() for sign in told)
    return numbered and ("#" in told or bool(words & _NAMED))


def _folded(words: tuple[str, ...]) -> set[str]:
    return {unicodedata.normalize("NFKC", word).casefold() for word in words}


_NAMED = frozenset(_folded(_HOUSES) | _folded(_STREETS))
