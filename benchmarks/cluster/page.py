"""The results as a page: written whole from the results file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.cluster.scale import ENGINES
from benchmarks.opinion.page import table

__all__ = ["busiest", "estimate", "merged", "render"]

ORDER = ("10 M", "100 M")
LANES, DIMENSIONS = 8, 4
CORES = 32  # of the cluster in the estimate
MANY = 100_000_000  # people in the estimate, with a hundred votes each
NETWORK = 10e9 / 8  # bytes a second


def merged(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """The results with the freshly measured parts in place of the old ones; single engines too."""
    told = {**before}
    for label, part in fresh.items():
        rows = {**before.get(label, {}).get("rows", {}), **part.get("rows", {})}
        told[label] = {**part, "rows": rows} if rows else part
    return {label: told[label] for label in ORDER if label in told}


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    parts += [_part(label, results[label]) for label in ORDER if label in results]
    parts.append(WHY)
    last = next((results[label] for label in reversed(ORDER) if label in results), None)
    if last and "model" in last.get("rows", {}):
        told = estimate(last)
        if told:
            parts.append(told)
    return "\n".join(parts)


HEAD = """# Benchmarks of the opinion engine on a cluster

This page is written by `python -m benchmarks.cluster`; do not edit it. The same figures for machines
are in `benchmarks/results/cluster.json`. The cluster is Dask's: a scheduler and worker processes of one
thread, **all on this one machine**, so that the network is its loopback. `baithak opinion map
votes.csv --cluster ADDRESS` makes the same call on other machines.

How it is shared out: the people are cut into the same stretches as on one machine. Votes go to the
workers once and stay there, with where everybody stands. In each pass the statements' moments go out,
sums over people come back, and they are added in the order of the stretches: the result does not depend
on the number of workers.
"""

WHY = """## What these figures do not say

- *With the workers* is the time in which the asking process waits for a pass; *there and back* the time
  to send votes and to fetch where everybody stands, once; *alone* is what only the asking process does
  meanwhile: it does not shrink with more workers. For `opinion_map` that is what is computed from a
  sample of the people (expected answers, redrawn crowds, reliability of the axes) and the rows of the
  result; for `classic` it is k-means.
- *If nobody waited* is the seconds of CPU of the asking process and of the busiest worker, added up:
  what the wall would show on a machine where each process has a processor of its own. Where the load is
  larger than the number of processors, only this column and the CPU columns mean something.
- Two workers, the scheduler and the asking process share the processors of this machine. One process
  with threads (`docs/benchmarks.md`) has nothing to send and is the better way while the votes fit.
