"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.budget.speed import LARGE, kind
from benchmarks.opinion.page import table
from benchmarks.opinion.sums import ratio

__all__ = ["ORDER", "goals", "merged", "render"]

ORDER = ("speed", "parse", "city", "first")
WORDS = {
    "equal-shares": "equal shares",
    "add1": "equal shares, Add1",
    "greedy": "greedy",
    "phragmen": "sequential Phragmén",
}
FEW = 100_000  # voters below which no count may take more than a CPU second


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
    write = {"speed": _speed, "parse": _parse, "city": _city, "first": _first}
    parts += [write[name](results[name]) + _how(results[name]) for name in ORDER if name in results]
    parts.append(LIMITS)
    return "\n".join(parts)


HEAD = """# Benchmarks of the budget engine

This page is written by `python -m benchmarks.budget` (part of `make bench`); do not edit it. The same
figures for machines are in `benchmarks/results/budget.json`. The peer is pabutools 1.2.3, the
reference library of participatory budgeting, in an environment of its own that the command makes.
`--only speed`, `parse`, `city` or `first` measures one part anew and leaves the others.
"""

LIMITS = """## What these figures do not say

- CPU seconds are of one thread and of the process itself. On a machine that does other work they
  still rise, for both alike: compare within one run, never between runs.
- Both programs count an election that is already in memory. pabutools gets both of its forms, voter by
  voter and with identical ballots merged (merging is not timed), and the quicker one is compared; Add1
  only in the form that was quicker without it. Ties are broken by id in both.
- A count that pabutools does not finish within its CPU seconds is in no mean.
- Winners are compared without projects that nobody supports, which pabutools' greedy rule buys where
  they fit and Baithak leaves out.
- pabutools works in exact fractions throughout; Baithak only where float64 cannot tell, and for the
  prices of the purchases in the end (`engine/budget/equal_shares.py`). pabutools was not asked for the
  prices (its `analytics`).
- The city is made up: it measures time and memory, nothing else.
- The first count is measured with compiled byte code and kernels, as after set-up.
"""


