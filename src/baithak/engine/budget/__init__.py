"""Participatory budgets: ballots in, exact winners with reasons and fairness figures out.

>>> from baithak.engine.budget.count import count, example
>>> count(example(), rule="equal-shares", completion="add1u").selected
('lamps', 'bench')

Names are imported when they are first used: who only reads a stored result loads no compiler.
What has the name of its file is imported from there: ``from baithak.engine.budget.count import
count``, and so ``explain`` and ``outcome``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baithak.engine.budget.election import Election, Notice, Project
    from baithak.engine.budget.readers import read
    from baithak.engine.budget.results import Count, Round, Tie

__all__ = ["Count", "Election", "Notice", "Project", "Round", "Tie", "read"]

_HOME = {
    "Count": "results",
    "Election": "election",
    "Notice": "election",
    "Project": "election",
    "Round": "results",
    "Tie": "results",
    "read": "readers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
