"""The lottery: chances as fair as the quotas allow, as a list of equally likely panels.

1. People whom nothing tells apart are merged (``kinds``).
2. The best chances over averages of panels are computed (``leximin``, ``maximin``, ``nash``,
   ``goldilocks``); the lowest of leximin comes with a proof that nobody can do better.
3. They are rounded to whole numbers of seats on M panels (``rounding``), which are dealt into
   panels that meet every quota (``peeling``) and given to people in turn (``seating``).
4. Where whole panels cannot reach these chances, the best that whole panels can is computed
   (``column_generation``) and listed in the same way.
5. Everything is checked by code that shares nothing with the rest (``check``).

Paper: B. Flanigan, G. Kehne, A. Procaccia (2021), Fair sortition made transparent, NeurIPS 34, for
the list of equally likely panels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.panel.check import bound_of, check_panels, counts_of
from baithak.engine.panel.column_generation import Hull, listed, over_panels, towards
from baithak.engine.panel.feasibility import feasibility, first_state, one_panel, shut_out
from baithak.engine.panel.goldilocks import goldilocks
from baithak.engine.panel.kinds import kinds_of
from baithak.engine.panel.legacy import legacy
from baithak.engine.panel.leximin import Leximin, leximin
from baithak.engine.panel.lifting import lift
from baithak.engine.panel.maximin import maximin
from baithak.engine.panel.nash import nash
from baithak.engine.panel.peeling import Dealer
from baithak.engine.panel.pool import Pool, Quotas
from baithak.engine.panel.relaxation import Stage
from baithak.engine.panel.results import Certificate, InfeasibleError, Lottery
from baithak.engine.panel.rounding import whole_seats
from baithak.engine.panel.seating import seat_people
from baithak.engine.panel.whole_panel import Model

__all__ = ["METHODS", "MOST_PANELS", "lottery"]

METHODS = ("leximin", "maximin", "nash", "goldilocks", "legacy")
MOST_PANELS = 10_000
WEIGHT = 10**12  # the largest weight of a certificate
LIGHT = 1e-9  # weights of a proof that needs none
FEW = 0.1  # of the panels may be completed by other means before whole panels are asked

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Progress = Callable[[str], None]


def lottery(
    pool: Pool,
    quotas: Quotas,
    size: int,
    *,
    method: str = "leximin",
    panels: int = 1000,
    seed: int = 0,
    household: bool = False,
    progress: Progress | None = None,
) -> Lottery:
    """A list of equally likely panels, each of which meets every quota.

    Parameters
    ----------
    pool : Pool
    quotas : Quotas
    size : int
        Members of a panel.
    method : str
        ``leximin`` (the lowest chance as high as possible, then the next lowest …), ``maximin``
        (the lowest only, the rest as even as that allows), ``nash`` (the product of all chances),
        ``goldilocks`` (neither low nor high ones) or ``legacy`` (the old way: whoever is most in
        need is picked first; here to compare).
    panels : int
        M, from 1 to 10,000: 1,000 suit a draw of three balls.
    seed : int
        Decides, with the ids, who of equals sits on one panel more. The same seed gives the same
        list; the order of rows does not matter.
    household : bool
        At most one member per household.
    progress : callable, optional
        Told what begins: ``kinds``, ``chances``, ``seats``, ``panels``, ``whole``, ``check``.

    Returns
    -------
    Lottery

    Raises
    ------
    InfeasibleError
        No panel meets the quotas; with the smallest loosening.
    EngineError
        ``panel.method``, ``panel.panels``, ``panel.size``; ``panel.legacy_stuck`` where the old way
        finds no panel.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": sex} for sex in "fmm"], quotas)
    >>> told = lottery(pool, quotas, 2, panels=10)
    >>> told.probabilities.tolist(), told.bound, told.certified
    ([1.0, 0.5, 0.5], 0.5, True)
    """
    if method not in METHODS:
        raise EngineError("panel.method", value=method, allowed=METHODS)
    if not 1 <= panels <= MOST_PANELS:
        raise EngineError("panel.panels", value=panels, most=MOST_PANELS)
    if size < 1:
        raise EngineError("panel.size", size=size)
    return _Run(pool, quotas, size, method, panels, seed, household, progress).lottery()


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """Panels of kinds int32 [M, size], the chances aimed at, and the hull where it was needed."""

    panels: NDArray[np.int32]
    chance: Floats
    hull: Hull | None = None


class _Run:
    """One lottery on its way."""

    def __init__(
        self,
        pool: Pool,
        quotas: Quotas,
        size: int,
        method: str,
        panels: int,
        seed: int,
        household: bool,
        progress: Progress | None,
    ) -> None:
        self.pool, self.quotas, self.size, self.method = pool, quotas, size, method
        self.panels, self.seed, self.household = panels, seed, household
        self.tell = progress or (lambda _: None)
        self.tell("kinds")
        self.kinds = kinds_of(pool, quotas, household=household)
        self.state = first_state(seed)

    def lottery(self) -> Lottery:
        self.tell("chances")
        best = self._best()
        if self.method == "legacy":
            made, people = self._by_legacy()
        else:
            made = self._made(self._aim(best))
            people = seat_people(made.panels, self.kinds, self.state)
        self.tell("check")
        check_panels(people, self.pool, self.quotas, self.size, household=self.household)
        return self._told(best, made, people)

    def _best(self) -> Leximin:
        """Leximin over averages; for other methods its lowest level is enough."""
        kinds, quotas = self.kinds, self.quotas
        best = None
        if int(kinds.cap.sum()) >= self.size:
            only = self.method != "leximin"
            best = leximin(kinds, quotas.low, quotas.high, self.size, first_only=only)
        if best is None:
            raise self._infeasible()
        return best

    def _infeasible(self) -> InfeasibleError:
        told = feasibility(self.pool, self.quotas, self.size, household=self.household)
        return InfeasibleError(told)

    def _aim(self, best: Leximin) -> Floats:
        """The chances of the method over averages of panels."""
        if self.method == "leximin":
            return best.chance
        way = {"maximin": maximin, "nash": nash, "goldilocks": goldilocks}[self.method]
        return way(self.kinds, self.quotas.low, self.quotas.high, self.size, best)

    def _made(self, chance: Floats) -> _Listed:
        """Panels with these chances, or with the nearest that whole panels allow."""
        kinds, quotas, size, M = self.kinds, self.quotas, self.size, self.panels
        self.tell("seats")
        seats, missed = whole_seats(chance, kinds, quotas.low, quotas.high, size, M, self.state)
        self.tell("panels")
        dealer = Dealer(kinds, quotas.low, quotas.high, quotas.category_of, self.state)
        deal = dealer.deal(seats, M, size)
        if not missed and not len(deal.undone):
            return _Listed(deal.panels, chance)
        if len(deal.undone) <= FEW * M and not len(dealer.complete(deal)):
            due = kinds.size * np.floor(M * chance + 1e-6).astype(np.int64)
            if not lift(deal.panels, due, kinds, quotas.low, quotas.high, self.state):
                return _Listed(deal.panels, chance)
        self.tell("whole")
        done = np.ones(M, dtype=bool)
        done[deal.undone] = False
        return self._whole(chance, deal.panels[done], dealer)

    def _whole(self, chance: Floats, known: NDArray[np.int32], dealer: Dealer) -> _Listed:
        """By column generation: leximin over panels, or as near to the method's chances as can be."""
        kinds, quotas, M = self.kinds, self.quotas, self.panels
        model = Model(kinds, quotas.low, quotas.high, self.size)
        start = [np.bincount(panel, minlength=kinds.count).astype(np.int64) for panel in known]
        if self.method in ("leximin", "maximin"):
            hull = over_panels(kinds, model, start)
        else:
            hull = towards(chance, kinds, model, start)
        if hull is None:
            raise self._infeasible()
        seats, missed = whole_seats(
            hull.chance, kinds, quotas.low, quotas.high, self.size, M, self.state
        )
        deal = dealer.deal(seats, M, self.size)
        if not missed and not len(deal.undone):
            return _Listed(deal.panels, hull.chance, hull)
        times, due = listed(hull, kinds, M)
        rows = [np.repeat(np.arange(kinds.count, dtype=np.int32), panel) for panel in hull.panels]
        panels = np.repeat(np.array(rows, dtype=np.int32), times, axis=0)
        lift(panels, due, kinds, quotas.low, quotas.high, self.state)
        return _Listed(panels, hull.chance, hull)

    def _by_legacy(self) -> tuple[_Listed, NDArray[np.int32]]:
        model = Model(self.kinds, self.quotas.low, self.quotas.high, self.size)
        if one_panel(self.kinds, self.quotas, self.size, model, self.state.copy()) is None:
            raise self._infeasible()
        self.tell("panels")
        people = legacy(
            self.pool, self.quotas, self.size, self.panels, self.state, household=self.household
        )
        counts = counts_of(people, self.pool.n)[self.kinds.members]
        chance = np.add.reduceat(counts, self.kinds.starts[:-1]) / self.kinds.size / self.panels
        return _Listed(people, chance), people

    def _told(self, best: Leximin, made: _Listed, people: NDArray[np.int32]) -> Lottery:
        kinds, pool, M = self.kinds, self.pool, self.panels
        outside = best.shut_out if made.hull is None else made.hull.outside | best.shut_out
        proof = self._certificate(best.lowest, best.shut_out)
        bound = float(bound_of(proof, pool, self.quotas, self.size, household=self.household))
        certificate: Certificate | None = proof
        whole = made.hull is not None and self.method in ("leximin", "maximin")
        if made.hull is not None and whole and (made.hull.outside.any() or made.hull.bound < bound):
            bound, certificate = min(made.hull.bound, 1.0), None
        counts = counts_of(people, pool.n)
        inside = ~kinds.of_people(outside)
        lowest = int(counts[inside].min())
        model = Model(kinds, self.quotas.low, self.quotas.high, self.size)
        gap = max(bound - lowest / M, 0.0)
        return Lottery(
            method=self.method,
            size=self.size,
            seed=self.seed,
            household=self.household,
            panels=people,
            counts=counts,
            bound=bound,
            gap=gap,
            certified=gap <= 1.0 / M + 1e-12,
            ideal=kinds.of_people(made.chance),
            types=kinds.types,
            steps=made.hull.steps if whole and made.hull else best.steps,
            excluded=shut_out(np.flatnonzero(outside), kinds, self.quotas, model),
            certificate=certificate,
            hull=made.hull is not None,
        )

    def _certificate(self, stage: Stage, outside: NDArray[np.bool_]) -> Certificate:
        """The solver's weights as whole numbers; any rounding still proves a bound."""
        kinds = self.kinds
        shared = np.bincount(kinds.group, kinds.size) > kinds.cap
        homes = [(group, weight) for group, weight in stage.groups if shared[group]]
        every = np.concatenate((stage.quotas, [stage.size], [weight for _, weight in homes]))
        largest = float(np.abs(every).max())
        without = tuple(np.flatnonzero(kinds.of_people(outside)).tolist())
        if largest < LIGHT:  # nobody can have more than everything: seats per person say the same
            return Certificate(1, (0,) * kinds.quotas, without=without)
        whole = [round(float(weight) / largest * WEIGHT) for weight in every]
        F = kinds.quotas
        first = {group: int(np.flatnonzero(kinds.group == group)[0]) for group, _ in homes}
        households = tuple(
            (int(kinds.members[kinds.starts[first[group]]]), weight)
            for (group, _), weight in zip(homes, whole[F + 1 :], strict=True)
        )
        return Certificate(whole[F], tuple(whole[:F]), households, without)
