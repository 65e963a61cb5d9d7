"""How a plan goes, for everybody: counts, what is late, signs of change, and answers, in the city's languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.network.scope import SYSTEM
from baithak.plan.models import ActionState, Indicator, Plan, Reading
from baithak.plan.queries import plans as queries
from baithak.plan.services import plans as services
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db


def at(plan, language="en"):
    return f"/{language}/plan/{plan.code}/progress/"


def counts(page):
    facts = re.search(r'<dl class="facts">(.*?)</dl>', page, re.S).group(1)
    return {
        label: int(count) for label, count in re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", facts)
    }


def full(one):
    """An adopted, public plan with an action in every state, one of them late."""
    plan = make.adopted(one, to="public")
    today = timezone.localdate()
    goal = plan.objectives.get()
    for number, (state, due) in enumerate(
        (
            ("running", today - timedelta(days=3)),
            ("running", today + timedelta(days=3)),
            ("done", today),
            ("paused", today),
            ("dropped", today - timedelta(days=9)),
        ),
        start=2,
    ):
        make.action(
            plan, number, f"Step {number}", objective=goal, state=state, due=due,
            done_on=today if state == "done" else None,
        )  # fmt: skip
    return plan


def test_everybody_reads_how_a_public_plan_goes(one):
    plan = full(one)
    page = Client().get(at(plan)).content.decode()
    assert counts(page) == {
        "Planned": 1, "Running": 2, "Done": 1, "Paused": 1, "Dropped": 1, "Late": 1,
    }  # fmt: skip
    late = page[page.index("What is late") : page.index("What is going on")]
    assert "Step 2" in late
    assert "Step 6" not in late  # dropped, so not late
    assert "Step 4" in page[page.index("What has been done") : page.index("What comes next")]
    assert "Decided by City council on 4 May 2026." in page
    Plan._unscoped.update(visibility="city")
    assert Client().get(at(plan)).status_code == 404


def test_empty_states_of_a_draft(one):
    plan = make.plan(one)
    page = people.sign_in(one.users["mayor"]).get(at(plan)).content.decode()
    for told in (
        "This is a draft: nothing of it is decided yet.",
        "No action is written yet.",
        "No sign of change is followed yet.",
        "Nobody is noted who helped to design this plan.",
    ):
        assert told in page


def test_in_each_language_the_texts_that_there_are(one):
    plan = make.adopted(one, to="public")
    told = {"title": "مل جل کر رہنا"}
    services.change(plan=plan, language="ur", texts=told, by=one.officer)
    urdu = Client().get(at(plan, "ur")).content.decode()
    assert '<span lang="ur" dir="auto">مل جل کر رہنا</span>' in urdu
    assert '<div class="told" lang="en" dir="auto">' in urdu  # the vision, in English only
    assert urdu.count("English") >= 2
    english = Client().get(at(plan)).content.decode()
    assert "Living together in Kandarpur" in english
    assert "only-in" not in english
    tamil = Client().get(at(plan, "ta")).content.decode()
    assert "Living together in Kandarpur" in tamil
    assert "only-in" in tamil


def test_signs_of_change_pass_the_small_cell_rule(one):
    plan = make.adopted(one, to="public")
    for number, of_people in ((1, False), (2, True)):
        made = Indicator._unscoped.create(
            plan=plan, number=number, kind="outcome", of_people=of_people,
            texts={"en": {"title": f"Sign {number}", "unit": "women in the room"}}, languages=["en"],
            baseline=Decimal(3), baseline_on=date(2026, 1, 1),
        )  # fmt: skip
        Reading._unscoped.create(indicator=made, day=date(2026, 6, 1), value=Decimal(7), source="-")
    page = Client().get(at(plan)).content.decode()
    table = page[page.index("What is looked at") :]
    first, second = table[table.index("Sign 1") :].split("Sign 2")
    assert re.search(r"<td[^>]*>7<br>", first)
    assert not re.search(r"<td[^>]*>(3|7)<br>", second)
    assert "fewer than 10" in second


def test_a_longer_plan_takes_no_more_queries(one, django_assert_num_queries):
    plan = make.adopted(one, to="public")
    make.contribution(one, plan)
    # The plan, its actions, their checks, who helped, indicators.
    with django_assert_num_queries(5):
        Client().get(at(plan))
    owner = people.organisation(one.place, "School board")
    for number in (2, 3):
        make.action(plan, number, f"Step {number}", owner=owner)
        make.contribution(one, plan)
    with django_assert_num_queries(5):
        Client().get(at(plan))


@given(
    st.lists(
        st.tuples(st.sampled_from(ActionState.values), st.integers(-400, 400) | st.none()),
        max_size=12,
    )
)
@settings(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture
    ],  # each example empties the plan first
)
def test_every_action_stands_in_one_list_and_is_counted_once(one_plan, rows):
    plan, today = one_plan, timezone.localdate()
    plan.actions.all().delete()
    for number, (state, days) in enumerate(rows, start=1):
        make.action(
            plan, number, state=state, done_on=today if state == "done" else None,
            due=None if days is None else today + timedelta(days=days),
        )  # fmt: skip
    told = queries.progress(SYSTEM, plan)
    shown = [*told.late, *told.running, *told.done, *told.planned, *told.stopped]
    assert sorted(one.number for one in shown) == list(range(1, len(rows) + 1))
    assert sum(count for _label, count in told.counts) == told.total == len(rows)
    assert all(one.is_overdue for one in told.late)
    assert not any(one.is_overdue for one in shown if one not in told.late)


@pytest.fixture
def one_plan(one):
    return make.plan(one)
