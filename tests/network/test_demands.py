"""Demands for data: written down by one, answered by two, counted for everybody (R24)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from baithak.journal.models import Line
from baithak.network import queries, services
from baithak.network.models import Demand, TwoPersonAct
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import network as make

pytestmark = pytest.mark.django_db

CAME = date(2026, 3, 2)


@pytest.fixture
def place(settings):
    cache.clear()
    settings.SESSION_SAVE_EVERY_REQUEST = False
    return make.city(name="Kandarpur", slug="kandarpur")


@pytest.fixture
def officer(place):
    return make.member(place, Role.CITY_OFFICER)


@pytest.fixture
def auditor(place):
    return make.member(place, Role.AUDITOR)


def written(place, **more) -> Demand:
    told = {"received": CAME, "asker": "police", "basis": "Section 94", "asked": "Who took part"}
    return services.write_demand(place=place, by=SYSTEM, **{**told, **more})


def asked(demand, by, **more) -> TwoPersonAct:
    told = {
        "state": "refused", "answer": "We do not hold who took part.", "not_held": True,
        "answered": CAME + timedelta(days=3), "reason": "The lawyer agrees.",
    }  # fmt: skip
    return services.ask_to_answer_demand(demand=demand, by=make.viewer(by), **{**told, **more})


def test_a_demand_is_written_down_and_the_journal_tells_no_text(place, officer):
    client = make.sign_in(officer)
    answer = client.post(
        "/en/places/kandarpur/demands/write/",
        {
            "received": "2026-03-02",
            "asker": "court",
            "basis": "Section 94",
            "asked": "Who took part",
        },
    )
    assert answer.status_code == 302
    demand = Demand._unscoped.get()
    assert (demand.state, demand.asker, demand.received) == ("received", "court", CAME)
    line = Line.objects.last()
    assert (line.verb, line.details) == (
        "network.write_demand", {"asker": "court", "received": "2026-03-02"},
    )  # fmt: skip
    page = client.get("/en/places/kandarpur/demands/").content.decode()
    assert "A court" in page
    assert "Who took part" in page
    assert f"/en/demands/{demand.pk}/answer/" in page


def test_an_answer_takes_two_people(place, officer, auditor):
    demand = written(place)
    client = make.sign_in(officer)
    sent = {
        "state": "refused", "answer": "We do not hold who took part.", "not_held": "on",
        "answered": "2026-03-05", "reason": "The lawyer agrees.",
    }  # fmt: skip
    assert client.post(f"/en/demands/{demand.pk}/answer/", sent).status_code == 302
    demand.refresh_from_db()
    assert (demand.state, demand.answer) == ("received", "")
    assert (
        "waits for a second person" in client.get("/en/places/kandarpur/demands/").content.decode()
    )
    again = client.post(f"/en/demands/{demand.pk}/answer/", sent)
    assert (again.status_code, "waits for a second person" in again.content.decode()) == (422, True)
    act = TwoPersonAct._unscoped.get()
    assert (
        "We do not hold who took part."
        in make.sign_in(auditor).get("/en/places/kandarpur/requests/").content.decode()
    )
    with pytest.raises(PermissionDenied):
        services.confirm_two_person(act=act, by=make.viewer(officer))
    services.confirm_two_person(act=act, by=make.viewer(auditor))
    demand.refresh_from_db()
    assert (demand.state, demand.not_held, demand.answered) == ("refused", True, date(2026, 3, 5))
    assert client.get(f"/en/demands/{demand.pk}/answer/").status_code == 302
    trail = make.sign_in(auditor).get(f"/en/journal/kandarpur/demand:{demand.pk}/").content.decode()
    assert "wrote down how a demand for data was answered" in trail
    assert "confirmed as the second person: Answer a demand for data" in trail


def test_the_representative_of_a_country_answers_with_its_auditor(place):
    land = place.parent
    representative = make.sign_in(make.member(land, Role.NATIONAL_REPRESENTATIVE))
    auditor = make.viewer(make.member(land, Role.AUDITOR))
    came = {"received": "2026-03-02", "asker": "ministry", "basis": "None", "asked": "Who spoke"}
    write = f"/en/places/{land.slug}/demands/write/"
    assert representative.post(write, came).status_code == 302
    demand = Demand._unscoped.get()
    sent = {
        "state": "refused", "answer": "We do not hold who spoke.", "not_held": "on",
        "answered": "2026-03-05", "reason": "The lawyer agrees.",
    }  # fmt: skip
    assert representative.post(f"/en/demands/{demand.pk}/answer/", sent).status_code == 302
    services.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=auditor)
    demand.refresh_from_db()
    assert (demand.place, demand.state) == (land, "refused")
    # A city of the country has demands of its own.
    other = f"/en/places/{place.slug}/demands/"
    assert representative.get(other).status_code == 404


def test_an_auditor_reads_and_does_not_write(place, auditor):
    demand, client = written(place), make.sign_in(auditor)
    page = client.get("/en/places/kandarpur/demands/")
    assert (page.status_code, "Write down a demand" in page.content.decode()) == (200, False)
    assert client.get("/en/places/kandarpur/demands/write/").status_code == 403
    assert client.get(f"/en/demands/{demand.pk}/answer/").status_code == 403
    with pytest.raises(PermissionDenied):
        asked(demand, auditor)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"asked": "What ID 42101-1234567-1 said"}, "identity card"),
        ({"asked": "Messages of +94 77 123 4567"}, "phone"),
        ({"basis": "Write to judge@court.example"}, "mail address"),
        ({"asked": "Who owns LEA-4821"}, "number plate"),
        ({"asked": "turn\u202ened"}, "invisible"),
        ({"asked": "  "}, "in a sentence"),
        ({"received": timezone.localdate() + timedelta(days=1)}, "still to come"),
    ],
)
def test_what_leads_to_a_person_is_refused_at_its_field(place, changes, said):
    with pytest.raises(ValidationError, match=said) as refusal:
        written(place, **changes)
    assert list(refusal.value.error_dict) == list(changes)
    assert (Demand._unscoped.count(), Line.objects.filter(verb="network.write_demand").count()) == (
        0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": "Call 0771234567"}, "phone"),
        ({"reason": "Ask LEA-4821"}, "number plate"),
        ({"state": "received"}, "what became"),
        ({"answered": CAME - timedelta(days=1)}, "between the day"),
        ({"answered": timezone.localdate() + timedelta(days=1)}, "between the day"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(place, officer, changes, said):
    with pytest.raises(ValidationError, match=said):
        asked(written(place), officer, **changes)
    assert TwoPersonAct._unscoped.count() == 0


def test_an_answer_to_what_was_answered_meanwhile_does_nothing(place, officer, auditor):
    demand = written(place)
    act = asked(demand, officer)
    Demand._unscoped.filter(pk=demand.pk).update(
        state="withdrawn", answer="They took it back.", answered=CAME
    )
    with pytest.raises(ValidationError, match="already"):
        services.confirm_two_person(act=act, by=make.viewer(auditor))
    act.refresh_from_db()
    assert act.confirmed_at is None


def test_the_table_refuses_half_an_answer_and_a_bare_save(place):
    demand = written(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand._unscoped.filter(pk=demand.pk).update(state="answered")
    with pytest.raises(TypeError):
        demand.save()


def test_the_public_numbers_name_no_place_and_no_text(place, officer, auditor, client):
    assert "No authority has asked this hub" in client.get("/en/demands/").content.decode()
    services.confirm_two_person(
        act=asked(written(place), officer), by=make.viewer(auditor)
    )  # fmt: skip
    written(place, received=date(2025, 12, 31), asked="zqcanary")
    written(make.city(name="Invented", example=True))
    assert queries.demands_per_year() == [
        {"year": 2026, "came": 1, "answered": 0, "refused": 1, "withdrawn": 0, "waiting": 0,
         "not_held": 1},
        {"year": 2025, "came": 1, "answered": 0, "refused": 0, "withdrawn": 0, "waiting": 1,
         "not_held": 0},
    ]  # fmt: skip
    page = client.get("/en/demands/").content.decode()
    assert "zqcanary" not in page
    assert "Kandarpur" not in page
    assert "test_t26_linkage.py" in page


def test_lists_of_demands_ask_a_counted_number_of_times(
    place, officer, client, django_assert_num_queries
):
    written(place)
    signed_in = make.sign_in(officer)
    with django_assert_num_queries(8):
        signed_in.get("/en/places/kandarpur/demands/")
    for _n in range(5):
        written(place)
    with django_assert_num_queries(8):
        signed_in.get("/en/places/kandarpur/demands/")
    with django_assert_num_queries(1):
        client.get("/en/demands/")
