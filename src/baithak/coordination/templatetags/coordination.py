"""Texts of the room's things in templates."""

from __future__ import annotations

from django import template

from baithak.network.models import Worded

register = template.Library()


@register.filter
def told(thing: Worded, name: str) -> str:
    """One of a thing's texts in the reader's language: ``{{ body|told:"purpose" }}``."""
    return thing.text(name)
