"""Light stemming: the ending goes, the word stays, in every script of the lexicon.

Light on purpose: a stem need not be a word, it only has to be the same for the forms of one word and
different for others ("community" and "communal" stay apart), and two to five signs must be left. Endings
are written as readers write them and brought into canonical form when the module is loaded.

Papers: A. Ramanathan, D. Rao (2003), "A lightweight stemmer for Hindi"; J. Savoy (2006), "Light
stemming approaches", SAC; D. Harman (1991), "How effective is suffixing?", JASIS 42(1).
"""

from __future__ import annotations

from baithak.engine.search.normalise import canonical, script_of

__all__ = ["stem"]

#: Endings of each script's languages: one is taken off for each line, the longest that fits.
#: First cases and postpositions, then plurals, then a last vowel (in Tamil first of all the
#: consonant that the next word doubles).
ENDINGS = {
    "Devanagari": (
        "हरूको हरूलाई हरूले हरूमा हरूबाट हरूसँग हरू हरु लाई बाट सँग द्वारा देखि सम्म भित्र को का की ले मा",
        "ियों ियां ियाँ ाओं ाएं ाएँ ुओं ुएं ों ें े ी ि ा ो ू ु ीय िक",
    ),
    "Bengali": (
        "গুলোকে গুলোর গুলিকে গুলির গুলো গুলি দেরকে দের েরও য়ের ের কে তে য়ে র",
        "েরা রা ে য় ও ই ী ি া ীয় িক",
    ),
    "Arabic": ("یوں یاں ئیں وں یں ات ین", "ے ی ہ ا و"),
    "Tamil": (
        "ப் க் ச் த்",
        "ங்களுக்கான ங்களுக்கு ங்களின் ங்களில் ங்களை ங்களும் ங்கள் "
        "க்களுக்கு க்களின் க்களில் க்களை க்கள் "
        "களுக்கான களுக்கு களுடன் களுக்கிடையே களின் களில் களிடம் களை களால் களும் கள் "
        "த்திற்கான த்திற்கு த்துக்கு த்தின் த்தில் த்தை த்தால் த்துடன் த்தும் த்து "
        "ற்கான ற்கு ுக்கான ுக்கு க்கான க்கு யில் யின் யை யால் யும் வின் வில் வை "
        "ினால் ின் ில் ிலிருந்து ிடம் ுடன் ும் ால் ை ான ாக ம்",
        "ு ் ை",
    ),
    "Sinhala": (
        "වරුන්ගේ වරුන්ට වරුන් වරු වලින් වලට වල න්ගේ න්ට යන්ගේ යන්ට යන් යින් යෙන් යේ යට ය "
        "ාවේ ාවෙන් ාවට ාව වන් වේ වෙන් වට ව ගේ ෙන් ින් න් ට ක්",
        "ෝ ෙ ි ා ු ්",
    ),
    "Thaana": (
        "ތަކުގެ ތަކަށް ތަކުން ތަކުގައި ތައް އިންގެ އިންނަށް އަކީ އެއްގެ އެއް ންނަށް ންނާއި ގައި އަށް އިން އާއި އާއެކު ގެ ންނަކީ ކަށް ުގެ ުގައި",
        "ުން ން",
        "ް ު ަ ި",
    ),
}
#: Code points that must be left over: after an ending of one, after a longer one.
LEFT = {
    "Devanagari": (3, 2),
    "Bengali": (3, 2),
    "Arabic": (3, 3),
    "Tamil": (4, 3),
    "Sinhala": (3, 3),
    "Thaana": (5, 4),
}


def _longest_first(text: str) -> tuple[tuple[str, int], ...]:
    endings = {canonical(ending) or ending for ending in text.split()}
    return tuple((e, len(e)) for e in sorted(endings, key=lambda e: (-len(e), e)))


_ENDINGS = {script: tuple(map(_longest_first, lines)) for script, lines in ENDINGS.items()}


def stem(word: str) -> str:
    """The stem of a canonical word.

    Parameters
    ----------
    word : str
        As ``normalise.canonical`` returns it; its script decides which endings go.

    Examples
    --------
    >>> [stem(word) for word in ("committees", "committee", "policing", "police", "policies", "policy")]
    ['committe', 'committe', 'polic', 'polic', 'policy', 'policy']
    >>> stem("community") == stem("communal")
    False
    >>> stem(canonical("महिलाओं")) == stem(canonical("महिला"))
    True
    >>> stem(canonical("সংখ্যালঘুদের")) == stem(canonical("সংখ্যালঘু"))
    True
    >>> stem(canonical("افواہوں")) == stem(canonical("افواہیں")) == stem(canonical("افواہ"))
    True
    >>> stem(canonical("இளைஞர்களுக்கு")) == stem(canonical("இளைஞர்கள்")) == stem(canonical("இளைஞர்"))
    True
    """
    script = script_of(word)
    if script == "Latin":
        return _english(word)
    left = LEFT[script]
    for endings in _ENDINGS[script]:
        for ending, size in endings:
            if word.endswith(ending) and len(word) - size >= left[size > 1]:
                word = word[:-size]
                break
    return word


def _english(word: str) -> str:
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ings", "ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and any(v in root for v in "aeiouy"):
            return _undouble(root)
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("es") and word[:-2].endswith(("s", "x", "z", "ch", "sh")):
        word = word[:-2]
    elif word.endswith("s"):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _undouble(root: str) -> str:
    """planned → plan, policing → polic, settled → settl: doubled consonants and silent e."""
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root[:-1] if root.endswith("e") and len(root) > 4 else root
