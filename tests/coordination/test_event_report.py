"""The report of a workshop that writes itself: page, PDF and Word file, in every language, with a way to each source."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document

from baithak.coordination.models import Workshop
from baithak.coordination.reports.event import event_report, minutes
from baithak.coordination.services import commitments, workshops
from baithak.network.scope import PUBLIC
from baithak.report.paper import Link, Table, href_of, text_of
from factories import coordination as make
from factories import exchange as cities
from factories import network as people

pytestmark = pytest.mark.django_db

SOURCE = "https://hub.example/en/coordination/workshop/1/report/"


@pytest.fixture
def world():
    return cities.two_cities()


@pytest.fixture
def team(world):
    return world.one


@pytest.fixture
def told(world, team) -> Workshop:
    """A second workshop with everything in it, its report out, for everybody."""
    today = timezone.localdate()
    of = make.public(make.series(team, "Walks across the canal"))
    works = people.organisation(team.place, "Works department", types=["local_government"])
    quiet = people.organisation(team.place, "Lantern Women", types=["community_group"])
    first = make.workshop(team, "First workshop", series=of, day=today - timedelta(days=200))
    earlier = make.takeaway(team, first, "Count the dark corners")
    make.public(make.commitment(team, "A map of dark corners", of=earlier, owner=works))
    make.public(make.reported(team, first))
    made = make.workshop(
        team, "Second workshop", series=of, summary="Two streets share one evening a month.",
        hosts="The city and its traders", funders="A small fund", where="Town hall",
    )  # fmt: skip
    add = {"workshop": made, "by": team.officer}
    workshops.add_item(kind="part", texts={"title": "Walk", "description": "At dusk."}, **add)
    workshops.add_item(
        kind="raised", code="hate_speech", texts={"description": "Rumours on phones."}, **add
    )
    workshops.add_item(kind="showcase", practice=cities.published(world), **add)
    taken = make.takeaway(team, made, "Light the canal path")
    rows = make.people_rows(
        ("mayor", "LK", "cso", 21), ("partner", "BD", "cso", 14), ("partner", "NP", "cso", 3)
    )
    workshops.count_people(workshop=made, rows=rows, by=team.officer)
    kept = make.public(make.commitment(team, "Two lamps", of=taken, owner=works))
    make.public(make.commitment(team, "Tea", of=taken, owner=quiet, due=today - timedelta(days=2)))
    make.commitment(team, "Inside alone", of=taken)
    commitments.tell(
        commitment=kept, day=today, text="They shine.", language="en", state="done",
        by=team.officer,
    )  # fmt: skip
    return make.public(make.reported(team, made))


def address(workshop, kind=""):
    if kind:
        return reverse("coordination:event_report_file", args=[workshop.pk, kind])
    return reverse("coordination:event_report", args=[workshop.pk])


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_everybody_reads_it_with_complete_metadata_and_its_own_address(told):
    page = text(Client().get(address(told)))
    for words in (
        "Event report", "Two streets share one evening a month.", "Reading time", "1 minute",
        "The city and its traders", "A small fund", "Town hall", "CC BY 4.0",
        "About 40 people from 3 countries", "Rumours on phones.", "Light the canal path",
        "Two lamps", "Works department", "Community group", "Overdue", "Done", "English",
        "First workshop", "A map of dark corners", "Chatham House Rule",
    ):  # fmt: skip
        assert words in page, words
    for inside in ("Inside alone", "Lantern Women", "Nepal", "Draft"):
        assert inside not in page, inside
    metas = dict(re.findall(r'<meta name="dcterms\.(\w+)" content="([^"]*)"', page))
    assert metas == {
        "title": "Second workshop", "type": "Event report", "date": told.begins.isoformat(),
        "language": "en", "publisher": "Kandarpur", "license": "CC BY 4.0",
        "identifier": f"http://testserver{address(told)}",
    }  # fmt: skip
    assert f'<link rel="canonical" href="http://testserver{address(told)}">' in page


def test_the_short_form_stands_first(told):
    paper = event_report(PUBLIC, told, source=SOURCE)
    assert [section.name for section in paper.sections] == [
        "short", "about", "programme", "challenges", "practices", "takeaways", "commitments",
        "since", "participants",
    ]  # fmt: skip


def test_every_figure_leads_to_where_it_comes_from(told):
    paper = event_report(PUBLIC, told, source=SOURCE)
    browser = Client()
    figures = {text_of(fact.label): fact.value for fact in paper.facts}
    assert {name: text_of(value) for name, value in figures.items()} == {
        "People": "40", "Takeaway": "1", "Practice shown": "1", "Commitments": "2",
    }  # fmt: skip
    for value in figures.values():
        path, _hash, anchor = href_of(value).partition("#")
        assert f'id="{anchor}"' in text(browser.get(path))
    tables = [b for s in paper.sections for b in s.blocks if isinstance(b, Table)]
    rows = [row for table in tables if table.caption.startswith("What was") for row in table.rows]
    assert len(rows) == 3
    for row in rows:
        assert isinstance(row[0], Link)
        assert browser.get(row[0].href).status_code == 200


def test_a_team_reads_more_of_it_than_everybody(team, told):
    mine = text(people.sign_in(team.users["city_officer"]).get(address(told)))
    assert "Inside alone" in mine
    assert "Lantern Women" in mine


def test_before_it_is_out_the_team_alone_sees_how_it_will_read(world, team):
    made = make.public(make.workshop(team))
    make.takeaway(team, made)
    workshops.count_people(
        workshop=made, rows=make.people_rows(("mayor", "LK", "cso", 21)), by=team.officer
    )
    mine = text(people.sign_in(team.users["city_officer"]).get(address(made)))
    assert "Draft" in mine
    assert "The report is not out yet" in mine
    assert "20 people" not in mine  # figures are told once
    for stranger in (Client(), people.sign_in(world.other.users["city_officer"])):
        for kind in ("", "pdf", "docx"):
            assert stranger.get(address(made, kind)).status_code == 404


@pytest.mark.parametrize("language", ["en", "bn", "ur", "ta"])
def test_it_is_a_pdf_in_each_language(told, language):
    answer = Client().get(f"{address(told, 'pdf')}?language={language}")
    assert answer["Content-Type"] == "application/pdf"
    assert f"-{language}.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")
    assert f"/Lang ({language})".encode() in answer.content or b"/Lang" in answer.content


def test_it_is_a_word_file_with_its_title(told):
    answer = Client().get(f"{address(told, 'docx')}?language=ur")
    document = Document(io.BytesIO(answer.content))
    assert document.core_properties.title == "Second workshop"
    words = "\n".join(part.text or "" for part in document.element.body.iter() if part.text)
    for expected in ("Two lamps", "Light the canal path", "CC BY 4.0"):
        assert expected in words


def test_a_language_or_a_kind_that_is_none_is_not_there(told):
    assert Client().get(f"{address(told, 'pdf')}?language=xx").status_code == 404
    assert Client().get(address(told, "exe")).status_code == 404


def test_words_in_another_language_keep_it(team, told):
    workshops.change(workshop=told, language="ur", texts={"title": "دوسری ورکشاپ"}, by=team.officer)
    told.refresh_from_db()
    with translation.override("ur"):
        paper = event_report(PUBLIC, told, source=SOURCE)
    assert (paper.language, paper.said(paper.title).text) == ("ur", "دوسری ورکشاپ")
    page = text(Client().get(f"/ur/coordination/workshop/{told.pk}/report/"))
    assert 'dir="rtl"' in page
    assert "دوسری ورکشاپ" in page


def test_reading_time_is_never_nothing():
    assert (minutes(0), minutes(650)) == (1, 3)


def test_a_report_asks_the_same_whatever_is_in_it(team, told, django_assert_num_queries):
    browser = Client()
    browser.get(address(told))
    with django_assert_num_queries(14):
        browser.get(address(told))
    taken = told.takeaways.get()
    for at in range(3):
        make.public(make.commitment(team, f"More {at}", of=taken))
        make.takeaway(team, told, f"Light {at}")
    with django_assert_num_queries(14):
        browser.get(address(told))
