"""The whole story of a budget, in Debian's chromium: from the draft to the explained result.

Farida, the officer, sets up the money with the mayor's word. Zainab proposes in Urdu at 360 px, Kamal
in English without JavaScript; Meera, the moderator, lets them in; the officer says what each costs,
and why one cannot be. Slips are printed. Zainab scans hers, Kamal types his, the facilitator types a
paper ballot, and 297 simulated neighbours vote. The result is read in Urdu without JavaScript.
"""

from __future__ import annotations

import random
import re
import uuid

import pytest
from playwright.sync_api import expect

from baithak.budget import queries, services
from baithak.budget.models import Ballot, Budget, CountState
from baithak.home.tasks import look
from baithak.network import keys
from baithak.network.scope import SYSTEM
from factories import network as make
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VOTERS = 300
URDU = "بندرگاہ کی گلیوں میں روشنی"
#: Title, least and most it might cost; the harbour is where most people live.
PROJECTS = [
    ("A ramp at the ferry steps", 40_000),
    ("Shade trees on the promenade", 45_000),
    ("A water tank for the hill", 30_000),
    ("A reading room on the hill", 25_000),
]


def crowd(budget: Budget, codes: list[str]) -> None:
    """Simulated neighbours: two in three live at the harbour, the others on the hill."""
    dice = random.Random(11)
    numbers = {
        sheet.shown.title: sheet.number
        for sheet in queries.sheets(queries.on_the_ballot(budget.pk))
    }
    harbour = [numbers[PROJECTS[0][0]], numbers[PROJECTS[1][0]], numbers[URDU]]
    hill = [numbers[PROJECTS[2][0]], numbers[PROJECTS[3][0]]]
    for at, code in enumerate(codes):
        mine = harbour if at % 3 else hill
        chosen = {number: 1 for number in mine if dice.random() < 0.85} or {mine[0]: 1}
        services.cast_ballot(
            budget=budget.pk,
            pid=keys.pseudonym(budget.key, code),
            choices=services.checked_choices(budget, chosen),
            handle=uuid.uuid4(),
        )


