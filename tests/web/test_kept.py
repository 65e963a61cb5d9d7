"""Kept pages: alike for everybody without a cookie, nobody's own page among them."""

from __future__ import annotations

import zlib

import pytest
from django.test import Client

from baithak.network.rules import Role
from baithak.web import kept
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db
START = "/en/"


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGES_KEPT = 60
    kept.forget()
    yield
    kept.forget()


def test_the_start_page_is_made_once_and_is_the_same_with_all_its_headers(
    django_assert_num_queries,
):
    first = Client().get(START)
    with django_assert_num_queries(0):
        again = Client().get(START)
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    assert "default-src 'none'" in again["Content-Security-Policy"]
    assert again["X-Content-Type-Options"] == "nosniff"


def test_it_is_sent_packed_and_not_twice_to_who_has_it():
    plain = Client().get(START)
    packed = Client().get(START, HTTP_ACCEPT_ENCODING="gzip")
    assert zlib.decompress(packed.content, 31) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    known = Client().get(START, HTTP_IF_NONE_MATCH=plain["ETag"])
    assert (known.status_code, known.content) == (304, b"")


def test_languages_hosts_and_queries_are_told_apart(settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    english = Client().get(START)
    assert Client().get("/ur/").content != english.content
    Client().get(START, {"a": 1})
    Client().get(START, HTTP_HOST="other.example")
    assert len(kept._pages) == 4
    assert Client().get(START, HTTP_HOST="evil.example").status_code == 400


def test_who_is_signed_in_gets_a_page_of_their_own_and_leaves_none_behind():
    member = people.sign_in(people.member(people.city(), Role.CITY_OFFICER))
    mine = member.get(START)
    assert "ETag" not in mine
    assert not kept._pages
    strangers = Client().get(START)
    again = member.get(START)
    assert "ETag" not in again
    assert again["Cache-Control"] == "no-store"
    assert again.content != strangers.content


def test_pages_that_give_a_cookie_are_never_kept():
    dialogue = made.opened(made.team())
    link = f"/en/d/{dialogue.code}/"
    tokens = {Client().get(link).cookies["baithak-voice-en"].value for _ in range(3)}
    assert len(tokens) == 3
    Client().get("/en/account/login/")
    assert not kept._pages


def test_nothing_is_kept_where_that_is_switched_off(settings):
    settings.PAGES_KEPT = 0
    assert "ETag" not in Client().get(START)
    assert not kept._pages


def test_after_its_time_a_page_is_made_anew(monkeypatch):
    Client().get(START)
    now = kept.time.monotonic()
    monkeypatch.setattr(kept.time, "monotonic", lambda: now + 61)
    made.opened(made.team())
    assert "Harbour market" in Client().get(START).content.decode()
