"""Held-out votes on the eight shared conversations: every model of ``evaluate``, several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.child import measure
from benchmarks.opinion.sums import mean, without_best
from benchmarks.progress import say

__all__ = ["OWN", "averaged", "by_seed", "overall", "quality", "splits_won"]

OWN = "baithak"


def quality(folders: dict[str, Path], *, seeds: Sequence[int]) -> dict[str, Any]:
    """Mean over seeds for each conversation, and over conversations."""
    conversations = {}
    for name, folder in folders.items():
        say(f"quality: {name}")
        told = measure(
            "opinion.own", {"task": "quality", "export": str(folder), "seeds": list(seeds)}
        )
        conversations[name] = averaged(told["seeds"]) | {"cpu": told["process_cpu"]}
    return {
        "seeds": list(seeds),
        "conversations": conversations,
        "overall": overall(conversations),
        "splits_won": splits_won(conversations),
        "by_seed": by_seed(conversations),
    }


def averaged(seeds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One conversation: every figure of every model, averaged over the seeds."""
    first = seeds[0]
    told: dict[str, Any] = {}
    for part in ("models", "three_class"):
        told[part] = {
            model: {
                figure: mean(one[part][model][figure] for one in seeds)
                for figure in figures
                if all(isinstance(one[part][model][figure], int | float) for one in seeds)
            }
            for model, figures in first[part].items()
        }
    losses = {model: figures["log_loss"] for model, figures in told["models"].items()}
    told["better"] = without_best(losses, OWN)
    told["splits"] = [
        {model: figures["log_loss"] for model, figures in one["models"].items()} for one in seeds
    ]
    told["n_test"] = mean(one["n_test"] for one in seeds)
    return told


def overall(conversations: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The plain mean over conversations, each counting the same."""
    rows = list(conversations.values())
    return {
        part: {
            model: {figure: mean(row[part][model][figure] for row in rows) for figure in figures}
            for model, figures in rows[0][part].items()
        }
        for part in ("models", "three_class")
    }


def splits_won(conversations: Mapping[str, Mapping[str, Any]]) -> dict[str, list[int]]:
    """Against each rival: on how many single splits Baithak lost less, and of how many."""
    splits = [split for row in conversations.values() for split in row["splits"]]
    return {
        rival: [sum(split[OWN] < split[rival] for split in splits), len(splits)]
        for rival in splits[0]
        if rival != OWN
    }


def by_seed(conversations: Mapping[str, Mapping[str, Any]]) -> list[float]:
    """Baithak's log-loss of each seed, averaged over conversations: how much the split matters."""
    each = [[split[OWN] for split in row["splits"]] for row in conversations.values()]
    return [mean(losses) for losses in zip(*each, strict=True)]
