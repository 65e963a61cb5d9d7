"""The same map from the workers of a cluster: two processes on this machine."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import numpy as np
import pytest
from click.testing import CliRunner

from baithak.engine.errors import EngineError
from baithak.engine.opinion import groups, shards
from baithak.engine.opinion.classic import classic
from baithak.engine.opinion.cluster import Cluster
from baithak.engine.opinion.map import opinion_map
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.votes import VoteMatrix

distributed = pytest.importorskip("distributed")


def town(n=400, m=80, share=0.25, seed=3) -> VoteMatrix:
    random = np.random.default_rng(seed)
    camp, tilt = random.choice([-1.0, 1.0], n), random.normal(size=m)
    people, subjects = np.nonzero(random.random((n, m)) < share)
    lean = camp[people] * tilt[subjects] + random.normal(scale=0.7, size=len(people))
    said = np.where(np.abs(lean) < 0.3, 0, np.sign(lean)).astype(np.int8)
    return VoteMatrix.from_arrays(people, subjects, said)


VOTES = town()


@pytest.fixture(scope="module")
def address():
    """A scheduler and two processes of one thread."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", memory_limit=0, silence_logs=50,
    ) as cluster:  # fmt: skip
        yield cluster.scheduler_address


@pytest.fixture
def cluster(address):
    with Cluster(address) as connected:
        yield connected


@pytest.fixture
def in_stretches(monkeypatch):
    """Eight stretches, as a large conversation has them, here and there."""
    monkeypatch.setattr(shards, "FEWEST", 0)
    monkeypatch.setattr(groups, "SHARED", 0)


def test_a_fit_is_the_same(cluster, in_stretches):
    here, there = fit(VOTES), fit(VOTES, crew=cluster)
    for name in ("z", "z_packed", "w", "b_v", "b_v_cov", "x"):
        assert getattr(there, name) == pytest.approx(getattr(here, name), rel=1e-9, abs=1e-9), name
    assert there.sweeps == here.sweeps
    assert there.z.tobytes() == here.z.tobytes()  # more than asked for: the same processor


def test_a_fit_that_learned_the_statements_from_some_is_the_same(cluster, in_stretches):
    here, there = fit(VOTES, sample=150), fit(VOTES, sample=150, crew=cluster)
    assert there.b_v == pytest.approx(here.b_v, rel=1e-9, abs=1e-9)
    assert there.z == pytest.approx(here.z, rel=1e-9, abs=1e-9)


def test_the_classic_map_is_the_same(cluster, in_stretches):
    here, there = classic(VOTES), classic(VOTES, crew=cluster)
    assert there.projections == pytest.approx(here.projections, rel=1e-9, abs=1e-9)
    assert there.components == pytest.approx(here.components, rel=1e-9, abs=1e-9)
    assert (there.labels == here.labels).all()
    assert (there.counts == here.counts).all()


@pytest.mark.parametrize("method", ["baithak", "polis"])
def test_the_whole_map_is_the_same(cluster, in_stretches, method):
    here = opinion_map(VOTES, method=method, people=True)
    there = opinion_map(VOTES, method=method, people=True, crew=cluster)
    assert there.to_json(people=True) == here.to_json(people=True)
    assert len(here.groups) > 1


def test_a_conversation_too_small_to_cut_is_the_same(cluster):
    assert opinion_map(VOTES, crew=cluster).to_json() == opinion_map(VOTES).to_json()


def test_both_workers_go_through_the_people(cluster, in_stretches):
    assert cluster.slots == 2
    held = cluster.hold(shards.stretches(VOTES, shards.cut(VOTES.indptr)))
    seen = held.each(_process)
    assert len(seen) == 8
    assert len(set(seen)) == 2
    assert sum(people for people in held.each(_people)) == VOTES.n


def test_a_step_that_is_done_again_finds_what_it_found_before(cluster):
    """A worker that dies takes its last step with it; the state before it must still be whole."""
    held = cluster.hold([(np.arange(3.0),), (np.arange(4.0),)])
    held.begin(_zero)
    before = list(held._states)
    assert held.step(_count_up, 5) == [15.0, 20.0]
    held._states = before
    assert held.step(_count_up, 5) == [15.0, 20.0]
    assert [state[0].tolist() for state in held.states()] == [[5.0] * 3, [5.0] * 4]


def test_another_version_on_a_worker_is_told(address, monkeypatch):
    monkeypatch.setattr(import_module("baithak.engine.opinion.cluster"), "__version__", "9.9")
    with pytest.raises(EngineError, match=r"cluster\.other_version"):
        Cluster(address)


def test_an_address_without_a_scheduler_is_told():
    for wrong in ("tcp://127.0.0.1:9", "nonsense://"):
        with pytest.raises(EngineError, match=r"cluster\.unreachable") as told:
            Cluster(wrong, patience=1.0)
        assert told.value.params["value"] == wrong


def test_a_missing_extra_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"cluster\.not_installed"):
        Cluster("tcp://127.0.0.1:8786")


def test_a_scheduler_without_workers_is_told():
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, host="127.0.0.1", protocol="tcp://",
            dashboard_address="127.0.0.1:0", silence_logs=50,
        ) as empty,
        pytest.raises(EngineError, match=r"cluster\.no_workers"),
    ):  # fmt: skip
        Cluster(empty.scheduler_address, patience=0.5)


def test_the_command_makes_the_same_map(address, tmp_path):
    from baithak.cli import main

    table = tmp_path / "votes.csv"
    rows = [
        f"{VOTES.participants[i]},{VOTES.statements[j].id},{v}"
        for i, j, v in zip(VOTES.rows, VOTES.columns, VOTES.values, strict=True)
    ]
    table.write_text("participant,statement,vote\n" + "\n".join(rows) + "\n")
    told = []
    for more in ([], ["--cluster", address]):
        file = tmp_path / f"map{len(more)}.json"
        asked = ["opinion", "map", str(table), "--refits", "0", "--json", str(file), *more]
        result = CliRunner().invoke(main, asked)
        assert result.exit_code == 0, result.output
        told.append(json.loads(file.read_text()))
    assert told[0] == told[1]


def test_the_command_says_that_nobody_answers(tmp_path):
    from baithak.cli import main

    table = tmp_path / "votes.csv"
    table.write_text("participant,statement,vote\nAmina,1,1\n")
    asked = ["opinion", "map", str(table), "--cluster", "nonsense://"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code != 0
    assert "nonsense://" in result.output
    assert "Start the scheduler" in result.output


# --- what runs on the workers


def _process(stretch):
    import os

    return os.getpid()


def _people(stretch):
    return len(stretch[0]) - 1


def _zero(stretch):
    return (stretch[0] * 0,)


def _count_up(stretch, state, by):
    state[0][:] += by
    return float(state[0].sum())
