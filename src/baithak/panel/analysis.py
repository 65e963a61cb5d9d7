"""The only file of the room that calls the engine."""

from __future__ import annotations

from baithak.engine.errors import EngineError

__all__ = ["EngineError"]
