"""Two rounds of one dialogue side by side: what changed, as far as the published figures tell.

Only figures under the small-cell rule go in (``PublishedMap`` of each round), so the comparison
tells nothing that the two results did not. A change is called one only where the two intervals do
not touch; else the words are "no sure change", also where the numbers differ. People of the two
rounds are not matched: whether the same people changed their mind or others came, nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from baithak.report.disclosure import HIDDEN, PublishedMap, PublishedStatement, Share
from baithak.report.words import Words

__all__ = [
    "ChannelRow",
    "Ground",
    "Rounds",
    "StatementRow",
    "agreement",
    "compare",
    "describe",
]

Change = Literal["more", "less", "unsure", "unknown"]
Ground = Literal["kept", "new", "lost", "never", "unknown"]


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """People who came in one way, rounded, in both rounds; None where it is not shown."""

    channel: str
    first: int | None
    second: int | None


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One statement that was asked in both rounds.

    ``first`` and ``second`` are its ids; ``text`` the second round's. ``agree_first`` and
    ``agree_second`` tell the agreement of everybody (see ``agreement``). ``ground``: whether it
    stood among the common ground, on either side, before and now; ``ground_sure`` that more than
    the order of a list changed: the two intervals do not touch. ``divided`` the same for the
    statements that divide, with ``gap_first`` and ``gap_second``.
    """

    first: str
    second: str
    text: str
    agree_first: Share
    agree_second: Share
    agreement: Change
    ground: Ground
    ground_sure: bool
    divided: Ground
    gap_first: float | None
    gap_second: float | None


@dataclass(frozen=True, slots=True)
class Rounds:
    """The comparison. ``statements`` are in the second round's order, sure changes first.

    ``only_first`` and ``only_second`` are ids of statements without a partner.
    """

    participants: tuple[int | None, int | None]
    channels: tuple[ChannelRow, ...]
    groups: tuple[int, int]
    statements: tuple[StatementRow, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    def ground(self, kind: Ground) -> tuple[StatementRow, ...]:
        """Statements whose common ground was kept, lost or is new."""
        return tuple(row for row in self.statements if row.ground == kind)

    @property
    def sure(self) -> tuple[StatementRow, ...]:
        """Statements on which agreement surely changed."""
        return tuple(row for row in self.statements if row.agreement in {"more", "less"})


def compare(
    first: PublishedMap,
    second: PublishedMap,
    matching: Mapping[str, str],
    *,
    channels: tuple[Mapping[str, int], Mapping[str, int]] | None = None,
) -> Rounds:
    """Compare two rounds.

    Parameters
    ----------
    first, second : PublishedMap
    matching : mapping of statement id in the first round to its id in the second
        Pairs of which one is not published are passed over.
    channels : two mappings of channel to rounded number of people, optional
        As they were published with each round.

    Returns
    -------
    Rounds
    """
    before = {s.id: s for s in first.statements}
    now = {s.id: s for s in second.statements}
    pairs = {b: a for a, b in matching.items() if a in before and b in now}
    rows = [_row(first, second, before[pairs[s.id]], s) for s in second.statements if s.id in pairs]
    rows.sort(key=lambda row: row.agreement not in {"more", "less"})
    ways_first, ways_second = channels if channels is not None else ({}, {})
    return Rounds(
        (first.participants, second.participants),
        tuple(
            ChannelRow(way, ways_first.get(way), ways_second.get(way))
            for way in dict.fromkeys((*ways_first, *ways_second))
        ),
        (len(first.groups), len(second.groups)),
        tuple(rows),
        tuple(s.id for s in first.statements if s.id not in set(pairs.values())),
        tuple(s.id for s in second.statements if s.id not in pairs),
    )


def agreement(told: PublishedMap, statement: PublishedStatement) -> Share:
    """Agreement of everybody, from what is published.

    Where groups are shown, everybody's share is not (it would be a margin): then it is put together
    from the shown groups by their shown sizes, with the ends of their intervals, so it is wider than
    a share that was counted. ``hidden`` where the share of a shown group is.
    """
    if statement.everybody is not None:
        return statement.everybody.agree
    cells = [(g.size, statement.by_group[g.id].agree) for g in told.groups
             if g.id in statement.by_group]  # fmt: skip
    people = sum(size for size, _ in cells)
    if not cells or len(cells) < len(told.groups) or not people:
        return HIDDEN
    low = high = point = 0.0
    for size, side in cells:
        if side.low is None or side.high is None or side.point is None:
            return HIDDEN
        low += size * side.low
        high += size * side.high
        point += size * side.point
    return Share(
        "about",
        round(point / people, 2),
        math.floor(100 * low / people + 1e-9) / 100,
        math.ceil(100 * high / people - 1e-9) / 100,
    )


def _row(
    first: PublishedMap, second: PublishedMap, was: PublishedStatement, now: PublishedStatement
) -> StatementRow:
    one, two = agreement(first, was), agreement(second, now)
    ground_before = was.id in first.common_ground or was.id in first.no_ground
    ground_now = now.id in second.common_ground or now.id in second.no_ground
    known = was.common_ground.kind != "hidden" and now.common_ground.kind != "hidden"
    sides = (
        (was.common_ground_no, now.common_ground_no)
        if was.id in first.no_ground or now.id in second.no_ground
        else (was.common_ground, now.common_ground)
    )
    ground = _kept(ground_before, ground_now) if known else "unknown"
    divided_known = was.votes is not None and now.votes is not None
    return StatementRow(
        first=was.id,
        second=now.id,
        text=now.text,
        agree_first=one,
        agree_second=two,
        agreement=_change(one, two),
        ground=ground,
        ground_sure=ground in {"new", "lost"} and _change(*sides) in {"more", "less"},
        divided=_kept(was.id in first.dividing, now.id in second.dividing)
        if divided_known
        else "unknown",
        gap_first=was.gap,
        gap_second=now.gap,
    )


def _change(one: Share, two: Share) -> Change:
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return "unknown"
    if two.low > one.high:
        return "more"
    return "less" if two.high < one.low else "unsure"


def _kept(before: bool, now: bool) -> Ground:
    if before:
        return "kept" if now else "lost"
    return "new" if now else "never"


def describe(row: StatementRow, say: Words) -> tuple[str, ...]:
    """What changed about a statement, in sentences of the reader's language."""
    _ = say.gettext
    shares = {"first": say.share(row.agree_first), "second": say.share(row.agree_second)}
    told: Sequence[str] = {
        "more": [_("More people agree than before: %(second)s now, %(first)s then.") % shares],
        "less": [_("Fewer people agree than before: %(second)s now, %(first)s then.") % shares],
        "unsure": [_("No sure change: %(second)s agree now, %(first)s then.") % shares],
        "unknown": [_("Agreement cannot be compared: too few answered in one of the rounds.")],
    }[row.agreement]
    out = list(told)
    if row.ground == "kept":
        out.append(_("It was common ground and still is."))
    elif row.ground == "lost":
        out.append(
            _("It was common ground and surely is no longer.")
            if row.ground_sure
            else _("It was common ground and no longer stands in the list; the change is not sure.")
        )
    elif row.ground == "new":
        out.append(
            _("It has become common ground.")
            if row.ground_sure
            else _("It now stands in the list of common ground; the change is not sure.")
        )
    if row.divided == "kept":
        out.append(_("It divided people and still does."))
    elif row.divided == "lost":
        out.append(_("It no longer stands among what divides people."))
    elif row.divided == "new":
        out.append(_("It now stands among what divides people."))
    return tuple(out)
