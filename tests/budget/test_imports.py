"""An election held elsewhere becomes a closed, counted, explained budget, or nothing does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from baithak.budget import analysis, services, tasks
from baithak.budget.models import Ballot, Budget, CountState, Project, Result
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network.models import TwoPersonAct, Visibility
from baithak.network.scope import PUBLIC, SYSTEM
from engine.conftest import data_folder
from factories import network as make

pytestmark = pytest.mark.django_db

FILE = """META
key;value
description;Lamps and parks
country;XX
unit;Kandarpur
instance;2026
num_projects;4
num_votes;40
budget;100
vote_type;approval
rule;greedy
date_begin;2026-01-01
date_end;2026-02-01
currency;XTS
PROJECTS
project_id;cost;name
park;60;A park
lamps;40;Lamps for the lanes
bench;45;A bench
free;0;A wish without a price
VOTES
voter_id;vote;age
""" + "".join(f"{n};{'park,lamps' if n < 25 else 'bench'};{20 + n}\n" for n in range(40))


def plain(text=FILE):
    return analysis.read_upload(text.encode())


@pytest.fixture
def city():
    return make.city(name="Kandarpur", languages=["en", "ur"])


@pytest.fixture
def officer(city):
    return make.staffed(city)["city_officer"]


def upload(client, city, text=FILE, **given):
    return client.post(
        reverse("budget:import"),
        {
            "place": city.pk,
            "language": "en",
            "file": SimpleUploadedFile("vote.pb", text.encode()),
            **given,
        },
    )


def test_a_file_becomes_a_counted_budget(city, officer):
    budget = services.import_election(told=plain(), place=city, by=make.viewer(officer))
    assert (budget.title, str(budget.envelope), budget.currency) == (
        "Lamps and parks",
        "100",
        "XTS",
    )
    assert budget.visibility == Visibility.MECHANISM
    assert Ballot._unscoped.filter(budget=budget).count() == 40
    assert tasks.CHORES
    while any([chore() for chore in tasks.CHORES]):
        pass
    budget.refresh_from_db()
    assert budget.count_state == CountState.COUNTED, budget.count_trouble
    page = analysis.result_page(budget)
    # 15 of 40 want the bench: their part of the money pays it. Most votes first buys the park.
    assert [row.sheet.shown.title for row in page["funded"]] == ["Lamps for the lanes", "A bench"]
    assert [row.sheet.shown.title for row in page["only_there"]] == ["A park"]


def test_nothing_about_voters_is_kept(city, officer):
    budget = services.import_election(told=plain(), place=city, by=make.viewer(officer))
    rows = Ballot._unscoped.filter(budget=budget)
    assert set(rows.values_list("choices", flat=True)) == {"1,2", "3"}
    assert set(rows.values_list("channel", flat=True)) == {"imported"}
    assert rows.values("day").distinct().count() == 1
    assert len({bytes(pid) for pid in rows.values_list("pid", flat=True)}) == 40


def test_what_costs_nothing_is_shown_and_not_voted_on(city, officer):
    budget = services.import_election(told=plain(), place=city, by=make.viewer(officer))
    states = dict(Project._unscoped.filter(budget=budget).values_list("number", "state"))
    assert states == {1: "accepted", 2: "accepted", 3: "accepted", 4: "declined"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("vote_type;approval", "vote_type;ordinal", "ranked"),
        ("budget;100", "budget;100.001", "more than two decimals"),
        ("description;Lamps and parks", "description;", "names no title"),
    ],
)
def test_what_cannot_be_shown_is_refused_whole(city, officer, old, new, said):
    with pytest.raises(ValidationError, match=said):
        services.import_election(
            told=plain(FILE.replace(old, new)), place=city, by=make.viewer(officer)
        )
    assert not Budget.objects.seen_by(SYSTEM).exists()


def test_without_the_journal_nothing_is_imported(city, officer, monkeypatch):
    told = plain()

    def broken(**line):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        services.import_election(told=told, place=city, by=make.viewer(officer))
    assert not Budget.objects.seen_by(SYSTEM).exists()
    assert not Ballot._unscoped.exists()


def test_people_cannot_publish_at_once(city, officer):
    with pytest.raises(Exception, match="second person"):
        services.import_election(told=plain(), place=city, by=make.viewer(officer), public=True)


# --- pages
def test_the_first_look_changes_nothing_the_second_press_imports(city, officer):
    client = make.sign_in(officer)
    looked = upload(client, city)
    assert looked.status_code == 200
    assert "A wish without a price" in looked.text
    assert not Budget.objects.seen_by(SYSTEM).exists()
    held = re.search(r'name="held" value="([^"]+)"', looked.text)[1]
    done = client.post(reverse("budget:import"), {"held": held}, follow=True)
    budget = Budget.objects.seen_by(SYSTEM).get()
    assert done.redirect_chain[-1][0] == budget.get_absolute_url()
    again = client.post(reverse("budget:import"), {"held": held}, follow=True)
    assert "choose it again" in again.text
    assert Budget.objects.seen_by(SYSTEM).count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (FILE.replace("lamps;40", "lamps;forty"), "forty"),
        (FILE.replace("num_votes;40\n", ""), "num_votes"),
        ("\x00\x01", "cannot"),
    ],
)
def test_a_bad_file_is_named_with_its_remedy(city, officer, text, said):
    answer = upload(make.sign_in(officer), city, text)
    assert answer.status_code == 422
    assert "error" in answer.text
    if said != "cannot":
        assert said in answer.text
    assert not Budget.objects.seen_by(SYSTEM).exists()


def test_a_held_file_is_for_who_looked_at_it(city, officer):
    looked = upload(make.sign_in(officer), city)
    held = re.search(r'name="held" value="([^"]+)"', looked.text)[1]
    other = make.member(city, "city_officer")
    answer = make.sign_in(other).post(reverse("budget:import"), {"held": held}, follow=True)
    assert "choose it again" in answer.text
    assert not Budget.objects.seen_by(SYSTEM).exists()


def test_everybody_sees_it_after_a_second_person_confirms(city, officer):
    mayor = make.member(city, "mayor")
    budget = services.import_election(told=plain(), place=city, by=make.viewer(officer))
    client = make.sign_in(officer)
    client.post(reverse("budget:publish", kwargs={"code": budget.code}), {"reason": ""})
    assert not TwoPersonAct.objects.seen_by(SYSTEM).exists()
    client.post(
        reverse("budget:publish", kwargs={"code": budget.code}), {"reason": "To learn from it."}
    )
    assert not Budget.objects.seen_by(PUBLIC).exists()
    network.confirm_two_person(
        act=TwoPersonAct.objects.seen_by(SYSTEM).get(), by=make.viewer(mayor)
    )
    assert Budget.objects.seen_by(PUBLIC).get() == budget


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "Netherlands_Assen_2024",
        "Poland_Katowice_2024_Murcki",
        "Poland_Wroclaw_2016_Rejon_nr_11_250",
    ],
)
def test_a_real_budget_is_imported_and_counted_as_the_engine_counts_it(city, officer, name):
    from baithak.engine.budget.count import count
    from baithak.engine.budget.readers import read

    file = data_folder("budgets") / f"{name}.pb"
    told = analysis.read_upload(Path(file).read_bytes())
    budget = services.import_election(told=told, place=city, by=make.viewer(officer))
    while any([chore() for chore in tasks.CHORES]):
        pass
    budget.refresh_from_db()
    assert budget.count_state == CountState.COUNTED, budget.count_trouble
    election = read(file)
    utility = "points" if election.points is not None else "cost"
    wanted = count(election, utility=utility, completion="add1u", ties="votes").selected
    ids = {str(at): one["id"] for at, one in enumerate(told["projects"], start=1)}
    result = json.loads(Result._unscoped.get(budget=budget).outcome)
    assert {ids[number] for number in result["selected"]} == set(wanted)


# --- out again
def counted(city, officer, text=FILE):
    budget = services.import_election(told=plain(text), place=city, by=make.viewer(officer))
    while any([chore() for chore in tasks.CHORES]):
        pass
    budget.refresh_from_db()
    return budget


def test_ballots_that_many_cast_alike_go_out_as_they_came_in(city, officer):
    budget = counted(city, officer)
    client = make.sign_in(officer)
    address = reverse("budget:election", kwargs={"code": budget.code})
    assert address in client.get(reverse("budget:outcome", kwargs={"code": budget.code})).text
    answer = client.get(address)
    told = analysis.read_upload(answer.content)
    came = plain()
    assert sorted(told["ballots"]) == sorted(came["ballots"])
    assert [(p["name"], p["cost"]) for p in told["projects"]] == [
        (p["name"], p["cost"]) for p in came["projects"] if p["cost"] != "0"
    ]
    assert [p["selected"] for p in told["projects"]] == [0, 1, 1]
    assert b"age" not in answer.content


def test_the_file_can_be_compared_with_the_published_root(city, officer):
    from baithak.engine.budget.verify_count import findings

    budget = counted(city, officer)
    file = analysis.election_file(budget).encode()
    result = json.loads(Result._unscoped.get(budget=budget).outcome)
    assert list(findings(file, result, budget.ballot_root)) == []
    assert list(findings(file.replace(b";1,2\r\n", b";1\r\n", 1), result, budget.ballot_root)) != []


def test_a_rare_ballot_keeps_the_file_in_the_house(city, officer):
    rare = FILE.replace("39;bench;59", "39;bench,park;59")
    assert rare != FILE
    budget = counted(city, officer, rare)
    client = make.sign_in(officer)
    answer = client.get(reverse("budget:election", kwargs={"code": budget.code}), follow=True)
    assert "a rare one could give its voter away" in answer.text
    assert analysis.election_file(budget) is None
