"""From the three tables of a budget election to the election, checking every cell.

Pabulib files, folders of CSV and workbooks hold the same tables: META, PROJECTS and VOTES. Ballots are
grouped by their very text before any of them is looked at, so that a city's hundred thousand
voters cost little more than their different ballots.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from baithak.engine.budget.ballots import Ballot, Heap, canonical
from baithak.engine.budget.election import (
    POINT_TYPES,
    VOTE_TYPES,
    Election,
    Notice,
    Project,
)
from baithak.engine.budget.money import amount
from baithak.engine.budget.problems import Problems

__all__ = ["PABULIB_KEYS", "Line", "Sheet", "assemble"]

#: What the META of a Pabulib file must hold.
PABULIB_KEYS = (
    "description", "country", "unit", "instance", "num_projects", "num_votes", "budget",
    "vote_type", "rule", "date_begin", "date_end",
)  # fmt: skip

_KNOWN = (
    "project_id", "cost", "votes", "score", "name", "category", "target", "selected",
    "latitude", "longitude",
)  # fmt: skip
_WITHDRAWN = Fraction(999_999_999)
_COUNT = re.compile(r"([0-9]{1,15})(?:\.0+)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")

#: A line of META: its row, the key as written, the value.
Line = tuple[int, str, str]


def _no_row(_: int) -> int:
    return 0


@dataclass(slots=True)
class Sheet:
    """One of the tables: ``row_of`` tells the line of the file of the n-th of ``rows``."""

    file: str
    header: list[str]
    header_row: int
    rows: list[list[str]] = field(default_factory=list)
    row_of: Callable[[int], int] = _no_row


class _Reading:
    """What is known while the tables of one election are read."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.notices: list[Notice] = []

    def notice(self, code: str, **params: object) -> None:
        self.notices.append(Notice(code, {k: v for k, v in params.items() if v != ""}))


def assemble(
    meta: Sequence[Line],
    projects: Sheet,
    votes: Sheet,
    problems: Problems,
    *,
    meta_file: str = "",
    keys: Sequence[str] = ("budget", "vote_type"),
    sha256: str = "",
    notices: Sequence[Notice] = (),
) -> Election:
    """The election the tables hold.

    Parameters
    ----------
    meta : sequence of (row, key, value)
    projects, votes : Sheet
    problems : Problems
        Further problems are added to it; with the last table it is asked to stop.
    keys : sequence of str
        Without these in META the election is refused.
    sha256 : str
        Of the file.
    notices : sequence of Notice
        Of the reader so far; put in front.

    Raises
    ------
    EngineError
        See ``pabulib.read_pb``.
    """
    reading = _Reading(problems)
    told = _meta(meta, keys, meta_file, reading)
    budget, vote_type = _essentials(meta, told, meta_file, reading)
    listed = _projects(projects, budget, reading)
    with_points = vote_type in POINT_TYPES
    ids, columns = _voters(votes, with_points, reading)
    heap, group_of = Heap(), np.empty(0, dtype=np.int32)
    if listed and ids:
        group_of = _ballots(votes, columns, listed, vote_type, heap, reading)
    problems.stop()
    _counts(meta, told, len(listed), len(ids), meta_file, reading)
    groups = heap.groups(group_of, with_points=with_points)
    return Election(
        budget=budget,
        projects=tuple(listed),
        vote_type=vote_type,
        starts=groups.starts,
        items=groups.items,
        points=groups.points,
        points_scale=groups.points_scale,
        weights=groups.weights,
        group_of=groups.group_of,
        voter_ids=ids,
        voters={
            name: column
            for name, column in columns.items()
            if name not in {"voter_id", "vote"} and not (name == "points" and with_points)
        },
        meta=told,
        notices=(*notices, *reading.notices),
        sha256=sha256,
    )


def _meta(
    lines: Sequence[Line], keys: Sequence[str], file: str, reading: _Reading
) -> dict[str, str]:
    told: dict[str, str] = {}
    for row, key, value in lines:
        if told.get(key, value) != value:
            if key in PABULIB_KEYS:
                reading.problems.add("budget.key_twice", file=file, row=row, field=key, value=value)
            else:
                reading.notice("budget.key_replaced", file=file, row=row, field=key, value=value)
        told[key] = value
    for key in keys:
        if key not in told:
            reading.problems.add(
                "budget.missing_key",
                file=file,
                row=lines[0][0] if lines else "",
                field=key,
                value=key,
            )
    return told


