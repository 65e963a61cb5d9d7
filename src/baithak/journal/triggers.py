"""Database triggers that refuse to change, remove or reorder lines of the journal, whoever asks.

They stop mistakes and ordinary tools. Whoever owns the database can drop them: then the chain and
the witnesses' heads show what was done (``baithak journal verify``).
"""

from __future__ import annotations

from typing import Any

__all__ = ["install", "installed", "remove"]

_NAMES = ("journal_line_no_update", "journal_line_no_delete", "journal_line_in_order")

_SQLITE = (
    """CREATE TRIGGER journal_line_no_update BEFORE UPDATE ON journal_line
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only: lines are not changed'); END""",
    """CREATE TRIGGER journal_line_no_delete BEFORE DELETE ON journal_line
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only: lines are not removed'); END""",
    # Also stops INSERT OR REPLACE, which fires no delete trigger.
    """CREATE TRIGGER journal_line_in_order BEFORE INSERT ON journal_line
       WHEN NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM journal_line)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only: the next line has the next number');
       END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION journal_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only: lines are not changed or removed'
       USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE FUNCTION journal_line_next() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM journal_line) THEN
           RAISE EXCEPTION 'the journal is append-only: the next line has the next number'
           USING ERRCODE = 'integrity_constraint_violation';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER journal_line_no_update BEFORE UPDATE OR DELETE ON journal_line
       FOR EACH ROW EXECUTE FUNCTION journal_line_refuse()""",
    """CREATE TRIGGER journal_line_no_delete BEFORE TRUNCATE ON journal_line
       FOR EACH STATEMENT EXECUTE FUNCTION journal_line_refuse()""",
    """CREATE TRIGGER journal_line_in_order BEFORE INSERT ON journal_line
       FOR EACH ROW EXECUTE FUNCTION journal_line_next()""",
)


def install(connection: Any) -> None:
    """Put the triggers on the journal's table."""
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take the triggers off: for a migration of the table, and for tests that tamper or flush."""
    on = " ON journal_line" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def installed(connection: Any) -> bool:
    """Whether all triggers are on the table."""
    query = (
        "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O' AND tgname IN (%s, %s, %s)"
        if connection.vendor == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, _NAMES)
        return bool(cursor.fetchone()[0] == len(_NAMES))
