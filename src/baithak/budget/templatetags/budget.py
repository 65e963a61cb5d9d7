"""Amounts of money as people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """An amount with its currency: INR 450,000; no cents where there are none.

    Examples
    --------
    >>> money(Decimal("450000.00"), "INR")
    'INR\\xa0450,000'
    >>> money(Decimal("12.50"))
    '12.50'
    """
    if amount is None or amount == "":
        return ""
    told = Decimal(str(amount))
    words = f"{told:,.0f}" if told == told.to_integral_value() else f"{told:,.2f}"
    return f"{currency}\N{NO-BREAK SPACE}{words}" if currency else words
