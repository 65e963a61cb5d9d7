"""``baithak opinion``: reports that appear whole, errors of one sentence, and nothing half-written."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from baithak.cli import main
from baithak.cli.opinion import FILES


def town(folder: Path, people: int = 80, statements: int = 10, name: str = "votes.csv") -> Path:
    """A conversation of two camps, and one thing everybody wants."""
    chance = np.random.default_rng(7)
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["participant", "statement", "vote"])
        for person in range(people):
            for statement in range(statements):
                side = 1 if statement == 0 or (person % 2) == (statement % 2) else -1
                writer.writerow([person, statement, side if chance.random() < 0.9 else 0])
    return path


def run(*args: object):
    return CliRunner().invoke(main, [str(a) for a in args])


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_appears_whole(tmp_path):
    told = run("opinion", "map", town(tmp_path), "--out", tmp_path / "report")
    assert told.exit_code == 0, told.output
    assert set(left(tmp_path / "report")) == FILES
    assert left(tmp_path) == ["report", "votes.csv"]
    assert "report.html" in told.output
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "What divides us" in html


def test_an_earlier_report_is_replaced_other_files_never(tmp_path):
    source = town(tmp_path)
    out = tmp_path / "report"
    for _ in range(2):
        assert run("opinion", "map", source, "--out", out).exit_code == 0
    (out / "minutes.docx").write_text("ours")
    told = run("opinion", "map", source, "--out", out)
    assert told.exit_code == 2
    assert "holds other files" in told.stderr
    assert (out / "minutes.docx").read_text() == "ours"


def test_the_json_result_holds_what_researchers_need(tmp_path):
    told = run("opinion", "map", town(tmp_path), "--json", "-", "--seed", 3)
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert (result["participants"], result["seed"], result["method"]) == (80, 3, "baithak")
    assert result["votes"] == 800
    assert all("reliability" in axis for axis in result["axes"])
    assert {"id", "size", "share", "stability"} <= set(result["groups"][0])
    statement = result["statements"][0]
    assert {
        "id", "text", "votes", "by_group", "common_ground", "divisiveness", "representative_of",
    } <= set(statement)  # fmt: skip
    assert set(statement["common_ground"]) == {"value", "low", "high"}
    assert {"depth", "breadth"} <= set(result["polarisation"])
    assert "people" not in result
    assert result["version"]


def test_rows_per_person_come_only_when_asked_for(tmp_path):
    source, target = town(tmp_path), tmp_path / "map.json"
    assert run("opinion", "map", source, "--json", target, "--people").exit_code == 0
    assert len(json.loads(target.read_text())["people"]) == 80
    assert run("opinion", "map", source, "--people").exit_code == 2


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    source = town(tmp_path)
    header, *rows = source.read_text().splitlines()
    mixed = tmp_path / "mixed.csv"
    chance = np.random.default_rng(1)
    mixed.write_text("\n".join([header, *(rows[i] for i in chance.permutation(len(rows)))]) + "\n")
    first, second = (run("opinion", "map", path, "--json", "-").stdout for path in (source, mixed))
    assert first == second


def test_a_summary_in_words_without_options(tmp_path):
    told = run("opinion", "map", town(tmp_path))
    assert told.exit_code == 0
    assert "80 people, 800 votes, 10 statements, 2 groups" in told.output


@pytest.mark.parametrize("method", ["baithak", "polis"])
def test_both_methods_make_a_report(tmp_path, method):
    out = tmp_path / "report"
    told = run("opinion", "map", town(tmp_path), "--out", out, "--method", method)
    assert told.exit_code == 0, told.output
    assert f"method,{method}" in (out / "about.csv").read_text(encoding="utf-8-sig")


def test_the_same_day_gives_the_same_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    source = town(tmp_path)
    for name in ("a", "b"):
        assert run("opinion", "map", source, "--out", tmp_path / name).exit_code == 0
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "2026-09-21" in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")


def test_a_report_in_urdu_reads_from_the_right(tmp_path):
    out = tmp_path / "report"
    assert run("opinion", "map", town(tmp_path), "--out", out, "--language", "ur").exit_code == 0
    assert '<html lang="ur" dir="rtl">' in (out / "report.html").read_text(encoding="utf-8")


def test_population_weights_name_who_is_missing(tmp_path):
    shares, declared = tmp_path / "shares.csv", tmp_path / "who.csv"
    shares.write_text("question,category,share\ngender,woman,52%\ngender,man,48%\n")
    with declared.open("w") as stream:
        stream.write("participant,gender\n")
        stream.writelines(f"{p},{'woman' if p < 20 else 'man'}\n" for p in range(80))
    out = tmp_path / "report"
    told = run(
        "opinion", "map", town(tmp_path),
        "--population", shares, "--declared", declared, "--out", out,
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "woman (gender)" in (out / "report.html").read_text(encoding="utf-8")
    assert run("opinion", "map", town(tmp_path), "--population", shares).exit_code == 2


def test_what_people_declared_may_stand_in_the_votes_own_table(tmp_path):
    rows = town(tmp_path).read_text().splitlines()
    table = tmp_path / "with-ward.csv"
    wards = [f"{row},{'hill' if int(row.split(',')[0]) % 4 == 0 else 'quay'}" for row in rows[1:]]
    table.write_text("\n".join([rows[0] + ",ward", *wards]) + "\n")
    shares = tmp_path / "shares.csv"
    shares.write_text("question,category,share\nward,hill,0.5\nward,quay,0.5\n")
    told = run("opinion", "map", table, "--population", shares, "--json", "-")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["weights"] == {
        "effective": 60.0,
        "largest": 2.0,
        "missing": [["ward", "hill", 0.5, 0.25]],
    }
    told = run("opinion", "map", town(tmp_path), "--population", shares)
    assert told.exit_code == 2
    assert "votes.csv, row 1, field “ward”" in told.stderr


def test_small_conversations_judge_groups_by_whole_refits(tmp_path):
    source = town(tmp_path)
    slow = json.loads(run("opinion", "map", source, "--json", "-").stdout)
    quick = json.loads(run("opinion", "map", source, "--refits", 0, "--json", "-").stdout)
    assert (slow["repeats"], slow["parameters"]["repeats_by"]) == (40, "refits")
    assert (quick["repeats"], quick["parameters"]["repeats_by"]) == (50, "redrawn crowds and axes")


def wide(row: str) -> bytes:
    return f"participant,0,1\n1,1,-1\n{row}\n".encode()


BAD = {
    "broken quotation": (b'participant,statement,vote\n1,1,1\n2,"1,1\n', "row 3"),
    "utf-16": ("participant,statement,vote\n1,1,1\n".encode("utf-16"), "UTF-8"),
    "latin-1": ("participant,statement,vote\nJosé,1,1\n".encode("latin-1"), "row 2"),
    "unknown vote": (b"participant,statement,vote\n1,1,1\n2,1,yes\n", "row 3, field “vote”"),
    "unknown vote, wide": (wide("2,5,1"), "row 3, field “0”"),
    "missing column": (b"participant,statement\n1,1\n", "field “vote”"),
    "too few fields": (b"participant,statement,vote\n1,1\n", "row 2"),
    "duplicate votes": (b"participant,statement,vote\n1,1,1\n1,1,-1\n", "row 3"),
    "duplicate participant": (wide("1,1,1"), "row 3"),
    "header only": (b"participant,statement,vote\n", "header"),
    "empty file": (b"", "empty"),
    "a workbook": (b"PK\x03\x04\x00\x00\x00\x00", "not a text file"),
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_bad_input_is_one_sentence_with_row_and_remedy(tmp_path, kind):
    content, part = BAD[kind]
    source = tmp_path / "votes.csv"
    source.write_bytes(content)
    told = run(
        "opinion", "map", source, "--out", tmp_path / "report", "--json", tmp_path / "map.json"
    )
    assert told.exit_code == 2, told.output
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1
    assert told.stderr.startswith("baithak: votes.csv")
    assert part in told.stderr
    assert ". " in told.stderr  # what is wrong, then what to do
    assert left(tmp_path) == ["votes.csv"]


@pytest.mark.parametrize("people", [1, 9])
def test_a_handful_of_people_gets_no_report(tmp_path, people):
    source = town(tmp_path, people=people)
    told = run("opinion", "map", source, "--out", tmp_path / "report")
    assert told.exit_code == 2
    assert "Fewer than 10 people took part" in told.stderr
    assert left(tmp_path) == ["votes.csv"]
    # The owner of the file may still have the exact figures.
    assert run("opinion", "map", source, "--json", "-").exit_code == 0


def test_a_conversation_without_votes(tmp_path):
    source = tmp_path / "votes.csv"
    source.write_text("participant,0,1\n1,,\n2,,\n")
    told = run("opinion", "map", source, "--out", tmp_path / "report")
    assert told.exit_code == 2
    assert "Nobody has voted yet" in told.stderr
    assert left(tmp_path) == ["votes.csv"]


def test_a_folder_without_votes_and_a_name_nobody_knows(tmp_path):
    told = run("opinion", "map", tmp_path)
    assert (told.exit_code, "holds no votes" in told.stderr) == (2, True)
    told = run("opinion", "map", "atlantis")
    assert (told.exit_code, "baithak data list" in told.stderr) == (2, True)


@pytest.mark.slow
def test_a_million_rows_with_a_mistake_at_the_end(tmp_path):
    source = tmp_path / "votes.csv"
    with source.open("w") as stream:
        stream.write("participant,statement,vote\n")
        for person in range(10_000):
            stream.writelines(f"{person},{statement},1\n" for statement in range(100))
        stream.write("10000,0,maybe\n")
    told = run("opinion", "map", source, "--out", tmp_path / "report")
    assert told.exit_code == 2
    assert "row 1000002, field “vote”: “maybe” is not a vote." in told.stderr
    assert left(tmp_path) == ["votes.csv"]


def test_a_place_that_cannot_be_written_is_exit_3(tmp_path):
    told = run("opinion", "map", town(tmp_path), "--json", tmp_path / "no" / "map.json")
    assert told.exit_code == 3
    assert "cannot be written" in told.stderr


def test_a_fault_of_ours_is_one_sentence_and_debug_shows_it(tmp_path, monkeypatch):
    import baithak.engine.opinion.map as engine

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(engine, "opinion_map", broken)
    source = town(tmp_path)
    told = run("opinion", "map", source, "--out", tmp_path / "report")
    assert told.exit_code == 3
    assert "A fault of Baithak (ZeroDivisionError)" in told.stderr
    assert "Traceback" not in told.output
    assert left(tmp_path) == ["votes.csv"]
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(main, ["--debug", "opinion", "map", str(source)], catch_exceptions=False)


def test_a_crash_while_writing_leaves_the_old_report(tmp_path, monkeypatch):
    source, out = town(tmp_path), tmp_path / "report"
    assert run("opinion", "map", source, "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    told = run("opinion", "map", source, "--out", out, "--seed", 1)
    monkeypatch.undo()
    assert told.exit_code == 3
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert left(tmp_path) == ["report", "votes.csv"]


def test_evaluate_says_how_well_votes_are_predicted(tmp_path):
    told = run("opinion", "evaluate", town(tmp_path), "--holdout", "0.2", "--json", "-")
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert set(result["models"]) == {"baithak", "polis_pca", "polis_groups", "majority", "cn_als"}
    assert set(result["models"]["baithak"]) == {"log_loss", "brier", "accuracy", "auc", "ece"}
    assert result["models"]["baithak"]["log_loss"] < result["models"]["majority"]["log_loss"]
    assert 100 < result["n_test"] < 220
    table = run("opinion", "evaluate", town(tmp_path))
    assert table.output.splitlines()[1].startswith("model")


def test_evaluate_refuses_what_makes_no_sense(tmp_path):
    told = run("opinion", "evaluate", town(tmp_path), "--holdout", "1.5")
    assert (told.exit_code, "cannot be held out" in told.stderr) == (2, True)
    told = run("opinion", "evaluate", town(tmp_path, people=1, statements=3))
    assert (told.exit_code, "too few" in told.stderr) == (2, True)


def test_engine_commands_never_load_django(tmp_path):
    code = (
        "import sys\nfrom baithak.cli import main\n"
        f"main(['opinion', 'map', {str(town(tmp_path))!r}, '--json', {str(tmp_path / 'm')!r}],"
        " standalone_mode=False)\n"
        "loud = [m for m in ('django', 'typst', 'allauth', 'psycopg') if m in sys.modules]\n"
        "assert not loud, loud\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_output_into_a_pipe_that_closes_early_is_no_fault(tmp_path):
    source = town(tmp_path)
    line = f"{sys.executable} -m baithak.cli opinion map {source} --json - | head -c 10"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, env=os.environ)
    assert "Traceback" not in done.stderr
    assert "fault" not in done.stderr


@pytest.mark.parametrize("path", [[], ["opinion"], ["opinion", "map"], ["opinion", "evaluate"]])
def test_help_shows_examples(path):
    told = run(*path, "--help")
    assert told.exit_code == 0
    assert "Example" in told.output


def test_the_version():
    from baithak import __version__

    assert run("--version").output == f"baithak {__version__}\n"


def test_an_unknown_command_is_exit_2():
    assert run("levitate").exit_code == 2
