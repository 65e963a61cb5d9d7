"""PostgreSQL full text alone: English stemming where the text is English, `simple` elsewhere."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.search.data import COLUMNS
from benchmarks.search.sqlite import asked

__all__ = ["FullText", "reachable"]

SERVER = os.environ.get("BENCH_POSTGRES", "host=127.0.0.1 port=5432 user=postgres")
#: PostgreSQL knows four weights, A to D.
LETTERS = {"title": "A", "place": "A", "labels": "B", "summary": "B", "rest": "C"}
#: The text search of C.UTF-8 breaks at joiners: they go from text and query alike.
JOINERS = str.maketrans("", "", "\u200c\u200d")


def reachable() -> bool:
    """Whether a server answers."""
    try:
        psycopg.connect(f"{SERVER} dbname=postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


class FullText:
    """A table in a throw-away database; ``close`` drops it."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.name = f"baithak_bench_{secrets.token_hex(4)}"
        with psycopg.connect(f"{SERVER} dbname=postgres", autocommit=True) as admin:
            admin.execute(
                sql.SQL("create database {} template template0 encoding 'UTF8'").format(
                    sql.Identifier(self.name)
                )
            )
        self.connection = psycopg.connect(f"{SERVER} dbname={self.name}", autocommit=True)
        names = ", ".join(f"{name} text" for name in COLUMNS)
        self.connection.execute(f"create table t (id text primary key, {names}, v tsvector)")
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"copy t (id, {', '.join(COLUMNS)}) from stdin") as copy,
        ):
            for row in rows:
                copy.write_row([row["id"], *(row[name].translate(JOINERS) for name in COLUMNS)])
        parts = " || ".join(
            f"setweight(to_tsvector('english', {name}) || to_tsvector('simple', {name}), '{letter}')"
            for name, letter in LETTERS.items()
        )
        self.connection.execute(f"update t set v = {parts}")
        self.connection.execute("create index on t using gin (v)")
        self.connection.execute("vacuum analyze t")

    def rank(self, query: str, limit: int = 20) -> list[str]:
        """Ids, best first: any word may match, ``ts_rank_cd`` with length normalisation."""
        words = asked(query.translate(JOINERS))
        if not words:
            return []
        match = " | ".join(
            "'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in words
        )
        found = self.connection.execute(
            "select id from t, (select to_tsquery('english', %s) || to_tsquery('simple', %s) as q) a "
            "where v @@ q order by ts_rank_cd('{0.1, 0.3, 0.6, 1.0}', v, q, 1) desc, id limit %s",
            (match, match, limit),
        )
        return [name for (name,) in found.fetchall()]

    def server_cpu(self) -> float:
        """CPU seconds of this connection's server process so far; 0 where it cannot be read."""
        try:
            told = Path(f"/proc/{self.connection.info.backend_pid}/stat").read_text()
        except OSError:
            return 0.0
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Drop the database."""
        self.connection.close()
        with psycopg.connect(f"{SERVER} dbname=postgres", autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {}").format(sql.Identifier(self.name)))


if __name__ == "__main__":
    from benchmarks.search.timing import run

    run(lambda job, rows: FullText(rows))
    sys.exit()
