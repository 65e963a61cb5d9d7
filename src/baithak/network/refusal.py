"""Why a service did not do what it was asked: a code; the pages find the words."""

from __future__ import annotations

__all__ = ["RefusedError"]


class RefusedError(Exception):
    """The act is not possible (any more). ``code`` says why; nothing was changed."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
