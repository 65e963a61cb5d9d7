"""A village without phones is heard: a session in person, in Debian's chromium, on a tablet.

Nadia, the facilitator, begins a session for a ward (and is asked to name no house), prints sheets in
Urdu, types twelve of them with the keyboard, is told of one typed twice and of two that say the same,
types one without JavaScript and two as a table, sends the rest as a file, and writes minutes that name
nobody. The map is drawn with the village in it, and no page tells how few were at the session.
"""

from __future__ import annotations

import random
import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from baithak.dialogue.models import Participation, Session, Sheet, Vote
from baithak.dialogue.queries import sessions as queries
from baithak.home.tasks import look
from factories import dialogue as made
from factories import network as make
from factories.browser import DESK, PHONE, page_of, well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 768, "height": 1024}
SEEDS = [
    *made.SEEDS,
    {"en": "The ferry should run after dark.", "ur": "کشتی رات کو بھی چلے۔"},
    {"en": "Wells should be tested twice a year."},
    {"en": "The school yard should be open on holidays."},
    {"en": "Young people should have a say in the council."},
]
KEYS = {1: "a", -1: "d", 0: "s", None: "x"}


def paper(seed: int) -> list[int | None]:
    """What somebody ticked on ten statements."""
    dice = random.Random(seed)
    leaning = 1 if seed % 3 else -1
    return [dice.choice([leaning, leaning, 1, 0, None]) for _ in SEEDS]


def type_sheet(page, number: int, answers: list[int | None]) -> None:
    """By keys alone, as somebody does who has done fifty."""
    page.locator("#id_number").fill(str(number))
    page.keyboard.press("Enter")  # to the first statement, not away
    for answer in answers:
        page.keyboard.press(KEYS[answer])
    page.keyboard.press("Enter")


def given(session: Session, number: int) -> list[int | None]:
    ids = {told.pk: told.number for told in made.statements(session.dialogue)}
    found = {ids[one]: value for one, value in queries.sheet_answers(session, [number])[number].items()}  # fmt: skip
    return [found.get(n) for n in range(1, len(SEEDS) + 1)]


