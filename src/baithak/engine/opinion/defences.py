"""Defences against organised voting. They weigh, they name, they never delete.

**D1** People whose votes are near-identical (at least 93 % equal on at least 10 statements both
voted on) form a block; a block counts for at most three people. Honest look-alikes lose weight
too, so what it did is shown, never hidden.
**D2** A token gate: people who came by a token, a session or a lottery are verified, people who
came by the open link are not. That is decided when people come in; here it is read, and the result of verified people alone
is told beside the result of all.
**D3** A group with less than 15 % of the weight, or one in which unverified people are far more
frequent than elsewhere, has a veto over common ground only through its verified members: with too
few of them it is drawn and named but has no veto, with enough of them their answers are its veto.
So a bought cluster cannot erase what everybody else shares, nor hide among real people who think
alike, and a real minority that came by a verified channel keeps its voice.
**D4** Refusing nearly all of what everybody shares is rare (below 1 % of people in seven of eight
open conversations). Where many more of the unverified people do so than of the verified ones, those
of them who do count together for as many as the verified people's share would make them. It finds
copies of real people with some answers turned, whom D1 and D3 cannot tell from residents.

Finding near-identical voters takes time near-linear in people: sorted neighbourhoods. People are
sorted many times, by the answers at the start of a random order of statements and along directions
of their positions on the map, and each is compared with the next few only.

Papers: M. Hernández, S. Stolfo (1995), The merge/purge problem for large databases, SIGMOD, for
sorted neighbourhoods; G. Shahaf, E. Shapiro, N. Talmon (2019), Sybil-resilient reality-aware social
choice, https://arxiv.org/abs/1807.11105, for what no defence can do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from baithak.engine.opinion.groups import smallest_group
from baithak.engine.opinion.votes import VoteMatrix

__all__ = [
    "ALIKE",
    "CAP",
    "COMMON",
    "CONCERTED",
    "DIFFERENT",
    "SMALL",
    "VOUCHED",
    "Collapsed",
    "alarm",
    "collapse",
    "concerted",
    "doubted",
    "refusing",
    "shared",
    "similarity",
    "spokespeople",
]

ALIKE = 0.93
COMMON = 10
CAP = 3
SMALL = 0.15  # share of the weight below which a group needs verified members for a veto
LOPSIDED = 2.0  # times the odds of being unverified
VETO = 10  # verified people without whom a doubted group has no veto
DIFFERENT = 4  # places of the top ten that must change for an alarm
ANSWERED = 4  # statements of what everybody shares, from which somebody can be said to refuse it
#: Refusing so much of it; the share of people who do from which it cannot be chance; and that share
#: as a part of those who do not agree, where it is less shared.
CONCERTED = ((0.8, 0.04, 0.25), (0.6, 0.08, 0.6))
RARELY = 3.0  # times as often as among verified people
VOUCHED = 50  # verified people from which they have a list of their own
PASSES = 8  # sorted neighbourhoods of either kind
WINDOW = 8  # neighbours compared
KEY = 8  # answers in a sort key
EXHAUSTIVE = 400  # people of whom every pair is compared
LEADERS = 64  # blocks looked for in one cluster of look-alikes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Collapsed:
    """Blocks of near-identical voters.

    ``weights`` float64 [n]: 1, or ``CAP`` / size within a block larger than ``CAP``; ``block``
    int64 [n]: number of the person's block or -1; ``sizes`` int64 [blocks], all above ``CAP``;
    ``kept`` bool [n]: everybody outside blocks and ``CAP`` people of each.
    """

    weights: Floats
    block: NDArray[np.int64]
    sizes: NDArray[np.int64]
    kept: NDArray[np.bool_]

    @property
    def people(self) -> int:
        """People in blocks."""
        return int(self.sizes.sum())


def similarity(votes: VoteMatrix, one: int, two: int) -> tuple[int, int]:
    """Statements both voted on, and those on which both voted the same.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays([1, 1, 2, 2, 2], [1, 2, 1, 2, 3], [1, -1, 1, 0, 1])
    >>> similarity(votes, 0, 1)
    (2, 1)
    """
    common, same = _compare(votes.indptr, votes.columns, votes.values, one, two)
    return int(common), int(same)


def collapse(votes: VoteMatrix, *, positions: ArrayLike | None = None, seed: int = 0) -> Collapsed:
    """Find blocks of near-identical voters (D1).

    Parameters
    ----------
    votes : VoteMatrix
    positions : float [n, D], optional
        Positions from a fit, which bring look-alikes together who were shown other statements.
    seed : int
        Of the orders in which people are sorted.

    Returns
    -------
    Collapsed
        Every member of a block is near-identical to its leader, the member with most votes. Every
        block found is real; a few look-alikes may stay unfound.

    Examples
    --------
    >>> who = np.repeat(np.arange(30), 12)
    >>> said = np.random.default_rng(0).choice([-1, 0, 1], 360)
    >>> said[12 * 20 :] = np.tile(said[12 * 20 : 12 * 21], 10)  # ten people with one script
    >>> told = collapse(VoteMatrix.from_arrays(who, np.tile(np.arange(12), 30), said))
    >>> told.sizes.tolist(), told.weights[19:21].round(2).tolist()
    ([10], [1.0, 0.3])
    """
    n = votes.n
    rng = np.random.default_rng(seed)
    many = np.flatnonzero(votes.votes_per_person >= COMMON)
    parent = np.arange(n)
    exhaustive = len(many) <= EXHAUSTIVE
    if exhaustive:
        _link(votes.indptr, votes.columns, votes.values, many, len(many), parent)
    for _ in range(1 if exhaustive else PASSES):
        rank = rng.permutation(votes.m).astype(np.int64)
        keys = np.full((len(many), KEY), np.iinfo(np.int64).max)
        _keys(votes.indptr, votes.columns, votes.values, many, rank, keys)
        order = many[np.lexsort((many, *keys.T[::-1]))]
        _link(votes.indptr, votes.columns, votes.values, order, WINDOW, parent)
    if positions is not None and not exhaustive:
        where = np.asarray(positions, dtype=np.float64)
        for _ in range(PASSES):
            direction = rng.standard_normal(where.shape[1])
            along = np.round(where[many] @ direction, 6)
            order = many[np.lexsort((many, along))]
            _link(votes.indptr, votes.columns, votes.values, order, WINDOW, parent)
    block = np.full(n, -1, dtype=np.int64)
    clusters: dict[int, list[int]] = {}
    for i in many.tolist():
        clusters.setdefault(_root(parent, i), []).append(i)
    sizes: list[int] = []
    for cluster in clusters.values():
        left = sorted(cluster, key=lambda i: (-int(votes.votes_per_person[i]), i))
        for _ in range(LEADERS):
            if len(left) <= CAP:
                break
            like = _like(votes.indptr, votes.columns, votes.values, np.array(left))
            members = [i for i, yes in zip(left, like, strict=True) if yes]
            if len(members) > CAP:
                block[members] = len(sizes)
                sizes.append(len(members))
            left = [i for i, yes in zip(left, like, strict=True) if not yes]
    counts = np.array(sizes, dtype=np.int64)
    weights = np.ones(n)
    inside = block >= 0
    weights[inside] = CAP / counts[block[inside]] if inside.any() else 1.0
    kept = np.ones(n, dtype=bool)
    for number in range(len(sizes)):
        inside_it = np.flatnonzero(block == number)
        most = np.lexsort((inside_it, -votes.votes_per_person[inside_it]))
        kept[inside_it[most[CAP:]]] = False
    return Collapsed(weights, block, counts, kept)


def spokespeople(
    membership: Floats, weights: Floats, verified: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Who speaks a group's veto over common ground (D3).

    Parameters
    ----------
    membership : float64 [n, k]
    weights : float64 [n]
    verified : bool [n]

    Returns
    -------
    speaking : float64 [n, k]
        Weight of each person in the veto of each group: all members, or only the verified ones
        where the group is small (less than ``SMALL`` of the weight) or lopsided (the odds of being
        unverified are more than ``LOPSIDED`` times those of everybody else).
    veto : bool [k]
        False for small or lopsided groups without ``VETO`` verified people (more where the smallest
        group is larger). Never all
        False: where no group has verified people, the largest keeps its veto.

    Examples
    --------
    >>> sides = np.repeat([[1.0, 0.0], [0.0, 1.0]], [90, 10], axis=0)
    >>> spokespeople(sides, np.ones(100), np.arange(100) < 90)[1].tolist()
    [True, False]
    >>> spokespeople(sides, np.ones(100), np.arange(100) > 50)[1].tolist()
    [True, True]
    """
    inside = membership * weights[:, None]
    mass = inside.sum(axis=0)
    enough = max(VETO, smallest_group(int((weights > 0).sum())))
    heard = inside * verified[:, None]
    known, unknown = heard.sum(axis=0), mass - heard.sum(axis=0)
    others_known = known.sum() - known
    others_unknown = unknown.sum() - unknown
    # Half a person on each side keeps the odds finite; few expected verified people say nothing.
    odds = (unknown + 0.5) * (others_known + 0.5) / ((known + 0.5) * (others_unknown + 0.5))
    expected = mass * others_known / np.maximum(others_known + others_unknown, 1e-12)
    lopsided = (odds > LOPSIDED) & (expected >= 2 * enough)
    doubted = (mass < SMALL * max(float(mass.sum()), 1e-300)) | lopsided
    people = (membership * (verified & (weights > 0))[:, None]).sum(axis=0)
    veto = ~doubted | (people >= enough)
    if not veto.any():
        veto[int(np.argmax(mass))] = True
    return np.where((doubted & (people >= enough))[None, :], heard, inside), veto


