"""A plan on its way: written, adopted by two people as it was read, set running, looked back at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import ElectionPeriod, TwoPersonAct
from baithak.network.rules import Role
from baithak.plan.models import Plan
from baithak.plan.queries import plans as queries
from baithak.plan.services import actions, objectives
from baithak.plan.services import plans as services
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db


def at(plan, name="plan", **more):
    return reverse(f"plan:{name}", kwargs={"code": plan.code, **more})


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def asked(one, plan, **more):
    return services.ask_to_adopt(plan=plan, by=one.officer, **{**make.DECISION, **more})


def fresh(plan):
    return Plan._unscoped.get(pk=plan.pk)


# --- written


def test_what_is_refused_leaves_nothing(world):
    one, review = world.one, make.review(world.other)
    told = {"place": one.place, "language": "en", "by": one.officer}
    days = {"begins": date(2026, 1, 1), "ends": date(2028, 1, 1)}
    for more, field in (
        ({"texts": {"title": ""}, **days}, "title"),
        ({"texts": {"title": "Calm"}, **days, "ends": date(2025, 1, 1)}, "ends"),
        ({"texts": {"title": "Calm", "need": "Ask CAB-4821"}, **days}, "need"),
        ({"texts": {"title": "Calm"}, **days, "review": review}, "review"),
    ):
        with pytest.raises(ValidationError) as refused:
            services.begin(**told, **more)
        assert field in refused.value.message_dict
    with pytest.raises(TypeError):
        services.begin(**told, **days, texts={"title": "Calm", "decided_by": "Me"})
    assert not Plan._unscoped.exists()


def test_without_its_journal_line_nothing_is_begun(one, monkeypatch):
    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        make.plan(one)
    assert not Plan._unscoped.exists()


# --- what is missing


def test_what_is_missing_names_the_question_and_the_way(one):
    plan = make.plan(one, texts={"vision": "", "need": ""})
    assert [(lack.question, lack.what) for lack in queries.blocks(plan)] == [
        ("D1", "Tell the vision."),
        ("D1", "Tell why this plan is needed."),
        ("D1", "Write an objective."),
        ("D1", "Write an action."),
    ]
    make.objective(one, plan)
    make.action(plan)
    told = {lack.what: lack for lack in queries.lacks(plan)}
    assert told["Say who does “A rumour line”."].blocks
    assert told["Say until when “A rumour line” is done."].blocks
    assert not told["Say what “A rumour line” costs; nothing is an answer too."].blocks
    assert not told["Ask design partners whether “A rumour line” could do harm."].blocks
    assert told["Tell it in اردو."].address.endswith("/edit/?language=ur")
    page = officer(one).get(at(plan, "adopt"))
    assert "The plan cannot be adopted yet." in text(page)
    assert all(lack.address in text(page) for lack in queries.blocks(plan))
    assert "group-D" in text(page)


def test_an_incomplete_plan_cannot_be_adopted_through_any_door(one):
    plan = make.plan(one)
    make.objective(one, plan)
    with pytest.raises(ValidationError, match="Write an action"):
        asked(one, plan)
    answer = officer(one).post(at(plan, "adopt"), {**make.DECISION, "decided_on": "2026-05-04"})
    assert answer.status_code == 422
    assert not TwoPersonAct._unscoped.exists()
    # Asked while it was whole, and an action lost its date before the second person came.
    ready = make.ready(one)
    act = asked(one, ready)
    ready.actions.update(due=None)
    with pytest.raises(ValidationError, match="Say until when"):
        network.confirm_two_person(act=act, by=one.mayor)
    assert fresh(ready).state == "draft"


# --- adopted


def test_two_people_adopt_it_with_its_decision_and_its_level_at_once(one):
    plan = make.adopted(one, to="hub")
    assert (plan.state, plan.visibility, plan.decided_on) == ("adopted", "hub", date(2026, 5, 4))
    assert plan.texts["en"]["decided_by"] == "City council"
    assert plan.texts["en"]["decision"] == "Resolution 17"
    verbs = set(Line.objects.filter(place=one.place.slug).values_list("verb", flat=True))
    assert {"plan.ask_to_adopt", "plan.adopt", "network.confirm_two_person"} <= verbs


def test_before_the_second_person_nothing_changes_and_after_withdrawing_neither(one):
    plan = make.ready(one)
    act = asked(one, plan)
    assert fresh(plan).state == "draft"
    assert "decided_by" not in fresh(plan).texts["en"]
    with pytest.raises(ValidationError, match="asked already"):
        asked(one, plan)
    network.withdraw_two_person(act=act, by=one.officer)
    with pytest.raises(ValidationError):
        network.confirm_two_person(act=act, by=one.mayor)
    assert fresh(plan).state == "draft"


def test_the_asker_alone_is_not_two(one):
    plan = make.ready(one)
    people.grant(one.users["city_officer"], one.place, Role.AUDITOR)
    act = asked(one, plan)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=people.viewer(one.users["city_officer"]))
    for role in ("facilitator", "partner", "mayor"):
        with pytest.raises(PermissionDenied):
            services.ask_to_adopt(
                plan=make.ready(one), by=one.viewers[role], **make.DECISION
            )  # fmt: skip
    assert fresh(plan).state == "draft"


def test_a_plan_changed_meanwhile_is_not_adopted(one):
    for change in (
        lambda plan: services.change(
            plan=plan, language="en", texts={"vision": "Something else."}, by=one.officer
        ),
        lambda plan: make.objective(one, plan, "One more"),
        lambda plan: plan.actions.update(due=date(2030, 1, 1)),
        lambda plan: actions.remove(action=plan.actions.get(number=2), by=one.officer),
    ):
        plan = make.ready(one)
        first = plan.actions.get()
        make.action(plan, 2, objective=first.objective, owner=first.owner, due=first.due)
        act = asked(one, plan)
        change(plan)
        with pytest.raises(ValidationError, match="was changed"):
            network.confirm_two_person(act=act, by=one.mayor)
        assert fresh(plan).state == "draft"


def test_what_a_decision_needs(one):
    plan = make.ready(one)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for more, field in (
        ({"to": "mechanism"}, "to"),
        ({"to": "everywhere"}, "to"),
        ({"decided_on": tomorrow}, "decided_on"),
        ({"decided_by": ""}, "decided_by"),
        ({"decision": ""}, "decision"),
        ({"decided_by": "Ask 0771234567"}, "decided_by"),
    ):
        with pytest.raises(ValidationError) as refused:
            asked(one, plan, **more)
        assert field in refused.value.message_dict
    with pytest.raises(ValidationError, match="Say why"):
        asked(one, plan, reason=" ")
    assert not TwoPersonAct._unscoped.exists()
    assert fresh(plan).texts == plan.texts


def test_around_an_election_nothing_becomes_public_and_the_rest_goes_on(one):
    today = timezone.localdate()
    plan = make.ready(one)
    act = asked(one, plan, to="public")
    ElectionPeriod._unscoped.create(place=one.place.parent, begins=today, ends=today)
    with pytest.raises(ValidationError, match="Around the election"):
        network.confirm_two_person(act=act, by=one.mayor)
    assert fresh(plan).state == "draft"
    network.withdraw_two_person(act=act, by=one.officer)
    with pytest.raises(ValidationError, match="Around the election"):
        asked(one, plan, to="public")
    act = asked(one, plan, to="network")
    network.confirm_two_person(act=act, by=one.mayor)
    assert fresh(plan).visibility == "network"


def test_a_wider_level_that_two_people_gave_before_stays(one):
    plan = make.ready(one)
    Plan._unscoped.filter(pk=plan.pk).update(visibility="network")
    network.confirm_two_person(act=asked(one, plan, to="city"), by=one.mayor)
    assert fresh(plan).visibility == "network"


def test_another_rooms_thing_or_another_place_is_no_plan(world):
    plan = make.ready(world.other)
    for thing in (f"plan:{plan.pk}", "dialogue:1", "plan:x"):
        act = network.ask_two_person(
            verb="plan.adopt", thing=thing, title="x", place=world.one.place,
            reason="Now.", by=world.one.officer, detail={"to": "city"},
        )  # fmt: skip
        with pytest.raises(ValidationError, match="no such plan"):
            network.confirm_two_person(act=act, by=world.one.mayor)
    assert fresh(plan).state == "draft"


def test_if_the_journal_breaks_nothing_is_adopted(one, monkeypatch):
    plan = make.ready(one)
    act = asked(one, plan)

    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        network.confirm_two_person(act=act, by=one.mayor)
    assert (fresh(plan).state, fresh(plan).visibility) == ("draft", "mechanism")


def test_what_two_people_agreed_to_stands(one):
    plan = make.adopted(one)
    told = {"plan": plan, "by": one.officer}
    with pytest.raises(ValidationError, match="as they were decided"):
        services.change(**told, language="en", texts={"vision": "Something else."})
    with pytest.raises(ValidationError, match="as they were decided"):
        objectives.add(**told, language="en", texts={"title": "One more"})
    objective = plan.objectives.get()
    with pytest.raises(ValidationError, match="as they were decided"):
        objectives.change(
            objective=objective, language="en", texts={"title": "Other"}, by=one.officer
        )
    with pytest.raises(ValidationError, match="as they were decided"):
        objectives.remove(objective=objective, by=one.officer)
    services.change(**told, language="ur", texts={"title": "مل جل کر", "vision": "امن"})
    objectives.change(objective=objective, language="ur", texts={"title": "کم"}, by=one.officer)
    assert fresh(plan).texts["ur"]["vision"] == "امن"
    # A language that came later was not agreed to: it can be put right.
    services.change(**told, language="ur", texts={"vision": "سکون", "need": "افواہیں"})
    objectives.change(objective=objective, language="ur", texts={"title": "زیادہ"}, by=one.officer)
    assert fresh(plan).texts["ur"] == {"title": "مل جل کر", "vision": "سکون", "need": "افواہیں"}
    assert type(objective)._unscoped.get().texts["ur"]["title"] == "زیادہ"
    page = officer(one).get(at(plan, "edit"))
    assert "as they were decided" in text(page)


def test_asked_and_confirmed_in_a_browser(one):
    plan = make.ready(one)
    sent = {**make.DECISION, "decided_on": "2026-05-04", "to": "public"}
    assert officer(one).post(at(plan, "adopt"), sent)["Location"] == at(plan)
    page = text(officer(one).get(at(plan)))
    assert "has asked to adopt it" in page
    mayor = people.sign_in(one.users["mayor"])
    requests = text(mayor.get(reverse("network:requests", kwargs={"place": one.place.slug})))
    assert "Adopt a plan" in requests
    assert "City council" in requests
    assert "Resolution 17" in requests
    act = TwoPersonAct._unscoped.get()
    mayor.post(reverse("network:confirm", kwargs={"act": act.pk}))
    assert fresh(plan).state == "adopted"
    page = text(Client().get(at(plan)))
    assert "City council" in page
    assert "Resolution 17" in page
    assert "Adopt the plan" not in page


# --- running, looked back at


def test_a_translation_that_was_agreed_to_stands(one):
    plan = make.ready(one)
    told = {"plan": plan, "by": one.officer}
    services.change(**told, language="ur", texts={"title": "مل جل کر"})
    plan = make.adopted(one, plan=plan)
    assert plan.agreed["ur"] == ["title"]
    with pytest.raises(ValidationError, match="as they were decided"):
        services.change(**told, language="ur", texts={"title": "کچھ اور"})
    for vision in ("امن", "سکون"):
        services.change(**told, language="ur", texts={"vision": vision})
    assert fresh(plan).texts["ur"] == {"title": "مل جل کر", "vision": "سکون"}


def test_from_adopted_to_reviewed(one):
    plan = make.adopted(one)
    told = {"reviewed": "Two of three.", "language": "en", "by": one.officer}
    with pytest.raises(ValidationError, match="runs"):
        services.look_back(plan=plan, reviewed_on=date(2026, 6, 1), **told)
    services.run(plan=plan, by=one.officer)
    with pytest.raises(ValidationError, match="adopted"):
        services.run(plan=plan, by=one.officer)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for more, field in (
        ({"reviewed_on": tomorrow}, "reviewed_on"),
        ({"reviewed_on": date(2026, 5, 3)}, "reviewed_on"),
        ({"reviewed_on": date(2026, 6, 1), "reviewed": " "}, "reviewed"),
        ({"reviewed_on": date(2026, 6, 1), "reviewed": "Ask 0771234567"}, "reviewed"),
    ):
        with pytest.raises(ValidationError) as refused:
            services.look_back(plan=plan, **{**told, **more})
        assert field in refused.value.message_dict
    services.look_back(plan=plan, reviewed_on=date(2026, 6, 1), **told)
    assert fresh(plan).state == "reviewed"
    with pytest.raises(ValidationError, match="stays as it was"):
        services.change(plan=plan, language="en", texts={"title": "New"}, by=one.officer)
    # In more languages it can be told also then.
    goal = plan.objectives.get()
    client = officer(one)
    assert client.post(at(plan, "edit"), {"language": "ur", "title": "نیا"}).status_code == 302
    to_goal = at(plan, "edit_objective", number=goal.number)
    assert client.post(to_goal, {"language": "ur", "title": "ہدف"}).status_code == 302
    assert client.post(to_goal, {"language": "en", "title": "Other"}).status_code == 422
    assert fresh(plan).texts["ur"] == {"title": "نیا"}
    assert type(goal)._unscoped.get().texts["ur"] == {"title": "ہدف"}
    page = text(officer(one).get(at(plan)))
    assert "Two of three." in page


def test_buttons_follow_the_state_and_the_role(one):
    plan = make.adopted(one)
    page = text(officer(one).get(at(plan)))
    assert "Set it running" in page
    assert "Set it running" not in text(people.sign_in(one.users["partner"]).get(at(plan)))
    facilitator = people.sign_in(one.users["facilitator"])
    assert facilitator.post(at(plan, "run")).status_code == 403
    assert officer(one).post(at(plan, "run")).status_code == 302
    page = text(officer(one).get(at(plan)))
    assert "Look back at the plan" in page
    assert "Set it running" not in page


# --- the list


def test_the_list_says_what_to_do_when_it_is_empty(one):
    path = reverse("plan:list")
    assert "Places decide themselves who sees their plans." in text(Client().get(path))
    page = text(officer(one).get(path + f"?place={one.place.slug}"))
    assert "Begin with what you know" in page
    assert reverse("plan:new", kwargs={"place": one.place.slug}) in page
    assert "Not begun yet" in page  # the mandate sheet
    assert f"?place={one.place.slug}" in text(officer(one).get(path))


def test_the_list_of_a_place_and_its_constant_queries(world, django_assert_num_queries):
    plan = make.plan(world.one)
    Plan._unscoped.update(visibility="public")
    with django_assert_num_queries(2):  # how many, and the rows
        assert "Living together" in text(Client().get(reverse("plan:list")))
    make.plan(world.other)
    make.plan(world.other)
    Plan._unscoped.update(visibility="public")
    with django_assert_num_queries(2):
        assert text(Client().get(reverse("plan:list"))).count("Living together") == 3
    page = text(Client().get(reverse("plan:list") + f"?place={world.one.place.slug}"))
    assert page.count("Living together") == 1
    assert at(plan) in page


def test_the_page_of_a_place_gets_the_rows_alone(one):
    make.plan(one)
    Plan._unscoped.update(visibility="public")
    path = reverse("plan:list") + f"?place={one.place.slug}"
    told = Client().get(path, headers={"HX-Request": "true"})
    assert "Living together" in text(told)
    assert "<html" not in text(told)
    assert "HX-Request" in told["Vary"]


def test_a_longer_plan_takes_no_more_queries(one, django_assert_num_queries):
    plan = make.adopted(one, to="public")
    make.contribution(one, plan)
    # The plan, its actions, their checks, its objectives, who helped, its indicators.
    with django_assert_num_queries(6):
        Client().get(at(plan))
    goal, owner = plan.objectives.get(), people.organisation(one.place, "School board")
    for number in (2, 3):
        make.action(plan, number, f"Step {number}", objective=goal, owner=owner)
        make.contribution(one, plan)
    with django_assert_num_queries(6):
        assert "Step 3" in text(Client().get(at(plan)))


def test_the_page_tells_no_organisations_name_to_others(one):
    plan = make.adopted(one, to="public")
    owner = plan.actions.get().owner
    make.contribution(one, plan, group="", organisation=people.organisation(one.place, "Boat club"))
    for path in (at(plan), at(plan, "progress")):
        page = text(Client().get(path))
        assert owner.name not in page
        assert "Boat club" not in page
        assert owner.type_labels[0] in page
    assert owner.name in text(officer(one).get(at(plan)))


def test_a_narrower_review_behind_a_public_plan_is_not_linked(one):
    review = make.review(one)
    challenge = make.challenge(one, review)
    plan = make.ready(one, review=review)
    make.objective(one, plan, "Answered", challenge=challenge)
    Plan._unscoped.update(visibility="public")
    page = text(Client().get(at(plan)))
    assert "Answered" in page
    assert f"/plan/review/{review.pk}/" not in page
    assert "Rumours before festivals" not in page
    assert f"/plan/review/{review.pk}/" in text(officer(one).get(at(plan)))
