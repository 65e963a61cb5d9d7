"""A conversation as JSON can hold it, so that a process of its own can read what a stranger uploads."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.readers import Comment, Conversation, read_conversation
from baithak.engine.opinion.votes import Statement, VoteMatrix

__all__ = ["plain", "told_again"]

_KINDS = {"indptr": "<i8", "columns": "<i4", "values": "<i1"}


def plain(source: bytes) -> dict[str, Any]:
    """What an importer needs of a conversation: no author, no id of a participant, no group.

    Parameters
    ----------
    source : bytes
        The path of a folder or file (``readers.read_conversation``), in UTF-8.

    Returns
    -------
    dict
        ``topic``, ``description``, ``url``, ``people`` (how many), ``notes``; ``statements`` (id,
        text, moderated out, about the person) and ``comments`` (id, text, moderated, about the
        person); ``indptr``, ``columns``, ``values`` of the matrix in Base64.

    Raises
    ------
    EngineError
        As ``readers.read_conversation``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "votes.csv"
    ...     _ = path.write_text("participant,statement,vote\\nAmina,1,1\\nBilal,1,-1\\n")
    ...     told = plain(str(path).encode())
    >>> told["people"], told["statements"], told_again(told).votes.dense().tolist()
    (2, [['1', '', False, False]], [[1.0], [-1.0]])
    """
    told = read_conversation(Path(source.decode()))
    votes = told.votes
    return {
        "topic": told.topic,
        "description": told.description,
        "url": told.url,
        "people": votes.n,
        "notes": list(votes.notes),
        "statements": [[s.id, s.text, s.moderated_out, s.meta] for s in votes.statements],
        "comments": [[c.id, c.text, c.moderated, c.meta] for c in told.comments],
        **{name: _packed(getattr(votes, name), kind) for name, kind in _KINDS.items()},
    }


def told_again(told: Mapping[str, Any]) -> Conversation:
    """The conversation of what ``plain`` gave; participants have new ids, from 1."""
    arrays = {name: _unpacked(told[name], kind) for name, kind in _KINDS.items()}
    return Conversation(
        VoteMatrix(
            tuple(str(n + 1) for n in range(told["people"])),
            tuple(Statement(*row) for row in told["statements"]),
            arrays["indptr"],
            arrays["columns"],
            arrays["values"],
            notes=tuple(told["notes"]),
        ),
        topic=told["topic"],
        description=told["description"],
        url=told["url"],
        comments=tuple(
            Comment(name, text, "", None, moderated, meta)
            for name, text, moderated, meta in told["comments"]
        ),
    )


def _packed(array: NDArray[Any], kind: str) -> str:
    return b64encode(array.astype(kind).tobytes()).decode()


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(b64decode(text), dtype=kind)
