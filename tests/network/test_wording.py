"""Safe text (R12): one form, nothing hidden, every script as its writers need it."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from baithak.network import wording

# Words that break where joiners are stripped: Sinhala, Bangla, Malayalam, Urdu, Marathi (TRUST.md M15).
NEED_JOINERS = [
    "ශ්\u200dරී ලංකා",
    "র\u200d্যাব",
    "ന\u0d4d\u200d",
    "خوش\u200cآمدید",
    "र्\u200dय",
    "க்\u200cஷ",
]
HIDDEN = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2060",
          "\u00ad", "\u0000", "\u3164", "\u115f", "\u034f", "\U000e0041", "\ue000"]  # fmt: skip


@pytest.mark.parametrize("words", NEED_JOINERS)
def test_scripts_that_need_joiners_keep_them(words):
    assert wording.clean(words) == unicodedata.normalize("NFC", words)


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_nobody_can_see_is_refused(sign):
    with pytest.raises(ValidationError, match="invisible sign"):
        wording.clean(f"Parks {sign}open")
    assert wording.visible(f"Parks{sign}!") == "Parks!"


def test_a_joiner_between_latin_letters_is_hidden_text():
    with pytest.raises(ValidationError):
        wording.clean("pa\u200drk")


def test_families_of_emoji_are_one_sign():
    assert (
        wording.clean("For 👩\u200d👩\u200d👧 too ❤\ufe0f") == "For 👩\u200d👩\u200d👧 too ❤\ufe0f"
    )


def test_one_form_and_single_spaces():
    assert wording.clean("  cafe\u0301  on\u00a0the \t quay\n") == "café on the quay"


@given(st.text(max_size=80))
def test_cleaning_is_done_once(text):
    try:
        told = wording.clean(text)
    except ValidationError:
        return
    assert wording.clean(told) == told
    assert unicodedata.is_normalized("NFC", told)
    assert not any(
        unicodedata.bidirectional(s)
        in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
        for s in told
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call 0300-123 4567 now", ("number",)),
        ("Card 42101-1234567-1", ("number",)),
        ("ফোন ০১৭১২৩৪৫৬৭৮", ("number",)),
        ("Write to a.khan@city.example", ("mail",)),
        ("See www.example.org/x", ("link",)),
        ("From 2024-2025 we waited 30 years", ()),
        ("Parks open until 22:00", ()),
        ("From 2026-11-24 to 2026-12-01, 2027-01-15", ()),
        ("2024 2025 2026 2027", ()),
        ("LKR 5000 by the Penal Code, PC 1860, ISO 3166", ()),
        ("Aadhaar 8045 1975 1856", ("number",)),
        ("Passport AB1234567", ("number",)),
        ("call 7712345", ("number",)),
        ("call 119 or 1938", ()),
        ("Dhaka Metro-Ga 11-4821", ("plate",)),
        ("WP 65-4821", ("plate",)),
    ],
)
def test_hints_about_personal_data(text, found):
    assert wording.hints(text) == found


def test_the_same_sentence_however_it_is_spelt():
    assert wording.same("Parks, please!") == wording.same("  PARKS please ")
    assert wording.same("Parks") != wording.same("Park")


def test_no_pattern_can_be_made_to_hang():
    import time

    for attack in (
        "0 " * 25_000,
        "a@" * 25_000,
        "@" * 50_000,
        "1-" * 25_000 + "x",
        "www." * 12_500,
        "call a b " * 6_000,
        "2024-1-" * 8_000,
        "2024 " * 10_000,
        "क1" * 25_000,
        "LEA-" * 12_000,
    ):
        began = time.perf_counter()
        wording.hints(attack)
        assert time.perf_counter() - began < 0.5
