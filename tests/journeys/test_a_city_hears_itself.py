"""The whole first story, in Debian's chromium: from a draft to the report on the officer's table.

Farida, the officer, opens a dialogue with the mayor's word. Three residents vote at 360 px: Ravi in
English, Zainab in Urdu (right to left), and Kamal without JavaScript; Zainab adds a statement. Meera,
the moderator, accepts it. The worker draws the map. Farida downloads the report. Nobody's page asks
another host for anything, and every page passes axe.
"""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Page, expect

from baithak.dialogue import services as dialogues
from baithak.dialogue.models import Dialogue, Vote
from baithak.home.tasks import look
from baithak.network.scope import SYSTEM
from factories import network as make
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENGLISH = [
    "The water should come at fixed hours.", "The lanes need lamps before anything else.",
    "Loudspeakers should be off at ten.", "Festival nights may be loud.",
    "Newcomers should wait for a market stall.", "The clinic should open in the evening.",
    "The ferry should run after dark.", "The quay belongs to families on Fridays.",
]  # fmt: skip
URDU = [
    "پانی مقررہ وقت پر آنا چاہیے۔", "سب سے پہلے گلیوں میں روشنی ہو۔",
    "لاؤڈ اسپیکر دس بجے بند ہوں۔", "تہوار کی راتوں میں شور ٹھیک ہے۔",
    "نئے آنے والے دکان کے لیے انتظار کریں۔", "کلینک شام کو بھی کھلے۔",
    "کشتی اندھیرے کے بعد بھی چلے۔", "جمعے کو گھاٹ خاندانوں کے لیے ہو۔",
]  # fmt: skip
OWN = "گلی میں بزرگوں کے لیے بیٹھنے کی جگہ ہو۔"


def answers(page: Page, how_many: int, value: int) -> None:
    for number in range(1, how_many + 1):
        page.wait_for_load_state("load")
        page.locator(f"button[value='{value}']").click()
        expect(page.locator(".progress-words")).to_contain_text(re.compile(rf"\b{number}\b"))


def crowd(dialogue: Dialogue, people: int = 60) -> None:
    """Two camps of simulated neighbours, so that figures pass the small-cell rule."""
    dice = random.Random(7)
    votes = []
    for person in range(people):
        camp = person % 2
        for number in range(1, len(ENGLISH) + 1):
            likely = 0.9 if number in (1, 2, 6) else (0.9 if (number % 2 == camp) else 0.1)
            votes.append((f"neighbour-{person}", number, 1 if dice.random() < likely else -1))
    dialogues.load_votes(
        dialogue=dialogue,
        votes=votes,
        channels={f"neighbour-{person}": "session" for person in range(people)},
    )


