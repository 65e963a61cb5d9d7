"""What can go wrong in the engine: a code and its parameters. The words are found elsewhere."""

from __future__ import annotations

from typing import Any

__all__ = ["EngineError"]


class EngineError(ValueError):
    """An input the engine refuses, or a question it cannot answer.

    Parameters
    ----------
    code : str
        A stable, dotted name such as ``votes.unknown_value``. The command line and the pages turn
        it into one sentence with a remedy, in the reader's language.
    **params
        What the sentence needs: ``row`` (1 is the first line of the file), ``field``, ``value`` …

    Examples
    --------
    >>> EngineError("votes.unknown_value", row=7, field="vote", value="maybe").params["row"]
    7
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        #: Further problems of the same source, where a reader looked on after the first.
        self.others: tuple[EngineError, ...] = ()
        told = ", ".join(f"{name}={value!r}" for name, value in params.items())
        super().__init__(f"{code}({told})")
