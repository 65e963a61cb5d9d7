"""The journal's one writer, its triggers, its commands."""

from __future__ import annotations

import os
import threading

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from baithak.journal import services, triggers
from baithak.journal.commands import journal
from baithak.journal.models import BEGINNING, Line


def write(**changes):
    told = {"verb": "dialogue.open", "thing": "dialogue:1", "by": "system", "place": "kandarpur"}
    return services.write(**{**told, **changes})


@pytest.mark.django_db(transaction=True)
def test_a_line_needs_the_transaction_of_its_act():
    with pytest.raises(RuntimeError, match="atomic"):
        write()
    assert Line.objects.count() == 0


@pytest.mark.django_db
def test_lines_are_numbered_and_sealed():
    first, second = write(), write(detail={"to": "public", "why": "ووٹ"})
    assert (first.n, first.previous) == (1, BEGINNING)
    assert (second.n, second.previous) == (2, first.hash)
    assert Line.objects.get(n=2).details == {"to": "public", "why": "ووٹ"}
    assert services.head() == (2, second.hash)


@pytest.mark.django_db(transaction=True)
def test_an_act_undone_leaves_no_line_and_no_gap():
    @transaction.atomic
    def fail_after_the_line():
        write()
        raise LookupError

    with pytest.raises(LookupError):
        fail_after_the_line()
    with transaction.atomic():
        assert write().n == 1
    assert list(services.verify()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"detail": {"votes": 3}}, TypeError),
        ({"detail": {1: "a"}}, TypeError),
        ({"by": None}, TypeError),
        ({"by": "ayesha@city.example"}, ValueError),
        ({"detail": {"who": "write to ayesha@city.example"}}, ValueError),
        ({"detail": {"who": "a\0b"}}, ValueError),
        ({"verb": ""}, ValueError),
        ({"thing": "x" * 129}, ValueError),
    ],
)
def test_only_plain_strings_without_addresses(changes, error):
    with pytest.raises(error):
        write(**changes)
    assert Line.objects.count() == 0


def test_a_pseudonym_is_steady_within_a_role_and_tells_nothing():
    assert services.pseudonym(7, "mayor") == services.pseudonym("7", "mayor")
    assert services.pseudonym(7, "mayor") != services.pseudonym(7, "auditor")
    assert services.pseudonym(7, "mayor") != services.pseudonym(8, "mayor")
    assert services.pseudonym(7, "mayor").startswith("mayor:")


def test_the_pseudonyms_key_is_outside_the_database_and_for_the_owner_only(tmp_path, settings):
    settings.KEYS = tmp_path / "keys"
    before = services.pseudonym(7, "mayor")
    (key,) = settings.KEYS.iterdir()
    assert os.stat(key).st_mode & 0o777 == 0o600
    assert services.pseudonym(7, "mayor") == before
    key.unlink()
    assert services.pseudonym(7, "mayor") != before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE journal_line SET verb = 'dialogue.close'",
        "DELETE FROM journal_line",
        "INSERT INTO journal_line SELECT n + 5, at, verb, thing, by, place, detail, 'a', 'b'"
        " FROM journal_line",
        pytest.param("TRUNCATE journal_line", id="truncate"),
        pytest.param(
            "INSERT OR REPLACE INTO journal_line SELECT * FROM journal_line", id="replace"
        ),
    ],
)
def test_the_database_refuses_changes(attempt):
    write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)
    assert list(services.verify()) == []
    assert Line.objects.count() == 1


@pytest.mark.django_db
def test_lines_have_no_other_door():
    line = write()
    with pytest.raises(TypeError, match=r"services\.write"):
        line.save()
    with pytest.raises(TypeError, match="never deleted"):
        line.delete()
    with pytest.raises(TypeError):
        Line.objects.create(n=2)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_make_one_chain():
    errors = []

    def act():
        try:
            for _ in range(5):
                with transaction.atomic():
                    write()
        except Exception as trouble:
            errors.append(trouble)
        finally:
            connection.close()

    writers = [threading.Thread(target=act) for _ in range(8)]
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        act()  # an in-memory database has one writer: the chain is tried on PostgreSQL
    else:
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert Line.objects.count() == 40
    assert errors == []
    assert list(services.verify()) == []


@pytest.fixture
def run(db):
    return lambda *arguments: CliRunner().invoke(journal, arguments)


def test_verify_says_all_is_well_and_what_it_cannot_see(run):
    write()
    told = run("verify")
    assert (told.exit_code, "All 1 lines" in told.output) == (0, True)
    assert "without a witness" in told.output
    assert run("verify", "--witness", run("head").output.strip()).exit_code == 0


def test_verify_exits_1_and_names_the_line(run):
    write(), write(), write()
    head = run("head").output.strip()
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_line SET by = 'mayor:0' WHERE n = 2")
    triggers.install(connection)
    told = run("verify")
    assert told.exit_code == 1
    assert "line 2 was changed" in told.output
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_line WHERE n >= 2")
    triggers.install(connection)
    assert run("verify").exit_code == 0
    told = run("verify", "--witness", head)
    assert told.exit_code == 1
    assert "ends earlier" in told.output


def test_verify_notices_missing_triggers(run):
    write()
    triggers.remove(connection)
    told = run("verify")
    assert told.exit_code == 1
    assert "no longer refuses" in told.output
    triggers.install(connection)


@pytest.mark.parametrize("witness", ["3", "x:y", "1:abc"])
def test_a_witness_is_written_as_head_prints_it(run, witness):
    told = run("verify", "--witness", witness)
    assert told.exit_code == 2
    assert "baithak journal head" in told.output


def test_export_is_whole_or_absent(run, tmp_path):
    write(detail={"why": "ووٹ"})
    path = tmp_path / "journal.jsonl"
    assert run("export", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8").count("\n") == 1
    assert "ووٹ" in path.read_text(encoding="utf-8")
    told = run("export", str(tmp_path / "nowhere" / "journal.jsonl"))
    assert told.exit_code == 1
    assert "choose another place" in told.output
    assert [p.name for p in tmp_path.iterdir()] == ["journal.jsonl"]


def test_keys_of_tests_are_not_those_of_a_hub():
    assert "pytest" in str(settings.KEYS)
