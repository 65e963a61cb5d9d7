"""An import is planned before it is made: nothing twice, nothing newer overwritten."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.exchange.merging import Held, plan_import
from factories.practices import SUNRISE, changed

THERE, ELSEWHERE = "https://there.example", "https://elsewhere.example"


def plan(here: list[Held], comes: Held):
    told = plan_import(here, [comes])
    found = {
        "addition": told.additions, "update": told.updates, "unchanged": told.unchanged,
    }  # fmt: skip
    return [name for name, held in found.items() if held] + [c.reason for c in told.conflicts]


def test_each_case():
    ours = [Held(THERE, changed(version=3))]
    assert plan([], Held(THERE, SUNRISE)) == ["addition"]
    assert plan(ours, Held(THERE, changed(version=3))) == ["unchanged"]
    assert plan(ours, Held(THERE, changed(version=4, title="Better"))) == ["update"]
    assert plan(ours, Held(THERE, changed(version=4))) == ["update"]
    assert plan(ours, Held(THERE, changed(version=3, title="Other"))) == ["same_version"]
    assert plan(ours, Held(THERE, changed(version=2))) == ["older"]
    assert plan(ours, Held(ELSEWHERE, changed(version=9))) == ["other_origin"]
    assert plan(ours, Held(ELSEWHERE, changed(id="another"))) == ["addition"]


def test_a_conflict_shows_both_sides():
    ours, theirs = Held(THERE, changed(version=3)), Held(THERE, changed(version=2))
    (conflict,) = plan_import([ours], [theirs]).conflicts
    assert (conflict.held, conflict.here) == (theirs, ours)


@settings(max_examples=200)
@given(st.data())
def test_after_an_import_the_same_import_is_no_news(data):
    """Whatever two hubs hold: each practice in one list, and a second import changes nothing."""

    def side(label: str) -> list[Held]:
        keys = st.tuples(st.sampled_from([THERE, ELSEWHERE]), st.sampled_from("abc"))
        chosen = data.draw(st.lists(keys, unique=True), label)
        return [
            Held(origin, changed(id=name, version=data.draw(st.integers(1, 3)),
                                 title=data.draw(st.sampled_from(["X", "Y"]))))
            for origin, name in chosen
        ]  # fmt: skip

    ours, theirs = side("ours"), side("theirs")
    told = plan_import(ours, theirs)
    conflicts = [c.held for c in told.conflicts]
    told_of = [*told.additions, *told.updates, *told.unchanged, *conflicts]
    assert sorted(map(repr, told_of)) == sorted(map(repr, theirs))
    after = {(h.origin, h.practice.id): h for h in ours}
    after |= {(h.origin, h.practice.id): h for h in (*told.additions, *told.updates)}
    again = plan_import(after.values(), theirs)
    assert not again.changes
    assert [replace(c, here=c.held) for c in again.conflicts if c.held in conflicts] == [
        replace(c, here=c.held) for c in told.conflicts
    ]
