"""``baithak data``: list, show, get."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import CliRunner

from baithak.cli import main
from baithak.opendata import catalogue
from baithak.opendata.catalogue import DataFile

FILES = {
    "participants-votes.csv": b"participant,0,1\n1,1,-1\n2,-1,1\n",
    "comments.csv": b"comment-id,comment-body\n0,Parks\n1,Buses\n",
    "summary.csv": b"topic,Parks\n",
}


def run(*args: object):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A catalogue of one, whose files are in BAITHAK_DATA."""
    from dataclasses import replace

    first = catalogue.catalogue()[0]
    entry = replace(
        first,
        name="our-parks",
        alias="parks",
        files=tuple(
            DataFile(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in FILES.items()
        ),
    )
    folder = tmp_path / "shared" / "dialogues" / "our-parks"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    monkeypatch.setattr(catalogue, "catalogue", lambda: (entry,))
    monkeypatch.setenv("BAITHAK_DATA", str(tmp_path / "shared"))
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_list_names_all_and_says_what_is_here(monkeypatch, tmp_path):
    monkeypatch.setenv("BAITHAK_DATA", "")
    monkeypatch.chdir(tmp_path)
    told = run("data", "list")
    assert told.exit_code == 0
    assert len(told.output.splitlines()) == len(catalogue.catalogue()) >= 10
    assert "  here  " not in told.output
    entries = json.loads(run("data", "list", "--json", "-").stdout)
    assert {entry["kind"] for entry in entries} >= {"dialogue", "panel"}
    assert all(entry["here"] is None for entry in entries)


def test_what_a_data_set_is(library):
    told = run("data", "show", "parks")
    assert told.exit_code == 0
    assert "CC BY 4.0" in told.output
    assert str(library) in told.output
    assert all(name in told.output for name in FILES)


def test_data_that_are_here_are_used_by_name(library):
    told = run("data", "get", "parks")
    assert told.exit_code == 0
    assert "is here already" in told.output
    told = run("opinion", "map", "our-parks", "--json", "-")
    assert json.loads(told.stdout)["participants"] == 2


def test_a_panel_is_no_source_of_an_opinion_map():
    told = run("opinion", "map", "example_small_20")
    assert told.exit_code == 2
    assert "no file, folder or open data set" in told.stderr


def test_a_copy_elsewhere(library, tmp_path):
    told = run("data", "get", "parks", "--into", tmp_path / "elsewhere")
    assert told.exit_code == 0, told.output
    assert {p.name for p in (tmp_path / "elsewhere" / "our-parks").iterdir()} == set(FILES)
    assert "Attribution" in told.output


def test_damaged_data_are_not_used(library):
    (library / "comments.csv").write_text("comment-id,comment-body\n0,Casinos\n1,Buses\n")
    told = run("opinion", "map", "our-parks")
    assert told.exit_code == 3
    assert "comments.csv" in told.stderr
    assert "data get" in told.stderr


def test_data_that_are_not_here_name_the_command_that_brings_them(monkeypatch, tmp_path):
    monkeypatch.setenv("BAITHAK_DATA", "")
    monkeypatch.chdir(tmp_path)
    told = run("opinion", "map", "bowling-green")
    assert told.exit_code == 2
    assert "baithak data get american-assembly.bowling-green" in told.stderr


def test_a_name_nobody_published():
    told = run("data", "get", "atlantis")
    assert told.exit_code == 2
    assert "atlantis" in told.stderr


def test_without_a_network_nothing_is_left_behind(monkeypatch, tmp_path):
    """The suite's network is off: the command says so and leaves no folder."""
    import socket

    def offline(*_: object, **__: object) -> None:
        raise OSError(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setenv("BAITHAK_DATA", "")
    monkeypatch.chdir(tmp_path)
    told = run("data", "get", "brexit-consensus")
    assert told.exit_code == 3
    assert "cannot be reached" in told.stderr
    assert list(tmp_path.iterdir()) == []
