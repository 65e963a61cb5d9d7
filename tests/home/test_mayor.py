"""The mayor's page: one sheet, every figure with its source, honest about what is missing."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from docx import Document

from baithak.dialogue import queries as dialogues
from baithak.dialogue import tasks
from baithak.dialogue.models import Dialogue
from baithak.exchange.models import Readiness
from baithak.home import mayor
from baithak.home.views.mayor import SHEETS
from baithak.network import limits
from baithak.report.paper import text_of, texts
from baithak.report.paper_pdf import paper_pdf
from factories import desk as made
from factories import dialogue as spoken
from factories import network as make

pytestmark = pytest.mark.django_db

SEEDS = [
    {"en": "Loudspeakers should stop at nine.", "bn": "রাত নয়টায় মাইক থামুক।"},
    {"en": "Night buses should run for women.", "bn": "নারীদের জন্য রাতের বাস চলুক।"},
    {"en": "Fishermen should keep the old quay.", "ur": "پرانا گھاٹ ماہی گیروں کے پاس رہے۔"},
    {"en": "The neighbourhood should walk and clean its lanes together.", "ur": "محلہ مل کر چلے۔"},
    {"en": "Water points should be open to everybody."},
    {"en": "Rumours should be answered before people get angry."},
]


@pytest.fixture
def city():
    return made.city(make.country(country_code="BD"))


def heard(city, people=60):
    """Two camps have voted, and the map is released."""
    team = SimpleNamespace(
        place=city.place,
        officer=make.viewer(city.people["city_officer"]),
        mayor=make.viewer(city.people["mayor"]),
    )
    dialogue = spoken.opened(team, seeds=SEEDS)
    spoken.crowd(dialogue, people)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_due=None)
    dialogues.forget()
    assert tasks.redraw_a_map() == 1
    dialogues.forget()
    return dialogue


def full(city):
    """Something under every heading."""
    place = city.place
    made.mandate(place)
    plan = made.plan(place)
    for number, state in enumerate(("running", "running", "planned", "paused")):
        made.action(
            plan, f"Action {number} {state} that has a long name to be read by the mayor",
            state=state, owner=city.club, due=made.days(number * 5 - 9), cost=125_000 + number,
            currency="BDT",
        )  # fmt: skip
    made.action(plan, "Done already", state="done", done_on=made.days(-4))
    committee = made.body(place, begins=made.days(-300), rhythm="quarterly")
    for back in (20, 110, 200):
        made.meeting(place, "Committee", on=-back, body=committee, state="held", present=7)
    made.body(place, "Interfaith round")
    made.meeting(place, "Was it held?", on=-3)
    made.commitment(place, "Open the hall", owner=city.club, due=made.days(-6))
    made.commitment(place, "Paint the bridge", owner=city.club, due=made.days(-2))
    made.request(place, place.parent, reply_by=made.days(-1))
    made.day(place, "Fair of boats", on=9)
    made.day(place, "Anniversary of the flood", on=21, kind="sensitive")
    made.card(place)
    Readiness._unscoped.create(place=place, answers={"A1": {"state": "started"}})


def sheet(city, language="en", role="mayor", most=3):
    with translation.override(language):
        told = mayor.page(make.viewer(city.people[role]), city.place)
        return mayor.paper(told, source="https://hub.example/en/mayor/x/", most=most)


def said(paper):
    return " | ".join(text.text for text in texts(paper))


# --- what stands on it
def test_everything_is_told_in_its_place(city):
    heard(city)
    full(city)
    told = said(sheet(city, most=6))
    for words in (
        "Water points should be open to everybody.",  # what we share
        "A: over 66%, B: under 34%",  # what divides us
        "Running",
        "500,006 BDT",
        "Office for living together",
        "Since ",  # a body's health line
        "Commitment, due",
        "Meeting not noted as held, due",
        "No reply from Examplia, due",
        "Fair of boats",
        "In our city people of all groups of opinion agree: ",
        "We have agreed on 5 actions; done so far: 1, under way: 2.",
        "first-hour card",
    ):
        assert words in told, words


def test_every_figure_leads_to_its_source(city):
    heard(city)
    full(city)
    page = make.sign_in(city.people["mayor"]).get(f"/en/mayor/{city.place.slug}/")
    body = page.content.decode()
    client = make.sign_in(city.people["mayor"])
    main = body[body.index("<article") : body.index("</article")]
    found = {link.partition("#")[0] for link in re.findall(r'href="(/en/[^"]+)"', main)}
    assert len(found) >= 10
    answers = {link: client.get(link.replace("&amp;", "&")).status_code for link in found}
    assert {link: code for link, code in answers.items() if code != 200} == {}


def test_an_empty_city_is_told_what_is_missing_and_still_has_three_sentences(city):
    paper = sheet(city)
    told = said(paper)
    for words in (
        "No dialogue with residents has a result yet.",
        "No plan is adopted.",
        "Nobody is named who leads.",
        "Nothing is overdue.",
        "The mandate sheet is not written.",
        "There is no first-hour card.",
        "The readiness checklist has no answers yet.",
    ):
        assert words in told, words
    viewer = make.viewer(city.people["mayor"])
    three = mayor.sentences(mayor.page(viewer, city.place))
    assert [text_of(one) for one in three] == [
        "We do not know yet what all groups share, and we are going to ask.",
        "A plan for living together is not adopted yet; we make it with those it concerns.",
        "Who leads this work is being decided; until then every office here listens.",
    ]


def test_a_draft_is_nobodys_work_and_no_part_of_it_is_told(city):
    draft = made.plan(city.place, "Secret draft", state="draft", decided_on=None)
    made.action(draft, "Only an idea", due=made.days(-3))
    assert "Secret draft" not in said(sheet(city))
    assert "Only an idea" not in said(sheet(city))


def test_two_currencies_are_never_added_up(city):
    plan = made.plan(city.place)
    made.action(plan, cost=1000, currency="BDT")
    made.action(plan, cost=500, currency="BDT")
    made.action(plan, cost=70, currency="EUR")
    made.action(plan, cost=9999, currency="EUR", state="dropped")
    assert "1,500 BDT, 70 EUR" in said(sheet(city))


def test_a_map_of_fewer_than_ten_says_nothing(city):
    heard(city, people=8)
    told = said(sheet(city))
    assert "Water points should be open" not in told
    assert "Residents are being asked." in told


def test_no_figure_about_people_but_those_of_the_released_map(city):
    """The shares on the sheet are those of the map's page, word for word (R6, R7)."""
    dialogue = heard(city)
    page = Client().get(f"/en/dialogue/{dialogue.code}/map/").content.decode()
    shares = re.findall(r"(?:under |over )?\d+%", said(sheet(city)))
    assert len(shares) >= 6
    assert [share for share in shares if share not in page] == []


