"""What Polis itself computed, number by number (four conversations, see goldens/ATTRIBUTION.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from baithak.engine.opinion.classic import Classic, classic, priorities
from baithak.engine.opinion.representative import (
    consensus,
    group_counts,
    group_statistics,
    representative,
)
from baithak.engine.opinion.votes import Statement, VoteMatrix

CONVERSATIONS = (
    "below-100-ptpts",
    "25ptpt-3gp-no-strict-with-meta",
    "above-100-ptpts",
    "150ptpt-3gp-no-strict-no-meta",
)


@dataclass
class Golden:
    votes: VoteMatrix
    math: dict[str, Any]
    result: Classic
    labels: np.ndarray  # the groups Polis showed, -1 for nobody's
    signs: np.ndarray  # Polis' axes and ours may point opposite ways; agree is -1 inside Polis

    def base(self) -> tuple[list[np.ndarray], np.ndarray]:
        """Rows of each base cluster's members, and its centre in our coordinates."""
        clusters = self.math["base-clusters"]
        row = {name: i for i, name in enumerate(self.votes.participants)}
        members = [np.array([row[str(p)] for p in some]) for some in clusters["members"]]
        return members, np.column_stack((clusters["x"], clusters["y"])) * -self.signs

    def column(self, values: dict[str, Any]) -> np.ndarray:
        """A dictionary by statement id as an array in our order."""
        return np.array([values[s.id] for s in self.votes.statements])


@pytest.fixture(params=CONVERSATIONS)
def golden(request, data) -> Golden:
    folder = data("goldens/polis-math") / request.param
    math = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
    cast = json.loads((folder / "votes.json").read_text(encoding="utf-8"))
    out, meta = set(math["mod-out"]), set(math["meta-tids"])
    votes = VoteMatrix.from_arrays(
        np.array([v.get("pid", v.get("participant_id")) for v in cast]),
        np.array([v.get("tid", v.get("statement_id")) for v in cast]),
        np.array([v["vote"] for v in cast]),
        statements=[
            Statement(str(t), moderated_out=t in out, meta=t in meta) for t in math["tids"]
        ],
    )
    result = classic(votes, keep=[str(p) for p in math["in-conv"]])
    signs = np.sign((np.array(math["pca"]["comps"]) * result.components).sum(axis=1))
    clusters = dict(zip(math["base-clusters"]["id"], math["base-clusters"]["members"], strict=True))
    group_of = {
        str(p): group["id"]
        for group in math["group-clusters"]
        for b in group["members"]
        for p in clusters[b]
    }
    labels = np.array([group_of.get(p, -1) for p in votes.participants], dtype=np.int32)
    return Golden(votes, math, result, labels, signs)


def test_the_centre_is_polis_centre(golden):
    assert np.abs(golden.result.centre + golden.math["pca"]["center"]).max() <= 1e-9


def test_both_axes_are_polis_axes(golden):
    theirs = np.array(golden.math["pca"]["comps"]) * golden.signs[:, None]
    assert np.abs(golden.result.components - theirs).max() <= 1e-9


def test_statements_stand_where_polis_puts_them(golden):
    theirs = np.array(golden.math["pca"]["comment-projection"]).T * -golden.signs
    extremity = np.array(golden.math["pca"]["comment-extremity"])
    assert np.abs(golden.result.statement_projections - theirs).max() <= 1e-9
    assert np.abs(golden.result.extremity - extremity).max() <= 1e-9


def test_people_in_the_conversation_are_polis_people(golden):
    inside = {
        p for p, c in zip(golden.votes.participants, golden.result.clustered, strict=True) if c
    }
    assert inside == {str(p) for p in golden.math["in-conv"]}


def test_every_base_cluster_is_the_mean_of_its_members(golden):
    members, centres = golden.base()
    means = np.array([golden.result.projections[rows].mean(axis=0) for rows in members])
    assert np.abs(means - centres).max() <= 1e-9


def test_every_member_is_nearest_to_its_own_base_cluster(golden):
    members, centres = golden.base()
    for b, rows in enumerate(members):
        away = golden.result.projections[rows][:, None, :] - centres[None, :, :]
        distances = np.sqrt((away**2).sum(axis=2))
        assert (distances[:, b] <= distances.min(axis=1) + 1e-9).all()


