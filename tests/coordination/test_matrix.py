"""Who does what: every action is counted once, gaps are found, large places cost the same few queries."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest
from benchmarks.coordination import fill
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from baithak.coordination.who_does_what import (
    BY,
    OTHERS,
    WIDEST,
    Asked,
    Fact,
    Office,
    gaps,
    matrix,
    narrowed,
)
from baithak.plan.models import Action, Objective, Partnership, Plan
from factories import exchange as make
from factories import network as people

OFFICES = [Office(number, f"Office {number}", ("cso",), "local") for number in range(1, 6)]
FACTS = st.lists(
    st.builds(
        Fact,
        action=st.integers(1, 10**6),
        plan=st.integers(1, 2),
        owner=st.none() | st.integers(1, 5),
        objective=st.none() | st.integers(1, 20),
        level=st.sampled_from(["city", "district", "country"]),
        prevention=st.sampled_from(["primary", "secondary"]),
        state=st.sampled_from(["planned", "running", "done", "dropped"]),
        area=st.sampled_from(["", *(f"Ward {n}" for n in range(14))]),
        groups=st.lists(st.sampled_from(["youth", "women"]), max_size=2).map(tuple),
    ),
    max_size=60,
)  # fmt: skip


# --- counting


@given(FACTS, st.sampled_from(BY), st.sampled_from([(), ("district", "city")]))
def test_every_action_is_counted_once_in_a_row_and_once_in_a_column(facts, by, order):
    told = matrix(facts, OFFICES, {}, by, order)
    rows = [told.nobody, *told.rows]
    assert sum(row.leads for row in rows) == told.actions == len(facts)
    assert [sum(row.cells[at] for row in rows) for at in range(len(told.columns))] == list(
        told.totals
    )
    assert len(told.columns) <= WIDEST + 1
    assert len(set(told.columns)) == len(told.columns)
    for row in rows:
        assert row.leads == sum(row.cells)
        owner = row.office.pk if row.office else None
        mine = [fact for fact in facts if fact.owner == owner]
        assert row.leads == len(mine)
        for code, count in zip(told.columns, row.cells, strict=True):
            if code != OTHERS:
                assert count == sum(fact.column(by) == code for fact in mine)


@given(
    FACTS,
    st.sampled_from(["planned", "dropped", ""]),
    st.sampled_from(["city", ""]),
    st.sampled_from([0, 3]),
)
def test_what_is_narrowed_fits_and_nothing_that_fits_is_left_out(facts, state, level, office):
    asked = Asked(state=state, level=level, organisation=office)
    joined = {fact.action for fact in facts[::3]}
    found = narrowed(facts, asked, joined=joined)

    def fits(fact):
        return (
            (fact.state == state if state else fact.state != "dropped")
            and (not level or fact.level == level)
            and (not office or fact.owner == office or fact.action in joined)
        )

    assert found == [fact for fact in facts if fits(fact)]
    leads = narrowed(
        facts, Asked(state=state, level=level, organisation=office, part="leads"), joined=joined
    )
    if office:
        assert all(fact.owner == office for fact in leads)


@given(FACTS, st.sets(st.integers(1, 5)))
def test_gaps_are_what_no_action_that_stands_fills(facts, joining):
    told = gaps(
        facts, OFFICES, joining, levels=["city", "district", "region"], preventions=["primary", "tertiary"],
        groups=["youth", "police"], objectives=[1, 2, 99],
    )  # fmt: skip
    standing = [fact for fact in facts if fact.state != "dropped"]
    assert "region" in told.levels
    assert "tertiary" in told.preventions
    assert "police" in told.groups
    assert 99 in told.objectives
    assert ("city" in told.levels) == all(fact.level != "city" for fact in standing)
    assert set(told.idle) == {o.pk for o in OFFICES} - joining - {fact.owner for fact in standing}
    assert told.no_owner == sum(
        fact.owner is None and fact.state in ("planned", "running") for fact in facts
    )
    opened = {fact.area for fact in facts if fact.state in ("planned", "running")}
    assert set(told.areas) == {fact.area for fact in facts if fact.area} - opened


# --- the page


@pytest.fixture
def world(db):
    return make.two_cities()


def plan(team, **more):
    return Plan._unscoped.create(
        **{"place": team.place, "texts": {"en": {"title": "Living together"}}, "languages": ["en"],
           "begins": date(2026, 1, 1), "ends": date(2028, 1, 1), "state": "running",
           "decided_on": date(2026, 1, 1), "visibility": "city", **more}
    )  # fmt: skip


def action(of, number, title, **more):
    return Action._unscoped.create(
        plan=of, number=number, languages=["en"],
        texts={"en": {"title": title, "area": more.pop("area", "")}}, **more,
    )  # fmt: skip


@pytest.fixture
def filled(world):
    team = world.one
    club, office = (
        people.organisation(team.place, "Boat club"),
        people.organisation(team.place, "Youth office"),
    )
    idle = people.organisation(team.place, "Sleeping society")
    made = plan(team)
    goal = Objective._unscoped.create(
        plan=made, number=1, languages=["en"], texts={"en": {"title": "Rumours end sooner"}}
    )
    first = action(made, 1, "Lamps", owner=club, area="Ward 4", target_groups=["youth"])
    Partnership._unscoped.create(action=first, organisation=office)
    action(made, 2, "Walks", owner=None, area="Ward 7", admin_level="district")
    action(made, 3, "Old music", owner=club, area="Ward 9", state="dropped")
    world.club, world.office, world.idle, world.plan, world.goal = club, office, idle, made, goal
    return world


def text(response):
    return response.content.decode()


def page(world, words="", role="partner"):
    client = people.sign_in(world.one.users[role])
    return client.get(f"/en/coordination/{world.one.place.slug}/who-does-what/{words}")


def test_the_table_shows_who_does_what_and_what_is_missing(filled):
    told = text(page(filled))
    for words in (
        "Boat club", "Sleeping society", "Nobody yet", "1 action that nobody does yet", "2 actions",
        "1 organisation without an action", "Levels without an action:", "Rumours end sooner",
        "Areas where nothing is planned or running:", "Ward 9", "groups that no action serves",
    ):  # fmt: skip
        assert words in told, words


def test_a_figure_leads_to_its_actions(filled):
    club, office = filled.club.pk, filled.office.pk
    assert f"&amp;organisation={club}&amp;part=leads" in text(page(filled))
    leads = text(page(filled, f"?organisation={club}&part=leads"))
    assert "Lamps" in leads
    assert "Walks" not in leads
    joins = text(page(filled, f"?organisation={office}&part=joins"))
    assert "Lamps" in joins
    assert "Youth office" in joins
    assert "Lamps" not in text(page(filled, f"?organisation={office}&part=leads"))
    nobody = text(page(filled, "?gap=no_owner"))
    assert "Walks" in nobody
    assert "Lamps" not in nobody
    idle = text(page(filled, "?gap=idle"))
    assert "Sleeping society" in idle
    assert "Boat club</bdi>" not in idle
    assert "Old music" in text(page(filled, "?show=actions&state=dropped"))
    assert "No action fits" in text(page(filled, "?show=actions&area=Nowhere"))


@pytest.mark.parametrize("by", BY)
def test_columns_can_be_told_apart_in_other_ways(filled, by):
    told = text(page(filled, f"?by={by}"))
    words = {"level": "District", "prevention": "Primary", "area": "Ward 7", "objective": "Not said",
             "state": "Planned"}  # fmt: skip
    assert words[by] in told


@pytest.mark.parametrize(
    "odd",
    ["?by=x&page=999", "?organisation=%00", "?plan=zz&level=moon", "?area=%2e%2e", "?type=x&gap=x"],
)
def test_what_nobody_knows_counts_as_nothing(filled, odd):
    assert page(filled, odd).status_code == 200


def test_only_members_see_it_and_only_plans_that_they_may_see(filled):
    assert page(filled).status_code == 200
    stranger = people.sign_in(filled.other.users["city_officer"])
    address = f"/en/coordination/{filled.one.place.slug}/who-does-what/"
    assert stranger.get(address).status_code == 404
    Plan._unscoped.update(visibility="mechanism")
    told = text(page(filled))
    assert "Lamps" not in text(page(filled, "?show=actions"))
    assert "No plan with actions is there yet" in told
    assert "Lamps" in text(page(filled, "?show=actions", role="facilitator"))


def test_a_plan_that_was_looked_back_at_counts_no_more(filled):
    Plan._unscoped.update(state="reviewed")
    assert "No plan with actions is there yet" in text(page(filled))


def test_an_empty_place_says_what_to_do(world):
    assert "No plan with actions is there yet" in text(page(world))
    plan(world.one)
    assert "No organisation is written down" in text(page(world))


# --- files


def test_the_table_can_be_taken_along(filled):
    client = people.sign_in(filled.one.users["partner"])
    start = f"/en/coordination/{filled.one.place.slug}/who-does-what/as"
    told = list(csv.reader(io.StringIO(text(client.get(f"{start}/csv/")).removeprefix("\ufeff"))))
    assert [[*row[:2], row[4]] for row in told[1:]] == [
        ["Boat club", "does it", "Lamps"], ["Youth office", "takes part", "Lamps"], ["", "does it", "Walks"],
    ]  # fmt: skip
    assert len(list(csv.reader(io.StringIO(text(client.get(f"{start}/csv/?gap=no_owner")))))) == 2
    book = load_workbook(io.BytesIO(client.get(f"{start}/xlsx/").content))
    assert book.sheetnames == ["Who does what", "Gaps"]
    assert [cell.value for cell in book["Who does what"][2]][:2] == ["Boat club", "does it"]
    missing = Counter(row[0].value for row in book["Gaps"].iter_rows(min_row=2))
    assert missing["Organisation without an action"] == 1
    assert missing["Objective without an action"] == 1
    assert client.get(f"{start}/exe/").status_code == 404


# --- large places


@pytest.mark.parametrize(("actions", "offices"), [(3, 2), (300, 60)])
@pytest.mark.parametrize(
    ("words", "queries"), [("", 13), ("?by=area", 13), ("?show=actions", 15), ("?gap=idle", 13)]
)
def test_queries_are_the_same_whatever_it_holds(
    world, actions, offices, words, queries, django_assert_num_queries
):
    fill(world.one.place, world.one.officer, actions=actions, offices=offices)
    client = people.sign_in(world.one.users["city_officer"])
    address = f"/en/coordination/{world.one.place.slug}/who-does-what/{words}"
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def test_twenty_five_rows_stand_on_a_page(world):
    fill(world.one.place, world.one.officer, actions=100, offices=120)
    assert text(page(world)).count('<th scope="row"') == 27  # with nobody's row and the sums
    assert text(page(world, "?page=5")).count('<th scope="row"') == 21
    kept = Action._unscoped.exclude(state="dropped").count()
    assert kept > 60
    assert text(page(world, "?show=actions&page=2")).count("/action/") == 25
