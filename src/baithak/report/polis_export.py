"""A conversation's votes as the files that Polis exports, so that any tool that reads those reads these.

What it leaves out is the point: no way in, no pseudonym, no moment, no author, nothing anybody said of
themselves. People are numbers in the order of the rows that are given, so whoever calls shuffles
them. Even so each row is one person's answers: who knows six of somebody's answers can pick that row
out in one case of three, and reads all others (measured on six public conversations).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from baithak.engine.cells import guarded

__all__ = ["Exported", "polis_export"]

#: Polis numbers its authors; nobody is told here.
NOBODY = -1
_ZIPPED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Exported:
    """What the files hold.

    ``people``: one mapping of statement number to answer (1, 0, -1) for each person, in the order in
    which they are numbered; ``statements``: number to text; ``day`` the one day that stands in every
    row; ``warning`` goes along as README.txt.
    """

    topic: str
    description: str
    url: str
    day: date
    statements: Mapping[int, str]
    people: Sequence[Mapping[int, int]]
    warning: str


def polis_export(told: Exported) -> bytes:
    """``comments.csv``, ``votes.csv``, ``participants-votes.csv``, ``summary.csv`` and a warning, zipped.

    Texts are guarded against workbooks that would run them; columns and signs are those of Polis:
    1 agrees, -1 disagrees, 0 passes.
    """
    moment = datetime(told.day.year, told.day.month, told.day.day, tzinfo=UTC)
    stamp, day = int(moment.timestamp() * 1000), moment.strftime("%a %b %d %H:%M:%S UTC %Y")
    numbers = sorted(told.statements)
    agrees, disagrees = dict.fromkeys(numbers, 0), dict.fromkeys(numbers, 0)
    for row in told.people:
        for number, value in row.items():
            agrees[number] += value == 1
            disagrees[number] += value == -1
    files = {
        "README.txt": told.warning.rstrip("\n") + "\n",
        "summary.csv": _csv(
            [
                ("topic", guarded(told.topic)),
                ("url", guarded(told.url)),
                ("voters", len(told.people)),
                ("comments", len(numbers)),
                ("conversation-description", guarded(told.description)),
            ]
        ),
        "comments.csv": _csv(
            [
                (
                    "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees",
                    "moderated", "comment-body",
                ),
                *(
                    (stamp, day, n, NOBODY, agrees[n], disagrees[n], 1, guarded(told.statements[n]))
                    for n in numbers
                ),
            ]
        ),
        "votes.csv": _csv(
            [
                ("timestamp", "datetime", "comment-id", "voter-id", "vote"),
                *(
                    (stamp, day, number, person, row[number])
                    for person, row in enumerate(told.people)
                    for number in sorted(row)
                ),
            ]
        ),
        "participants-votes.csv": _csv(
            [
                (
                    "participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree",
                    *numbers,
                ),
                *(_wide(person, row, numbers) for person, row in enumerate(told.people)),
            ]
        ),
    }  # fmt: skip
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in files.items():
            out.writestr(zipfile.ZipInfo(name, _ZIPPED), text.encode())
    return parcel.getvalue()


def _wide(person: int, row: Mapping[int, int], numbers: Sequence[int]) -> tuple[object, ...]:
    values = list(row.values())
    cells = (row.get(number, "") for number in numbers)
    return (person, "", 0, len(values), values.count(1), values.count(-1), *cells)


def _csv(rows: Sequence[Sequence[object]]) -> str:
    """Without a byte order mark: tools that read Polis' files take it for a part of the first name."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
