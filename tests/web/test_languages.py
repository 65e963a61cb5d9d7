"""Eight languages: found, switched between, written in their own direction; honest where some is missing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, get_language_info

from baithak.exchange.records import LANGUAGES as OF_PRACTICES
from baithak.web import messages
from baithak.web.templatetags import web
from factories import dialogue as made
from factories import network as make

pytestmark = pytest.mark.django_db

CODES = [code for code, _name in settings.LANGUAGES]


def page(address: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_its_language_and_direction(code):
    direction = "rtl" if code in ("ur", "dv") else "ltr"
    assert f'<html lang="{code}" dir="{direction}">' in page(f"/{code}/")


def test_every_language_of_texts_is_one_of_the_interface():
    assert set(CODES) == set(dict(settings.CONTENT_LANGUAGES)) == set(OF_PRACTICES)


@pytest.mark.parametrize("code", CODES)
def test_the_switch_leads_to_the_same_page_in_every_other_language(code):
    switch = page(f"/{code}/dialogue/?page=1").partition('<nav class="languages"')[2]
    found = re.findall(r'href="([^"]+)" lang="(\w+)"', switch.partition("</nav>")[0])
    assert found == [(f"/{other}/dialogue/?page=1", other) for other in CODES if other != code]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("hi-IN,hi;q=0.9,en;q=0.5", "hi"),
        ("ta-LK", "ta"),
        ("si-LK,en;q=0.3", "si"),
        ("ne-NP", "ne"),
        ("dv-MV", "dv"),
        ("bn-BD", "bn"),
        ("ur-PK,en", "ur"),
        ("fr-FR,si;q=0.2", "si"),
        ("fr-FR", "en"),
    ],
)
def test_a_browsers_language_is_understood(asked, led):
    assert Client().get("/", headers={"accept-language": asked})["Location"] == f"/{led}/"


@pytest.mark.parametrize("code", CODES)
def test_django_knows_each_language_and_its_direction(code):
    with translation.override(code):
        assert get_language_bidi() == (code in settings.RIGHT_TO_LEFT)
    assert get_language_info(code)["bidi"] == (code in settings.RIGHT_TO_LEFT)


@pytest.mark.parametrize("code", messages.LANGUAGES)
def test_dates_have_western_digits_and_no_american_order(code):
    with translation.override(code):
        assert date_format(date(2026, 11, 24)).startswith("24 ")


def test_each_catalogue_says_how_it_counts():
    for language in messages.LANGUAGES:
        catalog = messages._read(language)
        assert (catalog.num_plurals, catalog.plural_expr) == (2, "(n != 1)")


# --- pages for teams in a language that lacks some of their sentences


@pytest.fixture
def half(monkeypatch):
    """A Tamil of which 1,200 of 3,000 sentences are translated."""
    monkeypatch.setattr(
        web, "progress", lambda language: (1200, 3000) if language in ("ta", "dv") else (1, 1)
    )


@pytest.fixture
def team():
    return made.team()


NOTICE = 'class="notice untranslated"'


def test_residents_and_the_public_meet_no_notice(half, team):
    dialogue = made.opened(team, seeds=[{"en": "Lamps."}])
    for address in ("", "about/", "dialogue/", "exchange/", f"d/{dialogue.code}/",
                    f"d/{dialogue.code}/about/", f"dialogue/{dialogue.code}/"):  # fmt: skip
        assert NOTICE not in page(f"/ta/{address}"), address


def test_who_has_signed_in_is_told_how_much_is_translated(half, team):
    officer = make.sign_in(team.users["city_officer"])
    dialogue = made.opened(team, seeds=[{"en": "Lamps."}])
    for address in ("desk/", f"places/{team.place.slug}/people/", f"dialogue/{dialogue.code}/"):
        told = page(f"/ta/{address}", officer)
        assert NOTICE in told, address
        assert "1200" in told
        assert "3000" in told
        assert told.index(NOTICE) < told.index("<h1")
        assert NOTICE not in page(f"/en/{address}", officer)
        assert NOTICE not in page(f"/ur/{address}", officer)


def test_where_residents_take_part_who_has_signed_in_reads_what_they_read(half, team):
    officer = make.sign_in(team.users["city_officer"])
    dialogue = made.opened(team, seeds=[{"en": "Lamps."}])
    assert NOTICE not in page(f"/ta/d/{dialogue.code}/", officer)


@pytest.mark.parametrize("address", ["account/login/", "exchange/guide/"])
def test_open_pages_for_people_who_run_such_work_say_it_too(half, address):
    assert NOTICE in page(f"/ta/{address}")
