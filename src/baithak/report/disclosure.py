"""The small-cell rule: what of an opinion map may leave the house.

Every figure on a page, in a report, a table or a picture is drawn from a ``PublishedMap``, never
from an ``OpinionMap``. The rule (R6 of docs/methods/opinion-maps.md), with ``k`` = 10 people, or
20 where the conversation is tense (religion, ethnicity, caste, displacement, or flagged by hand):

1. No count below ``k`` is shown. Counts are rounded to the nearest 5, totals apart from their
   parts, so that a sum need not add up and a difference tells little.
2. A percentage is a rounded count divided by a rounded count, in whole per cent. Where fewer than
   ``k`` people are on one side of it, only a bound is shown: "under 20%" or "over 80%".
3. What remains when the shown parts are taken from a shown total must leave room for at least
   ``k`` possible numbers (secondary suppression). If it does not, the parts are rounded more
   coarsely, and hidden if that does not help.
4. A statement is published either by group or for everybody together, never both: the two
   together would be a two-way table with margins, and margins give cells away. The votes of a
   statement by group are the sum of the shown votes, for the same reason.
5. Groups below 2 ``k`` are not shown (one side of every share would be below ``k``), nor those
   with fewer than 2 ``k`` votes on most statements; they are told as "others", without a number.
   Where that leaves fewer than two groups, everybody is shown together.
6. On a tense issue a share of 95% or more one way is shown as "most": if a whole group agrees,
   the figure tells on each of its members.
7. No smallest or largest value of a person is shown. A place on the map holds at least ``k``
   people or is merged with its neighbour, or is not drawn.
8. Intervals are widened to the same grid as the value they belong to.

Figures that are not about countable people (depth, divisiveness, …) are rounded to 0.05, because
with a second decimal they could be solved for the counts behind them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from baithak.engine.opinion.results import (
    Axis,
    Group,
    GroupView,
    Interval,
    OpinionMap,
    Person,
    StatementResult,
)

__all__ = [
    "BASE",
    "K_TENSE",
    "Hex",
    "HexMap",
    "K",
    "Missing",
    "PublishedCell",
    "PublishedDefence",
    "PublishedGroup",
    "PublishedMap",
    "PublishedStatement",
    "Share",
    "enough_new",
    "published",
    "rounded",
    "share",
]

K = 10
K_TENSE = 20
BASE = 5
_BASES = (5, 10, 20, 50, 100, 200, 500)
_ONE_WAY = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people that may be shown (0 to 1, whole per cents).

    ``kind`` says how to read ``value``: ``about`` it; ``under`` or ``over`` it (fewer than k people
    are on the other side); ``most`` or ``few`` (95% or more one way on a tense issue; ``value`` is
    None); ``hidden`` (nothing may be said; ``value`` is None). ``low`` and ``high`` enclose it.
    """

    kind: Literal["about", "under", "over", "most", "few", "hidden"]
    value: float | None
    low: float | None
    high: float | None

    @property
    def point(self) -> float | None:
        """Where to draw it: the value, or the middle of what the bound leaves open."""
        if self.low is None or self.high is None:
            return None
        return self.value if self.kind == "about" else (self.low + self.high) / 2

    @property
    def least(self) -> float | None:
        """What is known to be reached: the value, or the lower end of a bound. Ranks use it."""
        return self.value if self.kind == "about" else self.low

    @property
    def most(self) -> float | None:
        """What is known not to be passed: the value, or the upper end of a bound."""
        return self.value if self.kind == "about" else self.high


HIDDEN = Share("hidden", None, None, None)


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """A group of at least 2 k people. ``letter`` is its mark: A, B, C …"""

    id: str
    letter: str
    size: int
    share: Share
    sure: Share
    stability: float | None
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """What one group, or everybody, says of one statement. ``votes`` None: fewer than k."""

    votes: int | None
    agree: Share
    disagree: Share


