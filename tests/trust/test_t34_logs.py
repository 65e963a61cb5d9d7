"""T34: logs and error mails hold no name, address, token or code, and no line about who took part.

Pass bars (TRUST.md section 4): 0 hits of canaries in anything that is logged or mailed to operators;
0 addresses on participation routes. Every logger is listened to at its most talkative level while
people sign in, fail to, take part, are refused, and while pages break. Then a served hub: what its
processes print. Controls: the filter taken away, and a server that writes an access log, are caught.
"""

from __future__ import annotations

import logging
import os
import re
import smtplib
import uuid
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from baithak.network import letters
from baithak.network import services as network
from factories import dialogue as made
from factories import network as make
from trust.hub import Hub, Phone

pytestmark = pytest.mark.trust

#: An address for documentation: no real one begins like this.
ADDRESS = "203.0.113.77"
PASSWORD = "canary-lantern-harbour-71"
MAIL = "canary.person@city.example"
NAME = "Canaria Lanternwala"
STATEMENT = "Canary boats should land at the old quay"


class Everything(logging.Handler):
    """Keeps each line as the hub's own handler would write it."""

    def __init__(self, filters):
        super().__init__(logging.DEBUG)
        self.setFormatter(
            logging.Formatter(settings.LOGGING["formatters"]["line"]["format"], style="{")
        )
        for one in filters:
            self.addFilter(one)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def listened():
    """All loggers at their most talkative, through the filters of the settings or without them."""
    root = logging.getLogger()
    hidden = {
        name: one for name, one in logging.root.manager.loggerDict.items()
        if isinstance(one, logging.Logger)
    }  # fmt: skip
    before = {name: (one.level, one.propagate, one.disabled) for name, one in hidden.items()}
    level, handlers = root.level, []

    def listen(*, filtered: bool = True) -> Everything:
        from baithak.web.quiet import WithoutResidents

        assert (
            settings.LOGGING["filters"]["residents"]["()"] == "baithak.web.quiet.WithoutResidents"
        )
        assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["residents"]
        told = Everything([WithoutResidents()] if filtered else [])
        root.addHandler(told)
        handlers.append(told)
        root.setLevel(logging.DEBUG)
        for name, one in hidden.items():
            one.propagate, one.disabled = True, False
            if not name.startswith(tuple(settings.LOGGING["loggers"])):  # pinned by the settings
                one.setLevel(logging.DEBUG)
        return told

    yield listen
    for one in handlers:
        root.removeHandler(one)
    root.setLevel(level)
    for name, (kept, propagate, disabled) in before.items():
        hidden[name].level, hidden[name].propagate, hidden[name].disabled = (
            kept,
            propagate,
            disabled,
        )


def phone(client: Client, dialogue) -> dict[str, str]:
    """Open the dialogue; the token and the proof this browser now holds."""
    page = client.get(f"/en/d/{dialogue.code}/", REMOTE_ADDR=ADDRESS)
    cookie = client.cookies["baithak-voice-en"].value
    proof = re.search(rb'name="proof" value="(\w+)"', page.content)
    return {"token": cookie.split(":")[0], "proof": proof[1].decode()}


def busy_day(monkeypatch) -> set[str]:
    """Everything that could leave a trace; the canaries that must not be found anywhere."""
    team = made.team()
    dialogue = made.opened(team)
    person = make.person(name=NAME, email=MAIL)
    person.set_password(PASSWORD)
    person.save()
    canaries = {ADDRESS, PASSWORD, MAIL, NAME, STATEMENT, f"/d/{dialogue.code}/"}
    office = Client(raise_request_exception=False)
    sign_in, reset = reverse("account_login"), reverse("account_reset_password")
    for told in ("wrong" + PASSWORD, PASSWORD):
        office.post(sign_in, {"login": MAIL, "password": told}, REMOTE_ADDR=ADDRESS)
    office.post(reset, {"email": MAIL}, REMOTE_ADDR=ADDRESS)
    resident = Client(raise_request_exception=False)
    mine = phone(resident, dialogue)
    canaries |= set(mine.values())
    base = f"/en/d/{dialogue.code}/"

    def send(path: str, **told: object) -> int:
        return resident.post(
            base + path, {"proof": mine["proof"], **told}, REMOTE_ADDR=ADDRESS
        ).status_code

    assert send("vote/", statement=1, value=1, turn=0) in (200, 302)
    assert send("vote/", statement=1, value=9, turn=0) == 400
    assert send("vote/", statement=999, value=1, turn=0) in (400, 410)
    handle = uuid.uuid4()
    canaries.add(str(handle))
    send("add/", text=STATEMENT, language="en", handle=handle)
    send("add/", text=STATEMENT + "\u202e", language="en", handle=uuid.uuid4())
    assert (
        resident.post(base + "vote/", {"proof": "stolen"}, REMOTE_ADDR=ADDRESS).status_code == 403
    )
    assert resident.get(f"{base}said/{handle}/nowhere/", REMOTE_ADDR=ADDRESS).status_code == 404
    code = "canr-ycan-ryca"
    canaries.add(code)
    resident.post(base + "slip/", {"slip": code}, REMOTE_ADDR=ADDRESS)
    with monkeypatch.context() as broken:
        for trouble in (OperationalError("locked"), ValueError("a page broke")):
            broken.setattr("baithak.dialogue.services.cast_vote", Mock(side_effect=trouble))
            assert send("vote/", statement=2, value=1, turn=0) >= 500
    officer = make.sign_in(team.users["city_officer"], Client(raise_request_exception=False))
    officer.get(f"/en/dialogue/{dialogue.code}/queue/", REMOTE_ADDR=ADDRESS)
    told = {"place": team.place, "role": "partner", "email": MAIL, "site": "https://hub.example"}
    network.invite(**told, by=team.officer)
    return canaries


