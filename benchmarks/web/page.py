"""The results as a page: written whole from the results file, so that parts never drift apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.opinion.page import table

__all__ = ["goals", "render"]

Goal = tuple[str, str, str, bool]
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
VOTES = {"sqlite": 1500, "postgres": 1000}
KINDS = {
    "vote": "votes, as fast as 32 people can",
    "vote_next": "the same, each answer with the next statement",
    "steady": "300 votes/s",
    "kept_page": "start page, kept",
    "page": "start page, made anew",
}
INSIDE = {
    "vote": "vote",
    "vote_next": "vote and next statement",
    "kept_page": "start page, kept",
    "page": "start page, made anew",
    "about_page": "what a dialogue is about",
}


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD]
    told = goals(results)
    if told:
        mark = {True: "met", False: "**missed**"}
        rows = [[name, goal, value, mark[met]] for name, goal, value, met in told]
        parts.append("## Goals\n\n" + table(["goal", "wanted", "measured", ""], rows))
    if "speed" in results:
        parts.append(_speed(results["speed"]) + _how(results["speed"]))
    parts += [_load(db, results[f"load_{db}"]) for db in NAMES if f"load_{db}" in results]
    parts += [_hour(db, results[f"hour_{db}"]) for db in NAMES if f"hour_{db}" in results]
    parts.append(LIMITS)
    return "\n".join(parts)


HEAD = """# Benchmarks of the served hub

This page is written by `python -m benchmarks.web`; do not edit it. The same figures for machines are in
`benchmarks/results/web.json`. A hub of its own is served as `baithak serve` does it, with two workers, on a
fresh database with one open dialogue of 40 statements; the client, one thread of Python over plain
sockets, runs on the same machine and its time counts against the server's. Every vote is acknowledged when
it is on disk: `synchronous=FULL`, `synchronous_commit=on`. Votes that come in at the same time share a
transaction.

`--check` measures again, writes nothing, and fails where a request costs more than 1.25 times the CPU of
the run recorded here, both measured in units of a fixed piece of Python that is timed beside it.
"""

LIMITS = """## What these figures do not say

- Requests per second and milliseconds of waiting are of a machine that did other work meanwhile, where the
  load says so: then they are lower and upper bounds. CPU per request suffers less, and still does.
