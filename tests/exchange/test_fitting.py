"""What fits a sentence or a challenge: practices that share a meaning with it, each with the reason."""

from __future__ import annotations

import pytest
from django.test import Client

from baithak.exchange import finding
from baithak.exchange.fitting import fitting
from baithak.exchange.records import library
from baithak.network.scope import PUBLIC
from factories import exchange as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _an_index_of_its_own(monkeypatch):
    monkeypatch.setattr(finding, "_finder", finding.Finder())


@pytest.fixture
def world():
    world = make.two_cities()
    make.load(world)
    return world


RUMOURS = "rumours_misinformation"


@pytest.mark.parametrize(
    "text",
    [
        "Rumours on WhatsApp should be checked before people get angry.",
        "افواہوں کی تصدیق ہونی چاہیے۔",
        "গুজব ছড়ানোর আগে যাচাই করা উচিত।",
    ],
)
def test_a_sentence_in_any_language_finds_what_means_the_same(world, text):
    fits = fitting(PUBLIC, text, "en")
    assert any(RUMOURS in fit.practice.record.challenges for fit in fits[:3])
    assert all(fit.why for fit in fits)


def test_words_alone_make_no_fit(world):
    assert fitting(PUBLIC, "Fishermen should keep the old quay.", "en") == ()
    assert fitting(PUBLIC, "  ", "en") == fitting(PUBLIC, "", "en", ["no_such_challenge"]) == ()


def test_a_challenge_alone_is_a_condition_and_the_reason(world):
    fits = fitting(PUBLIC, "", "en", [RUMOURS], limit=5)
    label = library().taxonomy.label("challenges", RUMOURS)
    assert len(fits) == 5
    assert all(RUMOURS in fit.practice.record.challenges for fit in fits)
    assert all(label in fit.why for fit in fits)


def test_what_one_may_not_see_fits_nobody_else(world):
    mine = make.draft(world.one, "kandarpur-rumours", challenges=(RUMOURS,))
    make.in_review(world.one, mine, "hub")
    for viewer in (PUBLIC, world.other.officer):
        codes = [f.practice.code for f in fitting(viewer, "", "en", [RUMOURS], limit=50)]
        assert codes
        assert mine.code not in codes


@pytest.mark.parametrize("text", ["😀", "\x00\x07", "'; DROP TABLE--", "x" * 10_000, "%s{{"])
def test_bad_questions_are_answered_calmly(world, text):
    answer = Client().get("/en/exchange/fitting/", {"text": text, "challenge": "'"})
    assert answer.status_code == 200


def test_the_page_offers_practices_with_the_reason(world):
    page = Client().get("/en/exchange/fitting/", {"challenge": RUMOURS}).content.decode()
    assert "It is about: Rumours" in page
    assert "/adopt/" not in page
    assert f'value="{RUMOURS}" id="challenge-{RUMOURS}" checked' in page
    empty = Client().get("/en/exchange/fitting/", {"text": "qwzx"}).content.decode()
    assert "Nothing here means the same." in empty
