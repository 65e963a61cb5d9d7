"""A dialogue's busiest hour: ten thousand residents through the real server, its worker drawing maps.

    python -m benchmarks.web hour --residents 10000 --minutes 60

Residents of four camps arrive over the hour, each on a phone of their own: they open the link in one of
three languages, read, answer about thirty statements as the hub serves them, some change their mind, some
add a statement, a moderator lets some in, and some lose their connection in the middle of an answer and
send it again. What the server acknowledged is written down here; at the end the database must hold
exactly that. Every ten seconds somebody looks how old the newest opinion map is.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
import uuid
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.web.client import Answer, Broken, Crowd, Resident, get, post
from benchmarks.web.load import quantile
from benchmarks.web.served import Hub, busy, worker

__all__ = ["FRESH", "hour"]

#: Seconds within which votes must be on the map.
FRESH = 60.0
STATEMENTS = 40
CAMPS = 4
LANGUAGES = ("en", "en", "en", "ur", "ta")

_PROOF = re.compile(r'name="proof" value="(\w+)"')
_NUMBER = re.compile(r'name="statement" value="(\d+)"')
_TURN = re.compile(r'name="turn" value="(\d+)"')

#: Inside the hub: how old the newest map is, and how large the hub has become.
_LOOK = """
import json, os, sys, time
import django; django.setup()
from pathlib import Path
from django.db import connection
from django.utils import timezone
from baithak.dialogue.models import Dialogue, Run
dialogue, every = int(sys.argv[1]), float(sys.argv[2])
while True:
    run = Run._unscoped.filter(dialogue=dialogue).defer("result", "published", "table").order_by("-revision").first()
    told = Dialogue._unscoped.filter(pk=dialogue).values("map_state", "map_dirty", "map_failures").get()
    line = {"at": time.time(), **told, "load": os.getloadavg()[0]}
    if run is not None:
        line |= {"age": (timezone.now() - run.computed).total_seconds(), "took": run.seconds,
                 "revision": run.revision, "participants": run.participants, "votes": run.votes}
    if connection.vendor == "sqlite":
        line["wal_mb"] = round(sum(p.stat().st_size for p in Path(".").glob("*.sqlite3-wal")) / 1e6, 1)
    print(json.dumps(line), flush=True)
    time.sleep(every)
"""

#: Inside the hub: a moderator lets in what waits, a few at a time.
_MODERATE = """
import sys
import django; django.setup()
from baithak.dialogue import services
from baithak.dialogue.models import Dialogue, Statement
from baithak.network.models import Membership
from factories import network as people
dialogue = Dialogue._unscoped.get(pk=int(sys.argv[1]))
who = Membership._unscoped.filter(place=dialogue.place, role="moderator").select_related("user").first()
viewer = people.viewer(who.user)
for statement in Statement._unscoped.filter(dialogue=dialogue, state="pending").order_by("pk")[:2]:
    services.accept(statement=statement, by=viewer)
"""

_COUNTS = """
import json, sys
import django; django.setup()
from baithak.dialogue.models import Participation, Receipt, Run, Statement
dialogue = int(sys.argv[1])
print(json.dumps({
    "participations": Participation._unscoped.filter(dialogue=dialogue).count(),
    "receipts": Receipt._unscoped.filter(dialogue=dialogue).count(),
    "statements": Statement._unscoped.filter(dialogue=dialogue).count(),
    "waiting": Statement._unscoped.filter(dialogue=dialogue, state="pending").count(),
    "maps": Run._unscoped.filter(dialogue=dialogue).order_by("-revision").values_list("revision", flat=True).first(),
    "groups": len(json.loads(Run._unscoped.filter(dialogue=dialogue).order_by("-revision").first().published)["groups"]),
}))
"""


class Ledger:
    """What the server acknowledged, and what it may or may not have heard."""

    def __init__(self) -> None:
        self.standing: dict[tuple[str, int], int] = {}
        self.unsure: dict[tuple[str, int], set[int]] = {}
        self.statuses: Counter[str] = Counter()
        self.took: list[float] = []
        self.pages: list[float] = []
        self.bytes: list[int] = []
        self.minutes: list[dict[str, float]] = []
        self.lately: list[float] = []
        self.arrived = self.left = self.changed = self.cut = self.added = self.repeated = 0

    def heard(self, answer: Answer, *, page: bool = False) -> None:
        self.statuses[str(answer.status)] += 1
        (self.pages if page else self.took).append(answer.seconds)
        if not page:
            self.lately.append(answer.seconds)
            self.bytes.append(answer.size)


class Camps:
    """What four camps think of statement after statement; some of it is shared by all."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._kept: dict[int, list[float]] = {}

    def agrees(self, camp: int, number: int) -> float:
        """How likely somebody of this camp agrees."""
        if number not in self._kept:
            chance = random.Random(self._seed * 1000 + number)
            shared = number % 5 == 0
            self._kept[number] = [
                0.85 if shared else min(0.95, max(0.05, chance.gauss(0.5, 0.35)))
                for _ in range(CAMPS)
            ]
        return self._kept[number][camp]


