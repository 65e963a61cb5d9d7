"""T32 for the daily clock: what a chore deleted is in no table any more, and a line of the journal proves it.

Addresses of invitations that nobody accepted stand for every class: rooms report all of theirs through the
same register (tests/journal/test_retention.py). Controls: before the chore the same search finds them, and
a chore that has stopped is called overdue.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from baithak.journal import retention, services, tasks
from baithak.journal.models import Kept, Line
from baithak.network import services as network
from baithak.network import tasks as network_tasks
from baithak.network.models import Invitation, TwoPersonAct
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from baithak.network.services.succession import change_hands
from factories import network as make

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

PEOPLE = 25


def hits() -> int:
    """Rows of any table, the journal's among them, that hold a canary."""
    found = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += sum("zqcanary" in repr(row) for row in cursor.fetchall())
    return found


@pytest.fixture
def invited():
    retention._told.clear()
    cities = [make.city(name=name) for name in ("Kandarpur", "Noorabad")]
    for n in range(PEOPLE):
        network.invite(
            place=cities[n >= 4], role=Role.FACILITATOR, email=f"zqcanary{n}@people.example",
            site="https://hub.example", by=SYSTEM,
        )  # fmt: skip
    return cities


def days_later(days: int) -> None:
    for one in Invitation._unscoped.all():
        Invitation._unscoped.filter(pk=one.pk).update(
            invited_at=one.invited_at - timedelta(days=days),
            expires_at=one.expires_at - timedelta(days=days),
        )
    Kept.objects.filter(code="clock").update(counted=timezone.now() - timedelta(days=2))


def test_what_was_deleted_on_time_is_nowhere_and_proved(invited):
    few, many = invited
    assert hits() == PEOPLE  # control: the search finds
    days_later(36)  # seven days they could be accepted, twenty-nine more
    assert network_tasks.forget_addresses() == 0
    assert hits() == PEOPLE
    days_later(2)
    assert network_tasks.forget_addresses() == PEOPLE
    assert hits() == 0
    proofs = Line.objects.filter(verb="journal.delete_on_time")
    assert {line.place: line.details["rows"] for line in proofs} == {
        few.slug: "<10",
        many.slug: "~20",
    }
    assert all(line.details["kept"] == "network.addresses" for line in proofs)
    assert list(services.verify()) == []
    tasks.count_what_is_kept()
    assert retention.overdue() == []


def requested(city, officer) -> TwoPersonAct:
    """An officer asks that two people bring an auditor: the address stands in the request."""
    return network.ask_to_invite(
        place=city, role=Role.AUDITOR, email="zqcanary@people.example",
        site="https://hub.example", reason="Ours leaves.", by=officer,
    )  # fmt: skip


def test_the_address_in_a_request_goes_too_and_is_counted(db):
    retention._told.clear()
    city = make.city()
    requested(city, make.viewer(make.member(city, Role.CITY_OFFICER)))
    TwoPersonAct._unscoped.update(
        asked_at=timezone.now() - timedelta(days=30), expires_at=timezone.now() - timedelta(days=29)
    )
    assert network_tasks.forget_addresses() == 0
    assert hits() == 1
    (left,) = network_tasks._addresses_left()
    assert (left.place, left.rows) == (city.slug, 1)
    TwoPersonAct._unscoped.update(expires_at=timezone.now() - timedelta(days=33))
    tasks.count_what_is_kept()
    assert "network.addresses" in {rule.code for rule, _place, _late in retention.overdue()}
    assert network_tasks.forget_addresses() == 1
    assert hits() == 0
    assert list(network_tasks._addresses_left()) == []
    assert "title" not in TwoPersonAct._unscoped.get().detail
    (proof,) = Line.objects.filter(verb="journal.delete_on_time")
    assert (proof.place, proof.details["kept"]) == (city.slug, "network.addresses")


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "handed over"])
def test_the_address_in_a_request_that_was_closed_goes_at_once(db, how):
    city = make.city()
    asker = make.viewer(make.member(city, Role.CITY_OFFICER))
    act = requested(city, asker)
    if how == "withdrawn":
        network.withdraw_two_person(act=act, by=asker)
    elif how == "replaced":
        past = timezone.now() - timedelta(hours=25)
        TwoPersonAct._unscoped.update(asked_at=past, expires_at=past + timedelta(hours=24))
        network.withdraw_two_person(act=requested(city, asker), by=asker)
    else:
        change_hands(place=city, by=asker)
    assert hits() == 0
    assert TwoPersonAct._unscoped.filter(closed_at=None).count() == 0


def test_control_a_chore_that_stopped_is_overdue(invited):
    days_later(36)
    tasks.count_what_is_kept()
    assert retention.overdue() == []
    days_later(4)
    tasks.count_what_is_kept()
    assert {(rule.code, place) for rule, place, late in retention.overdue() if late == "rows"} == {
        ("network.addresses", place.slug) for place in invited
    }
