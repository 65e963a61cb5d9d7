"""Simulated ballots of the example budget. Nobody who cast them exists.

A voter lives in one of the areas and leans for or against some themes. How much they want a project
is its appeal, plus its pull where it lies in their own area, plus their leaning to its theme, plus a
passing mood; they name the ones they want most. docs/methods/demonstration.md tells it in full.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from baithak.home.demonstration import content
from baithak.home.demonstration.simulation import pick

__all__ = ["Voter", "simulate_ballots"]


@dataclass(frozen=True, slots=True)
class Voter:
    """One simulated voter: where they live, how the slip reached them, the projects they name."""

    area: str
    channel: str
    projects: tuple[str, ...]


def simulate_ballots(
    *, seed: int | None = None, told: Mapping[str, Any] | None = None
) -> tuple[Voter, ...]:
    """Draw every voter and ballot.

    Parameters
    ----------
    seed
        Fixes every draw; the file's own seed where none is given.
    told
        Projects and parameters as in ``budget.toml``, which is the default.

    Returns
    -------
    tuple of Voter
        The same for the same seed, on every machine.

    Example
    -------
    >>> voters = simulate_ballots(seed=7)
    >>> len(voters), voters == simulate_ballots(seed=7)
    (640, True)
    """
    told = told or content.budget()
    plan, projects = told["simulation"], told["projects"]
    themes = sorted({project["theme"] for project in projects})
    # Python's own generator: its stream is the same in every version and on every machine.
    chance = random.Random(plan["seed"] if seed is None else seed)  # noqa: S311 (a simulation, not a secret)
    voters = []
    for _ in range(plan["voters"]):
        area = pick(chance, plan["areas"])
        channel = pick(chance, plan["channels"][area])
        leaning = {theme: chance.gauss(0.0, plan["leaning"]) for theme in themes}
        wish = {
            project["id"]: project["appeal"]
            + (project["home"] if project["area"] == area else 0.0)
            + leaning[project["theme"]]
            + chance.gauss(0.0, plan["noise"])
            for project in projects
        }
        most = 1 + int(pick(chance, {str(n): share for n, share in enumerate(plan["names"])}))
        wanted = sorted(wish, key=lambda name: -wish[name])[:most]
        voters.append(Voter(area, channel, tuple(wanted)))
    return tuple(voters)
