"""Polis exports: looked at first, imported whole or not at all, every problem with row and remedy."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from baithak.dialogue import services, tasks
from baithak.dialogue.models import Dialogue, Participation, Run, Statement, Vote
from baithak.dialogue.views import imports
from baithak.engine.errors import EngineError
from baithak.network.models import State, Visibility
from baithak.network.scope import SYSTEM
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1,x,0,7,1,1,1,"Lamps, please."\n'
    "2,x,1,8,1,0,1,Night buses.\n"
    "3,x,2,9,0,0,-1,Buy my phone.\n"
)
SUMMARY = (
    "topic,Safer evenings\nurl,https://example.org/safer\nconversation-description,Asked in May.\n"
)


def votes(*lines: str) -> str:
    head = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n"
    return head + "".join(f"{line}\n" for line in lines)


GOOD = votes(*(f"{n},0,0,2,1,1,1,{-1 if n % 2 else 1}," for n in range(12)))


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def officer(team):
    return people.sign_in(team.users["city_officer"])


def folder(path, votes_text=GOOD, comments=COMMENTS, summary=SUMMARY):
    for name, text in (
        ("participants-votes.csv", votes_text),
        ("comments.csv", comments),
        ("summary.csv", summary),
    ):
        if text is not None:
            (path / name).write_text(text, encoding="utf-8")
    return path


def files(votes_text=GOOD, comments=COMMENTS, summary=SUMMARY):
    told = {"votes": votes_text, "comments": comments, "summary": summary}
    return {
        name: SimpleUploadedFile(f"{name}.csv", text.encode() if isinstance(text, str) else text)
        for name, text in told.items()
        if text is not None
    }


def look(officer, team, **changed):
    return officer.post(
        "/en/dialogue/import/",
        {"place": team.place.pk, "language": "en", **files(**changed)},
    )


def held(response):
    return re.search(r'name="held" value="([^"]+)"', response.content.decode())[1]


def test_an_export_becomes_a_closed_dialogue_with_its_map(team, tmp_path):
    dialogue = services.import_polis(
        source=folder(tmp_path),
        place=team.place,
        by=team.officer,
        attribution="CC BY 4.0, somebody",
    )
    assert (dialogue.state, dialogue.visibility) == (State.CLOSED, Visibility.MECHANISM)
    assert (dialogue.title, dialogue.description) == ("Safer evenings", "Asked in May.")
    assert dialogue.source_url == "https://example.org/safer"
    told = {s.number: (s.state, s.wordings.get().text) for s in made.statements(dialogue)}
    assert told == {
        0: ("accepted", "Lamps, please."),
        1: ("accepted", "Night buses."),
        2: ("rejected", "Buy my phone."),
    }
    assert Vote._unscoped.count() == 24
    assert Participation._unscoped.count() == 12
    assert len({bytes(p) for p in Vote._unscoped.values_list("pid", flat=True)}) == 12
    assert tasks.redraw_a_map() == 1
    assert Run._unscoped.get().participants == 12
    page = people.sign_in(team.users["moderator"]).get(f"/en/dialogue/{dialogue.code}/map/")
    assert "CC BY 4.0, somebody" in page.content.decode()
    assert Client().get(f"/en/dialogue/{dialogue.code}/map/").status_code == 404


def test_publishing_takes_two_people_except_for_the_demonstrations_open_data(team, tmp_path):
    with pytest.raises(PermissionDenied):
        services.import_polis(
            source=folder(tmp_path), place=team.place, by=team.officer, public=True
        )
    dialogue = services.import_polis(source=tmp_path, place=team.place, by=SYSTEM, public=True)
    assert dialogue.visibility == Visibility.PUBLIC
    assert Client().get(f"/en/d/{dialogue.code}/").status_code == 200


def test_an_officer_asks_to_show_it_to_everybody(team, officer, tmp_path):
    from baithak.network import queries as network_queries
    from baithak.network import services as network

    dialogue = services.import_polis(source=folder(tmp_path), place=team.place, by=team.officer)
    address = f"/en/dialogue/{dialogue.code}/"
    assert "Ask to show it" in officer.get(address).content.decode()
    assert officer.post(f"{address}publish/", {"reason": "It is open data."}).status_code == 302
    act = network_queries.acts_waiting(team.mayor).get()
    network.confirm_two_person(act=act, by=team.mayor)
    dialogue.refresh_from_db()
    assert dialogue.visibility == Visibility.PUBLIC


@pytest.mark.parametrize("broken", ["votes", "comments"])
def test_nothing_half_written(team, tmp_path, broken):
    bad = {
        "votes": {"votes_text": GOOD.replace("3,0,0,2,1,1,1,-1,", "3,0,0,2,1,1,maybe,-1,")},
        "comments": {"comments": COMMENTS.replace(",1,Night", ",9,Night")},
    }[broken]
    with pytest.raises(EngineError):
        services.import_polis(source=folder(tmp_path, **bad), place=team.place, by=team.officer)
    assert Dialogue._unscoped.count() == Statement._unscoped.count() == Vote._unscoped.count() == 0


def test_a_failure_in_the_middle_of_the_votes_leaves_nothing(team, tmp_path, monkeypatch):
    from django.db import transaction

    from baithak.dialogue.services import imports

    def broken(*_rows):
        raise OSError("the disk is full")

    monkeypatch.setattr(imports, "_many", broken)
    with pytest.raises(OSError, match="full"), transaction.atomic():
        services.import_polis(source=folder(tmp_path), place=team.place, by=team.officer)
    assert Dialogue._unscoped.count() == 0


def test_an_export_without_a_topic_needs_a_title(team, tmp_path):
    folder(tmp_path, summary=None)
    with pytest.raises(ValidationError):
        services.import_polis(source=tmp_path, place=team.place, by=team.officer)
    dialogue = services.import_polis(
        source=tmp_path, place=team.place, by=team.officer, title="Evenings"
    )
    assert dialogue.title == "Evenings"


# --- in the browser
def test_the_first_look_changes_nothing_and_the_second_press_imports(team, officer):
    seen = look(officer, team)
    told = seen.content.decode()
    assert seen.status_code == 200
    assert "<dt>People</dt><dd>12</dd>" in told
    assert "Safer evenings" in told
    assert "Lamps, please." in told
    assert Dialogue._unscoped.count() == 0
    answer = officer.post("/en/dialogue/import/", {"held": held(seen)})
    assert answer.status_code == 302
    assert Dialogue._unscoped.get().get_absolute_url() == answer["Location"]
    # the files are gone: a second press finds nothing to import twice
    again = officer.post("/en/dialogue/import/", {"held": held(seen)})
    assert again["Location"] == "/en/dialogue/import/"
    assert Dialogue._unscoped.count() == 1


def test_what_one_officer_looked_at_another_cannot_import(team, officer):
    seen = look(officer, team)
    other = people.sign_in(made.team("Noorabad").users["city_officer"])
    answer = other.post("/en/dialogue/import/", {"held": held(seen)})
    assert answer["Location"] == "/en/dialogue/import/"
    assert Dialogue._unscoped.count() == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"votes_text": GOOD.replace("3,0,0,2,1,1,1,-1,", "3,0,0,2,1,1,7,-1,")}, ["row 5", "“7”", "1, 0, -1"]),
        ({"votes_text": GOOD.replace("3,0,0,2,1,1,1,-1,", "2,0,0,2,1,1,1,-1,")}, ["row 5", "row 4"]),
        ({"votes_text": GOOD + "99,0\n"}, ["row 14"]),
        ({"votes_text": ""}, ["participants-votes.csv"]),
        ({"votes_text": votes()}, ["participants-votes.csv"]),
        ({"votes_text": GOOD.encode("utf-16")}, ["UTF-8"]),
        ({"votes_text": None}, ["participants-votes.csv is missing"]),
        ({"comments": None}, ["comments.csv is missing"]),
        ({"comments": COMMENTS.replace("1,x,0,7,1,1,1,", "1,x,0,7,1,1,yes,")}, ["comments.csv", "row 2", "yes"]),
        ({"comments": COMMENTS.replace("3,x,2,9,0,0,-1,Buy my phone.\n", "")}, ["statement"]),
    ],
)  # fmt: skip
def test_every_problem_is_told_with_its_row_and_a_remedy(team, officer, changed, said):
    answer = look(officer, team, **changed)
    assert answer.status_code == 422
    told = answer.content.decode().replace("&#x27;", "'")
    for words in said:
        assert words in told, told[told.find("error-summary") :][:1500]
    assert Dialogue._unscoped.count() == 0


def test_several_problems_are_told_at_once(team, officer):
    bad = GOOD.replace("3,0,0,2,1,1,1,-1,", "3,0,0,2,1,1,7,-1,").replace(
        "5,0,0,2,1,1,1,-1,", "5,0,0,2,1,1,x,-1,"
    )
    told = look(officer, team, votes_text=bad).content.decode()
    assert "row 5" in told
    assert "row 7" in told


def test_what_the_reader_cannot_bear_is_told(team, officer, monkeypatch):
    from baithak.dialogue import analysis

    def broken(_folder):
        raise analysis.LimitError("time")

    seen = look(officer, team)
    monkeypatch.setattr(analysis, "read_upload", broken)
    assert "too large or too broken" in look(officer, team).content.decode()
    answer = officer.post("/en/dialogue/import/", {"held": held(seen)}, follow=True)
    assert "too large or too broken" in answer.content.decode()
    assert Dialogue._unscoped.count() == 0


def test_more_answers_than_others_can_wait_for_are_turned_away(team, officer, monkeypatch):
    monkeypatch.setattr(imports, "_MOST_VOTES", 24)
    assert look(officer, team).status_code == 200
    monkeypatch.setattr(imports, "_MOST_VOTES", 23)
    answer = look(officer, team)
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "hold 24 answers; at most 23" in told
    assert "baithak opinion map" in told
    assert 'name="held"' not in told


@pytest.mark.parametrize(
    ("names", "numbers"),
    [(("7", "8", "9"), [7, 8, 9]), (("1", "01", "2"), [1, 2, 3]), (("5", "6", "9999999999"), [1, 2, 3]),
     (("7", "8", "-1"), [1, 2, 3])],
)  # fmt: skip
def test_numbers_of_the_file_stay_where_they_can(team, officer, names, numbers):
    comments = re.sub(r",x,(\d),", lambda old: f",x,{names[int(old[1])]},", COMMENTS)
    seen = look(officer, team, votes_text=GOOD.replace(",0,1,2\n", f",{','.join(names)}\n"), comments=comments)  # fmt: skip
    assert officer.post("/en/dialogue/import/", {"held": held(seen)}).status_code == 302
    told = made.statements(Dialogue._unscoped.get())
    assert sorted(statement.number for statement in told) == numbers


def test_only_officers_import(team):
    for role in ("moderator", "mayor", "partner"):
        assert people.sign_in(team.users[role]).get("/en/dialogue/import/").status_code == 403
    assert Client().get("/en/dialogue/import/").status_code == 302
