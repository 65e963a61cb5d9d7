"""What a command waits for: start of Python, imports, reading a file, the first count. Once."""

from __future__ import annotations

from pathlib import Path

from benchmarks.clock import job, report

if __name__ == "__main__":
    asked = job()
    from baithak.engine.budget.count import count
    from baithak.engine.budget.pabulib import read_pb

    told = count(read_pb(Path(asked["file"])), completion="add1u")
    report(selected=len(told.selected))
