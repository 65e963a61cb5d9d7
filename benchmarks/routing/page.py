"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baithak.engine.opinion.routing import NEW
from benchmarks.opinion.page import ABOUT, table
from benchmarks.routing.ways import WAYS

__all__ = ["ORDER", "merged", "render", "verdict"]

ORDER = ("replay", "fairness")
WORDS = {"random": "random", "polis": "Polis' priority", "information": "Baithak"}

HEAD = """# Benchmarks of the routing

Which statement a person is asked next. This page is written by `python -m benchmarks.routing` (part of
`make bench`); do not edit it. The same figures for machines are in `benchmarks/results/routing.json`.
`--only replay` or `--only fairness` measures one part anew and leaves the other.

- **random**: any statement the person has not answered, all with the same chance.
- **Polis' priority**: drawn with a chance proportional to Polis' comment priority, from the votes by then,
  as Polis' server does it.
- **Baithak**: what a hub does (`engine/opinion/routing.py`): expected information, and every fourth turn to
  the least answered of the statements with fewer than 20 votes.
"""

REPLAY = """## Replay

From each conversation some people were set aside (at most 300, at most a third of those with 20 votes
or more) and the model learned from all others. Of each person set aside, 30 % of the votes were held for
scoring, the same for all ways; the others are what could be asked. A way chose, the person's real answer was
told, and the model predicted the held votes: log-loss of agree against disagree, smaller is better. After no
answer all ways are equal. ± is one standard error, with people as the unit (somebody set aside in several
seeds is one). The gain is of the same people on the same held votes, so it is known better than either loss.
"""

FAIR = """## New statements

A fifth of the statements, drawn by chance, came after the map: the model had seen no vote on them. The
people set aside came one after another and were asked up to ten statements each of those they had
answered in reality; every answer counted for the next person. Counted are the new statements that at least
20 of them could have been asked. *Reached 20*: how many of these had 20 votes at the end. *Least*: votes of
the least answered. *Uneven*: Gini coefficient of their votes (0: all the same). *Turns*: share of all turns
that went to new statements; a fifth would be their number's share. ± is one standard error over seeds.
"""

LIMITS = """## What these figures do not say

- People can only be asked what they answered in reality. A way that would ask what somebody never saw cannot
  be replayed, and who answered little is left out.
- Scored are votes that people chose to cast; nothing is claimed about those they would not cast.
- Both the choice by information and the scoring use Baithak's model. Polis' own map might gain more from Polis'
  order; it predicts held votes less well ([benchmarks.md](benchmarks.md)).
- London and Seattle have fewer than 20 people to set aside in each seed. Their rows are shown because leaving
  them out would be choosing; a difference within two standard errors is none.
- New statements get more than their quarter of the turns: what is learned of a statement counts beside what is
  learned of the person. With a fifth of all statements new at once, most turns go to them, and the rest waits.
- How much noise the order gets was set while looking at these conversations (one of three values).
"""


def merged(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the freshly measured parts in place of the old ones."""
    both = {**before, **fresh}
    return {name: both[name] for name in ORDER if name in both}


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    write = {"replay": _replay, "fairness": _fairness}
    parts = [
        HEAD,
        *(write[n](results[n]) + _how(results[n]) for n in ORDER if n in results),
        LIMITS,
    ]
    return "\n".join(parts)


def verdict(told: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Rows (conversation, rival, answers) where Baithak is surely better, surely worse, neither.

    Sure is a gain of more than two standard errors.
    """
    better: list[str] = []
    worse: list[str] = []
    neither: list[str] = []
    for name, one in told["conversations"].items():
        for step, row in one["after"].items():
            if step == "0":
                continue
            for way in ("random", "polis"):
                gain, error = row[way]["gain"], row[way]["gain_error"]
                where = f"{ABOUT.get(name, name)}, {WORDS[way]}, {step} answers"
                sure = abs(gain) > 2 * error
                (neither if not sure else better if gain > 0 else worse).append(where)
    return better, worse, neither


def _replay(told: Mapping[str, Any]) -> str:
    text = [REPLAY]
    for step in next(iter(told["conversations"].values()))["after"]:
        if step == "0":
            continue
        rows = []
        for name, one in told["conversations"].items():
            row = one["after"][step]
            start = one["after"]["0"]["information"]["loss"]
            rows.append(
                [
                    ABOUT.get(name, name),
                    f"{one['people']:,}",
                    f"{start:.3f}",
                    *(f"{row[way]['loss']:.3f}" for way in WAYS),
                    *(
                        f"{row[way]['gain']:+.3f} ± {row[way]['gain_error']:.3f}"
                        for way in ("random", "polis")
                    ),
                ]
            )
        head = ["conversation", "people", "no answer", *(WORDS[way] for way in WAYS)]
        text.append(
            f"After {step} answers:\n\n"
            + table([*head, "gain on random", "gain on Polis' priority"], rows)
        )
    better, worse, neither = verdict(told)
    count = len(better) + len(worse) + len(neither)
    text.append(
        f"Of {count} comparisons Baithak is better by more than two standard errors in {len(better)}, "
        f"worse by as much in {len(worse)}"
        + (f" ({'; '.join(worse)})" if worse else "")
        + f"; {len(neither)} lie between.\n"
    )
    return "\n".join(text)


def _fairness(told: Mapping[str, Any]) -> str:
    rows = []
    for name, one in told["conversations"].items():
        for way in WAYS:
            if way not in one["ways"]:
                continue
            got = one["ways"][way]
            if one["people"] < NEW:  # nobody could have reached so many
                row = [
                    f"{ABOUT.get(name, name)}: {WORDS[way]}",
                    str(one["people"]),
                    str(one["new"]),
                ]
                share = f"{100 * got['share']['mean']:.0f}% ± {100 * got['share']['error']:.0f}"
                rows.append([*row, "-", "-", "-", share])
                continue
            rows.append(
                [
                    f"{ABOUT.get(name, name)}: {WORDS[way]}",
                    str(one["people"]),
                    str(one["new"]),
                    f"{100 * got['enough']['mean']:.0f}% ± {100 * got['enough']['error']:.0f}",
                    f"{got['least']['mean']:.0f} ± {got['least']['error']:.0f}",
                    f"{got['uneven']['mean']:.2f} ± {got['uneven']['error']:.2f}",
                    f"{100 * got['share']['mean']:.0f}% ± {100 * got['share']['error']:.0f}",
                ]
            )
    head = ["conversation", "people", "new", "reached 20", "least", "uneven", "turns"]
    return "\n".join([FAIR, table(head, rows)])


def _how(told: Mapping[str, Any]) -> str:
    return f"\nMeasured on {told['date']} with `{told['command']}`, seeds {told['seeds']}, on {told['machine']}.\n"
