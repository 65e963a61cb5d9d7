"""An indicator's figures as they may be shown: those that count people pass the small-cell rule (R6, R7).

Every page, paper, table and file draws from here, never from the readings themselves. Where
``of_people``:

1. No figure below k is shown; k is 10, or 20 where the indicator belongs to a challenge or an action
   about religion, ethnicity, caste or displacement.
2. What is shown is rounded to 5.
3. A figure that differs by fewer than k people from the last one that was shown repeats it ("about as
   before"): the difference of two readings would tell of a handful of people.
4. What was shown stays. A figure that is mended by fewer than k people is shown as before, unless it falls
   below k; one that is told later of an earlier day changes none of the later ones; k never falls again,
   wherever the indicator is moved. So each figure keeps the count that it is shown from (``shown_as``,
   ``baseline_as``), and a new one is taken only where it differs by k people or more from every count that
   the indicator was ever shown from (``counts``).

A target is a wish, not a count: it is shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from baithak.plan.models import Indicator, Reading
from baithak.report.disclosure import K_TENSE, K, rounded

__all__ = [
    "TENSE_CHALLENGES",
    "TENSE_GROUPS",
    "Figure",
    "Shown",
    "mended",
    "plain",
    "settle",
    "shown",
    "smallest",
]

#: Codes of the taxonomy that are about religion, ethnicity, caste or displacement (R6).
TENSE_CHALLENGES = frozenset(
    {
        "communal_violence", "sectarian_tension", "religious_polarisation", "ethnic_polarisation",
        "hate_crime", "minority_insecurity", "racism_xenophobia", "antisemitism",
        "anti_muslim_hatred", "anti_gypsyism", "caste_discrimination", "displacement_integration",
        "returnees_reintegration",
    }
)  # fmt: skip
TENSE_GROUPS = frozenset(
    {
        "religious_minorities", "ethnic_minorities", "marginalised_castes", "migrants_refugees",
        "idps", "religious_leaders",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure on a day. ``value`` None: it counts too few people to be shown.

    ``about``: rounded; ``as_before``: fewer than k people more or less than the last one shown.
    """

    day: date
    value: Decimal | None
    k: int = 0
    about: bool = False
    as_before: bool = False
    source: str = ""

    @property
    def words(self) -> str:
        """The figure in the reader's language and way of writing numbers."""
        if self.value is None:
            return _("fewer than %(k)d") % {"k": self.k}
        told = written(self.value)
        if self.as_before:
            return _("about %(figure)s, as before") % {"figure": told}
        return _("about %(figure)s") % {"figure": told} if self.about else told


@dataclass(frozen=True, slots=True)
class Shown:
    """All figures of an indicator, the oldest first."""

    indicator: Indicator
    k: int
    baseline: Figure | None
    readings: tuple[Figure, ...]

    @property
    def last(self) -> Figure | None:
        """The newest reading."""
        return self.readings[-1] if self.readings else None

    @property
    def all(self) -> tuple[Figure, ...]:
        """Baseline and readings by day."""
        first = (self.baseline,) if self.baseline else ()
        return tuple(sorted((*first, *self.readings), key=lambda figure: figure.day))

    @property
    def target(self) -> str:
        """What should be reached, in words; empty where nothing was set."""
        value = self.indicator.target
        return "" if value is None else written(value)

    @property
    def reached(self) -> bool | None:
        """Whether the newest shown figure is at the target; ``None`` where nobody can say.

        Which way is better is known only where there is a baseline.
        """
        told, target = self.last, self.indicator.target
        base = self.baseline.value if self.baseline else None
        if told is None or told.value is None or target is None or base is None or base == target:
            return None
        return told.value >= target if target > base else told.value <= target


def smallest(indicator: Indicator) -> int:
    """The k of R6 for this indicator: what it is about now, and never less than it was before."""
    action = indicator.action
    goals = [indicator.objective, action.objective if action is not None else None]
    challenges = {goal.challenge.code for goal in goals if goal is not None and goal.challenge}
    groups = set(action.target_groups) if action is not None else set()
    now = K_TENSE if challenges & TENSE_CHALLENGES or groups & TENSE_GROUPS else K
    return max(indicator.k, now)