@dataclass(frozen=True, slots=True)
class PublishedStatement:
    """One statement as it may be shown.

    ``everybody`` is filled where no groups are shown, else ``by_group`` (keys are group ids).
    ``votes`` is the sum of the shown groups' votes, None where none of them has k.
    ``common_ground`` is the agreement of the least agreeing shown group, ``common_ground_no`` the
    same for disagreement; ``gap`` how far the most and the least agreeing group are apart at least.
    ``certain`` says that the lower end of the (no-)common-ground interval is above one half.
    """

    id: str
    text: str
    votes: int | None
    everybody: PublishedCell | None
    by_group: dict[str, PublishedCell]
    common_ground: Share
    common_ground_no: Share
    gap: float | None
    divisiveness: float | None
    depth: float | None
    disagreement: float | None
    bridging: float | None
    representative_of: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether every shown group is on the same side even at the unlucky end."""
        return any((side.low or 0) > 0.5 for side in (self.common_ground, self.common_ground_no))


@dataclass(frozen=True, slots=True)
class Hex:
    """A six-sided place on the map where at least k people stand.

    ``column`` and ``row`` are lattice numbers; ``letter`` is the group of most people in it ("" for
    none shown); ``level`` 1 to 4 grows with the people in it; ``sure`` is False where most of them
    stand between groups.
    """

    column: int
    row: int
    letter: str
    level: int
    sure: bool


@dataclass(frozen=True, slots=True)
class HexMap:
    """The places of a map. A position (x, y) lies at lattice (x - left) / step, (y - top) / step."""

    cells: tuple[Hex, ...]
    left: float
    top: float
    step: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A category of people who are under-represented."""

    question: str
    category: str
    population: float
    voices: Share


@dataclass(frozen=True, slots=True)
class PublishedDefence:
    """What the defences did; counts as everywhere, None for fewer than k."""

    collapsed_people: int | None
    unverified_without_veto: tuple[str, ...]
    top_without: tuple[str, ...]
    top_with: tuple[str, ...]
    alarm: bool


@dataclass(frozen=True, slots=True)
class PublishedMap:
    """An opinion map under the small-cell rule: the one thing pages, papers and tables draw from.

    ``participants`` and ``votes`` are None where fewer than ``k`` people took part: then nothing
    else is filled either (``too_few``). ``others`` says that there are groups too small to be
    shown; ``undivided`` that groups were found but only everybody together may be shown.
    ``common_ground``, ``no_ground`` and ``dividing`` are statement ids, best first.
    """

    k: int
    tense: bool
    participants: int | None
    votes: int | None
    axes: tuple[Axis, ...]
    groups: tuple[PublishedGroup, ...]
    others: bool
    undivided: bool
    one_continuum: bool
    repeats: int
    statements: tuple[PublishedStatement, ...]
    common_ground: tuple[str, ...]
    no_ground: tuple[str, ...]
    dividing: tuple[str, ...]
    depth: Interval | None
    breadth: Interval | None
    effective: int | None
    missing: tuple[Missing, ...]
    defence: PublishedDefence | None
    hexes: HexMap
    method: str
    seed: int
    version: str
    notes: tuple[str, ...]

    @property
    def too_few(self) -> bool:
        """Fewer than k people: nothing may be shown yet."""
        return self.participants is None

    def statement(self, name: str) -> PublishedStatement:
        """The statement with this id."""
        return next(s for s in self.statements if s.id == name)


