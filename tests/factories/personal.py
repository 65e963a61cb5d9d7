"""Texts that lead to one person, as people of the region would write them, and honest ones beside them.

All numbers are drawn by chance; that one of them is somebody's is as likely as with any random digits.
"""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["FORMS", "HONEST", "seeded"]

_DIGITS = {
    "bn": "০১২৩৪৫৬৭৮৯", "hi": "०१२३४५६७८९", "ne": "०१२३४५६७८९", "ur": "۰۱۲۳۴۵۶۷۸۹",
    "ar": "٠١٢٣٤٥٦٧٨٩", "ta": "௦௧௨௩௪௫௬௭௮௯",
}  # fmt: skip
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def _digits(chance: random.Random, count: int, first: str = "123456789") -> str:
    return chance.choice(first) + "".join(chance.choice("0123456789") for _ in range(count - 1))


def _letters(chance: random.Random, count: int, of: str = _LETTERS) -> str:
    return "".join(chance.choice(of) for _ in range(count))


def _four(chance: random.Random) -> str:
    """Four digits that are no year: a plate that reads like one is taken for a year, and passes."""
    return _digits(chance, 4, "3456789")


def native(text: str, language: str) -> str:
    """The same in the digits of a language."""
    return text.translate(str.maketrans("0123456789", _DIGITS[language]))


Form = Callable[[random.Random], str]
#: Kind of number to how it is written there; five countries, and the Maldives.
FORMS: dict[str, Form] = {
    # Bangladesh
    "NID of Bangladesh": lambda c: _digits(c, c.choice((10, 13, 17))),
    "mobile of Bangladesh": lambda c: f"01{_digits(c, 1, '3456789')}{_digits(c, 2)}-{_digits(c, 6)}",
    "abroad, Bangladesh": lambda c: f"+8801{_digits(c, 9, '3456789')}",
    "plate of Dhaka": lambda c: native(f"ঢাকা মেট্রো-{c.choice('কখগঘচ')} {_digits(c, 2)}-{_four(c)}", "bn"),
    "plate of Dhaka in Latin": lambda c: f"Dhaka Metro-{c.choice(('Ga', 'Kha', 'Cha'))} {_digits(c, 2)}-{_four(c)}",
    "mobile in Bangla digits": lambda c: native(f"01{_digits(c, 9, '3456789')}", "bn"),
    # India
    "Aadhaar": lambda c: f"{_digits(c, 4, '23456789')} {_digits(c, 4)} {_digits(c, 4)}",
    "PAN": lambda c: f"{_letters(c, 5)}{_digits(c, 4)}{_letters(c, 1)}",
    "voter card of India": lambda c: f"{_letters(c, 3)}{_digits(c, 7)}",
    "mobile of India": lambda c: f"+91 {_digits(c, 5, '6789')} {_digits(c, 5)}",
    "plate of India": lambda c: f"{c.choice(('MH', 'DL', 'UP', 'TN'))} {_digits(c, 2)} {_letters(c, 2)} {_four(c)}",
    "mobile in Devanagari digits": lambda c: native(_digits(c, 10, "6789"), "hi"),
    "mobile in Tamil digits": lambda c: native(_digits(c, 10, "6789"), "ta"),
    # Nepal
    "citizenship of Nepal": lambda c: f"{_digits(c, 2)}-{_digits(c, 2)}-{_digits(c, 2)}-{_digits(c, 5)}",
    "mobile of Nepal": lambda c: f"98{_digits(c, 8)}",
    "plate of Nepal": lambda c: native(f"बा {_digits(c, 1)} {c.choice('चपकज')} {_four(c)}", "ne"),
    "plate of Nepal in Latin": lambda c: f"BA {_digits(c, 1)} {c.choice(('CHA', 'PA', 'JA'))} {_four(c)}",
    # Pakistan
    "CNIC": lambda c: f"{_digits(c, 5)}-{_digits(c, 7)}-{_digits(c, 1)}",
    "CNIC in Urdu digits": lambda c: native(f"{_digits(c, 5)}-{_digits(c, 7)}-{_digits(c, 1)}", "ur"),
    "mobile of Pakistan": lambda c: f"03{_digits(c, 2, '01234')}-{_digits(c, 7)}",
    "mobile in Arabic digits": lambda c: native(f"03{_digits(c, 9, '01234')}", "ar"),
    "plate of Lahore": lambda c: f"LE{_letters(c, 1)}-{_four(c)}",
    "plate of Lahore with its year": lambda c: f"LE{_letters(c, 1)}-{_digits(c, 2)}-{_four(c)}",
    "plate of Karachi": lambda c: f"B{_letters(c, 2)}-{_digits(c, 3)}",
    # Sri Lanka
    "old NIC": lambda c: f"{_digits(c, 9)}{c.choice('VX')}",
    "new NIC": lambda c: f"19{_digits(c, 10)}",
    "mobile of Sri Lanka": lambda c: f"07{_digits(c, 1, '0125678')} {_digits(c, 3)} {_digits(c, 4)}",
    "landline of Colombo": lambda c: f"011-{_digits(c, 7, '2')}",
    "plate of Colombo": lambda c: f"WP CA{_letters(c, 1)}-{_four(c)}",
    "older plate of Colombo": lambda c: f"WP {_digits(c, 2)}-{_four(c)}",
    # Maldives, and everywhere
    "identity card of the Maldives": lambda c: f"A{_digits(c, 6)}",
    "call on the Maldives": lambda c: f"call {_digits(c, 7, '79')}",
    "passport": lambda c: f"{_letters(c, c.choice((1, 2)))}{_digits(c, 7)}",
    "mail": lambda c: f"{_letters(c, 5).lower()}{_digits(c, 2)}@mail.example",
}  # fmt: skip

