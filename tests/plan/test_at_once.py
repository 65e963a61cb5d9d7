"""Two people write at once on PostgreSQL: the second waits for the first, and nothing is lost.

SQLite lets one person write at a time.
"""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from baithak.plan.services import contributions, mandate, objectives, plans, reviews
from factories import plan as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer"),
]

WRITES = {
    "plan": lambda one, thing, told: plans.change(plan=thing, by=one.officer, **told),
    "objective": lambda one, thing, told: objectives.change(
        objective=thing, by=one.officer, **told
    ),
    "contribution": lambda one, thing, told: contributions.change(
        contribution=thing, by=one.officer, **told
    ),
    "challenge": lambda one, thing, told: reviews.change_challenge(
        challenge=thing, by=one.officer, **told
    ),
    "review": lambda one, thing, told: reviews.change(review=thing, by=one.officer, **told),
    "sheet": lambda one, thing, told: mandate.write(place=thing.place, by=one.officer, **told),
}
NAMES = {"contribution": "said", "sheet": "summary"}


def thing(one, what):
    review = make.review(one)
    plan = make.plan(one)
    return {
        "plan": lambda: plan,
        "objective": lambda: make.objective(one, plan),
        "contribution": lambda: make.contribution(one, plan),
        "challenge": lambda: make.challenge(one, review),
        "review": lambda: review,
        "sheet": lambda: make.sheet(one),
    }[what]()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT l.granted AND a.datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("what", WRITES)
def test_two_who_translate_at_once_lose_nothing(one, what):
    written = thing(one, what)

    def write(language):
        told = {"language": language, "texts": {NAMES.get(what, "title"): "x"}}
        WRITES[what](one, written, told)

    def second():
        try:
            write("ta")
        finally:
            connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        write("ur")
        other.start()
        while not somebody_waits() and other.is_alive():
            other.join(0.02)
    other.join(30)
    written.refresh_from_db()
    assert set(written.languages) == {"en", "ur", "ta"}
