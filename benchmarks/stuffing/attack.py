"""Attacks on a real conversation: who the sock-puppets are, what they say, how they come in.

The attackers want the ten statements everybody shares off the list and one statement on it that
people disagree about. ``naive`` ones all say the same; a ``clone`` copies the other answers of a
resident drawn by chance. They know the true list.

Ways in: residents come half by token, half by the open link. ``gate``: one attacker in ten gets
hold of a token, the others are turned away at the token gate and use the open link instead.
``tokens only``: the dialogue has no open link, so those nine stay outside. ``no gate``: there are no
tokens, everybody comes by the open link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from baithak.engine.opinion.map import opinion_map
from baithak.engine.opinion.results import OpinionMap
from baithak.engine.opinion.votes import VoteMatrix

__all__ = [
    "CLONE", "GATE", "KINDS", "NAIVE", "NO_GATE", "PASSED", "TOKENS_ONLY", "WAYS", "Outcome",
    "bootstrap", "run", "target", "with_bots", "with_channels",
]  # fmt: skip

NAIVE, CLONE = "naive", "clone"
KINDS = (NAIVE, CLONE)
GATE, TOKENS_ONLY, NO_GATE = "gate", "tokens only", "no gate"
WAYS = (GATE, TOKENS_ONLY, NO_GATE)
PASSED = 10  # one attacker in so many gets hold of a token
ENOUGH = 10  # votes of a resident worth copying
BY_TOKEN = 0.5


@dataclass(frozen=True)
class Outcome:
    """What an attack achieved: of the true top ten, how many stayed in each list."""

    kept: int
    kept_without: int
    kept_verified: int | None
    planted: bool
    planted_without: bool
    alarm: bool
    bots: int


def with_channels(votes: VoteMatrix, way: str, seed: int) -> VoteMatrix:
    """The residents and how they came."""
    by_token = np.random.default_rng([31, seed]).random(votes.n) < BY_TOKEN
    told = {GATE: by_token, TOKENS_ONLY: by_token | True, NO_GATE: by_token & False}[way]
    return replace(votes, channels=tuple("token" if one else "open" for one in told))


def target(honest: OpinionMap, votes: VoteMatrix) -> tuple[tuple[str, ...], str]:
    """The true top ten, and the statement to plant: answered often, agreed by the fewest everywhere."""
    ground = {s.id: s.common_ground.value for s in honest.statements}
    seen = dict(zip((s.id for s in votes.statements), votes.votes_per_statement, strict=True))
    often = np.median([seen[name] for name in ground])
    listed = sorted(ground, key=lambda name: (-ground[name], name))
    planted = min((n for n in listed if seen[n] >= often), key=lambda n: (ground[n], n))
    top = honest.defence.top_with if honest.defence is not None else tuple(listed[:10])
    return top, planted


def with_bots(
    votes: VoteMatrix, top: tuple[str, ...], planted: str, kind: str, way: str, share: float,
    seed: int,
) -> VoteMatrix:  # fmt: skip
    """The residents and the attackers who came in; ``share`` of the residents' number attempted."""
    rng = np.random.default_rng([17, seed, int(1000 * share)])
    attempted = round(share * votes.n)
    names = [s.id for s in votes.statements]
    shown = [j for j in range(votes.m) if votes.shown[j]]
    script = {names[j]: int(v) for j, v in zip(shown, rng.choice([-1, 1], len(shown)), strict=True)}
    wanted = {**dict.fromkeys(top, -1), planted: 1}
    able = np.flatnonzero(votes.votes_per_person >= ENOUGH)
    people: list[str] = []
    statements: list[str] = []
    values: list[int] = []
    channels = dict(zip(votes.participants, votes.channels or (), strict=True))
    for bot in range(attempted):
        token = bot % PASSED == 0 and way != NO_GATE
        if way == TOKENS_ONLY and not token:
            continue
        said = script
        if kind == CLONE:
            i = int(rng.choice(able))
            at = slice(int(votes.indptr[i]), int(votes.indptr[i + 1]))
            said = {
                names[j]: int(v)
                for j, v in zip(votes.columns[at].tolist(), votes.values[at].tolist(), strict=True)
            }
        name = f"~bot-{bot:05}"
        channels[name] = "token" if token else "open"
        for statement, value in {**said, **wanted}.items():
            people.append(name)
            statements.append(statement)
            values.append(value)
    if not people:
        return votes
    told = replace(votes, channels=None).with_votes(people, statements, values)
    return replace(told, channels=tuple(channels[name] for name in told.participants))


def run(votes: VoteMatrix, kind: str, way: str, share: float, seed: int) -> Outcome:
    """One attack on one conversation."""
    residents = with_channels(votes, way, seed)
    top, planted = target(opinion_map(residents), residents)
    attacked = with_bots(residents, top, planted, kind, way, share, seed)
    told = opinion_map(attacked).defence
    if told is None:
        raise ValueError("the defences did not run")
    return Outcome(
        kept=len(set(top) & set(told.top_with)),
        kept_without=len(set(top) & set(told.top_without)),
        kept_verified=len(set(top) & set(told.top_verified)) if told.top_verified else None,
        planted=planted in told.top_with,
        planted_without=planted in told.top_without,
        alarm=told.alarm,
        bots=attacked.n - residents.n,
    )


def bootstrap(votes: VoteMatrix, way: str, seed: int) -> bool:
    """Whether residents drawn anew from the same city, and nobody else, raise the alarm."""
    residents = with_channels(votes, way, seed)
    drawn: NDArray[np.int64] = np.random.default_rng([23, seed]).integers(votes.n, size=votes.n)
    people, statements, values, channels = [], [], [], {}
    names = [s.id for s in votes.statements]
    for number, i in enumerate(drawn.tolist()):
        at = slice(int(votes.indptr[i]), int(votes.indptr[i + 1]))
        count = at.stop - at.start
        people += [f"r{number:05}"] * count
        statements += [names[j] for j in votes.columns[at].tolist()]
        values += votes.values[at].tolist()
        channels[f"r{number:05}"] = (residents.channels or ())[i]
    again = VoteMatrix.from_arrays(
        people, statements, values, statements=list(votes.statements),
        channels=channels,
    )  # fmt: skip
    told = opinion_map(again).defence
    return told is not None and told.alarm