def published(result: OpinionMap, k: int = K, *, tense: bool = False) -> PublishedMap:
    """Treat a result by the small-cell rule.

    Parameters
    ----------
    result : OpinionMap
        With ``people``, if the map is to be drawn; their positions do not leave this function.
    k : int
        The smallest number of people that may be shown; at least 10.
    tense : bool
        Religion, ethnicity, caste, displacement, or flagged: ``k`` becomes at least 20, and shares
        of 95% or more one way become "most".

    Returns
    -------
    PublishedMap

    Examples
    --------
    >>> from dataclasses import replace
    >>> rounded(37, K), rounded(9, K)
    (35, None)
    """
    k = max(k, K_TENSE if tense else K)
    if result.participants < k:
        return _nothing(result, k, tense)
    shown, base = _shown_groups(result, k)
    divided = len(result.groups) > 1 and not result.one_continuum
    undivided = divided and not shown
    letters = _letters(result.groups) if shown else {}
    total = rounded(result.participants, k) or 0
    groups = tuple(
        PublishedGroup(
            id=g.id,
            letter=letters[g.id],
            size=_round(g.size, base),
            share=share(
                Interval(g.share, g.share, g.share),
                total,
                k,
                tense=False,
                base=base,
                exact=result.participants,
            ),
            sure=share(
                _exact(g.sure, g.size),
                _round(g.size, base),
                k,
                tense=False,
                base=base,
                exact=g.size,
            ),
            stability=None if g.stability is None else round(g.stability, 2),
            centre=(round(g.centre[0], 2), round(g.centre[1], 2)),
        )
        for g in shown
    )
    hidden = [g for g in result.groups if g.id not in {s.id for s in shown}]
    weights = {g.id: g.share for g in result.groups}
    silent = () if result.defence is None else result.defence.unverified_without_veto
    statements = tuple(
        _statement(s, shown, weights, silent, k, tense)
        for s in result.statements
        if not s.moderated_out
    )
    agreed, refused, dividing = _ranked(statements)
    polarisation = result.polarisation
    return PublishedMap(
        k=k,
        tense=tense,
        participants=rounded(result.participants, k),
        votes=rounded(result.votes, k),
        axes=tuple(
            Axis(
                a.number,
                None if a.reliability is None else round(a.reliability, 2),
                round(a.share, 2),
            )
            for a in result.axes
        ),
        groups=groups,
        others=bool(shown and hidden),
        undivided=undivided,
        one_continuum=result.one_continuum,
        repeats=result.repeats,
        statements=statements,
        common_ground=agreed,
        no_ground=refused,
        dividing=dividing,
        depth=_coarse_interval(polarisation.depth),
        breadth=_coarse_interval(polarisation.breadth),
        effective=None if result.weights is None else rounded(result.weights.effective, k),
        missing=()
        if result.weights is None
        else tuple(
            Missing(q, c, round(p, 2), share(Interval(v, v, v), total, k, tense=False))
            for q, c, p, v in result.weights.missing
        ),
        defence=None
        if result.defence is None
        else PublishedDefence(
            collapsed_people=rounded(result.defence.collapsed_people, k)
            if result.defence.collapsed_people
            else 0,
            unverified_without_veto=tuple(
                letters[g] for g in result.defence.unverified_without_veto if g in letters
            ),
            top_without=result.defence.top_without,
            top_with=result.defence.top_with,
            alarm=result.defence.alarm,
        ),
        hexes=_hexes(
            result.people, [letters.get(g.id, "") if g in shown else "" for g in result.groups], k
        ),
        method=result.method,
        seed=result.seed,
        version=result.version,
        notes=tuple(_note(code, k) for code in result.notes),
    )


def enough_new(before: int, now: int, k: int = K) -> bool:
    """Whether a new release may follow an old one (R7): at least k people came since, or none.

    Today's figures minus yesterday's would otherwise tell how the newcomers voted.
    """
    return before == 0 or now == before or now - before >= k


def rounded(count: float, k: int = K) -> int | None:
    """A count as it may be shown: to the nearest 5, None below k."""
    return None if count < k else _round(count, BASE)


def share(
    value: Interval,
    votes: int,
    k: int,
    *,
    tense: bool,
    base: int = BASE,
    exact: float | None = None,
) -> Share:
    """A share of people with its interval, as it may be shown.

    ``votes`` is the rounded count the percentage is taken of; ``exact`` the count before rounding,
    where it is known: neither may put fewer than ``k`` people on one side.
    """
    if votes < 2 * k:
        return HIDDEN  # either side would be below k, and no bound is left to show
    if tense and value.value >= _ONE_WAY:
        return Share("most", None, _ONE_WAY, 1.0)
    if tense and value.value <= 1 - _ONE_WAY:
        return Share("few", None, 0.0, round(1 - _ONE_WAY, 2))
    fewest = votes if exact is None else min(votes, exact)
    near = _round(value.value * votes, base)
    if value.value * fewest < k or near < k:
        bound = _up(k / votes)
        return Share("under", bound, 0.0, bound)
    if (1 - value.value) * fewest < k or votes - near < k:
        bound = _down(1 - k / votes)
        return Share("over", bound, bound, 1.0)
    below = _up_to(max(0.0, value.value - value.low) * votes, base)
    above = _up_to(max(0.0, value.high - value.value) * votes, base)
    return Share(
        "about",
        round(near / votes, 2),
        round(max(0.0, (near - below) / votes), 2),
        round(min(1.0, (near + above) / votes), 2),
    )


def _note(code: str, k: int) -> str:
    """``code:count`` with the count treated; the bare code where it is below k."""
    name, _, count = code.partition(":")
    if not count.isdigit():
        return code
    seen = rounded(int(count), k)
    return name if seen is None else f"{name}:{seen}"


