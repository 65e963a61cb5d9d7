"""T03: all workers are killed without warning, again and again, while residents vote.

Bar: 20 cycles, at least 1,000 acknowledged votes, 0 lost, 0 doubled, database and journal sound,
serving again within 5 seconds of a quiet machine, whether the workers alone are killed or the whole group.
"""

from __future__ import annotations

import http.client
import random
import threading
import time

import pytest

from trust.hub import Hub, Phone
from trust.spent import slowness

pytestmark = [pytest.mark.trust, pytest.mark.slow]

CYCLES = 20
PHONES = 8
STATEMENTS = 50  # fewer than one may answer in a minute, resent ones included
ENOUGH = 1_000
BACK = 5.0


class Crowd:
    """Residents on many phones, each voting on everything, then on a new phone."""

    def __init__(self, hub: Hub):
        self.hub = hub
        self.acknowledged: dict[tuple[str, int], int] = {}
        self.errors: list[str] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._live, args=(n,)) for n in range(PHONES)]

    def _live(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self.over.is_set():
            phone = self._opened()
            for number in range(1, STATEMENTS + 1):
                if phone is None or not self._insist(phone, number, chance.choice((-1, 0, 1))):
                    break

    def _opened(self) -> Phone | None:
        while not self.over.is_set():
            phone = Phone(self.hub)
            try:
                phone.open()
                return phone
            except (OSError, http.client.HTTPException, AssertionError):
                time.sleep(0.02)
        return None

    def _insist(self, phone: Phone, number: int, value: int) -> bool:
        """Send one answer until it is acknowledged, always the same one."""
        while not self.over.is_set():
            try:
                status = phone.vote(number, value)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 302:
                self.acknowledged[self.hub.pid(phone.token).hex(), number] = value
                return True
            if status != 503:
                self.errors.append(f"status {status}")
                return False
        return False

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(30)


def test_killed_workers_lose_no_vote(tmp_path, record_property):
    with Hub(tmp_path, statements=STATEMENTS) as hub:
        hub.serve()
        back = []
        with Crowd(hub) as crowd:
            for cycle in range(CYCLES):
                time.sleep(0.8)
                slow = slowness()
                if cycle % 4 == 3:
                    hub.kill_everything()
                    took = hub.serve()
                else:
                    assert hub.kill_workers() >= 1
                    took = hub.until_it_answers(BACK * 4)
                back.append(took / max(slow, slowness()))
            began = time.monotonic()
            while len(crowd.acknowledged) < ENOUGH and time.monotonic() - began < 90:
                time.sleep(0.2)
        hub.stop()
        stored = hub.votes()
        lost = [key for key, value in crowd.acknowledged.items() if stored.get(key) != [value]]
        doubled = [key for key, values in stored.items() if len(values) > 1]
        record_property("acknowledged", len(crowd.acknowledged))
        record_property("slowest_return", round(max(back), 2))
        print(f"acknowledged {len(crowd.acknowledged)}, back within {max(back):.2f} s")
        assert crowd.errors == []
        assert len(crowd.acknowledged) >= ENOUGH
        assert lost == []
        assert doubled == []
        assert hub.is_sound()
        assert max(back) <= BACK
