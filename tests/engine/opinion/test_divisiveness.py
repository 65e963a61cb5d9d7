"""Divisiveness: by hand, against a dense computation, and on open conversations."""

from __future__ import annotations

import numpy as np
import pytest

from baithak.engine.opinion.divisiveness import divisiveness, divisiveness_expected
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.votes import Statement, VoteMatrix
from factories.conversations import SHARED, SPLIT, town


def test_by_hand():
    # Ten people on "bridge" (5 yes, 5 no) and "school": of the yes 4 agree, of the no 1.
    bridge = [1] * 5 + [-1] * 5
    school = [1, 1, 1, 1, -1, 1, -1, -1, 0, -1]
    votes = VoteMatrix.from_arrays(
        list(range(10)) * 2, ["bridge"] * 10 + ["school"] * 10, bridge + school
    )
    # school given bridge: |4/5 - 1/5|; bridge given school: 5 yes (4 of 5), 4 no: too few.
    told = dict(zip(("bridge", "school"), divisiveness(votes), strict=True))
    assert told["school"] == pytest.approx(0.6)
    assert np.isnan(told["bridge"])


def test_against_a_dense_computation():
    votes = town(seed=2)
    x = votes.dense()
    expected = np.full(votes.m, np.nan)
    for j in range(votes.m):
        gaps = []
        for k in range(votes.m):
            yes, no = (x[(x[:, k] == side) & ~np.isnan(x[:, j]), j] for side in (1, -1))
            if k != j and min(len(yes), len(no)) >= 5:
                gaps.append(abs((yes == 1).mean() - (no == 1).mean()))
        if gaps:
            expected[j] = np.mean(gaps)
    assert divisiveness(votes) == pytest.approx(expected, nan_ok=True)


def test_expected_answers_rank_what_divides_above_what_is_shared():
    votes = town()
    told = divisiveness_expected(fit(votes), np.ones(votes.n), votes.shown, seed=0)
    where = {s.id: told[j] for j, s in enumerate(votes.statements)}
    dividing = [where[str(j)] for j in range(SHARED, SHARED + SPLIT)]
    others = [v for name, v in where.items() if not SHARED <= int(name) < SHARED + SPLIT]
    assert min(dividing) > max(others)
    assert all(0 <= v <= 1 for v in where.values())


def test_a_moderated_statement_is_neither_told_nor_asked():
    votes = town()
    shown = votes.shown.copy()
    shown[5] = False
    told = divisiveness_expected(fit(votes), np.ones(votes.n), shown, seed=0)
    assert np.isnan(told[5])
    assert not np.isnan(np.delete(told, 5)).any()
    hidden = VoteMatrix.from_arrays(
        [1, 1], ["a", "b"], [1, 1], statements=[Statement("a"), Statement("b", moderated_out=True)]
    )
    assert np.isnan(divisiveness(hidden)).all()


def test_weights_move_it():
    votes = town()
    model = fit(votes)
    hill = np.array([p.startswith("Hill") for p in votes.participants], dtype=float)
    alone = divisiveness_expected(model, hill, votes.shown, seed=0)
    together = divisiveness_expected(model, np.ones(votes.n), votes.shown, seed=0)
    assert alone.mean() < 0.6 * together.mean()  # within one camp little divides


def test_both_ways_of_counting_agree_on_an_open_conversation(data):
    votes = read(data("dialogues/scoop-hivemind.taxes"))
    counted = divisiveness(votes)
    told = divisiveness_expected(fit(votes), np.ones(votes.n), votes.shown, seed=0)
    both = ~np.isnan(counted) & ~np.isnan(told) & (votes.votes_per_statement > 60)
    assert np.corrcoef(counted[both], told[both])[0, 1] > 0.85