"""


def busiest(row: Mapping[str, float], workers: int) -> float:
    """Seconds if every process had a processor of its own: stretches are of equal size."""
    return row["own_cpu"] + row["workers_cpu"] / workers


def _part(label: str, told: Mapping[str, Any]) -> str:
    shape = f"{label} votes ({told['people']:,} people x {told['statements']:,} statements)"
    if "left_out" in told:
        return f"## {shape}\n\nLeft out: {told['left_out']}.\n"
    rows, gains = [], []
    for engine, runs in told["rows"].items():
        for workers, row in runs.items():
            if "failed" in row:
                rows.append([ENGINES[engine], workers, f"failed: {row['failed']}", *[""] * 8])
                continue
            alone = row["wall"] - row["waited"] - row["once_s"]
            rows.append(
                [
                    ENGINES[engine], workers, f"{row['wall']:.1f}", f"{row['waited']:.1f}",
                    f"{row['once_s']:.1f}", f"{alone:.1f}", f"{row['workers_cpu']:.1f}",
                    f"{row['own_cpu']:.1f}", f"{busiest(row, int(workers)):.1f}",
                    f"{row['peak_mb']:.0f}", f"{row['worker_peak_mb']:.0f}",
                ]
            )  # fmt: skip
        one, two = runs.get("1", {}), runs.get("2", {})
        if "wall" in one and "wall" in two:
            gains.append(
                [
                    ENGINES[engine], f"{one['wall'] / two['wall']:.2f}",
                    f"{busiest(one, 1) / busiest(two, 2):.2f}", f"{two['rounds']:.0f}",
                    f"{two['once'] / 1e6:.0f}", f"{two['sent'] / two['rounds'] / 1e6:.2f}",
                    f"{two['returned'] / two['rounds'] / 1e6:.2f}",
                    "-" if two["gap"] is None else f"{two['gap']:.1e}",
                ]
            )  # fmt: skip
    load = " to ".join(f"{value:.1f}" for value in told["load"])
    return "\n".join(
        [
            f"## {shape}\n",
            "Seconds; the best of the runs by the wall.\n",
            table(["what", "workers", "wall", "with the workers", "there and back", "alone",
                   "CPU of workers", "CPU of the asking process", "if nobody waited",
                   "its peak MB", "a worker's peak MB"], rows),
            "Two workers against one, wanted 1.7 times on the wall; what travels; and the largest "
            "difference of any number of the result from the threads of one process (wanted 1e-9).\n",
            table(["what", "times faster, wall", "times faster, if nobody waited", "passes",
                   "MB once", "MB out per pass", "MB back per pass", "difference"], gains),
            f"Measured on {told['date']}: {told['machine']}; other work on the machine meanwhile: load "
            f"{load}. Again with `{told['command']}`.\n",
        ]
    )  # fmt: skip


def estimate(told: Mapping[str, Any]) -> str:
    """On paper: a hundred million people, from the measured cost of one vote."""
    row = told["rows"]["model"].get("2", {})
    if "wall" not in row:
        return ""
    votes, m = MANY * 100, told["statements"]
    passes = row["rounds"]
    per_vote = row["workers_cpu"] / passes / told["votes"]
    extended, F = DIMENSIONS + 2, DIMENSIONS + 1
    R = -(-extended * (extended + 1) // (2 * LANES)) * LANES + -(-extended // LANES) * LANES
    state = 4 * (F + F * (F + 1) // 2 + 1)
    stretches = -(-votes // 25_000_000)
    out, back = CORES * m * (4 * R + 4), stretches * m * (8 * R + 16)
    held = 3 * votes + 8 * MANY
    cpu = passes * votes * per_vote
    rows = [
        ["votes, as stored (3 bytes each, 8 for each person)", f"{held / 1e9:.0f} GB"],
        [f"where everybody stands ({state} bytes each; twice while a pass runs)",
         f"{state * MANY / 1e9:.1f} GB, {2 * state * MANY / 1e9:.1f} GB"],
        [f"memory of each of {CORES} workers", f"{(held + 2 * state * MANY) / CORES / 1e9:.1f} GB"],
        ["CPU of one pass", f"{votes * per_vote:.0f} s ({1e9 * per_vote:.0f} ns a vote)"],
        [f"CPU of all {passes:.0f} passes", f"{cpu:,.0f} s"],
        [f"the passes on {CORES} cores", f"{cpu / CORES:.0f} s"],
        ["out per pass", f"{out / 1e6:.0f} MB"],
        [f"back per pass ({stretches} stretches)", f"{back / 1e6:.0f} MB"],
        ["to the workers once, at 10 Gbit/s", f"{held / NETWORK:.0f} s"],
        ["where everybody stands, fetched once", f"{state * MANY / NETWORK:.0f} s"],
        ["**`fit`, in all**", f"**{(cpu / CORES) + (held + state * MANY + passes * (out + back)) / NETWORK:.0f} s**"],
    ]  # fmt: skip
    whole = told["rows"].get("map", {}).get("2", {})
    more = ""
    if "wall" in whole:
        alone = whole["own_cpu"] - row["own_cpu"]
        grown = alone * MANY / told["people"]
        em = (whole["workers_cpu"] - row["workers_cpu"]) * MANY / told["people"]
        more = (
            f"The whole map adds, at the same cost for each person, {em:,.0f} s of CPU on the workers "
            f"to find groups ({em / CORES:.0f} s on {CORES} cores) and at most {grown:,.0f} s on the "
            "asking machine alone, much of which is over a sample and does not grow. That is where "
            "the next work would be: these sums over people are not yet shared out.\n"
        )
    return "\n".join(
        [
            "## On paper: a hundred million people\n",
            f"{MANY:,} people with a hundred votes each on {m:,} statements, {votes / 1e9:.0f} thousand "
            f"million votes, `fit` with {DIMENSIONS} dimensions on {CORES} cores. Nobody has run this: it "
            "is the measured cost above, multiplied.\n",
            table(["what", "estimate"], rows),
            "The asking machine reads the votes, sends them and holds the result: it needs "
            f"{(held + 2 * state * MANY) / 1e9:.0f} GB and some 10 GB for the people's ids. Traffic per "
            "pass does not grow with the people but with statements and stretches; adding stretches "
            "up on the workers would take most of what comes back away, at the price that the last "
            "digits would depend on the number of workers.\n",
            more,
        ]
    )  # fmt: skip
