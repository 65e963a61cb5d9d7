"""Who does what by when: written, translated, told of, found over all plans, begun from what led to it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from baithak.coordination.services import commitments
from baithak.exchange import findings
from baithak.exchange.models import Adoption
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.files import FileRefusedError
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC
from baithak.plan.files.actions_table import read_rows
from baithak.plan.models import Action, ActionStep, Partnership, Plan
from baithak.plan.queries import actions as queries
from baithak.plan.queries.actions import Asked
from baithak.plan.services import actions as services
from baithak.plan.services import imports
from factories import exchange as practices
from factories import network as people
from factories import plan_parts as make

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def plan(world):
    return make.plan(world.city, visibility="city")


def who(world, role="city_officer", place="city"):
    return people.viewer(world.people[place][role])


def signed_in(world, role="city_officer", place="city") -> Client:
    return people.sign_in(world.people[place][role])


def told(**kwargs):
    return {
        "language": "en",
        "texts": {"title": "Lamps at the harbour market"},
        "admin_level": "city",
        "prevention_level": "primary",
        **kwargs,
    }


def added(world, plan, **kwargs):
    return services.add(plan=plan, by=who(world), **told(**kwargs))


# --- writing
def test_an_action_gets_the_next_number_and_a_line_in_the_journal(world, plan):
    lamps = people.organisation(world.city, "Lamp office")
    club = people.organisation(world.city, "Youth club")
    first = added(
        world, plan, owner=lamps, partners=[lamps, club], cost=Decimal("12.50"), currency="INR"
    )
    second = added(world, plan)
    assert (first.number, second.number) == (1, 2)
    # Who does it is not its own partner.
    assert [p.organisation for p in Partnership._unscoped.filter(action=first)] == [club]
    line = Line.objects.filter(verb="plan.add_action").latest("pk")
    assert json.loads(line.detail) == {"number": "2", "language": "en"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"texts": {"title": ""}}, "title"),
        ({"texts": {"title": "Call 077 123 4567"}}, "title"),
        ({"texts": {"title": "x" * 201}}, "title"),
        ({"language": "xx"}, "language"),
        ({"approach": "unheard_of"}, "approach"),
        ({"admin_level": ""}, "admin_level"),
        ({"prevention_level": "fourth"}, "prevention_level"),
        ({"target_groups": ["youth", "martians"]}, "target_groups"),
        ({"cost": Decimal(5)}, "currency"),
        ({"cost": Decimal(-5), "currency": "INR"}, "cost"),
        ({"cost": Decimal(5), "currency": "RUPEES"}, "currency"),
        ({"begins": date(2027, 1, 2), "due": date(2027, 1, 1)}, "due"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(world, plan, wrong, field):
    with pytest.raises(ValidationError) as refused:
        added(world, plan, **wrong)
    assert field in refused.value.error_dict
    assert not Action._unscoped.exists()
    assert not Line.objects.filter(verb="plan.add_action").exists()


def test_only_organisations_and_objectives_of_this_plan(world, plan):
    stranger = people.organisation(world.other_city, "Elsewhere")
    other = make.objective(make.plan(world.city))
    for wrong in ({"owner": stranger}, {"funded_by": stranger}, {"objective": other}):
        with pytest.raises(ValidationError) as refused:
            added(world, plan, **wrong)
        assert list(refused.value.error_dict) == list(wrong)
    with pytest.raises(ValidationError):
        added(world, plan, partners=[stranger])
    assert not Action._unscoped.exists()


def test_a_plan_that_was_looked_back_at_stays_as_it_was(world):
    plan = make.plan(world.city, state="reviewed", visibility="city")
    action = make.action(plan)
    with pytest.raises(ValidationError):
        added(world, plan)
    with pytest.raises(ValidationError):
        services.tell(action=action, day=TODAY(), text="x", state="done", by=who(world))
    client = signed_in(world)
    assert client.get(f"/en/plan/{plan.code}/action/new/").status_code == 403
    assert client.get(f"{action.get_absolute_url()}edit/").status_code == 403
    assert client.post(f"{action.get_absolute_url()}tell/", {}).status_code == 403


# --- once two people have agreed to the plan
@pytest.fixture
def adopted(world):
    """A running plan with an action that was there when it was adopted, told in two languages."""
    plan = make.plan(world.city, state="running", visibility="city")
    texts = {"en": {"title": "Lamps at the harbour market"}, "bn": {"title": "বাতি"}}
    goal, _other = make.objective(plan), make.objective(plan, "Another")
    lamps = people.organisation(world.city, "Lamp office", types=["local_government"])
    return make.action(plan, texts=texts, objective=goal, owner=lamps)


def kept(action):
    return told(objective=action.objective, owner=action.owner)


AGREED = {
    "title": {"texts": {"title": "Something else"}},
    "description": {"texts": {"title": "Lamps at the harbour market", "description": "More."}},
    "objective": {"objective": None},
    "admin_level": {"admin_level": "district"},
    "prevention_level": {"prevention_level": "secondary"},
}


@pytest.mark.parametrize("what", AGREED)
def test_what_two_people_agreed_to_of_an_action_stands(world, adopted, what):
    with pytest.raises(ValidationError, match="as they were decided"):
        services.change(action=adopted, by=who(world), **{**kept(adopted), **AGREED[what]})
    told = {"number": "1", "title": "Lamps at the harbour market", "objective": "1"}
    changed = AGREED[what]
    told |= changed.get("texts", {}) | {
        name: str(value or "") for name, value in changed.items() if name != "texts"
    }
    rows = read_rows([(1, list(told)), (2, list(told.values()))], language="en", objectives=[1, 2])
    with pytest.raises(FileRefusedError):
        imports.import_actions(plan=adopted.plan, rows=rows, by=who(world))
    fresh = Action._unscoped.get()
    assert (fresh.texts, fresh.objective) == (adopted.texts, adopted.objective)
    assert (fresh.admin_level, fresh.prevention_level) == ("city", "primary")


def test_an_agreed_translation_of_an_action_stands_and_others_come_along(world, adopted):
    of_it = {"action": adopted, "by": who(world)}
    with pytest.raises(ValidationError, match="as they were decided"):
        services.translate(**of_it, language="bn", texts={"title": "অন্য কিছু"})
    services.translate(**of_it, language="bn", texts={"description": "সারি সারি"})
    services.translate(**of_it, language="ta", texts={"title": "விளக்கு"})
    fresh = Action._unscoped.get()
    assert fresh.texts["bn"] == {"title": "বাতি", "description": "সারি সারি"}
    assert fresh.languages == ["en", "bn", "ta"]


def test_who_until_when_and_for_how_much_may_change_and_leaves_a_line(world, adopted):
    club = people.organisation(world.city, "Youth club", types=["cso"])
    services.change(
        action=adopted, by=who(world), **kept(adopted) | {"owner": club},
        due=date(2027, 6, 30), cost=Decimal("12.50"), currency="INR",
    )  # fmt: skip
    step = ActionStep._unscoped.get()
    # By its type, not its name: whoever sees the plan reads it (R13).
    assert "Youth club" not in step.text
    assert "30 Jun 2027" in step.text
    assert "12.5 INR" in step.text
    assert step.text.count("→") == 3
    services.change(action=adopted, by=who(world), **kept(Action._unscoped.get()))
    assert ActionStep._unscoped.count() == 1
    # Another organisation of the same type is told too.
    other = people.organisation(world.city, "Elders", types=["cso"])
    services.change(action=adopted, by=who(world), **kept(adopted) | {"owner": other})
    assert ActionStep._unscoped.count() == 2


def test_a_line_about_a_change_says_nothing_of_how_far_it_is(world, adopted):
    club = people.organisation(world.city, "Youth club", types=["cso"])
    services.change(action=adopted, by=who(world), **kept(adopted) | {"owner": club})
    line = ActionStep._unscoped.get()
    assert line.automatic
    before = line.day - timedelta(days=20)
    services.tell(action=adopted, day=before, text="They shine.", state="done", by=who(world))
    fresh = Action._unscoped.get()
    assert (fresh.state, fresh.done_on) == ("done", before)


def test_a_change_that_ends_signatures_says_so(world, adopted):
    client, edit = signed_in(world), f"{adopted.get_absolute_url()}edit/"
    sent = {"language": "en", "owner": adopted.owner_id, "target_groups": ["youth"]}
    anew = "design partners are asked anew"
    check = make.check(adopted)
    assert anew not in client.get(edit).content.decode()
    type(check)._unscoped.update(state="signed")
    assert anew in client.get(edit).content.decode()
    assert anew not in client.get(f"{edit}?language=ta").content.decode()
    assert anew in client.post(edit, sent, follow=True).content.decode()
    check.refresh_from_db()
    assert (check.state, check.edition) == ("asked", 2)
    assert anew not in client.post(edit, sent, follow=True).content.decode()


def test_what_comes_later_is_marked_and_is_not_what_was_agreed_to(world, adopted):
    plan = adopted.plan
    later = added(world, plan, texts={"title": "Walks"})
    assert (adopted.added_later, later.added_later) == (False, True)
    services.change(action=later, by=who(world), **told(texts={"title": "Long walks"}))
    assert Action._unscoped.get(pk=later.pk).title == "Long walks"
    assert (
        "Added after the decision"
        in signed_in(world).get(later.get_absolute_url()).content.decode()
    )
    assert not added(world, make.plan(world.city)).added_later


def test_the_form_of_a_decided_action_asks_only_for_what_may_change(world, adopted):
    client = signed_in(world)
    form = client.get(f"{adopted.get_absolute_url()}edit/").context["form"]
    shut = {name for name, field in form.fields.items() if field.disabled}
    assert shut == {
        "title", "description", "area", "funder", "objective", "admin_level", "prevention_level",
    }  # fmt: skip
    sent = {
        "language": "en",
        "title": "Something else",
        "owner": adopted.owner_id,
        "due": "2027-06-30",
    }
    assert client.post(f"{adopted.get_absolute_url()}edit/", sent).status_code == 302
    fresh = Action._unscoped.get()
    assert (fresh.title, fresh.due) == ("Lamps at the harbour market", date(2027, 6, 30))


def test_without_a_journal_nothing_changes(world, plan, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    action = added(world, plan)
    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        added(world, plan)
    with pytest.raises(RuntimeError):
        services.tell(action=action, day=TODAY(), text="Begun.", state="running", by=who(world))
    action.refresh_from_db()
    assert (Action._unscoped.count(), ActionStep._unscoped.count(), action.state) == (
        1,
        0,
        "planned",
    )


def test_a_translation_leaves_all_else(world, plan):
    action = added(world, plan, due=date(2027, 1, 1))
    services.translate(action=action, language="ta", texts={"title": "விளக்குகள்"}, by=who(world))
    action.refresh_from_db()
    assert (action.languages, action.due) == (["en", "ta"], date(2027, 1, 1))
    with pytest.raises(ValidationError):
        services.translate(action=action, language="en", texts={"title": "x"}, by=who(world))


# --- how it goes
def test_the_newest_day_says_how_far_it_is(world, plan):
    action = added(world, plan)
    by = who(world)
    services.tell(action=action, day=date(2026, 3, 1), text="All shine.", state="done", by=by)
    action.refresh_from_db()
    assert (action.state, action.done_on) == ("done", date(2026, 3, 1))
    # A line of an earlier day, told later, changes nothing of that.
    services.tell(action=action, day=date(2026, 2, 1), text="Begun.", state="running", by=by)
    action.refresh_from_db()
    assert (action.state, action.done_on) == ("done", date(2026, 3, 1))
    services.tell(action=action, day=date(2026, 4, 1), text="Two are dark.", state="running", by=by)
    action.refresh_from_db()
    assert (action.state, action.done_on) == ("running", None)
    assert [s.text for s in queries.steps(by, action)] == ["Begun.", "All shine.", "Two are dark."]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": date(2999, 1, 1)}, "day"),
        ({"text": ""}, "text"),
        ({"text": "Ask 0771234567"}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"state": "gone"}, "state"),
        ({"language": "xx"}, "language"),
    ],
)
def test_progress_that_is_refused(world, plan, wrong, field):
    action = added(world, plan)
    with pytest.raises(ValidationError) as refused:
        services.tell(
            action=action, by=who(world),
            **{"day": date(2026, 1, 1), "text": "Begun.", "state": "running", **wrong},
        )  # fmt: skip
    assert field in refused.value.error_dict
    assert not ActionStep._unscoped.exists()


def test_who_does_it_tells_how_it_goes_and_changes_nothing_else(world, plan):
    lamps = people.organisation(world.city, "Lamp office")
    action = make.action(plan, owner=lamps)
    worker = people.person("Ravi")
    people.grant(worker, world.city, Role.DEPARTMENT_STAFF, organisation=lamps)
    client = people.sign_in(worker)
    page = client.get(action.get_absolute_url())
    assert "Tell how it goes" in page.content.decode()
    assert "Change this action" not in page.content.decode()
    answer = client.post(
        f"{action.get_absolute_url()}tell/",
        {
            "day": "2026-03-01",
            "text": "The first lamp shines.",
            "state": "running",
            "language": "en",
        },
    )
    assert answer.status_code == 302
    action.refresh_from_db()
    assert action.state == "running"
    assert client.get(f"{action.get_absolute_url()}edit/").status_code == 403
    # Staff of another department may read it, no more.
    other = signed_in(world, "department_staff")
    assert other.get(action.get_absolute_url()).status_code == 200
    assert other.post(f"{action.get_absolute_url()}tell/", {}).status_code == 403


# --- taken out of a draft again
HANGS = {
    "an indicator": lambda world, action: make.indicator(action.plan, action=action),
    "a line of progress": lambda world, action: make.step(action),
    "partners who are asked": lambda world, action: make.check(action, state="asked"),
    "partners who had concerns": lambda world, action: make.check(action, edition=2),
    "an adopted plan": lambda world, action: Plan._unscoped.filter(pk=action.plan_id).update(
        state="adopted", decided_on=date(2026, 1, 15)
    ),
}


@pytest.mark.parametrize("what", HANGS)
def test_what_was_told_of_an_action_keeps_it(world, plan, what):
    action = make.action(plan)
    HANGS[what](world, action)
    lines = Line.objects.count()
    with pytest.raises(ValidationError):
        services.remove(action=action, by=who(world))
    assert Action._unscoped.filter(pk=action.pk).exists()
    assert Line.objects.count() == lines


def test_an_action_that_a_commitment_names_stays(world, plan):
    action = make.action(plan)
    commitments.begin(
        place=world.city, language="en", texts={"title": "Two lamps"}, origin=None, owner=None,
        due=TODAY(), action=action, by=who(world),
    )  # fmt: skip
    browser = signed_in(world)
    answer = browser.post(f"{action.get_absolute_url()}remove/", follow=True)
    assert "An indicator or a commitment belongs to this action" in answer.content.decode()
    assert answer.request["PATH_INFO"] == action.get_absolute_url()
    assert Action._unscoped.filter(pk=action.pk).exists()
    assert not Line.objects.filter(verb="plan.remove_action").exists()


def test_a_slip_of_a_draft_is_taken_out_with_its_partners_and_its_check(world, plan):
    action = make.action(plan, partners=[people.organisation(world.city, "Club")])
    make.check(action)
    browser = signed_in(world)
    there = f"{action.get_absolute_url()}remove/"
    assert there in browser.get(f"{action.get_absolute_url()}edit/").content.decode()
    answer = browser.post(there, follow=True)
    assert "The action is taken out." in answer.content.decode()
    assert not Action._unscoped.exists()
    line = Line.objects.get(verb="plan.remove_action")
    assert (line.thing, json.loads(line.detail)["number"]) == (f"action:{action.pk}", "1")
    # Once the plan is adopted nothing offers it.
    other = make.action(plan)
    Plan._unscoped.filter(pk=plan.pk).update(state="adopted", decided_on=date(2026, 1, 15))
    page = browser.get(f"{other.get_absolute_url()}edit/").content.decode()
    assert "remove/" not in page


# --- pages
def test_the_form_says_what_is_wrong_and_keeps_what_was_written(world, plan):
    client = signed_in(world)
    answer = client.post(
        f"/en/plan/{plan.code}/action/new/",
        {"title": "Lamps", "language": "en", "admin_level": "city", "prevention_level": "primary",
         "cost": "5", "currency": "", "target_groups": ["youth"]},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "three capital letters" in page
    assert 'value="Lamps"' in page
    assert not Action._unscoped.exists()
    answer = client.post(
        f"/en/plan/{plan.code}/action/new/",
        {"title": "Lamps", "language": "en", "admin_level": "city", "prevention_level": "primary",
         "cost": "5", "currency": "inr", "target_groups": ["youth"]},
    )  # fmt: skip
    action = Action._unscoped.get()
    assert answer["Location"] == action.get_absolute_url()
    assert (action.currency, action.target_groups) == ("INR", ["youth"])


def test_an_action_is_changed_and_translated_in_the_same_form(world, plan):
    lamps = people.organisation(world.city, "Lamp office")
    action = make.action(
        plan,
        owner=lamps,
        partners=[people.organisation(world.city, "Club")],
        cost=5,
        currency="INR",
    )
    client = signed_in(world)
    form = client.get(f"{action.get_absolute_url()}edit/").context["form"]
    sent = {
        name: form[name].value() if form[name].value() is not None else "" for name in form.fields
    }
    assert client.post(f"{action.get_absolute_url()}edit/", sent).status_code == 302
    fresh = Action._unscoped.get()
    assert (fresh.owner, fresh.partnerships.count(), fresh.cost) == (lamps, 1, 5)
    page = client.get(f"{action.get_absolute_url()}edit/?language=ta")
    assert "Lamps at the harbour market" in page.content.decode()
    assert "cost" not in page.context["form"].fields
    answer = client.post(
        f"{action.get_absolute_url()}edit/?language=ta", {"title": "விளக்குகள்", "language": "ta"}
    )
    assert answer.status_code == 302
    fresh = Action._unscoped.get()
    assert (fresh.texts["ta"], fresh.owner) == ({"title": "விளக்குகள்"}, lamps)


def test_names_of_organisations_stay_in_their_place(world):
    plan = make.plan(world.city, visibility="public")
    lamps = people.organisation(world.city, "Lamp office", types=["local_government"])
    action = make.action(
        plan, owner=lamps, partners=[people.organisation(world.city, "Youth club", types=["cso"])]
    )
    inside = signed_in(world).get(action.get_absolute_url()).content.decode()
    outside = Client().get(action.get_absolute_url()).content.decode()
    assert "Lamp office" in inside
    assert "Youth club" in inside
    assert "Lamp office" not in outside
    assert "Youth club" not in outside
    assert "Local government" in outside
    assert "Civil society organisation" in outside


# --- what led to it
def test_an_action_begins_from_a_practice_filled_in(world, plan):
    teams = practices.two_cities()
    practice = practices.published(teams)
    client = signed_in(world)
    page = client.get(f"/en/plan/{plan.code}/action/new/?practice={practice.code}")
    form = page.context["form"]
    assert form["title"].value() == practice.title
    assert form["approach"].value() == practice.record.approaches[0]
    assert f'name="practice" value="{practice.code}"' in page.content.decode()
    sent = {"practice": practice.code, "title": "As they do it", "language": "en",
            "admin_level": "city", "prevention_level": "primary"}  # fmt: skip
    client.post(f"/en/plan/{plan.code}/action/new/", sent)
    action = Action._unscoped.get()
    assert action.practice == practice
    assert practice.title in client.get(action.get_absolute_url()).content.decode()


def test_what_led_to_it_is_shown_to_who_may_see_it(world):
    plan = make.plan(world.city, visibility="public")
    teams = practices.two_cities()
    practice = practices.published(teams)
    adoption = Adoption._unscoped.create(
        place=world.city,
        practice=practice,
        reason="Dark lanes",
        language="en",
        changed="Fewer lamps",
    )
    practice.visibility = "mechanism"
    practice.save()
    action = make.action(plan, practice=practice, adoption=adoption)
    page = Client().get(action.get_absolute_url()).content.decode()
    assert practice.title not in page
    assert "exchange/adoption" not in page
    assert (
        f"exchange/adoption/{adoption.pk}/"
        in signed_in(world).get(action.get_absolute_url()).content.decode()
    )


def test_a_finding_comes_along_with_its_words_where_everybody_may_read_them(
    world, plan, monkeypatch
):
    known = {"open": True}

    def loader(viewer, name):
        if not known["open"] and viewer == PUBLIC:
            return None
        return findings.Finding("Both sides want light.", "en", "/somewhere/")

    monkeypatch.setitem(findings._KNOWN, "tried", loader)
    client = signed_in(world)
    page = client.get(f"/en/plan/{plan.code}/action/new/?because=tried:1").content.decode()
    assert "Both sides want light." in page
    assert added(world, plan, because="tried:1").because_text == "Both sides want light."
    known["open"] = False
    inside = added(world, plan, because="tried:2")
    assert (inside.because, inside.because_text) == ("tried:2", "")
    assert added(world, plan, because="unheard:1").because == ""


def test_what_an_address_names_and_the_viewer_may_not_see_is_calmly_nothing(world, plan):
    client = signed_in(world)
    for query in (
        "practice=nope",
        "adoption=999",
        "adoption=x",
        "project=999",
        "project=²",
        "because=dialogue:x:1",
    ):
        page = client.get(f"/en/plan/{plan.code}/action/new/?{query}")
        assert page.status_code == 200
        assert page.context["sources"] == queries.Sources()


# --- the list over all plans
def test_the_list_is_narrowed_and_says_what_is_due_first(world):
    plan = make.plan(world.city, visibility="public")
    elsewhere = make.plan(world.other_city, visibility="public")
    hidden = make.plan(world.other_city)
    lamps = people.organisation(world.city, "Lamp office")
    late = make.action(plan, "Late", due=TODAY() - timedelta(days=1), owner=lamps)
    soon = make.action(plan, "Soon", due=TODAY(), prevention_level="secondary")
    never = make.action(plan, "Never", state="done", done_on=date(2026, 1, 1), due=date(2025, 1, 1))
    other = make.action(elsewhere, "Other")
    make.action(hidden, "Hidden")

    def found(**kwargs):
        return list(queries.found(who(world), Asked(**kwargs)))

    assert found() == [never, late, soon, other]
    assert found(state="overdue") == [late]
    assert found(state="open") == [late, soon, other]
    assert found(state="done") == [never]
    assert found(place=world.city.slug, level="secondary") == [soon]
    assert found(owner=lamps.pk) == [late]
    # A stranger does not learn by whom something is done.
    assert list(queries.found(PUBLIC, Asked(owner=lamps.pk))) == []
    page = signed_in(world).get("/en/plan/actions/?state=overdue").content.decode()
    assert "Late" in page
    assert "Soon" not in page
    assert "Lamp office" in page


def test_the_list_has_its_empty_states_and_takes_nonsense_calmly(world):
    assert "Nothing is shown here yet." in Client().get("/en/plan/actions/").content.decode()
    plan = make.plan(world.city, visibility="public")
    make.action(plan)
    assert "No action fits." in Client().get("/en/plan/actions/?state=overdue").content.decode()
    answer = Client().get("/en/plan/actions/?state=nonsense&owner=x&page=-7&place=zzz")
    assert answer.status_code == 200
    assert "Lamps at the harbour market" in answer.content.decode()


def test_pages_ask_the_database_as_often_for_three_as_for_one(
    world, plan, django_assert_num_queries
):
    client = signed_in(world)
    lamps = people.organisation(world.city, "Lamp office")
    for rows in (1, 3):
        while Action._unscoped.count() < rows:
            made = make.action(
                plan,
                owner=lamps,
                partners=[
                    people.organisation(world.city, f"Club {rows}{Action._unscoped.count()}")
                ],
            )
            make.step(made)
        with django_assert_num_queries(LIST):
            client.get("/en/plan/actions/")
    one = Action._unscoped.first()
    address = one.get_absolute_url()  # asks for the plan itself
    for rows in (1, 3):
        while one.steps.count() < rows:
            make.step(one)
            make.indicator(plan, action=one, readings=[(date(2026, 1, 1), 3)])
        if rows == 1:
            make.indicator(plan, action=one, readings=[(date(2026, 1, 1), 3)])
        with django_assert_num_queries(PAGE):
            client.get(address)


LIST, PAGE = 12, 15
