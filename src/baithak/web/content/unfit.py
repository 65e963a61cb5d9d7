"""Why a file is not kept."""

from __future__ import annotations

__all__ = ["UnfitError"]


class UnfitError(Exception):
    """A file that is not kept; ``web.files.file_words`` has a sentence for each ``code``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
