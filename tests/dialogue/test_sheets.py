"""Sheets of paper: printed, typed once each, found when typed twice, read from files all or none."""

from __future__ import annotations

import io
import re
import threading
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from baithak.dialogue import services as dialogues
from baithak.dialogue.forms.sheet import answer_words
from baithak.dialogue.models import Dialogue, Participation, Session, Sheet, Statement, Vote
from baithak.dialogue.queries import sessions as queries
from baithak.dialogue.services import RefusedError
from baithak.dialogue.services import sheets as services
from baithak.dialogue.sheet_table import answer_of
from baithak.journal.models import Line
from baithak.network.keys import KeyMissingError
from baithak.report.ballot_sheet import MANY, Sheets, sheets_pdf
from baithak.report.ballot_sheet import Line as Printed
from factories import dialogue as made
from factories import network as people
from factories import sessions as held

pytestmark = pytest.mark.django_db

#: Enough statements for a hint that two sheets say the same.
TEN = [{"en": f"Statement of the {name} kind."} for name in (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")]  # fmt: skip


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    return made.opened(team)


@pytest.fixture
def session(team, dialogue):
    return held.session(dialogue, team)


@pytest.fixture
def facilitator(team):
    return people.sign_in(team.users["facilitator"])


def text(response):
    return response.content.decode()


def plain(response):
    return " ".join(re.sub(r"<[^>]*>", " ", text(response)).split())


def at(session, page):
    return f"/en/dialogue/{session.dialogue.code}/sessions/{session.pk}/{page}/"


def values(session, number):
    """What is stored of a sheet, by statement number."""
    ids = {told.pk: told.number for told in made.statements(session.dialogue)}
    return {ids[one]: value for one, value in queries.sheet_answers(session, [number])[number].items()}  # fmt: skip


# --- counting


def test_a_sheet_is_counted_as_a_session_and_has_no_name(team, dialogue, session):
    told = held.enter(session, team, {4: {1: 1, 2: -1, 3: 0}})
    assert told.new == (4,)
    assert values(session, 4) == {1: 1, 2: -1, 3: 0}
    part = Participation._unscoped.get()
    assert part.channel == "session"
    assert bytes(part.pid) == queries.sheet_pid(session, 4)
    assert dict(Vote._unscoped.values_list("turn", "day").distinct()).keys() == {0}
    assert Dialogue._unscoped.get(pk=dialogue.pk).map_dirty
    assert list(Sheet._unscoped.values_list("number", flat=True)) == [4]


def test_two_sessions_have_sheets_of_their_own(team, dialogue, session):
    other = held.session(dialogue, team)
    assert queries.sheet_pid(session, 1) != queries.sheet_pid(other, 1)
    held.enter(session, team, {1: {1: 1}})
    held.enter(other, team, {1: {1: -1}})
    assert held.stored(dialogue) == (2, 2)
    assert (values(session, 1), values(other, 1)) == ({1: 1}, {1: -1})


def test_the_same_sheet_again_changes_nothing(team, dialogue, session):
    held.enter(session, team, {4: {1: 1, 2: -1}})
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_dirty=False)
    lines = Line.objects.count()
    told = held.enter(session, team, {4: {1: 1, 2: -1}})
    assert (told.new, told.same, told.replaced) == ((), (4,), ())
    assert held.stored(dialogue) == (1, 2)
    assert not Dialogue._unscoped.get(pk=dialogue.pk).map_dirty
    assert Line.objects.count() == lines


def test_a_different_sheet_of_the_same_number_is_asked_about(team, dialogue, session):
    held.enter(session, team, {4: {1: 1, 2: -1, 3: 0}})
    with pytest.raises(services.EnteredBeforeError) as asked:
        held.enter(session, team, {4: {1: 1, 2: 1, 4: 1}, 5: {1: 1}})
    (told,) = asked.value.differences
    assert told.number == 4
    assert [(c.statement, c.before, c.after) for c in told.changes] == [
        (2, -1, 1), (3, 0, None), (4, None, 1),
    ]  # fmt: skip
    assert held.stored(dialogue) == (1, 3)  # sheet 5 was not written either
    done = held.enter(session, team, {4: {1: 1, 2: 1, 4: 1}, 5: {1: 1}}, replacing=[told.replaces])
    assert (done.new, done.replaced) == ((5,), (4,))
    assert values(session, 4) == {1: 1, 2: 1, 4: 1}
    assert held.stored(dialogue) == (2, 4)
    turns = dict(Vote._unscoped.filter(pid=queries.sheet_pid(session, 4)).values_list("statement__number", "turn"))  # fmt: skip
    assert turns == {1: 0, 2: 1, 4: 0}


def test_nothing_is_replaced_that_was_not_seen(team, dialogue, session):
    held.enter(session, team, {4: {1: 1}})
    with pytest.raises(services.EnteredBeforeError) as asked:
        held.enter(session, team, {4: {1: -1}})
    seen = asked.value.differences[0].replaces
    held.enter(session, team, {4: {1: 0}}, replacing=[asked.value.differences[0].replaces])
    with pytest.raises(services.EnteredBeforeError):  # somebody was quicker
        held.enter(session, team, {4: {1: -1}}, replacing=[seen])
    with pytest.raises(services.EnteredBeforeError):
        held.enter(session, team, {4: {1: -1}}, replacing=["4:made-up", "4", ""])
    assert values(session, 4) == {1: 0}


def test_what_cannot_be_counted(team, dialogue, session):
    for sheets, code in (
        ({0: {1: 1}}, "no_such_sheet"),
        ({501: {1: 1}}, "no_such_sheet"),
        ({1: {}}, "empty_sheet"),
        ({1: {99: 1}}, "no_such_statement"),
        ({1: {1: 2}}, "not_a_vote"),
    ):
        with pytest.raises(RefusedError, match=code):
            held.enter(session, team, sheets)
    Statement._unscoped.filter(dialogue=dialogue, number=2).update(state="rejected", reason="two")
    with pytest.raises(RefusedError, match="no_such_statement"):
        held.enter(session, team, {1: {1: 1, 2: 1}})
    dialogues.close(dialogue=dialogue, by=team.officer)
    with pytest.raises(RefusedError, match="closed"):
        held.enter(Session._unscoped.select_related("dialogue__place").get(), team, {1: {1: 1}})
    assert held.stored(dialogue) == (0, 0)


def test_a_statement_that_was_withdrawn_makes_no_difference(team, dialogue, session):
    held.enter(session, team, {4: {1: 1, 2: -1}})
    Statement._unscoped.filter(dialogue=dialogue, number=2).update(state="rejected", reason="two")
    assert held.enter(session, team, {4: {1: 1}}).same == (4,)
    with pytest.raises(services.EnteredBeforeError) as asked:
        held.enter(session, team, {4: {1: -1}})
    held.enter(session, team, {4: {1: -1}}, replacing=[asked.value.differences[0].replaces])
    assert values(session, 4) == {1: -1, 2: -1}  # kept, should it come back


def test_the_paused_link_stops_no_session(team, dialogue, session):
    dialogues.switch_link(dialogue=dialogue, on=False, by=team.officer)
    assert held.enter(session, team, {1: {1: 1}}).new == (1,)


def test_the_journal_knows_no_sheet(team, dialogue, session):
    before = Line.objects.count()
    held.enter(session, team, {37: {1: 1}})
    assert Line.objects.count() == before  # a line has a time
    with pytest.raises(services.EnteredBeforeError) as asked:
        held.enter(session, team, {37: {1: -1}})
    held.enter(session, team, {37: {1: -1}}, replacing=[asked.value.differences[0].replaces])
    services.take_out_sheet(session=session, number=37, by=team.officer)
    held.enter(session, team, {37: {1: 1}, 38: {1: 1}})
    lines = list(Line.objects.order_by("n")[before:])
    assert [line.verb for line in lines] == [
        "dialogue.replace_sheets", "dialogue.take_out_sheet", "dialogue.enter_table",
    ]  # fmt: skip
    assert all(line.thing == f"session:{session.pk}" for line in lines)
    assert all("37" not in str(line.detail) for line in lines)


def test_sheets_that_say_the_same_are_hinted_at_and_one_taken_out(team):
    dialogue = made.opened(team, seeds=TEN)
    session = held.session(dialogue, team)
    eight = {n: 1 if n % 2 else -1 for n in range(1, 9)}
    held.enter(session, team, {4: eight, 9: eight, 5: {**eight, 8: 0}, 6: {1: 1}, 7: {1: 1}})
    assert queries.alike(session) == [[4, 9]]
    browser = people.sign_in(team.users["facilitator"])
    page = browser.get(at(session, "sheets"))
    assert "Sheets 4, 9 say exactly the same." in plain(page)
    answer = browser.post(at(session, "sheets/out"), {"number": "9"}, follow=True)
    assert "Taken out: sheet 9 is not counted." in text(answer)
    assert "say exactly the same" not in text(answer)
    assert queries.entered_sheets(session) == [4, 5, 6, 7]
    assert Participation._unscoped.filter(dialogue=dialogue).count() == 4
    again = browser.post(at(session, "sheets/out"), {"number": "9"}, follow=True)
    assert "nothing changed" in text(again)


def test_after_closing_no_number_leads_to_answers(
    team, dialogue, session, django_capture_on_commit_callbacks
):
    held.enter(session, team, {4: {1: 1}})
    with django_capture_on_commit_callbacks(execute=True):
        dialogues.close(dialogue=dialogue, by=team.officer)
    with pytest.raises(KeyMissingError):
        queries.sheet_pid(session, 4)


# --- one by one


def test_a_sheet_is_typed(team, dialogue, session, facilitator):
    page = text(facilitator.get(at(session, "sheets")))
    assert page.count("<fieldset") == 6
    assert 'value="1"' in page  # the first number is offered
    answer = facilitator.post(at(session, "sheets"), {"number": "1", "s1": "a", "s2": "d", "s3": "s"})  # fmt: skip
    assert answer.status_code == 302
    page = text(facilitator.get(answer["Location"]))
    assert "Saved: sheets 1." in page
    assert 'value="2"' in page
    assert values(session, 1) == {1: 1, 2: -1, 3: 0}
    answer = facilitator.post(
        at(session, "sheets"), {"number": "1", "s1": "a", "s2": "d", "s3": "s"}, follow=True
    )
    assert "Typed before with the same answers, nothing changed: sheets 1." in text(answer)


def test_a_sheet_typed_twice_shows_what_differs(team, dialogue, session, facilitator):
    held.enter(session, team, {1: {1: 1, 2: -1}})
    again = {"number": "1", "s1": "a", "s2": "a"}
    answer = facilitator.post(at(session, "sheets"), again)
    assert answer.status_code == 422
    assert "2 Loudspeakers should stop at nine. Disagree Agree" in plain(answer)
    assert "Parks should stay open" not in plain(answer).split("Typed now")[1].split("Replace")[0]
    page = text(answer)
    assert re.search(r'name="s2" value="a" checked', page)  # what was typed stands in the form
    replace = re.search(r'name="replace" value="([^"]*)"', page)[1]
    assert values(session, 1) == {1: 1, 2: -1}
    answer = facilitator.post(at(session, "sheets"), {**again, "replace": replace}, follow=True)
    assert "Replaced: sheets 1." in text(answer)
    assert values(session, 1) == {1: 1, 2: 1}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"number": ""}, "This field is required."),
        ({"number": "501", "s1": "a"}, "less than or equal to 500"),
        ({"number": "2"}, "Nothing is chosen."),
        ({"number": "2", "s1": "x"}, "Nothing is chosen."),
    ],
)
def test_what_is_wrong_with_a_sheet(session, facilitator, sent, said):
    answer = facilitator.post(at(session, "sheets"), sent)
    assert answer.status_code == 422
    assert said in text(answer)


