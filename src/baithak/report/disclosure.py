"""The small-cell rule: what of an opinion map may leave the house.

Every figure on a page, in a report, a table or a picture is drawn from a ``PublishedMap``, never
from an ``OpinionMap``. The rule (R6 of docs/methods/opinion-maps.md), with ``k`` = 10 people, or
20 where the conversation is tense (religion, ethnicity, caste, displacement, or flagged by hand):

1. No count below ``k`` is shown. Counts are rounded to the nearest 5, totals apart from their
   parts, so that a sum need not add up and a difference tells little.
2. A percentage is a rounded count divided by a rounded count, in whole per cent. Where fewer than
   ``k`` people are on one side of it, only a bound is shown: "under 20%" or "over 80%". Shares of the
   map are estimates: where fewer than ``k`` were counted on a side, that decides too.
3. What remains when the shown parts are taken from a shown total must leave room for at least
   ``k`` possible numbers (secondary suppression). If it does not, the parts are rounded more
   coarsely, and hidden if that does not help. A group's share of the people is one rounded count
   by another, and the votes of the whole dialogue are the sum of those shown.
4. A statement is published either by group or for everybody together, never both: the two
   together would be a two-way table with margins, and margins give cells away. The votes of a
   statement by group are the sum of the shown votes, for the same reason.
5. Groups below 2 ``k`` are not shown (one side of every share would be below ``k``), nor those
   with fewer than 2 ``k`` votes on most statements; they are told as "others", without a number.
   Where that leaves fewer than two groups, everybody is shown together.
6. On a tense issue a share of 95% or more one way is shown as "most": if a whole group agrees,
   the figure tells on each of its members. Among few people 95% would be a bound for fewer than
   ``k``; there "most" takes the place of "over 80%" and reaches as far.
7. No smallest or largest value of a person is shown. A place on the map holds at least ``k``
   people or is merged with its neighbour, or is not drawn.
8. Intervals are widened to the same grid as the value they belong to.

Figures beside the shares must not tell what these hide. ``depth``, ``gap`` and ``disagreement`` of a
statement are worked out from the published shares alone; ``bridging`` is rounded to half a unit and
told only where both sides of every cell are; ``divisiveness`` and the figures about the whole
dialogue are rounded to 0.05, because with a second decimal they could be solved for the counts.
T27 (tests/trust/test_t27_disclosure.py) attacks all of it with linear programmes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
    "BASES",
    "HIDDEN",
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
    "ranked",
    "round_to",
    "rounded",
    "share",
    "span",
]

K = 10
K_TENSE = 20
BASE = 5
BASES = (5, 10, 20, 50, 100, 200, 500)
_ONE_WAY = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """A share of people that may be shown (0 to 1, whole per cents).

    ``kind`` says how to read ``value``: ``about`` it; ``under`` or ``over`` it (fewer than k people
    are on the other side); ``most`` or ``few`` (the same or 95% or more one way, on a tense issue;
    ``value`` is None); ``hidden`` (nothing may be said; ``value`` is None). ``low`` and ``high`` enclose it.
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
    """What the defences did; counts as everywhere, None for fewer than k, nobody included."""

    collapsed_people: int | None
    unverified_without_veto: tuple[str, ...]
    top_without: tuple[str, ...]
    top_with: tuple[str, ...]
    alarm: bool
    #: The same list of the verified people alone: the result without the open link (R9).
    top_verified: tuple[str, ...] = ()


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
    #: The ten best common-ground statements if nobody were weighted to the city's shares.
    top_unweighted: tuple[str, ...] = ()

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
            size=round_to(g.size, base),
            share=_of_people(g, base, total, result, k),
            sure=share(
                _exact(g.sure, g.size),
                round_to(g.size, base),
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
        _statement(s, shown, {g.id: g.size for g in groups}, weights, silent, k, tense)
        for s in result.statements
        if not s.moderated_out
    )
    agreed, refused, dividing = ranked(statements)
    polarisation = result.polarisation
    return PublishedMap(
        k=k,
        tense=tense,
        participants=rounded(result.participants, k),
        # Of what is shown, not the real total: with it the votes of a hidden cell could be told.
        votes=sum(s.votes or 0 for s in statements) or None,
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
            collapsed_people=rounded(result.defence.collapsed_people, k),
            unverified_without_veto=tuple(
                letters[g] for g in result.defence.unverified_without_veto if g in letters
            ),
            top_without=result.defence.top_without,
            top_with=result.defence.top_with,
            alarm=result.defence.alarm,
            top_verified=result.defence.top_verified,
        ),
        hexes=_hexes(
            result.people, [letters.get(g.id, "") if g in shown else "" for g in result.groups], k
        ),
        method=result.method,
        seed=result.seed,
        version=result.version,
        notes=_notes(result.notes, k),
    )


