"""Is any panel possible, and if not, which quotas contradict each other and what is the least to give?

Averages of panels are asked first: where they fail, no panel exists. A sample that is mended finds a
panel in nearly every possible case, an integer programme decides the rest. Without a panel, another
finds the smallest total loosening, and a deletion filter a set of bounds that contradict each
other, none of which can be spared.

Paper: J. Chinneck, E. Dravnieks (1991), Locating minimal infeasible constraint sets in linear
programs, ORSA Journal on Computing 3(2), for the filter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.chance import Stream
from baithak.engine.errors import EngineError
from baithak.engine.panel.kinds import Kinds, kinds_of
from baithak.engine.panel.leximin import leximin
from baithak.engine.panel.peeling import Deal, Dealer
from baithak.engine.panel.pool import Pool, Quotas
from baithak.engine.panel.results import Bound, Excluded, Feasibility, Relaxation
from baithak.engine.panel.seating import seat_people
from baithak.engine.panel.whole_panel import Model

__all__ = ["feasibility", "first_state", "one_panel", "shut_out"]

Whole = NDArray[np.int64]
#: A side of a quota: its position and True for the maximum.
Side = tuple[int, bool]


def feasibility(pool: Pool, quotas: Quotas, size: int, *, household: bool = False) -> Feasibility:
    """Whether a panel exists, with an example or the way out.

    Parameters
    ----------
    pool : Pool
    quotas : Quotas
    size : int
        Members of a panel.
    household : bool
        At most one member per household.

    Returns
    -------
    Feasibility
        ``excluded`` names people who are in no average of panels; others may be in no panel of
        whole people, which only the lottery finds out.

    Raises
    ------
    EngineError
        ``panel.size`` if the size is not positive.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 2, 3), Quota("sex", "m", 1, 3)))
    >>> pool = Pool.from_people([{"sex": sex} for sex in "fmmm"], quotas)
    >>> told = feasibility(pool, quotas, 3)
    >>> told.feasible, told.relax
    (False, (Relaxation(category='sex', feature='f', bound='min', from_=2, to=1),))
    """
    if size < 1:
        raise EngineError("panel.size", size=size)
    there = tuple(int(count) for count in pool.counts(quotas))
    base = Feasibility(False, size, household, there)
    kinds = kinds_of(pool, quotas, household=household)
    if int(kinds.cap.sum()) < size:
        return base
    model = Model(kinds, quotas.low, quotas.high, size)
    state = first_state(0)
    seats = one_panel(kinds, quotas, size, model, state)
    if seats is None:
        return _infeasible(base, model, quotas)
    panel = np.repeat(np.arange(kinds.count, dtype=np.int32), seats)[None]
    example = seat_people(panel, kinds, state)[0]
    averages = leximin(kinds, quotas.low, quotas.high, size, first_only=True)
    outside = np.zeros(kinds.count, dtype=bool) if averages is None else averages.shut_out
    return Feasibility(
        True,
        size,
        household,
        there,
        excluded=shut_out(np.flatnonzero(outside), kinds, quotas, model),
        example=tuple(int(person) for person in example),
    )


def first_state(seed: int) -> NDArray[np.uint64]:
    """The kernels' generator for a seed: uint64 [1], never 0."""
    stream = Stream(b"baithak panel lottery " + str(seed).encode())
    return np.array([stream.below(2**64 - 1) + 1], dtype=np.uint64)


def one_panel(
    kinds: Kinds, quotas: Quotas, size: int, model: Model, state: NDArray[np.uint64]
) -> Whole | None:
    """Seats per kind of any panel, or None where there is none."""
    if model.best(whole=False) is None:
        return None
    dealer = Dealer(kinds, quotas.low, quotas.high, quotas.category_of, state)
    deal = Deal(np.zeros((1, size), dtype=np.int32), np.zeros(1, dtype=np.int64), kinds.size, 0)
    if not len(dealer.complete(deal)):
        return np.bincount(deal.panels[0], minlength=kinds.count).astype(np.int64)
    found = model.best()
    return None if found is None else found.seats