def _text(answer: Answer) -> str:
    body = answer.body
    if answer.header("content-encoding") == "gzip":
        body = zlib.decompress(body, 31)
    return body.decode()


def _resident(hub: Hub, ledger: Ledger, camps: Camps, seed: int, pace: float) -> Resident:
    """One resident's visit. ``pace`` is the mean time they think, in seconds."""
    chance = random.Random(seed)
    camp, language = chance.randrange(CAMPS), chance.choice(LANGUAGES)
    path = f"/{language}/d/{hub.told['code']}/"
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
    ways = f"X-Forwarded-For: {address}\r\nAccept-Encoding: gzip\r\n"
    opened: Answer | None = None
    for _attempt in range(5):
        opened = yield get(path, more=ways)
        assert opened is not None
        ledger.heard(opened, page=True)
        if opened.status == 200:
            break
        yield 2.0
    assert opened is not None
    cookie = next(
        (line[11:].split(b";")[0].strip().decode() for line in opened.head.split(b"\r\n")
         if line[:11].lower() == b"set-cookie:" and f"-{language}=".encode() in line), "",
    )  # fmt: skip
    if opened.status != 200 or not cookie:
        return
    ledger.arrived += 1
    pid = hub.pid(cookie.partition("=")[2].split(":")[0]).hex()
    page = _text(opened)
    wanted = max(3, round(chance.gauss(30, 7)))
    said: dict[int, int] = {}
    fragment = f"{ways}HX-Request: true\r\n"
    while len(said) < wanted:
        yield chance.expovariate(1 / pace)
        found, proof = _NUMBER.search(page), _PROOF.search(page)
        if found is None or proof is None:
            break
        number = int(found[1])
        value = _opinion(chance, camps, camp, number)
        sent = yield from _send(
            hub, ledger, path, cookie, fragment, pid, proof[1], number, value, 0, chance
        )
        if sent is None:
            break
        said[number] = value
        page = _text(sent)
    if said and chance.random() < 0.08:
        number = chance.choice(list(said))
        again = yield get(f"{path}statement/{number}/", cookie=cookie, more=ways)
        assert again is not None
        ledger.heard(again, page=True)
        form = _text(again) if again.status == 200 else ""
        turn, proof = _TURN.search(form), _PROOF.search(form)
        if turn is not None and proof is not None:
            yield chance.expovariate(1 / pace)
            value = chance.choice([v for v in (-1, 0, 1) if v != said[number]])
            changed = yield from _send(
                hub, ledger, path, cookie, fragment, pid, proof[1], number, value, int(turn[1]),
                chance,
            )  # fmt: skip
            ledger.changed += changed is not None
    if chance.random() < 0.005 and (proof := _PROOF.search(page)) is not None:
        body = urlencode(
            {"proof": proof[1], "text": f"Somebody should mend bench {seed} by the quay.",
             "language": "en", "handle": str(uuid.UUID(int=chance.getrandbits(128), version=4))}
        )  # fmt: skip
        added = yield post(f"{path}add/", body, cookie=cookie, more=ways)
        assert added is not None
        ledger.heard(added, page=True)
        ledger.added += added.status == 302
    if chance.random() < 0.3:
        shown = yield get(f"{path}result/", cookie=cookie, more=ways)
        assert shown is not None
        ledger.heard(shown, page=True)
    ledger.left += 1


