"""What pages with a form share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["form_page"]


def form_page(request: HttpRequest, template: str, form: Any, **words: Any) -> HttpResponse:
    """A page with a form; 422 where something needs mending, so that htmx shows it too."""
    return render(request, template, {"form": form, **words}, status=422 if form.errors else 200)
