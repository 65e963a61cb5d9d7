"""The small recount: the same winners as others confirmed, and a sentence for everything that is off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from baithak.engine.budget import verify_count
from baithak.engine.budget.count import example
from baithak.engine.budget.outcome import outcome
from baithak.engine.budget.pabulib import read_pb, write_pb
from baithak.engine.budget.sealed import ballots_root
from baithak.engine.budget.verify_count import Election, Recount, findings
from engine.conftest import data_folder

PROGRAM = Path(verify_count.__file__)
QUICK = ("Assen", "Swiecie", "Zurich", "Katowice", "Wieliczka", "Jozsefvaros", "Toulouse")


def told(**options):
    election = read_pb(write_pb(example()).encode())
    return write_pb(election).encode(), outcome(election, **options)


def test_it_shares_nothing_with_the_engine_and_stays_small():
    source = PROGRAM.read_text(encoding="utf-8")
    assert "baithak." not in source.replace("baithak budget", "").replace("Baithak", "")
    assert len(source.splitlines()) < 310


@pytest.mark.parametrize("name", QUICK)
def test_the_recount_agrees_with_what_others_confirmed(name):
    """87 outcomes over 15 files come with the data, each found by two other programs."""
    folder = data_folder("budgets")
    cases = json.loads((folder / "expected.json").read_text())
    file = next(f for f in cases if name in f)
    election = Election((folder / file).read_bytes())
    compared = 0
    for case in cases[file]:
        result = {**case, "receipt": {"seed": 0, "options": {}}}
        for option in ("stop", "start"):
            if option in case:
                result["receipt"]["options"][option] = case[option]
        recount = Recount(election, result)
        assert sorted(recount.winners(result)) == sorted(case["selected"]), case
        if case["steps"] is not None:
            assert list(recount.raised(case["steps"], False)) == []
        compared += 1
    assert compared >= 5


@pytest.mark.parametrize(
    "options",
    [
        {}, {"completion": "greedy"}, {"completion": "add1"}, {"completion": "add1u"},
        {"rule": "greedy"}, {"rule": "greedy", "skip": False}, {"ties": "lot", "seed": 5},
        {"rule": "phragmen", "utility": "cardinality"}, {"start": "floor", "completion": "add1"},
        {"completion": "add1", "stop": "overspend"},
    ],
)  # fmt: skip
def test_a_good_result_passes_in_every_form(options):
    content, made = told(**options)
    assert list(findings(content, made.to_dict(), every=True)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda r: r["selected"].reverse(), "in another order"),
        (lambda r: r["selected"].pop(), "is funded in the recount"),
        (lambda r: r["selected"].append("park"), "is not funded in the recount"),
        (lambda r: r.update(cost=1), "do not cost"),
        (lambda r: r.update(steps=r["steps"] - 1), "goes on after step"),
        (lambda r: r.update(steps=r["steps"] + 1), "ends with step"),
        (lambda r: r["receipt"].update(file_sha256="0" * 64), "not the one that was counted"),
    ],
)
def test_everything_that_is_off_gets_a_sentence(change, sentence):
    content, made = told(completion="add1")
    result = made.to_dict()
    change(result)
    assert any(sentence in found for found in findings(content, result))


def test_only_the_published_root_shows_a_changed_ballot():
    content, _ = told()
    root = ballots_root(read_pb(content))
    assert Election(content).root() == root
    changed = content.replace(b"Ela;bench", b"Ela;lamps")
    assert changed != content
    honest = outcome(read_pb(changed)).to_dict()
    assert list(findings(changed, honest)) == []
    assert list(findings(changed, honest, root)) == [
        "the ballots are not those whose root was published"
    ]


@pytest.mark.parametrize("name", ["Katowice_2024", "Krakow_2023", "Amsterdam", "Zurich"])
def test_engine_and_recount_commit_to_the_same_ballots(name):
    path = next(data_folder("budgets").glob(f"*{name}*.pb"))
    assert Election(path.read_bytes()).root() == ballots_root(read_pb(path))


def test_it_runs_alone(tmp_path):
    content, made = told(completion="add1u")
    (tmp_path / "city.pb").write_bytes(content)
    (tmp_path / "result.json").write_text(made.to_json())
    command = [sys.executable, "-I", "-S", str(PROGRAM), "city.pb", "result.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gives the same" in done.stdout
    (tmp_path / "result.json").write_text(made.to_json().replace('"lamps"', '"tower"'))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    done = subprocess.run(command[:-1], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "verify_count.py FILE.pb" in done.stderr
