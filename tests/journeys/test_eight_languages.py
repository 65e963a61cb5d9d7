"""The interface in eight languages on a phone: the switch opens, nothing sticks out, nothing runs backwards."""

from __future__ import annotations

import pytest
from django.conf import settings

from baithak.web.templatetags import web
from factories import dialogue as made
from factories.browser import page_of, well_made

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_switch_opens_on_a_phone_without_scripts_too(chrome, live_server, scripts):
    with page_of(chrome, live_server, scripts=scripts) as page:
        page.goto("/en/")
        switch = page.locator("nav.languages")
        assert not switch.get_by_text("தமிழ்").is_visible()
        switch.locator("summary").click()
        for code, name in settings.LANGUAGES:
            one = switch.locator(f"ul [lang={code}]")
            assert one.inner_text() == name
            box = one.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            assert box["height"] >= 44
        switch.get_by_text("தமிழ்").click()
        page.wait_for_url("**/ta/")


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_a_card_is_well_made_in_every_language(chrome, live_server, code):
    dialogue = made.opened(made.team())
    with page_of(chrome, live_server) as page:
        page.goto(f"/{code}/d/{dialogue.code}/")
        well_made(page)
        page.locator("nav.languages summary").click()
        well_made(page)


def test_english_in_a_page_read_from_the_right_runs_from_the_left(chrome, live_server, monkeypatch):
    """The full stop of an English sentence stands behind it, not before."""
    monkeypatch.setattr(web, "progress", lambda language: (1200, 3000))
    with page_of(chrome, live_server) as page:
        page.goto("/dv/account/login/")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        page.evaluate(
            "document.querySelector('main form').insertAdjacentHTML('beforebegin', '<p id=told>Write it here.</p>')"
        )
        stop, start = page.evaluate("""() => {
            const text = document.getElementById("told").firstChild
            return [text.length - 1, 0].map(at => {
                const range = document.createRange()
                range.setStart(text, at); range.setEnd(text, at + 1)
                return range.getBoundingClientRect().left
            })
        }""")
        assert stop > start
