"""Which statement to show next: the one whose answer tells most.

The information an answer is expected to give has two parts: about the person (their position is
still wide where the statement separates people) and about the statement (few have voted on it).
Both are gains of a Gaussian posterior, ``log(1 + I v'Sv)``, with I the Fisher information of the
three answers at the expected answer: a statement everybody agrees with, or that this person would
pass, tells little. How much better it predicts people the model has not seen, beside random order
and Polis' priority: docs/benchmarks-routing.md (``python -m benchmarks.routing``).

Fairness: of every ``TURN`` statements one goes to the least voted-on statement of those with fewer
than ``NEW`` votes, so that no late statement waits for people to be sure of the others. A little
seeded noise spreads people who know nothing of each other over statements that tell about equally.

Papers: D. Lindley (1956), On a measure of the information provided by an experiment, Annals of
Mathematical Statistics 27(4); C. Small et al. (2021), Recerca 26(2), for Polis' priority.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.opinion.placement import Placement

if TYPE_CHECKING:  # a web worker that routes people needs no compiler
    from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["NEW", "TURN", "RoutingTable", "next_statements", "polis_priority", "routing_table"]

NEW = 20  # votes below which a statement is new
TURN = 4
ABOUT_STATEMENTS = 0.5  # weight of what is learned of the statement
NOISE = 0.05  # of seeded noise, in parts of the best score

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RoutingTable:
    """What routing needs.

    A ``placement`` and each statement's ``counts`` (disagree, pass, agree), int64 [m, 3], at the
    time of the map.
    """

    placement: Placement
    counts: NDArray[np.int64]

    def to_json(self) -> str:
        """As text, for storing; the same bytes for the same table."""
        return json.dumps(
            {"placement": json.loads(self.placement.to_json()), "counts": self.counts.tolist()},
            sort_keys=True,
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> RoutingTable:
        """The table back; ``placement.unreadable`` where it cannot be read."""
        try:
            told = json.loads(text)
            place = Placement.from_json(json.dumps(told["placement"]))
            counts = np.array(told["counts"], dtype=np.int64).reshape(len(place.statements), 3)
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, EngineError):
                raise
            raise EngineError("placement.unreadable", value=str(error)) from None
        return cls(place, counts)


def routing_table(placement: Placement, votes: VoteMatrix) -> RoutingTable:
    """The table of a map run: ``placement`` made from a fit of ``votes``."""
    cell = votes.columns.astype(np.int64) * 3 + votes.values + 1
    counts = np.bincount(cell, minlength=3 * votes.m).reshape(votes.m, 3)
    where = {s.id: j for j, s in enumerate(votes.statements)}
    return RoutingTable(placement, counts[[where[name] for name in placement.statements]])


def next_statements(
    table: RoutingTable,
    votes: Mapping[str, int],
    *,
    candidates: Sequence[str] | None = None,
    new_counts: Mapping[str, int] | None = None,
    seed: str | int = 0,
    method: str = "information",
) -> list[str]:
    """Order the statements a person has not voted on.

    Parameters
    ----------
    table : RoutingTable
    votes : mapping of statement id to 1, 0, -1
        What the person has said so far.
    candidates : sequence of statement id, optional
        Statements that may be shown now, also such as came after the map was made. Default: all of
        the table. Those voted on are left out.
    new_counts : mapping of statement id to number of votes, optional
        Votes by now, where the caller knows them; default: those at the time of the map.
    seed : str or int
        For example the person's key in this conversation: the order is the same for the same seed
        and votes.
    method : "information" or "polis"

    Returns
    -------
    list of str
        Best first.

    Raises
    ------
    EngineError
        ``routing.method``; ``votes.unknown_value``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> b_v = np.array([[0.0, 2.0], [0.0, 0.0], [6.0, 0.0]])  # divides, tells nothing, all agree
    >>> place = Placement(("a", "b", "c"), b_v, np.tile(0.01 * np.eye(2), (3, 1, 1)), np.full(3, -2.0),
    ...     0.1, 0.1, np.array([0.0, 0.0, 1.0, 1.0, -1.0]), ("A",), np.ones(1), np.zeros((1, 2)), np.eye(2))
    >>> next_statements(RoutingTable(place, np.full((3, 3), 50)), {})[0]
    'a'
    """
    held = table.placement
    pool = held.statements if candidates is None else candidates
    names = sorted({name for name in pool if name not in votes})
    if not names:
        return []
    at = np.array([held.position.get(name, -1) for name in names])
    counts = np.where((at >= 0)[:, None], table.counts[np.maximum(at, 0)], 0).astype(np.float64)
    cast = counts.sum(axis=1)
    if new_counts is not None:
        cast = np.array([new_counts.get(n, c) for n, c in zip(names, cast, strict=True)], float)
    if method == "information":
        score = _information(table, votes, at)
    elif method == "polis":
        score = np.log(polis_priority(counts, _extremity(held, at)))
    else:
        raise EngineError("routing.method", field="method", value=method)
    key = f"{seed}|{'|'.join(f'{s}={v}' for s, v in sorted(votes.items()))}"
    noise = _noise(key, len(names))
    # In proportion to what can be learned: later answers tell less, and must not be drowned.
    much = float(score.max()) if method == "information" else 1.0
    order = list(np.lexsort((np.arange(len(names)), -(score + NOISE * much * noise))))
    if method == "information":
        order = _with_turns(order, cast, noise, len(votes))
    return [names[i] for i in order]


def polis_priority(counts: Floats, extremity: Floats) -> Floats:
    """Polis' comment priority, for comparison.

    Parameters
    ----------
    counts : float [m, 3]
        Votes disagree, pass, agree.
    extremity : float [m]
        How far out somebody stands who only agreed with the statement.

    Examples
    --------
    >>> polis_priority(np.array([[0.0, 0.0, 0.0]]), np.zeros(1)).round(3).tolist()
    [5.062]
    """
    S, P, A = counts.sum(axis=1), counts[:, 1], counts[:, 2]
    importance = (1 - (P + 1) / (S + 2)) * (1 + extremity) * (A + 1) / (S + 2)
    return np.asarray((importance * (1 + 8 * 2.0 ** (-S / 5))) ** 2)


def _information(table: RoutingTable, votes: Mapping[str, int], at: NDArray[np.int64]) -> Floats:
    held = table.placement
    told = held.posterior(votes)
    F = held.b_v.shape[1]
    known = at >= 0
    b_v = np.where(known[:, None], held.b_v[np.maximum(at, 0)], held.fresh[:F])
    blank = np.diag(held.fresh[F : 2 * F])
    Q = np.where(known[:, None, None], held.b_v_cov[np.maximum(at, 0)], blank)
    wide = np.where(known, held.x[np.maximum(at, 0)], held.fresh[-1])
    s = b_v.copy()
    s[:, 0] = 1.0
    who = np.concatenate(([1.0], told.z[1:]))
    eta = s @ told.z + b_v[:, 0]
    of_person = np.einsum("jk,kl,jl->j", s, told.z_cov, s)
    of_statement = np.einsum("k,jkl,l->j", who, Q, who)
    # A statement whose direction is unknown may still separate people.
    of_person += np.einsum("jkl,kl->j", Q[:, 1:, 1:], told.z_cov[1:, 1:])
    # The expected answer, averaged over what is uncertain about it.
    tame = 1.0 / np.sqrt(1.0 + np.pi / 8.0 * (of_person + of_statement))
    d = np.exp(told.w + wide)
    yes, no = _logistic((eta - d) * tame), _logistic((-eta - d) * tame)
    pass_ = np.maximum(1.0 - yes - no, 1e-9)
    f_yes, f_no = yes * (1.0 - yes), -no * (1.0 - no)
    fisher = f_yes**2 / yes + f_no**2 / no + (f_yes + f_no) ** 2 / pass_
    return np.asarray(
        np.log1p(fisher * of_person) + ABOUT_STATEMENTS * np.log1p(fisher * of_statement)
    )


def _logistic(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -80.0, 80.0))))


def _extremity(held: Placement, at: NDArray[np.int64]) -> Floats:
    size = np.sqrt((held.b_v[:, 1:3] ** 2).sum(axis=1))
    return np.where(at >= 0, size[np.maximum(at, 0)], 0.0)


def _noise(key: str, count: int) -> Floats:
    """Gumbel noise that depends on the key alone."""
    seed = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
    return np.asarray(np.random.default_rng(seed).gumbel(size=count))


def _with_turns(order: list[int], cast: Floats, noise: Floats, voted: int) -> list[int]:
    """Every ``TURN``-th place to the least voted-on new statement; ties by noise."""
    new = sorted((i for i in order if cast[i] < NEW), key=lambda i: (cast[i], -noise[i], i))
    if not new:
        return order
    left = dict.fromkeys(order)
    out: list[int] = []
    while left:
        turn = (voted + len(out)) % TURN == TURN - 1
        fresh = next((i for i in new if i in left), None) if turn else None
        chosen = next(iter(left)) if fresh is None else fresh
        del left[chosen]
        out.append(chosen)
    return out
