"""T33: the pages are for everybody: read aloud, by keyboard alone, without scripts, on a small phone.

Pass bars (TRUST.md section 4): axe in Chromium over at least 40 pages, left to right and right to
left, 0 serious or critical faults; a vote is possible by keyboard alone, without scripts and at 360 px;
a page weighs at most 150 KB on first load. Controls: a button without a name, a page wider than the
phone and a heavy page are caught.
"""

from __future__ import annotations

import gzip
import re
import secrets
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Error

from baithak.dialogue.models import Vote
from factories import dialogue as made
from factories import network as make
from factories import things as stock
from factories.browser import PHONE, page_of, well_made
from trust.test_t12_permissions import ROUTES, allows, routes

pytestmark = [
    pytest.mark.trust, pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True),
]  # fmt: skip

FEWEST_PAGES = 40
HEAVIEST = 150_000
#: Leaving is not a page.
NO_PAGE = re.compile(r"logout|reauth")


@pytest.fixture
def world(settings) -> SimpleNamespace:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60 * 60
    world = make.world()
    world.things = stock.things(world)
    return world


#: What a city works with from one week to the next: looked at first.
EVERYDAY = [
    "home:desk", "home:mayor", "plan:plan", "plan:progress", "plan:mandate", "coordination:event_report",
    "coordination:matrix", "coordination:calendar", "coordination:meeting", "coordination:first_hour",
]  # fmt: skip


def addresses(world: SimpleNamespace) -> list[str]:
    """One page of every kind that the officer of the city may look at: everyday's, then residents'."""
    user = world.people["city"]["city_officer"]
    officer = stock.Somebody("officer", None, user.pk, frozenset({("city_officer", "city")}))
    found = {}
    for name, _ in routes():
        route = ROUTES[name]
        if "GET" not in route["methods"] or NO_PAGE.search(name):
            continue
        for thing in world.things[route["thing"]]:
            sees = allows(route.get("sees", ["everybody"]), officer, thing)
            if sees and allows(route["may"], officer, thing):
                found.setdefault(name, thing.kwargs)
                if "open" in thing.marks:  # where most can be done
                    found[name] = thing.kwargs
                    break
    with translation.override("en"):
        told = {name: reverse(name, kwargs=kwargs) for name, kwargs in found.items()}
    first = [told.pop(name) for name in EVERYDAY]
    return first + sorted(told.values(), key=lambda path: not re.match(r"/en/[dbp]/", path))


def is_page(page, path: str) -> bool:
    """Go there; whether it is a page and not a file."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    assert answer is not None
    return answer.status == 200 and "text/html" in answer.headers.get("content-type", "")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_forty_pages_can_be_heard_and_fit_a_phone(chrome, live_server, world, language):
    seen = []
    with page_of(chrome, live_server, user=world.people["city"]["city_officer"]) as page:
        for path in addresses(world):
            if not is_page(page, path.replace("/en/", f"/{language}/", 1)):
                continue
            assert page.evaluate("document.documentElement.dir") == (
                "rtl" if language == "ur" else "ltr"
            )
            well_made(page)
            seen.append(path)
            if len(seen) >= FEWEST_PAGES + 10:
                break
    assert len(seen) >= FEWEST_PAGES


def test_a_nameless_button_and_a_wide_page_are_caught(chrome, live_server, world):
    """Control: what axe and the ruler are for."""
    with page_of(chrome, live_server) as page:
        page.goto("/en/")
        well_made(page)
        page.evaluate("document.querySelector('main').append(document.createElement('button'))")
        with pytest.raises(AssertionError, match="button-name"):
            well_made(page)
        page.goto("/en/")
        page.evaluate("document.querySelector('main').style.width = '700px'")
        with pytest.raises(AssertionError, match="px wide"):
            well_made(page)


@pytest.fixture
def dialogue():
    return made.opened(made.team())


def stored(dialogue) -> list[int]:
    return list(Vote._unscoped.filter(dialogue=dialogue).values_list("value", flat=True))


def focus_on(page, value: int) -> None:
    """Go on with the tabulator until the answer has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("[document.activeElement.name, document.activeElement.value]") == [
            "value",
            str(value),
        ]:
            # What has the focus can be seen to have it.
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError("no way to the answer by keyboard")


def test_a_vote_by_keyboard_alone(chrome, live_server, dialogue):
    with page_of(chrome, live_server) as page:
        page.goto(f"/en/d/{dialogue.code}/")
        focus_on(page, -1)
        page.keyboard.press("Enter")
        page.locator(".progress-words").get_by_text(re.compile(r"\b1\b")).wait_for()
    assert stored(dialogue) == [-1]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_vote_without_scripts_on_a_small_phone(chrome, live_server, dialogue, language):
    with page_of(chrome, live_server, scripts=False, size=PHONE) as page:
        page.goto(f"/{language}/d/{dialogue.code}/")
        button = page.locator("button[value='1']")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        button.click()
        page.wait_for_load_state("load")
    assert stored(dialogue) == [1]


def weight(chrome, live_server, path: str, style: str = "") -> int:
    """Bytes of a first visit, packed the way the hub and its proxy send them."""
    sizes = []

    def add(response) -> None:
        if response.status == 200:
            body, kind = response.body(), response.headers.get("content-type", "")
            picture = "image" in kind and "svg" not in kind
            sizes.append(len(body) if picture else len(gzip.compress(body, 6)))

    with page_of(chrome, live_server) as page:
        if style:
            page.route(
                "**/style.css", lambda route: route.fulfill(body=style, content_type="text/css")
            )
        page.on("response", add)
        page.goto(path, wait_until="networkidle")
    return sum(sizes)


@pytest.mark.parametrize(
    "path", ["/ur/d/{}/", "/en/d/{}/result/", "/ta/d/{}/about/", "/en/", "/bn/exchange/"]
)
def test_a_first_visit_is_light(chrome, live_server, dialogue, path):
    assert 1_000 < weight(chrome, live_server, path.format(dialogue.code)) <= HEAVIEST


def test_a_heavy_page_is_caught(chrome, live_server, dialogue):
    """Control: the same page with a style sheet of half a megabyte that cannot be packed."""
    style = f"/* {secrets.token_hex(500_000)} */"
    assert weight(chrome, live_server, f"/en/d/{dialogue.code}/", style) > HEAVIEST
