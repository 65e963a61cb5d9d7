"""Which model foresees votes it has not seen: the test anybody can repeat.

A share of the votes cast is hidden, every model learns from the rest and predicts the hidden ones.
All see the same votes and must answer for everybody. Agree against disagree is scored on the hidden
votes that were not passes; the models that know of passing are scored on all three answers too.

Scores that are not probabilities (positions on a map, matrix factors) are turned into them by a
logistic curve with two parameters, fitted on a tenth of the visible votes: this helps the rivals.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from baithak import __version__
from baithak.engine.errors import EngineError
from baithak.engine.opinion.classic import Classic, classic
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["MODELS", "Evaluation", "Scores", "ThreeClass", "evaluate"]

MODELS = ("baithak", "polis_pca", "polis_groups", "majority", "cn_als")
INNER = 0.1  # share of the visible votes on which curves and ridges are chosen
FEWEST = 20  # votes below which nothing can be said
BINS = 10  # of the calibration error
RIDGES = ((0.3, 0.3), (1.0, 0.3), (0.3, 1.0), (1.0, 1.0), (0.3, 3.0), (1.0, 3.0), (3.0, 6.0))
ROUNDS = 12  # of alternating least squares

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scores:
    """How well agree was told from disagree.

    ``log_loss`` (nats per vote) and ``brier``: smaller is better. ``accuracy``: share right.
    ``auc``: chance that a random agree got a higher probability than a random disagree (``None``
    where only one of the two was cast). ``ece``: mean gap between what was promised and what came,
    over ten equally wide bins of the probability, weighted by their votes.
    """

    log_loss: float
    brier: float
    accuracy: float
    auc: float | None
    ece: float


@dataclass(frozen=True, slots=True)
class ThreeClass:
    """How well agree, pass and disagree were told apart."""

    log_loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every model on the same hidden votes.

    ``models``: name to ``Scores``; ``three_class``: name to ``ThreeClass``; ``n_test`` hidden
    votes, ``n_agree_disagree`` of them no passes; ``n_train`` visible ones.
    """

    models: dict[str, Scores]
    three_class: dict[str, ThreeClass]
    n_train: int
    n_test: int
    n_agree_disagree: int
    seed: int
    holdout: float
    version: str

    def to_json(self, *, indent: int | None = None) -> str:
        """The result as JSON; keys in a fixed order."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain dictionaries and numbers."""
        return asdict(self)


