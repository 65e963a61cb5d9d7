"""What came out, read in Urdu on a small phone without JavaScript: groups, common ground, tables."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from baithak.dialogue import tasks
from factories import dialogue as made
from factories.browser import PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_zainab_reads_the_result_in_urdu(chrome, live_server):
    dialogue = made.opened(made.team())
    made.crowd(dialogue, 60)
    assert tasks.redraw_a_map() == 1
    address = f"/ur/d/{dialogue.code}/result/"
    with page_of(chrome, live_server, size=PHONE, scripts=False) as zainab:
        zainab.goto(address)
        assert zainab.locator("html").get_attribute("dir") == "rtl"
        expect(zainab.get_by_role("heading", level=1)).to_have_text("لوگوں نے کیا کہا")
        ground = zainab.locator("#common-ground")
        expect(ground).to_be_visible()
        # Translated by a person into her language where it was, else as it was written.
        expect(zainab.get_by_text("خواتین کے لیے رات کی بسیں چلیں۔").first).to_be_visible()
        expect(zainab.get_by_text("The market needs more light.").first).to_be_visible()
        expect(zainab.get_by_role("table").first).to_be_visible()
        for part in (zainab.locator("main"), ground):
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
    with page_of(chrome, live_server, size=PHONE) as zainab:
        zainab.goto(address)
        well_made(zainab)
