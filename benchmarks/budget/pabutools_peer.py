"""The peer's side: runs inside pabutools' own environment, which does not know Baithak.

pabutools can count voter by voter (the profile as its parser gives it) or merge identical ballots
first (``as_multiprofile``, before the clock starts); the job says which.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pabutools.election import (
    Additive_Borda_Sat,
    Additive_Cardinal_Sat,
    Cardinality_Sat,
    Cost_Sat,
    parse_pabulib,
)
from pabutools.rules import (
    greedy_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)

from benchmarks.budget.often import often
from benchmarks.clock import capped, job, report, serve

SATISFACTION = {
    "cost": Cost_Sat,
    "cardinality": Cardinality_Sat,
    "points": Additive_Cardinal_Sat,
    "borda": Additive_Borda_Sat,
}


def rule(how: dict[str, str], instance: Any, profile: Any) -> Callable[[], Any]:
    """The same count in pabutools' words."""
    if how["rule"] == "phragmen":
        return lambda: sequential_phragmen(instance, profile)
    satisfaction = SATISFACTION[how["utility"]]
    if how["rule"] == "greedy":
        return lambda: greedy_utilitarian_welfare(instance, profile, satisfaction)
    step = 1 if how["completion"] == "add1" else None
    return lambda: method_of_equal_shares(
        instance, profile, satisfaction, voter_budget_increment=step
    )


def main() -> None:
    asked = job()
    sys.setrecursionlimit(100_000)  # equal shares and Phragmén call themselves for every purchase
    path = str(Path(asked["file"]))
    if asked["task"] == "parsed":
        times, run = often(lambda: parse_pabulib(path))
        runs, _ = serve(run)
        report([spent / times for spent in runs])
        return
    instance, profile = parse_pabulib(path)
    work = rule(asked["how"], instance, profile.as_multiprofile() if asked["merged"] else profile)
    first = capped(work, asked["seconds"])
    start = time.process_time()
    result = first()
    spent = time.process_time() - start
    if result is None or spent > 1:  # once is enough, and warm enough
        serve(lambda: None)
        report([spent], selected=result and sorted(p.name for p in result))
        return
    times, run = often(work)
    runs, result = serve(run)
    report([spent / times for spent in runs], selected=sorted(p.name for p in result))


if __name__ == "__main__":
    main()