def evaluate(
    votes: VoteMatrix,
    *,
    holdout: float = 0.2,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Evaluation:
    """Hide votes and let every model predict them.

    Parameters
    ----------
    votes : VoteMatrix
        All votes cast take part, also those on moderated-out statements.
    holdout : float
        Share of the votes to hide, above 0 and at most 0.9.
    seed : int
        Which ones: ``default_rng(1000 + seed)`` over the votes in canonical order.
    progress : callable, optional
        Told the share of work done, 0 to 1.

    Returns
    -------
    Evaluation

    Raises
    ------
    EngineError
        ``evaluate.holdout`` outside its range; ``evaluate.too_few_votes`` below 20 votes, or where
        no agree or disagree is among the hidden ones.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> people, statements = np.divmod(np.arange(600), 20)
    >>> camps = np.where((people < 15) == (statements < 10), 1, -1)
    >>> told = evaluate(VoteMatrix.from_arrays(people, statements, camps))
    >>> told.models["baithak"].accuracy, told.n_test == told.n_agree_disagree
    (1.0, True)
    """
    if not 0.0 < holdout <= 0.9:
        raise EngineError("evaluate.holdout", field="holdout", value=holdout)
    if votes.size < FEWEST:
        raise EngineError("evaluate.too_few_votes", field="votes", value=votes.size, least=FEWEST)
    tell = progress or (lambda share: None)
    plain = replace(
        votes,
        statements=tuple(replace(s, moderated_out=False, meta=False) for s in votes.statements),
    )
    hidden = np.random.default_rng(1000 + seed).random(votes.size) < holdout
    seen = plain.keep_votes(~hidden)
    asked = _Asked(plain.rows[hidden], plain.columns[hidden], plain.values[hidden])
    if not np.any(asked.values != 0) or not np.any(seen.values != 0):
        raise EngineError("evaluate.too_few_votes", field="votes", value=votes.size, least=FEWEST)
    # The visible votes split once more: nine tenths to learn, one to choose curves and ridges.
    inner = np.random.default_rng(2000 + seed).random(seen.size) < INNER
    smaller = seen.keep_votes(~inner)
    choice = _Asked(seen.rows[inner], seen.columns[inner], seen.values[inner])

    answers: dict[str, Floats] = {}
    three: dict[str, Floats] = {}
    three["majority"] = _majority(seen, asked)
    tell(0.05)
    whole, part = classic(seen), classic(smaller) if smaller.size else None
    three["polis_groups"] = _polis_groups(seen, whole, asked)
    answers["polis_pca"] = _polis_pca(seen, whole, smaller, part, choice, asked)
    tell(0.3)
    answers["cn_als"] = _cn_als(seen, smaller, choice, asked)
    tell(0.7)
    three["baithak"] = fit(seen, seed=seed).predict(asked.rows, asked.columns)
    tell(1.0)
    for name, table in three.items():
        answers[name] = table[:, 0] / (table[:, 0] + table[:, 2])
    return Evaluation(
        {name: _scores(answers[name], asked.values) for name in MODELS},
        {name: _three_class(three[name], asked.values) for name in MODELS if name in three},
        seen.size,
        len(asked.values),
        int((asked.values != 0).sum()),
        seed,
        holdout,
        __version__,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Votes to predict."""

    rows: NDArray[np.int32]
    columns: NDArray[Any]
    values: NDArray[np.int8]


def _counts(votes: VoteMatrix, labels: NDArray[np.int64], k: int) -> Floats:
    """Votes by group, statement and answer (agree, pass, disagree), [k, m, 3]."""
    cell = (labels[votes.rows] * votes.m + votes.columns) * 3 + (1 - votes.values.astype(np.int64))
    return np.bincount(cell, minlength=k * votes.m * 3).reshape(k, votes.m, 3).astype(np.float64)


def _shares(counts: Floats) -> Floats:
    """Laplace's shares: every answer counts as if given once more."""
    return (counts + 1) / (counts.sum(axis=-1, keepdims=True) + 3)


def _majority(seen: VoteMatrix, asked: _Asked) -> Floats:
    """What people at large answered to the statement."""
    counts = _counts(seen, np.zeros(seen.n, dtype=np.int64), 1)
    return _shares(counts[0])[asked.columns]


def _polis_groups(seen: VoteMatrix, told: Classic, asked: _Asked) -> Floats:
    """What the person's group on the classic map answered; at large where there is no group."""
    labels = np.where(told.labels >= 0, told.labels, told.k).astype(np.int64)
    counts = _counts(seen, labels, told.k + 1)
    counts[told.k] = counts.sum(axis=0)
    return _shares(counts)[labels[asked.rows], asked.columns]


def _polis_pca(
    seen: VoteMatrix,
    whole: Classic,
    smaller: VoteMatrix,
    part: Classic | None,
    choice: _Asked,
    asked: _Asked,
) -> Floats:
    """The classic map read backwards: mean vote plus position times axes.

    With and without the outward stretch sqrt(m / n_i); the better one on the hidden votes counts,
    which favours this rival.
    """
    best: tuple[float, Floats] | None = None
    for stretched in (False, True):
        curve = (0.0, 1.0)
        if part is not None:
            curve = _curve(_filled(smaller, part, choice, stretched), choice.values)
        answer = _logistic(curve[0] + curve[1] * _filled(seen, whole, asked, stretched))
        loss = _scores(answer, asked.values).log_loss
        if best is None or loss < best[0]:
            best = (loss, answer)
    assert best is not None
    return best[1]


def _filled(votes: VoteMatrix, told: Classic, asked: _Asked, stretched: bool) -> Floats:
    """The vote that the two axes of the classic map imply."""
    places = told.projections
    if not stretched:
        width = max(int((votes.votes_per_statement > 0).sum()), 1)
        cast = np.maximum(votes.votes_per_person, 1)
        places = places / np.sqrt(width / cast)[:, None]
    along = (places[asked.rows] * told.components.T[asked.columns]).sum(axis=1)
    return told.centre[asked.columns] + along


def _cn_als(seen: VoteMatrix, smaller: VoteMatrix, choice: _Asked, asked: _Asked) -> Floats:
    """Matrix factors as Community Notes uses them, by alternating least squares.

    Number of factors and ridges are the best of a small grid on the inner split.
    """
    opinions = choice.values != 0
    best: tuple[float, int, tuple[float, float], tuple[float, float]] | None = None
    for factors in (1, 2):
        for ridge in RIDGES:
            score = _factorised(smaller, factors, ridge, choice)
            curve = _curve(score, choice.values)
            answer = _logistic(curve[0] + curve[1] * score)
            loss = _scores(answer, choice.values).log_loss if opinions.any() else 0.0
            if best is None or loss < best[0]:
                best = (loss, factors, ridge, curve)
    assert best is not None
    _, factors, ridge, curve = best
    return _logistic(curve[0] + curve[1] * _factorised(seen, factors, ridge, asked))


def _factorised(
    votes: VoteMatrix, factors: int, ridge: tuple[float, float], asked: _Asked
) -> Floats:
    """mean + person + statement + factors' product, agree 1 and disagree 0, passes left out."""
    cast = votes.values != 0
    shape = (votes.n, votes.m)
    rows, columns = votes.rows[cast], votes.columns[cast].astype(np.int32)
    target = (votes.values[cast] + 1.0) / 2
    mean = float(target.mean()) if len(target) else 0.5
    present = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    value = csr_matrix((target - mean, (rows, columns)), shape=shape)
    mirrored, mirrored_value = present.T.tocsr(), value.T.tocsr()
    start = np.random.default_rng(0).normal(scale=0.3, size=(votes.m, factors))
    item = np.concatenate((np.zeros((votes.m, 1)), start), axis=1)
    user = np.zeros((votes.n, factors + 1))
    for _ in range(ROUNDS):
        user = _ridge_step(present, value, item, ridge)
        item = _ridge_step(mirrored, mirrored_value, user, ridge)
    product = (user[asked.rows, 1:] * item[asked.columns, 1:]).sum(axis=1)
    return mean + user[asked.rows, 0] + item[asked.columns, 0] + product


def _ridge_step(present: Any, value: Any, other: Floats, ridge: tuple[float, float]) -> Floats:
    """Intercept and factors of one side, given the other side's."""
    design = other.copy()
    design[:, 0] = 1.0
    size = design.shape[1]
    squares = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    gram = (present @ squares).reshape(-1, size, size)
    gram += np.diag([ridge[0]] + [ridge[1]] * (size - 1))
    right = value @ design - present @ (design * other[:, :1])
    return np.asarray(np.linalg.solve(gram, right[:, :, None])[:, :, 0])


def _curve(score: Floats, values: NDArray[np.int8]) -> tuple[float, float]:
    """Intercept and slope of the logistic curve from scores to P(agree), by Newton steps.

    A hair of ridge keeps them finite where the scores separate the answers completely.
    """
    kept = values != 0
    x, y = score[kept], (values[kept] > 0).astype(np.float64)
    design = np.stack((np.ones(len(x)), x), axis=1)
    beta = np.zeros(2)
    small = 0.01 * np.eye(2)
    for _ in range(50):
        p = _logistic(design @ beta)
        gradient = design.T @ (y - p) - small @ beta
        step = np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + small, gradient)
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), float(beta[1])


