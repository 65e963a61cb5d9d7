"""Registering, changing, withdrawing: by services and through the residents' pages."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.journal.models import Line
from baithak.network import keys
from baithak.panel import services
from baithak.panel.models import (
    BareRegistrantError,
    Consent,
    Need,
    Panel,
    PoolState,
    Registrant,
)
from baithak.panel.services import RefusedError, locks
from baithak.panel.views import resident
from factories import network as make
from factories import panel as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_left_over():
    cache.clear()


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def panel(team):
    return made.opened(team)


def text(response):
    return response.content.decode()


def form(panel, *wanted, **more):
    told = {f"c{c}": f for c, f in made.answers(panel, *wanted).items()}
    return {
        **told, "contact": "0300 123 45 67", "adult": "on", "agreed": "on",
        "handle": str(uuid.uuid4()), **more,
    }  # fmt: skip


def own_code(response):
    return re.search(r'class="own-code" dir="ltr">([a-z0-9-]+)<', text(response))[1]


# --- what is stored
def test_a_registration_holds_the_least_and_the_contact_under_lock(panel):
    made.register(
        panel, "Woman", contact="+92 300 123-45-67", household="Red door", needs=["childcare"]
    )
    row = Registrant._unscoped.get()
    assert {f.attname for f in Registrant._meta.concrete_fields} == {
        "id", "panel_id", "code_mark", "contact", "contact_mark", "household_mark", "answers",
        "channel", "counted", "pseudonym", "line", "leaf", "seat", "draw",
    }  # fmt: skip
    assert "300" not in row.contact
    assert locks.unlock(panel, row.contact) == "+923001234567"
    assert "red" not in row.household_mark
    assert Need._unscoped.get().kinds == ["childcare"]
    told = Consent._unscoped.get()
    assert (told.who, told.notice, told.language, told.channel, told.withdrawn) == (
        row.pk, "1", "en", "open", None,
    )  # fmt: skip
    assert type(told.day).__name__ == "date"  # a day, no time


def test_without_the_key_nobody_reads_a_contact(panel):
    made.register(panel, contact="0300 1234567")
    row = Registrant._unscoped.get()
    keys.destroy(panel.key)
    with pytest.raises(keys.KeyMissingError):
        locks.unlock(panel, row.contact)
    with pytest.raises(keys.KeyMissingError):
        made.register(panel)
    keys.create(panel.key)  # another one
    assert locks.unlock(panel, row.contact) == ""


def test_two_ways_to_write_one_number_have_one_mark(panel):
    def mark(text):
        return locks.contact_mark(panel, locks.checked_contact(text))

    assert mark("0300 123 45 67") == mark("+92 300 1234567") == mark("00923001234567")
    assert mark("Ali@Example.org") == mark("ali@example.org")
    assert mark("03001234567") != mark("03001234568")
    assert locks.checked_contact("۰۳۰۰ ۱۲۳۴۵۶۷") == "03001234567"


@pytest.mark.parametrize("wrong", ["", "12345", "call me", "a@b", "0300-123-456-789-01-23", "1e8"])
def test_what_is_no_contact_is_refused(panel, wrong):
    with pytest.raises(ValidationError):
        locks.checked_contact(wrong)


def test_rows_refuse_a_bare_save(panel):
    made.register(panel)
    with pytest.raises(BareRegistrantError):
        Registrant._unscoped.get().save()
    with pytest.raises(BareRegistrantError):
        Consent(panel=panel).save()


def test_the_same_form_twice_is_one_registration_with_one_code(panel):
    handle = uuid.uuid4()
    first = made.register(panel, contact="03001234567", handle=handle)
    again = made.register(panel, "Man", contact="03009999999", handle=handle)
    assert first == again
    assert Registrant._unscoped.count() == Consent._unscoped.count() == 1
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", first)


def test_nothing_is_half_stored(panel, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(Consent, "save", broken)
    with pytest.raises(OSError, match="full"):
        made.register(panel, needs=["childcare"])
    assert Registrant._unscoped.count() == Need._unscoped.count() == 0


@pytest.mark.parametrize(
    "missing", [{"adult": False}, {"agreed": False}, {"language": "xx"}, {"needs": ["a sofa"]}]
)
def test_without_age_consent_or_with_nonsense_nothing_is_stored(panel, missing):
    told = {"adult": True, "agreed": True, "language": "en", **missing}
    with pytest.raises(ValidationError):
        services.register(
            panel=panel, answers=made.answers(panel), contact="03001234567",
            handle=uuid.uuid4(), by=made.PUBLIC, **told,
        )  # fmt: skip
    assert Registrant._unscoped.count() == 0


def test_every_category_needs_one_of_its_own_answers(panel):
    told = made.answers(panel)
    one, other = told
    for wrong in ({one: told[one]}, {one: told[other], other: told[one]}, {}):
        with pytest.raises(ValidationError):
            services.register(
                panel=panel, answers=wrong, contact="03001234567", language="en",
                handle=uuid.uuid4(), adult=True, agreed=True, by=made.PUBLIC,
            )  # fmt: skip


def test_drafts_frozen_and_ended_panels_take_nobody(team, panel):
    from django.utils import timezone

    for state in ({"frozen": timezone.now()}, {"closes": timezone.now()}):
        before = {name: getattr(panel, name) for name in state}
        Panel._unscoped.filter(pk=panel.pk).update(**state)
        with pytest.raises(RefusedError, match="closed"):
            made.register(panel)
        Panel._unscoped.filter(pk=panel.pk).update(**before)
    made.register(panel)


def test_a_registration_marks_the_pool_for_the_worker_once(panel):
    assert made.fresh(panel).pool_state == PoolState.NONE
    made.register(panel)
    told = made.fresh(panel)
    assert (told.pool_state, told.pool_dirty) == (PoolState.STALE, True)


def test_residents_leave_no_line_and_helpers_leave_one_without_a_person(team, panel):
    before = Line.objects.count()
    code = made.register(panel)
    services.withdraw(panel=panel, code=code, by=made.PUBLIC)
    assert Line.objects.count() == before
    made.register(panel, by=team.viewers["facilitator"], channel="session")
    line = Line.objects.order_by("-n").first()
    assert (line.verb, line.thing) == ("panel.register_for", f"panel:{panel.pk}")
    assert line.by.startswith("facilitator:")
    assert json.loads(line.detail) == {"channel": "session"}


def test_a_broken_journal_changes_nothing(team, panel, monkeypatch):
    def broken(**_kwargs):
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr("baithak.journal.services.write", broken)
    with pytest.raises(RuntimeError):
        made.register(panel, by=team.viewers["facilitator"], channel="session")
    assert Registrant._unscoped.count() == Consent._unscoped.count() == 0


# --- changing and withdrawing
def test_the_code_opens_however_it_is_typed_and_only_for_its_own_panel(team, panel):
    code = made.register(panel)
    assert services.find(panel=panel, code=f" {code.upper().replace('-', ' ')} ") is not None
    other = made.opened(made.team("Noorabad"))
    assert services.find(panel=other, code=code) is None
    assert services.find(panel=panel, code="aaaa-bbbb-cccc") is None


def test_a_change_takes_the_place_of_what_was_told(panel):
    code = made.register(panel, "Woman", contact="03001111111", needs=["childcare"])
    services.change(
        panel=panel, code=code, answers=made.answers(panel, "Man"), contact="03002222222",
        needs=["transport"], by=made.PUBLIC,
    )  # fmt: skip
    row = Registrant._unscoped.get()
    assert row.answers == {str(c): f for c, f in made.answers(panel, "Man").items()}
    assert locks.unlock(panel, row.contact) == "03002222222"
    assert Need._unscoped.get().kinds == ["transport"]
    services.change(panel=panel, code=code, answers=made.answers(panel), contact="", by=made.PUBLIC)
    row.refresh_from_db()
    assert locks.unlock(panel, row.contact) == "03002222222"
    assert Need._unscoped.count() == 0


def test_withdrawing_leaves_the_consent_record_alone(panel):
    code = made.register(panel, needs=["childcare"])
    services.withdraw(panel=panel, code=code, by=made.PUBLIC)
    assert Registrant._unscoped.count() == Need._unscoped.count() == 0
    assert Consent._unscoped.get().withdrawn is not None
    assert made.fresh(panel).leftovers
    with pytest.raises(RefusedError, match="no_such_code"):
        services.withdraw(panel=panel, code=code, by=made.PUBLIC)


# --- who registers twice, who lives together
def test_the_same_contact_and_answers_count_once_and_a_family_four_times(panel):
    from baithak.panel import analysis, queries

    for _ in range(3):
        made.register(panel, "Woman", "18 to 29", contact="03001234567")
    for age in ("30 to 59", "60 and over"):
        for gender in ("Woman", "Man"):
            made.register(panel, gender, age, contact="0092 300 1234567")
    made.register(panel, "Woman", "18 to 29", contact="03007654321")
    entries = queries.entries(panel.pk)
    twice = analysis.doubled(entries)
    assert len(entries) == 8
    assert len(entries) - len(twice) == 4 + 1


def test_who_shares_a_word_or_a_telephone_lives_together(panel):
    from baithak.panel import analysis, queries

    made.register(panel, "Woman", contact="03001111111", household="Red  door!")
    made.register(panel, "Man", contact="03002222222", household="red door")
    made.register(panel, "Woman", "60 and over", contact="03002222222")
    made.register(panel, contact="03003333333")
    made.register(panel, contact="03004444444", household="blue door")
    homes = analysis._households(queries.entries(panel.pk))
    assert sorted(homes.count(home) for home in set(homes)) == [1, 1, 3]


# --- pages
def test_amina_registers_without_account_cookie_or_script(panel):
    amina = Client(enforce_csrf_checks=True)
    page = amina.get(f"/en/p/{panel.code}/")
    assert "How should the harbour be shared?" in text(page)
    assert "The council invites you." in text(page)
    page = amina.get(f"/en/p/{panel.code}/register/")
    assert "<script" not in text(page)
    told = amina.post(f"/en/p/{panel.code}/register/", form(panel, "Woman"))
    assert told.status_code == 200
    assert "You are registered." in text(told)
    assert services.find(panel=panel, code=own_code(told)) is not None
    assert not amina.cookies
    assert Session.objects.count() == 0
    assert told["Referrer-Policy"] == "no-referrer"
    assert "no-store" in told["Cache-Control"]


def test_a_reload_of_the_answer_gives_the_same_code(panel):
    data = form(panel)
    codes = {own_code(Client().post(f"/en/p/{panel.code}/register/", data)) for _ in range(2)}
    assert len(codes) == 1
    assert Registrant._unscoped.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"contact": "hello"}, "Write a telephone number with 7 to 15 digits"),
        ({"adult": ""}, "I am 18 or older: This field is required."),
        ({"agreed": ""}, "This field is required."),
        ({"handle": "x"}, "Enter a valid UUID."),
        ({"needs": "a sofa"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(panel, wrong, said):
    answer = Client().post(f"/en/p/{panel.code}/register/", form(panel) | wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Registrant._unscoped.count() == 0


def test_a_form_of_another_site_is_refused(panel):
    answer = Client().post(
        f"/en/p/{panel.code}/register/", form(panel), headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert Registrant._unscoped.count() == 0


def test_zainab_sees_the_questions_in_her_language_from_the_right(panel):
    page = text(Client().get(f"/ur/p/{panel.code}/register/"))
    assert 'lang="ur" dir="rtl"' in page
    assert "عورت" in page
    assert "Woman" not in page


def test_her_page_shows_changes_and_takes_back(panel):
    code = made.register(panel, "Woman", contact="03001234567")
    amina, address = Client(), f"/en/p/{panel.code}/mine/"
    assert "Your code" in text(amina.get(address))
    page = text(amina.post(address, {"code": code}))
    assert "What you told" in page
    assert "Woman" in page
    assert "0300" not in page  # under lock, from her own screen too
    changed = form(panel, "Man") | {"code": code, "contact": "", "needs": "sign"}
    page = text(amina.post(f"{address}change/", changed))
    assert "Your changes are saved." in page
    assert "Sign language" in page
    data = amina.post(f"{address}data/", {"code": code})
    told = json.loads(data.content)
    assert told["contact"] == "03001234567"
    assert told["answers"]["Gender"] == "Man"
    assert told["consent"]["notice"] == "1"
    assert (
        amina.post(f"{address}withdraw/", {"code": code}).status_code == 422
    )  # the tick is missing
    gone = amina.post(f"{address}withdraw/", {"code": code, "sure": "on"})
    assert "Taken back." in text(gone)
    assert amina.post(address, {"code": code}).status_code == 422
    assert not amina.cookies


def test_a_wrong_code_opens_nothing_anywhere(panel):
    made.register(panel)
    for act in ("", "change/", "withdraw/", "answer/", "data/", "slip/"):
        answer = Client().post(
            f"/en/p/{panel.code}/mine/{act}", {"code": "aaaa-bbbb-cccc", "sure": "on"}
        )
        assert answer.status_code == 422
        assert "There is no such registration." in text(answer)
    assert Registrant._unscoped.count() == 1


def test_an_officer_who_follows_the_link_is_nobody_in_particular(team, panel):
    officer = make.sign_in(team.users["city_officer"])
    assert officer.get(f"/en/p/{panel.code}/").status_code == 200
    draft = made.draft(team)
    for page in ("", "register/", "mine/", "draw/", "invitation/", "notice/", "qr.svg"):
        assert officer.get(f"/en/p/{draft.code}/{page}").status_code == 404


def test_where_the_key_is_lost_the_page_says_so(panel):
    keys.destroy(panel.key)
    answer = Client().post(f"/en/p/{panel.code}/register/", form(panel))
    assert answer.status_code == 503
    assert "Nothing was saved." in text(answer)


def test_a_database_in_trouble_is_said_honestly(panel, monkeypatch):
    from django.db import OperationalError

    def full(**_kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(services, "register", full)
    answer = Client().post(f"/en/p/{panel.code}/register/", form(panel))
    assert answer.status_code == 422
    assert "Nothing was saved" in text(answer)


def test_a_helper_registers_somebody_and_hands_the_code_over(team, panel):
    helper = make.sign_in(team.users["facilitator"])
    address = f"/en/panel/{panel.code}/register/"
    assert "I have read the notice to them" in text(helper.get(address))
    told = helper.post(address, form(panel))
    assert "They are registered." in text(told)
    assert services.find(panel=panel, code=own_code(told)).channel == "session"
    assert Consent._unscoped.get().channel == "session"
    assert make.sign_in(team.users["partner"]).get(address).status_code == 403


# --- limits (T18)
def test_beyond_the_limit_registering_pauses_and_says_for_how_long(panel):
    most = resident.REGISTER.most
    assert most >= 30  # a cyber cafe
    for _ in range(most):
        answer = Client().post(f"/en/p/{panel.code}/register/", {})
        assert answer.status_code == 422
    answer = Client().post(f"/en/p/{panel.code}/register/", form(panel))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= resident.REGISTER.seconds
    assert Registrant._unscoped.count() == 0
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert other.post(f"/en/p/{panel.code}/register/", form(panel)).status_code == 200


def test_wrong_codes_alone_are_counted(panel):
    code = made.register(panel)
    address = f"/en/p/{panel.code}/mine/"
    for _ in range(resident.CODE.most + 5):
        assert Client().post(address, {"code": code}).status_code == 200
    for _ in range(resident.CODE.most):
        assert Client().post(address, {"code": "wrong"}).status_code == 422
    answer = Client().post(address, {"code": code})
    assert answer.status_code == 429
    assert "Retry-After" in answer


def test_no_address_is_stored(panel):
    from django.db import connection

    Client(REMOTE_ADDR="203.0.113.77").post(f"/en/p/{panel.code}/register/", form(panel))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "203.0.113.77" not in str(cursor.fetchall()), table


def test_the_invitation_holds_every_language_and_the_link_as_a_picture(panel):
    page = text(Client().get(f"/en/p/{panel.code}/invitation/"))
    assert "How should the harbour be shared?" in page
    assert "بندرگاہ کیسے بانٹی جائے؟" in page
    assert f"http://testserver/p/{panel.code}/" in page
    picture = Client().get(f"/en/p/{panel.code}/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert b"style" not in picture.content  # the pages' policy forbids it
    for address in ("notice/", "draw/", ""):
        assert Client().get(f"/en/p/{panel.code}/{address}").status_code == 200
