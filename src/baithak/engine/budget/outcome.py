"""One outcome with its reasons and its fairness, as JSON that stays the same to the byte.

Amounts are whole numbers, or decimals in a text where they are not whole (rho and others that never
end: to 12 digits). Nothing depends on time or machine: the same file, options and seed give the same
bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import baithak
from baithak.engine.budget.count import count as run
from baithak.engine.budget.election import Election, Notice
from baithak.engine.budget.explain import Explanation, explain
from baithak.engine.budget.fairness import Comparison, Fairness, compare, fairness
from baithak.engine.budget.money import written
from baithak.engine.budget.results import Count

__all__ = ["DEFAULT_UTILITY", "Outcome", "outcome"]

#: What a utility is where nobody chose one, by vote type.
DEFAULT_UTILITY = {
    "approval": "cost",
    "choose-1": "cost",
    "ordinal": "borda",
    "cumulative": "points",
    "scoring": "points",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A count, why it came out so, how fair it is; ``other`` is the count it is compared with."""

    election: Election
    count: Count
    explanation: Explanation
    fairness: Fairness
    other: Count | None
    other_fairness: Fairness | None
    comparison: Comparison | None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was strange in the file, what was left out, what was not applied."""
        told = [*self.election.notices, *self.count.left_out]
        threshold = self.election.meta.get("min_project_score_threshold", "").strip()
        if threshold and self.count.options.get("threshold") != "True":
            told.append(Notice("budget.threshold_not_applied", {"value": threshold}))
        return tuple(told)

    def to_dict(self) -> dict[str, Any]:
        """The contract of ``baithak budget count --json``."""
        count = self.count
        return {
            "rule": count.rule,
            "utility": count.utility,
            "completion": count.completion,
            "ties": count.ties,
            "budget": _amount(count.budget),
            "cost": _amount(count.cost),
            "selected": list(count.selected),
            "steps": count.steps,
            "rounds": [
                {
                    "project": bought.project,
                    "rho": None if bought.rho is None else written(bought.rho),
                    "supporters": bought.supporters,
                    "payers": told.payers,
                    "highest_payment": _amount(told.highest),
                    "effective_votes": _amount(told.effective_votes),
                    "cost": _amount(bought.cost),
                    "left": _amount(bought.left),
                    "phase": bought.phase,
                }
                for bought, told in zip(count.rounds, self.explanation.funded, strict=True)
            ],
            "not_selected": [
                {
                    "project": lost.project,
                    "why": lost.why,
                    "cost": _amount(lost.cost),
                    "supporters": lost.supporters,
                    "held": _amount(lost.held),
                    "left": _amount(lost.left),
                    "missing_money": _amount(lost.missing_money),
                    "winning_cost": _amount(lost.winning_cost),
                    "more_supporters": lost.more_supporters,
                }
                for lost in self.explanation.unfunded
            ],
            "decided_by_tie": [
                {
                    "round": tie.round,
                    "projects": list(tie.projects),
                    "taken": tie.taken,
                    "by": tie.by,
                }
                for tie in count.decided_by_tie
            ],
            "fairness": self._fairness(),
            "warnings": [
                {"code": notice.code, **{k: _plain(v) for k, v in notice.params.items()}}
                for notice in self.notices
            ],
            "receipt": {
                "file_sha256": self.election.sha256,
                "version": baithak.__version__,
                "seed": count.seed,
                "options": dict(sorted(count.options.items())),
            },
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def _fairness(self) -> dict[str, Any]:
        told: dict[str, Any] = _figures(self.fairness)
        if self.other is not None and self.other_fairness and self.comparison:
            told["compared"] = {
                "rule": self.other.rule,
                "utility": self.other.utility,
                "cost": _amount(self.other.cost),
                "selected": list(self.other.selected),
                **_figures(self.other_fairness),
                "prefer_this": self.comparison.prefer_first,
                "prefer_compared": self.comparison.prefer_second,
                "same": self.comparison.same,
            }
        return told


def outcome(
    election: Election, *, utility: str | None = None, versus: str | None = "greedy", **options: Any
) -> Outcome:
    """Count, explain, and put another rule beside it.

    Parameters
    ----------
    election : Election
    utility : str, optional
        Without, ``DEFAULT_UTILITY`` of the ballots.
    versus : str, optional
        ``greedy``, by the same utility, ties and threshold; None for no comparison. Nothing is
        compared with itself.
    **options
        Of ``count``.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> from baithak.engine.budget.count import example
    >>> told = outcome(example(), completion="add1u").to_dict()
    >>> told["selected"], told["cost"], told["fairness"]["compared"]["selected"]
    (['lamps', 'bench'], 85, ['lamps', 'park'])
    """
    utility = utility or DEFAULT_UTILITY[election.vote_type]
    counted = run(election, utility=utility, **options)
    other = None
    if versus is not None and versus != counted.rule:
        kept = {k: options[k] for k in ("ties", "seed", "threshold") if k in options}
        other = run(election, rule=versus, utility=utility, **kept)
    return Outcome(
        election=election,
        count=counted,
        explanation=explain(election, counted),
        fairness=fairness(election, counted),
        other=other,
        other_fairness=None if other is None else fairness(election, other),
        comparison=None if other is None else compare(election, counted.selected, other.selected),
    )


def _figures(told: Fairness) -> dict[str, Any]:
    return {
        "voters": told.active,
        "voters_without": told.without,
        "exclusion_ratio": round(told.exclusion, 6),
        "mean_funded_share": round(told.mean_funded, 6),
        "mean_spent_share": None if told.mean_spent is None else round(told.mean_spent, 6),
        "ejr_plus_claims": list(told.claims),
        "groups": [
            {
                "column": group.column,
                "value": group.value,
                "voters": group.voters,
                "voters_share": round(group.voters_share, 6),
                "money_share": round(group.money_share, 6),
                "voters_without": group.without,
                "mean_funded_share": round(group.mean_funded, 6),
            }
            for group in told.groups
        ],
    }


def _amount(value: Fraction | None) -> int | str | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else written(value)


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return _amount(value)
    return value if isinstance(value, int | str) or value is None else str(value)
