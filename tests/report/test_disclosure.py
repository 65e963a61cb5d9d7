"""The small-cell rule holds for whatever the engine hands over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from baithak.engine.opinion.results import Interval
from baithak.report import disclosure
from baithak.report.disclosure import Share, enough_new, published, rounded, share
from factories.opinion import opinion_map

maps = st.builds(
    opinion_map,
    st.lists(st.integers(3, 90), min_size=1, max_size=4).map(tuple),
    st.just(6),
    seen=st.sampled_from([0.15, 0.4, 0.8, 1.0]),
    seed=st.integers(0, 10_000),
    unanimous=st.booleans(),
)


def back(value: int, base: int) -> range:
    """All counts that are rounded to this value."""
    return range(value - base // 2, value + (base + 1) // 2)


@given(st.integers(0, 10_000), st.sampled_from([10, 20]))
def test_a_count_is_hidden_or_a_multiple_of_five(count, k):
    seen = rounded(count, k)
    assert (seen is None) == (count < k)
    assert seen is None or (seen % 5 == 0 and abs(seen - count) <= 2 and seen >= k)


@given(
    st.floats(0, 1),
    st.floats(0, 0.3),
    st.integers(1, 400),
    st.sampled_from([10, 20]),
    st.booleans(),
)
def test_no_share_tells_of_fewer_than_k_people(value, width, votes, k, tense):
    votes = disclosure.round_to(votes, 5)
    told = share(
        Interval(value, max(0, value - width), min(1, value + width)), votes, k, tense=tense
    )
    if told.kind == "hidden":
        assert votes < 2 * k
        return
    assert 0 <= told.low <= told.high <= 1
    if told.kind == "about":
        near = round(told.value * votes / 5) * 5
        assert k <= near <= votes - k
        assert told.low <= told.value <= told.high
        assert not (tense and not 0.05 < value < 0.95)
    elif told.kind in {"under", "over"}:
        # Rounded to people, at least k possible counts stay open.
        assert (told.high - told.low) * votes >= k - 1e-9
    else:
        assert tense


@given(
    st.lists(st.integers(20, 300), min_size=1, max_size=5),
    st.integers(1, 25),
    st.sampled_from([10, 20]),
)
def test_subtracting_parts_from_a_total_leaves_k_possible_numbers(parts, rest, k):
    total = sum(parts) + rest
    base = disclosure._group_base(total, parts, k)
    if base is None or rest >= k:
        return
    totals = back(disclosure.round_to(total, 5), 5)
    ends = [back(disclosure.round_to(p, base), base) for p in parts]
    low = max(0, min(totals) - sum(max(e) for e in ends))
    high = max(totals) - sum(min(e) for e in ends)
    assert low <= rest <= high
    assert high - low + 1 >= k


@settings(max_examples=60, deadline=None)
@given(maps, st.booleans())
def test_every_count_and_share_of_a_map_keeps_the_rule(result, tense):
    told = published(result, tense=tense)
    k = 20 if tense else 10
    assert told.k == k
    counts = [told.participants, told.votes, told.effective]
    counts += [g.size for g in told.groups]
    for statement in told.statements:
        assert (statement.everybody is None) == bool(told.groups)
        assert bool(statement.by_group) == bool(told.groups)
        cells = [*statement.by_group.values(), *filter(None, [statement.everybody])]
        counts += [statement.votes, *(c.votes for c in cells)]
        for cell in cells:
            for side in (cell.agree, cell.disagree):
                if side.kind == "about":
                    near = round(side.value * cell.votes / 5) * 5
                    assert near >= k
                    assert cell.votes - near >= k
    assert all(count is None or (count >= k and count % 5 == 0) for count in counts)
    assert all(g.size >= 2 * k for g in told.groups)
    assert len(told.groups) != 1
    if told.too_few:
        assert result.participants < k
        assert told.statements == told.groups == told.hexes.cells == ()


@settings(max_examples=25, deadline=None)
@given(maps)
def test_linear_programmes_cannot_pin_down_a_small_cell(result):
    """All that is published of a statement, as one system: no cell below k gets a narrow range."""
    k = 10
    told = published(result)
    for statement in told.statements:
        source = next(s for s in result.statements if s.id == statement.id)
        shown = {g: c for g, c in statement.by_group.items() if c.votes is not None}
        if not shown or statement.votes is None:
            continue
        # Unknowns: agree, disagree, pass of each shown group, and the votes of everybody else.
        names = [(g, x) for g in shown for x in "adp"]
        rows, limits = [], []

        def bound(which, low, high, names=names, rows=rows, limits=limits):
            line = np.array([1.0 if name in which else 0.0 for name in names])
            rows.extend([line, -line])
            limits.extend([high, -low])

        for g, cell in shown.items():
            n = back(cell.votes, 5)
            bound([(g, x) for x in "adp"], min(n), max(n))
            sides = {"a": cell.agree, "d": cell.disagree}
            view, fewest = source.by_group[g], min(cell.votes, source.by_group[g].votes)
            finer = 5
            if min(view.agree.value, view.disagree.value) * fewest >= k:
                finer = disclosure._cell_base(view, k) or 5
            for x, side in sides.items():
                if side.kind == "about":
                    seen = back(disclosure.round_to(side.value * cell.votes, finer), finer)
                    bound([(g, x)], min(seen), max(seen))
                elif side.kind == "under":
                    bound([(g, x)], 0, k - 1)
                elif side.kind == "over":
                    bound([(g, y) for y in "adp" if y != x], 0, k - 1)
        assert statement.votes == sum(c.votes for c in shown.values())
        small = [
            (g, x)
            for g in shown
            for x, count in zip(
                "adp",
                (
                    source.by_group[g].agree.value * source.by_group[g].votes,
                    source.by_group[g].disagree.value * source.by_group[g].votes,
                    source.by_group[g].passes,
                ),
                strict=True,
            )
            if count < k
        ]
        for name in small:
            goal = np.array([1.0 if n == name else 0.0 for n in names])
            ends = [
                linprog(sign * goal, A_ub=np.array(rows), b_ub=np.array(limits), method="highs")
                for sign in (1, -1)
            ]
            assert all(e.status == 0 for e in ends)
            low, high = ends[0].fun, -ends[1].fun
            assert high - low + 1 >= k - 1e-6, (name, low, high, statement)


def test_naive_suppression_is_caught_by_the_same_measure():
    """Control: hiding one small part beside exact others pins it down."""
    assert disclosure._room(100, [60, 35], 1) < 10


def test_amina_and_six_neighbours_are_told_as_others():
    told = published(opinion_map((150, 100, 7), 12))
    assert [g.letter for g in told.groups] == ["A", "B"]
    assert told.others
    assert all(set(s.by_group) == {"0", "1"} for s in told.statements)


def test_two_groups_of_which_one_is_tiny_become_everybody():
    told = published(opinion_map((150, 7), 12))
    assert told.groups == ()
    assert told.undivided
    assert all(s.everybody is not None and not s.by_group for s in told.statements)
    assert {h.letter for h in told.hexes.cells} == {""}


def test_a_whole_group_saying_the_same_on_a_tense_subject_is_most():
    told = published(opinion_map((150, 90), 6, unanimous=True), tense=True)
    kinds = {c.agree.kind for s in told.statements for c in s.by_group.values()}
    assert kinds == {"most"}
    calm = published(opinion_map((150, 90), 6, unanimous=True))
    assert {c.agree.kind for s in calm.statements for c in s.by_group.values()} == {"over"}


def test_nine_people_have_no_map_yet():
    told = published(opinion_map((9,), 5))
    assert told.too_few
    assert (told.votes, told.statements, told.depth) == (None, (), None)


def test_moderated_statements_are_not_published():
    result = opinion_map((60, 50), 4)
    gone = replace(result.statements[0], moderated_out=True)
    told = published(replace(result, statements=(gone, *result.statements[1:])))
    assert [s.id for s in told.statements] == ["1", "2", "3"]


def test_small_counts_in_notes_lose_their_number():
    told = published(opinion_map((60, 50), 4))
    # "people_without_votes:4" is left out whole: the bare code would say that it is not nobody.
    assert told.notes == ("axis_2_mostly_noise",)


def test_a_group_without_veto_does_not_hide_common_ground():
    result = opinion_map((300, 60), 9, seen=1.0)
    assert result.defence is not None
    silent = replace(result, defence=replace(result.defence, unverified_without_veto=("1",)))
    with_veto, without = published(result), published(silent)
    lower = [
        s.id
        for s, t in zip(with_veto.statements, without.statements, strict=True)
        if (s.common_ground.point or 0) < (t.common_ground.point or 0)
    ]
    assert lower
    assert without.defence is not None
    assert without.defence.unverified_without_veto == ("B",)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 400))
def test_every_place_on_the_map_holds_at_least_k_people(seed, people):
    chance = np.random.default_rng(seed)
    bins: dict[tuple[int, int], list[int]] = {}
    for number in range(people):
        bins.setdefault(tuple(chance.integers(0, 7, 2).tolist()), []).append(number)
    disclosure._merge(bins, 10)
    assert all(len(members) >= 10 for members in bins.values())
    standing = [number for members in bins.values() for number in members]
    assert len(standing) == len(set(standing))


def test_one_person_far_out_does_not_stretch_the_map():
    result = opinion_map((200, 150), 4)
    far = replace(result.people[0], x=500.0, y=-500.0)
    assert published(result).hexes.step == pytest.approx(
        published(replace(result, people=(far, *result.people[1:]))).hexes.step
    )


def test_positions_leave_the_house_only_as_places():
    told = published(opinion_map((200, 150), 4))
    assert len(told.hexes.cells) >= 10
    assert {h.level for h in told.hexes.cells} <= {1, 2, 3, 4}
    assert not hasattr(told, "people")


@pytest.mark.parametrize(
    ("before", "now", "may"), [(0, 12, True), (50, 50, True), (50, 59, False), (50, 60, True)]
)
def test_a_new_release_waits_for_ten_new_people(before, now, may):
    assert enough_new(before, now) is may


def test_a_bound_is_drawn_in_the_middle_of_what_it_leaves_open():
    assert Share("under", 0.2, 0.0, 0.2).point == 0.1
    assert Share("hidden", None, None, None).point is None


@pytest.mark.parametrize(
    ("estimate", "counted", "kind"),
    [
        (0.60, 15, "about"),  # ten others were counted: both sides are large enough
        (0.60, 16, "over"),  # nine others
        (0.40, 9, "under"),  # nine said so
        (0.55, 9, "hidden"),  # the estimate says more than ten: no bound would be true of both
        (0.30, 16, "hidden"),
    ],
)
def test_what_was_counted_decides_beside_an_estimate(estimate, counted, kind):
    value = Interval(estimate, estimate - 0.1, estimate + 0.1)
    told = share(value, 25, 10, tense=False, exact=25.0, counted=counted)
    assert told.kind == kind
