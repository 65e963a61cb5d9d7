"""Safe text (R12): what residents and cities write is plain text in one canonical form.

Direction controls and invisible characters are refused, because they can make a sentence read
differently from what is stored. Zero-width joiner and non-joiner are kept where a script needs
them: Urdu, Sinhala, Bangla and others cannot be written without.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

__all__ = ["clean", "hints", "look_alikes", "mixed", "no_persons", "same", "skeleton", "visible"]

_JOINERS = {"\u200c", "\u200d"}
_EMOJI_STYLE = {"\ufe0e", "\ufe0f"}
# Letters that draw nothing, though Unicode calls them letters or marks.
_BLANK = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", "\u2800"}
_JOINING_SCRIPTS = (
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "ORIYA",
    "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "TIBETAN",
)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,64}\.[^\s@.]{2,20}")
# Nine digits or more, with the signs people put between them; any script's digits.
_LONG_NUMBER = re.compile(r"\d(?:[ \-./()]?\d){8,20}")
# Identity papers that mix letters and digits: passports, NIC, tax and voter cards of the region.
_PAPER = re.compile(r"(?<!\w)(?:[A-Z]{1,3}-?\d{7}|[A-Z]{5}\d{4}[A-Z]|A\d{6})(?!\w)")
# A shorter number behind a word for calling somebody; a help line has three or four digits.
_CALLED = re.compile(
    r"(?:\b(?:call|tel|telephone|phone|mobile|mob|cell|contact|whatsapp|viber)\b|☎|📞"
    r"|ফোন|মোবাইল|फ़ोन|फोन|मोबाइल|فون|موبائل|தொலைபேசி|දුරකථන|ފޯން)"
    r"[^\w\d]{0,4}(?:\w{1,9}[^\w\d]{1,3}){0,2}\+?\d(?:[ \-]?\d){5,}",
    re.IGNORECASE,
)
# Days, and years in a row: they are no number of anybody, however many stand beside each other.
_DAYS = re.compile(
    r"(?<!\d)(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:1[89]|20)\d\d)(?!\d)"
    r"|(?<!\d)(?<!\d[ \-./])(?:1[789]|20)\d\d(?:[ \-./](?:1[789]|20)\d\d)+(?![ \-./]?\d)"
)
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
# Money, norms and resolutions look like plates and are none; what ends in a year is none either.
_NO_PLATE = r"(?!(?:AFN|BDT|BTN|EUR|GBP|INR|LKR|MVR|NPR|PKR|USD|IEC|ISO|NO|RES|RS|SCR|SDG|UN)[ -])"
_NO_YEAR = r"(?!(?:1[789]|20)\d\d(?!\d))"
# Number plates as cities of the region write them.
_PLATE = re.compile(
    rf"(?<!\w)(?:[A-Z]{{2}}[ -]?\d{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?{_NO_YEAR}\d{{4}}"  # MH 12 AB 3456
    rf"|{_NO_PLATE}[A-Z]{{2,3}}[ -]{_NO_YEAR}\d{{4}}"  # LEA-4821, CAB 4821
    r"|[A-Z]{2,3}-\d\d-\d{3,4}|[A-Z]{3}-\d{3}"  # LEA-12-4821, ABC-123
    rf"|[A-Z]{{2}} \d{{1,2}} ?[A-Z]{{2,3}} ?{_NO_YEAR}\d{{3,4}}"  # BA 1 CHA 4821
    r"|(?:WP|CP|SP|NP|EP|NC|UP|SG) ?[A-Z]{0,3}[ -]?\d\d-\d{4}"  # WP 65-4821
    r"|(?:Metro|METRO)[ -][A-Z][A-Za-z]{0,3}[ -]\d\d-\d{4}"  # Dhaka Metro-Ga 11-4821
    r"|[ক-হ][ -]?\d\d-\d{4}"  # গ ১১-৪৮২১
    r"|[क-ह][ा-ौ]? ?\d{1,2} ?[क-ह][ा-ौ]? ?\d{3,4})(?!\w)"  # बा १ च ४८२१
)


def _joins(before: str) -> bool:
    """Whether a joiner may stand after this character."""
    if unicodedata.category(before) in {"So", "Sk"} or before in _EMOJI_STYLE:
        return True  # emoji made of several
    return unicodedata.name(before, "").startswith(_JOINING_SCRIPTS)


def visible(text: str) -> str:
    """The text without anything that a reader cannot see."""
    kept: list[str] = []
    for sign in text:
        if sign in _JOINERS:
            if kept and _joins(kept[-1]):
                kept.append(sign)
        elif sign in _EMOJI_STYLE or (
            sign not in _BLANK and unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"}
        ):
            kept.append(sign)
    return "".join(kept)


def clean(text: str) -> str:
    """The text in NFC with single spaces, or a complaint that a writer can act on.

    Raises
    ------
    ValidationError
        The text holds direction controls or invisible characters (code ``invisible``).

    Examples
    --------
    >>> clean("  Parks   should stay open ")
    'Parks should stay open'
    >>> clean("Parks\\u202e open")
    Traceback (most recent call last):
    django.core.exceptions.ValidationError: ['The text holds an invisible sign...']
    """
    told = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")
    if visible(told) != told:
        raise ValidationError(
            _(
                "The text holds an invisible sign, often copied along from elsewhere. "
                "Please type the sentence again, or paste it as plain text."
            ),
            code="invisible",
        )
    return told


def hints(text: str) -> tuple[str, ...]:
    """What looks like personal data: ``mail``, ``number``, ``link``, ``plate``. A hint, never a verdict."""
    bare = _DAYS.sub("·", text)
    found = {
        "mail": _MAIL.search(text),
        "number": _LONG_NUMBER.search(bare) or _PAPER.search(text) or _CALLED.search(bare),
        "link": _LINK.search(text),
        "plate": _PLATE.search(bare),
    }
    return tuple(name for name, hit in found.items() if hit)


def no_persons(text: str) -> str:
    """The text, unless something in it leads to one person: then a complaint (R1).

    For plans, meetings, statements and what else speaks of situations: numbers of papers and phones, mail
    addresses and number plates are refused. Not a setting.

    Raises
    ------
    ValidationError
        With the code ``person``.

    Examples
    --------
    >>> no_persons("Lamps at the harbour market by March 2027")
    'Lamps at the harbour market by March 2027'
    >>> no_persons("Ask at 0771234567")
    Traceback (most recent call last):
    django.core.exceptions.ValidationError: ['This holds a number of a phone...']
    """
    found = [hint for hint in hints(text) if hint in _PERSONAL]
    if found:
        raise ValidationError(_PERSONAL[found[0]], code="person")
    return text


#: What must not stand in a text about situations, and what to do instead.
_PERSONAL = {
    "number": _(
        "This holds a number of a phone, an identity card or an account. Leave it out: here we "
        "write about situations and places, never about persons."
    ),
    "mail": _(
        "This holds a mail address. Leave it out: here we write about situations and places, "
        "never about persons. Name the office instead."
    ),
    "plate": _(
        "This holds a number plate. Leave it out: here we write about situations and places, "
        "never about persons."
    ),
}


def same(text: str) -> str:
    """A form in which two spellings of one sentence are equal, to find duplicates.

    Case, punctuation, spacing, joiners and compatibility forms do not count.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")


