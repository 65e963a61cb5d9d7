"""Pabulib files: every pitfall of real ones, every mistake with its line, and nothing lost."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.pabulib import read_pb, write_pb
from baithak.engine.budget.readers import validate
from baithak.engine.errors import EngineError
from engine.conftest import data_folder

#: Name of the shared file: projects, voters, ballots that differ from each other.
SHARED = {
    "France_Toulouse_2022": (199, 4532, 2449),
    "Hungary_Budapest_2022_VIII_Jozsefvaros": (33, 520, 405),
    "Netherlands_Amsterdam_604": (24, 2324, 1682),
    "Netherlands_Assen_2024": (14, 84, 67),
    "Poland_Czestochowa_2020": (90, 16978, 3181),
    "Poland_Gdynia_2021_Chwarzno-Wiczlino__small": (12, 3168, 255),
    "Poland_Katowice_2024_Murcki": (14, 1284, 284),
    "Poland_Krakow_2023_Nowa_Huta": (50, 7520, 1679),
    "Poland_Lodz_2022": (160, 90494, 23571),
    "Poland_Swiecie_2023": (22, 2553, 695),
    "Poland_Warszawa_2023_Mokotow": (81, 11067, 8307),
    "Poland_Wieliczka_2023_Green_Budget": (64, 6586, 1190),
    "Poland_Wroclaw_2016_Rejon_nr_11_250": (6, 2968, 6),
    "Switzerland_Zurich_S5D10": (24, 180, 179),
    "US_Stanford_Dataset_SF_Tenderloin_December_2022_vote_knapsacks": (31, 1169, 596),
}


def pb(
    *,
    meta: tuple[str, ...] = (),
    projects: tuple[str, ...] = ("park;60", "road;50"),
    votes: tuple[str, ...] = ("1;park,road", "2;road"),
    vote_type: str = "approval",
    budget: str = "100",
    header: str = "project_id;cost",
    voters: str = "voter_id;vote",
    end: str = "\n",
) -> bytes:
    lines = [
        "META", "key;value", "description;Parks", "country;Nowhere", "unit;Here", "instance;2026",
        f"num_projects;{len(projects)}", f"num_votes;{len(votes)}", f"budget;{budget}",
        f"vote_type;{vote_type}", "rule;greedy", "date_begin;2026-01-01", "date_end;2026-01-31",
        *meta, "PROJECTS", header, *projects, "VOTES", voters, *votes,
    ]  # fmt: skip
    return (end.join(lines) + end).encode()


def codes(content: bytes, **options: str) -> list[tuple[str, object, object]]:
    problems, notices = validate(content, **options)
    return [(p.code, p.params.get("row"), p.params.get("field")) for p in (*problems, *notices)]


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_file_is_read_and_written_back(name):
    election = read_pb(data_folder("budgets") / f"{name}.pb")
    assert (len(election.projects), election.n, len(election.weights)) == SHARED[name]
    assert election.n == int(election.meta["num_votes"])
    assert int(election.weights.sum()) == len(election.voter_ids) == len(set(election.voter_ids))
    once = write_pb(election)
    again = read_pb(once.encode())
    assert write_pb(again) == once
    assert again.meta == election.meta
    assert again.projects == election.projects
    assert again.voters == election.voters
    assert again.items.tolist() == election.items.tolist()


def test_reading_says_the_votes_that_the_file_counts():
    """Projects' own column of votes is what cities counted: an independent check of the ballots."""
    election = read_pb(data_folder("budgets") / "Poland_Lodz_2022.pb")
    counted = dict.fromkeys(range(len(election.projects)), 0)
    for group, weight in enumerate(election.weights.tolist()):
        for item in election.items[election.starts[group] : election.starts[group + 1]].tolist():
            counted[item] += weight
    assert [counted[at] for at in counted] == [p.votes for p in election.projects]


def test_a_large_city_is_read_quickly():
    path = data_folder("budgets") / "Poland_Lodz_2022.pb"
    read_pb(path)
    began = time.process_time()
    read_pb(path)
    assert time.process_time() - began < 2.0  # 0.4 s on a quiet machine


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks(end, mark):
    election = read_pb(mark + pb(end=end))
    assert [p.id for p in election.projects] == ["park", "road"]
    assert election.weights.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("written", "exact"),
    [("2458488.22", Fraction(245848822, 100)), ("12,5", Fraction(25, 2)), (" 100 ", Fraction(100))],
)
def test_a_budget_with_decimals_is_exact(written, exact):
    assert read_pb(pb(budget=written)).budget == exact


@pytest.mark.parametrize("written", ["5,000", "1e6", "-5", "1 000", "nan", "١٠٠", "", "0x10"])
def test_what_could_be_read_two_ways_is_refused(written):
    assert codes(pb(budget=written)) == [("budget.not_an_amount", 9, "budget")]


