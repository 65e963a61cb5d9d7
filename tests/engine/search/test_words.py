"""One word, however it is typed: normalisation, tokens, stems and sounds in seven scripts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baithak.engine.search.fuzzy import Spelling, distance, slips
from baithak.engine.search.normalise import canonical, script_of
from baithak.engine.search.phonetic import key, likeness, romanise
from baithak.engine.search.stems import stem
from baithak.engine.search.tokens import term_of, tokenise, words

#: Five words of each language, and the pieces that SQLite's default tokeniser makes of them.
SENTENCES = {
    "en": ("Peace committees stop rumours early", 5),
    "bn": ("সংখ্যালঘুদের নিরাপত্তা কমিটির কাজ শুরু", 5),
    "hi": ("अल्पसंख्यकों की सुरक्षा समिति में", 5),
    "ur": ("اقلیتوں کے تحفظ کی کمیٹی", 5),
    "ta": ("சிறுபான்மையினர் பாதுகாப்புக் குழு நேற்று கூடியது", 5),
    "si": ("ශ්‍රී ලංකාවේ අන්තර් ආගමික කමිටුව", 5),
    "dv": ("ޒުވާނުންގެ ކޮމިޓީގެ މަސައްކަތް މިއަދު ފެށިއްޖެ", 5),
    "ne": ("अल्पसंख्यकको सुरक्षाका लागि समिति बन्यो", 5),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_words_are_not_cut_at_vowel_signs_or_joiners(language):
    text, count = SENTENCES[language]
    assert words(text) == text.split()
    assert len(words(text)) == count


SAME = [
    ("Malé", "male"),
    ("organization", "organisation"),
    ("neighbor", "neighbour"),
    ("ＰＥＡＣＥ", "peace"),
    ("शान्ति", "शांति"),
    ("शांती", "शांति"),
    ("लड़ाई", "लडाई"),
    ("ज़मीन", "जमीन"),
    ("गाँव", "गांव"),
    ("হিন্দু", "হিন্দূ"),
    ("বাংলা", "বাঙলা"),
    ("كميٹي", "کمیٹی"),
    ("مدرسة", "مدرسہ"),
    ("قُرآن", "قرآن"),
    ("مسئلہ", "مسیلہ"),
    ("ශ්‍රී", "ශ්රී"),
    ("ජනතාව‍", "ජනතාව"),
    ("කණ්ඩායම", "කන්ඩායම"),
    ("ޞުލްޙަ", "ސުލްހަ"),
    ("ރާއްޖޭ", "ރައްޖެ"),
    ("کمیٹی‌ها", "کمیٹیها"),
    ("২০১৯", "2019"),
    ("۲۰۱۹", "2019"),
    ("२०१९", "2019"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_word_are_one(one, other):
    assert canonical(one) == canonical(other)
    assert canonical(unicodedata.normalize("NFD", one)) == canonical(one)


DIFFERENT = [("police", "policy"), ("community", "communal"), ("मंदिर", "मस्जिद"), ("মন্দির", "মসজিদ")]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_different(one, other):
    assert term_of(one) != term_of(other)


INFLECTED = [
    ("committee", ["committees"]),
    ("rumour", ["rumours", "Rumour's"]),
    ("city", ["cities"]),
    ("train", ["training", "trained", "trains"]),
    ("সংখ্যালঘু", ["সংখ্যালঘুদের", "সংখ্যালঘুর"]),
    ("কমিটি", ["কমিটির", "কমিটিতে", "কমিটিগুলো"]),
    ("महिला", ["महिलाओं", "महिलाएं"]),
    ("दल", ["दलों"]),
    ("समिति", ["समितियों", "समितियां"]),
    ("विद्यालय", ["विद्यालयमा", "विद्यालयको", "विद्यालयहरू", "विद्यालयहरूमा"]),
    ("افواہ", ["افواہوں", "افواہیں"]),
    ("کمیٹی", ["کمیٹیاں", "کمیٹیوں"]),
    ("வதந்தி", ["வதந்திகள்", "வதந்திகளை", "வதந்திகளைத்", "வதந்தியால்"]),
    ("குழு", ["குழுக்கள்", "குழுக்களின்"]),
    ("இலங்கை", ["இலங்கையில்", "இலங்கையின்"]),
    ("கமிட்டி", ["கமிட்டியின்"]),
    ("නගරය", ["නගරයේ", "නගරයට"]),
    ("කමිටුව", ["කමිටු", "කමිටුවේ"]),
    ("ޒުވާނުން", ["ޒުވާނުންގެ"]),
    ("ކޮމިޓީ", ["ކޮމިޓީގެ", "ކޮމިޓީތައް"]),
]


@pytest.mark.parametrize(("base", "forms"), INFLECTED)
def test_forms_of_a_word_share_its_stem(base, forms):
    assert {term_of(form) for form in forms} == {term_of(base)}


def test_one_sound_in_many_scripts():
    assert {key(word) for word in ("aman", "امن", "अमन", "আমন", "අමන්")} == {"amn"}
    assert {key(w) for w in ("shanti", "शांति", "শান্তি", "சாந்தி", "ශාන්ති", "شانتی")} == {"snt"}
    assert len({key(canonical(w)) for w in ("kathmandu", "काठमाण्डू")}) == 1
    assert romanise("காவல்") == "kaval"


def test_likeness_tells_near_from_far():
    assert likeness("aman", "امن") > likeness("aman", "ایمنی")
    assert likeness("samiti", "সমিতি") > 0.85
    assert likeness("police", "पालिका") < 0.85


def test_a_word_keeps_its_place_in_the_text():
    text = "The Women’s committee of Addu"
    assert [text[t.start : t.end] for t in tokenise(text)] == ["Women’s", "committee", "Addu"]


@given(st.text(max_size=80))
def test_no_text_breaks_the_words(text):
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term
        assert canonical(token.term) is not None
        assert script_of(token.term)
    key(canonical(text))


@given(st.text(alphabet="අකාසැටිබමේ", min_size=3, max_size=14))
def test_a_stem_is_never_empty_nor_longer(word):
    short = canonical(word)
    if short:
        assert 0 < len(stem(short)) <= len(short)


def damerau(one: str, other: str) -> int:
    """Optimal string alignment, as the definition says it."""
    table = {(-1, -1): 0}
    for i in range(len(one)):
        table[i, -1] = i + 1
    for j in range(len(other)):
        table[-1, j] = j + 1
    for i, left in enumerate(one):
        for j, right in enumerate(other):
            told = min(
                table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (left != right)
            )
            if i and j and left == other[j - 1] and one[i - 1] == right:
                told = min(told, table[i - 2, j - 2] + 1)
            table[i, j] = told
    return table[len(one) - 1, len(other) - 1]


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8), st.integers(0, 8))
def test_distance_is_the_definition_cut_off(one, other, most):
    assert distance(one, other, most) == min(damerau(one, other), most + 1)


@given(
    st.lists(st.text("abcde", min_size=5, max_size=12), unique=True, min_size=1, max_size=30),
    st.data(),
)
def test_a_word_with_one_slip_is_found(known, data):
    spelling = Spelling()
    for word in known:
        spelling.add(word)
    word = data.draw(st.sampled_from(known))
    place = data.draw(st.integers(0, len(word) - 1))
    wrong = word[:place] + "z" + word[place + 1 :]
    found = dict(spelling.near(wrong, most=len(known)))
    assert word in found or any(damerau(wrong, other) < 1 for other in found)
    assert all(damerau(wrong, other) <= slips(len(wrong)) for other in found)
