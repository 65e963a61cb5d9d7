"""Slips from the printer to the published list, in Debian's chromium.

Farida, the officer, opens a dialogue by slip only and prints slips. Nadia scans hers: an Urdu phone of
360 px. She answers, says where she lives and keeps her receipt. Omar finds her slip, types its code
without JavaScript and is refused in plain words. After closing Nadia finds her receipt in the list.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from baithak.dialogue import services, tasks
from baithak.dialogue.models import Declaration, Dialogue, Participation, Slip, Vote
from baithak.dialogue.services import Answerable, AskedQuestion
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from factories import dialogue as made
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PART = AskedQuestion(
    {"en": "In which part of the city do you live?", "ur": "آپ شہر کے کس حصے میں رہتے ہیں؟"},
    [Answerable({"en": "Harbour", "ur": "بندرگاہ"}), Answerable({"en": "Hill", "ur": "پہاڑی"})],
)


def by_slip_only():
    """Open to whoever holds a slip, with one question about oneself."""
    team = made.team()
    draft = made.draft(team, open_link=False)
    services.add_questions(dialogue=draft, questions=[PART], by=team.officer)
    act = services.ask_to_open(dialogue=draft, reason="The council asked.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    return team, Dialogue._unscoped.select_related("place").get(pk=draft.pk)


def test_slips_are_handed_out(chrome, live_server):
    team, dialogue = by_slip_only()
    link = f"/d/{dialogue.code}/"

    # --- Farida prints three slips as a page, and five more as a PDF
    with page_of(chrome, live_server, user=team.users["city_officer"], size=DESK) as farida:
        farida.goto(f"/en/dialogue/{dialogue.code}/")
        farida.get_by_role("link", name="Print slips").click()
        well_made(farida)
        farida.get_by_label("How many slips?").fill("5")
        with farida.expect_download() as paper:
            farida.get_by_role("button", name="Slips as PDF").click()
        assert paper.value.suggested_filename.endswith("-slips.pdf")
        farida.goto(f"/en/dialogue/{dialogue.code}/slips/")
        expect(farida.get_by_text("5 slips · Token handed out")).to_be_visible()
        farida.get_by_label("How many slips?").fill("3")
        farida.get_by_role("button", name="Slips as a page to print").click()
        expect(farida.locator(".slips > li")).to_have_count(3)
        expect(farida.locator(".slip-qr svg")).to_have_count(3)
        well_made(farida)
        codes = farida.locator(".slip-code").all_inner_texts()
    assert Slip._unscoped.count() == 8

    # --- Nadia scans hers
    with page_of(chrome, live_server, size=PHONE) as nadia:
        nadia.goto(f"/ur{link}slip/#{codes[0]}")
        expect(nadia.locator("html")).to_have_attribute("dir", "rtl")
        expect(nadia.locator("#slip")).to_have_value(codes[0])
        assert "#" not in nadia.url
        assert not Slip._unscoped.filter(used=True).exists()  # opening it used nothing up
        well_made(nadia)
        nadia.locator("#slip-form button").click()
        expect(nadia.locator(".answers button")).to_have_count(3)
        well_made(nadia)
        nadia.locator(".answers button").first.click()
        expect(nadia.locator(".last")).to_be_visible()
        assert list(Participation._unscoped.values_list("channel", flat=True)) == ["token"]

        nadia.goto(f"/ur{link}about-you/")
        well_made(nadia)
        nadia.get_by_label("بندرگاہ", exact=True).check()
        nadia.locator("form.sheet button").first.click()
        expect(nadia.get_by_role("status")).to_be_visible()
        assert Declaration._unscoped.get().category.number == 1

        nadia.goto(f"/ur{link}receipt/")
        well_made(nadia)
        receipt = nadia.locator("#receipt").inner_text()
        assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){4}", receipt)

    # --- Omar types the same code, without JavaScript
    with page_of(chrome, live_server, size=PHONE, scripts=False) as omar:
        omar.goto(f"/en{link}")
        omar.locator("main").get_by_role("link", name="I have a slip").click()
        omar.get_by_label("Code of your slip").fill(codes[0].replace("-", " ").upper())
        omar.get_by_role("button", name="Begin").click()
        expect(omar.get_by_role("alert")).to_contain_text("the slip has been used")
        omar.get_by_label("Code of your slip").fill(codes[1])
        omar.get_by_role("button", name="Begin").click()
        expect(omar.get_by_role("button", name="Agree", exact=True)).to_be_visible()
        expect(omar.get_by_text("You take part with a slip.")).to_be_visible()

    # --- after closing the receipt is in the list, and the slips are gone
    services.close(dialogue=dialogue, by=SYSTEM)
    assert tasks.seal_closed() == 1
    assert not Slip._unscoped.exists()
    assert Vote._unscoped.count() == 1
    with page_of(chrome, live_server, size=PHONE) as anybody:
        anybody.goto(f"/en{link}check/")
        anybody.get_by_label("Receipt", exact=True).fill(receipt)
        anybody.get_by_role("button", name="Look it up").click()
        expect(anybody.get_by_role("status")).to_contain_text(
            f"the receipt {receipt} is in the list"
        )
        well_made(anybody)
        with anybody.expect_download() as kept:
            anybody.get_by_role("link", name="The list as a text file").click()
        assert receipt.replace("-", "") in kept.value.path().read_text()
