"""The list of dialogues: whole, of one place, and as rows for that place's page."""

from __future__ import annotations

import pytest
from django.test import Client

from baithak.dialogue import services
from factories import network as make

pytestmark = pytest.mark.django_db


def draft(city, title):
    officer = make.viewer(make.member(city, "city_officer"))
    texts = {"en": {"title": title, "question": "What would make it good?", "description": ""}}
    return services.create(place=city, texts=texts, by=officer)


def test_a_citys_page_gets_that_citys_rows_alone():
    country = make.country()
    here, there = make.city(country, "Kandarpur"), make.city(country, "Noorabad")
    draft(here, "The harbour market")
    draft(there, "The old fort")
    farida = make.member(here, "city_officer", "Farida")
    make.grant(farida, there, "city_officer")
    browser = make.sign_in(farida)

    whole = browser.get("/en/dialogue/").content.decode()
    assert "The harbour market" in whole
    assert "The old fort" in whole

    rows = browser.get(f"/en/dialogue/?place={here.slug}", headers={"HX-Request": "true"})
    told = rows.content.decode()
    assert "The harbour market" in told
    assert "The old fort" not in told
    assert "<html" not in told
    assert "HX-Request" in rows["Vary"]
    assert (
        f"/en/dialogue/?place={here.slug}"
        in browser.get(f"/en/places/{here.slug}/").content.decode()
    )


def test_strangers_see_no_draft_of_a_place():
    city = make.city()
    draft(city, "The harbour market")
    told = Client().get(f"/en/dialogue/?place={city.slug}").content.decode()
    assert "The harbour market" not in told
    assert "No dialogue yet." in told
