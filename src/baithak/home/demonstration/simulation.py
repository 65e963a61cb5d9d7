"""Simulated residents of the example dialogue. Nobody of them exists.

Each resident has a point on a plane with two axes, each statement a pull along both axes, an
appeal to everybody and a share of doubt. A vote is the sum of these and a passing mood; a sum near
zero is a "pass". docs/methods/demonstration.md tells it in full.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from baithak.home.demonstration import content

__all__ = ["Resident", "Simulation", "Vote", "pick", "simulate"]


@dataclass(frozen=True, slots=True)
class Resident:
    """One simulated person: a token, the camp drawn for them, how they came, their language."""

    token: str
    group: str
    channel: str
    language: str


class Vote(NamedTuple):
    """One simulated vote: +1 agree, 0 pass, -1 disagree."""

    token: str
    statement: str
    vote: int
    channel: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """All residents and their votes, in the order in which they took part, and the seed."""

    seed: int
    residents: tuple[Resident, ...]
    votes: tuple[Vote, ...]


def simulate(*, seed: int | None = None, told: Mapping[str, Any] | None = None) -> Simulation:
    """Draw all residents and their votes.

    Parameters
    ----------
    seed
        Fixes every draw; the file's own seed where none is given.
    told
        Statements and parameters as in ``dialogue.toml``, which is the default.

    Returns
    -------
    Simulation
        The same for the same seed, on every machine.

    Example
    -------
    >>> drawn = simulate(seed=7)
    >>> len(drawn.residents), drawn == simulate(seed=7)
    (600, True)
    """
    told = told or content.dialogue()
    plan = told["simulation"]
    statements = told["statements"]
    seed = plan["seed"] if seed is None else seed
    # Python's own generator: its stream is the same in every version and on every machine.
    chance = random.Random(seed)  # noqa: S311 (a simulation, not a secret)
    people: list[tuple[Resident, dict[str, Any]]] = []
    for group, size in _seats(plan["groups"], plan["people"]):
        for _ in range(size):
            resident = Resident(
                token=f"{chance.getrandbits(96):024x}",
                group=group["name"],
                channel=pick(chance, group["channels"]),
                language=pick(chance, plan["languages"]),
            )
            people.append((resident, group))
    chance.shuffle(people)
    votes = [
        vote
        for resident, group in people
        for vote in _votes_of(chance, resident, group, plan, statements)
    ]
    return Simulation(seed, tuple(resident for resident, _ in people), tuple(votes))


def _seats(groups: list[dict[str, Any]], people: int) -> list[tuple[dict[str, Any], int]]:
    """How many residents each group gets: rounded shares, the last group takes the rest."""
    sizes = [round(people * group["share"]) for group in groups[:-1]]
    return list(zip(groups, [*sizes, people - sum(sizes)], strict=True))


def pick(chance: random.Random, shares: Mapping[str, float]) -> str:
    """One of the names, as likely as its share."""
    drawn = chance.random() * sum(shares.values())
    for name, share in shares.items():
        drawn -= share
        if drawn < 0:
            return name
    return name


def _votes_of(
    chance: random.Random,
    resident: Resident,
    group: Mapping[str, Any],
    plan: Mapping[str, Any],
    statements: list[dict[str, Any]],
) -> list[Vote]:
    # 1. Where this person stands, and how easily they say "pass".
    point = [chance.gauss(middle, group["spread"]) for middle in group["centre"]]
    width = plan["pass_width"] * math.exp(chance.gauss(0.0, plan["pass_spread"]))
    # 2. How many statements they answer: all in a session, else from a few to all.
    most = len(statements)
    if resident.channel == "session":
        answered = most
    else:
        patience = chance.betavariate(*plan["patience"])
        answered = plan["least"] + round((most - plan["least"]) * patience)
    # 3. A vote on each, in an order of their own.
    votes = []
    for statement in chance.sample(statements, answered):
        pull = sum(axis * place for axis, place in zip(statement["axes"], point, strict=True))
        leaning = statement["appeal"] + pull + chance.gauss(0.0, plan["noise"])
        if abs(leaning) < width + statement.get("unsure", 0.0):
            vote = 0
        else:
            vote = 1 if leaning > 0 else -1
        votes.append(Vote(resident.token, statement["id"], vote, resident.channel))
    return votes
