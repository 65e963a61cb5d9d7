"""What the mathematics of panels answers: a lottery with its proof, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError

__all__ = [
    "Bound",
    "Certificate",
    "Excluded",
    "Feasibility",
    "InfeasibleError",
    "Lottery",
    "Relaxation",
]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One bound loosened: ``bound`` is ``min`` or ``max``; ``from_`` as asked, ``to`` as needed."""

    category: str
    feature: str
    bound: str
    from_: int
    to: int


@dataclass(frozen=True, slots=True)
class Bound:
    """One side of a quota as it stands: at least (``min``) or at most (``max``) ``value`` members."""

    category: str
    feature: str
    bound: str
    value: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """People who are in no panel that meets the quotas.

    Attributes
    ----------
    people : tuple of int
        Positions in the pool: everybody with these features (and of this household).
    features : tuple of int
        Positions of these people's quotas.
    because : tuple of Bound
        The bounds that shut them out together: with any of them loosened far enough the others
        would not. Empty where only their household does.
    """

    people: tuple[int, ...]
    features: tuple[int, ...]
    because: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Feasibility:
    """Whether any panel meets the quotas, and if not, what to do.

    Attributes
    ----------
    feasible : bool
    size : int
    household : bool
        At most one member per household.
    pool : tuple of int
        How many people of the pool have the feature of each quota.
    relax : tuple of Relaxation
        The smallest total loosening that makes a panel possible; empty where one is.
    beyond_flex : bool
        The loosening has to go beyond ``min_flex`` and ``max_flex``.
    conflict : tuple of Bound
        Bounds that contradict each other, none of which can be spared; empty where feasible.
        With ``relax`` empty too, the pool is smaller than the panel.
    excluded : tuple of Excluded
        People in no panel although there are panels.
    example : tuple of int
        One panel that meets everything (positions in the pool, ascending): a proof, not a draw.
    """

    feasible: bool
    size: int
    household: bool
    pool: tuple[int, ...]
    relax: tuple[Relaxation, ...] = ()
    beyond_flex: bool = False
    conflict: tuple[Bound, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    example: tuple[int, ...] = ()


class InfeasibleError(EngineError):
    """No panel meets the quotas: ``panel.infeasible`` with params ``size`` and ``household``.

    ``feasibility`` tells why; ``relax`` and ``conflict`` are its fields.
    """

    def __init__(self, feasibility: Feasibility) -> None:
        super().__init__("panel.infeasible", size=feasibility.size, household=feasibility.household)
        self.feasibility = feasibility

    @property
    def relax(self) -> tuple[Relaxation, ...]:
        return self.feasibility.relax

    @property
    def conflict(self) -> tuple[Bound, ...]:
        return self.feasibility.conflict


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why nobody can do better: weights that anybody can multiply out in whole numbers.

    Give every seat a weight ``u``, every feature ``f`` a weight ``y_f`` and every household ``h`` a
    weight ``v_h >= 0``. A person's weight ``w`` is the sum of the seat's, their features' and their
    household's. Every panel weighs at most ``u size + sum_f max(y_f low_f, y_f high_f) + sum_h v_h``
    because of its quotas, so the same holds for the average panel ``sum_i p_i w_i``. With ``p_i >=
    z`` where ``w_i`` is positive and ``p_i <= 1`` elsewhere, z is at most ``(that - sum of negative
    w) / (sum of positive w)``: ``check.bound_of`` computes it with fractions.

    Attributes
    ----------
    seat : int
        ``u``.
    features : tuple of int
        ``y``: one whole number per quota.
    households : tuple of (int, int)
        ``v``: pairs (position in the pool of a member, weight); everybody of that household
        carries it, and someone who lives alone is a household of one.
    without : tuple of int
        People in no panel at all, who are left out of the bound. Empty as a rule.
    """

    seat: int
    features: tuple[int, ...]
    households: tuple[tuple[int, int], ...] = ()
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Lottery:
    """M listed panels, each equally likely: a draw of one number decides.

    Attributes
    ----------
    method : str
        ``leximin``, ``maximin``, ``nash``, ``goldilocks`` or ``legacy``.
    size, seed, household
        As asked.
    panels : int32 [M, size]
        Positions in the pool, each row ascending. Panel number s is row s.
    counts : int64 [n]
        On how many of the M panels each person is.
    bound : float
        Proven: no lottery, over however many panels, gives the person with the smallest chance
        more than this. People in no panel at all (``excluded``) are left out of it.
    gap : float
        ``bound`` minus the smallest chance of this list.
    certified : bool
        ``gap`` is at most 1/M: with M equally likely panels there is hardly anything to gain.
        Only leximin, maximin and Nash under these quotas may claim it; the others do not aim at it.
    ideal : float64 [n]
        The chances the list was rounded from: the optimum over all lotteries, or the nearest that
        whole panels allow. For legacy the counts over M.
    types : int
        Kinds of people: same features, and same composition of household where that counts.
    steps : int
        Levels of leximin that were fixed one after another (1 for other methods).
    excluded : tuple of Excluded
        People in no panel that meets the quotas, with the quotas that shut them out.
    certificate : Certificate or None
        The proof of ``bound``. None where the bound comes from column generation: then
        ``hull`` is True and the proof is that no panel weighs more (an integer programme).
    hull : bool
        Whether whole panels cannot reach the bound of the relaxation, so that ``bound`` is theirs.
    standing, away : tuple of int
        Of a replacement: who sits on every panel because they confirmed, and who on none because
        they declined or live with somebody who confirmed. ``bound`` and ``gap`` are about the others.
    """

    method: str
    size: int
    seed: int
    household: bool
    panels: NDArray[np.int32]
    counts: NDArray[np.int64]
    bound: float
    gap: float
    certified: bool
    ideal: NDArray[np.float64]
    types: int
    steps: int
    excluded: tuple[Excluded, ...] = ()
    certificate: Certificate | None = None
    hull: bool = False
    standing: tuple[int, ...] = ()
    away: tuple[int, ...] = ()

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """float64 [n]: each person's chance, exactly ``counts`` / M."""
        return self.counts / len(self.panels)

    def ids(self, number: int, names: Sequence[str]) -> tuple[str, ...]:
        """Who sits if ``number`` (from 0) is drawn, by their names."""
        return tuple(names[person] for person in self.panels[number])
