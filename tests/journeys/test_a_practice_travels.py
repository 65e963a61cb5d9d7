"""A finding leads to another city's practice, in Debian's chromium: found, taken up, learnt from, told.

Noorabad has published how women walk home from its night market. In Kandarpur a dialogue's common
ground asks for the same. Farida, the officer, goes from the finding to practices that fit, takes Noorabad's up, writes how
it goes and what others can learn. With the mayor's word Noorabad sees it: on the desk, on the page of
its practice, in a letter. A resident reads the practice in Urdu at 360 px without JavaScript.
"""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from baithak.dialogue import services as dialogues
from baithak.exchange.models import Adoption, Lesson
from baithak.exchange.services import translations
from baithak.home.tasks import look
from factories import dialogue as talk
from factories import exchange as make
from factories.browser import DESK, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "Women should get home safely from the night market."
SEEDS = [*talk.SEEDS[:3], {"en": HOME}, *talk.SEEDS[4:]]


def dialogue_of(city):
    """A dialogue of the city whose map says what everybody wants."""
    team = city
    team.moderator = city.viewers["facilitator"]
    made = talk.opened(team, seeds=SEEDS)
    talk.crowd(made, 80)
    while (waiting := dialogues.claim_map()) is not None:
        dialogues.draw_map(waiting)
    return made


def test_a_practice_travels(chrome, live_server, settings):
    world = make.two_cities()
    make.load(world)
    world.one, world.other = world.other, world.one  # Noorabad wrote it, Kandarpur takes it up
    practice = make.published(
        world,
        "noorabad-night-walks",
        title="Walks home from the night market, with women in the lead",
        summary="Women chose the ways, traders keep lamps on, and nobody walks home alone.",
        challenges=("weak_coordination",),
        target_groups=("women",),
    )
    told = translations.translate(
        practice=practice,
        language="ur",
        texts={"title": "رات کے بازار سے گھر تک", "summary": "خواتین نے راستے چنے۔"},
        by=world.one.officer,
    )
    translations.mark_reviewed(translation=told, by=world.one.viewers["facilitator"])
    kandarpur = world.other
    dialogue = dialogue_of(kandarpur)
    mail.outbox.clear()

    # --- from the finding to practices that fit, and to one of them
    with page_of(chrome, live_server, user=kandarpur.users["city_officer"], size=DESK) as farida:
        farida.goto(f"/en/dialogue/{dialogue.code}/map/")
        finding = farida.locator("li", has_text=HOME).first
        finding.get_by_role("link", name=re.compile("Practices")).first.click()
        expect(farida.get_by_text(HOME).first).to_be_visible()
        well_made(farida)
        card = farida.locator("li", has_text=practice.record.title).first
        card.get_by_role("link", name="Take it up at our place").click()
        expect(farida.get_by_text(HOME).first).to_be_visible()  # what led to it
        farida.locator("[name=reason]").fill("Women have asked for it for years.")
        farida.locator("[name=changed]").fill("Two ways, not five: our lanes are shorter.")
        well_made(farida)
        farida.get_by_role("button", name="Take it up").click()
        expect(farida.get_by_role("heading", level=1)).to_contain_text("Kandarpur")
        page = farida.url

        # --- how it goes, what came of it, what others can learn
        farida.locator("[name=text]").fill("The first evening forty came.")
        farida.get_by_role("button", name="Add this line").click()
        expect(farida.get_by_text("The first evening forty came")).to_be_visible()
        farida.get_by_role("link", name="Tell how it goes").click()
        farida.locator("[name=state]").select_option("finished")
        farida.locator("[name=outcome]").select_option("partly")
        farida.locator("[name=result]").fill("One of the two ways is walked every night.")
        well_made(farida)
        farida.locator("main form.sheet button").last.click()
        expect(farida.get_by_text("One of the two ways is walked every night.")).to_be_visible()
        farida.get_by_role("link", name="Write a lesson for others").click()
        farida.locator("[name=title]").fill("Walk the lanes at night before you choose the places")
        farida.locator("[name=text]").fill("By day everybody points at the wrong corners.")
        farida.get_by_role("button", name="Save the lesson").click()
        expect(farida.get_by_role("heading", level=1)).to_contain_text("Walk the lanes at night")

        # --- so far nobody of Noorabad knows
        farida.goto(page)
        farida.get_by_text("Let more people see it").first.click()
        farida.get_by_label("Members of all places of the hub").check()
        farida.get_by_label("Why now, and for whom?").fill("Noorabad helped us.")
        farida.get_by_role("button", name="Ask a second person").click()
        well_made(farida)
    adoption, lesson = Adoption._unscoped.get(), Lesson._unscoped.get()
    assert (adoption.place, adoption.outcome) == (kandarpur.place, "partly")
    assert adoption.because.startswith(f"dialogue:{dialogue.code}:")
    assert lesson.adoption == adoption
    with page_of(chrome, live_server, user=world.one.users["city_officer"], size=DESK) as owner:
        assert owner.goto(page).status == 404
    assert mail.outbox == []

    with page_of(chrome, live_server, user=kandarpur.users["mayor"]) as mayor:
        mayor.goto(f"/en/places/{kandarpur.place.slug}/requests/")
        well_made(mayor)
        mayor.get_by_role("button", name="Confirm").click()
        expect(mayor.get_by_text("Nothing waits")).to_be_visible()

    # --- the owner is told, and sees it
    (letter,) = mail.outbox
    assert letter.to == [world.one.users["city_officer"].email]
    assert "One of the two ways" not in letter.body
    with page_of(chrome, live_server, user=world.one.users["city_officer"]) as owner:
        owner.goto("/en/desk/")
        well_made(owner)
        owner.get_by_role("link", name=practice.record.title).first.click()
        expect(owner.get_by_text("One of the two ways is walked every night.")).to_be_visible()
        owner.goto(f"/en/exchange/practice/{practice.code}/")
        expect(owner.get_by_text("Kandarpur").first).to_be_visible()
        expect(owner.get_by_text("It worked in part").first).to_be_visible()
        well_made(owner)

    # --- residents read it in Urdu, with and without JavaScript; the adoption is not for everybody
    look()
    for scripts in (True, False):
        with page_of(chrome, live_server, scripts=scripts) as zainab:
            zainab.goto("/ur/exchange/?q=رات کا بازار")
            zainab.get_by_role("link", name="رات کے بازار سے گھر تک").first.click()
            assert zainab.locator("html").get_attribute("dir") == "rtl"
            expect(zainab.get_by_text("خواتین نے راستے چنے۔").first).to_be_visible()
            expect(zainab.get_by_text("Kandarpur")).to_have_count(0)
            if scripts:
                well_made(zainab)
