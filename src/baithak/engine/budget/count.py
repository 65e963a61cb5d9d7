"""Count a budget election by any rule: one door for the command line, the rooms and Python."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from baithak.engine.budget.completions import STOPS, add1
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.equal_shares import EqualShares
from baithak.engine.budget.greedy import greedy
from baithak.engine.budget.results import Count, Round
from baithak.engine.budget.ties import lot, ranks
from baithak.engine.budget.utilities import Support, support
from baithak.engine.errors import EngineError

__all__ = ["COMPLETIONS", "RULES", "STARTS", "count", "example"]

RULES = ("equal-shares", "greedy")
#: Completions, by rule.
COMPLETIONS = {
    "equal-shares": ("none", "greedy", "add1", "add1u"),
    "greedy": ("none",),
}
STARTS = ("exact", "floor")


def count(
    election: Election,
    *,
    rule: str = "equal-shares",
    utility: str = "cost",
    completion: str = "none",
    ties: str = "votes",
    seed: int = 0,
    increment: Fraction | int = Fraction(1),
    stop: str = "exhaustive",
    start: str = "exact",
    skip: bool = True,
    threshold: bool = False,
) -> Count:
    """Who is funded, and everything that is needed to see why.

    Parameters
    ----------
    election : Election
    rule : str
        One of ``RULES``.
    utility : str
        One of ``utilities.UTILITIES`` that the ballots can tell.
    completion : str
        What to do with money left over; ``COMPLETIONS`` says which a rule has.
    ties : str
        One of ``ties.TIES``.
    seed : int
        Of the lot, where ties are broken by lot.
    increment : Fraction or int
        By how much of the currency Add1 raises the start money each time.
    stop : str
        ``exhaustive`` (Add1 also ends once no further project fits) or ``overspend``.
    start : str
        ``exact`` (budget / voters) or ``floor`` (that, rounded down to whole units).
    skip : bool
        Greedy only: go on after a project that does not fit.
    threshold : bool
        Leave out projects below META's ``min_project_score_threshold``.

    Returns
    -------
    Count

    Raises
    ------
    EngineError
        ``budget.rule_unknown``, ``budget.utility_unknown``, ``budget.utility_not_for_ballots``,
        ``budget.utility_not_for_rule``, ``budget.completion_not_for_rule``,
        ``budget.ties_unknown``, ``budget.stop_unknown``, ``budget.start_unknown``,
        ``budget.increment_not_positive``, ``budget.no_threshold``, ``budget.threshold_unreadable``.

    Examples
    --------
    >>> count(example(), rule="greedy").selected, count(example(), completion="add1u").selected
    (('lamps', 'park'), ('lamps', 'bench'))
    >>> [(r.project, float(r.rho), r.payers) for r in count(example()).rounds]
    [('lamps', 0.3333333333333333, 3)]
    """
    _check(rule, completion, stop, start, increment)
    told = support(election, utility, threshold=threshold)
    place = ranks(told, ties, seed)
    options = {"skip": str(skip), "threshold": str(threshold)}
    if rule == "equal-shares":
        options |= {"increment": str(increment), "stop": stop, "start": start}
    if ties == "lot":
        options["lot"] = lot(seed)
    found: dict[str, Any]
    if rule == "greedy":
        order, tied = greedy(told, place, ties, skip=skip)
        found = {"order": order, "tied": tied, "rounds": _bought(told, order, "rule")}
    else:
        found = _equal_shares(told, place, completion, ties, Fraction(increment), stop, start)
    order = found["order"]
    return Count(
        rule=rule,
        utility=utility,
        completion=completion,
        ties=ties,
        seed=seed,
        budget=election.budget,
        cost=told.amount(sum(told.costs[c] for c in order)),
        selected=tuple(told.ids[c] for c in order),
        rounds=tuple(found["rounds"]),
        steps=found.get("steps"),
        start=found.get("start"),
        decided_by_tie=tuple(found["tied"]),
        left_out=told.left_out,
        held=found.get("held"),
        spent=found.get("spent"),
        options=options,
    )


def _check(rule: str, completion: str, stop: str, start: str, increment: Fraction | int) -> None:
    if rule not in RULES:
        raise EngineError("budget.rule_unknown", value=rule, allowed=list(RULES))
    if completion not in COMPLETIONS[rule]:
        allowed = list(COMPLETIONS[rule])
        raise EngineError(
            "budget.completion_not_for_rule", value=completion, rule=rule, allowed=allowed
        )
    if stop not in STOPS:
        raise EngineError("budget.stop_unknown", value=stop, allowed=list(STOPS))
    if start not in STARTS:
        raise EngineError("budget.start_unknown", value=start, allowed=list(STARTS))
    if increment <= 0:
        raise EngineError("budget.increment_not_positive", value=str(increment))


def _equal_shares(
    told: Support,
    place: Any,
    completion: str,
    ties: str,
    increment: Fraction,
    stop: str,
    start: str,
) -> dict[str, Any]:
    rule = EqualShares(told, place, ties)
    share = Fraction(told.budget, told.n)
    if start == "floor":
        share = Fraction(share // told.scale * told.scale)
    steps = None
    if completion in ("add1", "add1u"):
        raised = add1(rule, share, increment * told.scale, stop=stop)
        steps, share = raised.steps, raised.start
    rule.run(share, record=True)
    order, tied = list(rule.order), list(rule.tied)
    rounds = _bought(told, order, "rule", rule.rhos(), rule.payers)
    held = rule.money / told.scale
    if completion in ("greedy", "add1u"):
        more, further = greedy(told, place, ties, bought=order)
        rounds += _bought(told, more, "greedy", spent=sum(told.costs[c] for c in order))
        order, tied = order + more, tied + further
    return {
        "order": order,
        "tied": tied,
        "rounds": rounds,
        "steps": steps,
        "start": told.amount(share),
        "held": held,
        "spent": float(share) / told.scale - held,
    }


def _bought(
    told: Support,
    order: list[int],
    phase: str,
    rhos: list[Fraction] | None = None,
    payers: list[int] | None = None,
    spent: int = 0,
) -> list[Round]:
    rounds = []
    for turn, c in enumerate(order):
        spent += told.costs[c]
        rounds.append(
            Round(
                project=told.ids[c],
                cost=told.amount(told.costs[c]),
                rho=rhos[turn] if rhos else None,
                supporters=told.votes[c],
                payers=payers[turn] if payers else 0,
                left=told.amount(told.budget - spent),
                phase=phase,
            )
        )
    return rounds


def example() -> Election:
    """Five voters, 100 to spend: a park (60), lamps (40), a bench (45) and a tower nobody wants.

    Examples
    --------
    >>> example().n, [project.id for project in example().projects]
    (5, ['park', 'lamps', 'bench', 'tower'])
    """
    prices = {"park": 60, "lamps": 40, "bench": 45, "tower": 90}
    return Election.from_ballots(
        budget=100,
        projects=[Project(name, Fraction(price)) for name, price in prices.items()],
        vote_type="approval",
        ballots=[
            ("Amina", ["park", "lamps"]),
            ("Bilal", ["park", "lamps"]),
            ("Chanda", ["lamps"]),
            ("Dilan", ["park", "bench"]),
            ("Ela", ["bench"]),
        ],
    )
