"""The simulated pool of the example panel. Nobody in it exists.

People of the invented city are drawn feature by feature from its shares; each then registers with a
chance that is the product of their features' pulls. So the pool is not like the city, as no real
pool is, and the lottery has something to mend.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from baithak.home.demonstration import content
from baithak.home.demonstration.simulation import pick

__all__ = ["Registrant", "simulate_pool"]


@dataclass(frozen=True, slots=True)
class Registrant:
    """One simulated registrant: category to feature, and the number of the home they share."""

    features: Mapping[str, str]
    home: int


def simulate_pool(
    *, seed: int | None = None, told: Mapping[str, Any] | None = None
) -> tuple[Registrant, ...]:
    """Draw everybody who registers.

    Parameters
    ----------
    seed
        Fixes every draw; the file's own seed where none is given.
    told
        Categories and parameters as in ``panel.toml``, which is the default.

    Returns
    -------
    tuple of Registrant
        The same for the same seed, on every machine.

    Example
    -------
    >>> pool = simulate_pool(seed=7)
    >>> len(pool), pool == simulate_pool(seed=7)
    (400, True)
    """
    told = told or content.panel()
    plan, categories = told["simulation"], told["categories"]
    shares = {c["slug"]: {f["slug"]: f["share"] for f in c["features"]} for c in categories}
    pulls = {c["slug"]: {f["slug"]: f["pull"] for f in c["features"]} for c in categories}
    most = prod(max(pull.values()) for pull in pulls.values())
    # Python's own generator: its stream is the same in every version and on every machine.
    chance = random.Random(plan["seed"] if seed is None else seed)  # noqa: S311 (a simulation, not a secret)
    pool: list[Registrant] = []
    home = 0
    while len(pool) < plan["people"]:
        features = {name: pick(chance, share) for name, share in shares.items()}
        if chance.random() * most > prod(pulls[name][told] for name, told in features.items()):
            continue
        together = pool and pool[-1].home == home and chance.random() < plan["shared_homes"] / 2
        home += 0 if together else 1
        pool.append(Registrant(features, home))
    return tuple(pool)
