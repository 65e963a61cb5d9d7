"""The independent verifier: it shares no code, stands alone, and sees what was changed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from baithak.engine.panel import verify_draw
from baithak.engine.panel.draw import Commitment, canonical, draw
from factories.lots import promised

VERIFIER = Path(verify_draw.__file__)
DICE = "3 5 1 6 2 2 4 1 6 3 5 5"


@pytest.fixture(scope="module")
def drawn():
    told, committed = promised()
    return told, draw(committed, DICE)


def lines(told) -> str:
    return "".join(member.line + "\n" for member in told.members)


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-I", VERIFIER, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_shares_no_code_and_is_short():
    source = VERIFIER.read_text()
    assert len(source.splitlines()) < 150
    imported = {
        alias.name.split(".")[0] if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported == {"hashlib", "json", "os", "sys", "typing"}


def test_it_replays_a_draw_on_its_own(drawn, tmp_path):
    told, result = drawn
    receipt, every, slip = (
        tmp_path / name for name in ("receipt.json", "lines.jsonl", "slip.json")
    )
    receipt.write_text(result.to_json())
    every.write_text(lines(told))
    slip.write_text(told.slip("person 3 é"))
    done = run(receipt)
    assert (done.returncode, done.stdout) == (
        0, f"Draw 1 is as promised: panel {result.number} sits.\n",
    )  # fmt: skip
    whole = run(
        receipt, "--published", result.commitment.list_hash, "--lines", every, "--member", slip
    )
    assert (whole.returncode, whole.stdout) == (0, done.stdout)
    assert run(receipt, "--member", told.slip("person 3 é")).returncode == 0
    found = run(receipt, "--published", "0" * 64)
    assert found.returncode == 1
    assert "hash was published before the draw" in found.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["none.json"], ["--member", "x"], ["receipt.json", "--colour", "red"]]
)
def test_what_cannot_be_read_is_exit_2(arguments, tmp_path):
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "[]", '{"commitment":{},"list":[]}', "[" * 9999]
)
def test_what_is_no_receipt_is_exit_2(text, tmp_path):
    (tmp_path / "r.json").write_text(text)
    assert run(tmp_path / "r.json").returncode == 2


def forged(result, **changes) -> str:
    """A receipt that a forger wrote anew from its beginning, seals and all."""
    committed = result.commitment
    panels = changes.pop("panels", committed.panels)
    other = draw(Commitment({**committed.head, **changes}, tuple(panels)), DICE)
    return other.to_json()


def test_a_receipt_written_anew_is_found_by_the_published_hash_alone(drawn):
    _, result = drawn
    friends = [tuple(sorted(result.commitment.panels[0]))] * len(result.commitment.panels)
    for text in (
        forged(result, panels=friends),
        forged(result, title="Another"),
        forged(result, seed=9),
    ):
        assert list(verify_draw.findings(text)) == []  # control: nobody can see it
        assert list(verify_draw.findings(text, result.commitment.list_hash))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 5}, "does not seat 5 different people"),
        ({"panels": 51}, "the number of panels"),
        ({"draw": 2}, "the number of the draw"),
        ({"standing": ["NOBODY00"]}, "leaves out somebody whose seat was taken"),
    ],
)
def test_a_head_that_does_not_fit_its_list(drawn, change, told):
    _, result = drawn
    head = {**result.commitment.head, **change}
    text = draw(Commitment(head, result.commitment.panels), DICE).to_json()
    assert any(told in sentence for sentence in verify_draw.findings(text))


def resealed(receipt: dict) -> str:
    rest = {name: value for name, value in receipt.items() if name != "sha256"}
    from hashlib import sha256

    return canonical({**rest, "sha256": sha256(canonical(rest).encode()).hexdigest()}) + "\n"


def test_a_forger_who_reseals_is_found_by_the_replay(drawn):
    _, result = drawn
    receipt = result.receipt()
    other = (result.number + 1) % 50
    names = result.commitment.panels[other]
    swapped = [*receipt["list"]]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    for change in (
        {"number": other, "selected": list(names)},
        {"selected": list(names)},
        {"randomness": DICE[::-1]},
        {"list": swapped},
        {"list_sha256": "0" * 64},
        {"baithak": "panel receipt 2"},
    ):
        assert list(verify_draw.findings(resealed({**receipt, **change}))), change


def test_quotas_and_households_of_all_panels_are_checked_on_the_lines(drawn):
    told, result = drawn
    receipt = result.receipt()
    assert list(verify_draw.findings_of_lines(receipt, lines(told))) == []
    by_name = {m.pseudonym: json.loads(m.line) for m in told.members}

    def woman(name: str) -> bool:
        return by_name[name]["features"]["gender"] == "woman"

    first = receipt["list"][0].split(" ")
    man = next(name for name in first if not woman(name))
    extra = next(n for n in by_name if woman(n) and n not in first)
    broken = {**receipt, "list": [" ".join(sorted([*first, extra])).replace(man, extra)]}
    told_of = list(verify_draw.findings_of_lines(broken, lines(told)))
    assert any("of gender woman" in sentence for sentence in told_of)
    pair = [
        name for name in by_name if by_name[name]["household"] == by_name[first[0]]["household"]
    ]
    both = " ".join(sorted({*first, *pair}))
    told_of = list(verify_draw.findings_of_lines({**receipt, "list": [both]}, lines(told)))
    assert any("two of one household" in sentence for sentence in told_of)
    told_of = list(verify_draw.findings_of_lines({**receipt, "list": ["NOBODY00"]}, lines(told)))
    assert told_of == ["panel 0 names somebody who has no line"]


def test_a_line_more_or_less_is_found(drawn):
    told, result = drawn
    whole = lines(told)
    assert list(verify_draw.findings_of_lines(result.receipt(), whole + whole.splitlines()[0]))
    assert list(verify_draw.findings_of_lines(result.receipt(), whole[: whole.rindex("{")]))


@pytest.mark.parametrize("spaced", [{"indent": 2}, {"ensure_ascii": True}, {"sort_keys": False}])
def test_a_receipt_that_was_saved_anew_is_the_same_receipt(drawn, spaced):
    """As somebody saves it from `--json`: its content is promised, not its spaces."""
    _, result = drawn
    assert list(verify_draw.findings(json.dumps(result.receipt(), **spaced))) == []


def test_a_receipt_that_says_something_twice_cannot_be_read(drawn, tmp_path):
    """Readers could take the first, programs the last."""
    _, result = drawn
    text = result.to_json().replace('"number":', '"number":5,"number":', 1)
    (tmp_path / "twice.json").write_text(text, encoding="utf-8")
    done = run(tmp_path / "twice.json")
    assert done.returncode == 2
    assert "lacks" in done.stderr
