"""The room's pages: lists with few queries, empty states, errors with remedies."""

from __future__ import annotations

import pytest

from baithak.journal.models import Line
from baithak.network import services
from baithak.network.models import Invitation, Organisation, Place
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import network as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city(make.country(make.hub("South Asia hub")), "Kandarpur", languages=["bn", "ur"])


@pytest.fixture
def officer(city):
    return make.sign_in(make.member(city, Role.CITY_OFFICER, "Nadia"))


def text(answer):
    return answer.content.decode()


def queries_of(client, path, connection):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


#: list page -> how to add one row, and what reading it costs in queries
LISTS = {
    "/en/places/{hub}/": (lambda city: make.city(city.parent), 4),
    "/en/places/{country}/": (lambda city: make.city(city.parent), 3),
    "/en/places/": (lambda city: make.hub(), 1),
}
INSIDE = {
    "/en/places/{city}/people/": (lambda city: make.member(city, Role.PARTNER), 12),
    "/en/places/{city}/organisations/": (
        lambda city: make.organisation(city, f"Club {Organisation._unscoped.count()}"),
        11,
    ),
    "/en/places/{city}/requests/": (
        lambda city: services.ask_two_person(
            verb="network.widen",
            thing=f"dialogue:{Line.objects.count()}",
            title="One thing",
            place=city,
            reason="Because.",
            by=make.viewer(make.member(city, Role.CITY_OFFICER)),
        ),
        9,
    ),
    "/en/journal/{city}/": (
        lambda city: make.organisation(city, f"Club {Line.objects.count()}"),
        10,
    ),
}


def address(path, city):
    return path.format(city=city.slug, country=city.parent.slug, hub=city.hub.slug)


@pytest.mark.parametrize("path", LISTS)
def test_public_lists_cost_the_same_with_one_row_and_three(client, city, path):
    from django.db import connection

    add, cost = LISTS[path]
    one = queries_of(client, address(path, city), connection)
    add(city), add(city)
    three = queries_of(client, address(path, city), connection)
    assert (one, three) == (cost, cost)


@pytest.mark.parametrize("path", INSIDE)
def test_inner_lists_cost_the_same_with_one_row_and_three(officer, city, path):
    from django.db import connection

    add, cost = INSIDE[path]
    add(city)
    officer.get(address(path, city))
    one = queries_of(officer, address(path, city), connection)
    add(city), add(city)
    three = queries_of(officer, address(path, city), connection)
    assert (one, three) == (cost, cost)


def test_empty_lists_say_why_and_what_next(client, officer, city):
    assert "No hub has been founded" not in text(client.get("/en/places/"))
    assert "None is written down yet" in text(officer.get(f"/en/places/{city.slug}/organisations/"))
    assert "Nothing waits" in text(officer.get(f"/en/places/{city.slug}/requests/"))
    assert "No invitation is open" in text(officer.get(f"/en/places/{city.slug}/people/"))
    lonely = make.hub("Lonely hub")
    page = text(client.get(f"/en/places/{lonely.slug}/"))
    assert "No city has joined yet" in page
    assert "No country belongs" in page
    assert "You have no role" in text(make.sign_in(make.person("Zara")).get("/en/me/"))


def test_without_any_hub_the_list_says_who_founds_one(client):
    assert "No hub has been founded" in text(client.get("/en/places/"))


def test_an_empty_journal_says_what_belongs_there(city):
    auditor = make.sign_in(make.member(city, Role.AUDITOR))
    from unittest import mock

    with mock.patch(
        "baithak.journal.queries.Line.objects.filter", return_value=Line.objects.none()
    ):
        assert "Nothing has been written" in text(auditor.get(f"/en/journal/{city.slug}/"))


@pytest.mark.parametrize(
    ("role", "status"),
    [("auditor", 200), ("mayor", 200), ("city_officer", 200), ("moderator", 403), ("partner", 403)],
)
def test_who_reads_the_journal_of_a_place(city, role, status):
    client = make.sign_in(make.member(city, role))
    answer = client.get(f"/en/journal/{city.slug}/")
    assert answer.status_code == status
    if status == 200:
        assert "network.add_place" in text(answer)


def test_long_lists_have_pages(city):
    for i in range(60):
        make.organisation(city, f"Club {i:02}")
    partner = make.sign_in(make.member(city, Role.PARTNER))
    first = text(partner.get(f"/en/places/{city.slug}/organisations/"))
    assert "Page 1 of 2" in first
    assert "Club 49" in first
    assert "Club 50" not in first
    assert "Club 59" in text(partner.get(f"/en/places/{city.slug}/organisations/?page=2"))


def test_only_officers_see_addresses(city, officer):
    partner = make.member(city, Role.PARTNER, "Bilal")
    page = text(make.sign_in(partner).get(f"/en/places/{city.slug}/people/"))
    assert "Bilal" in page
    assert "@" not in page.split("<main")[1]
    assert partner.email in text(officer.get(f"/en/places/{city.slug}/people/"))


