"""Read and write the ``.pb`` files of Pabulib, the library of participatory budgets.

Sections META, PROJECTS and VOTES, each a name on a line of its own, a header row and rows of cells
with ``;`` between them, quoted as CSV, UTF-8 (Faliszewski et al., "Participatory Budgeting: Data,
Tools, and Analysis", IJCAI 2023). Nothing that Baithak does not know is lost: further keys and
columns are kept and written back.
"""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from hashlib import sha256
from itertools import chain
from pathlib import Path

from baithak.engine.budget.assemble import PABULIB_KEYS, Line, Sheet, assemble
from baithak.engine.budget.election import POINT_TYPES, Election, Notice, Project
from baithak.engine.budget.money import written
from baithak.engine.budget.problems import Problems
from baithak.engine.errors import EngineError

__all__ = ["ENCODINGS", "decoded", "read_bytes", "read_pb", "write_pb"]

#: Other encodings that old files of cities have.
ENCODINGS = (
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1254",
    "windows-1256", "windows-1257", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-15",
)  # fmt: skip

LARGEST = 256 * 1024 * 1024
LONGEST = 2 * 1024 * 1024  # of a line
MOST_LINES = 3_000_000
_SECTIONS = ("META", "PROJECTS", "VOTES")
_MARKS = frozenset(_SECTIONS)
_END = ["the end of the file, where no quotation mark is open"]


def read_pb(source: Path | str | bytes, *, encoding: str | None = None, name: str = "") -> Election:
    """Read a budget election; a file is read whole or refused with everything that is wrong.

    Parameters
    ----------
    source : path or bytes
    encoding : str, optional
        One of ``ENCODINGS``; UTF-8 without.
    name : str, optional
        How messages call the file; without, the name of the path.

    Returns
    -------
    Election
        With ``notices`` for what was strange and could be read.

    Raises
    ------
    EngineError
        With ``file``, ``row`` (1 is the first line), ``field``, ``value`` where they apply;
        ``error.others`` holds further problems (up to 20). Codes: ``source.not_found``,
        ``source.unreadable``, ``budget.too_large``, ``budget.too_many_lines``,
        ``budget.line_too_long``, ``budget.empty_file``, ``budget.not_text``, ``budget.encoding``, ``budget.unknown_encoding``, ``budget.broken_csv``,
        ``budget.open_quote``, ``budget.no_section``, ``budget.missing_section``,
        ``budget.section_twice``, ``budget.missing_key``, ``budget.key_twice``,
        ``budget.missing_column``, ``budget.column_twice``, ``budget.nameless_column``,
        ``budget.too_many_cells``, ``budget.missing_value``, ``budget.not_an_amount``,
        ``budget.no_money``, ``budget.unknown_vote_type``, ``budget.comma_in_id``,
        ``budget.duplicate_project``, ``budget.duplicate_voter``, ``budget.unknown_project``,
        ``budget.lengths_differ``, ``budget.not_points``, ``budget.points_too_large``,
        ``budget.no_projects``, ``budget.no_ballots``.

    Examples
    --------
    >>> text = '''META
    ... key;value
    ... description;Parks
    ... country;Nowhere
    ... unit;Here
    ... instance;2026
    ... num_projects;2
    ... num_votes;2
    ... budget;100.50
    ... vote_type;approval
    ... rule;greedy
    ... date_begin;2026-01-01
    ... date_end;2026-01-31
    ... PROJECTS
    ... project_id;cost;name
    ... park;60;A park
    ... road;50;A road
    ... VOTES
    ... voter_id;vote
    ... 1;park,road
    ... 2;road,park
    ... '''
    >>> told = read_pb(text.encode())
    >>> told.budget, told.n, told.weights.tolist()
    (Fraction(201, 2), 2, [2])
    >>> write_pb(read_pb(write_pb(told).encode())) == write_pb(told)
    True
    """
    content, name = read_bytes(source, name)
    text = decoded(content, encoding, name)
    with _without_collector():
        tables = _Tables(text, name)
        return assemble(
            tables.meta,
            tables.projects,
            tables.votes,
            tables.problems,
            meta_file=name,
            keys=PABULIB_KEYS,
            sha256=sha256(content).hexdigest(),
            notices=tables.notices,
        )


