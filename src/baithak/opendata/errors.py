"""What can go wrong with open data: a code and its parameters; ``report.errors`` has the words."""

from __future__ import annotations

from typing import Any

__all__ = ["DataError"]


class DataError(ValueError):
    """A data set that is unknown, damaged or out of reach.

    Parameters
    ----------
    code : str
        A stable, dotted name such as ``data.damaged``.
    **params
        What the sentence needs.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        told = ", ".join(f"{name}={value!r}" for name, value in params.items())
        super().__init__(f"{code}({told})")
