"""SQLite FTS5 alone, as a careful project would set it up; and the process that times it."""

from __future__ import annotations

import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Mapping

from benchmarks.search.data import COLUMNS

__all__ = ["TOKENISERS", "Fts", "asked"]

#: STACK: without `categories` the default tokeniser cuts Indic words at every vowel sign.
CAREFUL = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc Cf'"
TOKENISERS = {
    "fts5 default": "unicode61",
    "fts5 tuned": CAREFUL,
    "fts5 tuned, porter": f"porter {CAREFUL}",
    "fts5 trigram": "trigram",
}


def asked(query: str) -> list[str]:
    """The words of a query: runs of letters, marks and digits."""
    told = "".join(
        c if unicodedata.category(c)[0] in "LMN" or c in "\u200c\u200d" else " " for c in query
    )
    return list(dict.fromkeys(told.casefold().split()))


class Fts:
    """One full-text table; any word of the query may match, ranked by BM25 with weighted columns."""

    def __init__(self, tokeniser: str, rows: Iterable[Mapping[str, str]]) -> None:
        self.trigram = tokeniser == "trigram"
        self.connection = sqlite3.connect(":memory:")
        names = ", ".join(COLUMNS)
        quoted = tokeniser.replace("'", "''")
        self.connection.execute(
            f"create virtual table t using fts5(id unindexed, {names}, tokenize = '{quoted}')"
        )
        places = ", ".join("?" * (len(COLUMNS) + 1))
        self.connection.executemany(
            f"insert into t values ({places})",
            ([row["id"], *(row[name] for name in COLUMNS)] for row in rows),
        )
        self.connection.execute("insert into t(t) values ('optimize')")
        self.weights = ", ".join(str(weight) for weight in (0.0, *COLUMNS.values()))

    def rank(self, query: str, limit: int = 20) -> list[str]:
        """Ids, best first."""
        words = [word for word in asked(query) if not self.trigram or len(word) >= 3]
        if not words:
            return []
        match = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        found = self.connection.execute(
            f"select id from t where t match ? order by bm25(t, {self.weights}), id limit ?",
            (match, limit),
        )
        return [name for (name,) in found]


if __name__ == "__main__":
    from benchmarks.search.timing import run

    run(lambda job, rows: Fts(TOKENISERS[job["ranker"]], rows).rank)
    sys.exit()
