"""T18 †: a limit holds for all workers and after a restart, says when to come back, and names nobody.

Pass bars (TRUST.md section 4): 429 with Retry-After at N+1 on each limited route, shared by all workers,
after a restart too; no raw address stored; thirty honest participants of one cyber cafe pass. Control:
the same server whose workers each count for themselves lets N+1 through.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from baithak.coordination import limits as papers
from baithak.coordination.views import files as tables
from baithak.dialogue.limits import ARRIVALS, STATEMENTS, STATEMENTS_FROM, VOTES
from baithak.dialogue.models import Statement
from baithak.exchange.views import exports, search
from baithak.network import limits
from baithak.plan.views import files as plan_files
from factories import dialogue as made
from factories import exchange as library
from factories import network
from factories import things as stock
from trust.hub import Hub, Phone

pytestmark = [pytest.mark.trust]

ROOT = Path(__file__).resolve().parents[2]
CAFE = "203.0.113.77"
#: Where the limits of other rooms meet their N+1, with the real number of tries.
IN_THEIR_ROOMS = {
    "budget.propose": "budget/test_resident_pages.py",
    "budget.slip": "budget/test_resident_pages.py",
    "coordination.sheets": "coordination/test_first_hour.py",
    "dialogue.about_you": "dialogue/test_questions.py",
    "dialogue.slip": "dialogue/test_slips.py",
    "home.report_pages": "home/test_reports.py",
    "home.reports": "home/test_reports.py",
    "home.search": "home/test_search.py",
    "home.sheets": "home/test_mayor.py",
    "panel.code": "panel/test_registration.py",
    "panel.register": "panel/test_registration.py",
}
HERE = {
    "dialogue.vote",
    "dialogue.statement",
    "dialogue.statement_from",
    "dialogue.arrival",
    "exchange.search",
    "exchange.files",
    "coordination.files",
    "coordination.papers",
    "plan.files",
}

#: Put before everything else that Python imports: each worker counts in a file of its own.
_EACH_ALONE = """
import importlib.util, os, sys
class Weaken:
    def find_spec(self, name, path=None, target=None):
        if name != "baithak.network.limits":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            def own():
                mine = module._counts._path.with_name(f"counts-{os.getpid()}")
                module._counts = module.Counts(mine)
            own()
            os.register_at_fork(after_in_child=own)
        spec.loader.exec_module = exec_module
        return spec