def hits(told: list[str], canaries: set[str]) -> list[str]:
    return [f"{canary}: {line}" for line in told for canary in sorted(canaries) if canary in line]


@pytest.mark.django_db
def test_no_canary_is_logged(listened, monkeypatch):
    log = listened()
    canaries = busy_day(monkeypatch)
    assert len(canaries) >= 9
    assert any("A page for residents failed." in line for line in log.lines)  # failures are told
    assert hits(log.lines, canaries) == []
    to_operators = [m for m in mail.outbox if not m.to or MAIL not in m.to]
    assert hits([m.subject + m.body for m in to_operators], canaries) == []


@pytest.mark.django_db
def test_without_the_filter_pages_of_residents_stand_in_the_log(listened, monkeypatch):
    """Control: Django's own lines, unfiltered, tell who was refused what and when."""
    log = listened(filtered=False)
    assert hits(log.lines, busy_day(monkeypatch)) != [] or hits(log.lines, {"/d/"}) != []


@pytest.mark.django_db
def test_what_a_mail_server_answers_is_not_logged(listened, monkeypatch):
    """Servers repeat the address they refuse."""
    refused = smtplib.SMTPRecipientsRefused({MAIL: (550, b"no such box")})
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", Mock(side_effect=refused)
    )
    log, team = listened(), made.team()
    told = {"place": team.place, "role": "partner", "email": MAIL, "site": "https://hub.example"}
    invitation = network.invite(**told, by=team.officer)
    letters.invite(invitation=invitation, token="abc", site="https://hub.example")
    assert any("could not be sent: SMTPRecipientsRefused" in line for line in log.lines)
    assert hits(log.lines, {MAIL}) == []
    # Control: the trouble itself, as a log usually holds it.
    assert MAIL in str(refused)


def served(folder, *, access_log: bool) -> list[str]:
    """Lines that a served hub prints while somebody takes part, is refused and gets lost."""
    with Hub(folder, statements=5) as hub:
        if access_log:
            site = folder / "loud"
            site.mkdir()
            (site / "sitecustomize.py").write_text(_LOUD)
            hub.environment["PYTHONPATH"] += f"{os.pathsep}{site}"
        hub.serve()
        one = Phone(hub)
        one.open()
        assert one.vote(1, 1) in (200, 302)
        assert one.vote(99, 1) in (400, 410)
        one._send("GET", f"/en/d/{hub.told['code']}/nowhere/")
        one._send("GET", "/en/d/aaaaaaa/")
        one._send("GET", "/en/no-such-page/")
        hub.stop()
        told = (folder / "server.log").read_text().splitlines()
    assert any("/en/no-such-page/" in line for line in told)  # other pages' refusals are written
    canaries = {"/d/", one.token, "GET ", "POST "}
    return [line for line in told if any(canary in line for canary in canaries)]


_LOUD = """
import granian

class Loud(granian.Granian):
    def __init__(self, *told, **named):
        super().__init__(*told, **{**named, "log_access": True, "log_enabled": True})

granian.Granian = Loud
"""


@pytest.mark.slow
def test_a_served_hub_prints_nothing_about_those_who_take_part(tmp_path):
    assert served(tmp_path, access_log=False) == []


@pytest.mark.slow
def test_an_access_log_is_caught(tmp_path):
    """Control: the same hub with its server's access log switched on."""
    assert served(tmp_path, access_log=True) != []
