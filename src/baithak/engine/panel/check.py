"""Check a list of panels and the proof of its bound, sharing nothing with the code that made them.

Plain counting and fractions, no solver, no kernels: what is wrong is told by panel and quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.panel.pool import Pool, Quotas
from baithak.engine.panel.results import Certificate

__all__ = ["bound_of", "check_panels", "counts_of"]


def check_panels(
    panels: NDArray[np.int32], pool: Pool, quotas: Quotas, size: int, *, household: bool = False
) -> None:
    """Refuse a list of which any panel breaks a rule.

    Parameters
    ----------
    panels : int32 [M, size]
        Positions in the pool.
    pool, quotas, size, household
        What the panels have to meet.

    Raises
    ------
    EngineError
        ``panel.check_size`` (params ``panel`` from 0, ``found``, ``size``), ``panel.check_person``
        (someone twice, or nobody of the pool), ``panel.check_quota`` (``category``, ``feature``,
        ``found``, ``min``, ``max``), ``panel.check_household``.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": "f"}, {"sex": "m"}, {"sex": "m"}], quotas)
    >>> check_panels(np.array([[0, 1], [0, 2]]), pool, quotas, 2)
    >>> check_panels(np.array([[0, 1], [1, 2]]), pool, quotas, 2)
    Traceback (most recent call last):
    baithak.engine.errors.EngineError: panel.check_quota(panel=1, category='sex', feature='f', found=0, min=1, max=1)
    """
    for number, panel in enumerate(panels):
        people = [int(person) for person in panel]
        if len(people) != size:
            raise EngineError("panel.check_size", panel=number, found=len(people), size=size)
        if len(set(people)) < size or min(people) < 0 or max(people) >= pool.n:
            raise EngineError("panel.check_person", panel=number)
        found = np.bincount(pool.features[people].ravel(), minlength=len(quotas.quotas))
        for quota, there in zip(quotas.quotas, found.tolist(), strict=True):
            if not quota.min <= there <= quota.max:
                raise EngineError(
                    "panel.check_quota",
                    panel=number,
                    category=quota.category,
                    feature=quota.feature,
                    found=there,
                    min=quota.min,
                    max=quota.max,
                )
        if household and pool.household is not None:
            homes = pool.household[people].tolist()
            if len(set(homes)) < size:
                raise EngineError("panel.check_household", panel=number)


def counts_of(panels: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    """On how many panels each of n people is: int64 [n]."""
    return np.bincount(np.asarray(panels).ravel(), minlength=n).astype(np.int64)


def bound_of(
    certificate: Certificate, pool: Pool, quotas: Quotas, size: int, *, household: bool = False
) -> Fraction:
    """The bound that a certificate proves, exactly: no lottery's lowest chance is above it.

    Raises
    ------
    EngineError
        ``panel.check_certificate`` if the weights prove nothing: none is positive, a household's
        is negative, or households do not count here.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota
    >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
    >>> pool = Pool.from_people([{"sex": "f"}, {"sex": "m"}, {"sex": "m"}], quotas)
    >>> bound_of(Certificate(0, (0, 1)), pool, quotas, 2)  # one seat for two men
    Fraction(1, 2)
    """
    extra = _of_households(certificate.households, pool, household=household)
    most = certificate.seat * size + sum(
        max(weight * quota.min, weight * quota.max)
        for weight, quota in zip(certificate.features, quotas.quotas, strict=True)
    )
    most += sum(weight for _, weight in certificate.households)
    positive = negative = 0
    without = set(certificate.without)
    for person, features in enumerate(pool.features.tolist()):
        if person in without:
            continue
        weight = certificate.seat + sum(certificate.features[f] for f in features) + extra[person]
        if weight > 0:
            positive += weight
        else:
            negative += weight
    if positive <= 0:
        raise EngineError("panel.check_certificate")
    return Fraction(most - negative, positive)


def _of_households(weights: Sequence[tuple[int, int]], pool: Pool, *, household: bool) -> list[int]:
    """What each person carries of their household's weight."""
    extra = [0] * pool.n
    if weights and (not household or pool.household is None or min(w for _, w in weights) < 0):
        raise EngineError("panel.check_certificate")
    if weights and pool.household is not None:
        homes = pool.household.tolist()
        by_home = {homes[person]: weight for person, weight in weights}
        if len(by_home) < len(weights):
            raise EngineError("panel.check_certificate")
        extra = [by_home.get(home, 0) for home in homes]
    return extra
