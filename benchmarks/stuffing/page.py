"""The results as a page, written whole from the results file."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from benchmarks.opinion.page import ABOUT, table

__all__ = ["render"]

HEAD = """# Ballot stuffing

This page is written by `python -m benchmarks.stuffing` (part of `make bench`); do not edit it. The same
figures for machines are in `benchmarks/results/stuffing.json`.

Attackers try to take the ten statements everybody shares off the list, and to put one on it that people
disagree about. *Naive* ones all say the same; *clones* copy the other answers of a resident drawn by chance.
They know the true list. The share is that of attempts, as a part of the residents.

- **gate**: residents come half by token and half by the open link; one attacker in ten gets hold of a token, the
  others use the open link.
- **tokens only**: no open link; nine attackers in ten stay outside.
- **no gate**: everybody comes by the open link, nobody is vouched for.

Each cell: how many of the true ten stay in the list that is shown (the worst run and the median), how many
without the defences (median), in how many runs the alarm rang, and in how many the planted statement got in.
"""

LIMITS = """## What these figures do not say

- The defences were improved while looking at these conversations. Attackers who know them will do otherwise: refuse
  six of the ten, or come in small numbers with tokens.
- Where statements of common ground were answered by few people, a few dozen attackers outvote them whatever the
  defences do (15 per hour, Canadian electoral reform). More answers per statement help; so does the token gate.
- Without any verified people nobody can be measured by them. Clones then win from about a tenth on, and in thin
  conversations the alarm may stay silent. A claim of common ground needs tokens, sessions or a lottery.
- The true list is that of the same residents without attackers. Lists of small conversations are not sure in
  themselves: drawn anew, residents often change three of the ten.
"""


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    for way, sets in results["ways"].items():
        rows = []
        for name, kinds in sets.items():
            for kind, shares in kinds.items():
                row = [f"{ABOUT.get(name, name)}, {kind}"]
                for runs in shares.values():
                    kept = [one["kept"] for one in runs]
                    plain = median(one["kept_without"] for one in runs)
                    rang = sum(one["alarm"] for one in runs)
                    planted = sum(one["planted"] for one in runs)
                    row.append(
                        f"{min(kept)}, {median(kept):g} ({plain:g}); {rang}/{len(runs)}; {planted}"
                    )
                rows.append(row)
        shares = [f"{round(100 * float(s))} %" for s in results["shares"]]
        parts.append(f"## {way.capitalize()}\n\n" + table(["conversation", *shares], rows))
    rows = [
        [ABOUT.get(name, name), *(f"{rang}/{results['honest_runs']}" for rang in ways.values())]
        for name, ways in results["honest"].items()
    ]
    ways = list(next(iter(results["honest"].values())))
    parts.append(
        "## Residents drawn anew, no attackers\n\nIn how many runs the alarm rang.\n\n"
        + table(["conversation", *ways], rows)
    )
    parts.append(
        f"Measured on {results['date']} with `{results['command']}`, seeds {results['seeds']}, "
        f"on {results['machine']}.\n"
    )
    parts.append(LIMITS)
    return "\n".join(parts)