def test_a_village_is_heard(chrome, live_server):
    cache.clear()
    team = made.team()
    dialogue = made.opened(team, seeds=SEEDS)
    home = f"/en/dialogue/{dialogue.code}/"

    # --- Nadia begins a session, on a tablet
    with page_of(chrome, live_server, user=team.users["facilitator"], size=TABLET) as nadia:
        nadia.goto(home)
        nadia.get_by_role("link", name="Sessions in person").click()
        expect(nadia.get_by_text("No session yet.")).to_be_visible()
        well_made(nadia)
        nadia.get_by_role("link", name="Begin a session").click()
        nadia.locator("[name=ward]").fill("House 14, Station Road")
        nadia.locator("[name=language]").select_option("ur")
        nadia.locator("[name=people]").fill("18")
        well_made(nadia)
        nadia.get_by_role("button", name="Begin the session").click()
        expect(nadia.get_by_text("This looks like an address").first).to_be_visible()
        assert nadia.locator("[name=people]").input_value() == "18"
        nadia.locator("[name=ward]").fill("Ward 12")
        nadia.get_by_role("button", name="Begin the session").click()
        expect(nadia.get_by_text("The session is there.")).to_be_visible()
        well_made(nadia)
        at = nadia.url

        # --- she prints: the page, and the PDF in Urdu and large
        nadia.get_by_role("link", name="Print the sheets").click()
        expect(nadia.locator(".ballot-sheet")).to_have_count(18)
        expect(nadia.locator(".ballot-sheet").first).to_contain_text(
            "پارک رات دس بجے تک کھلے رہیں۔"
        )
        expect(nadia.locator(".ballot-sheet").first).to_contain_text("(English)")
        numbers = nadia.locator(".ballot-sheet").first.locator("td.number").all_inner_texts()
        nadia.locator("[name=first]").fill("1")
        nadia.locator("[name=last]").fill("12")
        nadia.locator("[name=large]").check()
        nadia.get_by_role("button", name="Show these sheets").click()
        expect(nadia.locator(".ballot-sheet")).to_have_count(12)
        well_made(nadia)
        with nadia.expect_download() as download:
            nadia.get_by_role("link", name="Download as PDF").click()
        assert download.value.suggested_filename == "ward-12-1-12.pdf"
        assert download.value.path().read_bytes().startswith(b"%PDF")

        # --- she types twelve sheets with the keyboard
        nadia.goto(at)
        nadia.get_by_role("link", name="Type sheets one by one").click()
        well_made(nadia)
        assert numbers == [n.strip() for n in nadia.locator("legend b").all_inner_texts()]
        session = Session._unscoped.select_related("dialogue__place").get()
        for number in range(1, 13):
            expect(nadia.locator("#id_number")).to_have_value(str(number))
            type_sheet(nadia, number, paper(number))
            expect(nadia.get_by_text(f"Saved: sheets {number}.")).to_be_visible()
        for number in range(1, 13):
            assert given(session, number) == paper(number), number

        # --- sheet 5 again: the same changes nothing; another asks before it replaces
        type_sheet(nadia, 5, paper(5))
        expect(nadia.get_by_text("Typed before with the same answers")).to_be_visible()
        other = [1, *[-1 for _ in SEEDS[1:]]]
        type_sheet(nadia, 5, other)
        expect(nadia.get_by_text("Typed before, with other answers")).to_be_visible()
        well_made(nadia)
        assert given(session, 5) == paper(5)
        nadia.get_by_label("Replace what was typed of sheet 5").check()
        nadia.get_by_role("button", name="Save and go to the next").click()
        expect(nadia.get_by_text("Replaced: sheets 5.")).to_be_visible()
        assert given(session, 5) == other

        # --- the same paper under two numbers is hinted at, and one taken out
        type_sheet(nadia, 15, other)
        expect(nadia.get_by_text("Sheets 5, 15 say exactly the same.")).to_be_visible()
        well_made(nadia)
        nadia.get_by_role("button", name="Take out sheet 15").click()
        expect(nadia.get_by_text("Taken out: sheet 15 is not counted.")).to_be_visible()

        # --- two as a table; a slip of the finger is told with its place
        nadia.get_by_role("link", name="Several sheets at once, as a table").click()
        nadia.locator("[name=n1]").fill("13")
        nadia.locator("[name=n2]").fill("14")
        nadia.locator("[name=c1-1]").focus()
        nadia.keyboard.type("adsadsadsa")  # a letter goes down by itself
        assert nadia.locator("[name=c10-1]").input_value() == "a"
        nadia.locator("[name=c1-2]").fill("k")
        well_made(nadia)
        nadia.get_by_role("button", name="Save these sheets").click()
        expect(nadia.get_by_text("Statement 1, column 2: “k” is no answer.")).to_be_visible()
        assert nadia.locator("[name=c10-1]").input_value() == "a"
        nadia.locator("[name=c1-2]").fill("d")
        nadia.get_by_role("button", name="Save these sheets").click()
        expect(nadia.get_by_text("Saved: sheets 13, 14.")).to_be_visible()

        # --- the rest comes as a file: mistakes first, then all of it, then nothing twice
        nadia.get_by_role("link", name="From a file").click()
        with nadia.expect_download() as download:
            nadia.get_by_role("link", name="Empty table (CSV)").click()
        table = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert table[1].startswith("1,")
        assert len(table) == 1 + 18
        lines = [table[0], "16,a,d,s,a,d,s,a,d,s,a", "17,متفق,d,,,,,,,,", "18,a,zz,s,,,,,,,"]

        def send():
            content = "\r\n".join(lines).encode()
            nadia.locator("[name=file]").set_input_files(
                {"name": "rest.csv", "mimeType": "text/csv", "buffer": content}
            )
            nadia.get_by_role("button", name="Look at the file").click()

        send()
        expect(nadia.get_by_text("row 4, column 3: “zz” is no answer to statement 2.")).to_be_visible()  # fmt: skip
        well_made(nadia)
        assert Sheet._unscoped.count() == 14
        lines[3] = lines[3].replace("zz", "a")
        send()
        expect(nadia.get_by_text("New sheets:")).to_be_visible()
        well_made(nadia)
        nadia.get_by_role("button", name="Count these sheets").click()
        expect(nadia.get_by_text("Saved: sheets 16, 17, 18.")).to_be_visible()
        nadia.get_by_role("link", name="From a file").click()
        send()
        expect(nadia.get_by_text("There is nothing to save")).to_be_visible()

        # --- minutes that name nobody
        nadia.goto(at)
        nadia.get_by_role("link", name="Write the minutes").click()
        nadia.locator("[name=text]").fill("They want light at the steps. Call 077 123 4567.")
        nadia.get_by_role("button", name="Save the minutes").click()
        expect(nadia.get_by_text("a telephone or identity number").first).to_be_visible()
        well_made(nadia)
        nadia.locator("[name=text]").fill("They want light at the steps.")
        nadia.get_by_role("button", name="Save the minutes").click()
        expect(nadia.get_by_text("The minutes are saved.")).to_be_visible()
        expect(nadia.locator(".minutes")).to_have_text("They want light at the steps.")

    # --- the same without JavaScript
    with page_of(
        chrome, live_server, user=team.users["facilitator"], size=PHONE, scripts=False
    ) as nadia:
        nadia.goto(f"{at}sheets/")
        nadia.locator("#id_number").fill("15")
        for number, answer in enumerate(paper(15), start=1):
            nadia.locator(f"[name=s{number}][value='{'' if answer is None else KEYS[answer]}']").check()  # fmt: skip
        nadia.get_by_role("button", name="Save and go to the next").click()
        expect(nadia.get_by_text("Saved: sheets 15.")).to_be_visible()
        assert given(session, 15) == paper(15)

    # --- each sheet is one person of a session, no more and no fewer
    assert Participation._unscoped.filter(dialogue=dialogue).count() == 18
    assert set(Participation._unscoped.values_list("channel", flat=True)) == {"session"}
    assert queries.entered_sheets(session) == list(range(1, 19))
    assert Vote._unscoped.filter(dialogue=dialogue).count() == sum(
        answer is not None for n in range(1, 19) for answer in given(session, n)
    )

    # --- the village is in the map, and nobody is told of so few
    made.crowd(dialogue, 60)
    while look():
        pass
    with page_of(chrome, live_server, size=DESK) as anybody:
        anybody.goto(f"/en/d/{dialogue.code}/result/")
        well_made(anybody)
        told = anybody.locator("main").inner_text()
        assert "Ward 12" not in told
        assert anybody.goto(at).status == 404
    with page_of(chrome, live_server, user=team.users["moderator"], size=PHONE) as meera:
        meera.goto(at)
        expect(meera.locator(".minutes")).to_have_text("They want light at the steps.")
        expect(meera.get_by_role("link", name="Type sheets one by one")).to_have_count(0)
        told = meera.locator("main").inner_text()
        assert "about: 20" in told  # 18 to the nearest 5
        assert not re.search(r"\b1[78]\b", told.replace("2018", ""))
        well_made(meera)
    urdu = at.replace("/en/", "/ur/")
    with page_of(chrome, live_server, user=make.member(dialogue.place, "facilitator", "Ayub"), size=PHONE) as ayub:  # fmt: skip
        for page in ("", "sheets/", "table/", "upload/", "print/", "minutes/", "edit/"):
            ayub.goto(urdu + page)
            assert ayub.locator("html").get_attribute("dir") == "rtl"
            well_made(ayub)
