"""The journal in plain sentences: per place, per thing, chosen, as a table."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, override

from baithak.journal import forms, services, words
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import network as make

pytestmark = pytest.mark.django_db


def write(**changes):
    told = {"verb": "dialogue.open", "thing": "dialogue:7", "by": "system", "place": "kandarpur"}
    return services.write(**{**told, **changes})


def test_an_act_of_two_people_reads_as_a_sentence(city):
    network.ask_to_invite(
        place=city.place, role=Role.AUDITOR, email="new@city.example", site="https://hub.example",
        reason="The auditor leaves.", by=city.officer,
    )  # fmt: skip
    told = words.tell(Line.objects.last())
    sign = city.officer.signature(city.place).split(":")[1]
    assert told.sentence == (
        f"City officer · {sign[:4]} asked a second person to confirm: "
        "Invite somebody to a role in charge."
    )
    assert re.fullmatch(r"Invitation [0-9a-f]{4}", told.thing)


def test_details_read_in_words_and_unknown_ones_stay_as_written():
    line = Line(
        verb="network.grant_role", thing="membership:3", by="system", detail='{"role":"mayor"}'
    )
    assert words.tell(line).sentence == "The hub itself took up a role: Mayor."
    odd = Line(
        verb="network.grant_role", thing="membership:3", by="public", detail='{"role":"king"}'
    )
    assert words.tell(odd).sentence == "Somebody without signing in took up a role: king."
    bare = Line(verb="network.grant_role", thing="membership:3", by="chatham", detail="{}")
    assert words.tell(bare).sentence.endswith("took up a role: ….")


def test_a_verb_without_words_is_told_calmly_and_never_hidden():
    line = Line(verb="moon.land", thing="rocket:1", by="captain:0123456789abcdef0123", detail="{}")
    told = words.tell(line)
    assert told.sentence == (
        "captain · 0123 did something that has no plain words yet (moon.land)."
    )
    assert told.thing == "rocket 1"


def test_words_may_hold_a_percent_sign_from_a_detail():
    words.verb("test.percent", gettext_lazy("said: %(what)s"))
    try:
        line = Line(verb="test.percent", thing="x:1", by="system", detail='{"what":"100 %(d)s %"}')
        assert words.tell(line).sentence == "The hub itself said: 100 %(d)s %."
    finally:
        del words.VERBS["test.percent"]


def test_a_thing_of_a_room_is_the_same_thing():
    line = Line(
        verb="network.ask_two_person", thing="dialogue.dialogue:4", by="system", detail="{}"
    )
    assert words.tell(line).about == "dialogue:4"
    assert words.tell(Line(verb="x", thing="strange", by="system", detail="{}")).about == ""


def test_the_page_tells_sentences_newest_first_with_a_counted_number_of_queries(
    city, django_assert_num_queries
):
    write()
    write(verb="dialogue.close", detail={"why": "<b>over</b>"})
    with django_assert_num_queries(7):
        page = city.auditors.get("/en/journal/kandarpur/").content.decode()
    assert "Journal · <bdi>Kandarpur</bdi>" in page
    assert page.index("closed a dialogue") < page.index("opened a dialogue to the public")
    assert "&lt;b&gt;over&lt;/b&gt;" in page
    for _n in range(20):
        write()
    with django_assert_num_queries(7):
        city.auditors.get("/en/journal/kandarpur/")


def test_a_partner_does_not_read_it_and_a_stranger_learns_nothing(city):
    for page in ("", "check/", "witnesses/", "kept/", "lines.csv", "journal.jsonl", "head.pdf"):
        assert city.partners.get(f"/en/journal/kandarpur/{page}").status_code == 403
        stranger = make.sign_in(make.member(make.city(name="Elsewhere"), Role.AUDITOR))
        assert stranger.get(f"/en/journal/kandarpur/{page}").status_code == 404


def test_the_trail_of_one_thing_holds_its_lines_alone(city):
    write(thing="dialogue:7")
    write(
        verb="network.ask_two_person", thing="dialogue.dialogue:7", detail={"act": "network.widen"}
    )
    write(thing="dialogue:77", verb="dialogue.close")
    page = city.auditors.get("/en/journal/kandarpur/dialogue:7/")
    assert page.status_code == 200
    told = page.content.decode()
    assert told.count('<li id="line-') == 2
    assert "Let more people see it" in told
    assert "closed a dialogue" not in told
    assert city.auditors.get("/en/journal/kandarpur/dialogue:8/").status_code == 404
    assert city.auditors.get("/en/journal/kandarpur/dialogue:%00/").status_code == 400


def test_kind_and_period_choose_lines(city):
    write(thing="dialogue:7")
    write(thing="dialogue.dialogue:8", verb="dialogue.pause")
    write(thing="budget:7", verb="budget.close")
    got = city.auditors.get("/en/journal/kandarpur/?kind=dialogue").content.decode()
    assert got.count('<li id="line-') == 2
    assert "closed the vote" not in got
    today = Line.objects.last().at[:10]
    everything = Line.objects.filter(place="kandarpur").count()
    for chosen in (f"since={today}", f"until={today}", f"since={today}&until={today}"):
        page = city.auditors.get(f"/en/journal/kandarpur/?{chosen}").content.decode()
        assert f"{everything} lines" in page
    ever = city.auditors.get("/en/journal/kandarpur/?since=0001-01-01&until=9999-12-31")
    assert f"{everything} lines" in ever.content.decode()
    none = city.auditors.get("/en/journal/kandarpur/?since=2020-01-01&until=2020-12-31")
    assert "No line fits" in none.content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=yesterday", "year-month-day"),
        ("kind=rocket", "Choose a kind from the list."),
        ("since=2026-02-01&until=2026-01-01", "ends before it begins"),
    ],
)
def test_a_choice_that_cannot_be_says_how_to_mend_it(city, asked, said):
    answer = city.auditors.get(f"/en/journal/kandarpur/?{asked}")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert city.auditors.get(f"/en/journal/kandarpur/lines.csv?{asked}").status_code == 422


def test_pages_of_a_choice_keep_the_choice(city):
    for _n in range(51):
        write(thing="dialogue:7")
    told = city.auditors.get("/en/journal/kandarpur/?kind=dialogue").content.decode()
    assert "?kind=dialogue&amp;page=2" in told
    second = city.auditors.get("/en/journal/kandarpur/?kind=dialogue&page=2").content.decode()
    assert second.count('<li id="line-') == 1


def test_an_empty_journal_says_how_it_fills(city):
    """A place always has the line that added it, so the words are asked of the page's part alone."""
    told = render_to_string(
        "journal/_lines.html",
        {"form": forms.PeriodForm(), "page": Paginator([], 50).get_page(1), "place": "kandarpur"},
    )
    assert "Every act of a person or of the hub becomes a line" in told


def test_the_table_is_safe_in_a_workbook_and_holds_the_choice(city):
    write(detail={"what": "=cmd|' /C calc'!A0"}, verb="dialogue.close")
    write(thing="budget:1", verb="budget.close")
    answer = city.auditors.get("/en/journal/kandarpur/lines.csv?kind=dialogue")
    assert answer["Content-Disposition"] == 'attachment; filename="journal-kandarpur.csv"'
    assert "no-store" in answer["Cache-Control"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["line", "at", "sentence", "verb", "thing", "by", "detail", "hash"]
    assert [row[3] for row in rows[1:]] == ["dialogue.close"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_sentences_follow_the_readers_language(city):
    words.verb("test.verb", gettext_lazy("Journal"))  # translated for sure
    try:
        line = Line(verb="test.verb", thing="x:1", by="system", detail="{}")
        with override("en"):
            english = words.tell(line).sentence
        with override("ur"):
            assert words.tell(line).sentence != english
    finally:
        del words.VERBS["test.verb"]


def test_a_place_is_called_by_its_name(city):
    assert words.place_called("kandarpur") == "Kandarpur"
    assert words.place_called("nowhere") == "nowhere"
    assert SYSTEM.signature(city.place) == "system"
