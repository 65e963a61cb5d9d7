"""The family tree of a practice: who adapted it, with what result, as far as each viewer may see."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.exchange.models import Adoption, Practice
from baithak.exchange.queries import adoptions as queries
from baithak.exchange.queries import practices
from baithak.exchange.services import adoptions
from baithak.network.models import Visibility
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make.two_cities()


def at(thing, level):
    type(thing)._unscoped.filter(pk=thing.pk).update(visibility=level)


def grown(world, code, parent, team=None, level="public"):
    """A published practice of a place that grew out of another."""
    practice = make.published(world, code)
    place = (team or world.other).place
    Practice._unscoped.filter(pk=practice.pk).update(
        adapted_from=parent, place=place, visibility=level
    )
    return fresh(practice)


def fresh(practice):
    return Practice._unscoped.select_related("place", "current").get(pk=practice.pk)


def adopted(team, practice, level="public", **told):
    adoption = adoptions.adopt(
        place=team.place, practice=practice, reason="Dark lanes.", language="en", by=team.officer
    )
    at(adoption, level)
    if told:
        adoptions.change(adoption=adoption, by=team.officer, **told)
    return adoption


def shape(branch):
    return (
        branch.practice.code,
        [adoption.outcome for adoption in branch.adoptions],
        [shape(below) for below in branch.branches],
    )


def page(family):
    return render_to_string("exchange/_family.html", {"family": family})


def test_a_practice_nobody_took_up_says_so(world):
    family = queries.family(PUBLIC, make.published(world))
    assert family.is_alone
    assert "Nobody has told yet that they took it up." in page(family)


def test_failures_stand_beside_successes(world):
    practice = make.published(world)
    third = make.city(world.hub, "Sahilpur", country_code="IN")
    adopted(world.other, practice, outcome="failed", lesson="Ask the shops.")
    adopted(third, practice, outcome="worked")
    family = queries.family(PUBLIC, practice)
    assert shape(family.root) == (practice.code, ["failed", "worked"], [])
    told = page(family)
    assert '<span class="badge">It did not work</span>' in told
    assert '<span class="badge">It worked</span>' in told
    assert "Ask the shops." in told


def test_generations_hang_one_under_the_other_and_know_their_ancestors(world):
    first = make.published(world)
    second = grown(world, "noorabad-lamps", first)
    third = grown(world, "kandarpur-lanterns", second, team=world.one)
    adoption = adopted(world.other, first, outcome="partly")
    family = queries.family(PUBLIC, first)
    assert shape(family.root) == (
        first.code,
        [],
        [(second.code, [], [(third.code, [], [])])],
    )
    # What Noorabad took up became its own practice: it is told there, once.
    assert family.root.branches[0].adoption == adoption
    assert page(family).count(adoption.get_absolute_url()) == 1
    assert [p.code for p in queries.family(PUBLIC, third).ancestors] == [first.code, second.code]


def test_a_hidden_generation_hides_what_lies_behind_it(world):
    first = make.published(world)
    second = grown(world, "noorabad-lamps", first, level="mechanism")
    third = grown(world, "kandarpur-lanterns", second, team=world.one)
    assert queries.family(PUBLIC, first).is_alone
    assert queries.family(PUBLIC, third).ancestors == ()
    assert shape(queries.family(world.other.officer, first).root)[2] != []


def test_drafts_are_in_no_tree(world):
    first = make.published(world)
    draft = make.draft(world.one, "kandarpur-walks")
    Practice._unscoped.filter(pk=draft.pk).update(adapted_from=first)
    assert queries.family(world.one.officer, first).is_alone


def test_a_tree_that_bites_its_tail_ends(world):
    first = make.published(world)
    second = grown(world, "noorabad-lamps", first)
    Practice._unscoped.filter(pk=first.pk).update(adapted_from=second)
    family = queries.family(PUBLIC, fresh(first))
    assert shape(family.root) == (first.code, [], [(second.code, [], [])])
    assert family.ancestors == (second,)


def test_it_takes_as_many_queries_for_three_as_for_one(world, django_assert_num_queries):
    first = make.published(world)
    grown(world, "noorabad-lamps", first)
    adopted(world.other, first)
    first = fresh(first)
    for more in ("", "noorabad-walks", "noorabad-songs"):
        if more:
            grown(world, more, first)
            third = make.city(world.hub, f"City of {more}", country_code="IN")
            adopted(third, first)
        # two generations (the second is empty), adoptions; with translations of what they name
        with django_assert_num_queries(QUERIES):
            page(queries.family(PUBLIC, first))


QUERIES = 5


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(Visibility.values), min_size=6, max_size=6))
def test_nobody_sees_in_a_tree_what_they_may_not_see_elsewhere(kept, levels):
    """Whatever the levels: each practice and adoption of a tree can be seen by itself."""
    world, things, root = kept
    for thing, level in zip(things, levels, strict=True):
        at(thing, level)
    viewers = [PUBLIC, world.secretary, *world.one.viewers.values(), *world.other.viewers.values()]
    for viewer in [*viewers, world.far]:
        family = queries.family(viewer, root)
        for branch in family.root.all():
            if branch.practice != root:
                assert practices.practice(viewer, code=branch.practice.code) is not None
            for adoption in [*branch.adoptions, *filter(None, [branch.adoption])]:
                assert Adoption.objects.seen_by(viewer).filter(pk=adoption.pk).exists()
                assert practices.practice(viewer, code=adoption.practice.code) is not None or (
                    adoption.practice == root
                )


@pytest.fixture
def kept(world):
    root = make.published(world)
    second = grown(world, "noorabad-lamps", root)
    third = grown(world, "kandarpur-lanterns", second, team=world.one)
    sahil = make.city(world.hub, "Sahilpur", country_code="IN")
    far = make.city(people.hub(), "Farafield", country_code="KE")
    world.far = far.officer
    things = [
        second,
        third,
        adopted(world.other, root),
        adopted(sahil, second),
        adopted(far, third),
        adopted(far, root),
    ]
    return world, things, root
