"""T09: any change to the journal is found, on the database and on an export."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.db import connection, transaction

from baithak.journal import services, triggers, verify_journal
from baithak.journal.models import BEGINNING, Check, Head, Line, canonical, seal
from baithak.journal.services import heads, witnesses

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

TRIALS = 1000
FIELDS = ["n", "at", "verb", "thing", "by", "place", "detail", "previous", "hash"]
VERIFIER = Path(verify_journal.__file__)


@pytest.fixture
def lines():
    """Forty lines as the rooms of the hub would write them."""
    for i in range(40):
        services.write(
            verb=["dialogue.open", "network.invite", "dialogue.moderate"][i % 3],
            thing=f"dialogue:{i % 7}",
            by=services.pseudonym(i % 5, "city_officer"),
            place=["kandarpur", "noorabad", ""][i % 3],
            detail={"reason": "سبب", "to": "public"} if i % 4 else None,
        )
    return list(Line.objects.order_by("n").values(*FIELDS))


def other(chance: random.Random, field: str, value):
    """The same value with one thing changed."""
    if field == "n":
        return value + chance.choice([100, 1000])
    letters = list(value)
    at = chance.randrange(len(letters) + 1)
    kinds = ["replace", "remove"] if letters else []
    if field not in ("at", "previous", "hash"):  # as long as PostgreSQL's columns are
        kinds.append("insert")
    kind = chance.choice(kinds)
    if kind == "insert":
        letters.insert(at, chance.choice("abc019 é"))
    elif kind == "remove":
        del letters[at % len(letters)]
    else:
        at %= len(letters)
        letters[at] = "x" if letters[at] != "x" else "y"
    return "".join(letters)


def resealed(row: dict) -> dict:
    """A forger who knows the recipe also corrects the hash of the line he changed."""
    content = {name: row[name] for name in ("n", "at", "verb", "thing", "by", "place")}
    try:
        content["detail"] = json.loads(row["detail"])
    except ValueError:
        return row
    return {**row, "hash": seal(row["previous"], content)}


def tampered(chance: random.Random, rows: list[dict]) -> tuple[str, list[dict]]:
    """The chain after one act of a forger who stops before the last line."""
    rows = [dict(row) for row in rows]
    kind = chance.choice(["edit", "edit", "reseal", "delete", "swap", "cut the head"])
    at = chance.randrange(len(rows) - 1)
    if kind == "edit":
        field = chance.choice(FIELDS)
        rows[at][field] = other(chance, field, rows[at][field])
    elif kind == "reseal":
        field = chance.choice(FIELDS[1:7])
        rows[at][field] = other(chance, field, rows[at][field])
        rows[at] = resealed(rows[at])
    elif kind == "delete":
        del rows[at : at + chance.randint(1, len(rows) - 1 - at)]
    elif kind == "swap":
        there = chance.choice([i for i in range(len(rows)) if i != at])
        rows[at]["n"], rows[there]["n"] = rows[there]["n"], rows[at]["n"]
        rows.sort(key=lambda row: row["n"])
    else:
        del rows[: at + 1]
    return kind, rows


def put(rows: list[dict]) -> None:
    """Write these rows past everything, as somebody who owns the database can."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_line")
        marks = ", ".join(["%s"] * len(FIELDS))
        cursor.executemany(
            f"INSERT INTO journal_line ({', '.join(FIELDS)}) VALUES ({marks})",
            [[row[field] for field in FIELDS] for row in rows],
        )


def exported(rows: list[dict]) -> str:
    return "".join(canonical({**row, "detail": json.loads(row["detail"])}) + "\n" for row in rows)


def rewritten(rows: list[dict], at: int) -> list[dict]:
    """The whole chain written anew from the changed line on."""
    rows = [dict(row) for row in rows]
    rows[at]["by"] = "somebody-else"
    previous = rows[at]["previous"]
    for i in range(at, len(rows)):
        rows[i] = resealed({**rows[i], "previous": previous})
        previous = rows[i]["hash"]
    return rows


class UndoError(Exception):
    """Rolls one trial back."""


def found_on_database(rows: list[dict], witness=None) -> list:
    found: list = []
    try:
        with transaction.atomic():
            put(rows)
            found = list(services.verify(witness=witness))
            raise UndoError
    except UndoError:
        return found


def test_every_change_on_the_database_is_found(lines):
    triggers.remove(connection)
    assert found_on_database(lines) == []
    chance, kinds, missed = random.Random(9), set(), []
    for trial in range(TRIALS):
        kind, rows = tampered(chance, lines)
        kinds.add(kind)
        if not found_on_database(rows):
            missed.append((trial, kind))
    assert missed == []
    assert kinds == {"edit", "reseal", "delete", "swap", "cut the head"}


def test_every_change_of_an_export_is_found(lines):
    text = exported(lines)
    out = StringIO()
    services.export(out)
    assert out.getvalue() == text
    assert list(verify_journal.findings(text)) == []
    chance, missed = random.Random(10), []
    for trial in range(TRIALS):
        if trial % 2:
            at = chance.randrange(len(text))
            changed = text[:at] + chance.choice("§Q7") + text[at + chance.randint(0, 3) :]
        else:
            try:
                changed = exported(tampered(chance, lines)[1])
            except ValueError:
                continue  # an edit of `detail` that is no JSON cannot be exported at all
        if changed != text and not list(verify_journal.findings(changed)):
            missed.append((trial, changed))
    assert missed == []


