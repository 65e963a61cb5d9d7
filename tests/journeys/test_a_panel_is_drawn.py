"""The whole story of a panel, in Debian's chromium: from the draft to a draw that anybody can verify.

Farida, the officer, writes what is asked, the shares of the city and the chance that will decide. The
mayor confirms. Zainab registers in Urdu at 360 px, Kamal without JavaScript, the facilitator for
somebody at a session, and 397 generated residents beside them. The list is frozen by two people, the
worker publishes the lottery, two witnesses write down the balls, and a stand-alone program, knowing
nothing of Baithak, checks the receipt and Zainab's own line.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from baithak.home.tasks import look
from baithak.network.scope import SYSTEM
from baithak.panel.models import Panel, Registrant
from factories import network as make
from factories import panel as panels
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = 400
SEATS = 24
#: Kind, name and answers in both languages, shares of the city, and how many register of each.
CATEGORIES = [
    ("gender", "Gender", "صنف", ["Woman", "Man"], ["عورت", "مرد"], [50, 50], [35, 65]),
    ("age", "Age", "عمر", ["18 to 34", "35 to 59", "60 and over"], ["18 سے 34", "35 سے 59", "60 سے زیادہ"], [45, 38, 17], [25, 45, 30]),
    ("area", "Area", "علاقہ", ["Harbour", "Hill"], ["بندرگاہ", "پہاڑی"], [60, 40], [78, 22]),
]  # fmt: skip


def crowd(panel: Panel, people: int) -> None:
    dice = random.Random(5)
    for _ in range(people):
        panels.register(panel, *(dice.choices(c[3], c[6])[0] for c in CATEGORIES))


def work() -> None:
    """The background worker, as long as it finds something to do."""
    Panel._unscoped.update(pool_due=None)
    while look():
        pass


def test_a_panel_is_drawn(chrome, live_server, tmp_path):
    city = make.city(name="Kandarpur", languages=["en", "ur"])
    people = make.staffed(city)
    closes = timezone.now() + timedelta(days=5)

    # --- Farida writes the draft
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto("/en/panel/")
        well_made(farida)
        farida.goto("/en/panel/new/?language=en&language=ur")
        farida.locator("[name=title_en]").fill("A panel on the harbour")
        farida.locator("[name=question_en]").fill("How should the harbour be shared after dark?")
        farida.locator("[name=description_en]").fill("Two Saturdays; meals and travel are paid.")
        farida.locator("[name=title_ur]").fill("بندرگاہ پر پنچایت")
        farida.locator("[name=question_ur]").fill("اندھیرے کے بعد بندرگاہ کیسے بانٹی جائے؟")
        farida.locator("[name=size]").fill(str(SEATS))
        farida.locator("[name=panels]").fill("1000")
        farida.locator("[name=closes]").fill(closes.strftime("%Y-%m-%dT%H:%M"))
        farida.locator("[name=keep_until]").fill((closes + timedelta(days=90)).strftime("%Y-%m-%d"))
        well_made(farida)
        farida.locator("main form.sheet button").last.click()
        for kind, name, urdu, answers, in_urdu, shares, _pool in CATEGORIES:
            farida.wait_for_url(re.compile(r"/categories/$"))
            farida.locator("[name=kind]").select_option(kind)
            farida.get_by_role("button", name="Add it").click()
            if not farida.locator("[name=name_en]").count():
                farida.locator("main .rows li a").last.click()
            farida.locator("[name=name_en]").fill(name)
            farida.locator("[name=answers_en]").fill("\n".join(answers))
            farida.locator("[name=name_ur]").fill(urdu)
            farida.locator("[name=answers_ur]").fill("\n".join(in_urdu))
            farida.locator("[name=shares]").fill("\n".join(map(str, shares)))
            farida.get_by_role("button", name="Save the category").click()
        well_made(farida)
        farida.get_by_role("link", name="Go on to the quotas").click()
        farida.get_by_role("button", name="Work the quotas out from the shares").click()
        well_made(farida)
        panel = Panel.objects.seen_by(SYSTEM).get()
        farida.goto(f"/en/panel/{panel.code}/chance/")
        farida.locator("[name=source]").and_(farida.locator("[value=balls]")).check()
        farida.locator("[name=source_name]").fill("the drum of the town hall, three balls 0 to 9")
        farida.locator("[name=source_at]").fill(
            (closes + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        )
        farida.get_by_role("button", name="Name this chance").click()
        overview = f"/en/panel/{panel.code}/"
        farida.goto(overview)
        farida.locator("[name=reason]").fill("The council wants to hear people like the city.")
        farida.get_by_role("button", name="Ask to open it").click()
    with page_of(chrome, live_server) as stranger:
        assert stranger.goto(f"/en/p/{panel.code}/").status == 404
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        mayor.get_by_role("button", name="Confirm and open").click()
        expect(mayor.get_by_role("heading", name="Share the link")).to_be_visible()
        well_made(mayor)

    # --- residents register
    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/ur/p/{panel.code}/")
        assert zainab.locator("html").get_attribute("dir") == "rtl"
        well_made(zainab)
        zainab.goto(f"/ur/p/{panel.code}/register/")
        for answer in ("عورت", "18 سے 34", "پہاڑی"):
            zainab.get_by_label(answer, exact=True).check()
        zainab.locator("[name=contact]").fill("0300 1234567")
        zainab.locator("[name=adult]").check()
        zainab.locator("[name=agreed]").check()
        well_made(zainab)
        zainab.locator("main form.sheet button").click()
        own = zainab.locator(".own-code").first.inner_text()
        well_made(zainab)
    with page_of(chrome, live_server, scripts=False) as kamal:
        kamal.goto(f"/en/p/{panel.code}/register/")
        kamal.get_by_role("button", name="Register").click()  # nothing told yet
        kamal.goto(f"/en/p/{panel.code}/register/")
        for answer in ("Man", "35 to 59", "Harbour"):
            kamal.get_by_label(answer, exact=True).check()
        kamal.locator("[name=contact]").fill("kamal@people.example")
        kamal.locator("[name=adult]").check()
        kamal.locator("[name=agreed]").check()
        kamal.get_by_role("button", name="Register").click()
        expect(kamal.get_by_text("You are registered.")).to_be_visible()
    with page_of(chrome, live_server, user=people["facilitator"], size=PHONE) as facilitator:
        facilitator.goto(f"/en/panel/{panel.code}/register/")
        well_made(facilitator)
        for answer in ("Woman", "60 and over", "Hill"):
            facilitator.get_by_label(answer, exact=True).check()
        facilitator.locator("[name=contact]").fill("+94 77 123 4567")
        facilitator.locator("[name=adult]").check()
        facilitator.locator("[name=agreed]").check()
        facilitator.locator("main form.sheet button").last.click()
        expect(facilitator.locator(".own-code").first).to_be_visible()
    crowd(panel, PEOPLE - 3)
    assert Registrant._unscoped.filter(panel=panel).count() == PEOPLE

    # --- the pool is checked by the worker, the list frozen by two people
    work()
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto(overview)
        well_made(farida)
        farida.locator("[name=reason]").fill("Registration is over.")
        farida.get_by_role("button", name="Ask to freeze it").click()
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        mayor.get_by_role("button", name="Confirm and freeze").click()
        expect(mayor.get_by_text("The list of panels is being made")).to_be_visible()
    work()
    with page_of(chrome, live_server) as anybody:
        anybody.goto(f"/en/p/{panel.code}/draw/")
        expect(anybody.get_by_text(re.compile(r"1,?000 panels are listed"))).to_be_visible()
        well_made(anybody)
    published = panels.draw(panel).list_hash

    # --- the named moment comes; two witnesses
    panels.past(panel)
    with page_of(chrome, live_server, user=people["city_officer"], size=DESK) as farida:
        farida.goto(overview)
        farida.locator("[name=randomness]").fill("1000")  # no such panel: 0 to 999
        farida.get_by_role("button", name="Write it down").click()
        expect(farida.locator("[role=alert]").first).to_be_visible()
        farida.locator("[name=randomness]").fill("407")
        farida.get_by_role("button", name="Write it down").click()
    with page_of(chrome, live_server, user=people["mayor"], size=DESK) as mayor:
        mayor.goto(overview)
        expect(mayor.get_by_text("407")).to_be_visible()
        mayor.get_by_role("button", name="I saw the same: draw the panel").click()
        expect(mayor.get_by_text("Fill the seats")).to_be_visible()
        well_made(mayor)

    # --- anybody sees the draw, and checks it with nothing but Python
    with page_of(chrome, live_server, size=DESK) as anybody:
        anybody.goto(f"/en/p/{panel.code}/draw/")
        expect(anybody.locator("ul.names li")).to_have_count(SEATS)
        well_made(anybody)
        with anybody.expect_download() as receipt:
            anybody.get_by_role("link", name="Receipt (JSON)").click()
        receipt.value.save_as(tmp_path / "receipt.json")
        with anybody.expect_download() as program:
            anybody.get_by_role("link", name="The program (verify_draw.py)").click()
        program.value.save_as(tmp_path / "verify_draw.py")
        anybody.set_viewport_size(PHONE)
        well_made(anybody)
    with page_of(chrome, live_server) as zainab:
        zainab.goto(f"/ur/p/{panel.code}/mine/")
        zainab.locator("[name=code]").fill(own)
        zainab.locator("main form.sheet button").click()
        well_made(zainab)
        with zainab.expect_download() as line:
            zainab.locator("form[action$='/slip/'] button").click()
        line.value.save_as(tmp_path / "my-line.json")
        zainab.goto(f"/ur/p/{panel.code}/draw/")
        well_made(zainab)

    def verify(*more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-I", "verify_draw.py", "receipt.json", *more],
            cwd=tmp_path, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    done = verify("--published", published, "--member", "my-line.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert verify("--published", "0" * 64).returncode != 0
    text = (tmp_path / "receipt.json").read_text()
    (tmp_path / "receipt.json").write_text(text.replace('"407"', '"408"'))
    assert verify("--published", published).returncode != 0
