"""The sums, the drawing of votes and the page of the benchmark: never its times."""

from __future__ import annotations

import json

import numpy as np
import pytest
from benchmarks.child import MeasureError, Worker, measure
from benchmarks.opinion import page, quality, speed
from benchmarks.opinion.groups import calibration
from benchmarks.opinion.sums import (
    adjusted_rand,
    gather,
    geometric_mean,
    ratio,
    standard_error,
    without_best,
)
from benchmarks.opinion.synthetic import STRIPE, draw


def test_a_peer_that_needs_ten_times_as_much_has_ratio_ten():
    assert ratio(5.0, 0.5) == 10.0
    with pytest.raises(ValueError, match="not measured"):
        ratio(5.0, 0.0)


def test_half_and_double_cancel_out_in_the_geometric_mean():
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert geometric_mean([1.0, 10.0, 100.0]) == pytest.approx(10.0)


def test_rounds_become_best_median_and_highest_peak():
    told = gather([{"cpu": [3.0, 1.0], "peak_mb": 90.0}, {"cpu": [2.0], "peak_mb": 95.0}])
    assert told == {"best": 1.0, "median": 2.0, "runs": 3, "peak_mb": 95.0}


def test_a_mean_is_known_better_with_more_values():
    assert standard_error([1.0, 3.0]) == pytest.approx(1.0)
    assert standard_error([1.0, 3.0] * 8) < 0.3
    assert standard_error([2.0]) == 0.0


def test_groupings_agree_whatever_the_groups_are_called():
    assert adjusted_rand([0, 0, 1, 1], [7, 7, 3, 3]) == 1.0
    assert adjusted_rand([0, 0, 0], [1, 1, 1]) == 1.0
    # Hubert & Arabie by hand: 2 pairs in common, 7 and 7 in each, 15 in all.
    assert adjusted_rand([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]) == pytest.approx(
        (2 - 6 * 3 / 15) / ((6 + 3) / 2 - 6 * 3 / 15)
    )
    with pytest.raises(ValueError, match="different people"):
        adjusted_rand([0], [0, 1])


def test_rivals_that_lose_less_are_named_best_first():
    losses = {"baithak": 0.40, "polis_pca": 0.39, "majority": 0.35, "cn_als": 0.45}
    assert without_best(losses, "baithak") == ["majority", "polis_pca"]
    assert without_best(losses | {"baithak": 0.3}, "baithak") == []
    assert without_best({"baithak": 0.4, "majority": 0.4}, "baithak") == ["majority"]


def test_the_same_seed_draws_the_same_votes():
    first, again = draw(70, 40, 0.3, seed=4), draw(70, 40, 0.3, seed=4)
    other = draw(70, 40, 0.3, seed=5)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[1], other[1])


def test_drawn_votes_are_a_matrix_in_canonical_order():
    people = STRIPE + 200  # so that two stripes meet
    indptr, columns, values = draw(people, 30, 0.25, seed=0)
    assert len(indptr) == people + 1
    assert indptr[-1] == len(columns) == len(values)
    rows = np.repeat(np.arange(people), np.diff(indptr))
    assert np.all(np.diff(rows * 30 + columns.astype(np.int64)) > 0)
    assert set(np.unique(values).tolist()) == {-1, 0, 1}
    assert len(values) == pytest.approx(people * 30 * 0.25, rel=0.02)


def test_drawn_votes_follow_the_model():
    """Wider "pass" and less agreement for some statements than others: not one coin for all."""
    _, columns, values = draw(3_000, 12, 0.9, seed=2)
    agree = np.bincount(columns, values == 1) / np.bincount(columns)
    passed = np.bincount(columns, values == 0) / np.bincount(columns)
    assert agree.max() - agree.min() > 0.3
    assert 0.05 < passed.mean() < 0.5


def test_a_table_fits_its_header():
    text = page.table(["what", "CPU s"], [["classic", "0.82"], ["red-dwarf", "364"]])
    assert text.splitlines() == [
        "| what | CPU s |",
        "| --- | ---: |",
        "| classic | 0.82 |",
        "| red-dwarf | 364 |",
    ]
    with pytest.raises(ValueError, match="does not fit"):
        page.table(["what"], [["classic", "0.82"]])


HOW = {"date": "2026-11-23", "machine": "2 cores", "load": [0.1, 0.2], "command": "make bench"}


def scale_part(seconds: float) -> dict:
    size = {"people": 100_000, "statements": 1_000, "density": 0.1, "votes": 10}
    rows = {
        "classic": {"cpu": seconds, "peak_mb": 300.0},
        "model": {"failed": "own scale model: ended by signal 9"},
    }
    sizes = {
        "10 M": size | {"rows": rows, "recorded": {"cpu": 364.0, "peak_mb": 7200.0}},
        "100 M": size | {"left_out": "needs 6 GB of free memory, 1.5 were free"},
    }
    return {"seed": 20, "sizes": sizes, **HOW}


def quality_part(loss: float) -> dict:
    seeds = [
        {
            "models": {name: figures(value) for name, value in losses(loss + seed).items()},
            "three_class": {"baithak": {"log_loss": 0.6}},
            "n_test": 10,
            "seed": seed,
        }
        for seed in (0, 1)
    ]
    told = {"brexit-consensus": quality.averaged(seeds)}
    return {
        "seeds": [0, 1],
        "conversations": told,
        "overall": quality.overall(told),
        "splits_won": quality.splits_won(told),
        "by_seed": quality.by_seed(told),
        **HOW,
    }


