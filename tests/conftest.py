"""What every test stands on: a home of its own, no network, quick static files, open data."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Before Django reads its settings: tests never touch a hub's own files.
_HOME = tempfile.mkdtemp(prefix="baithak-tests-")
os.environ["BAITHAK_HOME"] = _HOME
os.environ["BAITHAK_KEYS"] = str(Path(_HOME) / "keys")
os.environ["BAITHAK_HTTPS"] = "0"
os.environ["BAITHAK_DEMO"] = "0"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "baithak.settings")


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
        told = "No chromium on this machine: install Debian's package chromium to run browser tests."
        if os.environ.get("BAITHAK_BROWSER_REQUIRED") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return found