def test_further_rules_of_the_city_are_kept():
    told = read_pb(
        pb(header="project_id;cost;selected;name", projects=("park;60;2;A", "road;50;1;B"))
    )
    assert [p.selected for p in told.projects] == [2, 1]
    assert [p.selected for p in read_pb(pb()).projects] == [None, None]


def test_a_project_named_twice_counts_once_and_its_last_points_hold():
    told = read_pb(pb(votes=("1;park,road,park", "2;road,park")))
    assert told.weights.tolist() == [2]
    assert [(n.code, n.params["row"], n.params["count"]) for n in told.notices] == [
        ("budget.named_twice", 20, 1)
    ]
    points = read_pb(
        pb(
            vote_type="cumulative",
            voters="voter_id;vote;points",
            votes=("1;park,road,park;3,1,2", "2;park,road;2,1"),
        )
    )
    assert points.weights.tolist() == [2]
    assert points.points is not None
    assert points.points.tolist() == [2, 1]


def test_withdrawn_and_too_dear_projects_stay_and_are_told():
    told = codes(pb(projects=("park;60", "road;999999999", "tower;101")))
    assert told == [("budget.withdrawn", 17, "cost"), ("budget.too_dear", 18, "cost")]


def test_zero_points_are_no_support():
    told = read_pb(
        pb(vote_type="scoring", voters="voter_id;vote;points", votes=("1;park,road;0,2.5",))
    )
    assert (told.items.tolist(), told.points_scale) == ([1], 2)
    assert told.points is not None
    assert told.points.tolist() == [5]
    assert [n.code for n in told.notices] == ["budget.zero_points"]


def test_what_fits_altogether_is_told():
    assert codes(pb(budget="110")) == [("budget.everything_fits", None, None)]


def test_empty_ballots_hold_money():
    told = read_pb(pb(votes=("1;park", "2;")))
    assert told.n == 2
    assert [n.code for n in told.notices] == ["budget.empty_ballot"]


def test_an_ordinal_ballot_keeps_its_order():
    told = read_pb(pb(vote_type="ordinal", votes=("1;road,park", "2;park,road")))
    assert told.items.tolist() == [1, 0, 0, 1]


def test_unknown_keys_and_columns_come_back():
    content = pb(
        meta=("budget_per_category;1,2", 'comment;"#1: a; b"'),
        header="project_id;cost;colour",
        projects=("park;60;green", "road;50;"),
        voters="voter_id;vote;topic",
        votes=("1;park;art", "2;road;"),
    )
    told = read_pb(content)
    assert told.meta["comment"] == "#1: a; b"
    assert told.projects[0].extra == {"colour": "green"}
    assert told.voters == {"topic": ("art", "")}
    again = read_pb(write_pb(told).encode())
    assert (again.meta, again.projects, again.voters) == (told.meta, told.projects, told.voters)


