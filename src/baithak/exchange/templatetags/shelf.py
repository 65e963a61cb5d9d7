"""Words of the shelf in templates."""

from __future__ import annotations

from django import template

from baithak.exchange import shelf

register = template.Library()

register.filter("licence", shelf.licence_words)
register.filter("file_kind", shelf.file_kind)
register.filter("step_title", shelf.step_words)
register.filter("host", shelf.host)
