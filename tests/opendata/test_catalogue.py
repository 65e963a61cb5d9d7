"""The catalogue says what, whose and under which licence; files count only with their checksums."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from baithak.opendata import catalogue
from baithak.opendata.errors import DataError

EIGHT = {
    "american-assembly.bowling-green",
    "vtaiwan.uberx",
    "15-per-hour-seattle",
    "brexit-consensus",
    "scoop-hivemind.taxes",
    "canadian-electoral-reform",
    "london.youth.policing",
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
}


def test_the_eight_conversations_are_there_with_their_attribution():
    entries = [entry for entry in catalogue.catalogue() if entry.kind == "dialogue"]
    assert {entry.name for entry in entries} == EIGHT
    assert len({entry.alias for entry in entries}) == 8
    for entry in entries:
        assert entry.licence == "CC BY 4.0"
        assert "Attribution to The Computational Democracy Project" in entry.attribution
        assert entry.page in entry.attribution
        assert entry.base.startswith("https://")
        assert entry.base.endswith(f"/{entry.name}/")
        assert {file.name for file in entry.files} == {
            "participants-votes.csv",
            "comments.csv",
            "summary.csv",
        }
        assert all(len(file.sha256) == 64 and file.size > 0 for file in entry.files)


def test_the_panels_of_the_replication_package():
    entries = [entry for entry in catalogue.catalogue() if entry.kind == "panel"]
    assert {entry.name for entry in entries} == {"example_small_20", "example_large_200"}
    for entry in entries:
        assert entry.licence == "GPL-3.0"
        assert "Nature 596" in entry.attribution
        assert entry.base.startswith("https://")
        assert entry.base.endswith(f"/data/{entry.name}/")
        assert {file.name for file in entry.files} == {"categories.csv", "respondents.csv"}


def test_the_panels_here_are_the_published_ones():
    """Those of BAITHAK_DATA, where they are: the checksums are of the publisher's files."""
    here = [e for e in catalogue.catalogue() if e.kind == "panel" and catalogue.locate(e)]
    if not here:
        pytest.skip("no panel of the catalogue is in BAITHAK_DATA (docs/running.md)")
    assert all(catalogue.locate(entry).parent.name == "panels" for entry in here)


def test_the_budgets_of_pabulib_say_that_no_licence_is_stated():
    (entry,) = [entry for entry in catalogue.catalogue() if entry.kind == "budget"]
    assert entry.licence == "no licence stated"
    assert "IJCAI 2023" in entry.attribution
    assert entry.base.startswith("https://")
    assert len(entry.files) == 15
    assert all(file.name.endswith(".pb") and len(file.sha256) == 64 for file in entry.files)


def test_the_budgets_here_are_the_published_ones():
    """Those of BAITHAK_DATA, where they are: the checksums are of the publisher's files."""
    (entry,) = [entry for entry in catalogue.catalogue() if entry.kind == "budget"]
    where = catalogue.locate(entry)
    if where is None:
        pytest.skip("the budgets of the catalogue are not in BAITHAK_DATA (docs/running.md)")
    catalogue.verify(entry, where)


def test_somebody_s_own_folder_of_budgets_is_no_damage(tmp_path):
    (tmp_path / "budgets").mkdir()
    (tmp_path / "budgets" / "mine.pb").write_text("META")
    assert catalogue.locate(catalogue.find("pabulib"), [tmp_path]) is None


def test_a_name_nobody_published():
    with pytest.raises(DataError) as caught:
        catalogue.find("atlantis")
    assert caught.value.code == "data.unknown_name"


def test_data_are_found_in_any_of_several_folders(tmp_path, monkeypatch, tiny):
    entry, files = tiny
    second = tmp_path / "second" / "dialogues" / entry.name
    second.mkdir(parents=True)
    for name, content in files.items():
        (second / name).write_bytes(content)
    told = os.pathsep.join([str(tmp_path / "nowhere"), str(tmp_path / "second")])
    monkeypatch.setenv("BAITHAK_DATA", told)
    assert catalogue.locate(entry) == second


def test_a_damaged_file_is_named_and_not_used(tmp_path, tiny):
    entry, files = tiny
    folder = tmp_path / entry.name
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "votes.csv").write_bytes(b"participant,statement,vote\n9,9,-1\n")
    with pytest.raises(DataError) as caught:
        catalogue.locate(entry, [tmp_path])
    assert caught.value.code == "data.damaged"
    assert caught.value.params["file"].endswith("votes.csv")


def test_unchanged_files_are_recognised_by_what_they_are(tmp_path):
    data = [Path(p) / "dialogues" for p in os.environ.get("BAITHAK_DATA", "").split(os.pathsep)]
    here = [p / "brexit-consensus" for p in data if (p / "brexit-consensus").is_dir()]
    if not here:
        if os.environ.get("BAITHAK_DATA_REQUIRED") == "1":
            pytest.fail("Open data are missing: set BAITHAK_DATA.")
        pytest.skip("no open data here: run “baithak data get brexit-consensus”")
    entry = catalogue.recognise(here[0])
    assert entry is not None
    assert entry.name == "brexit-consensus"
    copy = tmp_path / "brexit-consensus"
    shutil.copytree(here[0], copy)
    (copy / "summary.csv").chmod(0o644)
    copy.chmod(0o755)
    (copy / "summary.csv").write_text("topic,Something else\n")
    assert catalogue.recognise(copy) is None
