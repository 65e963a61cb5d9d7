"""What is wrong with a file or worth knowing about a map, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from baithak.engine.errors import EngineError
from baithak.report import errors
from baithak.report.words import words

__all__ = ["EngineError", "notes", "trouble"]


def trouble(error: EngineError) -> str:
    """A sentence with file, row, field and remedy, of this one problem."""
    params = {name: value for name, value in error.params.items() if name != "more"}
    return errors.sentence(error.code, params, language=get_language() or "en")


def notes(codes: Sequence[str]) -> list[str]:
    """Notes of a reader or of the engine, in words."""
    say = words(get_language() or "en")
    return [said for said in map(say.note, codes) if said]
