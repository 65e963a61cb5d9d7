"""Defences: near-identical votes, vetoes that need verified people, alarms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baithak.engine.opinion.defences import (
    CAP,
    alarm,
    collapse,
    concerted,
    doubted,
    shared,
    similarity,
    spokespeople,
)
from baithak.engine.opinion.model import fit
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.votes import VoteMatrix
from factories.conversations import shuffled, town


def market(n=80, m=40, seed=1):
    """People of all opinions, so that nobody looks like anybody else."""
    random = np.random.default_rng(seed)
    rows, columns = np.nonzero(random.random((n, m)) < 0.7)
    return VoteMatrix.from_arrays(rows, columns, random.choice([-1, 0, 1], len(rows)))


def with_bots(votes, count, share=1.0, slips=0.0, seed=0):
    """The town and bots with one script, shown part of it, slipping now and then."""
    random = np.random.default_rng(seed)
    script = random.choice([-1, 1], votes.m)
    rows = []
    for bot in range(count):
        for j in range(votes.m):
            if random.random() < share:
                said = -script[j] if random.random() < slips else script[j]
                rows.append((f"bot-{bot:03}", votes.statements[j].id, int(said)))
    people, statements, values = zip(*rows, strict=True)
    return votes.with_votes(people, statements, values)


def bots_in(votes):
    return np.array([p.startswith("bot") for p in votes.participants])


def test_similarity_by_hand():
    votes = VoteMatrix.from_arrays(
        ["Amina"] * 3 + ["Bilal"] * 3, [1, 2, 3, 2, 3, 4], [1, 0, -1, 0, 1, 1]
    )
    assert similarity(votes, 0, 1) == (2, 1)


def test_an_honest_crowd_is_left_alone():
    told = collapse(market())
    assert told.people == 0
    assert told.weights.tolist() == [1.0] * 80
    assert told.kept.all()


@pytest.mark.parametrize("count", [10, 40])
def test_a_script_counts_for_three_people(count):
    votes = with_bots(market(), count)
    told = collapse(votes)
    assert told.sizes.tolist() == [count]
    assert (told.block >= 0).tolist() == bots_in(votes).tolist()
    assert told.weights.sum() == pytest.approx(80 + CAP)
    assert told.kept.sum() == 80 + CAP


def test_honest_look_alikes_pay_a_price_that_is_told():
    told = collapse(town())  # few statements, clear camps: six people happen to say the same
    assert told.people == 6
    assert told.weights.min() == 0.5


def test_three_friends_are_not_a_block():
    assert collapse(with_bots(market(), 3)).people == 0


def test_a_script_shown_in_parts_with_slips_is_still_found_in_a_large_crowd():
    attacked = with_bots(market(600), 60, share=0.8, slips=0.01)
    told = collapse(attacked, positions=fit(attacked).z[:, 1:])
    caught = (told.block >= 0) & bots_in(attacked)
    assert caught.sum() >= 45
    assert told.people == caught.sum()  # and nobody else
    assert told.weights[bots_in(attacked)].sum() < 25


def test_every_member_of_a_block_is_near_identical_to_its_leader(data):
    votes = read(data("dialogues/vtaiwan.uberx"))
    told = collapse(votes, positions=fit(votes).z[:, 1:])
    assert told.people > 0
    for number in range(len(told.sizes)):
        members = np.flatnonzero(told.block == number)
        leader = min(members, key=lambda i: (-votes.votes_per_person[i], i))
        for i in members:
            common, same = similarity(votes, int(leader), int(i))
            assert common >= 10
            assert same >= 0.93 * common - 1e-9
    assert told.weights.mean() > 0.9  # the price honest look-alikes pay


def test_blocks_do_not_depend_on_the_order_of_votes():
    votes = with_bots(town(), 12, share=0.9)
    one, two = collapse(votes), collapse(shuffled(votes, 3))
    assert np.array_equal(one.block, two.block)
    assert np.array_equal(one.weights, two.weights)


def test_small_groups_need_verified_people_for_a_veto():
    member = np.repeat([[1.0, 0.0], [0.0, 1.0]], [90, 10], axis=0)
    alone = np.arange(100) < 90
    speaking, veto = spokespeople(member, np.ones(100), alone)
    assert veto.tolist() == [True, False]
    # A small group that came by a token keeps its veto, spoken by its verified members, if ten do.
    member = np.repeat([[1.0, 0.0], [0.0, 1.0]], [90, 13], axis=0)
    tokens = np.ones(103, dtype=bool)
    tokens[90:93] = False
    speaking, veto = spokespeople(member, np.ones(103), tokens)
    assert veto.tolist() == [True, True]
    assert speaking[:, 1].sum() == 10
    tokens[93] = False
    assert spokespeople(member, np.ones(103), tokens)[1].tolist() == [True, False]


def test_a_lopsided_group_speaks_through_its_verified_members():
    # 60 of 200: 48 came by the open link; elsewhere half did.
    member = np.repeat([[1.0, 0.0], [0.0, 1.0]], [140, 60], axis=0)
    verified = np.concatenate((np.arange(140) % 2 == 0, np.arange(60) < 12))
    speaking, veto = spokespeople(member, np.ones(200), verified)
    assert veto.tolist() == [True, True]
    assert speaking[:, 1].sum() == 12
    assert speaking[:, 0].sum() == 140


def test_somebody_always_keeps_a_veto():
    member = np.full((20, 2), 0.5)
    veto = spokespeople(member, np.ones(20), np.zeros(20, dtype=bool))[1]
    assert veto.any()


def refusers(votes, count, columns, name):
    """The town and people who agree with their neighbours in all but what everybody shares."""
    ids = [votes.statements[j].id for j in columns]
    people = [f"{name}-{i:03}" for i in range(count) for _ in ids]
    return votes.with_votes(people, ids * count, [-1] * len(people))


def test_many_who_refuse_what_verified_people_share_count_little_and_raise_the_alarm():
    votes = town(channels=True)
    ground = shared(votes, votes.verified)[:6]
    assert concerted(votes, votes.verified, ground) is None
    assert doubted(votes, votes.verified, ground).min() == 1.0
    attacked = refusers(votes, 12, ground, "refuser")
    part = concerted(attacked, attacked.verified, ground)
    assert part == 0.8
    weights = doubted(attacked, attacked.verified, ground)
    new = np.array([p.startswith("refuser") for p in attacked.participants])
    assert weights[new].sum() <= 2.0
    assert (weights[~new] < 1).sum() <= 1  # one resident refuses all of it, too
    assert alarm(("a",), ("a",), part)
    assert not alarm(("a",), ("a",))


def test_verified_people_who_refuse_what_others_share_keep_their_weight():
    votes = town(channels=True)
    ground = shared(votes, votes.verified)[:6]
    attacked = refusers(votes, 12, ground, "minority")
    channels = tuple(
        "token" if p.startswith("minority") else c
        for p, c in zip(attacked.participants, attacked.channels, strict=True)
    )
    heard = replace(attacked, channels=channels)
    assert doubted(heard, heard.verified, ground).min() == 1.0


def test_where_nobody_is_verified_refusers_raise_the_alarm_and_keep_their_weight():
    votes = town()
    nobody = np.zeros(votes.n, dtype=bool)
    ground = shared(votes, ~nobody)[:6]
    assert concerted(votes, nobody, ground) is None
    attacked = refusers(votes, 12, ground, "refuser")
    nobody = np.zeros(attacked.n, dtype=bool)
    assert concerted(attacked, nobody, ground) == 0.8
    assert doubted(attacked, nobody, ground).min() == 1.0
