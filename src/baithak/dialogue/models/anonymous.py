"""Rows that nobody looks at: services write them, results are made from all of them (R2, R4)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Anonymous", "BareVoteError"]


class BareVoteError(TypeError):
    """A vote, or what belongs to it, was about to be written past its service."""


class Anonymous(ScopedModel):
    """A row without account, address, time or order. Its tables have no row ids on SQLite."""

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise BareVoteError("Votes are written by dialogue.services alone.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise BareVoteError("Votes are written by dialogue.services alone.")
