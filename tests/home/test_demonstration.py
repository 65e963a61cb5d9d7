"""The loaded demonstration: everything marked, and fit to be looked at."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings

from baithak.dialogue import queries as dialogues
from baithak.dialogue.models import Dialogue
from baithak.exchange import finding
from baithak.exchange.cards import cards
from baithak.exchange.queries import adoptions, practices
from baithak.exchange.queries.found import rows
from baithak.exchange.records import library
from baithak.home import demonstration
from baithak.home.demonstration import content
from baithak.network import queries as network
from baithak.network.models import Channel, Place, State
from baithak.network.scope import PUBLIC, SYSTEM

# Slow hashes for ten people are tested elsewhere; here only that they can sign in matters.
SETTINGS = {
    "DEMO": True,
    "DATA_FOLDERS": [],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@pytest.fixture(scope="module")
def _loaded_once(django_db_setup, django_db_blocker):
    """Loaded for all tests of this file, and taken back after them."""
    with django_db_blocker.unblock(), override_settings(**SETTINGS), transaction.atomic():
        demonstration.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(_loaded_once, db):
    with override_settings(**SETTINGS):
        yield


@pytest.fixture
def quay(loaded):
    return Dialogue.objects.seen_by(PUBLIC).get(place__slug="roshanghat")


def test_every_place_is_marked_as_an_example(loaded):
    places = Place.objects.seen_by(PUBLIC)
    assert {p.slug for p in places} == {"example-hub", "example-country", "roshanghat", "jheelkot"}
    assert all(place.example for place in places)


def test_the_dialogue_is_open_in_three_languages_with_its_statements(quay):
    assert quay.state == State.OPEN
    assert quay.takes_votes
    assert quay.languages == ["en", "ur", "bn"]
    assert dialogues.shown_statements(quay).count() == len(content.dialogue()["statements"])


def test_600_people_took_part_through_three_channels_and_their_map_is_drawn(quay):
    assert dialogues.participants(quay) == 600
    run = dialogues.released_run(quay)
    assert run.participants == 600
    ways = set(dialogues.channels_of(quay.pk).values())
    assert ways == {Channel.OPEN, Channel.TOKEN, Channel.SESSION}


def test_the_moderator_finds_statements_in_the_queue(quay):
    moderator = network.viewer_of(network.account_of("moderator@roshanghat.example"))
    [(found, count)] = dialogues.waiting_statements(moderator)
    assert (found.pk, count) == (quay.pk, len(content.dialogue()["waiting"]))


def test_the_other_citys_draft_is_seen_by_its_own_officer_alone(loaded):
    def seen(email):
        viewer = network.viewer_of(network.account_of(email))
        return set(Dialogue.objects.seen_by(viewer).values_list("place__slug", flat=True))

    assert seen("officer@jheelkot.example") == {"jheelkot", "roshanghat"}
    assert seen("officer@roshanghat.example") == {"roshanghat"}
    assert set(Dialogue.objects.seen_by(PUBLIC).values_list("place__slug", flat=True)) == {
        "roshanghat"
    }


def test_everybody_of_the_file_can_sign_in(loaded):
    told = {person["email"] for person in content.hub()["people"]}
    assert {sign_in.email for sign_in in demonstration.sign_ins()} == told
    for sign_in in demonstration.sign_ins():
        user = network.account_of(sign_in.email)
        assert user.example
        assert user.check_password(sign_in.password)
        assert network.has_second_factor(user)
        assert len(sign_in.code) == 6


def test_a_second_load_changes_nothing(loaded):
    before = list(Dialogue.objects.seen_by(SYSTEM).values())
    lines = []
    demonstration.load(tell=lines.append)
    assert lines == []
    assert list(Dialogue.objects.seen_by(SYSTEM).values()) == before


def test_the_library_stands_on_the_shelf_with_its_sources(loaded):
    shipped = practices.published(PUBLIC).filter(origin="baithak")
    assert {practice.code for practice in shipped} == {one.id for one in library().practices}
    assert shipped.count() == 153
    assert all(practice.record.sources for practice in shipped)


def test_one_city_wrote_a_practice_another_reviewed_it_and_says_that_it_did_not_work(loaded):
    practice = practices.practice(PUBLIC, code="roshanghat-quay-table")
    assert (practice.state, practice.place.slug, practice.place.example) == (
        "published", "roshanghat", True,
    )  # fmt: skip
    assert set(practice.renderings) == {"ur", "bn"}
    assert practice.shown.reviewer.slug == "jheelkot"
    made = {adoption.place.slug: adoption for adoption in adoptions.adoptions(SYSTEM)}
    assert made["roshanghat"].because.startswith("dialogue:")
    assert made["roshanghat"].because_text
    assert (made["jheelkot"].practice, made["jheelkot"].outcome) == (practice, "failed")
    assert made["jheelkot"].told_on is not None
    assert adoptions.adoptions(PUBLIC).count() == 0


def test_only_what_is_invented_is_marked_as_an_example(loaded):
    hits = finding.Finder().find(PUBLIC, "rumours", limit=50).hits
    told = cards(hits, rows(PUBLIC, [hit.id for hit in hits]))
    assert {card.kind for card in told} == {"practice", "resource", "guide"}
    assert [card.address for card in told if card.example] == [
        "/en/exchange/practice/roshanghat-quay-table/"
    ]
