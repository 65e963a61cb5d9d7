"""T25: how long an answer takes tells nothing: whether an account exists, whether a slip was used.

Pass bars (TRUST.md section 4): interleaved pairs get the same status, length and headers; the medians
differ by at most 1 ms, or a classifier that sees the times does no better than an AUC of 0.55. In CI
some hundred pairs and the processor time of the answer, which other work on the machine does not
change; with ``BAITHAK_RELEASE=1`` 5,000 pairs and the time on the clock too. Control: a sign-in that
does not hash for unknown people is caught.
"""

from __future__ import annotations

import os
import re
import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from baithak.dialogue import services as dialogues
from baithak.network import sign_in
from factories import dialogue as made
from factories import network as make

pytestmark = [pytest.mark.trust, pytest.mark.slow, pytest.mark.django_db]

RELEASE = os.environ.get("BAITHAK_RELEASE") == "1"
PAIRS = 5_000 if RELEASE else 150
CLOCKS = (time.thread_time, time.perf_counter) if RELEASE else (time.thread_time,)
CLOSE, GUESS = 0.001, 0.55
#: Differ from one answer to the next, whoever asks.
OWN = re.compile(rb'(value|nonce)="[^"]{20,}"')


@dataclass
class Side:
    """The answers to one kind of question."""

    seconds: list[list[float]]
    shapes: set[Any]


def shape(answer: Any) -> Any:
    """What of an answer a stranger can see: status, length and headers."""
    length = len(OWN.sub(b"", answer.content))
    headers = sorted(name for name in answer.headers if name not in ("Content-Length",))
    return answer.status_code, length, tuple(headers), answer.headers.get("Location", "")


def asked(
    one: Callable[[], Any], other: Callable[[], Any], pairs: int = PAIRS
) -> tuple[Side, Side]:
    """Ask both in turn, each as often in the first place as in the second."""
    sides = Side([[] for _ in CLOCKS], set()), Side([[] for _ in CLOCKS], set())
    for number in range(-5, pairs):
        turn = ((one, sides[0]), (other, sides[1]))
        for ask, side in turn if number % 2 else turn[::-1]:
            began = [clock() for clock in CLOCKS]
            answer = ask()
            took = [clock() - start for clock, start in zip(CLOCKS, began, strict=True)]
            if number >= 0:  # the first ones warm up
                side.shapes.add(shape(answer))
                for kept, seconds in zip(side.seconds, took, strict=True):
                    kept.append(seconds)
    return sides


def auc(one: list[float], other: list[float]) -> float:
    """How often a guess by the longer time is right; 0.5 is a guess."""
    ordered = sorted([(t, 0) for t in one] + [(t, 1) for t in other])
    wins = seen = 0
    for _, side in ordered:
        if side:
            wins += seen
        else:
            seen += 1
    told = wins / (len(one) * len(other))
    return max(told, 1 - told)


def leaks(sides: tuple[Side, Side]) -> list[str]:
    """What gives them away."""
    one, other = sides
    wrong = [] if one.shapes == other.shapes and len(one.shapes) == 1 else ["they look different"]
    for a, b in zip(one.seconds, other.seconds, strict=True):
        apart, guess = abs(statistics.median(a) - statistics.median(b)), auc(a, b)
        if apart > CLOSE and guess > GUESS:
            wrong.append(f"medians {1000 * apart:.2f} ms apart, guessed right in {guess:.0%}")
    return wrong


def leaks_again(one: Callable[[], Any], other: Callable[[], Any], pairs: int = PAIRS) -> list[str]:
    """What gives them away three times in a row: a leak stays, a busy machine's chance does not."""
    wrong: list[str] = []
    for _ in range(3):
        wrong = leaks(asked(one, other, pairs))
        if not wrong or "they look different" in wrong:
            break
    return wrong


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch, settings):
    """Limits stop such an attacker long before (T18); here only the time is of interest."""
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume_or_429", lambda *a, **k: None)
    monkeypatch.setattr("allauth.core.ratelimit.consume", lambda *a, **k: True, raising=False)
    monkeypatch.setattr(
        "allauth.core.internal.ratelimit.consume", lambda *a, **k: True, raising=False
    )
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


def post(path: str, told: dict[str, Any]) -> Callable[[], Any]:
    return lambda: Client().post(path, told)


def wrong_password(email: str) -> Callable[[], Any]:
    return post(reverse("account_login"), {"login": email, "password": "not-the-lantern-9"})


@pytest.fixture
def known():
    person = make.person(name="Meera", email="meera.known@city.example")
    person.set_password("the-lantern-of-the-harbour-9")
    person.save()
    return person


def test_a_wrong_password_tells_not_whether_the_account_exists(known):
    nobody = wrong_password("meera.nobody@city.example")
    assert leaks_again(wrong_password(known.email), nobody) == []


def test_a_sign_in_that_does_not_hash_is_caught(known, monkeypatch):
    """Control: unknown people are refused without hashing a password."""
    monkeypatch.setattr("django.contrib.auth.models.AbstractBaseUser.set_password", lambda *a: None)
    nobody = wrong_password("meera.nobody@city.example")
    found = leaks_again(wrong_password(known.email), nobody, 40)
    assert any("apart" in leak for leak in found)


def test_a_forgotten_password_tells_not_whether_the_account_exists(known):
    path = reverse("account_reset_password")
    nobody = post(path, {"email": "meera.nobody@city.example"})
    assert leaks_again(post(path, {"email": known.email}), nobody) == []


@pytest.mark.django_db(transaction=True)
def test_the_letter_comes_after_the_answer(known):
    """What is not in the answer's time is done all the same, for those who have an account alone."""
    path = reverse("account_reset_password")
    for email in (known.email, "meera.nobody@city.example"):
        assert Client().post(path, {"email": email}).status_code == 302
    sign_in.post.submit(lambda: None).result()
    (letter,) = mail.outbox
    assert letter.to == [known.email]
    link = re.search(r"http://testserver(/\S+)", letter.body)
    assert Client().get(link[1]).status_code == 302  # on to the form for a new password


def test_a_used_slip_looks_like_one_that_never_was(monkeypatch):
    dialogue, used, never = slips()
    monkeypatch.setattr("baithak.network.limits.Limit.reached", lambda *a: 0)
    path, client = f"/en/d/{dialogue.code}/slip/", Client()
    page = client.get(path).content.decode()
    proof = re.search(r'name="proof" value="(\w+)"', page)[1]
    of_used, of_none = (
        lambda code=code: client.post(path, {"slip": code, "proof": proof})
        for code in (used, never)
    )
    assert leaks_again(of_used, of_none) == []


def slips() -> tuple[Any, str, str]:
    """An open dialogue, the code of a slip somebody began with, and a code that was never printed."""
    team = made.team()
    dialogue = made.opened(team)
    codes = dialogues.make_slips(
        dialogue=dialogue, size=3, channel="token", handle=uuid.uuid4(), by=team.officer
    )
    dialogues.use_slip(dialogue=dialogue, code=codes[0], token="the token of somebody")
    return dialogue, codes[0], "abcd-efgh-jkmn"
