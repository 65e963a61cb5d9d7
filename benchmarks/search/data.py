"""What is searched and what is asked: the shipped library, made-up documents of its parts, the queries."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from baithak.engine.search import Document, Lexicon, Text
from baithak.exchange.analysis import documents_of, entries
from baithak.exchange.records import library

__all__ = ["COLUMNS", "Query", "columns", "generated", "lexicon", "queries", "shipped"]

HERE = Path(__file__).parent
#: Columns of the full-text tables, with the weight of each.
COLUMNS = {"title": 3.0, "summary": 1.5, "place": 3.0, "labels": 2.0, "rest": 1.0}


@dataclass(frozen=True)
class Query:
    """One query with its judgements; ``grades`` by id, what is missing is 0."""

    topic: str
    language: str
    text: str
    kind: str
    held_out: bool
    grades: dict[str, int]


def queries(path: Path = HERE / "queries.yaml") -> list[Query]:
    """The labelled queries, in the order of the file."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Query(
            topic["id"],
            query["language"],
            query["text"],
            query.get("kind", "native"),
            topic["split"] == "held_out",
            {name: grade for grade, names in topic["grades"].items() for name in names},
        )
        for topic in told["topics"]
        for query in topic["queries"]
    ]


def shipped() -> list[Document]:
    """The library's practices as documents."""
    return list(documents_of(library()))


def lexicon() -> Lexicon:
    """Glossary, places and the library's taxonomy."""
    return Lexicon(entries(library().taxonomy))


def columns(documents: list[Document], *, tongues: bool = False) -> Iterator[dict[str, str]]:
    """Rows of a full-text table: every text the engine gets, and the labels of the codes.

    Labels are in English; with ``tongues`` in all eight languages, as a helping hand that plain full
    text does not have.
    """
    labels = {
        f"{entry.facet}:{entry.code}": " ".join(entry.labels.values())
        if tongues
        else entry.labels["en"]
        for entry in entries(library().taxonomy)
    }
    for document in documents:
        row = dict.fromkeys(COLUMNS, "")
        for text in document.written():
            column = text.field if text.field in row else "rest"
            row[column] = f"{row[column]} {text.text}".strip()
        row["place"] = f"{document.city} {row['place']}".strip()
        codes = [f"{facet}:{code}" for facet, told in document.facets.items() for code in told]
        row["labels"] = " ".join(labels[code] for code in codes if code in labels)
        row["rest"] = " ".join([row["rest"], *document.facets.get("year", ())])
        yield {"id": document.id, **row}


_SENTENCE = re.compile(r"(?<=[.।۔])\s+|\n")


def generated(count: int, seed: int = 0) -> list[Document]:
    """So many made-up documents: sentences, codes and places of the library, mixed at random.

    They say nothing true and serve speed alone. One in four carries title and summary in one more
    language, as in the library.
    """
    draw = random.Random(seed)
    models = shipped()
    sentences: dict[tuple[str, str], list[str]] = {}
    for model in models:
        for text in model.written():
            parts = [part for part in _SENTENCE.split(text.text) if part]
            sentences.setdefault((text.field, text.language), []).extend(parts)
    others = sorted({language for _, language in sentences} - {"en", ""})
    return [_made(number, draw, models, sentences, others) for number in range(count)]


def _made(
    number: int,
    draw: random.Random,
    models: list[Document],
    sentences: dict[tuple[str, str], list[str]],
    others: list[str],
) -> Document:
    place, about = draw.choice(models), draw.choice(models)
    lengths = {"title": 1, "summary": 3, "done": 3, "results": 1, "lessons": 2}
    texts = [
        Text(name, " ".join(draw.choice(sentences[name, "en"]) for _ in range(size)), "en")
        for name, size in lengths.items()
    ]
    texts += [text for text in place.texts if text.field == "place"]
    if draw.random() < 0.25:
        other = draw.choice(others)
        texts += [
            Text(name, " ".join(draw.choice(sentences[name, other]) for _ in range(size)), other)
            for name, size in (("title", 1), ("summary", 3))
        ]
    facets = {name: codes for name, codes in about.facets.items() if name != "country"}
    return Document(
        f"made-{number:06}",
        texts[0].text,
        tuple(texts),
        "en",
        {**facets, "country": (place.country,)},
        place.city,
        place.country,
    )
