"""The gate between releases: rows are renewed, kept or hidden, and lists follow them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from baithak.report.disclosure import published
from baithak.report.releases import beside, releasable
from factories.opinion import opinion_map


@pytest.fixture(scope="module")
def small():
    return published(opinion_map((60, 50), 9, seed=3))


@pytest.fixture(scope="module")
def large():
    return published(opinion_map((240, 200), 9, seed=3))


def rows(told):
    return {s.id: (s.everybody, s.by_group) for s in told.statements}


def test_the_first_map_is_published_as_it_is(small):
    assert releasable(small, [], new=110) == small


def test_nothing_new_is_published_before_k_people_came(small, large):
    assert releasable(large, [small], new=9) is None
    assert releasable(large, [small], new=10) is not None


def test_many_new_votes_renew_a_row_and_none_keep_it(small, large):
    told = releasable(large, [small], new=330)
    changed = [s for s in rows(told) if rows(told)[s] == rows(large)[s] != rows(small)[s]]
    kept = [s for s in rows(told) if rows(told)[s] == rows(small)[s]]
    assert changed
    assert len(changed) + len(kept) == 9
    again = releasable(large, [large], new=10)
    assert rows(again) == rows(large)


def test_a_row_with_a_handful_of_new_votes_keeps_its_figures(small):
    first = small.statements[0]
    more = {
        g: replace(c, votes=c.votes + 5, agree=replace(c.agree, value=c.agree.value))
        for g, c in first.by_group.items()
    }
    now = replace(
        small,
        participants=small.participants + 10,
        statements=(replace(first, by_group=more, text="Said anew."), *small.statements[1:]),
    )
    told = releasable(now, [small], new=10).statements[0]
    assert told.by_group == first.by_group
    assert told.text == "Said anew."


def test_sizes_are_renewed_together_or_not_at_all(small):
    a, b = small.groups
    grown = replace(small, groups=(replace(a, size=a.size + 100), replace(b, size=b.size + 5)))
    assert [g.size for g in releasable(grown, [small], new=105).groups] == [a.size, b.size]
    both = replace(small, groups=(replace(a, size=a.size + 100), replace(b, size=b.size + 20)))
    assert releasable(both, [small], new=120).groups == both.groups


def test_other_groups_hide_what_their_sums_would_tell(small, large):
    everybody = published(opinion_map((110,), 9, seed=3))
    told = releasable(small, [everybody], new=10)
    hidden = [s for s in told.statements if s.votes is None]
    assert hidden
    names = {s.id for s in hidden}
    assert not names & {*told.common_ground, *told.no_ground, *told.dividing}
    assert all(set(s.by_group) == {"0", "1"} for s in hidden)
    # Hidden rows are compared with what was shown of them last, further back.
    later = releasable(small, iter([told, everybody]), new=10)
    assert {s.id for s in later.statements if s.votes is None} == names
    grown = releasable(large, iter([told, everybody]), new=300)
    assert sum(s.votes is None for s in grown.statements) < len(hidden)


def test_a_dialogue_that_turns_tense_keeps_no_old_figure():
    calm = published(opinion_map((160, 140), 6, seed=4))
    tense = published(opinion_map((160, 140), 6, seed=4), tense=True)
    assert releasable(tense, [calm], new=10) is None
    told = releasable(tense, [calm], new=20)
    assert told.k == 20
    assert all(rows(told)[s] != rows(calm)[s] for s in rows(told))


def test_a_result_of_some_stands_beside_that_of_all_only_where_it_tells_nothing():
    whole = published(opinion_map((240, 160), 12, seed=5))
    part = published(opinion_map((150, 90), 12, seed=6))
    assert beside(part, whole, others=9) is None
    assert beside(part, whole, others=0) == part
    told = beside(part, whole, others=160)
    shown = {s.id for s in told.statements if s.votes is not None}
    assert {s.id: s for s in told.statements if s.id in shown} == {
        s.id: s for s in part.statements if s.id in shown
    }
    close = beside(whole, replace(whole, participants=whole.participants + 10), others=10)
    assert all(s.votes is None for s in close.statements)
    assert close.common_ground == ()