def enough_new(before: int, now: int, k: int = K) -> bool:
    """Whether a new release may follow an old one (R7): at least k people came since, or none.

    Today's figures minus yesterday's would otherwise tell how the newcomers voted.
    """
    return before == 0 or now == before or now - before >= k


def rounded(count: float, k: int = K) -> int | None:
    """A count as it may be shown: to the nearest 5, None below k."""
    return None if count < k else round_to(count, BASE)


def round_to(count: float, base: int) -> int:
    """To the nearest multiple of ``base``, halves up."""
    return math.floor(count / base + 0.5) * base


def span(seen: int, base: int, k: int = 0) -> tuple[int, int]:
    """The smallest and the largest count of at least ``k`` that is shown as ``seen``.

    Examples
    --------
    >>> span(15, 5), span(20, 10), span(10, 5, K)
    ((13, 17), (15, 24), (10, 12))
    """
    return max(k, seen - base // 2), seen + (base - 1) // 2


def share(
    value: Interval,
    votes: int,
    k: int,
    *,
    tense: bool,
    base: int = BASE,
    exact: float | None = None,
    counted: int | None = None,
) -> Share:
    """A share of people with its interval, as it may be shown.

    ``votes`` is the rounded count the percentage is taken of; ``exact`` the count before rounding,
    where it is known: neither may put fewer than ``k`` people on one side. Nor may ``counted``, how
    many of ``exact`` really said so, where the share is an estimate: where the two disagree about
    which side is small, nothing is shown.
    """
    if votes < 2 * k:
        return HIDDEN  # either side would be below k, and no bound is left to show
    fewest = votes if exact is None else min(votes, exact)
    near = round_to(value.value * votes, base)
    few = value.value * fewest < k or near < k
    most = (1 - value.value) * fewest < k or votes - near < k
    if counted is not None and exact is not None:
        small, large = counted < k, exact - counted < k
        if (small and most) or (large and few) or (small and large):
            return HIDDEN
        few, most = few or small, most or large
        limit = k / votes
        if (small and value.value > limit) or (large and value.value < 1 - limit):
            return HIDDEN  # a bound that the estimate contradicts would mislead
    if few or (tense and value.value <= 1 - _ONE_WAY):
        bound = _up(k / votes)
        # 5% of few people would be fewer than k numbers: then "few" reaches as far as the bound.
        return (
            Share("few", None, 0.0, max(bound, 0.05))
            if tense
            else Share("under", bound, 0.0, bound)
        )
    if most or (tense and value.value >= _ONE_WAY):
        bound = _down(1 - k / votes)
        least = min(bound, _ONE_WAY)
        return Share("most", None, least, 1.0) if tense else Share("over", bound, bound, 1.0)
    below = _up_to(max(0.0, value.value - value.low) * votes, base)
    above = _up_to(max(0.0, value.high - value.value) * votes, base)
    return Share(
        "about",
        round(near / votes, 2),
        round(max(0.0, (near - below) / votes), 2),
        round(min(1.0, (near + above) / votes), 2),
    )


def _notes(codes: Sequence[str], k: int) -> tuple[str, ...]:
    """``code:count`` with the count treated, left out below k: the bare code would say "not none"."""
    told = []
    for code in codes:
        name, _, count = code.partition(":")
        if not count.isdigit():
            told.append(code)
        elif (seen := rounded(int(count), k)) is not None:
            told.append(f"{name}:{seen}")
    return tuple(told)


def _of_people(group: Group, base: int, total: int, result: OpinionMap, k: int) -> Share:
    """A group's share of the people: of rounded counts, or as weighted to the city."""
    exact, value = float(result.participants), group.share
    if result.weights is None:
        # A second rounding of the same count, by another denominator, could be solved with the first.
        exact, value = float(total), min(1.0, round_to(group.size, base) / total)
    return share(Interval(value, value, value), total, k, tense=False, base=base, exact=exact)


def _letters(groups: Sequence[Group]) -> dict[str, str]:
    """Group id to letter: the id itself where the engine gave letters, else by position."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if all(len(g.id) == 1 and g.id in alphabet for g in groups):
        return {g.id: g.id for g in groups}
    return {g.id: letter for g, letter in zip(groups, alphabet, strict=False)}


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


def _room(total: int, parts: Sequence[int], base: int, *, part: int = 0, rest: int = 0) -> int:
    """How many whole numbers the unshown rest may be, for who sees a total and its parts.

    Both are counts as they are shown; all know that a part holds ``part`` people or more, and the
    rest ``rest``.
    """
    low, high = span(total, BASE)
    ends = [span(p, base, part) for p in parts]
    least = max(rest, low - sum(end[1] for end in ends))
    return max(0, high - sum(end[0] for end in ends) - least + 1)


def _room_beside(votes: int, yes: int, no: int, base: int, k: int) -> int:
    """How many whole numbers the passes may be, for who sees the votes and both shares.

    ``yes`` and ``no`` are what the shares are made of: counts among the shown ``votes``.
    """
    low, high = span(votes, BASE, 2 * k)
    most = high - sum(max(k, (side - base / 2) / votes * high) for side in (yes, no))
    least = min(n - sum((side + base / 2) / votes * n for side in (yes, no)) for n in (low, high))
    return max(0, math.floor(most + 1e-9) - math.ceil(max(0.0, least) - 1e-9) + 1)


def _group_base(total: int, sizes: Sequence[int], k: int) -> int | None:
    """The finest rounding of group sizes that leaves the others k possible numbers, if one does.

    Others of k people and more need no cover; where there are none, all may know.
    """
    rest = total - sum(sizes)
    if rest >= k or rest <= 0:
        return BASE
    for base in BASES:
        if base > min(sizes) / 2:
            return None
        seen = [round_to(size, base) for size in sizes]
        if _room(round_to(total, BASE), seen, base, part=2 * k, rest=1) >= k:
            return base
    return None


def _cell_base(view: GroupView, k: int) -> int | None:
    """The finest rounding of both sides that leaves those who passed k possible numbers, if one does.

    ``BASE`` where one side is only bounded: then the passes cannot be subtracted.
    """
    seen = round_to(view.votes, BASE)
    sides = (view.agree.value, view.disagree.value)
    fewest = min(view.votes, seen)
    if min(sides) * fewest < k or (1 - sum(sides)) * fewest >= k:
        return BASE
    for base in BASES:
        if base > min(sides) * seen / 2:
            return None
        yes, no = (round_to(side * seen, base) for side in sides)
        if _room_beside(seen, yes, no, base, k) >= k:
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
        base = _group_base(result.participants, [g.size for g in shown], k)
        if base is not None:
            return tuple(shown), base
        shown.remove(min(shown, key=lambda g: (g.size, g.id)))
    return (), BASE


def _statement(
    told: StatementResult,
    shown: Sequence[Group],
    sizes: Mapping[str, int],
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
        yes = _weakest([(c.agree, c.votes) for c in voices], told.common_ground)
        no = _weakest([(c.disagree, c.votes) for c in voices], told.common_ground_no)
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
        depth=_depth(sizes, by_group),
        disagreement=_disagreement(sizes, by_group, everybody),
        bridging=_bridging(told.bridging, everybody, by_group),
        representative_of=tuple(g.id for g in shown if g.id in told.representative_of),
    )


def _cell(view: GroupView, k: int, tense: bool) -> PublishedCell:
    if view.votes < k:
        return PublishedCell(None, HIDDEN, HIDDEN)
    seen, exact = round_to(view.votes, BASE), view.votes
    yes, no = view.agree.value, view.disagree.value
    base = _cell_base(view, k)
    if base is None:
        # Too few passed to be covered by rounding: the smaller side stays unsaid.
        agree = share(view.agree, seen, k, tense=tense, exact=exact, counted=view.agrees)
        against = share(view.disagree, seen, k, tense=tense, exact=exact, counted=view.disagrees)
        return PublishedCell(seen, *((agree, HIDDEN) if yes >= no else (HIDDEN, against)))
    return PublishedCell(
        seen,
        share(view.agree, seen, k, tense=tense, base=base, exact=exact, counted=view.agrees),
        share(view.disagree, seen, k, tense=tense, base=base, exact=exact, counted=view.disagrees),
    )


def _depth(sizes: Mapping[str, int], cells: Mapping[str, PublishedCell]) -> float | None:
    """Between-group variance share of the published agreement; None without groups to compare."""
    told = [(size, cells[g].agree.point) for g, size in sizes.items() if g in cells]
    sides = [(weight, point) for weight, point in told if point is not None]
    mass = sum(weight for weight, _ in sides)
    if len(sides) < 2 or len(sides) < len(sizes):
        return None
    mean = sum(weight * point for weight, point in sides) / mass
    between = sum(weight * (point - mean) ** 2 for weight, point in sides) / mass
    return _coarse(between / (mean * (1 - mean))) if between else 0.0


def _disagreement(
    sizes: Mapping[str, int], cells: Mapping[str, PublishedCell], everybody: PublishedCell | None
) -> float | None:
    """(1 - A) / 2 of van der Eijk from the published shares, everybody's or the groups' by size.

    As ``engine.opinion.polarisation.disagreement``, of one statement; a web worker that shows a
    map needs none of the engine.
    """
    told = [(size, cells[g]) for g, size in sizes.items() if g in cells]
    if everybody is not None:
        told = [(1, everybody)]
    points = [(w, cell.agree.point, cell.disagree.point) for w, cell in told]
    sides = [(w, yes, no) for w, yes, no in points if yes is not None and no is not None]
    mass = sum(w for w, _, _ in sides)
    if not mass or len(sides) < max(len(points), len(sizes)):
        return None
    yes = sum(w * side for w, side, _ in sides) / mass
    no = min(sum(w * side for w, _, side in sides) / mass, 1 - yes)
    passed = max(0.0, 1 - yes - no)
    low, middle, high = sorted((no, passed, yes))
    ends = passed <= min(no, yes)
    united = 2 * (middle - low) * (-1.0 if ends else 0.5) + (high - middle)
    return _coarse(min(1.0, max(0.0, (1 - united) / 2)))


def _bridging(
    value: float | None, everybody: PublishedCell | None, cells: Mapping[str, PublishedCell]
) -> float | None:
    """On a grid of one half, and only where no side of any cell is hidden or bounded."""
    told = [*cells.values(), *([] if everybody is None else [everybody])]
    plain = [side.kind == "about" for cell in told for side in (cell.agree, cell.disagree)]
    return round(value * 2) / 2 if value is not None and plain and all(plain) else None


def _weakest(sides: Sequence[tuple[Share, int | None]], told: Interval) -> Share:
    """The share of the group that agrees least, with the engine's width where it has a value.

    ``sides`` are shares and the votes they are of, which give the grid of the width.
    """
    if not sides or any(s.kind == "hidden" for s, _ in sides):
        return HIDDEN
    weakest, votes = min(sides, key=lambda s: (s[0].least or 0.0, s[0].point or 0.0))
    if weakest.kind != "about" or weakest.value is None or not votes:
        return weakest
    below = _up_to(max(0.0, told.value - told.low) * votes, BASE) / votes
    above = _up_to(max(0.0, told.high - told.value) * votes, BASE) / votes
    return Share(
        "about",
        weakest.value,
        _down(max(0.0, weakest.value - below)),
        _up(min(1.0, weakest.value + above)),
    )


def ranked(
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
        notes=_notes(result.notes, k),
    )
