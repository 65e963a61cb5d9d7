"""A statement is put into Tamil by one moderator, read over by another, and read by Kavitha on her phone.

Before, Kavitha meets it as it was written and is told so. Afterwards her card at 360 px shows it in Tamil
with its kind and the original one press away; she votes, and the result page speaks Tamil too.
"""

from __future__ import annotations

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from baithak.dialogue import queries
from baithak.home.tasks import look
from factories import dialogue as made
from factories import network as people
from factories.browser import DESK, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = "Parks should stay open until 10 at night."
TAMIL = "பூங்காக்கள் இரவு பத்து மணி வரை திறந்திருக்க வேண்டும்."


def in_tamil(words: str) -> str:
    """What the interface says for it in Tamil."""
    with translation.override("ta"):
        return translation.gettext(words)


def fits(page: Page, selector: str) -> None:
    """No line of it is cut off, and nothing is a box instead of a letter."""
    wide, room = page.evaluate(
        "s => { const e = document.querySelector(s); return [e.scrollWidth, e.clientWidth]; }",
        selector,
    )
    assert wide <= room


def test_a_statement_in_tamil(chrome, live_server):
    queries.forget()
    team = made.team()
    dialogue = made.opened(team, seeds=[*made.SEEDS[:1], {"en": "The market needs more light."}])
    kumar = people.member(team.place, "moderator", "Kumar")
    card = f"/ta/d/{dialogue.code}/statement/1/"

    with page_of(chrome, live_server) as kavitha:
        kavitha.goto(card)
        expect(kavitha.locator("blockquote.statement")).to_have_text(ENGLISH)
        expect(kavitha.get_by_text(in_tamil("Original, not yet translated"))).to_be_visible()

    # --- one moderator writes it beside the original
    with page_of(chrome, live_server, user=team.users["moderator"], size=DESK) as meera:
        meera.goto(f"/en/dialogue/{dialogue.code}/words/?language=ta")
        expect(meera.get_by_text("0 of 2").first).to_be_visible()
        well_made(meera)
        field = meera.locator("#text-1")
        assert field.get_attribute("lang") == "ta"
        field.fill(TAMIL)
        meera.locator("#statement-1").get_by_role("button", name="Save").click()
        expect(meera.get_by_text("Translated by a person, not yet read over")).to_be_visible()
        expect(meera.get_by_role("button", name="I have read it over")).to_have_count(0)

    # --- another one reads it over, on a phone
    with page_of(chrome, live_server, user=kumar) as other:
        other.goto(f"/en/dialogue/{dialogue.code}/words/?language=ta&only=written")
        well_made(other)
        other.get_by_role("button", name="I have read it over: it says the same").click()
        expect(other.get_by_text("Read over by another person").first).to_be_visible()

    # --- Kavitha reads it in Tamil
    with page_of(chrome, live_server) as kavitha:
        for _ in range(30):  # each process keeps the list of statements for a few seconds
            kavitha.goto(card)
            if kavitha.get_by_text(TAMIL).count():
                break
            kavitha.wait_for_timeout(500)
        shown = kavitha.locator("blockquote.statement")
        expect(shown).to_have_text(TAMIL)
        assert shown.get_attribute("lang") == "ta"
        expect(
            kavitha.get_by_text(in_tamil("Translated, and read over by another person"))
        ).to_be_visible()
        fits(kavitha, "blockquote.statement")
        well_made(kavitha)
        assert not kavitha.get_by_text(ENGLISH).is_visible()
        kavitha.locator(".translation summary").click()
        expect(kavitha.get_by_text(ENGLISH)).to_be_visible()
        kavitha.locator("button[value='1']").click()
        expect(kavitha.locator(".last")).to_be_visible()

        made.crowd(dialogue)
        while look():
            pass
        for _ in range(40):
            kavitha.goto(f"/ta/d/{dialogue.code}/result/")
            if kavitha.locator("main table").count():
                break
            kavitha.wait_for_timeout(500)
        expect(kavitha.get_by_text(TAMIL).first).to_be_visible()
        well_made(kavitha)
