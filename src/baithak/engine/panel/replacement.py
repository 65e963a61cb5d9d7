"""A lottery for the seats that fell free: who confirmed stays, who declined is out, the quotas stand.

The free seats are a panel of their own: its size is what is missing, its quotas are what those who
confirmed leave over, and people of their households are no longer in the pool where that counts. So
every method, proof and check of ``lottery`` holds for it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.panel.check import check_panels
from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import (
    Bound,
    Certificate,
    Excluded,
    Feasibility,
    InfeasibleError,
    Lottery,
    Relaxation,
)

__all__ = ["replacement"]


def replacement(
    pool: Pool,
    quotas: Quotas,
    size: int,
    *,
    confirmed: Collection[int],
    declined: Collection[int] = (),
    method: str = "leximin",
    panels: int = 1000,
    seed: int = 0,
    household: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Lottery:
    """A list of equally likely panels in which everybody confirmed sits and nobody who declined.

    Parameters
    ----------
    pool, quotas, size, method, panels, seed, household, progress
        As ``lottery``; ``size`` and ``quotas`` are those of the whole panel.
    confirmed : collection of int
        Positions of the people whose seats are taken.
    declined : collection of int
        Positions of the people who cannot be drawn.

    Returns
    -------
    Lottery
        Of whole panels. ``standing`` and ``away`` name those whose chance is 1 or 0 beforehand;
        ``bound``, ``gap`` and ``certificate`` are about the others and the free seats.

    Raises
    ------
    InfeasibleError
        The free seats cannot be filled; relaxations are those of the whole panel's quotas.
    EngineError
        ``panel.no_free_seat``; ``panel.confirmed_break_quota``: those who confirmed are more than
        a quota allows; ``panel.confirmed_and_declined``: somebody is both; what ``lottery`` raises.

    Examples
    --------
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": sex} for sex in "ffmm"], quotas)
    >>> told = replacement(pool, quotas, 2, confirmed=[0], declined=[2], panels=10)
    >>> told.panels[0].tolist(), told.probabilities.tolist()
    ([0, 3], [1.0, 0.0, 0.0, 1.0])
    """
    seated = np.array(sorted(set(confirmed)), dtype=np.int32)
    if set(confirmed) & set(declined):
        raise EngineError("panel.confirmed_and_declined")
    if len(seated) >= size:
        raise EngineError("panel.no_free_seat", size=size, confirmed=len(seated))
    taken = np.bincount(pool.features[seated].ravel(), minlength=len(quotas))
    there = _candidates(pool, seated, declined, household=household)
    try:
        told = lottery(
            _part(pool, there),
            _left(quotas, taken),
            size - len(seated),
            method=method,
            panels=panels,
            seed=seed,
            household=household,
            progress=progress,
        )
    except InfeasibleError as error:
        raise _of_the_whole(error.feasibility, quotas, taken, there) from None
    return _whole(told, pool, quotas, size, seated, there)


def _candidates(
    pool: Pool, seated: NDArray[np.int32], declined: Collection[int], *, household: bool
) -> NDArray[np.int32]:
    """Positions of those who can be drawn for a free seat."""
    can = np.ones(pool.n, dtype=bool)
    can[seated] = False
    can[list(declined)] = False
    if household and pool.household is not None:
        can &= ~np.isin(pool.household, pool.household[seated])
    return np.nonzero(can)[0].astype(np.int32)


def _part(pool: Pool, there: NDArray[np.int32]) -> Pool:
    homes = None if pool.household is None else pool.household[there]
    return Pool(tuple(pool.ids[i] for i in there.tolist()), pool.features[there], homes)


def _left(quotas: Quotas, taken: NDArray[np.int64]) -> Quotas:
    """What of each quota the confirmed leave over."""
    left = []
    for quota, count in zip(quotas.quotas, taken.tolist(), strict=True):
        if count > quota.max:
            raise EngineError(
                "panel.confirmed_break_quota",
                category=quota.category,
                feature=quota.feature,
                found=count,
                max=quota.max,
            )
        flex = [
            None if bound is None else max(0, bound - count)
            for bound in (quota.min_flex, quota.max_flex)
        ]
        least, most = max(0, quota.min - count), quota.max - count
        left.append(Quota(quota.category, quota.feature, least, most, *flex))
    return Quotas(tuple(left))


def _of_the_whole(
    told: Feasibility, quotas: Quotas, taken: NDArray[np.int64], there: NDArray[np.int32]
) -> InfeasibleError:
    """The same answer in the quotas of the whole panel and the positions of the whole pool."""

    def seats(category: str, feature: str) -> int:
        at = quotas.find(category, feature)
        return 0 if at is None else int(taken[at])

    def loosened(one: Relaxation) -> Relaxation:
        count = seats(one.category, one.feature)
        return replace(one, from_=one.from_ + count, to=one.to + count)

    return InfeasibleError(
        replace(
            told,
            size=told.size + int(taken.sum()) // len(quotas.categories),
            pool=tuple(n + int(count) for n, count in zip(told.pool, taken, strict=True)),
            relax=tuple(map(loosened, told.relax)),
            conflict=tuple(_raised(one, seats) for one in told.conflict),
            excluded=tuple(_placed(one, seats, there) for one in told.excluded),
        )
    )


def _raised(one: Bound, seats: Callable[[str, str], int]) -> Bound:
    return replace(one, value=one.value + seats(one.category, one.feature))


def _placed(one: Excluded, seats: Callable[[str, str], int], there: NDArray[np.int32]) -> Excluded:
    return replace(
        one,
        people=tuple(there[list(one.people)].tolist()),
        because=tuple(_raised(bound, seats) for bound in one.because),
    )


def _whole(
    told: Lottery,
    pool: Pool,
    quotas: Quotas,
    size: int,
    seated: NDArray[np.int32],
    there: NDArray[np.int32],
) -> Lottery:
    """Whole panels, with those who confirmed on each of them; checked once more as such."""
    m = len(told.panels)
    panels = np.sort(np.hstack([np.tile(seated, (m, 1)), there[told.panels]]), axis=1)
    check_panels(panels, pool, quotas, size, household=told.household)
    counts, ideal = np.zeros(pool.n, dtype=np.int64), np.zeros(pool.n)
    counts[seated], ideal[seated] = m, 1.0
    counts[there], ideal[there] = told.counts, told.ideal
    taken = np.bincount(pool.features[seated].ravel(), minlength=len(quotas))

    def seats(category: str, feature: str) -> int:
        at = quotas.find(category, feature)
        return 0 if at is None else int(taken[at])

    listed = np.zeros(pool.n, dtype=bool)
    listed[seated], listed[there] = True, True
    return replace(
        told,
        size=size,
        panels=panels.astype(np.int32),
        counts=counts,
        ideal=ideal,
        excluded=tuple(_placed(one, seats, there) for one in told.excluded),
        certificate=_carried(told.certificate, there),
        standing=tuple(seated.tolist()),
        away=tuple(np.nonzero(~listed)[0].tolist()),
    )


def _carried(proof: Certificate | None, there: NDArray[np.int32]) -> Certificate | None:
    """The proof for the free seats, its people by their positions in the whole pool."""
    if proof is None:
        return None
    return replace(
        proof,
        households=tuple((int(there[at]), weight) for at, weight in proof.households),
        without=tuple(there[list(proof.without)].tolist()),
    )
