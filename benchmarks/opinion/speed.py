"""CPU time and memory on the eight shared conversations, paired with red-dwarf run by run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.child import Worker, measure
from benchmarks.opinion.sums import adjusted_rand, gather, geometric_mean, ratio
from benchmarks.progress import say

__all__ = ["CONTENDERS", "OWN", "PEER", "speed", "summary", "worst"]

PEER = "red-dwarf"
#: Contenders of Baithak, with the words of the table.
OWN = {
    "classic": "`classic`",
    "polis": '`opinion_map(method="polis")`',
    "model": "`fit`, the model alone",
    "map": "`opinion_map`, everything",
}
CONTENDERS = (PEER, *OWN)


def speed(
    folders: dict[str, Path], *, python: Path | None, rounds: int, whole: tuple[str, ...]
) -> dict[str, Any]:
    """Measure every contender on every conversation.

    ``python`` is the peer's interpreter (None: without it). The ``whole`` conversations are also
    measured once as whole processes, from the start of Python to the result.
    """
    conversations = {}
    for name, folder in folders.items():
        say(f"speed: {name}")
        conversations[name] = _one(folder, python, rounds)
    processes = {}
    for name in whole:
        say(f"whole processes: {name}")
        processes[name] = _processes(folders[name], python)
    profiles = {}
    for engine in ("classic", "map"):
        name = worst(conversations, engine) if python else whole[0]
        say(f"profile of {engine}: {name}")
        asked = {"task": "profile", "engine": engine, "export": str(folders[name])}
        profiles[engine] = measure("opinion.own", asked) | {"conversation": name}
    return {
        "rounds": rounds,
        "conversations": conversations,
        "summary": summary(conversations),
        "processes": processes,
        "profiles": profiles,
    }


def _one(folder: Path, python: Path | None, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="baithak-bench-") as shared:
        told = measure("opinion.own", {"task": "prepare", "export": str(folder), "votes": shared})
        job = {"task": "run", "votes": shared, "statements": told["statements"], "warm": 1}
        workers = {name: Worker("opinion.own", {**job, "engine": name}) for name in OWN}
        if python:
            peer = {"votes": shared, "away": told["away"], "warm": 1}
            workers = {PEER: Worker("opinion.red_dwarf", peer, python=python), **workers}
        names = list(workers)
        for turn in range(rounds):
            for k in range(len(names)):
                workers[names[(turn + k) % len(names)]].ask()
        reports = {name: worker.finish() for name, worker in workers.items()}
    row = {name: gather([report]) for name, report in reports.items()}
    row |= {"n": told["n"], "m": told["m"], "size": told["size"]}
    row["sweeps"] = reports["model"]["sweeps"]
    if python:
        row["same_groups"] = adjusted_rand(reports[PEER]["labels"], reports["classic"]["labels"])
        row["peer_numpy"] = reports[PEER]["numpy"]
    return row


def _processes(folder: Path, python: Path | None) -> dict[str, Any]:
    told = {}
    if python:
        told[PEER] = measure(
            "opinion.red_dwarf", {"export": str(folder), "warm": 0}, runs=1, python=python
        )
    for engine in ("classic", "map"):
        asked = {"task": "whole", "engine": engine, "export": str(folder)}
        told[engine] = measure("opinion.own", asked, runs=1)
    return {
        name: {"cpu": report["process_cpu"], "peak_mb": report["peak_mb"]}
        for name, report in told.items()
    }


def worst(conversations: dict[str, Any], engine: str) -> str:
    """Where this engine is least ahead of the peer: that is where to look."""
    return min(
        conversations,
        key=lambda name: ratio(
            conversations[name][PEER]["best"], conversations[name][engine]["best"]
        ),
    )


def summary(conversations: dict[str, Any]) -> dict[str, Any]:
    """Ratios peer / own: geometric mean over conversations and the smallest, by best and median."""
    told = {}
    for name in OWN:
        rows = [row for row in conversations.values() if PEER in row]
        if not rows:
            continue
        best = [ratio(row[PEER]["best"], row[name]["best"]) for row in rows]
        middle = [ratio(row[PEER]["median"], row[name]["median"]) for row in rows]
        memory = [ratio(row[PEER]["peak_mb"], row[name]["peak_mb"]) for row in rows]
        told[name] = {
            "best": geometric_mean(best),
            "best_least": min(best),
            "median": geometric_mean(middle),
            "median_least": min(middle),
            "memory": geometric_mean(memory),
        }
    return told
