"""Feeds, linked data and the sitemap: public practices only, and nothing is ever fetched."""

from __future__ import annotations

import json
import socket
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from baithak.exchange.models import Practice
from baithak.exchange.services import practices, translations
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db
ATOM, JSON, DATASET = (
    "/en/exchange/feed.atom",
    "/en/exchange/feed.json",
    "/en/exchange/dataset.jsonld",
)
DOORS = [ATOM, JSON, DATASET, "/sitemap.xml"]
SPACE = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world():
    return make.two_cities()


@pytest.fixture
def no_sockets(monkeypatch):
    """Whoever opens a socket breaks the test."""

    def refuse(*arguments, **named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def links(answer) -> list[str]:
    root = ElementTree.fromstring(answer.content)
    return [entry.find(f"{SPACE}id").text for entry in root.findall(f"{SPACE}entry")]


def test_a_feed_tells_public_practices_even_to_members(world):
    make.published(world, "kandarpur-lamps", aim="network", title="Zebra lamps")
    make.published(world, "kandarpur-walks", aim="public", title="Zebra walks")
    make.draft(world.one, "kandarpur-drafts", title="Zebra drafts")
    for client in (Client(), people.sign_in(world.one.users["city_officer"])):
        assert links(client.get(ATOM)) == [
            "http://testserver/en/exchange/practice/kandarpur-walks/"
        ]
        for door in DOORS:
            told = client.get(door).content.decode()
            assert "kandarpur-walks" in told
            assert "kandarpur-lamps" not in told
            assert "kandarpur-drafts" not in told


def test_every_link_of_a_feed_opens(world, client):
    make.published(world)
    for link in links(client.get(ATOM)):
        assert client.get(link.removeprefix("http://testserver")).status_code == 200
    item = client.get(JSON).json()["items"][0]
    assert client.get(item["url"].removeprefix("http://testserver")).status_code == 200


def test_the_newest_change_comes_first(world, client):
    make.load(world)
    Practice._unscoped.update(changed_on="2026-01-01")
    Practice._unscoped.filter(code="aarhus-model").update(changed_on="2026-02-01")
    assert links(client.get(ATOM))[0].endswith("/aarhus-model/")
    feed = client.get(JSON).json()
    assert len(feed["items"]) == 50
    assert feed["items"][0]["date_modified"] == "2026-02-01T00:00:00Z"
    assert feed["feed_url"] == "http://testserver/en/exchange/feed.json"


@pytest.mark.parametrize("door", [*DOORS, "/robots.txt"])
def test_sources_are_told_and_never_followed(world, client, no_sockets, door):
    make.load(world)
    told = client.get(door)
    assert told.status_code == 200
    assert len(told.content) > 50


@pytest.mark.parametrize("door", DOORS)
def test_who_knows_the_newest_state_is_told_so_briefly(world, client, door):
    practice = make.published(world, "kandarpur-walks")
    first = client.get(door)
    tag = first["ETag"]
    again = client.get(door, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    make.published(world, "kandarpur-lamps", aim="hub")  # hidden: the tag tells nothing of it
    assert client.get(door, headers={"if-none-match": tag}).status_code == 304
    told = translations.translate(
        practice=practice, language="ur", texts={"title": "چراغ", "summary": "ہر گلی میں چراغ۔"},
        by=world.one.officer,
    )  # fmt: skip
    translations.mark_reviewed(translation=told, by=world.one.viewers["facilitator"])
    changed = client.get(door, headers={"if-none-match": tag})
    assert changed.status_code == 200
    practices.retire(practice=practice, because="The fund ended.", by=world.one.officer)
    gone = client.get(door, headers={"if-none-match": changed["ETag"]})
    assert gone.status_code == 200
    assert "kandarpur" not in gone.content.decode()


def test_a_feed_is_in_the_language_of_its_address(world, client):
    make.published(world)
    assert client.get("/ur/exchange/feed.json").json()["language"] == "ur"
    assert "/ur/exchange/practice/" in client.get("/ur/exchange/feed.atom").content.decode()


def test_the_sitemap_names_every_page_in_every_language(world, client):
    make.load(world)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    urls = [url.find(f"{space}loc").text for url in root]
    assert len(urls) == len(set(urls)) == (153 + 2) * len(settings.LANGUAGES)
    for url in urls[::50]:
        assert client.get(url.removeprefix("http://testserver")).status_code == 200
    for url in root:
        alternates = [
            (link.get("hreflang"), link.get("href"))
            for link in url.findall("{http://www.w3.org/1999/xhtml}link")
        ]
        assert [language for language, _ in alternates] == [
            code for code, _name in settings.LANGUAGES
        ]
        assert url.find(f"{space}loc").text in [address for _, address in alternates]
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in robots


def test_the_dataset_describes_the_library_and_its_files(world, client):
    make.load(world)
    told = client.get(DATASET)
    assert told["Content-Type"] == "application/ld+json"
    head, *parts = json.loads(told.content)["@graph"]
    assert head["@type"] == "Dataset"
    assert len(parts) == len(head["hasPart"]) == 153
    assert {"geo" in part["spatialCoverage"] for part in parts} == {True}
    for file in head["distribution"]:
        found = client.get(file["contentUrl"].removeprefix("http://testserver"))
        assert found.status_code == 200
        assert found["Content-Type"].startswith(file["encodingFormat"])


def test_an_empty_hub_has_feeds_too(client, world):
    assert links(client.get(ATOM)) == []
    assert client.get(JSON).json()["items"] == []
    assert client.get("/sitemap.xml").status_code == 200


def test_a_feed_costs_the_same_whatever_there_is(world, client, django_assert_num_queries):
    make.published(world)
    with django_assert_num_queries(4):
        client.get(ATOM)
    make.load(world)
    with django_assert_num_queries(4):
        client.get(ATOM)
