"""The sums, the made-up pools and the page of the panel benchmark: never its times."""

from __future__ import annotations

import json

import numpy as np
import pytest
from benchmarks.child import Worker, measure
from benchmarks.clock import capped
from benchmarks.panel import own, page, speed
from benchmarks.panel.data import CATEGORIES, made

HOW = {"date": "2026-11-24", "machine": "2 cores", "load": [0.1, 0.2], "command": "make bench"}
POOL = {"n": 200, "k": 20, "c": 5, "seed": 1}
RESULT = {
    "kinds": 90, "steps": 9, "bound": 0.05, "lowest": 0.05, "excluded": 0, "gap": 0.0,
    "certified": True, "hull": False,
}  # fmt: skip


def pair(own: float, peer: float | None) -> dict:
    told = {**POOL, **RESULT, "own": own, "finished": peer is not None}
    return told | ({"peer": peer, "peer_lowest": 0.0499} if peer else {})


def paired(*rows: dict) -> dict:
    told = {"rows": list(rows), "seconds": 300, "seed": 1, **HOW}
    return told | {"summary": speed.summary(list(rows))}


def large(n: int, cpu: float, peak: float, **more) -> dict:
    row = {**POOL, **RESULT, "n": n, "cpu": cpu, "peak_mb": peak, **more}
    return {"rows": [row], "seed": 1, "profiles": [], **HOW}


def met(results: dict) -> list[bool]:
    return [goal[-1] for goal in page.goals(results)]


def test_ratios_are_summed_up_without_what_the_peer_did_not_finish():
    told = speed.summary([pair(0.1, 10.0), pair(0.1, 40.0), pair(0.1, None)])
    assert told["mean"] == pytest.approx(200)
    assert told["least"] == pytest.approx(100)
    assert told["count"] == 2


def test_goals_tell_met_from_missed():
    assert met({"paired": paired(pair(0.1, 20.1))}) == [True, True, True]
    assert met({"paired": paired(pair(0.1, 4.9))}) == [False, False, True]
    assert met({"scale": large(20_000, 8.0, 400.0)}) == [True, True, True]
    assert met({"scale": large(20_000, 8.1, 401.0, certified=False)}) == [False, False, False]
    assert met({"scale": large(100_000, 61.0, 900.0)}) == [True, False]
    assert met({"infeasible": {"rows": [{"cpu": 1.0}, {"cpu": 5.1}]}}) == [False]


def test_the_page_says_what_was_not_finished_and_how_it_was_measured():
    text = page.render({"paired": paired(pair(0.1, 20.0), pair(0.1, None))})
    assert "did not finish in 300 s" in text
    assert (
        "| n 200, k 20, 5 categories | 0.100 | 20.0 | 200 | 0.05000 | 0.05000 | 0.04990 |" in text
    )
    assert "Measured on 2026-11-24: 2 cores" in text


def test_a_partial_run_replaces_its_own_part_only_and_survives_the_file():
    before = {"paired": paired(pair(0.1, 20.0)), "scale": large(20_000, 9.0, 300.0)}
    after = page.merged(before, {"scale": large(20_000, 7.0, 300.0)})
    assert list(after) == ["paired", "scale"]
    assert after["paired"] == before["paired"]
    assert page.render(json.loads(json.dumps(after))) == page.render(after)


def test_a_made_up_pool_is_the_same_again_and_another_with_another_seed():
    pool = made(POOL)
    assert pool.fingerprint == made(POOL).fingerprint != made({**POOL, "seed": 2}).fingerprint
    assert pool.features.shape == (200, 5)
    for c, category in enumerate(dict.fromkeys(name for name, _ in pool.names)):
        assert {pool.names[f][0] for f in pool.features[:, c]} == {category}
        mine = [f for f, (name, _) in enumerate(pool.names) if name == category]
        assert pool.low[mine].sum() <= 20 <= pool.high[mine].sum()
    _, sizes = np.unique(pool.household, return_counts=True)
    assert sizes.max() == 2
    assert (sizes == 2).sum() == 15


def test_the_pool_is_far_from_the_population():
    pool = made({**POOL, "n": 5_000})
    there = np.bincount(pool.features.ravel(), minlength=len(pool.names)) / 5_000
    wanted = [CATEGORIES[category][feature] for category, feature in pool.names]
    assert np.abs(there - wanted).max() > 0.1


def test_a_lottery_through_the_real_process():
    worker = Worker("panel.own", {"task": "leximin", "panels": 100, **POOL})
    worker.ask()
    told = worker.finish()
    assert told["fingerprint"] == made(POOL).fingerprint
    assert told["certified"]
    assert told["bound"] - 0.01 <= told["lowest"] <= told["bound"] + 1e-9


def test_a_spoilt_pool_has_no_panel_and_says_why():
    job = {"task": "infeasible", "how": "crossed", "n": 1_000, "k": 150, "c": 8, "seed": 1}
    told = measure("panel.own", job, runs=1)
    assert told["feasible"] is False
    assert told["relax"]
    assert {one.partition(":")[0] for one in told["conflict"]} >= {"age", "education"}


def test_three_of_the_oldest_are_left():
    pool = own.scarce(made(POOL))
    oldest = pool.names.index(("age", "75+"))
    assert (pool.features == oldest).any(axis=1).sum() <= 3
    assert len(pool.household) == len(pool.features)


def test_work_is_given_up_after_its_cpu_seconds():
    def for_ever() -> None:
        while True:
            pass

    assert capped(for_ever, 0.2)() is None
    assert capped(lambda: 7, 0.2)() == 7