# --- as a table


def test_ten_sheets_at_once(team, dialogue, session, facilitator):
    page = text(facilitator.get(at(session, "table")))
    assert len(re.findall(r'name="n\d+"', page)) == 10
    sent = {
        "n1": "3", "c1-1": "a", "c2-1": "D", "c3-1": "-", "c4-1": "0",
        "n2": "4", "c1-2": "1", "c2-2": "-1", "c3-2": "متفق", "c4-2": "+",
        "n3": "5",
    }  # fmt: skip
    answer = facilitator.post(at(session, "table"), sent, follow=True)
    assert "Saved: sheets 3, 4." in text(answer)
    assert values(session, 3) == {1: 1, 2: -1, 3: -1, 4: 0}
    assert values(session, 4) == {1: 1, 2: -1, 3: 1, 4: 1}
    assert queries.entered_sheets(session) == [3, 4]


def test_every_mistake_of_a_table_is_told_and_nothing_is_lost(team, dialogue, session, facilitator):
    sent = {"n1": "3", "c1-1": "agre", "c2-1": "d", "n2": "", "c1-2": "a", "n3": "3", "c6-3": "s", "n4": "4", "c2-4": "7"}  # fmt: skip
    answer = facilitator.post(at(session, "table"), sent)
    assert answer.status_code == 422
    told = plain(answer)
    for said in (
        "Statement 1, column 1: “agre” is no answer.",
        "Number of the sheet in column 2: Write the number",
        "Number of the sheet in column 3: Sheet 3 stands in an earlier column.",
        "Statement 2, column 4: “7” is no answer.",
    ):
        assert said in told
    page = text(answer)
    for name, value in sent.items():
        assert re.search(rf'name="{name}" value="{value}"', page), name
    assert page.count('aria-invalid="true"') == 4
    assert held.stored(dialogue) == (0, 0)