def test_a_hub_lists_countries_and_cities_and_marks_examples(client, city):
    make.city(city.parent, "Examplepur", example=True)
    page = text(client.get(f"/en/places/{city.hub.slug}/"))
    assert "Kandarpur" in page
    assert "Examplia" in page
    assert page.count("badge-example") == 1


def test_names_come_in_the_readers_language(client, city):
    Place._unscoped.filter(pk=city.pk).update(names={"ur": "کندرپور"})
    assert "کندرپور" in text(client.get(f"/ur/places/{city.slug}/"))
    assert "کندرپور" not in text(client.get(f"/en/places/{city.slug}/")).split("<main")[1]


def test_form_errors_say_the_remedy_and_keep_what_was_typed(officer, city):
    path = f"/en/places/{city.slug}/people/invite/"
    answer = officer.post(path, {"email": "not an address", "role": "partner"})
    assert answer.status_code == 422
    assert "looks like name@place.org" in text(answer)
    assert "not an address" in text(answer)
    answer = officer.post(path, {"email": "a@city.example", "role": "city_officer"})
    assert answer.status_code == 422
    assert "Say why" in text(answer)
    answer = officer.post(
        path, {"email": "a@city.example", "role": "city_officer", "reason": "Leaving"}
    )
    assert answer["Location"] == f"/en/places/{city.slug}/requests/"


def test_the_secretariat_adds_places_and_first_officers(city):
    secretary = make.sign_in(make.member(city.hub, Role.HUB_SECRETARIAT))
    add = f"/en/places/{city.hub.slug}/add/"
    answer = secretary.post(add, {"kind": "city", "name": "Sahilpur", "slug": "sahilpur"})
    assert answer.status_code == 422
    assert "Choose the country of this city" in text(answer)
    answer = secretary.post(
        add,
        {
            "kind": "city",
            "name": "Sahilpur",
            "slug": "sahilpur",
            "country": city.parent.pk,
            "languages": ["bn"],
        },
    )
    assert answer["Location"] == "/en/places/sahilpur/"
    again = secretary.post(
        add, {"kind": "city", "name": "Sahilpur", "slug": "sahilpur", "country": city.parent.pk}
    )
    assert again.status_code == 422
    first = "/en/places/sahilpur/people/first/"
    assert secretary.get(first).status_code == 200
    answer = secretary.post(first, {"email": "omar@city.example", "role": "city_officer"})
    assert answer["Location"] == "/en/places/sahilpur/"
    assert Invitation._unscoped.get().role == "city_officer"
    make.member(Place._unscoped.get(slug="sahilpur"), Role.CITY_OFFICER)
    assert secretary.get(first).status_code == 403
    assert secretary.get("/en/places/sahilpur/people/").status_code == 404


def test_ending_a_role_and_revoking_an_invitation(officer, city):
    from baithak.network.models import Membership

    partner = make.member(city, Role.PARTNER)
    (held,) = Membership._unscoped.filter(user=partner)
    officer.post(f"/en/roles/{held.pk}/end/")
    assert make.viewer(partner).grants == ()
    (mine,) = Membership._unscoped.filter(role=Role.CITY_OFFICER)
    page = officer.post(f"/en/roles/{mine.pk}/end/", follow=True)
    assert "successor" in text(page)
    made = services.invite(
        place=city, role=Role.PARTNER, email="a@city.example", site="https://hub.example", by=SYSTEM
    )
    officer.post(f"/en/invitations/{made.pk}/revoke/")
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_choosing_a_language_moves_the_page(client, city):
    user = make.member(city, Role.PARTNER)
    make.sign_in(user, client)
    answer = client.post("/en/me/language/", {"language": "ur"})
    assert answer["Location"] == "/ur/me/"
    user.refresh_from_db()
    assert user.language == "ur"
    assert 'dir="rtl"' in text(client.get("/ur/me/"))
    assert client.post("/en/me/language/", {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("language", ["en", "ur", "bn"])
def test_every_page_of_sign_in_draws(client, city, language):
    for path in (
        "login",
        "password/reset",
        "password/reset/done",
        "password/reset/key/done",
        "inactive",
    ):
        assert client.get(f"/{language}/account/{path}/").status_code == 200
    assert client.get(f"/{language}/account/password/reset/key/1-bad/").status_code == 200
    make.sign_in(make.member(city, Role.PARTNER, password=make.PASSWORD), client)
    for path in (
        "password/change",
        "reauthenticate",
        "second-step",
        "second-step/totp/deactivate",
        "second-step/recovery-codes/generate",
        "second-step/webauthn",
        "second-step/webauthn/add",
        "second-step/reauthenticate",
        "logout",
    ):
        answer = client.get(f"/{language}/account/{path}/")
        assert answer.status_code == 200, path
        assert "Menu:" not in text(answer), "allauth's own template"
