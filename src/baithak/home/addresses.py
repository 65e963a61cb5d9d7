"""Where a thing's page is."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

__all__ = ["of", "page"]


def page(name: str, query: str = "", **named: Any) -> str:
    """The address of a page by its name."""
    address = reverse(name, kwargs=named)
    return f"{address}?{query}" if query else address


def of(thing: Any) -> str:
    """The address of a thing's own page."""
    return str(thing.get_absolute_url())
