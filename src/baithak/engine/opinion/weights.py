"""Population weights: voices counted as if every part of the city had come in its share.

People say, if they like, what part of the city they belong to. Raking turns each declared question
in turn to its known population shares until all fit. The weights are applied to what is reported
of the crowd, never to the fit of the model, so a weight can make a voice count for more but cannot
bend the map. Nobody's weight exceeds ``LARGEST``; Kish's number says what is left to speak of.

Papers: W. Deming, F. Stephan (1940), Annals of Mathematical Statistics 11(4), for iterative
proportional fitting; L. Kish (1965), Survey Sampling, for the effective number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.opinion.results import Weights

__all__ = ["LARGEST", "Raked", "effective_number", "rake"]

LARGEST = 5.0  # no voice counts for more than five average ones
ROUNDS = 200
CLOSE = 1e-6  # largest distance from a share at which raking stops
MISSED = 0.8  # a category with less than this part of its share is called missing

Population = Mapping[str, Mapping[str, float]]
Declared = Mapping[str, Mapping[str, str]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Weights that came out of raking.

    ``weights`` float64 [n], mean 1 over people who count, 0 for those who do not; ``summary`` for
    the result; ``fits`` whether every share that could be met was met; ``unreachable``: categories
    (question, category) of the population that nobody declared.
    """

    weights: Floats
    summary: Weights
    fits: bool
    unreachable: tuple[tuple[str, str], ...]


def effective_number(weights: Floats) -> float:
    """Kish's effective number of people, ``(sum w)^2 / sum w^2``.

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 1.0])), effective_number(np.array([1.0, 0.0, 0.0]))
    (3.0, 1.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum() ** 2 / squares) if squares > 0.0 else 0.0


def rake(
    participants: Sequence[str],
    population: Population,
    declared: Declared,
    *,
    counts: NDArray[np.bool_] | None = None,
    largest: float = LARGEST,
) -> Raked:
    """Rake weights to population shares.

    Parameters
    ----------
    participants : sequence of str, length n
    population : question -> category -> share
        Shares of a question add up to 1 (within 0.02).
    declared : participant id -> question -> category
        What people said of themselves. Who leaves a question out keeps the weight the others give
        them; a category the population does not name counts as left out.
    counts : bool [n], optional
        People who count at all (those with votes).
    largest : float
        Cap on a weight, in average voices.

    Returns
    -------
    Raked

    Raises
    ------
    EngineError
        ``population.empty``, ``population.share`` (outside 0 to 1), ``population.total``
        (shares of a question do not add up to 1), ``population.nobody`` (no participant declared
        any of the questions).

    Examples
    --------
    >>> said = {"Amina": {"gender": "woman"}, "Bilal": {"gender": "man"}, "Chand": {"gender": "man"}}
    >>> told = rake(["Amina", "Bilal", "Chand"], {"gender": {"woman": 0.5, "man": 0.5}}, said)
    >>> told.weights.round(3).tolist(), round(told.summary.effective, 3)
    ([1.5, 0.75, 0.75], 2.667)
    >>> told.summary.missing
    (('gender', 'woman', 0.5, 0.3333333333333333),)
    """
    _check(population)
    n = len(participants)
    here = np.ones(n, dtype=bool) if counts is None else np.asarray(counts, dtype=bool)
    weights = here.astype(np.float64)
    questions: list[tuple[str, list[str], Floats, NDArray[np.int64]]] = []
    missing: list[tuple[str, str, float, float]] = []
    unreachable: list[tuple[str, str]] = []
    for question in sorted(population):
        names = sorted(population[question])
        place = {name: c for c, name in enumerate(names)}
        codes = np.array(
            [place.get(declared.get(p, {}).get(question, ""), -1) for p in participants],
            dtype=np.int64,
        ).reshape(n)
        codes[~here] = -1
        shares = np.array([population[question][name] for name in names], dtype=np.float64)
        shares = shares / shares.sum()
        heard = np.bincount(codes[codes >= 0], minlength=len(names)).astype(np.float64)
        if heard.sum() == 0.0:
            unreachable += [(question, name) for name in names]
            missing += [
                (question, name, float(shares[c]), 0.0) for c, name in enumerate(names) if shares[c]
            ]
            continue
        voices = heard / heard.sum()
        for c, name in enumerate(names):
            if shares[c] > 0.0 and voices[c] < MISSED * shares[c]:
                missing.append((question, name, float(shares[c]), float(voices[c])))
            if shares[c] > 0.0 and heard[c] == 0.0:
                unreachable.append((question, name))
        reach = np.where(heard > 0.0, shares, 0.0)
        if reach.sum() > 0.0:
            questions.append((question, names, reach / reach.sum(), codes))
    if not questions:
        raise EngineError("population.nobody", field="declared")
    fits = False
    for _ in range(ROUNDS):
        off = 0.0
        for _, names, reach, codes in questions:
            said = codes >= 0
            now = np.bincount(codes[said], weights=weights[said], minlength=len(names))
            total = now.sum()
            if total <= 0.0:
                continue
            off = max(off, float(np.abs(now / total - reach).max()))
            factor = np.where(now > 0.0, reach * total / np.where(now > 0.0, now, 1.0), 1.0)
            weights[said] *= factor[codes[said]]
        weights = _capped(weights, float(here.sum()), largest)
        if off < CLOSE:
            fits = True
            break
    missing.sort(key=lambda row: (row[3] - row[2], row[0], row[1]))
    summary = Weights(
        round(effective_number(weights), 5),
        round(float(weights.max(initial=0.0)), 5),
        tuple(missing),
    )
    return Raked(weights, summary, fits, tuple(unreachable))


def _capped(weights: Floats, total: float, largest: float) -> Floats:
    """Weights adding up to ``total``, none above ``largest`` (as far as people are enough)."""
    for _ in range(60):
        weights = weights * (total / max(float(weights.sum()), 1e-300))
        if weights.max(initial=0.0) <= largest * (1.0 + 1e-9):
            break
        weights = np.minimum(weights, largest)
    return weights


def _check(population: Population) -> None:
    if not population:
        raise EngineError("population.empty")
    for question, shares in population.items():
        for category, share in shares.items():
            if not 0.0 <= share <= 1.0:
                raise EngineError(
                    "population.share", field=question, value=share, category=category
                )
        total = sum(shares.values())
        if not 0.98 <= total <= 1.02:
            raise EngineError("population.total", field=question, value=round(total, 4))