def test_every_group_is_the_weighted_mean_of_its_base_clusters(golden):
    members, centres = golden.base()
    ids = golden.math["base-clusters"]["id"]
    sizes = np.array([len(rows) for rows in members])
    for group in golden.math["group-clusters"]:
        own = [ids.index(b) for b in group["members"]]
        mean = np.average(centres[own], axis=0, weights=sizes[own])
        assert np.abs(mean - np.array(group["center"]) * -golden.signs).max() <= 1e-9


def test_every_base_cluster_is_nearest_to_its_own_group(golden):
    _, centres = golden.base()
    ids = golden.math["base-clusters"]["id"]
    middles = np.array([g["center"] for g in golden.math["group-clusters"]]) * -golden.signs
    for g, group in enumerate(golden.math["group-clusters"]):
        own = centres[[ids.index(b) for b in group["members"]]]
        distances = np.sqrt(((own[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2))
        assert (distances[:, g] <= distances.min(axis=1) + 1e-9).all()


def test_votes_by_group_are_exact(golden):
    k = len(golden.math["group-clusters"])
    counts = group_counts(golden.votes, golden.labels, k)[:k]
    for g in range(k):
        theirs = golden.math["group-votes"][str(g)]
        assert (golden.labels == g).sum() == theirs["n-members"]
        for j, statement in enumerate(golden.votes.statements):
            told = theirs["votes"][statement.id]
            assert (counts[g, j, 2], counts[g, j, 0], counts[g, j].sum()) == (
                told["A"],
                told["D"],
                told["S"],
            )


def test_group_aware_consensus(golden):
    k = len(golden.math["group-clusters"])
    told = group_statistics(group_counts(golden.votes, golden.labels, k)[:k])
    theirs = golden.column(golden.math["group-aware-consensus"])
    assert np.abs(told.common_agree - theirs).max() <= 1e-12


def test_representative_statements(golden):
    k = len(golden.math["group-clusters"])
    told = group_statistics(group_counts(golden.votes, golden.labels, k)[:k])
    ours = representative(golden.votes, told, golden.votes.shown)
    for g in range(k):
        theirs = golden.math["repness"][str(g)]
        assert [(one.statement, one.side, one.successes, one.trials) for one in ours[g]] == [
            (str(one["tid"]), one["repful-for"], one["n-success"], one["n-trials"])
            for one in theirs
        ]
        assert [one.statement for one in ours[g] if one.best_agree] == [
            str(one["tid"]) for one in theirs if one.get("best-agree")
        ]
        for one, their in zip(ours[g], theirs, strict=True):
            assert one.p == pytest.approx(their["p-success"], abs=1e-9)
            assert one.p_test == pytest.approx(their["p-test"], abs=1e-9)
            assert one.r == pytest.approx(their["repness"], abs=1e-9)
            # Polis keeps this one in single precision.
            assert one.r_test == pytest.approx(their["repness-test"], abs=1e-6)


def test_consensus_statements(golden):
    everybody = group_counts(golden.votes, np.zeros(golden.votes.n, dtype=np.int32), 1)[0]
    agree, disagree = consensus(golden.votes, everybody, golden.votes.shown)
    for ours, theirs in (
        (agree, golden.math["consensus"]["agree"]),
        (disagree, golden.math["consensus"]["disagree"]),
    ):
        assert [(one.statement, one.successes, one.trials) for one in ours] == [
            (str(one["tid"]), one["n-success"], one["n-trials"]) for one in theirs
        ]
        for one, their in zip(ours, theirs, strict=True):
            assert one.p == pytest.approx(their["p-success"], abs=1e-9)
            assert one.p_test == pytest.approx(their["p-test"], abs=1e-9)


def test_priorities_for_the_next_statement(golden):
    k = len(golden.math["group-clusters"])
    counts = group_counts(golden.votes, golden.labels, k)[:k].sum(axis=0)
    meta = np.array([s.meta for s in golden.votes.statements])
    ours = priorities(counts, golden.result.extremity, meta)
    theirs = golden.math["comment-priorities"]
    defined = [j for j, s in enumerate(golden.votes.statements) if s.id in theirs]
    wanted = np.array([theirs[golden.votes.statements[j].id] for j in defined])
    assert np.abs(ours[defined] / wanted - 1).max() <= 1e-9
