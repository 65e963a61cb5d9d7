"""The opinion report as CSV tables, from the same treated figures, safe to open in a workbook.

Texts are guarded by ``engine.cells``; numbers stay numbers. Hidden figures are empty cells; bounds
stand in words of fixed form (``<20%``, ``>80%``, ``most``, ``few``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from baithak.engine.cells import guarded
from baithak.report.disclosure import PublishedMap, Share

__all__ = ["csv_text", "tables"]

Cell = str | int | float | None


def tables(told: PublishedMap) -> dict[str, str]:
    """File name to CSV text (UTF-8 with a byte order mark, so that workbooks see the scripts).

    ``statements.csv`` one row per statement, ``statements-by-group.csv`` one per statement and
    group, ``groups.csv`` one per group, ``common-ground.csv`` and ``dividing.csv`` the ranked
    lists, ``about.csv`` what the other tables belong to.
    """
    texts = {s.id: s.text for s in told.statements}
    letters = {g.id: g.letter for g in told.groups}
    by_id = {s.id: s for s in told.statements}
    return {
        "about.csv": csv_text(
            ("name", "value"),
            [
                ("participants", told.participants),
                ("votes", told.votes),
                ("method", told.method),
                ("seed", told.seed),
                ("version", told.version),
                ("smallest cell", told.k),
                ("counts rounded to", 5),
                ("depth", None if told.depth is None else told.depth.value),
                ("breadth", None if told.breadth is None else told.breadth.value),
                *((f"reliability of axis {a.number}", a.reliability) for a in told.axes),
                *(("note", code) for code in told.notes),
            ],
        ),
        "groups.csv": csv_text(
            ("group", "people", "share", "clearly_in_it", "came_back_in_repeats"),
            [(g.letter, g.size, _share(g.share), _share(g.sure), g.stability) for g in told.groups],
        ),
        "statements.csv": csv_text(
            (
                "statement",
                "text",
                "votes",
                "agree",
                "disagree",
                "common_ground",
                "low",
                "high",
                "common_ground_no",
                "gap",
                "divisiveness",
                "depth",
                "disagreement",
                "bridging",
                "representative_of",
            ),
            [
                (
                    s.id,
                    s.text,
                    s.votes,
                    None if s.everybody is None else _share(s.everybody.agree),
                    None if s.everybody is None else _share(s.everybody.disagree),
                    _share(s.common_ground),
                    s.common_ground.low,
                    s.common_ground.high,
                    _share(s.common_ground_no),
                    s.gap,
                    s.divisiveness,
                    s.depth,
                    s.disagreement,
                    s.bridging,
                    " ".join(letters[g] for g in s.representative_of),
                )
                for s in told.statements
            ],
        ),
        "statements-by-group.csv": csv_text(
            ("statement", "text", "group", "votes", "agree", "low", "high", "disagree"),
            [
                (
                    s.id,
                    s.text,
                    letters[g],
                    cell.votes,
                    _share(cell.agree),
                    cell.agree.low,
                    cell.agree.high,
                    _share(cell.disagree),
                )
                for s in told.statements
                for g, cell in s.by_group.items()
            ],
        ),
        "common-ground.csv": csv_text(
            ("rank", "statement", "text", "side", "share", "low", "high", "certain"),
            [
                (rank, name, texts[name], side, _share(told_share), *_ends(told_share))
                for side, names, attribute in (
                    ("agree", told.common_ground, "common_ground"),
                    ("disagree", told.no_ground, "common_ground_no"),
                )
                for rank, name in enumerate(names, start=1)
                for told_share in (getattr(by_id[name], attribute),)
            ],
        ),
        "dividing.csv": csv_text(
            ("rank", "statement", "text", "gap"),
            [
                (rank, name, texts[name], by_id[name].gap)
                for rank, name in enumerate(told.dividing, start=1)
            ],
        ),
    }


def _ends(told: Share) -> tuple[float | None, float | None, str]:
    return told.low, told.high, "yes" if (told.low or 0) > 0.5 else "no"


def _share(told: Share) -> Cell:
    """A number where the value is known, else a bound in words of fixed form."""
    if told.kind == "about":
        return told.value
    if told.kind == "hidden":
        return None
    if told.kind in {"most", "few"}:
        return told.kind
    sign = "<" if told.kind == "under" else ">"
    return f"{sign}{round(100 * (told.value or 0.0))}%"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV with a byte order mark; no text in it can be taken for a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            [
                guarded(cell) if isinstance(cell, str) else "" if cell is None else cell
                for cell in row
            ]
        )
    return out.getvalue()
