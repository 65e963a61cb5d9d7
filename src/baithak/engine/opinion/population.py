"""Read who lives in the city and what participants said of themselves.

``shares.csv`` has the columns question, category, share: one row for each category, shares as
parts (0.52) or per cent (52 %). The declared table has the column participant and one column for
each question. Row 1 is the first line of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from baithak.engine.errors import EngineError

__all__ = ["read_declared", "read_shares"]


def read_shares(source: Path | str) -> dict[str, dict[str, float]]:
    """Population shares, question -> category -> share.

    Parameters
    ----------
    source : path of a CSV file in UTF-8

    Returns
    -------
    dict of dict of float
        Shares of every question add up to 1, scaled where they were given within 0.02 of it.

    Raises
    ------
    EngineError
        ``population.not_found``, ``population.encoding``, ``population.columns`` (row 1),
        ``population.cells`` (a row of another length), ``population.blank``,
        ``population.share``, ``population.duplicate``, ``population.total``, ``population.empty``;
        each with ``file`` and, where there is one, ``row``, ``field`` and ``value``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     told = Path(folder) / "shares.csv"
    ...     _ = told.write_text("question,category,share\\ngender,woman,0.5\\ngender,man,50%\\n")
    ...     read_shares(told)
    {'gender': {'woman': 0.5, 'man': 0.5}}
    """
    path = Path(source)
    found: dict[str, dict[str, float]] = {}
    where: dict[str, int] = {}
    for row, cells in _rows(path, ("question", "category", "share")):
        question, category, text = cells["question"], cells["category"], cells["share"]
        for field in ("question", "category", "share"):
            if not cells[field]:
                raise EngineError("population.blank", file=path.name, row=row, field=field)
        try:
            percent = text.endswith("%")
            share = float(text.removesuffix("%").strip()) / (100.0 if percent else 1.0)
        except ValueError:
            share = -1.0
        if not 0.0 <= share <= 1.0:
            raise EngineError(
                "population.share", file=path.name, row=row, field="share", value=text
            )
        if category in found.setdefault(question, {}):
            raise EngineError(
                "population.duplicate", file=path.name, row=row, field="category", value=category
            )
        found[question][category] = share
        where[question] = row
    if not found:
        raise EngineError("population.empty", file=path.name)
    for question, shares in found.items():
        total = sum(shares.values())
        if not 0.98 <= total <= 1.02:
            raise EngineError(
                "population.total",
                file=path.name,
                row=where[question],
                field=question,
                value=round(total, 4),
            )
        found[question] = {category: share / total for category, share in shares.items()}
    return found


def read_declared(
    source: Path | str, questions: Collection[str] | None = None
) -> dict[str, dict[str, str]]:
    """What participants said of themselves, participant -> question -> category.

    Blank cells are left out: nobody has to answer.

    Parameters
    ----------
    source : path of a CSV file in UTF-8
    questions : names of columns, optional
        Only these are read, and each must be there; a person may then stand in several rows that
        say the same. So the answers can be further columns of a table of votes.

    Raises
    ------
    EngineError
        ``population.not_found``, ``population.encoding``, ``population.columns``,
        ``population.cells``, ``population.blank``, ``population.duplicate``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     told = Path(folder) / "declared.csv"
    ...     _ = told.write_text("participant,gender,age\\nAmina,woman,\\n")
    ...     read_declared(told)
    {'Amina': {'gender': 'woman'}}
    """
    path = Path(source)
    found: dict[str, dict[str, str]] = {}
    wanted = [question.lower() for question in questions or ()]
    for row, cells in _rows(path, ("participant", *wanted)):
        person = cells.pop("participant")
        if not person:
            raise EngineError("population.blank", file=path.name, row=row, field="participant")
        said = {name: cells[name] for name in (wanted or cells) if cells[name]}
        if person in found and (not wanted or said != found[person]):
            raise EngineError(
                "population.duplicate", file=path.name, row=row, field="participant", value=person
            )
        found[person] = said
    return found


def _rows(path: Path, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by column name of every row that is not blank."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise EngineError("population.not_found", value=str(path)) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise EngineError("population.encoding", file=path.name, row=row) from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for name in needed:
            if header.count(name) != 1:
                raise EngineError("population.columns", file=path.name, row=1, field=name)
        if len(set(header)) != len(header):
            raise EngineError("population.columns", file=path.name, row=1, field=header[-1])
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise EngineError(
                    "population.cells", file=path.name, row=reader.line_num, value=len(cells)
                )
            named = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            rows.append((reader.line_num, named))
    except csv.Error as error:
        raise EngineError(
            "population.broken_csv", file=path.name, row=reader.line_num, value=str(error)
        ) from None
    return rows
