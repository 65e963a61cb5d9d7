"""Placing a voter from a small table gives what the whole model would say."""

from __future__ import annotations

import json

import numpy as np
import pytest

from baithak.engine.errors import EngineError
from baithak.engine.opinion.map import map_run
from baithak.engine.opinion.placement import Placement, placement
from factories.conversations import town


@pytest.fixture(scope="module")
def run():
    return map_run(town(), people=True)


@pytest.fixture(scope="module")
def table(run):
    return placement(run.fit, run.mixture, [g.id for g in run.map.groups])


def votes_of(votes, i):
    at = slice(votes.indptr[i], votes.indptr[i + 1])
    names = [votes.statements[j].id for j in votes.columns[at]]
    return dict(zip(names, votes.values[at].tolist(), strict=True))


def test_people_are_placed_where_the_map_has_them(run, table):
    votes = run.fit.votes
    for person in run.map.people[::7]:
        place = table.place(votes_of(votes, votes.participants.index(person.id)))
        assert (place.x, place.y) == pytest.approx((person.x, person.y), abs=0.06)
        assert place.covariance == pytest.approx(person.covariance, abs=0.02)
        assert list(place.membership.values()) == pytest.approx(person.membership, abs=0.05)
        assert place.votes == person.votes


def test_nobody_is_placed_before_they_vote(table):
    place = table.place({})
    assert (place.x, place.y, place.votes) == (0.0, 0.0, 0)
    assert place.covariance == (1.0, 0.0, 1.0)
    assert list(place.membership.values()) == pytest.approx(table.weights)


def test_each_vote_makes_the_place_surer(table):
    said, before = {}, 1.0
    for name in ("4", "6", "8", "10", "12"):
        said[name] = 1
        width = table.place(said).covariance[0]
        assert width < before
        before = width
    assert max(table.place(said).membership.values()) > 0.9


def test_the_order_of_votes_and_unknown_statements_do_not_matter(table):
    one = table.place({"4": 1, "5": -1, "16": 0})
    two = table.place({"16": 0, "5": -1, "4": 1, "a statement from tomorrow": 1})
    assert one == two


def test_a_vote_that_is_none_is_refused(table):
    with pytest.raises(EngineError) as caught:
        table.place({"4": 2})
    assert caught.value.code == "votes.unknown_value"


def test_the_table_survives_storage(table):
    text = table.to_json()
    again = Placement.from_json(text)
    assert again.to_json() == text
    assert again.place({"4": 1}).x == pytest.approx(table.place({"4": 1}).x, abs=1e-5)
    assert "Hill" not in text  # nothing of any person


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": 99}'])
def test_a_broken_table_is_refused(text):
    with pytest.raises(EngineError) as caught:
        Placement.from_json(text)
    assert caught.value.code == "placement.unreadable"


def test_a_table_of_another_shape_is_refused(table):
    told = json.loads(table.to_json())
    told["statements"] = told["statements"][:-1]
    with pytest.raises(EngineError):
        Placement.from_json(json.dumps(told))


def test_people_of_one_camp_are_placed_on_one_side(table):
    hill = {str(j): 1 if j % 2 == 0 else -1 for j in range(4, 16)}
    river = {name: -vote for name, vote in hill.items()}
    x = table.place(hill).x, table.place(river).x
    assert np.sign(x[0]) == -np.sign(x[1])
    assert min(abs(v) for v in x) > 0.5
