"""What is kept and until when: rooms report, the clock counts, the page and the doctor tell (R8)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from baithak.home import tasks as home
from baithak.journal import retention, services, tasks, words
from baithak.journal.models import Kept, Line
from baithak.journal.retention import Left
from baithak.network import services as network
from baithak.network import tasks as network_tasks
from baithak.network.models import Invitation
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM

pytestmark = pytest.mark.django_db

#: Every class that rooms register; a new one is added here, so that none disappears unseen.
CLASSES = {
    "budget.sends",
    "dialogue.answers",
    "dialogue.minutes",
    "dialogue.slips",
    "exchange.changes",
    "home.packs",
    "network.addresses",
    "network.cache",
    "network.sessions",
    "network.tries",
    "panel.registrants",
    "panel.withdrawn",
}


@pytest.fixture
def shelf():
    """A class of a room that exists in this test alone; ``shelf`` holds what is left."""
    left: list[Left] = []
    retention.class_(
        "test.shelf", "Things on a shelf", keeps="30 days", people=True, left=lambda: list(left)
    )
    retention._told.pop("test.shelf", None)
    yield left
    del retention._RULES["test.shelf"]


@pytest.fixture(autouse=True)
def _chores_may_run_again():
    """What chores noted in this process is forgotten."""
    retention._told.clear()
    for name in network_tasks._last:
        network_tasks._last[name] = 0.0


def proofs() -> list[Line]:
    return list(Line.objects.filter(verb="journal.delete_on_time"))


def test_every_class_is_registered_and_can_be_counted():
    assert {rule.code for rule in retention.classes()} >= CLASSES
    for rule in retention.classes():
        list(rule.left())
        assert str(rule.label)
        assert str(rule.keeps)
        assert rule.law


def test_each_class_is_reported_by_a_chore_of_the_worker(monkeypatch):
    """No class can be forgotten: one look of the worker lets every chore say that it is alive."""
    said: Counter = Counter()
    heard = retention.ran
    monkeypatch.setattr(
        retention, "ran", lambda code, gone=None: (said.update([code]), heard(code, gone))
    )
    monkeypatch.setattr("baithak.exchange.tasks._last", {"changes": 0.0, "offline": 0.0})
    monkeypatch.setattr("baithak.dialogue.tasks._minutes", {"last": 0.0})
    monkeypatch.setattr(home, "close_old_connections", lambda: None)  # the test is inside one
    home.look()
    assert set(said) >= CLASSES


def test_a_deletion_is_proved_by_a_line_and_numbers_of_people_are_not_told(shelf):
    shelf.append(Left("kandarpur", 3, timezone.now(), timezone.now()))
    retention.ran("test.shelf", {"kandarpur": 7, "noorabad": 41, "sahilpur": 0})
    told = [(line.place, line.details) for line in proofs()]
    assert told == [
        ("kandarpur", {"kept": "test.shelf", "law": "R8", "rows": "<10"}),
        ("noorabad", {"kept": "test.shelf", "law": "R8", "rows": "~40"}),
    ]
    assert words.tell(proofs()[0]).sentence == (
        "The hub itself deleted what its time was over for: fewer than 10 (Things on a shelf)."
    )
    assert words.tell(proofs()[1]).sentence.endswith("about 40 (Things on a shelf).")
    row = Kept.objects.get(code="test.shelf", place="kandarpur")
    # The database does not keep the number either: 3 of 7 people would be told by two looks.
    assert (row.gone, row.rows, row.proof) == (1, 1, proofs()[0].n)


def test_a_run_without_rows_writes_no_line_and_asks_the_database_once_an_hour(
    shelf, django_assert_num_queries
):
    retention.ran("test.shelf", {"kandarpur": 0})
    assert proofs() == []
    assert Kept.objects.get(code="test.shelf").ran is not None
    with django_assert_num_queries(0):
        retention.ran("test.shelf")


def test_a_deletion_that_is_undone_leaves_no_proof(shelf):
    class UndoneError(Exception):
        pass

    def undone():
        with transaction.atomic():
            retention.ran("test.shelf", {"kandarpur": 12})
            raise UndoneError

    with pytest.raises(UndoneError):
        undone()
    assert proofs() == []
    assert not Kept.objects.exists()


def test_without_the_journal_nothing_is_deleted(city, monkeypatch):
    network.invite(
        place=city.place, role=Role.FACILITATOR, email="a@city.example",
        site="https://hub.example", by=SYSTEM,
    )  # fmt: skip
    Invitation._unscoped.update(
        invited_at=timezone.now() - timedelta(days=50),
        expires_at=timezone.now() - timedelta(days=40),
    )

    def broken(**told):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(services, "write", broken)
        with pytest.raises(RuntimeError):
            network_tasks.forget_addresses()
    assert Invitation._unscoped.count() == 1
    assert network_tasks.forget_addresses() == 1
    assert Invitation._unscoped.count() == 0
    (proof,) = proofs()
    assert (proof.place, proof.details["kept"], proof.by) == (
        "kandarpur", "network.addresses", "system",
    )  # fmt: skip


def test_counting_before_and_after_tells_what_went(shelf):
    shelf.append(Left("kandarpur", 30))
    with retention.run("test.shelf"):
        shelf[:] = [Left("kandarpur", 5), Left("noorabad", 9)]
    assert [line.details["rows"] for line in proofs()] == ["~25"]


def test_the_clock_counts_once_a_day_and_says_so(shelf):
    day = timezone.now() - timedelta(days=40)
    shelf += [
        Left("kandarpur", 20, day, day + timedelta(days=30)),
        Left("kandarpur", 4, day - timedelta(days=1), None),
    ]
    assert [tasks.count_what_is_kept(), tasks.count_what_is_kept()] == [1, 0]
    row = Kept.objects.get(code="test.shelf", place="kandarpur")
    assert (row.rows, row.oldest, row.due) == (
        25,
        day - timedelta(days=1),
        day + timedelta(days=30),
    )
    (line,) = Line.objects.filter(verb="journal.count_what_is_kept")
    assert line.details["overdue"] == "1"
    Kept.objects.filter(code="clock").update(counted=timezone.now() - timedelta(days=2))
    shelf.clear()
    assert tasks.count_what_is_kept() == 1
    row.refresh_from_db()
    assert (row.rows, row.oldest, row.due) == (0, None, None)
    assert retention.overdue() == []


@pytest.mark.parametrize(
    ("due", "ran", "late"),
    [
        (timedelta(days=1), timedelta(0), ""),
        (timedelta(days=-1), timedelta(0), ""),  # within the days of grace
        (timedelta(days=-3), timedelta(0), "rows"),
        (timedelta(days=1), timedelta(days=3), "silent"),
    ],
)
def test_overdue_is_what_is_still_there_or_a_chore_that_is_silent(shelf, due, ran, late):
    now = timezone.now()
    shelf.append(Left("kandarpur", 20, now - timedelta(days=31), now + due))
    tasks.count_what_is_kept()
    Kept.objects.filter(code="test.shelf", place="").update(ran=now - ran)
    (here,) = [s for s in retention.standing("kandarpur") if s.rule.code == "test.shelf"]
    assert here.late == late
    assert [entry[2] for entry in retention.overdue() if entry[0].code == "test.shelf"] == (
        [late] if late else []
    )


def test_a_chore_that_never_ran_is_silent_after_two_days(shelf):
    tasks.count_what_is_kept()
    assert retention.overdue() == []
    Kept.objects.update(since=timezone.now() - timedelta(days=3))
    assert ("test.shelf", "", "silent") in [(r.code, p, late) for r, p, late in retention.overdue()]


def test_the_page_shows_every_class_and_what_is_overdue_in_red(
    city, shelf, django_assert_num_queries
):
    now = timezone.now()
    shelf.append(Left("kandarpur", 4, now - timedelta(days=40), now - timedelta(days=10)))
    tasks.count_what_is_kept()
    retention.ran("network.addresses", {"kandarpur": 3})
    with django_assert_num_queries(6):
        page = city.auditors.get("/en/journal/kandarpur/kept/").content.decode()
    assert page.count("</tr>") == 1 + len(retention.classes())
    assert page.count('class="wrong"') == 1
    assert "Overdue: its time is over" in page
    assert "fewer than 10" in page
    (proof,) = proofs()
    assert f'/journal/kandarpur/kept:network.addresses/#line-{proof.n}"' in page
    trail = city.auditors.get("/en/journal/kandarpur/kept:network.addresses/")
    assert f'id="line-{proof.n}"' in trail.content.decode()


def test_another_citys_rows_are_not_on_the_page(city, shelf):
    shelf.append(Left("noorabad", 4711, timezone.now(), timezone.now()))
    tasks.count_what_is_kept()
    assert "4710" not in city.auditors.get("/en/journal/kandarpur/kept/").content.decode()
