"""Do groups and common ground hold in the other half of the votes? Two halves, the same people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.child import measure
from benchmarks.opinion.sums import mean
from benchmarks.progress import say

__all__ = ["EDGES", "calibration", "groups"]

EDGES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def groups(folders: dict[str, Path], *, seeds: Sequence[int]) -> dict[str, Any]:
    """Rank correlations of common ground, and how often a stated membership comes true."""
    conversations = {}
    stated: list[tuple[float, bool]] = []
    for name, folder in folders.items():
        say(f"groups: {name}")
        told = measure(
            "opinion.own", {"task": "halves", "export": str(folder), "seeds": list(seeds)}
        )
        conversations[name] = {
            "ours": mean(one["ours"] for one in told["seeds"]),
            "polis": mean(one["polis"] for one in told["seeds"]),
            "k": [one["k"] for one in told["seeds"]],
        }
        for one in told["seeds"]:
            stated += [
                (sure, bool(same)) for sure, same in zip(one["sure"], one["same"], strict=True)
            ]
    return {
        "seeds": list(seeds),
        "conversations": conversations,
        "overall": {
            which: mean(row[which] for row in conversations.values()) for which in ("ours", "polis")
        },
        "calibration": calibration(stated),
    }


def calibration(stated: Iterable[tuple[float, bool]]) -> list[Mapping[str, float]]:
    """Bins of stated certainty: how many people, what was said, what came true."""
    everybody = list(stated)
    told = []
    for low, high in pairwise(EDGES):
        inside = [
            (sure, same)
            for sure, same in everybody
            if low <= sure and (sure < high or high == EDGES[-1])
        ]
        if inside:
            told.append(
                {
                    "low": low,
                    "high": high,
                    "people": len(inside),
                    "stated": mean(sure for sure, _ in inside),
                    "found": mean(float(same) for _, same in inside),
                }
            )
    return told
