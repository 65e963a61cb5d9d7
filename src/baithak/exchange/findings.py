"""Where an adoption can come from: rooms above tell what they found, the exchange need not know them.

A room registers who reads its findings::

    @source("dialogue")
    def _finding(viewer, name):  # name: what follows "dialogue:", such as "k7m2p:12"
        return Finding(text, language, address)  # or None: unknown, or not for this viewer

An adoption keeps ``dialogue:k7m2p:12``, and the words of then where everybody may read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from baithak.network.scope import PUBLIC, Viewer

__all__ = ["Finding", "finding", "is_public", "source"]

#: No address of a finding is longer.
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: its words, and the page that shows it. Never a figure (R6, R7)."""

    text: str
    language: str
    address: str


Loader = Callable[[Viewer, str], Finding | None]
_KNOWN: dict[str, Loader] = {}


def source(kind: str) -> Callable[[Loader], Loader]:
    """Register who reads the findings of this kind."""

    def register(loader: Loader) -> Loader:
        _KNOWN[kind] = loader
        return loader

    return register


def finding(viewer: Viewer, because: str) -> Finding | None:
    """The finding of this name, if the viewer may see it; what nobody knows is calmly nothing."""
    kind, _, name = because.partition(":")
    loader = _KNOWN.get(kind)
    return None if loader is None or len(because) > LONGEST else loader(viewer, name)


def is_public(because: str) -> bool:
    """Whether everybody may read it: only then its words go where the adoption goes (R14)."""
    return finding(PUBLIC, because) is not None
