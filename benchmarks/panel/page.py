"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.opinion.page import table
from benchmarks.opinion.sums import ratio

__all__ = ["ORDER", "goals", "merged", "render"]

ORDER = ("paired", "scale", "infeasible")
Goal = tuple[str, str, str, bool]


def merged(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the freshly measured parts in place of the old ones, others untouched."""
    both = {**before, **fresh}
    return {name: both[name] for name in ORDER if name in both}


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    told = goals(results)
    if told:
        mark = {True: "met", False: "**missed**"}
        rows = [[name, goal, value, mark[met]] for name, goal, value, met in told]
        parts.append("## Goals\n\n" + table(["goal", "wanted", "measured", ""], rows))
    write = {"paired": _paired, "scale": _scale, "infeasible": _infeasible}
    parts += [write[name](results[name]) + _how(results[name]) for name in ORDER if name in results]
    parts.append(LIMITS)
    return "\n".join(parts)


HEAD = """# Benchmarks of the panel engine

This page is written by `python -m benchmarks.panel` (part of `make bench`); do not edit it. The same
figures for machines are in `benchmarks/results/panel.json`. The peer is sortition-algorithms 0.12.15,
the library behind the sortition tools, in an environment of its own that the command makes. `--only
paired`, `scale` or `infeasible` measures one part anew and leaves the others.

The pools are made up (`benchmarks/panel/data.py`): two hidden traits decide who comes forward and pull
on every feature at once; each quota is the whole number below the feature's share of the panel in the
population and the one above; 15 % of the people live in a two-person household of the pool.
"""

LIMITS = """## What these figures do not say

- CPU seconds are of one thread and of the process itself. On a machine that does other work they
  still rise, for both alike: compare within one run, never between runs.
- The peer runs once per pool, Baithak three times, before and after it; the median counts. Both start
  from a pool in memory, and Baithak's kernels are loaded before the clock starts.
- The peer's leximin needs Gurobi for its linear programmes; it has it here, on one thread, under the
  free licence of its package, which allows small programmes only. Its integer programmes go to HiGHS,
  as it does by default.
- Gurobi is not free software: its bundled licence is for non-production use. It is in the peer's own
  environment alone; Baithak needs and installs nothing of it.
- The two do not give the same thing. The peer gives panels with weights, Baithak 1,000 equally likely
  panels for a draw of three balls, checked one by one: its lowest chance is a whole multiple of 1/1000,
  and so up to 1/1000 below the bound. The bound is proven with whole numbers; no lottery beats it.
- Where the bound itself is below 1/1000, as with 100,000 people for 300 seats, 1,000 panels leave the
  least likely without a chance; being within 1/1000 of the bound says little there. `panels` takes up
  to 10,000.
- Lotteries that the peer does not finish within its CPU seconds are in no mean.
- The pools are made up; the pools of real assemblies are in the tests, where their data may be read.
"""


def goals(results: Mapping[str, Any]) -> list[Goal]:
    """Each goal: name, what is wanted, what was measured, whether that meets it."""
    told: list[Goal] = []
    means = results.get("paired", {}).get("summary")
    if means:
        text = f"{means['mean']:,.0f} ({means['count']} pools)"
        name = "sortition-algorithms / own, leximin, geometric mean"
        told.append((name, ">= 200", text, means["mean"] >= 200))
        told.append(("the same, least", ">= 50", f"{means['least']:,.0f}", means["least"] >= 50))
    rows = [row for name in ("paired", "scale") for row in results.get(name, {}).get("rows", ())]
    if rows:
        near = sum(row["certified"] for row in rows)
        text = f"{near} of {len(rows)} pools"
        told.append(
            ("lowest chance within 1/M of the proven bound", "all", text, near == len(rows))
        )
    for n, k, seconds, most in ((20_000, 200, 8, 400), (100_000, 300, 60, None)):
        for row in results.get("scale", {}).get("rows", ()):
            if row["n"] == n:
                cpu, peak = row["cpu"], row["peak_mb"]
                goal = f"n {n:,}, k {k}, CPU"
                told.append((goal, f"<= {seconds} s", f"{cpu:.1f} s", cpu <= seconds))
                if most:
                    told.append(
                        ("the same, peak memory", f"<= {most} MB", f"{peak:,.0f} MB", peak <= most)
                    )
    spoilt = results.get("infeasible", {}).get("rows")
    if spoilt:
        worst = max(row["cpu"] for row in spoilt)
        told.append(("no panel, explained, CPU", "<= 5 s", f"{worst:.2f} s", worst <= 5))
    return told


def _paired(told: Mapping[str, Any]) -> str:
    rows = []
    for row in told["rows"]:
        finished = bool(row.get("peer"))
        peer, lowest, times = "", "", "-"
        if finished:
            peer, lowest = f"{row['peer']:.1f}", f"{row['peer_lowest']:.5f}"
            times = f"{ratio(row['peer'], row['own']):,.0f}"
        elif "finished" in row:
            peer = f"did not finish in {told['seconds']:g} s"
        rows.append([_name(row), f"{row['own']:.3f}", peer, times, f"{row['bound']:.5f}",
                     f"{row['lowest']:.5f}", lowest])  # fmt: skip
    header = ["pool", "Baithak, CPU s", "sortition-algorithms, CPU s", "times", "proven bound",
              "lowest chance, Baithak", "sortition-algorithms"]  # fmt: skip
    text = f"## Leximin beside the peer\n\nSeed {told['seed']}.\n\n" + table(header, rows)
    if "profile" in told:
        text += "\n### Where the time goes, where Baithak is least ahead\n\n"
        text += _profile(told["profile"])
    return text


def _scale(told: Mapping[str, Any]) -> str:
    rows = [
        [_name(row), f"{row['kinds']:,}", str(row["steps"]), f"{row['cpu']:.2f}",
         f"{row['peak_mb']:,.0f}", f"{row['bound']:.5f}", f"{row['lowest']:.5f}",
         str(row["excluded"])]
        for row in told["rows"]
    ]  # fmt: skip
    header = ["pool", "kinds of people", "stages", "CPU s", "peak MB", "proven bound",
              "lowest chance", "people in no panel"]  # fmt: skip
    text = (
        f"## Large pools\n\nBaithak alone: leximin, 1,000 panels, one run, seed {told['seed']}. Memory is of "
        "the whole process, pool and libraries included. People in no panel have no chance under these "
        "quotas whoever draws; the lowest chance is of the others.\n\n"
    ) + table(header, rows)
    return text + "".join("\n### Where the time goes\n\n" + _profile(p) for p in told["profiles"])


def _infeasible(told: Mapping[str, Any]) -> str:
    rows = [
        [f"{SPOILT[row['how']]} ({row['people']:,} people)", f"{row['cpu']:.2f}",
         "; ".join(row["relax"]), "; ".join(row["conflict"])]
        for row in told["rows"]
    ]  # fmt: skip
    header = ["pool", "CPU s", "least loosening", "contradiction"]
    return (
        f"## No panel\n\nA pool of 2,000 (k 150, 8 categories, seed {told['seed']}) spoilt in two ways.\n\n"
    ) + table(header, rows)


SPOILT = {
    "scarce": "three of the oldest are left",
    "crossed": "everybody without schooling is one of the oldest",
}


def _profile(told: Mapping[str, Any]) -> str:
    rows = [
        [
            f"`{row['name']}`",
            f"{row['calls']:,.0f}",
            f"{100 * row['alone'] / told['seconds']:.0f} %",
        ]
        for row in told["rows"]
    ]
    return (
        "Share of CPU under Python's profiler (compiled kernels and the solver count to the function that "
        "calls them).\n\n"
    ) + table([_name(told), "calls", "itself"], rows)


def _name(row: Mapping[str, Any]) -> str:
    homes = ", one per household" if row.get("household") else ""
    return f"n {row['n']:,}, k {row['k']}, {row['c']} categories{homes}"


def _how(told: Mapping[str, Any]) -> str:
    load = " to ".join(f"{value:.1f}" for value in told["load"])
    return (
        f"\nMeasured on {told['date']}: {told['machine']}; other work on the machine meanwhile: load "
        f"{load}. Again with `{told['command']}`.\n"
    )