def shown(indicator: Indicator) -> Shown:
    """The figures of an indicator: load it with ``objective__challenge``, ``action__objective__challenge``
    and ``readings``.
    """
    if not indicator.of_people:
        base = indicator.baseline
        first = (
            Figure(indicator.baseline_on, base)
            if base is not None and indicator.baseline_on
            else None
        )
        rows = sorted(indicator.readings.all(), key=lambda one: one.day)
        return Shown(
            indicator, 0, first, tuple(Figure(r.day, r.value, source=r.source) for r in rows)
        )
    k = smallest(indicator)
    first, readings, before = None, [], None
    for one in _counts(indicator, k):
        figure = one.figure(k, before)
        before = before if figure.value is None else one.shown_as
        if one.reading is None:
            first = figure
        else:
            readings.append(figure)
    return Shown(indicator, k, first, tuple(readings))


@dataclass(slots=True)
class _Count:
    """A count of people on a day, and the one that it is shown from; ``reading`` None: the baseline."""

    day: date
    value: Decimal
    shown_as: Decimal | None
    reading: Reading | None = None

    def figure(self, k: int, before: Decimal | None) -> Figure:
        """As it may be shown; ``before`` is what the last one was shown from."""
        source = self.reading.source if self.reading is not None else ""
        kept = self.shown_as
        if kept is None or kept < k or self.value < k:
            return Figure(self.day, None, k, source=source)
        return Figure(
            self.day, Decimal(rounded(float(kept), k) or 0), k, True, kept == before, source
        )


def _counts(indicator: Indicator, k: int) -> list[_Count]:
    """Baseline and readings in time. What has no count yet that it is shown from gets one."""
    told = [_Count(one.day, one.value, one.shown_as, one) for one in indicator.readings.all()]
    if indicator.baseline is not None and indicator.baseline_on is not None:
        told.append(_Count(indicator.baseline_on, indicator.baseline, indicator.baseline_as))
    told.sort(key=lambda one: (one.day, one.reading is not None))
    known = {Decimal(count) for count in indicator.counts}
    known |= {one.shown_as for one in told if one.shown_as is not None}
    before: Decimal | None = None
    rises = k > indicator.k
    for at, one in enumerate(told):
        kept = one.shown_as
        if one.value < k:
            one.shown_as = kept if kept is not None and kept < k else one.value
            continue
        if kept is None:
            after = next((n.shown_as for n in told[at + 1 :] if n.shown_as is not None), None)
            near = sorted(known, key=lambda count: (abs(count - one.value), count))
            kept = next(
                (n for n in (before, after, *near) if n and n >= k > abs(n - one.value)), one.value
            )
        elif rises and kept >= k and before is not None and abs(kept - before) < k:
            kept = before  # two that were apart until k rose
        one.shown_as = kept
        if kept >= k:
            before = kept
            known.add(kept)
    return told


def mended(shown_as: Decimal | None, value: Decimal, k: int) -> Decimal | None:
    """What a figure that says ``value`` now is shown from: as before, where that is by fewer than k people.

    ``None``: from a count that ``settle`` finds.
    """
    near = shown_as is not None and value >= k > abs(value - shown_as)
    return shown_as if near else None


def settle(indicator: Indicator) -> list[Reading]:
    """Set what each figure is shown from, so that it stays; the readings that are to be saved.

    Load the indicator as for ``shown``. Saving is the caller's.
    """
    k = smallest(indicator)
    counts = _counts(indicator, k) if indicator.of_people else []
    indicator.k = k
    if not indicator.of_people:
        return []
    used = {int(one.shown_as) for one in counts if one.shown_as and one.shown_as >= k}
    indicator.counts = sorted({*indicator.counts, *used})
    changed = []
    for one in counts:
        if one.reading is None:
            indicator.baseline_as = one.shown_as
        elif one.reading.shown_as != one.shown_as:
            one.reading.shown_as = one.shown_as
            changed.append(one.reading)
    return changed


def plain(value: Decimal | None) -> str:
    """A figure for machines: no grouping, no empty digits behind the point.

    >>> plain(Decimal("40.00")), plain(Decimal("0.50")), plain(None)
    ('40', '0.5', '')
    """
    if value is None:
        return ""
    told = f"{value:f}"
    return (told.rstrip("0").rstrip(".") if "." in told else told) or "0"


def written(value: Decimal) -> str:
    """A figure for readers."""
    told = plain(value)
    behind = len(told.partition(".")[2])
    return str(number_format(value, decimal_pos=behind, use_l10n=True, force_grouping=True))