MISTAKES = {
    "a section is missing": (b"META\nkey;value\n", "budget.missing_section", None),
    "no section at all": (b"voter_id,vote\n1,a\n", "budget.no_section", 1),
    "an empty file": (b" \n", "budget.empty_file", None),
    "binary": (b"\0\1\2\0" * 50, "budget.not_text", None),
    "a section twice": (pb() + b"VOTES\nvoter_id;vote\n3;park\n", "budget.section_twice", 22),
    "a key is missing": (pb().replace(b"rule;greedy\n", b""), "budget.missing_key", 3),
    "an unknown vote type": (pb(vote_type="party"), "budget.unknown_vote_type", 10),
    "no budget": (pb(budget="0"), "budget.no_money", 9),
    "a column is missing": (pb(header="project_id;price"), "budget.missing_column", 15),
    "a column twice": (
        pb(header="project_id;cost;cost", projects=("a;1;1",)), "budget.column_twice", 15
    ),
    "a column without a name": (
        pb(header="project_id;;cost", projects=("a;1;1",)), "budget.nameless_column", 15
    ),
    "a project twice": (pb(projects=("park;60", "park;50")), "budget.duplicate_project", 17),
    "a voter twice": (pb(votes=("1;park", "1;road")), "budget.duplicate_voter", 21),
    "an unknown project": (pb(votes=("1;park", "2;moon")), "budget.unknown_project", 21),
    "a negative cost": (pb(projects=("park;-60", "road;50")), "budget.not_an_amount", 16),
    "a comma in an id": (pb(projects=("a,b;60",), votes=("1;",)), "budget.comma_in_id", 16),
    "too many cells": (pb(projects=("park;60", "road;50;x")), "budget.too_many_cells", 17),
    "no id": (pb(projects=("park;60", ";50")), "budget.missing_value", 17),
    "no projects": (pb(projects=(), votes=("1;",)), "budget.no_projects", 15),
    "no ballots": (pb(votes=()), "budget.no_ballots", 19),
    "lengths differ": (
        pb(vote_type="scoring", voters="voter_id;vote;points", votes=("1;park,road;1",)),
        "budget.lengths_differ", 20,
    ),
    "not points": (
        pb(vote_type="scoring", voters="voter_id;vote;points", votes=("1;park;many",)),
        "budget.not_points", 20,
    ),
    "an open quotation mark": (pb(votes=("1;park", '2;"road')), "budget.open_quote", 21),
    "a quotation mark over sections": (
        pb(projects=('park;60;"A', "road;50"), header="project_id;cost;name"),
        "budget.open_quote", 16,
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_with_its_line(mistake):
    content, code, row = MISTAKES[mistake]
    found = codes(content)
    assert (code, row) in [(c, r) for c, r, _ in found]


def test_all_mistakes_are_collected_before_stopping():
    content = pb(
        budget="much",
        projects=("park;60", "park;50", "road;x"),
        votes=("1;park", "1;moon", "3;sun"),
    )
    assert [(c, r) for c, r, _ in codes(content)] == [
        ("budget.not_an_amount", 9),
        ("budget.duplicate_project", 17),
        ("budget.not_an_amount", 18),
        ("budget.duplicate_voter", 22),
        ("budget.unknown_project", 22),
        ("budget.unknown_project", 23),
    ]


def test_another_encoding_is_named_and_can_be_chosen():
    content = pb(projects=("park;60", "łódka;50"), votes=("1;łódka",)).decode().encode("cp1250")
    with pytest.raises(EngineError) as caught:
        read_pb(content)
    assert caught.value.code == "budget.encoding"
    assert caught.value.params["row"] == 17
    assert "0xB3" in caught.value.params["value"]
    told = read_pb(content, encoding="windows-1250")
    assert told.projects[1].id == "łódka"
    assert read_pb(content, encoding="cp1250").projects == told.projects
    with pytest.raises(EngineError, match="unknown_encoding"):
        read_pb(content, encoding="punycode")


def test_a_file_that_counts_itself_wrongly_is_told():
    content = pb().replace(b"num_votes;2", b"num_votes;3")
    assert codes(content)[-1] == ("budget.count_differs", 8, "num_votes")


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"), max_size=12
)
ids = st.text(
    st.characters(min_codepoint=48, max_codepoint=0x2FF, categories=("Lu", "Ll", "Nd")),
    min_size=1, max_size=6,
)  # fmt: skip


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Small elections of every vote type, with hostile names."""
    kind = draw(st.sampled_from(["approval", "choose-1", "ordinal", "cumulative", "scoring"]))
    own = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    cents = draw(st.lists(st.integers(0, 10**7), min_size=len(own), max_size=len(own)))
    projects = [
        Project(name, Fraction(cost, 100), name=draw(names), extra=draw(extras))
        for name, cost in zip(own, cents, strict=True)
    ]
    voters = draw(st.lists(ids, min_size=1, max_size=6, unique=True))
    ballots: list[tuple[str, list]] = []
    for voter in voters:
        chosen = draw(st.lists(st.sampled_from(own), unique=True, max_size=len(own)))
        if kind in ("cumulative", "scoring"):
            ballots.append((voter, [(c, Fraction(draw(st.integers(1, 99)), 4)) for c in chosen]))
        else:
            ballots.append((voter, chosen))
    column = draw(st.lists(names, min_size=len(voters), max_size=len(voters)))
    return Election.from_ballots(
        budget=Fraction(draw(st.integers(1, 10**8)), 100),
        projects=projects,
        vote_type=kind,
        ballots=ballots,
        voters={"note": column} if any(column) else None,
        meta={"description": draw(names), "colour": draw(names)},
    )


extras = st.dictionaries(st.sampled_from(["colour", "Ward", "x y"]), names.filter(bool), max_size=2)


@settings(max_examples=100, deadline=None)
@given(elections())
def test_writing_and_reading_again_changes_nothing(election):
    text = write_pb(election)
    again = read_pb(text.encode())
    assert write_pb(again) == text
    assert again.budget == election.budget
    assert again.items.tolist() == election.items.tolist()
    assert again.weights.tolist() == election.weights.tolist()
    assert again.group_of.tolist() == election.group_of.tolist()
    assert [p.cost for p in again.projects] == [p.cost for p in election.projects]
    assert [p.name for p in again.projects] == [p.name for p in election.projects]
    if election.points is not None and again.points is not None:
        assert [Fraction(p, again.points_scale) for p in again.points.tolist()] == [
            Fraction(p, election.points_scale) for p in election.points.tolist()
        ]
