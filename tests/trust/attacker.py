"""Somebody who has everything that was published, and linear programmes (T27).

Numbers of people are unknowns; each published figure is one or two inequalities between them, as
the public code makes it from a count. For every cell below k the least and the greatest value that
fit all figures are sought. A cell is found ``exact`` where one whole number is left, ``narrow``
where fewer than k are. The attacker is stronger than any real one: the rounding that was chosen is
known to them, and shares count as if they were of people who voted, not of what a model expects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from baithak.engine.opinion.results import OpinionMap
from baithak.report import disclosure
from baithak.report.disclosure import PublishedCell, PublishedMap, Share, round_to, span
from baithak.report.voices import PublishedVoices

Line = dict[str, float]


@dataclass
class Found:
    """What an attack found: cells looked at, and those that were told too exactly."""

    looked: int = 0
    exact: list[str] = field(default_factory=list)
    narrow: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.looked += other.looked
        self.exact += other.exact
        self.narrow += other.narrow

    @property
    def safe(self) -> bool:
        return not self.exact and not self.narrow


class System:
    """Unknown numbers of people, at least 0, and what is known of them."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.rows: list[tuple[Line, float]] = []

    def between(self, line: Line, low: float | None, high: float | None) -> None:
        """``low <= line <= high``."""
        for name in line:
            self.names.setdefault(name, len(self.names))
        if high is not None:
            self.rows.append((line, high))
        if low is not None:
            self.rows.append(({name: -x for name, x in line.items()}, -low))

    def ends(self, line: Line) -> tuple[float, float]:
        """The least and the greatest value of a sum that fits everything known."""
        width = len(self.names)
        left = np.zeros((len(self.rows), width))
        for i, (row, _) in enumerate(self.rows):
            for name, x in row.items():
                left[i, self.names[name]] += x
        right = np.array([limit for _, limit in self.rows])
        goal = np.zeros(width)
        for name, x in line.items():
            goal[self.names[name]] += x
        out = []
        for sign in (1, -1):
            told = linprog(sign * goal, A_ub=left, b_ub=right + 1e-9, method="highs")
            if told.status == 3:  # without an end
                out.append(sign * -math.inf)
                continue
            assert told.status == 0, f"what is published contradicts itself: {told.message}"
            out.append(sign * told.fun)
        return out[0], out[1]

    def look(self, found: Found, name: str, line: Line, true: float, k: int) -> None:
        """Seek a cell that holds ``true`` people, if they are fewer than k."""
        if true >= k - 1e-9:
            return
        low, high = self.ends(line)
        assert low - 1e-6 <= true <= high + 1e-6, (name, low, true, high)
        found.looked += 1
        left = math.floor(high + 1e-6) - math.ceil(max(0.0, low) - 1e-6) + 1
        if left <= 1:
            found.exact.append(f"{name}: {true:g} in {low:.2f} to {high:.2f}")
        elif left < k:
            found.narrow.append(f"{name}: {true:g} in {low:.2f} to {high:.2f}")


