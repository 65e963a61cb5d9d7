"""Two rounds compared: only published figures, and no change is claimed that may be chance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from baithak.report.disclosure import PublishedStatement, Share, published
from baithak.report.rounds import agreement, compare, describe
from baithak.report.words import words
from factories.opinion import opinion_map


@pytest.fixture(scope="module")
def first():
    return published(opinion_map((240, 150), 12, seed=1))


def same(told):
    return {s.id: s.id for s in told.statements}


def altered(told, name, **changes):
    """The map with one statement's figures changed."""
    return replace(
        told,
        statements=tuple(replace(s, **changes) if s.id == name else s for s in told.statements),
    )


def shifted(side: Share, by: float) -> Share:
    return Share("about", *(round((x or 0.0) + by, 2) for x in (side.value, side.low, side.high)))


def test_the_same_round_twice_has_no_sure_change(first):
    told = compare(first, first, same(first))
    assert {row.agreement for row in told.statements} <= {"unsure", "unknown"}
    assert told.sure == told.ground("lost") == told.ground("new") == ()
    assert {row.second for row in told.ground("kept")} == {
        *first.common_ground, *first.no_ground
    }  # fmt: skip


def test_agreement_of_everybody_is_put_together_from_the_shown_groups(first):
    told = next(
        s for s in first.statements if {c.agree.kind for c in s.by_group.values()} == {"about"}
    )
    a, b = (told.by_group[g.id].agree for g in first.groups)
    sizes = [g.size for g in first.groups]
    share = agreement(first, told)
    assert share.value == round((sizes[0] * a.value + sizes[1] * b.value) / sum(sizes), 2)
    assert share.low <= min(share.value, (a.low + b.low) / 2 + 0.5)
    assert share.high - share.low >= min(a.high - a.low, b.high - b.low)


def test_a_change_is_one_only_where_intervals_do_not_touch(first):
    name = next(
        s.id for s in first.statements if {c.agree.kind for c in s.by_group.values()} == {"about"}
    )
    cells = first.statement(name).by_group
    for by, expected in ((-0.01, "unsure"), (-0.35, "less")):
        moved = {
            g: replace(c, agree=shifted(c.agree, by if (c.agree.value or 0) > 0.5 else -by))
            for g, c in cells.items()
        }
        if expected == "less":
            moved = {g: replace(c, agree=Share("under", 0.05, 0.0, 0.05)) for g, c in cells.items()}
        told = compare(first, altered(first, name, by_group=moved), same(first))
        row = next(r for r in told.statements if r.first == name)
        assert row.agreement == expected
    assert told.statements[0].first == name  # sure changes come first
    assert "Fewer people agree" in describe(row, words("en"))[0]


def test_common_ground_that_left_the_list_is_lost_but_not_always_surely(first):
    name = first.common_ground[0]
    gone = replace(first, common_ground=first.common_ground[1:])
    row = next(r for r in compare(first, gone, same(first)).statements if r.first == name)
    assert (row.ground, row.ground_sure) == ("lost", False)
    assert "not sure" in " ".join(describe(row, words("en")))
    low = altered(gone, name, common_ground=Share("about", 0.2, 0.1, 0.3))
    row = next(r for r in compare(first, low, same(first)).statements if r.first == name)
    assert (row.ground, row.ground_sure) == ("lost", True)
    back = next(r for r in compare(low, first, same(first)).statements if r.first == name)
    assert (back.ground, back.ground_sure) == ("new", True)


def test_what_cannot_be_known_is_not_told(first):
    nobody = published(opinion_map((9,), 12))
    told = compare(first, nobody, same(first))
    assert told.participants == (first.participants, None)
    assert told.statements == ()
    assert len(told.only_first) == 12
    hidden = altered(
        first, "3", common_ground=Share("hidden", None, None, None), by_group={}, votes=None
    )
    row = next(r for r in compare(first, hidden, same(first)).statements if r.first == "3")
    assert (row.agreement, row.ground, row.divided) == ("unknown", "unknown", "unknown")
    assert "cannot be compared" in describe(row, words("en"))[0]


def test_statements_are_matched_by_the_given_ids(first):
    renamed = replace(
        first, statements=tuple(replace(s, id=f"b{s.id}") for s in first.statements[:5])
    )
    told = compare(first, renamed, {"0": "b0", "1": "b1", "7": "b7"})
    assert {(r.first, r.second) for r in told.statements} == {("0", "b0"), ("1", "b1")}
    assert set(told.only_second) == {"b2", "b3", "b4"}
    assert len(told.only_first) == 10


def test_channels_are_told_as_they_were_published(first):
    told = compare(
        first, first, same(first), channels=({"open": 200, "token": 190}, {"token": 240})
    )
    assert [(c.channel, c.first, c.second) for c in told.channels] == [
        ("open", 200, None),
        ("token", 190, 240),
    ]


def test_everybody_together_is_compared_as_it_stands():
    one = published(opinion_map((300,), 6, seed=2))
    told = compare(one, one, same(one))
    assert all(
        row.agree_first == one.statement(row.first).everybody.agree for row in told.statements
    )
    assert isinstance(one.statements[0], PublishedStatement)
