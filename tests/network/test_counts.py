"""Counts that all workers share: exact, forgotten in time, nobody's name in the file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from baithak.network import counts as module
from baithak.network.counts import Counts


@pytest.fixture
def path(tmp_path):
    return tmp_path / "counts"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    now = [1_000_000.0]
    monkeypatch.setattr(module.time, "time", lambda: now[0])
    return now


def test_tries_are_counted_each_for_itself(path):
    counts = Counts(path)
    assert [counts.add("vote", b"nadia", seconds=60)[0] for _ in range(3)] == [1, 2, 3]
    assert counts.add("vote", b"omar", seconds=60)[0] == 1
    assert counts.add("statement", b"nadia", seconds=60)[0] == 1
    assert counts.seen("vote", b"nadia")[0] == 3
    assert counts.seen("vote", b"zoya")[0] == 0


def test_the_time_begins_with_the_first_try_and_is_not_prolonged(path, clock):
    counts = Counts(path)
    assert counts.add("vote", b"nadia", seconds=60) == (1, 60)
    clock[0] += 50
    assert counts.add("vote", b"nadia", seconds=60) == (2, 10)
    clock[0] += 10
    assert counts.seen("vote", b"nadia")[0] == 0
    assert counts.add("vote", b"nadia", seconds=60) == (1, 60)


def test_it_outlives_the_process_and_is_shared_by_others(path):
    counts = Counts(path)
    counts.add("vote", b"nadia", seconds=600)
    code = (
        "import sys; from pathlib import Path; from baithak.network.counts import Counts\n"
        "print(Counts(Path(sys.argv[1])).add('vote', b'nadia', seconds=600)[0])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "2"
    assert counts.seen("vote", b"nadia")[0] == 2
    assert Counts(path).seen("vote", b"nadia")[0] == 2


def test_threads_and_forked_children_lose_no_count(path):
    counts = Counts(path)
    counts.add("vote", b"nadia", seconds=600)

    def many():
        for _ in range(200):
            counts.add("vote", b"nadia", seconds=600)

    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            many()
            os._exit(0)
        children.append(child)
    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    assert counts.seen("vote", b"nadia")[0] == 1 + 6 * 200


def test_what_is_over_is_wiped_from_the_file(path, clock):
    counts = Counts(path)
    empty = path.read_bytes() if path.exists() else b""
    counts.add("vote", b"nadia", seconds=60)
    counts.add("statement", b"nadia", seconds=3600)
    assert counts.forget() == 0
    clock[0] += 61
    assert counts.forget() == 1
    clock[0] += 3600
    assert counts.forget() == 1
    body = path.read_bytes()[64:]
    assert body == bytes(len(body))
    assert empty == b""


def test_the_file_names_nobody_and_belongs_to_the_hub_alone(path):
    counts = Counts(path)
    counts.add("dialogue.vote", b"203.0.113.77", seconds=60)
    body = path.read_bytes()
    assert b"203.0.113" not in body
    assert b"dialogue" not in body
    assert path.stat().st_mode & 0o777 == 0o600
    other = Counts(path.with_name("other"))
    other.add("dialogue.vote", b"203.0.113.77", seconds=60)
    slots = [set(p.read_bytes()[n : n + 16] for n in range(64, len(body), 32)) - {bytes(16)}
             for p in (path, path.with_name("other"))]  # fmt: skip
    assert slots[0].isdisjoint(slots[1])  # another file, another key


def test_a_full_file_forgets_the_one_that_ends_first(path):
    counts = Counts(path, places=1)
    for n in range(20):
        counts.add("vote", b"%d" % n, seconds=600 + n)
    assert counts.seen("vote", b"19")[0] == 1
    assert counts.seen("vote", b"0")[0] == 0


def test_a_damaged_or_foreign_file_is_begun_anew(path):
    path.write_bytes(b"something else altogether")
    assert Counts(path).add("vote", b"nadia", seconds=60)[0] == 1


def test_clearing_forgets_everybody(path):
    counts = Counts(path)
    counts.add("vote", b"nadia", seconds=60)
    counts.clear()
    assert counts.seen("vote", b"nadia")[0] == 0
