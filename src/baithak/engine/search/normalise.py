"""One spelling for what readers hold to be one word, script by script.

Search has to find a word however it was typed: composed or decomposed, with or without joiners,
nukta, short vowels or diacritics, with the letters of an Arabic, a Persian or an Urdu keyboard.
The canonical form throws such differences away; it is for comparing, never for showing.

What is folded, and why
-----------------------
all        NFKC, case, digits to ASCII, joiners (ZWJ, ZWNJ) and other invisible characters
Latin      accents; American to British spelling of -ize and -or
Arabic     harakat, tatweel; the three keyboards' kaf, yeh and heh; noon ghunna; hamza carriers
Devanagari nukta, candrabindu, visarga, long i and u, a nasal before its consonant (शान्ति, शांति)
Bengali    the same, and ৎ, ঙ/ং, ণ/ন, ষ/শ
Sinhala    long i, u, e, o; ණ/න, ළ/ල, ෂ/ශ, aspirates
Tamil      the two ways to write au; ன/ண and ர/ற stay, spelling tolerance covers them
Thaana     long vowels; the dotted letters of Arabic loans

Reference: The Unicode Standard, chapters 9, 12 and 13, and Annex 15 (normalisation forms).
"""

from __future__ import annotations

import re
import sys
import unicodedata

__all__ = ["TONGUES", "canonical", "script_of"]

#: Script of each stretch of 128 code points in which one of the lexicon's scripts lies.
SCRIPTS = {
    **dict.fromkeys((12, 13, 14, *range(502, 508), 508, 509), "Arabic"),
    15: "Thaana",
    18: "Devanagari",
    19: "Bengali",
    23: "Tamil",
    27: "Sinhala",
}
#: Languages of the lexicon written in each script.
TONGUES = {
    "Latin": ("en",),
    "Arabic": ("ur",),
    "Thaana": ("dv",),
    "Devanagari": ("hi", "ne"),
    "Bengali": ("bn",),
    "Tamil": ("ta",),
    "Sinhala": ("si",),
}


def _table() -> dict[int, str]:
    """What each character becomes; an empty text removes it."""
    table: dict[int, str] = {}

    def fold(old: str, new: str) -> None:
        for left, right in zip(old, new, strict=True):
            table[ord(left)] = right

    def drop(first: int, last: int) -> None:
        table.update(dict.fromkeys(range(first, last + 1), ""))

    for first, last in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F)):
        drop(first, last)  # joiners, marks of direction, variation selectors
    table[0xFEFF] = table[0x00AD] = ""
    for zero in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0BE6, 0x0DE6):
        table.update({zero + k: str(k) for k in range(10)})
    # Arabic script
    drop(0x064B, 0x065F)
    drop(0x0610, 0x061A)
    drop(0x06D6, 0x06ED)
    table[0x0670] = table[0x0640] = table[0x0621] = ""
    fold("يىئكہةۃۀۂأإآٱؤۓں", "یییکھھھھھاااا" + "وےن")
    table[ord("ه")] = "ھ"
    # Devanagari and Bengali
    table.update({0x093C: "", 0x09BC: "", 0x0901: "ं", 0x0981: "ং", 0x0903: "", 0x0983: ""})
    fold("ीूऋईऊ", "िु" + "रइउ")
    fold("ীূঈঊঙণষৎ", "িু" + "ইউংনশত")
    # Sinhala
    fold("ීූේෝණළෂ", "ිුෙොනලශ")
    fold("ඛඝඡඣථධඨඪඵභ", "කගචජතදටඩපබ")
    # Tamil: the length mark of au typed as a letter
    table[0x0BD7] = "ள"
    # Thaana
    fold("ާީޫޭޯ", "ަިުެޮ")
    fold("ޘޙޚޛޜޝޞޟޠޡޢޣޤޥ", "ސހހޒޒށސދތޒއގގވ")
    return table


_TABLE = _table()
_APOSTROPHE = re.compile(r"['’ʼ](?:s$)?")
_NASAL = re.compile(r"[ङञणनम]्(?=[क-ह])")
_NASAL_BENGALI = re.compile(r"[ঞনম]্(?=[ক-হ])")
_AMERICAN = re.compile(r"iz(?=e$|ed$|er$|ers$|es$|ing$|ation$|ations$)")
_BRITISH = re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|hood|al$|less$)")
_CACHE: dict[str, str] = {}
#: Forgotten all at once when full: a server that reads strangers' queries must not grow for ever.
_CACHED = 200_000


def script_of(word: str) -> str:
    """The script of the first letter that belongs to one; "Latin" for everything else.

    Examples
    --------
    >>> [script_of(word) for word in ("aman", "امن", "अमन", "আমন", "ޞުލްޙަ")]
    ['Latin', 'Arabic', 'Devanagari', 'Bengali', 'Thaana']
    """
    for character in word:
        script = SCRIPTS.get(ord(character) >> 7)
        if script:
            return script
    return "Latin"


def canonical(word: str) -> str:
    """The form of a word that is compared.

    Parameters
    ----------
    word : str
        One token, in any script.

    Returns
    -------
    str
        Possibly empty, where nothing but marks and joiners was given.

    Examples
    --------
    >>> canonical("Malé"), canonical("organization"), canonical("neighbour’s")
    ('male', 'organisation', 'neighbor')
    >>> canonical("शान्ति") == canonical("शांती")  # nasal before its consonant, long i
    True
    >>> canonical("كميٹي") == canonical("کمیٹی")  # Arabic and Urdu keyboards
    True
    >>> canonical("ශ්\\u200dරී") == canonical("ශ්රි")  # joiner, long vowel
    True
    """
    found = _CACHE.get(word)
    if found is None:
        found = _canonical(word)
        if len(_CACHE) >= _CACHED:
            _CACHE.clear()
        _CACHE[sys.intern(word)] = found
    return found


def _canonical(word: str) -> str:
    text = unicodedata.normalize("NFKC", word).casefold()
    if text.isascii():
        return _latin(text)
    text = text.translate(_TABLE)
    script = script_of(text)
    if script == "Latin":
        apart = unicodedata.normalize("NFD", text)
        return _latin("".join(c for c in apart if not unicodedata.combining(c)))
    if script == "Devanagari":
        return _NASAL.sub("ं", text).rstrip("्")
    if script == "Bengali":
        return _NASAL_BENGALI.sub("ং", text).rstrip("্")
    return text


def _latin(text: str) -> str:
    text = _APOSTROPHE.sub("", text)
    if len(text) > 4:
        text = _BRITISH.sub("or", _AMERICAN.sub("is", text))
    return text
