"""Workshops in a series: planned, held, reported past names and small cells; what became of what was agreed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from baithak.coordination.files.whole import whole_told
from baithak.coordination.models import Participants, Takeaway, Workshop
from baithak.coordination.queries import series as series_queries
from baithak.coordination.queries import workshops as queries
from baithak.coordination.services import commitments, workshops
from baithak.exchange.services.names import NamesError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC, SYSTEM
from factories import coordination as make
from factories import exchange as cities
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return cities.two_cities()


@pytest.fixture
def team(world):
    return world.one


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(answer):
    return answer.content.decode()


def last_verb():
    return Line.objects.order_by("n").last().verb


# --- planning
def test_it_begins_with_the_team_and_leaves_a_line(world, team):
    made = make.workshop(team, state="planned", day=timezone.localdate())
    assert (made.visibility, made.state, made.closed_room) == ("mechanism", "planned", True)
    assert last_verb() == "coordination.plan_workshop"
    assert queries.workshop(team.officer, workshop=made.pk) == made
    for stranger in (team.partner, world.other.officer, world.secretary, PUBLIC):
        assert queries.workshop(stranger, workshop=made.pk) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "Call 0771234567"}, "title"),
        ({"summary": "Turned\u202e round"}, "summary"),
        ({"title": "x" * 201}, "title"),
        ({"ends": timezone.localdate() - timedelta(days=90)}, "ends"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(team, wrong, field):
    with pytest.raises(ValidationError) as refused:
        make.workshop(team, **wrong)
    assert list(refused.value.error_dict) == [field]
    assert not Workshop._unscoped.exists()


def test_a_series_of_somebody_else_cannot_be_chosen(world, team):
    foreign = make.public(make.series(world.other))
    with pytest.raises(ValidationError, match="of this place or of its hub"):
        make.workshop(team, series=foreign)


def test_a_broken_journal_changes_nothing(team, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    made = make.workshop(team)
    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        make.takeaway(team, made)
    with pytest.raises(RuntimeError):
        workshops.count_people(
            workshop=made, rows=make.people_rows(("mayor", "LK", "cso", 12)), by=team.officer
        )
    assert not Takeaway._unscoped.exists()
    assert not Participants._unscoped.exists()


def test_it_is_not_held_before_it_begins(team):
    made = make.workshop(team, state="planned", day=timezone.localdate() + timedelta(days=2))
    with pytest.raises(RefusedError, match="too_early"):
        workshops.mark(workshop=made, state="held", by=team.officer)
    with pytest.raises(RefusedError, match="not_from_here"):
        workshops.mark(workshop=made, state="reported", by=team.officer)
    assert workshops.mark(workshop=made, state="cancelled", by=team.officer).state == "cancelled"


def test_what_was_promised_to_those_who_spoke_is_not_taken_back(team):
    made = make.workshop(team)
    with pytest.raises(
        ValidationError, match=r"promised to those who spoke.* enter the workshop anew"
    ):
        workshops.change(workshop=made, language="en", texts={}, closed_room=False, by=team.officer)


def test_a_series_that_is_not_shown_stays_with_its_workshop(world, team):
    hidden = make.series(world.other)
    made = make.workshop(team)
    Workshop._unscoped.filter(pk=made.pk).update(series=hidden)
    edit = reverse("coordination:edit_workshop", args=[made.pk])
    browser = officer(team)
    assert "not shown to you" in text(browser.get(edit))
    form = {
        "title": "Second workshop", "language": "en", "series": "", "begins": made.begins.isoformat(),
        "ends": made.ends.isoformat(), "closed_room": "on", "licence": "CC BY 4.0",
    }  # fmt: skip
    assert browser.post(edit, form).status_code == 302
    made.refresh_from_db()
    assert made.series == hidden
    mine = make.series(team)
    assert browser.post(edit, form | {"series": str(mine.pk)}).status_code == 302
    assert browser.post(edit, form).status_code == 302  # control: what is shown is cut
    made.refresh_from_db()
    assert made.series is None


@pytest.mark.parametrize("words", ["begun", "takeaway", "raised", "part", "held_again"])
def test_a_closed_room_is_not_opened_once_somebody_may_have_spoken(team, words):
    ahead = timezone.localdate() + timedelta(days=3)
    made = make.workshop(
        team, state="planned", day=timezone.localdate() if words == "begun" else ahead
    )
    add = {"workshop": made, "language": "en", "by": team.officer}
    if words == "takeaway":
        make.takeaway(team, made)
    elif words == "raised":
        workshops.add_item(kind="raised", code="hate_speech", **add)
    elif words == "part":
        workshops.add_item(kind="part", texts={"title": "Talk", "description": "Said so."}, **add)
    elif words == "held_again":
        Workshop._unscoped.filter(pk=made.pk).update(state="held")
    with pytest.raises(ValidationError, match="promised to those who spoke"):
        workshops.change(workshop=made, language="en", texts={}, closed_room=False, by=team.officer)


def test_an_empty_room_that_is_still_to_come_is_opened(team):
    made = make.workshop(team, state="planned", day=timezone.localdate() + timedelta(days=3))
    workshops.add_item(
        workshop=made, kind="part", language="en", texts={"title": "Opening"}, by=team.officer
    )
    told = {"title": made.title}
    opened = workshops.change(
        workshop=made, language="en", texts=told, closed_room=False, by=team.officer
    )
    assert opened.closed_room is False


def test_what_was_held_is_not_still_to_come_once_words_of_it_are_kept(team):
    made = make.workshop(team)
    assert workshops.mark(workshop=made, state="planned", by=team.officer).state == "planned"
    workshops.mark(workshop=made, state="held", by=team.officer)
    make.takeaway(team, made)
    with pytest.raises(RefusedError, match="has_words"):
        workshops.mark(workshop=made, state="planned", by=team.officer)
    browser = officer(team)
    answer = browser.post(
        reverse("coordination:mark_workshop", args=[made.pk]), {"state": "planned"}, follow=True
    )
    assert "What was said in it is written down" in text(answer)


# --- what it is made of
def test_a_challenge_needs_a_shared_code_and_stands_once(team):
    made = make.workshop(team)
    add = {"workshop": made, "kind": "raised", "by": team.officer}
    with pytest.raises(ValidationError, match="Choose one of the challenges"):
        workshops.add_item(code="no_such_code", **add)
    workshops.add_item(code="hate_speech", texts={"description": "Rumours"}, **add)
    assert workshops.add_item(code="online_hate", texts={"description": ""}, **add).texts == {}
    with pytest.raises(ValidationError, match="listed already"):
        workshops.add_item(code="hate_speech", **add)


def test_a_takeaway_with_commitments_stays(team):
    made = make.workshop(team)
    kept, loose = make.takeaway(team, made), make.takeaway(team, made, "Meet again")
    assert (kept.number, loose.number) == (1, 2)
    make.commitment(team, of=kept)
    with pytest.raises(RefusedError, match="has_commitments"):
        workshops.remove_item(item=kept, by=team.officer)
    workshops.remove_item(item=loose, by=team.officer)
    assert [one.pk for one in Takeaway._unscoped.all()] == [kept.pk]


# --- names
def test_what_is_said_in_a_closed_room_stays_there_until_it_was_looked_at(world, team):
    made = make.public(make.workshop(team))
    make.takeaway(team, made, "Noorabad spoke of its canal")
    assert list(queries.takeaways(PUBLIC, made)) == []
    assert list(queries.takeaways(world.other.officer, made)) == []
    assert len(queries.takeaways(team.officer, made)) == 1
    page = text(Client().get(made.get_absolute_url()))
    assert "Noorabad spoke" not in page
    assert "shown when the report is out" in page
    make.reported(team, made)
    assert "Noorabad spoke" in text(Client().get(made.get_absolute_url()))


@pytest.mark.parametrize("closed", [True, False])
def test_what_came_of_a_closed_room_is_its_teams_until_the_report_is_out(world, team, closed):
    made = make.public(
        make.workshop(team, closed_room=closed, summary="The mayor spoke of Noorabad.")
    )
    told = {"title": "After lunch", "description": "Noorabad told of its canal."}
    workshops.add_item(workshop=made, kind="part", language="en", texts=told, by=team.officer)
    secrets = ("spoke of Noorabad", "told of its canal")
    pages = {
        "outside": text(Client().get(made.get_absolute_url())),
        "elsewhere": text(officer(world.other).get(made.get_absolute_url())),
        "team": text(officer(team).get(made.get_absolute_url())),
    }
    for who, page in pages.items():
        assert "After lunch" in page
        for secret in secrets:
            assert (secret in page) == (who == "team" or not closed)
    make.takeaway(team, made)
    make.reported(team, made)
    page = text(Client().get(made.get_absolute_url()))
    assert all(secret in page for secret in secrets)


def test_no_file_holds_what_came_of_a_closed_room_before_its_report_either(team):
    made = make.public(make.workshop(team, summary="The mayor spoke of Noorabad."))
    told = {"title": "After lunch", "description": "Noorabad told of its canal."}
    workshops.add_item(workshop=made, kind="part", language="en", texts=told, by=team.officer)
    for viewer, heard in ((team.partner, False), (team.officer, True), (SYSTEM, True)):
        (found,) = json.loads(whole_told(viewer, team.place))["workshops"]
        assert found["texts"]["en"]["title"] == made.title
        assert found["parts"][0]["texts"]["en"]["title"] == "After lunch"
        assert ("summary" in found["texts"]["en"]) is heard
        assert ("description" in found["parts"][0]["texts"]["en"]) is heard


def test_search_does_not_know_what_came_of_a_closed_room_either(world, team):
    closed = make.public(make.workshop(team, "Closed one", summary="Lanterns for all"))
    make.public(make.workshop(team, "Open one", closed_room=False, summary="Lanterns for all"))
    page = text(officer(world.other).get("/en/search/?q=lanterns"))
    assert ("Open one" in page, "Closed one" in page) == (True, False)
    make.takeaway(team, closed)
    make.reported(team, closed)
    assert "Closed one" in text(officer(world.other).get("/en/search/?q=lanterns"))


def test_an_open_room_needs_no_waiting(team):
    made = make.public(make.workshop(team, closed_room=False))
    make.takeaway(team, made)
    assert len(queries.takeaways(PUBLIC, made)) == 1


def test_a_commitment_that_the_report_prints_is_looked_at_too(team):
    made = make.workshop(team)
    promised = make.commitment(team, "Two lamps", of=make.takeaway(team, made))
    assert queries.flags(team.officer, made) == ()
    type(promised)._unscoped.update(texts={"en": {"title": "Two lamps as Noorabad asked"}})
    (flag,) = queries.flags(team.officer, made)
    assert flag.names == ("Noorabad",)


def test_the_report_is_not_out_before_each_name_was_looked_at(team):
    made = make.workshop(team)
    make.takeaway(team, made, "Noorabad spoke of its canal")
    with pytest.raises(NamesError) as found:
        workshops.report(workshop=made, looked=[], by=team.officer)
    assert found.value.names == ("Noorabad",)
    with pytest.raises(NamesError):
        workshops.report(workshop=made, looked=["Kandarpur"], by=team.officer)
    assert workshops.report(workshop=made, looked=["Noorabad"], by=team.officer).is_reported
    assert last_verb() == "coordination.report_workshop"


def test_the_page_shows_the_names_and_a_box(team):
    made = make.workshop(team)
    make.takeaway(team, made, "Noorabad spoke of its canal")
    browser, address = officer(team), reverse("coordination:report_out", args=[made.pk])
    assert "Noorabad</bdi>" in text(browser.get(address))
    answer = browser.post(address, {})
    assert answer.status_code == 422
    assert "tick that you have looked" in text(answer)
    answer = browser.post(address, {"shown": "Noorabad\n", "looked": "1"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.is_reported


def test_what_is_written_after_the_report_is_looked_at_too(team):
    made = make.workshop(team)
    make.takeaway(team, made)
    make.reported(team, made)
    with pytest.raises(NamesError):
        make.takeaway(team, made, "Noorabad had more to say")
    browser = officer(team)
    address = reverse("coordination:add_workshop_item", args=[made.pk, "takeaway"])
    told = {"title": "Noorabad had more to say", "language": "en"}
    answer = browser.post(address, told)
    assert (answer.status_code, "tick that you have looked" in text(answer)) == (422, True)
    assert browser.post(address, {**told, "shown": "Noorabad", "looked": "1"}).status_code == 302


def test_there_is_no_report_of_nothing_and_none_of_what_was_not_held(team):
    made = make.workshop(team)
    with pytest.raises(RefusedError, match="nothing"):
        workshops.report(workshop=made, looked=[], by=team.officer)
    planned = make.workshop(team, state="planned")
    with pytest.raises(RefusedError, match="not_from_here"):
        workshops.report(workshop=planned, looked=[], by=team.officer)


# --- who came
ROWS = (("mayor", "LK", "cso", 21), ("partner", "BD", "police", 12), ("partner", "NP", "cso", 4))


def test_figures_come_with_the_report_rounded_and_never_small(world, team):
    made = make.public(make.workshop(team))
    make.takeaway(team, made)
    workshops.count_people(workshop=made, rows=make.people_rows(*ROWS), by=team.officer)
    assert queries.figures(made).is_empty
    assert "Figures are told when the report is out" in text(
        officer(team).get(made.get_absolute_url())
    )
    made = make.reported(team, made)
    page = text(Client().get(made.get_absolute_url()))
    assert "About 35 people from 3 countries" in page
    assert "Nepal" not in page
    assert list(queries.counts(PUBLIC, made)) == list(queries.counts(team.partner, made)) == []
    assert len(queries.counts(team.officer, made)) == 3


def test_countries_are_named_only_where_the_workshop_says_so_and_without_small_figures(team):
    made = make.workshop(team, name_countries=True)
    make.takeaway(team, made)
    workshops.count_people(workshop=made, rows=make.people_rows(*ROWS), by=team.officer)
    made = make.public(make.reported(team, made))
    page = text(Client().get(made.get_absolute_url()))
    assert "They came from: <bdi>Bangladesh, Sri Lanka, Nepal</bdi>" in page
    rows = dict(queries.figures(made).tables["country"].rows)
    assert "NP" not in rows


def test_a_report_that_is_out_names_no_countries_afterwards(team):
    made = make.workshop(team)
    make.takeaway(team, made)
    told = {"workshop": made, "language": "en", "texts": {}, "by": team.officer}
    workshops.change(**told, name_countries=True)
    workshops.change(**told, name_countries=False)
    make.reported(team, made)
    with pytest.raises(ValidationError) as refused:
        workshops.change(**told, name_countries=True)
    assert "name_countries" in refused.value.error_dict
    Workshop._unscoped.filter(pk=made.pk).update(name_countries=True)
    assert not workshops.change(**told, name_countries=False).name_countries


def test_counts_are_settled_when_the_report_is_out(team):
    made = make.workshop(team)
    make.takeaway(team, made)
    make.reported(team, made)
    with pytest.raises(RefusedError, match="settled"):
        workshops.count_people(workshop=made, rows=make.people_rows(*ROWS), by=team.officer)
    page = text(officer(team).get(reverse("coordination:count_people", args=[made.pk])))
    assert "the counts are settled" in page
    with pytest.raises(RefusedError, match="settled"):
        workshops.remove_item(item=Takeaway._unscoped.get(), by=team.officer)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("mayor", "LK", "cso", 0)], "Row 1: write how many people"),
        ([("mayor", "LK", "cso", 3), ("king", "LK", "cso", 3)], "Row 2: choose role"),
        ([("mayor", "QQ", "cso", 3)], "Row 1: choose role"),
        ([("mayor", "LK", "cso", 3), ("mayor", "LK", "cso", 4)], "Rows 1 and 2 count the same"),
    ],
)
def test_a_wrong_row_is_named(team, rows, told):
    made = make.workshop(team)
    with pytest.raises(ValidationError, match=told):
        workshops.count_people(workshop=made, rows=make.people_rows(*rows), by=team.officer)
    assert not Participants._unscoped.exists()


def test_the_table_of_people_is_typed_without_scripts(team):
    made = make.workshop(team)
    browser, address = officer(team), reverse("coordination:count_people", args=[made.pk])
    told = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    names = ("role", "country", "organisation_type", "people")
    for number, row in enumerate((ROWS[0], ("", "", "", ""), ROWS[1])):
        told |= {
            f"form-{number}-{name}": str(value) for name, value in zip(names, row, strict=True)
        }
    assert browser.post(address, told).status_code == 302
    assert sorted(one.people for one in Participants._unscoped.all()) == [12, 21]
    answer = browser.post(address, {**told, "form-0-country": ""})
    assert (answer.status_code, "Row 1: choose role, country" in text(answer)) == (422, True)
    assert sorted(one.people for one in Participants._unscoped.all()) == [12, 21]


# --- the next one begins with what became of the last one
def test_progress_since_the_workshop_before(world, team):
    of = make.series(team, description="For all who live on the canal.")
    first = make.workshop(team, "First", series=of, day=timezone.localdate() - timedelta(days=200))
    taken = make.takeaway(team, first)
    today = timezone.localdate()
    late = make.commitment(team, "Late one", of=taken, due=today - timedelta(days=3))
    kept = make.commitment(team, "Kept one", of=taken)
    left = make.commitment(team, "Open one", of=taken)
    gone = make.commitment(team, "Dropped one", of=taken)
    for one, state in ((kept, "done"), (gone, "dropped")):
        commitments.tell(
            commitment=one, day=today, text=f"So it is {state}.", language="en", state=state,
            by=team.officer,
        )  # fmt: skip
    second = make.workshop(team, "Second", series=of)
    assert queries.previous(team.officer, second) == first
    told = queries.progress(team.officer, first)
    assert (told.kept, told.open, told.overdue, told.dropped) == (
        (kept,),
        (left,),
        (late,),
        (gone,),
    )
    page = text(officer(team).get(second.get_absolute_url()))
    assert "4 promised, 1 kept, 1 open, 1 overdue, 1 dropped" in page
    assert queries.previous(team.officer, first) is None
    assert queries.previous(PUBLIC, make.public(second)) is None


def test_a_newcomer_reads_what_it_is_for_what_was_agreed_and_whom_to_ask(team):
    of = make.series(team, description="For all who live on the canal.")
    page = text(officer(team).get(of.get_absolute_url()))
    assert "No workshop has taken place yet." in page
    made = make.workshop(team, series=of)
    make.takeaway(team, made, "Light the canal path")
    make.reported(team, make.public(made))
    make.public(of)
    page = text(Client().get(of.get_absolute_url()))
    for told in ("New here?", "For all who live", "Light the canal path", "the office that runs"):
        assert told in page
    assert series_queries.welcome(PUBLIC, of).workshop == made


def test_another_language_is_told_beside_the_first(team):
    of = make.series(team)
    browser, address = officer(team), reverse("coordination:edit_series", args=[of.pk])
    assert "Walks across the canal" in text(browser.get(address + "?language=ur"))
    told = {"title": "نہر کے پار سیر", "description": "", "language": "ur"}
    assert browser.post(address + "?language=ur", told).status_code == 302
    of.refresh_from_db()
    assert of.languages == ["en", "ur"]
    assert "نہر کے پار سیر" in text(browser.get(f"/ur/coordination/series/{of.pk}/"))


# --- lists
def test_lists_have_an_empty_state(team):
    for name in ("workshops", "all_series", "commitments"):
        assert 'class="empty"' in text(Client().get(reverse(f"coordination:{name}")))
        assert 'class="empty"' in text(officer(team).get(reverse(f"coordination:{name}")))


@pytest.mark.parametrize(
    ("name", "number"), [("workshops", 10), ("all_series", 10), ("commitments", 13)]
)
def test_a_list_asks_the_database_the_same_whatever_its_length(
    team, name, number, django_assert_num_queries
):
    browser, address = officer(team), reverse(f"coordination:{name}")

    def grow(many):
        for at in range(many):
            of = make.series(team, f"Series {at}")
            made = make.workshop(team, f"Workshop {at}", series=of)
            make.commitment(team, f"Promise {at}", of=make.takeaway(team, made))

    grow(1)
    browser.get(address)
    with django_assert_num_queries(number):
        browser.get(address)
    grow(2)
    with django_assert_num_queries(number):
        assert text(browser.get(address)).count("<li>") >= 3


def test_a_workshops_page_asks_the_same_whatever_is_in_it(team, django_assert_num_queries):
    made, browser = make.workshop(team), officer(team)

    def grow(many):
        for at in range(many):
            taken = make.takeaway(team, made, f"Takeaway {at}")
            make.commitment(team, f"Promise {at}", of=taken)

    grow(1)
    browser.get(made.get_absolute_url())
    with django_assert_num_queries(16):
        browser.get(made.get_absolute_url())
    grow(2)
    with django_assert_num_queries(16):
        browser.get(made.get_absolute_url())


def test_a_facilitator_writes_and_a_partner_does_not(team):
    made = make.public(make.workshop(team))
    add = reverse("coordination:add_workshop_item", args=[made.pk, "takeaway"])
    assert people.sign_in(team.users["facilitator"]).get(add).status_code == 200
    assert people.sign_in(team.users["partner"]).get(add).status_code == 403
    assert Client().get(add).status_code == 302
    unknown = reverse("coordination:add_workshop_item", args=[made.pk, "king"])
    assert officer(team).get(unknown).status_code == 404
