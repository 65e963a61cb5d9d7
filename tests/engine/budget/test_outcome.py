"""The JSON contract: its keys, exact amounts, the same bytes for the same file and seed."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from baithak.engine.budget.count import example
from baithak.engine.budget.election import Election, Project
from baithak.engine.budget.outcome import outcome
from baithak.engine.budget.pabulib import read_pb
from engine.conftest import data_folder

KEYS = [
    "rule", "utility", "completion", "ties", "budget", "cost", "selected", "steps", "rounds",
    "not_selected", "decided_by_tie", "fairness", "warnings", "receipt",
]  # fmt: skip


def test_the_keys_of_the_contract_in_their_order():
    told = outcome(example(), completion="add1u").to_dict()
    assert list(told) == KEYS
    assert set(told["rounds"][0]) >= {"project", "rho", "supporters", "cost", "left"}
    assert set(told["not_selected"][0]) >= {
        "project", "why", "missing_money", "winning_cost", "more_supporters",
    }  # fmt: skip
    assert set(told["receipt"]) >= {"file_sha256", "version", "seed"}
    assert told["selected"] == [r["project"] for r in told["rounds"]]
    assert json.loads(json.dumps(told)) == told


def test_amounts_are_texts_where_they_are_not_whole():
    election = Election.from_ballots(
        budget="100.50",
        projects=[Project("a", Fraction("40.25")), Project("b", Fraction(60))],
        vote_type="approval",
        ballots=[("1", ["a"]), ("2", ["a", "b"]), ("3", ["b"])],
    )
    told = outcome(election, completion="greedy").to_dict()
    assert told["budget"] == "100.5"
    assert told["cost"] == "100.25"
    assert [r["cost"] for r in told["rounds"]] == ["40.25", 60]
    assert [r["left"] for r in told["rounds"]] == ["60.25", "0.25"]
    assert told["rounds"][0]["rho"] == "0.5"


@pytest.mark.parametrize("ties", ["votes", "lot"])
def test_the_same_input_and_seed_give_the_same_bytes(ties):
    path = data_folder("budgets") / "Netherlands_Amsterdam_604.pb"
    one, two = (outcome(read_pb(path), ties=ties, seed=3, completion="add1u") for _ in range(2))
    assert one.to_json() == two.to_json()
    assert json.loads(one.to_json())["receipt"]["file_sha256"] == read_pb(path).sha256


def test_greedy_stands_beside_equal_shares_and_nothing_beside_itself():
    told = outcome(example(), completion="add1").to_dict()["fairness"]
    assert told["compared"]["rule"] == "greedy"
    assert told["compared"]["selected"] == ["lamps", "park"]
    assert (told["compared"]["prefer_this"], told["compared"]["prefer_compared"]) == (1, 3)
    assert outcome(example(), rule="greedy").other is None
    assert "compared" not in outcome(example(), versus=None).to_dict()["fairness"]


def test_a_threshold_that_was_not_applied_is_told():
    path = data_folder("budgets") / "Poland_Katowice_2024_Murcki.pb"
    codes = [w["code"] for w in outcome(read_pb(path)).to_dict()["warnings"]]
    assert "budget.threshold_not_applied" in codes
    applied = outcome(read_pb(path), threshold=True).to_dict()
    assert "budget.threshold_not_applied" not in [w["code"] for w in applied["warnings"]]


@pytest.mark.parametrize(
    ("name", "utility"),
    [
        ("Poland_Swiecie_2023", "cost"), ("Poland_Krakow_2023_Nowa_Huta", "borda"),
        ("Switzerland_Zurich_S5D10", "points"), ("Poland_Wroclaw_2016_Rejon_nr_11_250", "cost"),
    ],
)  # fmt: skip
def test_the_utility_follows_the_ballots(name, utility):
    told = outcome(read_pb(data_folder("budgets") / f"{name}.pb"))
    assert told.count.utility == utility