def _row(lines: Sequence[Line], key: str) -> int:
    return next((row for row, name, _ in lines if name == key), 0)


def _essentials(
    lines: Sequence[Line], told: Mapping[str, str], file: str, reading: _Reading
) -> tuple[Fraction, str]:
    """Budget and kind of vote; what stands in for them is never used, for the problem stops it."""
    budget, vote_type = Fraction(1), told.get("vote_type", "").strip().lower()
    if "budget" in told:
        exact = amount(told["budget"])
        if exact is None:
            reading.problems.add(
                "budget.not_an_amount",
                file=file, row=_row(lines, "budget"), field="budget", value=told["budget"] or "–",
            )  # fmt: skip
        elif not exact:
            reading.problems.add(
                "budget.no_money",
                file=file, row=_row(lines, "budget"), field="budget", value=told["budget"],
            )  # fmt: skip
        budget = exact or budget
    if "vote_type" in told and vote_type not in VOTE_TYPES:
        reading.problems.add(
            "budget.unknown_vote_type",
            file=file, row=_row(lines, "vote_type"), field="vote_type", value=vote_type or "–",
        )  # fmt: skip
    return budget, vote_type


def _columns(sheet: Sheet, wanted: Sequence[str], reading: _Reading) -> list[str] | None:
    """Names of the columns, known ones in lower case; None where a wanted one is missing."""
    names = [name.strip() for name in sheet.header]
    while names and not names[-1]:
        names.pop()
    known = {*_KNOWN, "voter_id", "vote", "points"}
    names = [name.lower() if name.lower() in known else name for name in names]
    fine = True
    for at, name in enumerate(names, start=1):
        if not name:
            reading.problems.add(
                "budget.nameless_column", file=sheet.file, row=sheet.header_row, field=at
            )
            fine = False
        elif name in names[: at - 1]:
            reading.problems.add(
                "budget.column_twice",
                file=sheet.file, row=sheet.header_row, field=at, value=name,
            )  # fmt: skip
            fine = False
    for name in wanted:
        if name not in names:
            reading.problems.add(
                "budget.missing_column",
                file=sheet.file, row=sheet.header_row, field=name, value=", ".join(names[:12]) or "–",
            )  # fmt: skip
            fine = False
    return names if fine else None


def _square(sheet: Sheet, width: int, reading: _Reading) -> None:
    """Rows of one width: blank cells that programs leave off are put back, or off."""
    if {len(row) for row in sheet.rows} <= {width}:
        return
    for at, row in enumerate(sheet.rows):
        if any(cell.strip() for cell in row[width:]):
            reading.problems.add(
                "budget.too_many_cells",
                file=sheet.file, row=sheet.row_of(at), value=len(row), expected=width,
            )  # fmt: skip
        sheet.rows[at] = [*row[:width], *[""] * (width - len(row))]


def _projects(sheet: Sheet, budget: Fraction, reading: _Reading) -> list[Project]:
    names = _columns(sheet, ("project_id", "cost"), reading)
    if names is None:
        return []
    _square(sheet, len(names), reading)
    listed: list[Project] = []
    seen: dict[str, int] = {}
    for at, row in enumerate(sheet.rows):
        cells = dict(zip(names, row, strict=True))
        name = cells["project_id"].strip()
        # Rows are numbers only if something is to be said: looking them up may read the file again.
        if not name:
            reading.problems.add(
                "budget.missing_value", file=sheet.file, row=sheet.row_of(at), field="project_id"
            )
        elif "," in name:
            reading.problems.add(
                "budget.comma_in_id",
                file=sheet.file, row=sheet.row_of(at), field="project_id", value=name,
            )  # fmt: skip
        elif name in seen:
            reading.problems.add(
                "budget.duplicate_project",
                file=sheet.file, row=sheet.row_of(at), field="project_id", value=name,
                first_row=sheet.row_of(seen[name]),
            )  # fmt: skip
        seen.setdefault(name, at)
        listed.append(_project(name, cells, sheet, at, budget, reading))
    if not sheet.rows:
        reading.problems.add("budget.no_projects", file=sheet.file, row=sheet.header_row)
    elif not reading.problems.found and sum(p.cost for p in listed) <= budget:
        reading.notice("budget.everything_fits", file=sheet.file)
    return listed


