"""What the log may hold (R4): nothing that tells when somebody took part, or from where.

Django writes a line with the address of each page it refuses or fails on. On residents' pages such
a line is a moment at which somebody took part, and the address can hold a handle of theirs: refusals
there are not written down at all, failures without the address.
"""

from __future__ import annotations

import logging
import re
from typing import Any

__all__ = ["WithoutResidents", "residents_path"]

#: Residents' pages of dialogues, budgets and panels, in any language of the interface.
_RESIDENTS = re.compile(r"(?:/[a-z]{2})?/[dbp]/")


def residents_path(path: str) -> bool:
    """Whether this address is one where residents take part.

    Examples
    --------
    >>> residents_path("/ur/d/abc/vote/"), residents_path("/en/dialogue/abc/")
    (True, False)
    """
    return _RESIDENTS.match(path) is not None


class WithoutResidents(logging.Filter):
    """Lets lines about residents' pages pass only if something failed, and then without the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request: Any = getattr(record, "request", None)
        path = getattr(request, "path", "")
        if not isinstance(path, str) or not residents_path(path):
            return True
        if record.levelno < logging.ERROR:
            return False
        record.msg, record.args = "A page for residents failed.", ()
        return True