def goals(results: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Each goal: name, what is wanted, what was measured, whether that meets it."""
    told: list[tuple[str, str, str, bool]] = []
    means = results.get("speed", {}).get("summary", {})
    for name, least in (("equal-shares", 25), ("add1", 50)):
        if name in means:
            mean = means[name]["mean"]
            text = f"{mean:,.0f} ({means[name]['counts']} counts)"
            told.append(
                (
                    f"pabutools / own, {WORDS[name]}, geometric mean",
                    f">= {least}",
                    text,
                    mean >= least,
                )
            )
    for name in ("equal-shares", "add1"):
        large = means.get(name, {}).get("large")
        if large:
            text = f"{large:,.0f} ({means[name]['large_counts']} counts)"
            goal = f"pabutools / own, {WORDS[name]}, above {LARGE:,} approvals"
            told.append((goal, ">= 250", text, large >= 250))
    rows = [row for row in results.get("speed", {}).get("rows", []) if row["voters"] < FEW]
    if rows:
        worst = max(rows, key=lambda row: row["own"])
        text = f"{worst['own']:.2f} s ({worst['file']}, {_way(worst)})"
        told.append((f"slowest count below {FEW:,} voters", "<= 1 s", text, worst["own"] <= 1))
        paired = [row for row in results["speed"]["rows"] if "same" in row]
        if paired:
            same = sum(row["same"] for row in paired)
            told.append(
                (
                    "the same winners as pabutools",
                    "all",
                    f"{same} of {len(paired)} counts",
                    same == len(paired),
                )
            )
    reading = results.get("parse", {}).get("mean")
    if reading:
        told.append(("pabutools / own, reading a file", ">= 5", f"{reading:.1f}", reading >= 5))
    big = results.get("city")
    if big:
        told.append(
            (
                "1 M voters, 200 projects, Add1u, CPU",
                "<= 10 s",
                f"{big['cpu']:.1f} s",
                big["cpu"] <= 10,
            )
        )
        peak = big["peak_mb"] / 1000
        told.append(("the same, peak memory", "<= 1 GB", f"{peak:.2f} GB", peak <= 1))
    start = results.get("first")
    if start:
        told.append(
            ("imports and the first count", "<= 1 s", f"{start['cpu']:.2f} s", start["cpu"] <= 1)
        )
    return told  # fmt: skip


def _speed(told: Mapping[str, Any]) -> str:
    text = ["## Counts\n"]
    means = told["summary"]
    if means:
        rows = [
            [WORDS[name], str(one["counts"]), f"**{one['mean']:,.0f}**",
             f"{one['large']:,.0f}" if one["large"] else "-", f"{one['least']:,.1f}",
             str(one["unfinished"]), f"{one['same']} of {one['counts']}"]
            for name, one in means.items()
        ]  # fmt: skip
        header = ["how many times the CPU of Baithak", "counts", "geometric mean",
                  f"above {LARGE:,} approvals", "least", "pabutools unfinished", "same winners"]  # fmt: skip
        text.append(table(header, rows))
    text.append(
        "CPU milliseconds of one count, best of three; pabutools voter by voter and with identical "
        f"ballots merged, given up after {told['seconds']:g} CPU seconds.\n"
    )
    rows = []
    for row in told["rows"]:
        forms = row.get("forms", {})
        cells = [_form(forms, name, told["seconds"]) for name in ("voters", "merged")]
        times = _times(ratio(row["peer"], row["own"])) if row.get("peer") else "-"
        steps = "" if row["steps"] is None else f"{row['steps']:,}"
        rows.append([row["file"], f"{row['voters']:,} x {row['projects']}", f"{row['entries']:,}",
                     _way(row), steps, f"{1000 * row['own']:,.2f}", *cells, times])  # fmt: skip
    header = ["election", "voters x projects", "approvals", "count", "steps", "Baithak",
              "pabutools, voters", "merged", "times"]  # fmt: skip
    text.append(table(header, rows))
    text.append(_profiles(told["profiles"]))
    return "\n".join(text)


def _times(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _form(forms: Mapping[str, float | None], name: str, seconds: float) -> str:
    if name not in forms:
        return ""
    value = forms[name]
    return f"did not finish in {seconds:g} s" if value is None else f"{1000 * value:,.1f}"


def _profiles(profiles: Mapping[str, Any]) -> str:
    text = [
        "### Where the time goes\n",
        "Share of the CPU of one count under Python's profiler (compiled kernels count to the function "
        "that calls them): the slowest count, and the one of equal shares that is least ahead of "
        "pabutools.\n",
    ]
    for word, told in profiles.items():
        rows = [
            [
                f"`{row['name']}`",
                f"{row['calls']:,.0f}",
                f"{100 * row['alone'] / told['seconds']:.0f} %",
            ]
            for row in told["rows"]
        ]
        text.append(
            table([f"{word}: {told['file']}, {_way(told['how'])}", "calls", "itself"], rows)
        )
    return "\n".join(text)


def _way(how: Mapping[str, Any]) -> str:
    words = [WORDS[kind(dict(how))]]
    return ", ".join(words if how["rule"] == "phragmen" else [*words, how["utility"]])


def _parse(told: Mapping[str, Any]) -> str:
    rows = []
    for row in told["rows"]:
        peer = (
            [f"{1000 * row['peer']:,.1f}", f"{ratio(row['peer'], row['own']):.1f}"]
            if "peer" in row
            else ["", ""]
        )
        rows.append([row["file"], f"{row['bytes']:,}", f"{1000 * row['own']:,.1f}", *peer])
    if "mean" in told:
        rows.append(["**geometric mean**", "", "", "", f"**{told['mean']:.1f}**"])
    header = ["file", "bytes", "Baithak, CPU ms", "pabutools, CPU ms", "times"]
    return "## Reading files\n\n" + table(header, rows)  # fmt: skip


def _city(told: Mapping[str, Any]) -> str:
    return (
        "## A city of a million voters\n\n"
        f"Made up (seed {told['seed']}): {told['voters']:,} voters in ten districts, {told['projects']} "
        f"projects, {told['entries']:,} approvals in {told['groups']:,} different ballots. Equal shares with "
        f"Add1u: {told['steps']} steps, {told['selected']} projects funded, {told['cpu']:.1f} CPU seconds, "
        f"{told['peak_mb']:,.0f} MB at most (ballots and libraries included).\n"
    )


def _first(told: Mapping[str, Any]) -> str:
    return (
        "## The first count\n\n"
        f"Start of Python, imports, reading {told['file']} and counting it by Add1u, with kernels from the "
        f"cache: {told['cpu']:.2f} CPU seconds.\n"
    )


def _how(told: Mapping[str, Any]) -> str:
    load = " to ".join(f"{value:.1f}" for value in told["load"])
    return (
        f"\nMeasured on {told['date']}: {told['machine']}; other work on the machine meanwhile: load "
        f"{load}. Again with `{told['command']}`.\n"
    )
