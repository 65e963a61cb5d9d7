"""The sums, the made-up city and the page of the budget benchmark: never its times."""

from __future__ import annotations

import json

import numpy as np
import pytest
from benchmarks.budget import often, page, speed
from benchmarks.budget.own import drawn
from benchmarks.child import MeasureError, Worker, measure

from baithak.engine.budget.count import count, example
from baithak.engine.budget.pabulib import write_pb

HOW = {"date": "2026-11-24", "machine": "2 cores", "load": [0.1, 0.2], "command": "make bench"}


def row(
    own: float, peer: float | None, *, entries: int = 900, completion: str = "none", **more
) -> dict:
    told = {
        "file": "Assen", "rule": "equal-shares", "utility": "cost", "completion": completion,
        "voters": 84, "projects": 14, "entries": entries, "vote_type": "approval",
        "steps": 7 if completion == "add1" else None, "own": own, "selected": 7,
        "forms": {"voters": peer, "merged": None},
    }  # fmt: skip
    if peer:
        told |= {"peer": peer, "same": True}
    return {**told, **more}


def part(rows: list[dict]) -> dict:
    profile = {
        "file": "Assen", "how": {"rule": "greedy", "utility": "cost", "completion": "none"},
        "seconds": 2.0, "rows": [{"name": "greedy.greedy", "calls": 1.0, "alone": 1.0, "below": 2.0}],
    }  # fmt: skip
    return {
        "rows": rows,
        "seconds": 60,
        "summary": speed.summary(rows),
        "profiles": {"slowest": profile},
        **HOW,
    }


def test_ratios_are_summed_up_by_kind_and_by_size():
    rows = [
        row(0.1, 1.0), row(0.1, 40.0, entries=9_000), row(0.1, None),
        row(1.0, 5.0, completion="add1"),
    ]  # fmt: skip
    told = speed.summary(rows)
    assert set(told) == {"equal-shares", "add1"}
    mes = told["equal-shares"]
    assert mes["mean"] == pytest.approx(np.sqrt(10 * 400))
    assert mes["large"] == pytest.approx(400)
    assert mes["least"] == pytest.approx(10)
    assert (mes["counts"], mes["unfinished"], mes["same"]) == (2, 1, 2)
    assert told["add1"]["large"] is None


def test_every_type_of_ballots_has_its_counts():
    assert len(speed.ways("approval")) == len(speed.ways("choose-1")) == 6
    assert {how["utility"] for how in speed.ways("cumulative")} == {"points"}
    assert [speed.kind(how) for how in speed.ways("ordinal")] == ["equal-shares", "add1", "greedy"]


def test_goals_tell_met_from_missed():
    quick = {name: met for name, _, _, met in page.goals({"speed": part([row(0.01, 1.0)])})}
    assert quick == {
        "pabutools / own, equal shares, geometric mean": True,
        "slowest count below 100,000 voters": True,
        "the same winners as pabutools": True,
    }
    slow = [row(2.0, 4.0, same=False)]
    assert [met for *_, met in page.goals({"speed": part(slow)})] == [False, False, False]
    big = {"cpu": 11.0, "peak_mb": 900.0}
    assert [met for *_, met in page.goals({"city": big, "parse": {"mean": 4.9}})] == [
        False,
        False,
        True,
    ]


def test_the_page_says_what_was_not_finished_and_how_it_was_measured():
    text = page.render({"speed": part([row(0.002, 1.0), row(0.5, None, completion="add1")])})
    assert "did not finish in 60 s" in text
    assert "| Assen | 84 x 14 | 900 | equal shares, cost |  | 2.00 | 1,000.0 |" in text
    assert "Measured on 2026-11-24: 2 cores" in text
    assert "`greedy.greedy`" in text


def test_a_partial_run_replaces_its_own_part_only_and_survives_the_file():
    before = {"speed": part([row(0.1, 1.0)]), "first": {"file": "Assen", "cpu": 0.6, **HOW}}
    after = page.merged(before, {"first": {"file": "Assen", "cpu": 0.5, **HOW}})
    assert list(after) == ["speed", "first"]
    assert after["speed"] == before["speed"]
    assert page.render(json.loads(json.dumps(after))) == page.render(after)


def test_the_made_up_city_is_an_election():
    told = drawn(3_000, 25, 1)
    assert told.n == 3_000 == told.weights.sum()
    assert len(told.starts) == len(told.weights) + 1
    assert told.starts[-1] == len(told.items)
    lengths = np.diff(told.starts)
    assert 0 < lengths.min() <= lengths.max() <= 9
    assert all(
        len(set(told.items[a:b])) == b - a
        for a, b in zip(told.starts, told.starts[1:], strict=False)
    )
    assert len(told.weights) < told.n
    again = drawn(3_000, 25, 1)
    assert np.array_equal(again.items, told.items)
    assert 0 < count(told, completion="add1u").cost <= told.budget


def test_quick_work_is_done_often_enough():
    calls = []
    times, run = often.often(lambda: calls.append(1))
    assert times > 100
    before = len(calls)
    run()
    assert len(calls) == before + times


def test_a_count_through_the_real_process(tmp_path):
    path = tmp_path / "example.pb"
    path.write_text(write_pb(example()), encoding="utf-8")
    how = {"rule": "equal-shares", "utility": "cost", "completion": "add1", "ties": "id"}
    worker = Worker("budget.own", {"task": "counted", "file": str(path), "how": how})
    asked = worker.ask()
    told = worker.finish()
    assert told["selected"] == sorted(count(example(), completion="add1", ties="id").selected)
    assert told["cpu"][0] <= asked
    assert told["voters"] == 5


def test_a_measured_process_that_breaks_tells_why():
    with pytest.raises(MeasureError, match="KeyError"):
        measure("budget.own", {"task": "nothing of the kind"})
