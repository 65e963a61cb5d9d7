"""Routing asks what tells most, is fair to what is new, and does not depend on luck."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion.map import map_run
from baithak.engine.opinion.placement import placement
from baithak.engine.opinion.routing import (
    NEW,
    TURN,
    RoutingTable,
    next_statements,
    polis_priority,
    routing_table,
)
from factories.conversations import SHARED, SPLIT, town


@pytest.fixture(scope="module")
def table():
    votes = town()
    run = map_run(votes)
    return routing_table(placement(run.fit, run.mixture, [g.id for g in run.map.groups]), votes)


def test_what_divides_is_asked_before_what_all_share(table):
    places = {str(j): [] for j in range(20)}
    for seed in range(20):
        for place, name in enumerate(next_statements(table, {}, seed=seed)):
            places[name].append(place)
    mean = {int(name): np.mean(where) for name, where in places.items()}
    dividing = [mean[j] for j in range(SHARED, SHARED + SPLIT)]
    assert max(dividing) < min(mean[j] for j in range(SHARED))


def test_everything_unseen_is_ordered_once_and_nothing_seen(table):
    told = next_statements(table, {"3": 1, "4": -1})
    assert sorted(told, key=int) == [str(j) for j in range(20) if j not in (3, 4)]
    assert next_statements(table, {str(j): 0 for j in range(20)}) == []


def test_the_same_person_is_asked_the_same_and_others_something_else(table):
    assert next_statements(table, {}, seed="Amina") == next_statements(table, {}, seed="Amina")
    firsts = {next_statements(table, {}, seed=s)[0] for s in range(40)}
    assert len(firsts) > 3


def test_new_statements_get_every_fourth_turn(table):
    candidates = [str(j) for j in range(20)] + ["late", "later"]
    told = next_statements(table, {}, candidates=candidates, new_counts={"late": 2, "later": 0})
    assert told[TURN - 1] == "later"
    assert told[2 * TURN - 1] == "late"
    after = next_statements(table, {"4": 1, "5": 1, "6": 1}, candidates=candidates)
    assert after[0] in ("late", "later")  # the fourth vote of this person


def test_a_statement_with_enough_votes_is_not_new(table):
    candidates = ["4", "5", "6", "7", "8", "0"]
    counts = dict.fromkeys(candidates, NEW)
    told = next_statements(table, {}, candidates=candidates, new_counts=counts)
    assert told[-1] == "0"


def test_polis_priority_by_hand():
    # 10 votes: 6 agree, 1 pass, 3 disagree; extremity 0.5.
    # importance (1 - 2/12) (1 + 0.5) (7/12) = 0.729166..., times 1 + 8 * 2^-2 = 3, squared.
    told = polis_priority(np.array([[3.0, 1.0, 6.0]]), np.array([0.5]))
    assert told[0] == pytest.approx((0.7291666666666666 * 3) ** 2)


def test_polis_can_be_asked_for_and_nonsense_cannot(table):
    told = next_statements(table, {}, method="polis")
    assert sorted(told, key=int) == [str(j) for j in range(20)]
    with pytest.raises(EngineError) as caught:
        next_statements(table, {}, method="horoscope")
    assert caught.value.code == "routing.method"


def test_the_table_survives_storage(table):
    again = RoutingTable.from_json(table.to_json())
    assert again.to_json() == table.to_json()
    assert next_statements(again, {"4": 1}) == next_statements(table, {"4": 1})
    with pytest.raises(EngineError):
        RoutingTable.from_json("{}")


@settings(max_examples=40, deadline=None)
@given(
    said=st.dictionaries(st.sampled_from([str(j) for j in range(20)]), st.sampled_from([-1, 0, 1])),
    seed=st.integers(),
)
def test_any_votes_give_a_whole_order(table, said, seed):
    told = next_statements(table, said, seed=seed)
    assert len(told) == len(set(told)) == 20 - len(said)
    assert not set(told) & set(said)