def test_a_table_asks_about_sheets_typed_before(team, dialogue, session, facilitator):
    held.enter(session, team, {3: {1: 1}, 4: {1: 1}})
    sent = {"n1": "3", "c1-1": "d", "n2": "4", "c1-2": "s", "n3": "5", "c1-3": "a"}
    answer = facilitator.post(at(session, "table"), sent)
    assert answer.status_code == 422
    replace = re.findall(r'name="replace" value="([^"]*)"', text(answer))
    assert len(replace) == 2
    one = facilitator.post(at(session, "table"), {**sent, "replace": replace[:1]})
    assert one.status_code == 422  # the other one is still asked about, and nothing was written
    assert queries.entered_sheets(session) == [3, 4]
    both = facilitator.post(at(session, "table"), {**sent, "replace": replace})
    assert both.status_code == 302
    assert [values(session, n)[1] for n in (3, 4, 5)] == [-1, 0, 1]


# --- from a file


def send(browser, session, content, name="sheets.csv", **more):
    if isinstance(content, str):
        content = content.encode()
    return browser.post(at(session, "upload"), {"file": SimpleUploadedFile(name, content), **more})


def pressed(browser, session, answer, **more):
    """The second press."""
    taken = re.search(r'name="held" value="([^"]*)"', text(answer))[1]
    return browser.post(at(session, "upload"), {"held": taken, **more}, follow=True)


