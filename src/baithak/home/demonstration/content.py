"""What the demonstration says: the files of our own writing beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["LANGUAGES", "budget", "dialogue", "hub", "panel", "practices", "published", "together"]

#: Everything residents read is written in these.
LANGUAGES = ("en", "ur", "bn")

_HERE = Path(__file__).parent


@cache
def hub() -> dict[str, Any]:
    """Places, organisations and people, as ``hub.toml`` tells them."""
    return tomllib.loads((_HERE / "hub.toml").read_text(encoding="utf-8"))


@cache
def dialogue() -> dict[str, Any]:
    """The dialogue, its statements and what the simulation needs, as ``dialogue.toml`` tells them."""
    return tomllib.loads((_HERE / "dialogue.toml").read_text(encoding="utf-8"))


@cache
def budget() -> dict[str, Any]:
    """The budget, its projects and what the simulation needs, as ``budget.toml`` tells them."""
    return tomllib.loads((_HERE / "budget.toml").read_text(encoding="utf-8"))


@cache
def panel() -> dict[str, Any]:
    """The panel, its categories and what the simulation needs, as ``panel.toml`` tells them."""
    return tomllib.loads((_HERE / "panel.toml").read_text(encoding="utf-8"))


@cache
def practices() -> dict[str, Any]:
    """What the example cities share and make of it, as ``practices.toml`` tells it."""
    return tomllib.loads((_HERE / "practices.toml").read_text(encoding="utf-8"))


@cache
def together() -> dict[str, Any]:
    """The worked example from the mandate to the look back, as ``together.toml`` tells it."""
    return tomllib.loads((_HERE / "together.toml").read_text(encoding="utf-8"))


@cache
def published() -> dict[str, Any]:
    """The real conversation that is shown beside the example, as ``published.toml`` tells it."""
    return tomllib.loads((_HERE / "published.toml").read_text(encoding="utf-8"))
