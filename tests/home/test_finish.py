"""The example budget is counted and the example panel drawn, as everybody's would be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from baithak.budget import analysis as budgets
from baithak.budget.models import Budget, CountState
from baithak.home import demonstration
from baithak.home.demonstration import seats
from baithak.network.scope import PUBLIC, SYSTEM
from baithak.panel.models import Draw, DrawState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _demonstration(settings, monkeypatch):
    settings.DEMO = True
    settings.DATA_FOLDERS = []
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A busy machine may take long to fill the pool: its chance comes when the test says so.
    monkeypatch.setattr(seats, "_PATIENCE", (timedelta(minutes=10),))
    monkeypatch.setattr(seats, "_CHANCE", timedelta(minutes=1))


def test_counted_and_drawn(monkeypatch):
    demonstration.load()
    demonstration.finish()
    budget = Budget.objects.seen_by(PUBLIC).get()
    assert budget.count_state == CountState.COUNTED, budget.count_trouble
    page = budgets.result_page(budget)
    # What docs/methods/demonstration.md tells: some in every area; most votes first would not.
    assert len(page["funded"]) == 7
    areas = {row.sheet.project.area for row in page["funded"]}
    assert {"1", "2", "3"} <= areas
    only_there = {row.sheet.project.area for row in page["only_there"]}
    assert "3" not in only_there

    draw = Draw.objects.seen_by(SYSTEM).get()
    assert draw.state == DrawState.COMMITTED  # its chance is to come
    back = timedelta(minutes=12)
    Draw._unscoped.update(source_at=draw.source_at - back, committed=draw.committed - back)
    demonstration.finish()
    draw.refresh_from_db()
    assert draw.state == DrawState.DRAWN
    assert len(draw.selected) == 24
    demonstration.finish()  # a second start has nothing to do
    assert Draw.objects.seen_by(SYSTEM).count() == 1

    start = Client().get("/en/").text
    assert f"/en/b/{budget.code}/result/" in start
    assert f"/en/p/{draw.panel.code}/draw/" in start
    assert "Chance named panel number" in Client().get(f"/en/p/{draw.panel.code}/draw/").text
