"""Opinion maps: votes in, groups, common ground and honest uncertainty out.

>>> from baithak.engine.opinion import VoteMatrix, opinion_map
>>> votes = VoteMatrix.from_arrays(["a", "a", "b"], [1, 2, 1], [1, -1, 1])
>>> opinion_map(votes).participants
2

Names are imported when they are first used: who only reads a stored result loads no compiler.
What has the name of its file is imported from there: ``from baithak.engine.opinion.classic import
classic``, and so ``evaluate`` and ``placement``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baithak.engine.opinion.classic import Classic
    from baithak.engine.opinion.evaluate import Evaluation
    from baithak.engine.opinion.incremental import Incremental
    from baithak.engine.opinion.map import MapRun, map_run, opinion_map
    from baithak.engine.opinion.model import Fit, fit, update
    from baithak.engine.opinion.placement import Placement
    from baithak.engine.opinion.readers import read, read_conversation
    from baithak.engine.opinion.results import OpinionMap
    from baithak.engine.opinion.routing import RoutingTable, next_statements, routing_table
    from baithak.engine.opinion.votes import Statement, VoteMatrix

__all__ = [
    "Classic",
    "Evaluation",
    "Fit",
    "Incremental",
    "MapRun",
    "OpinionMap",
    "Placement",
    "RoutingTable",
    "Statement",
    "VoteMatrix",
    "fit",
    "map_run",
    "next_statements",
    "opinion_map",
    "read",
    "read_conversation",
    "routing_table",
    "update",
]

_HOME = {
    "Classic": "classic",
    "Evaluation": "evaluate",
    "Fit": "model",
    "Incremental": "incremental",
    "MapRun": "map",
    "OpinionMap": "results",
    "Placement": "placement",
    "RoutingTable": "routing",
    "Statement": "votes",
    "VoteMatrix": "votes",
    "fit": "model",
    "map_run": "map",
    "next_statements": "routing",
    "opinion_map": "map",
    "read": "readers",
    "read_conversation": "readers",
    "routing_table": "routing",
    "update": "model",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
