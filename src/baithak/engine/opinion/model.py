"""Ordinal ideal points by variational Bayes: where everybody stands, and how sure we are.

The model. Person i has a readiness to agree ``a_i`` and a position ``u_i`` in D dimensions;
statement j a popularity ``b_j`` and a direction ``v_j``. With

    eta_ij = a_i + b_j + u_i . v_j        and        d_ij = exp(w_i + x_j),

    P(agree) = s(eta - d),   P(disagree) = s(-eta - d),   P(pass) = the rest,   s logistic.

``d`` is how wide "pass" is for this person and this statement. Since
``s(eta+d) - s(eta-d) = s(eta+d) s(d-eta) (1 - exp(-2d))``, a vote is one logistic term (agree,
disagree) or two (pass), and the quadratic bound of Jaakkola and Jordan gives closed-form Gaussian
posteriors of every person and every statement in turn. Hyper-parameters follow by EM, with a weak
floor under the size of an axis; the pass widths take one scoring step per sweep; after each sweep
the axes are brought into the one frame in which the prior holds best (parameter expansion), which
saves most of the sweeps that plain alternation would need.

Papers: T. Jaakkola and M. Jordan, "Bayesian parameter estimation via variational methods",
Statistics and Computing 10 (2000); R. Neal and G. Hinton, "A view of the EM algorithm that
justifies incremental, sparse, and other variants" (1998) for ``update``; C. Liu, D. Rubin and Y. Wu,
"Parameter expansion to accelerate EM", Biometrika 85 (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from baithak.engine.errors import EngineError
from baithak.engine.opinion.model_kernels import Kernels, gram, kernels, packed_sizes
from baithak.engine.opinion.shards import THREADS, Crew, Held, cut, stretches
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["Fit", "Hyper", "Rows", "fit", "found_anew", "place", "said", "solved", "update"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

FLOOR_WEIGHT = 0.05  # the floor under an axis counts like this share of the statements ...
FLOOR = 1.0  # ... having loadings of this variance
WIDTH = -0.5  # log width of pass before anything is known
SETTLED = 0.02  # stop when a sweep moves the predictor by less than this (root mean square)
LONGEST = 40  # sweeps
INNER = 3  # sweeps in which a changed person settles
POWER = 6  # power iterations for the first axes
EVERYBODY = 2  # sweeps over everybody after statements settled on a sample
SAMPLE = 20_000  # people on whom the statements are fitted when there are many more


@dataclass(frozen=True, slots=True)
class Hyper:
    """What the model learned of people and statements at large (prior means and variances).

    ``a`` variance of a_i; ``b_mean``, ``b`` of b_j; ``v`` [D] variance of the loadings of each
    axis (descending: the strength of the axis); ``w`` variance of w_i; ``x_mean``, ``x`` of x_j.
    """

    a: float
    b_mean: float
    b: float
    v: Floats
    w: float
    x_mean: float
    x: float


@dataclass(frozen=True, eq=False)
class Fit:
    """Posterior of everybody and everything; see ``fit``. F = D + 1, packed length K = F(F+1)/2.

    Parameters
    ----------
    votes : VoteMatrix
        The votes this rests on.
    dimensions, seed : int
    z : float32 [n, F]
        Posterior means of (a_i, u_i), in units of the prior: u has variance about 1 over people.
        Axis 1 is column 1.
    z_packed : float32 [n, K]
        Upper triangle of the posterior covariance, row by row; ``z_cov`` unpacks it.
    b_v, b_v_cov : float64 [m, F], [m, F, F]
        Posterior means and covariances of (b_j, v_j).
    w, x : float32 [n], float64 [m]
        Log widths of "pass" of people and statements.
    hyper : Hyper
    sweeps : int
    converged : bool

    People without votes have the prior as their posterior.
    """

    votes: VoteMatrix
    dimensions: int
    seed: int
    z: Singles
    z_packed: Singles
    b_v: Floats
    b_v_cov: Floats
    w: Singles
    x: Floats
    hyper: Hyper
    sweeps: int
    converged: bool
    # The statements against which people's contributions to `sums` are taken (see `update`).
    base: tuple[Singles, Floats] | None = field(default=None, repr=False)
    sums: tuple[Floats, ...] | None = field(default=None, repr=False)

    @cached_property
    def table(self) -> Singles:
        """Second moments and means of the statements, float32 [m, P + Q] (``model_kernels``)."""
        return _table(_v_b(self.b_v), _v_b_cov(self.b_v_cov))

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.z)

    @property
    def m(self) -> int:
        """Number of statements."""
        return len(self.b_v)

    @property
    def z_cov(self) -> Floats:
        """Posterior covariances of (a_i, u_i), float64 [n, F, F]."""
        return _unpack(self.z_packed)

    def cov_of(self, columns: slice, people: slice = slice(None)) -> Floats:
        """``z_cov[people, columns, columns]``, without unpacking all of it."""
        place = np.zeros((self.dimensions + 1, self.dimensions + 1), dtype=np.int64)
        rows, others = _upper(self.dimensions + 1)
        place[rows, others] = place[others, rows] = np.arange(len(rows))
        return self.z_packed[people][:, place[columns, columns]].astype(np.float64)

    @property
    def prior_precision(self) -> Floats:
        """Prior precision of (a_i, u_i), the diagonal, float64 [F]."""
        return np.concatenate(([1 / self.hyper.a], np.ones(self.dimensions)))

    @property
    def unknown(self) -> tuple[Floats, Floats]:
        """Mean [F] and covariance [F, F] of (b, v) of a statement nobody has voted on."""
        hyper = self.hyper
        mean = np.concatenate(([hyper.b_mean], np.zeros(self.dimensions)))
        return mean, np.diag(np.concatenate(([hyper.b], hyper.v)))

    @property
    def unknown_statement(self) -> Singles:
        """The row that such a statement has in ``table``."""
        mean, cov = self.unknown
        return _table(_v_b(mean[None]), _v_b_cov(cov[None]))[0]

    @cached_property
    def J(self) -> Floats:  # noqa: N802 - J is the name of this matrix in the literature
        """What a person's votes alone say, precision: float64 [n, F, F] (prior taken out)."""
        return np.asarray(np.linalg.inv(self.z_cov)) - np.diag(self.prior_precision)

    @cached_property
    def h(self) -> Floats:
        """What a person's votes alone say, linear term: float64 [n, F]."""
        right = self.z[:, :, None].astype(np.float64)
        return np.asarray(np.linalg.solve(self.z_cov, right)[:, :, 0])

    @property
    def positions(self) -> Floats:
        """Posterior means of u, float64 [n, D]: the map is its first two columns."""
        return self.z[:, 1:].astype(np.float64)

    @property
    def strength(self) -> Floats:
        """Share of the explained variance along each axis, float64 [D], adding up to 1."""
        size = (self.b_v[:, 1:] ** 2).mean(axis=0)
        total = size.sum()
        return size / total if total > 0 else np.full(self.dimensions, 1 / self.dimensions)

    def predictor(self, rows: ArrayLike, columns: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and variance of eta, float64 [len] each, for pairs of a person and a statement."""
        who = np.asarray(rows, dtype=np.int64)
        what = np.asarray(columns, dtype=np.int64)
        if who.size and not (who.min() >= 0 and who.max() < self.n):
            raise EngineError("model.unknown_person", field="rows", value=int(who.max()))
        if what.size and not (what.min() >= 0 and what.max() < self.m):
            raise EngineError("model.unknown_statement", field="columns", value=int(what.max()))
        eta = np.empty(len(who))
        variance = np.empty(len(who))
        kernels(self.dimensions).predict(
            who, what, self.table, self.z, self.z_packed, eta, variance
        )
        return eta, variance

    def predict(self, rows: ArrayLike, columns: ArrayLike) -> Floats:
        """Probabilities of agree, pass and disagree for pairs of a person and a statement.

        Parameters
        ----------
        rows, columns : int [len]
            Positions in ``votes.participants`` and ``votes.statements``.

        Returns
        -------
        float64 [len, 3]
            (agree, pass, disagree), adding up to 1; the posterior variance of eta is integrated
            by the probit approximation (MacKay 1992), which predicts as well as quadrature.

        Raises
        ------
        EngineError
            ``model.unknown_person``, ``model.unknown_statement``.
        """
        eta, variance = self.predictor(rows, columns)
        d = np.exp(self.w[np.asarray(rows)].astype(np.float64) + self.x[np.asarray(columns)])
        tame = 1 / np.sqrt(1 + np.pi / 8 * variance)
        agree = _logistic((eta - d) * tame)
        disagree = _logistic((-eta - d) * tame)
        return np.stack((agree, np.maximum(1 - agree - disagree, 0.0), disagree), axis=1)

    def update(self, votes: VoteMatrix, touched: ArrayLike) -> Fit:
        """The fit after the votes of some people changed; see ``update``."""
        return update(self, votes, touched)


def fit(
    votes: VoteMatrix,
    *,
    dimensions: int = 4,
    seed: int = 0,
    start: Fit | None = None,
    sample: int | None = SAMPLE,
    progress: Callable[[float], None] | None = None,
    crew: Crew = THREADS,
) -> Fit:
    """Fit the ordinal ideal-point model.

    Parameters
    ----------
    votes : VoteMatrix
        All its votes count, also those on moderated-out or meta statements: leave those out
        beforehand (``votes.keep_votes``) where they should not shape the map.
    dimensions : int
        Axes D, 1 to 16. Four predict well; the first two make the map.
    seed : int
        Starts the power iteration, and draws the sample of people in very large conversations.
    start : Fit, optional
        An earlier fit to start from: what it knows of statements with the same ids. Ignored where
        it has another number of dimensions.
    sample : int or None
        With more than twice as many people, statements settle on a sample of this size and see
        everybody in two last passes. ``None``: always everybody.
    progress : callable, optional
        Told the share of work done, 0 to 1.
    crew : Crew
        Who goes through the people: threads of this process, or a ``cluster.Cluster``.

    Returns
    -------
    Fit
        Axes in order of strength; the largest loading of each is positive. The same votes in any
        order give the same bytes.

    Raises
    ------
    EngineError
        ``model.dimensions`` when D is outside 1..16.

    Examples
    --------
    >>> people = [p for p in range(20) for _ in range(6)]
    >>> statements = [s for _ in range(20) for s in range(6)]
    >>> camp = [1 if (p < 10) == (s < 3) else -1 for p in range(20) for s in range(6)]
    >>> model = fit(VoteMatrix.from_arrays(people, statements, camp), dimensions=1)
    >>> sides = model.positions[:, 0] > 0
    >>> len(set(sides[:10])), len(set(sides[10:])), bool(sides[0] != sides[10])
    (1, 1, True)
    """
    if not 1 <= dimensions <= 16:
        raise EngineError("model.dimensions", field="dimensions", value=dimensions)
    active = np.flatnonzero(votes.votes_per_person > 0)
    tell = progress or (lambda share: None)
    if sample is None or len(active) <= 2 * sample:
        state = _State(votes, dimensions, seed, start, crew)
        state.settle(lambda share: tell(0.9 * share))
    else:
        draw = np.random.default_rng(seed).choice(len(active), sample, replace=False)
        keep = np.zeros(votes.n, dtype=bool)
        keep[active[draw]] = True
        part = _State(votes.keep_people(keep), dimensions, seed, start)
        part.settle(lambda share: tell(0.5 * share))
        state = part.for_everybody(votes, crew)
        for done in range(EVERYBODY):
            state.sweep()
            tell(0.5 + 0.4 * (done + 1) / EVERYBODY)
    result = state.finish(seed)
    tell(1.0)
    return result


class _State:
    """The moving parts of one fit. Statements are held as (v, b), as the kernels like them."""

    def __init__(
        self,
        votes: VoteMatrix,
        dimensions: int,
        seed: int,
        start: Fit | None,
        crew: Crew = THREADS,
    ) -> None:
        m, D = votes.m, dimensions
        F = D + 1
        self.votes, self.D, self.F = votes, D, F
        self.kernels = kernels(D)
        self.held = _held(votes, F, crew)
        self.gauge, self.shift = np.eye(F), np.zeros(F)
        self.sweeps, self.converged, self.moved = 0, False, np.inf
        if start is not None and start.dimensions == D:
            self.hyper = start.hyper
            self.mean, self.cov, self.x = _known(start, votes)
            return
        cast = np.maximum(votes.votes_per_statement, 1)
        leaning = np.bincount(votes.columns, weights=votes.values, minlength=m) / (cast + 2)
        passed = np.bincount(votes.columns, weights=votes.values == 0, minlength=m)
        self.mean = np.zeros((m, F))
        self.mean[:, :D] = _principal_axes(votes, D, seed)
        self.mean[:, D] = 2 * np.arctanh(np.clip(leaning, -0.95, 0.95))
        self.cov = np.tile(0.1 * np.eye(F), (m, 1, 1))
        self.x = np.log(2 * (passed + 1) / (cast + 3) + 0.05)
        v = ((self.mean[:, :D] ** 2).mean(axis=0) + 2 * FLOOR_WEIGHT * FLOOR) / (
            1 + 2 * FLOOR_WEIGHT
        )
        b = self.mean[:, D]
        self.hyper = Hyper(
            1.0, float(b.mean()), float(b.var() + 0.5), v, 0.5, float(self.x.mean()), 0.5
        )

    def places(self) -> tuple[Singles, Singles, Singles]:
        """Where everybody stands: z, packed covariances and w, as in ``Fit``."""
        z, packed, w = (np.concatenate(part) for part in zip(*self.held.states(), strict=True))
        return z, packed, w

    def for_everybody(self, votes: VoteMatrix, crew: Crew) -> _State:
        """The same statements before other people."""
        other = _State.__new__(_State)
        other.__dict__.update(self.__dict__)
        other.votes, other.held = votes, _held(votes, self.F, crew)
        other.gauge, other.shift = np.eye(self.F), np.zeros(self.F)
        return other

    def settle(self, tell: Callable[[float], None]) -> None:
        for _ in range(LONGEST):
            self.sweep()
            tell(self.sweeps / LONGEST)
            if self.sweeps >= 3 and self.moved < SETTLED:
                self.converged = True
                break

    def person_prior(self) -> Floats:
        return np.concatenate(([1 / self.hyper.a], np.ones(self.D)))

    def people(self, *, told: bool) -> tuple[_Sums, Floats]:
        """One pass over everybody; the sums it leaves for the statements."""
        table = _table(self.mean, self.cov).ravel()
        width, prior = np.exp(self.x).astype(np.float32), self.person_prior()
        parts = self.held.step(
            _gone_through, self.D, table, width, self.gauge, self.shift, prior,
            1 / self.hyper.w, told,
        )  # fmt: skip
        # Always the same shards in the same order: the number of processors changes no byte.
        sums, slope, bend, moments, counts = (sum(kind) for kind in zip(*parts, strict=True))
        seen, moved, squares, doubt = counts
        self.gauge, self.shift = np.eye(self.F), np.zeros(self.F)
        self.moved = float(np.sqrt(moved / max(self.votes.size, 1)))
        both = sums.reshape(self.votes.m, -1)
        return _Sums(both, slope, bend, int(seen), squares + doubt), moments

    def sweep(self) -> None:
        sums, moments = self.people(told=True)
        self.sweeps += 1
        _solve(self.kernels, sums, self.hyper, self.mean, self.cov)
        self.x, curve = _scored(self.x, sums, self.hyper)
        self.reframe(moments, max(sums.seen, 1))
        self.learn(sums, curve)

    def reframe(self, moments: Floats, seen: int) -> None:
        """Parameter expansion: the frame of a, u, v, b in which the priors fit best."""
        D, F, m = self.D, self.F, self.votes.m
        hyper = self.hyper
        people = _square(moments, F + 1) / seen  # E[pp'] of p = (a, u, 1), mean over people
        total = self.mean[:, :D].sum(axis=0)
        # 1. Move the mean of a, and of u as far as the prior of b likes it, into b.
        v, b = self.mean[:, :D], self.mean[:, D]
        vv = v.T @ v + self.cov[:, :D, :D].sum(axis=0)
        bv = (b - hyper.b_mean) @ v + self.cov[:, D, :D].sum(axis=0)
        t = np.linalg.solve(seen * np.eye(D) + vv / hyper.b, seen * people[1:F, F] - bv / hyper.b)
        away = np.eye(F + 1)
        away[0, F] = -people[0, F]
        away[1:F, F] = -t
        centred = away @ people @ away.T
        onto = np.eye(F)
        onto[D, :D] = t
        # 2. Let a take what all directions share (v -> v - c, a -> a + u . c).
        uu, au = centred[1:F, 1:F], centred[0, 1:F]
        strong = np.diag(1 / hyper.v)
        c = np.linalg.solve(seen * uu / hyper.a + m * strong, strong @ total - seen * au / hyper.a)
        shear = np.eye(F + 1)
        shear[0, 1:F] = c
        cross = np.outer(c, total)
        vv = vv - cross - cross.T + m * np.outer(c, c)
        # 3. Whiten u, diagonalise v, and share out the size of each axis between the two.
        size, turn = np.linalg.eigh(uu)
        size = np.maximum(size, 1e-9)
        root = (turn * np.sqrt(size)) @ turn.T
        inverse = (turn / np.sqrt(size)) @ turn.T
        length, axes = np.linalg.eigh(root @ vv @ root)
        length, axes = length[::-1], axes[:, ::-1]
        share = np.sqrt(_balance(length, seen, m))
        to_u = (axes * share).T @ inverse
        to_v = (axes / share).T @ root
        turned = np.eye(F + 1)
        turned[1:F, 1:F] = to_u
        whole = turned @ shear @ away
        self.gauge, self.shift = np.ascontiguousarray(whole[:F, :F]), whole[:F, F].copy()
        turned_v = np.eye(F)
        turned_v[:D, :D] = to_v
        map_y = turned_v @ onto
        self.mean = self.mean @ map_y.T + turned_v @ np.concatenate((-c, [people[0, F]]))
        self.cov = map_y @ self.cov @ map_y.T
        self.people_moments = whole @ people @ whole.T

    def learn(self, sums: _Sums, curve: Floats) -> None:
        """Hyper-parameters by EM, each with a pinch of a prior against collapse."""
        D, m, seen = self.D, self.votes.m, max(sums.seen, 1)
        v, b = self.mean[:, :D], self.mean[:, D]
        squares = (v**2).sum(axis=0) + self.cov[:, np.arange(D), np.arange(D)].sum(axis=0)
        b_mean = float(b.sum() / (m + 1))
        x_mean = float((self.x.sum() + WIDTH) / (m + 1))
        b_square = float(((b - b_mean) ** 2).sum() + self.cov[:, D, D].sum())
        x_square = float(((self.x - x_mean) ** 2).sum() + (1 / curve).sum())
        self.hyper = Hyper(
            a=(seen * float(self.people_moments[0, 0]) + 2.0) / (seen + 2),
            b_mean=b_mean,
            b=(b_square + 8.0) / (m + 2),
            v=(squares / m + 2 * FLOOR_WEIGHT * FLOOR) / (1 + 2 * FLOOR_WEIGHT),
            w=(sums.widths + 1.0) / (seen + 2),
            x_mean=x_mean,
            x=(x_square + 1.0) / (m + 2),
        )

    def finish(self, seed: int) -> Fit:
        """Fix the signs and take a last pass over people, so that all parts fit together."""
        D = self.D
        v = self.mean[:, :D]
        largest = np.argmax(np.abs(v), axis=0)
        sign = np.where(v[largest, np.arange(D)] < 0, -1.0, 1.0)
        flip_y = np.concatenate((sign, [1.0]))
        flip_z = np.concatenate(([1.0], sign))
        self.mean = self.mean * flip_y
        self.cov = self.cov * np.outer(flip_y, flip_y)
        self.gauge, self.shift = flip_z[:, None] * self.gauge, flip_z * self.shift
        self.people(told=False)
        z, packed, w = self.places()
        return Fit(
            self.votes,
            D,
            seed,
            z,
            packed,
            _b_v(self.mean),
            _b_v_cov(self.cov),
            w,
            self.x,
            self.hyper,
            self.sweeps,
            self.converged,
        )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a pass over people leaves: statement sums, slope and curvature of x, counts."""

    both: Floats
    slope: Floats
    bend: Floats
    seen: int
    widths: float


def _held(votes: VoteMatrix, F: int, crew: Crew) -> Held:
    """People of whom nothing is known yet, in the hands of a crew."""
    held = crew.hold(stretches(votes, cut(votes.indptr)))
    held.begin(_nothing_known, F)
    return held


def _nothing_known(rows: Rows, F: int) -> tuple[Singles, Singles, Singles]:
    n = len(rows[0]) - 1
    return np.zeros((n, F), np.float32), _unknown(n, F), np.zeros(n, np.float32)


def _gone_through(
    rows: Rows,
    state: tuple[Singles, Singles, Singles],
    D: int,
    table: Singles,
    width: Singles,
    gauge: Floats,
    shift: Floats,
    prior: Floats,
    width_precision: float,
    told: bool,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """One pass over the people of a stretch: changes where they stand, returns the sums."""
    m, R = len(width), sum(packed_sizes(D))
    sums, slope, bend, moments = np.zeros(m * R), np.zeros(m), np.zeros(m), np.zeros(R)
    counts = kernels(D).people(
        *rows, table, width, gauge, shift, prior, width_precision, *state,
        sums, slope, bend, moments, told,
    )  # fmt: skip
    return sums, slope, bend, moments, np.array(counts, dtype=np.float64)


def place(taught: Fit, votes: VoteMatrix) -> tuple[Singles, Singles, Singles]:
    """Where people stand by their votes, the statements being what an earlier fit says.

    Parameters
    ----------
    taught : Fit
    votes : VoteMatrix
        Votes of any people on the same statements, in the same order.

    Returns
    -------
    z, z_packed, w
        As in ``Fit``, for the people of ``votes``.

    Raises
    ------
    EngineError
        ``model.lost_statements`` where the statements differ in number.
    """
    if votes.m != taught.m:
        raise EngineError("model.lost_statements", field="statements", value=votes.m)
    F = taught.dimensions + 1
    at = (
        np.zeros((votes.n, F), np.float32),
        _unknown(votes.n, F),
        np.zeros(votes.n, np.float32),
    )
    for _ in range(2):
        at = _placed(taught, (votes.indptr, votes.columns, votes.values), *at)
    return at


def update(before: Fit, votes: VoteMatrix, touched: ArrayLike) -> Fit:
    """The fit after some people's votes changed, without a pass over all the others.

    What the statements are is a sum over people, so the touched people's old contributions are
    taken out, their posteriors are found anew (statements fixed), their new contributions put in,
    and the statements solved again: an incremental EM step. Hyper-parameters stay; fit again in
    the background (``start=``) to refresh them. The first update after a fit takes the sums, which
    is one pass over all votes; later ones cost what the touched people's votes cost.

    Parameters
    ----------
    before : Fit
    votes : VoteMatrix
        All votes as they are now, with at least the people and statements of ``before.votes``.
    touched : int [t]
        Positions, in ``votes``, of the people whose votes differ (people who are new as well).

    Returns
    -------
    Fit
        Equal to a full statement step with the same people's posteriors (1e-12).

    Raises
    ------
    EngineError
        ``model.lost_people`` or ``model.lost_statements`` where some are missing from ``votes``.
    """
    who = np.unique(np.asarray(touched, dtype=np.int64))
    held = before if before.sums is not None else _with_sums(before)
    old = _carried(held, votes)
    here = _rows_of(old.votes, who)
    there = _rows_of(votes, who)
    # Take out what the touched people said ...
    z, packed, w = old.z[who], old.z_packed[who], old.w[who]
    assert old.sums is not None
    gone = said(old, here, z, packed, w)
    # ... find them anew ...
    z, packed, w = _placed(old, there, z, packed, w)
    come = said(old, there, z, packed, w)
    sums = tuple(kept - less + more for kept, less, more in zip(old.sums, gone, come, strict=True))
    fresh = replace(
        old,
        votes=votes,
        z=_put(old.z, who, z),
        z_packed=_put(old.z_packed, who, packed),
        w=_put(old.w, who, w),
        sums=sums,
    )
    return _statement_step(fresh)


Rows = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]


def _rows_of(votes: VoteMatrix, who: NDArray[np.int64]) -> Rows:
    """The votes of some people, compressed."""
    first, count = votes.indptr[who], votes.indptr[who + 1] - votes.indptr[who]
    indptr = np.concatenate(([0], np.cumsum(count)))
    at = np.repeat(first - indptr[:-1], count) + np.arange(indptr[-1])
    return indptr, votes.columns[at], votes.values[at]


def _put(array: Singles, at: NDArray[np.int64], values: Singles) -> Singles:
    copy = array.copy()
    copy[at] = values
    return copy


def said(
    held: Fit,
    rows: Rows,
    z: Singles,
    packed: Singles,
    w: Singles,
    *,
    onto: tuple[Floats, ...] | None = None,
    sign: int = 1,
) -> tuple[Floats, ...]:
    """What people with these posteriors contribute to the statement sums, at the base.

    ``onto``: sums to add it to in place, or with ``sign`` -1 to take it out of.
    """
    assert held.base is not None
    table, x = held.base
    m, R = table.shape
    sums, slope, bend = onto or (np.zeros((m, R)), np.zeros(m), np.zeros(m))
    kernels(held.dimensions).contributions(
        *rows, table.ravel(), np.exp(x).astype(np.float32), z, packed, w,
        sums.ravel(), slope, bend, np.float32(sign),
    )  # fmt: skip
    return sums, slope, bend


def _placed(
    held: Fit, rows: Rows, z: Singles, packed: Singles, w: Singles
) -> tuple[Singles, Singles, Singles]:
    """Posteriors of people from their votes, the statements being what they are."""
    return found_anew(held, (held.table, held.x), rows, z, packed, w)


def found_anew(
    held: Fit, at: tuple[Singles, Floats], rows: Rows, z: Singles, packed: Singles, w: Singles
) -> tuple[Singles, Singles, Singles]:
    """Posteriors of people from their votes, the statements being ``at`` (moments, x).

    ``z``, ``packed`` and ``w`` are where they stood before.
    """
    F = held.dimensions + 1
    z, packed, w = z.copy(), packed.copy(), w.copy()
    table, width = at[0].ravel(), np.exp(at[1]).astype(np.float32)
    unused = np.zeros(0)
    for _ in range(INNER):
        kernels(held.dimensions).people(
            *rows,
            table,
            width,
            np.eye(F),
            np.zeros(F),
            held.prior_precision,
            1 / held.hyper.w,
            z,
            packed,
            w,
            unused,
            unused,
            unused,
            np.zeros(sum(packed_sizes(held.dimensions))),
            False,
        )
    return z, packed, w


def _with_sums(held: Fit) -> Fit:
    """The fit with the statement sums of all its people, taken at its own statements."""
    based = replace(held, base=(held.table, held.x))
    rows = (held.votes.indptr, held.votes.columns, held.votes.values)
    return replace(based, sums=said(based, rows, held.z, held.z_packed, held.w))


def _statement_step(held: Fit) -> Fit:
    """Statements solved from the sums."""
    assert held.base is not None
    assert held.sums is not None
    b_v, b_v_cov, x = solved(held, held.base[1], held.sums)
    return replace(held, b_v=b_v, b_v_cov=b_v_cov, x=x)


def solved(held: Fit, x: Floats, sums: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats]:
    """(b_v, b_v_cov, x) that follow from statement sums taken at log widths ``x``."""
    F = held.dimensions + 1
    mean, cov = np.empty((len(x), F)), np.empty((len(x), F, F))
    told = _Sums(sums[0], sums[1], sums[2], 0, 0.0)
    _solve(kernels(held.dimensions), told, held.hyper, mean, cov)
    return _b_v(mean), _b_v_cov(cov), _scored(x, told, held.hyper)[0]


def _carried(held: Fit, votes: VoteMatrix) -> Fit:
    """The fit with room for new people and statements, in the order of ``votes``."""
    old = held.votes
    if old.participants is votes.participants and old.statements is votes.statements:
        return held
    if old.participants == votes.participants and old.m == votes.m:
        same = all(a.id == b.id for a, b in zip(old.statements, votes.statements, strict=True))
        if same:
            return held
    people = {name: i for i, name in enumerate(votes.participants)}
    statements = {s.id: j for j, s in enumerate(votes.statements)}
    if any(name not in people for name in old.participants):
        raise EngineError("model.lost_people", field="participants")
    if any(s.id not in statements for s in old.statements):
        raise EngineError("model.lost_statements", field="statements")
    rows = np.array([people[name] for name in old.participants], dtype=np.int64)
    columns = np.array([statements[s.id] for s in old.statements], dtype=np.int64)
    F, n, m = held.dimensions + 1, votes.n, votes.m
    hyper = held.hyper

    def spread(source: NDArray, length: int, at: NDArray[np.int64], blank: ArrayLike) -> NDArray:
        wider = np.empty((length, *source.shape[1:]), source.dtype)
        wider[:] = blank
        wider[at] = source
        return wider

    prior = np.diag(np.concatenate(([hyper.a], np.ones(F - 1))))
    blank_y, blank_cov = held.unknown
    assert held.base is not None
    assert held.sums is not None
    blank_row = held.unknown_statement
    counts = np.zeros(n, np.int64)
    counts[rows] = old.votes_per_person
    indptr = np.concatenate(([0], np.cumsum(counts)))
    # Rows keep their order (ids are canonical in both), so the votes themselves only move along.
    moved = replace(
        old,
        participants=votes.participants,
        statements=votes.statements,
        indptr=indptr,
        columns=columns[old.columns].astype(votes.columns.dtype),
        channels=None,
    )
    return replace(
        held,
        votes=moved,
        z=spread(held.z, n, rows, 0),
        z_packed=spread(held.z_packed, n, rows, prior[_upper(F)]),
        w=spread(held.w, n, rows, 0),
        b_v=spread(held.b_v, m, columns, blank_y),
        b_v_cov=spread(held.b_v_cov, m, columns, blank_cov),
        x=spread(held.x, m, columns, hyper.x_mean),
        base=(
            spread(held.base[0], m, columns, blank_row),
            spread(held.base[1], m, columns, hyper.x_mean),
        ),
        sums=tuple(spread(part, m, columns, 0) for part in held.sums),
    )


def _known(start: Fit, votes: VoteMatrix) -> tuple[Floats, Floats, Floats]:
    """(v, b), its covariances and x by statement id; the prior for statements that are new."""
    hyper, m = start.hyper, votes.m
    mean = np.tile(np.concatenate((np.zeros(len(hyper.v)), [hyper.b_mean])), (m, 1))
    cov = np.tile(np.diag(np.concatenate((hyper.v, [hyper.b]))), (m, 1, 1))
    x = np.full(m, hyper.x_mean)
    before = {s.id: j for j, s in enumerate(start.votes.statements)}
    pairs = [(j, before[s.id]) for j, s in enumerate(votes.statements) if s.id in before]
    if pairs:
        here, there = np.array(pairs).T
        mean[here], cov[here] = _v_b(start.b_v)[there], _v_b_cov(start.b_v_cov)[there]
        x[here] = start.x[there]
    return mean, cov, x


def _principal_axes(votes: VoteMatrix, dimensions: int, seed: int) -> Floats:
    """First loadings: principal axes of the centred sparse matrix, by block power iteration."""
    m, width = votes.m, dimensions + 4
    cast = np.maximum(votes.votes_per_statement, 1)
    centre = np.bincount(votes.columns, weights=votes.values, minlength=m) / cast
    block = np.random.default_rng(seed).standard_normal((m, width))
    for _ in range(POWER):
        onto = np.zeros((m, width))
        block, _ = np.linalg.qr(block)
        block = np.ascontiguousarray(np.pad(block, ((0, 0), (0, width - block.shape[1]))))
        gram(votes.indptr, votes.columns, votes.values, centre, block, onto)
        small = block.T @ onto
        block = onto
    values, turn = np.linalg.eigh((small + small.T) / 2)
    size = np.sqrt(np.maximum(values[::-1][:dimensions], 0))
    axes = block @ turn[:, ::-1][:, :dimensions]
    norm = np.sqrt((axes**2).sum(axis=0))
    axes = axes / np.where(norm > 1e-9, norm, 1.0)
    return axes * np.sqrt(m) * size / max(float(size[0]), 1e-9)


def _solve(ops: Kernels, sums: _Sums, hyper: Hyper, mean: Floats, cov: Floats) -> None:
    """Statement posteriors (v, b) in place."""
    D = len(hyper.v)
    prior = np.concatenate((1 / hyper.v, [1 / hyper.b]))
    centre = np.concatenate((np.zeros(D), [hyper.b_mean]))
    ops.statements(sums.both, prior, centre, mean, cov)


def _scored(x: Floats, sums: _Sums, hyper: Hyper) -> tuple[Floats, Floats]:
    """One scoring step for the log widths of statements, shrunk to their mean; the curvature."""
    curve = sums.bend + 1 / hyper.x
    step = (sums.slope - (x - hyper.x_mean) / hyper.x) / curve
    return x + np.clip(step, -1.0, 1.0), curve


def _balance(length: Floats, seen: int, m: int) -> Floats:
    """Variance that u should have on each axis, given the floor under the loadings of v."""
    c = 2 * FLOOR_WEIGHT * m * FLOOR
    length = np.maximum(length, 1e-9)
    half = (seen * length + m * c - seen * c) / 2
    full = seen * c * length * (seen + 2 * FLOOR_WEIGHT * m)
    return (np.sqrt(half**2 + full) - half) / (seen * c)


def _table(v_b: Floats, v_b_cov: Floats) -> Singles:
    """Moment rows of statements as the kernels read them."""
    D = v_b.shape[1] - 1
    table = np.zeros((len(v_b), sum(packed_sizes(D))), np.float32)
    kernels(D).tabulate(v_b, v_b_cov, table)
    return table


@cache
def _upper(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of an upper triangle."""
    rows, columns = np.triu_indices(size)
    return rows, columns


def _unknown(n: int, F: int) -> Singles:
    """Packed covariances of people of whom nothing is known yet."""
    return np.tile(np.eye(F, dtype=np.float32)[_upper(F)], (n, 1))


def _square(packed: Floats, size: int) -> Floats:
    """The symmetric matrix of an upper triangle."""
    rows, columns = _upper(size)
    full = np.zeros((size, size))
    full[rows, columns] = packed[: len(rows)]
    full[columns, rows] = packed[: len(rows)]
    return full


def _unpack(packed: Singles) -> Floats:
    size = int((np.sqrt(8 * packed.shape[1] + 1) - 1) / 2)
    rows, columns = _upper(size)
    full = np.empty((len(packed), size, size))
    full[:, rows, columns] = packed
    full[:, columns, rows] = packed
    return full


def _v_b(b_v: Floats) -> Floats:
    return np.concatenate((b_v[:, 1:], b_v[:, :1]), axis=1)


def _b_v(v_b: Floats) -> Floats:
    return np.concatenate((v_b[:, -1:], v_b[:, :-1]), axis=1)


def _v_b_cov(cov: Floats) -> Floats:
    turned = np.empty_like(cov)
    turned[:, :-1, :-1], turned[:, :-1, -1] = cov[:, 1:, 1:], cov[:, 1:, 0]
    turned[:, -1, :-1], turned[:, -1, -1] = cov[:, 0, 1:], cov[:, 0, 0]
    return turned


def _b_v_cov(cov: Floats) -> Floats:
    turned = np.empty_like(cov)
    turned[:, 1:, 1:], turned[:, 1:, 0] = cov[:, :-1, :-1], cov[:, :-1, -1]
    turned[:, 0, 1:], turned[:, 0, 0] = cov[:, -1, :-1], cov[:, -1, -1]
    return turned


def _logistic(value: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * value))
