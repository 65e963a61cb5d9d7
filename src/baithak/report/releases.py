"""The gate between what was published before and what may be published now (R7, R9).

Today's figures minus yesterday's tell how the newcomers voted. ``releasable`` therefore goes through
a new map statement by statement: a row gets its new figures only if, for who subtracts the last
published ones, at least ``k`` people surely voted anew in every shown group, and those of them who
agree, disagree and pass are each either surely ``k`` or left ``k`` possible numbers. Else the row
keeps its old figures. Group sizes are kept or renewed together, since they add up.

Where the shown groups are others than before (one more, or none), rows cannot be kept; those that
would tell too much by their sums are hidden until enough people voted on them.

``beside`` is the same gate sideways: a result of some of the people (without the open link, say)
next to the result of all, where the difference would tell of the others.

Only published figures go in, so anybody can check what the gate did, and nothing leaks through it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from baithak.report.disclosure import (
    BASE,
    HIDDEN,
    PublishedCell,
    PublishedDefence,
    PublishedGroup,
    PublishedMap,
    PublishedStatement,
    Share,
    ranked,
    span,
)

__all__ = ["beside", "releasable"]

Ends = tuple[float, float]


def releasable(
    now: PublishedMap, earlier: Iterable[PublishedMap], *, new: int
) -> PublishedMap | None:
    """The map to publish after earlier ones; None if there is nothing new to publish yet.

    Parameters
    ----------
    now : PublishedMap
        The map of today's votes.
    earlier : iterable of PublishedMap
        What was published before, newest first. Read no further than needed: the first, and more
        only for statements that are hidden in it.
    new : int
        How many people came since the last one, exactly. Below ``k`` nothing is published.

    Returns
    -------
    PublishedMap or None
        Where the smallest cell has grown since (a dialogue was flagged tense), old figures are
        hidden rather than kept.
    """
    if now.too_few:
        return None
    past = iter(earlier)
    last = next(past, None)
    if last is None or last.too_few:
        return now
    k = max(last.k, now.k)
    if new < k:
        return None
    older = _Older(last, past)
    statements = []
    for row in now.statements:
        was, alike = (None, False) if row.votes is None else older.row(row.id, _shape(now))
        alike = alike and last.k >= now.k
        if was is None or _enough(was, row, k, alike=alike):
            statements.append(row)
        elif alike:
            statements.append(_kept(was, row))
        else:
            statements.append(_hidden(row))
    agreed, refused, dividing = ranked(statements)
    groups = now.groups
    if _shape(now) == _shape(last):
        groups = _groups(last, now, k)
    return replace(
        now,
        groups=groups,
        defence=_defence(last, now, k),
        statements=tuple(statements),
        votes=sum(s.votes or 0 for s in statements) or None,
        common_ground=agreed,
        no_ground=refused,
        dividing=dividing,
    )


def beside(part: PublishedMap, whole: PublishedMap, *, others: int) -> PublishedMap | None:
    """A result of some people to be shown next to the result of all; None if it may not be.

    ``others`` is how many people are in the whole and not in the part, exactly: below ``k`` (and
    above 0) the part is not shown. Statements on which the difference would tell of them are
    hidden in the part.
    """
    k = max(part.k, whole.k)
    if 0 < others < k or part.too_few or whole.too_few:
        return None
    if not others:
        return part
    rows = {s.id: s for s in whole.statements}
    statements = [
        row
        if row.id in rows and _enough(row, rows[row.id], k, alike=_shape(part) == _shape(whole))
        else _hidden(row)
        for row in part.statements
    ]
    agreed, refused, dividing = ranked(statements)
    return replace(
        part,
        statements=tuple(statements),
        votes=sum(s.votes or 0 for s in statements) or None,
        common_ground=agreed,
        no_ground=refused,
        dividing=dividing,
    )


class _Older:
    """Earlier maps, read back only as far as a statement asks for that the last one does not show."""

    def __init__(self, last: PublishedMap, past: Iterable[PublishedMap]) -> None:
        self.past = iter(past)
        self.read: list[tuple[tuple[str, ...], dict[str, PublishedStatement]]] = []
        self._add(last)

    def _add(self, told: PublishedMap) -> None:
        self.read.append((_shape(told), {s.id: s for s in told.statements}))

    def row(self, name: str, shape: tuple[str, ...]) -> tuple[PublishedStatement | None, bool]:
        """The latest published row of a statement, and whether it is of the same groups."""
        at = 0
        while True:
            if at == len(self.read):
                older = next(self.past, None)
                if older is None:
                    return None, False
                self._add(older)
            then, rows = self.read[at]
            if name in rows and rows[name].votes is not None:
                return rows[name], then == shape and at == 0
            at += 1


def _shape(told: PublishedMap) -> tuple[str, ...]:
    return tuple(sorted(g.id for g in told.groups))


def _enough(was: PublishedStatement, now: PublishedStatement, k: int, *, alike: bool) -> bool:
    """Whether the difference of two rows tells of nobody: by group where these are the same."""
    if alike and was.by_group:
        return all(
            _tells_nothing([was.by_group[g]], [now.by_group[g]], k)
            for g in now.by_group
            if g in was.by_group
        )
    return _tells_nothing(_cells(was), _cells(now), k)


def _cells(row: PublishedStatement) -> list[PublishedCell]:
    return [row.everybody] if row.everybody is not None else list(row.by_group.values())


#: Voters, the three answers, and the sums that a share leaves when it is taken from the votes.
_SUMS = {"n": "adp", "a": "a", "d": "d", "p": "p", "dp": "dp", "ap": "ap", "ad": "ad"}


def _tells_nothing(was: list[PublishedCell], now: list[PublishedCell], k: int) -> bool:
    """Whether newcomers cannot be told from two sums of cells.

    No number may fall back behind what was known to be reached before: with the release after, both
    together would tell more than each.
    """
    before, after = _sum([_ends(c, k) for c in was]), _sum([_ends(c, k) for c in now])
    if any(after[name][0] < before[name][0] - 1e-9 for name in _SUMS):
        return False
    least = {name: max(0.0, after[name][0] - before[name][1]) for name in _SUMS}
    for part in ("n", "a", "d", "p"):
        # Those who answered so are no more than any sum they are in, less what is sure of the others.
        sums = {"n": "n"} if part == "n" else {s: i for s, i in _SUMS.items() if part in i}
        most = min(
            after[name][1]
            - before[name][0]
            - sum(least[other] for other in inside if other != part)
            for name, inside in sums.items()
        )
        room = math.floor(most + 1e-9) - math.ceil(least[part] - 1e-9) + 1
        if least[part] < k and room < k:
            return False
    return True


def _sum(cells: list[dict[str, Ends]]) -> dict[str, Ends]:
    return {
        name: (sum(c[name][0] for c in cells), sum(c[name][1] for c in cells)) for name in _SUMS
    }


def _ends(cell: PublishedCell, k: int) -> dict[str, Ends]:
    """The least and the most people in each sum of answers, as all can know."""
    if cell.votes is None:
        return dict.fromkeys(_SUMS, (0.0, k - 1.0))
    told: dict[str, list[float]] = {name: [] for name in _SUMS}
    low, high = span(cell.votes, BASE, k)
    for votes in range(low, high + 1):
        yes = _side(cell.agree, cell.votes, votes, k)
        no = _side(cell.disagree, cell.votes, votes, k)
        told["n"].append(votes)
        told["a"] += [yes[0], max(0.0, min(yes[1], votes - no[0]))]
        told["d"] += [no[0], max(0.0, min(no[1], votes - yes[0]))]
        told["p"] += [max(0.0, votes - yes[1] - no[1]), max(0.0, votes - yes[0] - no[0])]
        told["dp"] += [max(0.0, votes - yes[1]), votes - yes[0]]
        told["ap"] += [max(0.0, votes - no[1]), votes - no[0]]
        told["ad"] += [yes[0] + no[0], min(votes, yes[1] + no[1])]
    return {name: (min(values), max(values)) for name, values in told.items()}


def _side(told: Share, shown: int, votes: int, k: int) -> Ends:
    """What a share leaves open if the votes that are shown as ``shown`` are ``votes``."""
    if told.kind == "about" and told.value is not None:
        near = round(told.value * shown / BASE) * BASE
        low, high = ((near + half) / shown * votes for half in (-BASE / 2, BASE / 2))
        return max(float(k), low), max(float(k), min(votes - k, high))
    if told.kind in {"under", "few"}:
        return 0.0, max(k - 1.0, 0.05 * votes if told.kind == "few" else 0.0)
    if told.kind in {"over", "most"}:
        return votes - max(k - 1.0, 0.05 * votes if told.kind == "most" else 0.0), float(votes)
    return 0.0, float(votes)


def _kept(was: PublishedStatement, now: PublishedStatement) -> PublishedStatement:
    """Yesterday's figures under today's words."""
    return replace(was, text=now.text)


def _hidden(row: PublishedStatement) -> PublishedStatement:
    """A row of which nothing is told but its words."""
    nothing = PublishedCell(None, HIDDEN, HIDDEN)
    return replace(
        row,
        votes=None,
        everybody=None if row.everybody is None else nothing,
        by_group=dict.fromkeys(row.by_group, nothing),
        common_ground=HIDDEN,
        common_ground_no=HIDDEN,
        gap=None,
        divisiveness=None,
        depth=None,
        disagreement=None,
        bridging=None,
        representative_of=(),
    )


def _groups(last: PublishedMap, now: PublishedMap, k: int) -> tuple[PublishedGroup, ...]:
    """Groups with new sizes, or with the old ones where a difference would be of few people."""
    old = {g.id: g for g in last.groups}
    if all(span(g.size, BASE)[0] - span(old[g.id].size, BASE)[1] >= k for g in now.groups):
        return now.groups
    return tuple(
        replace(g, size=old[g.id].size, share=old[g.id].share, sure=old[g.id].sure)
        for g in now.groups
    )


def _defence(last: PublishedMap, now: PublishedMap, k: int) -> PublishedDefence | None:
    if now.defence is None or last.defence is None:
        return now.defence
    before, after = last.defence.collapsed_people, now.defence.collapsed_people
    if before is None or after is None or abs(after - before) >= k + BASE:
        return now.defence
    return replace(now.defence, collapsed_people=before)
