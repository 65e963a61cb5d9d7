"""The limits that more than one kind of page of the room shares (T18)."""

from __future__ import annotations

from baithak.network.limits import Limit

__all__ = ["PAPERS", "SHEETS"]

#: Setting a paper costs more than a page: reports of workshops and minutes of meetings together.
PAPERS = Limit("coordination.papers", most=200, seconds=10 * 60)
#: The same of sheets: first-hour cards, joint statements and tables of who does what.
SHEETS = Limit("coordination.sheets", most=200, seconds=10 * 60)