# --- look-alikes
#: Letters of other alphabets, and figures, that are drawn like a Latin letter. Of the table of
#: Unicode Technical Standard 39 the part that fits names and short texts written here.
_LOOKS = str.maketrans(
    "АВЕЅІЈКМНОРСТХУҮҺԀԚԜаеѕіјорсухһԁԛԝүгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχγɑɡıℓ1|0",
    "ABESIJKMHOPCTXYYHDQWaesijopcyxhdqwyrABEZHIKMNOPTYXaikvopuxyagilllo",
)
#: Of the Arabic script the letters that keyboards of other languages have for the same.
_LOOKS.update(str.maketrans("كىيةۃھهۀێے", "کیییہہہہیی"))
#: Two letters that together look like one.
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_ALIKE = ("LATIN", "CYRILLIC", "GREEK")
_RUN = re.compile(r"[^\W\d_]+")


def skeleton(text: str) -> str:
    """A form in which two texts are equal that a reader could take for one another (UTS 39).

    For comparing names alone; it is no text to show.

    Examples
    --------
    >>> skeleton("Раrk") == skeleton("Park")  # two Cyrillic letters
    True
    >>> skeleton("Ali") == skeleton("AIi"), skeleton("Ayesha") == skeleton("Aysha")
    (True, False)
    """
    apart = unicodedata.normalize("NFKD", text).translate(_LOOKS)
    bare = "".join(s for s in apart if unicodedata.category(s)[0] in "LN").translate(_LOOKS)
    # A large i is drawn like a small L, so all of them count as one letter.
    folded = bare.casefold().translate(_LOOKS).replace("i", "l")
    for two, one in _PAIRS:
        folded = folded.replace(two, one)
    return folded


def mixed(text: str) -> tuple[str, ...]:
    """Words that mix letters of alphabets which look alike: Latin, Cyrillic, Greek.

    Examples
    --------
    >>> mixed("Park \u0420ark"), mixed("Парк Park")
    (('\u0420ark',), ())
    """
    return tuple(
        dict.fromkeys(
            word
            for word in _RUN.findall(text)
            if not word.isascii()
            and sum(any(unicodedata.name(s, "").startswith(a) for s in word) for a in _ALIKE) > 1
        )
    )


def look_alikes(names: Iterable[str]) -> set[str]:
    """Those names that a reader could take for another one of them, or that mix alphabets (R12).

    The very same name twice is none: two people may bear it.

    Examples
    --------
    >>> sorted(look_alikes(["Meera Nair", "Meera Nalr", "Farida Khan"]))
    ['Meera Nair', 'Meera Nalr']
    """
    told = set(names)
    seen: dict[str, set[str]] = {}
    for name in told:
        seen.setdefault(skeleton(name), set()).add(name)
    alike = {name for same in seen.values() if len(same) > 1 for name in same}
    return alike | {name for name in told if mixed(name)}
