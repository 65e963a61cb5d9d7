"""T01: residents vote through the whole stack, as fast as they can, and every answer is counted after.

    python -m benchmarks.web load --clients 32 --minutes 10 --db sqlite

Each client opens the link, answers every statement, then is somebody new. A burst of other people comes
in within one second while they vote. Afterwards the votes in the database are compared with what
was acknowledged: none lost, none doubled, no answer a server error.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from benchmarks.web.client import Crowd, Resident, get, post
from benchmarks.web.served import Hub, busy

__all__ = ["Loaded", "load", "quantile"]

_PROOF = re.compile(rb'name="proof" value="(\w+)"')
_NUMBER = re.compile(rb'name="statement" value="(\d+)"')


@dataclass
class Loaded:
    """What happened, in figures."""

    seconds: float = 0.0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    locked: int = 0
    per_second: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    burst: int = 0
    burst_errors: int = 0
    burst_p99: float = 0.0
    cpu_ms: float = 0.0

    @property
    def errors(self) -> int:
        """Answers of the server that something is broken."""
        return sum(count for status, count in self.statuses.items() if status.startswith("5"))

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "errors": self.errors}


def quantile(values: list[float], part: float) -> float:
    """The value below which this part of them lies, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


class _Ledger:
    """What the server said of each request."""

    def __init__(self) -> None:
        self.acknowledged: dict[tuple[str, int], int] = {}
        self.took: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.pages: list[float] = []


def _voter(hub: Hub, ledger: _Ledger, over: float, seed: int) -> Resident:
    """Somebody, then somebody else, each answering everything."""
    chance = random.Random(seed)
    while time.perf_counter() < over:
        yield from _visit(hub, ledger, over, chance, f"10.{seed % 250}.{chance.randrange(250)}.1")


def _visit(
    hub: Hub, ledger: _Ledger, over: float, chance: random.Random, address: str, most: int = 10_000
) -> Resident:
    """Open the link and answer one statement after the other, ``most`` at most."""
    path = f"/en/d/{hub.told['code']}/"
    came_from = f"X-Forwarded-For: {address}\r\nAccept-Encoding: gzip\r\n"
    opened = yield get(path, more=f"X-Forwarded-For: {address}\r\n")
    ledger.statuses[str(opened.status)] += 1
    ledger.pages.append(opened.seconds)
    proof = _PROOF.search(opened.body)
    cookie = next(
        (line[12:].split(b";")[0].strip().decode() for line in opened.head.split(b"\r\n")
         if line[:11].lower() == b"set-cookie:" and b"-en=" in line), "",
    )  # fmt: skip
    if opened.status != 200 or proof is None or not cookie:
        yield 0.1
        return
    pid = hub.pid(cookie.partition("=")[2].split(":")[0]).hex()
    for number in range(1, min(hub.wanted, most) + 1):
        if time.perf_counter() > over:
            return
        value = chance.choice((-1, 0, 1))
        body = urlencode(
            {"proof": proof[1].decode(), "statement": number, "value": value, "turn": 0}
        )
        answer = yield post(f"{path}vote/", body, cookie=cookie, more=came_from)
        ledger.statuses[str(answer.status)] += 1
        ledger.took.append(answer.seconds)
        if answer.status == 302:
            ledger.acknowledged[pid, number] = value


def _newcomer(hub: Hub, burst: _Ledger, seed: int) -> Resident:
    """One of a crowd that follows the link within one second, and votes once."""
    yield seed / 200
    address = f"10.250.{seed % 250}.{seed // 250}"
    yield from _visit(hub, burst, float("inf"), random.Random(-seed), address, most=1)


def load(hub: Hub, *, clients: int = 32, seconds: float = 60.0, burst: int = 200) -> Loaded:
    """Vote for so long on a hub that serves; then look what is in its database."""
    ledger, rush = _Ledger(), _Ledger()
    crowd = Crowd(hub.port)
    cpu, began = busy(hub), time.perf_counter()
    over = began + seconds
    crowd.add(_voter(hub, ledger, over, seed) for seed in range(clients))
    crowd.add((_newcomer(hub, rush, seed) for seed in range(burst)), at=began + seconds / 2)
    crowd.run(until=over + 30)
    spent = time.perf_counter() - began
    acknowledged = ledger.acknowledged | rush.acknowledged
    statuses = ledger.statuses + rush.statuses
    told = Loaded(
        seconds=round(spent, 1),
        acknowledged=len(acknowledged),
        statuses=dict(statuses),
        broken=crowd.broken,
        per_second=round(len(acknowledged) / spent, 1),
        p50=round(quantile(ledger.took, 0.5), 1),
        p95=round(quantile(ledger.took, 0.95), 1),
        p99=round(quantile(ledger.took, 0.99), 1),
        burst=burst,
        burst_errors=2 * burst - rush.statuses["200"] - rush.statuses["302"],
        burst_p99=round(quantile(rush.pages + rush.took, 0.99), 1),
        cpu_ms=round(1000 * (busy(hub) - cpu) / max(1, statuses.total()), 3),
    )
    hub.stop()
    told.locked = (hub.home / "server.log").read_text().count("database is locked")
    stored = hub.votes()
    told.lost = sum(stored.get(key) != [value] for key, value in acknowledged.items())
    told.doubled = sum(len(values) > 1 for values in stored.values())
    return told
