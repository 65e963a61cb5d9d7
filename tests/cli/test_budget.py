"""``baithak budget``: results, reports, checks and recounts as a clerk types them; nothing half-written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from baithak.cli import main
from baithak.cli.budget import FILES
from baithak.engine.budget.readers import read
from engine.budget.test_pabulib import pb
from engine.conftest import data_folder


def town(folder: Path, name: str = "city.pb") -> Path:
    """Sixty voters of two areas; the smaller one has less than half of the votes."""
    votes = [f"{n};park,road;North;34" for n in range(35)]
    votes += [f"{n};well;South;{20 + n % 9}" for n in range(35, 60)]
    path = folder / name
    path.write_bytes(
        pb(
            header="project_id;cost;name",
            projects=("park;50;=A park", "road;50;Road <b>", "well;35;Brunnen", "moon;999999999;"),
            votes=tuple(votes),
            voters="voter_id;vote;district;age",
            meta=("currency;EUR",),
        )
    )
    return path


def run(*args: object):
    return CliRunner().invoke(main, ["budget", *(str(a) for a in args)])


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_short_summary(tmp_path):
    told = run("count", town(tmp_path))
    assert told.exit_code == 0, told.output
    assert "2 of 4 projects funded with 85 EUR of 100 EUR." in told.stdout
    assert "With greedy: 41.7% have nothing" in told.stdout
    assert "Note: city.pb, row 20, field “cost”: Project “moon” costs 999999999" in told.stderr
    assert left(tmp_path) == ["city.pb"]


def test_a_report_appears_whole_and_holds_no_small_figure(tmp_path):
    told = run("count", town(tmp_path), "--out", tmp_path / "report", "--json", tmp_path / "r.json")
    assert told.exit_code == 0, told.output
    assert set(left(tmp_path / "report")) == FILES
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Road &lt;b&gt;" in html
    assert "<b>EUR" not in html
    with (tmp_path / "report" / "projects.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["project_id"]: row for row in csv.DictReader(stream)}
    assert rows["park"]["name"] == "'=A park"
    assert (rows["well"]["funded"], rows["well"]["supporters"]) == ("yes", "25")
    shown = json.loads((tmp_path / "report" / "result.json").read_text())
    exact = json.loads((tmp_path / "r.json").read_text())
    assert shown["selected"] == exact["selected"]
    assert shown["smallest_cell"] == 10
    # Both can be recounted: what may be published is enough.
    for result in (tmp_path / "report" / "result.json", tmp_path / "r.json"):
        assert run("verify", tmp_path / "city.pb", result).exit_code == 0


def test_the_same_file_gives_the_same_report(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for name in ("one", "two"):
        assert run("count", town(tmp_path), "--out", tmp_path / name).exit_code == 0
    for file in FILES:
        one, two = (tmp_path / name / file for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), file


def test_an_earlier_report_is_replaced_other_files_never(tmp_path):
    source, out = town(tmp_path), tmp_path / "report"
    for _ in range(2):
        assert run("count", source, "--out", out).exit_code == 0
    (out / "minutes.docx").write_text("ours")
    told = run("count", source, "--out", out)
    assert told.exit_code == 2
    assert "holds other files" in told.stderr
    assert (out / "minutes.docx").read_text() == "ours"


def test_too_few_people_make_no_report(tmp_path):
    path = tmp_path / "few.pb"
    path.write_bytes(pb())
    told = run("count", path, "--out", tmp_path / "report")
    assert told.exit_code == 2
    assert "Fewer than 10 people" in told.stderr
    assert left(tmp_path) == ["few.pb"]
    assert run("count", path, "--json", "-").exit_code == 0


def test_tense_places_need_twice_as_many(tmp_path):
    path = tmp_path / "few.pb"
    path.write_bytes(pb(votes=tuple(f"{n};park" for n in range(15))))
    assert run("count", path, "--out", tmp_path / "one").exit_code == 0
    assert run("count", path, "--out", tmp_path / "two", "--tense").exit_code == 2


def test_json_on_stdout_is_nothing_but_json(tmp_path):
    told = run("count", town(tmp_path), "--json", "-")
    result = json.loads(told.stdout)
    assert result["completion"] == "add1u"
    assert result["ties"] == "votes"
    assert result["fairness"]["compared"]["rule"] == "greedy"
    assert {g["column"] for g in result["fairness"]["groups"]} == {"district", "age"}


@pytest.mark.parametrize("language", ["ur", "bn"])
def test_other_languages(tmp_path, language):
    assert (
        run("count", town(tmp_path), "--out", tmp_path / "r", "--language", language).exit_code == 0
    )
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in html
    assert ('dir="rtl"' in html) == (language == "ur")


def test_options_reach_the_count(tmp_path):
    told = run(
        "count", town(tmp_path), "--rule", "greedy", "--no-skip", "--ties", "lot", "--seed", 7,
        "--json", "-",
    )  # fmt: skip
    result = json.loads(told.stdout)
    assert (result["rule"], result["ties"], result["receipt"]["seed"]) == ("greedy", "lot", 7)
    assert result["receipt"]["options"]["skip"] == "False"
    assert "compared" not in result["fairness"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--utility", "points"),
            "cannot tell the utility points. Choose one of cost, cardinality",
        ),
        (("--rule", "greedy", "--completion", "add1"), "has no completion “add1”"),
        (("--increment", "0"), "Choose an amount above 0"),
        (("--threshold", "file"), "there is no threshold to apply"),
        (("--encoding", "klingon"), "There is no encoding “klingon”"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path, options, said):
    told = run("count", town(tmp_path), *options, "--out", tmp_path / "report")
    assert told.exit_code == 2
    assert said in told.stderr
    assert told.stderr.count("\n") == 1
    assert left(tmp_path) == ["city.pb"]


def test_mistakes_name_line_and_remedy_and_check_lists_them_all(tmp_path):
    path = tmp_path / "bad.pb"
    path.write_bytes(pb(budget="much", votes=("1;park", "1;moon")))
    told = run("count", path)
    assert told.exit_code == 2
    assert told.stderr.startswith(
        "baithak: bad.pb, row 9, field “budget”: “much” is not an amount of money. Write digits"
    )
    assert "2 more problems" in told.stderr
    checked = run("check", path)
    assert checked.exit_code == 2
    assert [line.partition(":")[0] for line in checked.stdout.splitlines()] == ["Wrong"] * 3
    assert "row 21" in checked.stdout
    assert "can be counted" not in checked.stdout


def test_check_says_what_is_strange_and_the_root(tmp_path):
    told = run("check", town(tmp_path), "--json", "-")
    found = json.loads(told.stdout)
    assert (told.exit_code, found["problems"], found["voters"]) == (0, [], 60)
    assert len(found["ballots_root"]) == 64
    assert len(found["notices"]) == 1
    assert "It can be counted." in run("check", tmp_path / "city.pb").stdout


def test_verify_finds_a_changed_winner_and_a_changed_ballot(tmp_path):
    source, result = town(tmp_path), tmp_path / "r.json"
    root = json.loads(run("check", source, "--json", "-").stdout)["ballots_root"]
    assert run("count", source, "--json", result).exit_code == 0
    told = run("verify", source, result, "--root", root)
    assert (told.exit_code, told.stdout) == (0, "The recount gives the same.\n")
    changed = tmp_path / "changed.json"
    changed.write_text(result.read_text().replace('"well"', '"road"'))
    assert run("verify", source, changed).exit_code == 1
    source.write_bytes(source.read_bytes().replace(b"59;well", b"59;road"))
    told = run("verify", source, result, "--root", root)
    assert told.exit_code == 1
    assert "the ballots are not those whose root was published" in told.stdout
    changed.write_text("[]")
    told = run("verify", source, changed)
    assert told.exit_code == 2
    assert "is not a result of" in told.stderr


@pytest.mark.parametrize("target", ["city.xlsx", "city.zip", "tables", "again.pb"])
def test_convert_there_and_back(tmp_path, target):
    source = town(tmp_path)
    assert run("convert", source, tmp_path / target).exit_code == 0
    assert run("convert", tmp_path / target, tmp_path / "back.pb").exit_code == 0
    one, two = read(source), read(tmp_path / "back.pb")
    assert (one.projects, one.meta, one.voters) == (two.projects, two.meta, two.voters)
    assert one.items.tolist() == two.items.tolist()


def test_convert_refuses_what_it_does_not_know(tmp_path):
    told = run("convert", town(tmp_path), tmp_path / "city.docx")
    assert told.exit_code == 2
    assert "End the name in .pb, .xlsx or .zip" in told.stderr
    assert left(tmp_path) == ["city.pb"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Netherlands_Assen_2024", ("--completion", "add1", "--ties", "id")),
        ("Poland_Swiecie_2023", ("--completion", "add1", "--ties", "id")),
    ],
)
def test_real_equal_shares_elections_come_out_as_they_did(name, options):
    path = data_folder("budgets") / f"{name}.pb"
    result = json.loads(run("count", path, *options, "--json", "-").stdout)
    assert set(result["selected"]) == {p.id for p in read(path).projects if p.selected == 1}


def test_an_open_file_is_found_by_its_name():
    data_folder("budgets")
    told = run("count", "Netherlands_Assen_2024", "--completion", "add1")
    assert told.exit_code == 0, told.output
    assert "Assen Top Idee" in told.stdout


def test_a_name_that_is_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("BAITHAK_DATA", "")
    monkeypatch.chdir(tmp_path)
    assert "baithak data get pabulib" in run("count", "Netherlands_Assen_2024").stderr
    assert "There is no file" in run("count", "Atlantis_2024.pb").stderr
