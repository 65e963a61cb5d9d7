"""Where somebody stands, from a few votes, without the vote matrix.

A map run leaves a small table: what the model knows of every statement, and where the groups are.
From it a web page places an anonymous voter in about a millisecond. The table holds nothing
about any person.

The mathematics is the person's half of ``model``: quadratic bounds give a Gaussian posterior in a
few steps, and the mixture of ``groups`` gives memberships.

Paper: T. Jaakkola, M. Jordan (2000), Bayesian parameter estimation via variational methods,
Statistics and Computing 10.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError

if TYPE_CHECKING:  # a web worker that places people needs no compiler
    from baithak.engine.opinion.groups import Mixture
    from baithak.engine.opinion.model import Fit

__all__ = ["FORMAT", "Place", "Placement", "Posterior", "placement"]

FORMAT = 1  # of the stored table
STEPS = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands.

    ``x``, ``y``; ``covariance`` (xx, xy, yy); ``membership`` by group id; ``votes`` that were used.
    """

    x: float
    y: float
    covariance: tuple[float, float, float]
    membership: dict[str, float]
    votes: int


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What votes say of a person.

    ``z`` float64 [F] mean of (a, u), ``z_cov`` [F, F], and ``w``, how wide their "pass" is.
    """

    z: Floats
    z_cov: Floats
    w: float


@dataclass(frozen=True, eq=False)
class Placement:
    """The table; make it with ``placement``, keep it as ``to_json``.

    ``statements``: ids, length m. ``b_v`` float64 [m, F], ``b_v_cov`` [m, F, F], ``x`` [m] as in
    ``model.Fit``. ``a``, ``w``: prior variances of a person's readiness and pass width. ``fresh``:
    (b, v.., variances of b, v.., x) expected of a statement nobody has voted on, float64 [2F + 1].
    ``groups``: ids; ``weights`` [k], ``centres`` [k, 2], ``spread`` [2, 2] of the mixture.
    """

    statements: tuple[str, ...]
    b_v: Floats
    b_v_cov: Floats
    x: Floats
    a: float
    w: float
    fresh: Floats
    groups: tuple[str, ...]
    weights: Floats
    centres: Floats
    spread: Floats
    version: int = field(default=FORMAT)

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each statement id."""
        return {name: j for j, name in enumerate(self.statements)}

    def posterior(self, votes: Mapping[str, int]) -> Posterior:
        """What votes (statement id -> 1, 0 or -1) say of a person.

        Statements the table does not know are passed over.

        Raises
        ------
        EngineError
            ``votes.unknown_value`` where a vote is not 1, 0 or -1.
        """
        at, said = [], []
        for name, vote in sorted(votes.items()):
            if vote not in (-1, 0, 1):
                raise EngineError("votes.unknown_value", field=name, value=vote)
            if name in self.position:
                at.append(self.position[name])
                said.append(vote)
        F = self.b_v.shape[1]
        prior = np.ones(F)
        prior[0] = 1.0 / self.a
        if not at:
            return Posterior(np.zeros(F), np.diag(1.0 / prior), 0.0)
        y = np.array(said, dtype=np.float64)
        b, s = self.b_v[at, 0], self.b_v[at].copy()
        s[:, 0] = 1.0
        Q = self.b_v_cov[at]
        outer = s[:, :, None] * s[:, None, :]
        outer[:, 1:, 1:] += Q[:, 1:, 1:]
        cross = s * b[:, None]
        cross[:, 1:] += Q[:, 0, 1:]
        square = b * b + Q[:, 0, 0]
        wide = self.x[at]
        z: Floats = np.zeros(F)
        Z: Floats = np.diag(1.0 / prior)
        w = 0.0
        flat = outer.reshape(len(at), -1)
        for _ in range(STEPS):
            d = np.exp(w + wide)
            eta = s @ z + b
            second = flat @ (Z + np.outer(z, z)).ravel() + 2.0 * (cross @ z) + square
            low = np.where(y >= 0, _bound(second - 2.0 * d * eta + d * d), 0.0)
            high = np.where(y <= 0, _bound(second + 2.0 * d * eta + d * d), 0.0)
            weight = low + high
            J = (weight @ flat).reshape(F, F) + np.diag(prior)
            h = (0.5 * y + (low - high) * d) @ s - weight @ cross
            Z = np.asarray(np.linalg.inv(J), dtype=np.float64)
            z = Z @ h
            ratio = d / np.tanh(d)
            passed = y == 0
            rise = (low - high) * d * (s @ z + b) - weight * d * d
            rise += np.where(passed, ratio, -0.5 * d)
            turn = weight * d * d + np.where(passed, ratio * ratio - d * d, 0.0)
            w += float(np.clip((rise.sum() - w / self.w) / (turn.sum() + 1.0 / self.w), -1.0, 1.0))
        return Posterior(z, Z, w)

    def place(self, votes: Mapping[str, int]) -> Place:
        """Where somebody with these votes (statement id -> 1, 0, -1) stands.

        Without votes: the middle, as unsure as can be, in each group with its share.

        Raises
        ------
        EngineError
            ``votes.unknown_value``.
        """
        told = self.posterior(votes)
        axes = min(2, len(told.z) - 1)
        mean, cov = np.zeros(2), np.eye(2)
        mean[:axes] = told.z[1 : 1 + axes]
        cov[:axes, :axes] = told.z_cov[1 : 1 + axes, 1 : 1 + axes]
        belongs = _belongs(mean, cov, self.weights, self.centres, self.spread)
        return Place(
            float(mean[0]),
            float(mean[1]),
            (float(cov[0, 0]), float(cov[0, 1]), float(cov[1, 1])),
            {name: float(p) for name, p in zip(self.groups, belongs, strict=True)},
            sum(name in self.position for name in votes),
        )

    def to_json(self) -> str:
        """The table as text: numbers in single precision, the same bytes for the same table."""
        upper = np.triu_indices(self.b_v.shape[1])
        return json.dumps(
            {
                "format": self.version,
                "statements": list(self.statements),
                "size": int(self.b_v.shape[1]),
                "b_v": _packed(self.b_v),
                "b_v_cov": _packed(self.b_v_cov[:, upper[0], upper[1]]),
                "x": _packed(self.x),
                "a": self.a,
                "w": self.w,
                "fresh": _packed(self.fresh),
                "groups": list(self.groups),
                "weights": _packed(self.weights),
                "centres": _packed(self.centres),
                "spread": _packed(self.spread),
            },
            sort_keys=True,
            ensure_ascii=False,
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Placement:
        """The table back.

        Raises
        ------
        EngineError
            ``placement.unreadable``, also for tables of another format: make the map again.
        """
        try:
            told = json.loads(text)
            if told["format"] != FORMAT:
                raise ValueError(f"format {told['format']}")
            m, F, k = len(told["statements"]), int(told["size"]), len(told["groups"])
            upper = np.triu_indices(F)
            packed = _unpacked(told["b_v_cov"], (m, len(upper[0])))
            cov = np.zeros((m, F, F))
            cov[:, upper[0], upper[1]] = packed
            cov[:, upper[1], upper[0]] = packed
            return cls(
                tuple(told["statements"]),
                _unpacked(told["b_v"], (m, F)),
                cov,
                _unpacked(told["x"], (m,)),
                float(told["a"]),
                float(told["w"]),
                _unpacked(told["fresh"], (2 * F + 1,)),
                tuple(told["groups"]),
                _unpacked(told["weights"], (k,)),
                _unpacked(told["centres"], (k, 2)),
                _unpacked(told["spread"], (2, 2)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError("placement.unreadable", value=str(error)) from None


def placement(model: Fit, found: Mixture, groups: Sequence[str]) -> Placement:
    """The table of a map run (``MapRun.fit``, ``MapRun.mixture``, group ids in their order).

    Only listed statements are kept.

    Examples
    --------
    >>> from baithak.engine.opinion.map import map_run
    >>> from baithak.engine.opinion.votes import VoteMatrix
    >>> people, subjects = np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40)
    >>> sides = np.where((people < 20) == (subjects < 4), 1, -1)
    >>> run = map_run(VoteMatrix.from_arrays(people, subjects, sides))
    >>> table = placement(run.fit, run.mixture, [g.id for g in run.map.groups])
    >>> place = table.place({"0": 1, "1": 1, "5": -1})
    >>> max(place.membership.values()) > 0.9
    True
    """
    shown = np.flatnonzero(model.votes.shown)
    hyper = model.hyper
    fresh = np.concatenate(
        ([hyper.b_mean], np.zeros(model.dimensions), [hyper.b], hyper.v, [hyper.x_mean])
    )
    return Placement(
        tuple(model.votes.statements[j].id for j in shown),
        model.b_v[shown],
        model.b_v_cov[shown],
        np.asarray(model.x, dtype=np.float64)[shown],
        float(hyper.a),
        float(hyper.w),
        fresh,
        tuple(groups),
        found.weights,
        found.centres,
        found.spread,
    )


def _bound(square: Floats) -> Floats:
    """tanh(q/2) / (2q) at q^2: the weight of a logistic term."""
    q = np.sqrt(np.maximum(square, 1e-12))
    return np.asarray(np.tanh(q / 2.0) / (2.0 * q))


def _belongs(mean: Floats, cov: Floats, pi: Floats, mu: Floats, W: Floats) -> Floats:
    """Membership of one person; ``groups.person_likelihood`` and ``membership`` for one."""
    precision = np.linalg.inv(cov)
    J = precision - np.eye(2)
    values, vectors = np.linalg.eigh(J)
    J = (vectors * np.maximum(values, 0.0)) @ vectors.T
    P = np.linalg.inv(W)
    C = np.linalg.inv(P + J)
    ahead = mu @ P
    line = ahead + precision @ mean
    score = np.log(pi) - 0.5 * (ahead * mu).sum(axis=1) + 0.5 * ((line @ C) * line).sum(axis=1)
    score = np.exp(score - score.max())
    return np.asarray(score / score.sum())


def _packed(values: Floats) -> str:
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()


def _unpacked(text: Any, shape: tuple[int, ...]) -> Floats:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4")
    return values.astype(np.float64).reshape(shape)
