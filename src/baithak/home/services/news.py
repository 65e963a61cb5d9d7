"""Somebody has looked at the news."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied

from baithak.home.models import Seen
from baithak.network.scope import Viewer

__all__ = ["look_at_news"]


def look_at_news(*, on: date, by: Viewer) -> None:
    """Everything before this day has been read. Not in the journal: who reads what is nobody's business."""
    if by.user_id is None:
        raise PermissionDenied("home.see_news")
    Seen._unscoped.update_or_create(user_id=by.user_id, defaults={"on": on})
