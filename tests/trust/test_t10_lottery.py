"""T10: a draw replays elsewhere, follows its chances, and no change after the promise goes unseen."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import types
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from baithak.engine.errors import EngineError
from baithak.engine.panel import verify_draw
from baithak.engine.panel.draw import canonical, check_member, draw, read_commitment
from factories.lots import promised, village

pytestmark = pytest.mark.trust

DRAWS = 10_000
DICE = "3 5 1 6 2 2 4 1 6 3 5 5"
VERIFIER = Path(verify_draw.__file__)


def lines(told) -> str:
    return "".join(member.line + "\n" for member in told.members)


def weakened(old: str, new: str) -> types.ModuleType:
    """The verifier with one comparison taken out: the control of these tests."""
    source = VERIFIER.read_text(encoding="utf-8")
    assert source.count(old) == 1
    module = types.ModuleType("weakened")
    exec(compile(source.replace(old, new), "weakened", "exec"), module.__dict__)
    return module


def found(check, *arguments) -> bool:
    """Whether a change is refused: by a finding, or because nothing can be read any more."""
    try:
        return bool(list(check(*arguments)))
    except Exception:
        return True


def flips(content: bytes, every: int = 1):
    """The content with one bit changed, for every so-manieth bit."""
    for bit in range(0, 8 * len(content), every):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


# --- replay


def test_the_verifier_replays_every_draw():
    told, committed = promised()
    text = lines(told)
    for throw in range(300):
        drawn = draw(committed, f"{DICE} {throw}")
        assert list(verify_draw.findings(drawn.to_json(), committed.list_hash)) == []
    assert list(verify_draw.findings_of_lines(drawn.receipt(), text)) == []


def others() -> list[str]:
    """Pythons of other versions on this machine, from 3.8 on: on the path, or kept by pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python3.{minor}") for minor in range(8, 20)]
    candidates += [str(path) for path in sorted(kept.glob("*/bin/python3"))]
    found: dict[str, str] = {}
    for path in filter(None, candidates):
        asked = [path, "-c", "import sys; print(*sys.version_info[:2])"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        major, _, minor = done.stdout.strip().partition(" ")
        if done.returncode == 0 and major == "3" and int(minor) >= 8:
            found.setdefault(minor, path)
    found.pop(str(sys.version_info.minor), None)
    return list(found.values())


def test_another_version_of_python_names_the_same_panel(tmp_path):
    pythons = others()
    if not pythons:
        pytest.skip("only one version of Python is installed here; install a second to compare")
    told, committed = promised()
    receipt, every = tmp_path / "receipt.json", tmp_path / "lines.jsonl"
    drawn = draw(committed, DICE)
    receipt.write_text(drawn.to_json(), encoding="utf-8")
    every.write_text(lines(told), encoding="utf-8")
    for python in pythons:
        done = subprocess.run(
            [python, "-I", VERIFIER, receipt, "--lines", every, "--published", committed.list_hash],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{python}: {done.stdout}{done.stderr}"
        assert f"panel {drawn.number} sits" in done.stdout


# --- frequency


@pytest.mark.parametrize("panels", [50, 1000])
def test_everybody_is_drawn_as_often_as_promised(panels):
    """Within 4 sigma of the promised chance, for each person and for each panel's number."""
    _, committed = promised(panels=panels)
    numbers = Counter(draw(committed, f"{DICE} {throw}").number for throw in range(DRAWS))
    assert sum(numbers.values()) == DRAWS
    seats: Counter[str] = Counter()
    for number, times in numbers.items():
        for name in committed.panels[number]:
            seats[name] += times
    worst = 0.0
    for name, listed in committed.listed.items():
        chance = listed / panels
        sigma = (DRAWS * chance * (1 - chance)) ** 0.5
        worst = max(worst, abs(seats[name] - DRAWS * chance) / sigma)
    assert len(committed.listed) >= 39
    assert worst <= 4
    # Over all numbers: chi squared within 4 sigma of its mean.
    chi = sum((numbers[s] - DRAWS / panels) ** 2 / (DRAWS / panels) for s in range(panels))
    assert abs(chi - (panels - 1)) <= 4 * (2 * (panels - 1)) ** 0.5


def test_the_test_of_frequency_sees_a_biased_draw():
    """Control: a draw that takes seven bits of a hash modulo M, as careless programs do."""
    numbers = Counter(
        sha256(f"{DICE} {throw}".encode()).digest()[0] // 2 % 50 for throw in range(DRAWS)
    )
    chi = sum((numbers[s] - DRAWS / 50) ** 2 / (DRAWS / 50) for s in range(50))
    assert abs(chi - 49) > 4 * (2 * 49) ** 0.5


# --- changes after the promise


def changed_lines(line: str) -> list[str]:
    """A registrant's line after every kind of change an office could make."""
    content = json.loads(line)
    other = {"woman": "man", "man": "woman", "under 30": "30+", "30+": "under 30"}
    told = [
        {**content, "features": {**content["features"], name: other[value]}}
        for name, value in content["features"].items()
    ]
    told += [
        {**content, "member": "A" * 8},
        {**content, "salt": "0" * 32},
        {**content, "household": "0" * 16},
        {**content, "features": {}},
        {name: value for name, value in content.items() if name != "household"},
        {**content, "note": "a friend"},
    ]
    return [canonical(one) for one in told]


def test_every_change_of_a_registrant_is_refused():
    told, committed = promised()
    receipt = draw(committed, DICE).receipt()
    careless = weakened('told.hex() != receipt["commitment"]["root"]', "False")
    careless_tree = weakened("rest or tree(", "False and tree(")
    whole = lines(told)
    tried = refused = 0
    for member in told.members:
        slip = json.loads(told.slip(member.id))
        for line in changed_lines(member.line):
            forged = canonical({**json.loads(line), "path": slip["path"]})
            text = whole.replace(member.line, line)
            tried += 1
            with pytest.raises(EngineError) as caught:
                check_member(forged, committed)
            refused += (
                caught.value.code == "panel.slip_differs"
                and found(verify_draw.findings_of_member, receipt, forged)
                and found(verify_draw.findings_of_lines, receipt, text)
            )
            assert not found(careless.findings_of_member, receipt, forged)  # control
    assert (tried, refused) == (40 * 8, 40 * 8)
    # Control: a salt changed in the auditor's lines passes where the root is not compared.
    salted = re.sub(r'"salt":"\w+"', f'"salt":"{"0" * 32}"', whole, count=1)
    assert found(verify_draw.findings_of_lines, receipt, salted)
    assert not found(careless_tree.findings_of_lines, receipt, salted)


def test_nobody_is_added_or_dropped_after_the_promise():
    told, committed = promised()
    receipt = draw(committed, DICE).receipt()
    whole = lines(told).splitlines(keepends=True)
    for at in range(len(whole)):
        assert found(verify_draw.findings_of_lines, receipt, "".join(whole[:at] + whole[at + 1 :]))
        assert found(verify_draw.findings_of_lines, receipt, "".join([*whole, whole[at]]))
    assert found(
        verify_draw.findings_of_lines, receipt, "".join(whole) + changed_lines(whole[0])[2] + "\n"
    )
    _, more = promised(people=len(village().ids) + 1)
    assert more.root != committed.root


def test_every_bit_of_a_receipt_counts():
    _, committed = promised(panels=6)
    text = draw(committed, DICE).to_json().encode()
    missed, tried = [], 0
    for bit, changed in flips(text):
        tried += 1
        if not found(lambda c=changed: verify_draw.findings(c.decode())):
            missed.append(bit)
    assert missed == []
    assert tried == 8 * len(text) > 8_000


def test_every_bit_of_the_list_counts():
    """Of the commitment as it was published, and of the list inside a receipt that is resealed."""
    _, committed = promised(panels=6)
    text = committed.to_json().encode()
    missed = []
    for bit, changed in flips(text):
        try:
            read_commitment(changed.decode())
        except (EngineError, UnicodeDecodeError):
            continue
        missed.append(bit)
    assert missed == []
    drawn = draw(committed, DICE)
    careless = weakened('if receipt["list_sha256"] != told:', "if False:")
    seen = passed = 0
    for _, changed in flips("\n".join(drawn.receipt()["list"]).encode()):
        try:
            receipt = {**drawn.receipt(), "list": changed.decode().split("\n")}
        except UnicodeDecodeError:
            continue
        rest = {name: value for name, value in receipt.items() if name != "sha256"}
        seal = sha256(canonical(rest).encode()).hexdigest()
        resealed = canonical({**rest, "sha256": seal}) + "\n"
        assert found(verify_draw.findings, resealed, committed.list_hash)
        assert found(verify_draw.findings, resealed)
        seen += 1
        # Control: what the list's hash alone held back passes without it where chance allows.
        passed += not found(careless.findings, resealed)
    assert seen > 1_000
    assert passed > 0


def test_every_bit_of_the_pool_and_of_a_slip_counts():
    told, committed = promised(people=12, panels=6)
    receipt = draw(committed, DICE).receipt()
    missed, tried = [], 0
    for bit, changed in flips(lines(told).encode()):
        tried += 1
        if not found(lambda c=changed: verify_draw.findings_of_lines(receipt, c.decode())):
            missed.append(("pool", bit))
    line = json.loads(told.members[0].line)
    for bit, changed in flips(told.slip(told.members[0].id).encode()):
        tried += 1
        if not found(lambda c=changed: verify_draw.findings_of_member(receipt, c.decode())):
            # The way to the root may be spelt otherwise (A for a); the line may not.
            content = json.loads(changed.decode())
            content.pop("path")
            if content != line:
                missed.append(("slip", bit))
    assert missed == []
    assert tried > 10_000