# --- one sheet, any language
@pytest.mark.slow
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_one_sheet_in_each_language(city, language):
    heard(city)
    full(city)
    assert any(paper_pdf(sheet(city, language, most=most)).pages == 1 for most in (3, 2))
    client = make.sign_in(city.people["mayor"])
    pdf = client.get(f"/en/mayor/{city.place.slug}/as/pdf/?language={language}")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert pdf["Content-Disposition"].endswith(f'-{language}.pdf"')


def test_a_crowded_city_still_fits_on_one_sheet(city):
    heard(city)
    full(city)
    made.crowd(city.place, actions=300, organisations=5, commitments=200)
    assert any(paper_pdf(sheet(city, most=most)).pages == 1 for most in (3, 2, 1))
    assert "more" in said(sheet(city))


def test_the_word_file_tells_the_same(city):
    full(city)
    answer = make.sign_in(city.people["city_officer"]).get(f"/en/mayor/{city.place.slug}/as/docx/")
    told = Document(io.BytesIO(answer.content))
    text = "\n".join(p.text for p in told.paragraphs) + "\n".join(
        cell.text for table in told.tables for row in table.rows for cell in row.cells
    )
    for words in ("What we do", "Who leads", "Office for living together", "What to say today"):
        assert words in text


def test_the_page_can_be_read_in_another_language_than_the_interface(city):
    full(city)
    page = make.sign_in(city.people["mayor"]).get(f"/en/mayor/{city.place.slug}/?language=ur")
    assert '<article lang="ur" dir="rtl">' in page.content.decode()
    assert '<html lang="en"' in page.content.decode()


@pytest.mark.parametrize("wrong", ["?language=xx", "as/exe/", "as/pdf/?language=en-US"])
def test_what_does_not_exist_is_not_found(city, wrong):
    client = make.sign_in(city.people["mayor"])
    assert client.get(f"/en/mayor/{city.place.slug}/{wrong}").status_code == 404


def test_too_many_sheets_of_one_address_wait(city):
    client = make.sign_in(city.people["mayor"])
    for _ in range(SHEETS.most - 1):
        limits._counts.add(SHEETS.name, b"127.0.0.1", seconds=SHEETS.seconds)
    path = f"/en/mayor/{city.place.slug}/as/docx/"
    assert client.get(path).status_code == 200
    beyond = client.get(path)
    assert beyond.status_code == 429
    assert 0 < int(beyond["Retry-After"]) <= SHEETS.seconds