sys.meta_path.insert(0, Weaken())
"""


# --- the served hub: two workers
class Visitor(Phone):
    """A phone at the cafe: the proxy in front says where it is."""

    def _send(self, method, path, body=None):
        headers = {"X-Forwarded-For": CAFE}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        # A connection of its own each time, so that any of the workers may get it.
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=30)
        ) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            answer.text = answer.read().decode()
            return answer

    def answer(self, number):
        body = urlencode({"proof": self.proof, "statement": number, "value": 1, "turn": 0})
        return self._send("POST", f"/en/d/{self.hub.told['code']}/vote/", body)


def arrived(hub):
    phone = Visitor(hub)
    phone.open()
    return phone


def tries(phone, count):
    """Answers in a row, those that were given already among them; their statuses."""
    return [phone.answer(1 + n % phone.hub.wanted).status for n in range(count)]


@pytest.fixture
def hub(tmp_path):
    made_hub = Hub(tmp_path, statements=10)
    made_hub.environment["BAITHAK_PROXIES"] = "1"
    return made_hub


@pytest.mark.slow
def test_the_limit_holds_for_all_workers_after_a_restart_and_for_nobody_else(hub):
    with hub:
        hub.serve(workers=2)
        hasty = arrived(hub)
        assert tries(hasty, VOTES.most) == [302] * VOTES.most
        beyond = hasty.answer(1)
        assert beyond.status == 429
        assert 0 < int(beyond.getheader("Retry-After")) <= VOTES.seconds
        # Thirty people at one address, each answering as people do.
        cafe = [arrived(hub) for _ in range(30)]
        assert {status for phone in cafe for status in tries(phone, 5)} == {302}
        hub.stop()
        hub.serve(workers=2)
        assert hasty.answer(1).status == 429
        assert cafe[0].answer(6).status == 302
        hub.stop()
        kept = b"".join(
            path.read_bytes() for path in hub.home.rglob("*")
            if path.is_file() and "static" not in path.parts
        )  # fmt: skip
        assert CAFE.encode() not in kept
        assert hasty.token.encode() not in kept
        assert hub.pid(hasty.token) not in (hub.home / "counts").read_bytes()


@pytest.mark.slow
def test_control_workers_that_count_alone_let_more_through(hub, tmp_path):
    weak = tmp_path / "weak"
    weak.mkdir()
    (weak / "sitecustomize.py").write_text(_EACH_ALONE)
    hub.environment["PYTHONPATH"] = f"{weak}{os.pathsep}{hub.environment['PYTHONPATH']}"
    with hub:
        hub.serve(workers=2)
        # One worker may be up before the other: alone it would hold the limit.
        until = time.monotonic() + 60
        while len(list(hub.home.glob("counts-*"))) < 2 and time.monotonic() < until:
            arrived(hub).answer(1)
            time.sleep(0.1)
        assert len(list(hub.home.glob("counts-*"))) >= 2
        assert tries(arrived(hub), VOTES.most + 1) == [302] * (VOTES.most + 1)


# --- each route, in this process
@pytest.fixture
def dialogue(db):
    cache.clear()
    return made.opened(made.team())


def proof(page):
    return re.search(r'name="proof" value="(\w+)"', page.content.decode())[1]


def vote(who, **headers):
    sent = {"proof": proof(who.page), "statement": 1, "value": 1, "turn": 0}
    return who.client.post(f"{who.link}vote/", sent, **headers)


def refused(answer, limit):
    """Beyond the limit: the status, when to come back, and what to do in words."""
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= limit.seconds
    return answer.content.decode()


def already(limit, count, address="127.0.0.1"):
    """What another worker has counted of this address."""
    for _ in range(count):
        limits._counts.add(limit.name, address.encode(), seconds=limit.seconds)


def test_every_limit_meets_its_bound_somewhere():
    assert {limit.name for limit in limits.table()} == HERE | IN_THEIR_ROOMS.keys()
    for path in IN_THEIR_ROOMS.values():
        text = (ROOT / "tests" / path).read_text()
        assert ".most" in text or "range(29)" in text
        assert "== 429" in text
        assert "Retry-After" in text


def test_no_two_limits_count_under_one_name():
    """They would fill each other's count, each up to a bound of its own."""
    texts = (path.read_text() for path in (ROOT / "src").rglob("*.py"))
    names = [name for text in texts for name in re.findall(r'\bLimit\(\s*"([\w.]+)"', text)]
    assert sorted(names) == [limit.name for limit in limits.table()]


