"""A threat is held by one moderator and confirmed by another; who wrote it asks for a second look.

Zainab sends a statement from her phone and keeps its address. Meera takes it for a threat and holds it
back; she cannot confirm it herself. Farid, the second moderator, turns it down. Zainab reads the reason and
asks for a second look without JavaScript. Farid decided last, so he cannot look again: Selvi does, lets it
in, and Zainab reads its number. Every page passes axe.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from baithak.dialogue import queries
from baithak.dialogue.models import Statement
from factories import dialogue as made
from factories import network as people
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "We shall fight for the old quay."
WHY = "To fight is a way of speaking here: we shall write to the council."


def test_a_statement_is_appealed(chrome, live_server):
    queries.forget()
    team = made.team()
    dialogue = made.opened(team)
    farid_account = people.member(team.place, "moderator", "Farid")

    # --- Zainab says it and keeps the address
    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/en/d/{dialogue.code}/")
        zainab.get_by_role("link", name="Add a statement").click()
        zainab.locator("[name=text]").fill(WORDS)
        well_made(zainab)
        zainab.get_by_role("button", name="Send").click()
        expect(zainab.get_by_text("It waits for a moderator.")).to_be_visible()
        well_made(zainab)
        kept = zainab.locator(".keep .link a").get_attribute("href")
    assert re.search(r"/said/[0-9a-f-]{36}/$", kept)

    # --- Meera holds it back with the keyboard, and cannot confirm it herself
    queue = f"/en/dialogue/{dialogue.code}/queue/"
    with page_of(chrome, live_server, user=team.users["moderator"], size=DESK) as meera:
        meera.goto(queue)
        expect(meera.get_by_text(WORDS)).to_be_visible()
        expect(meera.locator("#keys")).to_be_visible()
        well_made(meera)
        meera.keyboard.press("j")
        meera.keyboard.press("r")
        meera.keyboard.type("It threatens")
        meera.keyboard.press("Tab")
        meera.keyboard.press("Enter")
        expect(meera.get_by_text("Held back: a second moderator")).to_be_visible()
        expect(meera.get_by_text("Nothing waits.")).to_be_visible()
        meera.get_by_role("link", name="Held back 1").click()
        expect(meera.get_by_text("Another moderator decides")).to_be_visible()
        expect(meera.get_by_role("button", name="Accept")).to_have_count(0)
        well_made(meera)

    # --- Farid, the second moderator, agrees, on his phone
    with page_of(chrome, live_server, user=farid_account, size=PHONE) as farid:
        farid.goto(f"{queue}?pile=held")
        expect(farid.get_by_text("You are the second to look")).to_be_visible()
        well_made(farid)
        farid.get_by_role("button", name="Turn down, as the second moderator").click()
        expect(farid.get_by_text("Nothing is held back.")).to_be_visible()
        farid.goto(f"{queue}?pile=decided")
        expect(farid.get_by_text("It threatens, or calls for violence").first).to_be_visible()
        well_made(farid)

    # --- Zainab asks for a second look, without JavaScript, from another browser
    with page_of(chrome, live_server, scripts=False) as zainab:
        zainab.goto(kept)
        expect(zainab.get_by_text("It is not shown.")).to_be_visible()
        expect(zainab.get_by_text("It threatens, or calls for violence")).to_be_visible()
        zainab.locator("[name=text]").fill(WHY)
        zainab.get_by_role("button", name="Ask for a second look").click()
        expect(zainab.get_by_text("You asked for a second look.")).to_be_visible()
        expect(zainab.locator("textarea")).to_have_count(0)

    # --- Farid decided last, so another moderator looks again
    with page_of(chrome, live_server, user=farid_account, size=DESK) as farid:
        farid.goto(f"{queue}?pile=appeals")
        expect(farid.get_by_text(WHY)).to_be_visible()
        expect(farid.get_by_role("button", name="Show it after all")).to_have_count(0)
        well_made(farid)
    with page_of(chrome, live_server, user=team.users["facilitator"], size=PHONE) as selvi:
        selvi.goto(f"{queue}?pile=appeals")
        well_made(selvi)
        selvi.get_by_role("button", name="Show it after all").click()
        expect(selvi.get_by_text("Accepted: residents see it from now on.")).to_be_visible()

    with page_of(chrome, live_server) as zainab:
        zainab.goto(kept)
        expect(zainab.get_by_text("It is shown, as number 7.")).to_be_visible()
        well_made(zainab)
    assert Statement._unscoped.get(dialogue=dialogue, number=7).appeal_text == ""
