"""The whole map: what a town would recognise, whatever the order, and small conversations."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak import __version__
from baithak.engine.errors import EngineError
from baithak.engine.opinion.map import map_run, opinion_map
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.results import OpinionMap
from baithak.engine.opinion.votes import Statement, VoteMatrix
from factories.conversations import SHARED, SPLIT, shuffled, town

METHODS = ("baithak", "polis")
EIGHT = (
    "15-per-hour-seattle",
    "american-assembly.bowling-green",
    "brexit-consensus",
    "canadian-electoral-reform",
    "london.youth.policing",
    "scoop-hivemind.taxes",
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
    "vtaiwan.uberx",
)


def check(told: OpinionMap) -> None:
    """What holds of every map."""
    text = told.to_json(people=True)  # refuses NaN
    assert OpinionMap.from_json(text) == told
    assert sorted(g.id for g in told.groups) == list("ABCDE"[: len(told.groups)])
    assert told.one_continuum == (len(told.groups) == 1)
    assert math.isclose(sum(g.share for g in told.groups), 1.0, abs_tol=1e-4)
    for axis in told.axes:
        assert axis.reliability is None or 0 <= axis.reliability <= 1
    for group in told.groups:
        assert group.sure <= group.size
        assert group.stability is None or 0 <= group.stability <= 1
    for s in told.statements:
        intervals = [s.agree, s.common_ground, s.common_ground_no]
        intervals += [i for v in s.by_group.values() for i in (v.agree, v.disagree)]
        for i in intervals:
            assert 0 <= i.low <= i.value <= i.high <= 1
        assert s.votes == s.agrees + s.disagrees + s.passes
        assert 0 <= s.depth <= 1
        assert 0 <= s.disagreement <= 1
        assert s.divisiveness is None or 0 <= s.divisiveness <= 1
        assert set(s.representative_of) <= {g.id for g in told.groups}
    for i in (told.polarisation.depth, told.polarisation.breadth):
        assert 0 <= i.low <= i.value <= i.high <= 1
    for person in told.people:
        assert math.isclose(sum(person.membership), 1.0, abs_tol=1e-3) or told.method == "polis"


def test_the_town_recognises_itself():
    told = opinion_map(town(), people=True)
    check(told)
    assert (told.participants, told.method, told.seed, told.version) == (
        80,
        "baithak",
        0,
        __version__,
    )
    assert [(g.id, g.size) for g in told.groups] == [("A", 50), ("B", 30)]
    assert told.groups[0].stability == 1.0
    hill = {p.id for p in told.people if p.membership[0] > 0.5}
    assert hill == {f"Hill-{i:02}" for i in range(50)}
    best = sorted(told.statements, key=lambda s: -s.common_ground.value)[:SHARED]
    assert {s.id for s in best} == {"0", "1", "2", "3"}
    dividing = [s for s in told.statements if SHARED <= int(s.id) < SHARED + SPLIT]
    others = [s for s in told.statements if s not in dividing]
    assert min(s.depth for s in dividing) > 0.3 > 0.15 > max(s.depth for s in others)
    assert min(s.divisiveness for s in dividing) > max(s.divisiveness for s in others)
    assert all(not s.representative_of for s in others[:SHARED])
    assert sum("A" in s.representative_of for s in dividing) == 5
    # Shared statements unite across camps, so they bridge; dividing ones hang on the camp.
    assert min(s.bridging for s in best) > max(s.bridging for s in dividing)
    assert told.polarisation.breadth.value == pytest.approx(SPLIT / 20, abs=0.06)
    assert told.polarisation.measures["camps_bic"] > 10


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_rows_gives_the_same_bytes(method, seed):
    votes = town(channels=True)
    first = opinion_map(votes, method=method, people=True).to_json(people=True)
    assert (
        opinion_map(shuffled(votes, seed), method=method, people=True).to_json(people=True) == first
    )


def test_people_stay_inside_unless_asked_for():
    told = opinion_map(town())
    assert told.people == ()
    assert "Hill-00" not in told.to_json()


def test_json_has_the_fields_that_were_promised():
    told = json.loads(opinion_map(town()).to_json())
    assert {"participants", "votes", "axes", "groups", "statements", "polarisation"} <= set(told)
    assert {"method", "seed", "version"} <= set(told)
    assert {"id", "size", "share", "stability"} <= set(told["groups"][0])
    assert {"id", "text", "votes", "by_group", "common_ground"} <= set(told["statements"][0])
    assert {"value", "low", "high"} == set(told["statements"][0]["common_ground"])


SMALL = {
    "one participant": [("Amina", 1, 1), ("Amina", 2, -1)],
    "one vote": [("Amina", 1, 0)],
    "one statement": [("Amina", 1, 1), ("Bilal", 1, -1), ("Chand", 1, 0), ("Dilara", 1, 1)],
    "two people": [("Amina", 1, 1), ("Bilal", 1, -1), ("Bilal", 2, 1)],
    "all the same": [(p, s, 1) for p in range(12) for s in range(6)],
    "all pass": [(p, s, 0) for p in range(12) for s in range(6)],
    "nobody shares a statement": [(p, p, 1) for p in range(9)],
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", SMALL)
def test_small_conversations_get_an_honest_map(method, name):
    people, statements, values = zip(*SMALL[name], strict=True)
    told = opinion_map(
        VoteMatrix.from_arrays(people, statements, values), method=method, people=True
    )
    check(told)
    if method == "baithak":
        assert told.one_continuum
    assert ("too_few_people" in told.notes) == (told.participants < 4)


def test_an_empty_conversation_is_refused():
    hidden = [Statement("1", moderated_out=True), Statement("2", meta=True)]
    votes = VoteMatrix.from_arrays([1, 2], ["1", "2"], [1, 1], statements=hidden)
    with pytest.raises(EngineError) as caught:
        opinion_map(votes)
    assert caught.value.code == "votes.empty"
    with pytest.raises(EngineError) as caught:
        opinion_map(town(), method="guess")  # type: ignore[arg-type]
    assert caught.value.code == "map.method"


@pytest.mark.parametrize("method", METHODS)
def test_statements_taken_away_are_not_listed_and_move_nothing(method):
    votes = town()
    gone = tuple(replace(s, moderated_out=s.id == "7") for s in votes.statements)
    told = opinion_map(replace(votes, statements=gone), method=method)
    assert "7" not in {s.id for s in told.statements}
    assert told.votes == votes.size
    if method == "baithak":
        kept = votes.columns != [s.id for s in votes.statements].index("7")
        without = opinion_map(votes.keep_votes(kept))
        assert [g.size for g in told.groups] == [g.size for g in without.groups]


def test_groups_keep_their_letters_when_their_sizes_change():
    before = opinion_map(town())
    later = town(seed=5, camps={"Hill": 30, "River": 45})
    told = opinion_map(later, previous=before)
    sizes = {g.id: g.size for g in told.groups}
    assert sizes == {"A": 30, "B": 45}
    assert [g.id for g in opinion_map(later).groups] == ["A", "B"]
    assert {g.id: g.size for g in opinion_map(later).groups} == {"A": 45, "B": 30}


def test_weights_move_shares_but_not_places():
    votes = town()
    said = {p: {"side": p.split("-")[0]} for p in votes.participants}
    plain = opinion_map(votes, people=True)
    half = opinion_map(
        votes, population={"side": {"Hill": 0.5, "River": 0.5}}, declared=said, people=True
    )
    assert [g.share for g in plain.groups] == pytest.approx([0.625, 0.375], abs=0.01)
    assert [g.share for g in half.groups] == pytest.approx([0.5, 0.5], abs=0.01)
    assert half.people == plain.people
    assert half.weights is not None
    assert half.weights.effective == pytest.approx(6400 / (1600 / 50 + 1600 / 30) / 1.0, rel=0.02)


def test_defences_run_where_channels_are_known():
    assert opinion_map(town()).defence is None
    told = opinion_map(town(channels=True)).defence
    assert told is not None
    assert not told.alarm
    assert set(told.top_with[:SHARED]) == {"0", "1", "2", "3"}


def test_a_bought_script_cannot_erase_what_the_town_shares():
    votes = town(channels=True)
    script = {str(j): -1 if j < SHARED else 1 for j in range(20)}
    bots = [(f"bot-{b}", s, v) for b in range(9) for s, v in script.items()]
    people, statements, values = zip(*bots, strict=True)
    attacked = votes.with_votes(people, statements, values)
    told = opinion_map(attacked)
    assert told.defence is not None
    assert told.defence.alarm
    assert told.defence.collapsed_people >= 9
    assert not {"0", "1", "2", "3"} <= set(told.defence.top_without[:SHARED])
    assert {"0", "1", "2", "3"} <= set(told.defence.top_with[:5])
    assert sum(g.share for g in told.groups) == pytest.approx(1.0, abs=1e-4)


def test_progress_is_told_and_ends_at_one():
    heard: list[float] = []
    opinion_map(town(), progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_refits_can_stand_in_for_quick_repeats():
    told = opinion_map(town(), refits=4)
    assert told.repeats == 4
    assert told.groups[0].stability == 1.0
    check(told)


def test_a_run_keeps_what_placing_people_needs():
    run = map_run(town())
    assert run.fit is not None
    assert run.mixture is not None
    assert run.mixture.k == len(run.map.groups)
    assert map_run(town(), method="polis").fit is None


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    n=st.integers(1, 25),
    m=st.integers(1, 12),
    seen=st.floats(0.1, 1.0),
    method=st.sampled_from(METHODS),
    channels=st.booleans(),
)
def test_any_conversation_gets_a_valid_map(seed, n, m, seen, method, channels):
    random = np.random.default_rng(seed)
    people, statements = np.nonzero(random.random((n, m)) < seen)
    if not len(people):
        return
    values = random.choice([-1, 0, 1], len(people))
    who = {str(p): "token" for p in range(0, n, 2)} if channels else None
    check(
        opinion_map(
            VoteMatrix.from_arrays(people, statements, values, channels=who),
            method=method,
            people=True,
        )
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", EIGHT)
def test_open_conversations(data, name, method):
    votes = read(data(f"dialogues/{name}"))
    told = opinion_map(votes, method=method, people=True)
    check(told)
    assert told.votes == votes.size
    assert len(told.statements) == votes.shown.sum()


def test_bowling_green_twice_gives_the_same_bytes(data):
    votes = read(data("dialogues/american-assembly.bowling-green"))
    assert opinion_map(votes).to_json() == opinion_map(votes).to_json()
