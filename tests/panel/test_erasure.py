"""Erasing on time, in parts; the whole with its raw bytes is T32 (tests/trust)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from baithak.journal.models import Line
from baithak.network import keys
from baithak.panel import services, tasks
from baithak.panel.models import Consent, Draw, Need, Panel, Registrant
from baithak.panel.services import RefusedError, erasure
from factories import network as make
from factories import panel as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rewritten(monkeypatch):
    """Within a test's transaction no file can be written anew; how often it would have been."""
    count = []
    monkeypatch.setattr(erasure, "_rewrite", lambda: count.append(1))
    monkeypatch.setitem(erasure._last, "sweep", 0.0)
    return count


@pytest.fixture
def team():
    return made.team()


def due(panel, **changed):
    Panel._unscoped.filter(pk=panel.pk).update(**changed)


def test_thirty_days_after_seating_registrants_and_key_are_gone_and_draws_stay(team, rewritten):
    panel = made.opened(team)
    made.crowd(panel, 24)
    made.register(panel, needs=["sign"])
    panel = made.drawn(team, made.frozen(team, panel))
    for person in made.people(panel, seat="drawn"):
        services.answer(panel=panel, pseudonym=person.pseudonym, takes_it=True, by=team.officer)
    services.seat(panel=panel, by=team.officer)
    due(panel, seated=timezone.now() - timedelta(days=29, hours=23))
    assert tasks.erase_overdue() == 0
    due(panel, seated=timezone.now() - timedelta(days=30))
    assert tasks.erase_overdue() == 1
    assert Registrant._unscoped.count() == Need._unscoped.count() == Consent._unscoped.count() == 0
    assert not keys.exists(panel.key)
    assert rewritten == [1]
    told = made.fresh(panel)
    assert (told.state, told.stage, told.pool_report) == ("closed", "erased", {})
    detail = json.loads(Line.objects.get(verb="panel.erase").detail)
    assert (detail["registrants"], detail["consents"], detail["key"]) == ("0", "0", "gone")
    assert tasks.erase_overdue() == 0
    page = Client().get(f"/en/p/{panel.code}/draw/").content.decode()
    assert all(name in page for name in Draw._unscoped.get().selected)
    officer = make.sign_in(team.users["city_officer"])
    assert officer.get(f"/en/panel/{panel.code}/").status_code == 200
    for name in ("drawn/", "attendance/"):
        assert officer.get(f"/en/panel/{panel.code}/{name}").status_code == 403
    assert "is erased" in Client().get(f"/en/p/{panel.code}/").content.decode()
    answer = Client().post(f"/en/p/{panel.code}/mine/", {"code": "aaaa-bbbb-cccc"})
    assert answer.status_code == 410
    assert "What registrants told us is erased." in answer.content.decode()


def test_on_the_promised_day_everything_goes_whatever_happened(team):
    panel = made.opened(team)
    made.crowd(panel, 24)
    panel = made.frozen(team, panel)
    due(panel, keep_until=timezone.localdate() + timedelta(days=1))
    assert tasks.erase_overdue() == 0
    due(panel, keep_until=timezone.localdate())
    assert tasks.erase_overdue() == 1
    assert Registrant._unscoped.count() == 0
    # Nothing can be drawn from it any more, not by an older request either.
    made.past(panel)
    with pytest.raises(RefusedError, match="nothing_promised"):
        services.ask_to_draw(panel=panel, randomness="07", by=team.officer)


def test_a_draft_is_left_alone(team):
    panel = made.draft(team)
    due(panel, keep_until=timezone.localdate() - timedelta(days=3))
    assert tasks.erase_overdue() == 0
    assert made.fresh(panel).state == "draft"


def test_where_the_file_cannot_be_written_anew_it_is_done_again(team, monkeypatch):
    panel = made.opened(team)
    made.register(panel)
    due(panel, keep_until=timezone.localdate())

    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr(erasure, "_rewrite", locked)
    with pytest.raises(OperationalError):
        tasks.erase_overdue()
    assert made.fresh(panel).erased is None
    assert Line.objects.filter(verb="panel.erase").count() == 0
    monkeypatch.setattr(erasure, "_rewrite", lambda: None)
    assert tasks.erase_overdue() == 1
    assert made.fresh(panel).erased is not None


def test_a_broken_journal_leaves_the_panel_to_be_erased_again(team, monkeypatch):
    panel = made.opened(team)
    made.register(panel)
    due(panel, keep_until=timezone.localdate())

    def broken(**_kwargs):
        raise RuntimeError("the journal cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr("baithak.journal.services.write", broken)
        with pytest.raises(RuntimeError):
            tasks.erase_overdue()
    assert made.fresh(panel).erased is None
    assert tasks.erase_overdue() == 1


def test_what_is_withdrawn_is_swept_at_most_once_an_hour(team, rewritten, monkeypatch):
    panel = made.opened(team)
    assert tasks.sweep_withdrawn() == 0
    one, other = made.register(panel), made.register(panel)
    services.withdraw(panel=panel, code=one, by=made.PUBLIC)
    assert tasks.sweep_withdrawn() == 1
    services.withdraw(panel=panel, code=other, by=made.PUBLIC)
    assert tasks.sweep_withdrawn() == 0
    assert made.fresh(panel).leftovers
    monkeypatch.setitem(erasure._last, "sweep", erasure._last["sweep"] - 3601)
    assert tasks.sweep_withdrawn() == 1
    assert rewritten == [1, 1]
    assert not made.fresh(panel).leftovers
