"""What a city tells of itself, who sees it, and which cities are like it."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from baithak.exchange.likeness import Profile
from baithak.exchange.models import CityProfile
from baithak.exchange.queries import profiles as queries
from baithak.exchange.services import profiles as services
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import TwoPersonAct
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make.two_cities()


@pytest.fixture
def officer(world):
    return people.sign_in(world.one.users["city_officer"])


def at(team, name: str = "profile") -> str:
    return reverse(f"exchange:{name}", kwargs={"place": team.place.slug})


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tell(team, level: str = "", **told) -> CityProfile:
    blank = {"challenges": [], "traits": [], "mandate": "", "latitude": None, "longitude": None}
    kept = services.write(place=team.place, by=team.officer, **{**blank, **told})
    if level:
        CityProfile._unscoped.filter(pk=kept.pk).update(visibility=level)
    return kept


# --- the profile


def test_a_city_tells_of_itself(world, officer):
    assert "Nobody has told anything of this city yet." in shown(officer, at(world.one))
    answer = officer.post(
        at(world.one, "edit_profile"),
        {
            "challenges": ["hate_speech", "online_hate"],
            "traits": ["port"],
            "mandate": "shared",
            "latitude": "6.92713",
            "longitude": "79.86124",
        },
    )
    assert answer.headers["Location"] == at(world.one)
    text = shown(officer, at(world.one))
    for told in ("Hate speech (public and offline)", "A port city", "6.93, 79.86", "English · اردو",
                 "Shared with the district or the ministry"):  # fmt: skip
        assert told in text
    assert "the hub’s secretariat answers for them" in text
    kept = CityProfile._unscoped.get()
    assert (kept.latitude, kept.visibility) == (6.93, "mechanism")
    assert Line.objects.get(verb="exchange.edit_profile").details == {}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"latitude": "6.9"}, "Give both latitude and longitude, or neither."),
        ({"longitude": "79"}, "Give both latitude and longitude, or neither."),
        ({"latitude": "96", "longitude": "79"}, "less than or equal to 90"),
        ({"challenges": ["bad_people"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(world, officer, wrong, words):
    answer = officer.post(at(world.one, "edit_profile"), wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CityProfile._unscoped.exists()


def test_half_a_pair_of_coordinates_is_refused_by_the_service(world):
    with pytest.raises(ValidationError):
        tell(world.one, latitude=6.9)


def test_two_people_show_the_profile_to_others(world, officer):
    tell(world.one, traits=["port"])
    other = people.sign_in(world.other.users["city_officer"])
    assert other.get(at(world.one)).status_code == 404
    assert people.sign_in(world.one.users["partner"]).get(at(world.one)).status_code == 404
    officer.post(at(world.one, "share_profile"), {"to": "network", "reason": "To learn."})
    act = TwoPersonAct._unscoped.get()
    assert act.detail["title"] == f"Profile of {world.one.place.name}"
    network.confirm_two_person(act=act, by=world.one.mayor)
    assert "A port city" in shown(other, at(world.one))
    assert other.get(at(world.one, "edit_profile")).status_code == 403
    assert Client().get(at(world.one)).status_code == 404
    officer.post(at(world.one, "narrow_profile"), {"to": "mechanism"})
    assert other.get(at(world.one)).status_code == 404


def test_only_cities_have_a_profile(world):
    secretary = people.sign_in(world.secretary_user)
    for name in ("profile", "edit_profile", "alike"):
        path = reverse(f"exchange:{name}", kwargs={"place": world.hub.slug})
        assert secretary.get(path).status_code == 404


# --- cities like mine


def test_a_likeness_is_one_sentence_with_the_city_and_its_practices(world, officer):
    tell(world.one, traits=["port"], challenges=["language_barriers"])
    tell(world.other, "network", traits=["port"], challenges=["language_barriers"])
    practice = make.published(
        the_other_way_round(world), "noorabad-lamps", city="Noorabad", country="LK"
    )
    text = shown(officer, at(world.one, "alike"))
    place = reverse("network:place", kwargs={"place": world.other.place.slug})
    assert f'<a href="{place}"><bdi>Noorabad</bdi></a>' in text
    assert "Also a port city" in text
    assert practice.get_absolute_url() in text
    assert "no city here is better than another" in text
    assert f"<bdi>{world.one.place.name}</bdi></h2>" not in text


def the_other_way_round(world):
    """The other city writes, and this one reviews."""
    swapped = type(world)(**vars(world))
    swapped.one, swapped.other = world.other, world.one
    return swapped


def test_a_profile_the_viewer_may_not_see_likens_nobody(world, officer):
    tell(world.one, traits=["port"])
    tell(world.other, traits=["port"])
    assert "<bdi>Noorabad</bdi>" not in shown(officer, at(world.one, "alike"))
    CityProfile._unscoped.filter(place=world.other.place).update(visibility="hub")
    assert "<bdi>Noorabad</bdi>" in shown(officer, at(world.one, "alike"))


def test_cities_of_the_library_come_with_their_practices_in_the_readers_language(world, officer):
    make.load(world)
    tell(world.one, traits=["port", "university"])
    text = shown(officer, at(world.one, "alike"))
    assert "<bdi>Colombo</bdi>" in text
    assert text.count("/exchange/practice/") >= 5
    urdu = shown(officer, at(world.one, "alike").replace("/en/", "/ur/"))
    assert "<bdi>Colombo</bdi>" not in urdu


def test_without_a_profile_the_page_asks_for_it(world, officer):
    text = shown(officer, at(world.one, "alike"))
    assert at(world.one, "edit_profile") in text
    partner = people.sign_in(world.one.users["partner"])
    text = shown(partner, at(world.one, "alike"))
    assert at(world.one, "edit_profile") not in text
    assert "An officer, facilitator or moderator of the city can write it." in text


def test_a_member_without_the_team_learns_nothing_of_its_profile(world):
    tell(world.one, traits=["port"], challenges=["caste_discrimination"])
    partner = people.sign_in(world.one.users["partner"])
    text = shown(partner, at(world.one, "alike"))
    assert "port city" not in text
    assert "Caste" not in text


def test_others_are_told_to_sign_in_or_that_they_may_not(world):
    assert "/login/" in Client().get(at(world.one, "alike")).headers["Location"]
    other = people.sign_in(world.other.users["city_officer"])
    assert other.get(at(world.one, "alike")).status_code == 403


def test_a_practice_in_work_or_of_a_narrower_level_is_not_told(world, officer):
    tell(world.one, traits=["port"])
    tell(world.other, "network", traits=["port"])
    make.draft(world.other, "noorabad-draft", city="Noorabad", country="LK")
    assert "noorabad-draft" not in shown(officer, at(world.one, "alike"))
    assert "No practice of this city is here yet." in shown(officer, at(world.one, "alike"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_city_and_three(
    world, officer, django_assert_num_queries, number
):
    tell(world.one, traits=["port"])
    for at_number in range(number):
        city = make.city(world.hub, f"Port {at_number}")
        tell(city, "network", traits=["port"])
        writing = type(world)(**{**vars(world), "one": city, "other": world.other})
        make.published(writing, f"port-{at_number}", city=city.place.name, country="LK")
    path = at(world.one, "alike")
    officer.get(path)
    # Four of who asks, three that keep the session; place, own profile, others', practices, translations.
    with django_assert_num_queries(12):
        text = shown(officer, path)
    assert text.count("/exchange/practice/port-") == number


def test_two_cities_of_one_name_keep_their_own_practices(world):
    make.load(world)
    cities = [
        Profile("library:IN:Hyderabad", "Hyderabad", "IN"),
        Profile("library:PK:Hyderabad", "Hyderabad", "PK"),
    ]
    found = queries.practices_of(world.one.officer, cities)
    assert {p.record.country for p in found["library:IN:Hyderabad"]} == {"IN"}
    assert {p.record.country for p in found["library:PK:Hyderabad"]} <= {"PK"}


def test_the_city_page_leads_its_members_there_and_nobody_else(world, officer):
    path = reverse("network:place", kwargs={"place": world.one.place.slug})
    links = {name: at(world.one, name) for name in ("alike", "profile", "readiness")}

    def led_to(client: Client) -> set[str]:
        text = shown(client, path)
        return {name for name, link in links.items() if f'href="{link}"' in text}

    assert led_to(officer) == {"alike", "profile", "readiness"}
    # A partner does not see what the team keeps; no link leads nowhere.
    partner = people.sign_in(world.one.users["partner"])
    assert led_to(partner) == {"alike"}
    assert partner.get(links["alike"]).status_code == 200
    assert led_to(people.sign_in(world.other.users["city_officer"])) == set()
    assert led_to(Client()) == set()
