"""Words of a text with their places, whatever the script; and the words that carry no topic.

Python's ``\\w`` does not know vowel signs: it would cut 5 Bengali words into 14 pieces, as SQLite's
and tantivy's default tokenisers do. Here a word is letters, digits, marks and joiners together.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from baithak.engine.search.normalise import canonical
from baithak.engine.search.stems import stem

__all__ = ["STOP_WORDS", "Token", "is_stop", "term_of", "tokenise", "words"]

#: Combining marks of the Latin, Arabic and Thaana scripts, the Indic blocks whole but for the
#: danda, and the two joiners.
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u07a6-\u07b0\u0900-\u0963\u0966-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u200c\u200d"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|['’](?=[^\W\d_]))*")
#: A token longer than this is no word anybody searches for.
LONGEST = 64

_STOP = """
    a about above after again against all also am an and any are as at be because been before being below
    between both but by can cannot could did do does doing down during each few for from further had
    has have having he her here hers him his how i if in into is it its itself just me more most my
    no nor not of off on once only or other our ours out over own same she should so some such than
    that the their theirs them then there these they this those through to too under until up very
    was we were what when where which while who whom why will with within would you your yours us
    find show tell give need want looking example examples everyone everybody someone something make take use
    ka ke ki ko se mein aur liye hai hain kya kaise
    का की के को में से और ने पर है हैं था थे थी हो होना यह वह ये वे इस उस इन उन एक भी तक लिए लिये कि जो तो ही या
    कैसे क्या कौन कहाँ कहां कब क्यों बारे द्वारा करना करने कर किया करें गया हुए हुआ वाले वाली वाला अपने साथ बीच बाद खिलाफ भूमिका काम
    र मा ले लाई बाट छ छन् हो हुन् थियो थिए यो त्यो यी ती अनि सबै तथा वा पनि गर्न गर्ने गरेको गरी कसरी के को कुन कहाँ किन लागि बारेमा बीच बीचको सम्बन्धी विरुद्ध
    এর ও এবং এই সেই যে যা কি কী কে কেন কীভাবে কিভাবে কোথায় কখন জন্য থেকে সঙ্গে সাথে মধ্যে মাঝে নিয়ে উপর করে করা করতে করার হয় হয়ে হবে আছে ছিল না একটি এক আর বা তবে দ্বারা বিরুদ্ধে বিষয়ে পরে আগে সময় ভূমিকা যায় কাজ
    کا کی کے کو میں سے اور نے پر ہے ہیں تھا تھے تھی ہو ہونا یہ وہ اس ان ایک بھی تک لیے لئے کہ جو تو ہی یا کیسے کیا کون کہاں کب کیوں بارے ذریعے کرنا کرنے کر کیا گیا ہوئے ہوا والے والی والا اپنے ساتھ درمیان بعد خلاف متعلق دوران کردار
    மற்றும் ஒரு இந்த அந்த என்ன எப்படி யார் எங்கே ஏன் எது அல்லது ஆகிய என்று என்ற உள்ள இருந்து பற்றி பற்றிய மூலம் குறித்து குறித்த போது பின் பின்னர் முன் இடையே இடையில் இடையிலான எதிரான எதிராக மீதான செய்ய செய்யும் வேண்டும் ஆன கொண்ட
    සහ හා ද මෙම එම මේ ඒ එක් කුමක්ද කෙසේද කවුද කොහේද ඇයි හෝ සඳහා ගැන පිළිබඳ පිළිබඳව විසින් සමඟ සමග අතර පසු පෙර වූ වන ඇති කිරීම කිරීමේ කිරීමට එරෙහි එරෙහිව තුළ මගින් විට සියලු
    އަދި މި އެ އިން އަށް ގެ ގައި އާއި ކޮންމެ ކީއްވެ ކިހިނެއް ކޮބާ ނުވަތަ މެދު މެދުގައި މަތިން ގުޅޭ ގޮތުން ދެކޮޅަށް ކުރުން ކުރުމަށް ފަހުގައި ކުރިން އެކު
"""


class Token(NamedTuple):
    """A word of a text: its term (canonical stem) and where it stands."""

    term: str
    start: int
    end: int


STOP_WORDS = frozenset(filter(None, (canonical(word) for word in _STOP.split())))
_TERMS: dict[str, str] = {}
_CACHED = 200_000


def is_stop(word: str) -> bool:
    """Whether a word as it was typed carries no topic.

    Examples
    --------
    >>> is_stop("The"), is_stop("और"), is_stop("peace")
    (True, True, False)
    """
    return canonical(word) in STOP_WORDS


def term_of(word: str) -> str:
    """What a word is indexed under; empty for stop words and for what is no word.

    Examples
    --------
    >>> term_of("Committees"), term_of("the"), term_of("x")
    ('committe', '', '')
    """
    found = _TERMS.get(word)
    if found is None:
        whole = canonical(word[:LONGEST])
        empty = not whole or whole in STOP_WORDS or (len(whole) == 1 and whole.isascii())
        found = "" if empty else stem(whole)
        if len(_TERMS) >= _CACHED:
            _TERMS.clear()
        _TERMS[sys.intern(word)] = found
    return found


def words(text: str) -> list[str]:
    """The words of a text as they stand in it.

    Examples
    --------
    >>> words("ঘৃণামূলক বক্তব্য, 2019!")
    ['ঘৃণামূলক', 'বক্তব্য', '2019']
    """
    return _WORD.findall(text)


def tokenise(text: str) -> Iterator[Token]:
    """The topical words of a text, with their places.

    Examples
    --------
    >>> [(token.term, token.start) for token in tokenise("The women's groups")]
    [('women', 4), ('group', 12)]
    """
    for found in _WORD.finditer(text):
        term = term_of(found.group())
        if term:
            yield Token(term, found.start(), found.end())
