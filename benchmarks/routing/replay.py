"""Replay: people the model has not seen are asked again, one statement at a time.

From each conversation some people are set aside and the model learns from the others. Of each
person set aside 30 % of the votes are held for scoring, drawn once for all ways; the rest are what
may be asked. A way chooses, the person's real answer is told, and after 5 and 10 answers the model
predicts the held votes. Scored is agree against disagree, as in ``baithak opinion evaluate``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.map import map_run
from baithak.engine.opinion.placement import Placement, placement
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.routing import RoutingTable, routing_table
from baithak.engine.opinion.votes import VoteMatrix
from benchmarks.progress import say
from benchmarks.routing.ways import WAYS, next_of

__all__ = ["AFTER", "losses", "replay", "split", "summary"]

AFTER = (0, 5, 10)
HELD = 0.3
MOST = 300  # people set aside
FEWEST = 20  # votes of a person worth asking ten times
SHARE = 1 / 3  # of those at most: somebody must be left to learn from

Floats = NDArray[np.float64]


def replay(conversations: Mapping[str, Path], *, seeds: Sequence[int]) -> dict[str, Any]:
    """Log-loss of every way on every conversation, with standard errors over people."""
    told: dict[str, Any] = {"seeds": list(seeds), "conversations": {}}
    for name, folder in conversations.items():
        votes = read(folder)
        rounds = []
        for seed in seeds:
            aside, rest = split(votes, seed)
            if len(aside) == 0:
                continue
            rounds.append(losses(votes, aside, rest, seed))
            say(f"routing replay, {name}, seed {seed}: {len(aside)} people")
        told["conversations"][name] = summary(rounds)
    return told


def split(votes: VoteMatrix, seed: int) -> tuple[NDArray[np.int64], VoteMatrix]:
    """People set aside (positions), and the votes of all others."""
    rng = np.random.default_rng(7000 + seed)
    able = np.flatnonzero(votes.votes_per_person >= FEWEST)
    count = min(MOST, int(len(able) * SHARE))
    aside = np.sort(rng.permutation(able)[:count])
    kept = np.ones(votes.n, dtype=bool)
    kept[aside] = False
    return aside, votes.keep_people(kept)


def learned(rest: VoteMatrix, seed: int) -> RoutingTable:
    """The table a hub would route with."""
    run = map_run(rest, seed=seed)
    if run.fit is None or run.mixture is None:
        raise ValueError("the map has no model")
    place = placement(run.fit, run.mixture, [group.id for group in run.map.groups])
    return routing_table(place, rest)


def losses(
    votes: VoteMatrix, aside: NDArray[np.int64], rest: VoteMatrix, seed: int
) -> dict[str, Any]:
    """Sum of losses and number of scored votes of every person set aside, by way and answers."""
    table = learned(rest, seed)
    place = table.placement
    names = [s.id for s in votes.statements]
    live = dict(zip(place.statements, table.counts, strict=True))
    lost = {way: np.zeros((len(aside), len(AFTER))) for way in WAYS}
    scored = np.zeros(len(aside))
    for p, i in enumerate(aside.tolist()):
        at = slice(int(votes.indptr[i]), int(votes.indptr[i + 1]))
        given = {
            names[j]: int(v)
            for j, v in zip(votes.columns[at].tolist(), votes.values[at].tolist(), strict=True)
            if names[j] in place.position
        }
        rng = np.random.default_rng([8000 + seed, i])
        held = {name for name in sorted(given) if rng.random() < HELD}
        asked = {name: v for name, v in given.items() if name in held and v != 0}
        scored[p] = len(asked)
        if not asked:
            continue
        for way in WAYS:
            choose = next_of(way, table, live, seed, votes.participants[i])
            open_ = [name for name in given if name not in held]
            said: dict[str, int] = {}
            for step in range(AFTER[-1] + 1):
                if step in AFTER:
                    lost[way][p, AFTER.index(step)] = loss(place, said, asked)
                if step < AFTER[-1] and open_:
                    name = choose(said, open_)
                    open_.remove(name)
                    said[name] = given[name]
    return {"people": aside, "lost": lost, "scored": scored}


def loss(place: Placement, said: Mapping[str, int], asked: Mapping[str, int]) -> float:
    """Sum of -log P(the answer) over agree and disagree answers."""
    told = place.posterior(said)
    at = [place.position[name] for name in asked]
    s = place.b_v[at].copy()
    s[:, 0] = 1.0
    eta = s @ told.z + place.b_v[at, 0]
    who = np.concatenate(([1.0], told.z[1:]))
    Q = place.b_v_cov[at]
    wide = np.einsum("jk,kl,jl->j", s, told.z_cov, s) + np.einsum("k,jkl,l->j", who, Q, who)
    wide += np.einsum("jkl,kl->j", Q[:, 1:, 1:], told.z_cov[1:, 1:])
    d = np.exp(told.w + place.x[at])
    tame = 1 / np.sqrt(1 + np.pi / 8 * wide)
    yes, no = _logistic((eta - d) * tame), _logistic((-eta - d) * tame)
    p = np.clip(yes / (yes + no), 1e-6, 1 - 1e-6)
    agreed = np.array([v > 0 for v in asked.values()])
    return float(-np.log(np.where(agreed, p, 1 - p)).sum())


def summary(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Loss per vote by way and number of answers; differences are of the same people."""
    # Somebody set aside in several rounds is one unit of the error.
    everybody, who = np.unique(
        np.concatenate([one["people"] for one in rounds]), return_inverse=True
    )
    scored = np.bincount(who, np.concatenate([one["scored"] for one in rounds]), len(everybody))
    lost = {
        way: np.stack(
            [
                np.bincount(
                    who, np.concatenate([one["lost"][way][:, t] for one in rounds]), len(everybody)
                )
                for t in range(len(AFTER))
            ],
            axis=1,
        )
        for way in WAYS
    }
    own = lost["information"]
    out: dict[str, Any] = {
        "people": int((scored > 0).sum()),
        "rounds": len(rounds),
        "scored": int(scored.sum()),
        "after": {},
    }
    for t, step in enumerate(AFTER):
        row: dict[str, Any] = {}
        for way in WAYS:
            mean, error = ratio_with_error(lost[way][:, t], scored)
            row[way] = {"loss": mean, "error": error}
            if way != "information":
                # Above 0: asking by information lost less.
                gain, error = ratio_with_error(lost[way][:, t] - own[:, t], scored)
                row[way] |= {"gain": gain, "gain_error": error}
        out["after"][str(step)] = row
    return out


def ratio_with_error(total: Floats, count: Floats) -> tuple[float, float]:
    """Mean per vote, and its standard error with people as the unit (a ratio estimate)."""
    n, mean = int((count > 0).sum()), float(total.sum() / count.sum())
    if n < 2:
        return mean, 0.0
    left = (total - mean * count)[count > 0]
    return mean, float(np.sqrt((left**2).sum() * n / (n - 1)) / count.sum())


def _logistic(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