def _letters(groups: Sequence[Group]) -> dict[str, str]:
    """Group id to letter: the id itself where the engine gave letters, else by position."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if all(len(g.id) == 1 and g.id in alphabet for g in groups):
        return {g.id: g.id for g in groups}
    return {g.id: letter for g, letter in zip(groups, alphabet, strict=False)}


def _round(count: float, base: int) -> int:
    return math.floor(count / base + 0.5) * base


def _up_to(count: float, base: int) -> int:
    return math.ceil(count / base - 1e-9) * base


def _up(part: float) -> float:
    """The next whole per cent above."""
    return min(1.0, math.ceil(part * 100 - 1e-9) / 100)


def _down(part: float) -> float:
    return max(0.0, math.floor(part * 100 + 1e-9) / 100)


def _coarse(value: float | None) -> float | None:
    return None if value is None else round(round(value * 20) / 20, 2)


def _coarse_interval(told: Interval) -> Interval:
    return Interval(
        round(round(told.value * 20) / 20, 2),
        round(math.floor(told.low * 20) / 20, 2),
        round(math.ceil(told.high * 20 - 1e-9) / 20, 2),
    )


def _exact(part: int, whole: int) -> Interval:
    value = part / whole if whole else 0.0
    return Interval(value, value, value)


def _room(total: int, parts: Sequence[int], base: int) -> int:
    """How many whole numbers the unshown rest may be, for who sees a total and its parts."""
    slack, loose = BASE // 2, base // 2
    high = total + slack - sum(p - loose for p in parts)
    low = max(0, total - slack - sum(p + loose for p in parts))
    return max(0, high - low + 1)


def _safe_base(total: float, parts: Sequence[float], k: int, *, nobody: bool = True) -> int | None:
    """The finest rounding of the parts that leaves the rest k possible numbers; None: there is none.

    A rest of k people and more needs no cover; nor one of nobody, if ``nobody`` says that all may
    know there is no rest (as with groups: all of them are shown).
    """
    rest = total - sum(parts)
    if rest >= k or (nobody and rest < 0.5):
        return BASE
    seen = _round(total, BASE)
    for base in _BASES:
        if base > min(parts) / 2:
            return None
        if _room(seen, [_round(p, base) for p in parts], base) >= k:
            return base
    return None


def _shown_groups(result: OpinionMap, k: int) -> tuple[tuple[Group, ...], int]:
    """The groups that may be shown, and to what their sizes are rounded."""
    # A group must be large enough on most well-voted statements too: one that is visible here and
    # there would hide the common ground of all the others.
    asked = [s for s in result.statements if not s.moderated_out and s.votes >= 4 * k]

    def visible(group: Group) -> bool:
        seen = sum(s.by_group[group.id].votes >= 2 * k for s in asked if group.id in s.by_group)
        return group.size >= 2 * k and 2 * seen >= len(asked)

    shown = [g for g in result.groups if visible(g)]
    while len(shown) > 1:
        base = _safe_base(result.participants, [g.size for g in shown], k)
        if base is not None:
            return tuple(shown), base
        shown.remove(min(shown, key=lambda g: (g.size, g.id)))
    return (), BASE


def _statement(
    told: StatementResult,
    shown: Sequence[Group],
    weights: dict[str, float],
    silent: Sequence[str],
    k: int,
    tense: bool,
) -> PublishedStatement:
    everybody = None
    by_group: dict[str, PublishedCell] = {}
    if shown:
        by_group = {
            g.id: _cell(told.by_group[g.id], k, tense) for g in shown if g.id in told.by_group
        }
        # The sum of what is shown, not the real total: it tells nothing beyond its parts.
        votes = sum(c.votes or 0 for c in by_group.values()) or None
        # Ground is common to the groups with a veto (D3), and unknown if one of them is hidden.
        voices = [c for g, c in by_group.items() if g not in silent] or list(by_group.values())
        yes = _weakest([c.agree for c in voices], told.common_ground)
        no = _weakest([c.disagree for c in voices], told.common_ground_no)
        gap = _gap([c.agree for c in by_group.values()])
    else:
        views = told.by_group
        against = sum(weights.get(g, 0.0) * v.disagree.value for g, v in views.items())
        if not views:
            against = told.disagrees / told.votes if told.votes else 0.0
        against = max(0.0, min(against, 1 - told.agree.value))
        width = (told.agree.high - told.agree.low) / 2
        view = GroupView(
            told.votes,
            told.agrees,
            told.disagrees,
            told.passes,
            told.agree,
            Interval(against, max(0.0, against - width), min(1.0, against + width)),
        )
        everybody = _cell(view, k, tense)
        votes = everybody.votes
        yes, no, gap = everybody.agree, everybody.disagree, None
    return PublishedStatement(
        id=told.id,
        text=told.text,
        votes=votes,
        everybody=everybody,
        by_group=by_group,
        common_ground=yes,
        common_ground_no=no,
        gap=gap,
        divisiveness=None if votes is None else _coarse(told.divisiveness),
        depth=None if votes is None else _coarse(told.depth),
        disagreement=None if votes is None else _coarse(told.disagreement),
        bridging=None if votes is None else _coarse(told.bridging),
        representative_of=tuple(g.id for g in shown if g.id in told.representative_of),
    )


def _cell(view: GroupView, k: int, tense: bool) -> PublishedCell:
    if view.votes < k:
        return PublishedCell(None, HIDDEN, HIDDEN)
    seen, exact = _round(view.votes, BASE), view.votes
    fewest = min(exact, seen)
    yes, no = view.agree.value * fewest, view.disagree.value * fewest
    base: int | None = BASE
    if yes >= k and no >= k:
        # Both sides are shown, so those who passed are their difference from the votes.
        parts = [view.agree.value * seen, view.disagree.value * seen]
        base = _safe_base(seen, parts, k, nobody=False)
    if base is None:
        # Too few passed to be covered by rounding: the smaller side stays unsaid.
        agree = share(view.agree, seen, k, tense=tense, exact=exact)
        against = share(view.disagree, seen, k, tense=tense, exact=exact)
        return PublishedCell(seen, *((agree, HIDDEN) if yes >= no else (HIDDEN, against)))
    return PublishedCell(
        seen,
        share(view.agree, seen, k, tense=tense, base=base, exact=exact),
        share(view.disagree, seen, k, tense=tense, base=base, exact=exact),
    )


def _weakest(sides: Sequence[Share], told: Interval) -> Share:
    """The share of the group that agrees least, with the engine's width where it has a value."""
    if not sides or any(s.kind == "hidden" for s in sides):
        return HIDDEN
    weakest = min(sides, key=lambda s: (s.least or 0.0, s.point or 0.0))
    if weakest.kind != "about" or weakest.value is None:
        return weakest
    below = _up(max(0.0, told.value - told.low))
    above = _up(max(0.0, told.high - told.value))
    return Share(
        "about",
        weakest.value,
        round(max(0.0, weakest.value - below), 2),
        round(min(1.0, weakest.value + above), 2),
    )