def _scores(agree: Floats, values: NDArray[np.int8]) -> Scores:
    kept = values != 0
    p, y = np.clip(agree[kept], 1e-6, 1 - 1e-6), values[kept] > 0
    bins = np.minimum((p * BINS).astype(np.int64), BINS - 1)
    promised = np.bincount(bins, weights=p, minlength=BINS)
    came = np.bincount(bins, weights=y, minlength=BINS)
    ups, downs = int(y.sum()), int((~y).sum())
    auc = None
    if ups and downs:
        auc = _auc(p[y], p[~y])
    return Scores(
        float(-np.mean(np.log(np.where(y, p, 1 - p)))),
        float(np.mean((p - y) ** 2)),
        float(np.mean((p > 0.5) == y)),
        auc,
        float(np.abs(promised - came).sum() / len(p)),
    )


def _auc(ups: Floats, downs: Floats) -> float:
    """Share of (agree, disagree) pairs in the right order; ties count half."""
    order = np.sort(downs)
    below, upto = np.searchsorted(order, ups), np.searchsorted(order, ups, side="right")
    return float((below + upto).sum() / (2 * len(ups) * len(downs)))


def _three_class(table: Floats, values: NDArray[np.int8]) -> ThreeClass:
    given = 1 - values.astype(np.int64)
    p = np.clip(table[np.arange(len(given)), given], 1e-6, 1.0)
    return ThreeClass(float(-np.mean(np.log(p))), float(np.mean(table.argmax(axis=1) == given)))


def _logistic(value: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * value))
