"""Votes that come in at the same time share a transaction, and each gets its own answer."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.db import IntegrityError, connection

from baithak.dialogue import services
from baithak.dialogue.models import Dialogue, Participation, Vote
from baithak.dialogue.services import Outcome, RefusedError, votes
from baithak.dialogue.services.together import Together
from factories import dialogue as made


def at_once(jobs):
    """Run each in a thread of its own; what they gave or raised, in their order."""
    told = [None] * len(jobs)

    def run(number, job):
        try:
            told[number] = job()
        except Exception as trouble:
            told[number] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return told


class Slow:
    """A disk that takes its time, and what it was given."""

    def __init__(self, spoilt=()):
        self.given = []
        self.spoilt = spoilt
        self.writing = 0

    def __call__(self, wishes):
        self.writing += 1
        assert self.writing == 1
        time.sleep(0.02)
        self.given.append(list(wishes))
        self.writing -= 1
        return [ValueError(w) if w in self.spoilt else w * 10 for w in wishes]


def test_who_waits_is_written_together_and_everybody_gets_their_own_answer():
    disk = Slow(spoilt={7})
    together = Together(disk, most=100)
    told = at_once([lambda n=n: together.put(n) for n in range(40)])
    assert [t for n, t in enumerate(told) if n != 7] == [n * 10 for n in range(40) if n != 7]
    assert isinstance(told[7], ValueError)
    assert sorted(w for wishes in disk.given for w in wishes) == list(range(40))
    assert len(disk.given) < 20


def test_no_writing_carries_more_than_it_may():
    disk = Slow()
    together = Together(disk, most=3)
    at_once([lambda n=n: together.put(n) for n in range(20)])
    assert max(map(len, disk.given)) <= 3
    assert sum(map(len, disk.given)) == 20


def test_a_writing_that_breaks_off_leaves_nobody_waiting():
    calls = []

    def broken(wishes):
        calls.append(len(wishes))
        time.sleep(0.01)
        raise MemoryError

    together = Together(broken, most=100)
    told = at_once([lambda n=n: together.put(n) for n in range(8)])
    assert all(isinstance(t, (MemoryError, InterruptedError)) for t in told)
    assert sum(calls) == 8


def test_a_forked_child_writes_on_its_own():
    disk = Slow()
    together = Together(disk, most=100)
    together._busy = True  # as if a thread of the parent were writing at this very moment
    child = os.fork()
    if child == 0:
        os._exit(0 if together.put(4) == 40 else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.fixture
def dialogue(transactional_db):
    return made.opened(made.team())


def cast(dialogue, who, number, value=1, turn=0):
    statement = made.statements(dialogue)[number - 1].pk
    return votes._Wish(
        dialogue.pk, made.pid(dialogue, who), statement, value, turn, "open", b"%16d" % number
    )


@pytest.mark.django_db(transaction=True)
def test_one_transaction_holds_many_votes_and_refuses_one_alone(dialogue, monkeypatch):
    waiting = made.submission(dialogue, "Benches in the shade.")
    alone = []
    monkeypatch.setattr(votes, "_alone", lambda wish: alone.append(wish))
    told = votes._written(
        [
            cast(dialogue, "nadia", 1),
            cast(dialogue, "omar", 1, -1),
            cast(dialogue, "nadia", 2, 0),
            cast(dialogue, "nadia", 1),
            votes._Wish(dialogue.pk, made.pid(dialogue, "zoya"), waiting.pk, 1, 0, "open", b""),
            cast(dialogue, "omar", 1, 1, turn=1),
        ]
    )
    assert not alone
    assert isinstance(told[4], RefusedError)
    assert [t.outcome for n, t in enumerate(told) if n != 4] == [
        Outcome.RECORDED, Outcome.RECORDED, Outcome.RECORDED, Outcome.REPEATED, Outcome.RECORDED,
    ]  # fmt: skip
    stored = set(Vote._unscoped.values_list("statement__number", "value", "turn"))
    assert stored == {(1, 1, 0), (2, 0, 0), (1, 1, 1)}
    assert Participation._unscoped.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_the_database_refuses_takes_no_other_down(dialogue):
    bad = votes._Wish(dialogue.pk, made.pid(dialogue, "zoya"), made.statements(dialogue)[0].pk, 7, 0, "open", b"")  # fmt: skip
    told = votes._written([cast(dialogue, "nadia", 1), bad, cast(dialogue, "omar", 2)])
    assert isinstance(told[1], IntegrityError)
    assert [told[0].outcome, told[2].outcome] == [Outcome.RECORDED] * 2
    assert Vote._unscoped.count() == 2


@pytest.mark.django_db(transaction=True)
def test_votes_for_a_closed_dialogue_do_not_stop_those_for_an_open_one(dialogue):
    other = made.opened(made.team("Noorabad"))
    Dialogue._unscoped.filter(pk=other.pk).update(open_link=False)
    told = votes._written([cast(dialogue, "nadia", 1), cast(other, "nadia", 1)])
    assert told[0].outcome is Outcome.RECORDED
    assert told[1].code == "paused"
    assert set(Vote._unscoped.values_list("dialogue", flat=True)) == {dialogue.pk}
    other.refresh_from_db()
    assert (other.map_state, other.map_dirty) == ("none", False)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_once_is_counted_once_each(dialogue):
    numbers = [statement.pk for statement in made.statements(dialogue)]
    jobs = [
        lambda n=n, s=s: services.cast_vote(
            dialogue=dialogue.pk, pid=made.pid(dialogue, f"person {n // 2}"), statement=s, value=1
        )
        for n in range(12)
        for s in numbers
    ]
    told = at_once(jobs)  # each vote twice
    outcomes = [t.outcome for t in told]
    assert outcomes.count(Outcome.RECORDED) == outcomes.count(Outcome.REPEATED) == 36
    assert Vote._unscoped.count() == 36
    assert Participation._unscoped.count() == 6
