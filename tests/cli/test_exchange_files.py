"""``baithak exchange``: check, import, export, template, bundle, offline."""

from __future__ import annotations

import json
import stat
import zipfile

import pytest
from click.testing import CliRunner

from baithak.cli import main
from baithak.cli.exchange_files import FORMATS
from factories.practices import YAML


def run(*args: object):
    return CliRunner().invoke(main, ["exchange", *(str(a) for a in args)])


@pytest.fixture
def walks(tmp_path):
    path = tmp_path / "walks.yaml"
    path.write_text(YAML)
    return path


def test_a_right_file(walks):
    told = run("check", walks)
    assert (told.exit_code, told.stdout) == (0, "1 practice, nothing wrong.\n")
    assert json.loads(run("check", walks, "--json", "-").stdout) == {"practices": 1, "problems": []}


def test_a_wrong_file_names_every_row(walks):
    walks.write_text(YAML.replace("city: Colombo", "city: Colmbo").replace("2026-11-01", "soon"))
    told = run("check", walks)
    assert told.exit_code == 2
    assert told.stdout.splitlines() == [
        "Wrong: walks.yaml, practice “colombo-sunrise-walks”, row 5, field “city”: There is no city "
        "“Colmbo” in the list. Did you mean: Colombo, Negombo? Or add the city, with country, lat "
        "and lon, to a list of cities.",
        "Wrong: walks.yaml, practice “colombo-sunrise-walks”, row 20, field “accessed”: “soon” is "
        "not a day. Write it as 2026-11-23.",
    ]


def test_a_city_of_ones_own(walks, tmp_path):
    walks.write_text(YAML.replace("Colombo", "Galle"))
    assert run("check", walks).exit_code == 2
    cities = tmp_path / "cities.yaml"
    cities.write_text('cities:\n  - {name: "Galle", country: LK, lat: 6.03, lon: 80.22}\n')
    assert run("check", walks, "--cities", cities).exit_code == 0


def test_an_import_without_a_hub_writes_nothing_and_says_so(walks, tmp_path):
    told = run("import", walks)
    assert told.exit_code == 0
    assert told.stdout.splitlines()[:2] == ["New: 1", "  colombo-sunrise-walks (version 1)"]
    assert "Nothing was written: this command has no hub." in told.stdout
    assert "this was a dry run" in run("import", walks, "--dry-run").stdout
    assert [p.name for p in tmp_path.iterdir()] == ["walks.yaml"]


def test_a_wrong_import_stops_with_one_sentence(walks):
    walks.write_text(YAML.replace("none_stated", "sure"))
    told = run("import", walks, "--dry-run")
    assert told.exit_code == 2
    assert told.stderr.startswith("baithak: walks.yaml, practice “colombo-sunrise-walks”, row 15, ")


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_an_export_read_again_is_no_news(kind, tmp_path):
    path = tmp_path / f"library.{kind}"
    assert run("export", "--format", kind, "--out", path).exit_code == 0
    told = run("import", path, "--dry-run")
    assert told.stdout.splitlines()[:4] == [
        "New: 0", "Newer versions: 0", "Unchanged: 153", "Not taken: 0",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [k for k in FORMATS if k != "xlsx"])
def test_one_practice_is_shown(kind):
    told = run("export", "--format", kind, "--practice", "bilbao-anti-rumour-strategy")
    assert told.exit_code == 0
    assert "Bilbao's anti-rumour agents" in told.stdout
    assert "aarhus" not in told.stdout


def test_what_cannot_be_exported():
    assert run("export", "--practice", "nowhere").exit_code == 2
    assert run("export", "--format", "xlsx").exit_code == 2
    assert run("export", "--format", "xlsx", "--out", "/nowhere/at/all.xlsx").exit_code == 3


def test_a_newer_and_an_unraised_version(tmp_path):
    told = run("export", "--practice", "aarhus-model").stdout
    path = tmp_path / "a.yaml"
    path.write_text(told.replace("version: 1\n    language", "version: 2\n    language"))
    assert "Newer versions: 1\n  aarhus-model (version 2)" in run("import", path).stdout
    path.write_text(told.replace("evidence_level: self_reported", "evidence_level: study"))
    assert "aarhus-model: other words under the same version" in run("import", path).stdout


def test_templates(tmp_path):
    assert run("template", "--format", "csv").stdout.startswith("id,version,language,title,city,")
    path = tmp_path / "t.xlsx"
    assert run("template", "--out", path).exit_code == 0
    assert zipfile.is_zipfile(path)
    assert run("check", path).stdout == "0 practices, nothing wrong.\n"


def test_a_bundle_from_hub_to_hub(walks, tmp_path):
    key = tmp_path / "hub"
    told = run("bundle", "keys", "--out", key)
    assert told.exit_code == 0
    private, public = tmp_path / "hub.private.pem", tmp_path / "hub.public.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert run("bundle", "keys", "--out", key).exit_code == 2
    out = tmp_path / "b.zip"
    made = (
        "bundle",
        "create",
        walks,
        "--origin",
        "https://hub.example",
        "--number",
        3,
        "--out",
        out,
    )
    assert run(*made, "--key", public).exit_code == 2
    assert run(*made, "--key", private).exit_code == 0
    told = run("bundle", "verify", out, "--key", public)
    assert told.stdout.startswith("Bundle 3 of https://hub.example, ")
    assert told.stdout.endswith("1 practice, unchanged since it was signed.\n")
    told = run("import", out, "--key", public, "--dry-run")
    assert told.stdout.startswith("New: 1\n  colombo-sunrise-walks")

    out.write_bytes(out.read_bytes().replace(b"sunrise", b"sunset!"))
    told = run("bundle", "verify", out, "--key", public)
    assert told.exit_code == 2
    assert "was changed after the bundle was signed" in told.stderr
    assert run("import", out, "--key", public).exit_code == 2


def test_the_offline_pack(tmp_path):
    path = tmp_path / "library.zip"
    told = run("offline", "--out", path, "--date", "2026-11-24")
    assert told.exit_code == 0
    assert told.stdout.startswith("153 practices in eight languages, ")
    assert path.stat().st_size < 10_000_000
    again = tmp_path / "again.zip"
    run("offline", "--out", again, "--date", "2026-11-24")
    assert again.read_bytes() == path.read_bytes()


def test_every_command_has_an_example():
    for name in ("check", "import", "export", "template", "offline", "bundle"):
        assert "baithak exchange" in run(name, "--help").stdout
    for name in ("keys", "create", "verify"):
        assert "baithak exchange" in run("bundle", name, "--help").stdout


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("PDF", b"%PDF")])
def test_a_spotlight_is_a_paper_or_a_word_file(tmp_path, ending, start):
    path = tmp_path / f"colombo.{ending}"
    told = run("spotlight", "colombo-jaffna-sister-councils", "--language", "si", "--out", path)
    assert (told.exit_code, told.stderr) == (0, f"Written: {path}\n")
    assert path.read_bytes().startswith(start)


def test_a_spotlight_that_cannot_be_made_says_why(tmp_path):
    unknown = run("spotlight", "nowhere", "--out", tmp_path / "x.pdf")
    assert unknown.exit_code == 2
    assert "There is no practice “nowhere” in the library." in unknown.stderr
    strange = run("spotlight", "aarhus-model", "--out", tmp_path / "x.odt")
    assert strange.exit_code == 2
    assert "“x.odt” must end with .pdf or .docx." in strange.stderr
    assert list(tmp_path.iterdir()) == []
