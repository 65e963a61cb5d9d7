"""The mandate sheet: what a place may do, who leads, and the gaps that nobody hides."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.plan.models import Mandate, Task
from baithak.plan.services import mandate as services
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db


def at(team, name="mandate", **more):
    return reverse(f"plan:{name}", kwargs={"place": team.place.slug, **more})


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def task(team, sheet, title="Permits for processions", holder="unclear", **texts):
    told = {"title": title, **texts}
    return services.add_task(
        mandate=sheet, holder=holder, language="en", texts=told, by=team.officer
    )


# --- services


def test_a_place_has_one_sheet_whoever_writes_on_it(one):
    first = make.sheet(one, lead_office="Mayor's office")
    again = services.write(
        place=one.place, language="en", texts={"lead_office": "Youth office"}, by=one.officer
    )
    assert first.pk == again.pk
    assert again.texts["en"]["summary"] == "The city may run youth work and markets."
    assert again.texts["en"]["lead_office"] == "Youth office"
    assert again.visibility == "mechanism"


def test_what_is_refused_leaves_nothing(one):
    for told, field in (
        ({"texts": {"summary": ""}}, "summary"),
        ({"texts": {"summary": "x" * 1501}}, "summary"),
        ({"texts": {"summary": "Ask 0771234567"}}, "summary"),
        ({"texts": {"summary": "Fine"}, "language": "xx"}, "language"),
        (
            {
                "texts": {"summary": "Fine"},
                "integrated": True,
                "decided_on": date(2026, 5, 1),
                "review_on": date(2026, 5, 1),
            },
            "review_on",
        ),
    ):
        with pytest.raises(ValidationError) as refused:
            services.write(place=one.place, by=one.officer, **{"language": "en", **told})
        assert field in refused.value.message_dict
    assert not Mandate._unscoped.exists()


def test_lines_are_numbered_and_can_go(one):
    sheet = make.sheet(one)
    first, second = (
        task(one, sheet),
        task(one, sheet, "Parks", "city", legal_basis="Act 12 of 1987"),
    )
    assert [first.number, second.number] == [1, 2]
    assert (first.is_gap, second.is_gap) == (True, False)
    services.remove_task(task=first, by=one.officer)
    assert [line.number for line in Task._unscoped.all()] == [2]
    with pytest.raises(ValidationError):
        task(one, sheet, "Roads", "nobody")


def test_without_its_journal_line_nothing_is_written(one, monkeypatch):
    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        make.sheet(one)
    assert not Mandate._unscoped.exists()


# --- pages


def test_before_it_is_begun_its_own_people_see_how_to_begin(one):
    page = officer(one).get(at(one))
    assert "Nobody has begun this sheet yet." in text(page)
    assert at(one, "edit_mandate") in text(page)
    assert "group-A" in text(page)
    for stranger in (Client(), people.sign_in(one.users["partner"])):
        assert stranger.get(at(one)).status_code == 404


def test_the_sheet_is_written_in_a_browser(one):
    browser = officer(one)
    sent = {"language": "en", "summary": "Markets and youth work.", "lead_office": "Youth office"}
    assert browser.post(at(one, "edit_mandate"), sent).status_code == 302
    page = text(browser.get(at(one)))
    assert "Youth office" in page
    assert "Permits for processions" in page  # to begin the map with
    sent = {"language": "en", "title": "Permits for processions", "holder": "unclear"}
    assert browser.post(at(one, "new_task"), sent).status_code == 302
    page = text(browser.get(at(one)))
    assert "Gaps" in page
    assert "Not clear" in page
    assert "Not known" in page
    assert Line.objects.filter(verb="plan.add_task").count() == 1
    refused = browser.post(at(one, "new_task"), {**sent, "title": "Car MH 12 AB 3456"})
    assert refused.status_code == 422
    assert "number plate" in text(refused)
    assert Task._unscoped.count() == 1


def test_a_translation_leaves_the_facts_alone(one):
    services.write(
        place=one.place, language="en", texts={"summary": "Markets."}, by=one.officer,
        integrated=True, decided_on=date(2026, 1, 2),
    )  # fmt: skip
    browser = officer(one)
    page = text(browser.get(at(one, "edit_mandate") + "?language=ur"))
    assert "Markets." in page  # to translate
    assert 'name="decided_on"' not in page
    assert browser.post(
        at(one, "edit_mandate") + "?language=ur", {"language": "ur", "summary": "بازار"}
    ).status_code == 302  # fmt: skip
    sheet = Mandate._unscoped.get()
    assert (sheet.integrated, sheet.decided_on, sheet.languages) == (
        True, date(2026, 1, 2), ["en", "ur"],
    )  # fmt: skip
    assert "بازار" in text(browser.get(at(one).replace("/en/", "/ur/")))


def test_readers_see_it_and_writers_write_it(one):
    sheet = make.sheet(one)
    task(one, sheet)
    Mandate._unscoped.update(visibility="public")
    page = Client().get(at(one))
    assert page.status_code == 200
    assert "Change the sheet" not in text(page)
    assert people.sign_in(one.users["partner"]).get(at(one, "edit_mandate")).status_code == 403
    assert people.sign_in(one.users["facilitator"]).get(at(one, "edit_mandate")).status_code == 200


def test_a_long_map_takes_no_more_queries(one, django_assert_num_queries):
    sheet = make.sheet(one)
    Mandate._unscoped.update(visibility="public")
    task(one, sheet)
    with django_assert_num_queries(2):  # the sheet, its lines
        assert Client().get(at(one)).status_code == 200
    task(one, sheet, "Parks")
    task(one, sheet, "Roads")
    with django_assert_num_queries(2):
        assert "Roads" in text(Client().get(at(one)))
