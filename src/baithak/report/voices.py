"""Who takes part, by one question people answered about themselves: what of it may be shown (R6, R7).

A one-way table: how many people said each answer, beside the city's shares. No two-way table is
made of it, ever. Counts below ``k`` are hidden, the others are rounded to 5, or more coarsely where
the shown total minus the shown rows would leave a hidden number fewer than ``k`` possible values;
where no rounding helps, nothing of the question is shown. All other figures (shares, who is not
heard yet, the effective number) are worked out from the rounded counts, so they tell nothing more.

``renewed_voices`` is the gate between two publications of the same table (R7).

Paper: L. Kish (1965), Survey Sampling, for the effective number of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from baithak.report.disclosure import BASES, HIDDEN, K, Share, round_to, rounded, span

__all__ = ["UNHEARD", "PublishedVoice", "PublishedVoices", "renewed_voices", "voices"]

UNHEARD = 0.8  # of its share of the city: below, a category is not heard yet


@dataclass(frozen=True, slots=True)
class PublishedVoice:
    """One answer. ``count`` None: fewer than k, or hidden beside such a one; rounded to ``base``.

    ``voices`` is its share of those who answered, ``city`` its share of the city (None where nobody
    told it). ``heard``: "unheard" where its share of the voices is surely below four fifths of its
    share of the city, "unclear" where the hidden number or a missing share of the city leaves it
    open, else "heard".
    """

    category: str
    count: int | None
    base: int
    voices: Share
    city: float | None
    heard: Literal["heard", "unheard", "unclear"]


@dataclass(frozen=True, slots=True)
class PublishedVoices:
    """The table of one question: the only thing pages, papers and tables may draw from.

    ``total`` people took part, rounded (None: fewer than ``k``); ``answered`` is the sum of the
    shown rows, not a count of its own. ``effective`` is Kish's number: as so many people drawn by
    chance would the shown categories speak, once each counts by its share of the city; None where
    no share is known or it is below ``k``.
    """

    k: int
    total: int | None
    answered: int | None
    rows: tuple[PublishedVoice, ...]
    effective: int | None

    @property
    def unheard(self) -> tuple[str, ...]:
        """Categories that are not heard yet, those furthest from their share first."""
        missing = [row for row in self.rows if row.heard == "unheard"]
        missing.sort(key=lambda row: (row.voices.high or 0.0) / (row.city or 1.0))
        return tuple(row.category for row in missing)


def voices(
    counts: Mapping[str, int], shares: Mapping[str, float], total: int, k: int = K
) -> PublishedVoices:
    """What may be shown of the answers to one question.

    Parameters
    ----------
    counts : mapping of category to number of people
        Who gave this answer; those who said nothing are in none.
    shares : mapping of category to share of the city (0 to 1)
        In the order in which rows are to be shown; may be empty or know only some categories.
    total : int
        How many people took part, with those who said nothing.
    k : int
        The smallest number of people that may be shown; at least 10.

    Returns
    -------
    PublishedVoices

    Examples
    --------
    >>> told = voices({"women": 38, "men": 82}, {"women": 0.51, "men": 0.49}, total=140)
    >>> [(row.category, row.count, row.voices.value) for row in told.rows]
    [('women', 40, 0.33), ('men', 80, 0.67)]
    >>> told.unheard, told.effective
    (('women',), 105)
    >>> [row.count for row in voices({"women": 9, "men": 82}, {}, total=140).rows]
    [None, 80]
    """
    k = max(k, K)
    names = list(dict.fromkeys((*shares, *counts)))
    said = {name: counts.get(name, 0) for name in names}
    total = max(total, sum(said.values()))
    base = _base(list(said.values()), total, k)
    seen = {
        name: (round_to(count, base), base) if base is not None and count >= k else None
        for name, count in said.items()
    }
    return _table(names, seen, shares, rounded(total, k), k)


def renewed_voices(before: PublishedVoices | None, now: PublishedVoices) -> PublishedVoices:
    """The table to publish after ``before`` (R7).

    A row gets its new figure only where surely at least ``k`` more people stand behind it, else it
    keeps the old one. Where the new rows and the new total would tell how many people joined a row
    that keeps its figure, the whole table stays as it was.

    Examples
    --------
    >>> old = voices({"women": 40, "men": 80}, {}, total=140)
    >>> new = voices({"women": 43, "men": 130}, {}, total=220)
    >>> [row.count for row in renewed_voices(old, new).rows]
    [40, 130]
    """
    if before is None or before.total is None or now.total is None:
        return now
    k = max(before.k, now.k)
    then, new = _seen(before), _seen(now)
    if set(then) != set(new):
        return now  # another question: nothing to subtract from
    kept: dict[str, tuple[int, int]] = {}
    fresh: dict[str, tuple[int, int] | None] = {}
    for name, count in new.items():
        old = then[name]
        if old is None:
            # 0 to k - 1 people before, so at least k numbers are left for those who joined.
            fresh[name] = count
        elif count is not None and span(*count, k)[0] - span(*old, k)[1] >= k:
            fresh[name] = count
        else:
            kept[name] = old
    highest = span(now.total, BASES[0], k)[1]
    least = sum(span(*count, k)[0] for count in (*fresh.values(), *kept.values()) if count)
    if kept and highest - least < k - 1:
        return before
    city = {row.category: row.city for row in now.rows if row.city is not None}
    return _table(list(new), {**fresh, **kept}, city, now.total, k)


def _seen(told: PublishedVoices) -> dict[str, tuple[int, int] | None]:
    """Shown count and its rounding by category; None where hidden."""
    return {row.category: None if row.count is None else (row.count, row.base) for row in told.rows}


def _base(counts: Sequence[int], total: int, k: int) -> int | None:
    """The finest rounding that leaves every number below k at least k possible values."""
    shown = [count for count in counts if count >= k]
    hidden = len(counts) - len(shown)
    silent = total - sum(counts)
    if total < k or not shown:
        return None
    low, high = span(round_to(total, 5), 5, k)
    for base in BASES:
        if base > BASES[0] and base > min(shown) / 2:
            return None
        ends = [span(round_to(count, base), base, k) for count in shown]
        least = low - sum(end[1] for end in ends)
        most = high - sum(end[0] for end in ends)
        small = k - 1
        # Those who said nothing may be any number; or none, where that fits and all had to answer.
        alone = least > small * hidden or least <= small * (hidden - 1)
        of_hidden = hidden == 0 or (most >= small and alone)
        of_silent = silent >= k or most - max(0, least - small * hidden) + 1 >= k
        if of_hidden and of_silent:
            return base
    return None


def _table(
    names: Sequence[str],
    seen: Mapping[str, tuple[int, int] | None],
    shares: Mapping[str, float],
    total: int | None,
    k: int,
) -> PublishedVoices:
    counts = {name: None if told is None else told[0] for name, told in seen.items()}
    known = [count for count in counts.values() if count is not None]
    answered = sum(known)
    # Hidden rows hold 0 to k - 1 people each: shares are told with what that leaves open.
    unknown = (k - 1) * (len(counts) - len(known))
    rows = []
    for name in names:
        part = _share(counts[name], answered, unknown, k, len(known))
        city = round(shares[name], 3) if name in shares else None
        base = (seen[name] or (0, BASES[0]))[1]
        rows.append(PublishedVoice(name, counts[name], base, part, city, _heard(part, city)))
    weighed = [(shares[n], c) for n, c in counts.items() if c and shares.get(n, 0.0) > 0]
    effective = None
    if weighed:
        mass = sum(share for share, _ in weighed)
        effective = rounded(mass**2 / sum(share**2 / count for share, count in weighed), k)
    return PublishedVoices(k, total, answered or None, tuple(rows), effective)


def _share(count: int | None, answered: int, unknown: int, k: int, shown: int) -> Share:
    """Share of the voices, from shown counts alone."""
    if not answered:
        return HIDDEN
    if count is None:
        most = min(1.0, -(-(100 * (k - 1)) // (answered + k - 1)) / 100)
        return Share("under", most, 0.0, most)
    low, high = count / (answered + unknown), count / answered
    if shown == 1 and unknown:
        least = int(100 * low) / 100
        return Share("over", least, least, 1.0)
    value = round(count / (answered + unknown / 2), 2)
    return Share("about", value, min(value, int(100 * low) / 100), max(value, round(high, 2)))


def _heard(told: Share, city: float | None) -> Literal["heard", "unheard", "unclear"]:
    if city is None or told.high is None or told.low is None:
        return "unclear"
    if told.high < UNHEARD * city:
        return "unheard"
    if told.kind == "under" or told.low < UNHEARD * city:
        return "unclear"
    return "heard"