def _project(
    name: str,
    cells: Mapping[str, str],
    sheet: Sheet,
    at: int,
    budget: Fraction,
    reading: _Reading,
) -> Project:
    cost = amount(cells["cost"])
    if cost is None:
        reading.problems.add(
            "budget.not_an_amount",
            file=sheet.file, row=sheet.row_of(at), field="cost", value=cells["cost"].strip() or "–",
        )  # fmt: skip
        cost = Fraction(0)
    elif cost == _WITHDRAWN:
        reading.notice(
            "budget.withdrawn", file=sheet.file, row=sheet.row_of(at), field="cost", value=name
        )
    elif cost > budget:
        reading.notice(
            "budget.too_dear", file=sheet.file, row=sheet.row_of(at), field="cost", value=name
        )
    extra = {key: value for key, value in cells.items() if key not in _KNOWN and value}

    def optional(key: str, parse: Callable[[str], float | Fraction | None]) -> object:
        text = cells.get(key, "").strip()
        if not text:
            return None
        value = parse(text)
        if value is None:
            reading.notice(
                "budget.unread_cell", file=sheet.file, row=sheet.row_of(at), field=key, value=text
            )
            extra[key] = text
        return value

    return Project(
        id=name,
        cost=cost,
        name=cells.get("name", ""),
        categories=_listed(cells.get("category", "")),
        targets=_listed(cells.get("target", "")),
        latitude=optional("latitude", _degrees),  # type: ignore[arg-type]
        longitude=optional("longitude", _degrees),  # type: ignore[arg-type]
        votes=optional("votes", _whole),  # type: ignore[arg-type]
        score=optional("score", amount),  # type: ignore[arg-type]
        selected=optional("selected", _whole),  # type: ignore[arg-type]
        extra=extra,
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def _whole(text: str) -> int | None:
    found = _COUNT.fullmatch(text)
    return int(found[1]) if found else None


def _degrees(text: str) -> float | None:
    return float(text) if _DEGREES.fullmatch(text) and math.isfinite(float(text)) else None


def _voters(
    sheet: Sheet, with_points: bool, reading: _Reading
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Voter ids and all columns, each as one tuple."""
    wanted = ("voter_id", "vote", "points") if with_points else ("voter_id", "vote")
    names = _columns(sheet, wanted, reading)
    if names is None:
        return (), {}
    if not sheet.rows:
        reading.problems.add("budget.no_ballots", file=sheet.file, row=sheet.header_row)
        return (), {}
    _square(sheet, len(names), reading)
    columns = dict(zip(names, zip(*sheet.rows, strict=True), strict=True))
    ids = tuple(map(str.strip, columns["voter_id"]))
    if len(set(ids)) < len(ids) or "" in ids:
        first: dict[str, int] = {}
        for at, voter in enumerate(ids):
            if not voter:
                reading.problems.add(
                    "budget.missing_value", file=sheet.file, row=sheet.row_of(at), field="voter_id"
                )
            elif first.setdefault(voter, at) != at:
                reading.problems.add(
                    "budget.duplicate_voter",
                    file=sheet.file, row=sheet.row_of(at), field="voter_id", value=voter,
                    first_row=sheet.row_of(first[voter]),
                )  # fmt: skip
    return ids, columns


def _ballots(
    sheet: Sheet,
    columns: Mapping[str, tuple[str, ...]],
    projects: Sequence[Project],
    vote_type: str,
    heap: Heap,
    reading: _Reading,
) -> np.ndarray:
    """The group of every voter; each different text is read once."""
    place = {project.id: at for at, project in enumerate(projects)}
    with_points = vote_type in POINT_TYPES
    texts: tuple[object, ...]
    different: list[tuple[object, str, str | None]]
    if with_points:
        pairs = tuple(zip(columns["vote"], columns["points"], strict=True))
        texts, different = pairs, [(pair, *pair) for pair in dict.fromkeys(pairs)]
    else:
        votes = columns["vote"]
        texts, different = votes, [(vote, vote, None) for vote in dict.fromkeys(votes)]
    number: dict[object, int] = {}
    doubts = _Doubts(sheet, texts, reading)
    values: dict[str, Fraction | None] = {}
    for text, vote, told in different:
        ballot = _ballot(text, vote, told, place, values, vote_type, doubts)
        number[text] = heap.put(ballot)
    doubts.tell()
    return np.fromiter(map(number.__getitem__, texts), np.int32, len(texts))


class _Doubts:
    """Problems and notices of ballots, with the first line at which such a ballot stands."""

    def __init__(self, sheet: Sheet, texts: tuple[object, ...], reading: _Reading) -> None:
        self.sheet, self.texts, self.reading = sheet, texts, reading
        self.noted: dict[str, list[tuple[object, str]]] = {}

    def row(self, text: object) -> int:
        return self.sheet.row_of(self.texts.index(text))

    def problem(self, code: str, text: object, field: str, **params: object) -> None:
        self.reading.problems.add(
            code, file=self.sheet.file, row=self.row(text), field=field, **params
        )

    def note(self, code: str, text: object, value: str) -> None:
        self.noted.setdefault(code, []).append((text, value))

    def tell(self) -> None:
        """One notice for each kind: the first line, and how many voters it concerns."""
        for code, cases in self.noted.items():
            concerned = {text for text, _ in cases}
            rows = [at for at, text in enumerate(self.texts) if text in concerned]
            value = next(v for t, v in cases if t == self.texts[rows[0]])
            self.reading.notice(
                code, file=self.sheet.file, row=self.sheet.row_of(rows[0]), field="vote",
                value=value, count=len(rows),
            )  # fmt: skip


def _ballot(
    text: object,
    vote: str,
    told: str | None,
    place: Mapping[str, int],
    values: dict[str, Fraction | None],
    vote_type: str,
    doubts: _Doubts,
) -> Ballot:
    names = vote.split(",") if vote.strip() else []
    try:
        places = [place[name] for name in names]
    except KeyError:
        names = [name.strip() for name in names]
        for name in names:
            if name not in place:
                doubts.problem("budget.unknown_project", text, "vote", value=name or "–")
                return (), None
        places = [place[name] for name in names]
    points = None
    if told is not None:
        points = _points(text, told, len(names), values, doubts)
        if points is None:
            return (), None
        if 0 in points:
            doubts.note("budget.zero_points", text, names[points.index(Fraction(0))])
    if len(set(places)) < len(places):
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        doubts.note("budget.named_twice", text, twice)
    if not names:
        doubts.note("budget.empty_ballot", text, "")
    if vote_type == "choose-1" and len(set(places)) > 1:
        doubts.note("budget.more_than_one", text, vote)
    return canonical(places, points, ordered=vote_type == "ordinal")


def _points(
    text: object, told: str, wanted: int, values: dict[str, Fraction | None], doubts: _Doubts
) -> list[Fraction] | None:
    cells = told.split(",") if told.strip() else []
    if len(cells) != wanted:
        doubts.problem("budget.lengths_differ", text, "points", value=len(cells), expected=wanted)
        return None
    points = []
    for cell in cells:
        if cell not in values:
            values[cell] = amount(cell)
        exact = values[cell]
        if exact is None:
            doubts.problem("budget.not_points", text, "points", value=cell.strip() or "–")
            return None
        points.append(exact)
    return points


def _counts(
    lines: Sequence[Line],
    told: Mapping[str, str],
    projects: int,
    voters: int,
    file: str,
    reading: _Reading,
) -> None:
    """Say where the file counts its projects and voters otherwise than it holds."""
    for key, found in (("num_projects", projects), ("num_votes", voters)):
        if key in told and _whole(told[key].strip()) != found:
            reading.notice(
                "budget.count_differs",
                file=file, row=_row(lines, key), field=key, value=told[key] or "–", found=found,
            )  # fmt: skip
