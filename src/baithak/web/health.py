"""Is the hub well? The same findings serve the health address, `baithak doctor` and start-up."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

__all__ = ["Finding", "findings", "safe_sqlite"]

#: Less than this on the disk and the hub calls itself unwell (bytes).
ROOM_NEEDED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether all is well, what was seen, and what to do if not."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def safe_sqlite(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite library is free of the WAL-reset corruption bug.

    Affected: 3.7.0 to 3.51.2, except the patch lines 3.44.6 and 3.50.7
    (https://www.sqlite.org/wal.html#walresetbug).
    """
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return True
    return (version[:2] == (3, 44) and version[2] >= 6) or (
        version[:2] == (3, 50) and version[2] >= 7
    )


def _sqlite() -> Iterator[Finding]:
    version = sqlite3.sqlite_version_info
    yield Finding(
        "sqlite_library",
        safe_sqlite(version),
        f"SQLite {sqlite3.sqlite_version}",
        "Install the package pysqlite3, or SQLite 3.51.3 or newer: this one can corrupt its file.",
    )
    with connection.cursor() as cursor:
        told = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    memory = ":memory:" in str(connection.settings_dict["NAME"]) or "mode=memory" in str(
        connection.settings_dict["NAME"]
    )
    durable = told["synchronous"] == 2 and (memory or told["journal_mode"] == "wal")
    yield Finding(
        "durable",
        durable and told["foreign_keys"] == 1,
        f"journal_mode={told['journal_mode']}, synchronous={told['synchronous']}",
        "Use the database settings of baithak.settings: WAL and synchronous=FULL.",
    )


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        commit = cursor.fetchone()[0]
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
    yield Finding(
        "durable",
        commit == "on" and fsync == "on",
        f"synchronous_commit={commit}, fsync={fsync}",
        "Switch synchronous_commit and fsync on: a vote is acknowledged only when it is on disk.",
    )


def findings() -> list[Finding]:
    """Every check of this hub, in the order in which to mend them."""
    found: list[Finding] = []
    try:
        connection.ensure_connection()
    except Exception as trouble:
        return [
            Finding(
                "database",
                False,
                str(trouble).splitlines()[0],
                "Start the database, or correct DATABASE_URL.",
            )
        ]
    found.append(Finding("database", True, connection.vendor))
    found.extend(_sqlite() if connection.vendor == "sqlite" else _postgresql())
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found.append(
        Finding("migrations", not waiting, f"{len(waiting)} waiting", "Run: baithak migrate")
    )
    free = shutil.disk_usage(Path(settings.HOME)).free
    found.append(
        Finding(
            "disk",
            free >= ROOM_NEEDED,
            f"{free // 2**20} MB free",
            "Free some space: below 64 MB votes may be refused.",
        )
    )
    return found


@register("database")
def sqlite_is_safe(app_configs: Any, **options: Any) -> list[Error]:
    """More than one worker on an affected SQLite can corrupt the file: refuse to start."""
    if connection.vendor != "sqlite" or safe_sqlite(sqlite3.sqlite_version_info):
        return []
    return [
        Error(
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset corruption bug.",
            hint="Install the package pysqlite3, or SQLite 3.51.3 or newer.",
            id="baithak.E002",
        )
    ]