def _opinion(chance: random.Random, camps: Camps, camp: int, number: int) -> int:
    if chance.random() < 0.1:
        return 0
    return 1 if chance.random() < camps.agrees(camp, number) else -1


def _send(
    hub: Hub, ledger: Ledger, path: str, cookie: str, ways: str, pid: str, proof: str,
    number: int, value: int, turn: int, chance: random.Random,
) -> Any:  # fmt: skip
    """Send one answer until it is acknowledged, always the same one; ``None``: given up."""
    body = urlencode({"proof": proof, "statement": number, "value": value, "turn": turn})
    request = post(f"{path}vote/", body, cookie=cookie, more=ways)
    key = pid, number
    if chance.random() < 0.01:  # the connection is gone before the answer comes
        yield Broken(request)
        ledger.cut += 1
        ledger.unsure.setdefault(key, set()).add(value)
        yield chance.uniform(0.2, 3.0)
    for _attempt in range(20):
        answer = yield request
        ledger.heard(answer)
        if answer.status == 200:
            ledger.standing[key] = value
            ledger.unsure.pop(key, None)
            return answer
        ledger.unsure.setdefault(key, set()).add(value)
        if answer.status in {0, 429, 503}:
            ledger.repeated += 1
            yield float(answer.header("retry-after") or 1.0) if answer.status else 1.0
            continue
        return None
    return None


@contextmanager
def _beside(hub: Hub, code: str, *arguments: str, into: Path) -> Iterator[None]:
    """Something that runs inside the hub meanwhile."""
    with into.open("wb") as out, (hub.home / "beside.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=hub.environment, cwd=hub.home, stdout=out, stderr=log,
        )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _minutes(hub: Hub, ledger: Ledger, out: Path | None, over: float, length: float) -> Resident:
    """Somebody with a watch: writes down what each minute was like. Sends nothing."""
    before = busy(hub)
    while time.perf_counter() < over:
        yield min(length, max(0.1, over - time.perf_counter()))
        now = busy(hub)
        ledger.minutes.append(
            {"votes": len(ledger.lately), "p50": round(quantile(ledger.lately, 0.5), 1),
             "p95": round(quantile(ledger.lately, 0.95), 1),
             "p99": round(quantile(ledger.lately, 0.99), 1),
             "cpu_s": round(now - before, 2), "load": round(os.getloadavg()[0], 1)}
        )  # fmt: skip
        before, ledger.lately = now, []
        if out is not None:
            out.write_text(
                json.dumps({"arrived": ledger.arrived, "minutes": ledger.minutes}) + "\n"
            )


def _moderator(hub: Hub, over: float, every: float) -> Resident:
    while time.perf_counter() < over:
        yield every
        subprocess.Popen(
            [sys.executable, "-c", _MODERATE, str(hub.told["id"])],
            env=hub.environment, cwd=hub.home,
            stdout=subprocess.DEVNULL, stderr=(hub.home / "beside.log").open("ab"),
        )  # fmt: skip


