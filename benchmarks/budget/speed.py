"""CPU time of every count on every file, paired with pabutools, and whether the winners agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.budget.data import UTILITY
from benchmarks.child import Worker, measure
from benchmarks.opinion.sums import geometric_mean, ratio
from benchmarks.progress import say

__all__ = ["LARGE", "city", "first", "kind", "parse", "speed", "summary", "ways"]

LARGE = 5_000  # approvals (or points, or ranks) above which an election counts as large
CITY = {"voters": 1_000_000, "projects": 200, "seed": 6}
ROUNDS = 3


def ways(vote_type: str) -> list[dict[str, str]]:
    """The counts to compare, for one type of ballots."""
    own = UTILITY.get(vote_type, "cost")
    told = [
        {"rule": "equal-shares", "utility": own, "completion": "none"},
        {"rule": "equal-shares", "utility": own, "completion": "add1"},
        {"rule": "greedy", "utility": own, "completion": "none"},
    ]
    if own == "cost":
        told[1:1] = [{"rule": "equal-shares", "utility": "cardinality", "completion": "none"}]
        told += [
            {"rule": "greedy", "utility": "cardinality", "completion": "none"},
            {"rule": "phragmen", "utility": "cost", "completion": "none"},
        ]
    return told


def kind(how: dict[str, str]) -> str:
    """How the summary calls a count."""
    if how["rule"] != "equal-shares":
        return how["rule"]
    return "add1" if how["completion"] == "add1" else "equal-shares"


def speed(files: dict[str, Path], *, python: Path | None, seconds: float) -> dict[str, Any]:
    """Measure every count of every file; ``python`` is the peer's interpreter (None: without it)."""
    rows: list[dict[str, Any]] = []
    for name, path in files.items():
        say(f"counts of {name}")
        quicker: dict[str, bool] = {}
        for how in ways(_vote_type(path)):
            rows.append({"file": name, **how, **_one(path, how, python, seconds, quicker)})
    told = {"rows": rows, "seconds": seconds, "summary": summary(rows)}
    slowest = max(rows, key=lambda row: row["own"])
    picks = {"slowest": slowest}
    paired = [row for row in rows if row.get("peer") and kind(row) == "equal-shares"]
    if paired:
        picks["least ahead"] = min(paired, key=lambda row: ratio(row["peer"], row["own"]))
    told["profiles"] = {
        word: {
            "file": row["file"],
            "how": _how(row),
            **measure("budget.own", {"task": "profile", "file": str(files[row["file"]]), "how": _how(row)}),
        }
        for word, row in picks.items()
    }  # fmt: skip
    return told


def _how(row: dict[str, Any]) -> dict[str, str]:
    return {key: row[key] for key in ("rule", "utility", "completion")} | {"ties": "id"}


def _vote_type(path: Path) -> str:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("vote_type;"):
            return line.partition(";")[2].strip()
    raise SystemExit(f"{path.name} does not tell its vote_type")


def _one(
    path: Path, how: dict[str, str], python: Path | None, seconds: float, quicker: dict[str, bool]
) -> dict[str, Any]:
    """One count: the peer in both its forms (Add1 only in the one that was quicker without)."""
    job = {"task": "counted", "file": str(path), "how": {**how, "ties": "id"}}
    workers = {"own": Worker("budget.own", job)}
    if python:
        known = quicker.get(how["utility"]) if how["completion"] == "add1" else None
        for merged in (False, True) if known is None else (known,):
            peer = {**job, "merged": merged, "seconds": seconds}
            name = "merged" if merged else "voters"
            workers[name] = Worker("budget.pabutools_peer", peer, python=python)
    names = list(workers)
    for turn in range(ROUNDS):
        for k in range(len(names)):
            workers[names[(turn + k) % len(names)]].ask()
    reports = {name: worker.finish() for name, worker in workers.items()}
    own = reports.pop("own")
    row: dict[str, Any] = {
        key: own[key] for key in ("voters", "projects", "entries", "vote_type", "steps")
    }
    row |= {"own": min(own["cpu"]), "selected": len(own["selected"])}
    finished = {name: one for name, one in reports.items() if one["selected"] is not None}
    if reports:
        row["forms"] = {
            name: min(one["cpu"]) if name in finished else None for name, one in reports.items()
        }
    if finished:
        best = min(finished, key=lambda name: min(finished[name]["cpu"]))
        row["peer"] = min(finished[best]["cpu"])
        outside = set(own["left_out"])  # what nobody supports and what costs nothing
        row["same"] = all(
            set(one["selected"]) - outside == set(own["selected"]) for one in finished.values()
        )
        if kind(how) == "equal-shares":
            quicker[how["utility"]] = best == "merged"
    return row


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Ratios peer / own by kind: geometric mean of all and of large elections, and the smallest."""
    told: dict[str, Any] = {}
    for name in ("equal-shares", "add1", "greedy", "phragmen"):
        mine = [row for row in rows if kind(row) == name]
        paired = [(ratio(row["peer"], row["own"]), row) for row in mine if row.get("peer")]
        if not paired:
            continue
        large = [value for value, row in paired if row["entries"] > LARGE]
        told[name] = {
            "counts": len(paired),
            "unfinished": sum("forms" in row and "peer" not in row for row in mine),
            "mean": geometric_mean(value for value, _ in paired),
            "large": geometric_mean(large) if large else None,
            "large_counts": len(large),
            "least": min(value for value, _ in paired),
            "same": sum(row["same"] for _, row in paired),
        }
    return told


def parse(files: dict[str, Path], *, python: Path | None) -> dict[str, Any]:
    """Reading every file, paired."""
    rows = []
    for name, path in files.items():
        say(f"reading {name}")
        job = {"task": "parsed", "file": str(path)}
        workers = {"own": Worker("budget.own", job)}
        if python:
            workers["peer"] = Worker("budget.pabutools_peer", job, python=python)
        for _ in range(ROUNDS):
            for worker in workers.values():
                worker.ask()
        told = {who: min(worker.finish()["cpu"]) for who, worker in workers.items()}
        rows.append({"file": name, "bytes": path.stat().st_size, **told})
    told = {"rows": rows}
    if python:
        ratios = [ratio(row["peer"], row["own"]) for row in rows]
        told |= {"mean": geometric_mean(ratios), "least": min(ratios)}  # type: ignore[dict-item]
    return told


def city() -> dict[str, Any]:
    """A made-up city of a million voters, counted by equal shares with Add1u, cost utility."""
    say("a city of a million voters")
    how = {"rule": "equal-shares", "utility": "cost", "completion": "add1u"}
    told = measure("budget.own", {"task": "city", **CITY, "how": how}, runs=2)
    return {**CITY, **{key: told[key] for key in ("entries", "groups", "selected", "steps")},
            "cpu": min(told["cpu"]), "peak_mb": told["peak_mb"]}  # fmt: skip


def first(files: dict[str, Path]) -> dict[str, Any]:
    """Imports and the first count of the smallest file; a first run leaves byte code to the others."""
    name = min(files, key=lambda one: files[one].stat().st_size)
    told = [measure("budget.first", {"file": str(files[name])}) for _ in range(4)]
    return {"file": name, "cpu": min(one["process_cpu"] for one in told[1:])}
