"""The limits that more than one kind of page of the room shares (T18)."""

from __future__ import annotations

from baithak.network.limits import Limit

__all__ = ["PAPERS"]

#: Setting a paper costs more than a page: reports of workshops and minutes of meetings together.
PAPERS = Limit("coordination.papers", most=200, seconds=10 * 60)