def hour(
    hub: Hub, *, residents: int = 10_000, minutes: float = 60.0, speedup: float = 1.0,
    seed: int = 1, progress: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Live through it on a hub that serves. ``speedup`` makes the hour shorter and everybody faster."""
    ledger, camps = Ledger(), Camps(seed)
    chance = random.Random(seed)
    length = 60 * minutes / speedup
    pace = 6.0 / speedup
    visit = 45 * pace  # nobody comes so late that the end cuts them off
    crowd = Crowd(hub.port)
    looks = hub.home / "looks.jsonl"
    cpu, began, moment = busy(hub), time.perf_counter(), time.time()
    over = began + length
    for one in range(residents):
        at = began + chance.uniform(0, max(length - visit, length / 2))
        crowd.add([_resident(hub, ledger, camps, seed * 1_000_003 + one, pace)], at=at)
    crowd.add([_minutes(hub, ledger, progress, over, min(60.0, length / 4))])
    crowd.add([_moderator(hub, over - 30, max(60.0, 300 / speedup))])
    with worker(hub), _beside(hub, _LOOK, str(hub.told["id"]), "10", into=looks):
        crowd.run(until=over + 300)
        spent, used = time.perf_counter() - began, busy(hub) - cpu
        last_vote = time.time()
        _until_drawn(looks, last_vote)
    counts = json.loads(hub.python(_COUNTS, str(hub.told["id"])))
    hub.stop()
    return _judged(hub, ledger, crowd, spent, used, counts, _read(looks), moment, last_vote) | {
        "residents": residents, "minutes": minutes, "speedup": speedup, "seed": seed,
    }  # fmt: skip


def _read(looks: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in looks.read_text().splitlines() if line.endswith("}")]


def _until_drawn(looks: Path, since: float, longest: float = 180.0) -> None:
    """The last votes reach the map too."""
    while time.time() - since < longest:
        time.sleep(5)
        seen = _read(looks)
        if seen and seen[-1]["at"] > since and not seen[-1]["map_dirty"] and seen[-1]["map_state"] == "current":  # fmt: skip
            return


def _judged(
    hub: Hub, ledger: Ledger, crowd: Crowd, spent: float, used: float, counts: dict[str, Any],
    looks: list[dict[str, Any]], began: float, last_vote: float,
) -> dict[str, Any]:  # fmt: skip
    stored = hub.votes()
    lost = [key for key, value in ledger.standing.items() if stored.get(key) != [value]]
    lost = [
        key for key in lost
        if not (key in ledger.unsure and set(stored.get(key, [])) <= ledger.unsure[key] and key in stored)
    ]  # fmt: skip
    strange = [key for key in stored if key not in ledger.standing and key not in ledger.unsure]
    ages = _ages(looks, last_vote)
    requests = ledger.statuses.total()
    sizes = sorted(ledger.bytes)
    return {
        "seconds": round(spent, 1),
        "arrived": ledger.arrived,
        "left": ledger.left,
        "votes": len(ledger.standing),
        "stored": len(stored),
        "lost": len(lost),
        "doubled": sum(len(values) > 1 for values in stored.values()),
        "strange": len(strange),
        "unsure": len(ledger.unsure),
        "changed": ledger.changed,
        "cut": ledger.cut,
        "repeated": ledger.repeated,
        "added": ledger.added,
        "statuses": dict(ledger.statuses),
        "broken": crowd.broken,
        "requests": requests,
        "p50": round(quantile(ledger.took, 0.5), 1),
        "p95": round(quantile(ledger.took, 0.95), 1),
        "p99": round(quantile(ledger.took, 0.99), 1),
        "page_p95": round(quantile(ledger.pages, 0.95), 1),
        "answer_bytes": {"median": sizes[len(sizes) // 2], "most": sizes[-1]} if sizes else {},
        "cpu_ms": round(1000 * used / max(1, requests), 3),
        "map": ages,
        **counts,
        "sound": hub.is_sound(),
        "minute_by_minute": ledger.minutes,
    }


def _ages(looks: list[dict[str, Any]], last_vote: float) -> dict[str, Any]:
    """How old the newest map was at each look, from the first map to the last vote.

    ``behind`` is the stricter figure: how long ago the votes were read that the newest map shows.
    """
    seen = [look for look in looks if "age" in look and look["at"] <= last_vote]
    ages = sorted(look["age"] for look in seen)
    behind = sorted(look["age"] + look["took"] for look in seen)
    drawn = {look["revision"]: look for look in seen}
    if not seen:
        return {"looks": 0}
    return {
        "looks": len(seen),
        "maps": len(drawn),
        "oldest": round(ages[-1], 1),
        "median": round(ages[len(ages) // 2], 1),
        "within": sum(age <= FRESH for age in ages),
        "behind_most": round(behind[-1], 1),
        "behind_within": sum(age <= FRESH for age in behind),
        "drawing_longest": round(max(look["took"] for look in seen), 1),
        "failures": max(look["map_failures"] for look in looks),
        "wal_mb_most": max((look.get("wal_mb", 0.0) for look in looks), default=0.0),
        "load_mean": round(sum(look["load"] for look in looks) / len(looks), 1),
        "load_most": round(max(look["load"] for look in looks), 1),
        "final_votes": looks[-1].get("votes"),
        "final_participants": looks[-1].get("participants"),
    }
