"""The lattice as exact sets: who sees which level of which place."""

from __future__ import annotations

import pytest

from baithak.network import queries, services
from baithak.network.models import Membership, Organisation, Place, TwoPersonAct, Visibility
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC, SYSTEM, Viewer, lattice
from factories import network as make

pytestmark = pytest.mark.django_db
LEVELS = list(Visibility)


@pytest.fixture
def world():
    return make.world()


@pytest.fixture
def things(world):
    """One undertaking of each level at each place; gives {(place, level)} a viewer sees."""
    from baithak.dialogue.models import Dialogue

    names = {}
    for name in ("hub", "country", "city", "other_city", "far_city"):
        for level in LEVELS:
            made = Dialogue._unscoped.create(place=getattr(world, name), visibility=level)
            names[made.pk] = (name, level.value)

    def seen_by(viewer: Viewer) -> set[tuple[str, str]]:
        seen = Dialogue._unscoped.filter(lattice(viewer)).values_list("pk", flat=True)
        return {names[pk] for pk in seen}

    return seen_by


EVERYWHERE = ("hub", "country", "city", "other_city", "far_city")
HERE = ("hub", "country", "city", "other_city")


def public():
    return {(place, "public") for place in EVERYWHERE}


def member():
    return (
        public() | {(place, "network") for place in EVERYWHERE} | {(place, "hub") for place in HERE}
    )


def test_new_things_start_at_the_narrowest_level(world):
    from baithak.dialogue.models import Dialogue

    made = Dialogue._unscoped.create(place=world.city)
    assert (made.visibility, made.state) == ("mechanism", "draft")


def test_nobody_sees_what_is_public(things):
    assert things(PUBLIC) == public()


def test_an_account_without_a_role_is_nobody(things):
    assert things(make.viewer(make.person("Zara"))) == public()


def test_the_hub_itself_sees_all(things):
    assert things(SYSTEM) == {(place, level.value) for place in EVERYWHERE for level in LEVELS}


@pytest.mark.parametrize("role", ["city_officer", "facilitator", "moderator"])
def test_the_team_of_a_city_sees_the_citys_all(world, things, role):
    viewer = make.viewer(world.people["city"][role])
    assert things(viewer) == member() | {("city", "city"), ("city", "mechanism")}


@pytest.mark.parametrize("role", ["department_staff", "partner", "mayor", "auditor"])
def test_others_with_a_role_see_the_citys_but_not_the_teams(world, things, role):
    assert things(make.viewer(world.people["city"][role])) == member() | {("city", "city")}


def test_a_national_representative_sees_nothing_inside_a_city(world, things):
    viewer = make.viewer(world.people["country"]["national_representative"])
    assert things(viewer) == member() | {("country", "city")}


def test_the_secretariat_sees_nothing_inside_a_city(world, things):
    viewer = make.viewer(world.people["hub"]["hub_secretariat"])
    assert things(viewer) == member() | {("hub", "city"), ("hub", "mechanism")}


def test_a_city_of_another_hub_sees_only_the_network(world, things):
    viewer = make.viewer(world.people["far_city"]["city_officer"])
    assert things(viewer) == (
        public()
        | {(place, "network") for place in EVERYWHERE}
        | {("far_city", level.value) for level in LEVELS}
    )


def test_roles_at_two_places_add_up(world, things):
    user = world.people["city"]["partner"]
    make.grant(user, world.other_city, Role.MODERATOR)
    assert things(make.viewer(user)) == member() | {
        ("city", "city"),
        ("other_city", "city"),
        ("other_city", "mechanism"),
    }


def test_an_ended_role_and_a_role_to_come_show_nothing(world, things):
    user = make.person("Zara")
    make.grant(user, world.city, Role.MODERATOR, days=-2)
    assert things(make.viewer(user)) == public()
    moderator = world.people["city"]["moderator"]
    (held,) = Membership._unscoped.filter(user=moderator)
    services.end_membership(membership=held, by=SYSTEM)
    assert things(make.viewer(moderator)) == public()


def test_people_organisations_and_requests_stay_inside(world):
    make.organisation(world.city), make.organisation(world.other_city, "Boat club")
    officer = make.viewer(world.people["city"]["city_officer"])
    secretary = make.viewer(world.people["hub"]["hub_secretariat"])
    asked = services.ask_to_invite(
        place=world.city,
        role=Role.AUDITOR,
        email="new@city.example",
        site="https://hub.example",
        reason="Ours leaves.",
        by=officer,
    )
    seen = {
        viewer: (
            set(Membership.objects.seen_by(viewer).values_list("place__name", flat=True)),
            set(Organisation.objects.seen_by(viewer).values_list("name", flat=True)),
            set(TwoPersonAct.objects.seen_by(viewer).values_list("pk", flat=True)),
        )
        for viewer in (
            officer,
            make.viewer(world.people["city"]["mayor"]),
            make.viewer(world.people["city"]["partner"]),
            make.viewer(world.people["other_city"]["city_officer"]),
            secretary,
            PUBLIC,
        )
    }
    assert list(seen.values()) == [
        ({"Kandarpur"}, {"Ward peace committee"}, {asked.pk}),
        ({"Kandarpur"}, {"Ward peace committee"}, {asked.pk}),
        ({"Kandarpur"}, {"Ward peace committee"}, set()),
        ({"Noorabad"}, {"Boat club"}, set()),
        ({"South Asia hub"}, set(), set()),
        (set(), set(), set()),
    ]


def test_places_are_no_secret(world):
    assert Place.objects.seen_by(PUBLIC).count() == 7
    assert queries.place_named(PUBLIC, place=world.city.slug) == world.city
    assert queries.place_of_members(PUBLIC, place=world.city.slug) is None


def test_a_viewer_is_frozen_and_answers_by_place_id_and_slug(world):
    viewer = make.viewer(world.people["city"]["mayor"])
    for place in (world.city, world.city.pk, world.city.slug):
        assert viewer.has(Role.MAYOR, place)
        assert not viewer.has(Role.AUDITOR, place)
    with pytest.raises(AttributeError):
        viewer.system = True


def test_the_journal_names_roles_not_people(world):
    viewer = make.viewer(world.people["city"]["mayor"])
    assert viewer.signature(world.city).startswith("mayor:")
    assert viewer.signature(world.other_city).startswith("member:")
    assert (SYSTEM.signature(), PUBLIC.signature()) == ("system", "public")
