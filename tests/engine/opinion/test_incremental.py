"""Votes taken in one by one: the sums, the order, new people and statements, what comes of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.opinion import model
from baithak.engine.opinion.incremental import Incremental
from baithak.engine.opinion.model import Fit, fit
from baithak.engine.opinion.votes import VoteMatrix

CLOSE = {"rel": 1e-12, "abs": 1e-12}


def town(n=60, m=15, share=0.4, seed=0) -> VoteMatrix:
    """People in two camps, with passes and votes against their camp."""
    random = np.random.default_rng(seed)
    camp, tilt = random.choice([-1.0, 1.0], n), random.normal(size=m)
    people, subjects = np.nonzero(random.random((n, m)) < share)
    lean = camp[people] * tilt[subjects] + random.normal(scale=0.7, size=len(people))
    said = np.where(np.abs(lean) < 0.3, 0, np.sign(lean)).astype(np.int8)
    return VoteMatrix.from_arrays(
        people, subjects, said, people=[str(i) for i in range(n)],
        channels={str(i): "token" for i in range(0, n, 2)},
    )  # fmt: skip


VOTES = town()
START = fit(VOTES, dimensions=2)


def batch_step(start: Fit, after: VoteMatrix, changed: set[str]) -> Fit:
    """The same by definition: changed people found anew at the start's statements, all sums anew."""
    wide = model._carried(model._with_sums(start), after)
    who = np.array(sorted(after.participants.index(name) for name in changed))
    z, packed, w = wide.z.copy(), wide.z_packed.copy(), wide.w.copy()
    told = model.found_anew(
        wide, wide.base, model._rows_of(after, who), z[who], packed[who], w[who]
    )
    z[who], packed[who], w[who] = told
    rows = (after.indptr, after.columns, after.values)
    sums = model.said(wide, rows, z, packed, w)
    new = model.replace(wide, votes=after, z=z, z_packed=packed, w=w, sums=sums)
    return model._statement_step(new)


def same(told: Fit, wanted: Fit) -> None:
    assert told.votes == wanted.votes
    for name in ("b_v", "b_v_cov", "x"):
        assert getattr(told, name) == pytest.approx(getattr(wanted, name), **CLOSE), name
    for name in ("z", "z_packed", "w"):
        assert getattr(told, name).tobytes() == getattr(wanted, name).tobytes(), name


people = st.sampled_from([str(i) for i in range(70)])  # ten of them new
subjects = st.sampled_from([str(j) for j in range(18)])  # three of them new
ballots = st.dictionaries(st.tuples(people, subjects), st.sampled_from([-1, 0, 1]), min_size=1)


@settings(max_examples=25, deadline=None)
@given(ballots, st.randoms(use_true_random=False), st.integers(1, 7))
def test_votes_in_any_order_and_portions_equal_one_batch_step(cast, chance, portion):
    order = [(p, s, v) for (p, s), v in cast.items()]
    # Some say something else first: only the last vote on a statement counts.
    order = [(p, s, -v) for p, s, v in order if chance.random() < 0.3] + chance.sample(
        order, len(order)
    )
    running = Incremental(START)
    for first in range(0, len(order), portion):
        running.vote(*zip(*order[first : first + portion], strict=True))
    after = VOTES.with_votes(*zip(*order, strict=True))
    told = running.fit()
    assert (running.size, running.n, running.m) == (after.size, after.n, after.m)
    same(told, batch_step(START, after, {p for p, _ in cast}))
    # The sums are those of everybody as they stand now, taken anew.
    places = [after.statements[j].id for j in range(after.m)]
    at = [running.statements.index(name) for name in places]
    wanted = batch_step(START, after, {p for p, _ in cast}).sums
    for kept, new in zip(running.sums, wanted, strict=True):
        assert kept[at] == pytest.approx(new, rel=1e-12, abs=1e-12 * np.abs(new).max())


def test_a_slip_in_the_old_contribution_would_be_seen(monkeypatch):
    """The control: sums from which the old vote is not taken out are not those of one step."""
    votes = (["3", "4"], ["1", "2"], [1, -1])
    taken = model.said

    def forgetful(*given, sign=1, **more):
        return taken(*given, **more) if sign == 1 else ()

    monkeypatch.setattr("baithak.engine.opinion.incremental.said", forgetful)
    running = Incremental(START)
    running.vote(*votes)
    wanted = batch_step(START, VOTES.with_votes(*votes), {"3", "4"})
    assert np.abs(running.fit().b_v - wanted.b_v).max() > 1e-4


def test_the_fit_it_began_with_is_not_changed():
    before = [part.tobytes() for part in (START.z, START.z_packed, START.w, START.b_v)]
    running = Incremental(START)
    running.vote(["1", "new"], ["1", "1"], [1, 1])
    assert [part.tobytes() for part in (START.z, START.z_packed, START.w, START.b_v)] == before
    assert running.revision == 1
    assert running.participants[-1] == "new"


def test_taking_a_vote_back_to_what_it_was_undoes_it():
    running = Incremental(START)
    start = running.b_v.copy()
    someone, subject = VOTES.participants[0], int(VOTES.columns[0])
    before = int(VOTES.values[0])
    running.vote([someone], [VOTES.statements[subject].id], [before])
    settled = running.b_v.copy()  # found anew from the same votes: a little more settled
    running.vote([someone], [VOTES.statements[subject].id], [-1 if before > -1 else 1])
    moved = running.b_v.copy()
    running.vote([someone], [VOTES.statements[subject].id], [before])
    assert running.b_v == pytest.approx(settled, **CLOSE)
    assert np.abs(moved - settled).max() > 1e3 * np.abs(running.b_v - settled).max()
    assert np.abs(settled - start).max() < 0.1
    assert running.size == VOTES.size


def test_many_votes_of_the_same_people_do_not_fill_the_memory():
    running, random = Incremental(START), np.random.default_rng(0)
    cast = {}
    for _ in range(300):
        p, s, v = str(random.integers(5)), str(random.integers(15)), int(random.integers(-1, 2))
        cast[p, s] = v
        running.vote([p], [s], [v])
    pairs = [(p, s, v) for (p, s), v in cast.items()]
    after = VOTES.with_votes(*zip(*pairs, strict=True))
    same(running.fit(), batch_step(START, after, {p for p, _ in cast}))
    assert len(running._columns) < 3_000


def test_a_refused_batch_leaves_everything_as_it_was():
    running = Incremental(START)
    before = running.b_v.tobytes()
    with pytest.raises(EngineError, match=r"votes\.unknown_value"):
        running.vote(["1", "stranger"], ["1", "2"], [1, 2])
    with pytest.raises(EngineError, match=r"votes\.lengths_differ"):
        running.vote(["stranger"], ["1", "2"], [1, 1])
    running.vote([], [], [])
    assert running.b_v.tobytes() == before
    assert (running.n, running.revision) == (60, 0)
    with pytest.raises(EngineError, match=r"model\.unknown_person"):
        running.mean("stranger")


def test_a_new_person_stands_where_their_votes_put_them():
    running = Incremental(START)
    side = np.argsort(START.b_v[:, 1])
    far = [VOTES.statements[j].id for j in (*side[:3], *side[-3:])]
    running.vote(["east"] * 6 + ["west"] * 6, far * 2, [-1] * 3 + [1] * 6 + [-1] * 3)
    assert running.mean("east")[1] > 0.5
    assert running.mean("west")[1] < -0.5
    told = running.fit()
    assert told.votes.channels[told.votes.participants.index("east")] == "open"
