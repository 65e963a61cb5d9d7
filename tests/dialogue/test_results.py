"""The page of results: who was heard, with and without the open link, weighted or not, over time."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.test import Client

from baithak.dialogue import analysis, queries, services, tasks
from baithak.dialogue.analysis.drawing import ways_renewed
from baithak.dialogue.models import Category, Declaration, Dialogue, Participation, Question, Run
from baithak.report.opinion_time import Moment, draw_time
from baithak.report.words import words
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    return made.opened(team)


def redraw(dialogue):
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_due=None, map_dirty=True)
    queries.forget()
    assert tasks.redraw_a_map() == 1
    return Run._unscoped.filter(dialogue=dialogue).order_by("-revision").first()


def came_by(dialogue, channel, numbers):
    """Of the first crowd, these residents came another way."""
    pids = [made.pid(dialogue, f"resident-1-{one}") for one in numbers]
    Participation._unscoped.filter(dialogue=dialogue, pid__in=pids).update(channel=channel)


def asked(dialogue, shares=("0.5", "0.5")):
    question = Question._unscoped.create(
        dialogue=dialogue, number=1, texts={"en": "Are you a woman or a man?"}, source="Census 2021"
    )
    for number, (name, share) in enumerate(zip(("woman", "man"), shares, strict=True), 1):
        Category._unscoped.create(
            question=question, number=number, texts={"en": name}, share=Decimal(share)
        )
    return question


def said(dialogue, question, number, ones, seed=1):
    category = Category._unscoped.get(question=question, number=number)
    Declaration._unscoped.bulk_create(
        Declaration(
            dialogue=dialogue,
            pid=made.pid(dialogue, f"resident-{seed}-{one}"),
            question=question,
            category=category,
        )
        for one in ones
    )


def page(dialogue, language="en", client=None, team=False):
    address = (
        f"/{language}/dialogue/{dialogue.code}/map/"
        if team
        else f"/{language}/d/{dialogue.code}/result/"
    )
    answer = (client or Client()).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def part(told, name, end):
    return told[told.index(f'id="{name}"') : told.index(f'id="{end}"')]


def test_ways_in_stand_in_a_table_and_the_result_without_the_link_beside_all(dialogue):
    made.crowd(dialogue, 120)
    came_by(dialogue, "token", range(60))
    redraw(dialogue)
    told = part(page(dialogue), "heard", "over-time")
    assert re.findall(r'<td class="number">(\d+)</td>', told)[:2] == ["60", "60"]
    assert "With and without the open link" in told
    assert "The market needs more light." in told
    assert "Small groups keep their voice" in told
    # Statements stand by number, not by rank.
    rows = re.findall(r'<th scope="row" lang="en" dir="auto">([^<]+)</th>', told)
    order = [s["en"] for s in made.SEEDS if s["en"] in rows]
    assert rows == order


@pytest.mark.parametrize("by_slip", [5, 49, 112])
def test_a_list_of_few_verified_or_few_others_is_not_shown(dialogue, by_slip):
    """112 of 120: the list of all minus the list of the verified would tell on eight people."""
    made.crowd(dialogue, 120)
    came_by(dialogue, "token", range(by_slip))
    run = redraw(dialogue)
    assert analysis.published(run).defence.top_verified == ()
    told = part(page(dialogue), "heard", "over-time")
    assert "With and without the open link" not in told
    assert "as soon as at least 50 people have come" in told


def test_who_is_not_heard_yet_stands_beside_the_city_with_what_to_do(dialogue, team):
    question = asked(dialogue)
    made.crowd(dialogue, 120)
    said(dialogue, question, 1, range(15))
    said(dialogue, question, 2, range(15, 100))
    redraw(dialogue)
    told = part(page(dialogue), "heard", "over-time")
    assert "Not heard yet: woman." in told
    assert "Census 2021" in told
    assert "50%" in told
    assert "Weighted and unweighted" in told
    assert "people asked at random" in told
    assert "What to do so that they are heard" not in told
    client = people.sign_in(team.users["city_officer"])
    for_team = part(page(dialogue, client=client, team=True), "heard", "over-time")
    assert "What to do so that they are heard" in for_team
    assert "4 statements are missing in" in for_team


def test_a_map_is_drawn_while_nobody_has_said_anything_of_themselves(dialogue):
    asked(dialogue)
    made.crowd(dialogue, 60)
    run = redraw(dialogue)
    assert run.released
    assert "Weighted and unweighted" not in page(dialogue)


def test_a_small_answer_is_never_a_number(dialogue):
    question = asked(dialogue)
    made.crowd(dialogue, 120)
    said(dialogue, question, 1, range(7))
    said(dialogue, question, 2, range(15, 100))
    run = redraw(dialogue)
    (kept,) = run.voices
    assert kept["told"]["rows"][0]["count"] is None
    assert "7" not in re.findall(r'<td class="number">(\d+)</td>', page(dialogue))


def test_a_voice_changes_only_with_ten_new_people(dialogue):
    question = asked(dialogue)
    made.crowd(dialogue, 120)
    said(dialogue, question, 1, range(30))
    said(dialogue, question, 2, range(30, 100))
    redraw(dialogue)
    made.crowd(dialogue, 40, seed=2)
    said(dialogue, question, 1, range(4), seed=2)
    said(dialogue, question, 2, range(4, 40), seed=2)
    run = redraw(dialogue)
    assert run.released
    assert [row["count"] for row in run.voices[0]["told"]["rows"]] == [30, 105]


def test_a_way_in_changes_only_with_ten_new_people():
    before = {"open": 100, "token": 60}
    assert ways_renewed(before, {"open": 145, "token": 65}, 10) == {"open": 145, "token": 60}
    assert ways_renewed(before, {"open": 110, "token": 80}, 10) == {"open": 100, "token": 80}
    assert ways_renewed({}, before, 10) == before
    assert ways_renewed(before, {}, 10) == {}


def test_over_time_begins_with_the_second_released_map(dialogue):
    made.crowd(dialogue, 60)
    redraw(dialogue)
    assert "There is one map so far." in page(dialogue)
    made.crowd(dialogue, 40, seed=2)
    redraw(dialogue)
    made.crowd(dialogue, 3, seed=3)
    assert not redraw(dialogue).released
    told = part(page(dialogue), "over-time", "how")
    assert told.count('<tr><th scope="row">') == 2
    assert "There is one map so far." not in told
    for value in re.findall(r'<td class="number">(0\.\d+)</td>', told):
        assert round(float(value) * 20) == pytest.approx(float(value) * 20)


def test_the_line_has_gaps_where_there_were_no_groups_and_is_mirrored():
    line = [
        Moment("1 May", "60", 0.2, 0.4),
        Moment("2 May", "80", None, None),
        Moment("3 May", "95", 0.1, 0.5),
    ]
    told = draw_time(line, words("en"))
    assert told.count("M") > told.count("L")
    assert "2 May: no separate groups." in told
    assert told != draw_time(line, words("ur"))
    assert draw_time(line[:2], words("en")) == ""


def test_the_result_stays_after_closing_in_every_language(dialogue, team):
    made.crowd(dialogue, 60)
    redraw(dialogue)
    services.close(dialogue=dialogue, by=team.officer)
    for language in ("en", "ur", "ta", "dv"):
        assert "<svg" in page(dialogue, language)
    listed = Client().get("/en/dialogue/").content.decode()
    assert f"/en/d/{dialogue.code}/result/" in listed


def text_of(word: bytes) -> str:
    """Everything a Word file says: paragraphs, cells, footers and what pictures say of themselves."""
    with zipfile.ZipFile(io.BytesIO(word)) as parts:
        said = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")]
    return "\n".join(said)


@pytest.mark.parametrize("language", ["en", "ur", "ta", "dv", "si", "ne", "hi", "bn"])
def test_the_report_speaks_the_chosen_language_in_every_kind(dialogue, language):
    made.crowd(dialogue, 60)
    redraw(dialogue)
    address = f"/en/dialogue/{dialogue.code}/report/"
    told = Client().get(f"{address}html/?language={language}").content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language in {"ur", "dv"} else "ltr"}">' in told
    assert ("خواتین کے لیے رات کی بسیں چلیں۔" in told) is (language == "ur")
    word = Client().get(f"{address}docx/?language={language}")
    assert "wordprocessingml" in word["Content-Type"]
    assert f'-{language}.docx"' in word["Content-Disposition"]
    text = text_of(word.content)
    assert ("<w:bidi/>" in text) is (language in {"ur", "dv"})
    assert "The market needs more light." in text
    assert Client().get(f"{address}pdf/?language={language}").content.startswith(b"%PDF")


def test_the_report_holds_who_was_heard_and_how_it_changed(dialogue):
    question = asked(dialogue)
    made.crowd(dialogue, 120)
    came_by(dialogue, "token", range(60))
    said(dialogue, question, 1, range(7))
    said(dialogue, question, 2, range(15, 100))
    redraw(dialogue)
    made.crowd(dialogue, 40, seed=2)
    redraw(dialogue)
    address = f"/en/dialogue/{dialogue.code}/report/"
    page_kept = Client().get(f"{address}html/").content.decode()
    word = text_of(Client().get(f"{address}docx/").content)
    assert 'descr="Opinion map.' in word
    assert 'descr="Depth and breadth over time.' in word
    for told in (page_kept, word):
        assert "How people came" in told
        assert "Without the open link" in told
        assert "Each voice alike" in told
        assert "Are you a woman or a man?" in told
        assert "fewer than 10" in told
        assert "Over time" in told
    with zipfile.ZipFile(io.BytesIO(Client().get(f"{address}zip/").content)) as parcel:
        assert {"ways-in.csv", "over-time.csv", "heard-1.csv"} <= set(parcel.namelist())
        assert "fewer than 10" in parcel.read("heard-1.csv").decode()


def test_an_unknown_language_is_the_pages_own(dialogue):
    made.crowd(dialogue, 60)
    redraw(dialogue)
    told = Client().get(f"/ur/dialogue/{dialogue.code}/report/html/?language=xx").content.decode()
    assert '<html lang="ur"' in told


@pytest.mark.parametrize("language", ["en", "ur"])
def test_what_was_taken_away_stands_in_no_file(dialogue, team, language):
    """Also after the end, until no map is drawn any more; control: before, it stood in each of them."""
    one = made.submission(dialogue, "Karim of the tea stall cheats.")
    services.accept(statement=one, by=team.moderator)
    made.crowd(dialogue, 120)
    came_by(dialogue, "token", range(60))
    redraw(dialogue)
    address = f"/en/dialogue/{dialogue.code}/report/"

    def files():
        told = {
            kind: Client().get(f"{address}{kind}/?language={language}").content
            for kind in ("html", "csv", "docx", "zip")
        }
        with zipfile.ZipFile(io.BytesIO(told.pop("zip"))) as parcel:
            told |= {name: parcel.read(name) for name in parcel.namelist()}
        told["docx"] = text_of(told["docx"]).encode()
        return told

    named = {name for name, content in files().items() if b"Karim" in content}
    assert named >= {"html", "csv", "docx", "statements.csv", "common-ground.csv"}
    services.close(dialogue=dialogue, by=team.officer)
    services.undo(statement=one, by=team.moderator)
    services.reject(statement=one, reason="person", by=team.moderator)
    queries.forget()
    after = files()
    assert {name for name, content in after.items() if b"Karim" in content} == set()
    assert b"The market needs more light." in after["statements.csv"]
    assert "Karim" not in page(dialogue, language)
    assert Client().get(f"{address}pdf/?language={language}").content.startswith(b"%PDF")


def test_exact_figures_are_kept_of_the_newest_map_alone(dialogue):
    made.crowd(dialogue, 60)
    first = redraw(dialogue)
    assert '"votes"' in first.result
    made.crowd(dialogue, 3, seed=2)
    second = redraw(dialogue)
    assert not second.released
    first.refresh_from_db()
    assert first.result == ""
    assert first.table  # where somebody stands is worked out on the map that is shown
    made.crowd(dialogue, 40, seed=3)
    third = redraw(dialogue)
    assert third.released
    first.refresh_from_db()
    assert (first.result, first.table) == ("", "")
    assert third.result
    assert third.table
    assert page(dialogue)
