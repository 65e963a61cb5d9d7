"""The only file of the room that calls the engine."""

from __future__ import annotations

from baithak.engine.budget.results import Count

__all__ = ["Count"]