def shared(votes: VoteMatrix, people: NDArray[np.bool_], most: int = 10) -> NDArray[np.int64]:
    """The statements most agreed with, by the lower end of a rough interval of the plain share.

    No groups and no model: a few organised people cannot change it much.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays([0, 1, 2, 0, 1, 2], list("aaabbb"), [1, 1, 1, -1, -1, 1])
    >>> shared(votes, np.ones(3, dtype=bool), most=1).tolist()
    [0]
    """
    here = people[votes.rows]
    cast = np.bincount(votes.columns[here], minlength=votes.m)
    yes = np.bincount(votes.columns[here & (votes.values > 0)], minlength=votes.m)
    share = (yes + 1.0) / (cast + 2.0)
    low = share - 2.0 * np.sqrt(share * (1.0 - share) / (cast + 3.0))
    low[~votes.shown | (cast == 0)] = -1.0
    return np.argsort(-low, kind="stable")[:most].astype(np.int64)


def refusing(
    votes: VoteMatrix, columns: NDArray[np.int64] | list[int], part: float = CONCERTED[0][0]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who answered enough of these statements, and who of them disagreed with such a part.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays([0] * 4 + [1] * 4, [1, 2, 3, 4] * 2, [-1] * 4 + [1] * 4)
    >>> [who.tolist() for who in refusing(votes, [0, 1, 2, 3])]
    [[True, True], [True, False]]
    """
    inside = np.zeros(votes.m, dtype=bool)
    inside[columns] = True
    among = inside[votes.columns]
    answered = np.bincount(votes.rows[among], minlength=votes.n)
    against = np.bincount(votes.rows[among & (votes.values < 0)], minlength=votes.n)
    able = answered >= ANSWERED
    return able, able & (against >= part * answered)


def concerted(
    votes: VoteMatrix, verified: NDArray[np.bool_], columns: NDArray[np.int64] | list[int]
) -> float | None:
    """The part of what everybody shares that too many refuse for chance; None: nothing to look at.

    Parameters
    ----------
    votes : VoteMatrix
    verified : bool [n]
    columns : positions of statements
        The common ground of verified people; where these are too few, that of everybody.

    Returns
    -------
    float or None
        A part of ``CONCERTED`` that is refused by more unverified people than its share, by at least
        four, and ``RARELY`` times as often as among verified people.
    """
    inside = np.zeros(votes.m, dtype=bool)
    inside[columns] = True
    for part, usual, of_others in CONCERTED:
        able, refused = refusing(votes, columns, part)
        unknown, known = able & ~verified, able & verified
        count = int((refused & unknown).sum())
        if count <= CAP:
            continue
        side = verified if known.any() else np.ones(votes.n, dtype=bool)
        said = votes.values[inside[votes.columns] & side[votes.rows]]
        usual = max(usual, of_others * (1.0 - float((said > 0).mean())))
        share = count / int(unknown.sum())
        among = (float((refused & known).sum()) + 0.5) / (float(known.sum()) + 1.0)
        if share > usual and (not known.any() or share > RARELY * among):
            return part
    return None


def doubted(
    votes: VoteMatrix, verified: NDArray[np.bool_], columns: NDArray[np.int64] | list[int]
) -> Floats:
    """What unverified people count who refuse what verified people share (D4), float64 [n].

    1 for everybody unless it is ``concerted``; then those who do count together for as many as
    among verified people, and at least for one.
    """
    out = np.ones(votes.n)
    part = concerted(votes, verified, columns)
    if part is None:
        return out
    able, refused = refusing(votes, columns, part)
    known = able & verified
    if not known.any():
        return out  # nobody is vouched for, so nobody can be measured by them
    who = refused & ~verified
    expected = int((able & ~verified).sum()) * float((refused & known).sum()) / int(known.sum())
    out[who] = min(1.0, max(1.0, expected) / int(who.sum()))
    return out


def alarm(without: tuple[str, ...], with_: tuple[str, ...], concerted: float | None = None) -> bool:
    """Whether a person should look: the results differ too much.

    Either the defences changed at least ``DIFFERENT`` places of the top ten, or too many people
    refuse what everybody shares (``concerted``).

    Examples
    --------
    >>> alarm(("a", "b", "c", "d"), ("d", "c", "b", "a")), alarm(tuple("abcde"), tuple("vwxyz"))
    (False, True)
    """
    return concerted is not None or len(set(without) - set(with_)) >= DIFFERENT


def _root(parent: NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        i = int(parent[i])
    return i


@njit(cache=True, nogil=True)
def _compare(indptr, columns, values, one, two):  # type: ignore[no-untyped-def]
    a, b = indptr[one], indptr[two]
    common = same = 0
    while a < indptr[one + 1] and b < indptr[two + 1]:
        if columns[a] < columns[b]:
            a += 1
        elif columns[b] < columns[a]:
            b += 1
        else:
            common += 1
            same += values[a] == values[b]
            a += 1
            b += 1
    return common, same


@njit(cache=True, nogil=True)
def _alike(indptr, columns, values, one, two):  # type: ignore[no-untyped-def]
    """Near-identical? Stops as soon as too many answers differ."""
    a, b = indptr[one], indptr[two]
    end_a, end_b = indptr[one + 1], indptr[two + 1]
    allowed = (1.0 - ALIKE) * min(end_a - a, end_b - b) + 1e-9
    common = different = 0
    while a < end_a and b < end_b:
        if columns[a] < columns[b]:
            a += 1
        elif columns[b] < columns[a]:
            b += 1
        else:
            common += 1
            if values[a] != values[b]:
                different += 1
                if different > allowed:
                    return False
            a += 1
            b += 1
    return common >= COMMON and different <= (1.0 - ALIKE) * common + 1e-9


@njit(cache=True, nogil=True)
def _keys(indptr, columns, values, people, rank, keys):  # type: ignore[no-untyped-def]
    """The answers to the first statements of a random order that each person voted on."""
    width = keys.shape[1]
    for p in range(len(people)):
        i = people[p]
        for t in range(indptr[i], indptr[i + 1]):
            token = rank[np.int64(columns[t])] * 3 + values[t] + 1
            if token >= keys[p, width - 1]:
                continue
            at = width - 1
            while at > 0 and keys[p, at - 1] > token:
                keys[p, at] = keys[p, at - 1]
                at -= 1
            keys[p, at] = token


@njit(cache=True, nogil=True)
def _link(indptr, columns, values, order, window, parent):  # type: ignore[no-untyped-def]
    """Join near-identical neighbours of a sorted order into clusters."""
    for a in range(len(order)):
        one = order[a]
        for b in range(a + 1, min(a + 1 + window, len(order))):
            two = order[b]
            x = one
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            y = two
            while parent[y] != y:
                parent[y] = parent[parent[y]]
                y = parent[y]
            if x != y and _alike(indptr, columns, values, one, two):
                parent[max(x, y)] = min(x, y)


@njit(cache=True, nogil=True)
def _like(indptr, columns, values, people):  # type: ignore[no-untyped-def]
    """Who is near-identical to the first; that one is to itself."""
    out = np.zeros(len(people), dtype=np.bool_)
    out[0] = True
    for p in range(1, len(people)):
        out[p] = _alike(indptr, columns, values, people[0], people[p])
    return out