def figures(loss: float) -> dict:
    return {"log_loss": loss, "brier": 0.1, "accuracy": 0.8, "auc": 0.9, "ece": 0.02}


def losses(loss: float) -> dict:
    return {"baithak": loss, "polis_pca": 0.9, "majority": 1.2}


def test_a_partial_run_replaces_its_own_part_only():
    before = {"scale": scale_part(0.8), "quality": quality_part(0.2)}
    after = page.merged(before, {"scale": scale_part(0.5)})
    assert after["quality"] == before["quality"]
    assert after["scale"]["sizes"]["10 M"]["rows"]["classic"]["cpu"] == 0.5
    old, new = page.render(before), page.render(after)
    assert "| 0.80 |  | 300 |" in old
    assert "| 0.50 |  | 300 |" in new
    assert "| 0.80 |  | 300 |" not in new
    held = new.index("## Quality")
    assert new[held:] == old[old.index("## Quality") :]


def test_parts_come_in_one_order_whichever_was_measured_last():
    told = page.merged({"quality": quality_part(0.2)}, {"scale": scale_part(0.8)})
    assert list(told) == ["scale", "quality"]


def test_the_page_says_what_failed_what_was_left_out_and_what_was_not_measured():
    text = page.render({"scale": scale_part(0.8)})
    assert "ended by signal 9" in text
    assert "left out: needs 6 GB" in text
    assert "recorded earlier, not measured in this run" in text


def test_results_survive_the_file():
    told = {"scale": scale_part(0.8), "quality": quality_part(0.2)}
    assert page.render(json.loads(json.dumps(told))) == page.render(told)


def test_seeds_and_conversations_are_averaged_and_lost_ones_are_marked():
    good, bad = quality_part(0.1), quality_part(0.5)
    row = bad["conversations"]["brexit-consensus"]
    assert row["models"]["baithak"]["log_loss"] == pytest.approx(1.0)
    assert row["better"] == ["polis_pca"]
    assert bad["overall"]["models"]["baithak"]["log_loss"] == pytest.approx(1.0)
    assert bad["splits_won"] == {"polis_pca": [1, 2], "majority": [1, 2]}
    assert bad["by_seed"] == [0.5, 1.5]
    assert good["conversations"]["brexit-consensus"]["better"] == []
    assert "not best" in page.render({"quality": bad})
    assert "not best" not in page.render({"quality": good})


def test_goals_tell_met_from_missed():
    told = {name: met for name, _, _, met in page.goals({"scale": scale_part(3.5)})}
    assert told == {
        "10 M votes, `classic`, CPU": False,
        "10 M votes, `classic`, peak memory": True,
    }
    losing = page.goals({"quality": quality_part(0.5)})
    assert [met for *_, met in losing] == [False, False]
    assert "polis_pca" in losing[1][2]


def speed_row(peer: float, own: float) -> dict:
    def one(second: float) -> dict:
        return {"best": second, "median": 2 * second, "runs": 5, "peak_mb": 100.0}

    return {speed.PEER: one(peer), **{name: one(own) for name in speed.OWN}}


def test_ratios_are_summed_up_over_conversations():
    told = speed.summary({"a": speed_row(1.0, 0.1), "b": speed_row(4.0, 0.01)})
    assert told["classic"]["best"] == pytest.approx(np.sqrt(10 * 400))
    assert told["classic"]["best_least"] == pytest.approx(10)
    assert told["map"]["memory"] == pytest.approx(1.0)
    assert (
        speed.summary(
            {"a": {name: row for name, row in speed_row(1, 1).items() if name != "red-dwarf"}}
        )
        == {}
    )


def test_the_profile_is_of_the_conversation_with_the_smallest_lead():
    rows = {"a": speed_row(1.0, 0.1), "b": speed_row(4.0, 2.0), "c": speed_row(9.0, 0.1)}
    assert speed.worst(rows, "map") == "b"


def test_certainty_is_compared_with_what_came_true():
    told = calibration([(0.55, True), (0.56, False), (0.97, True), (1.0, True)])
    assert [(row["low"], row["people"], row["found"]) for row in told] == [
        (0.5, 2, 0.5),
        (0.95, 2, 1.0),
    ]


def test_a_measured_process_that_breaks_tells_why():
    with pytest.raises(MeasureError, match="KeyError"):
        measure("opinion.own", {"task": "nothing of the kind"})


def test_workers_take_turns_and_report(tmp_path):
    """A tiny conversation through the real processes: matrix only, so it is quick."""
    drawn = {
        "task": "draw", "votes": str(tmp_path), "people": 30, "statements": 8, "density": 0.5, "seed": 1,
        "as_columns": True,
    }  # fmt: skip
    assert measure("opinion.own", drawn)["size"] > 60
    worker = Worker("opinion.own", {"task": "matrix", "votes": str(tmp_path)})
    asked = [worker.ask(), worker.ask()]
    told = worker.finish()
    assert told["cpu"] == asked
    assert told["process_cpu"] > sum(asked)
    assert told["peak_mb"] > 10
