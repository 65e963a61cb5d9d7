"""Progress goes to standard error, so that results can be piped."""

from __future__ import annotations

import sys
import time

__all__ = ["say"]

_START = time.monotonic()


def say(text: str) -> None:
    """One line, with the seconds since the start."""
    print(f"[{time.monotonic() - _START:6.0f} s] {text}", file=sys.stderr, flush=True)
