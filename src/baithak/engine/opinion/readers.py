"""Read votes from files: Polis exports and plain tables.

Strict on purpose: a file is read whole or refused with the row, the field and the value at fault,
so that nobody ever looks at a map of half a file. Row 1 is the first line of the file.
"""

from __future__ import annotations

import csv
import math
import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from baithak.engine.errors import EngineError
from baithak.engine.opinion.votes import Statement, VoteMatrix

__all__ = ["CHANNELS", "Comment", "Conversation", "read", "read_conversation"]

CHANNELS = ("open", "token", "session", "lottery")
MOST_PROBLEMS = 20  # counting further ones helps nobody

_PERSON = ("participant", "participant-id", "participant_id", "voter-id", "voter_id")
_SUBJECT = ("statement", "statement-id", "statement_id", "comment-id", "comment_id")
_TIME = ("timestamp", "time", "created")
_WIDE_MARKS = {"group-id", "n-votes", "n-comments"}
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_WORDS = {
    "1": 1, "+1": 1, "1.0": 1, "agree": 1,
    "0": 0, "0.0": 0, "-0.0": 0, "pass": 0,
    "-1": -1, "-1.0": -1, "disagree": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comment:
    """A line of ``comments.csv``, also of statements nobody voted on.

    ``moderated`` is 1 accepted, 0 not looked at, -1 rejected; ``created`` is milliseconds since
    1970 or None; ``author`` is the participant id or an empty text.
    """

    id: str
    text: str
    author: str
    created: int | None
    moderated: int
    meta: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything a source says: the votes, and what surrounds them.

    ``topic``, ``description`` and ``url`` are empty where unknown; ``comments`` is in the order
    of the file; ``polis_groups`` is the group Polis had assigned to each participant (in the
    order of ``votes.participants``), None where it had not clustered the person.
    """

    votes: VoteMatrix
    topic: str = ""
    description: str = ""
    url: str = ""
    comments: tuple[Comment, ...] = ()
    polis_groups: tuple[str | None, ...] | None = None


def read(source: Path | str) -> VoteMatrix:
    """The votes of a source; see ``read_conversation``."""
    return read_conversation(source).votes


def read_conversation(source: Path | str) -> Conversation:
    """Read a Polis export folder, a ``participants-votes.csv`` or a long table of votes.

    Parameters
    ----------
    source : path
        A folder with ``participants-votes.csv`` (or a long ``votes.csv``) and, if there,
        ``comments.csv`` (texts, moderation) and ``summary.csv``; or one file. A file with one
        line per person has a column ``participant`` and one column per statement number. A long
        file has the columns participant, statement, vote (Polis' voter-id and comment-id are
        understood) and may have channel and timestamp; with a timestamp the last vote counts.
        Votes are 1, 0, -1 or agree, pass, disagree. Comma, semicolon or tab; UTF-8.

    Returns
    -------
    Conversation
        People without any vote are left out and counted in ``votes.notes``, so are statements
        without any vote.

    Raises
    ------
    EngineError
        With ``file``, and ``row``, ``field``, ``value`` where they apply; ``more`` counts further
        problems of the file (up to 20), ``error.others`` holds them. Codes:
        ``source.not_found``, ``source.unreadable``, ``source.no_votes_file``,
        ``votes.empty_file``, ``votes.header_only``, ``votes.empty``, ``votes.not_text``,
        ``votes.encoding``, ``votes.broken_csv``, ``votes.wrong_field_count``,
        ``votes.missing_columns``, ``votes.duplicate_column``, ``votes.unknown_column``,
        ``votes.missing_value``, ``votes.unknown_value``, ``votes.unknown_time``,
        ``votes.unknown_channel``, ``votes.channel_differs``, ``votes.unknown_moderation``,
        ``votes.duplicate_participant``, ``votes.duplicate_statement``,
        ``votes.unknown_statement``, ``votes.contradictory_duplicate``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "votes.csv"
    ...     _ = path.write_text("participant;statement;vote\\nAmina;1;agree\\nBilal;1;-1\\n")
    ...     read(path).dense().tolist()
    [[1.0], [-1.0]]
    """
    path = Path(source)
    try:
        return _read_source(path)
    except OSError as error:
        raise EngineError(
            "source.unreadable", value=str(error.filename or path), reason=error.strerror
        ) from None


def _read_source(path: Path) -> Conversation:
    if not path.exists():
        raise EngineError("source.not_found", value=str(path))
    if path.is_file():
        return Conversation(**_read_votes(path, None))
    for name in ("participants-votes.csv", "votes.csv"):
        if (path / name).is_file():
            votes_file = path / name
            break
    else:
        raise EngineError("source.no_votes_file", value=str(path))
    comments = None
    if (path / "comments.csv").is_file():
        comments = _read_comments(path / "comments.csv")
    summary: dict[str, str] = {}
    if (path / "summary.csv").is_file():
        summary = _read_summary(path / "summary.csv")
    return Conversation(
        topic=summary.get("topic", ""),
        description=summary.get("conversation-description", ""),
        url=summary.get("url", ""),
        comments=tuple(comments or ()),
        **_read_votes(votes_file, comments),
    )


class _Problems:
    """What is wrong with a file: the first problem is raised, the next ones travel with it."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.found: list[EngineError] = []

    def add(self, code: str, **params: Any) -> None:
        self.found.append(EngineError(code, file=self.file, **params))
        if len(self.found) > MOST_PROBLEMS:
            self.stop()

    def stop(self) -> None:
        """Raise if there was any problem."""
        if self.found:
            first, *others = self.found
            error = EngineError(first.code, **first.params, more=len(others))
            error.others = tuple(others)
            raise error


@contextmanager
def _table(path: Path, delimiter: str = ",") -> Iterator[Any]:
    """A strict csv reader on the file; what the file does wrong becomes an EngineError."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, strict=True, delimiter=delimiter)
        try:
            yield rows
        except UnicodeDecodeError:
            raise _wrong_encoding(path) from None
        except csv.Error as error:
            row = _first_broken_record(path, delimiter)
            raise EngineError(
                "votes.broken_csv", file=path.name, row=row, field=None, value=str(error)
            ) from None


def _first_broken_record(path: Path, delimiter: str) -> int:
    """Where the record began that the csv reader gave up on, maybe many lines later."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        rows = csv.reader(stream, strict=True, delimiter=delimiter)
        last = 0
        try:
            for _ in rows:
                last = rows.line_num
        except csv.Error:
            pass
    return last + 1


def _wrong_encoding(path: Path) -> EngineError:
    """Find the line and the byte that is not UTF-8."""
    row = 0
    with path.open("rb") as stream:
        for row, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                value = f"0x{line[error.start]:02X}"
                return EngineError(
                    "votes.encoding", file=path.name, row=row, field=error.start + 1, value=value
                )
    return EngineError("votes.encoding", file=path.name, row=row, field=None, value=None)


def _header(path: Path) -> tuple[list[str], str]:
    """Column names in lower case, and the delimiter with which they come out best."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise EngineError("votes.empty_file", file=path.name)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise EngineError("votes.encoding", file=path.name, row=1, field=1, value="UTF-16")
    if b"\0" in start:
        raise EngineError("votes.not_text", file=path.name)
    best: tuple[list[str], str] = ([], ",")
    for delimiter in (",", ";", "\t"):
        with _table(path, delimiter) as rows:
            names = [name.strip().lower() for name in _first(rows)]
        if len(names) > len(best[0]):
            best = (names, delimiter)
    return best


def _first(rows: Any) -> list[str]:
    """The header: the first line that is not blank."""
    return next((line for line in rows if line), [])


def _place(names: Sequence[str], wanted: Sequence[str]) -> int:
    """Position of the first column with one of the wanted names, or -1."""
    return next((k for k, name in enumerate(names) if name in wanted), -1)


def _read_votes(path: Path, comments: Sequence[Comment] | None) -> dict[str, Any]:
    names, delimiter = _header(path)
    repeated = (
        [k for k, name in enumerate(names) if name and name in names[:k]]
        if (len(set(names)) < len(names))
        else []
    )
    if repeated:
        raise EngineError(
            "votes.duplicate_column",
            file=path.name,
            row=1,
            field=repeated[0] + 1,
            value=names[repeated[0]],
            more=len(repeated) - 1,
        )
    missing = [wanted[0] for wanted in (_PERSON, _SUBJECT, ("vote",)) if _place(names, wanted) < 0]
    if not missing:
        return _read_long(path, names, delimiter, comments)
    is_wide = any(_NUMBER.fullmatch(name) for name in names) or _WIDE_MARKS & set(names)
    if is_wide and "participant" in names:
        return _read_wide(path, names, delimiter, comments)
    raise EngineError(
        "votes.missing_columns",
        file=path.name,
        row=1,
        field=", ".join(["participant"] if is_wide else missing),
        value=", ".join(names[:12]),
    )


def _read_wide(
    path: Path, names: list[str], delimiter: str, comments: Sequence[Comment] | None
) -> dict[str, Any]:
    """One line per person, one column per statement number."""
    problems = _Problems(path)
    subjects = [k for k, name in enumerate(names) if _NUMBER.fullmatch(name)]
    first = subjects[0] if subjects else len(names)
    for k, name in enumerate(names[first:], start=first):
        if not _NUMBER.fullmatch(name):
            problems.add("votes.unknown_column", row=1, field=k + 1, value=name)
    known = None if comments is None else {comment.id for comment in comments}
    for k in subjects:
        if known is not None and names[k] not in known:
            problems.add("votes.unknown_statement", row=1, field=names[k], value=names[k])
    problems.stop()
    who, group = names.index("participant"), _place(names, ("group-id",))
    seen: dict[str, int] = {}
    groups: dict[str, str | None] = {}
    persons: list[str] = []
    rows, columns, values = array("i"), array("i"), array("b")
    nobody = last = 0
    with _table(path, delimiter) as table:
        _first(table)
        last = table.line_num
        for line in table:
            row, last = last + 1, table.line_num
            if not line:
                continue
            if len(line) != len(names):
                problems.add(
                    "votes.wrong_field_count",
                    row=row, field=None, value=len(line), expected=len(names),
                )  # fmt: skip
                continue
            person, cells = line[who].strip(), line[first:]
            if not person:
                problems.add("votes.missing_value", row=row, field="participant", value="")
            elif person in seen:
                problems.add(
                    "votes.duplicate_participant",
                    row=row, first_row=seen[person], field="participant", value=person,
                )  # fmt: skip
            seen.setdefault(person, row)
            try:
                cast = [_WORDS[cell] for cell in cells if cell]
                places = [k for k, cell in enumerate(cells) if cell]
            except KeyError:
                cast, places = _slow_cells(cells, row, names[first:], problems)
            if not cast:
                nobody += 1
                continue
            rows.extend([len(persons)] * len(cast))
            columns.extend(places)
            values.extend(cast)
            persons.append(person)
            if group >= 0:
                groups[person] = line[group].strip() or None
    problems.stop()
    if not seen:
        raise EngineError("votes.header_only", file=path.name, row=1)
    if not values:
        raise EngineError("votes.empty", file=path.name, field="vote")
    codes = np.array(columns, dtype=np.int32)
    used = np.flatnonzero(np.bincount(codes, minlength=len(names) - first))
    place = np.zeros(len(names) - first, dtype=np.int32)
    place[used] = np.arange(len(used))
    silent = len(subjects) - len(used)
    votes = VoteMatrix.from_codes(
        persons,
        np.array(rows, dtype=np.int32),
        [names[first + k] for k in used.tolist()],
        place[codes],
        np.array(values, dtype=np.int8),
        statements=_statements([names[first + k] for k in used.tolist()], comments),
        notes=_notes(people_without_votes=nobody, statements_without_votes=silent),
    )
    return {
        "votes": votes,
        "polis_groups": tuple(groups[p] for p in votes.participants) if group >= 0 else None,
    }


def _slow_cells(
    cells: list[str], row: int, names: list[str], problems: _Problems
) -> tuple[list[int], list[int]]:
    """One line in which a cell is not plainly a vote: forgive spaces and capitals only."""
    cast, places = [], []
    for k, cell in enumerate(cells):
        word = cell.strip().lower()
        if not word:
            continue
        if word not in _WORDS:
            problems.add("votes.unknown_value", row=row, field=names[k], value=cell)
            continue
        cast.append(_WORDS[word])
        places.append(k)
    return cast, places


def _read_long(
    path: Path, names: list[str], delimiter: str, comments: Sequence[Comment] | None
) -> dict[str, Any]:
    """One line per vote."""
    problems = _Problems(path)
    who, what, how = _place(names, _PERSON), _place(names, _SUBJECT), names.index("vote")
    by, when = _place(names, ("channel",)), _place(names, _TIME)
    known = None if comments is None else {comment.id for comment in comments}
    persons: dict[str, int] = {}
    subjects: dict[str, int] = {}
    channels: dict[str, tuple[str, int]] = {}
    rows, columns, values, lines = array("i"), array("i"), array("b"), array("i")
    times = array("d")
    width = len(names)
    with _table(path, delimiter) as table:
        _first(table)
        last = table.line_num
        for line in table:
            row, last = last + 1, table.line_num
            if len(line) != width:
                if line:
                    problems.add(
                        "votes.wrong_field_count",
                        row=row, field=None, value=len(line), expected=width,
                    )  # fmt: skip
                continue
            person, subject = line[who].strip(), line[what].strip()
            value = _WORDS.get(line[how])
            if value is None:
                value = _WORDS.get(line[how].strip().lower())
            if not person or not subject:
                field = names[what] if person else names[who]
                problems.add("votes.missing_value", row=row, field=field, value="")
                continue
            if value is None:
                problems.add("votes.unknown_value", row=row, field=names[how], value=line[how])
                continue
            if subject not in subjects:
                if known is not None and subject not in known:
                    problems.add(
                        "votes.unknown_statement", row=row, field=names[what], value=subject
                    )
                subjects[subject] = len(subjects)
            if when >= 0:
                times.append(_moment(line[when], row, names[when], problems))
            if by >= 0:
                _check_channel(line[by].strip().lower(), person, row, channels, problems)
            rows.append(persons.setdefault(person, len(persons)))
            columns.append(subjects[subject])
            values.append(value)
            lines.append(row)
    problems.stop()
    if not values:
        raise EngineError("votes.header_only", file=path.name, row=1)
    try:
        votes = VoteMatrix.from_codes(
            list(persons),
            np.array(rows, dtype=np.int32),
            list(subjects),
            np.array(columns, dtype=np.int32),
            np.array(values, dtype=np.int8),
            statements=_statements(list(subjects), comments),
            channels={p: c for p, (c, _) in channels.items()} if by >= 0 else None,
            times=np.array(times) if when >= 0 else None,
        )
    except EngineError as error:
        if "row" not in error.params:
            raise
        # Positions in the arrays become lines of the file.
        told = {**error.params, "file": path.name, "row": lines[error.params["row"] - 1]}
        if "first_row" in told:
            told["first_row"] = lines[told["first_row"] - 1]
        raise EngineError(error.code, **told) from None
    return {"votes": votes}


def _moment(text: str, row: int, field: str, problems: _Problems) -> float:
    """A number (any unit, as long as it grows) or an ISO 8601 date as seconds."""
    with suppress(ValueError):
        number = float(text)
        if math.isfinite(number):
            return number
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text.strip())
        # Without a zone it is taken as UTC: the result must not depend on where it is computed.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    problems.add("votes.unknown_time", row=row, field=field, value=text)
    return 0.0


def _check_channel(
    channel: str,
    person: str,
    row: int,
    channels: dict[str, tuple[str, int]],
    problems: _Problems,
) -> None:
    if channel not in CHANNELS:
        problems.add("votes.unknown_channel", row=row, field="channel", value=channel)
        return
    before, first_row = channels.setdefault(person, (channel, row))
    if before != channel:
        problems.add(
            "votes.channel_differs", row=row, first_row=first_row, field="channel", value=channel
        )


def _statements(ids: Sequence[str], comments: Sequence[Comment] | None) -> list[Statement]:
    if comments is None:
        return [Statement(name) for name in ids]
    found = {comment.id: comment for comment in comments}
    return [
        Statement(
            name, found[name].text, moderated_out=found[name].moderated < 0, meta=found[name].meta
        )
        for name in ids
    ]


def _notes(**counts: int) -> tuple[str, ...]:
    return tuple(f"{code}:{count}" for code, count in counts.items() if count)


def _read_comments(path: Path) -> list[Comment]:
    names, delimiter = _header(path)
    number, body = _place(names, _SUBJECT), _place(names, ("comment-body", "text"))
    missing = [name for name, at in (("comment-id", number), ("comment-body", body)) if at < 0]
    if missing:
        raise EngineError(
            "votes.missing_columns",
            file=path.name,
            row=1,
            field=", ".join(missing),
            value=", ".join(names[:12]),
        )
    verdict, meta = _place(names, ("moderated",)), _place(names, ("is-meta", "meta"))
    author, when = _place(names, ("author-id",)), _place(names, ("timestamp",))
    problems = _Problems(path)
    comments: list[Comment] = []
    seen: dict[str, int] = {}
    with _table(path, delimiter) as table:
        _first(table)
        last = table.line_num
        for line in table:
            row, last = last + 1, table.line_num
            if not line:
                continue
            if len(line) != len(names):
                problems.add(
                    "votes.wrong_field_count",
                    row=row, field=None, value=len(line), expected=len(names),
                )  # fmt: skip
                continue
            name = line[number].strip()
            if not name:
                problems.add("votes.missing_value", row=row, field=names[number], value="")
            elif name in seen:
                problems.add(
                    "votes.duplicate_statement",
                    row=row, first_row=seen[name], field=names[number], value=name,
                )  # fmt: skip
            seen.setdefault(name, row)
            moderated = line[verdict].strip() if verdict >= 0 else "0"
            if moderated not in {"-1", "0", "1"}:
                problems.add(
                    "votes.unknown_moderation", row=row, field="moderated", value=moderated
                )
                moderated = "0"
            stamp = line[when].strip() if when >= 0 else ""
            comments.append(
                Comment(
                    id=name,
                    text=line[body].strip(),
                    author=line[author].strip() if author >= 0 else "",
                    created=int(stamp) if _NUMBER.fullmatch(stamp) else None,
                    moderated=int(moderated),
                    meta=meta >= 0 and line[meta].strip().lower() in {"1", "true", "t"},
                )
            )
    problems.stop()
    return comments


def _read_summary(path: Path) -> dict[str, str]:
    """Name, value pairs; the description may hold commas and line breaks inside quotes."""
    told: dict[str, str] = {}
    with _table(path) as table:
        for line in table:
            if len(line) >= 2:
                told[line[0].strip().lower()] = ",".join(line[1:]).strip()
    return told
