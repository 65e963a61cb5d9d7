"""Objectives: if we, then, because; of a draft, and tied to a challenge of the place."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from baithak.journal import services as journal
from baithak.plan.models import Objective, Plan
from baithak.plan.services import objectives as services
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db


def at(plan, name, **more):
    return reverse(f"plan:{name}", kwargs={"code": plan.code, **more})


def officer(team):
    return people.sign_in(team.users["city_officer"])


def test_a_challenge_of_another_place_is_refused(world):
    plan = make.plan(world.one)
    foreign = make.challenge(world.other, make.review(world.other))
    with pytest.raises(ValidationError) as refused:
        make.objective(world.one, plan, challenge=foreign)
    assert "challenge" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        make.objective(world.one, plan, texts={"then": "Call 0771234567"})
    assert "then" in refused.value.message_dict
    assert not Objective._unscoped.exists()


def test_one_with_actions_stays(one):
    plan = make.ready(one)
    with pytest.raises(ValidationError, match="Actions or indicators"):
        services.remove(objective=plan.objectives.get(), by=one.officer)
    other = make.objective(one, plan, "Another")
    services.remove(objective=other, by=one.officer)
    assert [told.number for told in plan.objectives.all()] == [1]


def test_without_its_journal_line_nothing_is_written(one, monkeypatch):
    plan = make.plan(one)

    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        make.objective(one, plan)
    assert not Objective._unscoped.exists()


def test_what_was_agreed_in_a_language_stands_and_others_come_along(one):
    plan = make.ready(one)
    told = {"objective": plan.objectives.get(), "by": one.officer}
    services.change(**told, language="ur", texts={"title": "افواہیں"})
    Plan._unscoped.filter(pk=plan.pk).update(state="running", decided_on=plan.begins)
    with pytest.raises(ValidationError) as refused:
        services.change(**told, language="ur", texts={"title": "کچھ اور"})
    assert list(refused.value.message_dict) == ["title"]
    # What was not told in it yet, and another language.
    services.change(**told, language="ur", texts={"because": "بازار"})
    services.change(**told, language="ta", texts={"title": "வதந்திகள்"})
    kept = Objective._unscoped.get()
    assert kept.texts["ur"] == {"title": "افواہیں", "because": "بازار"}
    assert kept.languages == ["en", "ur", "ta"]


def test_two_who_translate_at_once_lose_nothing(one):
    plan = make.ready(one)
    both = [plan.objectives.get(), plan.objectives.get()]
    for told, language in zip(both, ("ur", "ta"), strict=True):
        services.change(objective=told, language=language, texts={"title": "x"}, by=one.officer)
    assert Objective._unscoped.get().languages == ["en", "ur", "ta"]


def test_written_changed_and_taken_out_in_a_browser(one, finding):
    plan, browser = make.plan(one), officer(one)
    new = at(plan, "new_objective")
    # What led to it; the reason is written in beforehand only where everybody may read the finding.
    for finding, told in (("dialogue:k7m2p:12", 1), ("dialogue:k7m2p:13", 2)):
        page = browser.get(f"{new}?because={finding}").content.decode()
        assert page.count("Lamps make the lane ours") == told
    sent = {"language": "en", "title": "Lanes are used at night", "because": "Lamps"}
    assert browser.post(new, sent).status_code == 302
    assert browser.post(new, {**sent, "title": ""}).status_code == 422
    edit = at(plan, "edit_objective", number=1)
    page = browser.get(edit + "?language=ur").content.decode()
    assert "Lanes are used at night" in page
    assert 'name="challenge"' not in page
    browser.post(edit + "?language=ur", {"language": "ur", "title": "گلیاں"})
    told = Objective._unscoped.get()
    assert told.texts["ur"] == {"title": "گلیاں"}
    assert told.texts["en"]["title"] == "Lanes are used at night"
    browser.post(at(plan, "remove_objective", number=1))
    assert not Objective._unscoped.exists()
