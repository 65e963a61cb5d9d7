"""What every test stands on."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections


@pytest.fixture(scope="session", autouse=True)
def _keys_of_their_own(tmp_path_factory):
    """Secret keys are made in a folder of this run, never beside a hub's."""
    settings.KEYS = tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session", autouse=True)
def _flush_gets_past_the_journal():
    """Tests with real transactions empty all tables; the journal's triggers refuse. Lift them meanwhile."""
    from baithak.journal import triggers

    refused = flush.Command.handle

    def handle(self, **options):
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            return refused(self, **options)
        finally:
            triggers.install(connection)

    flush.Command.handle = handle
    yield
    flush.Command.handle = refused
