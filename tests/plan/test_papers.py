"""A plan on one page: in eight languages, marked, on one sheet, with no more than its reader may know."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.test import Client

from baithak.network.scope import PUBLIC
from baithak.plan import papers
from baithak.plan.queries import files as queries
from baithak.report.paper_pdf import paper_pdf
from factories import network as people
from factories import plan_parts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def plan(world):
    made = make.plan(
        world.city, visibility="public",
        texts={
            "en": {"title": "Harbour plan", "vision": "Festivals are safe for everyone."},
            "ur": {"title": "بندرگاہ کا منصوبہ", "vision": "میلے سب کے لیے محفوظ ہیں۔"},
        },
    )  # fmt: skip
    lamps = people.organisation(world.city, "Lamp office", types=["local_government"])
    goal = make.objective(made)
    for number in range(30):
        make.action(made, f"Action {number}", owner=lamps, objective=goal, due=date(2026, 1, 1))
    make.indicator(
        made,
        of_people=True,
        readings=[(date(2026, 1, 1), 7)],
        target=50,
        target_on=date(2028, 1, 1),
    )
    return made


def words(answer):
    """Every text of a Word file, with its head and foot."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        found = [
            text
            for name in parts.namelist()
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)
            for text in re.findall(r"<w:t(?: [^>]*)?>([^<]*)", parts.read(name).decode())
        ]
    return " ".join(found)


def test_one_sheet_marked_as_a_draft_with_what_its_reader_may_know(world, plan):
    answer = Client().get(f"/en/plan/{plan.code}/as/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    paper = papers.plan_paper(
        queries.parts(PUBLIC, plan),
        list(plan.objectives.all()),
        language="en",
        site="https://hub.example",
    )
    assert paper_pdf(paper).pages == 1
    text = words(Client().get(f"/en/plan/{plan.code}/as/docx/"))
    assert "Draft" in text
    assert "fewer than 10" in text
    assert "Lamp office" not in text
    inside = people.sign_in(world.people["city"]["partner"])
    told = words(inside.get(f"/en/plan/{plan.code}/as/docx/"))
    assert "Lamp office" in told
    assert "6 further actions" in told


def test_in_the_language_that_is_asked_for(plan):
    told = words(Client().get(f"/en/plan/{plan.code}/as/docx/?language=ur"))
    assert "میلے سب کے لیے محفوظ ہیں۔" in told
    assert "Festivals are safe" not in told
    for language in ("bn", "hi", "ta", "si", "dv", "ne"):
        assert "Festivals are safe" in words(
            Client().get(f"/en/plan/{plan.code}/as/docx/?language={language}")
        )
    assert Client().get(f"/en/plan/{plan.code}/as/docx/?language=xx").status_code == 404
    assert Client().get(f"/en/plan/{plan.code}/as/exe/").status_code == 404


def test_an_empty_plan_has_a_paper_too(world):
    bare = make.plan(world.city, visibility="public", state="running")
    told = words(Client().get(f"/en/plan/{bare.code}/as/docx/"))
    assert "No action yet." in told
    assert "Draft" not in told
