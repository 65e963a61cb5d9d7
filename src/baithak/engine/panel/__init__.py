"""Panels by fair lottery: a pool and quotas in, a proven lottery and a draw anybody can replay out.

>>> from baithak.engine.panel import Pool, Quota, Quotas
>>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
>>> pool = Pool.from_people([{"sex": "f"}, {"sex": "m"}, {"sex": "m"}], quotas)
>>> pool.n, quotas.categories
(3, ('sex',))

Names are imported when they are first used: who only reads a stored result loads no compiler.
What has the name of its file is imported from there: ``from baithak.engine.panel.lottery import
lottery``, and so ``feasibility`` and ``statistics``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baithak.engine.panel.pool import Pool, Quota, Quotas
    from baithak.engine.panel.results import Feasibility, InfeasibleError, Lottery

__all__ = ["Feasibility", "InfeasibleError", "Lottery", "Pool", "Quota", "Quotas"]

_HOME = {
    "Feasibility": "results",
    "InfeasibleError": "results",
    "Lottery": "results",
    "Pool": "pool",
    "Quota": "pool",
    "Quotas": "pool",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
