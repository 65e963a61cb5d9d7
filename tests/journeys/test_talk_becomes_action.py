"""From talk to shared action, from empty, in Debian's chromium: what the demonstration shows, done by people.

Kandarpur's residents agree on something. Farida, the officer, writes the review of challenges with this
finding, looks at practices that fit, takes one up, plans an action by it, and with the mayor the plan is
adopted. The committee meets and decides; a commitment is born, the works department tells how it goes on a
phone without JavaScript. A workshop ends in a takeaway, a promise and a report that everybody can read.
At last the place is handed over: one signed pack.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from baithak.coordination.models import Commitment, Workshop
from baithak.dialogue import services as dialogues
from baithak.home.tasks import look
from baithak.plan.models import Plan
from factories import dialogue as talk
from factories import exchange as make
from factories import network as people
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "Women should get home safely from the night market."
SEEDS = [*talk.SEEDS[:3], {"en": HOME}, *talk.SEEDS[4:]]


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def fill(page: Page, **told: str) -> None:
    """Each field of the page's form by its name."""
    for name, value in told.items():
        field = page.locator(f"main [name='{name}']").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, name: str) -> None:
    """The button, and the page it leads to: whoever looks next looks at that one."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name).first.click()


def let_more_see(page: Page, level: str) -> None:
    page.get_by_text("Let more people see it").first.click()
    page.get_by_label(level, exact=True).first.check()
    page.get_by_label("Why now, and for whom?").fill("They want to read it.")
    press(page, "Ask a second person")


def confirmed(chrome, live_server, mayor, place) -> None:
    """The mayor's word to whatever waits, on a phone."""
    with page_of(chrome, live_server, user=mayor, size=PHONE) as page:
        page.goto(f"/en/places/{place.slug}/requests/")
        well_made(page)
        press(page, "Confirm")
        expect(page.get_by_text("Nothing waits")).to_be_visible()


def listened(team):
    """A dialogue of the city whose map says what everybody wants."""
    team.moderator = team.viewers["facilitator"]
    made = talk.opened(team, seeds=SEEDS)
    talk.crowd(made, 80)
    while (waiting := dialogues.claim_map()) is not None:
        dialogues.draw_map(waiting)
    return made


