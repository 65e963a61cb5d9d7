"""What every test stands on: a home of its own, no network, quick static files, open data."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Before Django reads its settings: tests never touch a hub's own files.
_HOME = tempfile.mkdtemp(prefix="baithak-tests-")
os.environ["BAITHAK_HOME"] = _HOME
os.environ["BAITHAK_KEYS"] = str(Path(_HOME) / "keys")
os.environ["BAITHAK_HTTPS"] = "0"
os.environ["BAITHAK_DEMO"] = "0"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")
(Path(_HOME) / "static").mkdir()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # Hashed names need a gathering step that only a served hub takes.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a chromium; the test skips where there is none, except in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        told = (
            "No chromium on this machine: install Debian's package chromium to run browser tests."
        )
        if os.environ.get("BAITHAK_BROWSER_REQUIRED") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return found


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A browser's last connection may outlive its test; PostgreSQL drops no database in use."""
    yield
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session", autouse=True)
def _keys_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Secret keys are made in a folder of this run, never beside a hub's."""
    from django.conf import settings

    settings.KEYS = tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session", autouse=True)
def _flush_gets_past_the_journal() -> Iterator[None]:
    """Tests with real transactions empty all tables; the journal's triggers refuse. Lift them meanwhile."""
    from django.core.management.commands import flush
    from django.db import connections

    from baithak.journal import triggers

    refused = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            refused(self, **options)
        finally:
            triggers.install(connection)

    flush.Command.handle = handle
    yield
    flush.Command.handle = refused


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The language that a page of the last test was asked in does not stay."""
    from django.utils import translation

    with translation.override("en"):
        yield
