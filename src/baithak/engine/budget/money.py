"""Amounts of money, exactly: from the ways people write them, and back."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

__all__ = ["Amount", "amount", "rounded", "written"]

#: What a caller may give for an amount; a float is not among them, for it is not exact.
Amount = Fraction | Decimal | int | str

_AMOUNT = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,9})|,([0-9]{1,2}))?")


def amount(told: Amount) -> Fraction | None:
    """The amount as a fraction; None if it is not one, or below zero.

    Texts hold digits with a decimal point, or a decimal comma and one or two digits after it:
    ``5,000`` may be five or five thousand, so it is neither.

    Examples
    --------
    >>> amount("2458488.22"), amount("12,5"), amount("5,000"), amount("-3")
    (Fraction(122924411, 50), Fraction(25, 2), None, None)
    """
    if not isinstance(told, str):
        if isinstance(told, Decimal) and not told.is_finite():
            return None
        exact = Fraction(told)
        return exact if exact >= 0 else None
    found = _AMOUNT.fullmatch(told.strip())
    if found is None:
        return None
    whole, after = found[1], found[2] or found[3] or ""
    return Fraction(int(whole + after), 10 ** len(after))


def written(exact: Fraction) -> str:
    """The amount in digits: exact where its decimals end, else as ``rounded``.

    Examples
    --------
    >>> written(Fraction(4000)), written(Fraction(122924411, 50)), written(Fraction(1, 3))
    ('4000', '2458488.22', '0.333333333333')
    """
    below, twos, fives = exact.denominator, 0, 0
    while below % 2 == 0:
        below, twos = below // 2, twos + 1
    while below % 5 == 0:
        below, fives = below // 5, fives + 1
    return _digits(exact, max(twos, fives)) if below == 1 else rounded(exact)


def rounded(exact: Fraction, places: int = 12) -> str:
    """The amount in digits, half away from zero, without zeros at the end.

    Examples
    --------
    >>> rounded(Fraction(200, 3), 2), rounded(Fraction(1, 2), 2)
    ('66.67', '0.5')
    """
    scaled = abs(exact) * 10**places + Fraction(1, 2)
    near = Fraction(scaled.numerator // scaled.denominator, 10**places)
    text = _digits(-near if exact < 0 else near, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(exact: Fraction, places: int) -> str:
    scaled = exact * 10**places
    whole, after = divmod(abs(scaled.numerator), 10**places)
    sign = "-" if exact < 0 else ""
    return f"{sign}{whole}" + (f".{after:0{places}d}" if places else "")
