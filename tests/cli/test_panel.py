"""``baithak panel``: a draw whose JSON and receipt hold, refusals in words, and nothing half-written."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from baithak.cli import main
from baithak.cli.panel import FILES

CATEGORIES = [
    ("gender", "woman", 6, 6),
    ("gender", "man", 5, 6),
    ("gender", "other", 0, 1),
    ("age", "16-29", 3, 4),
    ("age", "30-59", 4, 5),
    ("age", "60+", 3, 4),
]
SIZE = 12
DICE = "3 5 1 6 2 2 4 1 6 3 5 5"


def people(count: int = 60) -> list[dict[str, str]]:
    """Many older men, few younger women: a pool as it comes."""
    return [
        {
            "id": f"p{i:02}",
            "home": f"h{i // 2}" if i < 40 else "",
            "gender": "other" if i == 7 else ("man", "man", "woman", "man", "woman")[i % 5],
            "age": ("60+", "30-59", "60+", "16-29", "30-59", "60+", "60+")[i % 7],
        }
        for i in range(count)
    ]


def write(folder: Path, rows=None, categories=None) -> tuple[str, str, str, str, str, str]:
    """Both files; the options that name them."""
    rows = people() if rows is None else rows
    with (folder / "respondents.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with (folder / "categories.csv").open("w", newline="", encoding="utf-8") as stream:
        told = csv.writer(stream)
        told.writerow(("category", "feature", "min", "max"))
        told.writerows(categories or CATEGORIES)
    return (
        "--pool", str(folder / "respondents.csv"), "--quotas", str(folder / "categories.csv"),
        "--size", str(SIZE),
    )  # fmt: skip


def run(*args: object):
    return CliRunner().invoke(main, ["panel", *map(str, args)])


def drawn(*args: object) -> dict:
    told = run("draw", *args, "--json", "-")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- draw


def test_the_json_is_the_contract(tmp_path):
    files = write(tmp_path)
    result = drawn(*files, "--seed", 7, "--method", "leximin")
    assert list(result) == [
        "selected", "probabilities", "size", "method", "panels", "bound", "quotas", "statistics",
        "household", "seed", "version", "receipt",
    ]  # fmt: skip
    assert (result["size"], result["method"], result["panels"]) == (12, "leximin", 1000)
    assert (result["household"], result["seed"]) == (False, 7)
    by_id = {person["id"]: person for person in people()}
    assert set(result["probabilities"]) == set(by_id)
    assert len(set(result["selected"])) == SIZE
    assert set(result["selected"]) <= set(by_id)
    chances = result["probabilities"].values()
    assert sum(chances) == pytest.approx(SIZE)
    assert set(result["bound"]) == {"min", "gap", "certified"}
    assert result["bound"]["certified"] is True
    assert min(chances) == result["statistics"]["min"]
    assert result["bound"]["min"] - min(chances) == pytest.approx(result["bound"]["gap"])
    assert set(result["statistics"]) == {"min", "max", "gini", "geometric_mean"}
    seated = [by_id[name] for name in result["selected"]]
    for told, asked in zip(result["quotas"], CATEGORIES, strict=True):
        category, feature, least, most = asked
        assert (told["category"], told["feature"], told["min"], told["max"]) == asked
        assert told["pool"] == sum(person[category] == feature for person in by_id.values())
        assert told["panel"] == sum(person[category] == feature for person in seated)
        assert least <= told["panel"] <= most


def test_nothing_but_the_result_is_on_stdout(tmp_path):
    """Solvers like to print their name; whoever reads the JSON from a pipe would stumble on it."""
    asked = [sys.executable, "-m", "baithak.cli", "panel", "draw", *write(tmp_path), "--json", "-"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["size"] == SIZE
    assert done.stderr == ""


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    files = write(tmp_path)
    one, two, three = (
        run("draw", *files, "--seed", seed, "--json", "-").stdout for seed in (7, 7, 8)
    )
    assert one == two
    assert one != three


@pytest.mark.parametrize("method", ["leximin", "maximin", "nash", "goldilocks", "legacy"])
def test_every_method_draws_a_panel_that_meets_the_quotas(tmp_path, method):
    result = drawn(*write(tmp_path), "--method", method, "--panels", 100)
    assert result["method"] == method
    assert all(q["min"] <= q["panel"] <= q["max"] for q in result["quotas"])


def test_nobody_sits_beside_their_household(tmp_path):
    result = drawn(*write(tmp_path), "--household", "Home", "--seed", 3)
    assert result["household"] is True
    homes = Counter(p["home"] for p in people() if p["id"] in result["selected"] and p["home"])
    assert max(homes.values()) == 1
    receipt = result["receipt"]
    assert receipt["commitment"]["household"] is True


def test_ids_may_be_any_column_or_the_number_of_the_row(tmp_path):
    rows = [
        {k: v for k, v in p.items() if k != "id"} | {"letter": f"x{i}"}
        for i, p in enumerate(people())
    ]
    files = write(tmp_path, rows)
    assert set(drawn(*files)["probabilities"]) == {str(i) for i in range(1, 61)}
    assert set(drawn(*files, "--id", "letter")["probabilities"]) == {f"x{i}" for i in range(60)}


def test_a_report_appears_whole_and_may_be_published(tmp_path):
    files = write(tmp_path)
    out = tmp_path / "out"
    told = run("draw", *files, "--out", out, "--pair", "gender, age", "--title", "The river")
    assert told.exit_code == 0, told.output
    assert set(left(out)) == FILES
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "The river" in html
    assert "The number was made from the seed" in html
    everything = b"".join((out / name).read_bytes() for name in sorted(FILES))
    assert not any(
        person["id"].encode() in everything for person in people() if person["id"] > "p09"
    )
    # It stands on its own feet.
    done = subprocess.run(
        [sys.executable, "-I", out / "verify_draw.py", out / "receipt.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    told = run("draw", *files, "--out", out, "--language", "ur")
    assert told.exit_code == 0
    assert 'dir="rtl"' in (out / "report.html").read_text(encoding="utf-8")


def test_the_same_day_gives_the_same_files(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    files = write(tmp_path)
    for name in ("a", "b"):
        assert run("draw", *files, "--out", tmp_path / name).exit_code == 0
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_summary_without_options(tmp_path):
    told = run("draw", *write(tmp_path))
    assert told.exit_code == 0
    assert "12 of 60 people, leximin: smallest chance" in told.output
    assert "The seed decided" in told.output


# --- in public


def promise(folder: Path, files, *more: object):
    return run(
        "commit",
        *files,
        "--seed",
        7,
        "--named",
        "dice in the hall",
        "--out",
        folder / "public",
        *more,
    )


def test_a_draw_in_public_from_promise_to_check(tmp_path):
    files, slips = write(tmp_path), tmp_path / "slips.jsonl"
    told = promise(tmp_path, files, "--title", "The river", "--slips", slips)
    assert told.exit_code == 0, told.output
    assert left(tmp_path / "public") == ["commitment.json", "verify_draw.py"]
    commitment = tmp_path / "public" / "commitment.json"
    published = told.output.split()[-1]
    assert json.loads(commitment.read_text())["list_sha256"] == published
    out = tmp_path / "out"
    given = ("--seed", 7, "--commitment", commitment, "--randomness", DICE)
    told = run("draw", *files, *given, "--out", out)
    assert told.exit_code == 0, told.output
    assert "The number was made from the seed" not in (out / "report.html").read_text()
    receipt = out / "receipt.json"
    assert (out / "commitment.json").read_bytes() == commitment.read_bytes()
    assert json.loads(receipt.read_text())["commitment"]["title"] == "The river"
    assert run("verify", receipt, "--published", published).exit_code == 0
    assert run("verify", receipt, "--published", "0" * 64).exit_code == 1
    every = [json.loads(line) for line in slips.read_text().splitlines()]
    assert {one["id"] for one in every} == {person["id"] for person in people()}
    slip = tmp_path / "slip.json"
    for one in every[:5]:
        assert run("verify", receipt, "--member", one["slip"]).exit_code == 0
        slip.write_text(one["slip"])
        assert run("verify", receipt, "--member", slip).exit_code == 0
        forged = one["slip"].replace('"woman"', '"man"', 1).replace('"60+"', '"16-29"', 1)
        if forged != one["slip"]:
            told = run("verify", receipt, "--member", forged)
            assert told.exit_code == 1
            assert "was not registered as this slip says" in told.output
    lines = tmp_path / "lines.jsonl"
    bare = []
    for one in every:
        content = json.loads(one["slip"])
        content.pop("path")
        bare.append(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    lines.write_text("\n".join(bare) + "\n")
    assert run("verify", receipt, "--lines", lines).exit_code == 0


def test_nothing_else_is_drawn_than_what_was_promised(tmp_path):
    files = write(tmp_path)
    assert promise(tmp_path, files).exit_code == 0
    commitment = tmp_path / "public" / "commitment.json"
    given = ("--commitment", commitment, "--randomness", DICE)
    for more in (
        ("--seed", 8),
        ("--seed", 7, "--panels", 999),
        ("--seed", 7, "--household", "home"),
    ):
        told = run("draw", *files, *more, *given, "--json", tmp_path / "result.json")
        assert told.exit_code == 2, told.output
        assert "do not give the list that this commitment promised" in told.stderr
    # A friend is added after the promise.
    more = write(tmp_path, [*people(), {"id": "friend", "home": "", "gender": "man", "age": "60+"}])
    assert run("draw", *more, "--seed", 7, *given).exit_code == 2
    assert not (tmp_path / "result.json").exists()
    assert run("draw", *files, "--seed", 7, "--commitment", commitment).exit_code == 2


def test_balls_name_the_panel(tmp_path):
    files = write(tmp_path)
    result = drawn(*files, "--read", "number", "--randomness", "417", "--named", "three balls")
    assert result["receipt"]["number"] == 417
    assert result["receipt"]["selected"] == result["receipt"]["list"][417].split(" ")
    assert run("draw", *files, "--read", "number").exit_code == 2
    told = run("draw", *files, "--read", "number", "--randomness", "1000")
    assert told.exit_code == 2
    assert "from 0 to 999" in told.stderr


def test_whoever_declined_is_replaced_and_the_others_stay(tmp_path):
    files, out = write(tmp_path), tmp_path / "out"
    given = ("--seed", 7, "--randomness", DICE, "--json", tmp_path / "first.json")
    assert run("draw", *files, *given, "--out", out).exit_code == 0
    first = json.loads((tmp_path / "first.json").read_text())
    gone = first["selected"][:2]
    (tmp_path / "declined.txt").write_text("\n".join(gone) + "\n")
    told = run(
        "replace", *files, "--seed", 7, "--receipt", out / "receipt.json", "--declined",
        tmp_path / "declined.txt", "--reason", "two people moved away", "--randomness", DICE[::-1],
        "--out", tmp_path / "second", "--json", "-",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    second = json.loads(told.stdout)
    assert set(first["selected"]) - set(gone) < set(second["selected"])
    assert not set(gone) & set(second["selected"])
    assert len(set(second["selected"])) == SIZE
    assert all(q["min"] <= q["panel"] <= q["max"] for q in second["quotas"])
    head = second["receipt"]["commitment"]
    assert (head["draw"], head["reason"]) == (2, "two people moved away")
    assert head["previous"] == first["receipt"]["list_sha256"]
    assert len(head["standing"]) == SIZE - 2
    assert run("verify", tmp_path / "second" / "receipt.json").exit_code == 0
    (tmp_path / "declined.txt").write_text("nobody\n")
    told = run(
        "replace", *files, "--seed", 7, "--receipt", out / "receipt.json", "--declined",
        tmp_path / "declined.txt", "--reason", "?",
    )  # fmt: skip
    assert told.exit_code == 2
    assert "has no seat in the draw before" in told.stderr


# --- refusals


def test_infeasible_quotas_exit_with_3_and_the_smallest_relaxation(tmp_path):
    rows = [p for p in people() if not (p["gender"] == "woman" and p["id"] > "p12")]
    have = sum(p["gender"] == "woman" for p in rows)
    assert have < 6
    files = write(tmp_path, rows)
    told = run("draw", *files, "--json", tmp_path / "no.json", "--out", tmp_path / "out")
    assert told.exit_code == 3, told.output
    assert f"needs at least 6; the pool has {have}" in told.stderr
    assert "invite more of them" in told.stderr
    result = json.loads((tmp_path / "no.json").read_text())
    assert set(result) == {"infeasible", "relax", "words"}
    assert result["infeasible"] is True
    assert {
        "category": "gender",
        "feature": "woman",
        "bound": "min",
        "from": 6,
        "to": have,
    } in result["relax"]
    assert all(
        set(one) == {"category", "feature", "bound", "from", "to"} for one in result["relax"]
    )
    assert f"the pool has {have}" in result["words"]
    assert not (tmp_path / "out").exists()
    checked = run("check", *files, "--json", "-")
    assert checked.exit_code == 3
    assert json.loads(checked.stdout) == result


def test_quotas_that_contradict_the_size_are_refused_with_a_remedy(tmp_path):
    categories = [
        ("gender", "woman", 20, 20),
        ("gender", "man", 5, 6),
        ("gender", "other", 0, 1),
        *CATEGORIES[3:],
    ]
    told = run("draw", *write(tmp_path, categories=categories), "--json", "-")
    assert told.exit_code == 3, told.output
    assert json.loads(told.stdout)["relax"]


def test_a_feasible_check_says_so(tmp_path):
    told = run("check", *write(tmp_path))
    assert told.exit_code == 0
    assert "can be drawn from 60" in told.output
    assert json.loads(run("check", *write(tmp_path), "--json", "-").stdout)["infeasible"] is False


def test_every_problem_of_a_file_in_one_sentence_and_nothing_written(tmp_path):
    rows = people()
    rows[3]["age"] = "16 - 29"
    rows[4]["gender"] = ""
    told = run(
        "draw", *write(tmp_path, rows), "--out", tmp_path / "out", "--json", tmp_path / "r.json"
    )
    assert told.exit_code == 2
    assert "respondents.csv, row 5, field “age”: “16 - 29” is not in the quotas" in told.stderr
    assert "(1 more problem" in told.stderr
    assert left(tmp_path) == ["categories.csv", "respondents.csv"]


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "minutes.docx").write_text("ours")
    told = run("draw", *write(tmp_path), "--out", out)
    assert told.exit_code == 2
    assert "holds other files" in told.stderr


@pytest.mark.parametrize("command", ["draw", "commit", "replace", "check", "verify", None])
def test_help_shows_examples(command):
    told = run(*([command] if command else []), "--help")
    assert told.exit_code == 0
    assert "Examples:" in told.output
