"""How fast the served hub is: at its limit, below it, and in CPU per request."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from benchmarks.web import served
from benchmarks.web.client import Answer, Crowd, Resident, get, post
from benchmarks.web.load import quantile
from benchmarks.web.served import Hub, Phone

__all__ = ["Compared", "compared", "speed"]

SECONDS = 8.0
CLIENTS = 32
RATE = 300
STATEMENTS = 40


class _Measured:
    """Answers of one measurement."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.wrong = 0
        self.bytes = 0

    def heard(self, answer: Answer, wanted: int, began: float | None = None) -> None:
        self.took.append(answer.ended - (answer.began if began is None else began))
        self.bytes += answer.size
        self.wrong += answer.status != wanted


def _vote(hub: Hub, phone: Phone, number: int, fragment: bool) -> bytes:
    body = urlencode({"proof": phone.proof, "statement": number, "value": 1, "turn": 0})
    more = "Accept-Encoding: gzip\r\n" + ("HX-Request: true\r\n" if fragment else "")
    return post(f"/en/d/{hub.told['code']}/vote/", body, cookie=phone.cookie, more=more)


def _voter(
    hub: Hub, phones: Sequence[Phone], over: float, told: _Measured, fragment: bool
) -> Resident:
    """Votes on everything as one person, then as the next, as fast as it goes."""
    for phone in phones:
        for number in range(1, STATEMENTS + 1):
            if time.perf_counter() > over:
                return
            told.heard((yield _vote(hub, phone, number, fragment)), 200 if fragment else 302)  # type: ignore[arg-type]


def _steady(
    hub: Hub, phones: Sequence[Phone], begin: float, step: float, over: float, told: _Measured
) -> Resident:
    """Votes at fixed moments; who comes late counts from the moment that was meant."""
    due = begin
    for phone in phones:
        for number in range(1, STATEMENTS + 1):
            if due > over:
                return
            yield max(0.0, due - time.perf_counter())
            told.heard((yield _vote(hub, phone, number, False)), 302, due)  # type: ignore[arg-type]
            due += step


def _reader(path: str, over: float, told: _Measured, cookie: str = "") -> Resident:
    request = get(path, cookie=cookie, more="Accept-Encoding: gzip\r\n")
    while time.perf_counter() < over:
        told.heard((yield request), 200)  # type: ignore[arg-type]


def _live(
    hub: Hub, make: Callable[[int, float, _Measured], Resident], clients: int, seconds: float
) -> dict[str, Any]:
    told = _Measured()
    crowd = Crowd(hub.port)
    cpu, began = served.busy(hub), time.perf_counter()
    crowd.add(make(one, began + seconds, told) for one in range(clients))
    crowd.run(until=began + seconds + 30)
    spent = time.perf_counter() - began
    count = len(told.took)
    return {
        "per_second": round(count / spent, 1),
        "p50": round(quantile(told.took, 0.5), 2),
        "p95": round(quantile(told.took, 0.95), 2),
        "p99": round(quantile(told.took, 0.99), 2),
        "bytes": round(told.bytes / max(1, count)),
        "cpu_ms": round(1000 * (served.busy(hub) - cpu) / max(1, count), 3),
        "wrong": told.wrong + crowd.broken,
    }


def _one(db: str, say: Callable[[str], Any]) -> dict[str, Any]:
    with served.hub(db, statements=STATEMENTS, BAITHAK_PROXIES="1") as hub:
        inside = json.loads(
            hub.python(
                "from benchmarks.web.inside import main; main()", json.dumps(hub.told)
            ).splitlines()[-1]
        )
        say(f"{db}: CPU in process {inside}")
        hub.serve()
        crowd = served.phones(hub, 3000)

        def mine(part: int, one: int, of: int, share: int = 1000) -> Sequence[Phone]:
            return crowd[part * share : (part + 1) * share][one::of]

        _live(hub, lambda one, over, told: _reader("/en/", over, told), 8, 1.5)  # warm
        told = {
            "vote": _live(hub, lambda one, over, told: _voter(
                hub, mine(0, one, CLIENTS), over, told, False), CLIENTS, SECONDS),
            "vote_next": _live(hub, lambda one, over, told: _voter(
                hub, mine(1, one, CLIENTS), over, told, True), CLIENTS, SECONDS),
            "steady": _live(hub, lambda one, over, told: _steady(
                hub, mine(2, one, 60), over - SECONDS + one / RATE, 60 / RATE, over, told),
                60, SECONDS),
            "kept_page": _live(hub, lambda one, over, told: _reader("/en/", over, told), CLIENTS, SECONDS / 2),
            "page": _live(hub, lambda one, over, told: _reader(
                "/en/", over, told, "theme=none"), CLIENTS, SECONDS / 2),
        }  # fmt: skip
        for name, figures in told.items():
            say(f"{db}: {name} {figures}")
        return {**told, "inside": inside}


def speed(databases: Sequence[str], *, say: Callable[[str], Any]) -> dict[str, Any]:
    """Measure each kind of database, one after the other."""
    return {db: _one(db, say) for db in databases}


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure beside the last recorded one."""

    text: str
    ratio: float


def compared(before: dict[str, Any], now: dict[str, Any]) -> list[Compared]:
    """CPU per request in process, in units of the yardstick, beside the last recorded run."""
    lines = []
    for db, told in now.items():
        known = before.get(db, {}).get("inside", {})
        for name, figures in told.get("inside", {}).items() if isinstance(told, dict) else ():
            if isinstance(figures, dict) and name in known:
                ratio = figures["unit"] / known[name]["unit"]
                lines.append(Compared(
                    f"{db} {name}: {figures['ms']} ms CPU, {ratio:.2f} x the last recorded run", ratio
                ))  # fmt: skip
    return lines