def test_talk_becomes_action(chrome, live_server, settings, tmp_path):
    settings.HOME = tmp_path
    world = make.two_cities()
    make.load(world)
    world.one, world.other = world.other, world.one
    practice = make.published(
        world,
        "noorabad-night-walks",
        title="Walks home from the night market, with women in the lead",
        challenges=("segregation_inequality",),
        target_groups=("women",),
    )
    city = world.other
    place, officer, mayor = city.place, city.users["city_officer"], city.users["mayor"]
    works = people.organisation(place, "Works department", types=["local_government"])
    worker = people.person("Worker")
    people.grant(worker, place, "department_staff", organisation=works)
    dialogue = listened(city)

    with page_of(chrome, live_server, user=officer, size=DESK) as farida:
        # --- a challenge, out of a finding
        farida.goto(f"/en/plan/?place={place.slug}")
        expect(farida.get_by_text("No plan is shown here yet.")).to_be_visible()
        well_made(farida)
        follow(farida, "Reviews of challenges")
        follow(farida, "Begin a review")
        fill(
            farida,
            title="What weighs on us",
            method="A dialogue, and four evenings at the market.",
            who_was_heard="Traders, women who work at night, pupils.",
            not_heard="Those who sleep at the station.",
            sources="The released map of the dialogue.",
            begins=day(-30),
        )
        press(farida, "Save and go on")
        farida.goto(f"/en/dialogue/{dialogue.code}/map/")
        finding = farida.locator("li", has_text=HOME).first
        with farida.expect_navigation():
            finding.get_by_role("link", name=re.compile("Practices")).first.click()
        follow(farida, "Take it into a review or a plan")
        expect(farida.get_by_text(HOME).first).to_be_visible()
        well_made(farida)
        follow(farida, "Name a challenge in “What weighs on us”")
        fill(farida, title="Dark ways home", description="Lanes without a lamp.")
        farida.locator("[name=code]").select_option("segregation_inequality")
        farida.get_by_label("Growing").check()
        press(farida, "Save")
        follow(farida, "Go on: how groups feel them")
        follow(farida, "Tell how it is felt")
        fill(farida, felt_women="heavy")
        press(farida, "Save")
        follow(farida, "What connects, and limits")
        fill(farida, strengths="Wells that all share.", limits="Nobody asked those at the station.")
        well_made(farida)
        press(farida, "Save")
        press(farida, "Finish the review")
        expect(farida.get_by_text(HOME).first).to_be_visible()

        # --- a plan that answers it, and a practice that fits
        follow(farida, "Begin a plan that answers it")
        fill(
            farida,
            title="Light for everybody",
            vision="Whoever works at night walks home in light.",
            need="All groups asked for it.",
            theory_of_change="Where there is light people meet.",
            begins=day(1),
            ends=day(700),
        )
        press(farida, "Save")
        plan = Plan._unscoped.get()
        follow(farida, "Write an objective")
        fill(
            farida,
            title="Every way home has light",
            if_we="put lamps",
            then="women walk",
            because="they said so",
        )
        farida.locator("[name=challenge]").select_option(label="Dark ways home")
        press(farida, "Save")
        farida.goto(f"/en/exchange/practice/{practice.code}/")
        follow(farida, "Take it up in your city")
        fill(farida, reason="Women have asked for it for years.")
        press(farida, "Take it up")
        follow(farida, "Plan an action with it")
        well_made(farida)
        follow(farida, "Plan an action in “Light for everybody”")
        expect(farida.get_by_text(practice.title).first).to_be_visible()
        fill(
            farida,
            title="Lamps on two ways",
            due=day(90),
            begins=day(1),
            cost="90000",
            currency="XXX",
        )
        farida.locator("[name=objective]").select_option(label="Every way home has light")
        farida.locator("[name=owner]").select_option(label="Works department")
        well_made(farida)
        press(farida, "Save")
        expect(farida.get_by_text(practice.title).first).to_be_visible()

        # --- two people adopt it
        farida.goto(plan.get_absolute_url())
        follow(farida, "Adopt the plan")
        fill(farida, decided_by="City council", decided_on=day(-1), decision="Number 7")
        farida.get_by_label("Everybody", exact=True).check()
        fill(farida, reason="The council has decided.")
        well_made(farida)
        press(farida, "Ask a second person")
        plan.refresh_from_db()
        assert plan.state == "draft"
        confirmed(chrome, live_server, mayor, place)
        farida.goto(plan.get_absolute_url())
        press(farida, "Set it running")

        # --- a body meets and decides, a commitment is born
        farida.goto("/en/coordination/")
        well_made(farida)
        follow(farida, "See the bodies")
        follow(farida, "New body")
        fill(
            farida,
            title="Night market table",
            charter="Seven seats, decisions by four.",
            kind="peace_committee",
            quorum="1",
        )
        press(farida, "Save the body")
        follow(farida, "Add a seat")
        fill(farida, title="Traders")
        press(farida, "Save the seat")
        body = re.search(r"/body/(\d+)/", farida.url)[1]
        farida.goto(f"/en/coordination/body/{body}/")
        well_made(farida)
        follow(farida, "Plan one meeting")
        fill(farida, title="First meeting", on=day(-2))
        press(farida, "Save the meeting")
        farida.locator("form[action$='/point/'] [name=title]").fill("What is dark")
        press(farida, "Add the point")
        fill(farida, present="1")
        press(farida, "It took place")
        farida.get_by_text("Note a decision").first.click()
        farida.locator("form[action$='/decision/'] [name=title]").fill("Lamps before benches.")
        with farida.expect_navigation():
            farida.locator("form[action$='/decision/'] button").click()
        well_made(farida)
        follow(farida, "Make a commitment")
        expect(farida.get_by_text("Lamps before benches.").first).to_be_visible()
        fill(farida, title="Put up the first lamps", due=day(20))
        farida.locator("[name=owner]").select_option(label="Works department")
        farida.locator("[name=action]").select_option(label="Lamps on two ways")
        press(farida, "Save")
        commitment = Commitment._unscoped.get()
        assert commitment.decision is not None
        let_more_see(farida, "Everybody with a role in this place")
        confirmed(chrome, live_server, mayor, place)

    # --- the department tells how it goes, on a phone without JavaScript
    with page_of(chrome, live_server, user=worker, scripts=False) as phone:
        phone.goto("/en/desk/")
        follow(phone, "Put up the first lamps")
        fill(phone, text="Four lamps burn.", state="started")
        press(phone, "Tell how it goes")
        expect(phone.get_by_text("Four lamps burn.").first).to_be_visible()

    # --- a workshop, a takeaway, a promise, a report for everybody
    with page_of(chrome, live_server, user=officer, size=DESK) as farida:
        farida.goto(f"/en/coordination/at/{place.slug}/workshop/new/")
        fill(
            farida, title="Light at night", summary="Two quarters told how they did it.",
            where="Town hall", hosts="City council", funders="Nobody", begins=day(-5), ends=day(-4),
        )  # fmt: skip
        press(farida, "Save")
        workshop = Workshop._unscoped.get()
        follow(farida, "Count who came")
        for name, value in (
            ("role", "partner"),
            ("country", "LK"),
            ("organisation_type", "cso"),
            ("people", "24"),
        ):
            fill(farida, **{f"form-0-{name}": value})
        press(farida, "Save")
        follow(farida, "Add a challenge")
        fill(farida, code="segregation_inequality", description="Ways home without light.")
        press(farida, "Save")
        farida.goto(workshop.get_absolute_url())
        follow(farida, "Add a practice")
        farida.locator("[name=practice]").select_option(label=practice.title)
        press(farida, "Save")
        farida.goto(workshop.get_absolute_url())
        follow(farida, "Add a takeaway")
        fill(farida, title="Ask those who walk at night.")
        press(farida, "Save")
        farida.goto(workshop.get_absolute_url())
        press(farida, "It was held")
        well_made(farida)
        follow(farida, "Make a commitment of it")
        fill(farida, title="Walk with them each spring", due=day(150))
        press(farida, "Save")
        let_more_see(farida, "Everybody")
        confirmed(chrome, live_server, mayor, place)
        farida.goto(workshop.get_absolute_url())
        follow(farida, "Bring the report out")
        well_made(farida)
        press(farida, "Bring the report out")
        farida.goto(workshop.get_absolute_url())
        let_more_see(farida, "Everybody")
        confirmed(chrome, live_server, mayor, place)

        # --- the place is handed over, for a rehearsal
        farida.goto(f"/en/handover/at/{place.slug}/")
        well_made(farida)
        farida.get_by_label("Yearly rehearsal").check()
        fill(farida, reason="Once a year we look.")
        press(farida, "Ask a second person")
        confirmed(chrome, live_server, mayor, place)
        while look():
            pass
        farida.goto(f"/en/handover/at/{place.slug}/")
        with farida.expect_navigation():
            farida.locator("main ul.rows a").first.click()
        well_made(farida)
        with farida.expect_download() as fetched:
            farida.get_by_role("button", name="Fetch it, once", exact=True).click()
        pack = zipfile.ZipFile(io.BytesIO(fetched.value.path().read_bytes()))
    names = set(pack.namelist())
    assert {"index.html", "mayor.pdf", "data/plan.json", "data/coordination.json"} <= names
    assert {f"plans/{plan.code}.pdf", f"workshops/{workshop.pk}.pdf"} <= names
    assert "Lamps before benches." in pack.read("data/coordination.json").decode()

    # --- everybody reads the report and how the plan goes, in Urdu too
    for scripts in (True, False):
        with page_of(chrome, live_server, scripts=scripts) as resident:
            resident.goto(f"/ur/coordination/workshop/{workshop.pk}/report/")
            assert resident.locator("html").get_attribute("dir") == "rtl"
            expect(resident.get_by_text("Ask those who walk at night.").first).to_be_visible()
            expect(resident.get_by_text("Walk with them each spring").first).to_be_visible()
            if scripts:
                well_made(resident)
            resident.goto(f"/en/plan/{plan.code}/progress/")
            expect(resident.get_by_text("Lamps on two ways").first).to_be_visible()
            if scripts:
                well_made(resident)
