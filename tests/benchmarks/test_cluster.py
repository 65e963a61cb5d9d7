"""The page about clusters: what it says of a run, of a failure, and on paper."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.cluster import page
from benchmarks.cluster.own import Watched, weight


def row(wall: float, workers_cpu: float, own_cpu: float = 2.0, gap: float | None = None) -> dict:
    return {
        "wall": wall, "waited": wall - 2, "once_s": 1.0, "own_cpu": own_cpu,
        "workers_cpu": workers_cpu, "rounds": 3, "sent": 3e6, "returned": 6e6, "once": 3e8,
        "peak_mb": 800.0, "worker_peak_mb": 400.0, "gap": gap,
    }  # fmt: skip


def part(rows: dict) -> dict:
    return {
        "people": 1_000_000, "statements": 1_000, "seed": 20, "votes": 100_000_000, "rows": rows,
        "date": "2026-11-30", "machine": "2 cores", "load": [0.1, 0.2], "command": "python -m x",
    }  # fmt: skip


def test_two_workers_are_compared_with_one():
    told = page.render(
        {"100 M": part({"model": {"1": row(12.0, 9.0), "2": row(6.0, 9.0, gap=0.0)}})}
    )
    assert "| `fit` | 2.00 | 1.69 | 3 | 300 | 1.00 | 2.00 | 0.0e+00 |" in told
    assert page.busiest(row(12.0, 9.0), 2) == pytest.approx(6.5)


def test_the_estimate_is_the_measured_cost_multiplied():
    rows = {"model": {"1": row(12.0, 9.0), "2": row(6.0, 9.0)}}
    told = page.estimate(part(rows))
    # 9 s for 3 passes over 1e8 votes: 30 ns a vote, 300 s for a pass over 1e10.
    assert "300 s (30 ns a vote)" in told
    assert "900 s" in told
    assert "| votes, as stored (3 bytes each, 8 for each person) | 31 GB |" in told
    assert "The whole map adds" not in told
    assert page.estimate(part({"model": {"1": row(12.0, 9.0)}})) == ""


def test_what_failed_or_was_left_out_is_said():
    failed = {"classic": {"1": {"failed": "ended by signal 9"}, "2": row(6.0, 9.0)}}
    told = page.render(
        {"10 M": {"people": 1, "statements": 2, "left_out": "needs 6 GB"}, "100 M": part(failed)}
    )
    assert "failed: ended by signal 9" in told
    assert "Left out: needs 6 GB." in told
    assert "On paper" not in told


def test_measuring_one_engine_anew_keeps_the_others():
    before = {"100 M": part({"model": {"1": row(1.0, 1.0)}, "classic": {"1": row(2.0, 2.0)}})}
    told = page.merged(before, {"100 M": part({"model": {"1": row(3.0, 3.0)}})})
    assert told["100 M"]["rows"]["model"]["1"]["wall"] == 3.0
    assert told["100 M"]["rows"]["classic"]["1"]["wall"] == 2.0


def test_what_travels_is_counted():
    class Held:
        def each(self, work, *shared, own=None):
            return [np.zeros(4), np.zeros(4)]

    class Crew:
        slots = 2

        def hold(self, parts):
            return Held()

    watch = Watched(Crew())
    held = watch.hold([(np.zeros(10),)] * 3)
    held.each(weight, np.zeros(5), own=[np.zeros(1)] * 3)
    assert (watch.once, watch.rounds) == (240, 1)
    assert (watch.sent, watch.returned) == (2 * 40 + 24, 64)