- "300 votes/s" counts from the moment a vote was meant to be sent, so waiting for the former one counts too.
- Bytes are of the whole answer with its headers, packed with gzip where that is smaller.
- Nobody is on the other side of a slow network here, and no proxy stands in front.
- A kept page is the start page for readers without cookies; it can be five seconds old.
"""


def goals(results: Mapping[str, Any]) -> list[Goal]:
    """Each goal: name, what is wanted, what was measured, whether that meets it."""
    told: list[Goal] = []
    for db, name in NAMES.items():
        speed = results.get("speed", {}).get(db)
        if speed:
            rate, least = speed["vote"]["per_second"], VOTES[db]
            told.append((f"votes/s, {name}", f">= {least:,}", f"{rate:,.0f}", rate >= least))
            late = speed["steady"]["p99"]
            told.append((f"p99 at 300 votes/s, {name}", "<= 25 ms", f"{late:.1f} ms", late <= 25))
            pages = speed["kept_page"]["per_second"]
            told.append((f"kept pages/s, {name}", ">= 3,000", f"{pages:,.0f}", pages >= 3000))
            most = max(speed["vote"]["bytes"], speed["vote_next"]["bytes"])
            told.append(("bytes of a vote's answer", "<= 1,500", f"{most:,}", most <= 1500))
        load = results.get(f"load_{db}")
        if load:
            told += _bars(f"T01, {name}", load)
        hour = results.get(f"hour_{db}")
        if hour:
            clean = hour["lost"] == hour["doubled"] == hour["strange"] == 0
            broken = sum(n for s, n in hour["statuses"].items() if s.startswith("5"))
            told.append((f"the hour, {name}: lost, doubled, unexplained", "0, 0, 0",
                         f"{hour['lost']}, {hour['doubled']}, {hour['strange']}", clean))  # fmt: skip
            told.append(("the same: server errors", "0", f"{broken}", broken == 0))
            oldest = hour["map"]["oldest"]
            told.append(("the same: oldest map", "<= 60 s", f"{oldest:.0f} s", oldest <= 60))
    return told


def _bars(name: str, load: Mapping[str, Any]) -> list[Goal]:
    clean = load["lost"] == load["doubled"] == load["errors"] == load["locked"] == 0
    return [
        (f"{name}: lost, doubled, server errors, locked", "0, 0, 0, 0",
         f"{load['lost']}, {load['doubled']}, {load['errors']}, {load['locked']}", clean),
        (f"{name}: votes/s, mean", ">= 150", f"{load['per_second']:,.0f}", load["per_second"] >= 150),
        (f"{name}: p95", "<= 400 ms", f"{load['p95']:.0f} ms", load["p95"] <= 400),
        (f"{name}: burst of {load['burst']}, errors", "0", f"{load['burst_errors']}", not load["burst_errors"]),
        (f"{name}: burst, p99", "<= 3,000 ms", f"{load['burst_p99']:.0f} ms", load["burst_p99"] <= 3000),
    ]  # fmt: skip


def _speed(told: Mapping[str, Any]) -> str:
    text = ""
    for db, name in NAMES.items():
        if db not in told:
            continue
        rows = [
            [words, f"{m['per_second']:,.0f}", f"{m['p50']:.1f}", f"{m['p95']:.1f}", f"{m['p99']:.1f}",
             f"{m['cpu_ms']:.2f}", f"{m['bytes']:,}", str(m["wrong"])]
            for kind, words in KINDS.items() if (m := told[db].get(kind))
        ]  # fmt: skip
        header = [
            "",
            "per second",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "CPU ms of the server",
            "bytes",
            "wrong",
        ]
        text += f"## Speed on {name}\n\n" + table(header, rows)
        inside = told[db]["inside"]
        rows = [[words, f"{inside[kind]['ms']:.2f}", f"{inside[kind]['unit']:.3f}"]
                for kind, words in INSIDE.items() if kind in inside]  # fmt: skip
        text += "\nCPU of one request in one process, without sockets:\n\n"
        text += table(["", "ms", f"in units of {inside['yardstick_ms']:.1f} ms"], rows) + "\n"
    return text


def _load(db: str, told: Mapping[str, Any]) -> str:
    return (
        f"## T01 on {NAMES[db]}\n\n"
        f"{told['acknowledged']:,} votes acknowledged in {told['seconds']:,.0f} s, "
        f"{told['per_second']:,.0f} a second; p50 {told['p50']:.0f} ms, p95 {told['p95']:.0f} ms, p99 "
        f"{told['p99']:.0f} ms. Lost {told['lost']}, doubled {told['doubled']}, server errors "
        f"{told['errors']}, broken connections {told['broken']}. {told['burst']} people who came in within "
        f"one second meanwhile: {told['burst_errors']} errors, p99 {told['burst_p99']:.0f} ms.\n"
    ) + _how(told)


def _hour(db: str, told: Mapping[str, Any]) -> str:
    drawn = told["map"]
    faster = f", everybody {told['speedup']:g} times as fast" if told["speedup"] != 1 else ""
    return (
        f"## The hour on {NAMES[db]}\n\n"
        f"{told['residents']:,} simulated residents of four camps in {told['minutes']:g} minutes{faster}: "
        f"{told['votes']:,} answers acknowledged, {told['stored']:,} stored; lost {told['lost']}, doubled "
        f"{told['doubled']}, unexplained {told['strange']}. {told['cut']:,} lost their connection in the "
        f"middle of an answer and sent it again, {told['changed']:,} changed their mind, {told['added']:,} "
        f"added a statement. Answers by status: "
        f"{', '.join(f'{s} {n:,}' for s, n in sorted(told['statuses'].items()))}. Waiting: p50 "
        f"{told['p50']:.0f} ms, p95 {told['p95']:.0f} ms, p99 {told['p99']:.0f} ms; pages p95 "
        f"{told['page_p95']:.0f} ms; {told['cpu_ms']:.1f} ms CPU a request.\n\n"
        f"{drawn['maps']} maps were drawn while people voted, looked at {drawn['looks']} times: the newest "
        f"was {drawn['median']:.0f} s old in the median, {drawn['oldest']:.0f} s at most; the votes it "
        f"showed had been read {drawn['behind_most']:.0f} s before at most. The longest drawing took "
        f"{drawn['drawing_longest']:.0f} s. Other work on the machine meanwhile: load {drawn['load_mean']:g} "
        f"in the mean, {drawn['load_most']:g} at most, on two cores.\n"
    ) + _how(told)


def _how(told: Mapping[str, Any]) -> str:
    load = " to ".join(f"{value:.1f}" for value in told["load"])
    return (
        f"\nMeasured on {told['date']}: {told['machine']}; load of the machine {load}. Again with "
        f"`{told['command']}`.\n"
    )