GOOD = "sheet,1: Parks,2,3\n,Parks,Loudspeakers,Buses\n1,a,d,s\n2,1,-1,0\n3,agree,متفق نہیں,\n4,,,\n7,+,−,٠\n"


def test_a_file_is_looked_at_then_counted_and_again_changes_nothing(
    team, dialogue, session, facilitator
):
    answer = send(facilitator, session, GOOD)
    assert answer.status_code == 200, text(answer)
    assert "New sheets: 1–3, 7" in plain(answer)
    assert "1 row with a number and no answer is passed over." in text(answer)
    assert "headed with other words" in text(answer)  # "Parks" is not the whole statement
    assert held.stored(dialogue) == (0, 0)  # a look changes nothing
    assert "Saved: sheets 1, 2, 3, 7." in text(pressed(facilitator, session, answer))
    assert held.stored(dialogue) == (4, 11)
    assert values(session, 3) == {1: 1, 2: -1}
    assert values(session, 7) == {1: 1, 2: -1, 3: 0}
    again = send(facilitator, session, GOOD)
    assert "There is nothing to save" in text(again)
    assert held.stored(dialogue) == (4, 11)


def test_a_file_that_differs_is_asked_about(team, dialogue, session, facilitator):
    held.enter(session, team, {2: {1: 1}})
    answer = send(facilitator, session, "sheet,1\n1,a\n2,d\n")
    assert "Typed before, with other answers" in text(answer)
    refused = pressed(facilitator, session, answer)
    assert refused.status_code == 422
    assert queries.entered_sheets(session) == [2]
    replace = re.search(r'name="replace" value="([^"]*)"', text(refused))[1]
    done = pressed(facilitator, session, refused, replace=replace)
    assert "Replaced: sheets 2." in text(done)
    assert values(session, 2) == {1: -1}