# --- what is overdue, and where all of it is listed
def overdue(city, number):
    """So many late things of each kind, beside things that are not late, or not of this city."""
    neighbour = made.city(city.place.parent, "Noorabad").place
    for place, name in ((city.place, "late"), (neighbour, "zqneighbour")):
        plan = made.plan(place, visibility="hub")
        for n in range(number):
            day = made.days(-n - 1)
            made.action(plan, f"Action {name} {n}", due=day)
            made.commitment(place, f"Commitment {name} {n}", due=day, visibility="hub")
            made.meeting(place, f"Meeting {name} {n}", on=-n - 1, visibility="hub")
            made.request(place, place.parent, f"Request {name} {n}", reply_by=day)
    plan = made.plan(city.place)
    for day, fields in ((1, {}), (-1, {"state": "done", "done_on": made.days(0)})):
        made.action(plan, f"Action zq {day}", due=made.days(day), **fields)
        made.commitment(city.place, f"Commitment zq {day}", due=made.days(day), **fields)
    made.meeting(city.place, "Meeting zq", on=1)
    made.meeting(city.place, "Meeting zq held", on=-1, state="held")
    made.request(city.place, city.place.parent, "Request zq", reply_by=made.days(1))


KINDS = ("Action", "Commitment", "Meeting", "Request")
LATE_TITLE = re.compile(rf"(?:{'|'.join(KINDS)}) (?:late|zq\w*)(?: \w+)?")


def test_the_page_names_all_that_is_overdue_and_nothing_else(city):
    overdue(city, 3)
    body = make.sign_in(city.people["mayor"]).get(f"/en/mayor/{city.place.slug}/").text
    part = body[body.index('id="overdue"') : body.index('id="missing"')]
    assert set(LATE_TITLE.findall(part)) == {f"{kind} late {n}" for kind in KINDS for n in range(3)}
    assert "more" not in part
    # The sheet has no room for twelve: it leads to the page for the rest.
    told = sheet(city)
    [late] = [section for section in told.sections if section.name == "overdue"]
    assert "and 8 more" in said(replace(told, sections=(late,)))


def test_beyond_what_the_page_names_each_kind_leads_to_the_list_of_just_these(city, monkeypatch):
    monkeypatch.setattr(mayor, "LATE", 1)
    overdue(city, 3)
    client = make.sign_in(city.people["mayor"])
    body = client.get(f"/en/mayor/{city.place.slug}/").text
    part = body[body.index('id="overdue"') : body.index('id="missing"')]
    assert "and 8 more" in part
    links = re.findall(r'href="([^"]+)">3</a>', part)
    assert len(links) == len(KINDS)
    for kind, link in zip(KINDS, links, strict=True):
        listed = client.get(link.replace("&amp;", "&")).text.split("<main")[1]
        found = set(LATE_TITLE.findall(listed))
        assert found == {f"{kind} late {n}" for n in range(3)}


# --- who opens it
def test_the_mayor_officers_and_auditors_open_it_to_all_others_it_does_not_exist(city):
    other = made.city(city.place.parent, "Noorabad")
    nation = make.member(city.place.parent, "national_representative")
    secretary = make.member(city.place.hub, "hub_secretariat")
    path = f"/en/mayor/{city.place.slug}/"
    opens = {
        role
        for role, user in city.people.items()
        if make.sign_in(user).get(path).status_code == 200
    }
    assert opens == {"mayor", "city_officer", "auditor"}
    strangers = [*other.people.values(), nation, secretary, make.person("Nobody")]
    assert {make.sign_in(user).get(path).status_code for user in strangers} == {404}
    assert Client().get(path).status_code == 404


def test_a_country_has_no_mayor(city):
    auditor = make.member(city.place.parent, "auditor")
    path = f"/en/mayor/{city.place.parent.slug}/"
    assert make.sign_in(auditor).get(path).status_code == 404


def test_as_many_questions_to_the_database_for_one_thing_as_for_fifty(city):
    client, counted = make.sign_in(city.people["mayor"]), set()
    for number in (1, 2, 47):
        plan = made.plan(city.place)
        for n in range(number):
            made.action(plan, f"Action {n}", owner=city.club, due=made.days(n - 9))
            made.commitment(city.place, owner=city.club, due=made.days(-n))
            made.meeting(city.place, on=-n - 1, body=made.body(city.place))
            made.day(city.place, on=n)
            made.request(city.place, city.place.parent, reply_by=made.days(-1))
        with CaptureQueriesContext(connection) as told:
            assert client.get(f"/en/mayor/{city.place.slug}/").status_code == 200
        counted.add(len(told))
    assert len(counted) == 1
    assert counted.pop() <= 32
