"""Somebody's browser, and what every page of it has to pass."""

from __future__ import annotations

import contextlib

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from factories import network as make

__all__ = ["DESK", "PHONE", "page_of", "well_made"]

expect.set_options(timeout=20_000)  # a busy machine is no fault of the page

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@contextlib.contextmanager
def page_of(chrome, live_server, *, user=None, size=PHONE, scripts=True):
    """Somebody's browser; at the end nothing was asked elsewhere and no script broke."""
    context = chrome.new_context(
        viewport=size, java_script_enabled=scripts, accept_downloads=True, base_url=live_server.url
    )
    context.set_default_timeout(15_000)
    if user is not None:
        cookies = make.sign_in(user).cookies
        context.add_cookies(
            [{"name": n, "value": m.value, "url": live_server.url} for n, m in cookies.items()]
        )
    page = context.new_page()
    asked, broken, bare = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: _without_style(answer, bare))
    page.on("pageerror", lambda error: broken.append(str(error)))
    try:
        yield page
    finally:
        context.close()
        assert bare == [], "a page came without its style sheet"
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert broken == []


def _without_style(answer, bare: list[str]) -> None:
    if answer.request.resource_type == "stylesheet" and answer.status not in (200, 304):
        bare.append(f"{answer.status} {answer.url}")


def well_made(page: Page) -> None:
    """No serious accessibility fault, and nothing sticks out to the side."""
    page.wait_for_load_state()  # after a press the next page may have begun, and no more
    found = Axe().run(page).response["violations"]
    told = [
        (v["id"], [n["html"][:120] for n in v["nodes"][:3]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert told == [], f"{page.url}: {told}"
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, f"{page.url}: {wide} px wide"