def _ranked(
    statements: Sequence[PublishedStatement],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Ids by common ground, by shared refusal, and by the gap between groups, best first."""

    def best(side: str) -> tuple[str, ...]:
        told = [(getattr(s, side), s) for s in statements]
        kept = [
            (v, s) for v, s in told if v.low is not None and v.kind in {"about", "over", "most"}
        ]
        kept.sort(key=lambda pair: (-(pair[0].least or 0.0), -(pair[1].votes or 0)))
        return tuple(s.id for v, s in kept if (v.least or 0.0) >= 0.5)

    # With groups: how far they are apart. With everybody together: how evenly people are split.
    apart = [
        (s.gap if s.by_group else _split(s), s)
        for s in statements
        if s.gap is not None or s.everybody is not None
    ]
    divided = sorted(
        ((value, s) for value, s in apart if value is not None and value > 0),
        key=lambda pair: (-pair[0], -(pair[1].votes or 0)),
    )
    return best("common_ground"), best("common_ground_no"), tuple(s.id for _, s in divided)


def _split(told: PublishedStatement) -> float | None:
    """The smaller of the two sides, where both are known."""
    cell = told.everybody
    if cell is None or cell.agree.kind != "about" or cell.disagree.kind != "about":
        return None
    return min(cell.agree.value or 0.0, cell.disagree.value or 0.0)


def _gap(sides: Sequence[Share]) -> float | None:
    """How far apart two groups are at least; None where fewer than two are known."""
    least = [s.least for s in sides if s.least is not None]
    most = [s.most for s in sides if s.most is not None]
    return None if len(least) < 2 else round(max(0.0, max(least) - min(most)), 2)


def _hexes(people: Sequence[Person], letters: Sequence[str], k: int) -> HexMap:
    """Bin people into six-sided places of at least k."""
    if len(people) < k:
        return HexMap((), 0.0, 0.0, 1.0)
    places = np.array([(p.x, p.y) for p in people])
    # From percentiles, on a round grid: one person far out must not decide or show in the scale.
    low, high = np.percentile(places, (2, 98), axis=0)
    span = max(float((high - low).max()), 1e-6)
    columns = min(26.0, max(3.0, 1.25 * math.sqrt(len(people) / k)))
    step = float(f"{span / columns:.1g}")
    left, top = float(low[0] // step * step), float(-(-high[1] // step) * step)
    at = _lattice((places[:, 0] - left) / step, (top - places[:, 1]) / step)
    bins: dict[tuple[int, int], list[int]] = {}
    for number, place in enumerate(at):
        bins.setdefault(place, []).append(number)
    _merge(bins, k)
    winners = np.array([_most_probable(p) for p in people])
    between = np.array([p.between for p in people])
    sizes = sorted((len(members) for members in bins.values()), reverse=True)
    # The measure of a full place is a typical one, not the fullest: no largest value is shown.
    full = max(k, sizes[len(sizes) // 20]) if sizes else k
    cells = []
    for (column, row), members in sorted(bins.items(), key=lambda item: (item[0][1], item[0][0])):
        winner = int(np.bincount(winners[members] + 1).argmax()) - 1
        level = 1 + min(3, int(4 * math.sqrt(len(members) / full) - 1e-9))
        unsure = 2 * int(between[members].sum()) > len(members)
        letter = letters[winner] if 0 <= winner < len(letters) else ""
        cells.append(Hex(column, row, letter, level, not unsure))
    return HexMap(tuple(cells), round(left, 6), round(top, 6), step)


def _most_probable(person: Person) -> int:
    """Position of the group the person most probably belongs to; -1 without groups."""
    if not person.membership:
        return -1
    return max(range(len(person.membership)), key=lambda g: (person.membership[g], -g))


def _lattice(x: np.ndarray, y: np.ndarray) -> list[tuple[int, int]]:
    """The hexagon (odd rows shifted by half) whose centre is nearest to each point."""
    height = math.sqrt(3) / 2
    first = np.rint(y / height).astype(int)
    nearest = np.full(len(x), np.inf)
    best = np.zeros((len(x), 2), dtype=int)
    for shift in (-1, 0, 1):
        rows = first + shift
        offset = np.where(rows % 2 == 1, 0.5, 0.0)
        columns = np.rint(x - offset).astype(int)
        distance = (x - columns - offset) ** 2 + (y - rows * height) ** 2
        closer = distance < nearest
        nearest[closer] = distance[closer]
        best[closer, 0], best[closer, 1] = columns[closer], rows[closer]
    return [(column, row) for column, row in best.tolist()]


def _merge(bins: dict[tuple[int, int], list[int]], k: int) -> None:
    """Give the people of a place below k to the fullest neighbour; without one they vanish."""
    while True:
        small = [(len(m), place) for place, m in bins.items() if len(m) < k]
        if not small:
            return
        _, place = min(small)
        members = bins.pop(place)
        near = [n for n in _neighbours(place) if n in bins]
        if near:
            bins[max(near, key=lambda n: (len(bins[n]), n))].extend(members)


def _neighbours(place: tuple[int, int]) -> list[tuple[int, int]]:
    column, row = place
    side = 0 if row % 2 else -1
    return [
        (column - 1, row),
        (column + 1, row),
        (column + side, row - 1),
        (column + side + 1, row - 1),
        (column + side, row + 1),
        (column + side + 1, row + 1),
    ]


def _nothing(result: OpinionMap, k: int, tense: bool) -> PublishedMap:
    """Fewer than k people: the map exists, and that is all that may be said."""
    return PublishedMap(
        k=k,
        tense=tense,
        participants=None,
        votes=None,
        axes=(),
        groups=(),
        others=False,
        undivided=False,
        one_continuum=True,
        repeats=result.repeats,
        statements=(),
        common_ground=(),
        no_ground=(),
        dividing=(),
        depth=None,
        breadth=None,
        effective=None,
        missing=(),
        defence=None,
        hexes=HexMap((), 0.0, 0.0, 1.0),
        method=result.method,
        seed=result.seed,
        version=result.version,
        notes=result.notes,
    )