def test_cut_tails_and_rewritten_chains_are_found_by_a_witness_alone(lines):
    triggers.remove(connection)
    n, told = services.head()
    witness = (n, told)
    assert found_on_database(lines, witness) == []
    for keep in range(len(lines)):
        cut = lines[:keep]
        assert found_on_database(cut, witness), f"{keep} lines left"
        assert list(verify_journal.findings(exported(cut), witness))
        # Control: without a witness nobody can see it.
        assert found_on_database(cut) == []
        assert list(verify_journal.findings(exported(cut))) == []
    for at in range(len(lines)):
        forged = rewritten(lines, at)
        assert found_on_database(forged, witness), f"rewritten from {at + 1}"
        assert list(verify_journal.findings(exported(forged), witness))
        assert found_on_database(forged) == []  # control


def test_an_earlier_witness_finds_a_restored_backup(lines):
    triggers.remove(connection)
    tenth = (10, lines[9]["hash"])
    assert found_on_database(lines, tenth) == []
    assert found_on_database(lines[:9], tenth)


def test_the_verifier_stands_alone(lines, tmp_path):
    """It runs without Baithak, in 80 lines, and its exit status says what it found."""
    assert len(VERIFIER.read_text().splitlines()) <= 80
    path = tmp_path / "journal.jsonl"
    text = exported(lines)
    head = f"{lines[-1]['n']}:{lines[-1]['hash']}"

    def run(content: str, *more: str) -> subprocess.CompletedProcess:
        path.write_text(content, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", VERIFIER, path, *more],
            capture_output=True,
            text=True,
            check=False,
        )

    assert run(text).returncode == 0
    assert run(text, "--witness", head).returncode == 0
    cut = "".join(text.splitlines(keepends=True)[:-3])
    assert run(cut).returncode == 0
    told = run(cut, "--witness", head)
    assert told.returncode == 1
    assert "ends earlier" in told.stdout
    edited = run(text.replace("network.invite", "network.inform", 1))
    assert edited.returncode == 1
    assert "line 2 was changed" in edited.stdout
    assert run(text, "--witness", "nonsense").returncode == 2


def test_an_empty_journal_is_whole(db):
    assert list(services.verify()) == []
    assert services.head() == (0, BEGINNING)
    assert list(verify_journal.findings("")) == []


# --- the same through signed heads that witnesses bring back (R20)


def cut_or_rewritten(chance: random.Random, rows: list[dict]) -> tuple[str, list[dict]]:
    """Any act of a forger, those among them that leave the chain itself whole."""
    kind = chance.choice(["tampered", "cut the tail", "write anew", "restore"])
    if kind == "tampered":
        return tampered(chance, rows)
    at = chance.randrange(len(rows))
    if kind == "write anew":
        return kind, rewritten(rows, at)
    if kind == "cut the tail":
        return kind, [dict(row) for row in rows[:at]]
    # An old backup, and life goes on from there: as many lines as before, sealed in their order.
    kept = [dict(row) for row in rows[:at]]
    previous = kept[-1]["hash"] if kept else BEGINNING
    for row in rows[at:]:
        line = resealed({**row, "by": "system", "previous": previous})
        kept.append(line)
        previous = line["hash"]
    return kind, kept


def checked(rows: list[dict]) -> int:
    """What the background's check finds on these lines, with all that witnesses brought back."""
    found = 0
    try:
        with transaction.atomic():
            put(rows)
            triggers.install(connection)
            services.queue_check()
            assert services.check_chain() == 1
            found = Check.objects.filter(done__isnull=False).first().found
            raise UndoError
    except UndoError:
        return found


def test_with_one_head_brought_back_every_change_is_found(lines):
    witness = witnesses.add(place="kandarpur", label="Noorabad", kind="printed", by="system")
    services.sign_and_queue()
    head = Head.objects.get()
    rows = list(Line.objects.order_by("n").values(*FIELDS))
    services.receive(
        witness=witness, text=json.dumps(heads.as_json(head)), by="system", place="kandarpur"
    )
    triggers.remove(connection)
    Check.objects.all().delete()
    assert checked(rows) == 0
    chance, kinds, missed, unseen = random.Random(20), Counter(), [], Counter()
    for trial in range(TRIALS):
        kind, forged = cut_or_rewritten(chance, rows)
        if forged == rows:
            continue
        kinds[kind] += 1
        if not checked(forged):
            missed.append((trial, kind))
        if not found_on_database(forged):
            unseen[kind] += 1  # control: the chain alone does not tell
    assert missed == []
    assert kinds.total() >= 0.95 * TRIALS
    assert all(kinds[kind] >= 30 for kind in kinds)
    # Control: without a witness nobody sees a cut tail, a chain written anew or a restored backup.
    for kind in ("cut the tail", "write anew", "restore"):
        assert unseen[kind] == kinds[kind]
    assert sum(unseen.values()) == sum(kinds[k] for k in ("cut the tail", "write anew", "restore"))


def test_a_head_brought_back_stays_when_its_witness_is_let_go(lines):
    witness = witnesses.add(place="kandarpur", label="Noorabad", kind="printed", by="system")
    n, told = services.head()
    services.receive(witness=witness, text=f"{n}:{told}", by="system", place="kandarpur")
    witnesses.remove(witness=witness.pk, by="system")
    rows = list(Line.objects.order_by("n").values(*FIELDS))
    triggers.remove(connection)
    Check.objects.all().delete()
    assert checked(rows) == 0
    assert checked(rows[: n - 1]) > 0