BROKEN = """sheet,1,2,3
1,a,b,s
x,a,a,a
,a,,
2,agre,,yes
2,a,,
501,a,,
0,a,,
-3,s,s,s
3,5,6,7
4,,,8,x
5,9,a,a
6,maybe,maybe,a
7,a,a,ja
8,nein,a,a
9,a,?,a
"""


def test_twenty_mistakes_are_all_told(team, dialogue, session, facilitator):
    answer = send(facilitator, session, BROKEN)
    assert answer.status_code == 422
    told = re.findall(r"<li>(sheets\.csv[^<]*)</li>", text(answer))
    assert len(told) >= 20
    wanted = [
        "row 2, column 3: “b” is no answer to statement 2. Write a, d or s",
        "row 3, column 1: “x” is no number of a sheet. Write a whole number from 1 to 500.",
        "row 4, column 1: The number of the sheet is missing.",
        "row 5, column 2: “agre” is no answer to statement 1.",
        "row 5, column 4: “yes” is no answer to statement 3.",
        "row 6, column 1: Sheet 2 stands already in row 5. Keep one of the two rows.",
        "row 7, column 1: “501” is no number of a sheet.",
        "row 8, column 1: “0” is no number of a sheet.",
        "row 9, column 1: “-3” is no number of a sheet.",
        "row 10, column 2: “5” is no answer",
        "row 10, column 3: “6” is no answer",
        "row 10, column 4: “7” is no answer",
        "row 11, column 4: “8” is no answer",
        "row 11, column 5: “x” stands in a column that no statement heads.",
        "row 12, column 2: “9” is no answer",
        "row 13, column 2: “maybe” is no answer",
        "row 13, column 3: “maybe” is no answer",
        "row 14, column 4: “ja” is no answer",
        "row 15, column 2: “nein” is no answer",
        "row 16, column 3: “?” is no answer",
    ]
    for said in wanted:
        assert sum(said in line for line in told) == 1, said
    assert len(told) == len(wanted)
    assert held.stored(dialogue) == (0, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The submitted file is empty."),
        (b"\n \n", "The file is empty."),
        (b"sheet,99,1\n1,a,a\n", "row 1, column 2: “99” begins with no number of a statement"),
        (b"sheet,1,1\n1,a,a\n", "row 1, column 3: Statement 1 has a column already."),
        (b"sheet,name\n1,Ayesha\n", "“name” begins with no number"),
        (b"sheet\n1\n", "No column is headed with the number of a statement."),
        (b"sheet,1\n1,\n", "The table holds no answer."),
        (b"sheet,1\n1,\xff\n", "row 2: This is not UTF-8."),
        (b'sheet,1\n1,"a\n', "The table is broken here"),
        (b"sheet,1\n" + b"1,a\n" * 1100, "more rows than a session has sheets"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b"PK\x03\x04broken", "This archive is broken"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(session, facilitator, content, said):
    answer = send(facilitator, session, content)
    assert answer.status_code == 422
    assert said in text(answer), text(answer)


def test_a_held_file_is_that_of_its_session_and_person(team, dialogue, session, facilitator):
    other = held.session(dialogue, team)
    answer = send(facilitator, session, "sheet,1\n1,a\n")
    taken = re.search(r'name="held" value="([^"]*)"', text(answer))[1]
    for browser, of in (
        (facilitator, other),
        (people.sign_in(team.users["city_officer"]), session),
    ):
        refused = browser.post(at(of, "upload"), {"held": taken}, follow=True)
        assert "choose it again" in text(refused)
    assert held.stored(dialogue) == (0, 0)


def test_the_template_comes_back(team, dialogue, session, facilitator):
    for kind in ("csv", "xlsx"):
        answer = facilitator.get(at(session, "empty"), {"as": kind})
        content = answer.content
        if kind == "csv":
            lines = content.decode("utf-8-sig").splitlines()
            assert lines[0].startswith("sheet,1: Parks should stay open until 10 at night.,2: ")
            assert len(lines) == 25
            lines[3] = "3,a,d,,,,s"
            filled = "\r\n".join(lines).encode()
        else:
            book = openpyxl.load_workbook(io.BytesIO(content))
            table = book["sheets"]
            assert [cell.value for cell in table[1]][1].startswith("1: Parks")
            for column, said in ((2, "d"), (3, -1), (7, 0)):
                table.cell(6, column, said)
            out = io.BytesIO()
            book.save(out)
            filled = out.getvalue()
        looked = send(facilitator, session, filled, f"sheets.{kind}")
        assert looked.status_code == 200, text(looked)
        assert "headed with other words" not in text(looked)
        pressed(facilitator, session, looked)
    assert queries.entered_sheets(session) == [3, 5]
    assert values(session, 3) == {1: 1, 2: -1, 6: 0}
    assert values(session, 5) == {1: -1, 2: -1, 6: 0}


def test_words_of_every_language_are_answers():
    from django.conf import settings
    from django.utils import translation

    known = answer_words()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for value, word in ((1, "Agree"), (-1, "Disagree"), (0, "Skip, not sure")):
                assert answer_of(str(translation.gettext(word)), known) == value, (code, word)
    for word, value in (("सहमत", 1), ("غیر متفق", -1), ("একমত নই", -1), ("উটপাখি", None)):
        if value is None:
            with pytest.raises(ValueError, match=word):
                answer_of(word, known)
        else:
            assert answer_of(word, known) == value


# --- paper


def test_the_paper_has_the_numbers_of_the_entry_page(team, dialogue, session, facilitator):
    Statement._unscoped.filter(dialogue=dialogue, number=2).update(state="rejected", reason="two")
    page = text(facilitator.get(at(session, "print")))
    assert page.count('class="ballot-sheet') == 24  # as many as come
    first = page.split('class="ballot-sheet')[1]
    printed = re.findall(r'<td class="number">(\d+)</td>', first)
    typed = re.findall(r'name="s(\d+)" value="a"', text(facilitator.get(at(session, "sheets"))))
    assert printed == typed == ["1", "3", "4", "5", "6"]
    assert "Sheet 1</p>" in first
    assert "Ward 12 · " in first
    assert first.count('class="tick"') == 15
    assert re.search(r"no name", first)


def test_a_statement_that_is_not_translated_is_marked(team, dialogue, session, facilitator):
    page = text(facilitator.get(at(session, "print"), {"first": 1, "last": 1, "language": "ur"}))
    assert 'dir="rtl"' in page.split('class="ballot-sheet')[1].split(">")[0]
    assert re.search(r"Loudspeakers should stop at nine\.\s*<span[^>]*>\(English\)", page)
    assert re.search(r"پارک رات دس بجے تک کھلے رہیں۔</th>", page)


@pytest.mark.parametrize(
    "asked",
    [{"first": 5, "last": 2}, {"first": 1, "last": 200}, {"first": 0, "last": 3}, {"first": 1, "last": 2, "language": "xx"}],
)  # fmt: skip
def test_what_cannot_be_printed(session, facilitator, asked):
    asked = {"language": "en", **asked}
    assert facilitator.get(at(session, "print"), asked).status_code == 422
    assert facilitator.get(at(session, "print/pdf"), asked).status_code == 404


def test_the_pdf_is_paper(session, facilitator):
    asked = {"first": 3, "last": 7, "language": "ur", "large": "on"}
    answer = facilitator.get(at(session, "print/pdf"), asked)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "ward-12-3-7.pdf" in answer["Content-Disposition"]


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def lines(count):
    return [Printed(n, f"Parks should stay open until {n} at night.", "en") for n in range(1, count + 1)]  # fmt: skip


def test_a_sheet_of_many_statements_is_one_page_and_large_print_more():
    told = {"title": "Market", "question": "What is good?", "session": "Ward 12 · 2026-12-03", "first": 1, "last": 4}  # fmt: skip
    assert Sheets(lines=lines(MANY), **told).columns == 2
    assert Sheets(lines=lines(MANY - 1), **told).columns == 1
    assert pages(sheets_pdf(Sheets(lines=lines(40), **told))) == 4
    assert pages(sheets_pdf(Sheets(lines=lines(17), **told))) == 4
    assert pages(sheets_pdf(Sheets(lines=lines(40), large=True, **told))) >= 8
    one = Sheets(lines=lines(5), **told)
    assert sheets_pdf(one) == sheets_pdf(one)


def test_a_text_is_no_command_on_paper():
    hostile = '#read("/etc/passwd") $x$ \\ *b* `code` @ref <label> #import "a.typ"'
    told = Sheets(title=hostile, question=hostile, session=hostile, first=1, last=1, lines=[Printed(1, hostile, "en")])  # fmt: skip
    assert pages(sheets_pdf(told)) == 1


def test_letters_that_no_font_has_leave_a_paper():
    told = Sheets(title="Market", question="?", session="Ward", first=1, last=1, lines=[Printed(1, "𓀀 ꙮ", "en")])  # fmt: skip
    assert pages(sheets_pdf(told)) == 1


# --- small groups


def test_no_page_for_the_team_tells_how_few_answered(team, dialogue, session):
    """Who looks on sees neither how many sheets there are nor what they say."""
    Session._unscoped.filter(pk=session.pk).update(people=4)
    held.enter(session, team, {n: {1: 1, 2: -1} for n in (17, 18, 19)})
    moderator = people.sign_in(team.users["moderator"])
    home = f"/en/dialogue/{dialogue.code}/sessions/"
    for address in (home, f"{home}{session.pk}/", f"/en/dialogue/{dialogue.code}/"):
        told = plain(moderator.get(address))
        for number in ("17", "18", "19"):
            assert number not in told.replace(session.day.strftime("%-d %B %Y"), "")
        assert "3 sheets" not in told
        assert " 4 " not in told.split("People who came")[-1][:40]
    assert "fewer than 10" in plain(moderator.get(f"{home}{session.pk}/"))
    map_page = moderator.get(f"/en/dialogue/{dialogue.code}/map/")
    assert "Ward 12" not in text(map_page)


def test_a_workbook_of_another_program_is_read(session, facilitator, dialogue):
    """First sheet of any name, numbers as numbers, a formula's last value, never the formula."""
    book = openpyxl.Workbook()
    book.active.title = "Feuille 1"
    for row in (["feuille", 1, 2], [1, "a", "d"], [2.0, 1, -1]):
        book.active.append(row)
    book.active["B5"] = "=1+0"
    out = io.BytesIO()
    book.save(out)
    answer = send(facilitator, session, out.getvalue(), "b.xlsx")
    assert "New sheets: 1–2" in plain(answer)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as parts:
        assert b"<f>1+0</f>" in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)
def test_two_people_type_the_same_sheet_at_once(team, dialogue, session):
    """One of them is counted, the others are told; nobody's answers are mixed."""
    start, told = threading.Barrier(6), []

    def types(value):
        start.wait()
        try:
            held.enter(session, team, {4: dict.fromkeys(range(1, 7), value)})
            told.append(value)
        except services.EnteredBeforeError as asked:
            told.append({change.before for change in asked.differences[0].changes})
        finally:
            connection.close()

    threads = [threading.Thread(target=types, args=(value,)) for value in (1, 0, -1) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (value,) = set(values(session, 4).values())
    assert len(told) == 6
    assert all(one == value or one == {value} for one in told)
    assert told.count(value) == 2  # the first, and who typed the very same
    assert held.stored(dialogue) == (1, 6)


@pytest.mark.parametrize("number", ["9" * 4301, "٣" * 5000, "²"])
def test_an_address_with_a_strange_number_opens_the_next_sheet(session, facilitator, number):
    answer = facilitator.get(at(session, "sheets"), {"number": number})
    assert answer.status_code == 200
    assert 'value="1"' in text(answer)
