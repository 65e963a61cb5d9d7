"""Real elections whose outcomes other programs have confirmed, and three that were held by equal shares."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from baithak.engine.budget.count import count
from baithak.engine.budget.election import Election
from baithak.engine.budget.readers import read

#: Every file of ``budgets/`` with golden outcomes.
FILES = (
    "France_Toulouse_2022", "Hungary_Budapest_2022_VIII_Jozsefvaros", "Netherlands_Amsterdam_604",
    "Netherlands_Assen_2024", "Poland_Czestochowa_2020",
    "Poland_Gdynia_2021_Chwarzno-Wiczlino__small", "Poland_Katowice_2024_Murcki",
    "Poland_Krakow_2023_Nowa_Huta", "Poland_Lodz_2022", "Poland_Swiecie_2023",
    "Poland_Warszawa_2023_Mokotow", "Poland_Wieliczka_2023_Green_Budget",
    "Poland_Wroclaw_2016_Rejon_nr_11_250", "Switzerland_Zurich_S5D10",
    "US_Stanford_Dataset_SF_Tenderloin_December_2022_vote_knapsacks",
)  # fmt: skip
OUTCOMES = 87


@cache
def election(path: Path) -> Election:
    return read(path)


def published(told: Election) -> set[str]:
    """What the city says it funded by its rule."""
    return {project.id for project in told.projects if project.selected == 1}


def test_no_golden_outcome_is_forgotten(data):
    goldens = json.loads(data("budgets/expected.json").read_text())
    assert set(goldens) == {f"{name}.pb" for name in FILES}
    assert sum(map(len, goldens.values())) == OUTCOMES


@pytest.mark.parametrize("name", FILES)
def test_outcomes_confirmed_by_other_programs(data, name):
    goldens = json.loads(data("budgets/expected.json").read_text())[f"{name}.pb"]
    told = election(data(f"budgets/{name}.pb"))
    for golden in goldens:
        asked = {key: golden[key] for key in ("rule", "utility", "completion", "ties")}
        result = count(told, **asked)
        assert sorted(result.selected) == sorted(golden["selected"]), asked
        assert result.steps == golden["steps"], asked


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024", "Poland_Swiecie_2023"])
@pytest.mark.parametrize("ties", ["votes", "id"])
def test_cities_that_raised_the_start_until_nothing_fits(data, name, ties):
    told = election(data(f"budgets/{name}.pb"))
    assert told.meta["rule"] == "equalshares/add1"
    assert set(count(told, completion="add1", ties=ties).selected) == published(told)


def test_wieliczka_raised_the_start_until_it_would_have_spent_too_much(data):
    told = election(data("budgets/Poland_Wieliczka_2023_Green_Budget.pb"))
    result = count(told, completion="add1", stop="overspend")
    assert set(result.selected) == published(told)
    assert result.options["stop"] == "overspend"
    assert set(count(told, completion="add1").selected) != published(told)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("Hungary_Budapest_2022_VIII_Jozsefvaros", 153_145),
        ("France_Toulouse_2022", 1_618),
        ("Poland_Warszawa_2023_Mokotow", 348),
    ],
)
def test_counts_of_many_steps(data, name, steps):
    assert count(election(data(f"budgets/{name}.pb")), completion="add1", ties="id").steps == steps


def test_a_withdrawn_project_is_never_bought(data):
    told = election(data("budgets/Poland_Krakow_2023_Nowa_Huta.pb"))
    withdrawn = {project.id for project in told.projects if project.cost == 999_999_999}
    assert withdrawn == {"BO.D18.9/23"}
    for rule in ("greedy", "equal-shares", "phragmen", "bounded-overspending"):
        result = count(told, rule=rule)
        assert not withdrawn & set(result.selected)
        assert result.cost <= told.budget


def test_the_citys_threshold_is_applied_only_where_asked(data):
    told = election(data("budgets/Poland_Katowice_2024_Murcki.pb"))
    assert told.meta["min_project_score_threshold"] == "50"
    usual, strict = count(told, utility="points"), count(told, utility="points", threshold=True)
    assert not [one for one in usual.left_out if one.code == "budget.below_threshold"]
    below = {one.params["project"] for one in strict.left_out}
    assert below == {p.id for p in told.projects if p.score is not None and p.score < 50}