def test_money_is_shared_out(chrome, live_server):
    city = make.city(name="Kandarpur", languages=["en", "ur"])
    people = make.staffed(city)

    # --- Farida writes the draft and asks to open it; the mayor confirms
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto("/en/budget/")
        well_made(farida)
        farida.get_by_role("link", name="Begin a budget").click()
        farida.goto("/en/budget/new/?language=en&language=ur")
        farida.locator("[name=title_en]").fill("Kandarpur shares out")
        farida.locator("[name=question_en]").fill("What should the city build with this money?")
        farida.locator("[name=title_ur]").fill("کندرپور کا بجٹ")
        farida.locator("[name=question_ur]").fill("شہر اس رقم سے کیا بنائے؟")
        farida.locator("[name=envelope]").fill("100000")
        farida.locator("[name=currency]").fill("INR")
        farida.locator("[name=most_projects]").fill("3")
        well_made(farida)
        farida.get_by_role("button", name="Save the draft").click()
        farida.get_by_label("Why now, and for whom?").fill("The council has set the money aside.")
        farida.get_by_role("button", name="Ask to open it").click()
        expect(farida.get_by_text("You asked, so somebody else confirms")).to_be_visible()
        overview = farida.url
    budget = Budget.objects.seen_by(SYSTEM).get()
    with page_of(chrome, live_server) as stranger:
        assert stranger.goto(f"/en/b/{budget.code}/").status == 404
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        mayor.get_by_role("button", name="Confirm and open").click()
        expect(mayor.get_by_text("Share the link")).to_be_visible()

    # --- proposals: in Urdu on a phone, in English without JavaScript, and by a department
    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/ur/b/{budget.code}/")
        assert zainab.locator("html").get_attribute("dir") == "rtl"
        well_made(zainab)
        zainab.goto(f"/ur/b/{budget.code}/propose/")
        zainab.locator("[name=title]").fill(URDU)
        zainab.locator("[name=description]").fill("شام کو سب بے خوف گھر جائیں۔")
        zainab.locator("[name=language]").select_option("ur")
        zainab.locator("[name=at]").fill("8.58741, 81.21523")
        well_made(zainab)
        zainab.locator("main form.sheet button").click()
        expect(zainab.locator(".notice[role=status]")).to_be_visible()
    with page_of(chrome, live_server, scripts=False) as kamal:
        for title, cost in PROJECTS[:2]:
            kamal.goto(f"/en/b/{budget.code}/propose/")
            kamal.locator("[name=title]").fill(title)
            kamal.locator("[name=cost_low]").fill(str(cost // 2))
            kamal.locator("[name=cost_high]").fill(str(cost))
            kamal.get_by_role("button", name="Send").click()
            expect(kamal.get_by_text("A person reads it first")).to_be_visible()
    with page_of(chrome, live_server, user=people["department_staff"]) as works:
        for title, _cost in [*PROJECTS[2:], ("A castle in the bay", 0)]:
            works.goto(f"/en/budget/{budget.code}/proposals/new/")
            works.locator("[name=title]").fill(title)
            works.locator("main form.sheet button").last.click()
            works.wait_for_url(re.compile(r"/proposals/$|/budget/[a-z0-9]+/$"))

    # --- Meera sees the words alone and lets them in
    with page_of(chrome, live_server, user=people["moderator"]) as meera:
        meera.goto(f"/en/budget/{budget.code}/proposals/")
        expect(meera.get_by_text(URDU)).to_be_visible()
        well_made(meera)
        for left in (2, 1, 0):
            meera.get_by_role("button", name="Show it", exact=True).first.click()
            expect(meera.get_by_role("button", name="Show it", exact=True)).to_have_count(left)

    # --- the officer says what becomes of each, in public
    costs = {**dict(PROJECTS), URDU: 35_000}
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        for _ in range(len(costs) + 1):
            farida.goto(f"/en/budget/{budget.code}/proposals/")
            farida.get_by_role("link", name="Decide", exact=True).first.click()
            title = farida.locator("h1").inner_text()
            if title in costs:
                farida.get_by_label("It can be done: put it on the ballot").check()
                farida.locator("[name=cost]").fill(str(costs[title]))
            else:
                farida.get_by_label("It cannot be done").check()
                farida.get_by_role("button", name="Decide").click()
                expect(farida.get_by_text("Say why").first).to_be_visible()  # a reason is needed
                farida.get_by_label("It cannot be done").check()
                farida.locator("[name=reason_en]").fill("The bay is too deep for this money.")
            farida.get_by_role("button", name="Decide").click()
            farida.wait_for_url(re.compile(r"/proposals/$"))
        well_made(farida)

        # --- slips are printed once, and the vote is asked for
        farida.goto(f"/en/budget/{budget.code}/slips/")
        well_made(farida)
        farida.locator("[name=size]").fill(str(VOTERS - 1))
        farida.locator("main form.sheet button").click()
        expect(farida.locator(".slips svg")).to_have_count(VOTERS - 1)
        codes = farida.locator(".slips .code").all_inner_texts()
        assert len(set(codes)) == VOTERS - 1
        farida.goto(f"/en/budget/{budget.code}/slips/")
        expect(farida.get_by_text(codes[0])).to_have_count(0)  # shown that one time
        farida.locator("[name=size]").fill("1")
        farida.locator("[name=channel]").select_option("session")
        farida.locator("main form.sheet button").click()
        session = farida.locator(".slips .code").inner_text()
        farida.goto(overview)
        farida.get_by_label("Why now, and for whom?").fill("All proposals are checked.")
        farida.get_by_role("button", name="Ask to open the vote").click()
        expect(farida.get_by_text("You asked, so somebody else confirms")).to_be_visible()
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        mayor.get_by_role("button", name="Confirm projects and slips, and open the vote").click()
        expect(mayor.get_by_text("Fingerprint of the list of 300 slips")).to_be_visible()

    # --- three ways to vote
    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/ur/b/{budget.code}/#{codes[0]}")  # as the QR code carries it
        zainab.wait_for_url(re.compile(r"/ballot/$"))
        assert codes[0] not in zainab.url
        well_made(zainab)
        zainab.get_by_text(URDU).click()
        zainab.locator(".sum-bar button").click()
        expect(zainab.locator("form[data-once]")).to_be_visible()
        well_made(zainab)
        zainab.locator("form[data-once] button").first.click()
        zainab.wait_for_url(re.compile(r"/done/$"))
        receipt = zainab.locator("section.card .code").inner_text()
        well_made(zainab)
    with page_of(chrome, live_server, scripts=False) as kamal:
        kamal.goto(f"/en/b/{budget.code}/")
        kamal.get_by_label("Code of your slip").fill("abcd-efgh-jkmn")
        kamal.get_by_role("button", name="Go to the ballot").click()
        expect(kamal.get_by_text("No slip of this budget has this code")).to_be_visible()
        kamal.get_by_label("Code of your slip").fill(codes[1].upper().replace("-", " "))
        kamal.get_by_role("button", name="Go to the ballot").click()
        for title, _cost in PROJECTS:  # four, where three are allowed
            kamal.get_by_label(title).check()
        kamal.get_by_role("button", name="Look it over").click()
        expect(kamal.get_by_text("at most 3")).to_be_visible()
        assert kamal.get_by_label(PROJECTS[3][0]).is_checked()  # nothing is lost
        kamal.get_by_label(PROJECTS[3][0]).uncheck()
        kamal.get_by_role("button", name="Look it over").click()
        kamal.get_by_role("button", name="Send my ballot").click()
        expect(kamal.get_by_text("Your ballot is saved")).to_be_visible()
    with page_of(chrome, live_server, user=people["facilitator"], size=PHONE) as facilitator:
        facilitator.goto(f"/en/budget/{budget.code}/entry/")
        well_made(facilitator)
        number = queries.sheets(queries.on_the_ballot(budget.pk))[0].number
        facilitator.locator("[name=slip]").fill(session)
        facilitator.locator("[name=numbers]").fill(str(number))
        facilitator.get_by_role("button", name="Save and go to the next").click()
        expect(facilitator.get_by_text("Saved.", exact=True)).to_be_visible()
        facilitator.locator("[name=slip]").fill(session)  # the same slip once more: it is found
        facilitator.locator("[name=numbers]").fill(str(number))
        facilitator.get_by_role("button", name="Save and go to the next").click()
        expect(facilitator.get_by_label("Put this ballot in the place")).to_be_visible()
    budget.refresh_from_db()
    crowd(budget, codes[2:])
    assert Ballot._unscoped.filter(budget=budget).count() == VOTERS

    # --- closed for good; sealed and counted twice by the worker
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto(f"/en/budget/{budget.code}/close/")
        farida.locator("main form [type=checkbox]").check()
        farida.get_by_role("button", name="Close it for good").click()
    with page_of(chrome, live_server) as early:
        early.goto(f"/en/b/{budget.code}/result/")
        expect(early.get_by_text("There is no result yet.")).to_be_visible()
        well_made(early)
    while look():
        pass
    budget.refresh_from_db()
    assert budget.count_state == CountState.COUNTED, budget.count_trouble

    # --- the result: why this, why not mine; in Urdu without JavaScript; with a receipt
    with page_of(chrome, live_server, size=DESK) as anybody:
        anybody.goto(f"/en/b/{budget.code}/result/")
        expect(anybody.get_by_text("Why not mine?")).to_be_visible()
        expect(anybody.get_by_text("Most votes first would not fund it").first).to_be_visible()
        expect(anybody.locator("ol.funded")).to_contain_text(
            PROJECTS[2][0]
        )  # the hill has its part
        well_made(anybody)
    with page_of(chrome, live_server, scripts=False) as zainab:
        zainab.goto(f"/ur/b/{budget.code}/result/")
        assert zainab.locator("html").get_attribute("dir") == "rtl"
        assert zainab.locator("ol.funded li").count() >= 2
        zainab.goto(f"/en/b/{budget.code}/check/")
        zainab.get_by_label("Receipt").fill(receipt)
        zainab.get_by_role("button", name="Look it up").click()
        expect(zainab.get_by_text("was sealed and counted")).to_be_visible()
    with page_of(chrome, live_server) as phone:
        for language in ("en", "ur"):
            phone.goto(f"/{language}/b/{budget.code}/result/")
            well_made(phone)
