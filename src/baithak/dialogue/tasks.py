"""Chores of the background worker: draw maps, close what is over, seal what is closed."""

from __future__ import annotations

from baithak.dialogue import queries, services

__all__ = ["CHORES", "close_overdue", "redraw_a_map", "seal_closed"]


def redraw_a_map() -> int:
    """Draw one map that waits. A hundred votes make one map."""
    dialogue = services.claim_map()
    if dialogue is None:
        return 0
    services.draw_map(dialogue)
    return 1


def close_overdue() -> int:
    """Close dialogues whose end has passed."""
    return services.end_overdue()


def seal_closed() -> int:
    """Seal one closed dialogue whose votes still lie as they came in."""
    dialogue = queries.to_seal()
    return int(dialogue is not None and services.seal(dialogue))


CHORES = (redraw_a_map, close_overdue, seal_closed)