def _infeasible(base: Feasibility, model: Model, quotas: Quotas) -> Feasibility:
    """The same answer with the least loosening and the conflict."""
    flex_low = [q.min if q.min_flex is None else q.min_flex for q in quotas.quotas]
    flex_high = [q.max if q.max_flex is None else q.max_flex for q in quotas.quotas]
    flexible = any(q.min_flex is not None or q.max_flex is not None for q in quotas.quotas)
    loosened = None
    if flexible:
        loosened = model.loosen(np.array(flex_low), np.array(flex_high))
    beyond = flexible and loosened is None
    loosened = loosened or model.loosen()
    if loosened is None:
        return base
    relax = [
        Relaxation(q.category, q.feature, side, bound, bound + sign * int(by[i]))
        for i, q in enumerate(quotas.quotas)
        for side, bound, sign, by in (
            ("min", q.min, -1, loosened.low),
            ("max", q.max, 1, loosened.high),
        )
        if by[i]
    ]
    return Feasibility(
        False,
        base.size,
        base.household,
        base.pool,
        relax=tuple(relax),
        beyond_flex=beyond,
        conflict=_bounds(_conflict(model), quotas),
    )


def _conflict(model: Model, *, with_kind: int | None = None) -> list[Side]:
    """Sides of quotas that contradict each other (or that kind), none of which can be spared."""
    everything = [(f, upper) for f in range(len(model.low)) for upper in (False, True)]
    for whole in (False, True):

        def possible(sides: Sequence[Side], whole: bool = whole) -> bool:
            bounds = _only(model, sides)
            return model.best(bounds=bounds, with_kind=with_kind, whole=whole) is not None

        if not possible(everything):
            return _filtered(_suspects(model, everything, possible, with_kind=with_kind), possible)
    return []


def _suspects(
    model: Model,
    everything: list[Side],
    possible: Callable[[Sequence[Side]], bool],
    *,
    with_kind: int | None,
) -> list[Side]:
    """A smaller set that still contradicts itself: the sides with a weight in the least loosening."""
    if with_kind is None:
        loosened = model.loosen(whole=False)
        if loosened is not None:
            weights = loosened.weights
            few = [
                (f, upper) for f, upper in everything if (weights[f] > 0) == upper and weights[f]
            ]
            if few and not possible(few):
                return few
    return everything


def _filtered(sides: list[Side], possible: Callable[[Sequence[Side]], bool]) -> list[Side]:
    """Leave out what can be left out: halves first, then one by one."""
    step = max(len(sides) // 2, 1)
    while True:
        at = 0
        while at < len(sides):
            fewer = sides[:at] + sides[at + step :]
            if fewer and not possible(fewer):
                sides = fewer
            else:
                at += step
        if step == 1:
            return sides
        step //= 2


def _only(model: Model, sides: Sequence[Side]) -> tuple[Whole, Whole]:
    """The quotas with all other sides taken away."""
    low = np.zeros_like(model.low)
    high = np.full_like(model.high, model.size)
    for f, upper in sides:
        if upper:
            high[f] = model.high[f]
        else:
            low[f] = model.low[f]
    # A minimum above a freed maximum stays a minimum.
    return low, np.maximum(high, low)


def _bounds(sides: Sequence[Side], quotas: Quotas) -> tuple[Bound, ...]:
    told = []
    for f, upper in sides:
        quota = quotas.quotas[f]
        side, value = ("max", quota.max) if upper else ("min", quota.min)
        told.append(Bound(quota.category, quota.feature, side, value))
    return tuple(told)


def shut_out(
    outside: NDArray[np.int64], kinds: Kinds, quotas: Quotas, model: Model
) -> tuple[Excluded, ...]:
    """People of these kinds, with the bounds that shut them out."""
    told = []
    for t in outside.tolist():
        people = kinds.members[kinds.starts[t] : kinds.starts[t + 1]]
        told.append(
            Excluded(
                tuple(sorted(int(person) for person in people)),
                tuple(int(f) for f in kinds.features[t]),
                _bounds(_conflict(model, with_kind=t), quotas),
            )
        )
    return tuple(told)