@contextmanager
def _without_collector() -> Iterator[None]:
    """A city's rows are many lists and no circles: looking for circles takes half of the time."""
    paused = gc.isenabled()
    if paused:
        gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def read_bytes(source: Path | str | bytes, name: str = "") -> tuple[bytes, str]:
    """The bytes of a source, and how to call it in messages.

    Raises
    ------
    EngineError
        ``source.not_found``, ``source.unreadable``, ``budget.too_large``.
    """
    if isinstance(source, bytes):
        content = source
    else:
        path = Path(source)
        name = name or path.name
        if not path.exists():
            raise EngineError("source.not_found", value=str(path))
        try:
            if path.stat().st_size > LARGEST:
                raise EngineError("budget.too_large", file=name, value=LARGEST // 1024**2)
            content = path.read_bytes()
        except OSError as error:
            raise EngineError("source.unreadable", value=str(path), reason=error.strerror) from None
    if len(content) > LARGEST:
        raise EngineError("budget.too_large", file=name, value=LARGEST // 1024**2)
    return content, name


def decoded(content: bytes, encoding: str | None, name: str) -> str:
    """The text of the bytes, without a byte order mark.

    Raises
    ------
    EngineError
        ``budget.empty_file``, ``budget.too_many_lines``, ``budget.line_too_long``,
        ``budget.not_text``, ``budget.encoding`` (with the row and the bytes),
        ``budget.unknown_encoding``.
    """
    where = {"file": name} if name else {}
    _measure(content, where)
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise EngineError("budget.empty_file", **where)
    wanted = "utf-8" if encoding is None else encoding.lower().replace("_", "-")
    if wanted.startswith("cp125"):
        wanted = wanted.replace("cp", "windows-")
    if wanted not in ENCODINGS:
        raise EngineError("budget.unknown_encoding", value=encoding, expected=", ".join(ENCODINGS))
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") and wanted != "utf-16":
        raise EngineError("budget.encoding", **where, row=1, value="UTF-16", offer="utf-16")
    # A NUL may stand in a cell; where they are many it is no text.
    if content.count(b"\0") > len(content) // 100 and wanted != "utf-16":
        raise EngineError("budget.not_text", **where)
    try:
        text = content.decode("utf-8-sig" if wanted == "utf-8" else wanted)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(content, error, wanted, where) from None
    return text


def _measure(content: bytes, where: dict[str, str]) -> None:
    """Refuse what no election is like, before it is taken apart."""
    if content.count(b"\n") + content.count(b"\r") > 2 * MOST_LINES:
        raise EngineError("budget.too_many_lines", **where, value=MOST_LINES)
    if len(content) > LONGEST:
        widths = list(map(len, content.splitlines()))
        if max(widths) > LONGEST:
            row = next(row for row, width in enumerate(widths, start=1) if width > LONGEST)
            raise EngineError("budget.line_too_long", **where, row=row)


def _wrong_encoding(
    content: bytes, error: UnicodeDecodeError, wanted: str, where: dict[str, str]
) -> EngineError:
    """The line and the bytes that are not of the encoding."""
    # Offsets count from behind a byte order mark.
    start = error.start + (3 if content.startswith(b"\xef\xbb\xbf") and wanted == "utf-8" else 0)
    row = content.count(b"\n", 0, start) + 1
    value = " ".join(f"0x{byte:02X}" for byte in content[start : start + 3])
    return EngineError("budget.encoding", **where, row=row, value=value, offer="windows-1250")


class _Tables:
    """The sections of a file, as rows of cells."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.problems = Problems()
        self.notices: list[Notice] = []
        self.rows: dict[str, list[list[str]]] = {}
        #: For every section the lines at which its rows begin.
        self.lines: dict[str, list[int]] = {}
        #: Whether any row goes over several lines.
        self.wide = False
        self._split(text)
        if self.wide:
            self._look_at_quotes()
        for section in _SECTIONS:
            if section not in self.rows:
                self._problem("budget.missing_section", value=section)
        self.problems.stop()
        self.meta = list(self._meta())
        self.projects, self.votes = self._sheet("PROJECTS"), self._sheet("VOTES")

    def _split(self, text: str) -> None:
        rows: list[list[str]] | None = None
        lines: list[int] = []
        row: list[str] = []
        begin = before = 0
        # Behind the last line stands a mark of the end: an open quotation mark would swallow it.
        reader = csv.reader(chain(io.StringIO(text, newline=""), _END), delimiter=";")
        try:
            for row in reader:
                begin, before = before + 1, reader.line_num
                if before > begin:
                    self.wide = True
                if rows is not None and len(row) > 1 and row[1]:
                    rows.append(row)
                    lines.append(begin)
                elif mark := _mark(row):
                    if mark in self.rows:
                        self._stop("budget.section_twice", row=begin, value=mark)
                    rows, lines = self.rows[mark], self.lines[mark] = [], []
                elif row != _END and any(cell.strip() for cell in row):
                    if rows is None:
                        self._stop("budget.no_section", row=begin)
                    else:
                        rows.append(row)
                        lines.append(begin)
        except csv.Error as error:
            self._stop("budget.broken_csv", row=before + 1, value=str(error))
        if row != _END:
            self._stop("budget.open_quote", row=begin)

    def _problem(self, code: str, **params: object) -> None:
        self.problems.add(code, file=self.name, **params)

    def _stop(self, code: str, **params: object) -> None:
        self._problem(code, **params)
        self.problems.stop()

    def _look_at_quotes(self) -> None:
        """Cells that go over several lines are strange; over a section's name, they are wrong."""
        for section, rows in self.rows.items():
            for row, line in zip(rows, self.lines[section], strict=True):
                wide = [cell for cell in row if "\n" in cell or "\r" in cell]
                if any(part.strip() in _MARKS for cell in wide for part in cell.splitlines()):
                    self._stop("budget.open_quote", row=line)
                if wide:
                    told = {"file": self.name} if self.name else {}
                    self.notices.append(Notice("budget.cell_of_lines", {**told, "row": line}))

    def _meta(self) -> Iterator[Line]:
        for at, (row, line) in enumerate(zip(self.rows["META"], self.lines["META"], strict=True)):
            while len(row) > 2 and not row[-1]:
                row.pop()
            if at or row[0].strip().lower() != "key":
                yield line, row[0].strip(), ";".join(row[1:])

    def _sheet(self, section: str) -> Sheet:
        header, *body = self.rows[section] or [[]]
        first, *others = self.lines[section] or [1]
        return Sheet(self.name, header, first, body, others.__getitem__)


def _mark(row: list[str]) -> str:
    """The section that begins with this row, or nothing."""
    if not row or any(row[1:]):
        return ""
    name = row[0].strip().upper()
    return name if name in _MARKS else ""


def write_pb(election: Election) -> str:
    """The election as the text of a ``.pb`` file; reading and writing it again changes nothing.

    Keys that Pabulib asks for and nobody told are written with an empty value.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["META"])
    writer.writerow(["key", "value"])
    writer.writerows(meta_rows(election))
    writer.writerow(["PROJECTS"])
    writer.writerows(project_rows(election.projects))
    writer.writerow(["VOTES"])
    writer.writerows(vote_rows(election))
    return out.getvalue()


def meta_rows(election: Election) -> list[tuple[str, str]]:
    """Key and value of META, with what the election itself knows better."""
    told = {key: "" for key in PABULIB_KEYS if key not in election.meta}
    known = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.n),
        "budget": written(election.budget),
        "vote_type": election.vote_type,
    }
    return [*{**election.meta, **told, **known}.items()]


def project_rows(projects: tuple[Project, ...]) -> Iterator[list[str]]:
    """The header of PROJECTS and its rows; a column that nobody fills is left out."""
    told = [
        {
            "project_id": p.id,
            "cost": written(p.cost),
            "votes": "" if p.votes is None else str(p.votes),
            "score": "" if p.score is None else written(p.score),
            "name": p.name,
            "category": ",".join(p.categories),
            "target": ",".join(p.targets),
            "selected": "" if p.selected is None else str(p.selected),
            "latitude": "" if p.latitude is None else _degrees(p.latitude),
            "longitude": "" if p.longitude is None else _degrees(p.longitude),
        }
        for p in projects
    ]
    for row, project in zip(told, projects, strict=True):
        row.update(project.extra)
    names = [*dict.fromkeys(name for row in told for name in row)]
    kept = [n for n in names if n in {"project_id", "cost"} or any(r.get(n) for r in told)]
    yield kept
    for row in told:
        yield [row.get(name, "") for name in kept]


def _degrees(value: float) -> str:
    return f"{value:.20f}".rstrip("0").rstrip(".") if "e" in repr(value) else repr(value)


def vote_rows(election: Election) -> Iterator[list[str]]:
    """The header of VOTES and its rows, one per voter."""
    with_points = election.vote_type in POINT_TYPES
    yield ["voter_id", "vote", *(["points"] if with_points else []), *election.voters]
    cells = [_cells(election, group) for group in range(len(election.weights))]
    others = list(election.voters.values())
    for at, (voter, group) in enumerate(
        zip(election.voter_ids, election.group_of.tolist(), strict=True)
    ):
        yield [voter, *cells[group], *(column[at] for column in others)]


def _cells(election: Election, group: int) -> list[str]:
    start, end = int(election.starts[group]), int(election.starts[group + 1])
    vote = ",".join(election.projects[item].id for item in election.items[start:end].tolist())
    if election.points is None:
        return [vote]
    scale = election.points_scale
    given = election.points[start:end].tolist()
    return [vote, ",".join(written(Fraction(value, scale)) for value in given)]