def know_share(
    system: System, side: Share, votes: int, base: int, part: str, whole: str, true: float,
    all_: float, k: int,
) -> None:  # fmt: skip
    """A published share of ``part`` in ``whole``; the true numbers only tell which bound was meant."""
    if side.kind == "about" and side.value is not None:
        step = [m * base for m in range(votes // base + 2)
                if abs(m * base / votes - side.value) <= 0.005 + 1e-9]  # fmt: skip
        low, high = (min(step) - base / 2) / votes, (max(step) + base / 2) / votes
        system.between({part: 1, whole: -low}, 0, None)
        system.between({part: 1, whole: -high}, None, 0)
        system.between({part: 1}, min(k, true), None)
        system.between({whole: 1, part: -1}, min(k, all_ - true), None)
    elif side.kind == "under" or (side.kind == "few" and (side.high or 0) > 0.05):
        system.between({part: 1}, None, max(k - 1, true))
    elif side.kind == "over" or (side.kind == "most" and (side.low or 1) < 0.95):
        system.between({whole: 1, part: -1}, None, max(k - 1, all_ - true))
    elif side.kind == "most":
        system.between({part: 1, whole: -0.95}, 0, None)
    elif side.kind == "few":
        system.between({part: 1, whole: -0.05}, None, 0)


@dataclass(frozen=True)
class Truth:
    """What really is in a cell: votes, and of them agreeing and disagreeing."""

    n: float
    a: float
    d: float

    @property
    def p(self) -> float:
        return self.n - self.a - self.d

    def base(self, k: int) -> int:
        """The rounding that was chosen for this cell."""
        from baithak.engine.opinion.results import GroupView, Interval

        yes, no = (x / self.n if self.n else 0.0 for x in (self.a, self.d))
        sides = [Interval(v, v, v) for v in (yes, no)]
        view = GroupView(int(self.n), int(self.a), int(self.d), int(self.p), *sides)
        return disclosure._cell_base(view, k) or disclosure.BASE


def know_cell(system: System, mark: str, cell: PublishedCell, true: Truth, k: int) -> None:
    """A cell of a table: names ``n``, ``a``, ``d`` and ``p`` with the mark."""
    n, a, d, p = (f"{x}{mark}" for x in "nadp")
    system.between({n: 1, a: -1, d: -1, p: -1}, 0, 0)
    if cell.votes is None:
        system.between({n: 1}, 0, k - 1)
        return
    system.between({n: 1}, *span(cell.votes, disclosure.BASE, k))
    base = true.base(k)
    know_share(system, cell.agree, cell.votes, base, a, n, true.a, true.n, k)
    know_share(system, cell.disagree, cell.votes, base, d, n, true.d, true.n, k)


def truths(result: OpinionMap, name: str) -> dict[str, Truth]:
    """By group; shares count as people."""
    row = next(s for s in result.statements if s.id == name)
    return {
        g: Truth(v.votes, v.agree.value * v.votes, v.disagree.value * v.votes)
        for g, v in row.by_group.items()
    }


def everybody(result: OpinionMap, name: str) -> Truth:
    """All together, as ``disclosure`` works them out."""
    row = next(s for s in result.statements if s.id == name)
    no = sum(
        g.share * row.by_group[g.id].disagree.value for g in result.groups if g.id in row.by_group
    )
    no = max(0.0, min(no, 1 - row.agree.value))
    return Truth(row.votes, row.agree.value * row.votes, no * row.votes)


def know_people(system: System, result: OpinionMap, told: PublishedMap) -> None:
    """Sizes of groups, their shares, how many are sure, and the people of no shown group."""
    k = told.k
    system.between({"N": 1}, *span(told.participants or 0, disclosure.BASE, k))
    shown = {g.id: g for g in result.groups}
    base = disclosure._shown_groups(result, k)[1] if told.groups else disclosure.BASE
    for group in told.groups:
        true, size = shown[group.id], f"s{group.id}"
        system.between({size: 1}, *span(group.size, base, 2 * k))
        system.between({f"u{group.id}": 1, f"y{group.id}": 1, size: -1}, 0, 0)
        know_share(
            system, group.sure, round_to(true.size, base), base, f"y{group.id}", size,
            true.sure, true.size, k,
        )  # fmt: skip
        if result.weights is not None:
            continue  # a share of the city, not of the people here
        exact = true.share * result.participants
        if abs(exact - true.size) < 1e-6 and group.share.kind == "about":
            # Only if the published share were of the exact size: it is one of rounded counts.
            value = round_to(true.size, base) / (told.participants or 1)
            assert abs(group.share.value - value) <= 0.5 / (told.participants or 1) * base + 0.01
    rest: Line = {"N": 1, **{f"s{g.id}": -1 for g in told.groups}, "r": -1}
    system.between(rest, 0, 0)
    if told.groups:
        system.between({"r": 1}, 1 if told.others else 0, None if told.others else 0)


def attack(result: OpinionMap, told: PublishedMap) -> Found:
    """Everything in one published map."""
    found, k = Found(), told.k
    if told.too_few:
        return found
    people = System()
    know_people(people, result, told)
    by_id = {g.id: g for g in result.groups}
    for group in told.groups:
        true = by_id[group.id]
        people.look(found, f"unsure of {group.id}", {f"u{group.id}": 1}, true.size - true.sure, k)
        people.look(found, f"sure of {group.id}", {f"y{group.id}": 1}, true.sure, k)
    if told.groups and told.others:
        others = result.participants - sum(by_id[g.id].size for g in told.groups)
        people.look(found, "others", {"r": 1}, others, k)
    for row in told.statements:
        system = System()
        know_people(system, result, told)
        cells = dict(row.by_group)
        true_of = truths(result, row.id)
        if row.everybody is not None:
            cells, true_of = {"*": row.everybody}, {"*": everybody(result, row.id)}
            system.between({"n*": 1, "N": -1}, None, 0)
        for g, cell in cells.items():
            know_cell(system, g, cell, true_of[g], k)
            if g != "*":
                system.between({f"n{g}": 1, f"s{g}": -1}, None, 0)
        for g in cells:
            for part, true in zip("nadp", (true_of[g].n, true_of[g].a, true_of[g].d, true_of[g].p),
                                  strict=True):  # fmt: skip
                system.look(found, f"{part}{g} of {row.id}", {f"{part}{g}": 1}, true, k)
    return found


def attack_voices(counts: dict[str, int], total: int, told: PublishedVoices) -> Found:
    """One table of a declared question, with those who said nothing."""
    found, k = Found(), told.k
    if told.total is None:
        return found
    system = System()
    system.between({"N": 1}, *span(told.total, disclosure.BASE, k))
    line: Line = {"N": 1, "silent": -1}
    hidden_all = all(row.count is None for row in told.rows)
    for row in told.rows:
        line[row.category] = -1
        if row.count is not None:
            system.between({row.category: 1}, *span(row.count, row.base, k))
        elif not hidden_all:  # where nothing is shown, nobody knows which of them are small
            system.between({row.category: 1}, 0, k - 1)
    system.between(line, 0, 0)
    for name, count in counts.items():
        system.look(found, name, {name: 1}, count, k)
    silent = total - sum(counts.values())
    system.look(found, "silent", {"silent": 1}, silent, k)
    return found


def attack_releases(history: Sequence[tuple[PublishedMap, dict[str, dict[str, Truth]]]]) -> Found:
    """Rows of several releases: how did those vote who came between two of them?

    ``history``: each published map and what then was true of each statement by group. People are
    taken to stay in their group and to leave their answers as they are, which helps the attacker.
    A row that kept its figures tells nothing new.
    """
    found = Found()
    names = {s.id for told, _ in history for s in told.statements}
    for name in sorted(names):
        steps: list[tuple[PublishedMap, dict[str, PublishedCell], dict[str, Truth]]] = []
        for told, true_of in history:
            row = next((s for s in told.statements if s.id == name), None)
            if row is None or row.votes is None:
                continue
            cells = {"*": row.everybody} if row.everybody is not None else dict(row.by_group)
            true = true_of[name]
            if "*" in cells:
                true = {"*": Truth(*(sum(getattr(t, x) for t in true.values()) for x in "nad"))}
            if steps and steps[-1][1] == cells:
                continue
            steps.append((told, cells, true))
        if len(steps) < 2:
            continue
        system, k = System(), max(told.k for told, _, _ in steps)
        for t, (told, cells, true) in enumerate(steps):
            for g, cell in cells.items():
                know_cell(system, f"{g}@{t}", cell, true[g], told.k)
        for t in range(1, len(steps)):
            (_, was, then), (_, now, true) = steps[t - 1], steps[t]
            pairs = [([g], [g]) for g in now] if set(was) == set(now) else [(list(was), list(now))]
            for old, new in pairs:
                for part in "nadp":
                    line: Line = {f"{part}{g}@{t}": 1.0 for g in new}
                    line |= {f"{part}{g}@{t - 1}": -1.0 for g in old}
                    came = sum(getattr(true[g], part) for g in new) - sum(
                        getattr(then[g], part) for g in old
                    )
                    if came < -1e-9:
                        continue  # others of before are not shown now: no number of newcomers
                    if set(was) == set(now):
                        system.between(line, 0, None)
                    system.look(found, f"{part} of {name}, {'+'.join(new)}, {t}", line, came, k)
    return found


def attack_table(
    cells: np.ndarray, shown: np.ndarray, rows: np.ndarray, columns: np.ndarray, base: int, k: int
) -> Found:
    """A two-way table with margins: what is hidden (NaN in ``shown``) and what may be known of it."""
    found, system = Found(), System()
    for (i, j), count in np.ndenumerate(shown):
        ends = (0, k - 1) if np.isnan(count) else span(int(count), base, k)
        system.between({f"{i},{j}": 1}, *ends)
    for i, total in enumerate(rows):
        system.between({f"{i},{j}": 1 for j in range(len(columns))}, *span(int(total), base))
    for j, total in enumerate(columns):
        system.between({f"{i},{j}": 1 for i in range(len(rows))}, *span(int(total), base))
    for (i, j), count in np.ndenumerate(cells):
        system.look(found, f"{i},{j}", {f"{i},{j}": 1}, float(count), k)
    return found
