"""What people upload from elsewhere, read in a process of its own (R21)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from baithak.web.limited import LimitError, limited

if TYPE_CHECKING:
    from baithak.engine.opinion.readers import Conversation

__all__ = ["LimitError", "read_upload"]

_SECONDS = 20


def read_upload(folder: Path) -> Conversation:
    """A Polis export that somebody chose, without ids of participants and authors.

    Raises
    ------
    EngineError
        It is not sound: file, row and field.
    LimitError
        It takes too long or too much memory, or breaks the reader.
    """
    from baithak.engine.opinion.plain import told_again

    source = str(folder).encode()
    return told_again(limited("baithak.engine.opinion.plain:plain", source, seconds=_SECONDS))