def test_the_settings_page_tells_the_same_limits():
    rows = re.findall(
        r"^\| `([\w.]+)` \|[^|]*\| (\d+) in (\d+) s \| (\w+) \|",
        (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE,
    )  # fmt: skip
    told = [(name, int(most), int(seconds), per) for name, most, seconds, per in rows]
    assert told == [(one.name, one.most, one.seconds, one.per) for one in limits.table()]


def test_sixty_answers_a_minute_then_a_pause_told_on_the_page_and_in_a_fragment(dialogue):
    amina = made.resident(dialogue)
    assert [vote(amina).status_code for _ in range(VOTES.most)] == [302] * VOTES.most
    page = refused(vote(amina), VOTES)
    assert "<html" in page
    assert "This answer was not saved." in page
    assert "Please wait a minute, then go on." in page
    fragment = refused(vote(amina, HTTP_HX_REQUEST="true"), VOTES)
    assert "<html" not in fragment
    assert 'id="card"' in fragment
    assert "Please wait a minute, then go on." in fragment
    assert vote(made.resident(dialogue)).status_code == 302


def test_five_statements_an_hour_and_the_sixth_keeps_its_words(dialogue):
    amina = made.resident(dialogue)
    sent = {"proof": proof(amina.page), "language": "en"}

    def add(number):
        words = {"text": f"Bench {number} by the quay is broken.", "handle": str(uuid.uuid4())}
        return amina.client.post(f"{amina.link}add/", {**sent, **words})

    assert [add(n).status_code for n in range(STATEMENTS.most)] == [302] * STATEMENTS.most
    page = refused(add(99), STATEMENTS)
    assert "Bench 99 by the quay is broken." in page
    assert "please send it in an hour" in page
    assert Statement._unscoped.filter(dialogue=dialogue, seed=False).count() == STATEMENTS.most


def test_very_many_statements_of_one_address_wait_and_keep_their_words(dialogue):
    amina = made.resident(dialogue)
    sent = {"proof": proof(amina.page), "language": "en", "text": "Mend the benches by the quay."}
    already(STATEMENTS_FROM, STATEMENTS_FROM.most)
    page = refused(
        amina.client.post(f"{amina.link}add/", {**sent, "handle": str(uuid.uuid4())}),
        STATEMENTS_FROM,
    )
    assert "Somebody at this connection, maybe you, tried this too often." in page
    assert "Mend the benches by the quay." in page
    assert not Statement._unscoped.filter(dialogue=dialogue, seed=False).exists()
    assert vote(amina).status_code == 302


def test_very_many_arrivals_of_one_address_wait_and_those_inside_go_on(dialogue):
    amina = made.resident(dialogue)
    already(ARRIVALS, ARRIVALS.most - 2)  # she was one
    assert Client().get(amina.link).status_code == 200
    page = refused(Client().get(amina.link), ARRIVALS)
    assert "from your connection" in page
    assert not Client().get(amina.link).cookies
    assert vote(amina).status_code == 302
    assert Client(REMOTE_ADDR="203.0.113.9").get(amina.link).status_code == 200


def test_searches_and_files_of_the_library(db):
    library.published(library.two_cities())
    for limit, address in (
        (search.SEARCH, "/en/exchange/?q=lamps"),
        (exports.FILES, "/en/exchange/export/json/"),
    ):
        already(limit, limit.most - 1)
        assert Client().get(address).status_code == 200
        assert "Too many attempts" in refused(Client().get(address), limit)
        assert Client(REMOTE_ADDR="203.0.113.9").get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/en/exchange/feed.atom", "/en/exchange/feed.json", "/en/exchange/dataset.jsonld",
        "/sitemap.xml", "/en/exchange/overview/",
    ],
)  # fmt: skip
def test_what_reads_the_whole_library_has_the_bound_of_its_files(db, address):
    already(exports.FILES, exports.FILES.most - 1)
    assert Client().get(address).status_code == 200
    refused(Client().get(address), exports.FILES)


def test_papers_and_files_of_plans_and_coordination(db):
    """Report of a workshop and minutes of a meeting share a bound; a plan's paper and file share another."""
    world = network.world()
    officer = network.sign_in(world.people["city"]["city_officer"])
    things = stock.things(world)
    for limit, names in (
        (papers.PAPERS, ("event_report_file", "meeting_file")),
        (tables.FILES, ("body_file", "place")),
        (plan_files.FILES, ("plan_paper", "plan_export")),
    ):
        routes = {
            "event_report_file": "coordination:event_report_file",
            "meeting_file": "coordination:minutes",
            "body_file": "coordination:export_seats",
            "place": "coordination:whole",
            "plan_paper": "plan:paper",
            "plan_export": "plan:export",
        }
        addresses = [
            reverse(routes[name], kwargs=next(t.kwargs for t in things[name] if t.place == "city"))
            for name in names
        ]
        already(limit, limit.most - len(addresses))
        assert [officer.get(address).status_code for address in addresses] == [200] * len(names)
        for address in addresses:
            refused(officer.get(address), limit)
            assert officer.get(address, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize(
    ("name", "most", "sent"),
    [
        (
            "account_login",
            30,
            {"login": "nobody-{}@city.example", "password": "wrong password here"},
        ),
        ("account_reset_password", 20, {"email": "nobody-{}@city.example"}),
    ],
)
def test_sign_in_and_new_passwords(db, name, most, sent):
    cache.clear()
    address = reverse(name)

    def send(number, **where):  # an account has a limit of its own: here another one each time
        told = {key: value.format(number) for key, value in sent.items()}
        return Client(**where).post(address, told)

    assert 429 not in [send(number).status_code for number in range(most)]
    answer = send(most)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert send(most + 1, REMOTE_ADDR="203.0.113.9").status_code != 429
