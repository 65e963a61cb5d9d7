"""What every test stands on: a home of its own, no network, quick static files, open data."""

from __future__ import annotations

import gc
import os
import shutil
import sys
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each worker makes a home of its own: told which settings, it would read them before this file."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_configure(config: pytest.Config) -> None:
    import hypothesis
    from django.conf import settings

    assert Path(_HOME).resolve() == settings.HOME, "settings were read before tests had a home"

    # How long an example takes is the machine's affair; what is slow by nature is measured elsewhere.
    hypothesis.settings.register_profile(
        "baithak", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("baithak")

    # Hashed names need a gathering step that only a served hub takes.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


#: These measure seconds, memory or what a crowd gets through: `make unit` runs them one by one.
ALONE = (
    "benchmarks/",
    "engine/budget/test_pabulib.py",
    "home/test_finish.py",
    "network/test_wording.py",
    "opendata/",
    "trust/test_t01_load.py",
    "trust/test_t03_kill.py",
    "trust/test_t04_power_cut.py",
    "trust/test_t12_permissions.py",
    "trust/test_t15_",
    "trust/test_t18_limits.py",
    "trust/test_t25_timing.py",
    "trust/test_t35_network.py",
    "web/test_kept.py",
    "web/test_limited.py",
)

#: Few tests that take long: handed out first, so that no worker is left alone with one at the end.
LONG = ("journeys/", "trust/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    gone = [name for name in ALONE if not list(here.glob(f"{name}*"))]
    assert gone == [], "ALONE names files that are not there"
    for item in items:
        if str(item.path.relative_to(here)).startswith(ALONE):
            item.add_marker("alone")
    items.sort(key=lambda item: not str(item.path.relative_to(here)).startswith(LONG))


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


@pytest.fixture
def chrome(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser for whole stories."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop in this thread; Django's check would take it for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with (
        sync_playwright() as play,
        play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        ) as browser,
    ):
        yield browser


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


@pytest.fixture(autouse=True)
def _own_garbage_only() -> Iterator[None]:
    """Python tidies up after this test alone, and not after the thousands before it.

    With a whole suite in memory one tidying takes half a second, and falls on whatever is measured.
    """
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _compiled_catalogues() -> None:
    """Django offers a language only where its catalogue is compiled."""
    from baithak.web import messages

    messages.compile_all()


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
def _nobody_has_tried() -> Iterator[None]:
    """Limits begin anew with each test."""
    yield
    from django.apps import apps

    if apps.ready:
        from baithak.network import limits

        limits.clear()
        # Chores that look or tell once an hour in each process do so anew with each test.
        for name, module in tuple(sys.modules.items()):
            if name.startswith("baithak.") and name.endswith((".tasks", ".retention")):
                for kept in ("_last", "_minutes", "_told"):
                    times = getattr(module, kept, {})
                    times.update(dict.fromkeys(times, 0.0))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The language that a page of the last test was asked in does not stay."""
    from django.utils import translation

    with translation.override("en"):
        yield
