"""T02 †: every write is sent three times with one key, two of them at once: one effect each.

Bar: 20,000 keys. Control: the same race on a build without the unique constraint, which looks
before it writes, must double votes.
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

KEYS = int(os.environ.get("BAITHAK_TRUST_KEYS", "20000"))
CONTROL_KEYS = 400
SUBMISSIONS = 100

#: Runs inside the hub: two threads meet before every key, send it at once, and one sends it again.
_RACE = """
import json, sys, threading, time, uuid
import django; django.setup()
from django.db import connection
from baithak.dialogue import services
from baithak.network import keys
from baithak.dialogue.models import Dialogue

told, first, last, weak, submissions = json.loads(sys.argv[1]), *map(int, sys.argv[2:6])
dialogue = Dialogue._unscoped.get(pk=told["id"])
statements = told["statements"]
meeting = threading.Barrier(2)
recorded = [0, 0]
trouble = []

def pid_of(key):
    return keys.pseudonym(dialogue.key, f"phone {key // len(statements)}")

def cast(key):
    number = key % len(statements)
    return services.cast_vote(
        dialogue=dialogue.pk, pid=pid_of(key), statement=statements[number], value=(key % 3) - 1
    ).outcome is services.Outcome.RECORDED

def cast_weakly(key):
    pid, statement = pid_of(key), statements[key % len(statements)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM dialogue_vote WHERE pid = %s AND statement_id = %s", [pid, statement])
        if cursor.fetchone():
            return False
        time.sleep(0.0005)  # the moment that a look and a write are always apart
        cursor.execute(
            "INSERT INTO dialogue_vote (id, dialogue_id, pid, statement_id, value, turn, day) "
            "VALUES (%s, %s, %s, %s, 1, 0, '2026-11-23')",
            [uuid.uuid4().hex, dialogue.pk, pid, statement],
        )
    return True

send = cast_weakly if weak else cast

def run(who):
    try:
        for key in range(first, last):
            meeting.wait(30)
            recorded[who] += send(key)
        meeting.wait(60)
        for key in range(first + who, last, 2):
            recorded[who] += send(key)
        for number in range(submissions):
            meeting.wait(30)
            for _ in range(1 + who):
                services.submit(
                    dialogue=dialogue, text=f"Well {first} {number} should be mended.",
                    language="en", handle=uuid.UUID(int=first * 1000 + number),
                )
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
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'dialogue_vote'")
        sql = cursor.fetchone()[0]
        constraint = ', CONSTRAINT "dialogue_vote_once" UNIQUE ("dialogue_id", "pid", "statement_id")'
        assert constraint in sql
        cursor.execute("DROP TABLE dialogue_vote")
        cursor.execute(sql.replace(constraint, ""))
    else:
        cursor.execute("ALTER TABLE dialogue_vote DROP CONSTRAINT dialogue_vote_once")
"""


def race(hub: Hub, keys: int, *, weak: bool = False, submissions: int = 0) -> int:
    """Two processes with two threads each; how many sends were said to have an effect."""
    half = keys // 2
    parts = [(0, half), (half, keys)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(
                hub.python, _RACE, json.dumps(hub.told), str(first), str(last),
                str(int(weak)), str(submissions),
            )
            for first, last in parts
        ]  # fmt: skip
        return sum(int(run.result()) for run in runs)


@pytest.fixture
def home():
    """In memory where that is possible: this test is about races, T03 and T04 about disks."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None, prefix="baithak-t02-"))
    yield folder
    shutil.rmtree(folder)


def test_every_key_has_one_effect(home):
    with Hub(home, statements=40) as hub:
        recorded = race(hub, KEYS, submissions=SUBMISSIONS)
        stored = hub.votes()
        assert recorded == KEYS
        assert len(stored) == KEYS
        assert all(len(values) == 1 for values in stored.values())
        told = hub.python(
            "import django; django.setup()\n"
            "from baithak.dialogue.models import Statement\n"
            "print(Statement._unscoped.filter(seed=False).count())"
        )
        assert int(told) == 2 * SUBMISSIONS


def test_control_without_the_constraint_votes_are_doubled(home):
    with Hub(home, statements=40) as hub:
        hub.python(_WEAKEN)
        race(hub, CONTROL_KEYS, weak=True)
        stored = hub.votes()
        doubled = [key for key, values in stored.items() if len(values) > 1]
        assert len(stored) == CONTROL_KEYS
        assert len(doubled) > 0
