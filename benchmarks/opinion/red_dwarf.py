"""The peer's side: runs inside red-dwarf's own environment, which does not know Baithak.

Votes arrive as arrays (``votes`` in the job) and become the list of dictionaries that red-dwarf
asks for before the clock starts; or, for a whole process, straight from ``participants-votes.csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from reddwarf.implementations.polis import run_pipeline

from benchmarks.clock import job, report, serve


def from_arrays(folder: Path) -> list[dict[str, int]]:
    """The arrays that the parent has written, as red-dwarf wants them."""
    columns = (np.load(folder / f"{name}.npy").tolist() for name in ("person", "subject", "vote"))
    return [
        {"participant_id": who, "statement_id": what, "vote": vote}
        for who, what, vote in zip(*columns, strict=True)
    ]


def from_export(path: Path) -> list[dict[str, int]]:
    """A Polis export, one line per person, read in the plainest and quickest way."""
    with path.open(newline="", encoding="utf-8") as stream:
        table = csv.reader(stream)
        header = next(table)
        subjects = [(k, int(name)) for k, name in enumerate(header) if name.isdigit()]
        who = header.index("participant")
        return [
            {"participant_id": int(line[who]), "statement_id": name, "vote": int(float(line[k]))}
            for line in table
            for k, name in subjects
            if line[k]
        ]


def moderated(path: Path) -> list[int]:
    """Statements taken away by moderators, and those that are questions about the person."""
    with path.open(newline="", encoding="utf-8") as stream:
        return [
            int(line["comment-id"])
            for line in csv.DictReader(stream)
            if line["moderated"].strip() == "-1"
            or (line.get("is-meta") or "").strip().lower() in {"1", "true", "t"}
        ]


def main() -> None:
    asked = job()
    if asked.get("export"):
        folder = Path(asked["export"])
        votes = from_export(folder / "participants-votes.csv")
        cast_on = {vote["statement_id"] for vote in votes}
        away = [name for name in moderated(folder / "comments.csv") if name in cast_on]
    else:
        votes, away = from_arrays(Path(asked["votes"])), asked["away"]

    def run() -> Any:
        return run_pipeline(votes=votes, mod_out_statement_ids=away, random_state=0)

    for _ in range(asked["warm"]):
        run()
    runs, result = serve(run)
    labels = result.participants_df["cluster_id"].astype("float").fillna(-1).astype(int)
    report(runs, labels=labels.sort_index().tolist(), numpy=np.__version__)


if __name__ == "__main__":
    main()
