"""Who helped to design a plan is owed an answer, and it is written down when they had it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from baithak.journal import services as journal
from baithak.plan.models import Contribution, Plan
from baithak.plan.services import contributions as services
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db


def at(plan, name, **more):
    return reverse(f"plan:{name}", kwargs={"code": plan.code, **more})


def officer(team):
    return people.sign_in(team.users["city_officer"])


def test_what_is_refused_leaves_nothing(world):
    one, plan = world.one, make.plan(world.one)
    club = people.organisation(one.place, "Boat club")
    foreign = people.organisation(world.other.place, "Far club")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for more, field in (
        ({"group": ""}, "organisation"),
        ({"organisation": club}, "organisation"),
        ({"group": "", "organisation": foreign}, "organisation"),
        ({"group": "the neighbours"}, "group"),
        ({"stage": "lunch"}, "stage"),
        ({"on": tomorrow}, "on"),
        ({"told_back_on": date(2026, 2, 1), "texts": {"became": "Yes"}}, "told_back_on"),
        ({"told_back_on": tomorrow, "texts": {"became": "Yes"}}, "told_back_on"),
        ({"told_back_on": date(2026, 3, 1)}, "became"),
        ({"texts": {"said": ""}}, "said"),
        ({"texts": {"said": "Ask 0771234567"}}, "said"),
    ):
        with pytest.raises(ValidationError) as refused:
            make.contribution(one, plan, **more)
        assert field in refused.value.message_dict, more
    assert not Contribution._unscoped.exists()


def test_a_plan_that_was_looked_back_at_takes_no_more(one):
    plan = make.adopted(one)
    helped = make.contribution(one, plan)
    Plan._unscoped.update(state="reviewed")
    with pytest.raises(ValidationError, match="stays as it was"):
        make.contribution(one, plan)
    with pytest.raises(ValidationError, match="stays as it was"):
        services.change(
            contribution=helped, language="en", texts={"became": "Taken up"}, by=one.officer
        )


def test_without_its_journal_line_nothing_is_noted(one, monkeypatch):
    plan = make.plan(one)

    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        make.contribution(one, plan)
    assert not Contribution._unscoped.exists()


def test_two_who_translate_at_once_lose_nothing(one):
    noted = make.contribution(one, make.plan(one))
    for language in ("ur", "ta"):
        stale = noted  # as each of them opened it
        services.change(contribution=stale, language=language, texts={"said": "x"}, by=one.officer)
    assert Contribution._unscoped.get().languages == ["en", "ur", "ta"]


def test_noted_and_answered_in_a_browser(one):
    plan, browser = make.plan(one), officer(one)
    assert "Nobody is noted yet." in browser.get(at(plan, "plan")).content.decode()
    sent = {
        "language": "en", "said": "Ask the boatmen.", "group": "youth", "stage": "goals",
        "on": "2026-02-03",
    }  # fmt: skip
    new = at(plan, "new_contribution")
    assert browser.post(new, {**sent, "group": ""}).status_code == 422
    assert browser.post(new, sent).status_code == 302
    helped = Contribution._unscoped.get()
    page = browser.get(at(plan, "plan")).content.decode()
    assert "No answer yet." in page
    assert "They were not told yet." in page
    edit = at(plan, "edit_contribution", contribution=helped.pk)
    told = {**sent, "told_back_on": "2026-03-01"}
    assert browser.post(edit, told).status_code == 422
    assert browser.post(edit, {**told, "became": "Taken up."}).status_code == 302
    Plan._unscoped.update(visibility="public")
    page = Client().get(at(plan, "progress")).content.decode()
    assert "Taken up." in page
    assert "They were told on 1 Mar 2026." in page
    # A translation changes the words alone.
    urdu = {"language": "ur", "said": "کشتی والوں سے پوچھیں"}
    assert browser.post(edit + "?language=ur", urdu).status_code == 302
    helped.refresh_from_db()
    assert (helped.told_back_on, helped.stage) == (date(2026, 3, 1), "goals")
