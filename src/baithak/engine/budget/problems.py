"""What is wrong with a file of a budget election: everything is collected before anything stops."""

from __future__ import annotations

from typing import Any, NoReturn

from baithak.engine.errors import EngineError

__all__ = ["Problems"]

MOST = 20  # counting further ones helps nobody


class Problems:
    """The first problem is raised, the next ones travel with it as ``error.others``."""

    def __init__(self) -> None:
        self.found: list[EngineError] = []

    def add(self, code: str, **params: Any) -> None:
        """Note a problem; ``file``, ``row``, ``field``, ``value`` say where."""
        self.found.append(EngineError(code, **{k: v for k, v in params.items() if v != ""}))
        if len(self.found) > MOST:
            self.stop()

    def stop(self) -> None:
        """Raise if there was any problem."""
        if self.found:
            self._raise()

    def _raise(self) -> NoReturn:
        first, *others = self.found
        error = EngineError(first.code, **first.params, more=len(others))
        error.others = tuple(others)
        raise error
