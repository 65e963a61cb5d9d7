"""The short way loses nothing on the way: headers, language, hosts, and who is signed in."""

from __future__ import annotations

import re
import zlib

import pytest
from django.test import Client

from baithak.network.rules import Role
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db
#: Told by the response itself, or once for each participant.
OWN = {"Content-Length", "Content-Encoding"}


@pytest.fixture
def dialogue():
    return made.opened(made.team())


def test_a_card_has_every_header_that_other_pages_have(dialogue):
    card = Client().get(f"/en/d/{dialogue.code}/")
    about = Client().get(f"/en/d/{dialogue.code}/about/")
    assert {name for name, _ in about.items()} - OWN <= {name for name, _ in card.items()}
    for name in (
        "Content-Security-Policy",
        "Permissions-Policy",
        "Content-Language",
        "Referrer-Policy",
    ):
        assert card[name] == about[name]
    assert "Cookie" in card["Vary"]


def test_it_is_packed_for_browsers_that_unpack(dialogue):
    amina = made.resident(dialogue, "ur")
    proof = re.search(r'name="proof" value="(\w+)"', amina.page.content.decode())[1]
    sent = {"proof": proof, "statement": 1, "value": 1, "turn": 0}
    plain = amina.client.post(f"{amina.link}vote/", sent, HTTP_HX_REQUEST="true")
    packed = amina.client.post(
        f"{amina.link}vote/", sent, HTTP_HX_REQUEST="true", HTTP_ACCEPT_ENCODING="gzip, br"
    )
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content)
    assert zlib.decompress(packed.content, 31) == plain.content
    head = sum(len(f"{name}: {value}\r\n") for name, value in packed.items())
    assert head + len(packed.content) <= 1500


def test_another_host_is_refused_and_an_unknown_code_is_not_found(dialogue):
    assert Client().get(f"/en/d/{dialogue.code}/", HTTP_HOST="evil.example").status_code == 400
    assert Client().get("/en/d/nothing/").status_code == 404
    assert Client().get(f"/en/d/{dialogue.code}/vote/").status_code == 405


def test_who_is_signed_in_goes_the_long_way_and_browsers_keep_nothing(dialogue):
    officer = people.sign_in(people.member(dialogue.place, Role.CITY_OFFICER))
    page = officer.get(f"/en/d/{dialogue.code}/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in officer.get(
        f"/en/d/{dialogue.code}/", HTTP_ACCEPT_ENCODING="gzip"
    )
