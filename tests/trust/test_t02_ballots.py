"""T02 † for ballots: every ballot is sent three times with one key, two of them at once: one effect.

Bar: 2,000 keys here (20,000 votes run in test_t02_race.py over the same kind of statement). Control: the
same race on a table without its constraint, by code that looks before it writes, doubles ballots.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from trust.hub import Hub

pytestmark = [pytest.mark.trust, pytest.mark.slow]

KEYS = int(os.environ.get("BAITHAK_TRUST_BALLOTS", "2000"))
CONTROL_KEYS = 200

_PREPARE = """
import json, sys
import django; django.setup()
from factories import budget as made, network
network._SEEN.update(hub=9, country=9, city=9, person=99)  # the hub has a city already
team = made.team("Noorabad")
budget = made.opened(team)
made.on_the_ballot(team, budget)
codes = made.load_slips(budget, int(sys.argv[1]))
budget = made.open_vote(team, budget)
print(json.dumps({"id": budget.pk, "codes": codes}))
"""

#: Runs inside the hub: two threads meet before every key, send it at once, and one sends it again.
_RACE = """
import json, sys, threading, time, uuid
import django; django.setup()
from django.db import connection
from baithak.budget import services
from baithak.budget.models import Budget
from baithak.network import keys

told, first, last, weak = json.loads(sys.stdin.read()), *map(int, sys.argv[1:4])
budget = Budget._unscoped.get(pk=told["id"])
meeting = threading.Barrier(2)
recorded, trouble = [0, 0], []

def cast(key):
    return services.cast_ballot(
        budget=budget.pk, pid=keys.pseudonym(budget.key, told["codes"][key]), choices="1,3",
        handle=uuid.UUID(int=key),
    ).outcome is services.Outcome.RECORDED

def cast_weakly(key):
    pid = keys.pseudonym(budget.key, told["codes"][key])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM budget_ballot WHERE pid = %s", [pid])
        if cursor.fetchone():
            return False
        time.sleep(0.0005)  # the moment that a look and a write are always apart
        cursor.execute(
            "INSERT INTO budget_ballot (id, budget_id, pid, channel, choices, day) "
            "VALUES (%s, %s, %s, 'token', '1', '2026-11-23')",
            [uuid.uuid4().hex, budget.pk, pid],
        )
    return True

send = cast_weakly if weak else cast

def run(who):
    try:
        for key in range(first, last):
            meeting.wait(60)
            recorded[who] += send(key)
        meeting.wait(60)
        for key in range(first + who, last, 2):
            recorded[who] += send(key)
    except BaseException as error:
        trouble.append(repr(error))
        meeting.abort()
        raise
    finally:
        connection.close()

threads = [threading.Thread(target=run, args=(who,)) for who in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not trouble, trouble
print(json.dumps(sum(recorded)))
"""

_WEAKEN = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'budget_ballot'")
        sql = cursor.fetchone()[0]
        constraint = ', CONSTRAINT "budget_ballot_once" UNIQUE ("budget_id", "pid")'
        assert constraint in sql
        cursor.execute("DROP TABLE budget_ballot")
        cursor.execute(sql.replace(constraint, ""))
    else:
        cursor.execute("ALTER TABLE budget_ballot DROP CONSTRAINT budget_ballot_once")
"""

_STORED = """
import json, django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*), count(DISTINCT pid) FROM budget_ballot")
    print(json.dumps(cursor.fetchone()))
"""


def race(hub: Hub, told: str, keys: int, *, weak: bool = False) -> int:
    """Two processes with two threads each; how many sends were said to have an effect."""
    half = keys // 2
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(hub.python, _RACE, str(first), str(last), str(int(weak)), given=told)
            for first, last in ((0, half), (half, keys))
        ]
        return sum(int(run.result()) for run in runs)


@pytest.fixture
def home():
    """In memory where that is possible: this test is about races, T03 and T04 about disks."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None, prefix="baithak-t02b-"))
    yield folder
    shutil.rmtree(folder)


def test_every_ballot_has_one_effect(home):
    with Hub(home, statements=1) as hub:
        told = hub.python(_PREPARE, str(KEYS)).strip().splitlines()[-1]
        assert race(hub, told, KEYS) == KEYS
        assert json.loads(hub.python(_STORED)) == [KEYS, KEYS]


def test_control_without_the_constraint_ballots_are_doubled(home):
    with Hub(home, statements=1) as hub:
        told = hub.python(_PREPARE, str(CONTROL_KEYS)).strip().splitlines()[-1]
        hub.python(_WEAKEN)
        race(hub, told, CONTROL_KEYS, weak=True)
        stored, slips = json.loads(hub.python(_STORED))
        assert slips == CONTROL_KEYS
        assert stored > slips
