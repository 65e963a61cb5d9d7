"""The hub's commands as whoever runs the server types them, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOUND = (
    "found", "--hub", "South Asia hub", "--country", "Examplia", "--code", "xa",
    "--city", "Kandarpur", "--language", "ur", "--email", "sara@hub.example",
    "--site", "https://hub.example",
)  # fmt: skip


@pytest.fixture
def baithak(tmp_path):
    """Runs `baithak …` on a hub of its own, with https on as it is by default."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BAITHAK_", "DJANGO_", "DATABASE_"))
    }

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "baithak.cli", *arguments],
            env={**kept, "BAITHAK_HOME": str(tmp_path / "hub"), **settings},
            capture_output=True,
            text=True,
            timeout=120,
        )

    run.home = tmp_path / "hub"  # type: ignore[attr-defined]  # where its files are
    return run


def test_a_hub_is_founded_served_and_found_well(baithak):
    unwell = baithak("doctor")
    assert unwell.returncode == 1
    assert "baithak migrate" in unwell.stdout

    assert baithak("migrate").returncode == 0
    assert baithak("migrate").returncode == 0

    founded = baithak(*FOUND)
    assert founded.returncode == 0, founded.stderr
    letters = list(Path(baithak.home, "letters").iterdir())
    assert len(letters) == 1
    assert "sara@hub.example" in letters[0].read_text()

    again = baithak(*FOUND)
    assert again.returncode != 0
    assert "founded already" in again.stderr
    assert "Traceback" not in again.stderr

    well = baithak("doctor", BAITHAK_HOSTS="hub.example")
    assert well.returncode == 0, well.stdout + well.stderr
    assert "All is well." in well.stdout

    assert baithak("work", "--once").returncode == 0
    assert baithak("journal", "verify").returncode == 0


def test_deployment_checks_are_clean(baithak):
    told = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**os.environ, "BAITHAK_HOME": str(baithak.home), "BAITHAK_HTTPS": "1",
             "DJANGO_SETTINGS_MODULE": "baithak.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BAITHAK_HTTPS", "perhaps", "neither yes nor no"),
        ("BAITHAK_SECRET_KEY", "short", "shorter than 50"),
        ("DATABASE_URL", "mysql://root@127.0.0.1/x", "sqlite:/// or postgres://"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start_with_a_sentence(baithak, name, value, words):
    told = baithak("migrate", **{name: value})
    assert told.returncode == 2
    assert words in told.stderr
    assert "Traceback" not in told.stderr