def test_a_city_hears_itself(chrome, live_server):
    city = make.city(name="Kandarpur", languages=["en", "ur"])
    people = make.staffed(city)

    # --- Farida writes the draft and asks to open it
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto("/en/dialogue/")
        well_made(farida)
        farida.get_by_role("link", name="Begin a dialogue").click()
        farida.goto("/en/dialogue/new/?language=en&language=ur")
        farida.locator("[name=title_en]").fill("Living together in Kandarpur")
        farida.locator("[name=question_en]").fill("What would make our quarter good for everybody?")
        farida.locator("[name=seeds_en]").fill("\n".join(ENGLISH))
        farida.locator("[name=title_ur]").fill("کندرپور میں مل کر رہنا")
        farida.locator("[name=question_ur]").fill("ہمارا علاقہ سب کے لیے کیسے بہتر ہو؟")
        farida.locator("[name=seeds_ur]").fill("\n".join(URDU))
        well_made(farida)
        farida.get_by_role("button", name="Save the draft").click()
        farida.get_by_label("Why now, and for whom?").fill("The council decides in winter.")
        farida.get_by_role("button", name="Ask to open it").click()
        expect(farida.get_by_text("You asked, so somebody else confirms")).to_be_visible()
        expect(farida.get_by_role("button", name="Confirm and open")).to_have_count(0)
        overview = farida.url

    dialogue = Dialogue.objects.seen_by(SYSTEM).get()
    with page_of(chrome, live_server) as stranger:
        assert stranger.goto(f"/en/d/{dialogue.code}/").status == 404

    # --- the mayor confirms
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        mayor.get_by_role("button", name="Confirm and open").click()
        expect(mayor.get_by_text("Share the link")).to_be_visible()
        well_made(mayor)

    # --- three residents
    with page_of(chrome, live_server) as ravi:
        ravi.goto(f"/en/d/{dialogue.code}/")
        assert ravi.locator("html").get_attribute("dir") == "ltr"
        well_made(ravi)
        answers(ravi, 4, 1)
        ravi.wait_for_load_state("load")  # the keys are heard once the small script has run
        ravi.keyboard.press("2")  # the keys 1, 2, 3 answer too
        expect(ravi.get_by_text("Saved: you disagree.")).to_be_visible()
        ravi.get_by_role("link", name="Change it").click()
        ravi.get_by_role("button", name="Skip, not sure").click()
        expect(ravi.get_by_text("Saved: skipped.")).to_be_visible()

    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/ur/d/{dialogue.code}/")
        assert zainab.locator("html").get_attribute("dir") == "rtl"
        assert zainab.locator("blockquote.statement").inner_text() in URDU
        well_made(zainab)
        answers(zainab, 3, 1)
        zainab.goto(f"/ur/d/{dialogue.code}/add/")
        zainab.locator("[name=text]").fill(OWN)
        zainab.locator("[name=language]").select_option("ur")
        zainab.locator("main form.sheet button").click()
        expect(zainab.locator(".notice")).to_be_visible()
        well_made(zainab)

    with page_of(chrome, live_server, scripts=False) as kamal:
        kamal.goto(f"/en/d/{dialogue.code}/")
        for _ in range(len(ENGLISH)):
            kamal.get_by_role("button", name="Disagree", exact=True).click()
        expect(kamal.get_by_text("You answered 8 statements.")).to_be_visible()

    assert Vote._unscoped.filter(statement__dialogue=dialogue).count() == 5 + 3 + 8

    # --- Meera sees the words alone, and accepts
    with page_of(chrome, live_server, user=people["moderator"], size=PHONE) as meera:
        meera.goto(f"/en/dialogue/{dialogue.code}/queue/")
        expect(meera.get_by_text(OWN)).to_be_visible()
        well_made(meera)
        meera.get_by_role("button", name="Accept").click()
        expect(meera.get_by_text("Nothing waits.")).to_be_visible()

    with page_of(chrome, live_server) as nadia:
        # Each process keeps the list of statements for a few seconds.
        for _ in range(30):
            nadia.goto(f"/en/d/{dialogue.code}/statement/{len(ENGLISH) + 1}/")
            if nadia.get_by_text(OWN).count():
                break
            nadia.wait_for_timeout(500)
        # Shown in its own language: nobody has translated it yet.
        expect(nadia.get_by_text(OWN)).to_be_visible()

    # --- the worker draws; the page never waits for it
    crowd(dialogue)
    with page_of(chrome, live_server, size=DESK) as anybody:
        anybody.goto(f"/en/dialogue/{dialogue.code}/map/")
        expect(anybody.locator("svg.opinion-map, figure svg")).to_have_count(0)
    while look():
        pass
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto(f"/en/dialogue/{dialogue.code}/map/")
        expect(farida.locator("main figure svg").first).to_be_visible()
        expect(farida.get_by_text(re.compile(r"of 40 repeats")).first).to_be_visible()
        assert farida.locator("main table").count() >= 1
        well_made(farida)
        farida.set_viewport_size(PHONE)
        well_made(farida)
        with farida.expect_download() as waiting:
            farida.goto(overview)
            farida.get_by_role("button", name="PDF").click()
        assert waiting.value.path().read_bytes().startswith(b"%PDF-")
        with farida.expect_download() as waiting:
            farida.get_by_role("button", name="Page to keep (HTML)").click()
        told = waiting.value.path().read_text()
        assert "Living together in Kandarpur" in told
        assert "<script" not in told
