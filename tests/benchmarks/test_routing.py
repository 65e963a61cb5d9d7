"""The sums and the page of the routing replay: never its figures."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.routing import replay
from benchmarks.routing.fairness import gini
from benchmarks.routing.page import render, verdict
from benchmarks.routing.replay import AFTER, losses, ratio_with_error, split, summary
from benchmarks.routing.ways import WAYS

from factories.conversations import town


def test_a_mean_per_vote_with_people_as_the_unit():
    mean, error = ratio_with_error(np.array([2.0, 4.0, 0.0]), np.array([4.0, 4.0, 0.0]))
    assert mean == 0.75
    # residuals -1 and 1 of two people, 8 votes: sqrt(2 * 2) / 8
    assert error == pytest.approx(0.25)


def test_gini_by_hand():
    assert gini(np.array([3.0, 3.0, 3.0])) == 0.0
    assert gini(np.array([0.0, 0.0, 9.0])) == pytest.approx(2 / 3)
    assert gini(np.zeros(4)) == 0.0


def test_people_set_aside_are_unseen_and_all_ways_start_alike(monkeypatch):
    votes = town()
    monkeypatch.setattr(replay, "FEWEST", 10)  # the town's people answered few
    aside, rest = split(votes, 0)
    assert len(aside) <= votes.n / 3
    assert not set(rest.participants) & {votes.participants[i] for i in aside}
    told = losses(votes, aside, rest, 0)
    for way in WAYS:
        assert np.array_equal(told["lost"][way][:, 0], told["lost"]["random"][:, 0])
        assert (told["lost"][way][:, AFTER.index(10)].sum()) < told["lost"][way][:, 0].sum()
    again = losses(votes, aside, rest, 0)
    assert np.array_equal(told["lost"]["information"], again["lost"]["information"])
    row = summary([told, told])
    assert row["people"] == int((told["scored"] > 0).sum())  # twice the same people are no more
    page = {"conversations": {"town": row}, "seeds": [0], "date": "", "machine": "", "command": ""}
    assert sum(map(len, verdict(page))) == 4
    assert "| town |" in render({"replay": page})
