"""One sound, many scripts: letters to Latin, and a key under which spellings of one word meet.

``aman``, امن, अमन and আমন share the key ``amn``. The key keeps a leading vowel and the consonants,
without aspiration and voicing (Tamil writes neither), because short vowels are unwritten in Urdu and
romanised as people please. It is coarse on purpose: it proposes candidates, and ``likeness`` of the
romanised words, vowels included, decides among them.

Reference: ISO 15919 for the Indic scripts; the idea of a consonant key is Soundex (R. C. Russell,
US patent 1261167, 1918).
"""

from __future__ import annotations

from functools import lru_cache

from baithak.engine.search.fuzzy import distance
from baithak.engine.search.normalise import script_of

__all__ = ["key", "likeness", "romanise"]


def _sounds(letters: str, latin: str) -> dict[str, str]:
    """Letters of a script with their sounds, which are separated by blanks."""
    return dict(zip(letters, latin.split(), strict=True))


_VIRAMA = frozenset("्্்්")
_NASAL = frozenset("ंংംං")
# The consonants of Devanagari, Bengali, Tamil and Sinhala.
_INDIC = (
    _sounds(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l",
    )
    | _sounds(
        "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ",
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m j r l sh sh s h",
    )
    | _sounds("கஙசஞடணதநபமயரலவழளறனஜஷஸஹ", "k n s n t n t n p m y r l v l l r n j sh s h")
    | _sounds(
        "කඛගඝඞඟචඡජඣඤඥටඨඩඪණඬතථදධනඳපඵබභමඹයරලවශෂසහළෆ",
        "k kh g gh n ng ch chh j jh n gn t th d dh n nd t th d dh n nd p ph b bh m mb y r l v sh sh "
        "s h l f",
    )
)
_VOWELS = (
    _sounds("अआइईउऊऋएऐओऔ", "a a i i u u ri e ai o au")
    | _sounds("অআইঈউঊঋএঐওঔ", "a a i i u u ri e oi o ou")
    | _sounds("அஆஇஈஉஊஎஏஐஒஓஔ", "a a i i u u e e ai o o au")
    | _sounds("අආඇඈඉඊඋඌඍඑඒඓඔඕඖ", "a a ae ae i i u u ri e e ai o o au")
)
_SIGNS = (
    _sounds("ािीुूृेैोौॅॉ", "a i i u u ri e ai o au e o")
    | _sounds("ািীুূৃেৈোৌ", "a i i u u ri e oi o ou")
    | _sounds("ாிீுூெேைொோௌ", "a i i u u e e ai o o au")
    | _sounds("ාැෑිීුූෘෙේෛොෝෞ", "a ae ae i i u u ri e e ai o o au")
)
_ARABIC = _sounds(
    "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنوھہیے",
    "a b p t t s j ch h kh d d z r r z zh s sh s z t z a gh f q k g l m n v h h i e",
)
_THAANA = _sounds("ހށނރބޅކއވމފދތލގޏސޑޒޓޔޕޖޗ", "h sh n r b l k ~ v m f d t l g n s d z t y p j ch")
_FILI = _sounds("ަާިީުޫެޭޮޯ", "a a i i u u e e o o") | {"ް": ""}
#: What the key makes of each Latin letter; vowels, h, y, v and w do not count after the first.
_CLASS = dict(
    zip("bcdfgjklmnpqrstxz", "pjtpkjklmnpkrstkj", strict=True)
)  # c stands for ch: "k" sounds are written k in what romanise returns


@lru_cache(maxsize=65_536)
def romanise(word: str) -> str:
    """A canonical word in Latin letters, near enough to compare.

    Examples
    --------
    >>> romanise("अमन"), romanise("امن"), romanise("আমন"), romanise("ސުލްހަ")
    ('aman', 'amn', 'amon', 'sulha')
    """
    script = script_of(word)
    if script == "Latin":
        return word
    if script == "Arabic":
        return "".join(_ARABIC.get(letter, letter) for letter in word)
    if script == "Thaana":
        return "".join(_FILI.get(c, _THAANA.get(c, c)) for c in word).replace("~", "")
    return _abugida(word, "o" if script == "Bengali" else "a")


def _abugida(word: str, inherent: str) -> str:
    told: list[str] = []
    open_consonant = False
    for place, letter in enumerate(word):
        if letter in _INDIC:
            told.append(inherent if open_consonant else "")
            told.append(_INDIC[letter])
            open_consonant = True
            continue
        if open_consonant and letter not in _SIGNS and letter not in _VIRAMA:
            told.append(inherent)
        open_consonant = False
        if letter in _NASAL:
            following = _INDIC.get(word[place + 1], "") if place + 1 < len(word) else ""
            told.append("m" if following[:1] in {"p", "b", "m"} else "n")
        else:
            told.append(
                _SIGNS.get(letter, _VOWELS.get(letter, "" if letter in _VIRAMA else letter))
            )
    return "".join(told)  # a last inherent vowel is not spoken


@lru_cache(maxsize=65_536)
def key(word: str) -> str:
    """The key of a canonical word; empty where too little is left to tell words apart.

    Examples
    --------
    >>> {key(word) for word in ("aman", "امن", "अमन", "আমন", "අමන්")}
    {'amn'}
    >>> key("shanti") == key("शांति") == key("শান্তি") == key("சாந்தி") == key("ශාන්ති")
    True
    >>> key("ok")
    ''
    """
    latin = romanise(word)
    if not latin.isascii() or not latin.isalpha():
        return ""
    told = ["a" if latin[0] in "aeiou" else ""]
    last = ""
    for place, letter in enumerate(latin):
        sound = _CLASS.get(letter, "")
        if letter == "c" and latin[place + 1 : place + 2] not in {"h", "e", "i", "y"}:
            sound = "k"
        if place == 0 and letter in "vw":
            sound = "p"
        if sound and sound != last:
            told.append(sound)
        if letter != "h":
            last = sound
    full = "".join(told)
    return full if len(full.lstrip("a")) >= 2 else ""


def likeness(one: str, other: str) -> float:
    """How alike two canonical words sound, 0 to 1, vowels counted half.

    Examples
    --------
    >>> likeness("aman", "अमन"), likeness("aman", "امن") > 0.7, likeness("aman", "iman") < 1
    (1.0, True, True)
    """
    left, right = _spoken(romanise(one)), _spoken(romanise(other))
    longest = max(len(left), len(right), 1)
    whole = distance(left, right, longest)
    bones = distance(_bones(left), _bones(right), longest)
    return max(0.0, 1.0 - (whole + bones) / (2.0 * longest))


def _spoken(latin: str) -> str:
    """Spelling habits that do not sound: doubled letters, aa and ee for long vowels, w and v."""
    told: list[str] = []
    text = latin.replace("ee", "i").replace("oo", "u").replace("w", "v").replace("ph", "f")
    for letter in text:
        if not told or told[-1] != letter:
            told.append(letter)
    return "".join(told)


def _bones(latin: str) -> str:
    return "".join(letter for letter in latin if letter not in "aeiouhy")