#: How such a thing stands in a text: at its beginning, its end, in the middle, in brackets, in a line of
#: its own. The shortest free text of the rooms has 60 letters.
_FRAMES = ("{}", "Ask {}", "{} knows more", "The boy ({}) runs", "Seen: {}.", "Note\n{}\nok")


def seeded(count: int, seed: int) -> list[str]:
    """Texts that each lead to one person: every form in turn, each in a frame drawn by chance."""
    chance = random.Random(seed)
    forms = list(FORMS.values())
    return [
        chance.choice(_FRAMES).format(forms[number % len(forms)](chance)) for number in range(count)
    ]


#: What officers write every week: years, days, amounts, shares, laws, norms, codes.
HONEST = (
    "Three lamps at the harbour market by March 2027",
    "From 2026-11-24 to 2026-12-01, and again on 2027-01-15",
    "Meetings on 24.11.2026, 01.12.2026 and 08.12.2026",
    "The review of 2024-2026, the plan for 2027–2029",
    "Asked in 2023, 2024, 2025, 2026",
    "Years 2024 2025 2026 2027",
    "LKR 5000 for each volunteer, LKR 2,500,000 in all",
    "INR 4500, PKR 9000, BDT 3000, NPR 8000, USD 2500",
    "12,50,000 rupees, or 1.25 million",
    "45 % of 1,200 households; 37.5 per cent felt it",
    "Between 750 and 1000 people, about 3,400 in two weeks",
    "Penal Code 1860, section 295; Police Act 1861, section 30",
    "Article 35, schedule 7, resolution 17 of 4 May 2026",
    "Resolution UN SCR 2250 on young people; ISO 3166",
    "Call 119, or the help line 1938, at any hour",
    "The help line 1929 answers from 8.30 to 17.00",
    "Wards 12, 14 and 16; route 138; bus 2",
    "On 5 May 400 people came, on 12 May 1500",
    "At 10 am 2500 people walked from the mosque to the temple",
    "2 of 3 committees met, 5 of 7 decisions are done",
    "২০২৬ সালের মার্চের মধ্যে ৩টি বাতি, ৪৫ শতাংশ",
    "मार्च २०२७ तक तीन बत्तियाँ, ५०,००० रुपये",
    "۲۰۲۷ تک تین چراغ، ۴۵ فیصد گھرانے",
    "Ratio 1:250; 0.5 km; 3,500 m2; +12 %; -4 degrees",
)
